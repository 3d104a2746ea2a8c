"""The providers: the right library and settings for each, and what each failure of a real HTTP server means."""

from __future__ import annotations

import http.server
import json
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
from overten.agent.models import Limits
from overten.agent.providers import ProviderSettings, build_model, provider_error
from tests.unit.agent.players import Clock, Store, run

DROP = "drop the connection"
SECRET = "sk-very-secret"
UPSTREAM_TEXT = "internal hostname db-7.provider.example"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("create_sheet", {"sheet": "Shops"}),
    ("write_block", {"sheet": "Shops", "anchor": "A1", "rows": [["Shop", "Rent"], ["Harbour", 1200]]}),
    ("finish", {"title": "Shops", "summary": "One shop."}),
]


def completion(calls: list[tuple[str, dict[str, Any]]], **changes: Any) -> tuple[int, dict[str, Any]]:
    choice: dict[str, Any] = {
        "index": 0,
        "finish_reason": "tool_calls",
        "message": {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": f"c{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
                for n, (name, arguments) in enumerate(calls)
            ],
        },
    } | changes
    usage = {
        "prompt_tokens": 500,
        "completion_tokens": 50,
        "total_tokens": 550,
        "prompt_tokens_details": {"cached_tokens": 300},
    }
    return 200, {
        "id": "x",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "usage": usage,
        "choices": [choice],
    }


def failure(status: int, code: str | None = None) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"message": UPSTREAM_TEXT, "type": "error", "code": code}}


class FakeServer(http.server.ThreadingHTTPServer):
    """Answers chat completions from a list; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Dropped connections are part of the play."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: FakeServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        self.server.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers["Authorization"])
        answer = self.server.answers.pop(0)
        if answer == DROP:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, body = answer[:2]
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **dict(answer[2:]),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as fake:
        fake.daemon_threads = True
        fake.block_on_close = False
        thread = threading.Thread(target=fake.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield fake
        fake.shutdown()
        thread.join()


def openai(server: FakeServer, **settings: Any) -> Any:
    given = {"provider": "openai", "model_id": "m", "base_url": server.url, "api_key": SecretStr(SECRET), **settings}
    return build_model(ProviderSettings.model_validate(given))


def test_a_turn_over_http_makes_the_workbook_and_counts_cached_tokens(server: FakeServer) -> None:
    server.answers = [completion(CALLS[:2]), completion(CALLS[2:])]

    outcome = run(openai(server))

    assert outcome.finished
    (usage,) = outcome.checkpoint.usage
    assert (usage.requests, usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (2, 1000, 600, 100)
    first, second = server.requests
    assert first["max_completion_tokens"] == 8_192
    assert not first.get("stream")
    assert [message["role"] for message in second["messages"]] == ["system", "user", "assistant", "tool", "tool"]
    assert set(server.keys) == {f"Bearer {SECRET}"}


def test_the_smaller_of_both_output_bounds_is_sent(server: FakeServer) -> None:
    server.answers = [completion(CALLS), completion(CALLS)]

    run(openai(server, max_output_tokens=512))
    run(openai(server), limits=Limits(max_output_tokens_per_call=1_024))

    assert [request["max_completion_tokens"] for request in server.requests] == [512, 1_024]


def test_no_key_is_taken_from_the_environment(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    server.answers = [completion(CALLS)]

    run(openai(server, api_key=None))

    assert server.keys == ["Bearer none"]


@pytest.mark.parametrize("trouble", [failure(429), failure(500), failure(503), failure(408), DROP])
def test_a_passing_failure_is_tried_again_within_the_slice(server: FakeServer, trouble: Any) -> None:
    server.answers = [trouble, trouble, completion(CALLS)]
    clock = Clock()

    outcome = run(openai(server), clock=clock)

    assert outcome.finished
    assert outcome.checkpoint.usage[0].requests == 1
    assert len(clock.slept) == 2
    assert clock.slept[0] <= 1.0
    assert clock.slept[1] <= 2.0


@pytest.mark.parametrize("trouble", [failure(429), failure(502), DROP])
def test_a_lasting_failure_ends_the_slice_after_a_bounded_number_of_attempts(server: FakeServer, trouble: Any) -> None:
    server.answers = [completion(CALLS[:2]), *[trouble] * 20]
    store = Store()

    with pytest.raises(ProviderUnavailable) as failed:
        run(openai(server), store=store)

    assert len(server.requests) == 5, "one that was answered and four attempts"
    assert failed.value.code == "upstream_error"
    assert UPSTREAM_TEXT not in str(failed.value)
    server.answers = [completion(CALLS[2:])]
    assert run(openai(server), store.last).finished, "what was saved is enough to go on"


def test_the_providers_own_wait_is_respected_or_left_to_the_next_slice(server: FakeServer) -> None:
    server.answers = [(*failure(429), ("Retry-After", "7")), completion(CALLS)]
    clock = Clock()
    run(openai(server), clock=clock)
    assert 7.0 <= clock.slept[0] <= 8.0

    server.answers = [(*failure(429), ("Retry-After", "90"))]
    with pytest.raises(ProviderUnavailable):
        run(openai(server))


def test_no_attempt_is_waited_for_past_the_end_of_the_slice(server: FakeServer) -> None:
    server.answers = [(*failure(503), ("Retry-After", "5"))]
    clock = Clock()

    with pytest.raises(ProviderUnavailable):
        run(openai(server), clock=clock, limits=Limits(slice_seconds=3))

    assert clock.slept == []


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (failure(401), "credentials"),
        (failure(403), "credentials"),
        (failure(404, "model_not_found"), "does not exist"),
        (failure(400), "did not accept"),
        (failure(400, "context_length_exceeded"), "longer than the model can read"),
        (failure(429, "insufficient_quota"), "quota"),
        (failure(418), "did not accept"),
    ],
)
def test_a_refusal_is_final_and_its_text_is_ours(server: FakeServer, trouble: Any, told: str) -> None:
    server.answers = [trouble]

    with pytest.raises(ProviderRefused, match=told) as refused:
        run(openai(server))

    assert len(server.requests) == 1
    assert refused.value.code == "upstream_error"
    printed = "".join(traceback.format_exception(refused.value))
    assert UPSTREAM_TEXT not in printed
    assert f"status {trouble[0]}" in printed


def test_a_reply_cut_off_by_the_length_limit_is_answered_and_mended(server: FakeServer) -> None:
    half = {"id": "h", "type": "function", "function": {"name": "write_block", "arguments": '{"sheet": "Sh'}}
    cut = completion([], finish_reason="length", message={"role": "assistant", "content": None, "tool_calls": [half]})
    server.answers = [cut, completion(CALLS)]

    assert run(openai(server)).finished
    told = server.requests[1]["messages"][-1]
    assert told["role"] == "tool"
    assert "smaller calls" in told["content"]


def test_an_answer_withheld_by_a_content_filter_is_a_refusal(server: FakeServer) -> None:
    server.answers = [completion([], finish_reason="content_filter", message={"role": "assistant", "content": ""})]

    with pytest.raises(ProviderRefused, match="declined"):
        run(openai(server))


def test_a_body_that_is_no_completion_counts_as_unavailable(server: FakeServer) -> None:
    server.answers = [(200, {"hello": "world"})] * 4

    with pytest.raises(ProviderUnavailable):
        run(openai(server))


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
        ("provider='openai', model_id='m', base_url='http://127.0.0.1:1/v1'", ("boto3", "botocore")),
        ("provider='builtin'", ("boto3", "botocore", "openai")),
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
