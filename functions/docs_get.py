"""GET /docs: the API's description, for people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse

from overten.api import static
from overten.api.app import PublicRoute, lambda_handler
from overten.errors import NotFound

router = APIRouter(route_class=PublicRoute, tags=["Reference"])


@router.get("/docs", response_class=HTMLResponse, responses={304: {"description": "It has not changed"}})
def get_docs(request: Request) -> Response:
    """Shows this document as a page that loads nothing from elsewhere, where requests can be tried with a key."""
    return static.answer(request, static.page().encode(), "text/html", max_age_seconds=300)


@router.get("/docs/{asset}", include_in_schema=False)
def get_docs_asset(asset: Annotated[str, Path(max_length=64)], request: Request) -> Response:
    """A script or style of the page."""
    found = static.asset(asset)
    if found is None:
        raise NotFound("No such route.")
    return static.answer(request, *found, max_age_seconds=3600)


handler = lambda_handler(router)
