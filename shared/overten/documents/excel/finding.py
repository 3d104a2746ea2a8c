"""Finding and replacing text in cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overten.documents.excel import formulas
from overten.documents.excel.grid import Area, cell_name
from overten.documents.excel.operations import FindReplace
from overten.documents.excel.places import area_of, refusal, sheet_named
from overten.documents.excel.values import MAX_CELL_CHARACTERS, as_text, content_of
from overten.documents.excel.workbook import CellContent, Sheet, Workbook, is_formula, text_of

MAX_TOLD_CELLS = 20


def find_replace(workbook: Workbook, operation: FindReplace) -> str:
    """Finds text and, if asked, replaces it; says how often and where. Raises OperationError and changes nothing."""
    if operation.range and not operation.sheet:
        raise refusal("The range names no sheet", "range", "Give the sheet, too.")
    sheets = [sheet_named(workbook, operation.sheet)] if operation.sheet else workbook.sheets
    area = area_of(operation.range, sheets[0]) if operation.range else None
    pattern = _pattern(operation)
    hits = 0
    changes: list[tuple[Sheet, int, int, CellContent | None]] = []
    for sheet, row, column, content in _candidates(sheets, area, operation):
        count, replaced = _replaced(content, pattern, operation, f"{sheet.name}!{cell_name(row, column)}")
        if count:
            hits += count
            changes.append((sheet, row, column, replaced))
    if not changes:
        return f"Found {operation.find!r} nowhere"
    if operation.replace is not None:
        for sheet, row, column, replaced in changes:
            if replaced is None:
                del sheet.cells[row][column]
            else:
                sheet.put(row, column, replaced)
    told = ", ".join(f"{sheet.name}!{cell_name(row, column)}" for sheet, row, column, _ in changes[:MAX_TOLD_CELLS])
    more = f" and {len(changes) - MAX_TOLD_CELLS} more" if len(changes) > MAX_TOLD_CELLS else ""
    verb = "Found" if operation.replace is None else "Replaced"
    return f"{verb} {operation.find!r} {hits} times in {len(changes)} cells: {told}{more}"


def _pattern(operation: FindReplace) -> re.Pattern[str]:
    literal = re.escape(operation.find)
    return re.compile(f"^{literal}$" if operation.whole_cell else literal, 0 if operation.match_case else re.IGNORECASE)


def _candidates(
    sheets: list[Sheet], area: Area | None, operation: FindReplace
) -> Iterator[tuple[Sheet, int, int, CellContent]]:
    for sheet in sheets:
        frames = [
            table.area._replace(first_row=row, last_row=row)
            for table in sheet.tables
            for row in ({table.first_row, table.area.last_row} if table.has_totals else {table.first_row})
        ]
        calculated = [
            table.column_area(index)
            for table in sheet.tables
            for index, column in enumerate(table.columns)
            if column.formula
        ]
        for row, column, content in sheet.filled():
            if (area and not area.contains(row, column)) or any(frame.contains(row, column) for frame in frames):
                continue
            if is_formula(content) and operation.look_in == "values":
                continue
            if is_formula(content) and any(one.contains(row, column) for one in calculated):
                continue  # one formula for the whole column, changed by writing the column anew
            yield sheet, row, column, content


def _replaced(
    content: CellContent, pattern: re.Pattern[str], operation: FindReplace, where: str
) -> tuple[int, CellContent | None]:
    """How often the text occurs in a cell, and the cell's content with it replaced."""
    replacement = operation.replace or ""
    if isinstance(content, bool):
        return 0, content
    if not isinstance(content, str):
        text = f"{content:.15g}" if isinstance(content, float) else str(content)
        if not pattern.fullmatch(text):
            return 0, content
        return 1, content_of(_as_data(replacement), "number", where)
    text = content if is_formula(content) else text_of(content)
    changed, count = pattern.subn(lambda _: replacement, text)
    if not count:
        return 0, content
    if is_formula(content):
        if operation.replace is not None:
            if not changed.startswith("="):
                return count, as_text(changed)
            formulas.check(changed, where)
        return count, changed
    if len(changed.encode("utf-16-le")) // 2 > MAX_CELL_CHARACTERS:
        raise refusal("The text would be too long for a cell", where, f"A cell holds {MAX_CELL_CHARACTERS} characters.")
    return count, as_text(changed)


def _as_data(text: str) -> str:
    """Text that takes a number's place: never a formula."""
    return f"'{text}" if text.startswith(("=", "'")) else text
