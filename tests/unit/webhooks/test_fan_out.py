"""From the end of a run to its deliveries."""

from __future__ import annotations

import importlib
import json
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from overten.accounts import service as accounts
from overten.accounts import store as accounts_store
from overten.accounts.models import AuthenticatedKey, User
from overten.aws import dynamo
from overten.runs import event_store, lifecycle, link_store, links, open_tasks, store
from overten.runs.models import RETENTION_SECONDS, RunEvent, Task, TaskError
from overten.webhooks import service
from overten.webhooks import store as webhooks_store
from overten.webhooks.fan_out import fan_out
from overten.webhooks.models import Delivery, Subscription
from overten.webhooks.requests import WebhookChange
from tests.unit.runs.conftest import FakeExecutions, executions
from tests.unit.runs.factories import NOW, OUTCOME, PUBLICATION, accept
from tests.unit.webhooks.conftest import World, deliveries, subscribe
from tests.unit.webhooks.test_signing import verify

__all__ = ["executions"]
ERROR = TaskError(code="upstream_error", message="The model provider is not available.")


@pytest.fixture(autouse=True)
def _machine(executions: FakeExecutions) -> None:
    """Nothing is really started."""


def events(org_id: str) -> list[RunEvent]:
    items = dynamo.query("runs", "pk = :pk AND begins_with(sk, :o)", {":pk": org_id, ":o": "OUTBOX#evt_"})
    return [RunEvent.model_validate(item) for item in items]


def completed(by: AuthenticatedKey, **fields: object) -> tuple[Task, RunEvent]:
    task = accept(by, **fields)
    store.start(store.ref_of(task), now=NOW + 1)
    for _ in range(2):
        store.settle(read(task), OUTCOME, PUBLICATION, 2, now=NOW + 3)
    [event] = [event for event in events(by.org_id) if event.task_id == task.task_id]
    return read(task), event


def read(task: Task) -> Task:
    found = store.get_task(task.org_id, task.task_id)
    assert found is not None
    return found


def body_of(org_id: str) -> dict[str, Any]:
    [delivery] = deliveries(org_id)
    body: dict[str, Any] = json.loads(delivery.body)
    return body


def test_a_run_cannot_end_without_its_one_event(world: World, by: AuthenticatedKey) -> None:
    task, event = completed(by)
    assert (event.event, event.run_id, event.task_id) == ("run.completed", task.run_id, task.task_id)
    failing = accept(by)
    for _ in range(3):
        store.fail(failing, ERROR, now=NOW)
    assert sorted(event.event for event in events(by.org_id)) == ["run.completed", "run.failed"]


def test_a_cancelled_task_fires_nothing_and_an_expired_one_fails(world: World, by: AuthenticatedKey) -> None:
    store.cancel(accept(by), now=NOW)
    assert events(by.org_id) == []
    store.expire(accept(by), ERROR, now=NOW)
    assert [event.event for event in events(by.org_id)] == ["run.failed"]


def test_the_body_of_a_completed_run(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    task, event = completed(by)
    task = task.model_copy(update={"base_url": "https://api.example.com/api"})
    dynamo.update("runs", store.task_key(by.org_id, task.task_id), "SET base_url = :u", values={":u": task.base_url})
    assert fan_out(event, now=NOW) == 1
    body = body_of(by.org_id)
    link = body.pop("download_url")
    assert body == {
        "event": "run.completed", "event_id": event.event_id, "run_id": task.run_id, "task_id": task.task_id,
        "agent_name": "excel_agent_api", "format": "excel", "status": "completed", "created_at": event.created_at,
        "credits_used": 2, "duration_ms": 3000, "edit_url": None, "summary": "Made.", "file_name": "Budget.xlsx",
        "warnings": [],
    }  # fmt: skip
    assert link.startswith(f"https://api.example.com/api/v1/runs/{task.run_id}/download?token=")
    opened = link_store.find(link.partition("token=")[2], now=NOW)
    assert opened is not None
    assert (opened.run_id, opened.version) == (task.run_id, 1)


def test_the_body_of_a_failed_run(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    store.fail(accept(by), ERROR, now=NOW)
    [event] = events(by.org_id)
    fan_out(event, now=NOW)
    body = body_of(by.org_id)
    assert body["error"] == {"code": "upstream_error", "message": ERROR.message}
    assert (body["event"], body["status"], body["credits_used"]) == ("run.failed", "failed", 0)
    assert "download_url" not in body


def test_an_event_told_twice_begins_one_delivery_for_each_webhook(world: World, by: AuthenticatedKey) -> None:
    both, only_failed = subscribe(by), subscribe(by, events=("run.failed",))
    paused = subscribe(by)
    service.change(paused.webhook_id, WebhookChange(active=False), by)
    deleted = subscribe(by)
    service.unsubscribe(deleted.webhook_id, by, now=NOW)
    _, event = completed(by)
    assert [fan_out(event, now=NOW + n) for n in range(3)] == [1, 0, 0]
    assert [delivery.owner_id for delivery in deliveries(by.org_id)] == [both.webhook_id]
    assert only_failed.webhook_id != both.webhook_id


def test_a_webhook_url_is_told_once_signed_with_the_orgs_secret(world: World, by: AuthenticatedKey) -> None:
    task, event = completed(by, webhook_url="https://one.example.com/shot?x=1")
    for _ in range(2):
        fan_out(event, now=NOW)
    [delivery] = deliveries(by.org_id)
    assert delivery.owner_id == task.task_id
    done = world.run(delivery)
    [request] = world.requests
    org = accounts_store.get_org(by.org_id)
    assert org is not None
    assert verify(org.webhook_secret, request.headers, request.body)
    assert request.target.url == "https://one.example.com/shot?x=1"
    assert (done.status, done.one_shot) == ("delivered", None)


def test_another_orgs_webhooks_hear_nothing(world: World, by: AuthenticatedKey) -> None:
    from tests.unit.runs.factories import caller

    rival = caller("Rival", "rival")
    subscribe(rival)
    _, event = completed(by)
    assert fan_out(event, now=NOW) == 0
    assert deliveries(rival.org_id) == []


def test_a_personal_keys_webhook_hears_of_its_creators_runs_only(world: World, by: AuthenticatedKey) -> None:
    personal = by.model_copy(update={"scope": "personal"})
    theirs = by.model_copy(update={"creator_uid": "user-2"})
    subscribe(personal)
    assert fan_out(completed(theirs)[1], now=NOW) == 0
    assert fan_out(completed(by)[1], now=NOW) == 1


def test_a_run_that_was_erased_meanwhile_is_told_of_without_its_content(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    task, event = completed(by)
    kept = task.model_dump(exclude={"outcome", "version", "base_url"})
    dynamo.put("runs", {**store.task_key(by.org_id, task.task_id), **kept, "deleted_at_seconds": NOW})
    fan_out(event, now=NOW)
    body = body_of(by.org_id)
    assert (body["download_url"], body["summary"], body["file_name"]) == (None, None, None)


@pytest.fixture
def minted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The versions that links are made to."""
    versions: list[int] = []

    def link(_org_id: str, _run_id: str, version: int, *_: object, **__: object) -> str:
        versions.append(version)
        return "https://link"

    monkeypatch.setattr(links, "version_url", link)
    return versions


def asked(by: AuthenticatedKey) -> RunEvent:
    """The event of a question about a version."""
    made, event = completed(by)
    store.delete_event(event)
    task = accept(by, now=NOW + 5, run_id=made.run_id, mode="ask")
    store.settle(task, OUTCOME, None, 1, now=NOW + 6)
    [event] = events(by.org_id)
    return event


def test_a_question_links_to_the_version_that_it_was_about(
    world: World, by: AuthenticatedKey, webhook: Subscription, minted: list[int]
) -> None:
    fan_out(asked(by), now=NOW + 7)
    assert minted == [1]
    assert body_of(by.org_id)["download_url"] == "https://link"


def test_a_question_to_a_run_that_is_gone_is_told_of_without_a_link(
    world: World, by: AuthenticatedKey, webhook: Subscription, minted: list[int]
) -> None:
    fan_out(asked(by), now=NOW + 7 + RETENTION_SECONDS)
    assert minted == []
    assert body_of(by.org_id)["download_url"] is None


def test_no_link_is_made_for_a_turn_that_failed(
    world: World, by: AuthenticatedKey, webhook: Subscription, minted: list[int]
) -> None:
    made, first = completed(by)
    store.delete_event(first)
    store.fail(accept(by, now=NOW + 5, run_id=made.run_id), ERROR, now=NOW + 6)
    [event] = events(by.org_id)
    fan_out(event, now=NOW + 7)
    assert minted == []
    assert "download_url" not in body_of(by.org_id)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[RunEvent]:
    """What the bus is told."""
    told: list[RunEvent] = []
    monkeypatch.setattr(event_store, "publish", told.append)
    return told


def test_the_sweeper_has_an_event_told_again_until_fan_out_has_run(
    world: World, by: AuthenticatedKey, published: list[RunEvent]
) -> None:
    _, event = completed(by)
    lifecycle.publish_event(event)
    world.now = NOW + 3 + store.EVENT_CHECK_SECONDS
    assert lifecycle.publish_missed_events() == 0
    world.now += 1
    assert [lifecycle.publish_missed_events() for _ in range(2)] == [1, 0]
    world.now += store.EVENT_CHECK_SECONDS + 2
    assert lifecycle.publish_missed_events() == 1
    assert published == [event] * 3
    assert events(by.org_id) == [event]
    fan_out(event, now=world.now)
    world.now += 86_400
    assert lifecycle.publish_missed_events() == 0
    assert events(by.org_id) == []
    assert store.count_open_tasks() == 0


def test_an_event_that_is_never_fanned_out_is_told_ever_more_seldom_but_each_hour(
    world: World, by: AuthenticatedKey, published: list[RunEvent]
) -> None:
    completed(by)
    times = []
    for world.now in range(int(NOW), int(NOW) + 6 * 3_600, 60):
        times += [world.now - NOW] * lifecycle.publish_missed_events()
    waits = [after - before for before, after in pairwise(times)]
    assert times[0] <= 180
    assert waits == sorted(waits)
    assert 3_600 <= waits[-1] <= 3_660


def test_a_bad_event_does_not_keep_the_others_from_being_told(
    world: World, by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused, good = (completed(by)[1] for _ in range(2))
    unreadable = {"pk": by.org_id, "sk": "OUTBOX#evt_0", "open_shard": "events", "open_deadline": NOW}
    dynamo.put("runs", unreadable)
    tried: list[str] = []

    def publish(event: RunEvent) -> None:
        tried.append(event.event_id)
        if event == refused:
            raise event_store.NotPublished("ValidationException")

    monkeypatch.setattr(event_store, "publish", publish)
    world.now = NOW + 600
    with pytest.raises(lifecycle.SweepIncomplete, match="2 events, beside 1"):
        lifecycle.publish_missed_events()
    assert sorted(tried) == sorted([refused.event_id, good.event_id])
    assert lifecycle.publish_missed_events() == 0, "they are put off, so that they do not fill the sweeper's turns"
    world.now += 3_601
    with pytest.raises(lifecycle.SweepIncomplete, match="2 events"):
        lifecycle.publish_missed_events()


def test_a_fan_out_that_dies_half_way_is_repeated_and_doubles_nothing(
    world: World, by: AuthenticatedKey, published: list[RunEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed = {subscribe(by).webhook_id for _ in range(3)}
    _, event = completed(by)
    put, made = webhooks_store.put_delivery, []

    def dying(delivery: Delivery) -> bool:
        made.append(delivery)
        if len(made) == 2:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")
        return put(delivery)

    monkeypatch.setattr(webhooks_store, "put_delivery", dying)
    lifecycle.publish_event(event)
    with pytest.raises(ReadTimeoutError):
        fan_out(event, now=NOW)
    assert len(deliveries(by.org_id)) == 1
    world.now = NOW + 600
    assert lifecycle.publish_missed_events() == 1
    assert fan_out(published[-1], now=world.now) == 2
    assert {delivery.owner_id for delivery in deliveries(by.org_id)} == subscribed
    assert events(by.org_id) == []


@pytest.mark.parametrize("broken", [(open_tasks, "put_right"), (lifecycle, "sweep")])
def test_events_are_told_though_another_part_of_the_sweep_dies(
    world: World,
    by: AuthenticatedKey,
    published: list[RunEvent],
    monkeypatch: pytest.MonkeyPatch,
    broken: tuple[ModuleType, str],
) -> None:
    def die() -> None:
        raise KeyError("pk")

    monkeypatch.setattr(*broken, die)
    _, event = completed(by)
    world.now = NOW + 600
    with pytest.raises(KeyError):
        importlib.import_module("tasks_sweep").handler({}, None)
    assert published == [event]


def test_an_event_that_cannot_be_published_stays_in_the_outbox(
    world: World, by: AuthenticatedKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: RunEvent) -> None:
        raise event_store.NotPublished("InternalFailure")

    monkeypatch.setattr(event_store, "publish", broken)
    _, event = completed(by)
    with pytest.raises(event_store.NotPublished):
        lifecycle.publish_event(event)
    assert events(by.org_id) == [event]


def test_a_redelivery_carries_a_fresh_link(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    _, event = completed(by)
    fan_out(event, now=NOW)
    delivered = world.run(deliveries(by.org_id)[0])
    assert delivered.body == ""
    later = NOW + 20 * 86_400
    service.redeliver(webhook.webhook_id, event.event_id, by, now=later)
    token = body_of(by.org_id)["download_url"].partition("token=")[2]
    assert link_store.find(token, now=later + 3_600) is not None


def delete_run(run_id: str, by: AuthenticatedKey) -> None:
    """As DELETE /runs/{run_id} leaves it, before the reaper has come for its task."""
    dynamo.update("runs", store.run_key(by.org_id, run_id), "SET deleted_at_seconds = :now", values={":now": NOW})


def test_of_a_run_that_was_deleted_no_content_is_sent_though_its_task_still_tells(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    task, event = completed(by)
    delete_run(task.run_id, by)
    fan_out(event, now=NOW + 5)
    body = body_of(by.org_id)
    assert (body["download_url"], body["summary"], body["file_name"], body["warnings"]) == (None, None, None, [])
    assert (body["run_id"], body["credits_used"]) == (task.run_id, 2)


def test_nor_is_it_when_the_event_is_sent_again(world: World, by: AuthenticatedKey, webhook: Subscription) -> None:
    task = accept(by)
    store.fail(task, ERROR, now=NOW)
    [event] = events(by.org_id)
    fan_out(event, now=NOW)
    world.run(deliveries(by.org_id)[0])
    assert ERROR.message in world.requests[0].body.decode()
    delete_run(task.run_id, by)
    service.redeliver(webhook.webhook_id, event.event_id, by, now=NOW + 60)
    assert body_of(by.org_id)["error"] is None


def test_a_run_past_its_retention_is_told_of_without_its_content(
    world: World, by: AuthenticatedKey, webhook: Subscription
) -> None:
    task, event = completed(by)
    run = store.get_run(by.org_id, task.run_id)
    assert run is not None
    fan_out(event, now=run.expires_at_seconds)
    body = body_of(by.org_id)
    assert (body["download_url"], body["summary"]) == (None, None)


def test_users_of_one_org_share_its_webhooks(world: World, by: AuthenticatedKey) -> None:
    """The org is the tenant: who made a workspace's webhook does not matter."""
    subscribe(by)
    _, other = accounts.sign_up(User(uid="user-9"), org_name="Nine", tier="free", key_name="default", now=NOW)
    assert other.key.org_id != by.org_id
    assert fan_out(completed(by.model_copy(update={"creator_uid": "user-9"}))[1], now=NOW) == 1
