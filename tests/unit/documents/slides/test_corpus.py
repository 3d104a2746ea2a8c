"""Decks of many makers: opened, described, edited; what is not named stays as it was, byte for byte."""

from __future__ import annotations

import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation

from overten.documents.errors import OperationError
from overten.documents.slides.deck import Deck
from overten.documents.slides.inspect import MAX_CHARACTERS, describe
from tests.corpus import CORPUS
from tests.unit.documents.slides.conftest import CHART, CONTENT, assets, run, write

DECKS = CORPUS / "pptx"
FILES = sorted(DECKS.glob("*.pptx")) if DECKS.exists() else []
FEATURES = (
    b"<p:pic>",
    b"<a:tbl>",
    b"<p:graphicFrame>",
    b"<p:timing",
    b"<p:transition",
    b"<a:hlinkClick",
    b"<p:oleObj",
    b"<p:sp>",
)

pytestmark = pytest.mark.skipif(not FILES, reason="The corpus of decks is not there")


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def features(data: bytes) -> Counter[bytes]:
    return Counter(
        {
            mark: sum(part.count(mark) for name, part in parts(data).items() if "slides/slide" in name)
            for mark in FEATURES
        }
    )


def is_strict(content: dict[str, bytes]) -> bool:
    """Strict decks become transitional, so that their parts change."""
    return b"purl.oclc.org/ooxml" in content["ppt/presentation.xml"]


def opened(path: Path) -> Deck:
    return Deck.open(path.read_bytes(), assets)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:30])
def test_a_strangers_deck_is_described_and_saved_as_it_was(path: Path) -> None:
    deck = opened(path)
    for number in range(1, min(len(deck.slides()), 5) + 1):
        assert 0 < len(describe(deck, number)) <= MAX_CHARACTERS
    assert 0 < len(describe(deck)) <= MAX_CHARACTERS
    before = parts(path.read_bytes())
    after = parts(deck.to_bytes())
    assert after.keys() == before.keys()
    assert after == before or is_strict(before)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:30])
def test_slides_are_added_in_the_decks_own_layouts(path: Path) -> None:
    deck, before = opened(path), parts(path.read_bytes())
    if deck.size.w < 5_000_000:
        pytest.skip("a slide as small as a stamp")
    count = len(deck.slides())
    write(deck, CONTENT, CHART)
    after = parts(deck.to_bytes())
    changed = {name for name, content in before.items() if after[name] != content}
    order = {"[Content_Types].xml", deck.presentation, "ppt/_rels/presentation.xml.rels"}
    assert changed <= order | {name for name in after if "notesMaster" in name} or is_strict(before)
    slides = Presentation(BytesIO(deck.to_bytes())).slides
    assert len(slides) == count + 2
    assert [slide.shapes.title.text for slide in list(slides)[-2:] if slide.shapes.title] == [
        CONTENT["title"],
        CHART["title"],
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:30])
def test_a_copy_deleted_again_leaves_the_deck_as_it_was(path: Path) -> None:
    deck = opened(path)
    run(deck, "arrange_slides", action="duplicate", slides=[1])
    assert len(Presentation(BytesIO(deck.to_bytes())).slides) == len(deck.slides())
    run(deck, "arrange_slides", action="delete", slides=[2])
    data = deck.to_bytes()
    assert features(data) == features(path.read_bytes())
    assert set(parts(data)) == set(parts(path.read_bytes()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:30])
def test_a_template_keeps_its_masters_and_drops_its_slides(path: Path) -> None:
    deck = Deck.from_template(path.read_bytes(), assets)
    assert deck.slides() == []
    assert deck.layouts()
    try:
        write(deck, CONTENT)
    except OperationError:
        assert deck.size.w < 5_000_000
        return
    assert len(Presentation(BytesIO(deck.to_bytes())).slides) == 1
