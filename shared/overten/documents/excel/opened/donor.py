"""What is new in an uploaded workbook: made by our own writer, then carried over.

The writer makes a workbook (the donor) of the new sheets and, for sheets that were there, of stubs that hold just the
new charts, tables and rules. Their parts are copied into the package, with relations, content types, strings and
formats translated.
"""

from __future__ import annotations

import copy
import posixpath
import re
from dataclasses import dataclass, field

from lxml import etree

from overten.documents.excel.grid import parse_range
from overten.documents.excel.opened import frames
from overten.documents.excel.opened.drawings import R, anchors, drawing_parts
from overten.documents.excel.opened.read import read_strings, worksheet_parts
from overten.documents.excel.opened.sheetxml import MAIN, SheetXml, cell_xml, cells_of, row_xml
from overten.documents.excel.opened.strings import Strings
from overten.documents.excel.opened.styles import Styles
from overten.documents.excel.write import Writer
from overten.documents.ooxml.package import Package, relationships_name

_M = f"{{{MAIN}}}"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_METADATA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml"
_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_DYNAMIC_ARRAY = "XLDAPR"


@dataclass
class Donor:
    """The donor's package beside the one that takes from it."""

    package: Package
    source: Package
    styles: Styles
    strings: Strings
    widths: dict[str, dict[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        main = self.source.main_part()
        part = self.source.related(main, "styles")
        self._source_styles = Styles(self.source.tree(part or "xl/styles.xml"))
        self._source_strings = read_strings(self.source, main)
        self._parts = dict(worksheet_parts(self.source, main))
        self._copied: dict[str, str] = {}
        self._differences: dict[int, int] = {}

    @property
    def sheet_names(self) -> list[str]:
        return list(self._parts)

    def add_sheet(self, name: str) -> None:
        """Carries a whole sheet over, as the last one."""
        source = self._parts[name]
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.put(part, b"", _WORKSHEET_TYPE)  # takes the name
        xml = SheetXml(self.source.read(source), source)
        self._translate_cells(xml)
        frame = xml.edit_frame()
        for view in frame.iter(f"{_M}sheetView"):
            view.attrib.pop("tabSelected", "")
        for column in frame.iter(f"{_M}col"):
            if column.get("style"):
                column.set("style", str(self._format(int(column.get("style", "0")))))
        self._translate_rules(frame)
        self.package.put(part, xml.to_bytes())
        self._copy_relations(source, part)
        self._list_sheet(name, part)

    def format_of(self, sheet: str, area_refs: list[str]) -> dict[tuple[int, int], int]:
        """The formats that the donor gives the cells of some ranges, as indexes of the package."""
        areas = [parse_range(ref) for ref in area_refs]
        xml = SheetXml(self.source.read(self._parts[sheet]), sheet)
        return {
            (row.number, cell.column): self._format(int(cell.attributes[b"s"]))
            for row in xml.rows()
            for cell in cells_of(row)
            if b"s" in cell.attributes and any(area.contains(row.number, cell.column) for area in areas)
        }

    def add_onto(self, sheet: str, part: str, target: SheetXml) -> None:
        """Carries the rules, validations, tables and drawings of a stub onto the sheet it stands for."""
        source = self._parts[sheet]
        frame = SheetXml(self.source.read(source), source).frame
        self._translate_rules(frame)
        groups = [copy.deepcopy(group) for group in frame.findall(f"{_M}conditionalFormatting")]
        if groups:
            frames.add_rules(target.edit_frame(), groups)
        validations = [copy.deepcopy(e) for e in frame.iterfind(f"{_M}dataValidations/{_M}dataValidation")]
        if validations:
            frames.add_validations(target.edit_frame(), validations)
        for extension in frame.iterfind(f"{_M}extLst/{_M}ext"):
            frames.add_extension(target.edit_frame(), copy.deepcopy(extension))
        for relation in self.source.relationships(source):
            if relation.kind == "table":
                self._add_table(part, target, relation.target)
        for drawing in drawing_parts(self.source, source):
            self._add_drawing(part, target, drawing)

    def add_notes(self, sheet: str, part: str, target: SheetXml) -> None:
        """Carries notes onto a sheet that has none."""
        for relation in self.source.relationships(self._parts[sheet]):
            if relation.kind in {"comments", "vmlDrawing"}:
                added = self.package.relationships(part).add(relation.kind, self._copy(relation.target))
                if relation.kind == "vmlDrawing":
                    frames.insert(target.edit_frame(), etree.Element(f"{_M}legacyDrawing", {f"{R}id": added}))

    def _add_table(self, part: str, target: SheetXml, source: str) -> None:
        name = self._copy(source)
        relation = self.package.relationships(part).add("table", name)
        group = frames.placed(target.edit_frame(), "tableParts")
        etree.SubElement(group, f"{_M}tablePart", {f"{R}id": relation})
        group.set("count", str(len(group)))

    def _add_drawing(self, part: str, target: SheetXml, source: str) -> None:
        existing = drawing_parts(self.package, part)
        if not existing:
            pointer = self.package.relationships(part).add("drawing", self._copy(source))
            frames.insert(target.edit_frame(), etree.Element(f"{_M}drawing", {f"{R}id": pointer}))
            return
        root = self.package.edit(existing[0])
        relations = {relation.id: relation for relation in self.source.relationships(source)}
        taken = [int(e.get("id", "0")) for e in root.iter("{*}cNvPr") if e.get("id", "").isdigit()]
        number = max(taken, default=1)
        for anchor in anchors(self.source.tree(source)):
            added = copy.deepcopy(anchor)
            for element in added.iter("{*}cNvPr"):
                number += 1
                element.set("id", str(number))
            for element in added.iter():
                for key, value in list(element.attrib.items()):
                    if str(key).startswith(R) and value in relations:
                        relation = relations[str(value)]
                        own = self.package.relationships(existing[0])
                        target_name = relation.target if relation.external else self._copy(relation.target)
                        element.set(key, own.add(relation.type, target_name, external=relation.external))
            root.append(added)

    def _format(self, index: int) -> int:
        return self.styles.imported(self._source_styles, index)

    def _translate_cells(self, xml: SheetXml) -> None:
        parts: list[bytes] = []
        for row in xml.rows():
            cells = []
            for cell in cells_of(row):
                attributes, inner = dict(cell.attributes), cell.inner
                if b"s" in attributes:
                    attributes[b"s"] = b"%d" % self._format(int(attributes[b"s"]))
                if attributes.get(b"t") == b"s":
                    index = int(inner.removeprefix(b"<v>").removesuffix(b"</v>"))
                    inner = b"<v>%d</v>" % self.strings.index(self._source_strings[index])
                if b"cm" in attributes:
                    attributes[b"cm"] = b"%d" % dynamic_array_metadata(self.package)
                cells.append(cell_xml(row.number, cell.column, attributes, inner))
            attributes_text = re.sub(
                rb'\bs="(\d+)"', lambda match: b's="%d"' % self._format(int(match[1])), row.attributes
            )
            parts.append(row_xml(row.number, attributes_text, b"".join(cells)))
        xml.data = b"".join(parts)

    def _translate_rules(self, frame: etree._Element) -> None:
        for rule in frame.iter(f"{_M}cfRule"):
            index = rule.get("dxfId")
            if index is None:
                continue
            number = int(index)
            if number not in self._differences:
                self._differences[number] = self.styles.imported_difference(self._source_styles, number)
            rule.set("dxfId", str(self._differences[number]))

    def _copy(self, source: str) -> str:
        """Copies a part with all it refers to, under a free name, and says which."""
        if source in self._copied:
            return self._copied[source]
        pattern = re.sub(r"\d*(\.\w+)$", r"{}\1", source)
        name = self._copied[source] = self.package.free_name(pattern)
        data = self.source.read(source)
        extension = source.rpartition(".")[2]
        self.package.put(name, data)
        self.package.set_default_type(extension, self.source.content_type(source))
        self.package.set_content_type(name, self.source.content_type(source))
        if self.source.content_type(source).endswith("table+xml"):
            root = self.package.edit(name)
            root.set("id", str(_highest_table_id(self.package, name) + 1))
        self._copy_relations(source, name)
        return name

    def _copy_relations(self, source: str, name: str) -> None:
        """The relations of a copied part, under the same ids."""
        relations = list(self.source.relationships(source))
        if not relations:
            return
        root = etree.Element(f"{{{_PACKAGE_RELATIONS}}}Relationships", nsmap={None: _PACKAGE_RELATIONS})  # type: ignore[dict-item]
        for relation in relations:
            target = relation.target if relation.external else self._relative(relation.target, name)
            attributes = {"Id": relation.id, "Type": relation.type, "Target": target}
            if relation.external:
                attributes["TargetMode"] = "External"
            etree.SubElement(root, f"{{{_PACKAGE_RELATIONS}}}Relationship", attributes)
        self.package.put(relationships_name(name), root)

    def _relative(self, source: str, name: str) -> str:
        return posixpath.relpath("/" + self._copy(source), "/" + posixpath.dirname(name))

    def _list_sheet(self, name: str, part: str) -> None:
        main = self.package.main_part()
        relation = self.package.relationships(main).add("worksheet", part)
        group = self.package.edit(main).find(f"{_M}sheets")
        if group is None:
            return
        number = max((int(element.get("sheetId", "0")) for element in group), default=0) + 1
        element = etree.SubElement(group, f"{_M}sheet", {"name": name, "sheetId": str(number), f"{R}id": relation})
        source_root = self.source.tree(self.source.main_part())
        for index, other in enumerate(source_root.iter(f"{_M}sheet")):
            if other.get("name") != name:
                continue
            if other.get("state"):
                element.set("state", other.get("state", ""))
            for defined in source_root.iter(f"{_M}definedName"):
                if defined.get("localSheetId") == str(index):
                    added = copy.deepcopy(defined)
                    added.set("localSheetId", str(len(group) - 1))
                    defined_names(self.package).append(added)


def _highest_table_id(package: Package, besides: str) -> int:
    highest = 0
    for name in package.names():
        if name != besides and package.content_type(name).endswith("table+xml") and "pivot" not in name.lower():
            highest = max(highest, int(package.tree(name).get("id", "0")))
    return highest


def defined_names(package: Package) -> etree._Element:
    """The workbook's list of names, added at its place if there is none."""
    root = package.edit(package.main_part())
    found = root.find(f"{_M}definedNames")
    if found is None:
        found = etree.Element(f"{_M}definedNames")
        before = ("sheets", "functionGroups", "externalReferences")
        index = max(i for i, e in enumerate(root) if isinstance(e.tag, str) and etree.QName(e).localname in before)
        root.insert(index + 1, found)
    return found


def dynamic_array_metadata(package: Package) -> int:
    """The index by which a cell says that its formula spills, counted from 1; added if the workbook has none."""
    main = package.main_part()
    part = package.related(main, "sheetMetadata")
    if part is None or not package.has(part):
        from xlsxwriter.metadata import Metadata

        part = package.free_name("xl/metadata{}.xml").replace("metadata1", "metadata")
        package.put(part, _new_metadata(Metadata), _METADATA_TYPE)
        package.relationships(main).add("sheetMetadata", part)
        return 1
    root = package.tree(part)
    kinds = [element.get("name") for element in root.iter(f"{_M}metadataType")]
    if _DYNAMIC_ARRAY in kinds:
        wanted = str(kinds.index(_DYNAMIC_ARRAY) + 1)
        for index, block in enumerate(root.iterfind(f"{_M}cellMetadata/{_M}bk"), start=1):
            if any(record.get("t") == wanted for record in block):
                return index
    return 0  # metadata of other kinds only: the formula is stored as one that fills just its area


def _new_metadata(kind: type) -> bytes:
    from io import StringIO

    writer = kind()
    buffer = StringIO()
    writer.has_dynamic_functions = True
    writer._set_filehandle(buffer)
    writer._assemble_xml_file()
    return buffer.getvalue().encode()


def make_donor(writer: Writer, package: Package, styles: Styles, strings: Strings) -> Donor:
    """Lets the writer write the donor workbook, whose sheets are new ones and stubs."""
    data = writer.write()
    widths = {name: layout.widths for name, layout in writer.layouts.items()}
    return Donor(package, Package.open(data), styles, strings, widths)
