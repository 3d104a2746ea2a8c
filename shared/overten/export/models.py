"""What goes into a conversion and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

SourceFormat = Literal["xlsx", "docx", "pptx", "xls", "doc", "ppt"]
TargetFormat = Literal["pdf", "csv", "png", "html", "txt", "odt", "odp", "xlsx", "docx", "pptx"]


FORMULAS_WITHOUT_VALUES = "formulas_without_values"


class ExportWarning(BaseModel):
    """What the target cannot hold of this document. `message` is written for end users; `location` names the place,
    such as a sheet."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    location: str | None = None


class Options(BaseModel):
    """`page` and a `sheet` given by number count from 1; a sheet may also be given by its name."""

    model_config = ConfigDict(frozen=True)

    page: int | None = Field(default=None, ge=1)
    sheet: str | int | None = None


@dataclass(frozen=True)
class Converted:
    """A finished export. `extension` is that of the file (a zip has several members); `pages` counts those of a PDF."""

    data: bytes
    extension: str
    media_type: str
    pages: int | None = None
    warnings: list[ExportWarning] = field(default_factory=list)
