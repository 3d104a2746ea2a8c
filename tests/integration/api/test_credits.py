"""Credits, an operator's doings and the bounds of the deployment, over HTTP and by invoking the operator's function."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from admin.operate import main, of_local_stack
from tests.integration.api.client import SHOPS, Org, SlowModel, reconfigured, until
from tests.integration.conftest import RunningStack


def operate(stack: RunningStack, action: str, org_id: str, **fields: object) -> dict[str, Any]:
    """Invokes the operator's function, as IAM lets an operator."""
    answer = stack.client("lambda").invoke(
        FunctionName=stack.deployment.functions["OperateFunction"],
        Payload=json.dumps({"action": action, "org_id": org_id, **fields}).encode(),
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    return told


def more_key(org: Org) -> httpx.Client:
    """A client with a further key of the org."""
    minted = httpx.post(
        f"{org.stack.base_url}/organizations/{org.org_id}/api-keys",
        headers={"Authorization": f"Bearer {org.token}"},
        json={},
        timeout=60,
        trust_env=False,
    )
    assert minted.status_code == 201, minted.text
    headers = {"Authorization": f"Bearer {minted.json()['secret']}"}
    return httpx.Client(base_url=org.stack.base_url, headers=headers, timeout=60, trust_env=False)


def open_tasks(stack: RunningStack) -> int:
    """The number of open tasks as the counters have it."""
    items = stack.client("dynamodb").scan(TableName=stack.deployment.resources["CountersTable"])["Items"]
    return sum(int(item["open_tasks"]["N"]) for item in items if "open_tasks" in item)


def test_credits_and_ledger_tell_what_a_run_cost(stack: RunningStack) -> None:
    org = Org(stack)
    accepted = org.accept()
    done = org.wait(accepted["task_id"])
    charged = done["credits_used"]
    assert charged > 0
    assert org.http.get("/credits").json() == {"available": org.credits - charged, "held": 0}
    entries = org.http.get("/credits/ledger").json()["entries"]
    assert sum(entry["available_delta"] for entry in entries) == org.credits - charged
    assert sum(entry["held_delta"] for entry in entries) == 0
    of_run = org.http.get("/credits/ledger", params={"run_id": accepted["run_id"]}).json()["entries"]
    assert {entry["task_id"] for entry in of_run} == {accepted["task_id"]}
    assert len(of_run) == len(entries) - 1, "all but the starting credits"
    first = org.http.get("/credits/ledger", params={"limit": 1}).json()
    second = org.http.get("/credits/ledger", params={"limit": 100, "cursor": first["next_cursor"]}).json()
    assert first["entries"] + second["entries"] == entries
    stranger = Org(stack)
    foreign = stranger.http.get("/credits/ledger", params={"run_id": accepted["run_id"]})
    unknown = stranger.http.get("/credits/ledger", params={"run_id": "run_01JD3Q7Z8X5R2K9M4N6P8T0V1W"})
    assert foreign.json() == unknown.json() == {"entries": [], "next_cursor": None}


def test_a_grant_is_booked_once_and_shown(stack: RunningStack) -> None:
    org = Org(stack)
    grant = {"credits": 500, "note": "pilot", "reference": "inv-42"}
    assert operate(stack, "grant", org.org_id, **grant)["booked"] is True
    assert operate(stack, "grant", org.org_id, **grant)["booked"] is False
    assert org.http.get("/credits").json()["available"] == org.credits + 500
    assert org.http.get("/verify").json()["credits"] == org.credits + 500
    entry = org.http.get("/credits/ledger").json()["entries"][0]
    assert (entry["kind"], entry["available_delta"], entry["note"]) == ("grant", 500, "pilot")
    refused = operate(stack, "adjust", org.org_id, credits=-(org.credits + 501), note="n", reference="t-1")
    assert (refused["success"], refused["error"]) == (False, "conflict")
    assert operate(stack, "check_ledger", org.org_id)["balanced"] is True


def test_a_suspension_and_a_tier_reach_every_key_at_its_next_request(stack: RunningStack) -> None:
    org = Org(stack)
    clients = [org.http, more_key(org)]
    assert {client.get("/credits").status_code for client in clients} == {200}
    assert operate(stack, "suspend", org.org_id)["keys_rewritten"] == 2
    for client in clients:
        for path in ("/credits", "/credits/ledger", "/runs", "/runs/run_x", "/tasks/task_x"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["error"]) == (403, "forbidden"), path
        assert client.post("/excel/generate", json={"prompt": "A list"}).status_code == 403
        verified = client.get("/verify")
        assert (verified.status_code, verified.json()["status"]) == (200, "suspended")
    operate(stack, "reinstate", org.org_id)
    assert {client.get("/credits").status_code for client in clients} == {200}
    operate(stack, "change_tier", org.org_id, tier="pro")
    for client in clients:
        verified = client.get("/verify")
        assert verified.headers["x-ratelimit-limit"] == "60"
        assert (verified.json()["tier"], verified.json()["limits"]["concurrent_runs"]) == ("pro", 10)


def test_a_member_who_is_removed_loses_the_keys_too(stack: RunningStack) -> None:
    org, mate = Org(stack), Org(stack)
    operate(stack, "add_member", org.org_id, uid=mate.uid, role="member")
    mates = Org.__new__(Org)
    mates.stack, mates.org_id, mates.token = stack, org.org_id, mate.token
    client = more_key(mates)
    assert client.get("/verify").json()["org_id"] == org.org_id
    removed = operate(stack, "remove_member", org.org_id, uid=mate.uid)
    assert len(removed["revoked_key_ids"]) == 1
    assert client.get("/verify").status_code == 401
    assert mate.http.get("/verify").status_code == 200
    assert org.http.get("/verify").status_code == 200


def test_the_operators_command_reaches_the_running_stack(
    stack: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    org = Org(stack)
    invoke = of_local_stack(stack.settings)
    assert main(["grant", org.org_id, "5", "--note", "thanks", "--reference", "r-1"], invoke=invoke) == 0
    assert main(["show-org", org.org_id], invoke=invoke) == 0
    told = capsys.readouterr().out
    assert f"Balance: {org.credits + 5:,} available, 0 held." in told
    assert f"owner   {org.uid}" in told
    assert main(["suspend", "org_unknown"], invoke=invoke) == 1
    assert "not_found" in capsys.readouterr().err


def test_one_caller_too_many_is_answered_at_once_and_the_job_goes_on(stack: RunningStack) -> None:
    org, model = Org(stack), SlowModel(SHOPS, delay_seconds=3)
    slow = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with (
        reconfigured(stack, "ExcelGenerateFunction", MAX_SYNC_WAITERS="1"),
        reconfigured(stack, "StepWorkFunction", **slow),
        ThreadPoolExecutor() as pool,
    ):
        org.wait(org.accept("warm the functions up")["task_id"])
        waiting = pool.submit(org.generate, "Our shops")
        until(lambda: _leases(stack), lambda leases: leases == 1, seconds=30)
        too_many = org.generate("Our shops")
        assert (too_many.status_code, too_many.json()["error"]) == (408, "sync_timeout_upgrade_async")
        assert "Too many synchronous callers" in too_many.json()["message"]
        assert not waiting.done()
        assert org.wait(too_many.json()["task_id"])["status"] == "completed"
        assert waiting.result().status_code == 200
        until(lambda: _leases(stack), lambda leases: leases == 0, seconds=10)
        assert org.generate("Our shops").status_code == 200, "the place was given back"
    model.shutdown()


def _leases(stack: RunningStack) -> int:
    items = stack.client("dynamodb").scan(TableName=stack.deployment.resources["CountersTable"])["Items"]
    return sum(len(item["leases"]["M"]) for item in items if "leases" in item)


def test_past_the_bound_of_open_tasks_nothing_is_accepted(stack: RunningStack) -> None:
    org, model = Org(stack), SlowModel(SHOPS, delay_seconds=4)
    slow = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    sweep = stack.deployment.functions["TasksSweepFunction"]
    with reconfigured(stack, "StepWorkFunction", **slow):
        stack.client("lambda").invoke(FunctionName=sweep, Payload=b"{}")
        assert open_tasks(stack) == 0
        first = org.accept("Our shops", idempotency_key="once")
        until(lambda: open_tasks(stack), lambda number: number == 1, seconds=30)  # the stream has counted it
        with reconfigured(stack, "ExcelGenerateFunction", MAX_OPEN_TASKS="1"):
            time.sleep(2.1)  # for as long a number read before is kept
            entries = len(org.ledger())
            refused = org.generate("Another", **{"async": True})
            assert (refused.status_code, refused.json()["error"]) == (503, "service_unavailable")
            assert refused.headers["retry-after"] == "30"
            assert len(org.ledger()) == entries
            assert len(org.http.get("/runs").json()["runs"]) == 1
            replayed = org.generate("Our shops", idempotency_key="once", **{"async": True})
            assert replayed.json()["task_id"] == first["task_id"]
        assert org.wait(first["task_id"])["status"] == "completed"
    until(lambda: open_tasks(stack), lambda number: number == 0, seconds=30)
    model.shutdown()
