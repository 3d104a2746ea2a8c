"""Cancelling: costs nothing, whatever it races, and the run goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import EndpointConnectionError

from overten.accounts.models import AuthenticatedKey
from overten.errors import Conflict, NotFound
from overten.runs import execution_store, lifecycle, service, store
from overten.runs.errors import TaskEnded
from overten.runs.models import Task, TaskRef
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, OUTCOME, PUBLICATION, accept, balances, caller, ledger_sums

ERROR = lifecycle._INTERNAL


@pytest.fixture
def by(aws: None, executions: FakeExecutions) -> AuthenticatedKey:
    return caller()


def current(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def cancel(task: Task, by: AuthenticatedKey) -> Task:
    return service.cancel_task(task.task_id, by, now=NOW + 5)


@pytest.mark.parametrize("begun", [False, True], ids=["queued", "running"])
def test_a_cancelled_task_costs_nothing_and_gives_its_slot_back(
    by: AuthenticatedKey, executions: FakeExecutions, begun: bool
) -> None:
    before = balances(by.org_id)
    task = accept(by)
    if begun:
        store.start(store.ref_of(task), now=NOW)
        store.grow_hold(current(task), 50, now=NOW)
    done = cancel(task, by)
    assert (done.status, done.hold_status, done.credits_used, done.error) == ("cancelled", "voided", 0, None)
    assert (done.finished_at, done.duration_ms) == ("2027-01-15T08:00:05.000+00:00", 5000)
    assert balances(by.org_id) == before
    assert ledger_sums(by.org_id) == before[:2]
    assert executions.stopped == [task.task_id]
    run = store.get_run(by.org_id, task.run_id)
    assert run is not None
    assert (run.status, run.version, run.error) == ("cancelled", 0, None)


def test_what_is_over_cannot_be_cancelled(by: AuthenticatedKey) -> None:
    task = accept(by)
    cancel(task, by)
    with pytest.raises(Conflict, match="cancelled"):
        cancel(task, by)
    settled = accept(by)
    store.settle(settled, OUTCOME, PUBLICATION, 1, now=NOW)
    with pytest.raises(Conflict, match="completed"):
        cancel(settled, by)


def test_a_personal_key_cannot_cancel_what_it_cannot_see(by: AuthenticatedKey) -> None:
    task = accept(by)
    personal = by.model_copy(update={"scope": "personal", "creator_uid": "someone else"})
    for key in (personal, caller("Other", uid="user-2")):
        with pytest.raises(NotFound):
            cancel(task, key)
    assert current(task).status == "queued"


def test_a_resumed_run_keeps_its_version_and_takes_another_turn(by: AuthenticatedKey) -> None:
    first = accept(by)
    store.settle(first, OUTCOME, PUBLICATION, 1, now=NOW)
    second = accept(by, run_id=first.run_id)
    cancel(second, by)
    run = store.get_run(by.org_id, first.run_id)
    assert run is not None
    assert (run.status, run.version, run.version_task_id, run.title) == ("cancelled", 1, first.task_id, "Budget")
    third = accept(by, run_id=first.run_id)
    assert (third.base_version, third.base_task_id) == (1, first.task_id)


def test_the_worker_learns_it_when_it_tells_its_progress(by: AuthenticatedKey) -> None:
    task = accept(by)
    ref = store.ref_of(task)
    store.start(ref, now=NOW)
    cancel(task, by)
    with pytest.raises(TaskEnded):
        store.report_progress(ref, "writing", 0.5, now=NOW)
    with pytest.raises(TaskEnded):
        store.grow_hold(current(task).model_copy(update={"hold_status": "open"}), 50, now=NOW)
    with pytest.raises(TaskEnded):
        store.start(ref, now=NOW)


def test_the_event_of_the_stopped_execution_changes_nothing(by: AuthenticatedKey) -> None:
    task = accept(by)
    cancelled = cancel(task, by)
    lifecycle.fail_ended_execution(store.ref_of(task))
    assert current(task) == cancelled


def test_a_cancelled_task_that_was_never_started_is_not_started(
    by: AuthenticatedKey, executions: FakeExecutions
) -> None:
    task = accept(by)
    executions.started.clear()
    cancel(task, by)
    lifecycle.start_missed(store.ref_of(task))
    assert executions.started == []


def test_an_execution_that_cannot_be_stopped_does_not_keep_the_task_open(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: TaskRef) -> None:
        raise EndpointConnectionError(endpoint_url="https://states")

    monkeypatch.setattr(execution_store, "stop", away)
    assert cancel(accept(by), by).status == "cancelled"


type Rival = Callable[[Task], object]
RIVALS: dict[str, Rival] = {
    "its hold grows": lambda task: store.grow_hold(task, task.hold_credits + 10, now=NOW),
    "its work begins": lambda task: store.start(store.ref_of(task), now=NOW),
    "it is settled": lambda task: store.settle(task, OUTCOME, PUBLICATION, 2, now=NOW),
    "it fails": lambda task: store.fail(task, ERROR, now=NOW),
}


@pytest.mark.parametrize(
    ("rival", "status"),
    [
        ("its hold grows", "cancelled"),
        ("its work begins", "cancelled"),
        ("it is settled", "completed"),
        ("it fails", "failed"),
    ],
)
def test_between_its_read_and_its_write_anything_may_happen(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch, rival: str, status: str
) -> None:
    before = balances(by.org_id)
    task = accept(by)
    cancel_for_good, raced = store.cancel, [RIVALS[rival]]

    def come_second(stale: Task, *, now: float) -> None:
        while raced:
            raced.pop()(stale)
        cancel_for_good(stale, now=now)

    monkeypatch.setattr(store, "cancel", come_second)
    if status == "cancelled":
        cancel(task, by)
    else:
        with pytest.raises(Conflict, match=status):
            cancel(task, by)
    assert current(task).status == status
    charged = current(task).credits_used
    assert balances(by.org_id) == (before[0] - charged, 0, 0)
    assert ledger_sums(by.org_id) == (before[0] - charged, 0)
