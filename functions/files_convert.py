"""POST /files/{file_id}/convert: an uploaded document in another format."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Arrival, BaseUrl, Caller, FileIdPath, Now
from overten.api.exports import ExportBody, FileConverted, body_schema, view_members, wait_deadline
from overten.assets import exports, link_store
from overten.clock import iso

router = APIRouter(route_class=KeyRoute, tags=["Exports"])


@router.post("/files/{file_id}/convert", openapi_extra=body_schema())
def convert_file(
    file_id: FileIdPath, body: ExportBody, caller: Caller, now: Now, arrival: Arrival, base_url: BaseUrl
) -> FileConverted:
    """Converts an upload as exports do, and also `xls → pdf csv xlsx html`, `doc → pdf docx html txt`,
    `ppt → pdf pptx png`. Free. `warnings` name what the target cannot hold.

    422 for a file that cannot be opened, such as an encrypted one; 503 as for exports.
    """
    asset, export, file = exports.convert_file(file_id, body, caller, deadline=wait_deadline(arrival), now=now)
    token, expires_at_seconds = link_store.mint_converted(asset.org_id, file_id, file, now=now)
    return FileConverted(
        file_id=file_id,
        **view_members(export, file.file_name),
        download_url=f"{base_url}/v1/files/{file_id}/download?token={token}",
        expires_at=iso(expires_at_seconds),
    )


handler = lambda_handler(router)
