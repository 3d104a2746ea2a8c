"""What a conversation is cut down to, so that a further turn is cheap and a long one fits the model.

All of it is mechanical: no model is asked, and the same conversation always gives the same text. Turns before the one
at hand are kept as notes; of the one at hand, the results of older calls are shortened first, and then older calls
become notes too. A reply and the answers to its calls stay or go together, so a provider never sees one without the
other. Instructions and tools, which begin every request, are never touched, and cuts are deep, so that they are rare:
between them the conversation only grows, and what a provider has cached of it stays good.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelRequestPart,
    ModelResponse,
    ModelResponsePart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from overten.agent import prompts
from overten.agent.models import Checkpoint, TurnNote
from overten.agent.tools import CLOSING_NAMES

BYTES_PER_TOKEN = 4
PART_TOKENS = 8
# The turn before is kept word for word if it is no longer than this.
RECENT_TOKENS = 1_500
MAX_HISTORY_CHARACTERS = 10_000
MAX_REQUEST_CHARACTERS = 400
MAX_TOLD_CHARACTERS = 400
MAX_CALLS_NOTED = 8
MAX_CALL_CHARACTERS = 80
MAX_DONE_NOTED = 40
_MAX_OLD_REQUEST_CHARACTERS = 150
# Results of calls that are not among the latest are cut to this, and such as are not much longer are left.
KEPT_RESULT_CHARACTERS = 200
_SHORT_RESULT_CHARACTERS = 400
LATEST_RESULT_CHARACTERS = 1_500
NOT_DONE = "Not done: the turn ended before it."

# They show something and change nothing, so there is nothing to remember of them.
_READING = frozenset({"inspect", "inspect_workbook", "query_data", "render"}) | CLOSING_NAMES
_IMAGE = re.compile(r"\bimg_[0-9A-Za-z]+")


def tokens_of(messages: Sequence[ModelMessage]) -> int:
    """An estimate: four bytes of text are a token, in any language. Pictures are not in it."""
    return sum(PART_TOKENS + text_tokens(_text(part)) for message in messages for part in message.parts)


def text_tokens(text: str) -> int:
    """An estimate of a text's length in tokens."""
    return len(text.encode()) // BYTES_PER_TOKEN


def _text(part: ModelRequestPart | ModelResponsePart) -> str:
    if isinstance(part, ToolCallPart):
        return part.tool_name + part.args_as_json_str()
    content = getattr(part, "content", "")
    return content if isinstance(content, str) else str(content or "")


# --- the turn at hand ---


def beginning(messages: Sequence[ModelMessage]) -> tuple[int, UserPromptPart] | None:
    """Where the latest request of the user stands, and the part that holds it; None if there is none."""
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        for part in reversed(message.parts) if isinstance(message, ModelRequest) else ():
            if isinstance(part, UserPromptPart) and isinstance(part.content, str) and prompts.is_opening(part.content):
                return index, part
    return None


def calls_noted(messages: Sequence[ModelMessage], checkpoint: Checkpoint) -> list[str]:
    """A line for each call among the messages that changed the document: its tool, and what that said."""
    return [
        _line(f"{call.tool_name}: {checkpoint.tool_results.get(call.tool_call_id, '')}", MAX_CALL_CHARACTERS)
        for call in _applied(messages, checkpoint)
        if call.tool_name not in _READING
    ]


def images_named(messages: Sequence[ModelMessage], checkpoint: Checkpoint) -> list[str]:
    """The images that calls among the messages have named which were applied."""
    called = " ".join(
        call.args_as_json_str() for call in _applied(messages, checkpoint) if call.tool_name not in CLOSING_NAMES
    )
    return list(dict.fromkeys(_IMAGE.findall(called)))


def _applied(messages: Sequence[ModelMessage], checkpoint: Checkpoint) -> list[ToolCallPart]:
    refused = set(checkpoint.failed_tool_calls)
    return [
        call
        for message in messages
        if isinstance(message, ModelResponse)
        for call in message.tool_calls
        if call.tool_call_id in checkpoint.tool_results and call.tool_call_id not in refused
    ]


def call_ids(messages: Sequence[ModelMessage]) -> set[str]:
    """The ids of all calls among the messages."""
    return {
        call.tool_call_id for message in messages if isinstance(message, ModelResponse) for call in message.tool_calls
    }


def latest(messages: Sequence[ModelMessage], exchanges: int) -> list[ModelMessage]:
    """The last replies, so many of them, each with what was said to it."""
    replies = [index for index, message in enumerate(messages) if isinstance(message, ModelResponse)]
    return list(messages[replies[-exchanges] :]) if len(replies) >= exchanges else list(messages)


def with_short_results(messages: Sequence[ModelMessage], *, spared: int) -> list[ModelMessage]:
    """The messages, the results of calls shortened but for those after the last `spared` replies."""
    untouched = len(latest(messages, spared))
    older, newer = messages[: len(messages) - untouched], messages[len(messages) - untouched :]
    return [*(_shortened(message, KEPT_RESULT_CHARACTERS) for message in older), *newer]


def with_cut_results(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """The messages, all results of calls cut to what a model needs at least to go on from them."""
    return [_shortened(message, LATEST_RESULT_CHARACTERS) for message in messages]


def _shortened(message: ModelMessage, most_characters: int) -> ModelMessage:
    if not isinstance(message, ModelRequest):
        return message
    return replace(message, parts=[_short_result(part, most_characters) for part in message.parts])


def _short_result(part: ModelRequestPart, most_characters: int) -> ModelRequestPart:
    if not isinstance(part, ToolReturnPart) or not isinstance(part.content, str):
        return part
    if len(part.content) <= max(most_characters, _SHORT_RESULT_CHARACTERS):
        return part
    return ToolReturnPart(
        tool_name=part.tool_name,
        tool_call_id=part.tool_call_id,
        content=prompts.shortened(part.content, most_characters),
        timestamp=part.timestamp,
        outcome=part.outcome,
    )


# --- turns before ---


def note_of(base: Checkpoint, messages: Sequence[ModelMessage]) -> TurnNote | None:
    """What is kept of the turn that a finished checkpoint ends with."""
    begun = beginning(messages)
    if begun is None:
        return None
    calls = [*base.done, *calls_noted(messages[begun[0] :], base)]
    hidden = len(calls) - MAX_CALLS_NOTED
    return TurnNote(
        number=base.history[-1].number + 1 if base.history else 1,
        request=_line(prompts.request_text(list(messages)), MAX_REQUEST_CHARACTERS),
        calls=[*calls[:MAX_CALLS_NOTED], *([f"and {hidden} more"] if hidden > 0 else [])],
        told=_line(base.answer or base.summary or "", MAX_TOLD_CHARACTERS),
    )


def remembered(history: Sequence[TurnNote], note: TurnNote | None) -> list[TurnNote]:
    """The notes with one more; of the older half only the requests, or nothing, once they are too long together."""
    notes = [*history, *([note] if note else [])]
    while len(told(notes)) > MAX_HISTORY_CHARACTERS:
        old = list(takewhile(lambda one: not (one.calls or one.told), notes))
        whole = notes[len(old) :]
        # Half of them at once, so that the beginning of the text stays the same over several turns.
        if len(whole) > 1 and len(told(old)) <= MAX_HISTORY_CHARACTERS // 3:
            half = len(whole) // 2
            notes = [*old, *map(_request_only, whole[:half]), *whole[half:]]
        else:
            notes = [*old[(len(old) + 1) // 2 :], *whole] if old else whole[-1:]
            if len(notes) == 1:
                break
    return notes


def _request_only(note: TurnNote) -> TurnNote:
    return TurnNote(number=note.number, request=_line(note.request, _MAX_OLD_REQUEST_CHARACTERS))


def told(history: Sequence[TurnNote]) -> str:
    """The notes as a model reads them."""
    lines: list[str] = []
    for note in history:
        lines.append(f"Turn {note.number}, request: {note.request}")
        lines += [f"- {call}" for call in note.calls]
        lines += [f"Answer to the user: {note.told}"] if note.told else []
    return "\n".join(lines)


def recent(base: Checkpoint, messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """The turn that a finished checkpoint ends with, word for word but for what it was shown of the document and of
    files; nothing if it is long or no longer whole."""
    begun = beginning(messages)
    if begun is None or base.done:
        return []
    index, opening = begun
    first = replace(opening, content=prompts.recalled(str(opening.content)))
    kept = [ModelRequest(parts=[first]), *messages[index + 1 :], *_answers_to_open_calls(base, messages[-1])]
    return kept if tokens_of(kept) <= RECENT_TOKENS else []


def _answers_to_open_calls(base: Checkpoint, last: ModelMessage) -> list[ModelMessage]:
    """Answers to the calls of a reply that ends a turn without them: its credits or its time were over."""
    if not isinstance(last, ModelResponse) or not last.tool_calls:
        return []
    answers = [
        ToolReturnPart(
            tool_name=call.tool_name,
            tool_call_id=call.tool_call_id,
            content=base.tool_results.get(call.tool_call_id, NOT_DONE),
            outcome="success" if call.tool_call_id in base.tool_results else "failed",
        )
        for call in last.tool_calls
    ]
    return [ModelRequest(parts=list(answers))]


def after(earlier: str, kept: Sequence[ModelMessage]) -> list[ModelMessage]:
    """A turn that was kept word for word, with the notes of those before it in front."""
    if not kept or not earlier:
        return list(kept)
    first = kept[0].parts[0]
    if not isinstance(first, UserPromptPart):
        return list(kept)
    content = f"{prompts.earlier_turns(earlier)}\n\n{first.content}"
    return [ModelRequest(parts=[replace(first, content=content)]), *kept[1:]]


def _line(text: str, most_characters: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most_characters else f"{flat[: most_characters - 1]}…"
