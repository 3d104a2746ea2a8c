"""State Settle: the task is charged, and its document becomes current if it made one."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import Publication, TaskRef
from overten.runs.step import step_handler


def settle(ref: TaskRef, state: dict[str, Any]) -> None:
    published = state.get("publication")
    lifecycle.settle(ref, Publication.model_validate(published) if published else None)


handler = step_handler(settle)
