"""The XML of a worksheet as bytes: cut into rows and cells for reading, spliced for writing.

A sheet may hold millions of cells, so its data is never made into a tree; what is around it (`frame`) is. Cells that
no edit touches keep their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from lxml import etree

from overten.documents.excel.grid import column_letters, column_number
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.xml import parse, serialise

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OPEN = re.compile(rb"<sheetData(?:\s[^>]*?)?(/?)>")
_CLOSE = b"</sheetData>"
_PLACEHOLDER = b"<sheetData/>"
_ROW = re.compile(rb"<row((?:\s[^>]*?)?)(?:/>|>(.*?)</row>)", re.DOTALL)
CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?(?:/>|>(?:<v>([^<]*)</v>)?</c>)'
    rb"|<c((?:\s[^>]*?)?)(?:/>|>(.*?)</c>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_LETTERS = re.compile(rb"[A-Z]+", re.IGNORECASE)
_UNUSUAL = re.compile(rb"<!--|<!\[CDATA\[|<(?:c|row)\s[^>]*='|<\?(?!xml )")


class Row(NamedTuple):
    """A row as it stands in the file: its number, its attributes' bytes and its cells' bytes."""

    number: int
    attributes: bytes
    cells: bytes
    raw: bytes


class Cell(NamedTuple):
    column: int
    attributes: dict[bytes, bytes]
    inner: bytes
    raw: bytes


def attributes_of(text: bytes) -> dict[bytes, bytes]:
    return dict(_ATTRIBUTE.findall(text))


class SheetXml:
    """One worksheet part. Raises DamagedPackage for what is no worksheet."""

    def __init__(self, data: bytes, name: str) -> None:
        text = data if _is_plain(data) else _plain(data, name)
        opened = _OPEN.search(text)
        if opened is None:
            raise DamagedPackage(f"The part {name} of the file is no worksheet.")
        end = opened.end() if opened[1] else text.rfind(_CLOSE)
        if end < opened.end():
            raise DamagedPackage(f"The part {name} of the file is no worksheet.")
        self.name = name
        self._head, self._tail = text[: opened.start()], text[end + (0 if opened[1] else len(_CLOSE)) :]
        self.data = b"" if opened[1] else text[opened.end() : end]
        self._frame: etree._Element | None = None
        self._edited = False

    @property
    def frame(self) -> etree._Element:
        """The sheet without its rows, for reading."""
        if self._frame is None:
            self._frame = parse(self._head + _PLACEHOLDER + self._tail, name=self.name)
        return self._frame

    def edit_frame(self) -> etree._Element:
        self._edited = True
        return self.frame

    def rows(self) -> Iterator[Row]:
        number = 0
        for match in _ROW.finditer(self.data):
            given = re.search(rb'(?<![\w:])r="([0-9]+)"', match[1])
            number = int(given[1]) if given else number + 1
            yield Row(number, match[1], match[2] or b"", match[0])

    def to_bytes(self) -> bytes:
        head, tail = self._head, self._tail
        if self._edited and self._frame is not None:
            whole = serialise(self._frame)
            head, tail = whole.split(_PLACEHOLDER, 1)
        data = b"<sheetData>" + self.data + _CLOSE if self.data else _PLACEHOLDER
        return head + data + tail


def cells_of(row: Row) -> Iterator[Cell]:
    """The cells of a row, with the columns of those that do not say where they are."""
    column = 0
    for match in CELL.finditer(row.cells):
        if match[5] is None:
            attributes = {b"r": match[1] + b"%d" % row.number}
            given = ((b"s", match[2]), (b"t", match[3]))
            attributes |= {key: value for key, value in given if value is not None}
            column = column_number(match[1].decode())
            inner = b"<v>" + match[4] + b"</v>" if match[4] is not None else b""
        else:
            attributes = attributes_of(match[5])
            ref = attributes.get(b"r")
            letters = _LETTERS.match(ref) if ref else None
            column = column_number(letters[0].decode()) if letters else column + 1
            inner = match[6] or b""
        yield Cell(column, attributes, inner, match[0])


def cell_xml(row: int, column: int, attributes: dict[bytes, bytes], inner: bytes) -> bytes:
    """A cell's element. `r` comes first, the others keep their order."""
    start = b'<c r="%s%d"' % (column_letters(column).encode(), row)
    rest = b"".join(b' %s="%s"' % (key, value) for key, value in attributes.items() if key != b"r")
    return start + rest + (b">" + inner + b"</c>" if inner else b"/>")


def row_xml(number: int, attributes: bytes, cells: bytes) -> bytes:
    start = b'<row r="%d"' % number
    rest = b"".join(b' %s="%s"' % item for item in attributes_of(attributes).items() if item[0] not in {b"r", b"spans"})
    return start + rest + (b">" + cells + b"</row>" if cells else b"/>")


def _is_plain(data: bytes) -> bool:
    """Whether the patterns above can read the part: UTF-8, unprefixed, with double quotes, no comments or CDATA."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    start = data[:4_096]
    declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=[\"']([\w.-]+)[\"']", start)
    if declared and declared[1].upper() not in {b"UTF-8", b"US-ASCII"}:
        return False
    if b"<!DOCTYPE" in start or not re.search(rb"<worksheet(?:\s|>)", start):
        return False
    # On tags or rows that never end the patterns would look to the end of the part again and again.
    if not _is_well_formed(data):
        return False
    return _UNUSUAL.search(data, start.find(b"<worksheet")) is None


def _is_well_formed(data: bytes) -> bool:
    """Read once by expat, which makes nothing of it: some 200 MB a second."""
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError:
        return False
    return True


def _plain(data: bytes, name: str) -> bytes:
    """The part written so that the patterns can read it, with the same meaning."""
    root = parse(data, name=name)
    for comment in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        parent = comment.getparent()
        if parent is not None:
            _drop(comment, parent)
    text = serialise(root)
    prefix = root.prefix
    if prefix:
        mark = re.escape(prefix.encode())
        text = re.sub(rb"<(/?)" + mark + rb":", rb"<\1", text)
        text = re.sub(rb"(<worksheet[^>]*?)\sxmlns:" + mark + rb"=", rb"\1 xmlns=", text, count=1)
    if not re.search(rb"<worksheet[\s>]", text[:4_096]):
        raise DamagedPackage(f"The part {name} of the file is no worksheet.")
    return text


def _drop(node: etree._Element, parent: etree._Element) -> None:
    tail, before = node.tail or "", node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(node)
