"""A turn that plans: what its tool takes, and what the built-in author hands in."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_ai.messages import ToolCallPart

from overten.agent.author.model import builtin_model
from overten.agent.data.models import InputFile
from overten.agent.errors import AgentLoopError
from overten.agent.models import Checkpoint, InputImage, Limits, TurnRequest
from overten.agent.outline.models import LAYOUT_NAMES, Outline
from tests.unit.agent.players import Script, Store, call, run
from tests.unit.agent.test_loop import prompts_of

REQUEST = TurnRequest(format="slides", prompt="Why our harbour café pays back", purpose="outline", slide_count=2)
COVER = {"layout": "cover", "title": "The harbour café pays back in two years"}
GUESTS = {"layout": "big_number", "title": "Ferries bring guests", "key_points": ["1,200 a day"], "notes": "Say hello."}


def hand_in(*slides: dict[str, Any]) -> ToolCallPart:
    return call("write_outline", title="Harbour café", slides=list(slides))


def test_a_plan_ends_the_turn_and_nothing_is_written() -> None:
    script = Script([hand_in(COVER, GUESTS)])
    outcome = run(script.model, request=REQUEST)

    assert outcome.finished
    assert outcome.checkpoint.planned == Outline.model_validate({"title": "Harbour café", "slides": [COVER, GUESTS]})
    assert [tool.name for tool in script.infos[0].function_tools] == ["write_outline"]
    assert "You plan PowerPoint presentations" in (script.infos[0].instructions or "")
    assert "The outline has exactly 2 slides." in prompts_of(outcome.checkpoint)[0]


def test_the_layouts_that_are_known_are_told_by_the_tool() -> None:
    script = Script([hand_in(COVER, GUESTS)])
    run(script.model, request=REQUEST)

    schema = script.infos[0].function_tools[0].parameters_json_schema
    assert schema["$defs"]["OutlineSlide"]["properties"]["layout"]["enum"] == list(LAYOUT_NAMES)


@pytest.mark.parametrize(
    ("slides", "told"),
    [
        ([COVER], "It has 1 slides; 2 were asked for."),
        ([COVER, {**GUESTS, "layout": "image"}], "There are no images to place; choose other layouts for slides 2."),
        ([COVER, {**GUESTS, "layout": "dream"}], "slides.1.layout"),
        ([COVER, {**GUESTS, "title": "x" * 121}], "slides.1.title"),
    ],
)
def test_a_plan_that_cannot_be_is_sent_back_with_what_is_wrong(slides: list[dict[str, Any]], told: str) -> None:
    outcome = run(Script([hand_in(*slides)], [hand_in(COVER, GUESTS)]).model, request=REQUEST)

    assert outcome.finished
    assert told in next(iter(outcome.checkpoint.tool_results.values()))


def test_pictures_are_planned_where_there_are_images() -> None:
    request = REQUEST.model_copy(update={"images": [InputImage(name="img_1", shows=["the port"])]})
    outcome = run(Script([hand_in(COVER, {**GUESTS, "layout": "image"})]).model, request=request)

    assert outcome.finished
    assert "img_1" in prompts_of(outcome.checkpoint)[0]


def test_a_model_that_only_talks_has_planned_nothing() -> None:
    with pytest.raises(AgentLoopError):
        run(Script("Here is a plan.", "First the cover.").model, request=REQUEST)


def test_a_plan_that_is_never_right_ends_at_the_limit_of_calls() -> None:
    with pytest.raises(AgentLoopError, match="max_tool_calls=3"):
        run(Script(*[[hand_in(COVER)]] * 4).model, request=REQUEST, limits=Limits(max_tool_calls=3))


def test_a_killed_slice_asks_nothing_twice() -> None:
    script, store = Script([hand_in(COVER)], [hand_in(COVER, GUESTS)]), Store()
    whole = run(script.model, request=REQUEST, store=store).checkpoint
    for saved in store.saved:
        again = Script(*script.replies)
        checkpoint = Checkpoint.model_validate_json(saved)
        checkpoint.package = whole.package  # kept beside the JSON
        outcome = run(again.model, checkpoint, request=REQUEST)
        assert outcome.checkpoint.planned == whole.planned
        assert outcome.checkpoint.usage == whole.usage


@pytest.mark.parametrize("count", [1, 2, 3, 8, 30])
@pytest.mark.parametrize(
    "prompt", ["A pitch for our café: 1,200 guests a day, 80,000 euros", "Eine Schulung zur Kasse"]
)
def test_the_built_in_author_plans_as_many_slides_as_are_asked_for(prompt: str, count: int) -> None:
    request = TurnRequest(format="slides", prompt=prompt, purpose="outline", slide_count=count)
    planned = run(builtin_model(), request=request).checkpoint.planned

    assert planned is not None
    assert len(planned.slides) == count


def test_the_built_in_author_says_what_it_is_and_which_figures_it_left_out() -> None:
    request = TurnRequest(format="slides", prompt="A pitch for our café. Rent 4711 a year.", purpose="outline")
    checkpoint = run(builtin_model(), request=request.model_copy(update={"slide_count": 1})).checkpoint

    assert checkpoint.planned is not None
    assert "No AI model is connected" in (checkpoint.summary or "")
    assert ("4711" in str(checkpoint.planned)) != ("Not used: the figures 4711." in (checkpoint.summary or ""))


def test_the_built_in_author_plans_with_the_figures_of_the_users_tables_and_its_deck_shows_them() -> None:
    sales = b"Region,Revenue\nNorth,1200\nNorth,400\nSouth,900\nWest,2400\n"

    def inputs(name: str) -> bytes | None:
        return sales if name == "file_1" else None

    file = InputFile(name="file_1", label="sales.csv", kind="csv", field="/data_sources/0")
    request = TurnRequest(format="slides", prompt="A review of revenue by region", purpose="outline", files=[file])
    planned = run(builtin_model(), request=request, inputs=inputs).checkpoint.planned
    assert planned is not None
    chart = next(slide for slide in planned.slides if slide.layout == "chart")
    assert chart.key_points == ["West: 2,400", "North: 1,600", "South: 900"]
    assert chart.visual == "Source: sales.csv"

    deck = TurnRequest(format="slides", prompt="Make it", outline=planned, files=[file])
    written = run(builtin_model(), request=deck, inputs=inputs).checkpoint
    assert written.outline_refusals == 0
