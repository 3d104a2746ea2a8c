from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P, R
from overten.documents.slides.inspect import MAX_CHARACTERS, describe
from overten.documents.slides.verify import repair, verify
from tests.unit.documents.slides.conftest import CHART, CONTENT, TABLE, assets, run, write

Harm = Callable[[Deck, etree._Element], None]


def _shape(root: etree._Element, kind: str) -> etree._Element:
    return next(root.iter(f"{P}{kind}"))


def _overfill(_deck: Deck, root: etree._Element) -> None:
    for text in root.iter(f"{A}t"):
        if text.text == "Energy":
            text.text = "Energy and what it costs. " * 80


def _push_off(_deck: Deck, root: etree._Element) -> None:
    next(_shape(root, "graphicFrame").iter(f"{A}off", f"{P}off")).set("x", "9000000")


def _take_alt_text(_deck: Deck, root: etree._Element) -> None:
    del next(_shape(root, "graphicFrame").iter(f"{P}cNvPr")).attrib["descr"]


def _fade(_deck: Deck, root: etree._Element) -> None:
    run_properties = next(root.iter(f"{A}rPr"))
    fill = etree.Element(f"{A}solidFill")
    etree.SubElement(fill, f"{A}srgbClr", val="EEEEEE")
    run_properties.insert(0, fill)


def _empty(_deck: Deck, root: etree._Element) -> None:
    for text in list(_shape(root, "sp").iter(f"{A}r")):
        text.getparent().remove(text)  # type: ignore[union-attr]


def _lose_chart(deck: Deck, root: etree._Element) -> None:
    deck.package.remove(deck.package.related(deck.slides()[1], "chart") or "")


def _break_schema(_deck: Deck, root: etree._Element) -> None:
    _shape(root, "graphicFrame").append(etree.Element(f"{P}nonsense"))


@pytest.mark.parametrize(
    ("slide", "harm", "code"),
    [
        (1, _overfill, "text_overflow"),
        (2, _push_off, "off_slide"),
        (2, _take_alt_text, "no_alt_text"),
        (1, _fade, "low_contrast"),
        (1, _empty, "empty_placeholder"),
        (2, _lose_chart, "missing_part"),
        (2, _break_schema, "invalid_package"),
    ],
)
def test_what_is_wrong_is_found(deck: Deck, slide: int, harm: Harm, code: str) -> None:
    write(deck, CONTENT, CHART)
    harm(deck, deck.package.edit(deck.slides()[slide - 1]))
    assert code in {finding.code for finding in verify(deck.to_bytes())}


def test_what_was_wrong_before_an_edit_is_not_reported(deck: Deck) -> None:
    write(deck, CONTENT, CHART)
    _fade(deck, deck.package.edit(deck.slides()[0]))
    before = deck.to_bytes()
    edited = Deck.open(before, assets)
    write(edited, TABLE, at=1)
    assert verify(edited.to_bytes(), before) == []


def test_no_deck_at_all_is_a_finding() -> None:
    assert [finding.code for finding in verify(b"PK nonsense")] == ["package"]


def test_what_can_be_mended_is(deck: Deck) -> None:
    write(deck, {**CONTENT, "points": ["Freight is dear. " * 6] * 3}, CHART)
    for text in deck.package.edit(deck.slides()[0]).iter(f"{A}t"):
        text.text = (text.text or "") * (4 if "Freight" in (text.text or "") else 1)
    _take_alt_text(deck, deck.package.edit(deck.slides()[1]))
    findings = verify(deck.to_bytes())
    assert {finding.code for finding in findings} == {"text_overflow", "no_alt_text"}
    assert {note.code for note in repair(deck, findings)} == {"text_shrunk", "alt_text_named"}
    assert verify(deck.to_bytes()) == []


def test_a_deck_is_described_in_short_and_slide_by_slide(deck: Deck) -> None:
    write(deck, CONTENT, CHART, TABLE)
    assert "2. [Chart] 'Services carry growth' (1 charts, notes)" in describe(deck)
    assert "series 'Services': 13 | 16 | –" in describe(deck, 2)
    assert "Notes: Say why." in describe(deck, 2)
    assert "row 2: Base | 24%" in describe(deck, 3)
    assert "- 'Chart': - title 'Title Placeholder" in describe(deck, layouts=True)


def test_a_description_has_its_bounds(deck: Deck) -> None:
    for _ in range(5):
        write(deck, *[{**CONTENT, "title": "A title " * 15}] * 10)
    run(deck, "arrange_slides", action="duplicate", slides=list(range(1, 51)))
    assert len(describe(deck)) <= MAX_CHARACTERS


def test_relationships_of_a_slide_are_all_used(deck: Deck) -> None:
    write(deck, CHART)
    part = deck.slides()[0]
    used = {
        value for item in deck.package.tree(part).iter() for key, value in item.attrib.items() if str(key).startswith(R)
    }
    own = {
        relation.id
        for relation in deck.package.relationships(part)
        if relation.kind not in {"slideLayout", "notesSlide"}
    }
    assert own == used
