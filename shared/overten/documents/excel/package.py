"""A finished xlsx file as the verifier sees it: sheets, cells, drawings, names. Reads the XML itself, so that it
depends on nothing that wrote the file."""

from __future__ import annotations

import posixpath
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, TYPE_CHECKING

from overten.documents.excel.display import is_date_code
from overten.documents.excel.grid import Area
from overten.documents.excel.inks import Ink, read_inks
from overten.documents.excel.openedsheet import READ_BYTES, ROW_END, Limits, OpenedSheet

if TYPE_CHECKING:
    from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ROW_NUMBER = re.compile(rb'<row r="(\d+)"')
_BUILT_IN_DATES = (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))


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
    styles = _parse(archive, "xl/styles.xml")
    formats = styles.findall(f"{_MAIN}cellXfs/{_MAIN}xf")
    limits = Limits(len(formats), _count_strings(archive), _date_styles(styles, formats))
    inks = read_inks(styles, _theme(archive))
    sheets = []
    for element in workbook.iter(f"{_MAIN}sheet"):
        part = targets[str(element.get(f"{_RELATION}id"))]
        sheets.append(_sheet(archive, part, str(element.get("name")), limits))
    tables = [name for name in archive.namelist() if re.fullmatch(r"xl/tables/[^/]+\.xml", name)]
    names = {
        str(element.get("name")): element.text or ""
        for element in workbook.iter(f"{_MAIN}definedName")
        if not str(element.get("name")).startswith("_xlnm.")
    }
    table_names = [str(_parse(archive, name).get("displayName")) for name in sorted(tables)]
    return Package(sheets=sheets, table_names=table_names, defined_names=names, style_count=limits.styles, inks=inks)


def with_rows(data: bytes, rows: Mapping[str, Collection[int]]) -> bytes:
    """The file with only these rows of its sheets, which are named by their parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as thinned:
        for entry in archive.infolist():
            with archive.open(entry) as part, thinned.open(entry.filename, "w") as target:
                if entry.filename in rows:
                    target.writelines(_rows_of(part, rows[entry.filename]))
                else:
                    shutil.copyfileobj(part, target)
    return buffer.getvalue()


def _rows_of(part: IO[bytes], wanted: Collection[int]) -> Iterator[bytes]:
    rest = b""
    while block := part.read(READ_BYTES):
        *rows, rest = (rest + block).split(ROW_END)
        for row in rows:
            number = _ROW_NUMBER.match(row)
            if number is None or int(number[1]) in wanted:
                yield row + ROW_END
    yield rest


def _theme(archive: zipfile.ZipFile) -> etree._Element | None:
    name = "xl/theme/theme1.xml"
    return _parse(archive, name) if name in archive.namelist() else None


def _date_styles(styles: etree._Element, formats: list[etree._Element]) -> frozenset[int]:
    """The styles that show dates or times, by their number formats; 14 to 22 and the like are built in."""
    own = {one.get("numFmtId"): str(one.get("formatCode")) for one in styles.iterfind(f"{_MAIN}numFmts/{_MAIN}numFmt")}
    dates = {number for number, code in own.items() if is_date_code(code)}
    dates |= {str(number) for number in _BUILT_IN_DATES if str(number) not in own}
    return frozenset(index for index, one in enumerate(formats) if one.get("numFmtId") in dates)


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


def _sheet(archive: zipfile.ZipFile, part: str, name: str, limits: Limits) -> OpenedSheet:
    sheet = OpenedSheet(name, limits, part)
    with archive.open(part) as content:
        sheet.read(content)
    for target in _relations(archive, part).values():
        if "/drawings/drawing" in target:
            sheet.drawings += _drawings(archive, target)
    return sheet


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
