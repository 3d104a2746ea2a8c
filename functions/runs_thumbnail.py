"""GET /runs/{run_id}/thumbnail: a picture of the document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from overten.api.app import LinkOrKeyRoute, lambda_handler
from overten.api.context import caller_of
from overten.api.dependencies import Now, RunIdPath
from overten.runs import service
from overten.runs.object_store import signed_url

router = APIRouter(route_class=LinkOrKeyRoute, tags=["Tasks and runs"])


@router.get("/runs/{run_id}/thumbnail", status_code=302, response_class=Response)
def show_thumbnail(
    run_id: RunIdPath,
    request: Request,
    now: Now,
    token: Annotated[str | None, Query(max_length=200)] = None,
    version: Annotated[int | None, Query(ge=1, le=999_999)] = None,
) -> Response:
    """Redirects to a short-lived address of a PNG of the first page, slide or sheet, 640 pixels on its longer side.

    By API key, or by the token of a `thumbnail_url`. 404 for a version without a picture.
    """
    if token is None:
        run, number = service.get_run(run_id, caller_of(request), now=now), version
    else:
        run, link = service.link_of(token, "thumbnail", run_id, now=now)
        number = link.version
    return RedirectResponse(signed_url(service.thumbnail_of(run, number), "inline", "image/png"), status_code=302)


handler = lambda_handler(router)
