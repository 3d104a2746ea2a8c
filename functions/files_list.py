"""GET /files: what the organization has uploaded."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Cursor, Limit, Now
from overten.api.paging import decode_cursor, encode_cursor
from overten.assets import service
from overten.assets.views import FilePage, FileView

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.get("/files")
def list_files(caller: Caller, now: Now, cursor: Cursor = None, limit: Limit = 20) -> FilePage:
    """Files, newest first; new ones arriving do not move a page. A personal key sees those of its creator.

    A page may be shorter than `limit`, or empty, and still have a `next_cursor`: go on until it is null.
    """
    before_id = decode_cursor(cursor, "file")
    page, next_id = service.list_assets(caller, "file", before_id=before_id, limit=limit, now=now)
    return FilePage(
        files=[FileView.of(asset) for asset in page], next_cursor=encode_cursor(next_id) if next_id else None
    )


handler = lambda_handler(router)
