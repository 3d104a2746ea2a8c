"""How a document is told to a model: long ones so that all of it can be found and read."""

from __future__ import annotations

import re
from typing import Any

from overten.documents.word.document import Document
from overten.documents.word.inspect import describe
from tests.unit.documents.word.conftest import do


def long_document() -> Document:
    """40 sections of 5 paragraphs and, at the end, a box of text: a table of one cell."""
    blocks: list[dict[str, Any]] = []
    for number in range(1, 41):
        text = f"Paragraph of section {number} with words enough to make a document long. " * 3
        blocks.append({"type": "heading", "level": 1, "text": f"Section {number}"})
        blocks += [{"type": "paragraph", "text": text}] * 5
    box = "Beginning of the box. " + "More of what it says. " * 30 + "The needle is here."
    blocks.append({"type": "table", "columns": [{"header": "Box"}], "rows": [[box]]})
    document = Document.new()
    for start in range(0, len(blocks), 50):
        do(document, "write", blocks=blocks[start : start + 50])
    return document


def test_a_long_document_is_told_with_the_headings_that_there_is_no_room_for() -> None:
    told = describe(long_document())

    assert len(told) <= 8_000
    assert "more blocks; the headings among them:" in told
    assert all(f"Section {number}" in told for number in range(1, 41))


def test_a_section_that_was_cut_is_read_on_where_it_was_cut() -> None:
    document = long_document()
    begin = re.search(r"^(\S+) # .*Section 1$", describe(document), re.MULTILINE)
    assert begin is not None
    first = describe(document, begin[1], section=True, max_characters=700)
    goes_on = re.search(r"it goes on at (\S+):", first)
    assert goes_on is not None

    assert describe(document, goes_on[1], section=True, max_characters=700).startswith(goes_on[1])


def test_words_are_found_in_any_case_with_the_anchor_of_their_block_even_deep_in_a_box() -> None:
    found = describe(long_document(), containing="the NEEDLE is")

    assert found.startswith("1 lines contain")
    assert re.search(r"^T\S{8} ….*The needle is here\.$", found, re.MULTILINE)
