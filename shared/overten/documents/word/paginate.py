"""An estimate of the page each block is on, by the metrics of the fonts.

There is no layout engine at hand, so paragraphs are broken into lines and stacked on pages as Word does in the main:
spacing, keeping together, breaks, tables row by row, pictures. Where the guess matters to a reader (the contents list)
Word corrects it when the list is updated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.text.measure import Font, line_height, wrap
from overten.documents.word import styles
from overten.documents.word.anchors import plain_text
from overten.documents.word.document import Frame, section_of, twips
from overten.documents.word.tables import Grid, body_font, is_continued
from overten.documents.word.xml import EMU_PER_CM, elements, find, findall, local, on, path_value, q, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_POINTS_PER_EMU = 72 / (EMU_PER_CM * 2.54)
_NOTE_LINE_POINTS = 12.0
_LONG_TEXT = 6000


@dataclass(frozen=True)
class Looks:
    """What of a paragraph's formatting takes room. Lengths in points."""

    family: str = "Calibri"
    size: float = 10.0
    bold: bool = False
    before: float = 0.0
    after: float = 0.0
    line: float = 1.0
    exact: float | None = None
    left: float = 0.0
    right: float = 0.0
    keep_next: bool = False
    page_break_before: bool = False
    contextual: bool = False


class LooksBook:
    """The looks of a document's styles, resolved once each."""

    def __init__(self, document: Document) -> None:
        self._styles = styles.by_id(document.styles())
        self._default = styles.default_id(document.styles(), "paragraph")
        base = Looks(family=body_font(document))
        for path in ("w:docDefaults/w:rPrDefault/w:rPr", "w:docDefaults/w:pPrDefault/w:pPr"):
            base = _with(base, find(document.styles(), path))
        self._base = base
        self._known: dict[str | None, Looks] = {}

    def of(self, paragraph: etree._Element) -> Looks:
        style = path_value(paragraph, "w:pPr/w:pStyle") or self._default
        if style not in self._known:
            looks = self._base
            for one in reversed(styles.chain(self._styles, style)):
                looks = _with(_with(looks, find(one, "w:pPr")), find(one, "w:rPr"))
            self._known[style] = looks
        looks = _with(self._known[style], find(paragraph, "w:pPr"))
        first = next(elements(paragraph, "w:r"), None)
        return _with(looks, find(first, "w:rPr"), only_size=True)


def _with(looks: Looks, settings: etree._Element | None, *, only_size: bool = False) -> Looks:
    if settings is None:
        return looks
    changes: dict[str, object] = {}
    size = value(find(settings, "w:sz"))
    if size and size.isdigit():
        changes["size"] = int(size) / 2
    if only_size:
        return replace(looks, **changes)  # type: ignore[arg-type]
    if find(settings, "w:b") is not None:
        changes["bold"] = on(settings, "w:b")
    for name, member in (
        ("keepNext", "keep_next"),
        ("pageBreakBefore", "page_break_before"),
        ("contextualSpacing", "contextual"),
    ):
        if find(settings, f"w:{name}") is not None:
            changes[member] = on(settings, f"w:{name}")
    named = path_value(settings, "w:rFonts", "w:ascii")
    if named:
        changes["family"] = named
    spacing = find(settings, "w:spacing")
    if spacing is not None and local(settings) == "pPr":
        changes |= _spacing(spacing)
    indent = find(settings, "w:ind")
    changes |= _indents(indent)
    return replace(looks, **changes)  # type: ignore[arg-type]


def _indents(indent: etree._Element | None) -> dict[str, object]:
    sides = {"left": "start", "right": "end"}
    asked = {side: value(indent, f"w:{side}") or value(indent, f"w:{other}") for side, other in sides.items()}
    return {side: twips(length) / 20 for side, length in asked.items() if length is not None}


def _spacing(spacing: etree._Element) -> dict[str, object]:
    changes: dict[str, object] = {}
    for side in ("before", "after"):
        if value(spacing, f"w:{side}") is not None:
            changes[side] = twips(value(spacing, f"w:{side}")) / 20
    line = value(spacing, "w:line")
    if line is not None:
        rule = value(spacing, "w:lineRule") or "auto"
        changes["line"] = twips(line) / 240 if rule == "auto" else 1.0
        changes["exact"] = None if rule == "auto" else twips(line) / 20
    return changes


def paragraph_height(book: LooksBook, paragraph: etree._Element, width: float) -> float:
    """The height of a paragraph's lines and pictures in points, without the space around it."""
    looks = book.of(paragraph)
    font = Font(looks.family, looks.bold)
    pitch = looks.exact or line_height(font, looks.size) * looks.line
    text = plain_text(paragraph)[:_LONG_TEXT]
    room = max(36.0, width - looks.left - looks.right)
    lines = len(wrap(text, font, looks.size, room)) if text else 1
    pictures = sum(_picture_heights(paragraph))
    if pictures and not text.strip():
        return pictures
    maths = sum(1 for _ in elements(paragraph, "m:oMathPara")) * looks.size * 1.4
    return lines * pitch + pictures + maths


def _picture_heights(paragraph: etree._Element) -> Iterator[float]:
    for extent in elements(paragraph, "wp:extent"):
        holder = extent.getparent()
        if holder is not None and local(holder) == "inline":
            yield int(extent.get("cy", "0")) * _POINTS_PER_EMU


def row_heights(book: LooksBook, table: etree._Element, width: float) -> list[float]:
    """The height of each row in points."""
    grid = Grid(table)
    sizes = [twips(value(column, "w:w")) / 20 for column in findall(table, "w:tblGrid/w:gridCol")] or [width]
    heights: list[float] = []
    for row, cells in zip(grid.rows, grid.cells, strict=True):
        tallest, column = 0.0, 0
        for cell in dict.fromkeys(cells):
            span = max(1, cells.count(cell))
            room = sum(sizes[column : column + span]) - 10
            column += span
            if not is_continued(cell):
                tallest = max(tallest, _cell_height(book, cell, room))
        least = twips(path_value(row, "w:trPr/w:trHeight")) / 20
        heights.append(max(tallest + 5.5, least))
    return heights


def _cell_height(book: LooksBook, cell: etree._Element, room: float) -> float:
    height = 0.0
    for child in cell:
        if local(child) == "p":
            looks = book.of(child)
            height += looks.before + looks.after + paragraph_height(book, child, room)
        elif local(child) == "tbl":
            height += sum(row_heights(book, child, room))
    return height


class _Pages:
    """The page being filled."""

    def __init__(self, height: float) -> None:
        self.number = 1
        self.used = 0.0
        self.height = height
        self.column, self.columns = 1, 1

    def turn(self) -> None:
        if self.column < self.columns:
            self.column += 1
        else:
            self.number, self.column = self.number + 1, 1
        self.used = 0.0

    def new_page(self) -> None:
        self.number, self.column, self.used = self.number + 1, 1, 0.0

    def fits(self, height: float) -> bool:
        return self.used + height <= self.height + 0.5


def page_numbers(document: Document) -> tuple[dict[str, int], int]:
    """The page each paragraph of the body begins on, by its id, and the number of pages."""
    from overten.documents.word.anchors import blocks

    book = LooksBook(document)
    outline = list(blocks(document.body()))
    sections = {section: Frame(section) for section in document.sections()}
    where: dict[str, int] = {}
    pages = _Pages(0.0)
    frame: Frame | None = None
    current: etree._Element | None = None
    last_after = 0.0
    for index, block in enumerate(outline):
        section = current if current is not None else section_of(document, block)
        if frame is None or current is None:
            frame = sections[section]
            _begin_section(pages, frame, section, first=index == 0)
            current, last_after = section, 0.0
        width = frame.column_width / 20
        if local(block) == "tbl":
            last_after = _table(book, block, pages, width, where)
        else:
            last_after = _paragraph(book, outline, index, pages, width, where, last_after)
            if find(block, "w:pPr/w:sectPr") is not None:
                current = None
    return where, pages.number


def _begin_section(pages: _Pages, frame: Frame, section: etree._Element, *, first: bool) -> None:
    kind = path_value(section, "w:type") or "nextPage"
    if not first and kind != "continuous":
        pages.new_page()
    pages.height = frame.text_height / 20
    pages.columns, pages.column = frame.columns, 1


def _table(book: LooksBook, table: etree._Element, pages: _Pages, width: float, where: dict[str, int]) -> float:
    rows = list(elements(table, "w:tr"))
    for row, height in zip(rows, row_heights(book, table, width), strict=False):
        if not pages.fits(height) and pages.used:
            pages.turn()
        for paragraph in elements(row, "w:p"):
            where[paragraph.get(q("w14:paraId"), "")] = pages.number
        pages.used += height
    return 0.0


def _paragraph(
    book: LooksBook, outline: list[etree._Element], index: int, pages: _Pages, width: float, where: dict[str, int],
    last_after: float,
) -> float:  # fmt: skip
    block = outline[index]
    looks = book.of(block)
    if looks.page_break_before and pages.used:
        pages.new_page()
    # The larger of the spaces between two paragraphs counts in Word only between list items; else both add up.
    gap = max(looks.before - last_after, 0.0) if pages.used else 0.0
    height = paragraph_height(book, block, width) + _notes(block)
    together = (
        height + _kept_with(book, outline, index, width) if looks.keep_next else min(height, 2 * looks.size * 1.4)
    )
    if pages.used and not pages.fits(gap + together):
        pages.turn()
        gap = 0.0
    where[block.get(q("w14:paraId"), "")] = pages.number
    pages.used += gap + height
    while pages.used > pages.height:
        rest = pages.used - pages.height
        pages.turn()
        pages.used = rest
    pages.used += looks.after
    breaks = [br for br in elements(block, "w:br") if br.get(q("w:type")) == "page"]
    for _ in breaks:
        pages.new_page()
    return 0.0 if breaks else looks.after


def _notes(block: etree._Element) -> float:
    return sum(1 for _ in elements(block, "w:footnoteReference")) * _NOTE_LINE_POINTS


def _kept_with(book: LooksBook, outline: list[etree._Element], index: int, width: float) -> float:
    """How much of what follows must stand on the same page."""
    needed = 0.0
    for block in outline[index + 1 : index + 6]:
        if local(block) == "tbl":
            return needed + sum(row_heights(book, block, width)[:2])
        looks = book.of(block)
        height = paragraph_height(book, block, width)
        if not looks.keep_next:
            return needed + looks.before + min(height, 2 * looks.size * 1.4)
        needed += looks.before + height + looks.after
    return needed
