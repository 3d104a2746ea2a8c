"""The preflight check of a turn: of one that is about to be accepted, and of one that somebody only wonders about."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from overten.accounts.models import AuthenticatedKey
from overten.agent.models import Format
from overten.agent.preflight import service as checks
from overten.agent.preflight.models import Facts, GivenFile, Verdict
from overten.assets import use as assets_use
from overten.assets.models import Asset
from overten.errors import PreflightFailed
from overten.runs.requests import (
    AssetId,
    BrandInput,
    DataSource,
    FileInput,
    GenerateRequest,
    ImageAsset,
    without_controls,
)


class PreflightRequest(BaseModel):
    """What a generation would be asked with. Fields that do not matter to the check are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"format": "slides", "prompt": "A property deck in six slides with the attached photos"}]
        }
    )

    format: Format
    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000)]
    mode: Literal["action", "ask"] = "action"
    run_id: AssetId | None = Field(None, description="The run that the turn would go on with")
    init_file: AssetId | None = None
    template_file: AssetId | None = None
    context_files: list[FileInput] = Field(default_factory=list, max_length=50)
    data_sources: list[DataSource] = Field(default_factory=list, max_length=50)
    image_assets: list[ImageAsset] = Field(default_factory=list, max_length=50)
    brand: BrandInput | None = None

    @field_validator("prompt", mode="before")
    @classmethod
    def _without_controls(cls, value: object) -> object:
        return without_controls(value)

    def as_turn(self) -> GenerateRequest:
        """The generation this would be."""
        members = {name: getattr(self, name) for name in type(self).model_fields if name != "format"}
        return GenerateRequest.model_construct(**members)


def verdict(request: PreflightRequest, caller: AuthenticatedKey, *, now: float, until: float) -> Verdict:
    """Whether a generation would pass the check. Ids are judged as a generation judges them, by the same errors."""
    from overten.runs.service import get_run

    turn = request.as_turn()
    if turn.run_id:
        get_run(turn.run_id, caller, now=now)
    uses = turn.referenced_assets
    assets = assets_use.require(uses, request.format, caller, now=now) if uses else {}
    return checks.check(facts_of(turn, request.format, assets), seconds=until - time.time())


def require(request: GenerateRequest, document_format: Format, assets: Mapping[str, Asset], *, until: float) -> None:
    """Raises PreflightFailed for a turn that speaks of what it does not have. `until` is the Unix time it may take."""
    found = checks.check(facts_of(request, document_format, assets), seconds=until - time.time())
    if not found.valid:
        extra = found.model_dump(mode="json", include={"missing", "reason", "detected_intents"})
        raise PreflightFailed(found.reason, extra=extra)


def facts_of(request: GenerateRequest, document_format: Format, assets: Mapping[str, Asset]) -> Facts:
    """The request as the check sees it. `assets` are those that it names, by id."""
    brand = request.brand.model_dump(exclude_none=True) if request.brand else {}
    return Facts(
        format=document_format,
        prompt=request.prompt,
        mode=request.mode,
        image_tags=[_tags(image, assets) for image in request.image_assets],
        data_sources=[_given(data.file_id, assets, data.kind or "") for data in request.data_sources],
        context_files=[_given(file.file_id, assets) for file in request.context_files],
        brand_parts=sorted(brand),
        has_init_file=request.init_file is not None,
        has_template=request.template_file is not None,
        is_further_turn=request.run_id is not None,
    )


def _tags(image: ImageAsset, assets: Mapping[str, Asset]) -> list[str]:
    asset = assets.get(image.image_id)
    known = [*([asset.caption] if asset.caption else []), *asset.tags] if asset else []
    return [*known, *image.tags]


def _given(file_id: str, assets: Mapping[str, Asset], holds: str = "") -> GivenFile:
    asset = assets.get(file_id)
    return GivenFile(name=asset.name if asset else "", kind=(asset.kind if asset else None) or "", holds=holds)
