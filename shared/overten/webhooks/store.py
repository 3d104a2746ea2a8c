"""Subscriptions and deliveries in DynamoDB.

Table Webhooks, under an org's id: `SUB#webhook`, `SUBS` (how many there are), `DELIVERY#owner#event`. The table's
stream is what triggers attempts: whoever leaves a delivery `pending` has asked for one, at `due_at_seconds`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from ulid import ULID

from overten.aws import clients, dynamo
from overten.aws.dynamo import Item
from overten.clock import iso
from overten.config import WebhooksSettings, settings
from overten.webhooks.errors import AttemptUnderWay, StaleTrigger, SubscriptionChanged, TooManySubscriptions
from overten.webhooks.models import (
    KEPT_SECONDS,
    OVERLAP_SECONDS,
    Attempt,
    DeactivationReason,
    Delivery,
    DeliveryStatus,
    OldSecret,
    Subscription,
    Trigger,
)

MAX_SUBSCRIPTIONS = 50
# An attempt is over by then, whatever becomes of it; then another may take its place. Less than the queue's timeout.
LEASE_SECONDS = 25.0
# A rotation may be repeated, but headers must not grow with every repeat.
MAX_OLD_SECRETS = 3
# Of a delivery that is sent again and again only the last attempts are kept.
MAX_ATTEMPTS_KEPT = 25


def connect() -> None:
    """Makes the connection's client now: threads may share one, but not make it."""
    clients.dynamodb()


def create(subscription: Subscription) -> None:
    """Stores a new subscription. Raises TooManySubscriptions."""
    counted = dynamo.update_action(
        _table(),
        {"pk": subscription.org_id, "sk": "SUBS"},
        "ADD subscriptions :one",
        condition="attribute_not_exists(pk) OR subscriptions < :most",
        values={":one": 1, ":most": MAX_SUBSCRIPTIONS},
    )
    key = _subscription_key(subscription.org_id, subscription.webhook_id)
    put = dynamo.put_action(_table(), {**key, **subscription.model_dump()}, condition="attribute_not_exists(pk)")
    try:
        dynamo.transact({"count": counted, "subscription": put}, token=str(ULID()))
    except dynamo.TransactionRefused:
        raise TooManySubscriptions from None


def get(org_id: str, webhook_id: str) -> Subscription | None:
    item = dynamo.get(_table(), _subscription_key(org_id, webhook_id))
    return Subscription.model_validate(item) if item else None


def list_subscriptions(org_id: str, *, after_id: str | None = None) -> Iterator[Subscription]:
    """The org's subscriptions, oldest first, deleted ones left out, from behind `after_id` on."""
    items = dynamo.query(
        _table(),
        "pk = :pk AND sk BETWEEN :start AND :end",
        {":pk": org_id, ":start": f"SUB#{after_id}~" if after_id else "SUB#", ":end": "SUB$"},
    )
    found = map(Subscription.model_validate, items)
    return (subscription for subscription in found if subscription.deleted_at is None)


def delete(subscription: Subscription, *, now: float) -> None:
    """Deletes a subscription, with its secrets and its address. Twice is harmless."""
    ttl = int(now + KEPT_SECONDS)
    gone = dynamo.update_action(
        _table(),
        _subscription_key(subscription.org_id, subscription.webhook_id),
        "SET deleted_at = :now, active = :no, secret = :none, #url = :none, old_secrets = :nothing, #ttl = :ttl"
        " REMOVE description",
        condition="attribute_exists(pk) AND attribute_not_exists(deleted_at)",
        names={"#url": "url", "#ttl": "ttl"},
        values={":now": iso(now), ":no": False, ":none": "", ":nothing": [], ":ttl": ttl},
    )
    counted = dynamo.update_action(
        _table(),
        {"pk": subscription.org_id, "sk": "SUBS"},
        "ADD subscriptions :less",
        condition="subscriptions > :zero",
        values={":less": -1, ":zero": 0},
    )
    try:
        dynamo.transact({"subscription": gone, "count": counted}, token=str(ULID()))
    except dynamo.TransactionRefused:
        return  # it has just been deleted by another request


def rotate(subscription: Subscription, secret: str, *, now: float) -> Subscription:
    """Gives a new secret; the last three before it go on signing for a day. Raises SubscriptionChanged."""
    old = [one for one in subscription.old_secrets if one.ends_at_seconds > now]
    old.insert(0, OldSecret(secret=subscription.secret, ends_at_seconds=now + OVERLAP_SECONDS))
    item = _change(
        subscription,
        "SET secret = :secret, old_secrets = :old",
        "secret = :seen",
        {":secret": secret, ":old": [one.model_dump() for one in old[:MAX_OLD_SECRETS]], ":seen": subscription.secret},
    )
    return Subscription.model_validate(item)


def change(subscription: Subscription, members: Item, forgotten: Sequence[str]) -> Subscription:
    """Sets these members and removes the forgotten ones (and those set to None); whatever else stands there stays.

    Raises SubscriptionChanged if it has been deleted meanwhile.
    """
    kept = {name: value for name, value in members.items() if value is not None}
    removed = [*forgotten, *(name for name in members if name not in kept)]
    if not kept and not removed:
        return subscription
    setting = "SET " + ", ".join(f"#{name} = :{name}" for name in kept) if kept else ""
    removing = "REMOVE " + ", ".join(f"#{name}" for name in removed) if removed else ""
    item = _change(
        subscription,
        f"{setting} {removing}".strip(),
        "attribute_exists(pk)",
        {f":{name}": value for name, value in kept.items()},
        names={f"#{name}": name for name in (*kept, *removed)},
    )
    return Subscription.model_validate(item)


def note_success(subscription: Subscription) -> None:
    """Ends the row of failures of this address, also one that has begun since the subscription was read."""
    _note(subscription, "REMOVE failing_since_seconds", "attribute_exists(failing_since_seconds)", {})


def note_failure(subscription: Subscription, *, now: float) -> None:
    """Begins a row of failures of this address, unless one has begun."""
    if subscription.failing_since_seconds is None:
        setting, unless_begun = "SET failing_since_seconds = :now", "attribute_not_exists(failing_since_seconds)"
        _note(subscription, setting, unless_begun, {":now": now})


def deactivate(subscription: Subscription, reason: DeactivationReason, *, now: float) -> bool:
    """Deactivates a subscription whose address is still what it was, and for `failing` also its row of failures.

    False if it was not active or has changed.
    """
    condition, values = "active = :yes AND #url = :url", {":yes": True, ":url": subscription.url}
    if reason == "failing":
        condition += " AND failing_since_seconds = :since"
        values[":since"] = subscription.failing_since_seconds
    try:
        _change(
            subscription,
            "SET active = :no, deactivated_at = :at, deactivated_reason = :reason",
            condition,
            {**values, ":no": False, ":at": iso(now), ":reason": reason},
            names={"#url": "url"},
        )
    except SubscriptionChanged:
        return False
    return True


def _note(subscription: Subscription, expression: str, condition: str, values: Item) -> None:
    """Of an address that is another by now nothing is known."""
    values = {**values, ":url": subscription.url}
    with suppress(SubscriptionChanged):
        _change(subscription, expression, f"#url = :url AND {condition}", values, names={"#url": "url"})


def _change(
    subscription: Subscription, expression: str, condition: str, values: Item, *, names: dict[str, str] | None = None
) -> Item:
    try:
        return dynamo.update(
            _table(),
            _subscription_key(subscription.org_id, subscription.webhook_id),
            expression,
            condition=f"attribute_not_exists(deleted_at) AND {condition}",
            names=names,
            values=values,
        )
    except dynamo.ConditionFailed:
        raise SubscriptionChanged from None


def put_delivery(delivery: Delivery) -> bool:
    """Begins a delivery, once: False if it has been begun before."""
    action = dynamo.put_action(
        _table(),
        {**_delivery_key(delivery), "ttl": int(delivery.expires_at_seconds), **delivery.model_dump()},
        condition="attribute_not_exists(pk)",
    )
    try:
        dynamo.transact({"delivery": action}, token=str(ULID()))
    except dynamo.TransactionRefused:
        return False
    return True


def get_delivery(org_id: str, owner_id: str, delivery_id: str) -> Delivery | None:
    item = dynamo.get(_table(), {"pk": org_id, "sk": f"DELIVERY#{owner_id}#{delivery_id}"})
    return Delivery.model_validate(item) if item else None


def list_deliveries(org_id: str, owner_id: str, *, before_id: str | None) -> Iterator[Delivery]:
    """The deliveries to one address, newest first, from before `before_id` on. New ones do not move a page."""
    prefix = f"DELIVERY#{owner_id}"
    items = dynamo.query(
        _table(),
        "pk = :pk AND sk BETWEEN :start AND :end",
        {":pk": org_id, ":start": f"{prefix}#", ":end": f"{prefix}#{before_id}" if before_id else f"{prefix}$"},
        newest_first=True,
        limit=100,
    )
    return (delivery for delivery in map(Delivery.model_validate, items) if delivery.delivery_id != before_id)


def claim(trigger: Trigger, *, now: float) -> Delivery:
    """Takes an attempt, so that nobody else makes it for the length of a lease.

    An attempt whose maker died is taken over and its death noted. Raises StaleTrigger, or AttemptUnderWay.
    """
    try:
        return _claim(trigger, "#status = :pending", {":pending": "pending"}, [], now)
    except dynamo.ConditionFailed as failed:
        standing = Delivery.model_validate(failed.item) if failed.item else None
    if standing is None or standing.attempt != trigger.attempt or standing.status != "attempting":
        raise StaleTrigger
    lease = standing.leased_until_seconds or 0.0
    if lease > now:
        raise AttemptUnderWay
    attempts = [*standing.attempts, _interrupted(standing)]
    try:
        return _claim(trigger, "leased_until_seconds = :lease", {":lease": lease}, attempts, now)
    except dynamo.ConditionFailed:
        raise AttemptUnderWay from None


def _interrupted(delivery: Delivery) -> Attempt:
    return Attempt(
        number=delivery.attempt,
        at=delivery.started_at or delivery.created_at,
        duration_ms=0,
        error="interrupted",
        message="Our deliverer died in the midst of it. The request may have been made; it is made again.",
    )


def _claim(trigger: Trigger, condition: str, values: Item, attempts: list[Attempt], now: float) -> Delivery:
    item = dynamo.update(
        _table(),
        {"pk": trigger.org_id, "sk": f"DELIVERY#{trigger.owner_id}#{trigger.delivery_id}"},
        "SET #status = :attempting, started_at = :now, leased_until_seconds = :until"
        + (", attempts = :attempts" if attempts else ""),
        condition=f"attempt = :attempt AND {condition}",
        names={"#status": "status"},
        values={
            **values,
            ":attempting": "attempting",
            ":now": iso(now),
            ":until": now + LEASE_SECONDS,
            ":attempt": trigger.attempt,
            **({":attempts": _kept(attempts)} if attempts else {}),
        },
    )
    return Delivery.model_validate(item)


def record(delivery: Delivery, attempt: Attempt | None, status: DeliveryStatus, *, due_at_seconds: float) -> bool:
    """Notes what came of a claimed attempt; `pending` asks for the next one. False if the lease was lost meanwhile.

    Without an attempt none was made. Body and a one-shot's secret are forgotten once they are not needed any more.
    """
    made = [attempt] if attempt else []
    over = status != "pending"
    try:
        dynamo.update(
            _table(),
            _delivery_key(delivery),
            "SET #status = :status, attempt = :next, retries = :retries, attempts = :attempts, due_at_seconds = :due"
            " REMOVE leased_until_seconds, started_at" + (", one_shot, body" if over else ""),
            condition="#status = :attempting AND attempt = :attempt AND leased_until_seconds = :lease",
            names={"#status": "status"},
            values={
                ":status": status,
                ":next": delivery.attempt + 1,
                ":retries": delivery.retries + (0 if over else 1),
                ":attempts": _kept([*delivery.attempts, *made]),
                ":due": due_at_seconds,
                ":attempting": "attempting",
                ":attempt": delivery.attempt,
                ":lease": delivery.leased_until_seconds,
            },
        )
    except dynamo.ConditionFailed:
        return False
    return True


def redeliver(delivery: Delivery, body: str, *, now: float) -> Delivery | None:
    """Begins the ladder of a delivery anew, at once; it is kept for 30 days from now. None if it has moved on."""
    died = [_interrupted(delivery)] if delivery.status == "attempting" else []
    try:
        item = dynamo.update(
            _table(),
            _delivery_key(delivery),
            "SET #status = :pending, attempt = :next, retries = :none, body = :body, due_at_seconds = :now,"
            " attempts = :attempts, expires_at_seconds = :end, #ttl = :ttl REMOVE leased_until_seconds, started_at",
            condition="attempt = :attempt AND #status = :seen"
            " AND (#status <> :attempting OR leased_until_seconds < :now)",
            names={"#status": "status", "#ttl": "ttl"},
            values={
                ":pending": "pending",
                ":next": delivery.attempt + 1,
                ":none": 0,
                ":body": body,
                ":now": now,
                ":attempts": _kept([*delivery.attempts, *died]),
                ":attempt": delivery.attempt,
                ":seen": delivery.status,
                ":attempting": "attempting",
                ":end": now + KEPT_SECONDS,
                ":ttl": int(now + KEPT_SECONDS),
            },
        )
    except dynamo.ConditionFailed:
        return None
    return Delivery.model_validate(item)


def _kept(attempts: list[Attempt]) -> list[Item]:
    return [attempt.model_dump() for attempt in attempts[-MAX_ATTEMPTS_KEPT:]]


def _subscription_key(org_id: str, webhook_id: str) -> Item:
    return {"pk": org_id, "sk": f"SUB#{webhook_id}"}


def _delivery_key(delivery: Delivery) -> Item:
    return {"pk": delivery.org_id, "sk": f"DELIVERY#{delivery.owner_id}#{delivery.delivery_id}"}


def _table() -> str:
    return settings(WebhooksSettings).webhooks_table
