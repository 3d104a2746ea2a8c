"""What a turn of the agent is given, what it keeps between slices, and what it yields."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field

from overten.agent.data.models import InputFile
from overten.agent.outline.models import Outline
from overten.documents.engine import StoredDocument
from overten.documents.models import Finding, Format

__all__ = ["Format"]
Purpose = Literal["write", "ask", "analyze", "outline"]
Phase = Literal["preparing", "planning", "writing", "verifying", "rendering", "publishing"]


class Brand(BaseModel):
    """Colours (#rrggbb), font and logo a document is asked to wear. The model is never told the logo's address."""

    primary_color: str | None = None
    secondary_color: str | None = None
    font: str | None = None
    logo_url: str | None = None
    logo_image_id: str | None = None


class InputImage(BaseModel):
    """An image that may be placed, by the name operations give it, with its size in pixels and what it shows."""

    name: str
    width: int | None = None
    height: int | None = None
    shows: list[str] = Field(default_factory=list)


class TurnRequest(BaseModel):
    """One request of a user to the agent. Everything in it is untrusted text.

    `init_file` is the document to edit, `template_file` the one whose look a new document takes, `logo` the logo of the
    brand if there is one to be had: names of inputs, as those of `images` and `files` are. `files` are to be drawn on.

    `purpose` is what the turn is for. Only "write" makes a document; the others end with what their closing tool was
    given, and no operation is offered to them.
    """

    format: Format
    prompt: str
    purpose: Purpose = "write"
    brand: Brand | None = None
    init_file: str | None = None
    template_file: str | None = None
    logo: str | None = None
    images: list[InputImage] = Field(default_factory=list)
    files: list[InputFile] = Field(default_factory=list)
    file_name: str | None = None
    today: date | None = None
    # The plan that the slides follow; and for a turn that makes one, how many slides it is to have.
    outline: Outline | None = None
    slide_count: int | None = None

    @property
    def writes(self) -> bool:
        """Whether the turn makes a document."""
        return self.purpose == "write"


class Limits(BaseModel):
    """Bounds of one task. A task that meets one of the first two fails; the others end a slice or bound one call.

    A slice lasts at most about `slice_seconds` + `request_timeout_seconds`, which must fit in its worker's lifetime.
    `max_context_tokens` is what the model reads and writes in one call; a conversation that grows past it is shortened.
    """

    max_tool_calls: int = Field(30, ge=1)
    max_total_tokens: int = Field(1_000_000, ge=1)
    max_context_tokens: int = Field(120_000, ge=1_000)
    max_output_tokens_per_call: int = Field(8_192, ge=256)
    slice_seconds: float = Field(600.0, gt=0)
    request_timeout_seconds: float = Field(240.0, gt=0)


class ModelUsage(BaseModel):
    """Tokens used of one model. `input_tokens` is the whole prompt; of it a cache served `cached_input_tokens` and took
    in `cache_write_tokens`, which some providers charge more for."""

    model: str
    requests: int = 0
    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


class TurnNote(BaseModel, hide_input_in_errors=True):
    """What is kept of an earlier turn: what was asked, which calls were applied, what the user was told.

    An empty `calls` and `told` are of a turn so old that only its request is remembered.
    """

    number: int
    request: str
    calls: list[str] = Field(default_factory=list)
    told: str = ""


class Checkpoint(BaseModel, hide_input_in_errors=True):
    """All that a task needs to go on in another process. Written after every tool call.

    `messages` is the conversation as `pydantic_ai.messages.ModelMessagesTypeAdapter` dumps it; `document` and `package`
    the working document as its engine stores it (the package's bytes are kept beside the checkpoint's JSON, under
    their hash), `baseline` its package as it was when an upload was opened; `tool_results` the outcome of each executed
    call by its id, so that a call whose result had been saved is never applied a second time; `failed_tool_calls` the
    ids among them that were refused. `history` notes the turns before this one, and `done` the calls of this turn that
    are no longer in the conversation. `tool_calls` counts every executed call, refused ones included, except the
    `finish` that was accepted.
    """

    schema_version: Literal[1] = 1
    library_version: str = ""
    messages: list[dict[str, Any]] = Field(default_factory=list)
    document: dict[str, Any] = Field(default_factory=dict)
    package: bytes | None = Field(None, exclude=True, repr=False)
    package_sha256: str | None = None
    baseline: bytes | None = Field(None, exclude=True, repr=False)
    baseline_sha256: str | None = None
    # The input that the document's logo is, of this turn or an earlier one.
    logo: str | None = None
    # What may be queried: the files of this turn and of those before it.
    files: list[InputFile] = Field(default_factory=list)
    history: list[TurnNote] = Field(default_factory=list)
    done: list[str] = Field(default_factory=list)
    # The images that calls have named which are no longer in the conversation.
    named_images: list[str] = Field(default_factory=list)
    tool_results: dict[str, str] = Field(default_factory=dict)
    failed_tool_calls: list[str] = Field(default_factory=list)
    # The names of the pictures that calls of `render` in this turn have drawn, by the calls' ids.
    pictures: dict[str, str] = Field(default_factory=dict)
    tool_calls: int = 0
    mend_rounds: int = 0
    # Slices in a row that the model's provider ended; once they are too many, another model does the rest of the turn.
    provider_failures: int = 0
    uses_fallback: bool = False
    # The plan that a turn which makes one has come to.
    planned: Outline | None = None
    # How often `finish` was refused in this turn because the deck did not follow its outline.
    outline_refusals: int = 0
    usage: list[ModelUsage] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    # What was changed mechanically, kept with the document it was done to.
    repairs: list[Finding] = Field(default_factory=list)
    # What could not be taken over from the upload that the document began with.
    opening_findings: list[Finding] = Field(default_factory=list)
    finished: bool = False
    credits_exhausted: bool = False
    title: str | None = None
    summary: str | None = None
    # Of a turn that asks or analyzes, and what of it stands in nothing that the model was shown.
    answer: str | None = None
    unfounded: list[str] = Field(default_factory=list)
    # The answer was sent back once because of such figures; the next one is taken.
    questioned: bool = False

    @property
    def stored_document(self) -> StoredDocument:
        return StoredDocument(self.document, self.package)

    def keep(self, stored: StoredDocument) -> None:
        """Takes over the working document."""
        self.document, self.package = stored
        self.package_sha256 = hashlib.sha256(stored.package).hexdigest() if stored.package is not None else None

    def keep_as_baseline(self) -> None:
        """Notes that the working document is the upload as it came: what is wrong with it is not of our making."""
        self.baseline, self.baseline_sha256 = self.package, self.package_sha256


class SliceOutcome(BaseModel):
    """How a slice of work ended: finished, stopped because it was asked to, or out of time with everything saved."""

    finished: bool
    stopped: bool = False
    checkpoint: Checkpoint
