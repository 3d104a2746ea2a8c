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

from overten.agent.outline.models import (
    MAX_NOTES_CHARS,
    MAX_OUTLINE_CHARS,
    MAX_POINT_CHARS,
    MAX_POINTS,
    MAX_SLIDES,
    MAX_TITLE_CHARS,
    MAX_VISUAL_CHARS,
    LayoutName,
    Outline,
    PlannedSlide,
)
from overten.assets.use import Use

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


_OutlineTitle = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE_CHARS)]


class OutlineSlideInput(BaseModel):
    """A slide of an outline. The order of the list counts; an `index` is not read."""

    layout: LayoutName | None = Field(None, description="Chosen by the content if left out")
    title: _OutlineTitle = Field(description="As it will stand on the slide")
    key_points: list[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_POINT_CHARS)]
    ] = Field(default_factory=list, max_length=MAX_POINTS, description="What the slide says")
    visual: Annotated[str, StringConstraints(max_length=MAX_VISUAL_CHARS)] | None = Field(
        None, description="What is shown: a chart and its data, a table, an image"
    )
    notes: Annotated[str, StringConstraints(max_length=MAX_NOTES_CHARS)] | None = Field(
        None, description="What the speaker says"
    )

    @field_validator("title", "visual", "notes", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

    @field_validator("key_points", mode="before")
    @classmethod
    def _points_without_controls(cls, value: object) -> object:
        return [without_controls(point) for point in value] if isinstance(value, list) else value

    def as_planned(self) -> PlannedSlide:
        return PlannedSlide.model_validate(self.model_dump())


class OutlineInput(BaseModel):
    """What `POST /slides/outline` returned, edited or not; its other members are not read."""

    title: _OutlineTitle | None = Field(None, description="The first slide's title if left out")
    slides: list[OutlineSlideInput] = Field(min_length=1, max_length=MAX_SLIDES)

    @field_validator("slides")
    @classmethod
    def _is_told_at_once(cls, slides: list[OutlineSlideInput]) -> list[OutlineSlideInput]:
        if (chars := sum(slide.as_planned().chars for slide in slides)) > MAX_OUTLINE_CHARS:
            raise ValueError(f"should have at most {MAX_OUTLINE_CHARS} characters in all, not {chars}")
        return slides

    @field_validator("title", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

    def as_outline(self) -> Outline:
        slides = [slide.as_planned() for slide in self.slides]
        return Outline(title=self.title or slides[0].title, slides=slides)


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
    outline: OutlineInput | None = Field(
        None, description="Slides only: followed slide for slide. Left out, that of an outline's `run_id` is"
    )
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
    def brings_files(self) -> bool:
        """Whether it names a document or file that a question could be about."""
        return bool(self.init_file or self.context_files or self.data_sources)

    @property
    def slide_count(self) -> int | None:
        """The smallest number of slides that the prompt names, if any: others may be of decks that it starts from."""
        return min((int(before or after) for before, after in _SLIDE_COUNT.findall(self.prompt)), default=None)

    def fingerprint(self, endpoint: str) -> str:
        """What makes two requests the same for idempotency: endpoint and body, without how to wait and the key."""
        return _fingerprint(self, endpoint)


def _fingerprint(request: BaseModel, endpoint: str) -> str:
    body: dict[str, Any] = request.model_dump(
        mode="json", exclude={"run_async", "idempotency_key"}, exclude_defaults=True
    )
    canonical = json.dumps([endpoint, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class OutlineRequest(BaseModel):
    """A plan for a presentation, to be looked at and edited before it is written. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"prompt": "Why our harbour café pays back in two years", "slide_count": 8}]}
    )

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)] = Field(
        description="What the presentation is for and what it says, in any language"
    )
    slide_count: StrictInt | None = Field(
        None, ge=1, le=MAX_SLIDES, description="As many as the prompt asks for or its story needs, if left out"
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
        None, description="https address that is told when the outline is there", json_schema_extra={"format": "uri"}
    )
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        None, description="Names this request for 24 hours, as the header Idempotency-Key does"
    )
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)] | None = Field(
        None, description="Of the presentation that follows"
    )
    timeout_ms: StrictInt = Field(
        1_800_000, ge=10_000, le=1_800_000, description="How long the work may take once it has begun; then it fails"
    )

    @field_validator("prompt", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

    def as_turn(self) -> GenerateRequest:
        """The turn that makes it, as far as it is one like any other."""
        members = {name: getattr(self, name) for name in type(self).model_fields if name != "slide_count"}
        return GenerateRequest.model_construct(**members)

    def fingerprint(self, endpoint: str) -> str:
        """What makes two requests the same for idempotency, as of a generation."""
        return _fingerprint(self, endpoint)


class AnalyzeRequest(BaseModel):
    """A question about a workbook or a CSV file. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"file_id": "file_01JD3Q7Z8X5R2K9M4N6P8T0V1W", "prompt": "Which region grew the most?"}]
        }
    )

    file_id: AssetId = Field(description="An uploaded .xlsx, .xls or .csv")
    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000)] = Field(
        description="The question, in any language"
    )
    run_async: StrictBool = Field(False, alias="async", description="Answer 202 at once instead of waiting")
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=255)] | None = Field(
        None, description="Names this request for 24 hours, as the header Idempotency-Key does"
    )
    timeout_ms: StrictInt = Field(
        1_800_000, ge=10_000, le=1_800_000, description="How long the work may take once it has begun; then it fails"
    )

    @field_validator("prompt", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

    def fingerprint(self, endpoint: str) -> str:
        """What makes two requests the same for idempotency, as of a generation."""
        return _fingerprint(self, endpoint)
