"""GET /images/{image_id}: one image."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.assets import image_views
from overten.api.dependencies import BaseUrl, Caller, ImageIdPath, Now
from overten.assets import service
from overten.assets.views import ImageView

router = APIRouter(route_class=KeyRoute, tags=["Assets"])


@router.get("/images/{image_id}")
def get_image(image_id: ImageIdPath, caller: Caller, now: Now, base_url: BaseUrl) -> ImageView:
    """What is known of an image, with a fresh `url`. 404 if it is not the caller's, 410 once it has been deleted."""
    [view] = image_views([service.get(image_id, "image", caller, now=now)], base_url, now=now)
    return view


handler = lambda_handler(router)
