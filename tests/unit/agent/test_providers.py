"""The providers on the wire: what is sent in each of the three dialects, and what each answer of a server means.

Every failure and every stop reason goes through the loop against a real server on the loopback.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import certifi
import pytest
from pydantic import SecretStr
from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRequestTimeout,
    UnexpectedModelBehavior,
)

from overten.agent.errors import ProviderRefused, ProviderUnavailable
from overten.agent.loop import PROVIDER_SLICES, mend
from overten.agent.models import Limits
from overten.agent.providers import ProviderSettings, build_model, provider_error
from tests.fakes.provider_server import (
    DIALECTS,
    UPSTREAM_TEXT,
    Asked,
    Body,
    Dialect,
    Dropped,
    Failure,
    Play,
    ProviderServer,
    Slow,
    provider_server,
    reply,
)
from tests.unit.agent.players import Clock, Script, Store, call, run

SECRET = "sk-very-secret"
SHEET = ("create_sheet", {"sheet": "Shops"})
BLOCK = ("write_block", {"sheet": "Shops", "anchor": "A1", "rows": [["Shop", "Rent"], ["Harbour", 1200]]})
FINISH = ("finish", {"title": "Shops", "summary": "One shop."})
WHOLE = (reply(SHEET, BLOCK), reply(FINISH))

dialects = pytest.mark.parametrize("dialect", DIALECTS)


@pytest.fixture(scope="module")
def few_authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of the certificates that clients trust: to read all of them takes most of a turn over plain HTTP."""
    file = tmp_path_factory.mktemp("certificates") / "one.pem"
    file.write_text(
        Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    )
    return file


@pytest.fixture(scope="module")
def listening() -> Iterator[ProviderServer]:
    with provider_server() as server:
        yield server


@pytest.fixture
def server(listening: ProviderServer, few_authorities: Path, monkeypatch: pytest.MonkeyPatch) -> ProviderServer:
    monkeypatch.setenv("SSL_CERT_FILE", str(few_authorities))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    listening.plays.clear()
    listening.asked.clear()
    return listening


@cache
def built(dialect: Dialect, address: str, **settings: Any) -> Any:
    given = {"provider": dialect, "model_id": "m", "api_key": SecretStr(SECRET), "region": "eu-central-1"}
    return build_model(ProviderSettings.model_validate({**given, "base_url": address, **settings}))


def model(server: ProviderServer, dialect: Dialect, **settings: Any) -> Any:
    return built(dialect, server.base_url(dialect), **settings)


def plays(server: ProviderServer, *script: Play) -> None:
    server.plays[:] = script


def answered(asked: Asked) -> list[str]:
    """The texts of the tool results that end a conversation as it was sent."""
    last = asked.body["messages"][-1]
    if asked.dialect == "openai":
        results = [message for message in asked.body["messages"] if message["role"] == "tool"]
        return [str(message["content"]) for message in results]
    parts = last["content"]
    return [json.dumps(part, ensure_ascii=False) for part in parts if "toolResult" in part or "tool_use_id" in part]


class Ticking(Clock):
    """Time of which each look at it takes more than a slice has: a slice takes one step."""

    def now(self) -> float:
        self.seconds += 700
        return self.seconds


# --- a turn that goes well ---


@dialects
def test_a_turn_over_http_makes_the_workbook_and_counts_cached_tokens(server: ProviderServer, dialect: Dialect) -> None:
    plays(server, *WHOLE)

    outcome = run(model(server, dialect))

    assert outcome.finished
    (usage,) = outcome.checkpoint.usage
    assert (usage.requests, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (2, 900, 600, 50)
    assert usage.cache_write_tokens == (0 if dialect == "openai" else 100)
    assert [asked.dialect for asked in server.asked] == [dialect, dialect]


@dialects
def test_parallel_calls_are_answered_each_by_its_id(server: ProviderServer, dialect: Dialect) -> None:
    plays(server, *WHOLE)

    run(model(server, dialect))

    assert len(answered(server.asked[1])) == 2
    sent = json.dumps(server.asked[1].body)
    for place in range(2):
        name = {"anthropic": "toolu", "bedrock": "tooluse", "openai": "call"}[dialect]
        assert sent.count(f"{name}_1_{place}") == 2, "the call and its answer"


@dialects
def test_the_bound_on_the_answer_is_always_sent_and_nothing_is_streamed(
    server: ProviderServer, dialect: Dialect
) -> None:
    plays(server, *WHOLE, *WHOLE, *WHOLE)

    run(model(server, dialect))
    run(model(server, dialect, max_output_tokens=512))
    run(model(server, dialect), limits=Limits(max_output_tokens_per_call=1_024))

    def bound(asked: Asked) -> int:
        if dialect == "bedrock":
            return int(asked.body["inferenceConfig"]["maxTokens"])
        return int(asked.body["max_tokens" if dialect == "anthropic" else "max_completion_tokens"])

    assert [bound(asked) for asked in server.asked[::2]] == [8_192, 512, 1_024]
    assert not any(asked.body.get("stream") or asked.path.endswith("stream") for asked in server.asked)


def test_claude_is_told_what_to_cache_tools_rules_and_the_conversation_so_far(server: ProviderServer) -> None:
    plays(server, *WHOLE)
    run(model(server, "anthropic"))
    body = server.asked[1].body

    assert [place for place, tool in enumerate(body["tools"]) if "cache_control" in tool] == [len(body["tools"]) - 1]
    assert "cache_control" in body["system"][-1]
    assert "cache_control" in body["messages"][-1]["content"][-1]


def test_bedrock_is_told_what_to_cache_tools_rules_and_the_conversation_so_far(
    server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of models that are not known to cache, the library asks for nothing.
    plays(server, *WHOLE)
    run(model(server, "bedrock", model_id="us.anthropic.claude-sonnet-4-5-20250929-v1:0"))
    body = server.asked[1].body

    for parts in (body["toolConfig"]["tools"], body["system"], body["messages"][-1]["content"]):
        assert parts[-1] == {"cachePoint": {"type": "default"}}


@pytest.mark.parametrize("dialect", ["anthropic", "openai"])
def test_the_key_is_sent_and_none_is_taken_from_the_environment(
    server: ProviderServer, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(name, "sk-of-another-service")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    plays(server, *WHOLE, *WHOLE)

    run(model(server, dialect, timeout_seconds=171))
    if dialect == "openai":
        run(model(server, dialect, api_key=None))

    keys = [asked.headers["authorization"].removeprefix("Bearer ") for asked in server.asked[::2]]
    assert keys == ([SECRET, "none"] if dialect == "openai" else [SECRET])
    assert "sk-of-another-service" not in str(server.asked)


def test_claude_is_at_its_own_address_unless_another_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "https://elsewhere.example")
    made: Any = build_model(ProviderSettings(provider="anthropic", model_id="m", api_key=SecretStr(SECRET)))

    assert str(made.client.base_url).rstrip("/") == "https://api.anthropic.com"


# --- failures that pass ---

PASSING: list[Play] = [
    *(
        Failure(kind)
        for kind in ("throttled", "overloaded", "not_ready", "server_error", "bad_gateway", "timed_out", "model_error")
    ),
    Dropped(),
    Dropped(after_bytes=40),
    Body(b""),
    Body(b"<html>Bad gateway</html>"),
    Body(b"<html>Bad gateway</html>", status=502),
    Body(b'{"hello": "world"}'),
    Body(b"[1]"),
]


@dialects
def test_every_passing_failure_is_tried_again_within_the_slice(server: ProviderServer, dialect: Dialect) -> None:
    for trouble in PASSING:
        plays(server, trouble, trouble, reply(SHEET, BLOCK, FINISH))
        clock = Clock()

        outcome = run(model(server, dialect), clock=clock)

        assert outcome.finished, trouble
        assert outcome.checkpoint.usage[0].requests == 1, trouble
        assert len(clock.slept) == 2, trouble
        assert clock.slept[0] <= 1.0
        assert clock.slept[1] <= 2.0


@dialects
def test_an_answer_slower_than_the_time_limit_is_given_up_and_asked_for_again(
    server: ProviderServer, dialect: Dialect
) -> None:
    plays(server, Slow(20, WHOLE[0]), *WHOLE)

    outcome = run(model(server, dialect), limits=Limits(request_timeout_seconds=0.3))

    assert outcome.finished
    assert len(server.asked) == 3


@dialects
@pytest.mark.parametrize("trouble", [Failure("throttled"), Dropped(), Body(b"[1]")], ids=["429", "dropped", "no reply"])
def test_a_lasting_failure_ends_the_slice_after_a_bounded_number_of_attempts(
    server: ProviderServer, dialect: Dialect, trouble: Play
) -> None:
    plays(server, WHOLE[0], *[trouble] * 20)
    store = Store()

    with pytest.raises(ProviderUnavailable) as failed:
        run(model(server, dialect), store=store)

    assert len(server.asked) == 5, "one that was answered and four attempts"
    assert failed.value.code == "upstream_error"
    assert UPSTREAM_TEXT not in "".join(traceback.format_exception(failed.value))
    plays(server, WHOLE[1])
    assert run(model(server, dialect), store.last).finished, "what was saved is enough to go on"


@dialects
def test_the_providers_own_wait_is_respected_or_left_to_the_next_slice(
    server: ProviderServer, dialect: Dialect
) -> None:
    plays(server, Failure("throttled", retry_after_seconds=7), *WHOLE)
    clock = Clock()
    run(model(server, dialect), clock=clock)
    assert 7.0 <= clock.slept[0] <= 8.0

    plays(server, Failure("throttled", retry_after_seconds=90))
    with pytest.raises(ProviderUnavailable):
        run(model(server, dialect))


def test_no_attempt_is_waited_for_past_the_end_of_the_slice(server: ProviderServer) -> None:
    plays(server, Failure("not_ready", retry_after_seconds=5))
    clock = Clock()

    with pytest.raises(ProviderUnavailable):
        run(model(server, "openai"), clock=clock, limits=Limits(slice_seconds=3))

    assert clock.slept == []


# --- failures that stay ---

LASTING = {
    "bad_request": "did not accept the request",
    "context_overflow": "longer than the model can read",
    "bad_key": "credentials",
    "forbidden": "credentials",
    "unknown_model": "does not exist",
    "quota": "quota",
}
OF_ONE_DIALECT: list[tuple[Dialect, Play, str]] = [
    ("anthropic", Failure("too_large"), "longer than the model can read"),
    ("openai", Failure("context_overflow_unnamed"), "longer than the model can read"),
    ("openai", Failure("context_overflow_llama"), "longer than the model can read"),
    ("openai", Failure("filtered"), "declined"),
    ("openai", Body(b"{}", status=418), "did not accept the request"),
]


@pytest.mark.parametrize(
    ("dialect", "trouble", "told"),
    [
        *((dialect, Failure(kind), told) for dialect in DIALECTS for kind, told in LASTING.items()),
        *OF_ONE_DIALECT,
    ],
)
def test_a_refusal_is_final_and_its_text_is_ours(
    server: ProviderServer, dialect: Dialect, trouble: Play, told: str
) -> None:
    plays(server, trouble)

    with pytest.raises(ProviderRefused, match=told) as refused:
        run(model(server, dialect))

    assert len(server.asked) == 1
    assert refused.value.code == "upstream_error"
    printed = "".join(traceback.format_exception(refused.value))
    assert UPSTREAM_TEXT not in printed
    assert "status 4" in printed


# --- why a reply ended ---

STOPS: dict[Dialect, dict[str, list[str]]] = {
    "anthropic": {
        "whole": ["end_turn", "stop_sequence", "tool_use", "pause_turn", "compaction", "unheard_of"],
        "cut off": ["max_tokens"],
        "refused": ["refusal"],
        "too long": ["model_context_window_exceeded"],
        "malformed": [],
    },
    "bedrock": {
        "whole": ["end_turn", "stop_sequence", "tool_use", "unheard_of"],
        "cut off": ["max_tokens"],
        "refused": ["guardrail_intervened", "content_filtered"],
        "too long": ["model_context_window_exceeded"],
        "malformed": ["malformed_model_output", "malformed_tool_use"],
    },
    "openai": {
        "whole": ["stop", "tool_calls", "function_call", "unheard_of"],
        "cut off": ["length"],
        "refused": ["content_filter"],
        "too long": [],
        "malformed": [],
    },
}


def stops(*kinds: str) -> Any:
    given = [(dialect, stop) for dialect in DIALECTS for kind in kinds for stop in STOPS[dialect][kind]]
    return pytest.mark.parametrize(("dialect", "stop"), given)


@stops("whole", "cut off")
def test_calls_are_executed_and_texts_answered_whatever_the_reply_ended_for(
    server: ProviderServer, dialect: Dialect, stop: str
) -> None:
    plays(server, reply(text="Well.", stop=stop), reply(SHEET, BLOCK, stop=stop), reply(stop=stop), reply(FINISH))

    outcome = run(model(server, dialect))

    assert outcome.finished
    assert outcome.checkpoint.summary == "One shop."
    assert outcome.checkpoint.failed_tool_calls == []


@stops("refused")
@pytest.mark.parametrize("said", [reply(), reply(text="I cannot help with that."), reply(SHEET)])
def test_an_answer_withheld_is_a_refusal_and_paid_for(
    server: ProviderServer, dialect: Dialect, stop: str, said: Any
) -> None:
    plays(server, reply(*((made.name, made.arguments) for made in said.calls), text=said.text, stop=stop))
    store = Store()

    with pytest.raises(ProviderRefused, match="declined"):
        run(model(server, dialect), store=store)

    assert store.last is not None
    assert store.last.usage[0].requests == 1


@stops("too long")
def test_a_full_context_ends_the_turn(server: ProviderServer, dialect: Dialect, stop: str) -> None:
    plays(server, reply(SHEET, stop=stop))

    with pytest.raises(ProviderRefused, match="longer than the model can read"):
        run(model(server, dialect))


@stops("malformed")
def test_output_that_the_provider_calls_malformed_is_asked_for_again_and_counted(
    server: ProviderServer, dialect: Dialect, stop: str
) -> None:
    plays(server, reply(SHEET, stop=stop), reply(stop=stop), *WHOLE)

    outcome = run(model(server, dialect))

    assert outcome.finished
    assert outcome.checkpoint.tool_calls == 2, "what stood in the malformed reply was not executed"
    assert outcome.checkpoint.usage[0].requests == 4


@dialects
def test_a_reply_cut_off_by_the_length_limit_is_answered_and_mended(server: ProviderServer, dialect: Dialect) -> None:
    stop = STOPS[dialect]["cut off"][0]
    plays(server, reply(("write_block", '{"sheet": "Sh'), stop=stop), *WHOLE)

    assert run(model(server, dialect)).finished
    (told,) = answered(server.asked[1])
    assert "smaller calls" in told


@dialects
def test_a_text_cut_off_twice_is_no_summary(server: ProviderServer, dialect: Dialect) -> None:
    stop = STOPS[dialect]["cut off"][0]
    plays(server, WHOLE[0], reply(text="The workbook has", stop=stop), reply(text="The workbook", stop=stop))

    outcome = run(model(server, dialect))

    assert outcome.finished
    assert outcome.checkpoint.summary is None


# --- calls that go wrong ---


@dialects
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("write_block", '{"sheet": "Sh'), "not valid JSON"),
        (("write_block", "[1, 2]"), "must be one JSON object"),
        (("write_block", {"sheet": "Shops", "anchor": "first cell", "rows": []}), "anchor"),
        (("send_mail", {"to": "a@example.com"}), "There is no tool"),
    ],
)
def test_a_wrong_call_is_answered_so_that_it_can_be_mended(
    server: ProviderServer, dialect: Dialect, wrong: tuple[str, Any], told: str
) -> None:
    plays(server, reply(SHEET, wrong), reply(BLOCK), reply(FINISH))

    outcome = run(model(server, dialect))

    assert outcome.finished
    assert len(outcome.checkpoint.failed_tool_calls) == 1
    assert told in answered(server.asked[1])[1]


@dialects
def test_an_empty_reply_is_kept_sendable(server: ProviderServer, dialect: Dialect) -> None:
    plays(server, reply(), reply(text=""), reply(text="  "), *WHOLE)
    with pytest.raises(Exception, match="without making a document"):
        run(model(server, dialect))

    plays(server, WHOLE[0], reply(text=""), WHOLE[1])
    assert run(model(server, dialect)).finished
    said = [message["content"] for message in server.asked[-1].body["messages"] if message["role"] == "assistant"]
    assert all(content or content is None for content in said)


# --- the model that stands by ---


def standing_by() -> tuple[Script, Callable[[], Any]]:
    script = Script([], [call(BLOCK[0], **BLOCK[1])], [call(FINISH[0], **FINISH[1])])
    return script, lambda: script.model


def test_the_fallback_ends_the_turn_once_the_provider_has_failed_in_every_slice(server: ProviderServer) -> None:
    script, fallback = standing_by()
    plays(server, reply(SHEET), *[Failure("throttled")] * 4 * PROVIDER_SLICES)
    store = Store()

    for _ in range(PROVIDER_SLICES - 1):
        with pytest.raises(ProviderUnavailable):
            run(model(server, "anthropic"), store.last, store=store, fallback=fallback)
    assert script.asked == []
    outcome = run(model(server, "anthropic"), store.last, store=store, fallback=fallback)

    assert outcome.finished
    assert [usage.model for usage in outcome.checkpoint.usage] == ["m", "script"], "each is priced as what it is"
    assert len(server.asked) == 1 + 4 * PROVIDER_SLICES


@pytest.mark.parametrize(("kind", "attempts"), [("overloaded", 4), ("quota", 1)])
def test_the_fallback_is_asked_at_once_if_the_provider_has_no_capacity(
    server: ProviderServer, kind: str, attempts: int
) -> None:
    script, fallback = standing_by()
    plays(server, reply(SHEET), *[Failure(kind)] * 4)

    outcome = run(model(server, "anthropic"), fallback=fallback)

    assert outcome.finished
    assert len(server.asked) == 1 + attempts
    assert len(script.asked) == 2


def test_a_turn_that_fell_back_stays_with_the_fallback_until_it_ends(server: ProviderServer) -> None:
    _, fallback = standing_by()
    plays(server, reply(SHEET), *[Failure("overloaded")] * 4)
    store = Store()
    slices, finished = 0, False
    while not finished:
        outcome = run(model(server, "anthropic"), store.last, store=store, fallback=fallback, clock=Ticking())
        slices, finished = slices + 1, outcome.finished
    assert slices > 2
    assert len(server.asked) == 2
    assert mend(outcome.checkpoint, [], "workbook").uses_fallback


def test_what_no_other_model_would_mend_is_no_case_for_the_fallback(server: ProviderServer) -> None:
    script, fallback = standing_by()
    for kind in ("bad_key", "bad_request", "context_overflow"):
        plays(server, Failure(kind))
        with pytest.raises(ProviderRefused):
            run(model(server, "anthropic"), fallback=fallback)
    assert script.asked == []


def test_a_slice_that_ends_well_begins_the_count_of_failures_anew(server: ProviderServer) -> None:
    store = Store()
    plays(server, *[Failure("throttled")] * 4)
    with pytest.raises(ProviderUnavailable):
        run(model(server, "openai"), store=store)
    assert store.last is not None
    assert store.last.provider_failures == 1

    plays(server, *WHOLE)
    run(model(server, "openai"), store.last, store=store, clock=Ticking())

    assert store.last.provider_failures == 0


# --- settings ---


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ModelRequestTimeout("m", 5), ProviderUnavailable),
        (ModelConnectionError("m", "reset"), ProviderUnavailable),
        (ModelHTTPError(424, "m"), ProviderUnavailable),
        (ModelHTTPError(529, "m"), ProviderUnavailable),
        (ModelAPIError("m", "not JSON"), ProviderUnavailable),
        (UnexpectedModelBehavior("odd"), ProviderUnavailable),
        (ContentFilterError("filtered"), ProviderRefused),
        (ModelHTTPError(413, "m"), ProviderRefused),
    ],
)
def test_failures_are_told_apart_by_type_and_status(error: Any, kind: type[Exception]) -> None:
    assert type(provider_error(error)) is kind


def test_bedrock_gets_a_client_with_bounded_waits_no_retries_of_its_own_and_caching(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    model: Any = build_model(
        ProviderSettings(provider="bedrock", model_id="anthropic.claude", region="eu-central-1", timeout_seconds=77)
    )

    config = model.client.meta.config
    assert (config.connect_timeout, config.read_timeout) == (5, 77)
    assert config.retries["total_max_attempts"] == 1
    assert model.client.meta.region_name == "eu-central-1"
    assert model.settings["bedrock_cache_instructions"]
    assert model.settings["bedrock_cache_tool_definitions"]
    assert model.settings["max_tokens"] == 8_192


def test_bedrock_without_credentials_is_refused_before_any_request(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(ProviderRefused, match="credentials"):
        build_model(ProviderSettings(provider="bedrock", model_id="m", region="eu-central-1"))


@pytest.mark.parametrize(
    "settings",
    [
        {"provider": "openai", "model_id": "m"},
        {"provider": "openai", "base_url": "http://127.0.0.1/v1"},
        {"provider": "bedrock", "model_id": "m"},
        {"provider": "anthropic", "model_id": "m"},
        {"provider": "anthropic", "model_id": "m", "api_key": SecretStr("")},
    ],
)
def test_a_missing_setting_is_named(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="needs a"):
        build_model(ProviderSettings.model_validate(settings))


def test_settings_do_not_show_the_key() -> None:
    assert SECRET not in repr(ProviderSettings(provider="openai", api_key=SecretStr(SECRET)))


@pytest.mark.parametrize(
    ("settings", "unwanted"),
    [
        ("provider='openai', model_id='m', base_url='http://127.0.0.1:1/v1'", ("anthropic", "boto3", "botocore")),
        ("provider='builtin'", ("anthropic", "boto3", "botocore", "openai")),
    ],
)
def test_only_the_chosen_providers_library_is_imported(settings: str, unwanted: tuple[str, ...]) -> None:
    program = (
        "import sys; from overten.agent.providers import ProviderSettings, build_model; "
        f"build_model(ProviderSettings({settings})); print([name for name in {unwanted} if name in sys.modules])"
    )
    shared = Path(__file__).parents[3] / "shared"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(shared)}
    )

    assert done.stdout.strip() == "[]"
