"""The stream of table Webhooks: what is pending is told to the deliverer."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from overten.aws import dynamo
from overten.webhooks.models import Delivery, Subscription, Trigger
from tests.unit.webhooks.conftest import World, a_delivery, message_of

handler = importlib.import_module("webhooks_trigger").handler


def record(delivery: Delivery) -> dict[str, Any]:
    key = {"pk": delivery.org_id, "sk": f"DELIVERY#{delivery.owner_id}#{delivery.delivery_id}"}
    image = {**key, **delivery.model_dump()}
    return {
        "dynamodb": {
            "Keys": dynamo.to_wire(key),
            "NewImage": dynamo.to_wire(image),
            "SequenceNumber": delivery.delivery_id,
        }
    }


@pytest.fixture
def records(world: World, webhook: Subscription) -> list[dict[str, Any]]:
    return [record(a_delivery(webhook, f"evt_{n:026d}")) for n in range(3)]


def told(world: World) -> list[str]:
    return [trigger.delivery_id for _, _, trigger in sorted(world.waiting, key=lambda one: one[1])]


def test_an_outage_is_reported_so_that_the_stream_resumes_there(
    world: World, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell(due: Trigger, **details: float) -> None:
        if due.delivery_id.endswith("1"):
            raise ConnectionError("SQS is not there.")
        world.tell(due, **details)

    with monkeypatch.context() as outage:
        outage.setattr("overten.webhooks.queue_store.tell", tell)
        answer = handler({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"evt_{1:026d}"}]}
    assert told(world) == [f"evt_{0:026d}"]
    assert handler({"Records": records[1:]}, None) == {"batchItemFailures": []}
    assert told(world) == [f"evt_{n:026d}" for n in range(3)]


def test_a_delivery_that_cannot_be_read_does_not_hold_up_the_others_for_a_day(
    world: World, records: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    del records[1]["dynamodb"]["NewImage"]["due_at_seconds"]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}
    assert told(world) == [f"evt_{n:026d}" for n in (0, 2)]
    [line] = [one for one in caplog.records if one.getMessage() == "delivery_not_readable"]
    assert line.__dict__["sk"].endswith(f"#evt_{1:026d}")
    assert line.__dict__["members"] == [("due_at_seconds",)]
    assert "Zürich" not in str(vars(line)), "a run's content is not logged"


def test_what_is_told_is_the_attempt_that_is_due(world: World, webhook: Subscription) -> None:
    delivery = a_delivery(webhook)
    handler({"Records": [record(delivery)]}, None)
    [(due_at_seconds, _, trigger)] = world.waiting
    assert (trigger, due_at_seconds) == (message_of(delivery), delivery.due_at_seconds)
