"""What the built-in author has understood of a request."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from overten.agent.author.figures import Figure
from overten.agent.author.offers import Offer
from overten.agent.author.series import DataSeries

PeriodUnit = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True)
class Periods:
    """The time a workbook spans. `start` and `count` are None where the request does not say."""

    unit: PeriodUnit | None = None
    count: int | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Records:
    """How many records a list is for, and what they are called: 12 "sales leads"."""

    count: int
    noun: str


@dataclass(frozen=True)
class Brief:
    """A request, taken apart. Everything in it comes from the request's words, but `today`, the day it was made."""

    prompt: str
    kind: str
    language: str
    title: str
    today: date
    organisation: str | None = None
    currency: str | None = None
    periods: Periods = field(default_factory=Periods)
    figures: tuple[Figure, ...] = ()
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    sample_rows: int | None = None
    records: Records | None = None
    says_columns: bool = False
    issuer: str | None = None
    reference: str | None = None
    series: DataSeries | None = None
    offers: tuple[Offer, ...] = ()

    @property
    def says_start(self) -> bool:
        """Whether the request itself names the start, its year included."""
        start = self.periods.start
        return start is not None and re.search(rf"\b(?:{start.year}|\d\d?[./]\d\d?[./]\d\d)\b", self._said) is not None

    @property
    def _said(self) -> str:
        return self.prompt.replace(self.reference, "") if self.reference else self.prompt

    @property
    def first_day(self) -> date:
        """The start that was given, else the first of January (years, quarters) or of the current month."""
        if self.periods.start:
            return self.periods.start
        if self.periods.unit in ("year", "quarter") and self.kind != "loan":
            # Late in the year, a plan for a year is for the next.
            return date(self.today.year + (self.today.month > 9), 1, 1)
        return date(self.today.year, self.today.month, 1)
