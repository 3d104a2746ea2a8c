"""What is exported, and what is kept of an export."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from overten.clock import DAY_SECONDS
from overten.export.models import ExportWarning, Options, SourceFormat, TargetFormat

# Part of what an export is found by: another number makes every export anew. Raise it when the same document would
# become something else than before.
RECIPE = 1
KEPT_SECONDS = 30 * DAY_SECONDS


class Artifact(BaseModel):
    """A version of a document: whose it is, where its bytes lie, and the folder that its exports go to.

    `owner_id` is a run or an uploaded file; the bytes of a version never change. What is wrong with an `uploaded` one
    is its owner's to mend.
    """

    org_id: str
    owner_id: str
    version: int
    source: SourceFormat
    object_key: str
    folder: str
    file_name: str
    uploaded: bool = False


class Failure(BaseModel):
    """Why an export was not made. `outcome` is one of `orders.Outcome`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    outcome: str
    message: str


class Export(BaseModel):
    """A version of a document in another format, or the claim of somebody who is making it.

    A claim that has not become `ready` by `lease_until_seconds` is dead, and may be taken over. One that `failed` says
    so, with its `failure`, to all who wait and who ask until then. `tries` counts claims of which nothing was heard.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    org_id: str
    owner_id: str
    version: int
    source: SourceFormat
    target: TargetFormat
    options: Options = Field(default_factory=Options)
    status: Literal["pending", "ready", "failed"] = "pending"
    failure: Failure | None = None
    tries: int = 1
    claim: str
    lease_until_seconds: float
    folder: str
    created_at: str
    extension: str = ""
    media_type: str = ""
    size_bytes: int = 0
    pages: int | None = None
    warnings: list[ExportWarning] = Field(default_factory=list)

    @property
    def recipe(self) -> str:
        """What distinguishes it from other exports of the version."""
        return recipe_of(self.target, self.options)

    @property
    def object_key(self) -> str:
        """Every claim has a place of its own: a worker whose claim was taken over cannot write over its successor."""
        return f"{self.folder}exports/v{self.version}/{self.recipe}/{self.claim}"


class StoredFile(BaseModel):
    """An object in storage, and as what it is given out."""

    model_config = ConfigDict(hide_input_in_errors=True)

    object_key: str
    file_name: str
    media_type: str


def recipe_of(target: TargetFormat, options: Options) -> str:
    """A short name of a target with its options."""
    return hashlib.sha256(f"{RECIPE} {target} {options.model_dump_json()}".encode()).hexdigest()[:32]
