from __future__ import annotations

import pytest

from overten.runs import execution_store
from overten.runs.execution_store import ExecutionStatus
from overten.runs.models import TaskRef


class FakeExecutions:
    """Stands for Step Functions: remembers what was started, and how it stands."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.stopped: list[str] = []
        self.standing: dict[str, ExecutionStatus] = {}

    def start(self, ref: TaskRef) -> None:
        self.started.append(ref.task_id)
        self.standing.setdefault(ref.task_id, "running")

    def stop(self, ref: TaskRef) -> None:
        self.stopped.append(ref.task_id)
        if self.standing.get(ref.task_id) == "running":
            self.standing[ref.task_id] = "ended"

    def status(self, ref: TaskRef) -> ExecutionStatus:
        return self.standing.get(ref.task_id, "missing")


@pytest.fixture
def executions(monkeypatch: pytest.MonkeyPatch) -> FakeExecutions:
    fake = FakeExecutions()
    monkeypatch.setattr(execution_store, "start", fake.start)
    monkeypatch.setattr(execution_store, "stop", fake.stop)
    monkeypatch.setattr(execution_store, "status", fake.status)
    return fake
