"""Deletion and the end of retention: gone at once, erased for good, whatever dies or races on the way."""

from __future__ import annotations

from typing import Any

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.aws import clients, dynamo
from overten.errors import Conflict, Gone, NotFound
from overten.runs import link_store, object_store, retention, retention_store, service, store, versions
from overten.runs.models import GONE_SECONDS, RETENTION_SECONDS, Candidate, DownloadLink, Run, Task
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, OUTCOME, accept, balances, caller, ledger_sums

SECRET = "confidential merger"
FOREVER = NOW * 2
HOUR = 3_600.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [NOW]
    monkeypatch.setattr(retention.time, "time", lambda: moment[0])
    return moment


@pytest.fixture
def by(aws: None, executions: FakeExecutions) -> AuthenticatedKey:
    return caller()


def publish(by: AuthenticatedKey, run_id: str | None = None, *, now: float = NOW) -> Task:
    task = accept(by, run_id=run_id, prompt=SECRET, now=now, file_name=f"{SECRET}.xlsx")
    object_store.write_checkpoint(store.ref_of(task), SECRET.encode(), replaces=None)
    outcome = OUTCOME.model_copy(update={"title": SECRET, "file_name": f"{SECRET}.xlsx", "summary": SECRET})
    object_store.write_candidate(task, b"bytes", Candidate(outcome=outcome, price_credits=1))
    store.settle(task, outcome, object_store.publish_candidate(task), 1, now=now)
    return task


def stored(task: Task) -> Run:
    found = store.get_run(task.org_id, task.run_id)
    assert found is not None
    return found


def rows(org_id: str) -> list[dict[str, Any]]:
    return list(dynamo.query("runs", "pk = :pk", {":pk": org_id}))


def objects(task: Task) -> list[str]:
    listed = clients.s3().list_objects_v2(Bucket="documents", Prefix=f"org/{task.org_id}/runs/{task.run_id}/")
    return [item["Key"] for item in listed.get("Contents", [])]


def reap_all(clock: list[float]) -> None:
    """Two hours of the reaper: one buries what has expired, the next erases what was buried."""
    for _ in range(2):
        retention.reap(until=FOREVER)
        clock[0] += HOUR
    retention.reap(until=FOREVER)


def test_a_deleted_run_is_gone_at_once_for_every_use(by: AuthenticatedKey) -> None:
    task = publish(by)
    accept(by, idempotency_key="once", run_id=task.run_id)
    service.cancel_task(stored(task).task_ids[-1], by, now=NOW)
    link = DownloadLink(org_id=by.org_id, run_id=task.run_id, version=1, expires_at_seconds=NOW + HOUR)
    [token, thumbnail] = link_store.mint([link, link.model_copy(update={"opens": "thumbnail"})])
    retention.delete_run(task.run_id, by, now=NOW)
    for use in (
        lambda: service.get_run(task.run_id, by, now=NOW),
        lambda: service.get_task(task.task_id, by, now=NOW),
        lambda: service.file_of_link(token, task.run_id, None, now=NOW),
        lambda: service.link_of(thumbnail, "thumbnail", task.run_id, now=NOW),
        lambda: versions.list_versions(task.run_id, by, before=None, limit=9, now=NOW),
        lambda: versions.restore(task.run_id, 1, by, now=NOW),
        lambda: service.cancel_task(task.task_id, by, now=NOW),
        lambda: accept(by, run_id=task.run_id),
        lambda: accept(by, run_id=task.run_id, idempotency_key="once"),
    ):
        with pytest.raises(Gone):
            use()
    assert service.list_runs(by, before_run_id=None, limit=9, document_format=None, status=None, now=NOW) == ([], None)
    assert stored(task).title == stored(task).file_name == ""


def test_deleting_twice_is_harmless_and_of_a_stranger_is_404(by: AuthenticatedKey) -> None:
    task = publish(by)
    personal = by.model_copy(update={"scope": "personal", "creator_uid": "someone else"})
    for key in (personal, caller("Other", uid="user-2")):
        with pytest.raises(NotFound):
            retention.delete_run(task.run_id, key, now=NOW)
    for _ in range(2):
        retention.delete_run(task.run_id, by, now=NOW)
    with pytest.raises(NotFound):
        retention.delete_run(task.run_id, personal, now=NOW)
    assert stored(task).deleted_at_seconds == NOW


def test_a_run_with_an_open_task_cannot_be_deleted(by: AuthenticatedKey) -> None:
    task = accept(by)
    with pytest.raises(Conflict):
        retention.delete_run(task.run_id, by, now=NOW)
    service.cancel_task(task.task_id, by, now=NOW)
    retention.delete_run(task.run_id, by, now=NOW)


def test_of_a_deletion_and_a_turn_exactly_one_wins(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    task, bury, expect = publish(by), retention_store.bury, service.require_capacity

    def turn_first(*arguments: object, **named: object) -> None:
        accept(by, run_id=task.run_id)
        bury(*arguments, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(retention_store, "bury", turn_first)
        with pytest.raises(Conflict):
            retention.delete_run(task.run_id, by, now=NOW)
    assert stored(task).deleted_at_seconds is None
    service.cancel_task(stored(task).task_ids[-1], by, now=NOW)
    before = balances(by.org_id)

    def deletion_first(*arguments: object) -> None:
        retention.delete_run(task.run_id, by, now=NOW)
        expect(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "require_capacity", deletion_first)
    with pytest.raises(Gone):
        accept(by, run_id=task.run_id)
    assert balances(by.org_id) == before


def test_a_deletion_meets_a_restore_and_still_deletes(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    task, bury, met = publish(by), retention_store.bury, list[object]()
    publish(by, task.run_id)

    def restored_first(*arguments: object, **named: object) -> None:
        if not met:
            met.append(versions.restore(task.run_id, 1, by, now=NOW + 1))
        bury(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(retention_store, "bury", restored_first)
    retention.delete_run(task.run_id, by, now=NOW + 2)
    assert stored(task).deleted_at_seconds == NOW + 2


def test_what_was_deleted_is_erased_and_the_ledger_keeps_ids_only(by: AuthenticatedKey, clock: list[float]) -> None:
    task, other = publish(by), publish(by)
    second = publish(by, task.run_id)
    books = balances(by.org_id)
    retention.delete_run(task.run_id, by, now=NOW)
    assert retention.reap(until=FOREVER) == 0  # a worker may still be writing
    assert objects(task)
    clock[0] = NOW + HOUR
    assert retention.reap(until=FOREVER) == 1
    assert objects(task) == []
    assert len(objects(other)) == 4
    left = [row for row in rows(by.org_id) if row.get("run_id") == task.run_id and "OUTBOX" not in row["sk"]]
    assert {row["sk"] for row in left} == {f"RUN#{task.run_id}", f"TASK#{task.task_id}", f"TASK#{second.task_id}"}
    assert SECRET not in str(left)
    assert {row["ttl"] for row in left} == {int(NOW + GONE_SECONDS)}
    assert balances(by.org_id) == books
    assert ledger_sums(by.org_id) == books[:2]
    assert store.get_version(by.org_id, other.run_id, 1) is not None
    assert list(retention_store.due_runs(FOREVER)) == [(by.org_id, other.run_id)]
    for gone in (
        lambda: service.get_run(task.run_id, by, now=clock[0]),
        lambda: service.get_task(task.task_id, by, now=clock[0]),
    ):
        with pytest.raises(Gone):
            gone()


def test_retention_ends_30_days_after_the_last_task(by: AuthenticatedKey, clock: list[float]) -> None:
    task = publish(by)
    publish(by, task.run_id, now=NOW + 20 * 86_400)
    ends = NOW + 20 * 86_400 + RETENTION_SECONDS
    clock[0] = ends - 1
    assert retention.reap(until=FOREVER) == 0
    assert service.get_run(task.run_id, by, now=clock[0]).version == 2
    clock[0] = ends + 1
    with pytest.raises(Gone):
        service.get_run(task.run_id, by, now=clock[0])
    with pytest.raises(Gone):
        service.get_task(task.task_id, by, now=clock[0])
    reap_all(clock)
    assert objects(task) == []
    assert SECRET not in str(rows(by.org_id))
    assert stored(task).deleted_at_seconds == ends


def test_410_lasts_for_90_days_by_the_clock_and_then_it_is_404(by: AuthenticatedKey, clock: list[float]) -> None:
    deleted, expired = publish(by), publish(by)
    retention.delete_run(deleted.run_id, by, now=NOW)
    for task, gone_since in ((deleted, NOW), (expired, NOW + RETENTION_SECONDS)):
        for erased in (False, True):
            if erased:
                clock[0] = gone_since + 1
                reap_all(clock)
            for moment, error in (
                (gone_since, Gone),
                (gone_since + GONE_SECONDS - 1, Gone),
                (gone_since + GONE_SECONDS, NotFound),
            ):
                with pytest.raises(error):
                    service.get_run(task.run_id, by, now=moment)
                with pytest.raises(error):
                    service.get_task(task.task_id, by, now=moment)


def test_an_expired_run_may_be_deleted(by: AuthenticatedKey) -> None:
    task = publish(by)
    retention.delete_run(task.run_id, by, now=NOW + RETENTION_SECONDS + 5)
    assert stored(task).deleted_at_seconds == NOW + RETENTION_SECONDS


def test_a_running_run_is_never_reaped(by: AuthenticatedKey, clock: list[float]) -> None:
    task = accept(by)
    clock[0] = NOW + RETENTION_SECONDS + 1
    assert retention.reap(until=FOREVER) == 0
    assert stored(task).deleted_at_seconds is None
    assert service.get_run(task.run_id, by, now=clock[0]).status == "queued"


def test_a_turn_at_the_last_moment_wins_over_the_reaper(
    by: AuthenticatedKey, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    task, bury = publish(by), retention_store.bury

    def turn_first(*arguments: object, **named: object) -> None:
        accept(by, run_id=task.run_id, now=NOW + RETENTION_SECONDS - 1)
        bury(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(retention_store, "bury", turn_first)
    clock[0] = NOW + RETENTION_SECONDS + 1
    assert retention.reap(until=FOREVER) == 0
    assert (stored(task).status, stored(task).deleted_at_seconds) == ("queued", None)
    assert len(objects(task)) == 4


@pytest.mark.parametrize("step", ["object_store.erase_run", "retention_store.erase_rows", "retention_store.forget"])
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_reaper_that_dies_half_way_is_repeated(
    by: AuthenticatedKey, clock: list[float], monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    task = publish(by)
    retention.delete_run(task.run_id, by, now=NOW)
    clock[0] = NOW + HOUR

    class Killed(BaseException):
        pass

    module = {"object_store": object_store, "retention_store": retention_store}[step.partition(".")[0]]
    act = getattr(module, step.partition(".")[2])

    def die(*arguments: object, **named: object) -> object:
        if not before:
            act(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, step.partition(".")[2], die)
        with pytest.raises(Killed):
            retention.reap(until=FOREVER)
    clock[0] += HOUR
    retention.reap(until=FOREVER)
    assert objects(task) == []
    assert SECRET not in str(rows(by.org_id))
    assert list(retention_store.due_runs(FOREVER)) == []


def test_one_run_that_cannot_be_erased_does_not_keep_the_others(
    by: AuthenticatedKey, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, fine = publish(by), publish(by)
    for task in (broken, fine):
        retention.delete_run(task.run_id, by, now=NOW)
    erase = object_store.erase_run

    def refuse(org_id: str, run_id: str, *, until: float) -> bool:
        if run_id == broken.run_id:
            raise object_store.EraseIncomplete
        return erase(org_id, run_id, until=until)

    clock[0] = NOW + HOUR
    with monkeypatch.context() as patch:
        patch.setattr(object_store, "erase_run", refuse)
        with pytest.raises(retention.ReapIncomplete):
            retention.reap(until=FOREVER)
    assert objects(fine) == []
    assert objects(broken)
    assert retention.reap(until=FOREVER) == 1
    assert objects(broken) == []


def test_storage_that_refuses_an_object_is_told(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    task = publish(by)
    monkeypatch.setattr(clients.s3(), "delete_objects", lambda **_: {"Errors": [{"Code": "AccessDenied", "Key": "k"}]})
    with pytest.raises(object_store.EraseIncomplete, match="AccessDenied"):
        object_store.erase_run(by.org_id, task.run_id, until=FOREVER)


def test_a_row_that_cannot_be_read_is_erased_like_the_others(by: AuthenticatedKey, clock: list[float]) -> None:
    task = publish(by)
    key = {"pk": by.org_id, "sk": f"TASK#{task.task_id}"}
    dynamo.update("runs", key, "SET outcome = :odd", condition="attribute_exists(pk)", values={":odd": SECRET})
    retention.delete_run(task.run_id, by, now=NOW)
    clock[0] = NOW + HOUR
    assert retention.reap(until=FOREVER) == 1
    assert SECRET not in str(rows(by.org_id))


def test_the_reaper_stops_in_time_and_goes_on_at_the_next_hour(by: AuthenticatedKey, clock: list[float]) -> None:
    task = publish(by)
    retention.delete_run(task.run_id, by, now=NOW)
    clock[0] = NOW + HOUR
    assert retention.reap(until=clock[0]) == 0
    assert objects(task)
    assert retention.reap(until=FOREVER) == 1


def test_a_run_of_thousands_of_objects_and_hundreds_of_versions_is_erased_whole(
    by: AuthenticatedKey, clock: list[float]
) -> None:
    task = publish(by)
    prefix = f"org/{by.org_id}/runs/{task.run_id}/exports/"
    for number in range(1_100):
        clients.s3().put_object(Bucket="documents", Key=f"{prefix}{number}.pdf", Body=b"x")
    more = [store.version_key(by.org_id, task.run_id, number) for number in range(2, 150)]
    dynamo.put_many("runs", more)
    retention.delete_run(task.run_id, by, now=NOW)
    clock[0] = NOW + HOUR
    assert retention.reap(until=FOREVER) == 1
    assert objects(task) == []
    assert not [row for row in rows(by.org_id) if row["sk"].startswith("VERSION#")]


def test_after_a_long_outage_of_the_reaper_nothing_is_missed(by: AuthenticatedKey, clock: list[float]) -> None:
    old, newer = publish(by), publish(by, now=NOW + 40 * 86_400)
    clock[0] = NOW + RETENTION_SECONDS + 300 * 86_400
    reap_all(clock)
    assert objects(old) == objects(newer) == []


def test_pages_stay_put_while_runs_arrive_are_deleted_and_expire(by: AuthenticatedKey) -> None:
    made = [publish(by, now=NOW + 86_400).run_id for _ in range(6)]
    early = publish(by)  # ends first, and is the newest by its id

    def page(before: str | None, now: float) -> tuple[list[str], str | None]:
        found, following = service.list_runs(
            by, before_run_id=before, limit=3, document_format=None, status=None, now=now
        )
        return [run.run_id for run in found], following

    now = NOW + 86_400
    first, following = page(None, now)
    assert first == [early.run_id, made[5], made[4]]
    publish(by, now=now)
    retention.delete_run(made[2], by, now=now)
    retention.delete_run(made[4], by, now=now)  # where the page ended
    second, end = page(following, now)
    assert (second, end) == ([made[3], made[1], made[0]], None)
    assert early.run_id not in page(None, NOW + RETENTION_SECONDS + 1)[0]
