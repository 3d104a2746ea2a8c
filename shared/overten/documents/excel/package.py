"""A finished xlsx file as the verifier sees it: sheets, cells, drawings, names. Reads the XML itself, so that it
depends on nothing that wrote the file."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from overten.documents.excel.grid import Area, parse_cell
from overten.documents.excel.inks import Ink, read_inks

if TYPE_CHECKING:
    from lxml import etree

Place = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VALUE, _FORMULA = f"{_MAIN}v", f"{_MAIN}f"
_DEFAULT_WIDTH = 8.43


@dataclass
class Drawing:
    """A chart or picture: the cells it lies on, the ranges it shows and what it says to those who cannot see it. The
    title of a picture is its alternative text."""

    title: str
    area: Area
    refs: list[str]
    is_chart: bool = True
    alt_text: str = ""


@dataclass
class OpenedSheet:
    """A sheet's cells. `numbers` holds the index of the style with each number, `cached` the stored values of
    formulas, `malformed` the cells out of order or with a value that is none of their type,
    `first_of_style` the first filled cell of each style."""

    name: str
    filled: set[Place] = field(default_factory=set)
    numbers: dict[Place, tuple[int, float]] = field(default_factory=dict)
    cached: dict[Place, str] = field(default_factory=dict)
    uncached: list[Place] = field(default_factory=list)
    bad_styles: list[Place] = field(default_factory=list)
    malformed: list[Place] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    first_of_style: dict[int, Place] = field(default_factory=dict)

    def width(self, column: int) -> float:
        """The column's width in characters."""
        return next((width for first, last, width in self.widths if first <= column <= last), _DEFAULT_WIDTH)


class _Limits(NamedTuple):
    """How many styles and shared strings there are for cells to refer to."""

    styles: int
    strings: int


@dataclass
class Package:
    sheets: list[OpenedSheet]
    table_names: list[str]
    defined_names: dict[str, str]
    style_count: int
    inks: list[Ink] = field(default_factory=list)


def open_package(data: bytes) -> Package:
    """Reads an xlsx file. Raises zipfile.BadZipFile, KeyError for a missing part, ValueError for bad XML."""
    archive = zipfile.ZipFile(BytesIO(data))
    workbook = _parse(archive, "xl/workbook.xml")
    targets = _relations(archive, "xl/workbook.xml")
    styles = _parse(archive, "xl/styles.xml").findall(f"{_MAIN}cellXfs/{_MAIN}xf")
    limits = _Limits(len(styles), _count_strings(archive))
    inks = read_inks(_parse(archive, "xl/styles.xml"), _theme(archive))
    sheets = []
    for element in workbook.iter(f"{_MAIN}sheet"):
        part = targets[str(element.get(f"{_RELATION}id"))]
        sheets.append(_sheet(archive, part, str(element.get("name")), limits))
    tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
    names = {
        str(element.get("name")): element.text or ""
        for element in workbook.iter(f"{_MAIN}definedName")
        if not str(element.get("name")).startswith("_xlnm.")
    }
    table_names = [str(_parse(archive, name).get("displayName")) for name in sorted(tables)]
    return Package(sheets=sheets, table_names=table_names, defined_names=names, style_count=limits.styles, inks=inks)


def _theme(archive: zipfile.ZipFile) -> etree._Element | None:
    name = "xl/theme/theme1.xml"
    return _parse(archive, name) if name in archive.namelist() else None


def _count_strings(archive: zipfile.ZipFile) -> int:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return 0
    return len(_parse(archive, "xl/sharedStrings.xml"))


def _parse(archive: zipfile.ZipFile, part: str) -> etree._Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(archive.read(part), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{part}: {error}") from error


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Targets of a part's relationships by id, as names in the archive. Empty if it has none."""
    folder, name = posixpath.split(part)
    rels = f"{folder}/_rels/{name}.rels"
    if rels not in archive.namelist():
        return {}
    found = {}
    for element in _parse(archive, rels):
        target = str(element.get("Target"))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[str(element.get("Id"))] = path
    return found


def _sheet(archive: zipfile.ZipFile, part: str, name: str, limits: _Limits) -> OpenedSheet:
    """Reads a sheet row by row, so that a million cells are never held as XML."""
    from lxml import etree

    sheet = OpenedSheet(name)
    last_row = 0
    parsed = etree.iterparse(
        BytesIO(archive.read(part)), tag=(f"{_MAIN}col", f"{_MAIN}row"), resolve_entities=False, no_network=True
    )
    try:
        for _, element in parsed:
            if element.tag == f"{_MAIN}row":
                last_row = _read_row(sheet, element, last_row, limits)
            else:
                _read_column(sheet, element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ValueError(f"{part}: {error}") from error
    for target in _relations(archive, part).values():
        if "/drawings/drawing" in target:
            sheet.drawings += _drawings(archive, target)
    return sheet


def _read_column(sheet: OpenedSheet, column: etree._Element) -> None:
    width = float(column.get("width") or _DEFAULT_WIDTH)
    # The file's width counts the cell's padding of 5 pixels in characters of 7.
    sheet.widths.append((int(column.get("min") or 1), int(column.get("max") or 1), width - 5 / 7))


def _read_row(sheet: OpenedSheet, element: etree._Element, last_row: int, limits: _Limits) -> int:
    row = int(element.get("r") or last_row + 1)
    if row <= last_row:
        sheet.malformed.append((row, 1))
    last_column = 0
    for cell in element:
        place = parse_cell(str(cell.get("r")))
        if place[0] != row or place[1] <= last_column:
            sheet.malformed.append(place)
        last_column = place[1]
        _read_cell(sheet, cell, place, limits)
    return row


def _read_cell(sheet: OpenedSheet, cell: etree._Element, place: Place, limits: _Limits) -> None:
    children = {child.tag: child.text or "" for child in cell}
    style = int(cell.get("s") or 0)
    if style >= limits.styles:
        sheet.bad_styles.append(place)
    if not children:
        return
    sheet.filled.add(place)
    sheet.first_of_style.setdefault(style, place)
    text = children.get(_VALUE)
    if _FORMULA in children:
        if text is None:
            sheet.uncached.append(place)
        else:
            sheet.cached[place] = text
    if text is not None:
        _read_value(sheet, place, cell.get("t", "n"), style, text, limits)


def _read_value(sheet: OpenedSheet, place: Place, kind: str, style: int, text: str, limits: _Limits) -> None:
    if kind == "n":
        _read_number(sheet, place, style, text)
    elif not _fits_kind(kind, text, limits):
        sheet.malformed.append(place)


def _read_number(sheet: OpenedSheet, place: Place, style: int, text: str) -> None:
    try:
        sheet.numbers[place] = (style, float(text))
    except ValueError:
        if text:
            sheet.malformed.append(place)


def _fits_kind(kind: str, text: str, limits: _Limits) -> bool:
    """Whether a stored value is one of its cell's type ([ECMA-376] 18.18.11)."""
    if kind == "s":
        return text.isdecimal() and int(text) < limits.strings
    if kind == "b":
        return text in {"0", "1"}
    if kind == "e":
        return text.startswith("#")
    return kind in {"str", "inlineStr", "d"}


def _drawings(archive: zipfile.ZipFile, part: str) -> list[Drawing]:
    targets = _relations(archive, part)
    drawings = []
    for anchor in _parse(archive, part).iter(f"{_ANCHOR}twoCellAnchor"):
        named = next(anchor.iter(f"{_ANCHOR}cNvPr"), None)
        alt_text = str(named.get("descr") or "") if named is not None else ""
        chart = anchor.find(f".//{_CHART}chart")
        if chart is None:
            if anchor.find(f"{_ANCHOR}pic") is not None:
                drawings.append(Drawing(alt_text, _anchored(anchor), [], is_chart=False, alt_text=alt_text))
            continue
        root = _parse(archive, targets[str(chart.get(f"{_RELATION}id"))])
        refs = [element.text for element in root.iter(f"{_CHART}f") if element.text]
        title = root.find(f"{_CHART}chart/{_CHART}title")
        words = "".join(t.text or "" for t in title.iter(f"{_TEXT}t")) if title is not None else ""
        drawings.append(Drawing(words, _anchored(anchor), refs, alt_text=alt_text))
    return drawings


def _anchored(anchor: etree._Element) -> Area:
    """The cells a drawing touches; a corner that only meets an edge does not count."""

    def corner(tag: str) -> tuple[int, int, int, int]:
        row, row_offset, column, column_offset = (
            int(anchor.findtext(f"{_ANCHOR}{tag}/{_ANCHOR}{member}") or 0)
            for member in ("row", "rowOff", "col", "colOff")
        )
        return row, row_offset, column, column_offset

    row, _, column, _ = corner("from")
    last_row, row_offset, last_column, column_offset = corner("to")
    last_row -= 0 if row_offset else 1
    last_column -= 0 if column_offset else 1
    return Area(row + 1, column + 1, max(last_row, row) + 1, max(last_column, column) + 1)
