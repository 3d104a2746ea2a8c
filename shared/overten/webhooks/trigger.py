"""From a pending delivery to its next attempt: the deliverer is told when it is due."""

from __future__ import annotations

from overten.webhooks import queue_store
from overten.webhooks.models import Delivery, Trigger


def trigger(delivery: Delivery, *, now: float) -> None:
    """Tells the deliverer of a delivery that has just become pending, or has been for a while."""
    due = Trigger(
        org_id=delivery.org_id,
        owner_id=delivery.owner_id,
        delivery_id=delivery.delivery_id,
        attempt=delivery.attempt,
    )
    queue_store.tell(due, now=now, due_at_seconds=delivery.due_at_seconds)
