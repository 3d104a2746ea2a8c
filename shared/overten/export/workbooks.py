"""The sheets of an xlsx package and their stored values, read as a stream: a sheet may hold millions of cells."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from io import BytesIO

from lxml import etree

from overten.documents.excel.display import is_date_code
from overten.documents.excel.opened.read import DAYS_FROM_1904
from overten.documents.excel.opened.sheetxml import MAIN, SheetXml, attributes_of
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.strict import make_transitional
from overten.documents.ooxml.xml import parse, serialise

_M = f"{{{MAIN}}}"
_REL_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# Excel's own, ECMA-376 part 1, 18.3.1.73.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_ROW_DIGITS = 8  # enough to be beyond the last row
_CHUNK_BYTES = 1 << 20
_LONGEST_ROW_BYTES = 64 * 2**20
_ROW_ENDS, _CELL_ENDS = b"</row>", b"</c>"
# A tag of a hostile part may never end, nor may a row: no pattern here looks beyond the next tag for its end, and rows
# and cells are only looked for where some end follows. So all of them take time in proportion to the part.
_UNUSUAL = re.compile(rb"<!|<(?:c|row)\s[^<>]*='|<\?(?!xml )|<\w+:(?:row|c)[\s>]")
_ROW = re.compile(rb"<row((?:\s[^<>]*?)?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?(?:/>|>(?:<v>([^<]*)</v>)?</c>)'
    rb"|<c((?:\s[^<>]*?)?)(?:/>|>(.*?)</c>)",
    re.DOTALL,
)
_ROW_NUMBER = re.compile(rb'(?<![\w:])r="([0-9]+)"')
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>([^<]*)</v>")
_FORMULA = re.compile(rb"<f[\s/>]")
_TEXT = re.compile(rb"<t(?:\s[^>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(rb"<rPh[\s>].*?</rPh>", re.DOTALL)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(rb"-?[0-9]{1,15}")
_EPOCH = datetime(1899, 12, 30)  # naive: cells have no time zone
_LEAP_BUG_ENDS = 61  # up to here Excel counts 1900 as a leap year
_LAST_SERIAL = 2_958_466
# ECMA-376 part 1, 18.8.30: number formats that are dates and not written out, with those of East Asian versions.
_BUILT_IN_DATES = {14: "d", 15: "d", 16: "d", 17: "d", 18: "h", 19: "h", 20: "h", 21: "h", 22: "d h", 45: "m:s",
                   46: "[h]", 47: "m:s", **dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "d"),
                   **dict.fromkeys(range(32, 36), "h")}  # fmt: skip


@dataclass(frozen=True)
class SheetPart:
    """A sheet of the workbook. A chart sheet has no `part` with cells."""

    name: str
    part: str | None
    hidden: bool


class NoValue:
    """A formula whose result the file does not hold."""


NO_VALUE = NoValue()


class WorkbookReader:
    """Raises DamagedPackage or UnsafePackage."""

    def __init__(self, data: bytes) -> None:
        self.package = Package.open(data)
        self._main = self.package.main_part()
        # A package that was written in the strict form is read from its parts as they are rewritten.
        self._is_strict = any("purl.oclc.org" in relation.type for relation in self.package.relationships(""))
        make_transitional(self.package)
        if self.package.tree(self._main).tag != f"{_M}workbook":
            raise DamagedPackage("The file is not an Excel workbook.")
        self._zip = zipfile.ZipFile(BytesIO(data))
        self.sheets = self._sheets()
        properties = self.package.tree(self._main).find(f"{_M}workbookPr")
        self._offset = DAYS_FROM_1904 if properties is not None and _is_on(properties.get("date1904")) else 0
        self._kinds = self._date_kinds()
        self._strings: list[str] | None = None

    def _sheets(self) -> list[SheetPart]:
        relations = {relation.id: relation for relation in self.package.relationships(self._main)}
        found = []
        for element in self.package.tree(self._main).iter(f"{_M}sheet"):
            relation = relations.get(element.get(_REL_ID, ""))
            has_cells = relation is not None and relation.kind == "worksheet" and self.package.has(relation.target)
            part = relation.target if relation is not None and has_cells else None
            found.append(SheetPart(element.get("name", ""), part, element.get("state", "visible") != "visible"))
        return found

    def _date_kinds(self) -> list[str]:
        """For each cell format what of a date it shows: "" for none, "d", "h", "d h" or "[h]"."""
        name = self.package.related(self._main, "styles")
        if name is None or not self.package.has(name):
            return []
        root = self.package.tree(name)
        codes = {
            int(element.get("numFmtId", "0")): element.get("formatCode", "")
            for element in root.iter(f"{_M}numFmt")
            if element.get("numFmtId", "").isdigit()
        }
        kinds = []
        for element in root.iterfind(f"{_M}cellXfs/{_M}xf"):
            identifier = element.get("numFmtId", "0")
            number = int(identifier) if identifier.isdigit() else 0
            code = codes.get(number)
            kinds.append(_date_kind(code) if code is not None else _BUILT_IN_DATES.get(number, ""))
        return kinds

    def rows(self, part: str) -> Iterator[tuple[int, list[str | NoValue]]]:
        """Each row that has cells: its number and its values as text, from the first column on; "" where empty."""
        if self._strings is None:
            self._strings = self._shared_strings()
        for number, cells in self._raw_rows(part):
            if number > MAX_ROWS:
                raise DamagedPackage(f"The part {part} of the file has rows beyond Excel's last.")
            values: list[str | NoValue] = []
            column = 0
            for match in _CELL.finditer(cells, 0, cells.rfind(_CELL_ENDS) + len(_CELL_ENDS)):
                letters, style, kind, value = match[1], match[2], match[3], match[4]
                if match[5] is not None:
                    letters, style, kind, value = self._unusual_cell(match[5], match[6] or b"")
                column = _column(letters) if letters else column + 1
                if column > MAX_COLUMNS:
                    raise DamagedPackage(f"The part {part} of the file has columns beyond Excel's last.")
                if column > len(values):
                    values.extend([""] * (column - len(values)))
                if value is not None:
                    values[column - 1] = self._value(value, kind, style) if value is not _MISSING else NO_VALUE
            if values:
                yield number, values

    def _unusual_cell(
        self, attributes: bytes, inner: bytes
    ) -> tuple[bytes | None, bytes | None, bytes | None, bytes | None]:
        given = attributes_of(attributes)
        reference, kind = given.get(b"r", b""), given.get(b"t")
        letters = reference.rstrip(b"0123456789").upper() or None
        if kind == b"inlineStr":
            is_sound = inner.count(b"<rPh") == inner.count(b"</rPh>")
            text = b"".join(_TEXT.findall(_PHONETIC.sub(b"", inner) if is_sound else inner))
            return letters, given.get(b"s"), b"str", text
        value = _VALUE.search(inner)
        if not (value and value[1]) and kind != b"str" and _FORMULA.search(inner):
            return letters, None, None, _MISSING
        return letters, given.get(b"s"), kind, value[1] if value else None

    def _value(self, raw: bytes, kind: bytes | None, style: bytes | None) -> str:
        if kind == b"s":
            strings = self._strings or []
            index = int(raw) if raw.strip().isdigit() else -1
            return strings[index] if 0 <= index < len(strings) else ""
        if kind is None or kind == b"n":
            dated = self._kinds[int(style)] if style and int(style) < len(self._kinds) else ""
            return self._number(raw, dated)
        text = _plain(raw)
        if kind == b"b":
            return "TRUE" if text.strip() in {"1", "true"} else "FALSE"
        return _iso(text) if kind == b"d" else text

    def _number(self, raw: bytes, dated: str) -> str:
        if not dated and _WHOLE.fullmatch(raw):
            return raw.decode()
        try:
            number = float(raw)
        except ValueError:
            return _plain(raw)
        days = number + (self._offset if "d" in dated else 0)
        return (moment_text(days, dated) if dated else None) or number_text(number)

    def sheet(self, part: str) -> SheetXml:
        """A sheet's part whole, for parts that are not large or not as Office writes them."""
        data = self.package.read(part)
        if b"<!" in data or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            data = serialise(parse(data, name=part))
        return SheetXml(data, part)

    def _raw_rows(self, part: str) -> Iterator[tuple[int, bytes]]:
        """The rows' numbers and cells, in pieces of the part: it is never in the memory whole, if it is as Office
        writes it."""
        if self._is_strict or self._is_unusual(part):
            for row in self.sheet(part).rows():
                yield row.number, row.cells
            return
        number, rest = 0, b""
        for chunk in self._chunks(part):
            rest += chunk
            if len(rest) > _LONGEST_ROW_BYTES:
                raise DamagedPackage(f"The part {part} of the file has a row that is too long.")
            end = 0
            for match in _ROW.finditer(rest, 0, rest.rfind(_ROW_ENDS) + len(_ROW_ENDS)):
                end = match.end()
                given = _ROW_NUMBER.search(match[1])
                number = int(given[1][:_ROW_DIGITS]) if given else number + 1
                if match[2]:
                    yield number, match[2]
            rest = rest[end:]

    def _is_unusual(self, part: str) -> bool:
        before = b""
        for chunk in self._chunks(part):
            if _UNUSUAL.search(before + chunk):
                return True
            before = chunk[-200:]
        first = next(self._chunks(part), b"")[:200]
        declared = re.search(rb"encoding=[\"']([\w-]+)", first)
        return first[:2] in (b"\xff\xfe", b"\xfe\xff") or (declared is not None and declared[1].upper() != b"UTF-8")

    def _chunks(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(part) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError):
            raise DamagedPackage(f"The part {part} of the file is damaged.") from None

    def _shared_strings(self) -> list[str]:
        name = self.package.related(self._main, "sharedStrings")
        if name is None or not self.package.has(name):
            return []
        strings: list[str] = []
        try:
            for _, item in etree.iterparse(
                BytesIO(self.package.read(name)), tag=f"{_M}si", resolve_entities=False, no_network=True, load_dtd=False
            ):
                strings.append(unescaped("".join(_texts(item))))
                item.clear()
                while item.getprevious() is not None:
                    del item.getparent()[0]
        except etree.XMLSyntaxError:
            raise DamagedPackage(f"The part {name} of the file is not readable XML.") from None
        return strings


_MISSING = b"\0"


def _texts(item: etree._Element) -> Iterator[str]:
    """Its text, or those of its runs, without phonetic guides."""
    for child in item:
        if child.tag == f"{_M}t":
            yield child.text or ""
        elif child.tag == f"{_M}r":
            yield from (text.text or "" for text in child.iterfind(f"{_M}t"))


def unescaped(text: str) -> str:
    """Text without the escapes of what XML cannot hold ([ECMA-376] 22.9.2.19)."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _plain(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return unescaped(unescape(text) if "&" in text else text)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _is_on(value: str | None) -> bool:
    return value in {"1", "true", "on"}


def _date_kind(code: str) -> str:
    if re.search(r"\[(h+|m+|s+)\]", code, re.IGNORECASE):
        return "[h]"
    if code == "General" or not is_date_code(code):
        return ""
    letters = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].', "", code).lower()
    is_day = bool(re.search(r"[yd]|mmm", letters)) or ("m" in letters and not re.search(r"[hs]", letters))
    is_time = bool(re.search(r"[hs]", letters))
    return "d h" if is_day and is_time else "d" if is_day else "h"


@lru_cache(maxsize=16_384)
def moment_text(serial: float, kind: str) -> str | None:
    """A date, a time of day or a duration in ISO's form, by what the cell's format shows; None if it is none."""
    if kind == "[h]":
        return _duration(serial)
    if not 0 <= serial < _LAST_SERIAL:
        return None
    moment = _EPOCH + timedelta(days=serial + (1 if 1 <= serial < _LEAP_BUG_ENDS - 1 else 0))
    moment = (moment + timedelta(microseconds=500)).replace(microsecond=0) if moment.microsecond else moment
    has_time = bool(moment.hour or moment.minute or moment.second)
    if serial < 1 and (has_time or kind == "h"):
        return f"{moment:%H:%M:%S}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if has_time or kind == "d h" else f"{moment:%Y-%m-%d}"


def _duration(days: float) -> str:
    seconds = round(abs(days) * 86_400)
    sign = "-" if days < 0 else ""
    return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def number_text(number: float) -> str:
    """All digits that matter, with a point and no separators: 0.1, 1250000, 1e-07."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _iso(text: str) -> str:
    return text.replace("T", " ").removesuffix("Z").removesuffix(" 00:00:00")
