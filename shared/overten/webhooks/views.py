"""Webhooks and their deliveries as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from overten.clock import iso
from overten.runs.models import EventName
from overten.webhooks.models import Attempt, DeactivationReason, Delivery, DeliveryEvent, DeliveryStatus, Subscription


class WebhookView(BaseModel):
    """A subscription without its secret."""

    webhook_id: str
    url: str
    events: list[EventName]
    description: str | None
    active: bool = Field(description="An inactive one is sent nothing; PATCH it with active: true to begin anew")
    deactivated_at: str | None
    deactivated_reason: DeactivationReason | None = Field(
        description="`failing`: five days of failures without a success. `gone`: the address answered 410"
    )
    failing_since: str | None = Field(description="When the first of an unbroken row of failures was")
    created_at: str

    @classmethod
    def of(cls, subscription: Subscription) -> WebhookView:
        since = subscription.failing_since_seconds
        return cls(
            **subscription.model_dump(
                include={"webhook_id", "url", "events", "description", "active", "created_at"}
                | {"deactivated_at", "deactivated_reason"}
            ),
            failing_since=None if since is None else iso(since),
        )


class NewWebhookView(WebhookView):
    """A subscription with a secret just made, which is shown this once."""

    secret: str

    @classmethod
    def of_new(cls, subscription: Subscription) -> NewWebhookView:
        return cls(**WebhookView.of(subscription).model_dump(), secret=subscription.secret)


class RotatedView(NewWebhookView):
    """A new secret, shown this once. Until `previous_secret_expires_at` deliveries are signed with the old one, too."""

    previous_secret_expires_at: str

    @classmethod
    def of_rotated(cls, subscription: Subscription) -> RotatedView:
        ends = subscription.old_secrets[0].ends_at_seconds
        return cls(**NewWebhookView.of_new(subscription).model_dump(), previous_secret_expires_at=iso(ends))


class WebhookPage(BaseModel):
    webhooks: list[WebhookView]
    next_cursor: str | None


class AttemptView(BaseModel):
    """One request. Without a `status_code` there was no answer, and `error` says why."""

    number: int
    attempted_at: str
    status_code: int | None
    error: str | None = Field(description="`bad_status`, `timed_out`, `not_reached`, `certificate_not_valid`, …")
    message: str | None
    duration_ms: int
    response: str | None = Field(description="The first KB of the answer's body")
    response_truncated: bool

    @classmethod
    def of(cls, attempt: Attempt) -> AttemptView:
        return cls(**attempt.model_dump(exclude={"at"}), attempted_at=attempt.at)


class DeliveryView(BaseModel):
    """An event on its way to the address. Its id is that of the event: the key by which receivers tell repeats."""

    delivery_id: str
    event: DeliveryEvent
    event_id: str
    run_id: str | None
    task_id: str | None
    status: DeliveryStatus = Field(
        description="`pending` and `attempting` go on; `cancelled`: the webhook was deleted or deactivated meanwhile"
    )
    created_at: str
    next_attempt_at: str | None = Field(description="When it is tried next; null once it is over")
    attempts: list[AttemptView] = Field(description="Oldest first; the last 25 are kept")

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryView:
        return cls(
            **delivery.model_dump(include={"delivery_id", "event", "run_id", "task_id", "status", "created_at"}),
            event_id=delivery.delivery_id,
            next_attempt_at=iso(delivery.due_at_seconds) if delivery.status == "pending" else None,
            attempts=[AttemptView.of(attempt) for attempt in delivery.attempts],
        )


class DeliveryPage(BaseModel):
    deliveries: list[DeliveryView]
    next_cursor: str | None
