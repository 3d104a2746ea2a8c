"""Each endpoint as the gateway calls it: anonymous, another org's, bad input, and the happy path."""

from __future__ import annotations

import importlib
import inspect
import io
import time
from typing import Any

import pytest

from overten.accounts import service as accounts
from overten.accounts import store as accounts_store
from overten.accounts.models import NewKey, Org, User
from overten.aws import clients, dynamo
from overten.config import forget_settings
from overten.documents.models import Statistics
from overten.errors import ServiceUnavailable
from overten.runs import lifecycle, object_store, service, store
from overten.runs.models import Candidate, Outcome, Task, TaskError, TaskRef
from tests.unit.api.conftest import TokenOf
from tests.unit.api.gateway import Answer, call
from tests.unit.runs.conftest import FakeExecutions

KEYED = ["verify", "excel_generate", "tasks_get", "runs_list", "runs_get", "runs_download"]
KEYED += ["tasks_cancel", "runs_delete", "runs_versions_list", "runs_versions_restore"]
SIGNED_IN = ["signup", "organizations_list", "api_keys_create", "api_keys_list", "api_keys_revoke"]
RANDOM_RUN = "run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"
SUMMARY = "A budget for twelve months."


def generate(secret: str, **body: object) -> Answer:
    return call("excel_generate", credential=secret, body={"prompt": "A budget", "async": True, **body})


def complete(answer: Answer, signed_up: tuple[Org, NewKey], *, file_name: str = "Budget.xlsx") -> None:
    """Does a run's work, as far as storage and the ledger see it."""
    task = store.get_task(signed_up[0].org_id, answer.json["task_id"])
    assert task is not None
    ref = store.ref_of(task)
    lifecycle.prepare(ref)
    outcome = Outcome(title="Budget", file_name=file_name, summary=SUMMARY, statistics=Statistics(sheets=1))
    object_store.write_candidate(task, b"workbook", Candidate(outcome=outcome, price_credits=2))
    lifecycle.settle(ref, lifecycle.publish(ref))


def assert_error(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.json["success"], answer.json["error"]) == (status, False, code), answer.text
    assert answer.json["message"]
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("function", KEYED)
def test_without_a_key_every_keyed_route_is_401(aws: None, function: str) -> None:
    assert_error(call(function), 401, "invalid_api_key")
    assert_error(call(function, credential="sk_live_wrong"), 401, "invalid_api_key")
    assert_error(call(function, credential=None, body="{not json"), 401, "invalid_api_key")


@pytest.mark.parametrize("function", [*KEYED, *SIGNED_IN])
def test_nothing_of_a_request_runs_in_a_thread(function: str) -> None:
    """FastAPI would start one for each plain function, in each request anew."""
    [route] = importlib.import_module(function).router.routes
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        assert inspect.iscoroutinefunction(dependant.call) or inspect.isasyncgenfunction(dependant.call), dependant.call
        waiting += dependant.dependencies


@pytest.mark.parametrize("function", SIGNED_IN)
def test_without_a_token_every_signed_in_route_is_401_and_says_what_it_wants(token_of: TokenOf, function: str) -> None:
    for credential in (None, "sk_live_wrong"):
        answer = call(function, credential=credential)
        assert_error(answer, 401, "invalid_api_key")
        assert "Firebase ID token" in answer.json["message"]


@pytest.mark.parametrize("prefixed", [False, True], ids=["execute-api", "custom domain"])
def test_a_key_is_taken_from_either_header_and_path_shape(secret: str, prefixed: bool) -> None:
    for headers in ({"Authorization": f"Bearer {secret}"}, {"X-API-Key": secret}, {"x-api-key": secret}):
        answer = call("verify", headers=headers, prefixed=prefixed)
        assert answer.status == 200
        assert answer.json["valid"] is True


def test_signing_up_returns_the_secret_that_then_works(token_of: TokenOf) -> None:
    answer = call("signup", credential=token_of("newcomer"), body={"org_name": "New Org"})
    assert answer.status == 201
    assert set(answer.json) == {
        "org_id", "org_name", "tier", "key_id", "secret", "prefix", "webhook_secret", "credits",
    }  # fmt: skip
    verified = call("verify", credential=answer.json["secret"])
    assert verified.json["org_name"] == "New Org"
    assert verified.json["limits"] == {"requests_per_minute": 10, "concurrent_runs": 2, "upload_bytes": 10_485_760}
    assert verified.headers["x-ratelimit-limit"] == "10"
    assert verified.headers["x-ratelimit-remaining"] == "9"
    assert int(verified.headers["x-ratelimit-reset"]) > time.time()


@pytest.mark.parametrize(
    ("body", "status", "code", "fragment"),
    [
        ({}, 400, "invalid_request", "/org_name"),
        ({"org_name": "X"}, 422, "validation_error", "/org_name"),
        ({"org_name": "x" * 121}, 422, "validation_error", "/org_name"),
        ({"org_name": 5}, 422, "validation_error", "/org_name"),
        ({"org_name": "Fine", "tier": "gold"}, 400, "invalid_request", "/tier"),
        ({"org_name": "Fine", "tier": "pro"}, 403, "forbidden", "free"),
        ({"org_name": "Fine", "existing_org_id": "org_x"}, 422, "validation_error", "/existing_org_id"),
        ({"existing_org_id": "org_x"}, 404, "not_found", "organization"),
        ({"org_name": "Fine", "key_name": "k" * 81}, 422, "validation_error", "/key_name"),
        ("[]", 400, "invalid_request", "JSON object"),
        ("{", 400, "invalid_request", "JSON"),
        ('{"org_name": "\\ud800 lone"}', 422, "validation_error", "/org_name"),
    ],
)
def test_bad_sign_ups(token_of: TokenOf, body: Any, status: int, code: str, fragment: str) -> None:
    answer = call("signup", credential=token_of("newcomer"), body=body)
    assert_error(answer, status, code)
    assert fragment in answer.json["message"]


def test_a_second_org_of_the_same_name_is_409_with_its_id(token_of: TokenOf) -> None:
    first = call("signup", credential=token_of("newcomer"), body={"org_name": "New Org"})
    second = call("signup", credential=token_of("newcomer"), body={"org_name": "new  ORG"})
    assert_error(second, 409, "conflict")
    assert second.json["org_id"] == first.json["org_id"]


def test_a_member_signs_up_to_an_org_they_belong_to(token_of: TokenOf) -> None:
    first = call("signup", credential=token_of("newcomer"), body={"org_name": "New Org"})
    again = call("signup", credential=token_of("newcomer"), body={"existing_org_id": first.json["org_id"]})
    assert again.status == 201
    assert again.json["secret"] != first.json["secret"]


def test_a_user_sees_the_orgs_they_belong_to_and_no_others(token_of: TokenOf) -> None:
    names = ["First", "Second"]
    made = [call("signup", credential=token_of("newcomer"), body={"org_name": name}).json["org_id"] for name in names]
    call("signup", credential=token_of("somebody"), body={"org_name": "Third"})
    listed = call("organizations_list", credential=token_of("newcomer"))
    assert [(org["org_id"], org["org_name"], org["role"]) for org in listed.json["organizations"]] == [
        (org_id, name, "owner") for org_id, name in zip(made, names, strict=True)
    ]


def test_keys_are_minted_listed_and_revoked(token_of: TokenOf) -> None:
    token = token_of("newcomer")
    org = {"org_id": call("signup", credential=token, body={"org_name": "New Org"}).json["org_id"]}
    minted = call("api_keys_create", credential=token, path=org, body={"name": "second", "scope": "personal"})
    assert minted.status == 201
    assert set(minted.json) == {"key_id", "name", "prefix", "scope", "created_at", "secret"}
    listed = call("api_keys_list", credential=token, path=org, query={"limit": "1"})
    assert [key["name"] for key in listed.json["api_keys"]] == ["default"]
    assert "secret" not in listed.text
    rest = call("api_keys_list", credential=token, path=org, query={"cursor": listed.json["next_cursor"]})
    assert [key["name"] for key in rest.json["api_keys"]] == ["second"]
    assert rest.json["next_cursor"] is None
    for _ in range(2):
        revoked = call("api_keys_revoke", credential=token, path={**org, "key_id": minted.json["key_id"]})
        assert (revoked.status, revoked.text) == (204, "")
    assert_error(call("verify", credential=minted.json["secret"]), 401, "invalid_api_key")
    for function in ("api_keys_list", "api_keys_create", "api_keys_revoke"):
        stranger = call(function, credential=token_of("stranger"), path={"key_id": "key_x", **org}, body={})
        assert_error(stranger, 404, "not_found")


def test_an_async_run_is_accepted_polled_and_downloaded(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    accepted = generate(secret)
    assert accepted.status == 202
    assert accepted.json["status"] == "queued"
    task_id = accepted.json["task_id"]
    assert accepted.json["poll_url"] == f"https://api.example.com/api/v1/tasks/{task_id}"
    queued = call("tasks_get", credential=secret, path={"task_id": task_id})
    assert queued.json["status"] == "queued"
    assert "result" not in queued.json
    complete(accepted, signed_up, file_name="Übersicht.xlsx")
    done = call("tasks_get", credential=secret, path={"task_id": task_id}).json
    assert (done["status"], done["progress"], done["credits_used"]) == ("completed", 1.0, 2)
    assert done["result"]["summary"] == SUMMARY
    assert done["result"]["edit_url"] is None
    assert "error" not in done
    token = done["result"]["download_url"].partition("?token=")[2]
    run = {"run_id": accepted.json["run_id"]}
    for found in (
        call("runs_download", path=run, query={"token": token}),
        call("runs_download", credential=secret, path=run),
    ):
        assert found.status == 302
        assert "attachment" in found.headers["location"]
        assert "%25C3%259Cbersicht.xlsx" in found.headers["location"]
    verified = call("verify", credential=secret)
    assert verified.json["credits"] == 198


def test_a_sync_run_waits_for_its_result(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(task: Task, _deadline: float) -> Task:
        ids = Answer(202, {}, f'{{"run_id": "{task.run_id}", "task_id": "{task.task_id}"}}')
        complete(ids, signed_up)
        return store.get_task(task.org_id, task.task_id) or task

    monkeypatch.setattr("overten.runs.service.wait_for", work)
    answer = call("excel_generate", credential=secret, body={"prompt": "A budget"})
    assert answer.status == 200
    assert set(answer.json) == {
        "run_id", "task_id", "status", "format", "file_name", "download_url", "edit_url", "summary", "warnings",
        "statistics", "credits_used", "duration_ms",
    }  # fmt: skip
    assert answer.json["edit_url"] is None


def test_a_sync_run_past_its_ceiling_is_408_with_both_ids(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    from overten.config import forget_settings

    monkeypatch.setenv("SYNC_CEILING_SECONDS", "3")
    forget_settings()
    began = time.monotonic()
    answer = call("excel_generate", credential=secret, body={"prompt": "A budget"})
    assert time.monotonic() - began < 3
    assert_error(answer, 408, "sync_timeout_upgrade_async")
    complete(answer, signed_up)
    done = call("tasks_get", credential=secret, path={"task_id": answer.json["task_id"]})
    assert done.json["status"] == "completed"


def test_a_sync_run_that_fails_answers_its_failure(
    secret: str, signed_up: tuple[Org, NewKey], executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overten.runs.service._FIRST_POLL_SECONDS", 0.01)

    def break_it(ref: TaskRef) -> None:
        lifecycle.fail(ref, TaskError(code="upstream_error", message="The model is away."))

    monkeypatch.setattr("overten.runs.execution_store.start", break_it)
    answer = call("excel_generate", credential=secret, body={"prompt": "A budget"})
    assert_error(answer, 502, "upstream_error")
    assert answer.json["run_id"].startswith("run_")
    assert answer.json["task_id"].startswith("task_")
    polled = call("tasks_get", credential=secret, path={"task_id": answer.json["task_id"]}).json
    assert polled["error"] == {"code": "upstream_error", "message": "The model is away."}
    assert polled["credits_used"] == 0


@pytest.mark.parametrize(
    ("body", "status", "code", "fragment"),
    [
        ({}, 400, "invalid_request", "/prompt"),
        ({"prompt": ""}, 422, "validation_error", "/prompt"),
        ({"prompt": "   "}, 422, "validation_error", "/prompt"),
        ({"prompt": "x" * 10_001}, 422, "validation_error", "/prompt"),
        ({"prompt": 7}, 422, "validation_error", "/prompt"),
        ({"prompt": None}, 422, "validation_error", "/prompt"),
        ({"prompt": "x", "async": "yes"}, 422, "validation_error", "/async"),
        ({"prompt": "x", "mode": "think"}, 400, "invalid_request", "/mode"),
        ({"prompt": "x", "mode": "ask"}, 400, "invalid_request", "ask"),
        ({"prompt": "x", "timeout_ms": 9_999}, 422, "validation_error", "/timeout_ms"),
        ({"prompt": "x", "timeout_ms": "20000"}, 422, "validation_error", "/timeout_ms"),
        ({"prompt": "x", "brand": {"primary_color": "red"}}, 422, "validation_error", "/brand/primary_color"),
        ({"prompt": "x", "run_id": "run_a", "init_file": "file_a"}, 422, "validation_error", "/init_file"),
        ({"prompt": "x", "run_id": RANDOM_RUN}, 404, "not_found", "run"),
        ({"prompt": "x", "init_file": "file_a"}, 404, "not_found", "/init_file"),
        ({"prompt": "x", "data_sources": [{"file_id": "file_a"}]}, 404, "not_found", "/data_sources/0"),
        ({"prompt": "x", "data_sources": [{}]}, 400, "invalid_request", "/data_sources/0/file_id"),
        ({"prompt": "x", "context_files": ["file_a"]}, 404, "not_found", "/context_files/0"),
        ({"prompt": "x", "context_files": [5]}, 422, "validation_error", "/context_files/0:"),
        ({"prompt": "x", "context_files": [{}]}, 400, "invalid_request", "/context_files/0/file_id"),
        ({"prompt": "x", "webhook_url": "http://example.com/h"}, 422, "validation_error", "/webhook_url"),
        ({"prompt": "x", "webhook_url": "https://10.0.0.1/h"}, 422, "validation_error", "/webhook_url"),
        ({"prompt": "x", "idempotency_key": "k" * 256}, 422, "validation_error", "/idempotency_key"),
        ("{", 400, "invalid_request", "JSON"),
        ("[1]", 400, "invalid_request", "JSON object"),
        ('"text"', 400, "invalid_request", "JSON object"),
    ],
)
def test_bad_requests_are_refused_and_cost_nothing(
    secret: str, signed_up: tuple[Org, NewKey], body: Any, status: int, code: str, fragment: str
) -> None:
    answer = call("excel_generate", credential=secret, body=body)
    assert_error(answer, status, code)
    assert fragment in answer.json["message"]
    assert answer.headers["x-ratelimit-remaining"] == "9"
    org = accounts_store.get_org(signed_up[0].org_id)
    assert org is not None
    assert (org.held, org.running) == (0, 0)


def test_a_body_of_another_kind_is_told_which_header_it_needs(secret: str) -> None:
    form = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-www-form-urlencoded"}
    event_body = '{"prompt": "A budget"}'
    answer = call("excel_generate", headers=form, raw_body=event_body)
    assert_error(answer, 400, "invalid_request")
    assert "Content-Type: application/json" in answer.json["message"]


@pytest.mark.parametrize(
    ("credential", "told"),
    [
        (None, "Missing"),
        ("sk_live_" + "x" * 28, "form or its checksum"),
        ("sk_live_00000000000000000000000K3vO8", "unknown or has been revoked"),
    ],
)
def test_a_refused_key_is_told_why(aws: None, credential: str | None, told: str) -> None:
    answer = call("verify", credential=credential)
    assert_error(answer, 401, "invalid_api_key")
    assert told in answer.json["message"]


def test_the_longest_prompt_and_unknown_fields_are_fine(secret: str) -> None:
    assert generate(secret, prompt="x" * 10_000, some_new_field={"a": 1}).status == 202


def test_idempotency_keys_of_header_and_body(secret: str) -> None:
    first = generate(secret, idempotency_key="once")
    header = call(
        "excel_generate",
        credential=secret,
        headers={"Idempotency-Key": "once"},
        body={"prompt": "A budget", "async": True},
    )
    assert header.json["task_id"] == first.json["task_id"]
    assert header.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    both = call(
        "excel_generate",
        credential=secret,
        headers={"Idempotency-Key": "one"},
        body={"prompt": "A budget", "idempotency_key": "two"},
    )
    assert_error(both, 422, "validation_error")
    overlong = call("excel_generate", credential=secret, headers={"Idempotency-Key": "k" * 256}, body={"prompt": "x"})
    assert_error(overlong, 422, "validation_error")
    assert overlong.json["message"].startswith("/headers/Idempotency-Key")
    assert_error(generate(secret, prompt="Another", idempotency_key="once"), 409, "conflict")


def test_without_credits_402_says_what_is_needed(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    dynamo.update(
        "orgs",
        {"pk": signed_up[0].org_id, "sk": "ORG"},
        "SET available = :left",
        condition="attribute_exists(pk)",
        values={":left": 3},
    )
    answer = generate(secret)
    assert_error(answer, 402, "insufficient_credits")
    assert answer.json["message"] == "Insufficient credits. Required: 5, balance: 3."


def test_the_eleventh_request_of_a_minute_is_429(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = time.time() // 60 * 60 + 5
    monkeypatch.setattr(time, "time", lambda: moment)
    answers = [call("verify", credential=secret) for _ in range(11)]
    assert [answer.status for answer in answers] == [200] * 10 + [429]
    assert_error(answers[-1], 429, "rate_limit_exceeded")
    assert answers[-1].headers["retry-after"] == "55"
    assert answers[-1].headers["x-ratelimit-remaining"] == "0"


def test_a_suspended_org_is_told_so_everywhere_but_at_verify(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    org_id, key_hash = signed_up[0].org_id, signed_up[1].key.key_hash
    made = generate(secret)
    complete(made, signed_up)
    run = {"run_id": made.json["run_id"]}
    link = call("runs_get", credential=secret, path=run).json["download_url"].partition("?token=")[2]
    suspended = {"condition": "attribute_exists(pk)", "values": {":s": "suspended"}, "names": {"#status": "status"}}
    dynamo.update("orgs", {"pk": org_id, "sk": "ORG"}, "SET #status = :s", **suspended)  # type: ignore[arg-type]
    dynamo.update(
        "keys",
        {"key_hash": key_hash},
        "SET org_status = :s",
        condition="attribute_exists(key_hash)",
        values={":s": "suspended"},
    )
    answer = call("verify", credential=secret)
    assert (answer.status, answer.json["valid"], answer.json["status"]) == (200, True, "suspended")
    assert_error(call("runs_download", path=run, query={"token": link}), 403, "forbidden")
    for function in ("runs_list", "runs_get", "tasks_get"):
        assert_error(call(function, credential=secret), 403, "forbidden")
    assert_error(generate(secret), 403, "forbidden")


def test_another_orgs_ids_look_like_ids_that_do_not_exist(
    secret: str, foreign_secret: str, signed_up: tuple[Org, NewKey]
) -> None:
    made = generate(secret)
    complete(made, signed_up)
    for function, name, unknown in (
        ("runs_get", "run_id", RANDOM_RUN),
        ("runs_download", "run_id", RANDOM_RUN),
        ("tasks_get", "task_id", "task_01JD3Q7Z8X5R2K9M4N6P8T0V1W"),
    ):
        theirs = call(function, credential=foreign_secret, path={name: made.json[name]})
        nobodys = call(function, credential=foreign_secret, path={name: unknown})
        assert_error(theirs, 404, "not_found")
        assert theirs.text == nobodys.text
    theirs, nobodys = (generate(foreign_secret, run_id=run) for run in (made.json["run_id"], RANDOM_RUN))
    assert theirs.text == nobodys.text
    assert call("runs_list", credential=foreign_secret).json["runs"] == []


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("tasks_cancel", "task_id"),
        ("runs_delete", "run_id"),
        ("runs_versions_list", "run_id"),
        ("runs_versions_restore", "run_id"),
    ],
)
def test_another_orgs_runs_cannot_be_changed_nor_told_from_unknown_ones(
    secret: str, foreign_secret: str, signed_up: tuple[Org, NewKey], function: str, name: str
) -> None:
    made = generate(secret)
    complete(made, signed_up)
    more = {"version": "1"} if function == "runs_versions_restore" else {}
    unknown = f"{name.partition('_')[0]}_01JD3Q7Z8X5R2K9M4N6P8T0V1W"
    theirs = call(function, credential=foreign_secret, path={name: made.json[name], **more})
    nobodys = call(function, credential=foreign_secret, path={name: unknown, **more})
    assert_error(theirs, 404, "not_found")
    assert theirs.text == nobodys.text
    assert call("runs_get", credential=secret, path={"run_id": made.json["run_id"]}).json["version"] == 1


def test_a_personal_key_sees_what_its_creator_made(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    org = signed_up[0]
    mates = accounts.mint_key(User(uid="mate"), org, name="mate", scope="personal", now=time.time()).secret
    mine, theirs = generate(secret).json["run_id"], generate(mates).json["run_id"]
    assert [run["run_id"] for run in call("runs_list", credential=mates).json["runs"]] == [theirs]
    assert {run["run_id"] for run in call("runs_list", credential=secret).json["runs"]} == {mine, theirs}
    assert_error(call("runs_get", credential=mates, path={"run_id": mine}), 404, "not_found")


def test_a_running_run_cannot_be_downloaded_nor_resumed(secret: str) -> None:
    run_id = generate(secret).json["run_id"]
    assert_error(call("runs_download", credential=secret, path={"run_id": run_id}), 409, "conflict")
    assert_error(generate(secret, run_id=run_id), 409, "conflict")


def test_runs_are_listed_page_by_page_and_filtered(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = []
    for _ in range(3):
        answer = generate(secret)
        complete(answer, signed_up)
        made.append(answer.json["run_id"])
    first = call("runs_list", credential=secret, query={"limit": "2", "format": "excel"})
    assert [run["run_id"] for run in first.json["runs"]] == [made[2], made[1]]
    assert all(run["download_url"] and run["tasks"] for run in first.json["runs"])
    second = call("runs_list", credential=secret, query={"limit": "2", "cursor": first.json["next_cursor"]})
    assert [run["run_id"] for run in second.json["runs"]] == [made[0]]
    assert second.json["next_cursor"] is None
    assert call("runs_list", credential=secret, query={"status": "failed"}).json["runs"] == []


def test_a_rare_filter_gives_short_pages_that_go_on(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overten.runs.service.MAX_EXAMINED_RUNS", 2)
    made = []
    for _ in range(5):
        answer = generate(secret)
        complete(answer, signed_up)
        made.append(answer.json["run_id"])
    seen, cursor, pages = [], {}, 0
    while pages < 5:
        page = call("runs_list", credential=secret, query={"status": "completed", **cursor}).json
        assert len(page["runs"]) <= 2
        seen += [run["run_id"] for run in page["runs"]]
        pages += 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == list(reversed(made))


@pytest.mark.parametrize(
    ("query", "status", "fragment"),
    [
        ({"limit": "0"}, 422, "/query/limit"),
        ({"limit": "101"}, 422, "/query/limit"),
        ({"limit": "many"}, 422, "/query/limit"),
        ({"format": "pdf"}, 400, "/query/format"),
        ({"cursor": "nonsense"}, 422, "/query/cursor"),
    ],
)
def test_bad_queries_name_their_field(secret: str, query: dict[str, str], status: int, fragment: str) -> None:
    answer = call("runs_list", credential=secret, query=query)
    assert answer.status == status
    assert fragment in answer.json["message"]


def test_a_run_past_its_retention_is_gone(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret)
    complete(made, signed_up)
    run = {"run_id": made.json["run_id"]}
    link = call("runs_get", credential=secret, path=run).json["download_url"].partition("?token=")[2]
    dynamo.update(
        "runs",
        {"pk": signed_up[0].org_id, "sk": f"RUN#{made.json['run_id']}"},
        "SET expires_at_seconds = :past",
        condition="attribute_exists(pk)",
        values={":past": time.time() - 1},
    )
    for answer in (
        call("runs_get", credential=secret, path=run),
        call("runs_download", credential=secret, path=run),
        call("runs_download", path=run, query={"token": link}),
        generate(secret, **run),
    ):
        assert_error(answer, 410, "gone")
    assert call("runs_list", credential=secret).json["runs"] == []


def test_a_task_is_cancelled_once(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret).json
    answer = call("tasks_cancel", credential=secret, path={"task_id": made["task_id"]})
    assert answer.status == 202
    assert (answer.json["status"], answer.json["run_id"], answer.json["credits_used"]) == (
        "cancelled",
        made["run_id"],
        0,
    )
    assert "error" not in answer.json
    assert call("tasks_get", credential=secret, path={"task_id": made["task_id"]}).json["status"] == "cancelled"
    assert_error(call("tasks_cancel", credential=secret, path={"task_id": made["task_id"]}), 409, "conflict")
    assert call("verify", credential=secret).json["credits"] == signed_up[0].available


def test_versions_over_http(secret: str, foreign_secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret)
    complete(made, signed_up)
    run = {"run_id": made.json["run_id"]}
    complete(generate(secret, **run), signed_up)
    page = call("runs_versions_list", credential=secret, path=run, query={"limit": "1"}).json
    assert set(page["versions"][0]) == {
        "version", "created_at", "file_name", "size_bytes", "sha256", "task_id", "restored_from", "current",
        "download_url",
    }  # fmt: skip
    assert [version["version"] for version in page["versions"]] == [2]
    rest = call("runs_versions_list", credential=secret, path=run, query={"cursor": page["next_cursor"]}).json
    assert [(version["version"], version["current"]) for version in rest["versions"]] == [(1, False)]
    token = rest["versions"][0]["download_url"].partition("?token=")[2]
    assert "/v1/" in call("runs_download", path=run, query={"token": token}).headers["location"]
    restored = call("runs_versions_restore", credential=secret, path={**run, "version": "1"})
    assert (restored.status, restored.json["version"], restored.json["restored_from"]) == (200, 3, 1)
    assert call("runs_get", credential=secret, path=run).json["version"] == 3
    unknown = call("runs_versions_restore", credential=secret, path={**run, "version": "7"})
    assert_error(unknown, 404, "not_found")
    for wrong in ("0", "x", "1000000"):
        answer = call("runs_versions_restore", credential=foreign_secret, path={**run, "version": wrong})
        assert_error(answer, 422, "validation_error")
        assert answer.json["message"].startswith("/path/version")
    for cursor in ("nonsense", "cnVuXzE"):
        answer = call("runs_versions_list", credential=foreign_secret, path=run, query={"cursor": cursor})
        assert_error(answer, 422, "validation_error")


def test_a_run_is_deleted_once_and_for_all(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret)
    run = {"run_id": made.json["run_id"]}
    assert_error(call("runs_delete", credential=secret, path=run), 409, "conflict")
    complete(made, signed_up)
    for _ in range(2):
        answer = call("runs_delete", credential=secret, path=run)
        assert (answer.status, answer.text) == (204, "")
    for function, path in (
        ("runs_get", run),
        ("runs_download", run),
        ("runs_versions_list", run),
        ("runs_versions_restore", {**run, "version": "1"}),
        ("tasks_get", {"task_id": made.json["task_id"]}),
    ):
        assert_error(call(function, credential=secret, path=path), 410, "gone")


def test_a_link_opens_its_own_run_only(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret)
    complete(made, signed_up)
    run = {"run_id": made.json["run_id"]}
    token = call("runs_get", credential=secret, path=run).json["download_url"].partition("?token=")[2]
    assert call("runs_download", path=run, query={"token": token}).status == 302
    assert_error(call("runs_download", path={"run_id": RANDOM_RUN}, query={"token": token}), 404, "not_found")
    assert_error(call("runs_download", path=run, query={"token": "guessed"}), 404, "not_found")
    assert_error(call("runs_download", path=run, query={"token": token, "version": "2"}), 404, "not_found")


def test_our_own_mistakes_tell_nothing_internal(secret: str, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a secret detail")

    monkeypatch.setattr("overten.accounts.store.get_org", broken)
    answer = call("verify", credential=secret)
    assert_error(answer, 500, "internal_error")
    assert "secret detail" not in answer.text
    logged = log.getvalue()
    assert "KeyError" in logged
    assert answer.headers["x-request-id"] in logged
    assert secret not in logged


def test_an_outage_of_storage_is_503_with_retry_after(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    def down(*_: object, **__: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    monkeypatch.setattr("overten.accounts.store.get_org", down)
    answer = call("verify", credential=secret)
    assert_error(answer, 503, "service_unavailable")
    assert answer.headers["retry-after"] == "30"


def test_user_mistakes_log_no_stack_trace_and_no_prompt(
    secret: str, signed_up: tuple[Org, NewKey], log: io.StringIO
) -> None:
    generate(secret, prompt="confidential merger numbers", mode="ask")
    generate(secret, prompt="confidential merger numbers")
    logged = log.getvalue()
    assert signed_up[0].org_id in logged
    assert "Traceback" not in logged
    assert "confidential" not in logged
    assert secret not in logged


def test_without_a_model_generation_is_501(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from overten.config import forget_settings

    monkeypatch.setenv("MODEL_PROVIDER", "none")
    forget_settings()
    answer = generate(secret)
    assert_error(answer, 501, "not_implemented")
    assert "ModelProvider" in answer.json["message"]


def test_the_outbox_is_empty_once_the_work_has_begun(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    accepted = generate(secret)
    key = {"pk": signed_up[0].org_id, "sk": f"OUTBOX#{accepted.json['task_id']}"}
    assert dynamo.get("runs", key) is not None
    complete(accepted, signed_up)
    assert dynamo.get("runs", key) is None
    assert clients.s3().list_objects_v2(Bucket="documents", Prefix=f"org/{key['pk']}/")["KeyCount"] == 3


@pytest.mark.parametrize("function", ["excel_generate", "word_generate", "slides_generate"])
def test_without_a_model_the_built_in_author_writes_every_format(secret: str, function: str) -> None:
    answer = call(function, credential=secret, body={"prompt": "Our rents", "async": True})
    assert (answer.status, answer.json["status"]) == (202, "queued")


@pytest.mark.parametrize(
    ("function", "document_format", "extension"),
    [("word_generate", "word", ".docx"), ("slides_generate", "slides", ".pptx")],
)
def test_other_formats_are_accepted_with_their_floor_and_name(
    secret: str, signed_up: tuple[Org, NewKey], monkeypatch: pytest.MonkeyPatch, function: str, document_format: str,
    extension: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("MODEL_PROVIDER", "bedrock")
    forget_settings()
    answer = call(function, credential=secret, body={"prompt": "Our rents", "async": True})
    assert answer.status == 202
    task = store.get_task(signed_up[0].org_id, answer.json["task_id"])
    run = store.get_run(signed_up[0].org_id, answer.json["run_id"])
    assert task is not None
    assert run is not None
    assert (task.format, run.format, run.file_name) == (document_format, document_format, "Our rents" + extension)
    resumed = call("excel_generate", credential=secret, body={"prompt": "More", "run_id": run.run_id})
    assert_error(resumed, 422, "validation_error")


def test_more_slides_than_a_call_makes_are_refused(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODEL_PROVIDER", "bedrock")
    forget_settings()
    answer = call("slides_generate", credential=secret, body={"prompt": "A 31-slide deck on our rents"})
    assert_error(answer, 422, "validation_error")
    assert answer.json["message"].startswith("/prompt: asks for 31 slides")


@pytest.mark.parametrize(
    ("provider", "claims", "granted"),
    [
        ("google.com", {}, True),
        ("password", {"email_verified": True}, True),
        ("password", {"email_verified": False}, False),
        ("password", {}, False),
        ("anonymous", {}, False),
    ],
)
def test_starting_credits_are_for_verified_identities(
    token_of: TokenOf, provider: str, claims: dict[str, bool], granted: bool
) -> None:
    answer = call("signup", credential=token_of("someone", provider, **claims), body={"org_name": "Some Org"})
    assert answer.status == 201
    assert (answer.json["credits"] > 0) is granted


def test_when_waiting_fails_the_caller_still_learns_of_the_run(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Task:
        raise ServiceUnavailable

    monkeypatch.setattr(service, "wait_for", broken)
    answer = call("excel_generate", credential=secret, body={"prompt": "A budget"})
    assert_error(answer, 408, "sync_timeout_upgrade_async")
    assert answer.json["run_id"]
    assert answer.json["task_id"]


def test_a_key_beside_a_credential_of_someone_elses_is_found(secret: str) -> None:
    """A proxy may need the Authorization header for itself."""
    answer = call("verify", headers={"Authorization": "Bearer of-the-proxy", "X-API-Key": secret})
    assert answer.status == 200
    wrong = call("verify", headers={"Authorization": f"Bearer {secret}", "X-API-Key": "sk_live_wrong"})
    assert wrong.status == 200


def test_a_further_turn_keeps_the_documents_name(secret: str, signed_up: tuple[Org, NewKey]) -> None:
    made = generate(secret, file_name="Öl 2027.xlsx")
    complete(made, signed_up, file_name="Öl 2027.xlsx")
    again = generate(secret, run_id=made.json["run_id"], prompt="Add insurance")
    task = store.get_task(signed_up[0].org_id, again.json["task_id"])
    assert task is not None
    assert task.request.file_name == "Öl 2027.xlsx"
