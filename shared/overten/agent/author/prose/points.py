# ruff: noqa: E501  # patterns
"""Finds figures in a request that belong in one chart: "revenue by quarter: Q1 120, Q2 135, Q3 150"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from overten.agent.author.figures import parse_number
from overten.agent.author.lexicon import CURRENCIES, MAGNITUDES, MONTHS
from overten.agent.author.series import find_series

MAX_POINTS = 24
_REACH = 60
_SIZES = "|".join(sorted((re.escape(size) for size in MAGNITUDES), key=len, reverse=True))
_CODES = "|".join(sorted((re.escape(code) for code in CURRENCIES), key=len, reverse=True))
_NUMBER = (
    rf"(?P<before>(?:{_CODES})\s?)?(?P<sign>[-−])?(?P<digits>\d{{1,3}}(?:[,.'’\u00a0\u202f ]\d{{3}})+(?:[.,]\d{{1,2}})?|"
    rf"\d+(?:[.,]\d+)?)(?:\s?(?P<size>{_SIZES})(?!\w))?(?P<after>\s?(?:%|percent\b|{_CODES})(?!\w))?(?![\w%])"
)
_PERIOD = rf"(?:Q[1-4]|H[12]|FY\s?\d\d(?:\d\d)?|(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?)(?:\s?(?:20\d\d|[’']\d\d))?|20\d\d"
_PAIR = re.compile(
    rf"(?P<label>(?:[^\W\d_][^\d,;:.\n()=|]{{0,40}}?\s+)?(?:{_PERIOD})|[^\W\d_][^\d,;:.\n()=|]{{0,40}}?)\s*[:=]?\s*"
    rf"(?<![\w.,]){_NUMBER}",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[,;|/\n•-]|\band\b|\bund\b|\bet\b|\by\b|\s)*\s*(?:and\s+|und\s+|et\s+)?", re.IGNORECASE)
_IS_PERIOD = re.compile(rf"(?:{_PERIOD})", re.IGNORECASE)
_NAMED_PERIOD = re.compile(rf"^(?P<name>.*?)[\s,]*\b(?P<period>{_PERIOD})$", re.IGNORECASE)


@dataclass(frozen=True)
class Chartable:
    """Values under one another. Percentages are fractions; `code` is a number format that shows them as they were
    given, `spans` their places in the request."""

    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    code: str
    are_periods: bool
    is_percent: bool = False
    unit: str | None = None
    spans: tuple[tuple[int, int], ...] = ()

    def covers(self, place: int) -> bool:
        return any(start <= place < end for start, end in self.spans)

    @property
    def shares(self) -> bool:
        """Whether the values are the parts of a whole."""
        values = self.series[0][1]
        return self.is_percent and len(self.series) == 1 and len(values) <= 7 and abs(sum(values) - 1) < 0.011


@dataclass(frozen=True)
class _Pair:
    label: str
    value: float
    before: str
    after: str
    size: str
    decimals: int
    start: int
    end: int


def find_charts(text: str, *, decimal_comma: bool = False) -> tuple[Chartable, ...]:
    """All rows of at least three values in a text, those with the same labels together."""
    found = [chart for run in _runs(text, decimal_comma) if (chart := _chart(text, run))]
    series = find_series(text) if not decimal_comma else None
    if series and not any(chart.covers(series.spans[0][0]) for chart in found):
        decimals = max(_decimals(f"{value:.10g}") for _, values in series.rows for value in values)
        code = "0%" if series.is_percent else "#,##0" + ("." + "0" * decimals if decimals else "")
        found.append(
            Chartable(series.subject or series.header, series.columns, series.rows[:8], code,
                      all(_IS_PERIOD.fullmatch(name) or re.search(r"\d$", name) for name in series.columns),
                      series.is_percent, series.unit, series.spans)
        )  # fmt: skip
    return tuple(_together(found))[:6]


def _runs(text: str, decimal_comma: bool) -> list[list[_Pair]]:
    """Pairs of a label and a number that follow each other with nothing but commas between them."""
    runs: list[list[_Pair]] = []
    last = -1
    for match in _near_digits(text):
        pair = _pair(match, decimal_comma)
        if pair is None:
            continue
        alike = runs and _alike(runs[-1][-1], pair)
        if alike and _BETWEEN.fullmatch(text[last : match.start()]) and len(runs[-1]) < MAX_POINTS:
            runs[-1].append(pair)
        else:
            runs.append([pair])
        last = match.end()
    return [run for run in runs if len(run) >= 3]


def _near_digits(text: str) -> Iterator[re.Match[str]]:
    """The pairs of a text, looked for only where digits are: most of a long request has none."""
    start = end = 0
    for digits in re.finditer(r"\d+", text):
        if digits.start() - _REACH > end:
            yield from _PAIR.finditer(text, start, end)
            start = digits.start() - _REACH
        end = min(len(text), digits.end() + _REACH)
    yield from _PAIR.finditer(text, start, end)


def _pair(match: re.Match[str], decimal_comma: bool) -> _Pair | None:
    label = re.sub(r"^(?:and|und|et|y|the|with|of|is|was)\s+", "", match["label"].strip(), flags=re.IGNORECASE)
    label = re.sub(r"\s+(?:is|was|were|at|of|with|had|ist|bei|mit)$", "", label, flags=re.IGNORECASE).strip(" -–")
    digits = match["digits"]
    if not label or len(label.split()) > 5:
        return None
    value = parse_number(digits.replace(" ", "\u202f"), decimal_comma=decimal_comma) * (-1 if match["sign"] else 1)
    return _Pair(
        label, value, (match["before"] or "").strip(), (match["after"] or "").strip().lower().replace("percent", "%"),
        match["size"] or "", _decimals(digits) if not re.search(r"[.,]\d{3}$", digits) else 0, match.start(), match.end(),
    )  # fmt: skip


def _decimals(digits: str) -> int:
    match = re.search(r"[.,](\d{1,2})$", digits)
    return len(match[1]) if match else 0


def _alike(first: _Pair, second: _Pair) -> bool:
    return (first.before, first.after, first.size.lower()) == (second.before, second.after, second.size.lower())


def _chart(text: str, run: list[_Pair]) -> Chartable | None:
    labels = [pair.label for pair in run]
    name = ""
    first = _NAMED_PERIOD.match(labels[0])
    if first and all(_IS_PERIOD.fullmatch(label) for label in labels[1:]):
        name, labels[0] = first["name"].strip(" :,-"), first["period"]
    are_periods = all(_IS_PERIOD.fullmatch(label) for label in labels)
    if len({label.lower() for label in labels}) < len(labels):
        return None
    title = name or _title(text[: run[0].start])
    if not title:
        return None
    title = title[:1].upper() + title[1:]
    one = run[0]
    decimals = max(pair.decimals for pair in run)
    is_percent = one.after == "%"
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    code = "0" + ("." + "0" * decimals if decimals else "") + "%" if is_percent else number
    if not is_percent:
        code = (f'"{one.before}"' if one.before else "") + code
        tail = one.size + (f" {one.after}" if one.after else "")
        code += f'"{tail if len(tail) <= 2 else " " + tail.strip()}"' if tail else ""
    values = tuple(round(pair.value / 100, 10) if is_percent else pair.value for pair in run)
    shown = tuple(label[:1].upper() + label[1:] for label in labels)
    return Chartable(
        title, shown, ((title, values),), code, are_periods, is_percent, None, ((run[0].start, run[-1].end),)
    )


def _title(before: str) -> str:
    """What the values are of: the words right before them, up to the mark that ends the sentence before."""
    words = re.split(r"[.;\n!?]", before.rstrip(" :=(–-"))[-1]
    words = re.split(
        r",|\b(?:and|with|including|show(?:ing|s)?|of|for|our|the|was|were|is|mit|und|avec|et|con)\s", words
    )[-1]
    words = _ASKED.sub("", words).strip(" :,()–-")
    return words if 2 <= len(words) <= 60 and len(words.split()) <= 7 and not re.search(r"\d{3}", words) else ""


_ASKED = re.compile(
    r"^(?:.*\b(?:deck|slides?|presentation|report|document|chart|table|graph|pr[äa]sentation|folien|bericht|rapport|informe|pr[ée]sentation|presentaci[óo]n)\b\s*(?:on|about|of|for|with|über|zum?r?|sur|sobre|de)?\s*(?:(?:la|le|les|el|los|las|die|der|das)\b)?\s*|"
    r"(?:create|make|show|draw|add|write|the|our|a|an)\s+)+",
    re.IGNORECASE,
)


def _together(charts: list[Chartable]) -> list[Chartable]:
    """Charts over the same labels in the same unit are one chart of several series."""
    joined: list[Chartable] = []
    for chart in charts:
        twin = next(
            (n for n, other in enumerate(joined) if (other.categories, other.code) == (chart.categories, chart.code)),
            None,
        )
        if twin is None:
            joined.append(chart)
        else:
            other = joined[twin]
            names = " / ".join(name for name, _ in (*other.series, *chart.series))
            joined[twin] = Chartable(
                names[:100], other.categories, (*other.series, *chart.series)[:8], other.code, other.are_periods,
                other.is_percent, other.unit, (*other.spans, *chart.spans),
            )  # fmt: skip
    return joined
