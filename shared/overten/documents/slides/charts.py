"""Native charts in theme colours, each with the workbook that PowerPoint opens under Edit Data.

A chart says each thing once: where the bars carry their values there is no value axis and no grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from overten.documents.color import TEXT_CONTRAST, contrast
from overten.documents.errors import OperationError
from overten.documents.ooxml.package import Package
from overten.documents.slides.chartlayout import (
    HORIZONTAL,
    Place,
    Places,
    axis_code,
    end_labels,
    places,
    scale,
    shares_axis,
    shown,
)
from overten.documents.slides.drawing import fill_xml
from overten.documents.slides.geometry import POINT, SLIDE, Box
from overten.documents.slides.operations import Chart
from overten.documents.slides.theme import Palette
from overten.documents.text.measure import Font, width

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHART_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_BARS = {"column", "stacked_column", "percent_column", "bar", "stacked_bar", "percent_bar", "combo", "waterfall"}
_ROUND = {"pie", "doughnut"}
_SERIES = ("accent1", "accent2", "accent3", "accent4", "accent5", "accent6")
_MAX_LABELS = 24
TOTAL = "Total"
_AXES = (111_111_111, 222_222_222, 333_333_333, 444_444_444)


@dataclass(frozen=True)
class _Series:
    """A series as it is drawn. `ink` None draws nothing (the foot of a waterfall); `inks` colours single points. A
    `total` is seen by its labels alone, over the stacks it adds up."""

    name: str
    values: list[float | None]
    ink: str | None
    column: int
    inks: dict[int, str]
    line: bool = False
    x: list[float] | None = None
    total: bool = False


@dataclass(frozen=True)
class _Look:
    """`ends` names lines at their ends, with this text between name and value. `floating` lines of a combination run
    above its columns, both with labels and without axes."""

    chart: Chart
    palette: Palette
    size: float
    code: str
    labels: bool
    ends: str | None = None
    floating: bool = False
    box: Box = SLIDE

    @property
    def totals(self) -> bool:
        """Whether the sums of stacked columns stand over them."""
        return (
            self.chart.kind == "stacked_column"
            and self.labels
            and len(self.chart.series) > 1
            and all((value or 0) >= 0 for item in self.chart.series for value in item.values)
        )

    @property
    def axis_shown(self) -> bool:
        """Values at the marks stand for the axis, unless it has a title to carry."""
        return bool(self.chart.y_title) or not (self.labels and self.chart.kind in _BARS)


def add_chart(package: Package, xml: bytes, book: bytes) -> str:
    """Adds a chart and its workbook to a package and returns the chart's part name."""
    name = package.free_name("ppt/charts/chart{}.xml")
    sheet = package.free_name("ppt/embeddings/Microsoft_Excel_Sheet{}.xlsx")
    package.set_default_type("xlsx", WORKBOOK_TYPE)
    package.put(sheet, book, WORKBOOK_TYPE)
    package.put(name, xml, CHART_TYPE)
    package.relationships(name).add("package", sheet)
    return name


def check(chart: Chart, where: str) -> None:
    """Refuses what cannot be drawn. Raises OperationError."""
    count = len(chart.categories)
    for series in chart.series:
        if chart.kind == "scatter":
            if series.x is None or len(series.x) != len(series.values):
                raise OperationError(
                    f"Series {series.name!r} has no x for every value",
                    where=where,
                    fix="Give `x` and `values` of one length.",
                )
        elif len(series.values) != count:
            fix = f"Give each series {count} values, null where there is none."
            raise OperationError(
                f"Series {series.name!r} has {len(series.values)} values for {count} categories", where=where, fix=fix
            )
    if chart.kind in {*_ROUND, "waterfall"} and len(chart.series) != 1:
        raise OperationError(
            f"A {chart.kind} chart shows one series", where=where, fix="Use stacked_column for several."
        )
    if chart.kind in _ROUND:
        values = [value or 0 for value in chart.series[0].values]
        if min(values) < 0 or not sum(values) or count > 8:
            raise OperationError(
                "A pie shows 2 to 8 parts of a whole",
                where=where,
                fix="Use a bar chart, or group the small parts as Other.",
            )


def chart_xml(chart: Chart, palette: Palette, font: str, box: Box, where: str) -> bytes:
    """The chart part. Raises OperationError for data that cannot be drawn."""
    check(chart, where)
    series = _drawn(chart, palette)
    look = _look(chart, palette, series, box, font)
    if look.totals:
        sums = [round(sum(column), 10) for column in _stacks(chart)]
        series.append(_Series(TOTAL, list(sums), None, len(series), {}, line=True, total=True))
    if chart.kind in _ROUND:
        plot, axes = _round(look, series), ""
    elif chart.kind == "scatter":
        plot, axes = (
            _scatter(look, series),
            _value_axis(look, _AXES[0], _AXES[1], "b", 0) + _value_axis(look, _AXES[1], _AXES[0], "l", 1),
        )
    else:
        plot, axes = _plots(look, series), _category_axes(look, series)
    where_parts_lie = _places(look, series, box, font)
    legend = _legend(look, where_parts_lie, len(series)) if _has_legend(look, series) else ""
    layout = _layout(where_parts_lie.plot, inner=True) if where_parts_lie else "<c:layout/>"
    if where_parts_lie and where_parts_lie.unit:
        axes = axes.replace("<c:layout/>", _layout(where_parts_lie.unit), 1)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace '
        'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea>'
        f"{layout}{plot}{axes}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:plotArea>{legend}"
        '<c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln>'
        f"</c:spPr>{_text(look.size, palette.muted)}"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _has_legend(look: _Look, series: list[_Series]) -> bool:
    """A waterfall's steps, a pie's parts and lines named at their ends say at their place what they are."""
    return look.chart.kind == "doughnut" or (len(series) > 1 and look.chart.kind != "waterfall" and not look.ends)


def _places(look: _Look, series: list[_Series], box: Box, font: str) -> Places | None:
    chart, high = look.chart, box.h / POINT
    if chart.kind == "doughnut":
        side = min(box.h * 0.98, box.w * 0.56)
        names = len(chart.categories) * (look.size + 2) * 2.1
        left = side + 24 * POINT
        plot = (0.0, (box.h - side) / 2 / box.h, side / box.w, side / box.h)
        across = max(width(name, Font(font), look.size + 2) for name in chart.categories) + 3 * look.size
        share = min(across * 1.05 * POINT, box.w - left) / box.w
        legend = (left / box.w, max(0.5 - names / high / 2, 0.0), share, min(names / high, 1.0))
        return Places(plot, legend)
    if chart.kind in {"pie", "scatter"} or (look.axis_shown and chart.kind == "combo" and not shares_axis(chart)):
        return None
    return places(
        chart,
        [item.name for item in series if not item.total],
        look.code,
        box,
        look.size,
        font,
        axis_shown=look.axis_shown,
        labels=look.labels and (look.totals or "stacked" not in chart.kind),
        legend=_has_legend(look, series),
        ends=look.ends,
    )


def _legend(look: _Look, found: Places | None, count: int) -> str:
    doughnut = look.chart.kind == "doughnut"
    layout = _layout(found.legend) if found and found.legend else ""
    text = _text(look.size + 2, "tx1") if doughnut else _text(look.size, "tx1")
    hidden = f'<c:legendEntry><c:idx val="{count - 1}"/><c:delete val="1"/></c:legendEntry>' if look.totals else ""
    place = f'<c:legendPos val="{"r" if doughnut else "t"}"/>'
    return f'<c:legend>{place}{hidden}{layout}<c:overlay val="0"/>{text}</c:legend>'


def _layout(place: Place | tuple[float, float], *, inner: bool = False) -> str:
    target = '<c:layoutTarget val="inner"/>' if inner else ""
    shares = "".join(f'<c:{name} val="{share:.4f}"/>' for name, share in zip("xywh", place, strict=False))
    modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
    return f"<c:layout><c:manualLayout>{target}{modes}{shares}</c:manualLayout></c:layout>"


def _text(size: float, ink: str, bold: bool = False) -> str:
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{round(size * 100)}" '
        f'b="{int(bold)}">{fill_xml(ink)}'
        '<a:latin typeface="+mn-lt"/></a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )


def _look(chart: Chart, palette: Palette, series: list[_Series], box: Box, font: str) -> _Look:
    small, large = box.w < 4_000_000 or box.h < 2_300_000, box.w > 8_000_000 and box.h > 3_600_000
    size = 11.0 if small else 14.0 if large else 12.0
    code = chart.number_format or _guess_format(chart)
    points = sum(1 for item in series for value in item.values if value is not None and item.ink)
    labels = chart.labels
    if labels is None:
        labels = chart.kind in _ROUND or (
            chart.kind in _BARS and points <= _MAX_LABELS and _labels_fit(chart, series, code, box, size, font)
        )
        if shares_axis(chart) or (chart.kind == "combo" and _least_of_bars(chart) < 0):
            labels = False  # a line would run through them
    floating = chart.kind == "combo" and labels and not shares_axis(chart) and _least_of_bars(chart) >= 0
    return _Look(chart, palette, size, code, labels, end_labels(chart, code, box, size, font), floating, box)


def _stacks(chart: Chart) -> list[list[float]]:
    return [[value or 0.0 for value in column] for column in zip(*(item.values for item in chart.series), strict=True)]


def _least_of_bars(chart: Chart) -> float:
    values = (value for item in chart.series if not item.as_line for value in item.values if value is not None)
    return min(values, default=0.0)


def _labels_fit(chart: Chart, series: list[_Series], code: str, box: Box, size: float, font: str) -> bool:
    """Whether the widest label is narrower than its column."""
    if chart.kind in HORIZONTAL:
        return True
    side_by_side = (
        len([item for item in series if item.ink and not item.line]) if chart.kind in {"column", "combo"} else 1
    )
    longest = max(
        (shown(value, code) for item in series for value in item.values if value is not None), key=len, default=""
    )
    room = box.w / POINT / max(len(chart.categories), 1) / 1.5 / max(side_by_side, 1)
    return width(longest, Font(font), size) <= room * 1.25


def _guess_format(chart: Chart) -> str:
    values = [value for series in chart.series for value in series.values if value is not None]
    if all(float(value).is_integer() for value in values):
        return "#,##0"
    return "#,##0.0" if max(map(abs, values)) >= 10 or all(round(value, 1) == value for value in values) else "#,##0.00"


def _drawn(chart: Chart, palette: Palette) -> list[_Series]:
    if chart.kind == "waterfall":
        return _waterfall(chart, palette)
    marked = {index for index, category in enumerate(chart.categories) if category in chart.highlight}
    light, strong = palette.quiet
    found = []
    for number, series in enumerate(chart.series):
        ink = _SERIES[number % len(_SERIES)]
        inks: dict[int, str] = {}
        if chart.kind in _ROUND:
            inks = {index: _SERIES[index % len(_SERIES)] + _shade(index) for index in range(len(chart.categories))}
            if marked:
                inks = {index: "accent1" if index in marked else (light if index % 2 else strong) for index in inks}
        elif chart.highlight and len(chart.series) == 1:
            ink, inks = light, dict.fromkeys(marked, "accent1")
        elif chart.highlight:
            ink = "accent1" if series.name in chart.highlight else (strong, light, "accent3")[number % 3]
        elif number >= len(_SERIES):
            ink += _shade(number)
        found.append(
            _Series(
                series.name, list(series.values), ink, number, inks, series.as_line and chart.kind == "combo", series.x
            )
        )
    return found


def _shade(index: int) -> str:
    return ":75" if index >= len(_SERIES) else ""


def _waterfall(chart: Chart, palette: Palette) -> list[_Series]:
    foot, up, down, total = _floating(chart)
    rising, falling, level = palette.steps()
    return [
        _Series("Base", foot, None, 0, {}),
        _Series("Increase", up, rising, 1, {}),
        _Series("Decrease", down, falling, 2, {}),
        _Series("Total", total, level, 3, {}),
    ]


def _floating(chart: Chart) -> tuple[list[float | None], ...]:
    """The invisible foot, the rises, the falls and the totals of a waterfall."""
    level = 0.0
    rows: list[tuple[float | None, ...]] = []
    for category, value in zip(chart.categories, chart.series[0].values, strict=True):
        step = value or 0.0
        if category in chart.totals:
            level = step if value is not None else level
            rows.append((None, None, None, level))
            continue
        end = round(level + step, 10)
        if min(level, end) < 0:
            raise OperationError(
                "The waterfall falls below zero",
                where=f"category {category!r}",
                fix="Show these figures as a column chart.",
            )
        rows.append((min(level, end), step if step >= 0 else None, -step if step < 0 else None, None))
        level = end
    return tuple([row[place] for row in rows] for place in range(4))


def _letter(column: int) -> str:
    return chr(ord("A") + column) if column < 26 else chr(ord("A") + column // 26 - 1) + chr(ord("A") + column % 26)


def _reference(tag: str, ref: str, cache: str, kind: str) -> str:
    return f"<c:{tag}><c:{kind}Ref><c:f>{ref}</c:f><c:{kind}Cache>{cache}</c:{kind}Cache></c:{kind}Ref></c:{tag}>"


def string_cache(values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{number}"><c:v>{escape(value)}</c:v></c:pt>' for number, value in enumerate(values))
    return f'<c:ptCount val="{len(values)}"/>{points}'


def number_cache(values: Sequence[float | None], code: str) -> str:
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{value!r}</c:v></c:pt>' for number, value in enumerate(values) if value is not None
    )
    return f'<c:formatCode>{escape(code)}</c:formatCode><c:ptCount val="{len(values)}"/>{points}'


def _series_head(item: _Series, column: int) -> str:
    name = (
        f"<c:tx><c:strRef><c:f>Sheet1!${_letter(column)}$1</c:f>"
        f"<c:strCache>{string_cache([item.name])}</c:strCache></c:strRef></c:tx>"
    )
    return f'<c:idx val="{item.column}"/><c:order val="{item.column}"/>{name}'


def _series_data(item: _Series, look: _Look) -> str:
    last = len(look.chart.categories) + 1
    letter = _letter(item.column + 1)
    return _reference("cat", f"Sheet1!$A$2:$A${last}", string_cache(look.chart.categories), "str") + _reference(
        "val", f"Sheet1!${letter}$2:${letter}${last}", number_cache(item.values, look.code), "num"
    )


def _labels(
    look: _Look,
    ink: str,
    position: str | None,
    *,
    category: bool = False,
    percent: bool = False,
    bold: bool = False,
    without: Sequence[int] = (),
) -> str:
    where = f'<c:dLblPos val="{position}"/>' if position else ""
    code = "0%" if percent else look.code
    single = "".join(f'<c:dLbl><c:idx val="{index}"/><c:delete val="1"/></c:dLbl>' for index in without)
    return (
        f'<c:dLbls>{single}<c:numFmt formatCode={quoteattr(code)} sourceLinked="0"/>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'{_text(look.size, ink, bold)}{where}<c:showLegendKey val="0"/><c:showVal val="{int(not percent)}"/>'
        f'<c:showCatName val="{int(category)}"/><c:showSerName val="0"/><c:showPercent val="{int(percent)}"/>'
        f'<c:showBubbleSize val="0"/>' + ("<c:separator>\n</c:separator>" if category else "") + "</c:dLbls>"
    )


_NO_LABELS = (
    '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
)


def _on(palette: Palette, ink: str) -> str:
    white, black = contrast(palette.rgb(ink), palette.rgb("bg1")), contrast(palette.rgb(ink), palette.rgb("tx1"))
    return "bg1" if white >= black or white >= 4.5 else "tx1"


def _plots(look: _Look, series: list[_Series]) -> str:
    kind = look.chart.kind
    if kind in {"line", "area", "stacked_area"}:
        return _lines(look, series) if kind == "line" else _areas(look, series)
    bars, lines = [item for item in series if not item.line], [item for item in series if item.line]
    plot = _bars(look, bars)
    if lines:
        plot += _lines(look, lines, secondary=not (shares_axis(look.chart) or look.totals))
    return plot


def _bars(look: _Look, series: list[_Series]) -> str:
    kind = look.chart.kind
    grouping = (
        "percentStacked"
        if kind.startswith("percent")
        else "stacked"
        if kind.startswith("stacked") or kind == "waterfall"
        else "clustered"
    )
    stacked = grouping != "clustered"
    body = ""
    for item in series:
        fill = f'<c:spPr>{fill_xml(item.ink)}<a:ln><a:noFill/></a:ln></c:spPr><c:invertIfNegative val="0"/>'
        points = "".join(
            f'<c:dPt><c:idx val="{index}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
            f"<c:spPr>{fill_xml(ink)}</c:spPr></c:dPt>"
            for index, ink in sorted(item.inks.items())
        )
        labels = ""
        if item.ink is None:
            labels = '<c:dLbls><c:delete val="1"/></c:dLbls>'
        elif look.labels and stacked and kind != "waterfall":
            thin = _too_thin(look, item)
            labels = _labels(look, _on(look.palette, item.ink), "ctr", without=thin)
        elif look.labels and kind == "waterfall":
            sign = {"Increase": "+", "Decrease": '"−"'}.get(item.name, "")
            labels = _labels(replace(look, code=sign + look.code), _on(look.palette, item.ink), "ctr", bold=not sign)
        elif look.labels:
            labels = _labels(look, "tx1", "outEnd")
        body += f"<c:ser>{_series_head(item, item.column + 1)}{fill}{points}{labels}{_series_data(item, look)}</c:ser>"
    gap = 50 if stacked or len(series) == 1 else 70
    overlap = f'<c:overlap val="{100 if stacked else -5}"/>'
    direction = "bar" if kind in HORIZONTAL else "col"
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors '
        f'val="0"/>{body}{_NO_LABELS}'
        f'<c:gapWidth val="{gap}"/>{overlap}<c:axId val="{_AXES[0]}"/><c:axId val="{_AXES[1]}"/></c:barChart>'
    )


def _too_thin(look: _Look, item: _Series) -> list[int]:
    """The parts of stacks that their labels do not fit into."""
    stacks = [[abs(value) for value in column] for column in _stacks(look.chart)]
    lying = look.chart.kind in HORIZONTAL
    room = (look.box.w * 0.7 if lying else look.box.h * 0.76) / POINT
    highest = max(map(sum, stacks)) or 1.0
    found = []
    for index, (value, stack) in enumerate(zip(item.values, stacks, strict=True)):
        whole = (sum(stack) or 1.0) if look.chart.kind.startswith("percent") else highest
        needed = width(shown(value or 0.0, look.code), Font("Arial"), look.size) if lying else look.size * 1.1
        if value is not None and abs(value) / whole * room < needed:
            found.append(index)
    return found


def _lines(look: _Look, series: list[_Series], *, secondary: bool = False) -> str:
    body = ""
    few = len(look.chart.categories) <= 16
    numbers = _secondary(look) if secondary else look
    for item in series:
        ink = item.ink or "accent1"
        drawn = "<a:noFill/>" if item.total else f"{fill_xml(ink)}<a:round/>"
        look_of_line = f'<c:spPr><a:ln w="31750" cap="rnd">{drawn}</a:ln></c:spPr>'
        marker = '<c:marker><c:symbol val="none"/></c:marker>'
        if few and not item.total:
            marker = (
                f'<c:marker><c:symbol val="circle"/><c:size val="6"/><c:spPr>{fill_xml(ink)}<a:ln '
                f'w="9525">{fill_xml("bg1")}</a:ln></c:spPr></c:marker>'
            )
        data = _series_data(item, numbers)
        labels = _end_labels(look, item) if look.chart.labels is not False and not secondary else ""
        if item.total:
            labels = _labels(look, "tx1", "t", bold=True)
        elif look.floating:
            labels = _labels(numbers, _readable_or_text(look, ink), "t", bold=True)
        elif look.chart.labels and not secondary:
            labels = _labels(look, "tx1", "t")
        head = _series_head(item, item.column + 1)
        body += f'<c:ser>{head}{look_of_line}{marker}{labels}{data}<c:smooth val="0"/></c:ser>'
    axes = _AXES[2:] if secondary else _AXES[:2]
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{body}{_NO_LABELS}<c:marker val="1"/>'
        f'<c:axId val="{axes[0]}"/><c:axId val="{axes[1]}"/></c:lineChart>'
    )


def _secondary(look: _Look) -> _Look:
    return replace(look, code=look.chart.line_format or look.code)


def _readable_or_text(look: _Look, ink: str) -> str:
    """The ink if it can be read on the background, else that of text."""
    return ink if contrast(look.palette.rgb(ink), look.palette.rgb("bg1")) >= TEXT_CONTRAST else "tx1"


def _beside(look: _Look, item: _Series) -> str:
    """Where the last value of a line stands: over it, or under it where another line ends close above; nowhere between
    two others."""
    if look.chart.kind != "line":
        return "t"
    found, ends = scale(look.chart), [series.values[-1] for series in look.chart.series if series.name != item.name]
    near = look.size * 1.5 * (found.most - found.least) / (look.box.h * 0.7 / POINT)
    mine = item.values[-1]
    if mine is None:
        return "t"
    above = any(end is not None and mine <= end < mine + near for end in ends)
    below = any(end is not None and mine - near < end < mine for end in ends)
    return ("" if below else "b") if above else "t"


def _end_labels(look: _Look, item: _Series) -> str:
    """A label at the last point only: where the line has got to."""
    last = max((number for number, value in enumerate(item.values) if value is not None), default=None)
    if last is None:
        return ""
    ink, position = (_readable_or_text(look, item.ink or "accent1"), "r") if look.ends else ("tx1", _beside(look, item))
    if not position:
        return ""
    between = f"<c:separator>{look.ends}</c:separator>" if look.ends else ""
    return (
        f'<c:dLbls><c:dLbl><c:idx val="{last}"/><c:numFmt formatCode={quoteattr(look.code)} sourceLinked="0"/>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'{_text(look.size, ink, True)}<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        f'<c:showCatName val="0"/><c:showSerName val="{int(bool(look.ends))}"/><c:showPercent val="0"/>'
        f'<c:showBubbleSize val="0"/>{between}</c:dLbl><c:showLegendKey val="0"/><c:showVal val="0"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _areas(look: _Look, series: list[_Series]) -> str:
    grouping = "stacked" if look.chart.kind == "stacked_area" else "standard"
    body = "".join(
        f"<c:ser>{_series_head(item, item.column + 1)}<c:spPr>{fill_xml(item.ink)}<a:ln><a:noFill/></a:ln>"
        f"</c:spPr>{_series_data(item, look)}</c:ser>"
        for item in series
    )
    return (
        f'<c:areaChart><c:grouping val="{grouping}"/><c:varyColors val="0"/>{body}{_NO_LABELS}<c:axId '
        f'val="{_AXES[0]}"/>'
        f'<c:axId val="{_AXES[1]}"/></c:areaChart>'
    )


def _round(look: _Look, series: list[_Series]) -> str:
    item = series[0]
    points = "".join(
        f'<c:dPt><c:idx val="{index}"/><c:bubble3D val="0"/><c:spPr>{fill_xml(ink)}<a:ln '
        f'w="19050">{fill_xml("bg1")}</a:ln></c:spPr></c:dPt>'
        for index, ink in sorted(item.inks.items())
    )
    doughnut = look.chart.kind == "doughnut"
    percent = "%" not in look.code and look.chart.number_format is None
    labels = (
        ""
        if look.chart.labels is False
        else _labels(look, "tx1", None if doughnut else "outEnd", category=not doughnut, percent=percent)
    )
    if doughnut and labels:
        labels = _doughnut_labels(look, item, percent)
    head = f"<c:ser>{_series_head(item, 1)}{points}{labels}{_series_data(item, look)}</c:ser>"
    if doughnut:
        return (
            f'<c:doughnutChart><c:varyColors val="1"/>{head}{_NO_LABELS}<c:firstSliceAng val="0"/><c:holeSize '
            f'val="58"/></c:doughnutChart>'
        )
    return f'<c:pieChart><c:varyColors val="1"/>{head}{_NO_LABELS}<c:firstSliceAng val="0"/></c:pieChart>'


def _doughnut_labels(look: _Look, item: _Series, percent: bool) -> str:
    """Labels within the ring, each in the colour that can be read on its part."""
    flags = (
        f'<c:showLegendKey val="0"/><c:showVal val="{int(not percent)}"/><c:showCatName val="0"/><c:showSerName '
        f'val="0"/>'
        f'<c:showPercent val="{int(percent)}"/><c:showBubbleSize val="0"/>'
    )
    code = (
        f'<c:numFmt formatCode={quoteattr("0%" if percent else look.code)} sourceLinked="0"/><c:spPr>'
        f"<a:noFill/></c:spPr>"
    )
    single = "".join(
        f'<c:dLbl><c:idx val="{index}"/>{code}{_text(look.size, _on(look.palette, ink), True)}{flags}</c:dLbl>'
        for index, ink in sorted(item.inks.items())
    )
    return f"<c:dLbls>{single}{code}{_text(look.size, 'tx1')}{flags}</c:dLbls>"


def _scatter(look: _Look, series: list[_Series]) -> str:
    body = ""
    for number, item in enumerate(series):
        ink = item.ink or "accent1"
        last = len(item.values) + 1
        x, y = _letter(2 * number), _letter(2 * number + 1)
        body += (
            f'<c:ser>{_series_head(item, 2 * number + 1)}<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr>'
            f'<c:marker><c:symbol val="circle"/>'
            f'<c:size val="9"/><c:spPr>{fill_xml(ink)}<a:ln w="9525">{fill_xml("bg1")}</a:ln></c:spPr></c:marker>'
            + _reference("xVal", f"Sheet1!${x}$2:${x}${last}", number_cache(item.x or [], "General"), "num")
            + _reference("yVal", f"Sheet1!${y}$2:${y}${last}", number_cache(item.values, look.code), "num")
            + '<c:smooth val="0"/></c:ser>'
        )
    return (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{body}{_NO_LABELS}<c:axId '
        f'val="{_AXES[0]}"/>'
        f'<c:axId val="{_AXES[1]}"/></c:scatterChart>'
    )


def _category_axes(look: _Look, series: list[_Series]) -> str:
    horizontal = look.chart.kind in HORIZONTAL
    # A bar chart is read from the top: its categories run downwards.
    direction = "maxMin" if horizontal else "minMax"
    line = f'<c:spPr><a:ln w="9525">{fill_xml(_axis_ink(look))}</a:ln></c:spPr>'
    axes = (
        f'<c:catAx><c:axId val="{_AXES[0]}"/><c:scaling><c:orientation val="{direction}"/></c:scaling><c:delete '
        f'val="0"/>'
        f'<c:axPos val="{"l" if horizontal else "b"}"/>{_axis_title(look, look.chart.x_title, False)}<c:numFmt '
        f'formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="low"/>{line}{_text(look.size, "tx1")}<c:crossAx val="{_AXES[1]}"/><c:crosses '
        f'val="autoZero"/><c:auto val="0"/>'
        '<c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )
    axes += _value_axis(look, _AXES[1], _AXES[0], "t" if horizontal else "l", 0, hidden=not look.axis_shown)
    if any(item.line and not item.total for item in series) and not shares_axis(look.chart):
        axes += _value_axis(_secondary(look), _AXES[3], _AXES[2], "r", 2, hidden=look.floating)
        axes += (
            f'<c:catAx><c:axId val="{_AXES[2]}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete '
            f'val="1"/><c:axPos val="b"/>'
            f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx '
            f'val="{_AXES[3]}"/>'
            '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            '<c:noMultiLvlLbl val="1"/></c:catAx>'
        )
    return axes


def _least(look: _Look, order: int) -> str:
    """Where the axis begins. The length of a bar says its value, so bars begin at zero, in every program; only a
    waterfall between high levels begins below the lowest of them, as its steps could not be seen otherwise."""
    chart = look.chart
    if look.floating:
        return _apart(chart, line=order == 2)
    if chart.kind == "line":
        least = scale(chart).least
        return f'<c:min val="{least:g}"/>' if least > 0 else ""
    if order == 2 or chart.kind not in {*_BARS, "area", "stacked_area"} or chart.kind.startswith("percent"):
        return ""
    if chart.kind == "waterfall":
        return f'<c:min val="{_waterfall_foot(chart):g}"/>'
    return '<c:min val="0"/>' if _least_of_bars(chart) >= 0 and not shares_axis(chart) else ""


def _apart(chart: Chart, *, line: bool) -> str:
    """The ends of a combination's two axes by which its lines run in the upper third, over the columns."""
    values = [value for item in chart.series if item.as_line is line for value in item.values if value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if not line:
        return f'<c:max val="{(high or 1.0) / 0.64:g}"/><c:min val="0"/>'
    span = (high - low or abs(high) or 1.0) / 0.14
    return f'<c:max val="{low + span * 0.22:g}"/><c:min val="{low - span * 0.78:g}"/>'


def _waterfall_foot(chart: Chart) -> float:
    foot, up, down, total = _floating(chart)
    tops = [
        level + step
        for at in (foot, total)
        for level, *steps in zip(at, up, down, strict=True)
        if level is not None
        for step in (0.0, *(step or 0.0 for step in steps if at is foot))
    ]
    low, high = min(tops), max(tops)
    if low < 0.6 * high or low == high:
        return 0.0
    unit = 10.0 ** math.floor(math.log10(high - low))
    return max(math.floor((low - (high - low)) / unit) * unit, 0.0)


def _axis_ink(look: _Look) -> str:
    return "tx1:65" if look.palette.is_dark else "bg1:65"


def _value_axis(look: _Look, axis: int, crossing: int, position: str, order: int, *, hidden: bool = False) -> str:
    """`order` 0 is the first value axis, 1 the y axis of a scatter chart, 2 the second value axis of a combination."""
    scatter = look.chart.kind == "scatter"
    grid = (
        ""
        if hidden or order == 2
        else (
            f'<c:majorGridlines><c:spPr><a:ln w="6350">{fill_xml(look.palette.rule)}</a:ln></c:spPr></c:majorGridlines>'
        )
    )
    if scatter and order == 0:
        title = look.chart.x_title
        grid = ""
    else:
        title = None if hidden or order == 2 else look.chart.y_title
    code = look.code if not (scatter and order == 0) else "General"
    if order == 0 and not scatter:
        code = axis_code(code, scale(look.chart).unit)
    if look.chart.kind.startswith("percent"):
        code = "0%"
    line = fill_xml(_axis_ink(look)) if scatter and order == 0 else "<a:noFill/>"
    return (
        f'<c:valAx><c:axId val="{axis}"/><c:scaling><c:orientation val="minMax"/>{_least(look, order)}</c:scaling>'
        f'<c:delete val="{int(hidden and order != 2)}"/>'
        f'<c:axPos val="{position}"/>{grid}{_axis_title(look, title, position in "lr")}<c:numFmt '
        f'formatCode={quoteattr(code)} sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{"none" if hidden else "nextTo"}"/><c:spPr><a:ln w="9525">{line}</a:ln></c:spPr>'
        f'{_text(look.size, look.palette.muted)}<c:crossAx val="{crossing}"/><c:crosses '
        f'val="{"max" if order == 2 else "autoZero"}"/>'
        f'<c:crossBetween val="{"midCat" if scatter or "area" in look.chart.kind else "between"}"/></c:valAx>'
    )


def _axis_title(look: _Look, title: str | None, upright: bool) -> str:
    if not title:
        return ""
    rotation = ' rot="0" vert="horz"' if upright and look.chart.kind != "scatter" else ""
    rotation = ' rot="-5400000" vert="horz"' if upright and look.chart.kind == "scatter" else rotation
    return (
        f"<c:title><c:tx><c:rich><a:bodyPr{rotation}/><a:lstStyle/><a:p><a:pPr><a:defRPr "
        f'sz="{round(look.size * 100)}" b="0">{fill_xml(look.palette.muted)}'
        f'</a:defRPr></a:pPr><a:r><a:rPr lang="en-US" sz="{round(look.size * 100)}" '
        f'b="0">{fill_xml(look.palette.muted)}</a:rPr><a:t>{escape(title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:layout/><c:overlay val="0"/></c:title>'
    )


def has_totals(xml: bytes) -> bool:
    """Whether a chart part made here shows the sums of its stacks."""
    return b"<c:legendEntry>" in xml


def workbook(chart: Chart, *, totals: bool = False) -> bytes:
    """The workbook behind a chart: a sheet of its data, where the chart's references point. With `totals` it adds up
    the series of each category, as the chart shows it."""
    from datetime import UTC, datetime

    import xlsxwriter

    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = book.add_worksheet("Sheet1")
    number = book.add_format({"num_format": chart.number_format or _guess_format(chart)})
    if chart.kind == "scatter":
        for place, series in enumerate(chart.series):
            sheet.write_string(0, 2 * place, chart.x_title or "x")
            sheet.write_string(0, 2 * place + 1, series.name)
            sheet.write_column(1, 2 * place, series.x or [])
            sheet.write_column(1, 2 * place + 1, series.values, number)
    else:
        columns = [(series.name, list(series.values)) for series in chart.series]
        if chart.kind == "waterfall":
            columns = list(zip(("Base", "Increase", "Decrease", "Total"), _floating(chart), strict=True))
        sheet.write_column(1, 0, chart.categories)
        sheet.set_column(0, 0, min(max(map(len, chart.categories)) + 2, 60))
        for place, (name, values) in enumerate(columns, 1):
            sheet.write_string(0, place, name)
            sheet.write_column(1, place, values, number)
        if totals:
            sheet.write_string(0, len(columns) + 1, TOTAL)
            for row, column in enumerate(_stacks(chart), 2):
                formula = f"=SUM(B{row}:{_letter(len(columns))}{row})"
                sheet.write_formula(row - 1, len(columns) + 1, formula, number, round(sum(column), 10))
    book.close()
    return buffer.getvalue()


def summary(chart: Chart) -> str:
    """The chart in words, as its alternative text."""
    code = chart.number_format or _guess_format(chart)
    kind = chart.kind.replace("_", " ").capitalize()
    about = []
    for series in chart.series[:4]:
        values = [value for value in series.values if value is not None]
        if not values:
            continue
        if chart.kind == "scatter":
            about.append(f"{series.name}, {len(values)} points")
        elif len(values) <= 6:
            pairs = zip(chart.categories, series.values, strict=True)
            about.append(
                f"{series.name}: "
                + ", ".join(f"{name} {shown(value, code)}" for name, value in pairs if value is not None)
            )
        else:
            about.append(
                f"{series.name} from {shown(values[0], code)} ({chart.categories[0]}) "
                f"to {shown(values[-1], code)} ({chart.categories[-1]})"
            )
    more = f"; and {len(chart.series) - 4} more series" if len(chart.series) > 4 else ""
    return f"{kind} chart. {'; '.join(about)}{more}."
