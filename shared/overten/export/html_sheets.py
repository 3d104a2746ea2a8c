"""Workbooks as HTML: their sheets one after the other as tables, with what LibreOffice shows in each cell.

LibreOffice's own page knows what each cell shows under its number format and its rules, and draws the charts; its
markup is of 1999. The cells are read from it and written anew. See docs/decisions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree
from lxml import html as lxml_html

from overten.documents.ooxml.package import Package
from overten.export import cut
from overten.export.errors import ConverterFailed
from overten.export.html import Page, Pictures, StyleSheet, safe_link
from overten.export.models import ExportWarning, SourceFormat
from overten.export.protocol import Desk
from overten.export.workbooks import WorkbookReader

MAX_ROWS = 2_000
MAX_CELLS = 400_000
_FONT_POINTS = {"1": "8pt", "2": "10pt", "3": "11pt", "4": "14pt", "5": "18pt", "6": "24pt", "7": "32pt"}
_LINE_PX, _LINES_OF_ONE = 30, 1.9
_PLACE = re.compile(r"#(?P<sheet>.+)\.\$?[A-Z]{1,3}\$?\d+(?::.*)?|#table(?P<number>\d+)")
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")
_BORDER = re.compile(r"border-(top|right|bottom|left):\s*(\d+)px\s+(\w+)\s+(#[0-9a-fA-F]{6})")
_BASE = """
*{box-sizing:border-box}
body{margin:0;padding:24px;color:#1f2328;background:#fff}
body{font:11pt/1.35 Calibri,Carlito,"Segoe UI",Helvetica,Arial,sans-serif}
h1{font-size:18pt;margin:0 0 4px}
h2{font-size:13pt;margin:32px 0 8px;padding-top:12px;border-top:1px solid #d0d7de;color:#57606a;font-weight:600}
nav{margin:0 0 8px}
nav a{display:inline-block;margin:4px 12px 4px 0;color:#0b5394}
.sheet{overflow-x:auto;padding-bottom:8px}
table{border-collapse:collapse;table-layout:fixed}
td{padding:1px 4px;vertical-align:bottom;text-align:left;white-space:pre-wrap;overflow-wrap:anywhere}
td.n{text-align:right;white-space:pre;overflow:hidden}
td.l{white-space:pre}
td.k{overflow:hidden}
td.f{padding:0;vertical-align:top}
td.f img{display:block;max-width:none}
td.r{position:relative}
td.r::after{content:"";position:absolute;top:0;right:0;border:3px solid #d1242f}
td.r::after{border-left-color:transparent;border-bottom-color:transparent}
.empty{color:#57606a}
@media print{body{padding:0}.sheet{overflow:visible}}
"""


class _Looks(NamedTuple):
    """What is read of a cell on the way down to its text."""

    text: dict[str, str]
    link: str | None


def page_of(data: bytes, source: SourceFormat, desk: Desk) -> Page:
    """The page. An old workbook is first made a new one. Raises PackageError and what the office raises."""
    if source == "xls":
        data = desk.convert(data, "xls", "xlsx").data
    reader = WorkbookReader(data)
    visible = [sheet.name for sheet in reader.sheets if not sheet.hidden]
    smaller = cut.first_rows(data, MAX_ROWS, shown_as_text=True)
    made = desk.convert(smaller.data, "xlsx", "html")
    writer = _Writer(made.side_files, visible)
    root = lxml_html.document_fromstring(made.data, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    body = writer.body(root)
    title, language = _properties(reader.package)
    title = title or visible[0] if visible else title
    if len(visible) > 1:
        links = "".join(f'<a href="#sheet-{n}">{escape(name)}</a>' for n, name in enumerate(visible, start=1))
        body = f"<nav>{links}</nav>{body}"
    warnings = [
        *writer.warnings,
        *writer.pictures.warnings,
        *_of_rows(smaller.lost, visible),
        *_of_rules(reader.package),
    ]
    page = f"<main>{f'<h1>{escape(title)}</h1>' if title else ''}{body}</main>"
    return Page(title or "Workbook", language, page, writer.sheet, warnings=warnings)


def _of_rows(lost: dict[str, int], visible: list[str]) -> Iterator[ExportWarning]:
    for name, count in lost.items():
        if name in visible:
            message = f"The page shows the first {MAX_ROWS:,} rows of {name!r}; {count:,} more are not in it."
            yield ExportWarning(code="rows_left_out", message=message, location=name)


def _of_rules(package: Package) -> Iterator[ExportWarning]:
    sheets = [name for name in package.names() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    drawn = re.compile(rb"<(?:\w+:)?(?:dataBar|iconSet|colorScale|sparklineGroup)[\s>]")
    if any(drawn.search(package.read(name)) for name in sheets):
        message = "Data bars, colour scales, icons and sparklines in cells are not in the page."
        yield ExportWarning(code="cell_graphics_left_out", message=message)


def _properties(package: Package) -> tuple[str, str]:
    """The workbook's title and language, empty if it does not say."""
    name = package.related("", "core-properties")
    if name is None or not package.has(name):
        return "", "en"
    root = package.tree(name)
    title = root.findtext("{http://purl.org/dc/elements/1.1/}title") or ""
    return title.strip()[:300], root.findtext("{http://purl.org/dc/elements/1.1/}language") or "en"


class _Writer:
    def __init__(self, files: Mapping[str, bytes], visible: list[str]) -> None:
        self._files = {name.rpartition("/")[2]: data for name, data in files.items()}
        self._visible = visible
        self.sheet = StyleSheet(_BASE)
        self.pictures = Pictures()
        self.warnings: list[ExportWarning] = []
        self._cells = 0

    def body(self, root: etree._Element) -> str:
        tables = [table for table in root.iter("table") if next(table.iterancestors("table"), None) is None]
        headings = self._headings(root, len(tables))
        return "".join(self._section(heading, table) for heading, table in zip(headings, tables, strict=True))

    def _headings(self, root: etree._Element, count: int) -> list[str]:
        """The sheets that tables are of: LibreOffice names them if there are several."""
        named = [_text_of(element).strip() for element in root.iterfind(".//h1/em")]
        if len(named) == count:
            return named
        if count > len(self._visible):
            raise ConverterFailed("The converter gave more tables than there are sheets.")
        return self._visible[:count]

    def _section(self, name: str, table: etree._Element) -> str:
        number = self._visible.index(name) + 1 if name in self._visible else 0
        if not number:
            return ""
        heading = f"<h2>{escape(name)}</h2>" if len(self._visible) > 1 else ""
        return f'<section id="sheet-{number}">{heading}{self._table(table)}</section>'

    def _table(self, table: etree._Element) -> str:
        widths = [
            max(1, _integer(column.get("width"), 64))
            for column in table.iter("colgroup")
            for _ in range(min(1_024, _integer(column.get("span"), 1)))
        ]
        columns = "".join(f'<col style="width:{width}px">' for width in widths)
        rows = [self._row(row) for row in table.iter("tr")]
        while rows and not rows[-1][1]:
            rows.pop()
        if not rows:
            return '<p class="empty">This sheet is empty.</p>'
        body = "".join(markup for markup, _ in rows)
        style = f' style="width:{sum(widths)}px"' if widths else ""
        return f'<div class="sheet"><table{style}><colgroup>{columns}</colgroup><tbody>{body}</tbody></table></div>'

    def _row(self, row: etree._Element) -> tuple[str, bool]:
        """The row, and whether anything is seen in it."""
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        height = next((_integer(cell.get("height"), 0) for cell in cells if cell.get("height")), 0)
        self._cells += len(cells)
        if self._cells > MAX_CELLS:
            if not any(warning.code == "cells_left_out" for warning in self.warnings):
                message = f"The page shows {MAX_CELLS:,} cells; the others are not in it."
                self.warnings.append(ExportWarning(code="cells_left_out", message=message))
            return "", False
        filled = [_is_filled(cell) for cell in cells]
        parts = []
        for index, cell in enumerate(cells):
            is_followed = index + 1 < len(cells) and filled[index + 1]
            parts.append(self._cell(cell, height, is_followed=is_followed))
        style = f' style="height:{height}px"' if height else ""
        seen = any(filled) or any(cell.get("bgcolor") or cell.get("style") or cell.get("rowspan") for cell in cells)
        return f"<tr{style}>{''.join(parts)}</tr>", seen

    def _cell(self, cell: etree._Element, height: int, *, is_followed: bool) -> str:
        looks = _cell_looks(cell)
        note = next((_text_of(c).strip() for c in cell.iter("comment")), "")
        images = list(cell.iter("img"))
        content = "".join(self._content(cell, _Looks({}, None), looks)).strip("\n")
        if images:
            content += "".join(self._image(image) for image in images)
        classes = []
        if looks.get("text-align") == "right" and cell.get("sdval") is not None:
            classes.append("n")
            del looks["text-align"]
        elif content and not images and _is_one_line(height, looks):
            classes.append("l")
        if is_followed and content and not images:
            classes.append("k")
        if images:
            classes.append("f")
        if note:
            classes.append("r")
        if looks.get("text-align") == "left":
            del looks["text-align"]
        if looks.get("vertical-align") == "bottom" or not content:
            looks.pop("vertical-align", None)
        classes.append(self.sheet.name(looks))
        spans = "".join(
            f' {name}="{cell.get(name)}"' for name in ("colspan", "rowspan") if _integer(cell.get(name), 0) > 1
        )
        named = f' class="{" ".join(filter(None, classes))}"' if any(classes) else ""
        title = f' title="{escape(note)}"' if note else ""
        return f"<td{named}{spans}{title}>{content}</td>"

    def _content(self, element: etree._Element, over: _Looks, cell: dict[str, str]) -> Iterator[str]:
        """The text within an element, looks that the whole cell has left to the cell."""
        yield self._text(element.text, over)
        for child in element:
            if child.tag == "br":
                if child.tail and child.tail.strip():
                    yield "<br>"
            elif child.tag not in {"img", "comment"} and isinstance(child.tag, str):
                inner = _Looks({**over.text, **_text_looks(child)}, self._link(child) or over.link)
                if _is_alone(child) and not inner.link:
                    cell.update(inner.text)
                    inner = _Looks({}, None)
                yield from self._content(child, inner, cell)
            yield self._text(child.tail, over)

    def _text(self, text: str | None, looks: _Looks) -> str:
        shown = re.sub(r"[\t\r\n]+", " ", text or "")
        if not shown.strip():
            return " " if shown and not shown.isspace() else ""
        markup = escape(shown)
        name = self.sheet.name(looks.text)
        if looks.link:
            return f'<a href="{escape(looks.link)}"{f" class={name!r}" if name else ""}>{markup}</a>'
        return f'<span class="{name}">{markup}</span>' if name else markup

    def _link(self, element: etree._Element) -> str | None:
        target = element.get("href") if element.tag == "a" else None
        if not target:
            return None
        place = _PLACE.fullmatch(unquote(target))
        if place is None:
            return safe_link(target)
        sheet = (place["sheet"] or "").strip("'$").replace("''", "'")
        return f"#sheet-{self._visible.index(sheet) + 1}" if sheet in self._visible else None

    def _image(self, image: etree._Element) -> str:
        data = self._files.get(unquote(image.get("src", "")).rpartition("/")[2])
        address = self.pictures.address(data) if data else None
        if address is None:
            return ""
        size = "".join(f' {name}="{_integer(image.get(name), 100)}"' for name in ("width", "height"))
        return f'<img src="{address}" alt="{escape(image.get("alt") or "")}"{size}>'


def _is_one_line(height: int, looks: dict[str, str]) -> bool:
    """Whether a row is so low that its text stands on one line, and runs on over empty cells beside it."""
    points = float(looks.get("font-size", "11pt").removesuffix("pt"))
    return height <= max(_LINE_PX, points * 4 / 3 * _LINES_OF_ONE)


def _is_alone(element: etree._Element) -> bool:
    """Whether an element holds all that its parent does."""
    parent = element.getparent()
    if parent is None:
        return False
    others = any(child is not element and child.tag not in {"br", "img", "comment"} for child in parent)
    own = element.tail and element.tail.strip()
    return not (others or own or (parent.text and parent.text.strip()))


def _text_of(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _is_filled(cell: etree._Element) -> bool:
    return bool(_text_of(cell).strip()) or next(cell.iter("img"), None) is not None


def _text_looks(element: etree._Element) -> dict[str, str]:
    """What an element of old HTML says of its text."""
    plain = {"b": {"font-weight": "bold"}, "i": {"font-style": "italic"}, "u": {"text-decoration": "underline"},
             "s": {"text-decoration": "line-through"}, "strike": {"text-decoration": "line-through"},
             "sub": {"vertical-align": "sub"}, "sup": {"vertical-align": "super"}}  # fmt: skip
    if element.tag != "font":
        return plain.get(str(element.tag), {})
    looks = {}
    face, size, color = element.get("face"), element.get("size"), element.get("color")
    if face and re.fullmatch(r"[\w .-]{1,60}", face):
        looks["font-family"] = f'"{face}"'
    if size in _FONT_POINTS:
        looks["font-size"] = _FONT_POINTS[size]
    if color and _COLOR.fullmatch(color) and color != "#000000":
        looks["color"] = color.lower()
    return looks


def _cell_looks(cell: etree._Element) -> dict[str, str]:
    looks = {f"border-{m[1]}": f"{m[2]}px {m[3]} {m[4].lower()}" for m in _BORDER.finditer(cell.get("style", ""))}
    fill, align, valign = cell.get("bgcolor", ""), cell.get("align", ""), cell.get("valign", "")
    if _COLOR.fullmatch(fill):
        looks["background-color"] = fill.lower()
    if align in {"left", "right", "center", "justify"}:
        looks["text-align"] = align
    if valign in {"top", "middle", "bottom"}:
        looks["vertical-align"] = valign
    return looks


def _integer(text: str | None, otherwise: int) -> int:
    match = re.match(r"\s*(\d{1,6})", text or "")
    return int(match[1]) if match else otherwise
