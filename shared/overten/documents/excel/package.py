"""A finished xlsx file as the verifier sees it: sheets, cells, drawings, names. Reads the XML itself, so that it
depends on nothing that wrote the file."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

from overten.documents.excel.grid import Area, parse_cell

if TYPE_CHECKING:
    from lxml import etree

Place = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DEFAULT_WIDTH = 8.43


@dataclass
class Drawing:
    """A chart: the cells it lies on and the ranges it shows."""

    title: str
    area: Area
    refs: list[str]


@dataclass
class OpenedSheet:
    name: str
    filled: set[Place] = field(default_factory=set)
    numbers: set[Place] = field(default_factory=set)
    cached: dict[Place, str] = field(default_factory=dict)
    uncached: list[Place] = field(default_factory=list)
    bad_styles: list[Place] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)

    def width(self, column: int) -> float:
        """The column's width in characters."""
        return next((width for first, last, width in self.widths if first <= column <= last), _DEFAULT_WIDTH)


@dataclass
class Package:
    sheets: list[OpenedSheet]
    table_names: list[str]
    defined_names: dict[str, str]


def open_package(data: bytes) -> Package:
    """Reads an xlsx file. Raises zipfile.BadZipFile, KeyError for a missing part, ValueError for bad XML."""
    archive = zipfile.ZipFile(BytesIO(data))
    workbook = _parse(archive, "xl/workbook.xml")
    targets = _relations(archive, "xl/workbook.xml")
    style_count = len(_parse(archive, "xl/styles.xml").findall(f"{_MAIN}cellXfs/{_MAIN}xf"))
    sheets = []
    for element in workbook.iter(f"{_MAIN}sheet"):
        part = targets[str(element.get(f"{_RELATION}id"))]
        sheets.append(_sheet(archive, part, str(element.get("name")), style_count))
    tables = [name for name in archive.namelist() if name.startswith("xl/tables/")]
    names = {
        str(element.get("name")): element.text or ""
        for element in workbook.iter(f"{_MAIN}definedName")
        if not str(element.get("name")).startswith("_xlnm.")
    }
    table_names = [str(_parse(archive, name).get("displayName")) for name in sorted(tables)]
    return Package(sheets=sheets, table_names=table_names, defined_names=names)


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


def _sheet(archive: zipfile.ZipFile, part: str, name: str, style_count: int) -> OpenedSheet:
    root = _parse(archive, part)
    sheet = OpenedSheet(name)
    for column in root.iter(f"{_MAIN}col"):
        width = float(column.get("width") or _DEFAULT_WIDTH)
        # The file's width counts the cell's padding of 5 pixels in characters of 7.
        sheet.widths.append((int(column.get("min") or 1), int(column.get("max") or 1), width - 5 / 7))
    for cell in root.iter(f"{_MAIN}c"):
        _read_cell(sheet, cell, style_count)
    for target in _relations(archive, part).values():
        if "/drawings/drawing" in target:
            sheet.drawings += _drawings(archive, target)
    return sheet


def _read_cell(sheet: OpenedSheet, cell: etree._Element, style_count: int) -> None:
    place = parse_cell(str(cell.get("r")))
    value = cell.find(f"{_MAIN}v")
    formula = cell.find(f"{_MAIN}f")
    text = value.text if value is not None else None
    if int(cell.get("s") or 0) >= style_count:
        sheet.bad_styles.append(place)
    if formula is not None and value is None:
        sheet.uncached.append(place)
    if formula is not None or value is not None or cell.find(f"{_MAIN}is") is not None:
        sheet.filled.add(place)
    if text is not None and cell.get("t", "n") == "n":
        sheet.numbers.add(place)
    if formula is not None and text is not None:
        sheet.cached[place] = text


def _drawings(archive: zipfile.ZipFile, part: str) -> list[Drawing]:
    targets = _relations(archive, part)
    drawings = []
    for anchor in _parse(archive, part).iter(f"{_ANCHOR}twoCellAnchor"):
        chart = anchor.find(f".//{_CHART}chart")
        if chart is None:
            continue
        root = _parse(archive, targets[str(chart.get(f"{_RELATION}id"))])
        refs = [element.text for element in root.iter(f"{_CHART}f") if element.text]
        title = root.find(f"{_CHART}chart/{_CHART}title")
        words = "".join(t.text or "" for t in title.iter(f"{_TEXT}t")) if title is not None else ""
        drawings.append(Drawing(words, _anchored(anchor), refs))
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
