"""Uploaded files and images, and what is known of them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from overten.clock import DAY_SECONDS, seconds_of
from overten.export.records import StoredFile

Sort = Literal["file", "image"]
Status = Literal["pending", "ready", "rejected"]
Purpose = Literal["context", "reference", "init"]
ID_PREFIXES: dict[Sort, str] = {"file": "file", "image": "img"}

# How long an upload may take before it is forgotten, how long deleted bytes are kept, and how long a deletion is told.
PENDING_SECONDS = DAY_SECONDS
# A check that began in time may still be at work: the reaper leaves an upload alone for this much longer.
CHECK_GRACE_SECONDS = 600
DELETED_BYTES_SECONDS = DAY_SECONDS
TOMBSTONE_SECONDS = 90 * DAY_SECONDS


class Caution(BaseModel):
    """Something about an accepted file that its user should know, such as macros that are never run."""

    code: str
    message: str


class Asset(BaseModel):
    """A file or an image of an org.

    While `pending`, `content_type` and `bytes` are what the client declared; once `ready`, what was found in the bytes,
    with `kind` as `overten.assets.examine` names it, and `object_key` says where they lie. `rejected_reason` is a code,
    `rejected_message` the same in words for end users. A deleted one keeps its id and `deleted_at` only.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    org_id: str
    asset_id: str
    sort: Sort
    creator_uid: str
    created_at: str
    status: Status = "pending"
    name: str = ""
    content_type: str = ""
    bytes: int = 0
    purpose: Purpose | None = None
    tags: list[str] = Field(default_factory=list)
    caption: str | None = None
    kind: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    warnings: list[Caution] = Field(default_factory=list)
    object_key: str | None = None
    rejected_reason: str | None = None
    rejected_message: str | None = None
    deleted_at: str | None = None

    @property
    def pending_until_seconds(self) -> float:
        """The Unix time at which an upload that has not arrived is forgotten."""
        return seconds_of(self.created_at) + PENDING_SECONDS

    def is_forgotten(self, now: float) -> bool:
        """Whether nothing is told of it any more: its upload never came, or it was deleted long ago."""
        if self.deleted_at:
            return now >= seconds_of(self.deleted_at) + TOMBSTONE_SECONDS
        return self.status == "pending" and now >= self.pending_until_seconds


class Findings(BaseModel):
    """What the check found in an asset's bytes, and where it keeps them."""

    content_type: str
    kind: str
    bytes: int
    sha256: str
    width: int | None = None
    height: int | None = None
    warnings: list[Caution] = Field(default_factory=list)
    object_key: str


class PresignedPost(BaseModel):
    """A form that uploads one asset straight to storage: POST `fields` and then the file, as `file`, to `url`."""

    url: str
    fields: dict[str, str]
    expires_at_seconds: float


class AssetLink(BaseModel):
    """What the token of an image's `url` opens, or of a file's conversion, which is `converted`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    org_id: str
    asset_id: str
    expires_at_seconds: float
    converted: StoredFile | None = None


def sort_of(asset_id: str) -> Sort:
    """What an id stands for, by its prefix."""
    return "image" if asset_id.startswith("img_") else "file"
