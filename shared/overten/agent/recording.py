"""Recordings of turns: what a provider's model said, kept without secrets, and a player that says it again.

A checkpoint holds every reply of its turn, so any run can be recorded, whoever the provider was, and after the fact.
Played through the same loop, tools and engine, a recording gives the same bytes each time. What is recorded is
scrubbed first: the request and the replies, as both may quote a secret that a user has put into his prompt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_ai.messages import (
    FinishReason,
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelResponse,
    TextPart,
    ToolCallPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.settings import ModelSettings
from pydantic_ai.usage import RequestUsage

from overten.agent import memory
from overten.agent.models import Checkpoint, TurnRequest

SCRUBBED = "[scrubbed]"
_SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        r"\b(?:sk|rk|pk|whsec|ghp|gho|github_pat|xox[abp])[-_][A-Za-z0-9_\-]{16,}",
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*",
        r"(?i)(?<=\bbearer )[A-Za-z0-9._~+/\-]{12,}=*",
        r"(?i)(?<=://)[^/\s:@]+:[^/\s@]+(?=@)",
        r"(?i)(?<=[?&])(?:X-Amz-(?:Signature|Credential|Security-Token)|token|api[_-]?key)=[^&\s\"']+",
        r"(?<=:)\d{12}(?=:)",  # the account in an ARN
    )
)


class RecordedCall(BaseModel):
    """A call of a tool; arguments that were no JSON object are kept as the text they were."""

    name: str
    arguments: dict[str, Any] | str = Field(default_factory=dict)
    id: str | None = None


class RecordedUsage(BaseModel):
    input_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


class RecordedReply(BaseModel):
    """One reply of the model, `content` its text. Signed thoughts, which only their provider reads, are not kept."""

    content: str | None = None
    tool_calls: list[RecordedCall] = Field(default_factory=list)
    finish_reason: FinishReason | None = None
    model: str | None = None
    usage: RecordedUsage | None = None


class Recording(BaseModel):
    """A turn. `follows` names the file of the turn before it, which is played first."""

    model_config = ConfigDict(extra="ignore")

    schema_version: Literal[1] = 1
    request: TurnRequest
    replies: list[RecordedReply]
    follows: str | None = None


def record(
    checkpoint: Checkpoint, request: TurnRequest, *, follows: str | None = None, secrets: Sequence[str] = ()
) -> Recording:
    """The latest turn of a checkpoint, without `secrets` and whatever else looks like one."""
    messages = ModelMessagesTypeAdapter.validate_python(checkpoint.messages)
    replies = [_recorded(message) for message in _latest_turn(messages) if isinstance(message, ModelResponse)]
    whole = Recording(request=request, replies=replies, follows=follows)
    return Recording.model_validate(scrubbed(whole.model_dump(mode="json"), secrets))


def scrubbed(value: Any, secrets: Sequence[str] = ()) -> Any:
    """JSON with `secrets`, and all that has the form of a key, token or password, replaced in every text of it."""
    if isinstance(value, dict):
        return {scrubbed(name, secrets): scrubbed(member, secrets) for name, member in value.items()}
    if isinstance(value, list):
        return [scrubbed(member, secrets) for member in value]
    if not isinstance(value, str):
        return value
    for secret in secrets:
        if secret:
            value = value.replace(secret, SCRUBBED)
    for pattern in _SECRETS:
        value = pattern.sub(SCRUBBED, value)
    return value


class Player(FunctionModel):
    """A model that says what was recorded of one turn, reply by reply.

    What comes next is read off the conversation since the turn's opening, whatever is kept of turns before it; so a
    turn may be resumed in the midst of it.
    """

    def __init__(self, turn: Recording) -> None:
        self._replies = turn.replies
        super().__init__(self._answer, model_name="recording")

    def _answer(self, messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
        return _response(self._next(messages))

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """As the model that was recorded: its name decides what its tokens cost."""
        reply = await super().request(messages, model_settings, model_request_parameters)
        reply.model_name = self._next(messages).model or self.model_name
        return reply

    def _next(self, messages: list[ModelMessage]) -> RecordedReply:
        return self._replies[sum(isinstance(message, ModelResponse) for message in _latest_turn(messages))]


def _latest_turn(messages: list[ModelMessage]) -> list[ModelMessage]:
    begun = memory.beginning(messages)
    return messages[begun[0] :] if begun else messages


def _recorded(reply: ModelResponse) -> RecordedReply:
    texts = [part.content for part in reply.parts if isinstance(part, TextPart)]
    used = reply.usage
    return RecordedReply(
        content="".join(texts) if texts else None,
        tool_calls=[
            RecordedCall(name=call.tool_name, arguments=_arguments(call), id=call.tool_call_id)
            for call in reply.tool_calls
        ],
        finish_reason=reply.finish_reason,
        model=reply.model_name,
        usage=RecordedUsage(
            input_tokens=used.input_tokens,
            cache_read_tokens=used.cache_read_tokens,
            cache_write_tokens=used.cache_write_tokens,
            output_tokens=used.output_tokens,
        ),
    )


def _arguments(call: ToolCallPart) -> dict[str, Any] | str:
    """Some providers give arguments as text, which is kept only where it is no JSON object."""
    if not isinstance(call.args, str):
        return call.args or {}
    try:
        parsed = json.loads(call.args)
    except ValueError:
        return call.args
    return parsed if isinstance(parsed, dict) else call.args


def _response(recorded: RecordedReply) -> ModelResponse:
    parts: list[TextPart | ToolCallPart] = [TextPart(recorded.content)] if recorded.content is not None else []
    for call in recorded.tool_calls:
        made = ToolCallPart(call.name, call.arguments)
        parts.append(made if call.id is None else replace(made, tool_call_id=call.id))
    return ModelResponse(
        parts=parts,
        usage=RequestUsage(**(recorded.usage or RecordedUsage()).model_dump()),
        finish_reason=recorded.finish_reason,
    )
