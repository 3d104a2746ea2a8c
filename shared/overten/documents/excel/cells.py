"""Operations on cells: blocks, tables, looks, widths and merges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overten.documents.excel.display import is_date_code
from overten.documents.excel.grid import MAX_COLUMNS, MAX_ROWS, Area, cell_name, parse_cell, parse_columns, parse_range
from overten.documents.excel.operations import (
    AddTableColumn,
    AppendRows,
    CellStyle,
    CellValue,
    ClearRange,
    FormatRange,
    MergeCells,
    RangeStyle,
    SetColumns,
    ValueKind,
    WriteBlock,
    WriteTable,
)
from overten.documents.excel.places import (
    area_of,
    cell_of,
    check_room,
    check_styled_cells,
    covers,
    filled_rows,
    kept,
    refusal,
    sheet_named,
    sheet_to_write,
)
from overten.documents.excel.rules import checked_name, put_name
from overten.documents.excel.tables import add_column, append_rows, remove_table, write_table
from overten.documents.excel.values import content_of, dated
from overten.documents.excel.workbook import CellContent, Sheet, Table, Workbook

MAX_MERGED_CELLS = 10_000
MAX_TABLES = 100


def write_block(workbook: Workbook, operation: WriteBlock) -> str:
    sheet = sheet_to_write(workbook, operation.sheet)
    row, column = cell_of(operation.anchor, sheet)
    rows = filled_rows(operation)
    width = max(len(values) for values in rows)
    if not width:
        raise refusal("Every row is empty", f"{sheet.name}!{operation.anchor}", "Give at least one value.")
    area = Area(row, column, row + len(rows) - 1, column + width - 1)
    if area.last_row > MAX_ROWS or area.last_column > MAX_COLUMNS:
        raise refusal("The block does not fit on the sheet", f"{sheet.name}!{operation.anchor}", "Write less.")
    _check_not_table_frame(sheet, rows, row, column)
    check_room(workbook, sheet, area.size, len(operation.styles))
    check_styled_cells(sheet, operation.styles)
    kinds = _kinds(sheet, operation.styles)
    day_areas = _day_areas(sheet, operation.styles)
    contents = list(_block_contents(sheet, rows, row, column, kinds, day_areas))
    names = [checked_name(workbook, name, sheet, cells) for name, cells in operation.names.items()]
    written = {(cell_row, cell_column): content for cell_row, cell_column, content in contents}
    for place, content in (_redated(sheet, operation.styles) | written).items():
        sheet.put(*place, content)
    sheet.styles.extend(operation.styles)
    for name, ref in names:
        put_name(workbook, name, ref)
    named = f"; named {', '.join(f'{name} = {ref}' for name, ref in names)}" if names else ""
    return f"Wrote {len(contents)} cells at {sheet.name}!{area.ref}{named}{kept(workbook, sheet)}"


def _block_contents(
    sheet: Sheet,
    rows: list[list[CellValue]],
    row: int,
    column: int,
    kinds: list[tuple[Area, ValueKind]],
    day_areas: list[Area],
) -> Iterator[tuple[int, int, CellContent]]:
    merges = sheet.merged_areas()
    for row_offset, values in enumerate(rows):
        for column_offset, value in enumerate(values):
            if value is None:
                continue
            place = (row + row_offset, column + column_offset)
            where = f"{sheet.name}!{cell_name(*place)}"
            if any(merge.contains(*place) and merge[:2] != place for merge in merges):
                raise refusal("The cell is hidden in a merged range", where, "Write to the range's first cell.")
            kind = next((kind for area, kind in reversed(kinds) if area.contains(*place)), None)
            if kind is None and _is_iso_day(value) and any(area.contains(*place) for area in day_areas):
                kind = "date"
            content = content_of(value, kind, where)
            if content is not None:
                yield *place, content


def _kinds(sheet: Sheet, styles: list[RangeStyle]) -> list[tuple[Area, ValueKind]]:
    return [(area_of(style.range, sheet), style.style.kind) for style in styles if style.style.kind]


def _day_areas(sheet: Sheet, styles: list[RangeStyle]) -> list[Area]:
    """Ranges whose number format, without a kind, shows dates."""
    codes = [(style.range, style.style.number_format) for style in styles if not style.style.kind]
    return [area_of(ref, sheet) for ref, code in codes if code and is_date_code(code)]


def _is_iso_day(value: CellValue) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) is not None


def _redated(sheet: Sheet, styles: list[RangeStyle]) -> dict[tuple[int, int], CellContent]:
    """The ISO dates that stand as text in ranges about to become ranges of dates, as real dates."""
    changed: dict[tuple[int, int], CellContent] = {}
    for area, kind in _kinds(sheet, styles):
        if kind not in {"date", "month", "datetime"}:
            continue
        for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
            for column, content in sheet.cells[row].items():
                if area.first_column <= column <= area.last_column and isinstance(content, str):
                    changed[row, column] = dated(content, f"{sheet.name}!{cell_name(row, column)}")
    return changed


def _check_not_table_frame(sheet: Sheet, rows: list[list[CellValue]], row: int, column: int) -> None:
    """A table's header and total row belong to the table; its data cells may be overwritten."""
    for table in sheet.tables:
        frame = {table.first_row} | ({table.area.last_row} if table.has_totals else set())
        for table_row in frame:
            offset = table_row - row
            values = rows[offset] if 0 <= offset < len(rows) else []
            hit = next((column + i for i, v in enumerate(values) if v is not None and _within(table, column + i)), None)
            if hit:
                raise refusal(
                    f"It is part of the header or total row of table {table.name}",
                    f"{sheet.name}!{cell_name(table_row, hit)}",
                    "Write the table again with write_table, or write elsewhere.",
                )


def _within(table: Table, column: int) -> bool:
    return table.first_column <= column <= table.last_column


def put_table(workbook: Workbook, operation: WriteTable) -> str:
    sheet = sheet_to_write(workbook, operation.sheet)
    if sum(len(other.tables) for other in workbook.sheets) >= MAX_TABLES:
        raise refusal(f"The workbook has {MAX_TABLES} tables", sheet.name, "Write fewer, longer tables.")
    check_room(workbook, sheet, len(operation.rows) * len(operation.columns), 0)
    return write_table(workbook, sheet, operation) + kept(workbook, sheet)


def extend_table(workbook: Workbook, operation: AppendRows) -> str:
    found = workbook.find_table(operation.table)
    if found:
        check_room(workbook, found[0], len(operation.rows) * len(found[1].columns), 0)
    return append_rows(workbook, operation)


def extend_table_columns(workbook: Workbook, operation: AddTableColumn) -> str:
    found = workbook.find_table(operation.table)
    if found:
        check_room(workbook, found[0], found[1].row_count, 0)
    return add_column(workbook, operation)


def clear_range(workbook: Workbook, operation: ClearRange) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    covered = [table for table in sheet.tables if table.area.overlaps(area)]
    for table in covered:
        if not covers(area, table.area):
            raise refusal(
                f"The range covers only part of table {table.name} at {table.area.ref}",
                f"{sheet.name}!{area.ref}",
                "Cover the whole table to remove it, or write it again.",
            )
    for table in covered:
        remove_table(sheet, table)
    cleared = 0
    for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
        for column in [column for column in sheet.cells[row] if area.first_column <= column <= area.last_column]:
            del sheet.cells[row][column]
            cleared += 1
        if not sheet.cells[row]:
            del sheet.cells[row]
    sheet.styles = [style for style in sheet.styles if not covers(area, parse_range(style.range))]
    sheet.merges = [merge for merge in sheet.merges if not covers(area, parse_range(merge))]
    gone = "".join(f", removed table {table.name}" for table in covered) + _clear_rules(sheet, area)
    return f"Cleared {sheet.name}!{area.ref} ({cleared} cells{gone})"


def _clear_rules(sheet: Sheet, area: Area) -> str:
    """Removes the rules that lie wholly in the area, and the notes, links, sparklines and images in it."""
    formats = [rule for rule in sheet.conditional_formats if not covers(area, parse_range(rule.range))]
    validations = [rule for rule in sheet.validations if not covers(area, parse_range(rule.range))]
    counts = {
        "conditional formats": len(sheet.conditional_formats) - len(formats),
        "validations": len(sheet.validations) - len(validations),
    }
    sheet.conditional_formats, sheet.validations = formats, validations
    notes = {cell: note for cell, note in sheet.notes.items() if not area.contains(*parse_cell(cell))}
    links = {cell: link for cell, link in sheet.links.items() if not area.contains(*parse_cell(cell))}
    sparklines = [lines for lines in sheet.sparklines if not area.overlaps(parse_range(lines.range))]
    images = [image for image in sheet.images if not area.contains(*parse_cell(image.anchor))]
    counts |= {
        "notes": len(sheet.notes) - len(notes),
        "links": len(sheet.links) - len(links),
        "sparklines": len(sheet.sparklines) - len(sparklines),
        "images": len(sheet.images) - len(images),
    }
    sheet.images = images
    sheet.notes, sheet.links, sheet.sparklines = notes, links, sparklines
    return "".join(
        f", removed {count} {what.rstrip('s') if count == 1 else what}" for what, count in counts.items() if count
    )


def format_range(workbook: Workbook, operation: FormatRange) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    if operation.style == CellStyle():
        raise refusal("The style is empty", f"{sheet.name}!{area.ref}", "Set at least one member of style.")
    check_room(workbook, sheet, 0, 1)
    style = RangeStyle(range=area.ref, style=operation.style)
    check_styled_cells(sheet, [style])
    for place, content in _redated(sheet, [style]).items():
        sheet.put(*place, content)
    sheet.styles.append(style)
    return f"Formatted {sheet.name}!{area.ref}"


def set_columns(workbook: Workbook, operation: SetColumns) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    widths: dict[int, float] = {}
    for letters, width in operation.widths.items():
        try:
            widths.update(dict.fromkeys(parse_columns(letters), width))
        except ValueError as error:
            raise refusal(str(error), sheet.name, "Give column letters such as A or B:F.") from error
    sheet.widths.update(widths)
    return f"Set {len(widths)} column widths of {sheet.name}"


def merge_cells(workbook: Workbook, operation: MergeCells) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    if area.size == 1:
        raise refusal("One cell cannot be merged", where, "Give a range of two cells or more.")
    if area.size + sum(merge.size for merge in sheet.merged_areas()) > MAX_MERGED_CELLS:
        raise refusal(f"More than {MAX_MERGED_CELLS:,} cells would be merged", where, "Merge fewer cells.")
    if any(merge.overlaps(area) for merge in sheet.merged_areas()):
        raise refusal("The range overlaps merged cells", where, "Choose another range.")
    table = next((table for table in sheet.tables if table.area.overlaps(area)), None)
    if table:
        raise refusal(f"The range overlaps table {table.name}", where, "Cells of a table cannot be merged.")
    for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
        for column in sheet.cells[row]:
            if area.contains(row, column) and (row, column) != area[:2]:
                raise refusal(f"{cell_name(row, column)} is filled and would be lost", where, "Clear it first.")
    sheet.merges.append(area.ref)
    return f"Merged {where}"
