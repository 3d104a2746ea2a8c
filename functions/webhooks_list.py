"""GET /webhooks: who is told when runs are over."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Cursor, Limit
from overten.api.paging import decode_cursor, encode_cursor
from overten.webhooks import service
from overten.webhooks.views import WebhookPage, WebhookView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.get("/webhooks")
def list_webhooks(caller: Caller, cursor: Cursor = None, limit: Limit = 20) -> WebhookPage:
    """Webhooks, oldest first, without their secrets.

    A personal key sees those that were made with personal keys of its creator.
    """
    after_id = decode_cursor(cursor, "whk")
    page, next_id = service.list_subscriptions(caller, after_id=after_id, limit=limit)
    return WebhookPage(
        webhooks=[WebhookView.of(one) for one in page], next_cursor=encode_cursor(next_id) if next_id else None
    )


handler = lambda_handler(router)
