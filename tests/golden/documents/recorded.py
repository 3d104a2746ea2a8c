"""Operations of others: of recorded conversations with a capable model, and of the built-in author."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

_RECORDINGS = Path(__file__).parents[2] / "recordings"
_OTHER_TOOLS = {"inspect", "finish"}


def recorded(name: str, *, refused: tuple[int, ...] = ()) -> list[Any]:
    """What a recording does to its document, but for the calls, counted from 0, that the engine refused."""
    recording = json.loads((_RECORDINGS / f"{name}.json").read_text())
    calls = [call for reply in recording["replies"] for call in reply["tool_calls"]]
    return [
        {"op": call["name"], **call["arguments"]}
        for number, call in enumerate(calls)
        if call["name"] not in _OTHER_TOOLS and number not in refused
    ]


def authored(prompt: str) -> list[Any]:
    """What the built-in author makes of a prompt."""
    from overten.agent.author.compose import compose

    return [
        operation.model_dump(exclude_none=True)
        for reply in compose(prompt, date(2026, 11, 22)).replies
        for operation in reply
    ]
