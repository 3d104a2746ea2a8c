"""DELETE /images/{image_id}: the end of an image."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, ImageIdPath, Now
from overten.assets import service

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.delete("/images/{image_id}", status_code=204)
def delete_image(image_id: ImageIdPath, caller: Caller, now: Now) -> None:
    """Deletes an image: it is gone at once, its bytes 24 hours later. Deleting it again is 204 again."""
    service.delete(image_id, "image", caller, now=now)


handler = lambda_handler(router)
