"""State Verify: is the document fit for delivery?"""

from __future__ import annotations

from typing import Any

from overten.runs import work
from overten.runs.models import TaskRef
from overten.runs.step import step_handler


def verify(ref: TaskRef, _state: dict[str, Any]) -> dict[str, bool]:
    return {"fit": work.verify_document(ref)}


handler = step_handler(verify)
