"""What a converter is asked and what it answers: a document by a signed address, and where to put what it becomes.

A converter has no permissions of its own: whoever broke into one would hold a single document, and nothing else.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from overten.export.models import ExportWarning, Options, SourceFormat, TargetFormat

Task = Literal["convert", "thumbnail", "picture"]
Outcome = Literal["converted", "refused", "no_such_part", "failed", "office_missing", "needs_office"]


class Order(BaseModel):
    """A conversion to make. `picture` is of `options.page`; addresses are presigned and good for a few minutes.

    `may_pass_on` says that there is a converter with LibreOffice, for what turns out to be better done by it.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    task: Task = "convert"
    source: SourceFormat
    source_url: str
    target: TargetFormat = "png"
    options: Options = Field(default_factory=Options)
    timeout_seconds: float
    may_pass_on: bool = False
    result_url: str
    delivery_url: str


class Delivery(BaseModel):
    """What became of an order. `message` is for end users, of an order that was not carried out."""

    outcome: Outcome
    message: str = ""
    extension: str = ""
    media_type: str = ""
    size_bytes: int = 0
    pages: int | None = None
    warnings: list[ExportWarning] = Field(default_factory=list)
