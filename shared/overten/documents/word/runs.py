"""Text with marks as the runs of a paragraph."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.word import inline, notes
from overten.documents.word.inline import Piece
from overten.documents.word.xml import append_all, el, properties, put, q, text_element

if TYPE_CHECKING:
    from overten.documents.word.document import Document


def run(text: str, looks: etree._Element | None = None) -> etree._Element:
    """A run of plain text. Line feeds and tabs in it are breaks and tabs."""
    element = el("w:r", copy.deepcopy(looks) if looks is not None else None)
    line = ""
    for letter in text:
        if letter in "\n\t":
            if line:
                element.append(text_element("w:t", line))
            element.append(el("w:br" if letter == "\n" else "w:tab"))
            line = ""
        else:
            line += letter
    if line:
        element.append(text_element("w:t", line))
    return element


def field(instruction: str, result: str, looks: etree._Element | None = None) -> list[etree._Element]:
    """The runs of a field with its result, as Word last computed it."""

    def part(child: etree._Element) -> etree._Element:
        return el("w:r", copy.deepcopy(looks) if looks is not None else None, child)

    return [
        part(el("w:fldChar", fldCharType="begin")),
        part(text_element("w:instrText", f" {instruction} ")),
        part(el("w:fldChar", fldCharType="separate")),
        run(result, looks),
        part(el("w:fldChar", fldCharType="end")),
    ]


def looks(*children: etree._Element) -> etree._Element:
    """Run properties."""
    element = el("w:rPr")
    put(element, *children)
    return element


def bookmark_of(label: str) -> str:
    """The bookmark of a labelled heading, caption or equation."""
    return f"ref_{label.replace('-', '_')}"


def source_bookmark(key: str) -> str:
    """The bookmark of an entry in the list of sources."""
    return f"src_{key.replace('-', '_')}"


def bookmarked(document: Document, name: str, children: list[etree._Element]) -> list[etree._Element]:
    """The runs between the marks of a bookmark."""
    identifier = document.next_bookmark_id()
    return [el("w:bookmarkStart", id=identifier, name=name), *children, el("w:bookmarkEnd", id=identifier)]


class TextWriter:
    """Writes text with marks into one part of the document: links and notes belong to the part they stand in."""

    def __init__(self, document: Document, part: str | None = None) -> None:
        self.document = document
        self.part = part or document.main

    def runs(self, text: str, base: etree._Element | None = None, *, fields: bool = False) -> list[etree._Element]:
        """The runs of a text, each with the properties `base` and those of its marks."""
        written: list[etree._Element] = []
        for piece in inline.parse(text, fields=fields):
            written += self.piece(piece, base)
        return written

    def piece(self, piece: Piece, base: etree._Element | None = None) -> list[etree._Element]:
        properties = self._looks(piece, base)
        match piece.kind:
            case "break":
                return [run("\n", properties)]
            case "tab":
                return [run("\t", properties)]
            case "link":
                return [self._link(piece, base)]
            case "footnote" | "endnote":
                return [self._note(piece)]
            case "reference":
                return field(f"REF {bookmark_of(piece.target)} \\h", f"[{piece.target}]", properties)
            case "citation":
                return self._citation(piece.target.split(";"), properties)
            case "field":
                return field(piece.target, "1", properties)
            case "math":
                from overten.documents.word.equations import inline_math

                return [inline_math(piece.text)]
        return [run(piece.text, properties)]

    def _looks(self, piece: Piece, base: etree._Element | None) -> etree._Element | None:
        children: list[etree._Element] = []
        if piece.bold:
            children += [el("w:b"), el("w:bCs")]
        if piece.italic:
            children += [el("w:i"), el("w:iCs")]
        if piece.raised:
            children.append(el("w:vertAlign", val=piece.raised))
        if piece.code:
            children.append(el("w:rStyle", val=self.document.style("inline_code")))
        if not children:
            return copy.deepcopy(base) if base is not None else None
        element = copy.deepcopy(base) if base is not None else el("w:rPr")
        put(element, *children)
        return element

    def _link(self, piece: Piece, base: etree._Element | None) -> etree._Element:
        identifier = self.document.package.relationships(self.part).add("hyperlink", piece.target, external=True)
        link = el("w:hyperlink", r_id=identifier, history=1)
        for part in inline.parse(piece.text) or [Piece(text=piece.target)]:
            shown = self._looks(part, base)
            shown = shown if shown is not None else el("w:rPr")
            put(shown, el("w:rStyle", val=self.document.style("hyperlink")))
            link.append(run("\n" if part.kind == "break" else part.text, shown))
        return link

    def _note(self, piece: Piece) -> etree._Element:
        if self.part != self.document.main:
            # Notes stand in the body only; elsewhere their text follows in brackets.
            return run(f" ({inline.plain(piece.text)})")
        identifier = notes.add_note(self.document, piece.kind, piece.text)
        style = self.document.style(f"{piece.kind}_reference")
        return el("w:r", el("w:rPr", el("w:rStyle", val=style)), el(f"w:{piece.kind}Reference", id=identifier))

    def _citation(self, keys: list[str], properties: etree._Element | None) -> list[etree._Element]:
        from overten.documents.word.references import citations

        return citations(self.document, keys, properties)


def paragraph(
    document: Document, style: str | None, children: list[etree._Element], *, align: str | None = None
) -> etree._Element:
    """A paragraph with a style's id and an id of its own."""
    element = el("w:p")
    element.set(q("w14:paraId"), document.new_id())
    if style is not None:
        put(properties(element), el("w:pStyle", val=style))
    if align is not None:
        put(properties(element), el("w:jc", val={"justify": "both"}.get(align, align)))
    return append_all(element, children)
