"""Operations on whole sheets and on the workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from overten.documents.excel import formulas
from overten.documents.excel.grid import MAX_COLUMNS, MAX_ROWS, cell_name, column_number, quote_sheet, split_sheet
from overten.documents.excel.objects import is_address
from overten.documents.excel.operations import (
    AddChart,
    AddValidation,
    CellRule,
    CreateSheet,
    DeleteSheet,
    FormulaRule,
    FreezePanes,
    Group,
    RenameSheet,
    SetPrint,
    SetSheet,
    SetWorkbook,
)
from overten.documents.excel.places import cell_of, check_new_sheet, check_new_sheet_name, refusal, sheet_named
from overten.documents.excel.workbook import (
    Axis,
    Sheet,
    SheetAdded,
    SheetDeleted,
    SheetMoved,
    SheetRenamed,
    Workbook,
    is_formula,
)
from overten.documents.models import Finding

MAX_OUTLINE_LEVELS = 7  # as in Excel, which counts the lines outside of every group as one
MAX_GROUPED_LINES = 10_000


def set_workbook(workbook: Workbook, operation: SetWorkbook) -> str:
    changes = operation.model_dump(exclude={"op"}, exclude_none=True)
    if not changes:
        raise refusal("Nothing is set", "set_workbook", "Give a title, colour, font, logo or currency_symbol.")
    for member, value in changes.items():
        setattr(workbook, member, value)
    told = "Set the workbook's " + ", ".join(member.replace("_", " ") for member in changes)
    return told + _theme_kept(workbook, changes.keys())


def _theme_kept(workbook: Workbook, changed: Collection[str]) -> str:
    """Says, now and in the run's warnings, that an uploaded file is not recoloured."""
    if workbook.source is None or not {"accent_color", "secondary_color", "font"} & set(changed):
        return ""
    message = "What the file had keeps its colours and font; new content takes the ones that were set"
    finding = Finding(code="theme_kept", message=message, severity="warning")
    if finding not in workbook.source.findings:
        workbook.source.findings.append(finding)
    return f". {message}; format_range changes cells"


def create_sheet(workbook: Workbook, operation: CreateSheet) -> str:
    check_new_sheet(workbook, operation.sheet)
    sheet = Sheet(name=operation.sheet, tab_color=operation.tab_color, show_gridlines=operation.show_gridlines)
    position = len(workbook.sheets) if operation.position is None else operation.position
    workbook.sheets.insert(position, sheet)
    workbook.record(SheetAdded(sheet=sheet.name, position=workbook.sheets.index(sheet)))
    return f"Created sheet {sheet.name} (sheets: {', '.join(s.name for s in workbook.sheets)})"


def rename_sheet(workbook: Workbook, operation: RenameSheet) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    check_new_sheet_name(workbook, operation.new_name, renamed=sheet)
    old, new = sheet.name, operation.new_name
    for other in workbook.sheets:
        _rename_in_sheet(other, old, new)
    workbook.names = {name: _rename_in_ref(ref, old, new) for name, ref in workbook.names.items()}
    sheet.name = new
    workbook.record(SheetRenamed(sheet=old, new_name=new))
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
    for image in sheet.images:
        image.sheet = new if image.sheet.casefold() == old.casefold() else image.sheet
    for sparklines in sheet.sparklines:
        sparklines.sheet = new if sparklines.sheet.casefold() == old.casefold() else sparklines.sheet
        sparklines.data = _rename_in_ref(sparklines.data, old, new)
    sheet.links = {cell: _rename_in_link(link, old, new) for cell, link in sheet.links.items()}
    _rename_in_rules(sheet, old, new)


def _rename_in_link(link: str, old: str, new: str) -> str:
    return link if is_address(link) else _rename_in_ref(link, old, new)


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
        if series.sizes:
            series.sizes = _rename_in_ref(series.sizes, old, new)
        if series.name and series.name.startswith("="):
            series.name = _rename_in_ref(series.name, old, new)


def delete_sheet(workbook: Workbook, operation: DeleteSheet) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    user = next(_users_of_sheet(workbook, sheet), None)
    if user:
        raise refusal(f"{user} refers to sheet {sheet.name}", "delete_sheet", "Change or clear that first.")
    if len(workbook.sheets) == 1:
        raise refusal("It is the only sheet", "delete_sheet", "Create another sheet first.")
    if not any(not other.hidden for other in workbook.sheets if other is not sheet):
        raise refusal("Every other sheet is hidden", "delete_sheet", "Show another sheet first.")
    workbook.sheets.remove(sheet)
    workbook.record(SheetDeleted(sheet=sheet.name))
    return f"Deleted sheet {sheet.name}"


def _users_of_sheet(workbook: Workbook, target: Sheet) -> Iterator[str]:
    """What outside the sheet refers to it or to its tables, in words."""
    wanted = target.name.casefold()
    tables = {table.name.casefold() for table in target.tables}
    names = {name for name, ref in workbook.names.items() if split_sheet(ref)[0].casefold() == wanted}
    yield from (f"The name {name}" for name in sorted(names))
    for sheet in workbook.sheets:
        if sheet is not target:
            yield from _cells_that_refer(sheet, wanted, tables)
            yield from _objects_that_refer(sheet, wanted, tables)


def _cells_that_refer(sheet: Sheet, wanted: str, tables: set[str]) -> Iterator[str]:
    for row, column, content in sheet.loose():
        if isinstance(content, str) and is_formula(content) and _refers(content, wanted, tables):
            yield f"{sheet.name}!{cell_name(row, column)}"
    for place, formula in sheet.rule_formulas():
        if _refers(formula, wanted, tables):
            yield f"A rule at {sheet.name}!{place}"
    for cell, link in sheet.links.items():
        if not is_address(link) and split_sheet(link)[0].casefold() == wanted:
            yield f"The link of {sheet.name}!{cell}"


def _objects_that_refer(sheet: Sheet, wanted: str, tables: set[str]) -> Iterator[str]:
    for chart in sheet.charts:
        refs = [ref for series in chart.series for ref in (series.values, series.categories, series.sizes) if ref]
        if any(_refers(f"={ref.lstrip('=')}", wanted, tables) for ref in refs):
            yield f"The chart {chart.title!r}"
    for sparklines in sheet.sparklines:
        if _refers(f"={sparklines.data.lstrip('=')}", wanted, tables):
            yield f"The sparklines at {sheet.name}!{sparklines.range}"


def _refers(formula: str, sheet: str, tables: set[str]) -> bool:
    if any(name.casefold() == sheet for name in formulas.sheets_in(formula)):
        return True
    return bool(tables) and any(name.casefold() in tables for name in formulas.tables_in(formula))


def freeze_panes(workbook: Workbook, operation: FreezePanes) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    row, column = cell_of(operation.cell, sheet)
    sheet.freeze = None if (row, column) == (1, 1) else operation.cell
    return f"Froze {row - 1} rows and {column - 1} columns of {sheet.name}"


def set_print(workbook: Workbook, operation: SetPrint) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    sheet.print_setup = operation.model_copy(update={"sheet": sheet.name})
    return f"Set the print layout of {sheet.name}"


def set_sheet(workbook: Workbook, operation: SetSheet) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    changes = operation.model_dump(include=set(_SETTINGS), exclude_none=True)
    if not changes and operation.position is None and operation.groups is None:
        raise refusal(
            "Nothing is set", "set_sheet", "Give a position, tab_color, hidden, zoom, groups or another member."
        )
    if operation.hidden and not any(not other.hidden for other in workbook.sheets if other is not sheet):
        raise refusal("It is the only sheet that shows", sheet.name, "Show another sheet first.")
    if operation.groups is not None:
        _check_groups(sheet, operation.groups)
        sheet.groups = [group.model_copy() for group in operation.groups]
    for member, value in changes.items():
        setattr(sheet, member, value)
    told = [f"{member.replace('_', ' ')} {value}" for member, value in changes.items()]
    told += [f"{len(operation.groups)} groups"] if operation.groups is not None else []
    if operation.position is not None:
        workbook.sheets.remove(sheet)
        workbook.sheets.insert(operation.position, sheet)
        workbook.record(SheetMoved(sheet=sheet.name, position=workbook.sheets.index(sheet)))
        told.append("order " + ", ".join(other.name for other in workbook.sheets))
    return f"Set sheet {sheet.name}: {'; '.join(told)}"


_SETTINGS = ("tab_color", "hidden", "protected", "zoom", "show_gridlines")


def _check_groups(sheet: Sheet, groups: list[Group]) -> None:
    """Refuses groups that cross, lie off the sheet, or are nested deeper than Excel shows."""
    for table in sheet.tables:
        folded = [group_span(group) for group in groups if group.collapsed and group_axis(group) == "rows"]
        data = table.data
        if table.has_totals and any(first <= data.last_row and data.first_row <= last for first, last in folded):
            fix = "Group its rows without `collapsed`."
            raise refusal(f"The totals of table {table.name} would leave out the folded rows", sheet.name, fix)
    for axis in ("rows", "columns"):
        spans = [group_span(group) for group in groups if group_axis(group) == axis]
        limit = MAX_ROWS if axis == "rows" else MAX_COLUMNS
        for first, last in spans:
            if last > limit or last - first >= MAX_GROUPED_LINES:
                fix = f"Group at most {MAX_GROUPED_LINES:,} lines."
                raise refusal(f"The group of {axis} is too long", sheet.name, fix)
            crossing = next((o for o in spans if o[0] < first <= o[1] < last), None)
            if crossing:
                raise refusal(f"Two groups of {axis} cross", sheet.name, "Put one wholly into the other, or beside it.")
            if sum(o[0] <= first and last <= o[1] for o in spans) > MAX_OUTLINE_LEVELS:
                raise refusal("The groups are nested too deep", sheet.name, f"Excel shows {MAX_OUTLINE_LEVELS} levels.")


def group_axis(group: Group) -> Axis:
    return "rows" if group.lines[0].isdecimal() else "columns"


def group_span(group: Group) -> tuple[int, int]:
    """The first and last line of a group, counted from 1."""
    ends = [int(end) if end.isdecimal() else column_number(end) for end in group.lines.split(":")]
    return min(ends), max(ends)
