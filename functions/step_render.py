"""State Render: a picture of the document's first page, if it can be had in time."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def render(ref: TaskRef, _state: dict[str, Any]) -> dict[str, str]:
    return {"thumbnail_key": lifecycle.render(ref)}


handler = step_handler(render)
