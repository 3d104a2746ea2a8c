"""What a client says of an upload."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints, WithJsonSchema

from overten.assets.models import Purpose

MAX_TAGS = 50
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


def _split_tags(value: object) -> object:
    """Tags may be separated by commas, repeated, or both; each is kept once, in the order given."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        return value
    return list(dict.fromkeys(tag for part in parts for tag in (piece.strip() for piece in part.split(",")) if tag))


Tags = Annotated[
    list[Tag],
    BeforeValidator(_split_tags),
    Field(max_length=MAX_TAGS),
    WithJsonSchema({"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": MAX_TAGS}),
]


class FileDetails(BaseModel):
    """`purpose` is the client's own note of what the file is for."""

    purpose: Purpose = "context"


class ImageDetails(BaseModel):
    """`tags` and `caption` tell what is in the picture."""

    tags: Tags = Field(default_factory=list)
    caption: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


class Upload(BaseModel):
    """An upload to come: its name, its declared type and its exact size."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    content_type: Annotated[
        str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;[ -~]*)?$")
    ]
    bytes: StrictInt = Field(ge=1)


class FileUpload(Upload, FileDetails):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "sales.xlsx", "content_type": "application/octet-stream", "bytes": 8_000_000}]
        }
    )


class ImageUpload(Upload, ImageDetails):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "shop.jpg", "content_type": "image/jpeg", "bytes": 6_000_000, "tags": ["shop"]}]
        }
    )
