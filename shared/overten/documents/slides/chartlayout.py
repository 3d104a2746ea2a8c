"""Where the parts of a chart lie. They are measured, so that plots begin at the margin of the slide, legends stand
above them to the left, and lines are named at their ends.

All lengths are points; places in the chart's XML are shares of its width and height.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.operations import Chart
from overten.documents.text.measure import Font, line_height, width, wrap

HORIZONTAL = {"bar", "stacked_bar", "percent_bar"}
_STACKED = {"stacked_column", "stacked_bar", "stacked_area", "waterfall"}
_FROM_ZERO = {"column", "stacked_column", "bar", "stacked_bar", "combo", "area", "stacked_area"}
# PowerPoint breaks a label's text at about a fifth of the chart's width.
_LABEL_SHARE = 0.19
_CATEGORY_LINES = 3
_LEGEND_KEY = 2.9
Place = tuple[float, float, float, float]


@dataclass(frozen=True)
class Scale:
    """The values an axis runs between, about as programs choose them, and the step between its marks."""

    least: float
    most: float
    unit: float


@dataclass(frozen=True)
class Places:
    """Plot and legend as (x, y, width, height); `unit` is where the name of the value axis begins."""

    plot: Place
    legend: Place | None = None
    unit: tuple[float, float] | None = None


def shown(value: float, code: str) -> str:
    """About what a number format makes of a value: enough to measure and to describe it."""
    found = re.search(r"\.([0#]+)", code)
    decimals = len(found[1]) if found else 0
    if "%" in code:
        return f"{value * 100:,.{decimals}f}%"
    literal = "".join(letter for letter in re.sub(r"\[.*?\]", "", code) if letter not in '#,0.;"\\_()-+ ')
    return f"{value:,.{decimals}f}{literal}"


def scale(chart: Chart) -> Scale:
    """The scale of the first value axis. A line may begin above zero, where its course could not be seen otherwise; the
    length of a bar says its value, so bars begin at zero."""
    rows = [item.values for item in chart.series if not item.as_line or shares_axis(chart)]
    columns = [[value or 0.0 for value in column] for column in zip(*rows, strict=True)] or [[0.0]]
    if chart.kind in _STACKED:
        tops = [sum(value for value in column if value > 0) for column in columns]
        feet = [sum(value for value in column if value < 0) for column in columns]
    else:
        given = [[value for value in column if value is not None] for column in zip(*rows, strict=True)]
        tops = [max(column) for column in given if column] or [0.0]
        feet = [min(column) for column in given if column] or [0.0]
    low, high = min(feet), max(tops)
    if chart.kind in _FROM_ZERO:
        low, high = min(low, 0.0), max(high, 0.0)
    elif low > 0:
        beginning = low - 0.5 * (high - low)
        low = beginning if beginning > 0.3 * high else 0.0
    unit = _step((high - low) / 5) if high > low else 1.0
    return Scale(math.floor(low / unit + 1e-9) * unit, math.ceil(high / unit - 1e-9) * unit, unit)


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def axis_code(code: str, unit: float) -> str:
    """The number format of an axis: without decimals that its marks do not have."""
    whole = unit * 100 if "%" in code else unit
    return re.sub(r"\.0+", "", code) if whole >= 2 else code


def shares_axis(chart: Chart) -> bool:
    """Whether the lines of a combination say the same kind of thing as its columns, so that one axis serves both."""
    if chart.kind != "combo" or chart.line_format:
        return False
    bars, lines = (
        max((abs(value or 0.0) for item in chart.series if item.as_line is line for value in item.values), default=0.0)
        for line in (False, True)
    )
    return 0.3 * bars <= lines <= 4 * bars


def end_labels(chart: Chart, code: str, box: Box, size: float, font: str) -> str | None:
    """How lines are named at their ends, in the place of a legend: the text between name and value; None where they
    cannot be."""
    if chart.kind != "line" or not 2 <= len(chart.series) <= 5 or chart.labels is not None:
        return None
    if any(item.values[-1] is None for item in chart.series):
        return None
    wide, found = box.w / POINT, scale(chart)
    ends = sorted(item.values[-1] or 0.0 for item in chart.series)
    per_point = (box.h / POINT - 4 * size) / max(found.most - found.least, 1e-9)
    apart = min((after - before) * per_point for before, after in itertools.pairwise(ends))
    face = Font(font, True)
    for between, lines in ((" ", 1), ("\n", 2)):
        longest = max(
            width(text, face, size)
            for item in chart.series
            for text in f"{item.name}{between}{shown(item.values[-1] or 0.0, code)}".split("\n")
        )
        if longest <= wide * _LABEL_SHARE and apart >= size * (1.3 * lines):
            return between
    return None


def places(
    chart: Chart,
    names: Sequence[str],
    code: str,
    box: Box,
    size: float,
    font: str,
    *,
    axis_shown: bool,
    labels: bool,
    legend: bool,
    ends: str | None,
) -> Places | None:
    """The places of a chart with a category axis; None where its names need more room than can be foreseen."""
    face, wide, high = Font(font), box.w / POINT, box.h / POINT
    unit = (0.0, 0.0) if chart.y_title and axis_shown and chart.kind not in HORIZONTAL else None
    top = size * 1.7 if unit else 0.0
    legend_place: Place | None = None
    if legend:
        across = sum(width(name, face, size) + _LEGEND_KEY * size for name in names)
        if across > wide:
            return None
        legend_place = (0.0, top / high, min(across * 1.04 / wide, 1.0), size * 1.5 / high)
        top += size * 2.1
    found = (
        _across(chart, code, wide, high - top, size, face, axis_shown=axis_shown, labels=labels)
        if chart.kind in HORIZONTAL
        else _upright(chart, code, wide, high - top, size, face, axis_shown=axis_shown, labels=labels, ends=ends)
    )
    if found is None:
        return None
    left, above, right, below = found
    top += above
    plot = (left / wide, top / high, (wide - left - right) / wide, (high - top - below) / high)
    return Places(plot, legend_place, unit) if min(plot[2:]) > 0.3 else None


def _upright(
    chart: Chart, code: str, wide: float, high: float, size: float, face: Font, *, axis_shown: bool, labels: bool,
    ends: str | None,
) -> tuple[float, float, float, float] | None:  # fmt: skip
    """The room that a plot with upright values leaves: left, above, right, below."""
    left, right, above = 1.0, size * 0.3, size * (1.2 if labels else 0.7)
    if axis_shown:
        marks = scale(chart)
        shape = "0%" if chart.kind.startswith("percent") else axis_code(code, marks.unit)
        ends_of_axis = (1.0,) if chart.kind.startswith("percent") else (marks.least, marks.most)
        left = max(width(shown(value, shape), face, size) for value in ends_of_axis) + size
    if ends:
        bold = Font(face.family, True)
        texts = [f"{item.name}{ends}{shown(item.values[-1] or 0.0, code)}" for item in chart.series]
        right = max(width(line, bold, size) for text in texts for line in text.split("\n")) + size * 2.2
    elif chart.kind in {"line", "area", "stacked_area"}:
        right = size * 1.8
    slot = (wide - left - right) / len(chart.categories)
    if any(width(word, face, size) > slot * 0.94 for name in chart.categories for word in name.split()):
        return None
    lines = max(len(wrap(name, face, size, slot * 0.94)) for name in chart.categories)
    if lines > _CATEGORY_LINES or high < 6 * size:
        return None
    return left, above, right, lines * line_height(face, size) + size * (2.3 if chart.x_title else 0.7)


def _across(
    chart: Chart, code: str, wide: float, high: float, size: float, face: Font, *, axis_shown: bool, labels: bool
) -> tuple[float, float, float, float] | None:
    """The room that a plot with lying bars leaves: left, above, right, below."""
    if chart.x_title or chart.y_title:
        return None
    most = wide * 0.36
    if any(width(word, face, size) > most for name in chart.categories for word in name.split()):
        return None
    lines = [wrap(name, face, size, most) for name in chart.categories]
    if max(map(len, lines)) * line_height(face, size) > high / len(lines):
        return None
    left = max(width(line, face, size) for name in lines for line in name) + size * 1.1
    right = size * 1.5
    if labels and chart.kind == "bar":
        values = [value for item in chart.series for value in item.values if value is not None]
        right = max((width(shown(value, code), face, size) for value in values), default=0.0) + size
        if min(values, default=0.0) < 0:
            return None
    return left, size * (1.9 if axis_shown else 0.2), right, size * 0.2
