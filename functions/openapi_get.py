"""GET /openapi.json: the API's description, for machines."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from overten.api import static
from overten.api.app import PublicRoute, lambda_handler

router = APIRouter(route_class=PublicRoute, tags=["Reference"])


@router.get("/openapi.json", response_model=dict[str, Any], responses={304: {"description": "It has not changed"}})
def get_openapi(request: Request) -> Response:
    """Returns this document, OpenAPI 3.1. Send its ETag as If-None-Match to be told 304 while it has not changed."""
    return static.answer(request, static.OPENAPI_FILE.read_bytes(), "application/json", max_age_seconds=300)


handler = lambda_handler(router)
