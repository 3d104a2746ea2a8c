"""Finds the numbers of a request: what each is worth, in what unit, and which words say what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from overten.agent.author.lexicon import CURRENCIES, MAGNITUDES, MONTHS, PERIOD_UNITS, STOP_WORDS

Unit = Literal["money", "percent", "count"]

_CODES = "|".join(sorted((re.escape(code) for code in CURRENCIES), key=len, reverse=True))
_SIZES = "|".join(sorted((re.escape(size) for size in MAGNITUDES), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,#-])(?P<before>(?:{_CODES})\s?)?(?P<sign>[-−])?(?P<digits>\d{{1,3}}(?:[,"
    rf".'’\u00a0\u202f]\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d+)?)"
    rf"(?:\s?(?P<size>{_SIZES})(?![\w]))?(?P<after>\s?(?:%|percent\b|prozent\b|pour ?cent\b|por ciento\b)|"
    rf"\s?(?:{_CODES})(?!\w))?(?!\w)",
    re.IGNORECASE,
)
_PER = re.compile(
    r"\s*(?:per|a|an|each|/|every|pro|par|al|por|im|je)?\s*(?P<unit>mo|hour|hr|stunde|heure|hora|"
    + "|".join(PERIOD_UNITS)
    + r")\b",
    re.IGNORECASE,
)
_PERIOD_ADVERB = re.compile(
    r"^\s*(?:monthly|annually|yearly|weekly|daily|quarterly|monatlich|jährlich)\b", re.IGNORECASE
)
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
_CLAUSE_BREAK = re.compile(
    r"[;\n:!?()\[\]•|]|,(?!\d{3}\b)|(?<!\d)\.(?!\d)|\.(?=\s|$)|\s[-–—]\s|\b(?:and|und|et|y|plus|sowie|"
    r"with|mit|avec|con)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w&'’/-]*")


@dataclass(frozen=True)
class Figure:
    """One number of the request. `value` is in units (0.05 for 5 %); `per` is the period it recurs in, if any."""

    value: float
    unit: Unit
    label: str
    per: str | None = None
    quantity: float | None = None
    start: int = 0

    def speaks_of(self, words: str) -> bool:
        """Whether the label contains one of the alternatives of a regular expression."""
        return re.search(rf"\b(?:{words})", self.label, re.IGNORECASE) is not None


def mask_dates(text: str) -> str:
    """The text with dates and clock times blanked, character for character."""
    for pattern in (*_DATES, _TIMES):
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    return text


def date_texts(text: str) -> list[str]:
    """The substrings that read as dates with at least a month, in order of appearance."""
    spans = [match for pattern in _DATES for match in pattern.finditer(text)]
    return [match.group() for match in sorted(spans, key=lambda match: (match.start(), -match.end()))]


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


def find_figures(text: str, *, decimal_comma: bool = False) -> list[Figure]:
    """All numbers that are not dates, years, times or parts of words, with the words of their clause as label."""
    masked = mask_dates(text)
    if decimal_comma:
        # "8 000 €": a space may group thousands; the narrow one is read as such everywhere.
        masked = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "\u202f", masked)
    matches = [match for match in _NUMBER.finditer(masked) if not _is_year(match)]
    figures = [_figure(masked, matches, index, decimal_comma) for index in range(len(matches))]
    return _join_quantities(figures, masked)


def _is_year(match: re.Match[str]) -> bool:
    bare = match["before"] is None and match["after"] is None and match["size"] is None
    return bare and re.fullmatch(r"(?:19|20)\d\d", match["digits"]) is not None


def _figure(text: str, matches: list[re.Match[str]], index: int, decimal_comma: bool) -> Figure:
    match = matches[index]
    value = parse_number(match["digits"], decimal_comma=decimal_comma) * (-1 if match["sign"] else 1)
    value = round(value * MAGNITUDES[match["size"].lower()], 6) if match["size"] else value
    unit = _unit(match)
    left_limit = _end_with_period(text, matches[index - 1], match.start()) if index else 0
    right_limit = matches[index + 1].start() if index + 1 < len(matches) else len(text)
    per = _PER.match(text, match.end(), min(right_limit, match.end() + 24)) if right_limit > match.end() else None
    after_start = (
        per.end() if per and (unit != "count" or per.group().strip().startswith(("per", "/", "a "))) else match.end()
    )
    label = _label(text[left_limit : match.start()], text[after_start:right_limit], unit)
    each = re.match(
        r"\s*(?:per|a|/|each|pro|par|por)\s*(guest|person|head|gast|invité|invitado)s?\b",
        text[match.end() : right_limit],
        re.IGNORECASE,
    )
    label = f"{label} per guest" if each else label
    recurrence = _recurrence(per, unit, text[left_limit : match.start()])
    return Figure(round(value / 100, 10) if unit == "percent" else value, unit, label, recurrence, None, match.start())


def _end_with_period(text: str, match: re.Match[str], limit: int) -> int:
    per = _PER.match(text, match.end(), limit) if limit > match.end() else None
    return per.end() if per else match.end()


def _unit(match: re.Match[str]) -> Unit:
    after = (match["after"] or "").strip().lower()
    if after and after not in CURRENCIES:
        return "percent"
    return "money" if after or match["before"] else "count"


def _recurrence(per: re.Match[str] | None, unit: Unit, before: str) -> str | None:
    if per and (
        unit != "count"
        or re.match(r"\s*(?:per|/|a|pro|par|al|por|im)\b", per.group(), re.IGNORECASE)
        or _PERIOD_ADVERB.match(per.group())
    ):
        word = per["unit"].lower()
        return (
            "month"
            if word == "mo"
            else "hour"
            if word in ("hr", "hour", "stunde", "heure", "hora")
            else PERIOD_UNITS[word]
        )
    adverb = re.search(
        r"\b(monthly|weekly|quarterly|annual|yearly|daily|monatliche?|jährliche?|mensuel|mensual|annuel|"
        r"anual)\b[^,;.]*$",
        before,
        re.IGNORECASE,
    )
    return PERIOD_UNITS.get(re.sub(r"che$", "ch", adverb[1].lower())) if adverb and unit != "percent" else None


def _label(before: str, after: str, unit: Unit) -> str:
    """The words that name the number: those before it in its clause, else those after it."""
    behind = _CLAUSE_BREAK.split(after)[0]
    ahead = _CLAUSE_BREAK.split(re.sub(r"[:=(\s]+$", " ", before))[-1]
    owned = re.match(r"\s*(?:for|on|of|für|pour|de|para)\s", behind, re.IGNORECASE)
    adjacent = re.search(r"([^\W\d_][\w&'’/-]*)\s*[=:]?\s*$", ahead if ":" not in before[-3:] else before)
    named_ahead = (
        adjacent is not None
        and bool(_words(adjacent[1]))
        and not (":" in before[-3:] and owned and len(_words(ahead)) > 2)
    )
    first, second = (
        (behind, ahead) if (unit == "count" and not named_ahead) or (owned and not named_ahead) else (ahead, behind)
    )
    return " ".join((_words(first)[-5:] if first is ahead else _words(first)[:4]) or _words(second)[:4]) or _verbatim(
        before
    )


def _verbatim(before: str) -> str:
    """What stands before a number where no plain words do, such as a formula that is meant as a name."""
    text = re.split(r"[,;\n]|\s(?:and|with)\s", before)[-1].strip()[-60:]
    return text if re.search(r"[^\W\d_]", text) and _words(text) else ""


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word.lower() not in STOP_WORDS and word.lower() not in CURRENCIES]


def _join_quantities(figures: list[Figure], text: str) -> list[Figure]:
    """Joins "3 chairs at $120" to one figure: the unit price with its quantity."""
    joined: list[Figure] = []
    skip = False
    for count, price in zip_longest(figures, figures[1:]):
        if skip:
            skip = False
            continue
        between = text[count.start : price.start] if price else ""
        linked = re.fullmatch(
            r"[\d.,]+\s*(?:x|×)?\s*([^,;\n]{2,60}?)\s*(?:at|@|à|zu(?: je)?|je|a|for|für|por|:|x|×|,"
            r"?\s*unit price)\s*(?:only )?",
            between,
            re.IGNORECASE,
        )
        if price and linked and count.unit == "count" and price.unit != "percent" and _words(linked[1]):
            name = re.sub(r"^(?:of|de|von)\s+", "", linked[1].strip())
            joined.append(replace(price, label=name, quantity=count.value, unit="money", start=count.start))
            skip = True
        else:
            joined.append(count)
    return joined
