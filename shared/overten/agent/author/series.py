"""Finds data in a request: "North 120, 135, 150; South 80, 95, 70 (Jan, Feb, Mar, thousands of dollars)"."""

from __future__ import annotations

import re
from calendar import month_abbr
from dataclasses import dataclass

from overten.agent.author.figures import parse_number
from overten.agent.author.lexicon import MONTHS, PERIOD_UNITS

MAX_SERIES, MAX_POINTS = 40, 36

_NUMBER = r"[-−]?[$€£¥]?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?(?:\s?[%€$£])?(?![\w%])"
_SERIES = re.compile(
    rf"(?:^|[:;,.\n•]|\band\b)\s*(?P<label>[^\W\d_][^\d:;,.\n()=]{{0,40}}?)\s*[:=]?\s*"
    rf"(?P<numbers>{_NUMBER}(?:\s*(?:,\s*(?:and\s+)?|\band\b|/|\|)\s*{_NUMBER})+)",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\b(?:in\s+)?((?:thousands?|millions?)(?:\s+(?:of\s+)?(?:us\s+)?(?:dollars|euros?|pounds|units|usd|eur|gbp))?|"
    r"dollars|euros|pounds|units|usd|eur|gbp|hours|kg|tonnes)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|per|pro|je|par|por)\s+([^\W\d_]{3,20})\b", re.IGNORECASE)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class DataSeries:
    """Rows of numbers under the same columns. `spans` are their places in the text; `unit` is as the request says."""

    header: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float, ...]], ...]
    unit: str | None
    subject: str | None
    spans: tuple[tuple[int, int], ...]
    is_percent: bool = False

    def covers(self, place: int) -> bool:
        return any(start <= place < end for start, end in self.spans)


def find_series(text: str) -> DataSeries | None:
    """At least two labels with equally many numbers each; None, if the request holds no such data.

    Where a comma is the decimal mark, a list of numbers cannot be told from one number: call it for English only."""
    matches = list(_SERIES.finditer(text))[:MAX_SERIES]
    rows = [(_label(match["label"]), _values(match["numbers"])) for match in matches]
    points = len(rows[0][1]) if rows else 0
    if len(rows) < 2 or not 2 <= points <= MAX_POINTS or any(len(values) != points for _, values in rows):
        return None
    if len({label.lower() for label, _ in rows}) < len(rows):
        return None
    spans = tuple((match.start("numbers"), match.end()) for match in matches)
    by = next((match for match in _BY.finditer(text) if match[1].lower() not in PERIOD_UNITS), None)
    unit = _UNIT.search(text)
    return DataSeries(
        header=by[1].capitalize() if by else "Item",
        columns=_columns(text, points, matches),
        rows=tuple(rows),
        unit=unit[1].lower() if unit else None,
        subject=_subject(text[: matches[0].start("label")]),
        spans=spans,
        is_percent=all("%" in match["numbers"] for match in matches),
    )


def _label(words: str) -> str:
    label = re.sub(r"^(?:and|the|for)\s+", "", words.strip(" -–—"), flags=re.IGNORECASE)
    return label[:1].upper() + label[1:]


def _values(numbers: str) -> tuple[float, ...]:
    found = re.findall(_NUMBER, numbers)
    return tuple(
        round(
            parse_number(re.sub(r"[^\d.,]", "", number), decimal_comma=False)
            * (-1 if number[0] in "-−" else 1)
            / (100 if "%" in number else 1),
            10,
        )
        for number in found
    )


def _columns(text: str, points: int, matches: list[re.Match[str]]) -> tuple[str, ...]:
    """The names of the columns: as listed anywhere beside the numbers, else as the period implies them."""
    outside = text[: matches[0].start("label")] + " ; " + text[matches[-1].end() :]
    for part in re.split(r"[;:().\n]", outside):
        listed = part.strip()
        listed = re.sub(r"^.*?\b(?:columns?|months?|years?|quarters?|for|in|are)\s+(?=\S+\s*,)", "", listed)
        names = [name.strip() for name in re.split(r",\s*(?:and\s+)?|\s+and\s+", listed) if name.strip()]
        if len(names) > points and all(_is_period(name) for name in names[:points]):
            names = names[:points]
        if len(names) == points and len(set(names)) == points and all(len(name.split()) <= 2 for name in names):
            return tuple(name[:1].upper() + name[1:] for name in names)
    return _implied(text, points)


def _is_period(name: str) -> bool:
    return name.lower().rstrip(".") in MONTHS or re.fullmatch(r"(?:Q[1-4]|H[12])?\s?(?:20\d\d)?", name) is not None


def _implied(text: str, points: int) -> tuple[str, ...]:
    quarter = re.search(r"\bQ([1-4])\b", text)
    if quarter and points == 3:
        first = 3 * int(quarter[1]) - 2
        return tuple(month_abbr[first + index] for index in range(3))
    years = re.search(r"\b(20\d\d)\s*(?:-|–|to|until)\s*(20\d\d)\b", text)
    if years and int(years[2]) - int(years[1]) + 1 == points:
        return tuple(str(int(years[1]) + index) for index in range(points))
    if points == 12:
        return tuple(month_abbr[1:13])
    if points == 4 and re.search(r"quarter", text, re.IGNORECASE):
        return ("Q1", "Q2", "Q3", "Q4")
    if points in (5, 7) and re.search(r"\bweek(?:days?)?\b|daily", text, re.IGNORECASE):
        return _DAYS[:points]
    unit = re.search(r"\b(?:per|by|each|every)\s+(day|week|month|quarter|year)\b", text, re.IGNORECASE)
    name = unit[1].capitalize() if unit else "Period"
    return tuple(f"{name} {number}" for number in range(1, points + 1))


def _subject(before: str) -> str | None:
    """What the numbers are of: the words before them, without the request for a document."""
    lead = (
        r"^(?:(?:please|create|make|build|give|show|i|need|want|us|me|a|an|the|table|chart|workbook|spreadsheet|sheet|"
        r"of|with|for)\s+)+"
    )
    words = re.split(r"[.;\n]", before.strip(" :;,.-–"))[-1].strip()
    words = re.sub(lead, "", words, flags=re.IGNORECASE).strip(" :,")
    return (words[:1].upper() + words[1:])[:80] if 3 <= len(words) <= 80 else None
