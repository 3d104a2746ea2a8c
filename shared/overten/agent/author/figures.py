"""Finds the numbers of a request: what each is worth, in what unit and on what terms, and which words name it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from overten.agent.author.labels import Ahead, Behind, name_ahead, name_behind
from overten.agent.author.lexicon import CURRENCIES, EARNING, MAGNITUDES, MONTHS, NUMBER_WORDS
from overten.agent.author.nouns import is_measure, is_people
from overten.agent.author.terms import Terms, read_terms

Unit = Literal["money", "percent", "count"]

MAX_FIGURES = 400
"""More numbers than that are no request for a document but data; they are not read."""
_CODES = "|".join(sorted((re.escape(code) for code in CURRENCIES), key=len, reverse=True))
_SIZES = "|".join(sorted((re.escape(size) for size in MAGNITUDES), key=len, reverse=True))
_WORD_NUMBERS = "|".join(sorted(NUMBER_WORDS.keys() - {"one"}, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,#-])(?P<before>(?:{_CODES})\s?)?(?P<sign>[-−])?(?P<digits>\d{{1,3}}(?:[,"
    rf".'’\u00a0\u202f]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d+)?)"
    rf"(?:\s?(?P<size>{_SIZES})(?![\w]))?(?P<after>\s?(?:%|percent\b|prozent\b|pour ?cent\b|por ciento\b)|"
    rf"\s?(?:{_CODES})(?!\w))?(?=[x×]?(?!\w))|(?<![\w-])(?P<word>{_WORD_NUMBERS})(?!\w)",
    re.IGNORECASE,
)
_HYPHENATED = re.compile(r"[-–]([^\W\d_]+)")
_DATES = (
    re.compile(r"\b\d{4}-\d{1,2}-\d{1,2}\b"),
    re.compile(r"\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"),
    re.compile(
        rf"\b\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+)?(?:{'|'.join(MONTHS)})\b\.?(?:,?\s+(?:de\s+)?\d{{4}}\b)?",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:{'|'.join(MONTHS)})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?", re.IGNORECASE),
    re.compile(rf"\b(?:{'|'.join(MONTHS)})\b\.?\s+(?:de\s+)?(?:19|20)\d\d\b", re.IGNORECASE),
)
_TIMES = re.compile(
    r"\b\d{1,2}:\d\d\s?(?:am|pm)?\b|\b\d{1,2}\s?(?:am|pm)\b|\b\d{1,2}[-–]\d{1,2}\s?(?:am|pm|h|uhr)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Figure:
    """One number of the request. `value` is in units (0.05 for 5 %).

    `counts` tells a number of things ("3 employees", label "employees") from an amount ("rent 1,800").
    `per` is the period it recurs in ("once" if it does not), `each` what it is multiplied with ("guest"), `quantity`
    how many at this price, `counted` what the quantity is of, `month` the month it falls in, `inflow` whether a verb
    says that it is earned. `start` and `end` are its place in the text, with its terms.
    """

    value: float
    unit: Unit
    label: str
    per: str | None = None
    quantity: float | None = None
    start: int = 0
    end: int = 0
    counts: bool = False
    counted: str = ""
    each: tuple[str, ...] = ()
    month: int | None = None
    inflow: bool = False
    topic: str = ""
    spelled: bool = False

    def speaks_of(self, words: str) -> bool:
        """Whether the label contains one of the alternatives of a regular expression."""
        return not words or re.search(rf"\b(?:{words})", self.label, re.IGNORECASE) is not None


def mask_dates(text: str) -> str:
    """The text with dates and clock times blanked, character for character."""
    for pattern in (*_DATES, _TIMES):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def find_dates(text: str) -> list[re.Match[str]]:
    """What reads as a date with at least a month, in order of appearance."""
    spans = sorted(
        (match for pattern in _DATES for match in pattern.finditer(text)), key=lambda m: (m.start(), -m.end())
    )
    # "30 June 2027" holds "June 2027" too.
    return [m for i, m in enumerate(spans) if not any(o.end() >= m.end() for o in spans[:i])]


def parse_number(digits: str, *, decimal_comma: bool) -> float:
    """Reads 1,200 / 1.200,50 / 1'200 / 4,5.
    A single separator before exactly three digits groups thousands, unless it is the decimal separator of the language.
    """
    digits = re.sub(r"['’\u00a0\u202f]", "", digits)
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        decimal, group = (",", ".") if comma > dot else (".", ",")
        return float(digits.replace(group, "").replace(decimal, "."))
    separator = "," if comma >= 0 else "."
    if comma < 0 and dot < 0:
        return float(digits)
    grouped = re.fullmatch(rf"[1-9]\d{{0,2}}(?:\{separator}\d{{3}})+", digits) is not None
    is_decimal_mark = separator == ("," if decimal_comma else ".")
    if grouped and (not is_decimal_mark or digits.count(separator) > 1):
        return float(digits.replace(separator, ""))
    return float(digits.replace(",", "."))


def read_figures(text: str, *, decimal_comma: bool = False) -> list[Figure]:
    """All numbers that are not dates, years, times or parts of words, each on its own; `relate` joins them."""
    masked = mask_dates(text)
    if decimal_comma:
        # "8 000 €": a space may group thousands; the narrow one is read as such everywhere.
        masked = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u202f", masked)
    matches = [match for match in _NUMBER.finditer(masked) if not _is_year(match)][:MAX_FIGURES]
    figures: list[Figure] = []
    left = 0
    for index, match in enumerate(matches):
        right = matches[index + 1].start() if index + 1 < len(matches) else len(masked)
        figure = _figure(masked, match, left, right, decimal_comma)
        if figure:
            figures.append(figure)
            left = figure.end
    return figures


def _is_year(match: re.Match[str]) -> bool:
    bare = match["before"] is None and match["after"] is None and match["size"] is None
    return bare and match["digits"] is not None and re.fullmatch(r"(?:19|20)\d\d", match["digits"]) is not None


def _figure(text: str, match: re.Match[str], left: int, right: int, decimal_comma: bool) -> Figure | None:
    value, unit = _value(match, decimal_comma), _unit(match)
    hyphenated = _HYPHENATED.match(text, match.end(), right)
    if hyphenated:
        # "3-person studio" counts heads; "5-star hotel" describes.
        noun = hyphenated[1]
        return _counted(value, noun, match, hyphenated.end()) if is_people(noun) else None
    terms = read_terms(text, match.end(), right)
    ahead, behind = name_ahead(text, left, match.start()), name_behind(text, terms.end, right)
    if ahead.titled and behind.label:
        ahead = replace(ahead, adjacent=False, label="" if behind.direct else ahead.label)
    spelled = match["word"] is not None
    if ahead.group and unit == "count":
        return _counted(value, "people", match, terms.end)
    if spelled and not behind.direct:
        return None
    return _named(text[left : match.start()], match, value, unit, terms, ahead, behind, spelled)


def _counted(value: float, noun: str, match: re.Match[str], end: int) -> Figure:
    return Figure(value, "count", "people" if is_people(noun) else noun, start=match.start(), end=end, counts=True)


def _named(
    before: str,
    match: re.Match[str],
    value: float,
    unit: Unit,
    terms: Terms,
    ahead: Ahead,
    behind: Behind,
    spelled: bool,
) -> Figure:
    counts = unit == "count" and behind.direct and match["size"] is None and _counts(ahead, behind, terms)
    use_behind = counts or (
        bool(behind.label)
        and not ahead.adjacent
        and (behind.direct or not ahead.label or (ahead.titled and unit == "money"))
    )
    label = behind.label if use_behind else ahead.label
    later = behind.terms if use_behind else Terms(end=terms.end)
    return Figure(
        round(value / 100, 10) if unit == "percent" else value,
        unit,
        label or _verbatim(before),
        per=terms.per or later.per or (None if unit == "percent" or counts else ahead.per),
        start=match.start(),
        end=later.end if use_behind else terms.end,
        counts=counts,
        each=(*terms.each, *later.each),
        month=terms.month or later.month,
        inflow=re.search(rf"\b(?:{EARNING})\s+(?:\w+\s+)?(?:\W\s?)?$", before, re.IGNORECASE) is not None,
        topic=ahead.label if counts and ahead.adjacent else "",
        spelled=spelled,
    )


def _counts(ahead: Ahead, behind: Behind, terms: Terms) -> bool:
    """Whether the number counts what stands behind it, rather than being the amount of what stands before it."""
    first = behind.label.split()[0]
    return (
        not terms.each
        and terms.per is None
        and (not ahead.adjacent or behind.priced or is_measure(first) or is_people(behind.label))
    )


def _value(match: re.Match[str], decimal_comma: bool) -> float:
    if match["word"]:
        return float(NUMBER_WORDS[match["word"].lower()])
    value = parse_number(match["digits"], decimal_comma=decimal_comma) * (-1 if match["sign"] else 1)
    return round(value * MAGNITUDES[match["size"].lower()], 6) if match["size"] else value


def _unit(match: re.Match[str]) -> Unit:
    after = (match["after"] or "").strip().lower()
    if after and after not in CURRENCIES:
        return "percent"
    return "money" if after or match["before"] else "count"


def _verbatim(before: str) -> str:
    """What stands before a number where no plain words do, such as a formula that is meant as a name."""
    text = re.split(r"[,;\n]|\s(?:and|with)\s", before)[-1].strip()[-60:]
    return text if re.search(r"[=@]", text) and re.search(r"[^\W\d_]", text) and len(text) > 1 else ""
