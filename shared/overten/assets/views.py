"""Files and images as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from overten.assets.models import Asset, Caution, PresignedPost, Purpose, Status
from overten.clock import iso


class UploadView(BaseModel):
    """Where the bytes go: POST `fields`, then the file as the last field `file`, as multipart/form-data to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: str

    @classmethod
    def of(cls, form: PresignedPost) -> UploadView:
        return cls(url=form.url, fields=form.fields, expires_at=iso(form.expires_at_seconds))


class _AssetView(BaseModel):
    name: str
    content_type: str = Field(description="As declared while pending; once ready, what the bytes are")
    bytes: int
    sha256: str | None = Field(description="Of the bytes, once they are ready")
    kind: str | None = Field(description="What the bytes are, such as xlsx or png, once they are ready")
    status: Status = Field(description="pending until the bytes have arrived and passed their check")
    rejected_reason: str | None = Field(description="Why the bytes were refused, as a code")
    rejected_message: str | None = Field(description="The same in words")
    warnings: list[Caution] = Field(description="What to know of the file, such as macros that are never run")
    created_at: str
    upload: UploadView | None = Field(None, description="In the answer to the JSON form only")


class _FileId(BaseModel):
    file_id: str


class _ImageId(BaseModel):
    image_id: str


# Members of the last base come first: the id leads the answer.
class FileView(_AssetView, _FileId):
    """An uploaded file."""

    purpose: Purpose

    @classmethod
    def of(cls, asset: Asset, form: PresignedPost | None = None) -> FileView:
        return cls(
            **asset.model_dump(include=set(cls.model_fields) & set(Asset.model_fields)),
            file_id=asset.asset_id,
            upload=UploadView.of(form) if form else None,
        )


class ImageView(_AssetView, _ImageId):
    """An uploaded image. `url` shows it in a browser, for a day; it is null until the image is ready."""

    width: int | None
    height: int | None
    tags: list[str]
    caption: str | None
    url: str | None

    @classmethod
    def of(cls, asset: Asset, url: str | None, form: PresignedPost | None = None) -> ImageView:
        return cls(
            **asset.model_dump(include=set(cls.model_fields) & set(Asset.model_fields)),
            image_id=asset.asset_id,
            url=url,
            upload=UploadView.of(form) if form else None,
        )


class FilePage(BaseModel):
    files: list[FileView]
    next_cursor: str | None


class ImagePage(BaseModel):
    images: list[ImageView]
    next_cursor: str | None
