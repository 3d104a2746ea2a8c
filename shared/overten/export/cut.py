"""Copies of workbooks for the office program: cut to the rows that are shown, and fitted to the paper's width."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from overten.documents.excel.opened.sheetxml import MAIN, SheetXml
from overten.documents.ooxml.package import Package
from overten.export.workbooks import WorkbookReader

_M = f"{{{MAIN}}}"
_CELL = re.compile(rb"<c[\s>].*?</c>", re.DOTALL)
_FORMULA = re.compile(rb"<f(?:\s[^>]*?)?(?:/>|>.*?</f>)", re.DOTALL)
_TRUTH = re.compile(rb'<c(\s[^>]*?)t="b"([^>]*)><v>([01])</v></c>')
_ANCHORED_FROM = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}from"
_ROW = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}row"
# Widths are in characters of the usual font; 7 pixels each at 96 to the inch, and A4 or Letter with the usual margins.
_PORTRAIT_CHARACTERS, _LANDSCAPE_CHARACTERS = 92.0, 136.0
_LEAST_SCALE = 0.5
_USUAL_WIDTH = 9.14


@dataclass
class Cut:
    """A workbook with less in it, and how many rows each sheet lost, by its name."""

    data: bytes
    lost: dict[str, int] = field(default_factory=dict)


def first_rows(data: bytes, most: int, *, shown_as_text: bool = False) -> Cut:
    """A copy with the first rows of each sheet, in which formulas that have results are these results: nothing is
    calculated from what is no longer there. A workbook that is smaller stays as it is.

    With `shown_as_text` it never does, and TRUE and FALSE are texts, which LibreOffice's HTML gives as 1 and 0.
    Raises PackageError.
    """
    reader = WorkbookReader(data)
    sheets = {
        sheet.name: SheetXml(reader.package.read(sheet.part), sheet.part) for sheet in reader.sheets if sheet.part
    }
    lost = {name: beyond for name, sheet in sheets.items() if (beyond := _rows_beyond(sheet, most))}
    if not lost and not shown_as_text:
        return Cut(data)
    if lost:
        for sheet in sheets.values():
            sheet.data = b"".join(row.raw for row in sheet.rows() if row.number <= most)
            _drop_merges_below(sheet, most)
    if all(_all_have_results(sheet.data) for sheet in sheets.values()):
        for sheet in sheets.values():
            sheet.data = _CELL.sub(lambda cell: _FORMULA.sub(b"", cell[0]), sheet.data)
            sheet.data = _TRUTH.sub(_as_text, sheet.data) if shown_as_text else sheet.data
    for name, sheet in sheets.items():
        reader.package.put(sheet.name, sheet.to_bytes())
        if name in lost:
            _drop_drawings_below(reader.package, sheet.name, most)
    return Cut(reader.package.save(), lost)


def _as_text(cell: re.Match[bytes]) -> bytes:
    return b'<c%st="str"%s><v>%s</v></c>' % (cell[1], cell[2], b"TRUE" if cell[3] == b"1" else b"FALSE")


def _rows_beyond(sheet: SheetXml, most: int) -> int:
    if sheet.data.count(b"<row") <= most and sheet.data.rfind(b"<row") >= 0:
        last = [row.number for row in sheet.rows()][-1:]
        if not last or last[0] <= most:
            return 0
    return sum(row.number > most and bool(row.cells) for row in sheet.rows())


def _all_have_results(rows: bytes) -> bool:
    return all(b"<v" in cell[0] or b"<f" not in cell[0] for cell in _CELL.finditer(rows))


def _drop_merges_below(sheet: SheetXml, row: int) -> None:
    for merge in list(sheet.edit_frame().iterfind(f"{_M}mergeCells/{_M}mergeCell")):
        start = re.search(r"[0-9]+", merge.get("ref", ""))
        parent = merge.getparent()
        if parent is not None and start is not None and int(start[0]) > row:
            parent.remove(merge)


def _drop_drawings_below(package: Package, sheet: str, row: int) -> None:
    for relation in package.relationships(sheet).of_type("drawing"):
        if relation.external or not package.has(relation.target):
            continue
        root = package.edit(relation.target)
        for anchor in list(root):
            start = anchor.find(f"{_ANCHORED_FROM}/{_ROW}")
            if start is not None and (start.text or "0").strip().isdigit() and int(start.text or 0) >= row:
                root.remove(anchor)


def fitted_to_width(data: bytes) -> bytes:
    """A copy in which wide sheets that nobody set up for print are printed one page wide, lying if they have to.

    Excel cuts such a sheet's columns over pages that have to be laid side by side; whoever asks for a PDF wants to
    read rows. Those too wide to be read then stay as they are. Raises PackageError.
    """
    reader = WorkbookReader(data)
    package, changed = reader.package, False
    printed = {
        name.get("localSheetId")
        for name in package.tree(package.main_part()).iter(f"{_M}definedName")
        if name.get("name", "") == "_xlnm.Print_Area"
    }
    for index, sheet in enumerate(reader.sheets):
        if sheet.part and not sheet.hidden and str(index) not in printed:
            changed |= _fit(package, sheet.part)
    return package.save() if changed else data


def _fit(package: Package, part: str) -> bool:
    sheet = SheetXml(package.read(part), part)
    frame = sheet.frame
    is_set_up = any(frame.find(f"{_M}{name}") is not None for name in ("pageSetup", "colBreaks", "rowBreaks"))
    properties = frame.find(f"{_M}sheetPr/{_M}pageSetUpPr")
    if is_set_up or (properties is not None and properties.get("fitToPage") in {"1", "true"}):
        return False
    width = _width(sheet)
    if not _PORTRAIT_CHARACTERS < width <= _LANDSCAPE_CHARACTERS / _LEAST_SCALE:
        return False
    frame = sheet.edit_frame()
    settings = frame.find(f"{_M}sheetPr")
    if settings is None:
        settings = etree.Element(f"{_M}sheetPr")
        frame.insert(0, settings)
    settings.append(etree.Element(f"{_M}pageSetUpPr", fitToPage="1"))
    setup = etree.Element(f"{_M}pageSetup", orientation="landscape", fitToWidth="1", fitToHeight="0")
    before = next(
        frame.find(f"{_M}{name}")
        for name in ("pageMargins", "printOptions", "hyperlinks", "dataValidations", "conditionalFormatting",
                     "phoneticPr", "mergeCells", "autoFilter", "sheetProtection", "sheetData")
        if frame.find(f"{_M}{name}") is not None
    )  # fmt: skip
    if before is not None:
        before.addnext(setup)
    package.put(part, sheet.to_bytes())
    return True


def _width(sheet: SheetXml) -> float:
    """How many characters wide the filled columns are together."""
    last = max((_last_column(row.cells) for row in sheet.rows()), default=0)
    form = sheet.frame.find(f"{_M}sheetFormatPr")
    usual = _number(form.get("defaultColWidth") if form is not None else None, _USUAL_WIDTH)
    width = usual * last
    for column in sheet.frame.iterfind(f"{_M}cols/{_M}col"):
        first, end = int(_number(column.get("min"), 0)), min(last, int(_number(column.get("max"), 0)))
        own = 0.0 if column.get("hidden") in {"1", "true"} else _number(column.get("width"), usual)
        width += (own - usual) * max(0, end - first + 1)
    return width


_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})[0-9]')


def _last_column(cells: bytes) -> int:
    at = cells.rfind(b'<c r="')
    found = _REFERENCE.match(cells, at) if at >= 0 else None
    number = 0
    for letter in found[1] if found else b"":
        number = number * 26 + letter - 64
    return number


def _number(text: str | None, otherwise: float) -> float:
    try:
        return float(text) if text else otherwise
    except ValueError:
        return otherwise
