"""POST /webhooks/{webhook_id}/rotate-secret: a new secret, beside the old one for a day."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now, WebhookIdPath
from overten.webhooks import service
from overten.webhooks.views import RotatedView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.post("/webhooks/{webhook_id}/rotate-secret")
def rotate_webhook_secret(webhook_id: WebhookIdPath, caller: Caller, now: Now) -> RotatedView:
    """Gives the webhook a new secret, shown this once. For 24 hours deliveries carry signatures of both.

    `webhook-signature` lists both; `X-Overten-Signature` is of the new, `X-Overten-Signature-Previous` of the old.
    """
    return RotatedView.of_rotated(service.rotate_secret(webhook_id, caller, now=now))


handler = lambda_handler(router)
