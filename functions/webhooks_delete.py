"""DELETE /webhooks/{webhook_id}, and DELETE /webhooks with the id in the query or the body."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now, WebhookIdPath
from overten.errors import InvalidRequest, ValidationFailed
from overten.webhooks import service
from overten.webhooks.requests import WebhookReference

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.delete("/webhooks/{webhook_id}", status_code=204)
def delete_webhook(webhook_id: WebhookIdPath, caller: Caller, now: Now) -> None:
    """Ends a subscription: nothing is sent from now on. Ending it again is 204 again."""
    service.unsubscribe(webhook_id, caller, now=now)


@router.delete("/webhooks", status_code=204)
def delete_webhook_by_reference(
    caller: Caller,
    now: Now,
    webhook_id: Annotated[str | None, Query(min_length=1, max_length=64)] = None,
    body: WebhookReference | None = None,
) -> None:
    """Ends the subscription named in the query, or in the body."""
    in_body = body.webhook_id if body else None
    if webhook_id is not None and in_body not in (None, webhook_id):
        raise ValidationFailed("/webhook_id", "differs from the query's webhook_id.")
    named = webhook_id or in_body
    if named is None:
        raise InvalidRequest("/webhook_id: this field is required, in the query or the body.")
    service.unsubscribe(named, caller, now=now)


handler = lambda_handler(router)
