"""GET /images/{image_id}/content: the image itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from overten.api.app import LinkOrKeyRoute, lambda_handler
from overten.api.context import caller_of
from overten.api.dependencies import ImageIdPath, Now
from overten.assets import service

router = APIRouter(route_class=LinkOrKeyRoute, tags=["Assets"])


@router.get("/images/{image_id}/content", status_code=302, response_class=Response)
def show_image(
    image_id: ImageIdPath, request: Request, now: Now, token: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """Redirects to a short-lived address that shows the image. By API key, or by the token of a `url`."""
    if token is None:
        asset = service.get(image_id, "image", caller_of(request), now=now)
    else:
        asset = service.image_of_link(token, image_id, now=now)
    return RedirectResponse(service.shown_image(asset), status_code=302)


handler = lambda_handler(router)
