"""What a deck says, slide for slide."""

from __future__ import annotations

from overten.documents.slides.deck import Deck
from overten.documents.slides.storyline import storyline
from tests.unit.documents.slides.conftest import CONTENT, write


def test_titles_layouts_and_words_are_told_in_the_order_of_the_slides() -> None:
    deck = Deck.new()
    write(deck, {"layout": "cover", "title": "Freight"}, {**CONTENT, "notes": "Greet them."})

    first, second = storyline(deck)
    assert (first.title, first.layout) == ("Freight", "cover")
    assert (second.title, second.layout) == ("Costs fall by a tenth", "content")
    assert "two carriers" in second.text
    assert "Greet them." in second.text


def test_a_chart_says_its_categories_and_values() -> None:
    deck = Deck.new()
    write(deck, {"layout": "chart", "title": "Sales", "chart": {
        "kind": "column", "categories": ["North", "South"], "series": [{"name": "Units", "values": [1200, 0.5]}],
    }})  # fmt: skip

    (slide,) = storyline(deck)
    assert {"North", "South", "Units", "1200", "0.5"} <= set(slide.text.split("\n"))


def test_layouts_of_others_have_no_name_of_ours() -> None:
    deck = Deck.new()
    write(deck, {"layout": "cards", "title": "Three", "items": [{"title": "A"}, {"title": "B"}]})
    for part in deck.layouts():
        root = deck.package.edit(part)
        root[0].set("name", f"Corporate {root[0].get('name')}")

    assert [slide.layout for slide in storyline(deck)] == [None]
