"""Native charts: the chart part, which takes its colours from the theme, and the workbook with its data.

Source: ECMA-376 part 1, 21.2.
"""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from lxml import etree

from overten.documents.color import best_on
from overten.documents.word.operations import Chart, Series
from overten.documents.word.xml import NAMESPACES

if TYPE_CHECKING:
    from overten.documents.word.document import Document

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXT, _DARK, _LINE = "5B6470", "1F2328", "D5DAE0"
_ROUND = frozenset({"pie", "doughnut"})
_CATEGORY_AXIS, _VALUE_AXIS = 111111111, 222222222
_ACCENTS = 6
_MAX_LABELLED_POINTS = 60
# Languages that write 1.234,5 or 1 234,5. Source: [MS-LCID] 2.2.
_LANGUAGE_IDS = {
    "da": "406", "de": "407", "es": "C0A", "fi": "40B", "fr": "40C", "it": "410", "nb": "414", "nl": "413", "no": "414",
    "pl": "415", "pt": "416", "sv": "41D",
}  # fmt: skip
_CREATED = datetime(2000, 1, 1)


def add_chart(document: Document, chart: Chart) -> str:
    """Adds the parts of a chart and returns the id of the body's relationship to it."""
    chart = chart.model_copy(update={"number_format": _localised(chart.number_format, document.language())})
    package = document.package
    name = document.new_part_name("charts/chart{}.xml")
    package.put(name, _chart_xml(chart, document.colors(), document.language()), CHART_TYPE)
    workbook = document.new_part_name("embeddings/Microsoft_Excel_Sheet{}.xlsx")
    package.set_default_type("xlsx", WORKBOOK_TYPE)
    package.put(workbook, _workbook(chart))
    package.relationships(name).add("package", workbook)
    return package.relationships(document.main).add("chart", name)


def _localised(code: str, language: str) -> str:
    """The number format with the language's decimal and thousands marks, whatever the reader's computer is set to.
    Formats are written with those of English."""
    identifier = _LANGUAGE_IDS.get(language.partition("-")[0])
    if identifier is None or "[$" in code or not re.search(r"[0#]", code):
        return code
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)
    return ";".join(f"[$-{identifier}]{section}" for section in sections)


def _workbook(chart: Chart) -> bytes:
    import xlsxwriter

    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _CREATED})
    sheet = book.add_worksheet("Sheet1")
    number = book.add_format({"num_format": chart.number_format})
    scatter = chart.kind == "scatter"
    for index, category in enumerate(chart.categories):
        sheet.write_string(index + 1, 0, category)
    for column, series in enumerate(chart.series):
        at = 2 * column + 1 if scatter else column + 1
        sheet.write_string(0, at, series.name)
        for row, x in enumerate(series.x or []):
            sheet.write_number(row + 1, at - 1, x)
        for row, y in enumerate(series.values):
            if y is not None:
                sheet.write_number(row + 1, at, y, number)
    book.close()
    return stream.getvalue()


def _chart_xml(chart: Chart, colors: dict[str, str], language: str) -> etree._Element:
    title = _title(chart.title, 11, bold=True) if chart.title else ""
    legend = len(chart.series) > 1 or chart.kind in {"pie", "doughnut"}
    markup = (
        f'<c:chartSpace xmlns:c="{NAMESPACES["c"]}" xmlns:a="{NAMESPACES["a"]}" xmlns:r="{NAMESPACES["r"]}">'
        f'<c:date1904 val="0"/><c:lang val="{language}"/><c:roundedCorners val="0"/><c:chart>{title}'
        f'<c:autoTitleDeleted val="{0 if chart.title else 1}"/>'
        f"<c:plotArea><c:layout/>{_plots(chart, colors)}{_axes(chart)}</c:plotArea>{_legend(chart) if legend else ''}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_character(9)}</a:pPr><a:endParaRPr/></a:p></c:txPr>"
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )
    return etree.fromstring(markup)


def _character(points: float, *, bold: bool = False, tag: str = "a:defRPr", color: str = _TEXT) -> str:
    return (
        f'<{tag} sz="{round(points * 100)}" b="{int(bold)}"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
        f'<a:latin typeface="+mn-lt"/></{tag}>'
    )


def _title(text: str, points: float, *, bold: bool = False, turned: bool = False) -> str:
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if turned else "<a:bodyPr/>"
    looks = _character(points, bold=bold, color="1F2328" if bold else _TEXT)
    run = _character(points, bold=bold, tag="a:rPr", color="1F2328" if bold else _TEXT)
    return (
        f"<c:title><c:tx><c:rich>{body}<a:lstStyle/><a:p><a:pPr>{looks}</a:pPr><a:r>{run}"
        f'<a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _legend(chart: Chart) -> str:
    """Below, where the categories are read from left to right; beside what is round."""
    place = "r" if chart.kind in _ROUND else "b"
    return (
        f'<c:legend><c:legendPos val="{place}"/><c:overlay val="0"/><c:txPr><a:bodyPr/><a:lstStyle/>'
        f"<a:p><a:pPr>{_character(9)}</a:pPr><a:endParaRPr/></a:p></c:txPr></c:legend>"
    )


def _plots(chart: Chart, colors: dict[str, str]) -> str:
    """One plot for each kind of series: series with a `kind` of their own make a combined chart."""
    numbered = list(enumerate(chart.series))
    combinable = chart.kind in {"column", "stacked_column", "line", "area", "stacked_area"}
    groups: dict[str, list[tuple[int, Series]]] = {}
    for index, series in numbered:
        kind = series.kind if combinable and series.kind else chart.kind
        groups.setdefault(kind, []).append((index, series))
    order = ["area", "stacked_area", "column", "stacked_column", "line"]
    kinds = sorted(groups, key=lambda kind: order.index(kind) if kind in order else 0)
    return "".join(_plot(chart, kind, groups[kind], colors) for kind in kinds)


def _plot(chart: Chart, kind: str, series: list[tuple[int, Series]], colors: dict[str, str]) -> str:
    written = "".join(_series(chart, kind, index, one, colors) for index, one in series)
    labels = _labels(chart, kind)
    axes = f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/>'
    if kind in {"pie", "doughnut"}:
        hole = '<c:holeSize val="62"/>' if kind == "doughnut" else ""
        return (
            f'<c:{kind}Chart><c:varyColors val="1"/>{written}{labels}<c:firstSliceAng val="0"/>{hole}</c:{kind}Chart>'
        )
    if kind == "scatter":
        return (
            f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{written}{labels}{axes}'
            "</c:scatterChart>"
        )
    grouping = "stacked" if kind.startswith("stacked") else "standard"
    if kind in {"line", "area", "stacked_area"}:
        tag, marker = ("line", '<c:marker val="1"/>') if kind == "line" else ("area", "")
        return (
            f'<c:{tag}Chart><c:grouping val="{grouping}"/><c:varyColors val="0"/>{written}{labels}{marker}{axes}'
            f"</c:{tag}Chart>"
        )
    stacked = grouping == "stacked"
    direction = "bar" if kind.endswith("bar") else "col"
    gap = 60 if len(series) == 1 or stacked else 80
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{"stacked" if stacked else "clustered"}"/>'
        f'<c:varyColors val="0"/>{written}{labels}<c:gapWidth val="{gap}"/>'
        f'<c:overlap val="{100 if stacked else -8}"/>{axes}</c:barChart>'
    )


def _is_labelled(chart: Chart) -> bool:
    points = max(len(series.values) for series in chart.series)
    return chart.data_labels and points * len(chart.series) <= _MAX_LABELLED_POINTS


def _says_its_values(chart: Chart) -> bool:
    """Bars with their values beside them need no axis to read them from."""
    return _is_labelled(chart) and chart.kind in {"column", "bar"} and all(one.kind != "line" for one in chart.series)


def _labels(chart: Chart, kind: str, inside: str = "") -> str:
    """Labels of a plot; or, with the colour of the text, those of a series or point that stand in its fill."""
    if not _is_labelled(chart):
        return (
            '<c:dLbls><c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/>'
            '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        )
    position = {"column": "outEnd", "bar": "outEnd", "line": "t", "scatter": "t", "pie": "outEnd"}.get(kind)
    place = f'<c:dLblPos val="{position}"/>' if position else ""
    return (
        f'<c:dLbls>{inside}<c:numFmt formatCode="{_attribute(chart.number_format)}" sourceLinked="0"/>'
        "<c:spPr><a:noFill/>"
        f"<a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_character(8.5)}"
        f'</a:pPr><a:endParaRPr/></a:p></c:txPr>{place}<c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _accent(index: int) -> str:
    """The colour of a series: the theme's accents in turn, then lighter ones."""
    turn, accent = divmod(index, _ACCENTS)
    lighter = '<a:lumMod val="60000"/><a:lumOff val="40000"/>' if turn else ""
    return f'<a:solidFill><a:schemeClr val="accent{accent + 1}">{lighter}</a:schemeClr></a:solidFill>'


def _on_fill(chart: Chart, kind: str, index: int, series: Series, colors: dict[str, str]) -> str:
    """Labels that stand in the fill, white or dark, whichever can be read."""
    stacked = kind.startswith("stacked_") and "area" not in kind
    if not _is_labelled(chart) or not (stacked or kind == "doughnut"):
        return ""
    points = range(len(series.values))
    fills = [
        colors.get(f"accent{(point if kind == 'doughnut' else index) % _ACCENTS + 1}", "000000") for point in points
    ]
    labels = "".join(
        f'<c:dLbl><c:idx val="{point}"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/>'
        f"<a:lstStyle/><a:p><a:pPr>{_character(8.5, bold=True, color=best_on(fills[point], 'FFFFFF', _DARK))}</a:pPr>"
        '<a:endParaRPr/></a:p></c:txPr><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbl>'
        for point in points
    )
    return _labels(chart, kind, labels)


def _series(chart: Chart, kind: str, index: int, series: Series, colors: dict[str, str]) -> str:
    column = _letters(2 * index + 1 if chart.kind == "scatter" else index + 1)
    head = (
        f'<c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:strRef><c:f>Sheet1!${column}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(series.name)}</c:v></c:pt></c:strCache>'
        "</c:strRef></c:tx>"
    )
    looks = _series_looks(kind, index, series) + _on_fill(chart, kind, index, series, colors)
    return head + looks + _series_data(chart, column, index, series) + (
        '<c:smooth val="0"/></c:ser>' if kind in {"line", "scatter"} else "</c:ser>"
    )  # fmt: skip


def _series_looks(kind: str, index: int, series: Series) -> str:
    color = _accent(index)
    if kind in {"pie", "doughnut"}:
        edge = '<a:ln w="12700"><a:solidFill><a:schemeClr val="bg1"/></a:solidFill></a:ln>'
        return "".join(
            f'<c:dPt><c:idx val="{point}"/><c:bubble3D val="0"/><c:spPr>{_accent(point)}{edge}</c:spPr></c:dPt>'
            for point in range(len(series.values))
        )
    if kind == "line":
        marker = (
            f'<c:marker><c:symbol val="circle"/><c:size val="5"/><c:spPr>{color}<a:ln><a:noFill/></a:ln></c:spPr>'
            "</c:marker>"
            if len(series.values) <= 24 else '<c:marker><c:symbol val="none"/></c:marker>'
        )  # fmt: skip
        return f'<c:spPr><a:ln w="28575" cap="rnd">{color}<a:round/></a:ln></c:spPr>{marker}'
    if kind == "scatter":
        return (
            '<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="7"/>'
            f"<c:spPr>{color}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
        )
    invert = "" if "area" in kind else '<c:invertIfNegative val="0"/>'
    return f"<c:spPr>{color}</c:spPr>{invert}"


def _series_data(chart: Chart, column: str, index: int, series: Series) -> str:
    last = len(series.values) + 1
    values = _numbers(f"Sheet1!${column}$2:${column}${last}", series.values, chart.number_format)
    if chart.kind == "scatter":
        across = _letters(2 * index)
        x = _numbers(f"Sheet1!${across}$2:${across}${last}", list(series.x or []), "General")
        return f"<c:xVal>{x}</c:xVal><c:yVal>{values}</c:yVal>"
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{escape(category)}</c:v></c:pt>' for i, category in enumerate(chart.categories)
    )
    count = len(chart.categories)
    categories = (
        f"<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache>"
        f'<c:ptCount val="{count}"/>{points}</c:strCache></c:strRef></c:cat>'
    )
    return f"{categories}<c:val>{values}</c:val>"


def _numbers(reference: str, values: list[float | None] | list[float], number_format: str) -> str:
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{value!r}</c:v></c:pt>' for i, value in enumerate(values) if value is not None
    )
    return (
        f"<c:numRef><c:f>{reference}</c:f><c:numCache><c:formatCode>{escape(number_format)}</c:formatCode>"
        f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>'
    )


def _letters(index: int) -> str:
    return chr(65 + index) if index < 26 else chr(64 + index // 26) + chr(65 + index % 26)


def _bounds(chart: Chart) -> str:
    highest = "" if chart.y_max is None else f'<c:max val="{chart.y_max!r}"/>'
    return highest + _least(chart)


def _least(chart: Chart) -> str:
    """Bars and areas begin at zero in every program, as their length says their value."""
    if chart.y_min is not None:
        return f'<c:min val="{chart.y_min!r}"/>'
    if chart.kind in {"line", "scatter"} or any(
        value is not None and value < 0 for s in chart.series for value in s.values
    ):
        return ""
    return '<c:min val="0"/>'


def _axes(chart: Chart) -> str:
    if chart.kind in {"pie", "doughnut"}:
        return ""
    horizontal = chart.kind.endswith("bar")
    scatter = chart.kind == "scatter"
    line = f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{_LINE}"/></a:solidFill></a:ln></c:spPr>'
    text = f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_character(9)}</a:pPr><a:endParaRPr/></a:p></c:txPr>"
    x_title = _title(chart.x_title, 9, turned=horizontal) if chart.x_title else ""
    y_title = _title(chart.y_title, 9, turned=not horizontal) if chart.y_title else ""
    order = '<c:orientation val="maxMin"/>' if horizontal else '<c:orientation val="minMax"/>'
    tail = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
    head = f'<c:axId val="{_CATEGORY_AXIS}"/><c:scaling>{order}</c:scaling><c:delete val="0"/>'
    head += f'<c:axPos val="{"l" if horizontal else "b"}"/>{x_title}'
    crossing = f'<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/>'
    if scatter:
        x_axis = f'<c:valAx>{head}<c:numFmt formatCode="General" sourceLinked="0"/>{tail}{line}{text}{crossing}'
        x_axis += '<c:crossBetween val="midCat"/></c:valAx>'
    else:
        x_axis = f'<c:catAx>{head}<c:numFmt formatCode="General" sourceLinked="0"/>{tail}{line}{text}{crossing}'
        x_axis += '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
    grid = (
        '<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="E8EBEF"/></a:solidFill></a:ln></c:spPr>'
        "</c:majorGridlines>"
    )
    hidden = _says_its_values(chart)
    between = "midCat" if scatter or "area" in chart.kind else "between"
    return x_axis + (
        f'<c:valAx><c:axId val="{_VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/>{_bounds(chart)}</c:scaling>'
        f'<c:delete val="{int(hidden)}"/>'
        f'<c:axPos val="{"b" if horizontal else "l"}"/>{"" if hidden else grid}{y_title}'
        f'<c:numFmt formatCode="{_attribute(chart.number_format)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'
        f'{text}<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="{"max" if horizontal else "autoZero"}"/>'
        f'<c:crossBetween val="{between}"/></c:valAx>'
    )
