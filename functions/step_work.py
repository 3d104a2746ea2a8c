"""State Work: a slice of the agent."""

from __future__ import annotations

from typing import Any

from overten.runs import work
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def work_slice(ref: TaskRef, _state: dict[str, Any]) -> dict[str, bool]:
    return {"finished": work.work(ref)}


handler = step_handler(work_slice)
