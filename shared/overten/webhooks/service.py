"""What clients do with their webhooks."""

from __future__ import annotations

from itertools import islice

from overten.accounts.models import AuthenticatedKey
from overten.clock import iso
from overten.errors import Conflict, Gone, NotFound
from overten.ids import is_id, new_id
from overten.logs import logger
from overten.outbound.requests import require_target
from overten.runs import store as runs_store
from overten.runs.models import RunEvent
from overten.webhooks import payload, signing, store
from overten.webhooks.errors import SubscriptionChanged, TooManySubscriptions
from overten.webhooks.fan_out import body_of
from overten.webhooks.models import KEPT_SECONDS, TEST_EVENT, Delivery, Subscription
from overten.webhooks.requests import WebhookChange, WebhookRequest

_CHANGED = "The webhook has just been changed by another request. Try again."


def subscribe(request: WebhookRequest, caller: AuthenticatedKey, *, now: float) -> Subscription:
    """A new subscription with its secret. ValidationFailed for an address that will never be reached."""
    require_target("/url", request.url)
    subscription = Subscription(
        webhook_id=new_id("whk"),
        org_id=caller.org_id,
        url=request.url,
        events=request.events,
        description=request.description,
        creator_uid=caller.creator_uid,
        scope=caller.scope,
        created_at=iso(now),
        secret=signing.new_secret(),
    )
    try:
        store.create(subscription)
    except TooManySubscriptions:
        raise Conflict(f"An organization has at most {store.MAX_SUBSCRIPTIONS} webhooks. Delete one first.") from None
    logger().info("webhook_created", webhook_id=subscription.webhook_id)
    return subscription


def list_subscriptions(
    caller: AuthenticatedKey, *, after_id: str | None, limit: int
) -> tuple[list[Subscription], str | None]:
    """At most `limit` of the webhooks that the key may see, oldest first, and where the next page begins."""
    every = store.list_subscriptions(caller.org_id, after_id=after_id)
    found = list(islice((one for one in every if one.is_visible_to(caller)), limit + 1))
    return found[:limit], found[limit - 1].webhook_id if len(found) > limit else None


def unsubscribe(webhook_id: str, caller: AuthenticatedKey, *, now: float) -> None:
    """Ends a subscription. Ending it again changes nothing. NotFound for one that the key may not see."""
    subscription = _find(webhook_id, caller)
    if subscription.deleted_at is None:
        store.delete(subscription, now=now)
        logger().info("webhook_deleted", webhook_id=webhook_id)


def change(webhook_id: str, request: WebhookChange, caller: AuthenticatedKey) -> Subscription:
    """Changes what the request names, and nothing else. Another address forgets the failures of the one before.

    Only `active: true` takes a deactivated webhook into use again; it forgets why it was deactivated, too.
    """
    subscription = _get(webhook_id, caller)
    if request.url is not None:
        require_target("/url", request.url)
    forgotten: list[str] = []
    if request.active or request.url not in (None, subscription.url):
        forgotten.append("failing_since_seconds")
    if request.active:
        forgotten += ["deactivated_at", "deactivated_reason"]
    try:
        return store.change(subscription, request.model_dump(exclude_unset=True), forgotten)
    except SubscriptionChanged:
        raise Conflict(_CHANGED) from None


def rotate_secret(webhook_id: str, caller: AuthenticatedKey, *, now: float) -> Subscription:
    """Gives the webhook a new secret. Those before it go on signing for a day."""
    subscription = _get(webhook_id, caller)
    try:
        rotated = store.rotate(subscription, signing.new_secret(), now=now)
    except SubscriptionChanged:
        raise Conflict(_CHANGED) from None
    logger().info("webhook_secret_rotated", webhook_id=webhook_id)
    return rotated


def send_test(webhook_id: str, caller: AuthenticatedKey, *, now: float) -> Delivery:
    """Sends an event that is made up, once and without retries. Conflict for an inactive webhook."""
    subscription = _get_active(webhook_id, caller)
    event_id = new_id("evt")
    delivery = Delivery(
        org_id=subscription.org_id,
        owner_id=webhook_id,
        delivery_id=event_id,
        event=TEST_EVENT,
        created_at=iso(now),
        expires_at_seconds=now + KEPT_SECONDS,
        body=payload.of_test(event_id, webhook_id, created_at=iso(now)),
        due_at_seconds=now,
    )
    store.put_delivery(delivery)
    return delivery


def list_deliveries(
    webhook_id: str, caller: AuthenticatedKey, *, before_id: str | None, limit: int, now: float
) -> tuple[list[Delivery], str | None]:
    """At most `limit` deliveries of the last 30 days, newest first, and where the next page begins."""
    subscription = _get(webhook_id, caller)
    every = store.list_deliveries(subscription.org_id, webhook_id, before_id=before_id)
    found = list(islice((one for one in every if one.expires_at_seconds > now), limit + 1))
    return found[:limit], found[limit - 1].delivery_id if len(found) > limit else None


def redeliver(webhook_id: str, delivery_id: str, caller: AuthenticatedKey, *, now: float) -> Delivery:
    """Sends an event again, at once and with the whole ladder, under the same event id and with a fresh link.

    NotFound, or Conflict while an attempt is being made or if the webhook is inactive.
    """
    subscription = _get_active(webhook_id, caller)
    delivery = store.get_delivery(subscription.org_id, webhook_id, delivery_id) if is_id("evt", delivery_id) else None
    if delivery is None or delivery.expires_at_seconds <= now:
        raise NotFound("No such delivery.")
    again = store.redeliver(delivery, _body_anew(delivery, now), now=now)
    if again is None:
        raise Conflict("The event is being delivered at this moment. Try again in half a minute.")
    return again


def _body_anew(delivery: Delivery, now: float) -> str:
    """The event's body as it is told now: with a fresh link, and nulls for what has been erased."""
    if delivery.event == TEST_EVENT or delivery.run_id is None or delivery.task_id is None:
        return payload.of_test(delivery.delivery_id, delivery.owner_id, created_at=delivery.created_at)
    task = runs_store.get_task(delivery.org_id, delivery.task_id)
    if task is None:
        raise Gone
    event = RunEvent(
        event=delivery.event,
        event_id=delivery.delivery_id,
        org_id=delivery.org_id,
        run_id=delivery.run_id,
        task_id=delivery.task_id,
        created_at=delivery.created_at,
    )
    return body_of(event, task, now=now)


def _find(webhook_id: str, caller: AuthenticatedKey) -> Subscription:
    """One that the key may see, deleted or not."""
    subscription = store.get(caller.org_id, webhook_id)
    if subscription is None or not subscription.is_visible_to(caller):
        raise NotFound("No such webhook.")
    return subscription


def _get(webhook_id: str, caller: AuthenticatedKey) -> Subscription:
    subscription = _find(webhook_id, caller)
    if subscription.deleted_at is not None:
        raise NotFound("No such webhook.")
    return subscription


def _get_active(webhook_id: str, caller: AuthenticatedKey) -> Subscription:
    subscription = _get(webhook_id, caller)
    if not subscription.active:
        raise Conflict("The webhook is inactive. PATCH it with active: true first.")
    return subscription
