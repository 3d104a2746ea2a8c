"""Subscriptions, deliveries of events to them, and the attempts made at each."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from overten.accounts.models import AuthenticatedKey, Scope
from overten.clock import DAY_SECONDS
from overten.runs.models import EventName, Stored

TEST_EVENT = "webhook.test"
DeliveryEvent = EventName | Literal["webhook.test"]
DeliveryStatus = Literal["pending", "attempting", "delivered", "failed", "cancelled"]
DeactivationReason = Literal["failing", "gone"]

KEPT_SECONDS = 30 * DAY_SECONDS
# Both the new secret and those before it sign for so long after a rotation.
OVERLAP_SECONDS = DAY_SECONDS
# A subscription that has failed for so long without a success in between is deactivated.
FAILING_SECONDS = 5 * DAY_SECONDS


class OldSecret(Stored):
    """A secret that was rotated away and still signs until `ends_at_seconds`."""

    secret: str
    ends_at_seconds: float


class Subscription(Stored):
    """An address that is told of an org's events. A personal key's is told of the runs of its creator only.

    `failing_since_seconds` is when the first of an unbroken row of failures was. Of a deleted one only its id is left.
    """

    webhook_id: str
    org_id: str
    url: str
    events: list[EventName]
    description: str | None = None
    creator_uid: str
    scope: Scope
    created_at: str
    secret: str
    old_secrets: list[OldSecret] = Field(default_factory=list)
    active: bool = True
    deactivated_at: str | None = None
    deactivated_reason: DeactivationReason | None = None
    failing_since_seconds: float | None = None
    deleted_at: str | None = None

    def is_visible_to(self, caller: AuthenticatedKey) -> bool:
        """Whether the caller's key may see it and what is sent to it."""
        return caller.scope == "workspace" or (self.scope == "personal" and self.creator_uid == caller.creator_uid)

    def wants(self, event: EventName, creator_uid: str) -> bool:
        """Whether it is to be told of this event of that user's run."""
        covers = self.scope == "workspace" or self.creator_uid == creator_uid
        return self.active and self.deleted_at is None and covers and event in self.events

    def secrets(self, now: float) -> list[str]:
        """Every secret that signs now, the current one first."""
        return [self.secret, *(old.secret for old in self.old_secrets if old.ends_at_seconds > now)]


class OneShot(Stored):
    """The `webhook_url` of one request: no subscription stands behind it. Signed with the org's own secret."""

    url: str
    secret: str


class Attempt(Stored):
    """One request, or why there was none. `error` is a code; `response` the first KB of the body as text."""

    number: int
    at: str
    duration_ms: int
    status_code: int | None = None
    error: str | None = None
    message: str | None = None
    response: str | None = None
    response_truncated: bool = False


class Delivery(Stored):
    """One event on its way to one address. `owner_id` is a subscription's id, or a task's for its `webhook_url`.

    Its id is the event's, so that no address has two deliveries of one event. `attempt` numbers the attempt that is to
    come or under way (`attempting`, until `leased_until_seconds` at most); `retries` counts those of the ladder since
    the first attempt or the last redelivery. `body` is what is sent, byte for byte the same in every attempt; it
    tells of a run, so it is kept no longer than the delivery is open.
    """

    org_id: str
    owner_id: str
    delivery_id: str
    event: DeliveryEvent
    created_at: str
    expires_at_seconds: float
    body: str = ""
    run_id: str | None = None
    task_id: str | None = None
    one_shot: OneShot | None = None
    status: DeliveryStatus = "pending"
    attempt: int = 1
    retries: int = 0
    due_at_seconds: float
    started_at: str | None = None
    leased_until_seconds: float | None = None
    attempts: list[Attempt] = Field(default_factory=list)


class Trigger(BaseModel):
    """What the deliverer is told: an attempt is due. Told twice is harmless."""

    org_id: str
    owner_id: str
    delivery_id: str
    attempt: int
