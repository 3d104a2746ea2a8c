"""Charts of an uploaded file: what the model can say of them, and their anchors and references in the package."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree
from pydantic import ValidationError

from overten.documents.excel.formulas import plain_area
from overten.documents.excel.grid import cell_name
from overten.documents.excel.operations import AddChart
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.package import Package

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
ANCHORS = (f"{XDR}twoCellAnchor", f"{XDR}oneCellAnchor", f"{XDR}absoluteAnchor")
_KINDS = {"barChart": "column", "lineChart": "line", "areaChart": "area", "pieChart": "pie"}
_KINDS |= {"doughnutChart": "doughnut", "scatterChart": "scatter"}


class ChartPart(NamedTuple):
    """A chart of a sheet: its anchor, its part, and what the model has of it, if it can hold it."""

    drawing: str
    anchor: etree._Element
    part: str
    model: AddChart | None


def drawing_parts(package: Package, sheet_part: str) -> list[str]:
    return [
        relation.target
        for relation in package.relationships(sheet_part).of_type("drawing")
        if not relation.external and package.has(relation.target)
    ]


def anchors(root: etree._Element) -> Iterator[etree._Element]:
    return root.iter(*ANCHORS)


def read_charts(package: Package, sheet_part: str, sheet: str) -> list[ChartPart]:
    found: list[ChartPart] = []
    for drawing in drawing_parts(package, sheet_part):
        relations = {relation.id: relation.target for relation in package.relationships(drawing)}
        for anchor in anchors(package.tree(drawing)):
            for graphic in anchor.iter(f"{C}chart"):
                part = relations.get(graphic.get(f"{R}id", ""))
                if part and package.has(part):
                    found.append(ChartPart(drawing, anchor, part, _model(package, part, anchor, sheet, len(found))))
    return found


def _model(package: Package, part: str, anchor: etree._Element, sheet: str, index: int) -> AddChart | None:
    try:
        root = package.tree(part)
    except DamagedPackage:
        return None
    area = root.find(f"{C}chart/{C}plotArea")
    plots = [element for element in area if _local(element).endswith("Chart")] if area is not None else []
    if len(plots) != 1 or _local(plots[0]) not in _KINDS:
        return None
    plot, kind = plots[0], _kind(plots[0])
    series = [_series(element, kind == "scatter") for element in plot.iterfind(f"{C}ser")]
    start = anchor.find(f"{XDR}from")
    if kind is None or not series or None in series or start is None:
        return None
    row, column = (int(start.findtext(f"{XDR}{name}") or 0) for name in ("row", "col"))
    members = {
        "sheet": sheet,
        "anchor": cell_name(row + 1, column + 1),
        "kind": kind,
        "title": _title(root) or f"Chart {index + 1}",
        "series": series,
    } | _size(anchor, row, column)
    try:
        return AddChart.model_validate(members)
    except ValidationError:
        return None


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _value(element: etree._Element, path: str) -> str:
    found = element.find(f"{C}{path}")
    return found.get("val", "") if found is not None else ""


def _kind(plot: etree._Element) -> str | None:
    kind = _KINDS[_local(plot)]
    if kind == "column" and _value(plot, "barDir") == "bar":
        kind = "bar"
    grouping = _value(plot, "grouping")
    if grouping == "percentStacked":
        return None
    return f"stacked_{kind}" if grouping == "stacked" and kind in {"column", "bar", "area"} else kind


def _series(element: etree._Element, scatter: bool) -> dict[str, Any] | None:
    values = _reference(element, "yVal" if scatter else "val")
    if values is None:
        return None
    name = element.find(f"{C}tx")
    text = None
    if name is not None:
        ref = name.findtext(f"{C}strRef/{C}f")
        text = f"={ref}" if ref and _is_plain(ref) else name.findtext(f"{C}v")
    return {"values": values, "categories": _reference(element, "xVal" if scatter else "cat"), "name": text}


def _reference(element: etree._Element, name: str) -> str | None:
    member = element.find(f"{C}{name}")
    ref = next(member.iter(f"{C}f"), None) if member is not None else None
    return ref.text if ref is not None and ref.text and _is_plain(ref.text) else None


def _is_plain(ref: str) -> bool:
    try:
        return bool(plain_area(ref)[0])
    except ValueError:
        return False


def _title(root: etree._Element) -> str:
    title = root.find(f"{C}chart/{C}title")
    if title is None:
        return ""
    words = "".join(text.text or "" for text in title.iter(f"{A}t")) or "".join(
        v.text or "" for v in title.iter(f"{C}v")
    )
    return " ".join(words.split())[:120]


def _size(anchor: etree._Element, row: int, column: int) -> dict[str, int]:
    end = anchor.find(f"{XDR}to")
    if end is None:
        return {}
    last_row, last_column = (int(end.findtext(f"{XDR}{name}") or 0) for name in ("row", "col"))
    return {"columns": min(max(last_column - column, 3), 30), "rows": min(max(last_row - row, 6), 60)}
