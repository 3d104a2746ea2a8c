"""Mode ask: a question about a run's document, or about files, that changes nothing of the document."""

from __future__ import annotations

import time

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.assets.models import Asset
from overten.errors import InvalidRequest, NotFound
from overten.runs import lifecycle, service, store, work
from overten.runs.models import Run, Task, TaskError
from overten.runs.requests import GenerateRequest, OutlineRequest
from overten.runs.views import TaskView
from overten.webhooks import payload
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import accept, balances, caller
from tests.unit.runs.test_analyses import read
from tests.unit.runs.test_inputs import FILE, uploads
from tests.unit.runs.test_work import finish, fresh_model, workbook_of

__all__ = ["fresh_model", "uploads"]


def make(by: AuthenticatedKey) -> Task:
    """A finished turn with a document."""
    return finish(accept(by, now=time.time(), prompt="A 12-month budget for a bakery with rent 2,400"))


def ask(by: AuthenticatedKey, before: Task, prompt: str = "How many rows are there?") -> Task:
    """A question to the run of an earlier turn."""
    return accept(by, now=time.time(), prompt=prompt, mode="ask", run_id=before.run_id)


def answered(task: Task) -> Task:
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    while not work.work(ref):
        pass
    lifecycle.settle(ref, None)
    return read(task)


def run_of(task: Task) -> Run:
    run = store.get_run(task.org_id, task.run_id)
    assert run is not None
    return run


def test_a_question_to_a_run_leaves_its_document_and_is_charged(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    made = make(by)
    before = run_of(made)
    task = ask(by, made)
    assert run_of(made).status == "queued"
    done = answered(task)
    after = run_of(made)
    assert done.outcome is not None
    assert "Number of rows" in (done.outcome.answer or "")
    assert (done.version, done.shows_version) == (None, 1)
    same = ("version", "title", "file_name", "summary", "statistics", "warnings", "thumbnail_key")
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert (after.status, after.credits_used) == ("completed", before.credits_used + done.credits_used)
    assert after.expires_at_seconds >= before.expires_at_seconds
    assert store.get_version(made.org_id, made.run_id, 2) is None
    assert workbook_of(made)
    view = TaskView.of(done, download_url="https://x", now=time.time()).body()["result"]
    assert view["answer"] == done.outcome.answer
    assert (view["summary"], view["statistics"], view["file_name"]) == (None, None, before.file_name)


def test_the_next_turn_knows_of_the_question_and_works_on_the_same_document(
    aws: None, executions: FakeExecutions
) -> None:
    by = caller()
    made = make(by)
    asked = answered(ask(by, made, "What does the oven cost?"))
    again = accept(by, now=time.time(), prompt="Change the rent to 2,500", run_id=made.run_id)
    assert again.base_version == 1
    assert again.base_task_id == asked.task_id
    done = finish(again)
    assert (done.status, done.version) == ("completed", 2)
    assert run_of(made).version == 2


@pytest.mark.parametrize("ending", ["failed", "cancelled"])
def test_a_question_that_comes_to_nothing_changes_nothing(aws: None, executions: FakeExecutions, ending: str) -> None:
    by = caller()
    made = make(by)
    held = balances(made.org_id)
    task = ask(by, made)
    if ending == "failed":
        lifecycle.fail(store.ref_of(task), TaskError(code="internal_error", message="x"))
    else:
        service.cancel_task(task.task_id, by, now=time.time())
    run = run_of(made)
    assert (run.status, run.version, run.version_task_id) == (ending, 1, made.task_id)
    assert balances(made.org_id) == held


def test_a_question_about_an_upload_makes_a_run_without_a_document_that_can_be_worked_on(
    executions: FakeExecutions, uploads: dict[str, Asset]
) -> None:
    uploads[FILE] = uploads[FILE].model_copy(update={"kind": "xlsx", "name": "Rents.xlsx"})
    by = caller()
    done = answered(accept(by, now=time.time(), prompt="What is the total rent?", mode="ask", init_file=FILE))
    assert done.outcome is not None
    assert '**Sum of "Rent": 2,100**' in (done.outcome.answer or "")
    run = run_of(done)
    assert (run.status, run.version, done.shows_version) == ("completed", 0, None)
    with pytest.raises(NotFound):
        service.current_version(run)
    changed = finish(accept(by, now=time.time(), prompt="Change the rent of Harbour to 1500", run_id=run.run_id))
    assert (changed.status, changed.version) == ("completed", 1)
    assert b"PK" in workbook_of(changed)[:2]


def test_there_must_be_something_to_ask_about(aws: None, executions: FakeExecutions) -> None:
    with pytest.raises(InvalidRequest, match="needs something to ask about"):
        accept(caller(), prompt="What is it?", mode="ask")


def test_a_run_that_made_nothing_is_nothing_to_ask_about(executions: FakeExecutions, uploads: dict[str, Asset]) -> None:
    uploads[FILE] = uploads[FILE].model_copy(update={"kind": "xlsx", "name": "Rents.xlsx"})
    by = caller()
    failed = accept(by, now=time.time())
    lifecycle.fail(store.ref_of(failed), TaskError(code="internal_error", message="x"))
    held = balances(by.org_id)
    with pytest.raises(InvalidRequest, match="the run has no document yet"):
        ask(by, failed)
    assert balances(by.org_id) == held
    about_a_file = accept(
        by, now=time.time(), prompt="Total rent?", mode="ask", run_id=failed.run_id, data_sources=[{"file_id": FILE}]
    )
    assert answered(about_a_file).status == "completed"
    assert answered(ask(by, failed, "And the highest?")).status == "completed", "the conversation knows of the file"


def test_an_outline_alone_is_nothing_to_ask_about(aws: None, executions: FakeExecutions) -> None:
    by = caller()
    request = OutlineRequest.model_validate({"prompt": "Why our harbour café pays back"})
    planned = answered(service.outline(request, by, request_id="r", now=time.time()).task)
    question = GenerateRequest.model_validate({"prompt": "How long?", "mode": "ask", "run_id": planned.run_id})
    with pytest.raises(InvalidRequest, match="the run has no document yet"):
        service.generate(question, "slides", by, request_id="r", now=time.time())


def test_who_waits_is_told_the_answer(aws: None, executions: FakeExecutions) -> None:
    from overten.runs.models import RunEvent

    by = caller()
    done = answered(ask(by, make(by)))
    event = RunEvent(
        event="run.completed", event_id="evt_1", org_id=done.org_id, run_id=done.run_id, task_id=done.task_id,
        created_at=done.created_at,
    )  # fmt: skip
    body = payload.of_run(event, done, None)
    assert done.outcome is not None
    assert '"answer":"' in body
    assert '"summary":null' in body
