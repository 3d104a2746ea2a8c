"""Operations on what lies over the cells or hangs on them: charts, images, sparklines, notes and links."""

from __future__ import annotations

import re

from overten.documents.excel.grid import Area, cell_name, parse_cell, parse_range, quote_sheet, split_sheet
from overten.documents.excel.operations import (
    AddChart,
    AddImage,
    AddSparklines,
    Annotate,
    ChartSeries,
    RemoveChart,
)
from overten.documents.excel.places import area_of, cell_of, kept, refusal, sheet_named, sheet_to_write
from overten.documents.excel.references import chart_area
from overten.documents.excel.workbook import Note, Sheet, Workbook

MAX_CHARTS = 100
MAX_CHART_CELLS = 32_000  # of one series, as in Excel
MAX_SLICES = 60
MAX_IMAGES = 50
MAX_SPARKLINES_PER_SHEET = 2_000
MAX_ANNOTATIONS_PER_SHEET = 2_000


def remove_chart(workbook: Workbook, operation: RemoveChart) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    chart = next((chart for chart in sheet.charts if chart.title.casefold() == operation.title.casefold()), None)
    if chart is None:
        titles = ", ".join(repr(chart.title) for chart in sheet.charts) or "none"
        raise refusal(f"There is no chart {operation.title!r}", sheet.name, f"Charts of the sheet: {titles}.")
    sheet.charts.remove(chart)
    return f"Removed chart {chart.title!r} from {sheet.name}"


def add_chart(workbook: Workbook, operation: AddChart) -> str:
    sheet = sheet_to_write(workbook, operation.sheet)
    row, column = cell_of(operation.anchor, sheet)
    where = f"chart {operation.title!r}"
    if sum(len(other.charts) for other in workbook.sheets) >= MAX_CHARTS:
        raise refusal(f"The workbook has {MAX_CHARTS} charts", where, "Show what matters most.")
    if any(chart.title.casefold() == operation.title.casefold() for chart in sheet.charts):
        raise refusal("The sheet has a chart of this title", where, "Choose another title, or remove_chart first.")
    if any(chart.anchor == operation.anchor for chart in sheet.charts):
        raise refusal("Another chart has the same anchor", f"{sheet.name}!{operation.anchor}", "Choose a free place.")
    if sheet.content(row, column) is not None:
        raise refusal("The anchor cell is filled", f"{sheet.name}!{operation.anchor}", "Choose a free place.")
    if operation.kind in {"pie", "doughnut"} and len(operation.series) > 1:
        raise refusal(f"A {operation.kind} chart shows one series", where, "Give one series, or another kind.")
    if len({series.kind for series in operation.series} - {None, operation.kind}) > 1:
        raise refusal("A chart combines at most two kinds", where, "Use one other kind for some of the series.")
    for series in operation.series:
        if operation.kind in {"pie", "doughnut"} and _chart_area(workbook, series.values, where).size > MAX_SLICES:
            raise refusal(f"A {operation.kind} chart shows at most {MAX_SLICES} slices", where, "Use a bar chart.")
        _check_series(workbook, series, where, needs_categories=operation.kind in {"scatter", "bubble"})
    _check_kind(workbook, operation, where)
    chart = operation.model_copy(deep=True)
    chart.sheet = sheet.name
    sheet.charts.append(chart)
    made = kept(workbook, sheet)
    return f"Added {operation.kind} chart {operation.title!r} at {sheet.name}!{operation.anchor}{made}"


def _check_series(workbook: Workbook, series: ChartSeries, where: str, *, needs_categories: bool) -> None:
    values = _chart_area(workbook, series.values, where)
    if min(values.last_row - values.first_row, values.last_column - values.first_column) > 0:
        raise refusal(f"{series.values} is neither one row nor one column", where, "Give each series its own range.")
    if values.size > MAX_CHART_CELLS:
        raise refusal(f"{series.values} has more than {MAX_CHART_CELLS:,} cells", where, "Chart a summary of the data.")
    if series.categories:
        categories = _chart_area(workbook, series.categories, where)
        if categories.size != values.size and categories.size % values.size:
            raise refusal(
                f"{series.categories} has {categories.size} cells, {series.values} has {values.size}",
                where,
                "Give ranges of the same length.",
            )
    elif needs_categories:
        raise refusal("A scatter series has no x values", where, "Give them as categories.")
    if series.name and series.name.startswith("="):
        _chart_area(workbook, series.name, where)


def _check_kind(workbook: Workbook, chart: AddChart, where: str) -> None:
    """Refuses what the kind of chart cannot show."""
    kind = chart.kind
    if kind in _ALONE and any(series.kind not in {None, kind} for series in chart.series):
        raise refusal(f"A {kind} chart has one kind of series", where, "Leave `kind` of the series out.")
    if kind in _ONE_AXIS and any(series.secondary_axis for series in chart.series):
        raise refusal(f"A {kind} chart has no secondary axis", where, "Leave secondary_axis out.")
    if kind == "stock" and len(chart.series) not in {3, 4}:
        raise refusal("A stock chart needs three or four series", where, "Give high, low, close, or open before them.")
    if (kind in _ONE_AXIS or kind.startswith("stacked")) and any(series.trend for series in chart.series):
        raise refusal(f"A {kind} chart takes no trend line", where, "Use a column, line or scatter chart.")
    if kind == "bubble":
        _check_sizes(workbook, chart.series, where)
    for low, high in ((chart.x_min, chart.x_max), (chart.y_min, chart.y_max)):
        if low is not None and high is not None and low >= high:
            raise refusal("An axis ends before it begins", where, "Give a minimum below the maximum.")


_ONE_AXIS = frozenset({"pie", "doughnut", "radar", "bubble", "stock"})
_ALONE = _ONE_AXIS | {"scatter"}


def _check_sizes(workbook: Workbook, all_series: list[ChartSeries], where: str) -> None:
    for series in all_series:
        if not series.sizes:
            raise refusal("A bubble series has no sizes", where, "Give them as sizes.")
        if _chart_area(workbook, series.sizes, where).size != _chart_area(workbook, series.values, where).size:
            raise refusal("The sizes are not as many as the values", where, "Give ranges of the same length.")


def _chart_area(workbook: Workbook, ref: str, where: str) -> Area:
    return _chart_range(workbook, ref, where)[1]


def _chart_range(workbook: Workbook, ref: str, where: str) -> tuple[Sheet, Area]:
    try:
        return chart_area(workbook, ref)
    except ValueError as error:
        raise refusal(str(error), where, "Give a range with its sheet, such as Budget!B2:B13.") from error


def add_image(workbook: Workbook, operation: AddImage) -> str:
    sheet = sheet_to_write(workbook, operation.sheet)
    cell_of(operation.anchor, sheet)
    if sum(len(other.images) for other in workbook.sheets) >= MAX_IMAGES:
        raise refusal(f"The workbook has {MAX_IMAGES} images", "add_image", "Use fewer.")
    if any(image.anchor == operation.anchor for image in sheet.images):
        raise refusal("Another image has the same anchor", f"{sheet.name}!{operation.anchor}", "Choose a free place.")
    if workbook.has_assets and workbook.assets(operation.image) is None:
        raise refusal(f"There is no image {operation.image!r}", "add_image", "Use the name of an image of the user.")
    image = operation.model_copy(update={"sheet": sheet.name})
    sheet.images.append(image)
    return f"Placed image {image.image} at {sheet.name}!{image.anchor}{kept(workbook, sheet)}"


def add_sparklines(workbook: Workbook, operation: AddSparklines) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    home, data = _chart_range(workbook, operation.data, where)
    pairs = sparkline_data(area, data, where)
    others = [lines for lines in sheet.sparklines if not area.overlaps(parse_range(lines.range))]
    if len(others) + area.size > MAX_SPARKLINES_PER_SHEET:
        raise refusal(f"A sheet takes {MAX_SPARKLINES_PER_SHEET:,} sparklines", where, "Draw fewer.")
    # One by one, as in the file: rows put in between the data of two of them do not tear them apart.
    sheet.sparklines = others + [
        operation.model_copy(
            update={"sheet": sheet.name, "range": cell_name(*cell), "data": f"{quote_sheet(home.name)}!{line.ref}"}
        )
        for cell, line in pairs
    ]
    return f"Drew {area.size} sparklines at {where}"


def sparkline_data(area: Area, data: Area, where: str) -> list[tuple[tuple[int, int], Area]]:
    """The cell and data of each sparkline of a group. Raises OperationError if they do not go together."""
    rows, columns = data.last_row - data.first_row + 1, data.last_column - data.first_column + 1
    cells = list(area.cells())
    if area.last_column == area.first_column and rows == len(cells):
        lines = [data._replace(first_row=row, last_row=row) for row in range(data.first_row, data.last_row + 1)]
    elif area.last_row == area.first_row and columns == len(cells):
        first, last = data.first_column, data.last_column
        lines = [data._replace(first_column=column, last_column=column) for column in range(first, last + 1)]
    elif len(cells) == 1 and columns == 1:
        lines = [data]
    else:
        fix = "Give a column of cells with a row of data for each, or a row of cells with a column of data for each."
        raise refusal(f"{data.ref} does not give one line of data to each cell of {area.ref}", where, fix)
    return list(zip(cells, lines, strict=True))


def annotate(workbook: Workbook, operation: Annotate) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    notes, links = dict(sheet.notes), dict(sheet.links)
    for item in operation.items:
        cell = cell_name(*cell_of(item.cell, sheet))
        where = f"{sheet.name}!{cell}"
        if item.note is None and item.link is None:
            raise refusal("Neither note nor link is given", where, "Give one of them; an empty text takes it off.")
        if item.note is not None:
            notes.pop(cell, None)
            if item.note.strip():
                notes[cell] = Note(text=item.note, author=operation.author)
        if item.link is not None:
            links.pop(cell, None)
            if item.link.strip():
                links[cell] = _checked_link(workbook, item.link.strip(), where)
    if len(notes) + len(links) > MAX_ANNOTATIONS_PER_SHEET:
        raise refusal(f"A sheet takes {MAX_ANNOTATIONS_PER_SHEET:,} notes and links", sheet.name, "Use fewer.")
    sheet.notes, sheet.links = notes, links
    for cell in links:
        sheet.loosen(*parse_cell(cell))
    return f"Annotated {len(operation.items)} cells of {sheet.name} ({len(notes)} notes, {len(links)} links on it)"


_ADDRESS = re.compile(r"(https?://[^\s/?#@\\]+([/?#][^\s<>\"\\]*)?|mailto:[^\s<>\"]+@[^\s<>\"]+)", re.IGNORECASE)


def is_address(link: str) -> bool:
    """Whether a link leads out of the workbook."""
    return re.match(r"(https?|mailto):", link, re.IGNORECASE) is not None


def _checked_link(workbook: Workbook, link: str, where: str) -> str:
    if is_address(link):
        if not _ADDRESS.fullmatch(link):
            raise refusal(f"{link[:60]!r} is not a web or mail address", where, "Write it as https://example.com/page.")
        return link
    name, cells = split_sheet(link.lstrip("#"))
    if not name or ":/" in link or workbook.find_sheet(name) is None:
        fix = "Links are https://…, http://…, mailto:… or a place such as 'My sheet'!A1."
        raise refusal(f"{link[:60]!r} leads nowhere", where, fix)
    sheet = sheet_named(workbook, name)
    return f"{quote_sheet(sheet.name)}!{area_of(cells.replace('$', ''), sheet).ref}"
