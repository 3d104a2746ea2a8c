"""What a package has that must not be lost, counted. Independent of the model: it reads parts and elements only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from overten.documents.excel.grid import parse_range
from overten.documents.excel.opened.drawings import read_charts
from overten.documents.excel.opened.sheetxml import MAIN, SheetXml
from overten.documents.excel.workbook import Locked, Sheet
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.package import Package

_M = f"{{{MAIN}}}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Parts of which each is one feature, by the pattern of their content type.
_PARTS = {
    "chart": r"drawingml\.chart\+xml$", "chart of Excel 2016": r"chartex\+xml$", "pivot table": r"pivotTable\+xml$",
    "pivot cache": r"pivotCacheDefinition\+xml$", "slicer": r"slicer\+xml$", "timeline": r"timeline\+xml$",
    "external link": r"externalLink\+xml$", "query": r"queryTable\+xml$", "connection": r"connections\+xml$",
    "table": r"spreadsheetml\.table\+xml$", "chart sheet": r"chartsheet\+xml$", "custom XML part": r"customXml",
    "form control": r"controlproperties\+xml$", "ActiveX control": r"activeX\+xml$", "OLE object": r"oleObject$",
    "XML map": r"xmlMaps?\+xml$|xmlMaps", "rich data": r"rdrichvalue", "dialog sheet": r"dialogsheet\+xml$",
}  # fmt: skip


def features(package: Package) -> Counter[str]:
    """Every countable feature of a workbook."""
    counts: Counter[str] = Counter()
    for name in package.names():
        kind = package.content_type(name)
        for feature, pattern in _PARTS.items():
            if re.search(pattern, kind) or (
                feature == "custom XML part" and re.match(r"customXml/item\d+\.xml$", name)
            ):
                counts[feature] += 1
        if "/media/" in name:
            counts["picture file"] += 1
        elif re.search(r"drawing\+xml$", kind) and "vml" not in kind:
            _count_drawing(package, name, counts)
        elif re.search(r"spreadsheetml\.comments\+xml$", kind):
            counts["comment"] += _elements(package, name, "comment")
        elif re.search(r"threadedcomments\+xml$", kind):
            counts["threaded comment"] += _elements(package, name, "threadedComment")
        elif re.search(r"vmlDrawing", kind):
            counts["VML shape"] += package.read(name).count(b"<v:shape ")
        elif re.search(r"spreadsheetml\.worksheet\+xml$", kind):
            _count_sheet(package, name, counts)
    _count_workbook(package, counts)
    return Counter({feature: count for feature, count in counts.items() if count})


def _elements(package: Package, name: str, local: str) -> int:
    try:
        return sum(1 for _ in package.tree(name).iter(f"{{*}}{local}"))
    except PackageError:
        return 0


def _count_drawing(package: Package, name: str, counts: Counter[str]) -> None:
    try:
        root = package.tree(name)
    except PackageError:
        return
    counts["picture"] += sum(1 for _ in root.iter(f"{_XDR}pic"))
    counts["connector"] += sum(1 for _ in root.iter(f"{_XDR}cxnSp"))
    counts["shape"] += sum(1 for _ in root.iter(f"{_XDR}sp"))
    counts["text box"] += sum(1 for shape in root.iter(f"{_XDR}sp") if shape.find(f"{_XDR}txBody") is not None)


def _count_sheet(package: Package, name: str, counts: Counter[str]) -> None:
    counts["sheet"] += 1
    try:
        xml = SheetXml(package.read(name), name)
        frame = xml.frame
    except PackageError:
        return
    counts["formula"] += xml.data.count(b"<f>") + xml.data.count(b"<f ")
    counts["array formula"] += xml.data.count(b't="array"')
    for feature, path in (
        ("merge", "mergeCells/{m}mergeCell"), ("conditional format", "conditionalFormatting/{m}cfRule"),
        ("validation", "dataValidations/{m}dataValidation"), ("hyperlink", "hyperlinks/{m}hyperlink"),
        ("page break", "rowBreaks/{m}brk"), ("protected sheet", "sheetProtection"), ("auto filter", "autoFilter"),
        ("scenario", "scenarios/{m}scenario"), ("header or footer", "headerFooter"), ("background", "picture"),
    ):  # fmt: skip
        counts[feature] += len(frame.findall(f"{_M}" + path.format(m=_M)))
    counts["sparkline"] += sum(1 for _ in frame.iter(f"{_X14}sparkline"))
    counts["newer conditional format"] += sum(1 for _ in frame.iter(f"{_X14}cfRule"))
    counts["newer validation"] += sum(1 for _ in frame.iter(f"{_X14}dataValidation"))


def _count_workbook(package: Package, counts: Counter[str]) -> None:
    try:
        root = package.tree(package.main_part())
    except PackageError:
        return
    counts["name"] = sum(1 for _ in root.iter(f"{_M}definedName"))
    counts["hidden sheet"] = sum(1 for sheet in root.iter(f"{_M}sheet") if sheet.get("state", "visible") != "visible")


_TOLD_OF_WORKBOOK = (
    "chart sheet", "dialog sheet", "pivot cache", "external link", "query", "connection", "slicer", "timeline",
    "custom XML part", "ActiveX control", "OLE object", "form control", "rich data",
)  # fmt: skip


def of_workbook(package: Package, main: str) -> dict[str, int]:
    """What belongs to no one sheet, or is worth knowing of the whole workbook."""
    counts: Counter[str] = Counter()
    for name in package.names():
        kind = package.content_type(name)
        for feature in _TOLD_OF_WORKBOOK:
            if re.search(_PARTS[feature], kind) or (feature == "custom XML part" and _is_custom(name)):
                counts[feature] += 1
    hidden = sum(1 for sheet in package.tree(main).iter(f"{_M}sheet") if sheet.get("state", "visible") != "visible")
    counts["hidden sheet"] = hidden
    return {feature: count for feature, count in sorted(counts.items()) if count}


def _is_custom(name: str) -> bool:
    return re.match(r"customXml/item\d+\.xml$", name) is not None


def of_sheet(package: Package, part: str, frame: etree._Element, sheet: Sheet) -> dict[str, int]:
    """What of a sheet the model does not hold."""
    counts: Counter[str] = Counter()
    for relation in package.relationships(part):
        if relation.external or not package.has(relation.target):
            continue
        if relation.kind == "drawing":
            _count_drawing(package, relation.target, counts)
        elif relation.kind == "comments":
            counts["comment"] += _elements(package, relation.target, "comment")
        elif relation.kind == "threadedComment":
            counts["threaded comment"] += _elements(package, relation.target, "threadedComment")
        elif relation.kind == "pivotTable":
            counts["pivot table"] += 1
    counts["other chart"] = len(read_charts(package, part, sheet.name)) - len(sheet.charts)
    rules = len(frame.findall(f"{_M}conditionalFormatting/{_M}cfRule"))
    counts["other conditional format"] = rules - len(sheet.conditional_formats)
    counts["other validation"] = len(frame.findall(f"{_M}dataValidations/{_M}dataValidation")) - len(sheet.validations)
    counts["sparkline"] = sum(1 for _ in frame.iter(f"{_X14}sparkline"))
    counts["hyperlink"] = len(frame.findall(f"{_M}hyperlinks/{_M}hyperlink"))
    counts["other table"] = len(frame.findall(f"{_M}tableParts/{_M}tablePart")) - len(sheet.tables)
    counts["sheet protection"] = len(frame.findall(f"{_M}sheetProtection"))
    return {feature: count for feature, count in sorted(counts.items()) if count > 0}


def pivot_areas(package: Package, part: str) -> Iterator[Locked]:
    """The cells that pivot tables fill."""
    for relation in package.relationships(part).of_type("pivotTable"):
        if relation.external or not package.has(relation.target):
            continue
        root = package.tree(relation.target)
        location = root.find(f"{_M}location")
        ref = location.get("ref", "") if location is not None else ""
        try:
            parse_range(ref)
        except ValueError:
            continue
        yield Locked(range=ref, what=f"pivot table {root.get('name', '')}".strip())
