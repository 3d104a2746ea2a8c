"""State Fail: the task ends without a charge."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle, unpaid
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def fail(ref: TaskRef, state: dict[str, Any]) -> None:
    failure = state["failure"]
    if lifecycle.fail(ref, lifecycle.task_error(failure["Error"], failure.get("Cause", ""))):
        unpaid.tell(ref)


handler = step_handler(fail)
