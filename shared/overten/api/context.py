"""What a function knows of the HTTP request besides its fields."""

from __future__ import annotations

import time
import uuid
from typing import Any

from fastapi import Request

from overten.accounts.models import AuthenticatedKey
from overten.config import GenerateSettings, settings

BASE_PATH = "/api"


def _gateway_context(request: Request) -> dict[str, Any]:
    event = request.scope.get("aws.event") or {}
    found = event.get("requestContext")
    return found if isinstance(found, dict) else {}


def request_id(request: Request) -> str:
    """The gateway's id of the request, or a new one outside the gateway. The same for the whole request."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = _gateway_context(request).get("requestId") or str(uuid.uuid4())
    found: str = request.state.request_id
    return found


def arrival_seconds(request: Request) -> float:
    """The Unix time at which the request reached the gateway."""
    epoch_ms = _gateway_context(request).get("requestTimeEpoch")
    return epoch_ms / 1000 if isinstance(epoch_ms, int | float) else time.time()


def base_url(request: Request) -> str:
    """Our own absolute address, up to the version: from the deployment, else the gateway, never from a Host header."""
    configured = settings(GenerateSettings).public_base_url
    if configured:
        return configured.rstrip("/")
    context = _gateway_context(request)
    path, domain = str(context.get("path", "")), context.get("domainName", "localhost")
    prefix = path[: path.index("/v1/")] if "/v1/" in path else BASE_PATH
    return f"https://{domain}{prefix}"


def caller_of(request: Request) -> AuthenticatedKey:
    """The key the route let in."""
    caller: AuthenticatedKey = request.state.caller
    return caller
