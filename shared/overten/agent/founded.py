"""Whether the figures of an answer stand in what its author was shown.

This is a check of digits, not of sense: a figure is founded if a number that was shown rounds to it, as it stands or as
a share in percent. Counts up to ten, years, dates, cells and what stands in code are not looked at.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SMALL_COUNT = 10
_YEARS = range(1900, 2101)
MAX_REPORTED = 12
# What is longer is no figure: a list, a key, a line of digits.
MAX_FIGURE_CHARACTERS = 40
_MAX_POWER = 300

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_DATE = re.compile(r"\b\d{4}-\d\d?(?:-\d\d?)?\b|\b\d\d?[./]\d\d?[./]\d{2,4}\b|\b\d\d?:\d\d(?::\d\d)?\b")
_CELL = re.compile(r"\$?\b[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?\b|\b\d+:\d+\b")
_ITEM = re.compile(r"^[ \t>*-]*\d{1,3}[.)][ \t]", re.MULTILINE)
_SPACES = " \u00a0\u202f\u2009"
_SPACE = re.compile(rf"[{_SPACES}]")
_NUMBER = re.compile(
    rf"(?<![\w.,])\d{{1,3}}(?:[{_SPACES}'’]\d{{3}})+(?:[.,]\d+)?(?!\d)|(?<![A-Za-z_\d.,])\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?"
)
_SCALE = re.compile(
    rf"[{_SPACES}]?(?:(k|tsd\.?|thousand|mille|mil)|(m|mio\.?|millions?|millionen|millones)"
    r"|(bn|b|mrd\.?|billions?|milliarden?|milliards?))\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"[{_SPACES}]?(?:%|percent|per cent|prozent|pour cent|por ciento|pp\b)", re.IGNORECASE)


class _Figure(NamedTuple):
    """A number as it is written. `values` are what it may mean, with what the last digit shown may be off by. `parts`
    are the numbers that it consists of if the spaces in it part no thousands: 100 101 102 may be a list."""

    text: str
    values: tuple[tuple[float, float], ...]
    is_share: bool
    parts: tuple[_Figure, ...] = ()


def unfounded(answer: str, shown: Iterable[str]) -> list[str]:
    """The figures of an answer, as they are written there, that no number of the texts shown rounds to."""
    figures = [figure for figure in _figures(_plain(answer)) if not _is_plain(figure)]
    if not figures:
        return []
    known = sorted({abs(value) for text in shown for figure in _figures(text) for value in _all_values(figure)})
    missing = (figure.text for figure in figures if not _is_known(figure, known))
    return list(dict.fromkeys(missing))[:MAX_REPORTED]


def _plain(text: str) -> str:
    for pattern in (_CODE, _DATE, _CELL, _ITEM):
        text = pattern.sub(" ", text)
    return text


def _figures(text: str) -> Iterator[_Figure]:
    for match in _NUMBER.finditer(text):
        after = text[match.end() : match.end() + 16]
        groups = _SPACE.split(match[0])
        parts = tuple(filter(None, [*(_figure(one, "") for one in groups[:-1]), _figure(groups[-1], after)]))
        if len(groups) == 1:
            yield from parts
        elif whole := _figure(match[0], after):
            yield whole._replace(parts=parts)
        else:
            yield from parts


def _figure(written: str, after: str) -> _Figure | None:
    """The number, with the scale and the percent sign that follow it; None for digits that are none."""
    if len(written) > MAX_FIGURE_CHARACTERS:
        return None
    scale, end = 1.0, 0
    if named := _SCALE.match(after):
        scale = 1e3 if named[1] else 1e6 if named[2] else 1e9
        end = named.end()
    percent = _PERCENT.match(after)
    end += percent.end() if percent else 0
    values = tuple(
        (value * scale, 0.5 * 10.0**-decimals * scale) for value, decimals in dict.fromkeys(_readings(written))
    )
    if not values or not all(map(math.isfinite, (number for pair in values for number in pair))):
        return None
    return _Figure((written + after[:end]).strip(), values, percent is not None)


def _all_values(figure: _Figure) -> Iterator[float]:
    for one in (figure, *figure.parts):
        yield from (value for value, _ in one.values)


def _readings(text: str) -> Iterator[tuple[float, int]]:
    """What digits with marks between them may be, with how many decimals: 1,234 is either 1234 or 1.234."""
    text = re.sub(rf"[{_SPACES}'’]", "", text)
    mantissa, _, exponent = text.lower().partition("e")
    power = int(exponent or 0)
    if abs(power) >= _MAX_POWER:
        return
    marks = [character for character in mantissa if character in ".,"]
    if not marks:
        yield float(mantissa) * 10.0**power, -power
        return
    last = marks[-1]
    whole, _, decimals = mantissa.rpartition(last)
    digits = re.sub("[.,]", "", whole)
    if marks.count(last) == 1:
        yield float(f"{digits}.{decimals}") * 10.0**power, len(decimals) - power
    if len(decimals) == 3 and len(set(marks)) == 1:
        yield float(digits + decimals) * 10.0**power, -power


def _is_plain(figure: _Figure) -> bool:
    """Counts that anybody can see, and years."""
    return not figure.is_share and any(
        value == int(value) and (value <= SMALL_COUNT or int(value) in _YEARS) and "," not in figure.text
        for value, _ in figure.values
    )


def _is_known(figure: _Figure, known: list[float]) -> bool:
    """Whether the figure was shown, or else each of the numbers that it may consist of."""
    if figure.parts and all(_is_plain(part) or _is_known(part, known) for part in figure.parts):
        return True
    wanted = [*figure.values, *((value / 100, off / 100) for value, off in figure.values if figure.is_share)]
    return any(_is_near(value, off, known) for value, off in wanted)


def _is_near(value: float, off: float, known: list[float]) -> bool:
    reach = off * 1.0001 + abs(value) * 1e-9
    at = bisect_left(known, value - reach)
    return at < len(known) and known[at] <= value + reach
