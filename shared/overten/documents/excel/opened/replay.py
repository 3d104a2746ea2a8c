"""Structural changes made in an uploaded package: lines inserted and deleted, sheets renamed and deleted.

Every place that says where something is follows: cells, formulas, rules, names, tables, charts, anchors, comments,
links, pivot sources. What the model added in between is not in the package yet and is left to the graft.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from overten.documents.excel.grid import column_letters, parse_cell, parse_range
from overten.documents.excel.opened import frames
from overten.documents.excel.opened.drawings import XDR, C, anchors, drawing_parts
from overten.documents.excel.opened.moves import Shift, area_of, renamed, sheets_named, translated, without_sheet
from overten.documents.excel.opened.read import worksheet_parts, xml_text
from overten.documents.excel.opened.sheetxml import MAIN, Cell, SheetXml, attributes_of, cell_xml, cells_of, row_xml
from overten.documents.excel.workbook import (
    LinesDeleted,
    LinesInserted,
    SheetAdded,
    SheetDeleted,
    SheetMoved,
    SheetRenamed,
    StructuralChange,
)
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package

_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_XM = frames.XM
_FORMULA = re.compile(rb"<f((?:\s[^>]*?)?)(?:/>|>(.*?)</f>)", re.DOTALL)
_VML_ANCHOR = re.compile(r"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_VML_LINES = {
    "rows": re.compile(r"(<x:Row>)\s*(\d+)\s*(</x:Row>)"),
    "columns": re.compile(r"(<x:Column>)\s*(\d+)\s*(</x:Column>)"),
}

Rewrite = Callable[[str, str], str]
"""A formula and the sheet it stands on to the formula as it reads afterwards."""


@dataclass
class Replay:
    """Makes the changes, one after the other, and collects what is to be told."""

    package: Package
    findings: list[Finding] = field(default_factory=list)
    added: set[str] = field(default_factory=set)

    def run(self, changes: list[StructuralChange]) -> None:
        for change in changes:
            self._make(change)

    def _make(self, change: StructuralChange) -> None:
        name = change.sheet.casefold()
        if isinstance(change, SheetAdded):
            self.added.add(name)
        elif isinstance(change, SheetMoved):
            pass  # the order is taken from the model in the end
        elif isinstance(change, SheetRenamed):
            if name in self.added:
                self.added.discard(name)
                self.added.add(change.new_name.casefold())
            else:
                self._rename(change.sheet, change.new_name)
        elif name in self.added:
            if isinstance(change, SheetDeleted):
                self.added.discard(name)
        elif isinstance(change, SheetDeleted):
            self._delete_sheet(change.sheet)
        else:
            self._shift(change)

    @property
    def main(self) -> str:
        return self.package.main_part()

    def _part_of(self, sheet: str) -> str | None:
        parts = {name.casefold(): part for name, part in worksheet_parts(self.package, self.main)}
        return parts.get(sheet.casefold())

    def _rename(self, old: str, new: str) -> None:
        for element in self.package.edit(self.main).iter(f"{_M}sheet"):
            if element.get("name", "").casefold() == old.casefold():
                element.set("name", new)
        self._rewrite(lambda formula, _: renamed(formula, old, new), old)
        for part, root in self._trees(r"pivotCacheDefinition\+xml$"):
            for source in root.iter(f"{_M}worksheetSource"):
                if source.get("sheet", "").casefold() == old.casefold():
                    self.package.edit(part)
                    source.set("sheet", new)

    def _delete_sheet(self, sheet: str) -> None:
        part = self._part_of(sheet)
        if part is None:
            return
        root = self.package.edit(self.main)
        elements = list(root.iter(f"{_M}sheet"))
        index = next(i for i, e in enumerate(elements) if e.get("name", "").casefold() == sheet.casefold())
        relation_id = elements[index].get(f"{_R}id", "")
        parent = elements[index].getparent()
        if parent is not None:
            parent.remove(elements[index])
        reindex_names(root, {i: (i if i < index else i - 1) for i in range(len(elements)) if i != index})
        _clamp_views(root, len(elements) - 1)
        self.package.relationships(self.main).remove(relation_id)
        remove_tree(self.package, part)
        before = self._broken()
        self._rewrite(lambda formula, _: without_sheet(formula, sheet), sheet)
        if self._broken() > before:
            message = f"References to the deleted sheet {sheet} became #REF! in names, charts or rules"
            self.findings.append(Finding(code="references_broken", message=message, severity="warning"))

    def _broken(self) -> int:
        """How often names and charts say #REF!."""
        root = self.package.tree(self.main)
        count = sum((element.text or "").count("#REF!") for element in root.iter(f"{_M}definedName"))
        for _, chart in self._trees(r"drawingml\.chart\+xml$"):
            count += sum((element.text or "").count("#REF!") for element in chart.iter(f"{C}f"))
        return count

    def _shift(self, change: LinesInserted | LinesDeleted) -> None:
        count = change.count if isinstance(change, LinesInserted) else -change.count
        shift = Shift(change.sheet, change.axis, change.at, count)
        part = self._part_of(change.sheet)
        if part is None:
            return
        self._rewrite(shift.formula, change.sheet)
        self._shift_sheet(part, shift)
        self._shift_related(part, shift)
        for cache, root in self._trees(r"pivotCacheDefinition\+xml$"):
            for source in root.iter(f"{_M}worksheetSource"):
                ref = source.get("ref")
                if ref and source.get("sheet", "").casefold() == change.sheet.casefold():
                    self.package.edit(cache)
                    source.set("ref", shift.ref(ref) or ref)

    def _shift_related(self, part: str, shift: Shift) -> None:
        for relation in list(self.package.relationships(part)):
            if relation.external or not self.package.has(relation.target):
                continue
            if relation.kind == "drawing":
                _shift_anchors(self.package.edit(relation.target), shift)
            elif relation.kind in {"comments", "threadedComment"}:
                self._shift_comments(relation.target, shift)
            elif relation.kind == "vmlDrawing":
                self._shift_vml(relation.target, shift)
            elif relation.kind == "table":
                self._shift_table(relation.target, shift)
            elif relation.kind == "pivotTable":
                self._shift_location(relation.target, shift)

    def _rewrite(self, change: Rewrite, sheet: str) -> None:
        """Changes every formula of the workbook: of cells, rules, names, tables, charts and drawings."""
        main = self.package.tree(self.main)
        names = [element.get("name", "") for element in main.iter(f"{_M}sheet")]
        for element in list(main.iter(f"{_M}definedName")):
            local = element.get("localSheetId")
            home = names[int(local)] if local and local.isdigit() and int(local) < len(names) else ""
            text = element.text or ""
            new = change(text, home)
            if new != text:
                self.package.edit(self.main)
                element.text = new
        for name, part in list(worksheet_parts(self.package, self.main)):
            self._rewrite_sheet(name, part, change, sheet)
        for pattern in (r"drawingml\.chart\+xml$", r"chartex\+xml$"):
            for part, root in self._trees(pattern):
                self._rewrite_texts(part, [e for e in root.iter() if _local(e) in {"f", "sqref"}], change)
        for part, root in self._trees(r"officedocument\.drawing\+xml$"):
            for shape in root.iter(f"{XDR}sp"):
                link = shape.get("textlink")
                if link and change(link, "") != link:
                    self.package.edit(part)
                    shape.set("textlink", change(link, ""))

    def _rewrite_texts(self, part: str, elements: list[etree._Element], change: Rewrite, home: str = "") -> None:
        for element in elements:
            text = element.text or ""
            new = change(text, home)
            if new != text:
                self.package.edit(part)
                element.text = new

    def _rewrite_sheet(self, name: str, part: str, change: Rewrite, sheet: str) -> None:
        data = self.package.read(part)
        own = name.casefold() == sheet.casefold()
        if own or _mentions(data, sheet):
            xml = SheetXml(data, part)
            rewritten = rewrite_cells(xml, lambda formula: change(formula, name))
            touched = rewritten != xml.data
            xml.data = rewritten
            for element in frames.formula_elements(xml.frame):
                text = element.text or ""
                if text and change(text, name) != text:
                    xml.edit_frame()
                    touched = True
                    element.text = change(text, name)
            for link in xml.frame.iter(f"{_M}hyperlink"):
                location = link.get("location")
                if location and "!" in location and change(location, name) != location:
                    xml.edit_frame()
                    touched = True
                    link.set("location", change(location, name))
            if touched:
                self.package.put(part, xml.to_bytes())
        for relation in self.package.relationships(part).of_type("table"):
            if not relation.external and self.package.has(relation.target):
                root = self.package.tree(relation.target)
                found = list(root.iter(f"{_M}calculatedColumnFormula", f"{_M}totalsRowFormula"))
                self._rewrite_texts(relation.target, found, change, name)

    def _trees(self, content_type: str) -> Iterator[tuple[str, etree._Element]]:
        for name in self.package.names():
            if re.search(content_type, self.package.content_type(name)):
                yield name, self.package.tree(name)

    def _shift_sheet(self, part: str, shift: Shift) -> None:
        xml = SheetXml(self.package.read(part), part)
        xml.data = shift_cells(xml, shift)
        _shift_frame(xml.edit_frame(), shift)
        self.package.put(part, xml.to_bytes())

    def _shift_comments(self, part: str, shift: Shift) -> None:
        root = self.package.edit(part)
        for element in list(root.iter()):
            ref = element.get("ref")
            if ref is None or not isinstance(element.tag, str):
                continue
            moved = shift.ref(ref)
            parent = element.getparent()
            if moved is not None:
                element.set("ref", moved)
            elif parent is not None:
                parent.remove(element)

    def _shift_vml(self, part: str, shift: Shift) -> None:
        """Legacy notes and controls: their anchor, and the cell they belong to. Those of deleted cells go."""
        text = self.package.read(part).decode("utf-8", "replace")
        pattern = _VML_LINES[shift.axis]

        def shape(match: re.Match[str]) -> str:
            line = pattern.search(match[0])
            if line is not None:
                moved = shift.line(int(line[2]) + 1)
                if moved is None:
                    return ""
                return _VML_ANCHOR.sub(_vml_anchor(shift), pattern.sub(rf"\g<1>{moved - 1}\g<3>", match[0]))
            return _VML_ANCHOR.sub(_vml_anchor(shift), match[0])

        changed = re.sub(r"<v:shape\s.*?</v:shape>", shape, text, flags=re.DOTALL)
        if changed != text:
            self.package.put(part, changed.encode())

    def _shift_table(self, part: str, shift: Shift) -> None:
        root = self.package.edit(part)
        old = area_of(root.get("ref", ""))
        for element in root.iter():
            ref = element.get("ref")
            if ref is not None and isinstance(element.tag, str):
                element.set("ref", shift.ref(ref) or ref)
        group = root.find(f"{_M}tableColumns")
        if shift.axis != "columns" or group is None or old is None:
            return
        if shift.count < 0:
            for offset, element in reversed(list(enumerate(group))):
                if shift.line(old.first_column + offset) is None:
                    group.remove(element)
        elif old.first_column < shift.at <= old.last_column:
            _insert_columns(group, shift.at - old.first_column, shift.count)
        group.set("count", str(len(group)))

    def _shift_location(self, part: str, shift: Shift) -> None:
        for element in self.package.edit(part).iter(f"{_M}location"):
            ref = element.get("ref", "")
            element.set("ref", shift.ref(ref) or ref)


def _insert_columns(group: etree._Element, position: int, count: int) -> None:
    taken = {element.get("name", "").casefold() for element in group}
    highest = max((int(element.get("id", "0")) for element in group), default=0)
    number = 1
    for offset in range(count):
        while f"column{number}" in taken:
            number += 1
        taken.add(f"column{number}")
        element = etree.Element(f"{_M}tableColumn", id=str(highest + offset + 1), name=f"Column{number}")
        group.insert(position + offset, element)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _mentions(data: bytes, sheet: str) -> bool:
    """Whether the sheet's name stands anywhere in a part: quick, and wrong only to the safe side."""
    from xml.sax.saxutils import escape

    if not sheet.isascii():
        return True
    needle = re.escape(escape(sheet.replace("'", "''")).encode()).replace(b"'", b"(?:'|&apos;)")
    return re.search(needle, data, re.IGNORECASE) is not None


def escaped(text: str) -> bytes:
    """Text as it stands between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()


class _Formulas:
    """The formulas of a sheet, changed one by one; those shared among cells are written out where they may differ."""

    def __init__(self, xml: SheetXml, change: Callable[[str], str]) -> None:
        self._change = change
        self._masters = dict(_shared_masters(xml)) if b'"shared"' in xml.data else {}
        self._separate = {
            si for si, (_, _, text) in self._masters.items() if change(text) != text or _is_relative(text)
        }

    def rewritten(self, cell: Cell, row: int) -> bytes:
        """A cell's inner XML."""
        return _FORMULA.sub(lambda match: self._element(match, row, cell.column), cell.inner)

    def _element(self, match: re.Match[bytes], row: int, column: int) -> bytes:
        members, text = attributes_of(match[1]), match[2]
        if members.get(b"t") == b"shared":
            si = members.get(b"si", b"")
            if si not in self._separate:
                return match[0]
            first_row, first_column, master = self._masters[si]
            own = master if text else translated(master, row - first_row, column - first_column)
            return b"<f>" + escaped(self._change(own)) + b"</f>"
        old = xml_text(text) if text else ""
        new = self._change(old)
        return match[0] if new == old else b"<f" + match[1] + b">" + escaped(new) + b"</f>"


def _shared_masters(xml: SheetXml) -> Iterator[tuple[bytes, tuple[int, int, str]]]:
    for row in xml.rows():
        for cell in cells_of(row) if b'"shared"' in row.cells else ():
            formula = _FORMULA.search(cell.inner)
            members = attributes_of(formula[1]) if formula else {}
            if formula and formula[2] and members.get(b"t") == b"shared":
                yield members.get(b"si", b""), (row.number, cell.column, xml_text(formula[2]))


def rewrite_cells(xml: SheetXml, change: Callable[[str], str]) -> bytes:
    """The rows with every formula changed."""
    formulas = _Formulas(xml, change)
    parts: list[bytes] = []
    for row in xml.rows():
        if b"<f" not in row.cells:
            parts.append(row.raw)
            continue
        cells = []
        for cell in cells_of(row):
            inner = formulas.rewritten(cell, row.number) if b"<f" in cell.inner else cell.inner
            same = inner == cell.inner
            cells.append(cell.raw if same else cell_xml(row.number, cell.column, cell.attributes, inner))
        parts.append(row.raw.replace(row.cells, b"".join(cells), 1))
    return b"".join(parts)


def _is_relative(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]", text))


def shift_cells(xml: SheetXml, shift: Shift) -> bytes:
    """The rows after lines were inserted or deleted. Formulas were rewritten before; areas of arrays move here."""
    parts: list[bytes] = []
    for row in xml.rows():
        number = shift.line(row.number) if shift.axis == "rows" else row.number
        if number is None:
            continue
        if shift.axis == "rows" and number == row.number:
            parts.append(row.raw)
            continue
        cells = []
        for cell in cells_of(row):
            column = shift.line(cell.column) if shift.axis == "columns" else cell.column
            if column is None:
                continue
            inner = _shift_array(cell.inner, shift) if b"ref=" in cell.inner else cell.inner
            if column == cell.column and number == row.number and inner == cell.inner:
                cells.append(cell.raw)
            else:
                cells.append(cell_xml(number, column, cell.attributes, inner))
        parts.append(row_xml(number, row.attributes, b"".join(cells)))
    if shift.axis == "rows" and shift.count > 0:
        _format_inserted(xml, shift, parts)
    return b"".join(parts)


def _format_inserted(xml: SheetXml, shift: Shift, parts: list[bytes]) -> None:
    """New rows look like the row above them, as in Excel."""
    above = next((row for row in xml.rows() if row.number == shift.at - 1), None)
    if above is None:
        return
    styled = [(cell.column, cell.attributes[b"s"]) for cell in cells_of(above) if b"s" in cell.attributes]
    index = sum(1 for row in xml.rows() if row.number < shift.at)
    if not styled:
        return
    new = []
    for number in range(shift.at, shift.at + shift.count):
        cells = b"".join(cell_xml(number, column, {b"s": style}, b"") for column, style in styled)
        new.append(row_xml(number, b"", cells))
    parts[index:index] = new


def _shift_array(inner: bytes, shift: Shift) -> bytes:
    def moved(match: re.Match[bytes]) -> bytes:
        ref = match[2].decode()
        return match[1] + (shift.ref(ref) or ref).encode() + match[3]

    return re.sub(rb'(<f\s[^>]*?\b(?:ref|r1|r2)=")([^"]*)(")', moved, inner)


def _shift_frame(frame: etree._Element, shift: Shift) -> None:
    _shift_columns(frame, shift)
    _shift_pane(frame, shift)
    for element in [element for element in frame.iter() if isinstance(element.tag, str)]:
        _shift_references(element, shift)
    _shift_breaks(frame, shift)
    _drop_empty_groups(frame)
    for element in list(frame.iter(f"{XDR}from", f"{XDR}to", f"{_M}from", f"{_M}to")):
        _shift_marker(element, shift)


def _shift_references(element: etree._Element, shift: Shift) -> None:
    """Moves what an element's attributes refer to; what lay wholly on deleted lines goes with them."""
    local = _local(element)
    names = ("ref", "sqref", "activeCell", "topLeftCell", *(("r",) if local in {"inputCells", "cellWatch"} else ()))
    for attribute in names:
        value = element.get(attribute)
        moved = shift.sqref(value) if value is not None else ""
        if moved:
            element.set(attribute, moved)
        elif value is not None and attribute in {"ref", "sqref"} and local != "selection":
            _take_out(element)
        elif value is not None and (attribute in {"activeCell", "topLeftCell"} or local == "selection"):
            element.set(attribute, "A1")
    if element.tag == f"{_XM}sqref" and element.text:
        moved = shift.sqref(element.text)
        holder = element.getparent()
        if moved:
            element.text = moved
        elif holder is not None:
            _take_out(holder)


def _drop_empty_groups(frame: etree._Element) -> None:
    for merge in [merge for merge in frame.iter(f"{_M}mergeCell") if ":" not in merge.get("ref", "")]:
        _take_out(merge)
    for name in ("mergeCells", "dataValidations", "hyperlinks"):
        group = frames.child(frame, name)
        if group is None:
            continue
        if group.get("count") is not None:
            group.set("count", str(len(group)))
        if not len(group):
            frame.remove(group)
    frames.drop_empty_extensions(frame)


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None and _local(element) != "worksheet":
        parent.remove(element)


def _shift_pane(frame: etree._Element, shift: Shift) -> None:
    """Frozen lines: lines inserted or deleted among them make the frozen part larger or smaller."""
    attribute = "ySplit" if shift.axis == "rows" else "xSplit"
    for pane in frame.iter(f"{_M}pane"):
        value = pane.get(attribute)
        if value is None or not pane.get("state", "").startswith("frozen"):
            continue
        frozen = int(float(value))
        if shift.at <= frozen:
            span = shift.span(1, frozen)
            pane.set(attribute, str(max(1, span[1] if span else 1)))


def _shift_columns(frame: etree._Element, shift: Shift) -> None:
    group = frames.child(frame, "cols")
    if shift.axis != "columns" or group is None:
        return
    for column in list(group):
        moved = shift.span(int(column.get("min", "1")), int(column.get("max", "1")))
        if moved is None:
            group.remove(column)
        else:
            column.set("min", str(moved[0]))
            column.set("max", str(moved[1]))
    if not len(group):
        frame.remove(group)


def _shift_breaks(frame: etree._Element, shift: Shift) -> None:
    group = frames.child(frame, "rowBreaks" if shift.axis == "rows" else "colBreaks")
    if group is None:
        return
    for element in list(group):
        moved = shift.line(int(element.get("id", "0")) + 1)
        if moved is None or moved < 2:
            group.remove(element)
        else:
            element.set("id", str(moved - 1))
    for attribute in ("count", "manualBreakCount"):
        if group.get(attribute) is not None:
            group.set(attribute, str(len(group)))
    if not len(group):
        frame.remove(group)


def _shift_marker(marker: etree._Element, shift: Shift) -> int | None:
    """Moves one corner of an anchor; says by how many lines, None if its line is deleted."""
    name, offset = ("row", "rowOff") if shift.axis == "rows" else ("col", "colOff")
    element = next((e for e in marker if _local(e) == name), None)
    if element is None:
        return 0
    line = int(element.text or "0") + 1
    moved = shift.line(line)
    if moved is None:
        moved = min(shift.at, shift.limit)
        for other in marker:
            if _local(other) == offset:
                other.text = "0"
    element.text = str(moved - 1)
    return moved - line


def _shift_anchors(root: etree._Element, shift: Shift) -> None:
    """Pictures, shapes and charts: those that move with cells move; those that also size with them stretch."""
    for anchor in anchors(root):
        kind = anchor.get("editAs", "twoCell")
        start, end = anchor.find(f"{XDR}from"), anchor.find(f"{XDR}to")
        if start is None or kind == "absolute":
            continue
        first_line = int(start.findtext(f"{XDR}row" if shift.axis == "rows" else f"{XDR}col") or "0") + 1
        moved = _shift_marker(start, shift)
        if end is None:
            continue
        if kind == "oneCell" or (shift.count < 0 and shift.line(first_line) is None):
            element = end.find(f"{XDR}row" if shift.axis == "rows" else f"{XDR}col")
            if element is not None:
                element.text = str(max(0, int(element.text or "0") + (moved or 0)))
        else:
            _shift_marker(end, shift)


def _vml_anchor(shift: Shift) -> Callable[[re.Match[str]], str]:
    """Left, top, right and bottom of a legacy shape, each as line and offset."""
    places = (2, 6) if shift.axis == "rows" else (0, 4)

    def moved(match: re.Match[str]) -> str:
        values = [value.strip() for value in match[2].split(",")]
        if len(values) != 8:
            return match[0]
        for place in places:
            line = shift.line(int(values[place]) + 1)
            values[place] = str((line if line is not None else shift.at) - 1)
        return match[1] + ", ".join(values) + match[3]

    return moved


def reindex_names(root: etree._Element, indexes: dict[int, int]) -> None:
    """Names that belong to one sheet follow it to its new place, or go with it."""
    for element in list(root.iter(f"{_M}definedName")):
        local = element.get("localSheetId")
        if local is None:
            continue
        moved = indexes.get(int(local))
        parent = element.getparent()
        if moved is not None:
            element.set("localSheetId", str(moved))
        elif parent is not None:
            parent.remove(element)
            if not len(parent) and (holder := parent.getparent()) is not None:
                holder.remove(parent)


def _clamp_views(root: etree._Element, sheets: int) -> None:
    for view in root.iter(f"{_M}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            if int(view.get(attribute, "0")) >= sheets:
                view.set(attribute, "0")


def reorder(package: Package, names: list[str]) -> None:
    """Puts the worksheets in this order; sheets of other kinds keep their places."""
    main = package.main_part()
    group = package.tree(main).find(f"{_M}sheets")
    if group is None:
        return
    elements = list(group)
    known = {element.get("name", "").casefold(): element for element in elements}
    wanted = iter([known[name.casefold()] for name in names if name.casefold() in known])
    in_model = {name.casefold() for name in names}
    ordered = [next(wanted) if e.get("name", "").casefold() in in_model else e for e in elements]
    if ordered == elements:
        return
    root = package.edit(main)
    group[:] = ordered
    indexes = {elements.index(element): index for index, element in enumerate(ordered)}
    reindex_names(root, indexes)
    for view in root.iter(f"{_M}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            value = view.get(attribute)
            if value is not None:
                view.set(attribute, str(indexes.get(int(value), 0) if attribute == "activeTab" else 0))


def remove_tree(package: Package, part: str) -> None:
    """Removes a part, and the parts that only it refers to."""
    targets = [relation.target for relation in package.relationships(part) if not relation.external]
    package.remove(part)
    for target in targets:
        if package.has(target) and not _is_used(package, target):
            remove_tree(package, target)


def _is_used(package: Package, target: str) -> bool:
    for name in package.names():
        if not name.endswith(".rels"):
            continue
        folder, _, file = name.rpartition("_rels/")
        if package.relationships(folder + file.removesuffix(".rels")).to(target) is not None:
            return True
    return False


__all__ = [
    "Replay",
    "column_letters",
    "drawing_parts",
    "parse_cell",
    "parse_range",
    "remove_tree",
    "reorder",
    "sheets_named",
]
