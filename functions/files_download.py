"""GET /files/{file_id}/download: an uploaded file, or what it was converted to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from overten.api.app import LinkOrKeyRoute, lambda_handler
from overten.api.context import caller_of
from overten.api.dependencies import FileIdPath, Now
from overten.assets import object_store, service
from overten.runs.names import content_disposition

router = APIRouter(route_class=LinkOrKeyRoute, tags=["Assets"])


@router.get("/files/{file_id}/download", status_code=302, response_class=Response)
def download_file(
    file_id: FileIdPath, request: Request, now: Now, token: Annotated[str | None, Query(max_length=200)] = None
) -> Response:
    """Redirects to a short-lived address: of the file itself by API key, of a conversion by its link's token."""
    if token is None:
        file = service.file_of(service.get(file_id, "file", caller_of(request), now=now))
    else:
        file = service.converted_of_link(token, file_id, now=now)
    url = object_store.signed_url(
        file.object_key, content_disposition=content_disposition(file.file_name), content_type=file.media_type
    )
    return RedirectResponse(url, status_code=302)


handler = lambda_handler(router)
