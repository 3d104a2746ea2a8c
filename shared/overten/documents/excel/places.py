"""The places operations name: sheets, ranges and cells, and whether there is room for more."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from overten.documents.errors import OperationError
from overten.documents.excel.formulas import filled_down
from overten.documents.excel.grid import Area, parse_cell, parse_range
from overten.documents.excel.layout import BIG_STYLED_AREA
from overten.documents.excel.operations import CellValue, RangeStyle, WriteBlock
from overten.documents.excel.references import sheets_there_are
from overten.documents.excel.workbook import HEADER_OF_TABLE, Sheet, SheetAdded, Workbook

MAX_SHEETS = 100
MAX_CELLS = 1_000_000
MAX_STYLES_PER_SHEET = 5_000
MAX_STYLED_CELLS_PER_SHEET = 2_000_000
MAX_FILLED_CELLS = 200_000


def refusal(what: str, where: str, fix: str) -> OperationError:
    """The error that refuses an operation, to be raised."""
    return OperationError(what, where=where, fix=fix)


def sheet_named(workbook: Workbook, name: str) -> Sheet:
    """The sheet of that name. Raises OperationError, listing the sheets there are."""
    sheet = workbook.find_sheet(name)
    if sheet is None:
        raise refusal(f"There is no sheet {name!r}", "sheet", sheets_there_are(workbook, name))
    return sheet


def no_table(workbook: Workbook, name: str, where: str) -> OperationError:
    """The error for a table that is not there, or not one that operations can change; to be raised."""
    for sheet in workbook.sheets:
        for locked in sheet.locked:
            if locked.what.casefold() == f"{HEADER_OF_TABLE}{name}".casefold():
                fix = f"Read its cells on sheet {sheet.name}, and write beside it with write_block."
                return refusal(f"Table {name} of the uploaded file (header {locked.range}) stays as it is", where, fix)
    names = ", ".join(table.name for sheet in workbook.sheets for table in sheet.tables) or "none"
    return refusal(f"There is no table {name}", where, f"Tables are: {names}.")


def area_of(ref: str, sheet: Sheet) -> Area:
    """The area of a range. Raises OperationError for what is not one."""
    try:
        return parse_range(ref)
    except ValueError as error:
        raise refusal(str(error), f"{sheet.name}!{ref}", "Give a range such as B2:D9.") from error


def cell_of(ref: str, sheet: Sheet) -> tuple[int, int]:
    """Row and column of a cell. Raises OperationError for what is not one."""
    area = area_of(ref, sheet)
    return area.first_row, area.first_column


def sheet_to_write(workbook: Workbook, name: str) -> Sheet:
    """The sheet of that name, or a new one that `kept` adds to the workbook once all else has succeeded."""
    sheet = workbook.find_sheet(name)
    if sheet is not None:
        return sheet
    alike = next((other.name for other in workbook.sheets if _are_alike(other.name, name)), None)
    if alike:
        names = ", ".join(s.name for s in workbook.sheets)
        fix = f"Did you mean {alike!r}? Sheets are: {names}. To have both, create_sheet first."
        raise refusal(f"There is no sheet {name!r}", "sheet", fix)
    check_new_sheet(workbook, name)
    return Sheet(name=name)


def _are_alike(first: str, second: str) -> bool:
    """Whether one name is probably a slip for the other: nearly the same letters, and the same numbers."""
    words, others = (re.findall(r"[^\W\d_]+|\d+", name.casefold()) for name in (first, second))
    if [word for word in words if _is_mark(word)] != [word for word in others if _is_mark(word)]:
        return False
    return SequenceMatcher(None, "".join(words), "".join(others)).ratio() > 0.85


def _is_mark(word: str) -> bool:
    """Numbers and single letters tell sheets of a series apart: Scenario A and B, 2025 and 2026."""
    return word.isdecimal() or len(word) == 1


def kept(workbook: Workbook, sheet: Sheet) -> str:
    """Adds the sheet if it is new, and says so; "" if it was there."""
    if any(other is sheet for other in workbook.sheets):
        return ""
    workbook.sheets.append(sheet)
    workbook.record(SheetAdded(sheet=sheet.name, position=len(workbook.sheets) - 1))
    return f"; created sheet {sheet.name} (sheets: {', '.join(s.name for s in workbook.sheets)})"


def check_new_sheet_name(workbook: Workbook, name: str, renamed: Sheet | None = None) -> None:
    other = workbook.find_sheet(name)
    if other is not None and other is not renamed:
        raise refusal(f"A sheet {other.name!r} already exists", "sheet", "Choose another name; case is not told apart.")
    if name.casefold() == "history" or name != name.strip():
        raise refusal(f"Excel does not take {name!r} as a sheet's name", "sheet", "Choose another name.")


def check_new_sheet(workbook: Workbook, name: str) -> None:
    check_new_sheet_name(workbook, name)
    if len(workbook.sheets) >= MAX_SHEETS:
        raise refusal(f"The workbook has {MAX_SHEETS} sheets", "create_sheet", "Put the content on fewer sheets.")


def check_room(workbook: Workbook, sheet: Sheet, cells: int, styles: int) -> None:
    # Packed values take a fraction of the room, in memory and in time; two of them count as one cell.
    packed = sum(packed.filled for sheet in workbook.sheets for packed in sheet.packed)
    filled = sum(sheet.filled_cell_count() for sheet in workbook.sheets) - packed // 2
    most = MAX_CELLS + (workbook.source.cells if workbook.source else 0)  # an uploaded file's own are not ours to bound
    if filled + cells > most:
        raise refusal(
            f"The workbook would have more than {most:,} cells", sheet.name, "Summarise the data or write less."
        )
    if len(sheet.styles) + styles > MAX_STYLES_PER_SHEET:
        raise refusal(
            f"The sheet would have more than {MAX_STYLES_PER_SHEET:,} styled ranges", sheet.name, "Style larger ranges."
        )


def check_styled_cells(sheet: Sheet, styles: list[RangeStyle]) -> None:
    """Bounds the work of laying out. A range larger than BIG_STYLED_AREA is cut to the filled cells by the layout."""
    sizes = (min(area_of(style.range, sheet).size, BIG_STYLED_AREA) for style in (*sheet.styles, *styles))
    if sum(sizes) > MAX_STYLED_CELLS_PER_SHEET:
        raise refusal("The sheet has too many styles over each other", sheet.name, "Style each range once.")


def covers(outer: Area, inner: Area) -> bool:
    return outer.contains(*inner[:2]) and outer.contains(*inner[2:])


def filled_rows(operation: WriteBlock) -> list[list[CellValue]]:
    """The rows of a block, the last one filled down as far as the operation says. Raises OperationError."""
    rows, first_row = operation.rows, parse_cell(operation.anchor)[0]
    if operation.fill_to_row is None:
        return rows
    where = f"{operation.sheet}!{operation.anchor}"
    further = operation.fill_to_row - (first_row + len(rows) - 1)
    if further < 0:
        raise refusal(f"The rows reach beyond row {operation.fill_to_row}", where, "Give fewer rows.")
    if further * max(len(rows[-1]), 1) > MAX_FILLED_CELLS:
        raise refusal("The block is too large", where, f"Fill at most {MAX_FILLED_CELLS:,} cells with one call.")
    return [*rows, *([_moved_down(value, by) for value in rows[-1]] for by in range(1, further + 1))]


def _moved_down(value: CellValue, rows: int) -> CellValue:
    return filled_down(value, rows) if isinstance(value, str) and value.startswith("=") else value
