"""The agent's slices on the durable checkpoint, with the built-in author as the model."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import io
import json
import time
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from overten.accounts.tiers import TierName
from overten.agent import configured
from overten.agent.models import Checkpoint, Purpose
from overten.agent.recording import Player, Recording
from overten.aws import clients
from overten.clock import seconds_of
from overten.config import forget_settings
from overten.documents.engine import StoredDocument
from overten.documents.excel.engine import ExcelEngine
from overten.documents.models import Finding, Format
from overten.errors import Conflict
from overten.runs import lifecycle, object_store, service, store, version_store, versions, work
from overten.runs.errors import CreditsExhausted, StaleWorker, TaskEnded, TaskTimedOut
from overten.runs.models import Run, Task, TaskError, TaskRef
from overten.runs.requests import GenerateRequest, OutlineRequest
from tests.unit.runs.conftest import FakeExecutions
from tests.unit.runs.factories import accept, balances, caller

step_fail = importlib.import_module("step_fail").handler


@pytest.fixture(autouse=True)
def fresh_model() -> None:
    configured.forget_models()


def accept_now(
    prompt: str = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each", **fields: object
) -> Task:
    return accept(caller(), now=time.time(), prompt=prompt, **fields)


def finish(task: Task) -> Task:
    """Drives a task through all states of the machine."""
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    fit = False
    while not fit:
        while not work.work(ref):
            pass
        fit = work.verify_document(ref)
    lifecycle.settle(ref, lifecycle.publish(ref))
    done = store.get_task(ref.org_id, ref.task_id)
    assert done is not None
    return done


def workbook_of(task: Task) -> bytes:
    version = store.get_version(task.org_id, task.run_id, task.version or 0)
    assert version is not None
    body: bytes = clients.s3().get_object(Bucket="documents", Key=version.object_key)["Body"].read()
    assert len(body) == version.size_bytes
    return body


def test_a_prompt_becomes_a_published_and_charged_workbook(aws: None, executions: FakeExecutions) -> None:
    done = finish(accept_now())
    assert done.status == "completed"
    assert done.outcome is not None
    assert done.outcome.statistics.formulas > 0
    assert done.outcome.statistics.charts > 0
    assert "no ai model" in done.outcome.summary.lower()
    assert done.outcome.file_name.endswith(".xlsx")
    assert 1 <= done.credits_used <= 5
    assert balances(done.org_id)[1:] == (0, 0)
    workbook = openpyxl.load_workbook(io.BytesIO(workbook_of(done)))
    assert 2400 in {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}


class Killed(BaseException):
    """The process dies."""


def kill_after(monkeypatch: pytest.MonkeyPatch, module: object, name: str, count: int, *, before: bool) -> None:
    """Lets the process die at the count-th call of a function, before it acts or right after."""
    act: Callable[..., object] = getattr(module, name)
    calls = 0

    def dying(*arguments: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == count and before:
            raise Killed
        result = act(*arguments, **named)
        if calls == count:
            raise Killed
        return result

    monkeypatch.setattr(module, name, dying)


FINISH = ("finish", {"title": "Rents", "summary": "Two shops."})
WRITING: dict[Format, list[list[tuple[str, dict[str, Any]]]]] = {
    "excel": [
        [("create_sheet", {"sheet": "Rents"}), ("write_block", {"sheet": "Rent", "anchor": "A1", "rows": [[1]]})],
        [("write_block", {"sheet": "Rents", "anchor": "A1", "rows": [["Shop", "Rent"], ["Harbour", 1200]]})],
        [("append_rows", {"sheet": "Rents", "rows": [["Station", 900]]}), ("inspect", {"sheet": "Rents"}), FINISH],
        [FINISH],
    ],
    "word": [
        [
            ("set_document", {"title": "Our rents"}),
            ("write", {"blocks": [{"type": "heading", "text": "Up", "level": 1}]}),
        ],
        [("write", {"blocks": [{"type": "paragraph", "text": "The **harbour** shop."}]}), ("inspect", {})],
        [("find_replace", {"find": "harbour", "replace": "station"})],
        [FINISH],
    ],
    "slides": [
        [("write_slides", {"slides": [{"layout": "cover", "title": "Our rents"}]})],
        [
            (
                "write_slides",
                {"slides": [{"layout": "content", "title": "Rents rise", "points": ["Harbour", "Station"]}]},
            ),
            ("inspect", {"slide": 2}),
        ],
        [("replace_text", {"find": "Harbour", "replace": "Castle"})],
        [FINISH],
    ],
}


def written_by_script(document_format: Format) -> Player:
    """A model that costs 100,000 tokens of input and 1,000 of output for each reply."""
    usage = {"input_tokens": 100_000, "output_tokens": 1_000}
    replies = [
        {"tool_calls": [{"name": name, "arguments": arguments} for name, arguments in calls], "usage": usage}
        for calls in WRITING[document_format]
    ]
    return Player(Recording.model_validate({"request": {"format": document_format, "prompt": ""}, "replies": replies}))


@pytest.mark.parametrize("before", [True, False], ids=["before its second save", "after its first"])
@pytest.mark.parametrize("document_format", WRITING)
def test_workers_killed_at_every_step_leave_the_same_document_and_price(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch, document_format: Format, before: bool
) -> None:
    """Each worker gets one step further than the one before it, whether the step was a reply or a tool call."""
    monkeypatch.setenv("MODEL_PROVIDER", "openai")  # a deployment that writes all formats
    forget_settings()
    monkeypatch.setattr(work, "model_for", lambda *_: written_by_script(document_format))
    request = GenerateRequest(prompt="Our rents", file_name="Rents")

    def accepted(org: str, uid: str, now: float) -> Task:
        return service.generate(request, document_format, caller(org, uid), request_id="req-1", now=now).task

    undisturbed = finish(accepted("Acme", "user-1", time.time()))
    task = accepted("Other", "user-2", seconds_of(undisturbed.created_at))
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    workers, finished = 0, False
    while not finished:
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Killed):
            kill_after(patch, object_store, "write_checkpoint", 2 if before else 1, before=before)
            finished = work.work(ref)
        workers += 1

    replies = len(WRITING[document_format])
    calls = sum(len(made) for made in WRITING[document_format])
    assert workers >= replies + calls
    done = finish(task)
    assert done.credits_used == undisturbed.credits_used > 100
    assert workbook_of(done) == workbook_of(undisturbed)


def test_the_model_is_that_of_the_purpose_and_of_the_tier_at_acceptance(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    def model_for(purpose: Purpose, tier: TierName | None) -> Player:
        asked.append((purpose, tier))
        return written_by_script("excel")

    monkeypatch.setattr(work, "model_for", model_for)
    finish(accept_now())
    assert asked == [("write", "free")]


@pytest.mark.parametrize("step", ["verify", "publish", "settle"])
@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_a_death_in_a_later_state_is_made_good_by_its_retry(
    aws: None, executions: FakeExecutions, step: str, before: bool
) -> None:
    task = accept_now()
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    while not work.work(ref):
        pass
    function = {"verify": (object_store, "write_candidate"), "publish": (object_store, "publish_candidate")}.get(
        step, (store, "settle")
    )
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, *function, 1, before=before)
        with pytest.raises(Killed):
            verify_publish_and_settle(ref)
    work_left = store.get_task(ref.org_id, ref.task_id)
    assert work_left is not None
    if work_left.status != "completed":
        verify_publish_and_settle(ref)
    assert balances(ref.org_id) == (200 - (finish_credits := _credits(task)), 0, 0)
    assert finish_credits >= 1


def verify_publish_and_settle(ref: TaskRef) -> None:
    work.verify_document(ref)
    lifecycle.settle(ref, lifecycle.publish(ref))


def _credits(task: Task) -> int:
    done = store.get_task(task.org_id, task.task_id)
    assert done is not None
    assert done.status == "completed"
    return done.credits_used


def spending(tokens: int) -> Callable[..., int]:
    """A price list by which the work has cost so much."""
    return lambda *_: tokens


def test_the_hold_grows_even_if_the_worker_died_right_after_its_last_save(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = accept_now()
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    monkeypatch.setattr(work, "price_credits", spending(150))
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, store, "grow_hold", 1, before=True)
        with pytest.raises(Killed):
            work.work(ref)
    assert finish(task).credits_used == 150


def test_work_that_outgrows_the_credits_ends_with_what_it_has(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "price_credits", lambda checkpoint: 25 * checkpoint.tool_calls)
    done = finish(accept_now())
    assert done.status == "completed"
    assert done.credits_used == 200
    assert done.outcome is not None
    assert "credits_exhausted" in [warning.code for warning in done.outcome.warnings]
    assert balances(done.org_id) == (0, 0, 0)


def test_calls_that_were_paid_for_are_executed_though_slice_and_credits_are_over(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLICE_SECONDS", "0.000001")
    monkeypatch.setenv("MODEL_PROVIDER", "openai")
    forget_settings()
    monkeypatch.setattr(work, "model_for", lambda *_: written_by_script("excel"))
    monkeypatch.setattr(work, "price_credits", lambda checkpoint: 150 * sum(used.requests for used in checkpoint.usage))
    done = finish(accept_now())
    kept = work.CheckpointFile(store.ref_of(done)).checkpoint
    assert kept is not None
    assert kept.credits_exhausted
    assert sum(used.requests for used in kept.usage) == 2, "nothing more was asked of the model"
    assert kept.messages[-1]["kind"] == "request", "no call is left without its answer"
    rents = openpyxl.load_workbook(io.BytesIO(workbook_of(done)))["Rents"]
    assert "Harbour" in {cell.value for row in rents.iter_rows() for cell in row}


def test_work_whose_credits_end_before_anything_is_written_fails_and_says_so(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "price_credits", spending(5_000))
    task = accept_now()
    with pytest.raises(CreditsExhausted) as caught:
        finish(task)
    error = lifecycle.task_error("CreditsExhausted", json.dumps({"errorMessage": str(caught.value)}))
    assert (error.code, error.message) == (
        "insufficient_credits",
        "Insufficient credits. Required: 5000, balance: 200.",
    )
    lifecycle.fail(store.ref_of(task), error)
    assert balances(task.org_id) == (200, 0, 0)


def test_no_model_is_asked_past_what_the_credits_cover(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hold grows step by step, not only at the end of a slice."""
    held: list[int] = []
    grow = store.grow_hold

    def watched(task: Task, price_credits: int, *, now: float) -> bool:
        held.append(price_credits)
        return grow(task, price_credits, now=now)

    monkeypatch.setattr(store, "grow_hold", watched)
    monkeypatch.setattr(work, "price_credits", lambda checkpoint: 25 * checkpoint.tool_calls)
    finish(accept_now())
    assert held[:3] == [25, 50, 75]
    assert max(held) <= 200 + 25 * 10, "the calls of one reply at most lie past the balance of 200"


def test_a_slice_that_runs_out_of_time_is_followed_by_another(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLICE_SECONDS", "0.000001")
    forget_settings()
    task = accept_now()
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    slices = 1
    while not work.work(ref):
        slices += 1
    assert slices > 3


def test_progress_never_goes_back(aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    report = store.report_progress

    def watched(ref: object, phase: object, progress: float, *, now: float) -> None:
        seen.append(progress)
        report(ref, phase, progress, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "report_progress", watched)
    finish(accept_now())
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] < 1


def test_a_task_that_was_ended_elsewhere_stops_at_its_next_step(aws: None, executions: FakeExecutions) -> None:
    task = accept_now()
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    with pytest.MonkeyPatch.context() as patch:
        write = object_store.write_checkpoint

        def write_then_end(*arguments: object, **named: object) -> str:
            store.fail(task, TaskError(code="internal_error", message="x"), now=0)
            return write(*arguments, **named)  # type: ignore[arg-type]

        patch.setattr(object_store, "write_checkpoint", write_then_end)
        with pytest.raises(TaskEnded):
            work.work(ref)


def test_a_task_past_its_deadline_times_out(aws: None, executions: FakeExecutions) -> None:
    task = accept(caller(), now=1_000_000_000, timeout_ms=10_000)
    store.start(store.ref_of(task), now=1_000_000_000)
    with pytest.raises(TaskTimedOut):
        work.work(store.ref_of(task))


def test_a_worker_beside_a_newer_one_stops(aws: None, executions: FakeExecutions) -> None:
    ref = store.ref_of(accept_now())
    lifecycle.prepare(ref)
    old, new = work.CheckpointFile(ref), work.CheckpointFile(ref)
    new.save(Checkpoint())
    with pytest.raises(StaleWorker):
        old.save(Checkpoint())


def test_findings_go_back_to_the_agent_a_few_times_and_are_then_repaired(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding(code="formula_error", message="#DIV/0!", severity="error", location="Budget!C7")
    caveat = Finding(code="repaired", message="Emptied a failing formula.", severity="warning", location="Budget!C7")
    repairs: list[int] = []

    def verify(*_: object) -> list[Finding]:
        return [] if repairs else [finding]

    def repair(_engine: object, workbook: object, _findings: object) -> tuple[object, list[Finding]]:
        repairs.append(1)
        return workbook, [caveat]

    monkeypatch.setattr(ExcelEngine, "verify", verify)
    monkeypatch.setattr(ExcelEngine, "repair", repair)
    done = finish(accept_now())
    assert done.outcome is not None
    assert [warning.code for warning in done.outcome.warnings] == ["repaired"]
    checkpoint = work.CheckpointFile(store.ref_of(done)).checkpoint
    assert checkpoint is not None
    assert checkpoint.mend_rounds == work.MAX_MEND_ROUNDS


def test_what_was_repaired_is_told_even_if_the_worker_dies_right_after(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = Finding(code="formula_error", message="#DIV/0!", severity="error", location="Budget!C7")
    caveat = Finding(code="repaired", message="Emptied a failing formula.", severity="warning", location="Budget!C7")
    repaired: list[int] = []
    monkeypatch.setattr(work, "MAX_MEND_ROUNDS", 0)
    monkeypatch.setattr(ExcelEngine, "verify", lambda *_: [] if repaired else [finding])
    monkeypatch.setattr(ExcelEngine, "repair", lambda _, workbook, __: (repaired.append(1), (workbook, [caveat]))[1])
    task = accept_now()
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    while not work.work(ref):
        pass
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, object_store, "write_candidate", 1, before=True)
        with pytest.raises(Killed):
            work.verify_document(ref)
    done = finish(task)
    assert done.outcome is not None
    assert [warning.code for warning in done.outcome.warnings] == ["repaired"]


def test_a_second_turn_goes_on_with_the_document(aws: None, executions: FakeExecutions) -> None:
    first = finish(accept_now())
    by = caller("Helper", uid="user-9")
    same_org = by.model_copy(update={"org_id": first.org_id, "creator_uid": first.creator_uid})
    second = finish(accept(same_org, now=time.time(), run_id=first.run_id, prompt="Change the currency to EUR"))
    assert second.version == 2
    run = store.get_run(first.org_id, first.run_id)
    assert run is not None
    assert (run.version, run.credits_used) == (2, first.credits_used + second.credits_used)
    before, after = (openpyxl.load_workbook(io.BytesIO(workbook_of(task))) for task in (first, second))
    assert before.sheetnames == after.sheetnames
    assert workbook_of(first) != workbook_of(second)


def test_the_bytes_of_a_documents_package_lie_beside_its_checkpoint(aws: None, executions: FakeExecutions) -> None:
    ref = store.ref_of(accept_now())
    file = work.CheckpointFile(ref)
    checkpoint = Checkpoint()
    for package in (b"first", b"second", b"second"):
        checkpoint.keep(StoredDocument({}, package))
        file.save(checkpoint)
    found = work.CheckpointFile(ref).checkpoint
    assert found is not None
    assert found.stored_document == StoredDocument({}, b"second")
    stored = clients.s3().list_objects_v2(Bucket="documents", Prefix=f"org/{ref.org_id}/runs/{ref.run_id}/")["Contents"]
    assert sum("/packages/" in entry["Key"] for entry in stored) == 2


def test_a_model_is_not_asked_for_longer_than_the_task_may_last(aws: None) -> None:
    assert work._limits(1_000).request_timeout_seconds == 240
    assert work._limits(30).request_timeout_seconds == 30
    assert work._limits(-1).request_timeout_seconds == 5  # the deadline itself ends the task, not a model's time-out


def unpaid_credits(caplog: pytest.LogCaptureFixture) -> list[int]:
    return [vars(line)["price_credits"] for line in caplog.records if line.getMessage() == "work_unpaid"]


def begun_and_dead(ref: TaskRef) -> None:
    """Work that has cost something, and whose worker has died."""
    lifecycle.prepare(ref)
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, object_store, "write_checkpoint", 4, before=False)
        with pytest.raises(Killed):
            work.work(ref)


def test_work_that_fails_is_told_once_and_where_it_ends_with_what_it_would_have_cost(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ref = store.ref_of(accept_now())
    begun_and_dead(ref)
    monkeypatch.setattr(work.loop, "run_slice", failing)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            work.work(ref)
    assert unpaid_credits(caplog) == [], "the machine may try again"
    state = {**ref.model_dump(), "failure": {"Error": "ProviderUnavailable"}}
    for _ in range(2):
        step_fail(state, None)
    [price] = unpaid_credits(caplog)
    assert price >= 1


def test_a_cancelled_worker_tells_what_it_would_have_cost(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ref = store.ref_of(accept_now())
    begun_and_dead(ref)
    report = store.report_progress

    def cancelled_meanwhile(*given: Any, **named: Any) -> None:
        task = store.get_task(ref.org_id, ref.task_id)
        assert task is not None
        if not task.is_terminal:
            store.cancel(task, now=time.time())
        report(*given, **named)

    monkeypatch.setattr(store, "report_progress", cancelled_meanwhile)
    with pytest.raises(TaskEnded):
        work.work(ref)
    assert len(unpaid_credits(caplog)) == 1


def test_a_task_that_cost_nothing_is_not_told_of(
    aws: None, executions: FakeExecutions, caplog: pytest.LogCaptureFixture
) -> None:
    ref = store.ref_of(accept_now())
    step_fail({**ref.model_dump(), "failure": {"Error": "InputGone", "Cause": "{}"}}, None)
    assert unpaid_credits(caplog) == []


def test_an_outline_is_told_once_though_its_last_slice_is_repeated(
    aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "price_credits", lambda _: 3)  # the built-in author costs nothing
    request = OutlineRequest.model_validate({"prompt": "Why our harbour café pays back"})
    ref = store.ref_of(service.outline(request, caller(), request_id="r", now=time.time()).task)
    lifecycle.prepare(ref)
    with pytest.MonkeyPatch.context() as patch:
        kill_after(patch, object_store, "write_outcome", 1, before=True)
        with pytest.raises(Killed):
            work.work(ref)
    while not work.work(ref):
        pass
    assert unpaid_credits(caplog) == []
    for _ in range(2):
        lifecycle.settle(ref, None)
    assert unpaid_credits(caplog) == [3]


def failing(*_: object, **__: object) -> None:
    raise RuntimeError("the model's provider is on fire")


def test_a_run_has_a_last_turn(aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_TURNS", 1)
    first = finish(accept_now())
    by = caller("Helper", uid="user-9").model_copy(update={"org_id": first.org_id, "creator_uid": first.creator_uid})
    with pytest.raises(Conflict, match="has had 1 turns"):
        accept(by, now=seconds_of(first.created_at), run_id=first.run_id, prompt="Change the currency to EUR")


# --- a further turn, from whatever the current version is ---


def follow(first: Task, prompt: str) -> Task:
    """A further turn of a run, accepted."""
    import time

    by = caller("Helper", uid=f"user-{prompt}").model_copy(
        update={"org_id": first.org_id, "creator_uid": first.creator_uid}
    )
    return accept(by, now=time.time(), run_id=first.run_id, prompt=prompt)


def run_of(task: Task) -> Run:
    found = store.get_run(task.org_id, task.run_id)
    assert found is not None
    return found


@functools.cache  # what writes it notes the time
def edited_bytes(data: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    [cell] = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == 2400]
    cell.value = 2345
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def edit_by_hand(first: Task) -> None:
    """Makes a version as an editor does, of other bytes: the rent is 2,345 in it and not 2,400."""
    run = run_of(first)
    version = store.get_version(run.org_id, run.run_id, run.version)
    assert version is not None
    body = edited_bytes(object_store.read_version(run.org_id, version))
    key = f"org/{run.org_id}/runs/{run.run_id}/v{run.version + 1}/edited.xlsx"
    clients.s3().put_object(Bucket="documents", Key=key, Body=body)
    edited = version.model_copy(
        update={
            "number": run.version + 1,
            "object_key": key,
            "sha256": hashlib.sha256(body).hexdigest(),
            "size_bytes": len(body),
        }
    )
    version_store.restore(run, edited, None, now=seconds_of(first.created_at))


def told_to_the_model(task: Task) -> str:
    checkpoint = work.CheckpointFile(store.ref_of(task)).checkpoint
    assert checkpoint is not None
    return json.dumps(checkpoint.messages, ensure_ascii=False)


def values_of(task: Task) -> set[object]:
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(task)))
    return {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def test_a_turn_after_an_edit_by_hand_keeps_the_edit_and_knows_of_it(aws: None, executions: FakeExecutions) -> None:
    first = finish(accept_now())
    edit_by_hand(first)
    second = finish(follow(first, "Rename the sheet Summary to Plan"))

    assert second.version == 3
    assert 2345 in values_of(second)
    assert 2400 not in values_of(second)
    assert "Plan" in openpyxl.load_workbook(io.BytesIO(workbook_of(second))).sheetnames
    told = told_to_the_model(second)
    assert "2400" in told.partition("<changes>")[2].partition("</changes>")[0]
    assert "→" in told


def test_a_turn_after_a_restore_begins_with_what_was_restored_and_all_that_was_said(
    aws: None, executions: FakeExecutions
) -> None:
    first = finish(accept_now())
    second = finish(follow(first, "Rename the sheet Summary to Plan"))
    by = caller("Owner", uid="user-8").model_copy(update={"org_id": first.org_id, "creator_uid": first.creator_uid})
    versions.restore(first.run_id, 1, by, now=seconds_of(first.created_at))
    third = finish(follow(first, "Change the currency to EUR"))

    assert (second.version, third.version, third.base_version) == (2, 4, 3)
    assert third.base_task_id == second.task_id
    assert "Plan" not in openpyxl.load_workbook(io.BytesIO(workbook_of(third))).sheetnames
    told = told_to_the_model(third)
    assert "Turn 1, request: A 12-month budget for a bakery" in told
    assert "Sheet 'Summary' (was Sheet 'Plan')" in told.partition("<changes>")[2].partition("</changes>")[0]
    checkpoint = work.CheckpointFile(store.ref_of(third)).checkpoint
    assert checkpoint is not None
    assert checkpoint.package is None, "the document is ours still, not one that was opened"


def test_a_turn_after_restoring_an_edited_version_opens_that(aws: None, executions: FakeExecutions) -> None:
    first = finish(accept_now())
    edit_by_hand(first)
    finish(follow(first, "Rename the sheet Summary to Plan"))
    by = caller("Owner", uid="user-8").model_copy(update={"org_id": first.org_id, "creator_uid": first.creator_uid})
    versions.restore(first.run_id, 2, by, now=seconds_of(first.created_at))
    last = finish(follow(first, "Change the currency to EUR"))
    assert 2345 in values_of(last)
    assert "Plan" not in openpyxl.load_workbook(io.BytesIO(workbook_of(last))).sheetnames


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_further_turn_killed_at_any_save_leaves_the_same_document_and_price(
    aws: None, executions: FakeExecutions, count: int
) -> None:
    def story(*, disturbed: bool) -> Task:
        first = finish(accept(caller(f"Org {disturbed}", uid=f"user-{disturbed}"), now=now, prompt=prompt))
        edit_by_hand(first)
        by = caller("Helper", uid=f"h-{disturbed}").model_copy(
            update={"org_id": first.org_id, "creator_uid": first.creator_uid}
        )
        task = accept(by, now=now, run_id=first.run_id, prompt="Rename the sheet Summary to Plan")
        if disturbed:
            lifecycle.prepare(store.ref_of(task))
            with pytest.MonkeyPatch.context() as patch:
                kill_after(patch, object_store, "write_checkpoint", count, before=bool(count % 2))
                with pytest.raises(Killed):
                    work.work(store.ref_of(task))
        return finish(task)

    import time

    prompt, now = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each", time.time()
    undisturbed, disturbed = story(disturbed=False), story(disturbed=True)
    assert disturbed.credits_used == undisturbed.credits_used
    assert workbook_of(disturbed) == workbook_of(undisturbed)
