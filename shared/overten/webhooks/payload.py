"""What is sent: the bodies of events."""

from __future__ import annotations

import json
from typing import Any

from overten.runs.models import RunEvent, Task
from overten.webhooks.models import TEST_EVENT


def of_run(event: RunEvent, task: Task, download_url: str | None) -> str:
    """The body of `run.completed` or `run.failed`. What has been erased meanwhile is null."""
    body: dict[str, Any] = {
        "event": event.event,
        "event_id": event.event_id,
        "run_id": event.run_id,
        "task_id": event.task_id,
        "agent_name": f"{task.format}_agent_api",
        "format": task.format,
        "status": task.status,
        "created_at": event.created_at,
        "credits_used": task.credits_used,
        "duration_ms": task.duration_ms,
    }
    if event.event == "run.completed":
        outcome = task.outcome
        body |= {
            "download_url": download_url,
            "edit_url": None,
            "summary": (outcome.summary or None) if outcome else None,
            "file_name": (outcome.file_name or None) if outcome else None,
            "warnings": [caveat.model_dump() for caveat in outcome.warnings] if outcome else [],
        }
        if outcome and outcome.answer is not None:
            body["answer"] = outcome.answer
    else:
        body["error"] = task.error.model_dump() if task.error else None
    return _text(body)


def of_test(event_id: str, webhook_id: str, *, created_at: str) -> str:
    """The body of an event that only tests a subscription."""
    return _text({"event": TEST_EVENT, "event_id": event_id, "webhook_id": webhook_id, "created_at": created_at})


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
