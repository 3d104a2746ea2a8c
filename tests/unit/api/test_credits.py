"""The credits endpoints, the places of those who wait, and what requests cost in calls."""

from __future__ import annotations

import io
import json
import time

import pytest

from overten.accounts import admin_store
from overten.accounts import service as accounts
from overten.accounts.models import NewKey, Org, User
from overten.aws import dynamo
from overten.config import forget_settings
from overten.documents.models import Statistics
from overten.operator import service as operator
from overten.operator.actions import Request
from overten.runs import lifecycle, object_store, open_tasks, open_tasks_store, store, waiters_store
from overten.runs.models import Candidate, Outcome
from tests.unit.api.gateway import Answer, call
from tests.unit.conftest import AwsCalls
from tests.unit.runs.conftest import FakeExecutions

UNKNOWN_RUN = "run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"


def generate(secret: str, **body: object) -> Answer:
    return call("excel_generate", credential=secret, body={"prompt": "A budget", "async": True, **body})


def complete(org: Org, accepted: Answer, *, price_credits: int = 2) -> None:
    """Does a run's work, as far as storage and the ledger see it."""
    task = store.get_task(org.org_id, accepted.json["task_id"])
    assert task is not None
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    outcome = Outcome(title="Budget", file_name="Budget.xlsx", summary="Made.", statistics=Statistics(sheets=1))
    object_store.write_candidate(task, b"workbook", Candidate(outcome=outcome, price_credits=price_credits))
    lifecycle.settle(ref, lifecycle.publish(ref))


def ledger(secret: str, **query: str) -> Answer:
    return call("credits_ledger", credential=secret, query=query or None)


def operate(action: str, org: Org, **fields: object) -> None:
    operator.perform(Request.model_validate({"action": action, "org_id": org.org_id, **fields}).root, now=time.time())


def mates_key(org: Org) -> str:
    """A personal key of another member."""
    admin_store.put_member(org, "mate", "member", now=time.time())
    return accounts.mint_key(User(uid="mate"), org, name="mate", scope="personal", now=time.time()).secret


def test_the_balance_and_the_ledger_tell_the_same(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    org, minted = signed_up
    done, going = generate(secret), generate(secret)
    complete(org, done)
    operate("grant", org, credits=50, note="pilot", reference="inv-42", by="jo")
    assert call("credits_get", credential=secret).json == {"available": 243, "held": 5}
    entries = ledger(secret).json["entries"]
    assert sum(entry["available_delta"] for entry in entries) == 243
    assert sum(entry["held_delta"] for entry in entries) == 5
    assert [entry["kind"] for entry in entries][:1] == ["grant"]
    assert sorted(entry["kind"] for entry in entries) == ["charge", "grant", "grant", "hold", "hold", "release"]
    assert set(entries[0]) == {
        "entry_id", "kind", "available_delta", "held_delta", "created_at", "run_id", "task_id", "key_id", "note",
    }  # fmt: skip
    assert (entries[0]["note"], entries[0]["run_id"]) == ("pilot", None)
    of_run = ledger(secret, run_id=going.json["run_id"]).json
    assert [(entry["kind"], entry["task_id"], entry["key_id"]) for entry in of_run["entries"]] == [
        ("hold", going.json["task_id"], minted.key.key_id)
    ]
    assert of_run["next_cursor"] is None


def test_pages_go_back_in_time_and_do_not_move(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    org = signed_up[0]
    for number in range(4):
        operate("grant", org, credits=1, note=f"n{number}", reference=f"r{number}")
        time.sleep(0.002)  # a ULID orders milliseconds
    first = ledger(secret, limit="2").json
    operate("grant", org, credits=1, note="new", reference="new")
    second = ledger(secret, limit="2", cursor=first["next_cursor"]).json
    last = ledger(secret, limit="2", cursor=second["next_cursor"]).json
    notes = [entry["note"] for page in (first, second, last) for entry in page["entries"]]
    assert notes == ["n3", "n2", "n1", "n0", "starting credits"]
    assert last["next_cursor"] is None


def test_a_rare_run_gives_short_pages_that_go_on(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = generate(secret).json["run_id"]
    for number in range(5):
        operate("grant", signed_up[0], credits=1, note="n", reference=f"r{number}")
    monkeypatch.setattr("overten.credits.service.MAX_EXAMINED_ENTRIES", 3)
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = ledger(secret, run_id=run_id, **({"cursor": cursor} if cursor else {})).json
        found, cursor, pages = found + page["entries"], page["next_cursor"], pages + 1
    assert [entry["kind"] for entry in found] == ["hold"]
    assert pages == 3


def test_a_personal_key_sees_the_entries_of_its_creators_work_only(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    mate = mates_key(signed_up[0])
    mine, theirs = generate(secret).json["run_id"], generate(mate).json["run_id"]
    assert [entry["run_id"] for entry in ledger(mate).json["entries"]] == [theirs]
    assert ledger(mate, run_id=mine).text == ledger(mate, run_id=UNKNOWN_RUN).text
    assert {entry["run_id"] for entry in ledger(secret).json["entries"]} == {mine, theirs, None}
    assert call("credits_get", credential=mate).json == call("credits_get", credential=secret).json


def test_another_orgs_run_looks_like_one_that_does_not_exist(
    secret: str, foreign_secret: str, aws_calls: AwsCalls
) -> None:
    run_id = generate(secret).json["run_id"]
    answers = []
    for asked in (run_id, UNKNOWN_RUN):
        aws_calls.clear()
        answers.append((ledger(foreign_secret, run_id=asked).text, aws_calls[-1], len(aws_calls) <= 3))
    assert answers[0] == answers[1]
    assert json.loads(answers[0][0]) == {"entries": [], "next_cursor": None}


@pytest.mark.parametrize("function", ["credits_get", "credits_ledger"])
def test_who_may_not_ask(secret: str, signed_up: tuple[Org, NewKey], function: str) -> None:
    assert call(function).status == 401
    operate("suspend", signed_up[0])
    refused = call(function, credential=secret)
    assert (refused.status, refused.json["error"]) == (403, "forbidden")
    operate("reinstate", signed_up[0])
    assert call(function, credential=secret).status == 200


@pytest.mark.parametrize(
    ("query", "fragment"),
    [
        ({"limit": "0"}, "/query/limit"),
        ({"cursor": "nonsense"}, "/query/cursor"),
        ({"run_id": "x" * 65}, "/query/run_id"),
    ],
)
def test_bad_queries_name_their_field(secret: str, query: dict[str, str], fragment: str) -> None:
    answer = ledger(secret, **query)
    assert (answer.status, answer.json["error"]) == (422, "validation_error")
    assert fragment in answer.json["message"]


def test_what_could_not_be_charged_is_logged_for_the_operator(
    secret: str, signed_up: tuple[Org, NewKey], log: io.StringIO
) -> None:
    complete(signed_up[0], generate(secret), price_credits=4)
    assert "credits_uncollected" not in log.getvalue()
    complete(signed_up[0], generate(secret), price_credits=12)
    [line] = [json.loads(line) for line in log.getvalue().splitlines() if "credits_uncollected" in line]
    assert (line["price_credits"], line["charged_credits"], line["uncollected_credits"]) == (12, 5, 7)


# --- waiting, and being too many ---


def test_when_too_many_wait_a_caller_is_told_at_once_and_the_work_goes_on(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_SYNC_WAITERS", "1")
    forget_settings()
    assert waiters_store.take(1, expires_at=time.time() + 60, now=time.time())
    began = time.monotonic()
    answer = call("excel_generate", credential=secret, body={"prompt": "A budget", "idempotency_key": "once"})
    assert time.monotonic() - began < 2
    assert (answer.status, answer.json["error"]) == (408, "sync_timeout_upgrade_async")
    assert "Too many synchronous callers are waiting already" in answer.json["message"]
    complete(signed_up[0], answer)
    replayed = call("excel_generate", credential=secret, body={"prompt": "A budget", "idempotency_key": "once"})
    assert replayed.status == 200, "what is over needs no place"
    assert replayed.json["task_id"] == answer.json["task_id"]


def test_too_many_open_tasks_are_503_with_retry_after_and_nothing_written(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_OPEN_TASKS", "3")
    forget_settings()
    open_tasks_store.replace(3)
    answer = generate(secret, idempotency_key="once")
    assert (answer.status, answer.json["error"]) == (503, "service_unavailable")
    assert answer.headers["retry-after"] == "30"
    assert list(dynamo.query("runs", "pk = :pk", {":pk": signed_up[0].org_id})) == []
    open_tasks_store.replace(2)
    open_tasks.forget_reading()
    assert generate(secret, idempotency_key="once").status == 202


# --- calls ---


def test_requests_stay_within_their_budget_of_calls(
    secret: str, aws_calls: AwsCalls, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = time.time() // 60 * 60 + 5
    monkeypatch.setattr(time, "time", lambda: moment)
    call("verify", credential=secret)  # begins the key's minute, which costs one call more
    aws_calls.clear()
    call("verify", credential=secret)
    assert len(aws_calls) <= 2
    aws_calls.clear()
    accepted = generate(secret, idempotency_key="once")
    assert (accepted.status, len(executions.started)) == (202, 1)
    assert len([*aws_calls, "StartExecution"]) <= 6
    for function in ("credits_get", "credits_ledger"):
        aws_calls.clear()
        assert call(function, credential=secret).status == 200
        assert len(aws_calls) <= 2
