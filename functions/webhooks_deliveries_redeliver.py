"""POST /webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver: once more."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, DeliveryIdPath, Now, WebhookIdPath
from overten.webhooks import service
from overten.webhooks.views import DeliveryView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", status_code=202)
def redeliver(webhook_id: WebhookIdPath, delivery_id: DeliveryIdPath, caller: Caller, now: Now) -> DeliveryView:
    """Sends the event again, at once and with all its retries: same `event_id`, fresh `download_url`.

    409 while an attempt is being made, and for an inactive webhook.
    """
    return DeliveryView.of(service.redeliver(webhook_id, delivery_id, caller, now=now))


handler = lambda_handler(router)
