from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from overten.accounts.models import AuthenticatedKey
from overten.aws import dynamo
from overten.credits.pricing import price_list
from overten.errors import ApiError, Conflict, InsufficientCredits, RateLimited
from overten.runs import lifecycle, service, store
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import IdempotencyClaim, Task, TaskError
from tests.unit.conftest import AwsCalls
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, OUTCOME, PUBLICATION, accept, balances, caller, ledger_sums

FLOOR = price_list().floors["excel"]
STARTING = price_list().starting_credits["free"]
ERROR = TaskError(code="internal_error", message="It broke.")


def current(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def test_accepting_holds_the_floor_and_takes_a_slot(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    assert balances(by.org_id) == (STARTING - FLOOR, FLOOR, 1)
    assert ledger_sums(by.org_id) == (STARTING - FLOOR, FLOOR)
    assert executions.started == [task.task_id]
    run = store.get_run(by.org_id, task.run_id)
    assert run is not None
    assert (run.status, run.version, run.task_ids) == ("queued", 0, [task.task_id])


def test_settling_charges_the_price_and_releases_the_rest(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    store.start(store.ref_of(task), now=NOW + 1)
    store.settle(current(task), OUTCOME, PUBLICATION, 2, now=NOW + 3)
    assert balances(by.org_id) == (STARTING - 2, 0, 0)
    assert ledger_sums(by.org_id) == (STARTING - 2, 0)
    done, run = current(task), store.get_run(by.org_id, task.run_id)
    assert run is not None
    assert (done.status, done.credits_used, done.duration_ms, done.progress) == ("completed", 2, 3000, 1.0)
    assert (run.status, run.version, run.credits_used, run.title) == ("completed", 1, 2, "Budget")
    assert store.get_version(by.org_id, task.run_id, 1) is not None


def test_settling_twice_charges_once(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    store.start(store.ref_of(task), now=NOW)
    running = current(task)
    for _ in range(3):
        store.settle(running, OUTCOME, PUBLICATION, 2, now=NOW)
    assert balances(by.org_id) == (STARTING - 2, 0, 0)


def test_failing_voids_the_hold_and_charges_nothing(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    for _ in range(2):
        store.fail(task, ERROR, now=NOW)
    assert balances(by.org_id) == (STARTING, 0, 0)
    assert ledger_sums(by.org_id) == (STARTING, 0)
    failed = current(task)
    assert (failed.status, failed.credits_used, failed.error) == ("failed", 0, ERROR)


def test_a_failed_task_cannot_be_settled_nor_a_settled_one_failed(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    failed, settled = accept(by), accept(by)
    store.fail(failed, ERROR, now=NOW)
    with pytest.raises(TaskEnded):
        store.settle(failed, OUTCOME, PUBLICATION, 2, now=NOW)
    store.settle(settled, OUTCOME, PUBLICATION, 2, now=NOW)
    with pytest.raises(TaskEnded):
        store.fail(settled, ERROR, now=NOW)
    assert balances(by.org_id) == (STARTING - 2, 0, 0)


def test_the_charge_never_exceeds_the_hold(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    store.settle(accept(by), OUTCOME, PUBLICATION, 1000, now=NOW)
    assert balances(by.org_id) == (STARTING - FLOOR, 0, 0)


def test_a_hold_grows_with_the_work_as_far_as_credits_go(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by)
    assert store.grow_hold(task, 50, now=NOW)
    assert balances(by.org_id) == (STARTING - 50, 50, 1)
    with pytest.raises(StaleWorker):
        store.grow_hold(task, 60, now=NOW)
    with pytest.raises(StaleWorker):
        store.settle(task, OUTCOME, PUBLICATION, 40, now=NOW)
    assert not store.grow_hold(current(task), STARTING + 1, now=NOW)
    assert balances(by.org_id) == (0, STARTING, 1)
    assert not store.grow_hold(current(task), STARTING + 1, now=NOW)
    store.settle(current(task), OUTCOME, PUBLICATION, 40, now=NOW)
    assert balances(by.org_id) == (STARTING - 40, 0, 0)
    assert ledger_sums(by.org_id) == (STARTING - 40, 0)


def test_runs_beyond_the_tier_are_refused_with_retry_after(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    tasks = [accept(by), accept(by)]
    with pytest.raises(RateLimited, match="concurrent runs") as refused:
        accept(by)
    assert refused.value.headers["Retry-After"] == "5"
    store.fail(tasks[0], ERROR, now=NOW)
    accept(by)


def test_a_race_for_the_last_credits_is_decided_by_the_transaction(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    first = accept(by)
    assert store.grow_hold(first, STARTING - FLOOR + 1, now=NOW)
    monkeypatch.setattr("overten.runs.service.require_capacity", lambda *_: None)
    with pytest.raises(InsufficientCredits, match=rf"Required: {FLOOR}, balance: {FLOOR - 1}\."):
        accept(by)
    assert balances(by.org_id) == (FLOOR - 1, STARTING - FLOOR + 1, 1)


def test_a_refused_request_leaves_nothing_behind(aws: None, aws_calls: AwsCalls, executions: FakeExecutions) -> None:
    by = caller()
    aws_calls.clear()
    with pytest.raises(ApiError):
        accept(by, init_file="file_unknown")
    assert not {"TransactWriteItems", "PutItem", "UpdateItem"} & set(aws_calls)


def test_accepting_stays_within_its_budget_of_calls(aws_calls: AwsCalls, executions: FakeExecutions) -> None:
    by = caller()
    aws_calls.clear()
    accept(by, idempotency_key="once")
    # Authentication before and StartExecution after make six at most.
    assert aws_calls == ["GetItem", "BatchGetItem", "GetItem", "TransactWriteItems"]


def test_one_key_makes_one_run(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    first = accept(by, idempotency_key="once")
    again = accept(by, idempotency_key="once", **{"async": True})
    assert again.task_id == first.task_id
    assert balances(by.org_id)[2] == 1
    with pytest.raises(Conflict, match="different request"):
        accept(by, idempotency_key="once", prompt="Another budget")
    assert accept(by, idempotency_key="once", now=NOW + 86_401, prompt="Another").task_id != first.task_id


def test_twins_that_race_make_one_run(aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch) -> None:
    by = caller()
    first = accept(by, idempotency_key="once")
    monkeypatch.setattr(store, "get_claim", lambda *_, **__: None)  # the twin looked before the first was accepted
    assert accept(by, idempotency_key="once").task_id == first.task_id
    assert balances(by.org_id) == (STARTING - FLOOR, FLOOR, 1)


def test_a_twin_that_is_refused_for_its_brother_gets_the_brothers_answer(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The brother is accepted between the twin's look-up and its check of capacity."""
    by = caller()
    other, brother = accept(by), accept(by, idempotency_key="once")
    look_up, looked = store.get_claim, []

    def too_early(org_id: str, key_hash: str, *, now: float) -> IdempotencyClaim | None:
        looked.append(key_hash)
        return look_up(org_id, key_hash, now=now) if len(looked) > 1 else None

    monkeypatch.setattr(store, "get_claim", too_early)
    assert accept(by, idempotency_key="once").task_id == brother.task_id
    assert other.task_id != brother.task_id


def test_an_explicit_default_is_the_same_request(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    first = accept(by, idempotency_key="once")
    again = accept(by, idempotency_key="once", mode="action", timeout_ms=1_800_000, run_id=None, context_files=[])
    assert again.task_id == first.task_id


def test_a_personal_key_cannot_replay_what_it_cannot_see(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    personal = by.model_copy(update={"scope": "personal", "creator_uid": "someone else"})
    accept(by, idempotency_key="once")
    for prompt in ("A budget", "Another"):
        with pytest.raises(Conflict, match="different request"):
            accept(personal, idempotency_key="once", prompt=prompt)


def test_an_accept_whose_answer_was_lost_still_counts(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = caller()
    accept_for_good = store.accept

    def lose_the_answer(*arguments: object, **named: object) -> None:
        accept_for_good(*arguments, **named)  # type: ignore[arg-type]
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(store, "accept", lose_the_answer)
    task = accept(by)
    assert executions.started == [task.task_id]

    def never_arrive(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(store, "accept", never_arrive)
    with pytest.raises(ReadTimeoutError):
        accept(by)


def test_a_row_that_cannot_be_read_does_not_spill_its_content(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller(), prompt="confidential merger numbers")
    dynamo.update(
        "runs",
        {"pk": task.org_id, "sk": f"TASK#{task.task_id}"},
        "REMOVE request_id SET progress = :odd",
        condition="attribute_exists(pk)",
        values={":odd": "confidential, too"},
    )
    with pytest.raises(ValidationError) as unreadable:
        store.get_task(task.org_id, task.task_id)
    assert "confidential" not in str(unreadable.value)


def test_another_orgs_idempotency_key_is_another_key(aws: None, executions: FakeExecutions) -> None:
    first = accept(caller(), idempotency_key="once")
    second = accept(caller("Other", uid="user-2"), idempotency_key="once")
    assert first.task_id != second.task_id


def test_a_failed_run_keeps_its_identity(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    task = accept(by, idempotency_key="once")
    store.fail(task, ERROR, now=NOW)
    again = accept(by, idempotency_key="once")
    assert (again.task_id, again.status) == (task.task_id, "failed")


def test_a_run_takes_one_turn_at_a_time(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    first = accept(by)
    with pytest.raises(Conflict):
        accept(by, run_id=first.run_id)
    store.settle(first, OUTCOME, PUBLICATION, 1, now=NOW)
    second = accept(by, run_id=first.run_id)
    assert (second.base_version, second.base_task_id) == (1, first.task_id)
    store.fail(second, ERROR, now=NOW)
    run = store.get_run(by.org_id, first.run_id)
    assert run is not None
    assert (run.status, run.version, run.error) == ("failed", 1, ERROR)
    third = accept(by, run_id=first.run_id)
    store.settle(third, OUTCOME, PUBLICATION, 1, now=NOW)
    run = store.get_run(by.org_id, first.run_id)
    assert run is not None
    assert (run.status, run.version, run.error, run.credits_used) == ("completed", 2, None, 2)


def test_progress_of_a_task_that_is_over_is_refused(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller())
    store.start(store.ref_of(task), now=NOW)
    store.report_progress(store.ref_of(task), "writing", 0.5, now=NOW)
    store.fail(current(task), ERROR, now=NOW)
    for attempt in (
        lambda: store.report_progress(store.ref_of(task), "writing", 0.6, now=NOW),
        lambda: store.start(store.ref_of(task), now=NOW),
    ):
        with pytest.raises(TaskEnded):
            attempt()


def test_lists_are_newest_first_and_stay_put_while_runs_arrive(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    made = []
    for _ in range(5):
        task = accept(by)
        store.fail(task, ERROR, now=NOW)
        made.append(task.run_id)
    page = [run.run_id for run in store.list_runs(by.org_id, before_run_id=None)][:2]
    store.fail(accept(by), ERROR, now=NOW)
    rest = [run.run_id for run in store.list_runs(by.org_id, before_run_id=page[-1])]
    assert page + rest == list(reversed(made))


ACTIONS = ["accept", "start", "grow", "settle", "fail", "cancel", "be cancelled", "expire", "sweep", "crash"]


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(ACTIONS),
            st.integers(0, 3),
            st.integers(0, 250),
        ),
        max_size=14,
    )
)
def test_whatever_happens_in_whatever_order_the_books_balance(
    aws: None, executions: FakeExecutions, steps: list[tuple[str, int, int]]
) -> None:
    """Acts on tasks as they were first accepted, so stale views race fresh ones, and then ends what is still open."""
    by = caller(f"Org {len(executions.started)}", uid=f"user {len(executions.started)} {id(steps)}")
    granted = balances(by.org_id)[0]
    tasks: list[Task] = []
    for action, chosen, amount in steps:
        with contextlib.suppress(TaskEnded, StaleWorker, ApiError):
            _act(action, by, tasks, chosen, amount, executions)
        available, held, running = balances(by.org_id)
        assert available >= 0
        assert held >= 0
        assert ledger_sums(by.org_id) == (available, held)
        open_tasks = [task for task in map(current, tasks) if not task.is_terminal]
        assert running == len(open_tasks)
        assert held == sum(task.hold_credits for task in open_tasks)
        assert not [task for task in open_tasks if task.hold_status != "open"]
    for task in map(current, tasks):
        if not task.is_terminal:
            store.fail(task, ERROR, now=NOW)
    charged = sum(task.credits_used for task in map(current, tasks))
    assert balances(by.org_id) == (granted - charged, 0, 0)
    for task in map(current, tasks):
        assert task.hold_status == ("charged" if task.status == "completed" else "voided")
        assert sum(entry["held_delta"] for entry in _entries(task)) == 0
        assert sum(entry["kind"] == "hold" for entry in _entries(task)) == 1
        assert sum(entry["kind"] == "charge" for entry in _entries(task)) == bool(task.credits_used)


def _entries(task: Task) -> list[dict[str, Any]]:
    found = dynamo.query("ledger", "org_id = :org", {":org": task.org_id})
    return [entry for entry in found if entry.get("task_id") == task.task_id]


def _sweep_at(now: float) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lifecycle.time, "time", lambda: now)
        lifecycle.sweep()


def _act(
    action: str, by: AuthenticatedKey, tasks: list[Task], chosen: int, amount: int, executions: FakeExecutions
) -> None:
    if action == "accept":
        tasks.append(accept(by))
        return
    if not tasks:
        return
    task = tasks[chosen % len(tasks)]
    seen = current(task) if amount % 2 else task
    acts: dict[str, Callable[[], object]] = {
        "start": lambda: store.start(store.ref_of(task), now=NOW),
        "grow": lambda: store.grow_hold(current(task), amount, now=NOW),
        "settle": lambda: store.settle(seen, OUTCOME, PUBLICATION, amount, now=NOW),
        "fail": lambda: store.fail(seen, ERROR, now=NOW),
        "cancel": lambda: store.cancel(seen, now=NOW),
        "be cancelled": lambda: service.cancel_task(task.task_id, by, now=NOW),
        "expire": lambda: store.expire(seen, ERROR, now=NOW),
        "sweep": lambda: _sweep_at(NOW + amount * 500),  # up to a day and a half later
        # The execution is lost, in one way or another; a sweep may find it.
        "crash": lambda: executions.standing.update({task.task_id: "ended" if amount % 2 else "missing"}),
    }
    acts[action]()
