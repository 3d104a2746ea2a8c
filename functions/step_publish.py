"""State Publish: the document gets its final place."""

from __future__ import annotations

from typing import Any

from overten.runs import lifecycle
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def publish(ref: TaskRef, state: dict[str, Any]) -> dict[str, Any]:
    # Absent where Render failed or was cut off: a document does not wait for its picture.
    rendering = state.get("rendering", {})
    return lifecycle.publish(ref, thumbnail_key=rendering.get("thumbnail_key", "")).model_dump()


handler = step_handler(publish)
