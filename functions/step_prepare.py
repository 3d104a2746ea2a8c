"""State Prepare: the task begins."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def prepare(ref: TaskRef, _state: dict[str, Any]) -> dict[str, bool]:
    return {"writes": lifecycle.prepare(ref).request.writes}


handler = step_handler(prepare)
