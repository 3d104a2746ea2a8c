"""Workbooks as CSV (RFC 4180), straight from the values that the file holds.

Numbers have all their digits, a point and no separators; dates are ISO's; a formula is its result. The text is UTF-8
without a mark of byte order, which programs take for a part of the first heading. See docs/decisions.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from overten.documents.excel.grid import cell_name
from overten.export.errors import DocumentRefused, ExportError, NoSuchPart
from overten.export.models import FORMULAS_WITHOUT_VALUES, Converted, ExportWarning, Options, SourceFormat
from overten.export.protocol import Desk
from overten.export.targets import MEDIA_TYPES
from overten.export.workbooks import NoValue, WorkbookReader, moment_text, number_text

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_FIELDS = 20_000_000
MAX_CHARACTERS = 256 * 2**20
MAX_RECALCULATED_BYTES = 10 * 2**20
# What a spreadsheet takes for a formula: all that starts so, but + and - only before what could call something.
_STARTS_FORMULA = ("=", "@", "\t", "\r")
_LOOKED_AT = frozenset({*_STARTS_FORMULA, "+", "-"})
_CALLS = re.compile(r"[+-].*[(|!]", re.DOTALL)
_IN_A_NAME = re.compile(r"[^\w .,()&+-]")


@dataclass
class Findings:
    """What was seen while values were written: formulas without a result, and texts marked as texts, by sheet."""

    without_value: dict[str, list[str]] = field(default_factory=dict)
    marked: Counter[str] = field(default_factory=Counter)


class _Xlsx:
    def __init__(self, data: bytes) -> None:
        self._reader = WorkbookReader(data)
        self._parts = {sheet.name: sheet.part for sheet in self._reader.sheets if sheet.part}
        self.visible = [sheet.name for sheet in self._reader.sheets if sheet.part and not sheet.hidden]
        self.hidden = [sheet.name for sheet in self._reader.sheets if sheet.part and sheet.hidden]
        self.without_cells = [sheet.name for sheet in self._reader.sheets if not sheet.part]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str | NoValue]]]:
        return self._reader.rows(self._parts[sheet] or "")


class _Xls:
    def __init__(self, data: bytes) -> None:
        from python_calamine import SheetTypeEnum, SheetVisibleEnum

        self._workbook = _calamine(data)
        sheets = [one for one in self._workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        self.visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
        self.hidden = [sheet.name for sheet in sheets if sheet.visible != SheetVisibleEnum.Visible]
        self.without_cells: list[str] = []

    def rows(self, sheet: str) -> Iterator[tuple[int, list[str | NoValue]]]:
        from python_calamine import CalamineError

        try:
            table = self._workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except CalamineError as error:
            raise DocumentRefused(f"The sheet {sheet} of the file cannot be read.") from error
        for number, row in enumerate(table, start=1):
            yield number, [_text(value) for value in row]


def to_csv(data: bytes, source: SourceFormat, options: Options, desk: Desk) -> Converted:
    """One CSV of a workbook's only visible sheet or of the one asked for, else a zip with one for each.

    Hidden sheets are given only by name. Raises DocumentRefused for what cannot be read, NoSuchPart for a sheet that
    is not there.
    """
    workbook = _opened(data, source)
    chosen = _chosen(workbook, options.sheet)
    findings = Findings()
    written = _written(workbook, chosen, findings)
    if findings.without_value and source == "xlsx" and (calculated := _calculated(data, desk)) is not None:
        findings = Findings()
        written = _written(_Xlsx(calculated), chosen, findings)
    warnings = [*_left_out(workbook, options.sheet), *_warnings(findings)]
    if len(written) == 1:
        return Converted(written[0][1], "csv", MEDIA_TYPES["csv"], warnings=warnings)
    return Converted(_zipped(written), "zip", MEDIA_TYPES["zip"], warnings=warnings)


def _opened(data: bytes, source: SourceFormat) -> _Xlsx | _Xls:
    return _Xlsx(data) if source == "xlsx" else _Xls(data)


def _chosen(workbook: _Xlsx | _Xls, sheet: str | int | None) -> list[str]:
    if sheet is None:
        if not workbook.visible:
            raise NoSuchPart("The workbook has no visible sheet with cells. Name a hidden one as `sheet`.")
        return workbook.visible
    return [sheet_named(sheet, workbook.visible, workbook.hidden)]


def sheet_named(sheet: str | int, visible: list[str], hidden: list[str]) -> str:
    """A sheet by its name, or by its number among the visible ones. Raises NoSuchPart, which lists them."""
    if isinstance(sheet, int):
        if 1 <= sheet <= len(visible):
            return visible[sheet - 1]
    else:
        names = {name.casefold(): name for name in (*hidden, *visible)}
        if sheet.casefold() in names:
            return names[sheet.casefold()]
        if sheet.isascii() and sheet.isdigit():
            return sheet_named(int(sheet), visible, hidden)
    listed = ", ".join(f"{number} {name}" for number, name in enumerate(visible[:20], start=1))
    raise NoSuchPart(f"There is no sheet {sheet!r}. The visible sheets are: {listed or 'none'}.")


def _written(workbook: _Xlsx | _Xls, sheets: list[str], findings: Findings) -> list[tuple[str, bytes]]:
    return [(sheet, _csv(sheet, workbook.rows(sheet), findings)) for sheet in sheets]


def _csv(sheet: str, rows: Iterable[tuple[int, list[str | NoValue]]], findings: Findings) -> bytes:
    """Rows and columns that are empty to their ends are left out, those before and between are kept.

    Raises DocumentRefused for a table that is so large because of what is empty in it, or otherwise.
    """
    lines = _Lines()
    writer = csv.writer(lines)  # RFC 4180: quotes where they are needed, lines that end in CRLF
    filled: list[int] = []
    width = 0
    for number, values in rows:
        texts = _texts(values, sheet, number, findings)
        while texts and not texts[-1]:
            texts.pop()
        if texts and number > len(filled):
            missing = number - len(filled) - 1
            width = max(width, len(texts))
            # Each row is as wide as the widest: two far corners are enough for gigabytes of commas.
            if number * width > MAX_FIELDS:
                raise DocumentRefused(
                    f"The sheet {sheet!r} is too large for CSV: {number:,} rows of {width:,} columns."
                )
            lines.extend(["\r\n"] * missing)
            filled.extend([0] * missing)
            writer.writerow(texts)
            filled.append(len(texts))
    return _rectangle(lines, filled)


class _Lines(list[str]):
    """A file for the writer that keeps each line. Raises DocumentRefused: a text in a few bytes of a workbook may
    stand in a million cells."""

    characters = 0

    def write(self, line: str) -> None:
        self.characters += len(line)
        if self.characters > MAX_CHARACTERS:
            raise DocumentRefused("The workbook is too large for CSV.")
        self.append(line)


def _rectangle(lines: list[str], filled: list[int]) -> bytes:
    """The lines, each with as many fields as the widest has."""
    width = max(filled, default=0)
    empty = "," * (width - 1) if width > 1 else '""'
    for index, count in enumerate(filled):
        if count < width:
            lines[index] = (lines[index][:-2] + "," * (width - count) if count else empty) + "\r\n"
    return "".join(lines).encode("utf-8", "replace")


def _texts(values: list[str | NoValue], sheet: str, row: int, findings: Findings) -> list[str]:
    """A row as it is written. Most rows have nothing to look at in any cell."""
    plain = [value for value in values if isinstance(value, str) and value[:1] not in _LOOKED_AT]
    if len(plain) == len(values):
        return plain
    return [_cell(value, sheet, row, column, findings) for column, value in enumerate(values, start=1)]


def _cell(value: str | NoValue, sheet: str, row: int, column: int, findings: Findings) -> str:
    if isinstance(value, NoValue):
        findings.without_value.setdefault(sheet, []).append(cell_name(row, column))
        return ""
    if value.startswith(_STARTS_FORMULA) or (value[:1] in {"+", "-"} and _CALLS.match(value)):
        findings.marked[sheet] += 1
        return "'" + value
    return value


def _calculated(data: bytes, desk: Desk) -> bytes | None:
    """The workbook with the results of its formulas, if LibreOffice is here to calculate them."""
    if desk.office is None or len(data) > MAX_RECALCULATED_BYTES:
        return None
    try:
        return desk.convert(data, "xlsx", "xlsx").data
    except ExportError:
        return None


def _warnings(findings: Findings) -> Iterator[ExportWarning]:
    for sheet, cells in findings.without_value.items():
        which = f"the formula in {cells[0]} has" if len(cells) == 1 else f"{len(cells):,} formulas ({cells[0]} …) have"
        message = (
            f"In the sheet {sheet!r} {which} no stored result and is empty here. Save the workbook in Excel first."
        )
        yield ExportWarning(code=FORMULAS_WITHOUT_VALUES, message=message, location=sheet)
    for sheet, count in findings.marked.items():
        which = (
            "a text begins like a formula and has" if count == 1 else f"{count:,} texts begin like formulas and have"
        )
        message = f"In the sheet {sheet!r} {which} an apostrophe in front, so that no spreadsheet runs them."
        yield ExportWarning(code="text_marked", message=message, location=sheet)


def _left_out(workbook: _Xlsx | _Xls, sheet: str | int | None) -> Iterator[ExportWarning]:
    """What a CSV lacks, but for what somebody who asks for one sheet knows."""
    if sheet is None and workbook.hidden:
        named = ", ".join(workbook.hidden[:10])
        yield ExportWarning(code="hidden_sheets_left_out", message=f"Hidden sheets were left out: {named}.")
    if sheet is None and workbook.without_cells:
        named = ", ".join(workbook.without_cells[:10])
        yield ExportWarning(code="chart_sheets_left_out", message=f"Sheets of charts have no values: {named}.")


def _zipped(files: list[tuple[str, bytes]]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, (_, data) in zip(member_names([sheet for sheet, _ in files], "csv"), files, strict=True):
            write_member(target, name, data)
    return output.getvalue()


def member_names(titles: list[str], extension: str) -> list[str]:
    """Names for the members of a zip, which every system can unpack and which sort in the order of the titles."""
    digits = max(2, len(str(len(titles))))
    names = []
    for number, title in enumerate(titles, start=1):
        plain = _IN_A_NAME.sub("_", title).strip(" .")[:60]
        names.append(f"{number:0{digits}d} {plain}".strip() + f".{extension}")
    return names


def write_member(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Equal content gives equal bytes: members are dated as zips date at the earliest."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    target.writestr(entry, data)


def _calamine(data: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError as error:
        raise DocumentRefused("The workbook is protected by a password. Remove it and try again.") from error
    except (CalamineError, OSError) as error:
        raise DocumentRefused("The file is not an Excel workbook, or it is damaged.") from error


def _text(value: object) -> str:
    """A value as the reader of old workbooks gives it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return number_text(float(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    if isinstance(value, timedelta):
        return moment_text(value / timedelta(days=1), "[h]") or ""
    return str(value)
