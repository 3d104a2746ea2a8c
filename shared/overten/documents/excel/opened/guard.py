"""Operations on an uploaded workbook: refused where its file could not follow, and what the file knows moves along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from overten.documents.errors import OperationError
from overten.documents.excel import operations
from overten.documents.excel.display import is_date_code
from overten.documents.excel.grid import Area, parse_cell, parse_range
from overten.documents.excel.opened.moves import Shift
from overten.documents.excel.operations import CellStyle, RangeStyle
from overten.documents.excel.places import filled_rows
from overten.documents.excel.workbook import LinesDeleted, LinesInserted, Sheet, Workbook


def guarded(workbook: Workbook, operation: Any, applied: Callable[[Workbook, Any], str]) -> str:
    """Applies an operation to an uploaded workbook. Raises OperationError for what its file could not follow."""
    check(workbook, operation)
    steps = len(workbook.structure)
    told = applied(workbook, with_dates(workbook, operation))
    for change in workbook.structure[steps:]:
        if isinstance(change, LinesInserted | LinesDeleted):
            _follow(workbook, change)
    return told


def check(workbook: Workbook, operation: Any) -> None:
    for sheet, area in _touched(workbook, operation):
        for locked in sheet.locked:
            if parse_range(locked.range).overlaps(area):
                raise OperationError(
                    f"{locked.range} belongs to a {locked.what} of the uploaded file",
                    where=f"{sheet.name}!{area.ref}",
                    fix="Work beside it; it stays as it is.",
                )


def _touched(workbook: Workbook, operation: Any) -> Iterator[tuple[Sheet, Area]]:
    """The cells an operation changes, as far as locked ones are concerned."""
    name = getattr(operation, "sheet", None)
    sheet = workbook.find_sheet(name) if name else None
    if sheet is None:
        return
    if isinstance(operation, operations.WriteBlock):
        row, column = parse_cell(operation.anchor)
        for offset, values in enumerate(filled_rows(operation)):
            for place, value in enumerate(values):
                if value is not None:
                    cell = (row + offset, column + place)
                    yield sheet, Area(*cell, *cell)
    elif isinstance(operation, operations.WriteTable):
        row, column = parse_cell(operation.anchor)
        yield sheet, Area(row, column, row + len(operation.rows) + 1, column + len(operation.columns) - 1)
    elif (
        isinstance(operation, operations.ClearRange | operations.MergeCells | operations.SortRange) and operation.range
    ):
        yield sheet, parse_range(operation.range)
    elif isinstance(operation, operations.ChangeLines):
        yield from _cut(sheet, operation)


def _cut(sheet: Sheet, operation: operations.ChangeLines) -> Iterator[tuple[Sheet, Area]]:
    """Locked ranges may move as a whole; lines inside of them are neither pushed in nor taken out."""
    from overten.documents.excel.grid import column_number

    rows = operation.action.endswith("rows")
    at = int(operation.at) if operation.at.isdecimal() else column_number(operation.at)
    for locked in sheet.locked:
        area = parse_range(locked.range)
        first, last = (area.first_row, area.last_row) if rows else (area.first_column, area.last_column)
        inside = first < at <= last
        if operation.action.startswith("delete"):
            inside = at <= last and at + operation.count - 1 >= first
        if inside:
            yield sheet, area


def with_dates(workbook: Workbook, operation: Any) -> Any:
    """The operation with the kind "date" for cells that the file formats as dates, so that ISO dates become such."""
    if not isinstance(operation, operations.WriteBlock):
        return operation
    sheet = workbook.find_sheet(operation.sheet)
    if sheet is None or not any(
        isinstance(value, str) and value[:4].isdigit() for row in operation.rows for value in row
    ):
        return operation
    row, column = parse_cell(operation.anchor)
    width = max(len(values) for values in operation.rows)
    block = Area(row, column, row + len(operation.rows) - 1, column + max(width, 1) - 1)
    dated = [
        RangeStyle(range=look.range, style=CellStyle(kind="date", number_format=look.style.number_format))
        for look in sheet.looks
        if look.style.number_format
        and is_date_code(look.style.number_format)
        and parse_range(look.range).overlaps(block)
    ]
    clipped = [RangeStyle(range=_common(parse_range(style.range), block).ref, style=style.style) for style in dated]
    return operation.model_copy(update={"styles": [*clipped, *operation.styles]})


def _common(first: Area, second: Area) -> Area:
    return Area(
        max(first.first_row, second.first_row), max(first.first_column, second.first_column),
        min(first.last_row, second.last_row), min(first.last_column, second.last_column),
    )  # fmt: skip


def _follow(workbook: Workbook, change: LinesInserted | LinesDeleted) -> None:
    """Looks and locked ranges move with the lines."""
    sheet = workbook.find_sheet(change.sheet)
    if sheet is None:
        return
    shift = Shift(
        sheet.name, change.axis, change.at, change.count if isinstance(change, LinesInserted) else -change.count
    )
    for look in list(sheet.looks):
        moved = shift.area(parse_range(look.range))
        if moved is None:
            sheet.looks.remove(look)
        else:
            look.range = moved.ref
    for locked in sheet.locked:
        moved = shift.area(parse_range(locked.range))
        locked.range = moved.ref if moved else locked.range
