"""State Settle: the task is charged and its document becomes current."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import Publication, TaskRef
from overten.runs.step import step_handler


def settle(ref: TaskRef, state: dict[str, Any]) -> None:
    lifecycle.settle(ref, Publication.model_validate(state["publication"]))


handler = step_handler(settle)
