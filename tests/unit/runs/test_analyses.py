"""Analyses: tasks without a run, with all that a task promises."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.assets.models import Asset
from overten.aws import clients, dynamo
from overten.errors import Conflict, Gone, InsufficientCredits, NotFound
from overten.runs import analyses, lifecycle, open_tasks_store, retention, retention_store, service, store, work
from overten.runs.errors import TaskEnded
from overten.runs.models import GONE_SECONDS, RETENTION_SECONDS, WRITERS_DEAD_SECONDS, Task, TaskError
from overten.runs.requests import AnalyzeRequest, GenerateRequest
from overten.runs.views import TaskView
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, balances, caller, ledger_sums
from tests.unit.runs.test_inputs import FILE, uploads
from tests.unit.runs.test_open_tasks import record, relay
from tests.unit.runs.test_work import fresh_model

__all__ = ["fresh_model", "uploads"]


@pytest.fixture(autouse=True)
def of_a_kind(uploads: dict[str, Asset], executions: FakeExecutions) -> None:
    uploads[FILE] = uploads[FILE].model_copy(update={"kind": "xlsx", "name": "rents.xlsx"})


def analyze(by: AuthenticatedKey, *, now: float | None = None, **fields: object) -> Task:
    request = AnalyzeRequest.model_validate({"file_id": FILE, "prompt": "What is the total rent?", **fields})
    return analyses.analyze(request, by, request_id="req-1", now=now or time.time()).task


def read(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def done(task: Task) -> Task:
    """Drives the analysis through its states."""
    ref = store.ref_of(task)
    assert not lifecycle.prepare(ref).request.writes
    while not work.work(ref):
        pass
    lifecycle.settle(ref, None)
    return read(task)


def rows(org_id: str, prefix: str) -> list[str]:
    table = "runs"
    found = dynamo.query(table, "pk = :pk AND begins_with(sk, :prefix)", {":pk": org_id, ":prefix": prefix})
    return [item["sk"] for item in found]


def objects(task: Task) -> list[str]:
    listed = clients.s3().list_objects_v2(Bucket="documents", Prefix=f"org/{task.org_id}/runs/{task.run_id}/")
    return [found["Key"] for found in listed.get("Contents", [])]


def test_a_question_is_answered_and_charged_without_a_run() -> None:
    by = caller()
    task = done(analyze(by))
    assert task.run_id.removeprefix("analyze_") == task.task_id.removeprefix("task_")
    assert (task.status, task.version) == ("completed", None)
    view = TaskView.of(task, download_url=None, now=time.time()).body()["result"]
    assert '**Sum of "Rent": 2,100**' in view["answer"]
    assert set(view) == {"run_id", "task_id", "answer", "warnings", "tool_calls", "credits_used", "duration_ms"}
    assert view["tool_calls"] == 2
    assert 1 <= task.credits_used <= 2
    assert balances(by.org_id) == (200 - task.credits_used, 0, 0)
    assert ledger_sums(by.org_id) == balances(by.org_id)[:2]
    assert rows(by.org_id, "RUN#") == []
    assert rows(by.org_id, "OUTBOX#") == [], "nobody is told of an analysis"


@pytest.mark.parametrize("make", [analyze, accept])
def test_the_orgs_tier_decides_over_the_model_of_every_task(make: Callable[..., Task]) -> None:
    by = caller()
    assert read(make(by, now=time.time())).tier == by.tier == "free"
    by = by.model_copy(update={"tier": "pro"})
    assert read(make(by, now=time.time())).tier == "pro"


def test_it_is_no_run_for_anybody() -> None:
    by = caller()
    task = done(analyze(by))
    assert service.list_runs(by, before_run_id=None, limit=9, document_format=None, status=None, now=time.time()) == (
        [],
        None,
    )
    with pytest.raises(NotFound):
        service.get_run(task.run_id, by, now=time.time())
    resumed = GenerateRequest.model_validate({"prompt": "Go on", "run_id": task.run_id})
    with pytest.raises(NotFound):
        service.generate(resumed, "excel", by, request_id="r", now=time.time())


def test_settling_twice_charges_once_and_a_retry_of_work_repeats_nothing() -> None:
    task = done(analyze(caller()))
    before = balances(task.org_id)
    lifecycle.settle(store.ref_of(task), None)
    assert balances(task.org_id) == before
    with pytest.raises(TaskEnded):
        work.work(store.ref_of(task))


def test_one_key_names_one_analysis() -> None:
    by = caller()
    first = analyze(by, idempotency_key="k")
    assert analyze(by, idempotency_key="k").task_id == first.task_id
    assert analyze(by, idempotency_key="k", **{"async": True}).task_id == first.task_id
    with pytest.raises(Conflict):
        analyze(by, idempotency_key="k", prompt="Another?")
    assert balances(by.org_id) == (198, 2, 1)


def test_a_slot_and_the_floor_are_held_until_it_is_cancelled() -> None:
    by = caller()
    task = analyze(by)
    assert balances(by.org_id) == (198, 2, 1)
    assert service.cancel_task(task.task_id, by, now=time.time()).status == "cancelled"
    assert balances(by.org_id) == (200, 0, 0)
    with pytest.raises(TaskEnded):
        lifecycle.prepare(store.ref_of(task))


@pytest.mark.parametrize("ending", ["fail", "expire"])
def test_however_it_ends_nothing_stays_held(ending: str) -> None:
    by = caller()
    task = analyze(by)
    error = TaskError(code="internal_error", message="x")
    if ending == "fail":
        lifecycle.fail(store.ref_of(task), error)
    else:
        store.expire(task, error, now=time.time())
    assert balances(by.org_id) == (200, 0, 0)
    assert rows(by.org_id, "OUTBOX#evt") == []


def test_who_has_too_little_is_refused() -> None:
    by = caller()
    clients.dynamodb().update_item(
        TableName="orgs",
        Key={"pk": {"S": by.org_id}, "sk": {"S": "ORG"}},
        UpdateExpression="SET available = :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    with pytest.raises(InsufficientCredits):
        analyze(by)
    assert rows(by.org_id, "TASK#") == []


def test_the_copy_of_the_file_goes_soon_and_the_answer_after_its_retention(monkeypatch: pytest.MonkeyPatch) -> None:
    task = done(analyze(caller()))
    ended = time.time()
    assert objects(task)
    assert reap_at(ended + 60, monkeypatch) == 0
    assert objects(task)

    assert reap_at(ended + WRITERS_DEAD_SECONDS + 60, monkeypatch) == 1
    assert objects(task) == []
    kept = read(task)
    assert kept.outcome is not None
    assert kept.outcome.answer
    assert reap_at(ended + WRITERS_DEAD_SECONDS + 7_200, monkeypatch) == 0, "once is enough"

    gone = ended + RETENTION_SECONDS + 60
    assert reap_at(gone, monkeypatch) == 1
    left = read(task)
    assert (left.outcome, left.request.prompt, left.request.files, left.inputs) == (None, "", [], [])
    assert left.credits_used == task.credits_used
    assert list(retention_store.due_runs(gone + GONE_SECONDS)) == []


def test_it_is_counted_as_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    open_tasks_store.add(5)
    task = done(analyze(caller()))
    relay({"Records": [record(task, "MODIFY")]}, None)
    assert open_tasks_store.read() == 4
    ended = time.time()
    for moment in (ended + WRITERS_DEAD_SECONDS + 60, ended + RETENTION_SECONDS + 60):
        assert reap_at(moment, monkeypatch) == 1
        relay({"Records": [record(task, "MODIFY")]}, None)
    assert open_tasks_store.read() == 4


def reap_at(now: float, monkeypatch: pytest.MonkeyPatch) -> int:
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now)
        return retention.reap(until=now + 600)


def test_past_its_retention_it_is_gone_then_unknown_by_the_clock_alone() -> None:
    by = caller()
    task = done(analyze(by))
    assert service.get_task(task.task_id, by, now=time.time()).status == "completed"
    with pytest.raises(Gone):
        service.get_task(task.task_id, by, now=time.time() + RETENTION_SECONDS + 5)
    with pytest.raises(NotFound):
        service.get_task(task.task_id, by, now=time.time() + RETENTION_SECONDS + GONE_SECONDS + 5)


def test_a_csv_is_asked_by_queries_alone(uploads: dict[str, Asset]) -> None:
    uploads[FILE] = uploads[FILE].model_copy(update={"kind": "csv", "name": "rents.csv"})
    assert uploads[FILE].object_key is not None
    clients.s3().put_object(Bucket="documents", Key=uploads[FILE].object_key, Body=b"shop,rent\nA,10\nB,32\n")
    task = analyze(caller())
    assert task.request.init_file is None
    answered = done(task).outcome
    assert answered is not None
    assert "2,100" not in (answered.answer or "")
    assert '**Sum of "rent": 42**' in (answered.answer or "")


def test_a_file_that_is_none_fails_it_with_the_field_and_costs_nothing(uploads: dict[str, Asset]) -> None:
    assert uploads[FILE].object_key is not None
    clients.s3().put_object(Bucket="documents", Key=uploads[FILE].object_key, Body=b"PK\3\4 nothing")
    by = caller()
    task = analyze(by)
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    with pytest.raises(Exception, match=r"^/file_id: ") as refused:
        work.work(ref)
    lifecycle.fail(ref, lifecycle.task_error(type(refused.value).__name__, f'{{"errorMessage": "{refused.value}"}}'))
    failed = read(task)
    assert failed.error is not None
    assert failed.error.code == "validation_error"
    assert balances(by.org_id) == (200, 0, 0)


def test_the_sweeper_looks_after_it_as_after_any_task() -> None:
    by = caller()
    task = analyze(by, now=NOW)
    assert (by.org_id, task.task_id) in list(store.due_tasks(NOW + 90_000))
