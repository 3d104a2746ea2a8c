"""PATCH /webhooks/{webhook_id}: another address, other events, or active anew."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, WebhookIdPath
from overten.webhooks import service
from overten.webhooks.requests import WebhookChange
from overten.webhooks.views import WebhookView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.patch("/webhooks/{webhook_id}")
def update_webhook(webhook_id: WebhookIdPath, body: WebhookChange, caller: Caller) -> WebhookView:
    """Changes what the body names. `active: true` takes a deactivated webhook into use again, `false` pauses it.

    Events that came while it was inactive are not sent later.
    """
    return WebhookView.of(service.change(webhook_id, body, caller))


handler = lambda_handler(router)
