"""GET /files/{file_id}: one file."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, FileIdPath, Now
from overten.assets import service
from overten.assets.views import FileView

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.get("/files/{file_id}")
def get_file(file_id: FileIdPath, caller: Caller, now: Now) -> FileView:
    """What is known of a file. 404 if it is not the caller's, 410 once it has been deleted."""
    return FileView.of(service.get(file_id, "file", caller, now=now))


handler = lambda_handler(router)
