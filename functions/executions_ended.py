"""EventBridge: an execution was aborted, timed out or died; its task must not stay open."""

from __future__ import annotations

import json
from typing import Any

from overten.runs import lifecycle
from overten.runs.models import TaskRef


def handler(event: dict[str, Any], _context: object) -> None:
    lifecycle.fail_ended_execution(TaskRef.model_validate(json.loads(event["detail"]["input"])))
