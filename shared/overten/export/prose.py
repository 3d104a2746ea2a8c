"""The text of a Word document as it reads: changes accepted, hidden text left out, lists with their numbers.

Both the plain text and the page of HTML are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from overten.documents.word import styles
from overten.documents.word.document import Document
from overten.documents.word.numbers import list_numbers
from overten.documents.word.revisions import review, revisions
from overten.documents.word.xml import elements, find, findall, local, on, path_value, q, value

PieceKind = Literal["text", "tab", "break", "footnote", "endnote", "drawing", "math"]
# Containers whose content reads as if they were not there.
_TRANSPARENT = frozenset({"smartTag", "customXml", "ins", "moveTo", "sdtContent", "dir", "bdo", "fldSimple"})
_SKIPPED_FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "TC", "XE"})
_LINK = re.compile(r'HYPERLINK\s+(?:(\\l)\s+)?"([^"]*)"(?:.*?\\l\s+"([^"]*)")?', re.IGNORECASE)
MAX_BLOCKS = 60_000


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph. `run` has its looks; `link` is where it leads: an address, or `#` and a bookmark.
    `text` of a note is its id; `element` is that of a drawing."""

    kind: PieceKind
    text: str = ""
    run: etree._Element | None = None
    link: str | None = None
    element: etree._Element | None = None


class Prose:
    """A Word document, read. Raises PackageError."""

    def __init__(self, data: bytes) -> None:
        self.document = Document.open(data)
        self.document.body()  # gives paragraphs their ids, which list numbers go by
        review(self.document, revisions(self.document), accept=True)
        self.styles = styles.by_id(self.document.styles())
        self.labels = list_numbers(self.document)

    def body(self) -> etree._Element:
        return self.document.body()

    def label(self, paragraph: etree._Element) -> str | None:
        """The number or bullet before a paragraph of a list."""
        return self.labels.get(paragraph.get(q("w14:paraId"), ""))

    def level(self, paragraph: etree._Element) -> int:
        """How deep in its list a paragraph is, from 0."""
        chain = styles.chain(self.styles, path_value(paragraph, "w:pPr/w:pStyle"))
        sources = [find(paragraph, "w:pPr/w:numPr"), *(find(one, "w:pPr/w:numPr") for one in chain)]
        level = next((n for s in sources if s is not None and (n := path_value(s, "w:ilvl"))), "0")
        return min(8, int(level)) if level.isdigit() else 0

    def heading(self, paragraph: etree._Element) -> int | None:
        """The level of a heading, from 1."""
        direct = path_value(paragraph, "w:pPr/w:outlineLvl")
        if direct is not None and direct.isdigit():
            return int(direct) + 1 if int(direct) < 9 else None
        return styles.outline_level(self.styles, path_value(paragraph, "w:pPr/w:pStyle"))

    def notes(self, kind: Literal["footnote", "endnote"]) -> dict[str, etree._Element]:
        """The notes by their ids, without the lines that separate them."""
        name = self.document.part(f"{kind}s")
        if name is None:
            return {}
        found = findall(self.document.package.tree(name), f"w:{kind}")
        return {note.get(q("w:id"), ""): note for note in found if note.get(q("w:type")) in {None, "normal"}}

    def is_hidden(self, run: etree._Element) -> bool:
        return on(find(run, "w:rPr"), "w:vanish") or any(
            on(find(style, "w:rPr"), "w:vanish")
            for style in styles.chain(self.styles, path_value(run, "w:rPr/w:rStyle"))
        )

    def pieces(self, paragraph: etree._Element, part: str | None = None) -> Iterator[Piece]:
        """What a paragraph shows, in order. `part` is where it is, for its links; the body if None."""
        relations = {one.id: one for one in self.document.package.relationships(part or self.document.main)}
        fields = _Fields()
        for node, link in _walk(paragraph, None, {id: one.target for id, one in relations.items() if one.external}):
            if local(node) in {"oMath", "oMathPara"}:
                yield Piece("math", linear(node), link=link)
            elif not self.is_hidden(node):
                yield from self._run(node, link, fields)

    def _run(self, run: etree._Element, link: str | None, fields: _Fields) -> Iterator[Piece]:
        for child in run:
            name = local(child)
            if name in {"fldChar", "instrText"}:
                fields.take(child, name)
            elif not fields.shows:
                continue
            elif name in {"drawing", "pict", "object", "AlternateContent"}:
                yield Piece("drawing", run=run, link=link or fields.link, element=child)
            elif name in {"footnoteReference", "endnoteReference"}:
                kind: PieceKind = "footnote" if name.startswith("foot") else "endnote"
                yield Piece(kind, child.get(q("w:id"), ""), run=run)
            elif name in {"tab", "ptab"}:
                yield Piece("tab", "\t", run=run, link=link or fields.link)
            elif name in {"br", "cr"}:
                if value(child, "w:type") not in {"page", "column"}:
                    yield Piece("break", "\n", run=run)
            elif text := _text(child, name):
                yield Piece("text", text, run=run, link=link or fields.link)


class _Fields:
    """Where in nested fields the runs of a paragraph are: what is an instruction and what its result."""

    def __init__(self) -> None:
        self._open: list[list[str | bool]] = []

    def take(self, child: etree._Element, name: str) -> None:
        if name == "instrText":
            if self._open:
                self._open[-1][0] = f"{self._open[-1][0]}{child.text or ''}"
            return
        kind = value(child, "w:fldCharType")
        if kind == "begin":
            self._open.append(["", False])
        elif self._open and kind == "separate":
            self._open[-1][1] = True
        elif self._open and kind == "end":
            self._open.pop()

    @property
    def shows(self) -> bool:
        return all(in_result and not _is_of_pages(str(code)) for code, in_result in self._open)

    @property
    def link(self) -> str | None:
        for code, _ in reversed(self._open):
            match = _LINK.search(str(code))
            if match:
                return f"#{match[2]}" if match[1] else match[2] or f"#{match[3]}"
        return None


def _is_of_pages(code: str) -> bool:
    words = code.split()
    return bool(words) and words[0].upper() in _SKIPPED_FIELDS


def _walk(
    element: etree._Element, link: str | None, targets: dict[str, str]
) -> Iterator[tuple[etree._Element, str | None]]:
    """The runs and equations of a paragraph with what they link to."""
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = local(child)
        if name in {"r", "oMath", "oMathPara"}:
            yield child, link
        elif name == "hyperlink":
            anchor = value(child, "w:anchor")
            target = targets.get(child.get(q("r:id"), ""))
            yield from _walk(child, target or (f"#{anchor}" if anchor else None), targets)
        elif name == "fldSimple" and _is_of_pages(value(child, "w:instr") or ""):
            continue
        elif name in _TRANSPARENT or name == "sdt":
            yield from _walk(child, link, targets)


def _text(child: etree._Element, name: str) -> str:
    if name == "t":
        return child.text or ""
    if name == "sym":
        code = value(child, "w:char") or ""
        number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", code) else 0
        return _SYMBOLS.get(number & 0xFF, "•") if 0xF000 <= number <= 0xF0FF else chr(number) if number > 31 else ""
    return {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}.get(name, "")


# The symbols of Wingdings and Symbol that documents use most; the others are told as a bullet.
_SYMBOLS = {
    0xB7: "•",
    0xA7: "▪",
    0xFC: "✓",
    0xFB: "✗",
    0xFE: "☑",
    0xA8: "☐",
    0x6F: "☐",
    0xE0: "→",
    0xDF: "←",
    0x4A: "☺",
}


def blocks(container: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body, a cell, a note or a text box."""
    for child in container:
        if not isinstance(child.tag, str):
            continue
        name = local(child)
        if name in {"p", "tbl"}:
            yield child
        elif name in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from blocks(child)


def boxes(drawing: etree._Element) -> list[etree._Element]:
    """The contents of the text boxes of a drawing; of the two forms that it may be given in, of the first."""
    found = [box for box in elements(drawing, "w:txbxContent") if not _is_within(box, "txbxContent", drawing)]
    chosen = [box for box in found if not _is_within(box, "Fallback", drawing)]
    return chosen or found


def _is_within(element: etree._Element, name: str, top: etree._Element) -> bool:
    for ancestor in element.iterancestors():
        if ancestor is top:
            return False
        if local(ancestor) == name:
            return True
    return False


_OPERATORS = {"f": ("num", "den", "/"), "sSup": ("e", "sup", "^"), "sSub": ("e", "sub", "_")}


def linear(element: etree._Element) -> str:
    """An equation on one line: a/b, x^2, √(x)."""
    name = local(element)
    if name in _OPERATORS:
        first, second, mark = _OPERATORS[name]
        return f"{_part(element, first)}{mark}{_part(element, second)}"
    if name == "sSubSup":
        return f"{_part(element, 'e')}_{_part(element, 'sub')}^{_part(element, 'sup')}"
    if name == "rad":
        degree = _inner(element, "deg")
        return f"{degree and f'({degree})'}√({_inner(element, 'e')})"
    if name == "nary":
        sign = next((v for c in element.iter(q("m:chr")) if (v := c.get(q("m:val")))), "∫")
        lower, upper = _inner(element, "sub"), _inner(element, "sup")
        bounds = (f"_{_wrapped(lower)}" if lower else "") + (f"^{_wrapped(upper)}" if upper else "")
        return f"{sign}{bounds} {_inner(element, 'e')}"
    if name == "d":
        marks = {local(c): c.get(q("m:val"), "") for c in element.iterfind(f"{q('m:dPr')}/*")}
        inner = ", ".join(_children(c) for c in element.iterfind(q("m:e")))
        return f"{marks.get('begChr', '(')}{inner}{marks.get('endChr', ')')}"
    if name == "t":
        return element.text or ""
    return "" if name.endswith("Pr") else _children(element)


def _children(element: etree._Element) -> str:
    return "".join(linear(child) for child in element if isinstance(child.tag, str))


def _inner(element: etree._Element, name: str) -> str:
    child = element.find(q(f"m:{name}"))
    return "" if child is None else _children(child)


def _part(element: etree._Element, name: str) -> str:
    return _wrapped(_inner(element, name))


def _wrapped(text: str) -> str:
    return text if len(text) <= 1 or text.isalnum() else f"({text})"
