"""From the values an operation brings to the contents of cells."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime

from overten.documents.errors import OperationError
from overten.documents.excel import formulas
from overten.documents.excel.operations import CellValue, ValueKind
from overten.documents.excel.workbook import CellContent, is_formula, text_of

MAX_CELL_CHARACTERS = 32_767
DATE_KINDS = frozenset({"date", "month", "datetime"})
MAX_EXACT_INTEGER = 10**15  # Excel keeps 15 digits

_FIRST_DATE = date(1900, 3, 1)  # before this day Excel's serial numbers are off by one
_EPOCH = datetime(1899, 12, 30)  # naive: cells have no time zone
_LAST_SERIAL = 2_958_465  # 9999-12-31
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TIME = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?")
_MONTH = re.compile(r"\d{4}-\d{2}")


def serial_of(moment: date | datetime) -> float | int:
    """Excel's serial number: days since 1899-12-30, with the time of day as fraction."""
    if not isinstance(moment, datetime):
        return (moment - _EPOCH.date()).days
    delta = moment.replace(tzinfo=None) - _EPOCH
    return delta.days if not delta.seconds else delta.days + delta.seconds / 86_400


def content_of(value: CellValue, kind: ValueKind | None, where: str) -> CellContent | None:
    """The content that `value` makes in a cell of the given kind; None for an empty cell.

    Raises OperationError for a bad date, an invalid or forbidden formula, or a value Excel cannot hold.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text_content(value, kind, where)
    if not math.isfinite(value):
        raise OperationError(f"{value} is not a number Excel can hold", where=where, fix="Leave the cell null.")
    if isinstance(value, int) and abs(value) >= MAX_EXACT_INTEGER:
        raise OperationError(
            f"{value} has more than 15 digits and would be rounded", where=where, fix='Write it as text: "…".'
        )
    if kind in DATE_KINDS and not 1 <= value <= _LAST_SERIAL:
        raise OperationError(f"{value} is not a date", where=where, fix="Write dates as YYYY-MM-DD.")
    return value


def contents_of(
    values: Sequence[CellValue], kind: ValueKind | None, where: str
) -> Sequence[CellContent | None]:  # fmt: skip
    """As `content_of` for a whole column, at a cost that grows with how many different texts there are."""
    kinds = set(map(type, values))
    numbers = [value for value in values if type(value) is int or type(value) is float] if kinds & {int, float} else []
    if numbers and not _are_ordinary(numbers, kind):
        return [content_of(value, kind, where) for value in values]
    if str not in kinds:
        return values
    texts = {text: _text_content(text, kind, where) for text in {v for v in values if isinstance(v, str)}}
    return [texts[value] if isinstance(value, str) else value for value in values]


def _are_ordinary(numbers: Sequence[int | float], kind: ValueKind | None) -> bool:
    """Whether Excel surely holds all of the numbers as they are."""
    low, high = min(numbers), max(numbers)
    if not math.isfinite(sum(numbers)) or max(-low, high) >= MAX_EXACT_INTEGER:
        return False
    return kind not in DATE_KINDS or (low >= 1 and high <= _LAST_SERIAL)


def _text_content(value: str, kind: ValueKind | None, where: str) -> CellContent | None:
    if len(value) > MAX_CELL_CHARACTERS // 2 and (length := len(value.encode("utf-16-le")) // 2) > MAX_CELL_CHARACTERS:
        raise OperationError(
            f"The text has {length} characters",
            where=where,
            fix=f"A cell holds at most {MAX_CELL_CHARACTERS}; split it.",
        )
    if is_formula(value):
        formulas.check(value, where)
        return formulas.completed(value)
    if value.startswith("'"):
        return as_text(value[1:])
    if kind in DATE_KINDS:
        return _date_content(value, where) if value else None
    if kind in {"time", "duration"}:
        return _time_content(value)
    if kind in {"integer", "number", "currency", "percent", "accounting", "thousands", "millions"}:
        return _number_content(value)
    return as_text(value) if value else None


def as_text(text: str) -> str | None:
    """The stored form of a text that must never be read as a formula."""
    return "'" + text if text.startswith(("=", "'")) else text or None


def _date_content(value: str, where: str) -> float | int:
    try:
        moment = datetime.fromisoformat(value + "-01" if _MONTH.fullmatch(value) else value)
    except ValueError as error:
        raise OperationError(
            f"{value!r} is not an ISO date", where=where, fix="Write dates as YYYY-MM-DD, months as YYYY-MM."
        ) from error
    if moment.date() < _FIRST_DATE:
        raise OperationError(
            f"{value!r} is before 1900-03-01", where=where, fix="Write it as text behind an apostrophe."
        )
    return serial_of(moment)


def _time_content(value: str) -> CellContent | None:
    """Hours and minutes, with or without seconds, as a part of a day; other text stays text."""
    match = _TIME.fullmatch(value.strip())
    if match is None:
        return as_text(value) if value else None
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return seconds / 86_400


def _number_content(value: str) -> CellContent | None:
    """Text in a column of numbers: a number written as text becomes one; anything else (n/a) stays text."""
    stripped = value.strip()
    if _NUMBER.fullmatch(stripped) and len(stripped) <= 15:
        number = float(stripped)
        return int(number) if number.is_integer() else number
    if stripped.endswith("%") and _NUMBER.fullmatch(stripped[:-1]):
        return float(stripped[:-1]) / 100
    return as_text(value) if value else None


def dated(content: CellContent, where: str) -> CellContent:
    """The content of a cell that was just given a date style: ISO text becomes a date, the rest stays."""
    if isinstance(content, str) and not is_formula(content) and re.match(r"\d{4}-\d{2}", content):
        return _date_content(text_of(content), where)
    return content
