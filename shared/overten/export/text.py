"""Word documents as plain text, without layout: UTF-8, a line for each paragraph and each row of a table.

Headers and footers, which belong to pages, are left out; notes follow at the end.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from overten.documents.word.xml import findall, local, path_value
from overten.export.models import Converted, SourceFormat
from overten.export.prose import Prose, blocks, boxes
from overten.export.protocol import Desk
from overten.export.targets import MEDIA_TYPES

_INDENT = "  "
_RULE = "―――"


def to_text(data: bytes, source: SourceFormat, desk: Desk) -> Converted:
    """Text of a Word document; an old one is first made a new one. Raises PackageError and what the office raises."""
    if source == "doc":
        data = desk.convert(data, "doc", "docx").data
    return Converted(text_of(data).encode("utf-8", "replace"), "txt", MEDIA_TYPES["txt"])


def text_of(data: bytes) -> str:
    """The text, its lines ended by line feeds."""
    writer = _Writer(Prose(data))
    lines = list(writer.lines(writer.prose.body()))
    notes = list(writer.notes())
    if notes:
        lines += ["", _RULE, *notes]
    return "\n".join(_tidied(lines)).rstrip("\n") + "\n"


def _tidied(lines: list[str]) -> Iterator[str]:
    """No spaces at ends, never two empty lines."""
    was_empty = True
    for line in lines:
        text = line.rstrip()
        if text or not was_empty:
            yield text
        was_empty = not text


class _Writer:
    def __init__(self, prose: Prose) -> None:
        self.prose = prose
        self._numbers: dict[tuple[str, str], str] = {}
        self._counts = {"footnote": 0, "endnote": 0}
        self._floating: list[etree._Element] = []

    def lines(self, container: etree._Element) -> Iterator[str]:
        in_list = False
        for block in blocks(container):
            if local(block) == "tbl":
                yield ""
                yield from self._table(block)
                yield ""
                in_list = False
                continue
            label = self.prose.label(block)
            is_item = label is not None and self.prose.heading(block) is None
            text = self._text(block)
            if not (is_item and in_list) and text.strip():
                yield ""
            if text.strip():
                yield from self._paragraph(block, text, label, is_item=is_item)
                in_list = is_item
            for box in self._taken():
                yield from self.lines(box)

    def _paragraph(self, block: etree._Element, text: str, label: str | None, *, is_item: bool) -> Iterator[str]:
        indent = _INDENT * self.prose.level(block) if is_item else ""
        start = f"{indent}{label} " if label else indent
        first, *rest = text.split("\n")
        yield start + first
        yield from (" " * len(start) + line for line in rest)

    def _text(self, paragraph: etree._Element, part: str | None = None) -> str:
        shown = []
        for piece in self.prose.pieces(paragraph, part):
            if piece.kind in {"footnote", "endnote"}:
                shown.append(f"[{self._number(piece.kind, piece.text)}]")
            elif piece.kind == "drawing":
                self._floating += boxes(piece.element) if piece.element is not None else []
            else:
                shown.append(piece.text)
        return "".join(shown)

    def _taken(self) -> list[etree._Element]:
        taken, self._floating = self._floating, []
        return taken

    def _number(self, kind: str, identifier: str) -> str:
        """Footnotes are counted 1, 2, 3, endnotes i, ii, iii."""
        key = (kind, identifier)
        if key not in self._numbers:
            self._counts[kind] += 1
            count = self._counts[kind]
            self._numbers[key] = str(count) if kind == "footnote" else roman(count)
        return self._numbers[key]

    def _table(self, table: etree._Element) -> Iterator[str]:
        for row in findall(table, "w:tr"):
            cells = []
            for cell in row.iterchildren("{*}tc", "{*}sdt"):
                is_continued = path_value(cell, "w:tcPr/w:vMerge") in {None, "continue"} and _has_merge(cell)
                cells.append("" if is_continued else " ".join(self._cell_texts(cell)))
                span = path_value(cell, "w:tcPr/w:gridSpan") or "1"
                cells += [""] * (min(63, int(span)) - 1 if span.isdigit() else 0)
            yield "\t".join(cells)

    def _cell_texts(self, cell: etree._Element) -> Iterator[str]:
        for line in _tidied(list(self.lines(cell))):
            if line.strip():
                yield line.strip().replace("\t", " ")

    def notes(self) -> Iterator[str]:
        """The notes that are referred to, in this order."""
        for kind in ("footnote", "endnote"):
            notes = self.prose.notes("footnote" if kind == "footnote" else "endnote")
            part = self.prose.document.part(f"{kind}s")
            for (of_kind, identifier), number in list(self._numbers.items()):
                if of_kind == kind and identifier in notes:
                    texts = [self._text(block, part).strip() for block in blocks(notes[identifier])]
                    yield f"[{number}] {' '.join(text for text in texts if text)}"


def _has_merge(cell: etree._Element) -> bool:
    return bool(findall(cell, "w:tcPr/w:vMerge"))


def roman(number: int) -> str:
    """A count in small Roman numerals."""
    letters = ""
    for size, sign in ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while number >= size:
            letters, number = letters + sign, number - size
    return letters
