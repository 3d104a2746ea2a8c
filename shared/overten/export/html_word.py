"""Word documents as HTML, written from their own parts: text that flows, with the looks that the document gives it.

LibreOffice's pages lose lists, charts and covers (see docs/decisions); it is asked only for what has to be drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from lxml import etree

from overten.documents.word.document import Frame, twips
from overten.documents.word.xml import elements, find, findall, local, on, path_value, q, value
from overten.export import word_pictures
from overten.export.html import Page, Pictures, StyleSheet, safe_link
from overten.export.models import ExportWarning, SourceFormat
from overten.export.prose import Piece, Prose, blocks, boxes
from overten.export.protocol import Desk
from overten.export.text import roman
from overten.export.word_looks import Looks, TableLooks, WordLooks, is_pale

MAX_DEPTH = 12
_PLACE = re.compile(r"[^\w.-]")
_BASE = """
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1f2328;font:11pt/1.4 Calibri,Carlito,"Segoe UI",Helvetica,Arial,sans-serif}
main{margin:0 auto;padding:40px 32px 64px}
main::after{content:"";display:block;clear:both}
p,h1,h2,h3,h4,h5,h6{margin:0;font-weight:inherit;font-size:inherit;white-space:pre-wrap;overflow-wrap:break-word}
p,h1,h2,h3,h4,h5,h6{tab-size:3em}
p:empty::before{content:"\\200b"}
a{color:#0b5394}
table{border-collapse:collapse;max-width:100%}
td,th{vertical-align:top;text-align:left;font-weight:inherit;overflow-wrap:break-word}
img{max-width:100%;height:auto;vertical-align:middle}
img.l{float:left;margin:4px 14px 4px 0}
img.r{float:right;margin:4px 0 4px 14px}
.m{display:inline-block;text-indent:0;min-width:1.4em;padding-right:.35em}
.x{margin:6px 0;padding:8px 12px}
.math{font-family:"Cambria Math",Cambria,Caladea,serif;font-style:italic}
.notes{margin-top:32px;border-top:1px solid #d0d7de;padding-top:8px;font-size:9.5pt;clear:both}
.scroll{overflow-x:auto}
@media print{main{max-width:none;padding:0}}
"""


def page_of(data: bytes, source: SourceFormat, desk: Desk) -> Page:
    """The page. An old document is first made a new one. Raises PackageError and what the office raises."""
    if source == "doc":
        data = desk.convert(data, "doc", "docx").data
    prose = Prose(data)
    writer = _Writer(prose)
    body = writer.blocks(prose.body(), 0) + writer.notes()
    body = writer.with_drawings(body, desk)
    section = prose.document.sections()[0]
    frame = Frame(section)
    width = min(1_100, max(420, round(frame.text_width / 15)))
    markup = f'<main style="max-width:{width + 64}px">{body}</main>'
    direction = "rtl" if on(section, "w:bidi") else "ltr"
    page = Page(_title(prose), prose.document.language(), markup, writer.sheet, direction)
    page.warnings = [*writer.warnings(), *writer.pictures.warnings]
    return page


def _title(prose: Prose) -> str:
    name = prose.document.package.related("", "core-properties")
    if name is not None and prose.document.package.has(name):
        title = prose.document.package.tree(name).findtext("{http://purl.org/dc/elements/1.1/}title") or ""
        if title.strip():
            return title.strip()[:300]
    for block in blocks(prose.body()):
        text = "".join(piece.text for piece in prose.pieces(block) if piece.kind == "text").strip()
        if local(block) == "p" and text:
            return text[:300]
    return "Document"


class _Writer:
    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        self.looks = WordLooks(prose)
        self.sheet = StyleSheet(_BASE)
        self.pictures = Pictures()
        self._numbers: dict[tuple[str, str], str] = {}
        self._counts = {"footnote": 0, "endnote": 0}
        self._to_draw: list[etree._Element] = []
        self._lost = 0
        self._has_math = False
        self._places = _linked(prose)

    # Blocks

    def blocks(self, container: etree._Element, depth: int, around: TableText = ((), ())) -> str:
        if depth > MAX_DEPTH:
            return ""
        listed = list(blocks(container))
        parts = []
        for index, block in enumerate(listed):
            if local(block) == "tbl":
                parts.append(self._table(block, depth))
            else:
                before, after = listed[index - 1] if index else None, listed[index + 1 : index + 2]
                parts.append(self._paragraph(block, depth, around, before, after[0] if after else None))
        return "\n".join(parts)

    def _paragraph(
        self,
        paragraph: etree._Element,
        depth: int,
        around: TableText,
        before: etree._Element | None,
        after: etree._Element | None,
    ) -> str:
        text, settings = self.looks.text_of(paragraph, around[0]), self.looks.paragraph(paragraph, around[1])
        if self.looks.is_tight(paragraph):
            settings |= {"margin-top": "0"} if _alike(before, paragraph) else {}
            settings |= {"margin-bottom": "0"} if _alike(after, paragraph) else {}
        ground = settings.get("background-color") or around_ground(paragraph)
        if is_pale(text.get("color")) and ground is None:
            del text["color"]
        inner, floating = self._inline(paragraph, text, depth, is_on_ground=ground is not None)
        label = self.prose.label(paragraph)
        if label:
            inner = f'<span class="m">{escape(label)}</span>{inner}'
        level = self.prose.heading(paragraph)
        tag = f"h{min(6, level)}" if level and depth == 0 and inner else "p"
        places = "".join(
            f'<span id="{place}"></span>'
            for mark in elements(paragraph, "w:bookmarkStart")
            if (place := place_of(value(mark, "w:name") or "")) in self._places
        )
        direction = ' dir="rtl"' if self.looks.is_from_right(paragraph) else ""
        if direction and settings.get("text-align") in {"left", None}:
            settings["text-align"] = "right"
        elif direction and settings["text-align"] == "right":
            settings["text-align"] = "left"
        name = self.sheet.name({**text, **settings})
        return (
            f"<{tag}{f' class={chr(34)}{name}{chr(34)}' if name else ''}{direction}>{places}{inner}</{tag}>{floating}"
        )

    def _inline(
        self, paragraph: etree._Element, base: Looks, depth: int, *, is_on_ground: bool, part: str | None = None
    ) -> tuple[str, str]:
        """What stands in a paragraph's lines, and what floats beside it."""
        shown: list[str] = []
        floating: list[str] = []
        for piece in self.prose.pieces(paragraph, part):
            if piece.kind == "drawing" and piece.element is not None:
                in_line, beside = self._drawing(piece.element, depth)
                shown.append(_linking(piece.link, in_line, self._places) if in_line else "")
                floating.append(beside)
            elif piece.kind in {"footnote", "endnote"}:
                shown.append(self._reference(piece))
            else:
                shown.append(self._text(piece, base, is_on_ground=is_on_ground))
        return "".join(shown), "".join(floating)

    def _text(self, piece: Piece, base: Looks, *, is_on_ground: bool) -> str:
        if piece.kind == "break":
            return "<br>"
        markup = escape(piece.text)
        if piece.kind == "math":
            self._has_math = True
            return f'<span class="math">{markup}</span>'
        looks = self.looks.run(piece.run, base) if piece.run is not None else {}
        if is_pale(looks.get("color")) and not is_on_ground and "background-color" not in looks:
            del looks["color"]
        name = self.sheet.name(looks)
        target = _target(piece.link, self._places)
        if target:
            return f'<a href="{escape(target)}"{f" class={name}" if name else ""}>{markup}</a>'
        return f'<span class="{name}">{markup}</span>' if name else markup

    def _reference(self, piece: Piece) -> str:
        key = (piece.kind, piece.text)
        if key not in self._numbers:
            self._counts[piece.kind] += 1
            count = self._counts[piece.kind]
            self._numbers[key] = str(count) if piece.kind == "footnote" else roman(count)
        number = self._numbers[key]
        return f'<sup><a href="#note-{number}" id="to-note-{number}">{number}</a></sup>'

    def notes(self) -> str:
        parts = []
        for kind in ("footnote", "endnote"):
            notes = self.prose.notes("footnote" if kind == "footnote" else "endnote")
            part = self.prose.document.part(f"{kind}s")
            for (of_kind, identifier), number in list(self._numbers.items()):
                if of_kind == kind and identifier in notes:
                    texts = [
                        self._inline(block, self.looks.text_of(block), MAX_DEPTH, is_on_ground=False, part=part)[0]
                        for block in blocks(notes[identifier])
                        if local(block) == "p"
                    ]
                    back = f'<a href="#to-note-{number}">{number}</a>'
                    parts.append(f'<p id="note-{number}">{back} {" ".join(text.strip() for text in texts)}</p>')
        return f'<section class="notes">{"".join(parts)}</section>' if parts else ""

    # Tables

    def _table(self, table: etree._Element, depth: int) -> str:
        rows = findall(table, "w:tr")
        grid = [twips(value(column, "w:w")) for column in findall(table, "w:tblGrid/w:gridCol")]
        cells = [_cells(row) for row in rows]
        width = max([len(grid), *(sum(span for _, _, span in row) for row in cells)], default=0)
        looks = TableLooks(table, self.looks.table_chain(table), len(rows), width)
        padding = looks.padding()
        body = []
        for index, row in enumerate(rows):
            tag = "th" if on(find(row, "w:trPr"), "w:tblHeader") else "td"
            parts = []
            for cell, column, span in cells[index]:
                if not _is_continued(cell):
                    taken = (_rows_of(cells, index, column, cell), span)
                    parts.append(self._cell(cell, tag, looks, padding, (index, column), taken, depth))
            body.append(f"<tr>{''.join(parts)}</tr>")
        total = sum(grid)
        columns = "".join(f'<col style="width:{max(1, 100 * one / total):.1f}%">' for one in grid) if total else ""
        pixels = min(1_100, round(total / 15))
        settings = self._placed(table)
        name = self.sheet.name(settings)
        size = f' style="width:{pixels}px"' if pixels else ""
        return (
            f'<div class="scroll"><table{f" class={name}" if name else ""}{size}><colgroup>{columns}</colgroup><tbody>'
            f"{''.join(body)}</tbody></table></div>"
        )

    def _placed(self, table: etree._Element) -> Looks:
        align = path_value(table, "w:tblPr/w:jc")
        if align == "center":
            return {"margin-left": "auto", "margin-right": "auto"}
        return {"margin-left": "auto"} if align in {"right", "end"} else {}

    def _cell(
        self,
        cell: etree._Element,
        tag: str,
        looks: TableLooks,
        padding: Looks,
        at: tuple[int, int],
        span: tuple[int, int],
        depth: int,
    ) -> str:
        own = {**padding, **looks.cell(cell, *at, span)}
        around = (looks.runs(*at), looks.paragraphs(*at))
        name = self.sheet.name({key: one for key, one in own.items() if one != "none"})
        spans = f' rowspan="{span[0]}"' if span[0] > 1 else ""
        spans += f' colspan="{span[1]}"' if span[1] > 1 else ""
        ground = own.get("background-color")
        if ground:
            cell.set(_GROUND, ground)
        return f'<{tag} class="{name}"{spans}>{self.blocks(cell, depth + 1, around)}</{tag}>'

    # Drawings

    def _drawing(self, element: etree._Element, depth: int) -> tuple[str, str]:
        """A drawing in its line, or what is put after its paragraph."""
        drawing = _chosen(element)
        if drawing is None:
            return "", ""
        size = word_pictures.size_of(drawing)
        data = word_pictures.embedded(self.prose.document, drawing)
        address = self.pictures.address(data) if data else None
        if address:
            return _image(address, size, _side_of(drawing)), ""
        contents = boxes(drawing)
        if contents and not any(True for _ in elements(drawing, "c:chart", "pic:pic")):
            return "", "".join(self._box(box, drawing, depth) for box in contents)
        if _is_ground(drawing, size):
            return "", ""
        self._to_draw.append(element if local(element) == "AlternateContent" else drawing)
        return f"\x02{len(self._to_draw) - 1}\x03", ""

    def _box(self, box: etree._Element, drawing: etree._Element, depth: int) -> str:
        ground = _shape_fill(drawing, self.prose.document.colors())
        if ground:
            box.set(_GROUND, ground)
        name = self.sheet.name({"background-color": ground} if ground else {})
        return f'<div class="x{f" {name}" if name else ""}">{self.blocks(box, depth + 1)}</div>'

    def with_drawings(self, body: str, desk: Desk) -> str:
        """The page with what LibreOffice drew of it."""
        drawings = [drawing for one in self._to_draw if (drawing := _chosen(one)) is not None]
        pictures = word_pictures.drawn(self.prose.document, drawings, desk)
        for index, data in enumerate(pictures):
            drawing = drawings[index]
            address = self.pictures.address(data) if data else None
            markup = ""
            if address:
                markup = _image(address, word_pictures.size_of(drawing), _side_of(drawing))
            else:
                self._lost += 1
            body = body.replace(f"\x02{index}\x03", markup)
        return body

    def warnings(self) -> Iterable[ExportWarning]:
        if self._lost:
            which = "A drawing" if self._lost == 1 else f"{self._lost} drawings"
            yield ExportWarning(code="drawings_left_out", message=f"{which} could not be drawn and is not in the page.")
        if self._has_math:
            yield ExportWarning(code="equations_as_text", message="Equations are written on one line, as text.")


TableText = tuple[Iterable[etree._Element], Iterable[etree._Element]]
"""What a table's style brings to the runs and to the paragraphs of a cell."""
_GROUND = "ground"


def around_ground(paragraph: etree._Element) -> str | None:
    """The ground that a paragraph stands on in a cell or a box, if its writer marked one."""
    for ancestor in paragraph.iterancestors():
        if ground := ancestor.get(_GROUND):
            return ground
    return None


def _alike(other: etree._Element | None, paragraph: etree._Element) -> bool:
    if other is None or local(other) != "p":
        return False
    return path_value(other, "w:pPr/w:pStyle") == path_value(paragraph, "w:pPr/w:pStyle")


def place_of(bookmark: str) -> str:
    return f"b-{_PLACE.sub('_', bookmark)[:80]}"


def _linked(prose: Prose) -> set[str]:
    """The places of bookmarks that something links to."""
    body = prose.body()
    bookmarks = {value(mark, "w:name") or "" for mark in elements(body, "w:bookmarkStart")}
    named = {value(link, "w:anchor") or "" for link in elements(body, "w:hyperlink")}
    for code in elements(body, "w:instrText"):
        named.update(re.findall(r'\\l\s+"([^"]+)"', code.text or ""))
    return {place_of(name) for name in named & bookmarks if name}


def _target(link: str | None, places: set[str]) -> str | None:
    if not link:
        return None
    if not link.startswith("#"):
        return safe_link(link)
    place = place_of(link[1:])
    return f"#{place}" if place in places else None


def _linking(link: str | None, markup: str, places: set[str]) -> str:
    target = _target(link, places)
    return f'<a href="{escape(target)}">{markup}</a>' if target else markup


def _cells(row: etree._Element) -> list[tuple[etree._Element, int, int]]:
    """The cells of a row, with the column each begins in and how many it takes."""
    before = path_value(row, "w:trPr/w:gridBefore") or "0"
    column = min(63, int(before)) if before.isdigit() else 0
    found = []
    for cell in row.iter(q("w:tc")):
        if next(cell.iterancestors(q("w:tr")), None) is not row:
            continue
        given = path_value(cell, "w:tcPr/w:gridSpan") or "1"
        span = max(1, min(63, int(given))) if given.isdigit() else 1
        found.append((cell, column, span))
        column += span
    return found


def _is_continued(cell: etree._Element) -> bool:
    merge = find(cell, "w:tcPr/w:vMerge")
    return merge is not None and value(merge) != "restart"


def _rows_of(cells: list[list[tuple[etree._Element, int, int]]], row: int, column: int, cell: etree._Element) -> int:
    """How many rows a cell takes."""
    if path_value(cell, "w:tcPr/w:vMerge") != "restart":
        return 1
    count = 1
    for below in cells[row + 1 :]:
        if not any(at == column and _is_continued(other) for other, at, _ in below):
            break
        count += 1
    return count


def _chosen(element: etree._Element) -> etree._Element | None:
    """The drawing of a run's child: of alternatives the first, else the old form."""
    if local(element) != "AlternateContent":
        return element
    choice = next((c for c in element if local(c) == "Choice"), None)
    fallback = next((c for c in element if local(c) == "Fallback"), None)
    for branch in (choice, fallback):
        if branch is not None and len(branch):
            return branch[0]
    return None


def _side_of(drawing: etree._Element) -> str:
    """Whether text runs beside a picture: "l" or "r" for the side it stands on, else empty."""
    anchor = next(elements(drawing, "wp:anchor"), None)
    if anchor is None or not any(True for _ in elements(anchor, "wp:wrapSquare", "wp:wrapTight", "wp:wrapThrough")):
        return ""
    align = anchor.findtext(f"{q('wp:positionH')}/{q('wp:align')}") or ""
    return {"left": "l", "inside": "l", "right": "r", "outside": "r"}.get(align.strip(), "")


def _image(address: str, size: word_pictures.Sized, side: str) -> str:
    measures = f' width="{size.width_px}" height="{size.height_px}"' if size.width_px and size.height_px else ""
    name = f' class="{side}"' if side else ""
    return f'<img src="{address}" alt="{escape(size.description)}"{measures}{name}>'


def _is_ground(drawing: etree._Element, size: word_pictures.Sized) -> bool:
    """Whether a drawing is but a coloured ground behind text, or a line of no height."""
    if any(True for _ in elements(drawing, "c:chart", "pic:pic", "v:imagedata")) or _is_diagram(drawing):
        return False
    anchor = next(elements(drawing, "wp:anchor"), None)
    is_behind = anchor is not None and (anchor.get("behindDoc") in {"1", "true"} or size.width_px > 560)
    return is_behind or not (size.width_px and size.height_px)


def _is_diagram(drawing: etree._Element) -> bool:
    return any(local(child) in {"relIds", "wgp", "wpc"} for data in drawing.iter(q("a:graphicData")) for child in data)


def _shape_fill(drawing: etree._Element, colors: dict[str, str]) -> str | None:
    """The colour of a shape's ground."""
    for settings in elements(drawing, "wps:spPr"):
        solid = settings.find(q("a:solidFill"))
        for color in solid if solid is not None else ():
            if local(color) == "srgbClr" and re.fullmatch(r"[0-9A-Fa-f]{6}", color.get("val", "")):
                return f"#{color.get('val', '').lower()}"
            named = colors.get(color.get("val", ""))
            if local(color) == "schemeClr" and named and re.fullmatch(r"#?[0-9A-Fa-f]{6}", named):
                return f"#{named.lstrip('#').lower()}"
    return None
