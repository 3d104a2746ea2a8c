"""How tasks begin and end when something dies in between."""

from __future__ import annotations

import json

import pytest

from overten.aws import dynamo
from overten.runs import lifecycle, object_store, store
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import Task, TaskError
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, balances, caller


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The lifecycle's clock; tests set its only member."""
    moment = [NOW]
    monkeypatch.setattr(lifecycle.time, "time", lambda: moment[0])
    return moment


def current(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def test_a_task_whose_start_was_lost_is_started_by_the_stream(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller())
    executions.started.clear()
    lifecycle.start_missed(store.ref_of(task))
    assert executions.started == [task.task_id]
    assert dynamo.get("runs", {"pk": task.org_id, "sk": f"OUTBOX#{task.task_id}"}) is None


def test_the_stream_does_not_start_what_is_over(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller())
    store.fail(task, TaskError(code="internal_error", message="x"), now=NOW)
    executions.started.clear()
    lifecycle.start_missed(store.ref_of(task))
    assert executions.started == []


def test_the_sweeper_starts_a_task_that_was_never_started(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    task = accept(caller())
    executions.started.clear()
    executions.standing.clear()
    clock[0] = NOW + 30
    assert lifecycle.sweep() == 0
    clock[0] = NOW + 61
    assert lifecycle.sweep() == 1
    assert executions.started == [task.task_id]
    assert lifecycle.sweep() == 0  # looked after; not again within the minute


def test_the_sweeper_leaves_a_running_execution_alone(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    task = accept(caller())
    clock[0] = NOW + 61
    lifecycle.sweep()
    assert current(task).status == "queued"


@pytest.mark.parametrize("standing", ["ended", "succeeded"])
def test_the_sweeper_fails_a_task_whose_execution_is_over(
    aws: None, executions: FakeExecutions, clock: list[float], standing: str
) -> None:
    by = caller()
    task = accept(by)
    lifecycle.prepare(store.ref_of(task))
    executions.standing[task.task_id] = standing  # type: ignore[assignment]
    clock[0] = NOW + store.WORKING_CHECK_SECONDS + 1
    lifecycle.sweep()
    failed = current(task)
    assert (failed.status, failed.credits_used) == ("failed", 0)
    assert balances(by.org_id)[1:] == (0, 0)


def test_one_task_that_cannot_be_read_does_not_stop_the_sweep(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    by = caller()
    broken, lost = accept(by), accept(by)
    executions.started.clear()
    executions.standing.clear()
    key = {"pk": by.org_id, "sk": f"TASK#{broken.task_id}"}
    dynamo.update("runs", key, "SET progress = :odd", condition="attribute_exists(pk)", values={":odd": "odd"})
    clock[0] = NOW + 61
    with pytest.raises(lifecycle.SweepIncomplete, match="1 of 2"):
        lifecycle.sweep()
    assert executions.started == [lost.task_id]
    assert lifecycle.sweep() == 0  # the broken one is put off, not forgotten
    clock[0] += store.WORKING_CHECK_SECONDS + 1
    with pytest.raises(lifecycle.SweepIncomplete):
        lifecycle.sweep()


def test_the_sweeper_fails_a_task_that_never_began_within_its_time(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    task = accept(caller(), timeout_ms=70_000)
    executions.standing.clear()
    clock[0] = NOW + 71
    lifecycle.sweep()
    failed = current(task)
    assert failed.error == TaskError(code="upstream_error", message="The run took longer than its timeout_ms.")


def test_an_aborted_execution_fails_its_task_once(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    executions.standing[task.task_id] = "running"  # what Step Functions answers may lag behind its own event
    for _ in range(2):
        lifecycle.fail_ended_execution(store.ref_of(task))
    assert current(task).status == "failed"
    assert balances(by.org_id)[1:] == (0, 0)


def test_preparing_twice_is_harmless_and_preparing_what_is_over_is_refused(
    aws: None, executions: FakeExecutions
) -> None:
    task = accept(caller())
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    began = current(task).started_at
    lifecycle.prepare(ref)
    assert current(task).started_at == began
    lifecycle.fail(ref, TaskError(code="internal_error", message="x"))
    with pytest.raises(TaskEnded):
        lifecycle.prepare(ref)


def test_of_two_workers_on_one_task_only_the_first_goes_on(aws: None, executions: FakeExecutions) -> None:
    ref = store.ref_of(accept(caller()))
    first = object_store.write_checkpoint(ref, b"{}", replaces=None)
    with pytest.raises(StaleWorker):
        object_store.write_checkpoint(ref, b"{}", replaces=None)
    object_store.write_checkpoint(ref, b'{"a": 1}', replaces=first)
    with pytest.raises(StaleWorker):
        object_store.write_checkpoint(ref, b'{"b": 1}', replaces=first)
    found = object_store.read_checkpoint(ref)
    assert found is not None
    assert json.loads(found[0]) == {"a": 1}


def cause(message: str) -> str:
    return json.dumps({"errorMessage": message, "errorType": "X", "stackTrace": []})


@pytest.mark.parametrize(
    ("error_class", "said", "code", "message"),
    [
        (
            "AgentLoopError",
            "max_tool_calls=30 exceeded",
            "internal_error",
            "AgentLoopError: max_tool_calls=30 exceeded",
        ),
        ("ProviderRefused", "The quota is used up.", "upstream_error", "The quota is used up."),
        ("ProviderUnavailable", "secret host", "upstream_error", "The model provider is not available"),
        ("TaskTimedOut", "", "upstream_error", "longer than its timeout_ms"),
        ("DocumentUnusable", "", "internal_error", "could not be made fit"),
        ("KeyError", "'internal detail'", "internal_error", "Something went wrong on our side"),
        ("States.Timeout", "", "internal_error", "Something went wrong on our side"),
        ("Runtime.ExitError", "signal: killed", "internal_error", "Something went wrong on our side"),
    ],
)
def test_every_failure_has_a_code_and_a_message_for_the_user(
    error_class: str, said: str, code: str, message: str
) -> None:
    error = lifecycle.task_error(error_class, cause(said))
    assert error.code == code
    assert message in error.message
    assert "internal detail" not in error.message
    assert "secret host" not in error.message


def test_a_cause_that_is_no_json_is_no_obstacle() -> None:
    assert lifecycle.task_error("AgentLoopError", "oops").message == "AgentLoopError: "
