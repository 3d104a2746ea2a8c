"""GET /webhooks/{webhook_id}/deliveries: what was sent, and what came back."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Cursor, Limit, Now, WebhookIdPath
from overten.api.paging import decode_cursor, encode_cursor
from overten.webhooks import service
from overten.webhooks.views import DeliveryPage, DeliveryView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.get("/webhooks/{webhook_id}/deliveries")
def list_deliveries(
    webhook_id: WebhookIdPath, caller: Caller, now: Now, cursor: Cursor = None, limit: Limit = 20
) -> DeliveryPage:
    """Deliveries of the last 30 days with their attempts, newest first; new ones do not move a page."""
    before_id = decode_cursor(cursor, "evt")
    page, next_id = service.list_deliveries(webhook_id, caller, before_id=before_id, limit=limit, now=now)
    return DeliveryPage(
        deliveries=[DeliveryView.of(one) for one in page], next_cursor=encode_cursor(next_id) if next_id else None
    )


handler = lambda_handler(router)
