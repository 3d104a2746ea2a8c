"""The calls of tools that a turn of the built-in author is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SUMMARY_CHARACTERS = 2000
NO_MODEL = (
    "No AI model is connected: this is the work of Overten's built-in author, made from the words and "
    "numbers of the request. "
    "To connect a model, set ModelProvider=openai with ModelBaseUrl, or ModelProvider=bedrock with ModelId."
)


class Call(NamedTuple):
    """A call of a tool with its arguments."""

    tool: str
    arguments: dict[str, Any]

    @classmethod
    def of(cls, operation: BaseModel) -> Call:
        arguments = operation.model_dump(mode="json", exclude_none=True, exclude={"op"})
        return cls(str(type(operation).model_fields["op"].default), arguments)


type Step = BaseModel | Call
"""A call: as an operation, or as arguments where these refer to a query."""


def calls_of(steps: Sequence[Step]) -> list[Call]:
    return [step if isinstance(step, Call) else Call.of(step) for step in steps]


@dataclass(frozen=True)
class Composition:
    """All that a turn will say. A reply is a list of steps made in order.

    `instead` gives, by the number of a reply, the smaller calls to make where one of its calls was refused.
    """

    replies: Sequence[Sequence[Step]]
    title: str
    summary: str
    instead: dict[int, list[Call]] = field(default_factory=dict)

    def summary_with(self, refused: int) -> str:
        """The summary, with a word on calls that the tools refused."""
        lost = (
            f" {refused} step{'s' if refused > 1 else ''} could not be applied and "
            f"{'were' if refused > 1 else 'was'} left out."
            if refused
            else ""
        )
        return f"{self.summary[: MAX_SUMMARY_CHARACTERS - len(lost)]}{lost}"
