"""Each sample event, sent through its own handler."""

from __future__ import annotations

import importlib
import json
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from overten.accounts import keys
from overten.accounts import store as accounts_store
from overten.accounts.models import ApiKey, Org
from overten.agent import configured
from overten.agent.models import TurnRequest
from overten.assets import store as assets_store
from overten.assets.models import Asset
from overten.aws import dynamo
from overten.clock import iso
from overten.export.errors import OfficeMissing
from overten.export.office.engine import Office
from overten.export.orders import Delivery
from overten.outbound.errors import RequestFailed
from overten.outbound.targets import Target
from overten.runs import event_store, lifecycle, store
from overten.runs.models import Run, RunEvent, Task, TaskRef
from overten.webhooks import queue_store, signing
from overten.webhooks import store as webhooks_store
from overten.webhooks.models import Subscription, Trigger
from tests.cloudformation import REPOSITORY
from tests.unit.api.conftest import TokenOf, token_of
from tests.unit.assets.conftest import stored_keys, upload
from tests.unit.assets.samples import RENTS
from tests.unit.export.conftest import FakeConverter, converter
from tests.unit.export.test_delivery import FakeStorage
from tests.unit.runs.conftest import FakeExecutions, executions

__all__ = ["converter", "executions", "token_of"]
EVENTS = REPOSITORY / "events"
FAR_FUTURE = 4_000_000_000.0


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def run(name: str, **changes: Any) -> Any:
    return importlib.import_module(name).handler({**event(name), **changes}, None)


@pytest.fixture
def seeded(aws: None, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch) -> TaskRef:
    """The org, key, run and task that the events speak of."""
    ref = TaskRef.model_validate(event("step_prepare"))
    secret = event("verify")["headers"]["Authorization"].removeprefix("Bearer ")
    org = Org(
        org_id=ref.org_id, org_name="Acme", tier="free", status="active", webhook_secret="whsec_x",
        created_at="2026-11-22T14:00:00.000+00:00", available=0, held=0, running=0,
    )  # fmt: skip
    key = ApiKey(
        key_id=event("api_keys_revoke")["pathParameters"]["key_id"],
        org_id=ref.org_id,
        name="default",
        prefix=keys.shown_prefix(secret),
        scope="workspace",
        creator_uid="user-1",
        created_at=org.created_at,
        key_hash=keys.hash_of(secret),
    )
    accounts_store.create_org(org, "user-1", key, starting_credits=50, entry_id="first", token="t" * 26)
    task = Task(
        task_id=ref.task_id, org_id=ref.org_id, run_id=ref.run_id, format="excel", created_at=org.created_at,
        creator_uid="user-1", key_id=key.key_id, request_id=ref.request_id,
        request=TurnRequest(format="excel", prompt="A budget for a bakery with rent 2,400"),
        hold_credits=5,
    )  # fmt: skip
    new_run = Run(
        run_id=ref.run_id, org_id=ref.org_id, format="excel", title="A budget", file_name="A budget.xlsx",
        created_at=org.created_at, updated_at=org.created_at, expires_at_seconds=FAR_FUTURE, creator_uid="user-1",
        request_id=ref.request_id, task_ids=[ref.task_id],
    )  # fmt: skip
    store.accept(task, new_run, tier="free", claim=None, now=0)
    configured.forget_models()
    return ref


def status(ref: TaskRef) -> str:
    task = store.get_task(ref.org_id, ref.task_id)
    assert task is not None
    return task.status


def test_the_states_of_the_machine_in_their_order(seeded: TaskRef, converter: FakeConverter) -> None:
    assert run("step_prepare") == {"writes": True}
    assert status(seeded) == "running"
    assert run("step_work") == {"finished": True}
    assert run("step_verify") == {"fit": True}
    rendering = run("step_render")
    assert rendering["thumbnail_key"].endswith(".png")
    publication = run("step_publish", rendering=rendering)
    assert publication["thumbnail_key"] == rendering["thumbnail_key"]
    assert set(publication) == set(event("step_settle")["publication"])
    assert run("step_settle", publication=publication) is None
    assert status(seeded) == "completed"
    assert run("runs_download")["statusCode"] == 302
    assert run("runs_thumbnail")["statusCode"] == 302
    answer = run("runs_export")
    assert answer["statusCode"] == 200, answer["body"]
    assert [order.task for order in converter.orders] == ["thumbnail", "convert"]


def test_the_failing_state(seeded: TaskRef) -> None:
    assert run("step_fail") is None
    task = store.get_task(seeded.org_id, seeded.task_id)
    assert task is not None
    assert task.error is not None
    assert task.error.message == "AgentLoopError: max_tool_calls=30 exceeded"


def test_a_logo_that_is_not_there(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(target: Target, **_: object) -> None:
        assert target.url == event("logo_fetch")["url"]
        raise RequestFailed("not_resolved", "The host's name has no address.")

    monkeypatch.setattr("overten.outbound.client.fetch", unreachable)
    answer = run("logo_fetch")
    assert (answer["ok"], answer["reason"]) == (False, "not_resolved")


def test_the_judge_of_doubtful_requests(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from pydantic_ai.models.test import TestModel

    judge = importlib.import_module("preflight_judge")
    monkeypatch.setattr(judge, "_model", lambda: TestModel(custom_output_text='{"missing": ["reference_files"]}'))
    assert run("preflight_judge") == {"missing": ["reference_files"]}


def test_an_ended_execution(seeded: TaskRef) -> None:
    run("executions_ended")
    assert status(seeded) == "failed"


def test_the_reaper(seeded: TaskRef) -> None:
    run_key = {"pk": seeded.org_id, "sk": f"RUN#{seeded.run_id}"}
    run("step_fail")
    expired = {"condition": "attribute_exists(pk)", "values": {":past": 1}}
    dynamo.update("runs", run_key, "SET expires_at_seconds = :past", **expired)  # type: ignore[arg-type]

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 840_000

    importlib.import_module("runs_reap").handler(event("runs_reap"), Context())
    buried = store.get_run(seeded.org_id, seeded.run_id)
    assert buried is not None
    assert (buried.title, buried.deleted_at_seconds) == ("", 1)


def test_the_outbox(seeded: TaskRef, executions: FakeExecutions) -> None:
    assert run("outbox_relay") == {"batchItemFailures": []}
    assert executions.started == [seeded.task_id]


def test_an_outbox_item_that_fails_is_reported_to_the_stream(seeded: TaskRef, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: TaskRef) -> None:
        raise RuntimeError

    monkeypatch.setattr(lifecycle, "start_missed", broken)
    sequence = event("outbox_relay")["Records"][0]["dynamodb"]["SequenceNumber"]
    assert run("outbox_relay") == {"batchItemFailures": [{"itemIdentifier": sequence}]}


def test_the_sweep(seeded: TaskRef, executions: FakeExecutions) -> None:
    run("tasks_sweep")
    assert executions.started == [seeded.task_id]


def test_an_operators_action(seeded: TaskRef) -> None:
    for booked in (True, False):
        answer = run("operate")
        assert (answer["success"], answer["booked"], answer["balance"]) == (True, booked, {"available": 545, "held": 5})


@pytest.mark.parametrize("name", ["credits_get", "credits_ledger"])
def test_requests_about_credits(seeded: TaskRef, name: str) -> None:
    assert run(name)["statusCode"] == 200


@pytest.mark.parametrize(
    ("name", "expected"),
    [("verify", 200), ("excel_generate", 202), ("word_generate", 202), ("slides_generate", 202),
     ("slides_outline", 202), ("excel_analyze", 404), ("preflight", 200),
     ("tasks_get", 200), ("runs_list", 200), ("runs_get", 200),
     ("runs_download", 409), ("tasks_cancel", 202), ("runs_delete", 409), ("runs_versions_list", 200),
     ("runs_versions_restore", 409)],
)  # fmt: skip
def test_requests_with_a_key(seeded: TaskRef, name: str, expected: int) -> None:
    answer = run(name)
    assert answer["statusCode"] == expected, answer["body"]


@pytest.fixture
def uploaded(seeded: TaskRef) -> TaskRef:
    """The file and the image that the events speak of: the file has just arrived, the image is ready."""
    file_id = event("files_get")["pathParameters"]["file_id"]
    image_id = event("images_get")["pathParameters"]["image_id"]
    common = {"org_id": seeded.org_id, "creator_uid": "user-1", "created_at": iso(time.time())}
    file = Asset(asset_id=file_id, sort="file", name="rents.csv", bytes=len(RENTS), purpose="context", **common)
    image = Asset(asset_id=image_id, sort="image", name="shop.png", content_type="image/png", status="ready", **common)
    assets_store.put_pending(file)
    upload(file, RENTS)
    assets_store.put_pending(image.model_copy(update={"object_key": "org/x/images/y/z"}))
    return seeded


@pytest.mark.parametrize(
    ("name", "expected"),
    [("files_create", 201), ("files_list", 200), ("files_get", 200), ("files_delete", 204), ("images_create", 201),
     ("images_list", 200), ("images_get", 200), ("images_content", 302), ("images_delete", 204)],
)  # fmt: skip
def test_requests_for_assets(uploaded: TaskRef, name: str, expected: int) -> None:
    answer = run(name)
    assert answer["statusCode"] == expected, answer["body"]


def test_what_can_be_had_of_an_upload(uploaded: TaskRef) -> None:
    assert run("files_download")["statusCode"] == 409
    assert run("files_convert")["statusCode"] == 409
    run("assets_check")
    assert run("files_download")["statusCode"] == 302
    answer = run("files_convert")
    assert (answer["statusCode"], json.loads(answer["body"])["error"]) == (400, "invalid_request"), "it is a csv"


def test_orders_of_converters(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = FakeStorage()
    storage.held[event("export_values")["source_url"]] = b"no workbook"
    monkeypatch.setattr(urllib.request, "urlopen", storage.open)
    assert run("export_values")["outcome"] == "refused"
    assert len(storage.puts) == 1

    def missing() -> Office:
        raise OfficeMissing("Install it.")

    monkeypatch.setattr("export_office.Office", missing)
    assert run("export_office") == {**Delivery(outcome="office_missing", message="Install it.").model_dump()}


def test_an_upload_arrives_is_checked_and_reaped(uploaded: TaskRef, monkeypatch: pytest.MonkeyPatch) -> None:
    run("assets_check")
    assert json.loads(run("files_get")["body"])["status"] == "ready"
    run("files_delete")
    late = time.time() + 86_401
    monkeypatch.setattr(time, "time", lambda: late)
    assert len(stored_keys("org/")) == 1
    run("assets_reap")
    assert stored_keys("org/") == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("signup", 201),
        ("api_keys_create", 201),
        ("api_keys_list", 200),
        ("api_keys_revoke", 204),
        ("organizations_list", 200),
    ],
)
def test_requests_of_a_signed_in_user(seeded: TaskRef, token_of: TokenOf, name: str, expected: int) -> None:
    token = f"Bearer {token_of('user-1')}"
    headers = {**event(name)["headers"], "Authorization": token}
    changes = {"headers": headers, "multiValueHeaders": {key: [value] for key, value in headers.items()}}
    answer = run(name, **changes)
    assert answer["statusCode"] == expected, answer["body"]


@pytest.mark.parametrize("name", ["openapi_get", "docs_get"])
def test_requests_of_anybody(environment: None, name: str) -> None:
    assert run(name)["statusCode"] == 200


class Wires:
    """What was announced on the bus and told to the deliverer, instead of AWS."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.published: list[RunEvent] = []
        self.told: list[Trigger] = []
        monkeypatch.setattr(event_store, "publish", self.published.append)
        monkeypatch.setattr(queue_store, "tell", lambda trigger, **_: self.told.append(trigger))


@pytest.fixture
def subscribed(seeded: TaskRef) -> TaskRef:
    """The webhook that the events speak of."""
    subscription = Subscription(
        webhook_id=event("webhooks_test")["pathParameters"]["webhook_id"],
        org_id=seeded.org_id,
        url="https://hooks.example.com/overten",
        events=["run.completed", "run.failed"],
        creator_uid="user-1",
        scope="workspace",
        created_at=iso(time.time()),
        secret=signing.new_secret(),
    )
    webhooks_store.create(subscription)
    return seeded


def test_the_end_of_a_run_on_its_way_to_a_webhook(subscribed: TaskRef, monkeypatch: pytest.MonkeyPatch) -> None:
    wires = Wires(monkeypatch)
    run("step_fail")
    assert run("events_publish") == {"batchItemFailures": []}
    assert [announced.event for announced in wires.published] == ["run.failed"]
    run("webhooks_fan_out")
    assert run("webhooks_trigger") == {"batchItemFailures": []}
    [told] = wires.told
    assert json.loads(event("webhooks_deliver")["Records"][0]["body"]) == told.model_dump()

    def refused(*_: object, **__: object) -> None:
        raise RequestFailed("not_reached", "The host could not be reached.")

    monkeypatch.setattr("overten.outbound.client.fetch", refused)
    assert run("webhooks_deliver") == {"batchItemFailures": []}
    answer = run("webhooks_deliveries_list")
    [delivery] = json.loads(answer["body"])["deliveries"]
    assert (delivery["status"], delivery["attempts"][0]["error"]) == ("pending", "not_reached")
    assert run("webhooks_deliveries_redeliver")["statusCode"] == 202


@pytest.mark.parametrize(
    ("name", "expected"),
    [("webhooks_create", 201), ("webhooks_list", 200), ("webhooks_update", 200), ("webhooks_delete", 204),
     ("webhooks_rotate_secret", 200), ("webhooks_test", 202), ("webhooks_deliveries_list", 200),
     ("webhooks_deliveries_redeliver", 404)],
)  # fmt: skip
def test_requests_about_webhooks(subscribed: TaskRef, name: str, expected: int) -> None:
    answer = run(name)
    assert answer["statusCode"] == expected, answer["body"]


def test_every_event_is_run_here() -> None:
    text = Path(__file__).read_text()
    assert all(f'"{file.stem}"' in text for file in EVENTS.glob("*.json"))
