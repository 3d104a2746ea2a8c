"""POST /files: a document, table, text or picture to work with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from overten.api.app import KeyRoute, lambda_handler
from overten.api.assets import create
from overten.api.dependencies import Caller, Now
from overten.api.uploads import Sent, body_schema, upload_body
from overten.assets.requests import FileDetails, FileUpload
from overten.assets.views import FileView

router = APIRouter(route_class=KeyRoute, tags=["Assets"])
Body = Annotated[Sent[FileDetails], Depends(upload_body(FileDetails, FileUpload))]


@router.post("/files", status_code=201, openapi_extra=body_schema(FileDetails, FileUpload))
def create_file(sent: Body, caller: Caller, now: Now) -> FileView:
    """Uploads a file, at once as multipart/form-data (4 MB at most), or in two steps.

    With JSON, the answer's `upload` is the form to POST the file with, within 15 minutes, up to the tier's limit; the
    file is `pending` until it has arrived and passed its check. What a file is, its bytes decide.
    """
    asset, form = create(sent, caller, now)
    return FileView.of(asset, form)


handler = lambda_handler(router)
