"""Exports of runs: of the version that is current, noted with the run, and gone with it."""

from __future__ import annotations

import time

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.aws import dynamo
from overten.errors import ApiError, Conflict, Gone, InvalidRequest, NotFound
from overten.export.requests import ExportRequest
from overten.runs import exports, lifecycle, retention, store, thumbnails, versions
from overten.runs.models import TaskError
from tests.unit.export.conftest import FakeConverter, converter
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import NOW, accept, caller
from tests.unit.runs.test_versions import publish, stored

__all__ = ["converter"]


@pytest.fixture
def by(aws: None, executions: FakeExecutions) -> AuthenticatedKey:
    return caller()


def ask(by: AuthenticatedKey, run_id: str, **fields: object) -> tuple[int, str, str]:
    """The version, the name and the key of what an export gives out."""
    request = ExportRequest.model_validate({"format": "pdf", **fields})
    _, export, file = exports.export_run(run_id, request, by, deadline=time.time() + 5, now=NOW)
    return export.version, file.file_name, file.object_key


def test_an_edit_is_never_answered_with_a_stale_export(by: AuthenticatedKey, converter: FakeConverter) -> None:
    first = publish(by, 1)
    assert ask(by, first.run_id)[:2] == (1, "Budget 1.pdf")
    assert set(stored(first.run_id, by).exports) == {"pdf"}

    publish(by, 2, first.run_id)
    assert stored(first.run_id, by).exports == {}
    assert ask(by, first.run_id)[:2] == (2, "Budget 2.pdf")

    versions.restore(first.run_id, 1, by, now=NOW)
    assert stored(first.run_id, by).exports == {}
    assert ask(by, first.run_id)[:2] == (3, "Budget 1.pdf")
    assert len(converter.orders) == 3


def test_a_part_alone_is_named_and_not_noted_as_an_export_of_the_whole(
    by: AuthenticatedKey, converter: FakeConverter
) -> None:
    task = publish(by, 1)
    converter.answer = converter.answer.model_copy(update={"extension": "csv"})  # type: ignore[union-attr]
    assert ask(by, task.run_id, format="csv", sheet="Costs / 2026")[1] == "Budget 1 - Costs 2026.csv"
    assert stored(task.run_id, by).exports == {}


@pytest.mark.parametrize(("fields", "error"), [({"format": "odp"}, InvalidRequest), ({}, Conflict)])
def test_a_run_at_work_has_nothing_to_export(
    by: AuthenticatedKey, converter: FakeConverter, fields: dict[str, str], error: type[ApiError]
) -> None:
    task = publish(by, 1)
    accept(by, run_id=task.run_id)
    with pytest.raises(error):
        ask(by, task.run_id, **fields)
    assert converter.orders == []


def test_a_run_without_a_document_has_nothing_to_export(by: AuthenticatedKey, converter: FakeConverter) -> None:
    task = accept(by)
    store.fail(task, TaskError(code="internal_error", message="It broke."), now=NOW)
    with pytest.raises(NotFound):
        ask(by, task.run_id)


def test_a_run_of_another_org_is_not_there(by: AuthenticatedKey, converter: FakeConverter) -> None:
    task = publish(by, 1)
    with pytest.raises(NotFound):
        ask(caller("Other", "user-2"), task.run_id)
    assert converter.orders == []


def test_exports_go_with_their_run(
    by: AuthenticatedKey, converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = publish(by, 1)
    ask(by, task.run_id)
    retention.delete_run(task.run_id, by, now=NOW)
    with pytest.raises(Gone):
        ask(by, task.run_id)
    monkeypatch.setattr(time, "time", lambda: NOW + 2 * retention.WRITERS_DEAD_SECONDS)
    retention.reap(until=NOW + 10_000)
    left = [item["sk"] for item in dynamo.query("runs", "pk = :pk", {":pk": by.org_id})]
    assert not [sk for sk in left if sk.startswith("EXPORT#")]


def test_a_version_has_the_picture_that_was_made_of_it(
    by: AuthenticatedKey, converter: FakeConverter, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = accept(by)
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    key = lifecycle.render(ref)
    assert key.endswith(".png")
    [order] = converter.orders
    assert (order.task, order.timeout_seconds) == ("thumbnail", thumbnails.RENDER_SECONDS)
    found = store.get_task(by.org_id, task.task_id)
    assert found
    assert (found.phase, found.progress) == ("rendering", lifecycle.RENDERING_PROGRESS)
