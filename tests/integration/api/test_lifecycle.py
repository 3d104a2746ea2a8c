"""How tasks and runs end, over HTTP: cancelled, expired, restored to an older version, deleted, reaped."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import pytest

from overten.clock import iso
from tests.integration.api.client import SHOPS, Org, SlowModel, reconfigured, until
from tests.integration.conftest import RunningStack

SECRET = "confidential merger"
DAY = 86_400


@pytest.fixture
def slow_model(stack: RunningStack) -> Iterator[SlowModel]:
    """Work takes long enough to be cancelled."""
    model = SlowModel(SHOPS, delay_seconds=2)
    settings = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **settings):
        yield model
    model.shutdown()


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("error")) == (status, code), answer.text
    assert answer.json()["success"] is False


def invoke(stack: RunningStack, function: str) -> None:
    answer = stack.client("lambda").invoke(FunctionName=stack.deployment.functions[function], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def rewrite(org: Org, sort_key: str, attribute: str, value: dict[str, str]) -> None:
    """Changes a row of the org's, as the passing of time would."""
    org.stack.client("dynamodb").update_item(
        TableName=org.stack.deployment.resources["RunsTable"],
        Key={"pk": {"S": org.org_id}, "sk": {"S": sort_key}},
        UpdateExpression="SET #name = :value",
        ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeNames={"#name": attribute},
        ExpressionAttributeValues={":value": value},
    )


def rows(org: Org) -> list[dict[str, Any]]:
    pages = (
        org.stack.client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=org.stack.deployment.resources["RunsTable"],
            KeyConditionExpression="pk = :org",
            ExpressionAttributeValues={":org": {"S": org.org_id}},
            ConsistentRead=True,
        )
    )
    return [item for page in pages for item in page["Items"]]


def objects(org: Org, run_id: str) -> list[str]:
    listed = org.stack.client("s3").list_objects_v2(
        Bucket=org.stack.deployment.resources["Bucket"], Prefix=f"org/{org.org_id}/runs/{run_id}/"
    )
    return [item["Key"] for item in listed.get("Contents", [])]


def download(url: str) -> httpx.Response:
    answer = httpx.get(url, follow_redirects=True, timeout=60, trust_env=False)
    assert answer.status_code == 200, answer.text
    return answer


def values_of(document: bytes) -> set[object]:
    return {cell.value for sheet in openpyxl.load_workbook(io.BytesIO(document)) for row in sheet for cell in row}


def erase(org: Org, run_id: str) -> None:
    """Lets the hour pass in which workers die, and the reaper come by."""
    rewrite(org, f"RUN#{run_id}", "expires_at_seconds", {"N": "1"})
    invoke(org.stack, "RunsReapFunction")


def assert_erased(org: Org, run_id: str) -> None:
    assert objects(org, run_id) == []
    left = [row for row in rows(org) if row.get("run_id", {}).get("S") == run_id]
    # A claim has hashes only, and ends a day after it was made.
    assert {row["sk"]["S"].partition("#")[0] for row in left} - {"IDEM"} == {"RUN", "TASK"}
    assert SECRET not in str(left)
    assert all("ttl" in row for row in left)


def test_a_task_cancelled_at_work_costs_nothing_and_its_run_goes_on(stack: RunningStack, slow_model: SlowModel) -> None:
    org = Org(stack)
    accepted = org.accept("Our shops")
    task = f"/tasks/{accepted['task_id']}"
    until(lambda: slow_model.requests, lambda asked: asked >= 1, seconds=60)
    answer = org.http.post(f"{task}/cancel")
    assert (answer.status_code, answer.json()["status"], answer.json()["credits_used"]) == (202, "cancelled", 0)
    org.assert_books_balance(0)
    assert_error(org.http.post(f"{task}/cancel"), 409, "conflict")
    assert_error(Org(stack).http.post(f"{task}/cancel"), 404, "not_found")
    run = org.http.get(f"/runs/{accepted['run_id']}").json()
    assert (run["status"], run["version"], run["error"]) == ("cancelled", 0, None)
    executions = stack.client("stepfunctions")
    machine = stack.deployment.resources["GenerateStateMachine"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{accepted['task_id']}"
    assert executions.describe_execution(executionArn=arn)["status"] == "ABORTED"
    next_turn = org.accept("Our shops", run_id=accepted["run_id"])
    done = org.wait(next_turn["task_id"])
    assert done["status"] == "completed", done
    assert org.task(accepted["task_id"])["status"] == "cancelled"  # nor did the event of the stop change it
    org.assert_books_balance(done["credits_used"])


def test_versions_are_listed_restored_and_gone_on_from(stack: RunningStack) -> None:
    org = Org(stack)
    first = org.accept("A 12-month budget for a bakery with rent 2,400")
    assert org.wait(first["task_id"])["status"] == "completed"
    run = f"/runs/{first['run_id']}"
    second = org.accept("Set the rent to 3100", run_id=first["run_id"])
    assert org.wait(second["task_id"])["status"] == "completed"

    page = org.http.get(f"{run}/versions", params={"limit": 1}).json()
    [newest] = page["versions"]
    assert (newest["version"], newest["task_id"], newest["current"]) == (2, second["task_id"], True)
    rest = org.http.get(f"{run}/versions", params={"limit": 1, "cursor": page["next_cursor"]}).json()
    [oldest] = rest["versions"]
    assert (oldest["version"], oldest["current"], rest["next_cursor"]) == (1, False, None)
    original = download(oldest["download_url"]).content
    assert original != download(newest["download_url"]).content
    assert len(original) == oldest["size_bytes"]

    before = org.balances()
    restored = org.http.post(f"{run}/versions/1/restore")
    assert restored.status_code == 200, restored.text
    assert restored.json()["version"] == 3
    assert (restored.json()["restored_from"], restored.json()["current"]) == (1, True)
    assert org.http.post(f"{run}/versions/1/restore").json()["version"] == 3
    assert download(restored.json()["download_url"]).content == original
    assert download(org.http.get(run).json()["download_url"]).content == original
    assert org.balances() == before
    assert_error(org.http.post(f"{run}/versions/9/restore"), 404, "not_found")

    third = org.accept("Set the rent to 2700", run_id=first["run_id"])
    done = org.wait(third["task_id"])
    assert done["status"] == "completed", done
    values = values_of(download(done["result"]["download_url"]).content)
    assert 2700 in values
    assert 3100 not in values
    numbers = [version["version"] for version in org.http.get(f"{run}/versions").json()["versions"]]
    assert numbers == [4, 3, 2, 1]


def test_a_deleted_run_is_gone_at_once_and_then_erased(stack: RunningStack) -> None:
    org = Org(stack)
    made = org.accept(f"A budget for the {SECRET} with rent 2,400", idempotency_key="once")
    done = org.wait(made["task_id"])
    kept = org.accept("A packing list with 5 items")
    org.wait(kept["task_id"])
    run, link = f"/runs/{made['run_id']}", done["result"]["download_url"]
    assert_error(Org(stack).http.delete(run), 404, "not_found")
    books = org.balances()
    for _ in range(2):
        assert org.http.delete(run).status_code == 204
    for answer in (
        org.http.get(run),
        org.http.get(f"{run}/download"),
        httpx.get(link, timeout=60, trust_env=False),
        org.http.get(f"{run}/versions"),
        org.http.post(f"{run}/versions/1/restore"),
        org.http.get(f"/tasks/{made['task_id']}"),
        org.generate("More", run_id=made["run_id"]),
        org.generate(f"A budget for the {SECRET} with rent 2,400", idempotency_key="once"),
    ):
        assert_error(answer, 410, "gone")
    assert [found["run_id"] for found in org.http.get("/runs").json()["runs"]] == [kept["run_id"]]
    erase(org, made["run_id"])
    assert_erased(org, made["run_id"])
    assert objects(org, kept["run_id"])
    assert_error(org.http.get(run), 410, "gone")
    assert_error(org.http.get(f"/tasks/{made['task_id']}"), 410, "gone")
    assert org.balances() == books
    rewrite(org, f"RUN#{made['run_id']}", "deleted_at_seconds", {"N": str(int(time.time()) - 91 * DAY)})
    assert_error(org.http.get(run), 404, "not_found")


def test_a_running_run_cannot_be_deleted(stack: RunningStack, slow_model: SlowModel) -> None:
    org = Org(stack)
    accepted = org.accept("Our shops")
    assert_error(org.http.delete(f"/runs/{accepted['run_id']}"), 409, "conflict")
    assert org.http.post(f"/tasks/{accepted['task_id']}/cancel").status_code == 202
    assert org.http.delete(f"/runs/{accepted['run_id']}").status_code == 204


def test_a_run_past_its_retention_is_gone_and_reaped(stack: RunningStack) -> None:
    org = Org(stack)
    made = org.accept(f"A budget for the {SECRET} with rent 2,400")
    org.wait(made["task_id"])
    expired = str(time.time() - DAY)
    rewrite(org, f"RUN#{made['run_id']}", "expires_at_seconds", {"N": expired})
    assert_error(org.http.get(f"/runs/{made['run_id']}"), 410, "gone")
    assert_error(org.http.get(f"/tasks/{made['task_id']}"), 410, "gone")
    assert org.http.get("/runs").json()["runs"] == []
    invoke(stack, "RunsReapFunction")
    assert objects(org, made["run_id"]), "a worker may still be writing"
    assert SECRET not in str([row for row in rows(org) if row["sk"]["S"].startswith("RUN#")])
    erase(org, made["run_id"])
    assert_erased(org, made["run_id"])
    assert_error(org.http.get(f"/runs/{made['run_id']}"), 410, "gone")


def test_a_task_queued_for_a_day_expires(stack: RunningStack) -> None:
    org = Org(stack)
    with reconfigured(stack, "StepPrepareFunction", RUNS_TABLE="no-such-table"):  # the work cannot begin
        accepted = org.accept("Our shops")
        task = f"TASK#{accepted['task_id']}"
        rewrite(org, task, "created_at", {"S": iso(time.time() - DAY)})
        rewrite(org, task, "open_deadline", {"N": "1"})
        invoke(stack, "TasksSweepFunction")
    expired = org.task(accepted["task_id"])
    assert (expired["status"], expired["credits_used"]) == ("expired", 0)
    assert expired["error"]["code"] == "service_unavailable"
    org.assert_books_balance(0)


@pytest.mark.parametrize(
    "name",
    [
        "予算 2026",
        "الميزانية",
        "Übersicht – Größe",
        "बजट",
        "🚀 Launch 👩‍🚀",
        'it\'s 50% "off"',
        "a\r\nSet-Cookie: x=1",
        "Смета; v=2",
    ],
)
def test_downloads_carry_names_of_any_language(stack: RunningStack, names: Org, name: str) -> None:
    done = names.wait(names.accept("A packing list with 5 items", file_name=name)["task_id"])
    result = done["result"]
    answer = download(result["download_url"])
    header = answer.headers["content-disposition"]
    assert header.startswith('attachment; filename="')
    assert unquote(header.partition("filename*=UTF-8''")[2]) == result["file_name"]
    assert result["file_name"].endswith(".xlsx")
    assert "set-cookie" not in answer.headers


@pytest.fixture(scope="module")
def names(stack: RunningStack) -> Org:
    return Org(stack)
