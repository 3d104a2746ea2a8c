"""The main job over HTTP, as a client sees it."""

from __future__ import annotations

import io
import json
import socket
from concurrent.futures import ThreadPoolExecutor

import httpx
import openpyxl
import pytest

from tests.integration.api.client import SHOPS, Org, SlowModel, reconfigured
from tests.integration.conftest import RunningStack


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack)


def assert_error(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json().get("error")) == (status, code), answer.text
    assert answer.json()["success"] is False
    assert answer.headers["x-request-id"]


def test_a_prompt_becomes_a_workbook(stack: RunningStack) -> None:
    org = Org(stack)
    accepted = org.accept("A 12-month budget for a bakery with rent 2,400")
    assert accepted["poll_url"] == f"{stack.base_url}/tasks/{accepted['task_id']}"
    done = org.wait(accepted["task_id"])
    assert done["status"] == "completed", done
    result = done["result"]
    assert result["edit_url"] is None
    downloaded = httpx.get(result["download_url"], follow_redirects=True, trust_env=False)
    assert downloaded.status_code == 200
    assert result["file_name"] in downloaded.headers["content-disposition"]
    workbook = openpyxl.load_workbook(io.BytesIO(downloaded.content), data_only=True)
    values = {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert 2400 in values
    assert 28_800 in values, "the year's rent, as the workbook's own formulas compute it"
    run = org.http.get(f"/runs/{accepted['run_id']}").json()
    assert (run["status"], run["version"], run["format"]) == ("completed", 1, "excel")
    assert [task["task_id"] for task in run["tasks"]] == [accepted["task_id"]]
    assert run["request_id"]
    org.assert_books_balance(done["credits_used"])
    assert org.http.get("/verify").json()["credits"] == org.credits - done["credits_used"]


def test_a_sync_call_waits_for_its_result(org: Org) -> None:
    answer = org.generate("A packing list for a trip with 5 items")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "completed"
    assert answer.json()["statistics"]["sheets"] >= 1


def test_past_the_ceiling_a_sync_call_is_408_in_time_and_the_work_goes_on(stack: RunningStack) -> None:
    org, model = Org(stack), SlowModel(SHOPS, delay_seconds=2)
    slow = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    org.http.get("/verify")
    with (
        reconfigured(stack, "ExcelGenerateFunction", SYNC_CEILING_SECONDS="3"),
        reconfigured(stack, "StepWorkFunction", **slow),
    ):
        org.accept("warm the function up")
        answer = org.generate("Our shops", idempotency_key="shops")
        assert_error(answer, 408, "sync_timeout_upgrade_async")
        assert answer.elapsed.total_seconds() <= 3
        again = org.generate("Our shops", idempotency_key="shops", **{"async": True})
        assert again.status_code == 202
        assert again.json()["task_id"] == answer.json()["task_id"]
        assert again.headers["idempotent-replayed"] == "true"
        done = org.wait(answer.json()["task_id"])
    assert done["status"] == "completed", done
    assert done["result"]["summary"] == "One shop."
    assert done["result"]["run_id"] == answer.json()["run_id"]


def test_a_second_turn_makes_a_second_version(org: Org) -> None:
    first = org.wait(org.accept("A budget for a bakery with rent 2,400")["task_id"])
    second = org.wait(org.accept("Change the currency to EUR", run_id=first["run_id"])["task_id"])
    assert second["status"] == "completed", second
    run = org.http.get(f"/runs/{first['run_id']}").json()
    assert (run["version"], len(run["tasks"])) == (2, 2)
    assert run["credits_used"] == first["credits_used"] + second["credits_used"]
    for version in (1, 2):
        found = org.http.get(f"/runs/{first['run_id']}/download", params={"version": version})
        assert found.status_code == 302


def test_racing_clients_never_exceed_the_tier(stack: RunningStack) -> None:
    org, model = Org(stack, tier="free"), SlowModel(SHOPS, delay_seconds=1)
    slow = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **slow), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: org.generate(**{"async": True}), range(8)))
        accepted = [answer.json()["task_id"] for answer in answers if answer.status_code == 202]
        refused = [answer for answer in answers if answer.status_code != 202]
        assert len(accepted) == 2
        for answer in refused:
            assert_error(answer, 429, "rate_limit_exceeded")
            assert answer.headers["retry-after"]
            assert answer.headers["x-ratelimit-limit"] == "10"
        other_key = Org(stack)  # polls below are not to meet the minute's limit of the free tier
        assert other_key.http.get(f"/tasks/{accepted[0]}").status_code == 404


def test_twins_with_one_idempotency_key_make_one_run(stack: RunningStack) -> None:
    org = Org(stack)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: org.generate(idempotency_key="one", **{"async": True}), range(6)))
    assert {answer.status_code for answer in answers} == {202}
    [task_id] = {answer.json()["task_id"] for answer in answers}
    done = org.wait(task_id)
    org.assert_books_balance(done["credits_used"])


def test_another_orgs_ids_are_404_like_unknown_ones(stack: RunningStack, org: Org) -> None:
    made, stranger = org.accept(), Org(stack)
    for path in (f"/runs/{made['run_id']}", f"/runs/{made['run_id']}/download", f"/tasks/{made['task_id']}"):
        unknown = path.replace(made["run_id"], "run_" + "0" * 26).replace(made["task_id"], "task_" + "0" * 26)
        theirs, nobodys = stranger.http.get(path), stranger.http.get(unknown)
        assert_error(theirs, 404, "not_found")
        assert theirs.content == nobodys.content
    assert_error(stranger.generate(run_id=made["run_id"]), 404, "not_found")


def test_a_running_run_is_409(stack: RunningStack) -> None:
    org, model = Org(stack), SlowModel(SHOPS, delay_seconds=2)
    slow = {"MODEL_PROVIDER": "openai", "MODEL_ID": "slow", "MODEL_BASE_URL": model.url}
    with reconfigured(stack, "StepWorkFunction", **slow):
        made = org.accept()
        assert_error(org.generate(run_id=made["run_id"]), 409, "conflict")
        assert_error(org.http.get(f"/runs/{made['run_id']}/download"), 409, "conflict")
        org.wait(made["task_id"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "invalid_request"),
        (b"[]", 400, "invalid_request"),
        (b"{}", 400, "invalid_request"),
        (b'{"prompt": ""}', 422, "validation_error"),
        (b'{"prompt": 5}', 422, "validation_error"),
        (json.dumps({"prompt": "x" * 10_001}).encode(), 422, "validation_error"),
        (b'{"prompt": "x", "mode": "think"}', 400, "invalid_request"),
        (b'{"prompt": "x", "mode": "ask"}', 400, "invalid_request"),
    ],
)
def test_bad_bodies(org: Org, body: bytes, status: int, code: str) -> None:
    assert_error(
        org.http.post("/excel/generate", content=body, headers={"Content-Type": "application/json"}), status, code
    )


def test_unknown_fields_are_ignored(org: Org) -> None:
    assert org.accept(prompt="A short list", colour="blue")["status"] == "queued"


def test_wrong_keys_methods_and_routes(org: Org, stack: RunningStack) -> None:
    with httpx.Client(base_url=stack.base_url, trust_env=False) as anyone:
        assert_error(anyone.get("/verify"), 401, "invalid_api_key")
        for wrong in ("Bearer sk_live_wrong", "Basic abc", "Bearer " + org.secret[:-1] + "!"):
            assert_error(anyone.get("/verify", headers={"Authorization": wrong}), 401, "invalid_api_key")
        assert anyone.get("/verify", headers={"X-API-Key": org.secret}).status_code == 200
    assert_error(org.http.get("/nothing-here"), 404, "not_found")
    assert_error(org.http.get("/excel/generate"), 404, "not_found")
    assert_error(org.http.delete("/verify"), 404, "not_found")


@pytest.mark.parametrize("size_mb", [7, 11])
def test_bodies_beyond_the_gateway_and_the_function_are_413(org: Org, size_mb: int) -> None:
    answer = org.http.post("/excel/generate", content=b'{"prompt": "' + b"x" * size_mb * 2**20 + b'"}')
    assert_error(answer, 413, "payload_too_large")


def test_everything_listens_on_loopback_only(stack: RunningStack) -> None:
    """From /proc/net/tcp: every listening socket on the stack's ports is bound to 127.0.0.1."""
    ports = {stack.settings.front_port, stack.settings.emulator_port}
    seen = set()
    for table, loopback in (("/proc/net/tcp", "0100007F"), ("/proc/net/tcp6", "0" * 24 + "01000000")):
        for line in open(table).readlines()[1:]:  # noqa: SIM115, PTH123 - a kernel file
            local_address, state = line.split()[1], line.split()[3]
            address, port = local_address.split(":")
            if state == "0A" and int(port, 16) in ports:
                assert address == loopback
                seen.add(int(port, 16))
    assert seen == ports
    with socket.socket() as probe:
        probe.settimeout(1)
        outward = socket.gethostbyname(socket.gethostname())
        if not outward.startswith("127."):
            assert probe.connect_ex((outward, stack.settings.front_port)) != 0
