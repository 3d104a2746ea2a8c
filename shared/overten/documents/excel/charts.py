"""Native charts in the workbook's colours."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from overten.documents.excel import theme
from overten.documents.excel.grid import Area
from overten.documents.excel.layout import Layout
from overten.documents.excel.operations import AddChart, ChartSeries
from overten.documents.excel.recalculate import Evaluation
from overten.documents.excel.references import chart_area
from overten.documents.excel.workbook import CellContent, Sheet, Workbook

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.chart import Chart

COLUMN_PIXELS = 64
ROW_PIXELS = 20
TITLE_POINTS = 13
LABEL_POINTS = 9
MOST_LABELS = 24
LABELS_OF_LONG_AXIS = 12
THINNEST_LABELLED_SLICE = 0.04

_TYPES: dict[str, dict[str, str]] = {
    "column": {"type": "column"},
    "stacked_column": {"type": "column", "subtype": "stacked"},
    "bar": {"type": "bar"},
    "stacked_bar": {"type": "bar", "subtype": "stacked"},
    "line": {"type": "line"},
    "area": {"type": "area"},
    "stacked_area": {"type": "area", "subtype": "stacked"},
    "pie": {"type": "pie"},
    "doughnut": {"type": "doughnut"},
    "scatter": {"type": "scatter"},
}


def build_chart(
    book: xlsxwriter.Workbook,
    workbook: Workbook,
    chart: AddChart,
    layouts: dict[str, Layout],
    evaluation: Evaluation,
) -> Chart:
    """The library's chart for an added chart, ready to be inserted. Raises ValueError for a reference that is gone."""
    kinds = [series.kind or chart.kind for series in chart.series]
    built = book.add_chart(_TYPES[chart.kind])
    other = next((kind for kind in kinds if kind != chart.kind), None)
    combined = book.add_chart(_TYPES[other]) if other else None
    colors = theme.palette(workbook.accent_color)
    for index, (series, kind) in enumerate(zip(chart.series, kinds, strict=True)):
        options = _series(workbook, chart, series, kind, colors[index % len(colors)], evaluation)
        (combined if combined and kind == other else built).add_series(options)
    if combined:
        built.combine(combined)
    _dress(built, combined, workbook, chart, layouts)
    return built


def broken_reference(workbook: Workbook, chart: AddChart) -> str | None:
    """Why the chart cannot be drawn: a range it shows is gone. None if all are there."""
    for series in chart.series:
        for ref in (series.values, series.categories, series.name if (series.name or "").startswith("=") else None):
            try:
                if ref:
                    chart_area(workbook, ref)
            except ValueError as error:
                return str(error)
    return None


def _series(
    workbook: Workbook, chart: AddChart, series: ChartSeries, kind: str, color: str, evaluation: Evaluation
) -> dict[str, Any]:
    sheet, values = chart_area(workbook, series.values)
    options: dict[str, Any] = {"values": _list_ref(sheet, values)}
    if series.categories:
        options["categories"] = _list_ref(*chart_area(workbook, series.categories))
    options["name"] = _series_name(workbook, series, evaluation)
    if series.secondary_axis:
        options["y2_axis"] = True
    if kind in {"pie", "doughnut"}:
        amounts = [evaluation.value(sheet, *place) for place in values.cells()]
        options |= _slices(workbook, kind, amounts)
        return options
    if kind == "line":
        options |= {"line": {"color": color, "width": 2.25}, "marker": {"type": "none"}}
    elif kind == "scatter":
        marker = {"type": "circle", "size": 7, "fill": {"color": color}, "border": {"color": "#FFFFFF"}}
        options |= {"marker": marker, "line": {"none": True}}
    else:
        options |= {"fill": {"color": color}, "border": {"none": True}}
    if kind in {"column", "bar"} or kind.startswith("stacked_"):
        options["gap"] = 60
    if kind in {"column", "bar"}:
        options["overlap"] = -5
    if chart.data_labels:
        options["data_labels"] = {"value": True, "font": _font()} | _label_format(chart)
    return options


def _label_format(chart: AddChart) -> dict[str, Any]:
    return {"num_format": chart.number_format} if chart.number_format else {}


def _list_ref(sheet: Sheet, area: Area) -> list[str | int]:
    return [sheet.name, area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1]


def _series_name(workbook: Workbook, series: ChartSeries, evaluation: Evaluation) -> str | list[str | int]:
    """The legend's text or reference; the header above the values if none is given."""
    if series.name and series.name.startswith("="):
        sheet, area = chart_area(workbook, series.name)
        return _list_ref(sheet, area)[:3]
    if series.name:
        return _text(series.name)
    sheet, area = chart_area(workbook, series.values)
    vertical = area.last_row > area.first_row or area.first_column == area.last_column
    row, column = (area.first_row - 1, area.first_column) if vertical else (area.first_row, area.first_column - 1)
    header = evaluation.value(sheet, row, column) if row and column else None
    return [sheet.name, row - 1, column - 1] if isinstance(header, str) else "Series"


def _slices(workbook: Workbook, kind: str, amounts: list[CellContent | None]) -> dict[str, Any]:
    """Colours and labels of a pie. Slices too thin for a label have none; in a ring the text suits its slice."""
    colors = theme.palette(workbook.accent_color)
    tints = [*colors, *(theme.tint(color, 0.45) for color in colors)]
    fills = [tints[index % len(tints)] for index in range(len(amounts))]
    numbers = [abs(v) if isinstance(v, int | float) else 0 for v in amounts]
    total = sum(numbers) or 1
    custom: list[dict[str, Any]] = [
        {"delete": True} if number / total < THINNEST_LABELLED_SLICE else {"font": _font(color=theme.text_on(fill))}
        for number, fill in zip(numbers, fills, strict=True)
    ]
    labels: dict[str, Any] = {"percentage": True, "font": _font()}
    if kind == "doughnut":
        labels["custom"] = custom
    else:
        labels |= {"position": "outside_end", "leader_lines": True}
    points = [{"fill": {"color": fill}, "border": {"color": "#FFFFFF", "width": 1}} for fill in fills]
    return {"points": points, "data_labels": labels}


def _font(size: float = LABEL_POINTS, color: str = "#4A5560", **more: Any) -> dict[str, Any]:
    return {"size": size, "color": color, **more}


def _dress(
    built: Chart, combined: Chart | None, workbook: Workbook, chart: AddChart, layouts: dict[str, Layout]
) -> None:
    family: dict[str, Any] = {"name": workbook.font}
    title_font = _font(TITLE_POINTS, theme.DARK_TEXT, bold=True, **family)
    built.set_title({"name": _text(chart.title), "name_font": title_font, "overlay": False})
    round_ = chart.kind in {"pie", "doughnut"}
    if len(chart.series) == 1 and not round_:
        built.set_legend({"none": True})
    else:
        built.set_legend({"position": "right" if round_ else "bottom", "font": _font(**family)})
    if not round_:
        _set_axes(built, combined, workbook, chart, layouts)
    built.set_size({"width": chart.columns * COLUMN_PIXELS, "height": chart.rows * ROW_PIXELS})
    built.set_chartarea({"border": {"color": theme.HAIRLINE}, "fill": {"color": "#FFFFFF"}})
    built.show_blanks_as("gap")


def _set_axes(
    built: Chart, combined: Chart | None, workbook: Workbook, chart: AddChart, layouts: dict[str, Layout]
) -> None:
    font = _font(name=workbook.font)
    title_font = _font(name=workbook.font, bold=False)
    scatter = chart.kind == "scatter"
    categories: dict[str, Any] = {
        "num_font": font, "line": {"color": "#B8C1CA"}, "major_gridlines": {"visible": False},
        "major_tick_mark": "none", "minor_tick_mark": "none", "label_position": "low",
    }  # fmt: skip
    values: dict[str, Any] = {
        "num_font": font, "line": {"none": True}, "major_gridlines": {"visible": True, "line": {"color": "#E4E8EC"}},
        "major_tick_mark": "none", "minor_tick_mark": "none",
    }  # fmt: skip
    category_code = _format_of(workbook, chart.series[0].categories, layouts)
    if category_code:
        categories["num_format"] = category_code
    if not scatter:
        categories["text_axis"] = True
        points = chart_area(workbook, chart.series[0].values)[1].size
        if points > MOST_LABELS:
            categories["interval_unit"] = categories["interval_tick"] = math.ceil(points / LABELS_OF_LONG_AXIS)
    primary = next((series for series in chart.series if not series.secondary_axis), chart.series[0])
    values["num_format"] = chart.number_format or _axis_code(_format_of(workbook, primary.values, layouts)) or "General"
    x_title = {"name": _text(chart.x_title), "name_font": title_font} if chart.x_title else {}
    y_title = {"name": _text(chart.y_title), "name_font": title_font} if chart.y_title else {}
    if chart.kind in {"bar", "stacked_bar"}:
        # The first category on top; that puts the values' axis on top too, and "high" is then the bottom.
        built.set_y_axis(categories | y_title | {"reverse": True})
        built.set_x_axis(values | x_title | {"label_position": "high"})
        return
    built.set_x_axis(categories | x_title)
    built.set_y_axis(values | y_title)
    secondary = next((series for series in chart.series if series.secondary_axis), None)
    if secondary:
        code = _axis_code(_format_of(workbook, secondary.values, layouts)) or "General"
        owner = combined if combined and (secondary.kind or chart.kind) != chart.kind else built
        owner.set_y2_axis({"num_font": font, "line": {"none": True}, "num_format": code, "major_tick_mark": "none"})


def _text(title: str) -> str:
    """A title that the library does not take for a reference, as it does with whatever begins like `Plan!A1`: behind
    the exclamation mark stands a word joiner, which has no width."""
    return re.sub(r"^([^!]+!)(?=\$?[A-Z]+\$?\d)", "\\1\u2060", title)


def _axis_code(code: str | None) -> str | None:
    return theme.without_decimals(code) if code else None


def _format_of(workbook: Workbook, ref: str | None, layouts: dict[str, Layout]) -> str | None:
    if not ref:
        return None
    sheet, area = chart_area(workbook, ref)
    looks = layouts[sheet.name].cells.get(area[:2], {})
    code = looks.get("num_format")
    return str(code) if code else None
