"""How tasks begin and end when something dies in between."""

from __future__ import annotations

import json
import math

import pytest

from overten.aws import dynamo
from overten.runs import lifecycle, object_store, service, store
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import Task, TaskError
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, balances, caller, ledger_sums


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


TIMED_OUT = TaskError(code="upstream_error", message="The run took longer than its timeout_ms.")


def test_the_timeout_counts_from_the_start_of_the_work_and_starts_once(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller(), timeout_ms=70_000)
    assert current(task).deadline_seconds == math.inf
    store.start(store.ref_of(task), now=NOW + 3_600)
    store.start(store.ref_of(task), now=NOW + 3_650)
    assert current(task).deadline_seconds == NOW + 3_670


def test_a_task_waits_in_the_queue_for_longer_than_its_timeout(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    task = accept(caller(), timeout_ms=70_000)
    executions.started.clear()
    executions.standing.clear()
    clock[0] = NOW + 20_000
    lifecycle.sweep()
    assert executions.started == [task.task_id]
    assert current(task).status == "queued"


@pytest.mark.parametrize("standing", ["missing", "running", "ended"])
def test_a_task_that_was_queued_for_a_day_expires(
    aws: None, executions: FakeExecutions, clock: list[float], standing: str
) -> None:
    by = caller()
    before = balances(by.org_id)
    task = accept(by)
    executions.standing[task.task_id] = standing  # type: ignore[assignment]
    clock[0] = NOW + 86_399
    if standing != "ended":
        lifecycle.sweep()
        assert current(task).status == "queued"
    clock[0] = NOW + 86_400 + store.WORKING_CHECK_SECONDS
    lifecycle.sweep()
    expired = current(task)
    assert (expired.status, expired.hold_status, expired.credits_used) == ("expired", "voided", 0)
    assert expired.error is not None
    assert expired.error.code == "service_unavailable"
    assert executions.stopped == [task.task_id]
    assert balances(by.org_id) == before
    assert ledger_sums(by.org_id) == before[:2]
    answer = service.failure_of(expired)
    assert (answer.status, answer.extra["task_id"]) == (503, task.task_id)
    assert "24 hours" in answer.message
    assert lifecycle.sweep() == 0
    assert accept(by, run_id=task.run_id, now=clock[0]).base_version == 0  # the run takes another turn


def test_a_task_whose_work_begins_at_the_last_moment_does_not_expire(
    aws: None, executions: FakeExecutions, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = accept(caller())
    clock[0] = NOW + 86_400
    expire = store.expire

    def begin_first(stale: Task, error: TaskError, *, now: float) -> None:
        store.start(store.ref_of(stale), now=now)
        expire(stale, error, now=now)

    monkeypatch.setattr(store, "expire", begin_first)
    lifecycle.sweep()
    assert (current(task).status, current(task).hold_status) == ("running", "open")
    assert executions.stopped == []


def test_the_sweeper_ends_what_runs_on_long_past_its_deadline(
    aws: None, executions: FakeExecutions, clock: list[float]
) -> None:
    task = accept(caller(), timeout_ms=70_000)
    lifecycle.prepare(store.ref_of(task))
    clock[0] = NOW + 70 + lifecycle.OVERDUE_SECONDS - 1
    lifecycle.sweep()
    assert current(task).status == "running"
    clock[0] += store.WORKING_CHECK_SECONDS + 1
    lifecycle.sweep()
    assert current(task).error == TIMED_OUT
    assert executions.stopped == [task.task_id]


def test_failing_reads_a_task_again_whose_hold_grew_meanwhile(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    task = accept(by)
    fail, tries = store.fail, []

    def grow_first(stale: Task, error: TaskError, *, now: float) -> None:
        tries.append(stale.hold_credits)
        if len(tries) == 1:
            store.grow_hold(stale, 50, now=now)
        fail(stale, error, now=now)

    monkeypatch.setattr(store, "fail", grow_first)
    lifecycle.fail(store.ref_of(task), TIMED_OUT)
    assert (current(task).status, tries[1]) == ("failed", 50)
    assert balances(by.org_id)[1:] == (0, 0)


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
        ("Lambda.TooManyRequestsException", "Rate Exceeded.", "service_unavailable", "Capacity is exhausted"),
        ("InputRefused", "/init_file: The file is damaged.", "validation_error", "/init_file: The file is damaged."),
        ("InputGone", "img_1 was deleted.", "gone", "img_1 was deleted."),
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
