"""A workbook in few words: for a model that works on it, and as counts for its user."""

from __future__ import annotations

from itertools import islice

from overten.documents.difference import Line, Part
from overten.documents.errors import OperationError
from overten.documents.excel.display import displayed
from overten.documents.excel.grid import Area, cell_name, column_letters, parse_cell, parse_range
from overten.documents.excel.layout import resolve_looks
from overten.documents.excel.operations import CellRule, ChartSeries, FormulaRule, ScaleRule, TableColumn
from overten.documents.excel.places import sheet_named
from overten.documents.excel.recalculate import Evaluation, evaluate
from overten.documents.excel.theme import Properties
from overten.documents.excel.workbook import Sheet, Workbook, is_formula
from overten.documents.models import Statistics

OVERVIEW_ROWS = 8
SHEET_ROWS = 40
RANGE_ROWS = 200
MAX_CELL_TEXT = 60
MAX_ANNOTATIONS = 10
MAX_CELL_TEXT_OF_RANGE = 300
_UNKNOWN = " ? ="


def describe(
    workbook: Workbook, sheet: str | None = None, range: str | None = None, *, max_characters: int = 8_000
) -> str:
    """The workbook as text: every sheet with its tables, names, charts and first rows; one sheet in more detail; or
    the cells of one range. A formula stands behind its value, as in `B4 1,200 =B2*B3`. The text ends with a hint where
    it was cut.

    Raises OperationError for a sheet or range that is not there.
    """
    evaluation = evaluate(workbook)
    if sheet is None:
        return _bounded(_overview(workbook, evaluation), max_characters)
    target = sheet_named(workbook, sheet)
    if range is None:
        return _bounded(_sheet_lines(workbook, target, evaluation, SHEET_ROWS), max_characters)
    try:
        area = parse_range(range)
    except ValueError as error:
        raise OperationError(str(error), where=f"{target.name}!{range}", fix="Give a range such as A1:F40.") from error
    lines = [*_rows(workbook, target, evaluation, area, RANGE_ROWS, MAX_CELL_TEXT_OF_RANGE), *_around(target, area)]
    return _bounded(lines, max_characters)


def _around(sheet: Sheet, area: Area) -> list[str]:
    """What lies on a range beside its contents: styles in the order they were laid, merges, rules, notes and links."""
    lines = []
    for styled in sheet.styles:
        if parse_range(styled.range).overlaps(area):
            facts = ", ".join(f"{name} {value}" for name, value in styled.style.model_dump(exclude_none=True).items())
            lines.append(f"  Style {styled.range}: {facts}")
    lines += [f"  Merged {merge.ref}" for merge in sheet.merged_areas() if merge.overlaps(area)]
    rules = [(rule.range, f"conditional format {_rule(rule.rule)}") for rule in sheet.conditional_formats]
    rules += [(rule.range, f"validation {rule.type}") for rule in sheet.validations]
    lines += [f"  Rule {ref}: {what}" for ref, what in rules if parse_range(ref).overlaps(area)]
    return lines + _annotations(sheet, area)


def _annotations(sheet: Sheet, area: Area) -> list[str]:
    notes = [
        f"  Note {cell}{f' by {note.author}' if note.author else ''}: {_short(note.text, MAX_CELL_TEXT_OF_RANGE)}"
        for cell, note in sheet.notes.items()
        if area.contains(*parse_cell(cell))
    ]
    return notes + [f"  Link {cell}: {link}" for cell, link in sheet.links.items() if area.contains(*parse_cell(cell))]


def statistics(workbook: Workbook) -> Statistics:
    """Counts for the user. `rows` are data rows: the records of tables, and filled rows outside of tables."""
    rows = formula_count = 0
    for sheet in workbook.sheets:
        areas = [table.area for table in sheet.tables]
        rows += sum(table.row_count for table in sheet.tables)
        rows += sum(not any(area.first_row <= row <= area.last_row for area in areas) for row in sheet.cells)
        formula_count += sum(is_formula(content) for cells in sheet.cells.values() for content in cells.values())
    return Statistics(
        sheets=len(workbook.sheets),
        rows=rows,
        formulas=formula_count,
        charts=sum(len(sheet.charts) for sheet in workbook.sheets),
        tables=sum(len(sheet.tables) for sheet in workbook.sheets),
    )


def parts(workbook: Workbook) -> list[Part]:
    """Every sheet row by row, formulas as such, and what else lies on it; then the names."""
    found = [Part(sheet.name, f"Sheet {sheet.name!r}", _row_lines(sheet)) for sheet in workbook.sheets]
    names = [Line("title", workbook.title or "none")]
    names += [Line("", f"{name} = {ref}") for name, ref in sorted(workbook.names.items())]
    return [*found, Part("", "Title and names", names)]


def _row_lines(sheet: Sheet) -> list[Line]:
    used = sheet.used_area()
    lines = [Line("", mark) for mark in ("hidden", "protected") if getattr(sheet, mark)]
    lines += [Line(f"table {table.name}", table.area.ref) for table in sheet.tables]
    lines += [
        Line(f"chart at {chart.anchor}", f"{chart.title} ({chart.kind}) of {'; '.join(map(_series, chart.series))}")
        for chart in sheet.charts
    ]
    lines += [Line(f"image at {image.anchor}", f"{image.image} {image.alt_text}") for image in sheet.images]
    if used is None:
        return lines
    lines += [Line("", note.strip()) for note in _annotations(sheet, used)]
    return lines + [
        Line(f"row {row}", " | ".join(f"{column_letters(column)} {contents[column]}" for column in sorted(contents)))
        for row, contents in sheet.filled_rows(used)
    ]


def _bounded(lines: list[str], max_characters: int) -> str:
    text = "\n".join(lines)
    if len(text) <= max_characters:
        return text
    kept = text[: max_characters - 80].rpartition("\n")[0]
    return f"{kept}\n… cut; ask for one sheet or a smaller range to see the rest"


def _overview(workbook: Workbook, evaluation: Evaluation) -> list[str]:
    title = f"{workbook.title!r}, " if workbook.title else ""
    lines = [f"Workbook {title}currency {workbook.currency_symbol}, {len(workbook.sheets)} sheets"]
    lines += [f"Name {name} = {ref}" for name, ref in sorted(workbook.names.items())]
    if workbook.source:
        lines.append("It is the user's file; what is not asked for stays as it is." + _kept(workbook.source.kept))
    for sheet in workbook.sheets:
        lines += _sheet_lines(workbook, sheet, evaluation, OVERVIEW_ROWS)
    return lines


def _kept(kept: dict[str, int]) -> str:
    told = ", ".join(f"{count} {what}{'s' if count > 1 else ''}" for what, count in kept.items())
    return f" Kept as is: {told}." if told else ""


def _sheet_lines(workbook: Workbook, sheet: Sheet, evaluation: Evaluation, max_rows: int) -> list[str]:
    used = sheet.used_area()
    if used is None:
        return [f"Sheet {sheet.name!r}: empty"]
    count = sum(is_formula(content) for cells in sheet.cells.values() for content in cells.values())
    frozen = f", frozen at {sheet.freeze}" if sheet.freeze else ""
    marks = "".join(f", {mark}" for mark in ("hidden", "protected") if getattr(sheet, mark))
    lines = [f"Sheet {sheet.name!r}: {used.ref}, {count} formulas{frozen}{marks}"]
    if sheet.kept:
        lines.append(f" {_kept(sheet.kept)}")
    lines += [f"  Locked {locked.range}: {locked.what}" for locked in sheet.locked[:10]]
    for table in sheet.tables:
        columns = ", ".join(_column(column) for column in table.columns)
        lines.append(f"  Table {table.name} {table.area.ref}, {table.row_count} rows: {columns}")
    for chart in sheet.charts:
        series = "; ".join(_series(series) for series in chart.series)
        lines.append(f"  Chart {chart.title!r} ({chart.kind}) at {chart.anchor}: {series}")
    lines += [
        f"  Image {image.image} at {image.anchor}, {image.columns} x {image.rows} cells: {image.alt_text}"
        for image in sheet.images
    ]
    if sheet.sparklines:
        told = ", ".join(f"{one.range} ({one.kind}) of {one.data}" for one in sheet.sparklines[:3])
        lines.append(f"  {len(sheet.sparklines)} sparklines: {told}{' …' if len(sheet.sparklines) > 3 else ''}")
    if sheet.groups:
        groups = ", ".join(group.lines + (" folded" if group.collapsed else "") for group in sheet.groups)
        lines.append(f"  Groups: {groups}")
    attached = _annotations(sheet, used)
    lines += attached[:MAX_ANNOTATIONS]
    if len(attached) > MAX_ANNOTATIONS:
        lines.append(f"  … {len(attached) - MAX_ANNOTATIONS} more notes and links")
    if sheet.conditional_formats:
        rules = ", ".join(f"{rule.range} ({_rule(rule.rule)})" for rule in sheet.conditional_formats)
        lines.append(f"  Conditional formats: {rules}")
    if sheet.validations:
        lines.append("  Validations: " + ", ".join(f"{v.range} ({v.type})" for v in sheet.validations))
    return lines + _rows(workbook, sheet, evaluation, used, max_rows)


def _rule(rule: CellRule | FormulaRule | ScaleRule) -> str:
    """When a conditional format shows. How it looks is not told: of an upload's that is not known."""
    match rule:
        case CellRule():
            bounds = [f"{bound:.15g}" if isinstance(bound, float) else bound for bound in (rule.value, rule.value2)
                      if bound is not None]  # fmt: skip
            return f"cell {rule.operator} {_short(' and '.join(bounds), MAX_CELL_TEXT)}"
        case FormulaRule():
            return f"formula {_short(rule.formula, MAX_CELL_TEXT)}"
        case ScaleRule():
            return rule.type


def _column(column: TableColumn) -> str:
    facts: list[str] = [column.kind]
    facts += [column.formula] if column.formula else []
    facts += ["input"] if column.input else []
    facts += [f"total {column.total}"] if column.total else []
    return f"{column.header} ({', '.join(facts)})"


def _series(series: ChartSeries) -> str:
    return series.values + (f" by {series.categories}" if series.categories else "")


def _rows(
    workbook: Workbook, sheet: Sheet, evaluation: Evaluation, area: Area, max_rows: int, max_text: int = MAX_CELL_TEXT
) -> list[str]:
    shown = dict(islice(sheet.filled_rows(area), max_rows))
    errors = [c for _, c in sorted(evaluation.cells[sheet.name].items()) if c.is_error]
    lines = [f"  Error {cell_name(c.row, c.column)}: {c.formula} = {c.value}" for c in errors[:10]]
    looks = resolve_looks(workbook, sheet.model_copy(update={"tables": []}) if workbook.origin else sheet, shown)
    if workbook.origin:
        from overten.documents.excel.opened.read import looks_in

        looks = looks_in(sheet, list(shown)) | looks
    for row, contents in shown.items():
        cells = [
            _cell_text(sheet, evaluation, row, column, looks.get((row, column), {}), max_text)
            for column in sorted(contents)
            if area.first_column <= column <= area.last_column
        ]
        if cells:
            lines.append(f"  {row}: " + " | ".join(cells))
    if any(_UNKNOWN in line for line in lines):
        lines.append("  (? is a value that Excel calculates when it opens the file)")
    count = sheet.filled_row_count(area)
    if count > len(shown):
        lines.append(f"  … {count - len(shown)} more rows, to row {sheet.last_filled_row(area)}")
    return lines or ["  (empty)"]


def _cell_text(sheet: Sheet, evaluation: Evaluation, row: int, column: int, looks: Properties, max_text: int) -> str:
    content = sheet.content(row, column)
    value = evaluation.value(sheet, row, column)
    shown = "?" if value is None else displayed(value, looks.get("num_format"))
    text = _short(shown, max_text)
    if content is not None and is_formula(content):
        text += f" {_short(str(content), max_text)}"
    return f"{cell_name(row, column)} {text}"


def _short(text: str, max_characters: int) -> str:
    text = text.replace("\n", "⏎")
    return text if len(text) <= max_characters else text[: max_characters - 1] + "…"
