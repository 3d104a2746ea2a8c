"""What a further turn costs in input tokens, beside the first turn and beside sending the whole conversation again.

Replays the recorded second turns and one of the built-in author. Tokens are an estimate, four bytes each (there is no
tokenizer to be had without a network), so compare ratios. A token is *new* when no cache of the provider can have it:
within a turn what an earlier request of it sent is cached, and tools and instructions begin the requests of all tasks
alike, so that the first turn is taken to pay for them and a further one not. `python -m bench.resume` writes
bench/results/resume.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.usage import RequestUsage

from overten.agent import memory
from overten.agent.author.model import _reply as reply_of_the_author
from overten.agent.loop import next_turn, run_slice
from overten.agent.models import Checkpoint, Limits, TurnRequest
from overten.documents.engine import no_assets

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
RESULTS = Path(__file__).parent / "results" / "resume.md"
BUDGET = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"


class Turn(NamedTuple):
    """A turn as a provider is asked for it: the tokens of what begins every request alike, and of each conversation."""

    prefix_tokens: int
    conversations: list[int]
    checkpoint: Checkpoint

    @property
    def input_tokens(self) -> int:
        """All that is sent, in all requests."""
        return sum(self.prefix_tokens + tokens for tokens in self.conversations)

    @property
    def new_tokens(self) -> int:
        """What is sent for the first time, beside tools and instructions: within a turn a conversation only grows."""
        return self.conversations[-1]


class Pair(NamedTuple):
    """Two turns of one run; `whole_tokens` is the second's input if the first's whole conversation went along."""

    name: str
    first: Turn
    second: Turn
    whole_tokens: int
    left_tokens: int

    @property
    def fraction(self) -> float:
        """The second turn's input in proportion to the first's."""
        return self.second.input_tokens / self.first.input_tokens

    @property
    def new_fraction(self) -> float:
        """The second turn's new input in proportion to the first's."""
        return self.second.new_tokens / (self.first.prefix_tokens + self.first.new_tokens)

    @property
    def carried(self) -> float:
        """What the second turn is told of the first and of its document, in proportion to the first's conversation."""
        return self.second.conversations[0] / self.left_tokens


class _Asked:
    """A model that replies as `replies` or the built-in author says, and counts what it is asked."""

    def __init__(self, replies: list[list[ToolCallPart]] | None) -> None:
        self._replies = replies
        self.conversations: list[int] = []
        self.prefix_tokens = 0
        self.model = FunctionModel(self._answer, model_name="counted")

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.conversations.append(memory.tokens_of(messages))
        tools = [[tool.name, tool.description, tool.parameters_json_schema] for tool in info.function_tools]
        self.prefix_tokens = memory.text_tokens(json.dumps(tools) + (info.instructions or ""))
        if self._replies is None:
            return reply_of_the_author(messages, info)
        parts = self._replies[len(self.conversations) - 1]
        return ModelResponse(parts=parts, usage=RequestUsage(input_tokens=1, output_tokens=1))


def _played(request: TurnRequest, base: Checkpoint | None, replies: list[list[ToolCallPart]] | None) -> Turn:
    asked = _Asked(replies)
    limits = Limits(max_tool_calls=200, max_context_tokens=10**7)
    outcome = run_slice(
        request, base, asked.model, limits=limits, save=lambda _: None,
        progress=lambda *_: None, should_stop=lambda: False, inputs=no_assets,
    )  # fmt: skip
    return Turn(asked.prefix_tokens, asked.conversations, outcome.checkpoint)


def _pair(
    name: str,
    first_request: TurnRequest,
    second_request: TurnRequest,
    replies: tuple[list[list[ToolCallPart]], list[list[ToolCallPart]]] | None = None,
) -> Pair:
    first = _played(first_request, None, replies[0] if replies else None)
    base = next_turn(first.checkpoint, second_request)
    second = _played(second_request, base, replies[1] if replies else None)
    left = memory.tokens_of(ModelMessagesTypeAdapter.validate_python(first.checkpoint.messages))
    notes = memory.text_tokens(memory.told(base.history))
    whole = sum(second.prefix_tokens + left + tokens - notes for tokens in second.conversations)
    return Pair(name, first, second, whole, left)


def pairs(*, one_call_a_reply: bool = False) -> Iterator[Pair]:
    """The recorded second turns, as recorded or with a reply for each call, and one of the built-in author.

    Those that draw on files of the user are left out: the files are not recorded.
    """
    for path in sorted(RECORDINGS.glob("*second_turn*.json")):
        second = json.loads(path.read_text())
        first = json.loads((RECORDINGS / second["follows"]).read_text())
        replies = _replies(first, one_call_a_reply), _replies(second, one_call_a_reply)
        requests = [TurnRequest.model_validate(one["request"]) for one in (first, second)]
        if not any(request.files for request in requests):
            yield _pair(path.stem, requests[0], requests[1], replies)
    budget = TurnRequest(format="excel", prompt=BUDGET)
    change = budget.model_copy(update={"prompt": "Rename the sheet Summary to Plan"})
    yield _pair("built-in author, excel", budget, change)


def _replies(recording: dict[str, Any], one_call_a_reply: bool) -> list[list[ToolCallPart]]:
    replies = [
        [ToolCallPart(made["name"], made["arguments"]) for made in reply["tool_calls"]]
        for reply in recording["replies"]
    ]
    return [[call] for reply in replies for call in reply] if one_call_a_reply else replies


def _row(pair: Pair) -> str:
    first, second = pair.first, pair.second
    cells = [
        pair.name,
        f"{len(first.conversations)}, {len(second.conversations)}",
        f"{first.prefix_tokens + first.new_tokens:,}",
        f"{second.new_tokens:,}",
        f"**{pair.new_fraction:.2f}**",
        f"{first.input_tokens:,}",
        f"{second.input_tokens:,}",
        f"{pair.fraction:.2f}",
        f"{pair.whole_tokens / first.input_tokens:.2f}",
        f"{pair.carried:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


_HEAD = (
    "run", "requests", "new, 1st", "new, 2nd", "2nd / 1st", "all, 1st", "all, 2nd", "2nd / 1st", "sent again whole",
    "carried",
)  # fmt: skip


def table(*, one_call_a_reply: bool = False) -> list[str]:
    """The measurement as lines of a table in Markdown."""
    rows = map(_row, pairs(one_call_a_reply=one_call_a_reply))
    return [f"| {' | '.join(_HEAD)} |", f"|{'---|' * len(_HEAD)}", *rows]


_TEXT = """\
# Input tokens of a further turn

Made by `python -m bench.resume`. Tokens are an estimate, four bytes each. *New* are tokens that no cache of
the provider serves, where the tools and instructions, alike in all tasks, are counted with the first turn;
*all* are those of every request of a turn, cached or not, which the number of requests decides more than
anything else: each carries the tools. *Sent again whole* is 2nd / 1st of all tokens if the first turn's
conversation went along as it was. *Carried* is what the second turn begins with (notes of the first, its
request, the document told anew) in proportion to the conversation that the first left. A cache that has grown
cold (minutes, with most providers) makes tools and instructions new again: 5,200 to 7,200 tokens, once.

## As recorded: many calls in a reply

{recorded}

## The same calls, one in each reply

{single}
"""


def main() -> None:
    RESULTS.write_text(
        _TEXT.format(recorded="\n".join(table()), single="\n".join(table(one_call_a_reply=True))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
