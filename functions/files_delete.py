"""DELETE /files/{file_id}: the end of a file."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, FileIdPath, Now
from overten.assets import service

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.delete("/files/{file_id}", status_code=204)
def delete_file(file_id: FileIdPath, caller: Caller, now: Now) -> None:
    """Deletes a file: it is gone at once, its bytes 24 hours later. Deleting it again is 204 again."""
    service.delete(file_id, "file", caller, now=now)


handler = lambda_handler(router)
