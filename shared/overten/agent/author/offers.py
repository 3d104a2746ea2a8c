"""Finds loans to compare: "at 3.6 % over 25 years with 3.2 % over 15"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overten.agent.author.figures import parse_number

_RATE = r"(?P<rate>\d+(?:[.,]\d+)?)\s?%"
_TERM = (
    r"(?P<term>\d{1,3})(?:\s*-?\s*(?P<unit>years?|yrs?|months?|jahren?|monaten?|ans|mois|años|meses)\b|(?!\s*[%\w]))"
)
_RATE_FIRST = re.compile(
    rf"{_RATE}(?:\s+(?:interest|fixed|apr|zins\w*))?\s*,?\s*(?:over|for|über|auf|sur|a|in)\s+{_TERM}", re.IGNORECASE
)
_TERM_FIRST = re.compile(rf"{_TERM}\s*(?:at|@|with|mit|zu|à|al)\s+{_RATE}", re.IGNORECASE)
_COMPARED = re.compile(r"\b(?:compar\w+|vs|versus|against|or|better|cheaper|vergleich\w*|oder|ou)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Offer:
    """One loan: its yearly rate (0.036) and its term in months; `start` and `end` are where it stands in the text."""

    rate: float
    months: int
    start: int
    end: int


def find_offers(text: str) -> tuple[Offer, ...]:
    """At least two loans that are compared; none, if the request does not compare any."""
    for pattern in (_RATE_FIRST, _TERM_FIRST):
        found = list(pattern.finditer(text))
        if len(found) < 2 or not _COMPARED.search(text):
            continue
        unit = next((match["unit"] for match in found if match["unit"]), "years")
        return tuple(
            Offer(
                round(parse_number(match["rate"].replace(",", "."), decimal_comma=False) / 100, 10),
                int(match["term"]) * (1 if (match["unit"] or unit).lower().startswith("m") else 12),
                match.start(),
                match.end(),
            )
            for match in found[:6]
            if int(match["term"])
        )
    return ()
