"""POST /images: a picture that documents may show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from overten.api.app import KeyRoute, lambda_handler
from overten.api.assets import create, image_views
from overten.api.dependencies import BaseUrl, Caller, Now
from overten.api.uploads import Sent, body_schema, upload_body
from overten.assets.requests import ImageDetails, ImageUpload
from overten.assets.views import ImageView, UploadView

router = APIRouter(route_class=KeyRoute, tags=["Assets"])
Body = Annotated[Sent[ImageDetails], Depends(upload_body(ImageDetails, ImageUpload))]


@router.post("/images", status_code=201, openapi_extra=body_schema(ImageDetails, ImageUpload))
def create_image(sent: Body, caller: Caller, now: Now, base_url: BaseUrl) -> ImageView:
    """Uploads an image (PNG, JPEG, WebP or GIF), at once as multipart/form-data (4 MB at most), or in two steps.

    With JSON, the answer's `upload` is the form to POST the image with, within 15 minutes, up to the tier's limit; the
    image is `pending` until it has arrived and passed its check.
    """
    asset, form = create(sent, caller, now)
    [view] = image_views([asset], base_url, now=now)
    return view.model_copy(update={"upload": UploadView.of(form) if form else None})


handler = lambda_handler(router)
