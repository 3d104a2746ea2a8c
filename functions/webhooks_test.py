"""POST /webhooks/{webhook_id}/test: an event that is made up."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now, WebhookIdPath
from overten.webhooks import service
from overten.webhooks.views import DeliveryView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.post("/webhooks/{webhook_id}/test", status_code=202)
def test_webhook(webhook_id: WebhookIdPath, caller: Caller, now: Now) -> DeliveryView:
    """Sends a `webhook.test` event, signed as any other but without retries.

    What came of it is in the webhook's deliveries a moment later. 409 for an inactive webhook.
    """
    return DeliveryView.of(service.send_test(webhook_id, caller, now=now))


handler = lambda_handler(router)
