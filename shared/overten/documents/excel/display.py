"""What a cell shows under its number format."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from overten.documents.excel.values import _EPOCH
from overten.documents.excel.workbook import CellContent


@lru_cache(maxsize=65_536)
def displayed(value: CellContent, code: str | None) -> str:
    """What a cell shows for a value under a number format code. Good to the width of a digit or two, not a full
    renderer: it knows sections, digits, thousands, percent, literals, dates and scale commas."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    if not code or code == "General":
        return _general(value)
    section = _section(value, code)
    if is_date_code(section):
        return _date(value, section)
    return _number(abs(value) if ";" in code and value < 0 else value, section)


@lru_cache(maxsize=1_024)
def is_date_code(code: str) -> bool:
    """Whether a number format code shows a date or a time."""
    return re.search(r"[ymdhs]", _without_literals(code), re.IGNORECASE) is not None


def _without_literals(code: str) -> str:
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", code)


def _general(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.10g}"


def _section(value: float, code: str) -> str:
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]


def _number(value: float, section: str) -> str:
    """The number in its section, with the literal text before and after the digits kept in place."""
    text = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r"\1", section)
    text = re.sub(r"\[[^\]]*\]", "", text)
    text = re.sub(r"_.", " ", text)
    text = re.sub(r"[*\\\"]", "", text)
    digits = re.search(r"[#0?][#0?,.]*", text)
    if digits is None:
        return text
    body = digits[0].rstrip(",")
    scaled = value / 1000 ** (len(digits[0]) - len(body)) * (100 if "%" in _without_literals(section) else 1)
    decimals = len(body.partition(".")[2])
    number = f"{scaled:,.{decimals}f}" if "," in body else f"{scaled:.{decimals}f}"
    return text[: digits.start()] + number + text[digits.end() :]


def _date(value: float, section: str) -> str:
    try:
        moment = _EPOCH + timedelta(days=value)
    except OverflowError:
        return "#" * 255
    samples = [
        ("yyyy", f"{moment:%Y}"), ("yy", f"{moment:%y}"), ("mmmm", f"{moment:%B}"), ("mmm", f"{moment:%b}"),
        ("mm", "00"), ("dddd", f"{moment:%A}"), ("ddd", f"{moment:%a}"), ("dd", "00"), ("hh", "00"), ("ss", "00"),
        ("m", f"{moment.month}"), ("d", f"{moment.day}"), ("h", f"{moment.hour}"), ("s", f"{moment.second}"),
    ]  # fmt: skip
    names = dict(samples)
    cleaned = re.sub(r"\[[^\]]*\]", "", section).replace('"', "").replace("\\", "")
    pattern = "|".join(key for key, _ in samples)
    return re.sub(pattern, lambda match: names[match[0].lower()], cleaned, flags=re.IGNORECASE)
