"""What a client asks of a generate endpoint."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
)

from overten.assets.use import Use

MAX_SLIDES = 30
# A count of slides as people write it. Three digits at most: "the 2026 slides" are no wish for as many.
_SLIDES = r"slides?|folien|diapositiv[ae]s?|slajd\w*|(?:枚|張|张|页)の?(?:スライド|幻灯片)"
_SLIDE_COUNT = re.compile(
    rf"(?<![\d.,])(\d{{1,3}})[ \u00a0-]*(?:{_SLIDES})\b|\bslides?:\s*(\d{{1,3}})\b", re.IGNORECASE
)

AssetId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
HexColor = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class FileReference(BaseModel):
    file_id: AssetId


def _as_reference(value: object) -> object:
    return {"file_id": value} if isinstance(value, str) else value


# A file's id, alone or as an object. One model either way, so that errors point at the field and not at a union.
FileInput = Annotated[
    FileReference,
    BeforeValidator(_as_reference),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "object", "required": ["file_id"], "properties": {"file_id": {"type": "string"}}},
            ]
        }
    ),
]


class DataSource(BaseModel):
    file_id: AssetId
    kind: Annotated[str, StringConstraints(max_length=40)] | None = None


class ImageAsset(BaseModel):
    image_id: AssetId
    tags: list[Annotated[str, StringConstraints(max_length=60)]] = Field(default_factory=list, max_length=50)


class BrandInput(BaseModel):
    """The brand a document is to wear."""

    primary_color: HexColor | None = None
    secondary_color: HexColor | None = None
    font: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    logo_url: HttpUrl | None = None
    logo_image_id: AssetId | None = None


class GenerateRequest(BaseModel):
    """A turn: a new document, or with `run_id` the next turn on that run's document. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"prompt": "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"}]
        },
    )

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
    mode: Literal["action", "ask"] = "action"
    run_id: AssetId | None = None
    init_file: AssetId | None = None
    template_file: AssetId | None = None
    context_files: list[FileInput] = Field(default_factory=list, max_length=50)
    data_sources: list[DataSource] = Field(default_factory=list, max_length=50)
    image_assets: list[ImageAsset] = Field(default_factory=list, max_length=50)
    brand: BrandInput | None = None
    run_async: StrictBool = Field(False, alias="async")
    webhook_url: HttpUrl | None = None
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = None
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = None
    timeout_ms: StrictInt = Field(1_800_000, ge=10_000, le=1_800_000)

    @property
    def referenced_assets(self) -> list[Use]:
        """Every asset id of the request with the JSON pointer of the field that holds it, and what it is for."""
        found: list[Use] = []
        if self.init_file:
            found.append(Use("/init_file", self.init_file, "init_file"))
        if self.template_file:
            found.append(Use("/template_file", self.template_file, "template_file"))
        if self.brand and self.brand.logo_image_id:
            found.append(Use("/brand/logo_image_id", self.brand.logo_image_id, "logo_image_id"))
        found += [
            Use(f"/context_files/{n}", file.file_id, "context_files") for n, file in enumerate(self.context_files)
        ]
        found += [Use(f"/data_sources/{n}", data.file_id, "data_sources") for n, data in enumerate(self.data_sources)]
        found += [
            Use(f"/image_assets/{n}", image.image_id, "image_assets") for n, image in enumerate(self.image_assets)
        ]
        return found

    @property
    def slide_count(self) -> int | None:
        """The smallest number of slides that the prompt names, if any: others may be of decks that it starts from."""
        return min((int(before or after) for before, after in _SLIDE_COUNT.findall(self.prompt)), default=None)

    def fingerprint(self, endpoint: str) -> str:
        """What makes two requests the same for idempotency: endpoint and body, without how to wait and the key."""
        body: dict[str, Any] = self.model_dump(
            mode="json", exclude={"run_async", "idempotency_key"}, exclude_defaults=True
        )
        canonical = json.dumps([endpoint, body], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()
