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
    field_validator,
)

from overten.assets.use import Use

MAX_SLIDES = 30
# A count of slides as people write it. Three digits at most: "the 2026 slides" are no wish for as many.
_SLIDES = r"slides?|folien|diapositiv[ae]s?|slajd\w*|(?:枚|張|张|页)の?(?:スライド|幻灯片)"
_SLIDE_COUNT = re.compile(
    rf"(?<![\d.,])(\d{{1,3}})[ \u00a0-]*(?:{_SLIDES})\b|\bslides?:\s*(\d{{1,3}})\b", re.IGNORECASE
)

AssetId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
HexColor = Annotated[
    str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$"), Field(description="#rrggbb", examples=["#0B5FFF"])
]


class FileReference(BaseModel):
    file_id: AssetId


# Nobody types these, and few programs that read an answer take them: all but tab, newline and carriage return.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(value: object) -> object:
    return _CONTROLS.sub("", value) if isinstance(value, str) else value


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
    kind: Annotated[str, StringConstraints(max_length=40)] | None = Field(
        None, description="What it holds: sales, staff"
    )


class ImageAsset(BaseModel):
    image_id: AssetId
    tags: list[Annotated[str, StringConstraints(max_length=60)]] = Field(
        default_factory=list, max_length=50, description="What it shows, beside the tags it was uploaded with"
    )


class BrandInput(BaseModel):
    """The brand a document is to wear."""

    primary_color: HexColor | None = None
    secondary_color: HexColor | None = None
    font: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = Field(
        None, description="A font family's name; it must be installed where the document is opened"
    )
    logo_url: HttpUrl | None = Field(
        None, description="https, PNG, JPEG or WebP, at most 2 MB, no redirects. Unreachable is a warning"
    )
    logo_image_id: AssetId | None = Field(None, description="An uploaded image, instead of `logo_url`")


class GenerateRequest(BaseModel):
    """A turn: a new document, or with `run_id` the next turn on that run's document. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"prompt": "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"}]
        },
    )

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)] = Field(
        description="What to make, or with `run_id` what to change, in any language"
    )
    mode: Literal["action", "ask"] = Field("action", description="`ask` reads and answers, and writes nothing")
    run_id: AssetId | None = Field(
        None, description="A run of this format to go on with: its document, its conversation"
    )
    init_file: AssetId | None = Field(None, description="An uploaded document to edit in place; not with `run_id`")
    template_file: AssetId | None = Field(
        None, description="A document or template whose look is used and whose content is not"
    )
    context_files: list[FileInput] = Field(
        default_factory=list, max_length=50, description="References to draw on and to cite"
    )
    data_sources: list[DataSource] = Field(
        default_factory=list, max_length=50, description="Data to query: workbooks, CSV, TSV"
    )
    image_assets: list[ImageAsset] = Field(default_factory=list, max_length=50, description="Images that may be placed")
    brand: BrandInput | None = None
    run_async: StrictBool = Field(False, alias="async", description="Answer 202 at once instead of waiting")
    webhook_url: Annotated[str, StringConstraints(min_length=1, max_length=2048)] | None = Field(
        None, description="https address that is told when the run is over", json_schema_extra={"format": "uri"}
    )
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        None, description="Names this request for 24 hours, as the header Idempotency-Key does"
    )
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = Field(
        None, description="Of the document; made from its title if left out, and kept by further turns"
    )
    timeout_ms: StrictInt = Field(
        1_800_000, ge=10_000, le=1_800_000, description="How long the work may take once it has begun; then it fails"
    )

    @field_validator("prompt", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

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
    def asks_of_something(self) -> bool:
        """Whether there is anything that a question could be about."""
        return bool(self.run_id or self.init_file or self.context_files or self.data_sources)

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
