"""The price of work, from `prices.toml`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict

from overten.accounts.tiers import TierName
from overten.agent.models import ModelUsage

Work = Literal["excel", "word", "slides", "analyze"]
_MILLION = Decimal(1_000_000)


class ModelRate(BaseModel):
    """Credits for each million tokens of the models whose name matches the pattern.

    Input that a cache took in costs `cache_write`, or as any other where that is not set.
    """

    model_config = ConfigDict(frozen=True)

    pattern: str
    input: Decimal
    cached_input: Decimal
    cache_write: Decimal | None = None
    output: Decimal


class ToolRates(BaseModel):
    model_config = ConfigDict(frozen=True)

    credits_per_call: Decimal


class PriceList(BaseModel):
    """All prices. `floors` are the credits held when a run is accepted, `outlines_a_day` what is free of them."""

    model_config = ConfigDict(frozen=True)

    starting_credits: dict[TierName, int]
    floors: dict[Work, int]
    outlines_a_day: dict[TierName, int]
    tools: ToolRates
    models: tuple[ModelRate, ...]

    def price_credits(self, usage: Sequence[ModelUsage], tool_calls: int) -> int:
        """What the work done so far costs, in whole credits, rounded up."""
        total = self.tools.credits_per_call * tool_calls
        for used in usage:
            rate = self._rate(used.model)
            fresh_tokens = used.input_tokens - used.cached_input_tokens - used.cache_write_tokens
            total += (
                rate.input * fresh_tokens
                + rate.cached_input * used.cached_input_tokens
                + (rate.input if rate.cache_write is None else rate.cache_write) * used.cache_write_tokens
                + rate.output * used.output_tokens
            ) / _MILLION
        return math.ceil(total)

    def _rate(self, model: str) -> ModelRate:
        return next(rate for rate in self.models if fnmatchcase(model, rate.pattern))


@cache
def price_list() -> PriceList:
    """The deployed prices, read once."""
    text = resources.files("overten.credits").joinpath("prices.toml").read_text()
    return PriceList.model_validate(tomllib.loads(text, parse_float=Decimal))
