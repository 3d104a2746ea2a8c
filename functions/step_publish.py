"""State Publish: the document gets its final place."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def publish(ref: TaskRef, _state: dict[str, Any]) -> dict[str, Any]:
    return lifecycle.publish(ref).model_dump()


handler = step_handler(publish)
