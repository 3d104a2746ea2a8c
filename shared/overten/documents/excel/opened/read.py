"""From an xlsx package to the model.

The model gets what it can hold: contents, the main looks, tables, names, charts, rules. The rest is counted, so that
whoever works on the workbook knows that it is there; it stays in the package. Reading is deterministic: what changed is
later found by reading the package again.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import unescape

from lxml import etree

from overten.documents.excel.display import is_date_code
from overten.documents.excel.formulas import plain_area
from overten.documents.excel.grid import Area, cell_name, column_number, parse_cell, parse_range, qualified
from overten.documents.excel.opened import census, frames
from overten.documents.excel.opened.drawings import read_charts
from overten.documents.excel.opened.moves import translated
from overten.documents.excel.opened.sheetxml import CELL, MAIN, SheetXml, attributes_of, cells_of
from overten.documents.excel.opened.styles import Styles, minimal_styles
from overten.documents.excel.opened.tables import read_tables
from overten.documents.excel.operations import RangeStyle
from overten.documents.excel.theme import Properties
from overten.documents.excel.values import as_text, serial_of
from overten.documents.excel.workbook import CellContent, Locked, Sheet, Source, Workbook
from overten.documents.ooxml.errors import DamagedPackage, UnsafePackage
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.xml import parse

READER_VERSION = 1
MAX_LOOKS_PER_SHEET = 2_000
MAX_MERGES_READ = 100_000
DAYS_FROM_1904 = 1_462
_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FORMULA = re.compile(rb"<f((?:\s[^>]*?)?)(?:/>|>(.*?)</f>)", re.DOTALL)
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(rb"<rPh[\s>].*?</rPh>", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHARACTER = re.compile(r"&#(x[0-9A-Fa-f]+|[0-9]+);")
_PREFIXES = re.compile(r"_xlfn\.|_xlws\.|_xlpm\.|_xludf\.", re.IGNORECASE)
_ANCHOR_ARRAY = re.compile(r"ANCHORARRAY\(([^()]*)\)")
_FREEZE = re.compile(r"frozen", re.IGNORECASE)

Place = tuple[int, int]


@dataclass
class SharedFormula:
    """A formula written once for many cells: where it stands, its text, and the cells that only point at it."""

    master: Place
    formula: str
    children: list[Place] = field(default_factory=list)


@dataclass
class SheetSource:
    """What the package says of a sheet beside the model: its part, the values stored with formulas, formulas shared
    among cells."""

    part: str
    cached: dict[int, dict[int, CellContent]] = field(default_factory=dict)
    shared: dict[bytes, SharedFormula] = field(default_factory=dict)
    formats: dict[Place, int] = field(default_factory=dict)


class Opened(NamedTuple):
    package: Package
    workbook: Workbook
    sheets: dict[str, SheetSource]
    styles: Styles
    string_count: int


def read(package: Package) -> Opened:
    """The model of a workbook. Raises DamagedPackage or UnsafePackage for what cannot be read."""
    # Millions of small objects that stay: looking for cycles among them again and again takes most of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(package)
    finally:
        if collecting:
            gc.enable()


def _read(package: Package) -> Opened:
    main = package.main_part()
    root = package.tree(main)
    if root.tag != f"{_M}workbook":
        raise _not_read(root)
    styles = _styles(package, main)
    strings = read_strings(package, main)
    workbook = Workbook(origin=True)
    source = Source(reader=READER_VERSION, cells=0)
    properties = root.find(f"{_M}workbookPr")
    source.dates_from_1904 = properties is not None and properties.get("date1904") in {"1", "true"}
    sheets: dict[str, SheetSource] = {}
    hidden = {e.get("name") for e in root.iter(f"{_M}sheet") if e.get("state", "visible") != "visible"}
    for name, part in worksheet_parts(package, main):
        sheet, sheet_source = _read_sheet(package, name, part, strings, styles, source)
        sheet.hidden = name in hidden
        workbook.sheets.append(sheet)
        sheets[name] = sheet_source
    _read_names(root, workbook, source)
    _read_properties(package, workbook, styles)
    source.kept = census.of_workbook(package, main)
    workbook.source = source
    return Opened(package, workbook, sheets, styles, len(strings))


def _not_read(root: etree._Element) -> Exception:
    if "purl.oclc.org" in str(root.tag):
        return UnsafePackage(
            "The workbook is in the strict form of its format. Open it in Excel, save it as an ordinary workbook "
            "(.xlsx) and upload that."
        )
    return DamagedPackage("The file is not a workbook.")


def worksheet_parts(package: Package, main: str) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet in the order of the tabs. Sheets of charts and macros are left out."""
    relations = {relation.id: relation for relation in package.relationships(main)}
    for element in package.tree(main).iter(f"{_M}sheet"):
        relation = relations.get(element.get(f"{_R}id", ""))
        if relation is not None and relation.kind == "worksheet" and package.has(relation.target):
            yield element.get("name", ""), relation.target


def _styles(package: Package, main: str) -> Styles:
    part = package.related(main, "styles")
    return Styles(package.tree(part) if part and package.has(part) else minimal_styles())


def read_strings(package: Package, main: str) -> list[str]:
    """The shared strings, formatted ones as plain text."""
    part = package.related(main, "sharedStrings")
    if part is None or not package.has(part):
        return []
    data = package.read(part)
    if len(data) < 2_000_000:
        root = parse(data, name=part)
        return [_string(item) for item in root.iter(f"{_M}si")]
    if b"<!DOCTYPE" in data[:4_096]:
        raise UnsafePackage("The file declares a document type, which Office documents do not.")
    from io import BytesIO

    found = []
    try:
        for _, item in etree.iterparse(BytesIO(data), tag=f"{_M}si", resolve_entities=False, no_network=True):
            found.append(_string(item))
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    except etree.XMLSyntaxError:
        raise DamagedPackage(f"The part {part} of the file is not readable XML.") from None
    return found


def _string(item: etree._Element) -> str:
    texts = (
        child.text or ""
        for child in item.iter(f"{_M}t")
        if (parent := child.getparent()) is not None and parent.tag != f"{_M}rPh"
    )
    return unescaped("".join(texts))


def unescaped(text: str) -> str:
    """Text without the escapes that stand for control characters ([ECMA-376] 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def xml_text(data: bytes) -> str:
    """The text of an element that has no children."""
    text = data.decode("utf-8", "replace")
    if "&" not in text:
        return text
    text = _CHARACTER.sub(lambda m: chr(int(m[1][1:], 16) if m[1][0] == "x" else int(m[1])), text)
    return unescape(text, {"&quot;": '"', "&apos;": "'"})


def model_formula(text: str) -> str:
    """A formula of the file as the model writes it: with an equals sign, without the prefixes of newer functions."""
    if "_xl" in text.lower():
        text = '"'.join(
            part if index % 2 else _ANCHOR_ARRAY.sub(r"\1#", _PREFIXES.sub("", part))
            for index, part in enumerate(text.split('"'))
        )
    return "=" + text.strip()


def _read_sheet(
    package: Package, name: str, part: str, strings: list[str], styles: Styles, source: Source
) -> tuple[Sheet, SheetSource]:
    xml = SheetXml(package.read(part), part)
    sheet, kept = Sheet(name=name, show_gridlines=True), SheetSource(part)
    bands = _Bands()
    _read_cells(xml, sheet, kept, strings, bands)
    sheet.looks = bands.looks(styles)
    if source.dates_from_1904:
        _shift_dates(sheet, bands, styles, DAYS_FROM_1904)
    source.cells += sum(len(cells) for cells in sheet.cells.values())
    _read_frame(xml.frame, sheet)
    sheet.tables, other_tables = read_tables(package, part, xml.frame, sheet, styles, bands.format_at)
    charts = read_charts(package, part, name)
    sheet.charts = [chart.model for chart in charts if chart.model]
    sheet.locked += other_tables
    sheet.locked += census.pivot_areas(package, part)
    sheet.kept = census.of_sheet(package, part, xml.frame, sheet)
    return sheet, kept


def _read_frame(frame: etree._Element, sheet: Sheet) -> None:
    used = sheet.used_area()
    sheet.merges = [ref for ref in frames.merges(frame) if _is_range(ref)][:MAX_MERGES_READ]
    sheet.widths = frames.widths(frame, used.last_column if used else 1)
    sheet.freeze = frames.freeze(frame)
    sheet.show_gridlines = frames.gridlines(frame)
    sheet.tab_color = frames.tab_color(frame)
    sheet.zoom, sheet.protected = frames.zoom(frame), frames.protected(frame)
    sheet.conditional_formats = [
        rule.model for rule in frames.conditional_formats(frame, sheet.name) if rule.model is not None
    ]
    sheet.validations = [rule.model for rule in frames.validations(frame, sheet.name) if rule.model is not None]


def _is_range(ref: str) -> bool:
    try:
        parse_range(ref)
    except ValueError:
        return False
    return True


class _Bands:
    """Runs of rows whose cells carry the same formats, so that looks come out as ranges, not cell by cell."""

    def __init__(self) -> None:
        self._bands: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []

    def add(self, row: int, formats: list[tuple[int, int]]) -> None:
        """The formats of a row's cells as (column, index), plain ones left out."""
        signature = tuple(formats)
        if self._bands:
            first, last, previous = self._bands[-1]
            if last == row - 1 and previous == signature:
                self._bands[-1] = (first, row, previous)
                return
        if signature:
            self._bands.append((row, row, signature))

    def areas(self) -> list[tuple[Area, int]]:
        found: list[tuple[Area, int]] = []
        grown: dict[tuple[int, int, int], int] = {}
        for first, last, signature in self._bands:
            for start, end, style in _runs(signature):
                key = (start, end, style)
                index = grown.get(key)
                if index is not None and found[index][0].last_row == first - 1:
                    found[index] = (found[index][0]._replace(last_row=last), style)
                else:
                    grown[key] = len(found)
                    found.append((Area(first, start, last, end), style))
        return found

    def format_at(self, row: int, column: int) -> int:
        """The index of a cell's format."""
        for first, last, signature in self._bands:
            if first <= row <= last:
                return next((style for place, style in signature if place == column), 0)
        return 0

    def looks(self, styles: Styles) -> list[RangeStyle]:
        known = {style: styles.looks(style) for style in {style for *_, style in self._styles()}}
        areas = [(area, look) for area, style in self.areas() if (look := known.get(style)) is not None]
        if len(areas) > MAX_LOOKS_PER_SHEET:  # the largest tell most; a file of ten thousand colours is not told whole
            areas = sorted(areas, key=lambda item: -item[0].size)[:MAX_LOOKS_PER_SHEET]
        return [RangeStyle(range=area.ref, style=look) for area, look in areas]

    def _styles(self) -> Iterator[tuple[int, int]]:
        for *_, signature in self._bands:
            yield from signature


def _runs(signature: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int, int]]:
    start = end = style = 0
    for column, index in signature:
        if start and index == style and column == end + 1:
            end = column
            continue
        if start:
            yield start, end, style
        start, end, style = column, column, index
    if start:
        yield start, end, style


def _read_cells(xml: SheetXml, sheet: Sheet, kept: SheetSource, strings: list[str], bands: _Bands) -> None:
    columns: dict[bytes, int] = {}
    arrays: list[Area] = []
    for row in xml.rows():
        cells: dict[int, CellContent] = {}
        formats: list[tuple[int, int]] = []
        column = 0
        for letters, style, kind, value, attributes, inner in CELL.findall(row.cells):
            if letters:
                column = columns.get(letters) or columns.setdefault(letters, column_number(letters.decode()))
                if style and style != b"0":
                    formats.append((column, int(style)))
                if value:
                    content = _content(kind, value, strings)
                    if content is not None:
                        cells[column] = content
                continue
            column = _slow_cell(row.number, column, attributes, inner, strings, cells, formats, kept, sheet, arrays)
        bands.add(row.number, formats)
        if cells:
            sheet.cells[row.number] = sheet.cells.get(row.number, {}) | cells
    _expand_shared(sheet, kept)
    for area in arrays:
        _empty_spill(sheet, area)


def _slow_cell(
    row: int, column: int, attributes: bytes, inner: bytes, strings: list[str], cells: dict[int, CellContent],
    formats: list[tuple[int, int]], kept: SheetSource, sheet: Sheet, arrays: list[Area],
) -> int:  # fmt: skip
    members = attributes_of(attributes)
    ref = members.get(b"r")
    column = parse_cell(ref.decode())[1] if ref else column + 1
    style = members.get(b"s", b"0")
    if style.isdigit() and style != b"0":
        formats.append((column, int(style)))
    kind = members.get(b"t", b"")
    found = _VALUE.search(inner)
    value: CellContent | None
    if kind == b"inlineStr":
        texts = _TEXT.findall(_PHONETIC.sub(b"", inner))
        value = as_text(unescaped("".join(xml_text(text) for text in texts)))
    else:
        value = _content(kind, found[1], strings) if found else None
    formula = _FORMULA.search(inner) if b"<f" in inner else None
    if formula is not None:
        value = _formula_content((row, column), formula, value, kept, sheet, arrays)
    if value is not None:
        cells[column] = value
    return column


def _formula_content(
    place: Place, formula: re.Match[bytes], value: CellContent | None, kept: SheetSource, sheet: Sheet,
    arrays: list[Area],
) -> CellContent | None:  # fmt: skip
    attributes, text = attributes_of(formula[1]), formula[2]
    kind, ref = attributes.get(b"t"), attributes.get(b"ref", b"").decode()
    if kind == b"dataTable":
        if _is_range(ref):
            sheet.locked.append(Locked(range=ref, what="data table"))
        return value
    if kind == b"shared" and not text:
        shared = kept.shared.get(attributes.get(b"si", b""))
        if shared is None:
            return value
        shared.children.append(place)
        formula_text = ""
    elif not text:
        return value
    else:
        formula_text = xml_text(text)
        if kind == b"shared":
            kept.shared[attributes.get(b"si", b"")] = SharedFormula(place, formula_text)
    if value is not None:
        kept.cached.setdefault(place[0], {})[place[1]] = value
    if kind == b"array" and _is_range(ref) and (area := parse_range(ref)).size > 1:
        arrays.append(area)
        sheet.locked.append(Locked(range=ref, what="array formula"))
    return model_formula(formula_text) if formula_text else "="


def _expand_shared(sheet: Sheet, kept: SheetSource) -> None:
    for shared in kept.shared.values():
        row, column = shared.master
        for place in shared.children:
            text = translated(shared.formula, place[0] - row, place[1] - column)
            sheet.cells[place[0]][place[1]] = model_formula(text)


def _empty_spill(sheet: Sheet, area: Area) -> None:
    """The other cells of an array formula hold its values, which are no contents of their own."""
    for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
        cells = sheet.cells[row]
        for column in [column for column in cells if area.first_column <= column <= area.last_column]:
            if (row, column) != area[:2]:
                del cells[column]
        if not cells:
            del sheet.cells[row]


def _content(kind: bytes, value: bytes, strings: list[str]) -> CellContent | None:
    """What a cell's stored value is to the model. Values that are none of their type are taken as text."""
    if kind in (b"", b"n"):
        return _number(value)
    if kind == b"s":
        index = int(value) if value.isdigit() else -1
        return as_text(strings[index]) if 0 <= index < len(strings) else None
    text = xml_text(value)
    if kind == b"b":
        return text.strip() in {"1", "true"}
    if kind == b"d":
        return _date(text)
    return as_text(unescaped(text)) if kind == b"str" else as_text(text)


def _number(value: bytes) -> CellContent | None:
    try:
        if value.isdigit() and len(value) < 16:
            return int(value)
        number = float(value)
    except ValueError:
        return as_text(xml_text(value))
    return int(number) if number.is_integer() and abs(number) < 10**15 else number


def _date(text: str) -> CellContent | None:
    from datetime import datetime

    try:
        return serial_of(datetime.fromisoformat(text))
    except ValueError:
        return as_text(text)


def _shift_dates(sheet: Sheet, bands: _Bands, styles: Styles, days: int) -> None:
    """Dates of a workbook that counts from 1904, in the model's own count. Only constants: formulas keep theirs."""
    for area, style in bands.areas():
        code = styles.format_code(style)
        if code is None or not is_date_code(code):
            continue
        for row in [row for row in sheet.cells if area.first_row <= row <= area.last_row]:
            cells = sheet.cells[row]
            for column in range(area.first_column, area.last_column + 1):
                content = cells.get(column)
                if isinstance(content, int | float) and not isinstance(content, bool) and content >= 1:
                    cells[column] = content + days


def _read_names(root: etree._Element, workbook: Workbook, source: Source) -> None:
    for element in root.iter(f"{_M}definedName"):
        name, text = element.get("name", ""), (element.text or "").strip()
        if name.startswith("_xlnm.") or element.get("localSheetId") is not None:
            continue
        plain = plain_name(workbook, text)
        if plain is not None and element.get("hidden") not in {"1", "true"}:
            workbook.names[name] = plain
        else:
            source.names[name] = text


def plain_name(workbook: Workbook, text: str) -> str | None:
    """What a name stands for, if that is one absolute range of a sheet, as the model writes it."""
    try:
        sheet_name, area = plain_area(text)
    except ValueError:
        return None
    sheet = workbook.find_sheet(sheet_name)
    if sheet is None:
        return None
    ref = qualified(sheet.name, area)
    cells = text.rpartition("!")[2]
    absolute = cells.count("$") == 2 * (cells.count(":") + 1)
    return ref if absolute else None


def _read_properties(package: Package, workbook: Workbook, styles: Styles) -> None:
    core = package.related("", "core-properties")
    if core and package.has(core):
        for element in package.tree(core):
            name = etree.QName(element).localname if isinstance(element.tag, str) else ""
            if name == "title":
                workbook.title = (element.text or "").strip()[:120] or None
            elif name == "subject":
                workbook.subject = (element.text or "").strip()[:250] or None
    accent, font = read_theme(package)
    workbook.accent_color = accent or workbook.accent_color
    first = styles.root.find(f"{_M}fonts/{_M}font/{_M}name")
    font = first.get("val") if first is not None else font
    workbook.font = (font or workbook.font)[:60]
    workbook.currency_symbol = _currency(styles) or workbook.currency_symbol


def read_theme(package: Package) -> tuple[str | None, str | None]:
    """The first accent colour and the body font of the workbook's theme, each None if there is none."""
    part = package.related(package.main_part(), "theme")
    if part is None or not package.has(part):
        return None, None
    a = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
    root = package.tree(part)
    accent = next(root.iter(f"{a}accent1"), None)
    color = next(accent.iter(f"{a}srgbClr"), None) if accent is not None else None
    value = color.get("val", "") if color is not None else ""
    minor = next(root.iter(f"{a}minorFont"), None)
    latin = minor.find(f"{a}latin") if minor is not None else None
    font = latin.get("typeface") if latin is not None else None
    return (f"#{value.upper()}" if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else None), font or None


def _currency(styles: Styles) -> str | None:
    """The currency symbol that the file's number formats show."""
    for code in (styles.format_code(index) for index in range(styles.count)):
        match = re.search(r"\[\$([^\]\-]{1,4})(?:-[^\]]*)?\]|([€£¥])", code or "")
        if match:
            return (match[1] or match[2]).strip() or None
    return None


def cell_formats(xml: SheetXml, places: set[Place]) -> dict[Place, int]:
    """The indexes of the formats of some cells."""
    rows = {row for row, _ in places}
    return {
        (row.number, cell.column): int(cell.attributes.get(b"s", b"0"))
        for row in xml.rows()
        if row.number in rows
        for cell in cells_of(row)
        if (row.number, cell.column) in places
    }


def looks_in(sheet: Sheet, rows: list[int]) -> dict[Place, Properties]:
    """The number formats that an uploaded file gives the cells of some rows, as properties."""
    found: dict[Place, Properties] = {}
    for look in sheet.looks:
        area = parse_range(look.range)
        if look.style.number_format is None:
            continue
        for row in (row for row in rows if area.first_row <= row <= area.last_row):
            for column in sheet.cells.get(row, {}):
                if area.first_column <= column <= area.last_column:
                    found[row, column] = {"num_format": look.style.number_format}
    return found


def looks_at(sheet: Sheet, row: int, column: int) -> Properties:
    """The number format that an uploaded file gives a cell, as a property."""
    for look in reversed(sheet.looks):
        if parse_range(look.range).contains(row, column) and look.style.number_format:
            return {"num_format": look.style.number_format}
    return {}


__all__ = [
    "Opened",
    "SharedFormula",
    "SheetSource",
    "cell_formats",
    "cell_name",
    "looks_at",
    "looks_in",
    "model_formula",
    "read",
]
