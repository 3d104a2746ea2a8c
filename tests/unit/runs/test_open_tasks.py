"""The estimate of how many tasks are open, and what hangs on it."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ReadTimeoutError

from overten.aws import dynamo
from overten.config import forget_settings
from overten.documents.models import Statistics
from overten.errors import Conflict, NotFound, ServiceUnavailable
from overten.runs import lifecycle, open_tasks, open_tasks_store, store
from overten.runs.models import Outcome, Publication, Task, TaskError
from tests.unit.conftest import AwsCalls
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, balances, caller

relay = importlib.import_module("outbox_relay").handler
sweep = importlib.import_module("tasks_sweep").handler
OUTCOME = Outcome(title="Budget", file_name="Budget.xlsx", summary="Made.", statistics=Statistics(sheets=2))
PUBLICATION = Publication(object_key="org/x/v1/document.xlsx", size_bytes=10, sha256="0" * 64)
ERROR = TaskError(code="internal_error", message="It broke.")


def allow(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setenv("MAX_OPEN_TASKS", str(number))
    forget_settings()


def record(task: Task, kind: str = "INSERT", *, sort_key: str | None = None) -> dict[str, Any]:
    """What the table's stream tells of a task, or of its outbox item, as it stands in the table."""
    key = {"pk": task.org_id, "sk": sort_key or f"TASK#{task.task_id}"}
    wire = TypeSerializer().serialize
    image = dynamo.to_wire(dynamo.get("runs", key) or key)
    return {
        "eventName": kind,
        "dynamodb": {
            "Keys": {name: wire(value) for name, value in key.items()},
            "NewImage": image,
            "SequenceNumber": f"{kind}-{key['sk']}",
        },
    }


def outbox(task: Task) -> dict[str, Any]:
    return record(task, sort_key=f"OUTBOX#{task.task_id}")


def test_the_stream_counts_what_is_accepted_and_closed_in_one_write(
    aws: None, aws_calls: AwsCalls, executions: FakeExecutions
) -> None:
    by = caller()
    settled, failed = accept(by), accept(by)
    inserted = [record(settled), record(failed)]
    relay({"Records": inserted}, None)
    assert open_tasks_store.read() == 2
    store.start(store.ref_of(settled), now=NOW)
    started = record(settled, "MODIFY")
    store.settle(settled, OUTCOME, PUBLICATION, 2, now=NOW)
    third = accept(by)
    store.fail(failed, ERROR, now=NOW)
    changes = [started, record(settled, "MODIFY"), record(third), record(failed, "MODIFY")]
    aws_calls.clear()
    assert relay({"Records": changes}, None) == {"batchItemFailures": []}
    assert aws_calls == ["UpdateItem"]
    assert open_tasks_store.read() == 1


def test_an_erased_task_is_not_counted_as_closed_again(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller())
    store.fail(task, ERROR, now=NOW)
    erased = record(task, "MODIFY")
    erased["dynamodb"]["NewImage"]["ttl"] = {"N": "1800000000"}
    relay({"Records": [erased]}, None)
    assert open_tasks_store.read() == 0
    open_tasks_store.add(2)
    relay({"Records": [erased]}, None)
    assert open_tasks_store.read() == 2


def test_what_the_stream_brings_again_is_not_counted_twice(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    first, second = accept(by), accept(by)
    batch = [record(first), outbox(first), record(second), outbox(second)]
    start = lifecycle.start_missed
    monkeypatch.setattr(lifecycle, "start_missed", _broken)
    answer = relay({"Records": batch}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": batch[1]["dynamodb"]["SequenceNumber"]}]}
    monkeypatch.setattr(lifecycle, "start_missed", start)
    relay({"Records": batch[1:]}, None)
    assert open_tasks_store.read() == 2


def _broken(*_: object, **__: object) -> None:
    raise ReadTimeoutError(endpoint_url="https://dynamodb")


def test_a_failure_to_count_holds_up_nothing(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = accept(caller())
    executions.started.clear()
    monkeypatch.setattr(open_tasks_store, "add", _broken)
    monkeypatch.setattr(open_tasks_store, "replace", _broken)
    assert relay({"Records": [record(task), outbox(task)]}, None) == {"batchItemFailures": []}
    assert executions.started == [task.task_id]
    sweep({}, None)


def test_the_sweeper_puts_the_number_right(aws: None, aws_calls: AwsCalls, executions: FakeExecutions) -> None:
    by = caller()
    store.fail(accept(by), ERROR, now=NOW)
    accept(by)
    accept(by)
    for drift in (100, -100):
        open_tasks_store.add(drift)
        sweep({}, None)
        assert open_tasks_store.read() == 2
    aws_calls.clear()
    sweep({}, None)
    assert "BatchWriteItem" not in aws_calls, "what is right costs no write"


def test_past_the_bound_nothing_is_accepted_and_nothing_written(
    aws: None, aws_calls: AwsCalls, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    allow(monkeypatch, 1)
    first = accept(by, idempotency_key="once")
    open_tasks_store.replace(1)
    open_tasks.forget_reading()
    before = balances(by.org_id)
    aws_calls.clear()
    with pytest.raises(ServiceUnavailable) as refused:
        accept(by, idempotency_key="twice")
    assert refused.value.headers == {"Retry-After": "30"}
    assert set(aws_calls) <= {"GetItem", "BatchGetItem"}
    assert accept(by, idempotency_key="once").task_id == first.task_id, "a replay is answered all the same"
    assert balances(by.org_id) == before
    open_tasks_store.replace(0)
    with pytest.raises(ServiceUnavailable):
        accept(by)
    open_tasks.forget_reading()
    accept(by, idempotency_key="twice")


def test_a_bad_request_is_told_so_even_then(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    allow(monkeypatch, 1)
    open_tasks_store.replace(1)
    with pytest.raises(NotFound):
        accept(by, run_id="run_unknown")
    task = accept_within(by, monkeypatch)
    with pytest.raises(Conflict):
        accept(by, run_id=task.run_id)


def accept_within(by: Any, monkeypatch: pytest.MonkeyPatch) -> Task:
    open_tasks_store.replace(0)
    open_tasks.forget_reading()
    task = accept(by)
    open_tasks_store.replace(1)
    open_tasks.forget_reading()
    return task


def test_the_number_is_read_once_in_two_seconds(
    aws_calls: AwsCalls, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(open_tasks.time, "monotonic", lambda: clock[0])
    for elapsed, reads in ((0, 1), (1.9, 1), (2.0, 2)):
        clock[0] = 1000.0 + elapsed
        open_tasks.require_room()
        assert aws_calls.count("BatchGetItem") == reads


def test_an_outage_of_the_counter_refuses_nobody(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_tasks_store, "read", _broken)
    assert accept(caller()).status == "queued"
