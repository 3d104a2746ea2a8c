"""A model that sees looks at what it made: pictures stand with their calls, few at a time, not in the checkpoint."""

from __future__ import annotations

import pytest
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import (
    BinaryContent,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from overten.agent import loop
from overten.agent.errors import ProviderUnavailable
from overten.agent.loop import MAX_PICTURES_SENT, next_turn
from overten.agent.models import Limits
from overten.agent.prompts import PICTURE_GONE
from overten.agent.render import NotDrawn
from tests.unit.agent.players import REQUEST, Killed, Script, Store, call, finish, run

ROWS = [["Shop", "Rent"], ["Harbour", 1200]]


class FakeArtist:
    """Draws by giving the page and the size of the file a name."""

    def __init__(self, pages: int = 9) -> None:
        self.drawn: list[int] = []
        self._pages = pages

    def draw(self, data: bytes, page: int) -> str:
        if page > self._pages:
            raise NotDrawn(f"There are {self._pages} pages.")
        assert data.startswith(b"PK")
        self.drawn.append(page)
        return f"picture-{page}"

    def picture(self, name: str) -> bytes:
        return name.encode()


def shown(messages: list[ModelMessage]) -> list[str]:
    """What the model was shown as answers of `render`, pictures by their names."""
    found = []
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, ToolReturnPart) and part.tool_name == "render":
                content = part.content if isinstance(part.content, list) else [part.content]
                found += [item.data.decode() if isinstance(item, BinaryContent) else str(item) for item in content]
    return found


def write() -> ToolCallPart:
    return call("write_block", sheet="Shops", anchor="A1", rows=ROWS)


def test_a_model_that_sees_is_shown_the_page_it_asked_for() -> None:
    script, artist, store = Script([write()], [call("render", page=2)], [finish()]), FakeArtist(), Store()
    outcome = run(script.model, artist=artist, store=store)
    assert artist.drawn == [2]
    assert shown(script.asked[-1]) == ["Picture of 2:", "picture-2"]
    assert outcome.checkpoint.tool_calls == 2
    assert all("image/png" not in saved for saved in store.saved), "a checkpoint holds names only"
    assert "render" in {tool.name for tool in script.infos[0].function_tools}
    assert "render" in (script.infos[0].instructions or "")


def test_a_model_that_does_not_see_knows_nothing_of_it() -> None:
    script = Script([write()], [call("render")], [finish()])
    outcome = run(script.model)
    assert "render" not in {tool.name for tool in script.infos[0].function_tools}
    assert "render" not in (script.infos[0].instructions or "")
    [refused] = outcome.checkpoint.failed_tool_calls
    assert outcome.checkpoint.tool_results[refused].startswith("There is no tool 'render'")


@pytest.mark.parametrize("is_new_slice", [False, True])
def test_a_fallback_model_is_shown_no_pictures(monkeypatch: pytest.MonkeyPatch, is_new_slice: bool) -> None:
    """Nobody has said that it sees."""
    monkeypatch.setattr(loop, "PROVIDER_SLICES", 1)
    script, store, artist = Script([write()], [call("render", page=1)], [finish()]), Store(), FakeArtist()

    def failing(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if len(messages) > 4:
            raise ModelHTTPError(503, "script")
        return script._answer(messages, info)

    fallback = Script([write()], [call("render", page=1)], [finish()])
    model = FunctionModel(failing)
    if is_new_slice:
        with pytest.raises(ProviderUnavailable):
            run(model, artist=artist, store=store)
        going = store.last
        assert going is not None
        going.uses_fallback = True
        outcome = run(model, going, artist=artist, fallback=lambda: fallback.model)
    else:
        outcome = run(model, artist=artist, fallback=lambda: fallback.model)
    assert outcome.finished
    [info] = fallback.infos
    assert "render" not in {tool.name for tool in info.function_tools}
    assert shown(fallback.asked[-1]) == ["Picture of 1:"]


def test_only_the_latest_pictures_are_sent_again() -> None:
    pages = range(1, MAX_PICTURES_SENT + 3)
    script = Script([write()], *[[call("render", page=page)] for page in pages], [finish()])
    run(script.model, artist=FakeArtist(), limits=Limits(max_tool_calls=30))
    told = shown(script.asked[-1])
    assert told.count(PICTURE_GONE) == 2
    assert [item for item in told if item.startswith("picture-")] == [f"picture-{page}" for page in list(pages)[2:]]


def test_a_page_that_is_not_there_or_not_to_be_had_is_told_and_the_turn_goes_on() -> None:
    script = Script([call("render")], [write()], [call("render", page=99)], [finish()])
    outcome = run(script.model, artist=FakeArtist())
    results = [outcome.checkpoint.tool_results[call_id] for call_id in outcome.checkpoint.failed_tool_calls]
    assert outcome.finished
    assert "nothing to see" in results[0]
    assert results[1] == "There are 9 pages."
    assert shown(script.asked[-1]) == results


def test_a_slice_that_was_killed_after_a_picture_shows_it_again_and_draws_it_not() -> None:
    store, artist = Store(die_at=4, after_writing=True), FakeArtist()
    script = Script([write()], [call("render", "look", page=1)], [finish()])
    with pytest.raises(Killed):
        run(script.model, artist=artist, store=store)
    outcome = run(script.model, store.last, artist=artist)
    assert outcome.finished
    assert artist.drawn == [1]
    assert shown(script.asked[-1]) == ["Picture of 1:", "picture-1"]


def test_a_further_turn_is_not_shown_the_pictures_of_the_last() -> None:
    first = run(Script([write()], [call("render")], [finish()]).model, artist=FakeArtist()).checkpoint
    script = Script([finish()])
    run(script.model, next_turn(first, REQUEST), artist=FakeArtist())
    assert shown(script.asked[-1]) == [PICTURE_GONE]
