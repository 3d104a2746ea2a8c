"""What stands around a worksheet's rows: view, columns, merges, conditional formats, validations; read and changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml import etree
from pydantic import ValidationError

from overten.documents.excel.grid import cell_name, parse_cell, parse_range
from overten.documents.excel.opened.moves import area_of
from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.excel.operations import AddConditionalFormat, AddValidation

_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
PADDING_CHARACTERS = 5 / 7  # the file's width counts the cell's padding of 5 pixels in characters of 7
MOST_COLUMNS_BEYOND = 30
# [ECMA-376] 18.3.1.99: the order of a worksheet's children.
ORDER = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "drawingHF", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip
_OPERATORS = {
    "greaterThan": ">", "greaterThanOrEqual": ">=", "lessThan": "<", "lessThanOrEqual": "<=", "equal": "=",
    "notEqual": "<>", "between": "between",
}  # fmt: skip
_SCALES = {"colorScale": "color_scale", "dataBar": "data_bar", "iconSet": "icons"}
_TYPES = {"list": "list", "whole": "integer", "decimal": "decimal", "date": "date"}


class Rule(NamedTuple):
    """A conditional format in the file and, if the model can hold it, in the model."""

    element: etree._Element
    model: AddConditionalFormat | None


class Validation(NamedTuple):
    element: etree._Element
    model: AddValidation | None


def child(frame: etree._Element, name: str) -> etree._Element | None:
    return frame.find(f"{_M}{name}")


def placed(frame: etree._Element, name: str, attributes: dict[str, str] | None = None) -> etree._Element:
    """The frame's child of that name, added at its place in the schema's order if there is none."""
    found = child(frame, name)
    if found is None:
        found = etree.Element(f"{_M}{name}", attributes or {})
        insert(frame, found)
    return found


def insert(frame: etree._Element, element: etree._Element) -> None:
    """Puts a child at its place, behind those of its own name."""
    rank = _rank(element)
    position = next((i for i, other in enumerate(frame) if _rank(other) > rank), len(frame))
    frame.insert(position, element)


def _rank(element: etree._Element) -> int:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    if name == "AlternateContent":  # stands for the controls or the OLE objects in it
        return ORDER.index("controls")
    return ORDER.index(name) if name in ORDER else len(ORDER)


def merges(frame: etree._Element) -> list[str]:
    group = child(frame, "mergeCells")
    return [element.get("ref", "") for element in group] if group is not None else []


def widths(frame: etree._Element, last_column: int) -> dict[int, float]:
    """The widths of the columns that were set, in characters, by column; not far beyond the last filled one."""
    found: dict[int, float] = {}
    for column in frame.iterfind(f"{_M}cols/{_M}col"):
        if column.get("width") is None:
            continue
        first, last = int(column.get("min", "1")), int(column.get("max", "1"))
        width = round(max(0.0, float(column.get("width", "0")) - PADDING_CHARACTERS), 2)
        if column.get("hidden") in {"1", "true"} or not width:
            continue
        for number in range(first, min(last, last_column + MOST_COLUMNS_BEYOND) + 1):
            found[number] = width
    return found


def set_widths(frame: etree._Element, changes: dict[int, float]) -> None:
    """Gives columns new widths; what else is known of a column stays."""
    group = placed(frame, "cols")
    for number, width in sorted(changes.items()):
        column = _column_alone(group, number)
        column.set("width", f"{width + PADDING_CHARACTERS:.6g}")
        column.set("customWidth", "1")
        column.attrib.pop("bestFit", "")
        column.attrib.pop("hidden", "")


def _column_alone(group: etree._Element, number: int) -> etree._Element:
    """The element that describes just this column; one that describes several is cut."""
    for index, element in enumerate(group):
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        if first > number:
            return _inserted(group, index, number)
        if first <= number <= last:
            for start, end, offset in ((number + 1, last, 1), (first, number - 1, 0)):
                if start <= end:
                    part = etree.fromstring(etree.tostring(element))
                    part.tail = None
                    part.set("min", str(start))
                    part.set("max", str(end))
                    group.insert(index + offset, part)
            element.set("min", str(number))
            element.set("max", str(number))
            return element
    return _inserted(group, len(group), number)


def _inserted(group: etree._Element, index: int, number: int) -> etree._Element:
    element = etree.Element(f"{_M}col", min=str(number), max=str(number))
    group.insert(index, element)
    return element


def column_formats(frame: etree._Element) -> list[tuple[int, int, int]]:
    """The formats of whole columns as (first, last, index)."""
    return [
        (int(column.get("min", "1")), int(column.get("max", "1")), int(column.get("style", "0")))
        for column in frame.iterfind(f"{_M}cols/{_M}col")
        if column.get("style", "0") != "0"
    ]


def freeze(frame: etree._Element) -> str | None:
    pane = frame.find(f"{_M}sheetViews/{_M}sheetView/{_M}pane")
    if pane is None or pane.get("state") not in {"frozen", "frozenSplit"}:
        return None
    rows, columns = int(float(pane.get("ySplit", "0"))), int(float(pane.get("xSplit", "0")))
    return cell_name(rows + 1, columns + 1) if rows or columns else None


def set_freeze(frame: etree._Element, cell: str | None) -> None:
    views = placed(frame, "sheetViews")
    if not len(views):
        etree.SubElement(views, f"{_M}sheetView", workbookViewId="0")
    view = views[0]
    for name in ("pane", "selection"):
        for old in view.findall(f"{_M}{name}"):
            view.remove(old)
    if cell is None:
        return
    row, column = parse_cell(cell)
    pane = "bottomRight" if row > 1 and column > 1 else ("bottomLeft" if row > 1 else "topRight")
    attributes = {"topLeftCell": cell, "activePane": pane, "state": "frozen"}
    if column > 1:
        attributes = {"xSplit": str(column - 1)} | attributes
    if row > 1:
        attributes = {"ySplit": str(row - 1)} | attributes
    view.insert(0, etree.Element(f"{_M}pane", attributes))
    view.insert(1, etree.Element(f"{_M}selection", pane=pane, activeCell=cell, sqref=cell))


def zoom(frame: etree._Element) -> int | None:
    view = frame.find(f"{_M}sheetViews/{_M}sheetView")
    scale = int(view.get("zoomScale", "100")) if view is not None else 100
    return scale if scale != 100 and 10 <= scale <= 400 else None


def protected(frame: etree._Element) -> bool:
    element = child(frame, "sheetProtection")
    return element is not None and element.get("sheet") in {"1", "true"}


def set_view(frame: etree._Element, scale: int | None, is_protected: bool, *, gridlines: bool) -> None:
    """Zoom, gridlines and protection (without a password)."""
    views = placed(frame, "sheetViews")
    if not len(views):
        etree.SubElement(views, f"{_M}sheetView", workbookViewId="0")
    views[0].attrib.pop("zoomScale", "")
    views[0].attrib.pop("showGridLines", "")
    if scale:
        views[0].set("zoomScale", str(scale))
        views[0].set("zoomScaleNormal", str(scale))
    if not gridlines:
        views[0].set("showGridLines", "0")
    element = child(frame, "sheetProtection")
    if is_protected and element is None:
        insert(frame, etree.Element(f"{_M}sheetProtection", sheet="1", objects="1", scenarios="1"))
    elif not is_protected and element is not None:
        frame.remove(element)


def set_links(frame: etree._Element, links: dict[str, str], relations: dict[str, str]) -> None:
    """Puts links on cells: addresses by their relations, places of the workbook by name."""
    group = placed(frame, "hyperlinks")
    for element in [element for element in group if element.get("ref") in links]:
        group.remove(element)
    for cell, link in links.items():
        element = etree.SubElement(group, f"{_M}hyperlink", ref=cell)
        if link in relations:
            element.set(f"{_R}id", relations[link])
        else:
            element.set("location", link)


def gridlines(frame: etree._Element) -> bool:
    view = frame.find(f"{_M}sheetViews/{_M}sheetView")
    return view is None or view.get("showGridLines", "1") not in {"0", "false"}


def tab_color(frame: etree._Element) -> str | None:
    color = frame.find(f"{_M}sheetPr/{_M}tabColor")
    value = color.get("rgb", "") if color is not None else ""
    return f"#{value[-6:].upper()}" if re.fullmatch(r"[0-9A-Fa-f]{8}", value) else None


def set_tab_color(frame: etree._Element, color: str | None) -> None:
    properties = placed(frame, "sheetPr")
    old = properties.find(f"{_M}tabColor")
    if old is not None:
        properties.remove(old)
    if color:
        properties.insert(0, etree.Element(f"{_M}tabColor", rgb="FF" + color.lstrip("#").upper()))


def set_merges(frame: etree._Element, removed: set[str], added: list[str]) -> None:
    group = placed(frame, "mergeCells")
    for element in list(group):
        if element.get("ref") in removed:
            group.remove(element)
    for ref in added:
        etree.SubElement(group, f"{_M}mergeCell", ref=ref)
    group.set("count", str(len(group)))
    if not len(group):
        frame.remove(group)


def conditional_formats(frame: etree._Element, sheet: str) -> Iterator[Rule]:
    """Every rule of the sheet in the order of the file."""
    for element in frame.iterfind(f"{_M}conditionalFormatting"):
        ref = element.get("sqref", "")
        for rule in element.iterfind(f"{_M}cfRule"):
            yield Rule(rule, _rule_model(rule, ref, sheet))


def _rule_model(rule: etree._Element, ref: str, sheet: str) -> AddConditionalFormat | None:
    kind = rule.get("type", "")
    formulas = [element.text or "" for element in rule.iterfind(f"{_M}formula")]
    members: dict[str, Any]
    if kind in _SCALES:
        members = {"type": _SCALES[kind]}
    elif kind == "expression" and len(formulas) == 1:
        members = {"type": "formula", "formula": "=" + formulas[0], "style": "warning"}
    elif kind == "cellIs" and rule.get("operator", "") in _OPERATORS and formulas:
        members = {"type": "cell", "operator": _OPERATORS[rule.get("operator", "")], "style": "warning"}
        members |= dict(zip(("value", "value2"), (_operand(text) for text in formulas), strict=False))
    else:
        return None
    return _model(AddConditionalFormat, {"sheet": sheet, "range": ref, "rule": members})


def _operand(text: str) -> str | float:
    """A rule's operand as the model has it: a number, text, or a formula."""
    try:
        return float(text)
    except ValueError:
        return text[1:-1].replace('""', '"') if re.fullmatch(r'"(?:[^"]|"")*"', text) else "=" + text


def validations(frame: etree._Element, sheet: str) -> Iterator[Validation]:
    for element in frame.iterfind(f"{_M}dataValidations/{_M}dataValidation"):
        yield Validation(element, _validation_model(element, sheet))


def _validation_model(element: etree._Element, sheet: str) -> AddValidation | None:
    kind, operator = element.get("type", ""), element.get("operator", "between")
    if kind not in _TYPES:
        return None
    texts = [element.findtext(f"{_M}formula{number}") for number in (1, 2)]
    members: dict[str, Any] = {"sheet": sheet, "range": element.get("sqref", ""), "type": _TYPES[kind]}
    if kind == "list":
        inline = re.fullmatch(r'"(.*)"', texts[0] or "", re.DOTALL)
        members["choices"] = [choice.strip() for choice in inline[1].split(",")] if inline else None
    elif operator == "between":
        members |= {"minimum": _bound(texts[0]), "maximum": _bound(texts[1])}
    elif operator in {"greaterThan", "greaterThanOrEqual"}:
        members["minimum"] = _bound(texts[0])
    elif operator in {"lessThan", "lessThanOrEqual"}:
        members["maximum"] = _bound(texts[0])
    else:
        return None
    return _model(AddValidation, members)


def _bound(text: str | None) -> float | str | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        return "=" + text


def _model[T: (AddConditionalFormat, AddValidation)](kind: type[T], members: dict[str, Any]) -> T | None:
    try:
        parse_range(members["range"])
        return kind.model_validate(members)
    except (ValueError, ValidationError):
        return None


def remove_rule(frame: etree._Element, rule: etree._Element) -> None:
    """Takes a conditional format off the sheet, with its twin of newer Excels."""
    twins = [element.text for element in rule.iter(f"{X14}id")]
    group = rule.getparent()
    if group is None:
        return
    group.remove(rule)
    if group.find(f"{_M}cfRule") is None:
        frame.remove(group)
    for other in [other for other in frame.iter(f"{X14}cfRule") if other.get("id") in twins]:
        holder = other.getparent()
        if holder is not None:
            holder.remove(other)
            if holder.find(f"{X14}cfRule") is None and (outer := holder.getparent()) is not None:
                outer.remove(holder)
    drop_empty_extensions(frame)


def drop_empty_extensions(frame: etree._Element) -> None:
    """Takes out extensions whose lists have become empty."""
    extensions = child(frame, "extLst")
    if extensions is None:
        return
    for extension in list(extensions):
        lists = list(extension)
        if lists and all(not len(member) for member in lists):
            extensions.remove(extension)
    if not len(extensions):
        frame.remove(extensions)


def remove_validation(frame: etree._Element, validation: etree._Element) -> None:
    group = validation.getparent()
    if group is None:
        return
    group.remove(validation)
    group.set("count", str(len(group)))
    if not len(group):
        frame.remove(group)


def add_validations(frame: etree._Element, elements: list[etree._Element]) -> None:
    group = placed(frame, "dataValidations")
    group.extend(elements)
    group.set("count", str(len(group)))


def add_rules(frame: etree._Element, groups: list[etree._Element]) -> None:
    """Adds conditional formats below those there are."""
    lowest = max((int(rule.get("priority", "0")) for rule in frame.iter(f"{_M}cfRule", f"{X14}cfRule")), default=0)
    for group in groups:
        for rule in group.iterfind(f"{_M}cfRule"):
            lowest += 1
            rule.set("priority", str(lowest))
        insert(frame, group)


def add_extension(frame: etree._Element, extension: etree._Element) -> None:
    """Adds an extension, or its members to the extension of the same kind that is there."""
    extensions = placed(frame, "extLst")
    for other in extensions:
        if other.get("uri") == extension.get("uri") and len(other) and len(extension):
            other[0].extend(list(extension[0]))
            return
    extensions.append(extension)


def formula_elements(frame: etree._Element) -> Iterator[etree._Element]:
    """Every element of the frame whose text is a formula."""
    for name in ("formula", "formula1", "formula2"):
        yield from frame.iter(f"{_M}{name}")
    yield from frame.iter(f"{XM}f")


def extend_down(frame: etree._Element, sheet_columns: range, last_row: int, new_last_row: int) -> None:
    """Lets rules and validations that end with a table's last record end with its new one, as Excel does."""
    holders: list[tuple[etree._Element, str | None]] = [
        (element, "sqref")
        for path in (f"{_M}conditionalFormatting", f"{_M}dataValidations/{_M}dataValidation")
        for element in frame.iterfind(path)
    ]
    holders += [(element, None) for element in frame.iter(f"{XM}sqref")]
    for element, attribute in holders:
        refs = (element.get(attribute, "") if attribute else element.text or "").split()
        grown = [_extended(ref, sheet_columns, last_row, new_last_row) for ref in refs]
        if grown != refs:
            if attribute:
                element.set(attribute, " ".join(grown))
            else:
                element.text = " ".join(grown)


def _extended(ref: str, columns: range, last_row: int, new_last_row: int) -> str:
    area = area_of(ref)
    inside = area is not None and area.first_column in columns and area.last_column in columns
    if area is None or not inside or area.last_row != last_row:
        return ref
    return area._replace(last_row=new_last_row).ref
