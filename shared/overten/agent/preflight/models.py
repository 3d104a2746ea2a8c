"""What the preflight check is given, and what it says."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from overten.documents.models import Format

Missing = Literal["images", "data_sources", "reference_files", "brand"]
Intent = Literal[
    "visual_first", "data_heavy", "financial_model", "dashboard", "planning", "report", "legal", "correspondence",
    "pitch", "training", "brand_led", "edit",
]  # fmt: skip
# In the order in which a user would be told of them.
ALL_MISSING: tuple[Missing, ...] = ("images", "data_sources", "reference_files", "brand")


class GivenFile(BaseModel):
    """A file that is given: its name and kind, and what its user says it holds. Never its content."""

    name: str = ""
    kind: str = ""
    holds: str = ""


class Facts(BaseModel):
    """A request as the check sees it: its words, and of everything else only what it is.

    `image_tags` has the tags and the caption of each image, `brand_parts` the names of the brand's members that are
    set. `is_further_turn` and `has_init_file` mean that there is a document already.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    format: Format
    prompt: str
    mode: Literal["action", "ask"] = "action"
    image_tags: list[list[str]] = Field(default_factory=list)
    data_sources: list[GivenFile] = Field(default_factory=list)
    context_files: list[GivenFile] = Field(default_factory=list)
    brand_parts: list[str] = Field(default_factory=list)
    has_init_file: bool = False
    has_template: bool = False
    is_further_turn: bool = False


class Verdict(BaseModel):
    """Whether the work may begin; if not, what is missing and why, in words for end users."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    valid: bool
    missing: list[Missing] = Field(default_factory=list)
    reason: str = Field("", max_length=1_000)
    detected_intents: list[Intent] = Field(default_factory=list)
