"""Versions: listed newest first, and restored as new ones."""

from __future__ import annotations

import hashlib

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.aws import clients
from overten.errors import Conflict, Gone, NotFound
from overten.runs import object_store, retention, service, store, version_store, versions
from overten.runs.models import RETENTION_SECONDS, Candidate, Caveat, Run, Task, Version
from tests.unit.conftest import AwsCalls
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, OUTCOME, PUBLICATION, accept, balances, caller, ledger_sums

DAY = 86_400


@pytest.fixture
def by(aws: None, executions: FakeExecutions) -> AuthenticatedKey:
    return caller()


def publish(by: AuthenticatedKey, number: int, run_id: str | None = None) -> Task:
    """A turn that publishes bytes of its own."""
    task = accept(by, run_id=run_id, prompt=f"Turn {number}")
    name = f"Budget {number}"
    outcome = OUTCOME.model_copy(
        update={
            "title": name,
            "file_name": f"{name}.xlsx",
            "summary": f"Made {number}.",
            "warnings": [Caveat(code="odd", message=f"odd {number}")],
        }
    )
    object_store.write_candidate(task, f"bytes {number}".encode(), Candidate(outcome=outcome, price_credits=1))
    store.settle(task, outcome, object_store.publish_candidate(task), 1, now=NOW)
    return task


def three_versions(by: AuthenticatedKey) -> list[Task]:
    first = publish(by, 1)
    return [first, publish(by, 2, first.run_id), publish(by, 3, first.run_id)]


def stored(run_id: str, by: AuthenticatedKey) -> Run:
    found = store.get_run(by.org_id, run_id)
    assert found is not None
    return found


def bytes_of(version: Version) -> bytes:
    body: bytes = clients.s3().get_object(Bucket="documents", Key=version.object_key)["Body"].read()
    return body


def test_versions_are_listed_newest_first_page_by_page(by: AuthenticatedKey) -> None:
    tasks = three_versions(by)
    run_id = tasks[0].run_id
    _, page, following = versions.list_versions(run_id, by, before=None, limit=2, now=NOW)
    assert [(version.number, version.task_id) for version in page] == [(3, tasks[2].task_id), (2, tasks[1].task_id)]
    versions.restore(run_id, 1, by, now=NOW)  # a newer one does not move the next page
    _, rest, end = versions.list_versions(run_id, by, before=following, limit=2, now=NOW)
    assert [version.number for version in rest] == [1]
    assert end is None
    assert versions.list_versions(run_id, by, before=1, limit=2, now=NOW)[1:] == ([], None)


def test_a_run_without_a_document_has_no_versions(by: AuthenticatedKey) -> None:
    task = accept(by)
    assert versions.list_versions(task.run_id, by, before=None, limit=20, now=NOW)[1:] == ([], None)


def test_another_runs_versions_are_its_own(by: AuthenticatedKey) -> None:
    first, other = publish(by, 1), publish(by, 2)
    _, page, _ = versions.list_versions(first.run_id, by, before=None, limit=20, now=NOW)
    assert [version.task_id for version in page] == [first.task_id]
    assert other.run_id != first.run_id


def test_restoring_makes_a_new_version_with_the_same_bytes_for_free(by: AuthenticatedKey) -> None:
    tasks = three_versions(by)
    run_id, before = tasks[0].run_id, balances(by.org_id)
    _, restored = versions.restore(run_id, 1, by, now=NOW + DAY)
    assert (restored.number, restored.restored_from, restored.file_name) == (4, 1, "Budget 1.xlsx")
    assert bytes_of(restored) == b"bytes 1"
    assert restored.sha256 == hashlib.sha256(b"bytes 1").hexdigest()
    assert store.get_version(by.org_id, run_id, 4) == restored
    run = stored(run_id, by)
    assert (run.version, run.version_task_id, run.status) == (4, tasks[0].task_id, "completed")
    assert (run.title, run.file_name, run.summary) == ("Budget 1", "Budget 1.xlsx", "Made 1.")
    assert [warning.message for warning in run.warnings] == ["odd 1"]
    assert run.expires_at_seconds == NOW + DAY + RETENTION_SECONDS
    assert balances(by.org_id) == before
    assert ledger_sums(by.org_id) == before[:2]


def test_the_next_turn_goes_on_from_what_was_restored(by: AuthenticatedKey) -> None:
    tasks = three_versions(by)
    versions.restore(tasks[0].run_id, 1, by, now=NOW)
    following = accept(by, run_id=tasks[0].run_id)
    # From that document, and with the conversation as it went on.
    assert (following.base_version, following.base_task_id) == (4, tasks[2].task_id)
    store.settle(following, OUTCOME, PUBLICATION, 1, now=NOW)
    assert stored(tasks[0].run_id, by).version == 5


def test_restoring_what_is_current_or_was_just_restored_makes_nothing(by: AuthenticatedKey) -> None:
    run_id = three_versions(by)[0].run_id
    assert versions.restore(run_id, 3, by, now=NOW)[1].number == 3
    assert versions.restore(run_id, 1, by, now=NOW)[1].number == 4
    assert versions.restore(run_id, 1, by, now=NOW)[1].number == 4  # a client that repeats itself
    assert versions.restore(run_id, 2, by, now=NOW)[1].number == 5
    again = versions.restore(run_id, 4, by, now=NOW)[1]
    assert (again.number, again.restored_from, bytes_of(again)) == (6, 4, b"bytes 1")


def test_unknown_versions_open_tasks_and_foreign_keys_are_refused(by: AuthenticatedKey) -> None:
    run_id = three_versions(by)[0].run_id
    with pytest.raises(NotFound, match="no such version"):
        versions.restore(run_id, 9, by, now=NOW)
    with pytest.raises(NotFound, match="No such run"):
        versions.restore(run_id, 1, caller("Other", uid="user-2"), now=NOW)
    accept(by, run_id=run_id)
    with pytest.raises(Conflict):
        versions.restore(run_id, 1, by, now=NOW)
    assert stored(run_id, by).version == 3


@pytest.mark.parametrize("rival", ["a turn", "another restore", "a deletion"])
def test_of_a_restore_and_its_rival_exactly_one_wins(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch, rival: str
) -> None:
    run_id = three_versions(by)[0].run_id
    copy = object_store.copy_version

    def overtaken(*arguments: object) -> str:
        monkeypatch.setattr(object_store, "copy_version", copy)
        if rival == "a turn":
            accept(by, run_id=run_id)
        elif rival == "another restore":
            versions.restore(run_id, 2, by, now=NOW)
        else:
            retention.delete_run(run_id, by, now=NOW)
        return copy(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(object_store, "copy_version", overtaken)
    with pytest.raises(Gone if rival == "a deletion" else Conflict):
        versions.restore(run_id, 1, by, now=NOW)
    if rival == "another restore":
        _, page, _ = versions.list_versions(run_id, by, before=None, limit=20, now=NOW)
        assert [version.restored_from for version in page] == [2, None, None, None]
        assert bytes_of(page[0]) == b"bytes 2"
    elif rival == "a turn":
        assert (stored(run_id, by).status, stored(run_id, by).version) == ("queued", 3)


def test_a_turn_that_was_read_before_a_restore_is_refused(
    by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = three_versions(by)[0].run_id
    before = balances(by.org_id)
    expect = service.require_capacity

    def overtaken(*arguments: object) -> None:
        versions.restore(run_id, 1, by, now=NOW)
        expect(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(service, "require_capacity", overtaken)
    with pytest.raises(Conflict):
        accept(by, run_id=run_id)
    assert balances(by.org_id) == before
    assert stored(run_id, by).version == 4


def test_a_death_after_the_copy_leaves_the_run_as_it_was(by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = three_versions(by)[0].run_id

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(version_store, "restore", die)
        with pytest.raises(Killed):
            versions.restore(run_id, 1, by, now=NOW)
    assert stored(run_id, by).version == 3
    assert bytes_of(versions.restore(run_id, 1, by, now=NOW)[1]) == b"bytes 1"


def test_a_restore_of_a_failed_run_leaves_its_status(by: AuthenticatedKey) -> None:
    first = publish(by, 1)
    publish(by, 2, first.run_id)
    service.cancel_task(accept(by, run_id=first.run_id).task_id, by, now=NOW)
    versions.restore(first.run_id, 1, by, now=NOW)
    assert (stored(first.run_id, by).status, stored(first.run_id, by).version) == ("cancelled", 3)


def test_restoring_stays_within_its_budget_of_calls(aws_calls: AwsCalls, executions: FakeExecutions) -> None:
    by = caller()
    run_id = three_versions(by)[0].run_id
    aws_calls.clear()
    versions.restore(run_id, 1, by, now=NOW)
    assert aws_calls == ["GetItem", "GetItem", "GetItem", "CopyObject", "GetItem", "TransactWriteItems"]
