"""The built-in author as a model: it answers a conversation with the tool calls a blueprint has planned.

It keeps no state. What comes next is read off the messages: each planned call has an id of its own, and the first
reply with a call that has no result yet is the one to send. A killed slice so goes on where it was, and a call that
was refused is left out rather than repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
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
from overten.agent.author.calls import Composition, calls_of
from overten.agent.author.prose.changes import change_document, change_presentation
from overten.agent.author.prose.compose import compose_turn, needed_queries
from overten.agent.author.prose.context import context_of
from overten.agent.author.prose.data import read_answer
from overten.agent.author.revise import revise
from overten.agent.prompts import request_text

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage

    from overten.agent.author.calls import Call
    from overten.documents.models import Format

MODEL_NAME = "built-in-author"
_CHANGES: dict[str, Callable[[str, str], Composition]] = {
    "workbook": revise,
    "document": change_document,
    "presentation": change_presentation,
}
_FORMATS: dict[str, Format] = {"workbook": "excel", "document": "word", "presentation": "slides"}
_CALL_ID = re.compile(r"author-(\d+)-")


def builtin_model() -> FunctionModel:
    """The model to use where none is connected. It calls the same tools as any other model and uses no network."""
    return FunctionModel(_reply, model_name=MODEL_NAME)


def _reply(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
    turn, opening, opened = _turn(messages)
    answered = _answered(messages, turn)
    if any(tool.name == "write_outline" for tool in info.function_tools):
        prompt = request_text(messages) or _unquoted(opening)
        return planning.reply(turn, prompt, opening, opened, answered, _answers(messages, turn, answered))
    if any(tool.name == "answer" for tool in info.function_tools):
        prompt = request_text(messages) or _unquoted(opening)
        return answers.reply(turn, prompt, opening, _results(messages, turn))
    if outline := following.outline_in(opening):
        return following.reply(turn, outline, following.images_in(opening), answered)
    planned = _planned(messages, turn, opening, opened, answered)
    if not isinstance(planned, Composition):
        return ModelResponse(parts=planned)
    refused = 0
    for number, steps in enumerate(planned.replies):
        calls = calls_of(steps)
        if waiting := _unanswered(calls, f"author-{turn}-{number}", answered):
            return ModelResponse(parts=waiting)
        lost = sum(answered[f"author-{turn}-{number}-{index}"] for index in range(len(calls)))
        if lost and (smaller := planned.instead.get(number)):
            if waiting := _unanswered(smaller, f"author-{turn}-{number}-instead", answered):
                return ModelResponse(parts=waiting)
            lost = sum(answered[f"author-{turn}-{number}-instead-{index}"] for index in range(len(smaller)))
        refused += lost
    attempts = sum(call_id.startswith(f"author-{turn}-finish") for call_id in answered)
    arguments = {"title": planned.title, "summary": planned.summary_with(refused)}
    return ModelResponse(parts=[ToolCallPart("finish", arguments, tool_call_id=f"author-{turn}-finish-{attempts}")])


def _unanswered(calls: Sequence[Call], stem: str, answered: dict[str, bool]) -> list[ToolCallPart]:
    named = ((f"{stem}-{index}", call) for index, call in enumerate(calls))
    return [
        ToolCallPart(call.tool, call.arguments, tool_call_id=call_id)
        for call_id, call in named
        if call_id not in answered
    ]


def _planned(
    messages: list[ModelMessage], turn: int, opening: str, opened: date, answered: dict[str, bool]
) -> Composition | list[ToolCallPart]:
    """What the turn will say, or the queries that have to be answered before that is known."""
    prompt = request_text(messages) or _unquoted(opening)
    # What stands behind the request was written by the system; the request itself cannot pass for it.
    _, _, behind = opening.partition("</user_request>")
    for tag, change in _CHANGES.items():
        if described := re.search(rf"<{tag}>\n(.*?)\n</{tag}>", behind, re.DOTALL):
            return change(prompt, described[1])
    today = re.search(r"^Today is (\d{4}-\d\d-\d\d)\.", behind, re.MULTILINE)
    context = context_of(opening)
    # Notes of turns that only asked may stand before it.
    noun = re.search(r"^Make the (\w+) that", opening.partition("<user_request>")[0], re.MULTILINE)
    kind = _FORMATS.get(noun[1] if noun else "", "excel")
    answers = _answers(messages, turn, answered)
    if queries := needed_queries(kind, prompt, context, answers):
        return [
            ToolCallPart("query_data", {"sql": sql}, tool_call_id=f"author-{turn}-query-{name}")
            for name, sql in queries
        ]
    return compose_turn(kind, prompt, context, date.fromisoformat(today[1]) if today else opened, answers)


def _answers(messages: list[ModelMessage], turn: int, answered: dict[str, bool]) -> dict[str, list[list[str]] | None]:
    """The rows that this turn's queries gave, by the queries' names."""
    stem = f"author-{turn}-query-"
    texts = {
        part.tool_call_id: str(part.content)
        for message in messages
        for part in (message.parts if isinstance(message, ModelRequest) else ())
        if isinstance(part, ToolReturnPart) and part.tool_call_id.startswith(stem)
    }
    return {
        call_id.removeprefix(stem): None if refused else read_answer(texts.get(call_id, ""))
        for call_id, refused in answered.items()
        if call_id.startswith(stem)
    }


def _turn(messages: list[ModelMessage]) -> tuple[int, str, date]:
    """The number, the text and the day of the user's latest message that carries a request.

    Earlier turns may be gone from the conversation, or some of them: the number is one that none of their calls has.
    """
    turns = [
        (index, part.content, part.timestamp.date())
        for index, message in enumerate(messages)
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart) and isinstance(part.content, str)
    ]
    requests = [turn for turn in turns if "<user_request>" in turn[1]] or turns[:1]
    if not requests:
        return 0, "", date(2000, 1, 1)
    index, text, day = requests[-1]
    earlier = (call.tool_call_id for message in messages[:index] for call in _calls(message))
    return 1 + max((int(named[1]) for name in earlier if (named := _CALL_ID.match(name))), default=0), text, day


def _calls(message: ModelMessage) -> list[ToolCallPart]:
    return message.tool_calls if isinstance(message, ModelResponse) else []


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
