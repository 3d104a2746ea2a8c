"""Stand-ins for what surrounds a slice: a model that follows a script, a store of checkpoints, a clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic_ai.messages import FinishReason, ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import RequestUsage

from overten.agent.loop import run_slice
from overten.agent.memory import beginning
from overten.agent.models import Checkpoint, Limits, Phase, SliceOutcome, TurnRequest
from overten.agent.render import Artist
from overten.documents.engine import Assets, no_assets

REQUEST = TurnRequest(format="excel", prompt="A list of our three shops with their rent")


class Killed(BaseException):
    """The worker is gone."""


def call(tool: str, call_id: str | None = None, **arguments: Any) -> ToolCallPart:
    return ToolCallPart(tool, arguments) if call_id is None else ToolCallPart(tool, arguments, tool_call_id=call_id)


def finish(summary: str = "Three shops; the rents are assumptions.") -> ToolCallPart:
    return call("finish", title="Shops", summary=summary)


Reply = str | Sequence[ToolCallPart] | ModelResponse


class Script:
    """A model that gives its replies to a turn in order, judged by the conversation alone, so that it can be resumed.

    It costs 100 tokens of input (40 of them cached) and 10 of output for each reply. `asked` keeps every conversation
    it was shown, `tools` the names of the tools it was offered last, `settings` the last settings.
    """

    def __init__(self, *replies: Reply) -> None:
        self.replies = replies
        self.asked: list[list[ModelMessage]] = []
        self.infos: list[AgentInfo] = []
        self.model = FunctionModel(self._answer, model_name="script")

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.asked.append(list(messages))
        self.infos.append(info)
        begun = beginning(messages)
        given = sum(isinstance(message, ModelResponse) for message in messages[begun[0] if begun else 0 :])
        reply = self.replies[given]
        usage = RequestUsage(input_tokens=100, cache_read_tokens=40, output_tokens=10)
        if isinstance(reply, ModelResponse):
            reply.usage = usage
            return reply
        return ModelResponse(parts=[TextPart(reply)] if isinstance(reply, str) else list(reply), usage=usage)


def cut_off(*parts: TextPart | ToolCallPart) -> ModelResponse:
    return ended(*parts, reason="length")


def ended(*parts: TextPart | ToolCallPart, reason: FinishReason) -> ModelResponse:
    return ModelResponse(parts=list(parts), finish_reason=reason)


class Store:
    """Keeps checkpoints as bytes, and can die at a save: before it is durable, or right after."""

    def __init__(self, die_at: int | None = None, *, after_writing: bool = False) -> None:
        self.saved: list[str] = []
        self._die_at = die_at
        self._after_writing = after_writing
        self._calls = 0

    def save(self, checkpoint: Checkpoint) -> None:
        self._calls += 1
        dying = self._calls == self._die_at
        if dying and not self._after_writing:
            raise Killed
        self.saved.append(checkpoint.model_dump_json())
        if dying:
            raise Killed

    @property
    def last(self) -> Checkpoint | None:
        return Checkpoint.model_validate_json(self.saved[-1]) if self.saved else None


class Clock:
    """Time that passes only when it is told to, or when somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def run(
    model: FunctionModel | Any,
    checkpoint: Checkpoint | None = None,
    *,
    store: Store | None = None,
    limits: Limits | None = None,
    clock: Clock | None = None,
    progress: Callable[[Phase, float], None] = lambda _phase, _fraction: None,
    should_stop: Callable[[], bool] = lambda: False,
    request: TurnRequest = REQUEST,
    inputs: Assets = no_assets,
    artist: Artist | None = None,
    fallback: Callable[[], Any] | None = None,
) -> SliceOutcome:
    clock = clock or Clock()
    return run_slice(
        request,
        checkpoint,
        model,
        limits=limits or Limits(),
        save=(store or Store()).save,
        progress=progress,
        should_stop=should_stop,
        inputs=inputs,
        artist=artist,
        fallback=fallback,
        now=clock.now,
        sleep=clock.sleep,
    )
