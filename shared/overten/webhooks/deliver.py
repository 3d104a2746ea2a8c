"""One attempt at a delivery: claimed, made, judged, noted. Whatever it dies of, the next one goes on."""

from __future__ import annotations

import time
from dataclasses import dataclass

from overten.clock import iso
from overten.config import OutboundSettings, settings
from overten.logs import logger
from overten.webhooks import ladder, signing, store
from overten.webhooks.errors import StaleTrigger
from overten.webhooks.models import (
    FAILING_SECONDS,
    TEST_EVENT,
    Attempt,
    DeactivationReason,
    Delivery,
    DeliveryStatus,
    Subscription,
    Trigger,
)

ATTEMPT_SECONDS = 15.0
MAX_RESPONSE_BYTES = 1024
_GONE = 410


@dataclass(frozen=True)
class _Receiver:
    """Whom a delivery goes to, with the secrets that sign it. `subscription` is None for a one-shot."""

    url: str
    secrets: list[str]
    subscription: Subscription | None


def deliver(trigger: Trigger) -> None:
    """Makes the attempt that is due, unless it has been made. Raises AttemptUnderWay if somebody is at it."""
    try:
        delivery = store.claim(trigger, now=time.time())
    except StaleTrigger:
        return
    receiver = _receiver(delivery)
    if receiver is None:
        store.record(delivery, None, "cancelled", due_at_seconds=delivery.due_at_seconds)
        return
    attempt, retry_after = _attempt(delivery, receiver)
    _note_health(receiver.subscription, delivery, attempt)
    _record(delivery, attempt, retry_after)


def _receiver(delivery: Delivery) -> _Receiver | None:
    """None if the subscription has been deleted or deactivated meanwhile."""
    if delivery.one_shot:
        return _Receiver(delivery.one_shot.url, [delivery.one_shot.secret], None)
    subscription = store.get(delivery.org_id, delivery.owner_id)
    if subscription is None or not subscription.active:
        return None
    return _Receiver(subscription.url, subscription.secrets(time.time()), subscription)


def _attempt(delivery: Delivery, receiver: _Receiver) -> tuple[Attempt, float | None]:
    """Makes the request. Returns what came of it, and for how many seconds the receiver asked to be left alone."""
    from overten.outbound.client import fetch
    from overten.outbound.errors import OutboundError
    from overten.outbound.targets import check_url

    now, began, body = time.time(), time.monotonic(), delivery.body.encode()
    try:
        answer = fetch(
            check_url(receiver.url, allow_local=settings(OutboundSettings).allow_local_targets),
            deadline_seconds=ATTEMPT_SECONDS,
            max_body_bytes=MAX_RESPONSE_BYTES,
            method="POST",
            headers=signing.headers(delivery.event, delivery.delivery_id, body, receiver.secrets, now=now),
            body=body,
        )
    except OutboundError as error:
        elapsed_ms = round((time.monotonic() - began) * 1000)
        return Attempt(
            number=delivery.attempt, at=iso(now), duration_ms=elapsed_ms, error=error.reason, message=error.message
        ), None
    attempt = Attempt(
        number=delivery.attempt,
        at=iso(now),
        duration_ms=round(answer.duration_seconds * 1000),
        status_code=answer.status,
        error=None if _is_success(answer.status) else "bad_status",
        response=answer.body.decode("utf-8", "replace"),
        response_truncated=answer.truncated,
    )
    return attempt, ladder.retry_after_seconds(answer.headers.get("retry-after"), now=time.time())


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _note_health(subscription: Subscription | None, delivery: Delivery, attempt: Attempt) -> None:
    """Before the attempt is recorded: what dies in between is noted by the attempt that takes its place."""
    if subscription is None:
        return
    if attempt.error is None:
        store.note_success(subscription)
        return
    now = time.time()
    # A test of an address that is being set up tells nothing of the events it missed.
    if delivery.event != TEST_EVENT:
        store.note_failure(subscription, now=now)
    reason = _reason_to_deactivate(subscription, delivery, attempt, now)
    if reason and store.deactivate(subscription, reason, now=now):
        logger().warning(
            "webhook_deactivated", org_id=subscription.org_id, webhook_id=subscription.webhook_id, reason=reason
        )


def _reason_to_deactivate(
    subscription: Subscription, delivery: Delivery, attempt: Attempt, now: float
) -> DeactivationReason | None:
    if attempt.status_code == _GONE:
        return "gone"
    since = subscription.failing_since_seconds
    if delivery.event == TEST_EVENT or since is None or now - since < FAILING_SECONDS:
        return None
    return "failing"


def _record(delivery: Delivery, attempt: Attempt, retry_after_seconds: float | None) -> None:
    now = time.time()
    wait = None
    if attempt.error and attempt.status_code != _GONE and delivery.event != TEST_EVENT:
        wait = ladder.wait_seconds(delivery.retries, retry_after_seconds)
    status: DeliveryStatus = "delivered" if attempt.error is None else "failed" if wait is None else "pending"
    noted = store.record(delivery, attempt, status, due_at_seconds=now + (wait or 0.0))
    logger().info(
        "delivery_attempted" if noted else "delivery_lease_lost",
        org_id=delivery.org_id,
        owner_id=delivery.owner_id,
        event_id=delivery.delivery_id,
        attempt=delivery.attempt,
        status=status,
        status_code=attempt.status_code,
        error=attempt.error,
        duration_ms=attempt.duration_ms,
    )
