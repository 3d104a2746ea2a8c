"""Recordings: what they leave out, and that a turn played from one is the turn that was recorded, byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelRequest, ModelResponse, ToolCallPart, UserPromptPart

from overten.agent import prompts
from overten.agent.loop import next_turn
from overten.agent.models import Checkpoint, TurnRequest
from overten.agent.providers import ProviderSettings, build_model
from overten.agent.recording import SCRUBBED, Player, Recording, record, scrubbed
from overten.documents.engines import engine_of
from overten.documents.models import Format
from tests.fakes.provider_server import DIALECTS, Dialect, provider_server, reply
from tests.unit.agent.players import run

CREATED = datetime(2026, 11, 22, tzinfo=UTC)
CALLS: dict[Format, tuple[str, dict[str, object]]] = {
    "excel": (
        "write_block",
        {"sheet": "Rents", "anchor": "A1", "rows": [["Shop", "Rent"], ["Harbour", 1200], ["All", "=SUM(B2:B2)"]]},
    ),
    "word": ("write", {"blocks": [{"type": "heading", "level": 1, "text": "Rents rise"}]}),
    "slides": (
        "write_slides",
        {"slides": [{"layout": "content", "title": "Rents rise by 4%", "points": ["Harbour", "Station"]}]},
    ),
}


def written(checkpoint: Checkpoint, document_format: Format) -> bytes:
    engine = engine_of(document_format)
    return bytes(engine.write(engine.load(checkpoint.stored_document), created=CREATED))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("document_format", CALLS)
def test_a_turn_of_any_provider_is_recorded_and_played_again_byte_for_byte(
    dialect: Dialect, document_format: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    finish = ("finish", {"title": "Rents", "summary": "One shop."})
    request = TurnRequest(format=document_format, prompt="The rents of our shops")
    with provider_server() as server:
        server.plays = [
            reply(("write_nothing", {}), text="First the sheet."),
            reply(CALLS[document_format], ("inspect", '{"cut off')),
            reply(text="Done."),
            reply(finish),
        ]
        settings = {"provider": dialect, "model_id": "m", "api_key": "sk-x", "region": "eu-central-1"}
        settings["base_url"] = server.base_url(dialect)
        live = run(build_model(ProviderSettings.model_validate(settings)), request=request).checkpoint

    recording = Recording.model_validate_json(record(live, request).model_dump_json())
    played = run(Player(recording), request=recording.request).checkpoint

    assert written(played, document_format) == written(live, document_format)
    assert played.usage == live.usage
    assert played.tool_results == live.tool_results
    assert played.failed_tool_calls == live.failed_tool_calls
    assert record(played, request) == recording


@pytest.mark.parametrize("lines", [1, 150], ids=["kept word for word", "kept as notes"])
def test_a_turn_is_recorded_and_played_apart_from_those_before_it(lines: int) -> None:
    first = TurnRequest(format="excel", prompt="Rents")
    name, arguments = CALLS["excel"]
    arguments = arguments | {"rows": [["Shop", "Rent"], *([f"The shop at harbour {n}", n] for n in range(lines))]}
    told = {"request": first, "replies": [{"tool_calls": [{"name": name, "arguments": arguments}]}, FINISH]}
    one = Recording.model_validate(told)
    done = run(Player(one), request=first).checkpoint

    request = TurnRequest(format="excel", prompt="Raise them")
    more = {"name": "write_block", "arguments": {"sheet": "Rents", "anchor": "D1", "rows": [[1]]}}
    two = Recording.model_validate({"request": request, "replies": [{"tool_calls": [more]}, FINISH], "follows": "one"})
    again = run(Player(two), next_turn(done, request), request=request).checkpoint

    recorded = record(again, request, follows="one")
    assert [[made.name for made in said.tool_calls] for said in recorded.replies] == [["write_block"], ["finish"]]
    assert recorded.replies[0].tool_calls[0].arguments == more["arguments"]


FINISH = {"tool_calls": [{"name": "finish", "arguments": {"title": "Rents", "summary": "One shop."}}]}


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("my key is sk_live_0123456789abcdefghijABCDEFGH", "0123456789abcdefghijABCDEFGH"),
        ("use sk-ant-api03-abcdefghijklmnop_qrstuvwx please", "abcdefghijklmnop"),
        ("AKIAIOSFODNN7EXAMPLE is mine", "AKIAIOSFODNN7EXAMPLE"),
        ("Authorization: Bearer abcdef0123456789.xyz", "abcdef0123456789.xyz"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl", "eyJzdWIiOiJ1c2VyIn0"),
        ("postgres://admin:hunter22@db.example/x", "hunter22"),
        ("https://b.s3.amazonaws.com/k?X-Amz-Signature=deadbeef00&a=1", "deadbeef00"),
        ("arn:aws:bedrock:us-east-1:123456789012:inference-profile/x", "123456789012"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nAAAA\n-----END RSA PRIVATE KEY-----", "MIIEow"),
        ("the model server's own", "model server's own"),
    ],
)
def test_nothing_that_looks_like_a_secret_is_recorded(text: str, secret: str) -> None:
    request = TurnRequest(format="excel", prompt=text)
    arguments = {"sheet": "Rents", "anchor": "A1", "rows": [[text, 1]]}
    replies = [{"content": text, "tool_calls": [{"name": "write_block", "arguments": arguments}]}, FINISH]
    live = run(Player(Recording.model_validate({"request": request, "replies": replies})), request=request).checkpoint

    kept = record(live, request, secrets=["model server's own", ""]).model_dump_json()

    assert secret in json.dumps(live.messages)
    assert secret not in kept
    assert kept.count(SCRUBBED) >= 3


def test_figures_and_ordinary_words_are_left_as_they_are() -> None:
    text = "Budget 2027: 123456789012 EUR, 12:30:45, sk-42, task-force, https://example.com/a?page=2, =SUM(B2:B13)"
    assert scrubbed({text: [text, 5, None, True]}) == {text: [text, 5, None, True]}


def test_arguments_that_came_as_text_are_recorded_as_the_object_they_are() -> None:
    request = TurnRequest(format="excel", prompt="Rents")
    asked = ModelRequest(parts=[UserPromptPart(prompts.opening(request, "workbook", None))])
    given = ModelResponse(parts=[ToolCallPart("write_block", '{"sheet": "A"}'), ToolCallPart("finish", "no {json")])
    messages = ModelMessagesTypeAdapter.dump_python([asked, given], mode="json")
    recorded = record(Checkpoint(messages=messages), request)

    assert [call.arguments for call in recorded.replies[0].tool_calls] == [{"sheet": "A"}, "no {json"]
