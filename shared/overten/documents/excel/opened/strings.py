"""The shared strings of a package, to which texts are only ever added, so that the indexes in cells stay right."""

from __future__ import annotations

import re

from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.xml import parse, serialise

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_EMPTY = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="{MAIN}"></sst>'.encode()
_ROOT = re.compile(rb"<sst\b[^>]*>")
_LOOKS_ESCAPED = re.compile(r"_(x[0-9A-Fa-f]{4}_)")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Strings:
    """Appends to the part on `save`. `count` is how many strings there are."""

    def __init__(self, package: Package, count: int) -> None:
        self._package = package
        self._count = count
        self._added: dict[str, int] = {}

    def index(self, text: str) -> int:
        """The index of a text, added if this object has not added it before."""
        if text not in self._added:
            self._added[text] = self._count + len(self._added)
        return self._added[text]

    def save(self) -> None:
        if not self._added:
            return
        main = self._package.main_part()
        part = self._package.related(main, "sharedStrings")
        if part is None or not self._package.has(part):
            part = self._package.free_name("xl/sharedStrings{}.xml").replace("sharedStrings1", "sharedStrings")
            self._package.put(part, _EMPTY, _TYPE)
            self._package.relationships(main).add("sharedStrings", part)
        data = self._package.read(part)
        if data.rfind(b"</sst>") < 0 or not re.search(rb"<sst[\s>]", data[:4_096]):
            data = _opened(data, part)
        end = data.rfind(b"</sst>")
        items = b"".join(_item(text) for text in self._added)
        whole = data[:end] + items + data[end:]
        total = self._count + len(self._added)
        self._package.put(part, _ROOT.sub(lambda match: _counted(match[0], total), whole, count=1))


def _opened(data: bytes, part: str) -> bytes:
    """The part with an unprefixed root that has an end tag."""
    root = parse(data, name=part)
    text = serialise(root)
    if root.prefix:
        mark = re.escape(root.prefix.encode())
        text = re.sub(rb"<(/?)" + mark + rb":", rb"<\1", text)
        text = re.sub(rb"\sxmlns:" + mark + rb"=", b" xmlns=", text, count=1)
    return re.sub(rb"<sst\b([^>]*)/>\s*$", rb"<sst\1></sst>", text)


def _counted(tag: bytes, total: int) -> bytes:
    """Both counts are optional; a wrong one is worse than none."""
    tag = re.sub(rb'\scount="[0-9]*"', b"", tag)
    return re.sub(rb'\suniqueCount="[0-9]*"', b' uniqueCount="%d"' % total, tag)


def escape_controls(text: str) -> str:
    """Text with what XML cannot hold, or what would read as such an escape, escaped ([ECMA-376] 22.9.2.19)."""
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub(r"_x005F_\1", text)
    return _CONTROLS.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _item(text: str) -> bytes:
    body = escape_controls(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f"<si><t{space}>{body}</t></si>".encode()
