"""Applying operations to a workbook: each applies wholly or is refused and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any

from overten.documents.errors import OperationError
from overten.documents.excel import formulas
from overten.documents.excel.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Area,
    cell_name,
    looks_like_cell,
    parse_columns,
    parse_range,
    qualified,
    quote_sheet,
    split_sheet,
)
from overten.documents.excel.layout import BIG_STYLED_AREA
from overten.documents.excel.operations import (
    AddChart,
    AddConditionalFormat,
    AddTableColumn,
    AddValidation,
    AppendRows,
    CellRule,
    CellStyle,
    CellValue,
    ChartSeries,
    ClearRange,
    CreateSheet,
    DefineName,
    DeleteSheet,
    ExcelOperation,
    FormatRange,
    FormulaRule,
    FreezePanes,
    MergeCells,
    RangeStyle,
    RemoveChart,
    RenameSheet,
    SetColumns,
    SetPrint,
    SetWorkbook,
    ValueKind,
    WriteBlock,
    WriteTable,
)
from overten.documents.excel.references import chart_area, sheets_there_are
from overten.documents.excel.tables import add_column, append_rows, remove_table, write_table
from overten.documents.excel.values import content_of, dated
from overten.documents.excel.workbook import CellContent, Sheet, Table, Workbook, is_formula

MAX_SHEETS = 100
MAX_CELLS = 1_000_000
MAX_STYLES_PER_SHEET = 5_000
MAX_STYLED_CELLS_PER_SHEET = 2_000_000
MAX_RULES_PER_SHEET = 500
MAX_MERGED_CELLS = 10_000
MAX_CHARTS = 100
MAX_CHART_CELLS = 32_000  # of one series, as in Excel
MAX_SLICES = 60
MAX_TABLES = 100
MAX_NAMES = 1_000


def apply(workbook: Workbook, operation: ExcelOperation) -> str:
    """Applies one operation and says in one line what was done.

    Raises OperationError, with the workbook unchanged, if the operation cannot be applied as a whole.
    """
    return _APPLIERS[type(operation)](workbook, operation)


def _refuse(what: str, where: str, fix: str) -> OperationError:
    return OperationError(what, where=where, fix=fix)


def sheet_named(workbook: Workbook, name: str) -> Sheet:
    """The sheet of that name. Raises OperationError, listing the sheets there are."""
    sheet = workbook.find_sheet(name)
    if sheet is None:
        raise _refuse(f"There is no sheet {name!r}", "sheet", sheets_there_are(workbook, name))
    return sheet


def _area(ref: str, sheet: Sheet) -> Area:
    try:
        return parse_range(ref)
    except ValueError as error:
        raise _refuse(str(error), f"{sheet.name}!{ref}", "Give a range such as B2:D9.") from error


def _cell(ref: str, sheet: Sheet) -> tuple[int, int]:
    area = _area(ref, sheet)
    return area.first_row, area.first_column


def _sheet_to_write(workbook: Workbook, name: str) -> Sheet:
    """The sheet of that name, or a new one that `_kept` adds to the workbook once all else has succeeded."""
    sheet = workbook.find_sheet(name)
    if sheet is not None:
        return sheet
    alike = next((other.name for other in workbook.sheets if _are_alike(other.name, name)), None)
    if alike:
        names = ", ".join(s.name for s in workbook.sheets)
        fix = f"Did you mean {alike!r}? Sheets are: {names}. To have both, create_sheet first."
        raise _refuse(f"There is no sheet {name!r}", "sheet", fix)
    _check_new_sheet(workbook, name)
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


def _kept(workbook: Workbook, sheet: Sheet) -> str:
    """Adds the sheet if it is new, and says so; "" if it was there."""
    if any(other is sheet for other in workbook.sheets):
        return ""
    workbook.sheets.append(sheet)
    return f"; created sheet {sheet.name} (sheets: {', '.join(s.name for s in workbook.sheets)})"


def _set_workbook(workbook: Workbook, operation: SetWorkbook) -> str:
    changes = operation.model_dump(exclude={"op"}, exclude_none=True)
    if not changes:
        raise _refuse("Nothing is set", "set_workbook", "Give a title, subject, accent_color, font or currency_symbol.")
    for member, value in changes.items():
        setattr(workbook, member, value)
    return "Set the workbook's " + ", ".join(member.replace("_", " ") for member in changes)


def _check_new_sheet_name(workbook: Workbook, name: str, renamed: Sheet | None = None) -> None:
    other = workbook.find_sheet(name)
    if other is not None and other is not renamed:
        raise _refuse(f"A sheet {other.name!r} already exists", "sheet", "Choose another name; case is not told apart.")
    if name.casefold() == "history" or name != name.strip():
        raise _refuse(f"Excel does not take {name!r} as a sheet's name", "sheet", "Choose another name.")


def _check_new_sheet(workbook: Workbook, name: str) -> None:
    _check_new_sheet_name(workbook, name)
    if len(workbook.sheets) >= MAX_SHEETS:
        raise _refuse(f"The workbook has {MAX_SHEETS} sheets", "create_sheet", "Put the content on fewer sheets.")


def _create_sheet(workbook: Workbook, operation: CreateSheet) -> str:
    _check_new_sheet(workbook, operation.sheet)
    sheet = Sheet(name=operation.sheet, tab_color=operation.tab_color, show_gridlines=operation.show_gridlines)
    position = len(workbook.sheets) if operation.position is None else operation.position
    workbook.sheets.insert(position, sheet)
    return f"Created sheet {sheet.name} (sheets: {', '.join(s.name for s in workbook.sheets)})"


def _rename_sheet(workbook: Workbook, operation: RenameSheet) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    _check_new_sheet_name(workbook, operation.new_name, renamed=sheet)
    old, new = sheet.name, operation.new_name
    for other in workbook.sheets:
        _rename_in_sheet(other, old, new)
    workbook.names = {name: _rename_in_ref(ref, old, new) for name, ref in workbook.names.items()}
    sheet.name = new
    return f"Renamed sheet {old} to {new}; references follow"


def _rename_in_ref(ref: str, old: str, new: str) -> str:
    sheet, cells = split_sheet(ref)
    if sheet.casefold() != old.casefold():
        return ref
    return ("=" if ref.startswith("=") else "") + f"{quote_sheet(new)}!{cells}"


def _rename_in_sheet(sheet: Sheet, old: str, new: str) -> None:
    for cells in sheet.cells.values():
        for column, content in cells.items():
            if isinstance(content, str) and "!" in content:
                cells[column] = _rename_in_formula(content, old, new)
    for table in sheet.tables:
        for table_column in table.columns:
            if table_column.formula:
                table_column.formula = _rename_in_formula(table_column.formula, old, new)
    for chart in sheet.charts:
        chart.sheet = new if chart.sheet.casefold() == old.casefold() else chart.sheet
        _rename_in_chart(chart, old, new)
    _rename_in_rules(sheet, old, new)


def _rename_in_rules(sheet: Sheet, old: str, new: str) -> None:
    for conditional in sheet.conditional_formats:
        conditional.sheet = new if conditional.sheet.casefold() == old.casefold() else conditional.sheet
        if isinstance(conditional.rule, FormulaRule):
            conditional.rule.formula = _rename_in_formula(conditional.rule.formula, old, new)
        elif isinstance(conditional.rule, CellRule):
            _rename_in_members(conditional.rule, ("value", "value2"), old, new)
    for validation in sheet.validations:
        _rename_in_members(validation, ("minimum", "maximum"), old, new)


def _rename_in_formula(text: str, old: str, new: str) -> str:
    return formulas.rename_sheet(text, old, new) if text.startswith("=") else text


def _rename_in_members(holder: CellRule | AddValidation, members: tuple[str, str], old: str, new: str) -> None:
    for member in members:
        value = getattr(holder, member)
        if isinstance(value, str):
            setattr(holder, member, _rename_in_formula(value, old, new))


def _rename_in_chart(chart: AddChart, old: str, new: str) -> None:
    for series in chart.series:
        series.values = _rename_in_ref(series.values, old, new)
        if series.categories:
            series.categories = _rename_in_ref(series.categories, old, new)
        if series.name and series.name.startswith("="):
            series.name = _rename_in_ref(series.name, old, new)


def _delete_sheet(workbook: Workbook, operation: DeleteSheet) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    user = next(_users_of_sheet(workbook, sheet), None)
    if user:
        raise _refuse(f"{user} refers to sheet {sheet.name}", "delete_sheet", "Change or clear that first.")
    if len(workbook.sheets) == 1:
        raise _refuse("It is the only sheet", "delete_sheet", "Create another sheet first.")
    workbook.sheets.remove(sheet)
    return f"Deleted sheet {sheet.name}"


def _users_of_sheet(workbook: Workbook, target: Sheet) -> Iterator[str]:
    """What outside the sheet refers to it or to its tables, in words."""
    wanted = target.name.casefold()
    tables = {table.name.casefold() for table in target.tables}
    names = {name for name, ref in workbook.names.items() if split_sheet(ref)[0].casefold() == wanted}
    yield from (f"The name {name}" for name in sorted(names))
    for sheet in workbook.sheets:
        if sheet is target:
            continue
        for row, column, content in sheet.filled():
            if isinstance(content, str) and is_formula(content) and _refers(content, wanted, tables):
                yield f"{sheet.name}!{cell_name(row, column)}"
        for chart in sheet.charts:
            refs = [ref for series in chart.series for ref in (series.values, series.categories) if ref]
            if any(_refers(f"={ref.lstrip('=')}", wanted, tables) for ref in refs):
                yield f"The chart {chart.title!r}"


def _refers(formula: str, sheet: str, tables: set[str]) -> bool:
    if any(name.casefold() == sheet for name in formulas.sheets_in(formula)):
        return True
    return bool(tables) and any(name.casefold() in tables for name in formulas.tables_in(formula))


def _write_block(workbook: Workbook, operation: WriteBlock) -> str:
    sheet = _sheet_to_write(workbook, operation.sheet)
    row, column = _cell(operation.anchor, sheet)
    width = max(len(values) for values in operation.rows)
    if not width:
        raise _refuse("Every row is empty", f"{sheet.name}!{operation.anchor}", "Give at least one value.")
    area = Area(row, column, row + len(operation.rows) - 1, column + width - 1)
    if area.last_row > MAX_ROWS or area.last_column > MAX_COLUMNS:
        raise _refuse("The block does not fit on the sheet", f"{sheet.name}!{operation.anchor}", "Write less.")
    _check_not_table_frame(sheet, operation, row, column)
    _check_room(workbook, sheet, area.size, len(operation.styles))
    _check_styled_cells(sheet, operation.styles)
    kinds = _kinds(sheet, operation.styles)
    contents = list(_block_contents(sheet, operation.rows, row, column, kinds))
    names = [_checked_name(workbook, name, sheet, cells) for name, cells in operation.names.items()]
    written = {(cell_row, cell_column): content for cell_row, cell_column, content in contents}
    for place, content in (_redated(sheet, operation.styles) | written).items():
        sheet.put(*place, content)
    sheet.styles.extend(operation.styles)
    for name, ref in names:
        _put_name(workbook, name, ref)
    named = f"; named {', '.join(f'{name} = {ref}' for name, ref in names)}" if names else ""
    return f"Wrote {len(contents)} cells at {sheet.name}!{area.ref}{named}{_kept(workbook, sheet)}"


def _block_contents(
    sheet: Sheet, rows: list[list[CellValue]], row: int, column: int, kinds: list[tuple[Area, ValueKind]]
) -> Iterator[tuple[int, int, CellContent]]:
    merges = sheet.merged_areas()
    for row_offset, values in enumerate(rows):
        for column_offset, value in enumerate(values):
            if value is None:
                continue
            place = (row + row_offset, column + column_offset)
            where = f"{sheet.name}!{cell_name(*place)}"
            if any(merge.contains(*place) and merge[:2] != place for merge in merges):
                raise _refuse("The cell is hidden in a merged range", where, "Write to the range's first cell.")
            kind = next((kind for area, kind in reversed(kinds) if area.contains(*place)), None)
            content = content_of(value, kind, where)
            if content is not None:
                yield *place, content


def _kinds(sheet: Sheet, styles: list[RangeStyle]) -> list[tuple[Area, ValueKind]]:
    return [(_area(style.range, sheet), style.style.kind) for style in styles if style.style.kind]


def _redated(sheet: Sheet, styles: list[RangeStyle]) -> dict[tuple[int, int], CellContent]:
    """The ISO dates that stand as text in ranges about to become ranges of dates, as real dates."""
    changed: dict[tuple[int, int], CellContent] = {}
    for area, kind in _kinds(sheet, styles):
        if kind not in {"date", "month"}:
            continue
        for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
            for column, content in sheet.cells[row].items():
                if area.first_column <= column <= area.last_column and isinstance(content, str):
                    changed[row, column] = dated(content, f"{sheet.name}!{cell_name(row, column)}")
    return changed


def _check_not_table_frame(sheet: Sheet, operation: WriteBlock, row: int, column: int) -> None:
    """A table's header and total row belong to the table; its data cells may be overwritten."""
    for table in sheet.tables:
        frame = {table.first_row} | ({table.area.last_row} if table.has_totals else set())
        for table_row in frame:
            offset = table_row - row
            values = operation.rows[offset] if 0 <= offset < len(operation.rows) else []
            hit = next((column + i for i, v in enumerate(values) if v is not None and _within(table, column + i)), None)
            if hit:
                raise _refuse(
                    f"It is part of the header or total row of table {table.name}",
                    f"{sheet.name}!{cell_name(table_row, hit)}",
                    "Write the table again with write_table, or write elsewhere.",
                )


def _within(table: Table, column: int) -> bool:
    return table.first_column <= column <= table.last_column


def _check_room(workbook: Workbook, sheet: Sheet, cells: int, styles: int) -> None:
    filled = sum(len(row) for s in workbook.sheets for row in s.cells.values())
    if filled + cells > MAX_CELLS:
        raise _refuse(
            f"The workbook would have more than {MAX_CELLS:,} cells", sheet.name, "Summarise the data or write less."
        )
    if len(sheet.styles) + styles > MAX_STYLES_PER_SHEET:
        raise _refuse(
            f"The sheet would have more than {MAX_STYLES_PER_SHEET:,} styled ranges", sheet.name, "Style larger ranges."
        )


def _check_styled_cells(sheet: Sheet, styles: list[RangeStyle]) -> None:
    """Bounds the work of laying out. A range larger than BIG_STYLED_AREA is cut to the filled cells by the layout."""
    sizes = (min(_area(style.range, sheet).size, BIG_STYLED_AREA) for style in (*sheet.styles, *styles))
    if sum(sizes) > MAX_STYLED_CELLS_PER_SHEET:
        raise _refuse("The sheet has too many styles over each other", sheet.name, "Style each range once.")


def _write_table(workbook: Workbook, operation: WriteTable) -> str:
    sheet = _sheet_to_write(workbook, operation.sheet)
    if sum(len(other.tables) for other in workbook.sheets) >= MAX_TABLES:
        raise _refuse(f"The workbook has {MAX_TABLES} tables", sheet.name, "Write fewer, longer tables.")
    _check_room(workbook, sheet, len(operation.rows) * len(operation.columns), 0)
    return write_table(workbook, sheet, operation) + _kept(workbook, sheet)


def _append_rows(workbook: Workbook, operation: AppendRows) -> str:
    found = workbook.find_table(operation.table)
    if found:
        _check_room(workbook, found[0], len(operation.rows) * len(found[1].columns), 0)
    return append_rows(workbook, operation)


def _add_table_column(workbook: Workbook, operation: AddTableColumn) -> str:
    found = workbook.find_table(operation.table)
    if found:
        _check_room(workbook, found[0], found[1].row_count, 0)
    return add_column(workbook, operation)


def _clear_range(workbook: Workbook, operation: ClearRange) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = _area(operation.range, sheet)
    covered = [table for table in sheet.tables if table.area.overlaps(area)]
    for table in covered:
        if not _covers(area, table.area):
            raise _refuse(
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
    sheet.styles = [style for style in sheet.styles if not _covers(area, parse_range(style.range))]
    sheet.merges = [merge for merge in sheet.merges if not _covers(area, parse_range(merge))]
    gone = "".join(f", removed table {table.name}" for table in covered) + _clear_rules(sheet, area)
    return f"Cleared {sheet.name}!{area.ref} ({cleared} cells{gone})"


def _clear_rules(sheet: Sheet, area: Area) -> str:
    """Removes the conditional formats and validations that lie wholly in the area, and says how many."""
    formats = [rule for rule in sheet.conditional_formats if not _covers(area, parse_range(rule.range))]
    validations = [rule for rule in sheet.validations if not _covers(area, parse_range(rule.range))]
    counts = {
        "conditional formats": len(sheet.conditional_formats) - len(formats),
        "validations": len(sheet.validations) - len(validations),
    }
    sheet.conditional_formats, sheet.validations = formats, validations
    return "".join(
        f", removed {count} {what.rstrip('s') if count == 1 else what}" for what, count in counts.items() if count
    )


def _covers(outer: Area, inner: Area) -> bool:
    return outer.contains(*inner[:2]) and outer.contains(*inner[2:])


def _remove_chart(workbook: Workbook, operation: RemoveChart) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    chart = next((chart for chart in sheet.charts if chart.title.casefold() == operation.title.casefold()), None)
    if chart is None:
        titles = ", ".join(repr(chart.title) for chart in sheet.charts) or "none"
        raise _refuse(f"There is no chart {operation.title!r}", sheet.name, f"Charts of the sheet: {titles}.")
    sheet.charts.remove(chart)
    return f"Removed chart {chart.title!r} from {sheet.name}"


def _format_range(workbook: Workbook, operation: FormatRange) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = _area(operation.range, sheet)
    if operation.style == CellStyle():
        raise _refuse("The style is empty", f"{sheet.name}!{area.ref}", "Set at least one member of style.")
    _check_room(workbook, sheet, 0, 1)
    style = RangeStyle(range=area.ref, style=operation.style)
    _check_styled_cells(sheet, [style])
    for place, content in _redated(sheet, [style]).items():
        sheet.put(*place, content)
    sheet.styles.append(style)
    return f"Formatted {sheet.name}!{area.ref}"


def _set_columns(workbook: Workbook, operation: SetColumns) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    widths: dict[int, float] = {}
    for letters, width in operation.widths.items():
        try:
            widths.update(dict.fromkeys(parse_columns(letters), width))
        except ValueError as error:
            raise _refuse(str(error), sheet.name, "Give column letters such as A or B:F.") from error
    sheet.widths.update(widths)
    return f"Set {len(widths)} column widths of {sheet.name}"


def _merge_cells(workbook: Workbook, operation: MergeCells) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = _area(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    if area.size == 1:
        raise _refuse("One cell cannot be merged", where, "Give a range of two cells or more.")
    if area.size + sum(merge.size for merge in sheet.merged_areas()) > MAX_MERGED_CELLS:
        raise _refuse(f"More than {MAX_MERGED_CELLS:,} cells would be merged", where, "Merge fewer cells.")
    if any(merge.overlaps(area) for merge in sheet.merged_areas()):
        raise _refuse("The range overlaps merged cells", where, "Choose another range.")
    table = next((table for table in sheet.tables if table.area.overlaps(area)), None)
    if table:
        raise _refuse(f"The range overlaps table {table.name}", where, "Cells of a table cannot be merged.")
    for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
        for column in sheet.cells[row]:
            if area.contains(row, column) and (row, column) != area[:2]:
                raise _refuse(f"{cell_name(row, column)} is filled and would be lost", where, "Clear it first.")
    sheet.merges.append(area.ref)
    return f"Merged {where}"


def _freeze_panes(workbook: Workbook, operation: FreezePanes) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    row, column = _cell(operation.cell, sheet)
    sheet.freeze = None if (row, column) == (1, 1) else operation.cell
    return f"Froze {row - 1} rows and {column - 1} columns of {sheet.name}"


def _define_name(workbook: Workbook, operation: DefineName) -> str:
    sheet_name, cells = split_sheet(operation.refers_to)
    if not sheet_name:
        raise _refuse(f"{operation.refers_to!r} names no sheet", "refers_to", "Write it as Sheet!B4.")
    name, ref = _checked_name(workbook, operation.name, sheet_named(workbook, sheet_name), cells)
    verb = "Redefined" if _put_name(workbook, name, ref) else "Defined"
    return f"{verb} name {name} as {ref}"


def _checked_name(workbook: Workbook, name: str, sheet: Sheet, cells: str) -> tuple[str, str]:
    """The name with the absolute reference it gets. Raises OperationError."""
    if looks_like_cell(name) or name.casefold() in {"true", "false", "print_area", "print_titles"}:
        raise _refuse(f"Excel does not take {name!r} as a name", "name", "Choose a name such as TaxRate.")
    if workbook.find_table(name):
        raise _refuse(f"{name} is already a table's name", "name", "Choose another name.")
    if len(workbook.names) >= MAX_NAMES:
        raise _refuse(f"The workbook has {MAX_NAMES} names", "name", "Refer to cells directly.")
    return name, qualified(sheet.name, _area(cells, sheet))


def _put_name(workbook: Workbook, name: str, ref: str) -> bool:
    """Stores the name and says whether it took the place of an older one."""
    old = next((other for other in workbook.names if other.casefold() == name.casefold()), None)
    if old:
        del workbook.names[old]
    workbook.names[name] = ref
    return old is not None


def _add_chart(workbook: Workbook, operation: AddChart) -> str:
    sheet = _sheet_to_write(workbook, operation.sheet)
    row, column = _cell(operation.anchor, sheet)
    where = f"chart {operation.title!r}"
    if sum(len(other.charts) for other in workbook.sheets) >= MAX_CHARTS:
        raise _refuse(f"The workbook has {MAX_CHARTS} charts", where, "Show what matters most.")
    if any(chart.title.casefold() == operation.title.casefold() for chart in sheet.charts):
        raise _refuse("The sheet has a chart of this title", where, "Choose another title, or remove_chart first.")
    if any(chart.anchor == operation.anchor for chart in sheet.charts):
        raise _refuse("Another chart has the same anchor", f"{sheet.name}!{operation.anchor}", "Choose a free place.")
    if sheet.content(row, column) is not None:
        raise _refuse("The anchor cell is filled", f"{sheet.name}!{operation.anchor}", "Choose a free place.")
    if operation.kind in {"pie", "doughnut"} and len(operation.series) > 1:
        raise _refuse(f"A {operation.kind} chart shows one series", where, "Give one series, or another kind.")
    if len({series.kind for series in operation.series} - {None, operation.kind}) > 1:
        raise _refuse("A chart combines at most two kinds", where, "Use one other kind for some of the series.")
    for series in operation.series:
        if operation.kind in {"pie", "doughnut"} and _chart_area(workbook, series.values, where).size > MAX_SLICES:
            raise _refuse(f"A {operation.kind} chart shows at most {MAX_SLICES} slices", where, "Use a bar chart.")
        _check_series(workbook, series, where, needs_categories=operation.kind == "scatter")
    chart = operation.model_copy(deep=True)
    chart.sheet = sheet.name
    sheet.charts.append(chart)
    made = _kept(workbook, sheet)
    return f"Added {operation.kind} chart {operation.title!r} at {sheet.name}!{operation.anchor}{made}"


def _check_series(workbook: Workbook, series: ChartSeries, where: str, *, needs_categories: bool) -> None:
    values = _chart_area(workbook, series.values, where)
    if min(values.last_row - values.first_row, values.last_column - values.first_column) > 0:
        raise _refuse(f"{series.values} is neither one row nor one column", where, "Give each series its own range.")
    if values.size > MAX_CHART_CELLS:
        raise _refuse(f"{series.values} has more than {MAX_CHART_CELLS:,} cells", where, "Chart a summary of the data.")
    if series.categories:
        categories = _chart_area(workbook, series.categories, where)
        if categories.size != values.size and categories.size % values.size:
            raise _refuse(
                f"{series.categories} has {categories.size} cells, {series.values} has {values.size}",
                where,
                "Give ranges of the same length.",
            )
    elif needs_categories:
        raise _refuse("A scatter series has no x values", where, "Give them as categories.")
    if series.name and series.name.startswith("="):
        _chart_area(workbook, series.name, where)


def _chart_area(workbook: Workbook, ref: str, where: str) -> Area:
    try:
        return chart_area(workbook, ref)[1]
    except ValueError as error:
        raise _refuse(str(error), where, "Give a range with its sheet, such as Budget!B2:B13.") from error


def _add_conditional_format(workbook: Workbook, operation: AddConditionalFormat) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = _area(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    rule = operation.rule
    if isinstance(rule, FormulaRule):
        if not rule.formula.startswith("="):
            raise _refuse(f"{rule.formula!r} does not start with =", where, "Start the formula with =.")
        _check_rule_formula(rule.formula, where)
    elif isinstance(rule, CellRule):
        if (rule.operator == "between") != (rule.value2 is not None):
            raise _refuse("between takes value and value2, the other operators only value", where, "Mend the values.")
        for value in (rule.value, rule.value2):
            if isinstance(value, str) and value.startswith("="):
                _check_rule_formula(value, where)
    if len(sheet.conditional_formats) >= MAX_RULES_PER_SHEET:
        raise _refuse(f"The sheet has {MAX_RULES_PER_SHEET} conditional formats", where, "Use larger ranges.")
    copy = operation.model_copy(deep=True)
    copy.sheet, copy.range = sheet.name, area.ref
    sheet.conditional_formats.append(copy)
    return f"Added a conditional format to {where}"


def _check_rule_formula(formula: str, where: str) -> None:
    formulas.check(formula, where)
    if formulas.tables_in(formula) or "[@" in formula:
        raise _refuse("Excel takes no table references in rules and validations", where, "Use plain cells such as $C5.")


def _add_validation(workbook: Workbook, operation: AddValidation) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = _area(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    if len(sheet.validations) >= MAX_RULES_PER_SHEET:
        raise _refuse(f"The sheet has {MAX_RULES_PER_SHEET} validations", where, "Use larger ranges.")
    if any(parse_range(other.range).overlaps(area) for other in sheet.validations):
        raise _refuse("The range already has a validation", where, "Give each cell one validation.")
    copy = operation.model_copy(deep=True)
    copy.sheet, copy.range = sheet.name, area.ref
    if operation.type == "list":
        if not operation.choices or any(not 0 < len(choice) <= 255 for choice in operation.choices):
            raise _refuse("A list needs choices of 1 to 255 characters", where, "Give choices.")
    else:
        copy.minimum = _bound(operation.minimum, operation.type, where)
        copy.maximum = _bound(operation.maximum, operation.type, where)
        if copy.minimum is None and copy.maximum is None:
            raise _refuse("There is no bound", where, "Give minimum, maximum or both.")
        if isinstance(copy.minimum, float) and isinstance(copy.maximum, float) and copy.minimum > copy.maximum:
            raise _refuse("The minimum is above the maximum", where, "Swap them.")
    sheet.validations.append(copy)
    return f"Added a {operation.type} validation to {where}"


def _bound(value: float | str | None, kind: str, where: str) -> float | str | None:
    """A bound as a number, or as a formula. Dates become serial numbers."""
    if value is None or isinstance(value, int | float):
        return value
    if value.startswith("="):
        _check_rule_formula(value, where)
        return value
    content = content_of(value, "date" if kind == "date" else "number", where)
    if isinstance(content, bool) or not isinstance(content, int | float):
        raise _refuse(f"{value!r} is not a bound", where, "Give a number, an ISO date or a formula.")
    return float(content)


def _set_print(workbook: Workbook, operation: SetPrint) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    sheet.print_setup = operation.model_copy(update={"sheet": sheet.name})
    return f"Set the print layout of {sheet.name}"


_APPLIERS: dict[type[Any], Callable[[Workbook, Any], str]] = {
    SetWorkbook: _set_workbook,
    CreateSheet: _create_sheet,
    RenameSheet: _rename_sheet,
    DeleteSheet: _delete_sheet,
    WriteBlock: _write_block,
    WriteTable: _write_table,
    AppendRows: _append_rows,
    AddTableColumn: _add_table_column,
    ClearRange: _clear_range,
    RemoveChart: _remove_chart,
    FormatRange: _format_range,
    SetColumns: _set_columns,
    MergeCells: _merge_cells,
    FreezePanes: _freeze_panes,
    DefineName: _define_name,
    AddChart: _add_chart,
    AddConditionalFormat: _add_conditional_format,
    AddValidation: _add_validation,
    SetPrint: _set_print,
}
