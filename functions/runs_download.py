"""GET /runs/{run_id}/download: the document itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from overten.api.app import LinkOrKeyRoute, lambda_handler
from overten.api.context import caller_of
from overten.api.dependencies import Now, RunIdPath
from overten.runs import service
from overten.runs.names import content_disposition
from overten.runs.object_store import signed_url

router = APIRouter(route_class=LinkOrKeyRoute, tags=["Tasks and runs"])


@router.get("/runs/{run_id}/download", status_code=302, response_class=Response)
def download_run(
    run_id: RunIdPath,
    request: Request,
    now: Now,
    token: Annotated[str | None, Query(max_length=200)] = None,
    version: Annotated[int | None, Query(ge=1, le=999_999)] = None,
) -> Response:
    """Redirects to a short-lived address of the document. By API key, or by the token of a `download_url`.

    The token of an export's `download_url` opens that export.
    """
    if token is None:
        run = service.get_run(run_id, caller_of(request), now=now)
        found = service.file_of(run, service.current_version(run, version))
    else:
        found = service.file_of_link(token, run_id, version, now=now)
    url = signed_url(found.object_key, content_disposition(found.file_name), found.media_type)
    return RedirectResponse(url, status_code=302)


handler = lambda_handler(router)
