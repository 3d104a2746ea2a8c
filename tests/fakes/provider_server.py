"""A provider of models on the wire: Bedrock Converse, Anthropic Messages and OpenAI Chat Completions.

The script is the same for all three: what the model says or how the provider fails. Each dialect says it in its own
way, as its service model or documentation has it. Which dialect is spoken is read off the path that is asked.
"""

from __future__ import annotations

import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Dialect = Literal["anthropic", "bedrock", "openai"]
DIALECTS: tuple[Dialect, ...] = get_args(Dialect)
# What a provider may let slip, and nobody is to read.
UPSTREAM_TEXT = "internal hostname db-7.provider.example"
Wire = tuple[int, dict[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """A call of a tool. A text as arguments is no JSON object."""

    name: str
    arguments: dict[str, Any] | str


@dataclass(frozen=True)
class Usage:
    """Tokens of one reply. `fresh` were in no cache before; `read` came from one, `written` went into one."""

    fresh: int = 100
    read: int = 300
    written: int = 50
    output: int = 25


@dataclass(frozen=True)
class Reply:
    """What the model says. `stop` is the dialect's own word for why it ended; otherwise what fits its content."""

    calls: tuple[Call, ...] = ()
    text: str | None = None
    stop: str | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class Failure:
    """An answer that is an error of this kind; see `_FAILURES`."""

    kind: str
    retry_after_seconds: float | None = None


@dataclass(frozen=True)
class Dropped:
    """The connection breaks: at once, or after so much of the reply's body."""

    after_bytes: int | None = None


@dataclass(frozen=True)
class Slow:
    """Nothing comes for so long, and then the reply."""

    seconds: float
    reply: Reply


@dataclass(frozen=True)
class Body:
    """Whatever else a server may send."""

    data: bytes
    status: int = 200


Play = Reply | Failure | Dropped | Slow | Body


def reply(*calls: tuple[str, dict[str, Any] | str], text: str | None = None, stop: str | None = None) -> Reply:
    return Reply(tuple(Call(*call) for call in calls), text, stop)


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    dialect: Dialect
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


# --- what is said, in each dialect ---


def _converse(said: Reply, number: int) -> Wire:
    content: list[dict[str, Any]] = [{"text": said.text}] if said.text is not None else []
    content += [
        {"toolUse": {"toolUseId": f"tooluse_{number}_{place}", "name": call.name, "input": call.arguments}}
        for place, call in enumerate(said.calls)
    ]
    used = said.usage
    usage = {
        "inputTokens": used.fresh,
        "outputTokens": used.output,
        "totalTokens": used.fresh + used.read + used.written + used.output,
        "cacheReadInputTokens": used.read,
        "cacheWriteInputTokens": used.written,
    }
    return (
        200,
        {},
        {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": said.stop or ("tool_use" if said.calls else "end_turn"),
            "usage": usage,
            "metrics": {"latencyMs": 7},
        },
    )


def _messages(said: Reply, number: int) -> Wire:
    content: list[dict[str, Any]] = [{"type": "text", "text": said.text}] if said.text is not None else []
    content += [
        {"type": "tool_use", "id": f"toolu_{number}_{place}", "name": call.name, "input": call.arguments}
        for place, call in enumerate(said.calls)
    ]
    used = said.usage
    usage = {
        "input_tokens": used.fresh,
        "output_tokens": used.output,
        "cache_read_input_tokens": used.read,
        "cache_creation_input_tokens": used.written,
    }
    return (
        200,
        {},
        {
            "id": f"msg_{number}",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": content,
            "stop_reason": said.stop or ("tool_use" if said.calls else "end_turn"),
            "stop_sequence": None,
            "usage": usage,
        },
    )


def _completion(said: Reply, number: int) -> Wire:
    calls = [
        {
            "id": f"call_{number}_{place}",
            "type": "function",
            "function": {
                "name": call.name,
                "arguments": call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments),
            },
        }
        for place, call in enumerate(said.calls)
    ]
    used = said.usage
    asked = used.fresh + used.read + used.written
    usage = {
        "prompt_tokens": asked,
        "completion_tokens": used.output,
        "total_tokens": asked + used.output,
        "prompt_tokens_details": {"cached_tokens": used.read},
    }
    message = {"role": "assistant", "content": said.text, **({"tool_calls": calls} if calls else {})}
    return (
        200,
        {},
        {
            "id": f"chatcmpl-{number}",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "usage": usage,
            "choices": [
                {
                    "index": 0,
                    "finish_reason": said.stop or ("tool_calls" if calls else "stop"),
                    "message": message,
                }
            ],
        },
    )


_REPLIES = {"anthropic": _messages, "bedrock": _converse, "openai": _completion}

# Kind: status, the dialect's name of the error, and its text where the text alone tells what it is.
_FAILURES: dict[Dialect, dict[str, tuple[int, str, str]]] = {
    "bedrock": {
        "throttled": (429, "ThrottlingException", "Too many requests, please wait before trying again."),
        "overloaded": (503, "ServiceUnavailableException", "The model is overloaded."),
        "not_ready": (429, "ModelNotReadyException", UPSTREAM_TEXT),
        "server_error": (500, "InternalServerException", UPSTREAM_TEXT),
        "bad_gateway": (502, "", UPSTREAM_TEXT),
        "timed_out": (408, "ModelTimeoutException", UPSTREAM_TEXT),
        "model_error": (424, "ModelErrorException", UPSTREAM_TEXT),
        "bad_request": (400, "ValidationException", UPSTREAM_TEXT),
        "context_overflow": (400, "ValidationException", "Input is too long for requested model."),
        "bad_key": (403, "UnrecognizedClientException", UPSTREAM_TEXT),
        "forbidden": (403, "AccessDeniedException", UPSTREAM_TEXT),
        "unknown_model": (404, "ResourceNotFoundException", UPSTREAM_TEXT),
        "quota": (400, "ServiceQuotaExceededException", UPSTREAM_TEXT),
    },
    "anthropic": {
        "throttled": (429, "rate_limit_error", UPSTREAM_TEXT),
        "overloaded": (529, "overloaded_error", "Overloaded"),
        "not_ready": (503, "api_error", UPSTREAM_TEXT),
        "server_error": (500, "api_error", UPSTREAM_TEXT),
        "bad_gateway": (502, "api_error", UPSTREAM_TEXT),
        "timed_out": (504, "timeout_error", UPSTREAM_TEXT),
        "model_error": (500, "api_error", UPSTREAM_TEXT),
        "bad_request": (400, "invalid_request_error", UPSTREAM_TEXT),
        "context_overflow": (400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
        "bad_key": (401, "authentication_error", UPSTREAM_TEXT),
        "forbidden": (403, "permission_error", UPSTREAM_TEXT),
        "unknown_model": (404, "not_found_error", UPSTREAM_TEXT),
        "quota": (400, "invalid_request_error", "Your credit balance is too low to access the API."),
        "too_large": (413, "request_too_large", UPSTREAM_TEXT),
    },
    "openai": {
        "throttled": (429, "rate_limit_exceeded", UPSTREAM_TEXT),
        "overloaded": (503, "server_is_overloaded", UPSTREAM_TEXT),
        "not_ready": (503, "service_unavailable", UPSTREAM_TEXT),
        "server_error": (500, "server_error", UPSTREAM_TEXT),
        "bad_gateway": (502, "", UPSTREAM_TEXT),
        "timed_out": (408, "timeout", UPSTREAM_TEXT),
        "model_error": (500, "server_error", UPSTREAM_TEXT),
        "bad_request": (400, "invalid_request_error", UPSTREAM_TEXT),
        "context_overflow": (400, "context_length_exceeded", UPSTREAM_TEXT),
        # Servers that are merely compatible, such as vLLM, send no code.
        "context_overflow_unnamed": (400, "", "This model's maximum context length is 8192 tokens."),
        "context_overflow_llama": (400, "exceed_context_size_error", UPSTREAM_TEXT),
        "bad_key": (401, "invalid_api_key", UPSTREAM_TEXT),
        "forbidden": (403, "", UPSTREAM_TEXT),
        "unknown_model": (404, "model_not_found", UPSTREAM_TEXT),
        "quota": (429, "insufficient_quota", UPSTREAM_TEXT),
        "filtered": (400, "content_filter", UPSTREAM_TEXT),
    },
}


def _failed(dialect: Dialect, failure: Failure) -> Wire:
    status, name, text = _FAILURES[dialect][failure.kind]
    headers = {} if failure.retry_after_seconds is None else {"Retry-After": f"{failure.retry_after_seconds:g}"}
    if dialect == "bedrock":
        return status, headers | {"x-amzn-ErrorType": name}, {"message": text}
    if dialect == "anthropic":
        return status, headers, {"type": "error", "error": {"type": name, "message": text}}
    by_type = name.endswith("_size_error")  # llama.cpp names its errors by their type, and their code is the status
    return (
        status,
        headers,
        {"error": {"message": text, "type": name if by_type else "error", "code": status if by_type else name or None}},
    )


# --- the server ---


class ProviderServer(http.server.ThreadingHTTPServer):
    """Plays `plays` in order, one for each request; keeps what it was asked. Out of plays, it answers 500."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.plays: list[Play] = []
        self.asked: list[Asked] = []
        self.closing = threading.Event()

    def base_url(self, dialect: Dialect) -> str:
        """The address that a client of the dialect is given."""
        return f"http://127.0.0.1:{self.server_port}" + ("/v1" if dialect == "openai" else "")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are part of the play."""


@contextmanager
def provider_server() -> Iterator[ProviderServer]:
    """A server that listens on the loopback for as long as the context lasts."""
    with ProviderServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()
            thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: ProviderServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        dialect = _dialect_of(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append(Asked(dialect, self.path, headers, body))
        play = self.server.plays.pop(0) if self.server.plays else Failure("server_error")
        if isinstance(play, Slow):
            self.server.closing.wait(play.seconds)
            play = play.reply
        if isinstance(play, Body):
            self._send(play.status, {}, play.data)
        elif isinstance(play, Dropped):
            self._drop(dialect, play)
        else:
            number = len(self.server.asked)
            status, more, answer = (
                _failed(dialect, play) if isinstance(play, Failure) else _REPLIES[dialect](play, number)
            )
            self._send(status, more, json.dumps(answer).encode())

    def _drop(self, dialect: Dialect, play: Dropped) -> None:
        if play.after_bytes is not None:
            data = json.dumps(_REPLIES[dialect](Reply(text="half of this"), 0)[2]).encode()
            self._send(200, {}, data, only=play.after_bytes)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, status: int, headers: dict[str, str], data: bytes, *, only: int | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:only])
        self.wfile.flush()


def _dialect_of(path: str) -> Dialect:
    if path.endswith("/converse"):
        return "bedrock"
    return "anthropic" if path.partition("?")[0].endswith("/messages") else "openai"
