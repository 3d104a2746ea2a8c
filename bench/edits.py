"""Real edits of documents that somebody else made, the same for the report and for the tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from pydantic import TypeAdapter

from overten.documents.slides.deck import Deck
from overten.documents.word.document import Document

MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
WORD = "Checked"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"

# --- Word: each edit says whether the document had what it is about ---


def _word(document: Document, **operation: Any) -> None:
    from overten.documents.word.apply import apply
    from overten.documents.word.operations import WordOperation

    adapter: TypeAdapter[WordOperation] = TypeAdapter(WordOperation)
    apply(document, adapter.validate_python(operation))


def _paragraphs(document: Document) -> list[etree._Element]:
    """The body's own paragraphs that hold some text and nothing but text."""
    from overten.documents.word.anchors import blocks, plain_text
    from overten.documents.word.xml import elements, local

    return [
        block
        for block in blocks(document.body())
        if local(block) == "p"
        and len(plain_text(block).split()) > 3
        and not list(elements(block, "w:sectPr", "w:drawing"))
    ]


def word_text(document: Document) -> bool:
    """A word of a paragraph in the middle is replaced."""
    from overten.documents.word.anchors import plain_text

    filled = _paragraphs(document)
    if not filled:
        return False
    first = plain_text(filled[len(filled) // 2]).split()[0]
    _word(document, op="find_replace", find=first, replace=WORD)
    return True


def word_insert(document: Document) -> bool:
    """A section with a list and a table is added at the end."""
    table = {"type": "table", "columns": [{"header": "Item"}, {"header": "Value"}], "rows": [[WORD, "12"]]}
    blocks = [
        {"type": "paragraph", "text": "Added by the round trip."},
        {"type": "list", "items": ["One", "Two"]},
        table,
    ]
    _word(document, op="write", heading="Round trip", blocks=blocks)
    return True


def word_table(document: Document) -> bool:
    """The first table of the body gets a row."""
    from overten.documents.word.anchors import anchor_of, blocks
    from overten.documents.word.xml import local

    table = next((block for block in blocks(document.body()) if local(block) == "tbl"), None)
    if table is None:
        return False
    _word(document, op="edit_table", anchor=anchor_of(table), action="add_rows", rows=[[WORD]])
    return True


def word_restyle(document: Document) -> bool:
    """A paragraph becomes a heading."""
    from overten.documents.word.anchors import anchor_of

    filled = _paragraphs(document)
    if not filled:
        return False
    _word(document, op="restyle", anchors=[anchor_of(filled[0])], style="heading2")
    return True


def word_delete(document: Document) -> bool:
    """What is inserted is deleted again."""
    from overten.documents.word.anchors import anchor_of, blocks

    _word(document, op="write", blocks=[{"type": "paragraph", "text": "To be deleted at once."}])
    _word(document, op="delete", anchor=anchor_of(list(blocks(document.body()))[-1]))
    return True


WORD_EDITS: list[Callable[[Document], bool]] = [word_text, word_insert, word_table, word_restyle, word_delete]

# --- Slides ---


def _slides(deck: Deck, **operation: Any) -> None:
    from overten.documents.slides.apply import apply
    from overten.documents.slides.operations import SlidesOperation

    adapter: TypeAdapter[SlidesOperation] = TypeAdapter(SlidesOperation)
    apply(deck, adapter.validate_python(operation))


def _frames(deck: Deck, tag: str) -> list[tuple[int, int]]:
    """Slide number and element id of frames that hold a table or a chart."""
    from overten.documents.slides.inherit import identity, members, shapes_of

    return [
        (number, int(identity(shape).get("id", "0")))
        for number, part in enumerate(deck.slides(), start=1)
        for top in shapes_of(deck.package.tree(part))
        for shape in members(top)
        if etree.QName(shape).localname == "graphicFrame" and next(shape.iter(tag), None) is not None
    ]


def slides_text(deck: Deck) -> bool:
    """A word is replaced wherever it stands on the slide that first has one."""
    for number, part in enumerate(deck.slides(), start=1):
        words = [word for item in deck.package.tree(part).iter(f"{_A}t") for word in (item.text or "").split()]
        long = next((word for word in words if len(word) > 3 and word.isalpha()), None)
        if long:
            _slides(deck, op="replace_text", find=long, replace=WORD, slides=[number])
            return True
    return False


def slides_insert(deck: Deck) -> bool:
    """A slide with a chart and one with a table are added."""
    chart = {"kind": "column", "categories": ["2025", "2026"], "series": [{"name": "Sum", "values": [3, 4]}]}
    table = {"columns": ["Item", "Sum"], "rows": [[WORD, "12"]]}
    added = [{"layout": "chart", "title": "Added", "chart": chart}, {"layout": "table", "title": "Too", "table": table}]
    _slides(deck, op="write_slides", slides=added)
    return True


def slides_cell(deck: Deck) -> bool:
    """The first cell of the first table is written anew."""
    found = _frames(deck, f"{_A}tbl")
    if not found:
        return False
    slide, element = found[0]
    change = {"change": "text", "element": element, "lines": [WORD], "row": 1, "column": 1}
    _slides(deck, op="edit_slide", slide=slide, changes=[change])
    return True


def slides_chart(deck: Deck) -> bool:
    """The first chart gets other figures."""
    found = _frames(deck, _CHART)
    if not found:
        return False
    slide, element = found[0]
    series = [{"name": WORD, "values": [1, 2, 3]}]
    change = {"change": "chart", "element": element, "categories": ["A", "B", "C"], "series": series}
    _slides(deck, op="edit_slide", slide=slide, changes=[change])
    return True


def slides_notes(deck: Deck) -> bool:
    """The last slide gets notes."""
    _slides(deck, op="set_notes", slide=len(deck.slides()), text="Say why.")
    return True


def slides_arrange(deck: Deck) -> bool:
    """The first slide is copied, the copy moved to the end and deleted there."""
    _slides(deck, op="arrange_slides", action="duplicate", slides=[1])
    _slides(deck, op="arrange_slides", action="move", slides=[2])
    _slides(deck, op="arrange_slides", action="delete", slides=[len(deck.slides())])
    return True


SLIDES_EDITS: list[Callable[[Deck], bool]] = [
    slides_text, slides_insert, slides_cell, slides_chart, slides_notes, slides_arrange,
]  # fmt: skip
