"""POST /webhooks: an address that is told when runs are over."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now
from overten.webhooks import service
from overten.webhooks.requests import WebhookRequest
from overten.webhooks.views import NewWebhookView

router = APIRouter(route_class=KeyRoute, tags=["Webhooks"])


@router.post("/webhooks", status_code=201)
def create_webhook(body: WebhookRequest, caller: Caller, now: Now) -> NewWebhookView:
    """Subscribes an address to events. Its secret, which signs every delivery, is shown this once.

    A webhook made with a personal key is told of the runs of its creator only. 409 past 50 webhooks.
    """
    return NewWebhookView.of_new(service.subscribe(body, caller, now=now))


handler = lambda_handler(router)
