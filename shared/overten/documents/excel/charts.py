"""Native charts in the workbook's colours."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from overten.documents.excel import theme
from overten.documents.excel.bubble import add_bubble_chart
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
TITLE_POINTS = 12
TITLE_PLACE = {"x": 0.02, "y": 0.03}  # at the left, where reading begins
LABEL_POINTS = 9
MOST_LABELS = 24
LABEL_PIXELS = 52
HORIZONTAL = 360  # the library's word for an angle of 0 that is written out
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
    "radar": {"type": "radar"},
    "stock": {"type": "stock"},
}
_ROUND = frozenset({"pie", "doughnut"})
_XY = frozenset({"scatter", "bubble"})


def build_chart(
    book: xlsxwriter.Workbook,
    workbook: Workbook,
    chart: AddChart,
    layouts: dict[str, Layout],
    evaluation: Evaluation,
) -> Chart:
    """The library's chart for an added chart, ready to be inserted. Raises ValueError for a reference that is gone."""
    kinds = [series.kind or chart.kind for series in chart.series]
    built = add_bubble_chart(book) if chart.kind == "bubble" else book.add_chart(_TYPES[chart.kind])
    other = next((kind for kind in kinds if kind != chart.kind), None)
    combined = book.add_chart(_TYPES[other]) if other else None
    colors, colored = theme.palette_of(workbook), theme.inks(workbook)
    for index, (series, kind) in enumerate(zip(chart.series, kinds, strict=True)):
        color = series.colors[0] if series.colors else colors[index % len(colors)]
        options = _series(workbook, chart, series, kind, color, evaluation)
        (combined if combined and kind == other else built).add_series(theme.inked(options, colored))
    if combined:
        built.combine(combined)
    if chart.kind == "stock":
        _draw_prices(built, opens=len(chart.series) == 4)
    _dress(built, combined, workbook, chart, layouts)
    return built


def broken_reference(workbook: Workbook, chart: AddChart) -> str | None:
    """Why the chart cannot be drawn: a range it shows is gone. None if all are there."""
    for series in chart.series:
        name = series.name if (series.name or "").startswith("=") else None
        for ref in (series.values, series.categories, series.sizes, name):
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
        options |= _slices(workbook, kind, amounts, series.colors)
        return options
    if series.trend:
        options["trendline"] = _trend(series.trend, color)
    if kind == "bubble":
        options["sizes"] = _list_ref(*chart_area(workbook, series.sizes or ""))
    options |= _looks(kind, color)
    if chart.data_labels or series.data_labels:
        options["data_labels"] = {"value": True, "font": _font()} | _label_format(chart)
    return options


def _looks(kind: str, color: str) -> dict[str, Any]:
    """Lines, fills and gaps of a series."""
    if kind == "stock":
        return {"line": {"none": True}, "marker": {"type": "none"}}
    if kind == "bubble":
        return {"fill": {"color": color, "transparency": 35}, "border": {"color": "#FFFFFF"}}
    line = {"color": color, "width": 2.25}
    if kind == "radar":
        return {"line": line, "marker": {"type": "circle", "size": 5, **_filled(color)}}
    if kind == "line":
        return {"line": line, "marker": {"type": "none"}}
    if kind == "scatter":
        marker = {"type": "circle", "size": 7, "fill": {"color": color}, "border": {"color": "#FFFFFF"}}
        return {"marker": marker, "line": {"none": True}}
    if kind == "area":
        return {"fill": {"color": color, "transparency": 72}, "border": {"color": color, "width": 1.75}}
    looks: dict[str, Any] = {"fill": {"color": color}, "border": {"none": True}}
    if kind in {"column", "bar"} or kind.startswith("stacked_"):
        looks["gap"] = 60
    if kind in {"column", "bar"}:
        looks["overlap"] = -5
    return looks


def _filled(color: str) -> dict[str, Any]:
    return {"fill": {"color": color}, "border": {"color": color}}


def _trend(kind: str, color: str) -> dict[str, Any]:
    line = {"color": color, "width": 1.25, "dash_type": "dash"}
    if kind == "linear":
        return {"type": "linear", "name": "Trend", "line": line}
    return {"type": "moving_average", "period": 3, "name": "Moving average", "line": line}


def _draw_prices(built: Chart, *, opens: bool) -> None:
    """The marks of a stock chart: a line from low to high, and a bar from the first price to the last."""
    built.set_high_low_lines({"line": {"color": "#7C8894", "width": 1}})
    if opens:
        rise, fall = theme.SIGNALS["good"][0], theme.SIGNALS["bad"][0]
        built.set_up_down_bars({"up": _filled(rise), "down": _filled(fall)})


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


def _slices(
    workbook: Workbook, kind: str, amounts: list[CellContent | None], given: list[str] | None
) -> dict[str, Any]:
    """Colours and labels of a pie. Slices too thin for a label have none; in a ring the text suits its slice."""
    colors = theme.palette_of(workbook)
    tints = [*colors, *(theme.tint(color, 0.45) for color in colors)]
    fills = [tints[index % len(tints)] for index in range(len(amounts))]
    fills[: len(given or [])] = (given or [])[: len(fills)]
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
    built.set_title({"name": _text(chart.title), "name_font": title_font, "overlay": False, "layout": TITLE_PLACE})
    round_ = chart.kind in _ROUND
    place = chart.legend
    if place == "auto":
        place = "right" if round_ else "bottom"
        alone = len(chart.series) == 1 and not round_ and not chart.series[0].trend
        place = "none" if alone or chart.kind == "stock" else place
    built.set_legend({"none": True} if place == "none" else {"position": place, "font": _font(**family)})
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
    scatter = chart.kind in _XY
    if chart.kind == "radar":
        _set_radar_axes(built, font, chart)
        return
    categories: dict[str, Any] = {
        "num_font": font, "line": {"color": "#B8C1CA"}, "major_gridlines": {"visible": False},
        "major_tick_mark": "none", "minor_tick_mark": "none", "label_position": "low",
    }  # fmt: skip
    values: dict[str, Any] = {
        "num_font": font, "line": {"none": True}, "major_tick_mark": "none", "minor_tick_mark": "none",
        "major_gridlines": {"visible": chart.gridlines, "line": {"color": "#E4E8EC"}},
    } | _bounds(chart.y_min, chart.y_max)  # fmt: skip
    category_code = _format_of(workbook, chart.series[0].categories, layouts)
    if category_code:
        categories["num_format"] = category_code
    if scatter:
        categories |= _bounds(chart.x_min, chart.x_max)
    else:
        categories["text_axis"] = True
        points = chart_area(workbook, chart.series[0].values)[1].size
        if points > MOST_LABELS and chart.kind not in {"bar", "stacked_bar"}:
            categories["interval_unit"] = categories["interval_tick"] = _interval(points, chart.columns * COLUMN_PIXELS)
            categories["num_font"] = font | {"rotation": HORIZONTAL}
    if _says_its_values(chart):
        values |= {"visible": False, "major_gridlines": {"visible": False}}
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
        named = chart.secondary_axis_title
        title = {"name": _text(named), "name_font": title_font} if named else {}
        owner.set_y2_axis(
            {"num_font": font, "line": {"none": True}, "num_format": code, "major_tick_mark": "none"} | title
        )


def _interval(points: int, pixels: int) -> int:
    """Every how many points a long axis is labelled: by quarters, half-years and years where the points are months."""
    least = math.ceil(points * LABEL_PIXELS / pixels)
    return next((step for step in (1, 2, 3, 4, 6, 12, 24, 52) if step >= least), least)


def _says_its_values(chart: AddChart) -> bool:
    """Bars with their values beside them need no axis to read them from."""
    alike = all(series.kind is None and not series.secondary_axis for series in chart.series)
    return chart.kind in {"column", "bar"} and alike and (chart.data_labels or all(s.data_labels for s in chart.series))


def _bounds(low: float | None, high: float | None) -> dict[str, Any]:
    return {key: value for key, value in (("min", low), ("max", high)) if value is not None}


def _set_radar_axes(built: Chart, font: dict[str, Any], chart: AddChart) -> None:
    grid = {"visible": chart.gridlines, "line": {"color": "#D9DEE4"}}
    built.set_x_axis({"num_font": font, "major_gridlines": grid})
    code = {"num_format": chart.number_format} if chart.number_format else {}
    built.set_y_axis(
        {"num_font": font, "major_gridlines": grid, "line": {"none": True}, "major_tick_mark": "none"}
        | _bounds(chart.y_min, chart.y_max)
        | code
    )


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
    looks = layouts[sheet.name].looks(*area[:2]) or {}
    code = looks.get("num_format")
    return str(code) if code else None
