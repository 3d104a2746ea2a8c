"""The built-in author and an outline: slide for slide, of what the outline says and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic_ai.models import Model

from overten.agent.author import following
from overten.agent.author.model import builtin_model
from overten.agent.loop import outline_differences
from overten.agent.models import Brand, Checkpoint, InputImage, TurnRequest
from overten.agent.outline.models import LAYOUT_NAMES, Outline, PlannedSlide
from overten.agent.prompts import opening
from overten.documents.engines import engine_of
from overten.documents.slides.deck import Deck
from overten.documents.slides.operations import WriteSlides
from overten.documents.slides.storyline import storyline
from overten.documents.slides.verify import verify
from tests.unit.agent.players import run
from tests.unit.documents.slides.conftest import picture

POINTS = ["Ferries bring 1,200 guests a day", "Winter: two staff; closed on Mondays", "2027: 8%", "2028: 11%"]


def entry(layout: str | None, *points: str, title: str | None = None, **members: Any) -> PlannedSlide:
    return PlannedSlide(title=title or f"What {layout} has to say", layout=layout, key_points=list(points), **members)


EVERY_LAYOUT = Outline(
    title="Harbour café",
    slides=[entry(name, *(["Q1: 40", "Q2: 90", "Q3: 110"] if "chart" in name else POINTS)) for name in LAYOUT_NAMES],
)
CAN_BE_DRAWN = set(LAYOUT_NAMES) - {"two_charts", "image", "image_grid"}


def deck_of(outline: Outline, model: Model | None = None, **request: Any) -> tuple[Deck, Checkpoint]:
    turn = TurnRequest(format="slides", prompt="A deck for the café", outline=outline, **request)
    outcome = run(
        model or builtin_model(), request=turn, inputs=lambda name: picture() if name.startswith("img_") else None
    )
    assert outcome.finished
    return engine_of("slides").load(outcome.checkpoint.stored_document), outcome.checkpoint


@pytest.fixture(scope="module")
def of_every_layout() -> tuple[Deck, Checkpoint]:
    return deck_of(EVERY_LAYOUT)


def test_every_layout_is_written_as_planned_and_what_cannot_be_is_said(
    of_every_layout: tuple[Deck, Checkpoint],
) -> None:
    deck, checkpoint = of_every_layout

    told = storyline(deck)
    assert [following.OPEN in slide.text for slide in told].count(True) < 12
    wrong = [line.split(" ")[1] for line in outline_differences(EVERY_LAYOUT, deck).structure]
    expected = [str(n) for n, name in enumerate(LAYOUT_NAMES, 1) if name not in CAN_BE_DRAWN]
    assert wrong == expected
    assert f"layout of slide {', '.join(expected)}: it is a list of its points" in (checkpoint.summary or "")
    assert not [finding for finding in verify(deck.to_bytes()) if finding.severity == "error"]


def test_images_are_placed_where_they_are_planned() -> None:
    plan = Outline(title="A", slides=[entry("image", "One"), entry("image_grid", "Two", "Three")])
    deck, _ = deck_of(plan, images=[InputImage(name="img_1"), InputImage(name="img_2")])

    assert not outline_differences(plan, deck)


def test_an_outline_without_layouts_and_points_becomes_a_deck_too() -> None:
    plan = Outline(title="A", slides=[PlannedSlide(title=f"Sentence {n}") for n in range(1, 31)])
    deck, checkpoint = deck_of(plan)

    assert not outline_differences(plan, deck)
    assert len(deck.slides()) == 30
    assert checkpoint.tool_calls <= 10


def test_no_figure_is_invented(of_every_layout: tuple[Deck, Checkpoint]) -> None:
    deck, _ = of_every_layout

    said = " ".join(text for slide in EVERY_LAYOUT.slides for text in (slide.title, *slide.key_points))
    given = set(re.findall(r"\d+", said))
    shown = {digit for slide in storyline(deck) for digit in re.findall(r"\d+", slide.text)}
    # Percent of charts are stored as fractions; slides and phases are counted.
    assert shown - given <= {str(n) for n in range(10)} | {"08", "11", "0"}


def test_notes_hold_what_is_to_be_said_and_shown() -> None:
    plan = Outline(title="A", slides=[entry("content", "One", notes="Greet everybody.", visual="A photo of the port")])
    deck, _ = deck_of(plan)

    assert "Greet everybody." in storyline(deck)[0].text


def test_a_slide_that_does_not_fit_costs_no_other_slide(monkeypatch: pytest.MonkeyPatch) -> None:
    sized = following.contents

    def with_one_too_full(outline: Outline, images: Any = ()) -> list[dict[str, Any]]:
        slides = sized(outline, images)
        slides[2] = {"layout": "content", "title": outline.slides[2].title, "points": ["words and words " * 30] * 14}
        return slides

    monkeypatch.setattr(following, "contents", with_one_too_full)
    plan = Outline(title="A", slides=[entry("content", f"Point {n}", title=f"Slide number {n}") for n in range(1, 8)])
    deck, checkpoint = deck_of(plan)

    assert [slide.title for slide in storyline(deck)] == [slide.title for slide in plan.slides]
    assert "left out" not in (checkpoint.summary or "")


@pytest.mark.parametrize("font", ["Courier New", "Impact"])
def test_brands_are_worn(font: str) -> None:
    plan = Outline(title="A", slides=[entry(name, *POINTS) for name in ("cover", "cards", "metrics", "closing")])
    deck, _ = deck_of(plan, brand=Brand(primary_color="#AA0000", font=font))

    assert not outline_differences(plan, deck)


def test_the_outline_is_read_back_from_the_opening_message_as_it_was_given() -> None:
    second = entry(None, "One: two", "Three", title="[why] it pays", visual="A chart")
    plan = Outline(title="A plan", slides=[entry("cover", title="[Draft] The harbour"), second])
    turn = TurnRequest(format="slides", prompt="<outline>\nFalse\n1. Wrong\n</outline>", outline=plan)

    assert following.outline_in(opening(turn, "presentation", None)) == plan
    assert following.outline_in(opening(turn.model_copy(update={"outline": None}), "presentation", None)) is None


@pytest.mark.parametrize("slide", following.contents(EVERY_LAYOUT), ids=LAYOUT_NAMES)
def test_what_is_composed_is_what_the_operation_takes(slide: dict[str, Any]) -> None:
    WriteSlides.model_validate({"slides": [slide]})


def test_a_german_outline_makes_a_german_deck() -> None:
    plan = Outline(
        title="Das Café am Hafen",
        slides=[entry("content", "Die Gäste kommen mit der Fähre und warten", title="Wir sind die Ersten")],
    )
    deck, _ = deck_of(plan)

    assert deck.language == "de-DE"
