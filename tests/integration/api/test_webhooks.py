"""Webhooks on the local stack: from the end of a run, through bus, queue and schedules, to a receiver on loopback."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import pairwise
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from local.tap import tapped
from tests.integration.api.client import Org, Reaper, reconfigured, until
from tests.integration.api.receiver import Received, Receiver, receiving
from tests.integration.conftest import RunningStack
from tests.unit.webhooks.test_signing import verify


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack)


def subscribe(org: Org, url: str, *events: str) -> dict[str, Any]:
    answer = org.http.post("/webhooks", json={"url": url, "events": list(events) or ["run.completed", "run.failed"]})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def deliveries(org: Org, webhook_id: str) -> list[dict[str, Any]]:
    answer = org.http.get(f"/webhooks/{webhook_id}/deliveries", params={"limit": 100})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["deliveries"]
    return found


def send_test(org: Org, webhook_id: str) -> str:
    answer = org.http.post(f"/webhooks/{webhook_id}/test")
    assert answer.status_code == 202, answer.text
    return str(answer.json()["delivery_id"])


def delete(org: Org, webhook_id: str) -> None:
    assert org.http.delete(f"/webhooks/{webhook_id}").status_code == 204


def accepted_by_all(secret: str, got: Received) -> bool:
    Webhook(secret).verify(got.body, got.headers)
    return verify(secret, {name.title(): value for name, value in got.headers.items()}, got.body)


def attempted(org: Org, webhook_id: str, number: int, *, seconds: float) -> dict[str, Any]:
    """The webhook's one delivery once so many attempts at it have been made."""
    [found] = until(
        lambda: deliveries(org, webhook_id),
        lambda every: len(every) == 1 and len(every[0]["attempts"]) >= number,
        seconds=seconds,
    )
    return found


def test_the_end_of_a_run_is_told_once_signed_and_logged(org: Org, receiver: Receiver) -> None:
    webhook = subscribe(org, receiver.url("/ok/both"))
    failed_only = subscribe(org, receiver.url("/ok/failed"), "run.failed")
    task = org.wait(org.accept(webhook_url=receiver.url("/ok/once"))["task_id"])
    [got] = until(lambda: receiver.of("/ok/both"), bool, seconds=30)
    [once] = until(lambda: receiver.of("/ok/once"), bool, seconds=30)
    body = Webhook(webhook["secret"]).verify(got.body, got.headers)
    assert accepted_by_all(webhook["secret"], got)
    assert accepted_by_all(org.http.get("/verify").json()["webhook_secret"], once)
    assert (body["event"], body["run_id"], body["status"]) == ("run.completed", task["run_id"], "completed")
    assert (body["agent_name"], body["file_name"]) == ("excel_agent_api", task["result"]["file_name"])
    assert got.headers["x-overten-event"] == "run.completed"
    assert once.event_id == got.event_id == body["event_id"]
    document = httpx.get(body["download_url"], follow_redirects=True, trust_env=False)
    assert (document.status_code, document.content[:2]) == (200, b"PK")
    [logged] = until(
        lambda: deliveries(org, webhook["webhook_id"]), lambda every: every[0]["status"] == "delivered", seconds=10
    )
    assert (logged["event_id"], logged["attempts"][0]["status_code"]) == (got.event_id, 204)
    time.sleep(2)
    assert len(receiver.of("/ok/both")) == len(receiver.of("/ok/once")) == 1
    assert receiver.of("/ok/failed") == []
    assert deliveries(org, failed_only["webhook_id"]) == []
    for made in (webhook, failed_only):
        delete(org, made["webhook_id"])


@pytest.mark.parametrize(
    ("path", "status_code", "error"),
    [
        ("/status/500", 500, "bad_status"),
        ("/status/404", 404, "bad_status"),
        ("/moved", 307, "bad_status"),
        ("/huge", 200, None),
        ("/reset", None, "bad_response"),
        ("/slow", 200, None),
        ("/silent", None, "timed_out"),
    ],
)
def test_misbehaving_receivers(
    org: Org, receiver: Receiver, path: str, status_code: int | None, error: str | None
) -> None:
    webhook = subscribe(org, receiver.url(path))
    send_test(org, webhook["webhook_id"])
    tried = attempted(org, webhook["webhook_id"], 1, seconds=45)["attempts"][0]
    assert tried["status_code"] == status_code
    assert tried["error"] == error or {tried["error"], error} == {"bad_response", "not_reached"}
    assert tried["duration_ms"] < 17_000
    assert len(tried["response"] or "") <= 1024
    assert tried["response_truncated"] == (path in ("/huge", "/slow"))
    assert receiver.of("/ok/followed") == []
    delete(org, webhook["webhook_id"])


def test_a_receiver_without_tls(org: Org) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    listener.accept()[0].sendall(b"HTTP/1.1 200 OK\r\n\r\n")

        threading.Thread(target=hang_up, daemon=True).start()
        webhook = subscribe(org, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        send_test(org, webhook["webhook_id"])
        tried = attempted(org, webhook["webhook_id"], 1, seconds=45)["attempts"][0]
    assert (tried["status_code"], tried["error"]) == (None, "not_reached")
    delete(org, webhook["webhook_id"])


def test_the_first_steps_of_the_ladder_by_queue_and_schedule(stack: RunningStack, org: Org, receiver: Receiver) -> None:
    """10 s and 30 s by the queue; 2 min, with the threshold at 60 s, by a schedule that is gone afterwards."""
    with reconfigured(stack, "WebhooksTriggerFunction", SCHEDULER_THRESHOLD_SECONDS="60"):
        webhook = subscribe(org, receiver.url("/status/503/ladder"))
        busy = subscribe(org, receiver.url("/busy"))
        org.wait(org.accept()["task_id"])
        waiting = attempted(org, webhook["webhook_id"], 3, seconds=120)
        assert (waiting["status"], waiting["next_attempt_at"] is not None) == ("pending", True)
        scheduler, group = stack.client("scheduler"), stack.deployment.resources["WebhookSchedules"]
        name = f"{webhook['webhook_id'][4:]}-{waiting['event_id'][4:]}-4"
        schedule = until(lambda: _schedule(scheduler, group, name), lambda found: found is not None, seconds=10)
        assert schedule["ActionAfterCompletion"] == "DELETE"
        attempted(org, webhook["webhook_id"], 4, seconds=180)
        until(lambda: _schedule(scheduler, group, name), lambda found: found is None, seconds=15)
    times = [got.at for got in receiver.of("/status/503/ladder")]
    waits = [after - before for before, after in pairwise(times)]
    assert len(times) == 4
    assert 10 <= waits[0] < 20
    assert 30 <= waits[1] < 45
    assert 115 <= waits[2] < 165, "a schedule keeps the second, and the emulator looks every ten seconds"
    asked = [got.at for got in receiver.of("/busy")]
    assert 20 <= asked[1] - asked[0] < 30, "Retry-After: 20 is longer than the ladder's 10 s"
    for made in (webhook, busy):
        delete(org, made["webhook_id"])


def _schedule(scheduler: Any, group: str, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = scheduler.get_schedule(GroupName=group, Name=name)
    except scheduler.exceptions.ResourceNotFoundException:
        return None
    return found


def test_410_deactivates_visibly_and_a_patch_begins_anew(org: Org, receiver: Receiver) -> None:
    webhook = subscribe(org, receiver.url("/status/410"))
    send_test(org, webhook["webhook_id"])
    attempted(org, webhook["webhook_id"], 1, seconds=30)
    [shown] = [
        one for one in org.http.get("/webhooks").json()["webhooks"] if one["webhook_id"] == webhook["webhook_id"]
    ]
    assert (shown["active"], shown["deactivated_reason"]) == (False, "gone")
    assert org.http.post(f"/webhooks/{webhook['webhook_id']}/test").status_code == 409
    change = {"active": True, "url": receiver.url("/ok/again")}
    assert org.http.patch(f"/webhooks/{webhook['webhook_id']}", json=change).json()["active"] is True
    send_test(org, webhook["webhook_id"])
    until(lambda: receiver.of("/ok/again"), bool, seconds=30)
    delete(org, webhook["webhook_id"])


def test_rotation_and_redelivery(org: Org, receiver: Receiver) -> None:
    webhook = subscribe(org, receiver.url("/ok/rotated"))
    first = send_test(org, webhook["webhook_id"])
    until(lambda: deliveries(org, webhook["webhook_id"]), lambda d: d[0]["status"] == "delivered", seconds=30)
    rotated = org.http.post(f"/webhooks/{webhook['webhook_id']}/rotate-secret").json()
    assert rotated["secret"] != webhook["secret"]
    again = org.http.post(f"/webhooks/{webhook['webhook_id']}/deliveries/{first}/redeliver")
    assert again.status_code == 202, again.text
    one, two = until(lambda: receiver.of("/ok/rotated"), lambda got: len(got) == 2, seconds=30)
    assert one.event_id == two.event_id == first
    for secret in (rotated["secret"], webhook["secret"]):
        assert accepted_by_all(secret, two)
    delete(org, webhook["webhook_id"])


def test_deleting_in_all_its_forms(org: Org) -> None:
    for form in ("path", "query", "body"):
        webhook_id = subscribe(org, "https://hooks.example.com/")["webhook_id"]
        path = f"/webhooks/{webhook_id}" if form == "path" else "/webhooks"
        named = {"query": {"params": {"webhook_id": webhook_id}}, "body": {"json": {"webhook_id": webhook_id}}}
        for _ in range(2):
            assert org.http.request("DELETE", path, **named.get(form, {})).status_code == 204  # type: ignore[arg-type]
        assert org.http.get(f"/webhooks/{webhook_id}/deliveries").status_code == 404
    assert org.http.delete("/webhooks").status_code == 400
    both = {"params": {"webhook_id": "whk_1"}, "json": {"webhook_id": "whk_2"}}
    assert org.http.request("DELETE", "/webhooks", **both).status_code == 422


# Five hundred take more than three minutes: OVERTEN_WEBHOOK_EVENTS=500.
EVENTS = int(os.environ.get("OVERTEN_WEBHOOK_EVENTS", "150"))
CALLS_A_DEATH = 100 if EVENTS >= 500 else 50
CLIENTS = 4


def test_however_the_deliverer_dies_every_event_arrives_and_the_log_agrees(stack: RunningStack) -> None:
    """Many events; about one in so many of the deliverer's calls to AWS is its last."""
    org, sqs = Org(stack), stack.client("sqs")
    queue = stack.deployment.resources["WebhookQueue"]
    before = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    with receiving() as receiver, ExitStack() as opened:
        webhook_id = subscribe(org, receiver.url("/ok/deaths"))["webhook_id"]
        # What died is looked at again as soon as its lease is over.
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "27"})
        opened.callback(sqs.set_queue_attributes, QueueUrl=queue, Attributes=before)
        reaper = Reaper(stack, "webhooks_deliver", every=CALLS_A_DEATH, seed=7)
        opened.enter_context(tapped(stack.settings, stack.deployment, "WebhooksDeliverFunction", reaper))
        with ThreadPoolExecutor(CLIENTS) as pool:
            sent = set(pool.map(lambda _: _send_patiently(org, webhook_id), range(EVENTS)))
        assert len(sent) == EVENTS
        logged = until(
            lambda: _every_delivery(org, webhook_id),
            lambda found: all(one["status"] == "delivered" for one in found),
            seconds=400,
        )
        received = [got.event_id for got in receiver.of("/ok/deaths")]
    assert reaper.deaths >= 5
    assert set(received) == sent == {one["delivery_id"] for one in logged}
    for one in logged:
        errors = [attempt["error"] for attempt in one["attempts"]]
        interrupted = errors.count("interrupted")
        arrived = received.count(one["delivery_id"])
        # Once, and at most once more for each death in the midst of it, which the log tells.
        assert errors.count(None) == 1
        assert 1 <= arrived <= 1 + interrupted, one
    dead = sqs.get_queue_attributes(
        QueueUrl=stack.deployment.resources["WebhookDeadLetters"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert dead["Attributes"]["ApproximateNumberOfMessages"] == "0"


def _send_patiently(org: Org, webhook_id: str) -> str:
    """Sends a test event, and waits for the key's next minute if it must."""
    while (answer := org.http.post(f"/webhooks/{webhook_id}/test")).status_code == 429:
        time.sleep(float(answer.headers["Retry-After"]))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["delivery_id"])


def _every_delivery(org: Org, webhook_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        query = {"limit": "100", **({"cursor": cursor} if cursor else {})}
        answer = org.http.get(f"/webhooks/{webhook_id}/deliveries", params=query)
        if answer.status_code == 429:
            time.sleep(float(answer.headers["Retry-After"]))
            continue
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["deliveries"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_one_event_for_many_webhooks_and_a_bus_that_tells_twice(stack: RunningStack, receiver: Receiver) -> None:
    org = Org(stack)
    paths = [f"/ok/{uuid.uuid4().hex}" for _ in range(5)]
    for path in paths:
        subscribe(org, receiver.url(path))
    org.wait(org.accept()["task_id"])
    got = [until(lambda path=path: receiver.of(path), bool, seconds=60)[0] for path in paths]  # type: ignore[misc]
    event = json.loads(got[0].body)
    detail = {name: event[name] for name in ("event", "event_id", "run_id", "task_id", "created_at")}
    stack.client("events").put_events(
        Entries=[
            {
                "EventBusName": stack.deployment.resources["EventBus"],
                "Source": "overten.runs",
                "DetailType": event["event"],
                "Detail": json.dumps({**detail, "org_id": org.org_id}),
            }
        ]
    )
    time.sleep(4)
    assert [len(receiver.of(path)) for path in paths] == [1] * 5
