"""What is wrong with a finished workbook, and the mechanical mending of it.

`verify` looks at the bytes that would be delivered; `check` at the state they were written from, which knows why a
reference is broken; `repair` mends the state.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from overten.documents.excel import formulas
from overten.documents.excel.audit import audit
from overten.documents.excel.charts import broken_reference
from overten.documents.excel.grid import Area, cell_name, column_letters, parse_cell
from overten.documents.excel.openedsheet import OpenedSheet, Place
from overten.documents.excel.operations import AddChart, AddImage
from overten.documents.excel.package import Drawing, Package, open_package, with_rows
from overten.documents.excel.recalculate import (
    ERROR_VALUES,
    Computed,
    evaluate,
    is_affordable,
    load_model,
    recalculate_model,
)
from overten.documents.excel.references import chart_area
from overten.documents.excel.widths import text_width
from overten.documents.excel.workbook import HEADER_OF_TABLE, Sheet, Workbook, is_formula
from overten.documents.models import Finding

if TYPE_CHECKING:
    import ironcalc

MAX_FINDINGS_PER_CODE = 25
MAX_CELL_FORMATS = 64_000
LARGE_FILE_BYTES = 2**20
_WIDTH_TOLERANCE_CHARACTERS = 0.6
_ROW_LIMIT = 1_048_576


def verify(data: bytes, workbook: Workbook | None = None) -> list[Finding]:
    """Everything wrong with an xlsx file, errors first. With `workbook`, the state it was written from is checked too.

    Runs the schema validator, recalculates every formula, and looks for what a reader would see: hashes in narrow
    columns, charts over cells, charts of nothing. Never raises for a bad file; that is a finding.
    """
    try:
        package = open_package(data)
    except (ValueError, zipfile.BadZipFile, KeyError) as error:
        return [_error("package", f"The file is not a readable workbook: {error}")]
    found = [*audit(data), *_structure(package), *_fonts(data)]
    if workbook is None or is_affordable(workbook):
        found += _formulas(data, package, workbook)
    for sheet in package.sheets:
        found += _drawings(package, sheet)
        found += _contrasts(package, sheet)
    if workbook is not None:
        found += check(workbook)
        found += _missing_images(package, workbook)
    return _sorted(found)


def _fonts(data: bytes) -> list[Finding]:
    from overten.documents.ooxml.errors import PackageError
    from overten.documents.ooxml.fonts import unavailable_fonts
    from overten.documents.ooxml.package import Package as Parts

    try:
        return unavailable_fonts(Parts.open(data))
    except PackageError as error:
        return [_error("package", str(error))]


def check(workbook: Workbook) -> list[Finding]:
    """What the state alone shows: charts and structured references whose target is gone."""
    found: list[Finding] = []
    forms = formulas.CellForms(workbook)
    # Tables of an upload that stay as they are: only the file knows their columns.
    kept = [
        locked.what.removeprefix(HEADER_OF_TABLE).casefold()
        for sheet in workbook.sheets
        for locked in sheet.locked
        if locked.what.startswith(HEADER_OF_TABLE)
    ]
    for sheet in workbook.sheets:
        for chart in sheet.charts:
            reason = broken_reference(workbook, chart)
            if reason:
                message = f"Chart {chart.title!r} cannot be drawn: {reason}"
                found.append(_error("chart_reference", message, f"{sheet.name}!{chart.anchor}", subject=chart.title))
        found += _sparklines(workbook, sheet)
        found += _rules(workbook, sheet)
        for row, column, content in sheet.loose():
            if isinstance(content, str) and is_formula(content) and "[" in content:
                if workbook.origin and not formulas.is_well_formed(content):
                    continue
                try:
                    forms.of(content, sheet, row, column)
                except formulas.UnresolvedReferenceError as error:
                    if any(f"{name}[" in content.casefold() for name in kept):
                        continue
                    place = f"{sheet.name}!{cell_name(row, column)}"
                    found.append(_error("formula_reference", f"{content}: {error}", place))
    return found


def _sparklines(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    for lines in sheet.sparklines:
        try:
            chart_area(workbook, lines.data)
        except ValueError as error:
            place = f"{sheet.name}!{lines.range}"
            yield _error("sparkline_reference", f"The sparkline cannot be drawn: {error}", place)


def _rules(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    """Formulas of conditional formats and validations that name a sheet which is not there."""
    for place, formula in sheet.rule_formulas():
        missing = [name for name in sorted(formulas.sheets_in(formula)) if workbook.find_sheet(name) is None]
        if missing:
            yield _error("rule_reference", f"{formula}: there is no sheet {missing[0]!r}", f"{sheet.name}!{place}")


def _error(code: str, message: str, location: str | None = None, **about: str | None) -> Finding:
    return Finding(code=code, message=message, severity="error", location=location, **about)


def _warning(code: str, message: str, location: str | None = None) -> Finding:
    return Finding(code=code, message=message, severity="warning", location=location)


def _at(sheet: OpenedSheet, place: Place) -> str:
    return f"{sheet.name}!{cell_name(*place)}"


def _sorted(findings: list[Finding]) -> list[Finding]:
    """Errors before warnings, each finding once, and of one code no more than a reader can use: the last of these says
    how many more there are."""
    kept: list[Finding] = []
    counts: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], int] = {}
    for finding in sorted(dict.fromkeys(findings), key=lambda finding: finding.severity):
        key: tuple[str, str] = (finding.severity, finding.code)
        counts[key] += 1
        if counts[key] <= MAX_FINDINGS_PER_CODE:
            last[key] = len(kept)
            kept.append(finding)
    for kind, count in counts.items():
        if count > MAX_FINDINGS_PER_CODE:
            one = kept[last[kind]]
            more = f"{one.message} (and {count - MAX_FINDINGS_PER_CODE:,} more like it)"
            kept[last[kind]] = one.model_copy(update={"message": more})
    return kept


def _structure(package: Package) -> Iterator[Finding]:
    if not any(sheet.filled for sheet in package.sheets):
        yield _error("empty_workbook", "The workbook has no data")
    if package.style_count > MAX_CELL_FORMATS:
        yield _error("too_many_styles", f"The file has {package.style_count} cell formats, Excel takes 64,000")
    for sheet in package.sheets:
        yield from _cells(sheet)
    yield from _names(package)


def _cells(sheet: OpenedSheet) -> Iterator[Finding]:
    if len(sheet.name) > 31:
        yield _error("sheet_name", "The sheet's name has more than 31 characters", sheet.name)
    if re.search(r"[\[\]:*?/\\]|^'|'$", sheet.name):
        yield _error("sheet_name", "The sheet's name has characters that Excel does not take", sheet.name)
    for place in sheet.bad_styles:
        yield _error("style_index", "The cell's style does not exist", _at(sheet, place))
    for place in sheet.malformed:
        yield _error("malformed_cell", "The cell is out of order or its value is not of its type", _at(sheet, place))
    for place in sheet.uncached:
        yield _warning("formula_not_cached", "The formula has no value yet", _at(sheet, place))


def _names(package: Package) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in package.table_names:
        if name.casefold() in seen:
            yield _error("duplicate_table", f"Two tables are named {name}")
        seen.add(name.casefold())
    sheets = {sheet.name.casefold() for sheet in package.sheets}
    for name, formula in package.defined_names.items():
        if "#REF!" in formula or not _names_known_sheets(formula, sheets):
            yield _error("broken_name", f"The name {name} refers to {formula}, which is not there", name)


def _names_known_sheets(formula: str, sheets: set[str]) -> bool:
    try:
        return all(name.casefold() in sheets for name in formulas.sheets_in(f"={formula}"))
    except formulas.FormulaError:
        return False


def _formulas(data: bytes, package: Package, workbook: Workbook | None) -> Iterator[Finding]:
    try:
        model = load_model(_calculable(data, package))
    except ValueError as error:
        if workbook is None:
            yield _warning("not_recalculated", str(error))
        else:  # the calculator's reader is choosier than Excel; the state it can always be given
            yield from _errors_of_state(workbook)
        return
    formula_cells = {sheet.name: sorted([*sheet.cached, *sheet.uncached]) for sheet in package.sheets}
    computed = recalculate_model(model, formula_cells) if any(formula_cells.values()) else []
    sheets = {sheet.name: sheet for sheet in package.sheets}
    for one in computed:
        place = f"{one.sheet}!{cell_name(one.row, one.column)}"
        if len(one.formula) > formulas.MAX_FORMULA_CHARACTERS:
            yield _error("formula_too_long", f"The formula has {len(one.formula)} characters, Excel takes 8,192", place)
        if not one.decided:
            yield _warning("formula_undecided", f"{one.formula} is calculated only when Excel opens the file", place)
        elif one.is_error and "NA(" not in one.formula:
            yield _error("formula_error", f"{one.formula} gives {one.value}", place, value=str(one.value))
        elif _is_stale(one, sheets[one.sheet]):
            yield _warning("stale_value", f"{one.formula} is {one.value}, the file shows another value", place)
    # By name: the calculator passes over sheets that are charts.
    positions = {properties["name"]: index for index, properties in enumerate(model.get_worksheets_properties())}
    for sheet in package.sheets:
        if sheet.name in positions:
            yield from _narrow_columns(model, positions[sheet.name], sheet)


def _calculable(data: bytes, package: Package) -> bytes:
    """What the calculator is given to load. Of a large file without formulas it is only asked how the widest numbers
    show."""
    if len(data) < LARGE_FILE_BYTES or any(sheet.has_formulas for sheet in package.sheets):
        return data
    return with_rows(data, {sheet.part: {row for row, _ in sheet.widest.places()} for sheet in package.sheets})


def _errors_of_state(workbook: Workbook) -> Iterator[Finding]:
    for cells in evaluate(workbook).cells.values():
        for one in cells.values():
            if one.is_error and "NA(" not in one.formula:
                place = f"{one.sheet}!{cell_name(one.row, one.column)}"
                yield _error("formula_error", f"{one.formula} gives {one.value}", place, value=str(one.value))


def _is_stale(computed: Computed, sheet: OpenedSheet) -> bool:
    cached = sheet.cached.get((computed.row, computed.column))
    value = computed.value
    if cached is None or isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if re.search(r"\b(NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY)\(", computed.formula, re.IGNORECASE):
        return False
    try:
        return abs(float(cached) - value) > 1e-6 * max(1.0, abs(value))
    except ValueError:
        return cached not in ERROR_VALUES


def _narrow_columns(model: ironcalc.Model, index: int, sheet: OpenedSheet) -> Iterator[Finding]:
    """Numbers wider than their column, which Excel shows as hashes. The widest of each column is reported."""
    worst: dict[int, tuple[float, int, str]] = {}
    for row, column in sheet.widest.places() - set(sheet.bad_styles):
        text = model.get_formatted_cell_value(index, row, column)
        width = text_width(text)
        too_wide = width > sheet.width(column) + _WIDTH_TOLERANCE_CHARACTERS
        if too_wide and width > worst.get(column, (0.0, 0, ""))[0] and not _is_general(model, index, row, column):
            worst[column] = (width, row, text)
    for column, (_, row, text) in sorted(worst.items()):
        message = f"Column {column_letters(column)} is too narrow for {text}"
        yield _error("narrow_column", message, f"{sheet.name}!{cell_name(row, column)}", value=text)


def _is_general(model: ironcalc.Model, index: int, row: int, column: int) -> bool:
    """Excel rounds a number without a format to its column."""
    return str(model.get_cell_style(index, row, column).get("num_fmt", "general")).lower() == "general"


def _drawings(package: Package, sheet: OpenedSheet) -> Iterator[Finding]:
    for drawing in sheet.drawings:
        place = f"{sheet.name}!{cell_name(*drawing.area[:2])}"
        for ref in drawing.refs:
            yield from _chart_range(package, drawing, ref, place)
        if not drawing.alt_text.strip():
            what = f"Chart {drawing.title!r}" if drawing.is_chart else "An image"
            yield _warning("missing_alt_text", f"{what} has no alternative text", place)
        covered = sheet.filled.first_in(drawing.area)
        if covered:
            message = f"{_named(drawing)} covers {cell_name(*covered)}"
            if drawing.is_chart:
                yield _error("chart_over_cells", message, place, subject=drawing.title)
            else:
                yield _warning("image_over_cells", message, place)
    for index, first in enumerate(sheet.drawings):
        for second in sheet.drawings[index + 1 :]:
            if first.area.overlaps(second.area):
                yield _overlap(sheet, *((second, first) if first.is_chart and not second.is_chart else (first, second)))


def _overlap(sheet: OpenedSheet, under: Drawing, over: Drawing) -> Finding:
    place = f"{sheet.name}!{cell_name(*over.area[:2])}"
    named = _named(under)
    message = f"{_named(over)} overlaps {named[0].lower()}{named[1:]}"
    if over.is_chart:
        return _error("charts_overlap", message, place, subject=over.title)
    return _warning("images_overlap", message, place)


def _named(drawing: Drawing) -> str:
    return f"{'Chart' if drawing.is_chart else 'Image'} {drawing.title!r}"


def _contrasts(package: Package, sheet: OpenedSheet) -> Iterator[Finding]:
    """Text that can hardly be told from its ground. One cell is named for each style."""
    for style, place in sheet.first_of_style.items():
        short = package.inks[style].shortfall if style < len(package.inks) else None
        if short:
            ink = package.inks[style]
            message = f"{ink.text} on {ink.ground or '#FFFFFF'} has contrast {short[0]:.1f}, readable is {short[1]}"
            yield _warning("low_contrast", message, _at(sheet, place))


def _missing_images(package: Package, workbook: Workbook) -> Iterator[Finding]:
    shown = {sheet.name: [one.alt_text for one in sheet.drawings if not one.is_chart] for sheet in package.sheets}
    for sheet in workbook.sheets:
        for image in sheet.images:
            if image.alt_text not in shown.get(sheet.name, []):
                message = f"The image {image.image} is not there, or is no PNG, JPEG or GIF"
                yield _warning("image_missing", message, f"{sheet.name}!{image.anchor}")


def _chart_range(package: Package, drawing: Drawing, ref: str, place: str) -> Iterator[Finding]:
    code, reason = "chart_reference", None
    try:
        name, area = formulas.plain_area(ref)
    except ValueError:
        reason = f"refers to {ref}, which is not a range"
    else:
        sheet = next((sheet for sheet in package.sheets if sheet.name.casefold() == name.casefold()), None)
        if sheet is None:
            reason = f"refers to {ref}, which is not there"
        elif sheet.filled.first_in(area) is None:
            code, reason = "chart_empty", f"shows {ref}, which is empty"
    if reason:
        yield _error(code, f"Chart {drawing.title!r} {reason}", place, subject=drawing.title)


def repair(workbook: Workbook, findings: list[Finding]) -> tuple[Workbook, list[Finding]]:
    """A mended copy of the workbook, and warnings that say what was changed. What cannot be mended is left as it is.

    Widens columns, moves charts to free places, wraps divisions by zero in IFERROR, drops charts without data.
    """
    mended = workbook.model_copy(deep=True)
    notes = [note for finding in findings for note in _mend(mended, finding)]
    return mended, list(dict.fromkeys(notes))


def _mend(workbook: Workbook, finding: Finding) -> Iterator[Finding]:
    sheet_name, _, cell = (finding.location or "").rpartition("!")
    sheet = workbook.find_sheet(sheet_name)
    if sheet is None:
        return
    row, column = parse_cell(cell)
    if finding.code == "narrow_column":
        yield from _widen(workbook, sheet_name, column, finding)
    elif finding.code == "formula_error" and finding.value == "#DIV/0!":
        content = sheet.content(row, column)
        if isinstance(content, str) and is_formula(content) and not content.upper().startswith("=IFERROR("):
            sheet.put(row, column, f'=IFERROR({content[1:]},"")')
            yield _warning("division_by_zero_hidden", f"{content} divides by zero and shows nothing", finding.location)
    elif finding.code in {"chart_reference", "chart_empty"}:
        for chart in [chart for chart in sheet.charts if chart.title == finding.subject]:
            sheet.charts.remove(chart)
            yield _warning("chart_dropped", f"{finding.message}; the chart was left out", finding.location)
    elif finding.code in {"chart_over_cells", "charts_overlap"}:
        yield from _move_chart(workbook, sheet_name, finding)


def _widen(workbook: Workbook, sheet_name: str, column: int, finding: Finding) -> Iterator[Finding]:
    """Takes the given width away, so that the column is fitted to its content when the file is written again."""
    sheet = workbook.find_sheet(sheet_name)
    if sheet is None:
        return
    sheet.widths.pop(column, None)
    if workbook.origin and finding.value:  # the columns of an uploaded file are not fitted anew
        sheet.widths[column] = round(text_width(finding.value) + 1.6, 2)
    for table in sheet.tables:
        offset = column - table.first_column
        if 0 <= offset < len(table.columns):
            table.columns[offset].width = None
    yield _warning("column_widened", f"{finding.message}; it was widened", finding.location)


def _move_chart(workbook: Workbook, sheet_name: str, finding: Finding) -> Iterator[Finding]:
    """Moves the chart below everything on its sheet."""
    sheet = workbook.find_sheet(sheet_name)
    chart = next((c for c in sheet.charts if c.title == finding.subject), None) if sheet else None
    if sheet is None or chart is None:
        return
    used = sheet.used_area() or Area(1, 1, 1, 1)
    others: list[AddChart | AddImage] = [other for other in sheet.charts if other is not chart]
    others += sheet.images
    bottom = max([used.last_row, *(parse_cell(other.anchor)[0] + other.rows + 1 for other in others)])
    if bottom + chart.rows + 2 > _ROW_LIMIT:
        return
    chart.anchor = cell_name(bottom + 2, min(parse_cell(chart.anchor)[1], used.last_column + 1))
    yield _warning("chart_moved", f"{finding.message}; it was moved to {chart.anchor}", finding.location)
