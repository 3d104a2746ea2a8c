"""GET /images: the organization's pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from overten.api.app import KeyRoute, lambda_handler
from overten.api.assets import image_views
from overten.api.dependencies import BaseUrl, Caller, Cursor, Limit, Now
from overten.api.paging import decode_cursor, encode_cursor
from overten.assets import service
from overten.assets.views import ImagePage

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.get("/images")
def list_images(
    caller: Caller,
    now: Now,
    base_url: BaseUrl,
    cursor: Cursor = None,
    limit: Limit = 20,
    tag: Annotated[str | None, Query(min_length=1, max_length=60)] = None,
) -> ImagePage:
    """Images, newest first; new ones arriving do not move a page. A personal key sees those of its creator.

    A page may be shorter than `limit`, or empty, and still have a `next_cursor`: go on until it is null.
    """
    before_id = decode_cursor(cursor, "img")
    page, next_id = service.list_assets(caller, "image", before_id=before_id, limit=limit, tag=tag, now=now)
    return ImagePage(
        images=image_views(page, base_url, now=now), next_cursor=encode_cursor(next_id) if next_id else None
    )


handler = lambda_handler(router)
