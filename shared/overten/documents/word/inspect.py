"""A document in few words: for a model that works on it, and as counts for its user."""

from __future__ import annotations

import re

from lxml import etree

from overten.documents.difference import Line, Part
from overten.documents.models import Statistics
from overten.documents.word import properties
from overten.documents.word.anchors import (
    COVER_TAG,
    TOC_TAG,
    Outline,
    anchor_of,
    plain_text,
    resolve,
    top_level,
    word_art,
)
from overten.documents.word.comments import comments
from overten.documents.word.document import Document, Frame, section_of
from overten.documents.word.equations import linear_text
from overten.documents.word.notes import note_texts
from overten.documents.word.numbers import list_numbers
from overten.documents.word.pages import watermark_text
from overten.documents.word.revisions import revisions
from overten.documents.word.styles import by_id
from overten.documents.word.tables import Grid
from overten.documents.word.xml import elements, find, findall, local, on, path_value, q, value

MAX_BLOCK_TEXT = 90
MAX_CELL_TEXT = 40
OVERVIEW_BLOCKS = 150
TABLE_ROWS = 3
ALL_ROWS = 60
MAX_LISTED = 40
_AROUND = 100
_CELL_TEXT = 300
_TABLE_TEXT = 6_000
_HINT_ROOM = 120
_NEIGHBOURS = re.compile(r"(?<=[^\s*])\*{4}(?=[^\s*])|(?<=[^\s*])\*\*(\s+)\*\*(?=[^\s*])")
_BASIC = {"normal", "body text"}


def describe(
    document: Document,
    anchor: str | None = None,
    *,
    section: bool = False,
    show: str = "blocks",
    containing: str | None = None,
    max_characters: int = 8_000,
) -> str:
    """The document as text: properties, page and one line for each block, its anchor first, and of a long one the rest
    of its headings; one block in full, with `section` a heading's section, or all from another block on; the lines
    `containing` a text; its styles, comments or tracked changes. The text ends with a hint where it was cut.

    Raises OperationError for an anchor that is not there.
    """
    if show == "styles":
        return _bounded(_style_lines(document), max_characters)
    if show == "comments":
        return _bounded(_comment_lines(document, MAX_LISTED * 5), max_characters)
    if show == "changes":
        return _bounded(_change_lines(document, MAX_LISTED * 5), max_characters)
    teller = _Teller(document)
    if containing is not None:
        return _bounded(teller.containing(containing), max_characters)
    if anchor is None:
        head = _head(document, teller)
        return _bounded([*head, *teller.overview(max_characters - _length(head) - _HINT_ROOM)], max_characters)
    block = resolve(document, anchor)
    return _bounded(teller.read(block, section=section, room=max_characters - _HINT_ROOM), max_characters)


def statistics(document: Document) -> Statistics:
    """Counts for the user."""
    body = document.body()
    return Statistics(
        words=sum(len((text.text or "").split()) for text in elements(body, "w:t")),
        images=sum(1 for _ in elements(body, "pic:pic")),
        charts=sum(1 for _ in elements(body, "c:chart")),
        tables=sum(1 for table in elements(body, "w:tbl") if find(table, "w:tblPr/w:tblStyle") is not None),
    )


def parts(document: Document) -> list[Part]:
    """The text block by block; then headers, footers, comments and tracked changes."""
    teller = _Teller(document)
    text = [
        Line(anchor_of(block), line.removeprefix(anchor_of(block)).strip())
        for block in teller.outline.blocks
        for line in teller.full(block)
    ]
    bars = [Line(kind, bar) for kind in ("header", "footer") if (bar := _bar_text(document, kind))]
    notes = [Line("", line) for line in (*_comment_lines(document, MAX_LISTED), *_change_lines(document, MAX_LISTED))]
    title = [Line("title", properties.title(document) or "none")]
    margins = Part("margins", "Title, headers, comments and tracked changes", title + bars + notes)
    return [Part("text", "Text", text), margins]


def _that_fit(headings: list[tuple[etree._Element, int]], room: int) -> list[str]:
    """Headings, those of the lowest levels left out where they are too many."""
    for deepest in range(9, 0, -1):
        lines = [
            f"{anchor_of(block)} {'#' * level} {_short(' '.join(plain_text(block).split()), 60)}"
            for block, level in headings
            if level <= deepest
        ]
        if _length(lines) <= room:
            break
    return lines


def _length(lines: list[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _bounded(lines: list[str], max_characters: int) -> str:
    text = "\n".join(lines)
    if len(text) <= max_characters:
        return text
    kept = text[: max_characters - 80].rpartition("\n")[0]
    return f"{kept}\n… cut; ask for one section or block by its anchor to see the rest"


def _head(document: Document, teller: _Teller) -> list[str]:
    frame = Frame(document.sections()[0])
    size = (
        f"{frame.page_width / 567:.1f} x {frame.page_height / 567:.1f} cm, text {frame.column_width / 567:.1f} cm wide"
    )
    title = properties.title(document)
    named = f"Document {title!r}" if title else "Document without a title"
    lines = [f"{named}, language {document.language()}, page {size}, {len(document.sections())} sections"]
    extras = [f"watermark {mark!r}"] if (mark := watermark_text(document)) else []
    extras += [f"changes tracked as {document.tracking}"] if document.tracking else []
    for kind in ("header", "footer"):
        shown = _bar_text(document, kind)
        extras += [f"{kind} {shown!r}"] if shown else []
    counts = ((len(comments(document)), "comments"), (len(revisions(document)), "tracked changes"))
    extras += [f"{count} {name} (inspect show={name.split()[-1]!r})" for count, name in counts if count]
    return lines + (["; ".join(extras)] if extras else []) + [f"{len(teller.outline.blocks)} blocks:"]


def _bar_text(document: Document, kind: str) -> str:
    for relation in document.package.relationships(document.main).of_type(kind):
        if not relation.external and document.package.has(relation.target):
            text = " | ".join(
                " ".join(plain_text(p).split()) for p in elements(document.package.tree(relation.target), "w:p")
            )
            if text.strip(" |"):
                return text[:MAX_BLOCK_TEXT]
    return ""


class _Teller:
    """Tells blocks in words; what all of them need is read once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.outline = Outline(document)
        self._numbers = list_numbers(document)
        self._notes = {kind: note_texts(document, kind) for kind in ("footnote", "endnote")}
        self._styles = {
            identifier: path_value(style, "w:name") or identifier
            for identifier, style in by_id(document.styles()).items()
        }

    def overview(self, room: int) -> list[str]:
        """The blocks in short. Where they are too many for the room, half of it is for the headings of the rest."""
        told: set[etree._Element] = set()
        shown: list[list[str]] = []
        for block in self.outline.blocks:
            shown.append(self._brief(block, told))
            room_left = room - sum(map(_length, shown))
            if room_left < 0 or sum(map(len, shown)) > OVERVIEW_BLOCKS:
                break
        else:
            return [line for lines in shown for line in lines]
        while len(shown) > 1 and sum(map(_length, shown)) > room // 2:
            shown.pop()
        later = [(block, level) for block, level in self.outline.headings() if self.outline.at(block) >= len(shown)]
        hint = f"… {len(self.outline.blocks) - len(shown)} more blocks; the headings among them:"
        return [*(line for lines in shown for line in lines), hint, *_that_fit(later, room // 2)]

    def _brief(self, block: etree._Element, told: set[etree._Element]) -> list[str]:
        """A block in short; one of the cover or the contents stands for all of that."""
        top = top_level(self.document, block)
        tag = path_value(top, "w:sdtPr/w:tag") if top is not block else None
        if tag not in {COVER_TAG, TOC_TAG}:
            return self._line(block)
        if top in told:
            return []
        told.add(top)
        name = "cover" if tag == COVER_TAG else "contents"
        return [f"{anchor_of(block)} [{name}] {_short(plain_text(top), MAX_BLOCK_TEXT)}"]

    def read(self, block: etree._Element, *, section: bool, room: int) -> list[str]:
        """A block in full; with `section` a heading's section, or of any other block all from it on, while there is
        room."""
        chosen = [block]
        if section and block in self.outline.blocks:
            is_heading = self.outline.level(block) is not None
            chosen = self.outline.section(block) if is_heading else self.outline.blocks[self.outline.at(block) :]
        lines: list[str] = []
        for one in chosen:
            full = self.full(one)
            room -= _length(full)
            if room < 0 and lines:
                return [*lines, f"… cut; it goes on at {anchor_of(one)}: ask for that anchor with section=true"]
            lines += full
        return lines

    def containing(self, text: str) -> list[str]:
        """The lines of the document that contain a text in any case, what is around it, behind their anchors."""
        wanted = " ".join(text.casefold().split())
        found = []
        for block in self.outline.blocks:
            anchor = anchor_of(block)
            for line in self.full(block):
                flat = " ".join(line.removeprefix(anchor).split())
                at = flat.casefold().find(wanted)
                if at >= 0:
                    start, end = max(0, at - _AROUND), at + len(wanted) + _AROUND
                    before, after = "…" if start else "", "…" if end < len(flat) else ""
                    found.append(f"{anchor} {before}{flat[start:end]}{after}")
        return [f"{len(found)} lines contain {text!r}:", *found]

    def _line(self, block: etree._Element) -> list[str]:
        if local(block) == "tbl":
            return self._table(block, TABLE_ROWS, MAX_CELL_TEXT)
        text = _short(self.marked(block), MAX_BLOCK_TEXT)
        if not text and find(block, "w:pPr/w:sectPr") is None and not _objects(block):
            return []
        return [f"{anchor_of(block)} {self._kind(block)}{text}{self._after(block)}"]

    def full(self, block: etree._Element) -> list[str]:
        """A block with all its text and, for a table, many rows."""
        if local(block) == "tbl":
            # A box of text is a table too, of one cell.
            cells = sum(1 for _ in elements(block, "w:tc"))
            return self._table(block, ALL_ROWS, max(_CELL_TEXT, _TABLE_TEXT // max(1, cells)))
        return [f"{anchor_of(block)} {self._kind(block)}{self.marked(block)}{self._after(block)}"]

    def _kind(self, block: etree._Element) -> str:
        level = self.outline.level(block)
        number = self._numbers.get(anchor_of(block), "")
        if level is not None:
            return f"{'#' * level} {number + ' ' if number not in {'', '•'} else ''}"
        style = path_value(block, "w:pPr/w:pStyle")
        name = self._styles.get(style, style) if style else ""
        shown = f"[{name}] " if name and name.casefold() not in _BASIC else ""
        return shown + (f"{number} " if number else "")

    def _after(self, block: etree._Element) -> str:
        facts = _objects(block)
        section = find(block, "w:pPr/w:sectPr")
        if section is not None:
            frame = Frame(section_of(self.document, block))
            facts.append("section break" + (", landscape before it" if frame.page_width > frame.page_height else ""))
        return f" ({'; '.join(facts)})" if facts else ""

    def marked(self, paragraph: etree._Element) -> str:
        """The paragraph's text in the marks that operations take."""
        return _Marks(self.document, self._notes).of(paragraph)

    def _table(self, table: etree._Element, rows: int, width: int) -> list[str]:
        grid = Grid(table)
        style = path_value(table, "w:tblPr/w:tblStyle")
        named = f" [{self._styles.get(style, style)}]" if style else ""
        lines = [f"{anchor_of(table)} table {len(grid.rows)} x {grid.width}{named}"]
        for number, cells in enumerate(grid.cells[:rows]):
            texts = [_short(plain_text_of_cell(cell), width) for cell in dict.fromkeys(cells)]
            lines.append(f"  {number}: {' | '.join(texts)}")
        if len(grid.rows) > rows:
            lines.append(f"  … {len(grid.rows) - rows} more rows")
        return lines


def plain_text_of_cell(cell: etree._Element) -> str:
    return " ⏎ ".join(plain_text(paragraph) for paragraph in elements(cell, "w:p"))


class _Marks:
    """Writes a paragraph's runs as text with marks."""

    def __init__(self, document: Document, notes: dict[str, dict[str, str]]) -> None:
        self._relations = document.package.relationships(document.main)
        self._notes = notes
        self._field: str | None = None
        self._depth = 0

    def of(self, paragraph: etree._Element) -> str:
        # Neighbouring runs are often alike: the end of one mark and the beginning of the next cancel out.
        text = "".join(self._child(child) for child in paragraph)
        return _NEIGHBOURS.sub(lambda match: match[1] or "", text).strip("\n")

    def _child(self, element: etree._Element) -> str:
        name = local(element)
        if name == "r":
            return self._run(element)
        if name == "hyperlink":
            return self._link(element)
        if name in {"oMath", "oMathPara"}:
            return f"{{math:{linear_text(element)}}}"
        if name == "sdt":
            content = find(element, "w:sdtContent")
            return "".join(self._child(child) for child in content) if content is not None else ""
        if name in {"ins", "moveTo", "smartTag", "customXml", "fldSimple"}:
            return "".join(self._child(child) for child in element)
        return ""

    def _link(self, element: etree._Element) -> str:
        text = "".join(self._child(child) for child in element)
        relation = self._relations.get(element.get(q("r:id"), ""))
        anchor = element.get(q("w:anchor"), "")
        if anchor.startswith("src_"):
            return f"[@{anchor[4:]}]"
        return f"[{text}]({relation.target})" if relation is not None and relation.external else text

    def _run(self, element: etree._Element) -> str:
        shown = ""
        for child in element:
            shown += self._in_run(child)
        if not shown.strip() or shown.startswith(("^[", "{")):
            return shown
        inner = shown.strip()
        mark = ("**" if on(element, "w:rPr/w:b") else "") + ("*" if on(element, "w:rPr/w:i") else "")
        return shown.replace(inner, f"{mark}{inner}{mark[::-1]}", 1) if mark else shown

    def _in_run(self, child: etree._Element) -> str:
        name = local(child)
        if name == "fldChar":
            return self._field_mark(child.get(q("w:fldCharType"), ""))
        if name == "instrText" and self._depth == 1:
            self._field = (self._field or "") + (child.text or "")
        if self._depth and self._told:
            return ""
        if name == "t":
            return child.text or ""
        if name in {"tab", "br", "cr"}:
            return "\t" if name == "tab" else "\n" if child.get(q("w:type")) is None else ""
        if name in {"footnoteReference", "endnoteReference"}:
            kind = name.removesuffix("Reference")
            text = self._notes[kind].get(child.get(q("w:id"), ""), "")
            return f"^[{text}]" if kind == "footnote" else f"{{endnote:{text}}}"
        return ""

    @property
    def _told(self) -> bool:
        """Whether the field at hand is shown as a mark, so that its result is not."""
        words = (self._field or "").split()
        return len(words) > 1 and words[0] == "REF" and words[1].startswith(("ref_", "src_"))

    def _field_mark(self, kind: str) -> str:
        if kind == "begin":
            self._depth += 1
            self._field = "" if self._depth == 1 else self._field
        elif kind == "end" and self._depth:
            self._depth -= 1
            if not self._depth and self._told:
                name = (self._field or "").split()[1]
                return f"{{ref:{name[4:]}}}" if name.startswith("ref_") else f"[@{name[4:]}]"
        return ""


def _objects(block: etree._Element) -> list[str]:
    facts: list[str] = []
    for drawing in elements(block, "w:drawing"):
        alt = next((d.get("descr") or d.get("title") for d in elements(drawing, "wp:docPr")), None)
        kind = "chart" if any(True for _ in elements(drawing, "c:chart")) else "picture"
        kind = kind if any(True for _ in elements(drawing, "c:chart", "pic:pic")) else "drawing"
        facts.append(f"{kind} {_short(alt or 'without alt text', 50)!r}")
    facts += [f"WordArt {_short(path.get('string', ''), 50)!r}" for path in word_art(block)]
    boxes = dict.fromkeys(_short(plain_text(box), 80) for box in elements(block, "w:txbxContent"))
    facts += [f"text box {text!r}" for text in boxes if text]
    if any(br.get(q("w:type")) == "page" for br in elements(block, "w:br")):
        facts.append("page break")
    labels = [
        m.get(q("w:name"), "")[4:]
        for m in findall(block, "w:bookmarkStart")
        if m.get(q("w:name"), "").startswith("ref_")
    ]
    return facts + [f"label {label}" for label in labels]


def _style_lines(document: Document) -> list[str]:
    used = {value(e) for e in elements(document.body(), "w:pStyle", "w:rStyle", "w:tblStyle")}
    lines = []
    for identifier, style in by_id(document.styles()).items():
        mark = ", used" if identifier in used else ""
        lines.append(f"{path_value(style, 'w:name')} ({style.get(q('w:type'))}{mark})")
    return lines or ["The document has no styles"]


def _comment_lines(document: Document, most: int) -> list[str]:
    lines = [
        f"Comment {c.id} by {c.author} on {c.anchor or '?'}"
        f"{f', answer to {c.reply_to}' if c.reply_to is not None else ''}"
        f"{', settled' if c.resolved else ''}: {_short(c.text, 200)}"
        for c in comments(document)
    ]
    return lines[:most] or ["There are no comments"]


def _change_lines(document: Document, most: int) -> list[str]:
    lines = [f"Change {r.id} {r.kind} by {r.author}: {_short(r.text, 80)!r}" for r in revisions(document)]
    return lines[:most] or ["There are no tracked changes"]


def _short(text: str, most: int) -> str:
    text = " ".join(text.replace("\n", "⏎ ").split())
    return text if len(text) <= most else text[: most - 1] + "…"
