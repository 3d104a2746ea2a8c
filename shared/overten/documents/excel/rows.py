"""The rows of an uploaded workbook, for what asks for its data and not for its looks. Reads by calamine, some ten times
as fast as a reader that keeps cells as objects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from overten.documents.excel.operations import CellValue
from overten.documents.ooxml.archive import Archive
from overten.documents.ooxml.errors import DamagedPackage

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Value = str | int | float | bool | date | datetime | time | timedelta | None


class SheetRows:
    """The sheets of an uploaded workbook, by name."""

    def __init__(self, data: bytes) -> None:
        """Raises UnsafePackage for what must not be unpacked, DamagedPackage for what cannot be read."""
        Archive(data)  # its limits are checked before anything is inflated
        self._workbook = _opened(data)

    @property
    def names(self) -> list[str]:
        """The sheets that hold cells, hidden ones too, in order."""
        return list(self._workbook.sheet_names)

    def of(self, sheet: str) -> Iterator[list[Value]]:
        """The rows of a sheet from its first filled one, each as long as the widest; None for an empty cell. A formula
        is its stored value, an error an empty cell. Raises KeyError for a sheet that is not there."""
        from python_calamine import CalamineError

        if sheet not in self._workbook.sheet_names:
            raise KeyError(sheet)
        try:
            rows = self._workbook.get_sheet_by_name(sheet).iter_rows()
        except CalamineError as error:
            raise DamagedPackage(f"The sheet {sheet} of the file cannot be read.") from error
        for row in rows:
            yield [None if value == "" else value for value in row]


def _opened(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except CalamineError as error:
        raise DamagedPackage("The file is not an Excel workbook, or it is damaged.") from error


def as_cell_values(row: list[Value]) -> list[CellValue]:
    """A row as operations take it: dates in ISO form, whole numbers without a fraction, and text that is none of ours
    (`=1+1`, `'x`) behind an apostrophe, so that it stays text."""
    return [_as_cell_value(value) for value in row]


def _as_cell_value(value: Value) -> CellValue:
    if isinstance(value, str):
        return f"'{value}" if value[:1] in {"=", "'"} else value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 10**15 else value
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return value.isoformat() if isinstance(value, date | time) else value
