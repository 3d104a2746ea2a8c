"""An org with a webhook, a receiver that answers as told, and AWS's part in the waiting played with a fake clock."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from overten.accounts.models import AuthenticatedKey
from overten.aws import dynamo
from overten.outbound.client import Response
from overten.outbound.errors import OutboundError
from overten.outbound.targets import Target
from overten.webhooks import ladder, service, store
from overten.webhooks.deliver import deliver
from overten.webhooks.models import Delivery, Subscription, Trigger
from overten.webhooks.requests import WebhookRequest
from overten.webhooks.trigger import trigger
from tests.unit.runs.factories import NOW, caller

type Reply = Response | OutboundError
URL = "https://hooks.example.com/overten"


def reply(status: int = 200, body: bytes = b"ok", **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status=status, headers=named, body=body, truncated=False, duration_seconds=0.2)


@dataclass
class Request:
    """What the receiver got."""

    at: float
    target: Target
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """Time, the receiver, and the queue with its schedules. `answer` says what the receiver answers."""

    now: float = NOW
    requests: list[Request] = field(default_factory=list)
    answer: Callable[[int], Reply] = lambda _: reply()
    waiting: list[tuple[float, int, Trigger]] = field(default_factory=list)
    by_schedule: list[float] = field(default_factory=list)
    _order: Any = field(default_factory=count)

    def fetch(self, target: Target, **details: Any) -> Response:
        assert (details["method"], details["deadline_seconds"], details["max_body_bytes"]) == ("POST", 15.0, 1024)
        self.requests.append(Request(self.now, target, details["headers"], details["body"]))
        found = self.answer(len(self.requests))
        if isinstance(found, OutboundError):
            raise found
        return found

    def tell(self, due: Trigger, *, now: float, due_at_seconds: float) -> None:
        heapq.heappush(self.waiting, (due_at_seconds, next(self._order), due))

    def trigger(self, delivery: Delivery) -> None:
        """What the table's stream does with a delivery that has become pending."""
        trigger(delivery, now=self.now)

    def run(self, delivery: Delivery) -> Delivery:
        """Lets time pass until nothing is waiting any more."""
        self.trigger(delivery)
        while self.waiting:
            due, _, message = heapq.heappop(self.waiting)
            self.now = max(self.now, due)
            deliver(message)
            standing = current(delivery)
            if standing.status == "pending" and standing.attempt == message.attempt + 1:
                self.trigger(standing)
        return current(delivery)


def current(delivery: Delivery) -> Delivery:
    found = store.get_delivery(delivery.org_id, delivery.owner_id, delivery.delivery_id)
    assert found is not None
    return found


def message_of(delivery: Delivery) -> Trigger:
    return Trigger(
        org_id=delivery.org_id,
        owner_id=delivery.owner_id,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt,
    )


@pytest.fixture
def world(aws: None, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(time, "time", lambda: made.now)
    monkeypatch.setattr("overten.outbound.client.fetch", made.fetch)
    monkeypatch.setattr("overten.webhooks.queue_store.tell", made.tell)
    monkeypatch.setattr(ladder.random, "random", lambda: 0.0)
    return made


@pytest.fixture
def by(world: World) -> AuthenticatedKey:
    return caller()


@pytest.fixture
def webhook(by: AuthenticatedKey) -> Subscription:
    return subscribe(by)


def subscribe(by: AuthenticatedKey, url: str = URL, events: tuple[str, ...] = ("run.completed", "run.failed")) -> Any:
    request = WebhookRequest.model_validate({"url": url, "events": list(events)})
    return service.subscribe(request, by, now=NOW)


def deliveries(org_id: str) -> list[Delivery]:
    """Every delivery of an org, to whomever."""
    items = dynamo.query("webhooks", "pk = :pk AND begins_with(sk, :d)", {":pk": org_id, ":d": "DELIVERY#"})
    return [Delivery.model_validate(item) for item in items]


def a_delivery(webhook: Subscription, event_id: str = "evt_01JD3Q7Z8X5R2K9M4N6P8T0V1W") -> Delivery:
    """A delivery of a run's event, just begun."""
    delivery = Delivery(
        org_id=webhook.org_id,
        owner_id=webhook.webhook_id,
        delivery_id=event_id,
        event="run.failed",
        created_at="2027-01-15T08:00:00.000+00:00",
        expires_at_seconds=NOW + 30 * 86_400,
        body='{"event":"run.failed","summary":"Zürich 🚀"}',
        due_at_seconds=NOW,
    )
    assert store.put_delivery(delivery)
    return delivery
