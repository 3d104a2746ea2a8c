"""The built-in author as a model: it answers a conversation with the tool calls a blueprint has planned.

It keeps no state. What comes next is read off the messages: each planned call has an id of its own, and the first
reply with a call that has no result yet is the one to send. A killed slice so goes on where it was, and a call that
was refused is left out rather than repeated.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from pydantic_ai.messages import (
    ModelRequest,
    ModelResponse,
    RetryPromptPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models.function import AgentInfo, FunctionModel

from overten.agent.author import answers, following, planning
from overten.agent.author.compose import compose
from overten.agent.author.revise import revise
from overten.agent.prompts import request_text

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

    from overten.agent.author.compose import Composition

MODEL_NAME = "built-in-author"


def builtin_model() -> FunctionModel:
    """The model to use where none is connected. It calls the same tools as any other model and uses no network."""
    return FunctionModel(_reply, model_name=MODEL_NAME)


def _reply(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    turn, opening, opened = _turn(messages)
    answered = _answered(messages, turn)
    if any(tool.name == "write_outline" for tool in info.function_tools):
        prompt = request_text(messages) or _unquoted(opening)
        return planning.reply(turn, prompt, opening, opened, answered)
    if any(tool.name == "answer" for tool in info.function_tools):
        prompt = request_text(messages) or _unquoted(opening)
        return answers.reply(turn, prompt, opening, _results(messages, turn))
    if outline := following.outline_in(opening):
        return following.reply(turn, outline, following.images_in(opening), answered)
    composition = _composition(messages, opening, opened)
    for number, operations in enumerate(composition.replies):
        ids = [f"author-{turn}-{number}-{index}" for index in range(len(operations))]
        if not answered.keys() >= set(ids):
            calls = [
                ToolCallPart(
                    operation.op,
                    operation.model_dump(mode="json", exclude_none=True, exclude={"op"}),
                    tool_call_id=call_id,
                )
                for operation, call_id in zip(operations, ids, strict=True)
                if call_id not in answered
            ]
            return ModelResponse(parts=calls)
    refused = sum(answered.values())
    attempts = sum(call_id.startswith(f"author-{turn}-finish") for call_id in answered)
    arguments = {"title": composition.title, "summary": composition.summary_with(refused)}
    return ModelResponse(parts=[ToolCallPart("finish", arguments, tool_call_id=f"author-{turn}-finish-{attempts}")])


def _composition(messages: list[ModelMessage], opening: str, opened: date) -> Composition:
    prompt = request_text(messages) or _unquoted(opening)
    # What stands behind the request was written by the system; the request itself cannot pass for it.
    _, _, context = opening.partition("</user_request>")
    workbook = re.search(r"<workbook>\n(.*?)\n</workbook>", context, re.DOTALL)
    if workbook:
        return revise(prompt, workbook[1])
    today = re.search(r"^Today is (\d{4}-\d\d-\d\d)\.", context, re.MULTILINE)
    return compose(prompt, date.fromisoformat(today[1]) if today else opened)


def _turn(messages: list[ModelMessage]) -> tuple[int, str, date]:
    """The number, the text and the day of the user's latest message that carries a request."""
    turns = [
        (part.content, part.timestamp.date())
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart) and isinstance(part.content, str)
    ]
    requests = [turn for turn in turns if "<user_request>" in turn[0]] or turns[:1]
    if not requests:
        return 0, "", date(2000, 1, 1)
    text, day = requests[-1]
    return len(requests), text, day


def _unquoted(text: str) -> str:
    return "" if "<user_request>" in text else text


def _answered(messages: list[ModelMessage], turn: int) -> dict[str, bool]:
    """The ids of this turn's calls that have an answer, and whether the answer was a refusal."""
    answers: dict[str, bool] = {}
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, ToolReturnPart) and part.tool_call_id.startswith(f"author-{turn}-"):
                answers[part.tool_call_id] = getattr(part, "outcome", "success") != "success"
            elif isinstance(part, RetryPromptPart) and part.tool_call_id.startswith(f"author-{turn}-"):
                answers[part.tool_call_id] = True
    return answers


def _results(messages: list[ModelMessage], turn: int) -> dict[str, str | None]:
    """What this turn's calls have answered, by their ids; None for those that were refused."""
    answers_of: dict[str, str | None] = {}
    for message in messages:
        for part in message.parts if isinstance(message, ModelRequest) else ():
            if isinstance(part, ToolReturnPart) and part.tool_call_id.startswith(f"author-{turn}-"):
                answers_of[part.tool_call_id] = str(part.content) if part.outcome == "success" else None
    return answers_of
