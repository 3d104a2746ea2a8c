"""Sorting rows in place, with formulas that still mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from overten.documents.excel.grid import (
    Area,
    cell_name,
    column_letters,
    column_number,
    parse_cell,
    parse_range,
    split_sheet,
)
from overten.documents.excel.operations import SortKey, SortRange
from overten.documents.excel.places import area_of, no_table, refusal, sheet_named
from overten.documents.excel.recalculate import ERROR_VALUES, Evaluation, evaluate
from overten.documents.excel.shift import Reference, references, rewritten
from overten.documents.excel.workbook import CellContent, Sheet, Table, Workbook


class _Key(NamedTuple):
    column: int
    descending: bool


def sort_range(workbook: Workbook, operation: SortRange) -> str:
    """Sorts the rows of a table or range. Raises OperationError, with the workbook unchanged."""
    sheet, area, table = _target(workbook, operation)
    where = f"{sheet.name}!{area.ref}"
    keys = [_key(sheet, area, table, key, where) for key in operation.by]
    _check_alone(workbook, sheet, area, table, where)
    rows = list(range(area.first_row, area.last_row + 1))
    order = _order(sheet, rows, keys, evaluate(workbook))
    places = {old: rows[index] for index, old in enumerate(order)}
    contents = {row: _row(sheet, area, row, places[row], where) for row in rows}
    for row in rows:
        cells = sheet.cells.setdefault(places[row], {})
        for column in range(area.first_column, area.last_column + 1):
            cells.pop(column, None)
    for row, moved in contents.items():
        sheet.cells[places[row]].update(moved)
    for row in rows:
        if not sheet.cells[row]:
            del sheet.cells[row]
    _move_attachments(sheet, area, places)
    moved_rows = sum(old != new for old, new in places.items())
    by = ", ".join(key.column + (" descending" if key.descending else "") for key in operation.by)
    return f"Sorted {len(rows)} rows of {where} by {by}; {moved_rows} moved"


def _target(workbook: Workbook, operation: SortRange) -> tuple[Sheet, Area, Table | None]:
    """The sheet, the rows to be sorted without header and total row, and the table they are of."""
    if (operation.table is None) == (operation.range is None or operation.sheet is None):
        raise refusal("It is not clear what to sort", "sort_range", "Give a table, or a sheet with a range.")
    if operation.table is not None:
        found = workbook.find_table(operation.table)
        if found is None:
            raise no_table(workbook, operation.table, "table")
        return found[0], found[1].data, found[1]
    sheet = sheet_named(workbook, operation.sheet or "")
    area = area_of(operation.range or "", sheet)
    used = sheet.used_area()
    if used and area.last_row > used.last_row:
        area = area._replace(last_row=max(used.last_row, area.first_row))
    if operation.header:
        area = area._replace(first_row=area.first_row + 1)
    if area.first_row >= area.last_row:
        raise refusal("There are no two rows to sort", f"{sheet.name}!{operation.range}", "Give more rows.")
    return sheet, area, None


def _key(sheet: Sheet, area: Area, table: Table | None, key: SortKey, where: str) -> _Key:
    index = table.column_index(key.column) if table else None
    if table and index is not None:
        return _Key(table.first_column + index, key.descending)
    header = next(
        (
            column
            for column in range(area.first_column, area.last_column + 1)
            if area.first_row > 1 and str(sheet.content(area.first_row - 1, column)).casefold() == key.column.casefold()
        ),
        None,
    )
    column = header
    if column is None and key.column.isascii() and key.column.isalpha() and len(key.column) <= 3:
        column = column_number(key.column)
    if column is None or not area.first_column <= column <= area.last_column:
        letters = f"{column_letters(area.first_column)} to {column_letters(area.last_column)}"
        raise refusal(f"There is no column {key.column!r} in it", where, f"Its columns are {letters}; headers do, too.")
    return _Key(column, key.descending)


def _check_alone(workbook: Workbook, sheet: Sheet, area: Area, table: Table | None, where: str) -> None:
    """Refuses what sorting would tear apart: merged cells, parts of tables, and formulas that point at single rows."""
    if any(merge.overlaps(area) for merge in sheet.merged_areas()):
        raise refusal("The range holds merged cells", where, "Cells to be sorted cannot be merged.")
    other = next((other for other in sheet.tables if other is not table and other.area.overlaps(area)), None)
    if other:
        raise refusal(f"The range lies over table {other.name}", where, "Sort the table by its name.")
    user = next(_pointers(workbook, sheet, area), None)
    if user:
        fix = "Look the row up instead (INDEX and MATCH, or a reference to the whole column)."
        raise refusal(f"{user} refers to single rows of it and would show others", where, fix)


def _pointers(workbook: Workbook, target: Sheet, area: Area) -> Iterator[str]:
    """What outside of the sorted rows refers to some of them only, in words."""
    for name, ref in workbook.names.items():
        sheet, cells = split_sheet(ref)
        if sheet.casefold() == target.name.casefold() and _is_part(parse_range(cells), area):
            yield f"The name {name}"
    for home in workbook.sheets:
        for row, column, content in home.filled():
            if not isinstance(content, str) or not content.startswith("="):
                continue
            if home is target and area.contains(row, column):
                continue
            if home is not target and "!" not in content:
                continue
            for reference in references(content):
                own = not reference.sheet and home is target
                if (own or reference.sheet.casefold() == target.name.casefold()) and _is_part(reference.area, area):
                    yield f"{home.name}!{cell_name(row, column)}"


def _is_part(area: Area, rows: Area) -> bool:
    """Whether an area holds some of the rows but not all."""
    whole = area.first_row <= rows.first_row and area.last_row >= rows.last_row
    return area.overlaps(rows) and not whole


def _row(sheet: Sheet, area: Area, row: int, new_row: int, where: str) -> dict[int, CellContent]:
    """The contents of a row as they read in their new place: references to the own row follow it."""
    cells = sheet.cells.get(row, {})
    moved: dict[int, CellContent] = {}
    for column, content in cells.items():
        if not area.first_column <= column <= area.last_column:
            continue
        if not isinstance(content, str) or not content.startswith("="):
            moved[column] = content
            continue

        def changed(reference: Reference, column: int = column) -> Reference:
            own = not reference.sheet or reference.sheet.casefold() == sheet.name.casefold()
            if not own or not reference.area.overlaps(area._replace(first_column=1, last_column=1 << 14)):
                return reference
            if reference.area.first_row == reference.area.last_row == row:
                first, last = reference.first._replace(row=new_row), reference.last._replace(row=new_row)
                return reference._replace(first=first, last=last)
            if _is_part(reference.area, area):
                fix = "Sort the values only, or write the formula without references to other rows."
                raise refusal(f"{cell_name(row, column)} refers to other rows", where, fix)
            return reference

        moved[column] = rewritten(content, changed)
    return moved


def _order(sheet: Sheet, rows: list[int], keys: list[_Key], evaluation: Evaluation) -> list[int]:
    """The rows as they will stand: Excel's order, with empty cells last either way."""
    ordered = rows
    for key in reversed(keys):
        values = {row: evaluation.value(sheet, row, key.column) for row in ordered}
        filled = [row for row in ordered if values[row] not in (None, "")]
        empty = [row for row in ordered if values[row] in (None, "")]
        filled.sort(key=lambda row: rank(values[row]), reverse=key.descending)
        ordered = filled + empty
    return ordered


def rank(value: CellContent | None) -> tuple[int, float, str]:
    """Where a value stands in Excel's order: numbers, text without case, FALSE and TRUE, errors."""
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, int | float):
        return 0, float(value), ""
    text = value or ""
    return (3, 0.0, "") if text in ERROR_VALUES else (1, 0.0, text.casefold())


def _move_attachments(sheet: Sheet, area: Area, places: dict[int, int]) -> None:
    """Notes, links and styles of single rows go with their rows."""

    def moved(ref: str) -> str:
        row, column = parse_cell(ref)
        return cell_name(places[row], column) if area.contains(row, column) else ref

    sheet.notes = {moved(cell): note for cell, note in sheet.notes.items()}
    sheet.links = {moved(cell): link for cell, link in sheet.links.items()}
    for style in sheet.styles:
        styled = parse_range(style.range)
        one_row = styled.first_row == styled.last_row and area.contains(*styled[:2]) and area.contains(*styled[2:])
        if one_row:
            row = places[styled.first_row]
            style.range = styled._replace(first_row=row, last_row=row).ref
