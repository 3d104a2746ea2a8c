"""Runs (a conversation about one document), tasks (a turn of it) and versions (what a turn published)."""

from __future__ import annotations

import math
import zlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from overten.accounts.tiers import TierName
from overten.agent.models import Format, Phase, TurnRequest
from overten.agent.outline.models import Outline
from overten.clock import DAY_SECONDS, seconds_of
from overten.documents.models import Finding, Statistics
from overten.export.records import StoredFile

TaskStatus = Literal["queued", "running", "completed", "failed", "cancelled", "expired"]
HoldStatus = Literal["open", "charged", "voided"]
# A run is kept for so long after its last task or edit, and is then told to be gone for so long.
RETENTION_SECONDS = 30 * DAY_SECONDS
GONE_SECONDS = 90 * DAY_SECONDS
EXPIRY_SHARDS = 8
# A function lives 15 minutes at most, and looks whether its task is open before it begins to write.
WRITERS_DEAD_SECONDS = 1_200.0
# A task whose work has not begun within this time of its acceptance expires.
QUEUE_SECONDS = DAY_SECONDS
TERMINAL: frozenset[TaskStatus] = frozenset({"completed", "failed", "cancelled", "expired"})

MEDIA_TYPES: dict[Format, str] = {
    "excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "slides": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
EXTENSIONS: dict[Format, str] = {"excel": ".xlsx", "word": ".docx", "slides": ".pptx"}


class Stored(BaseModel):
    """Base of what is kept. A row that cannot be read must not put its content into an error's text."""

    model_config = ConfigDict(hide_input_in_errors=True)


class Caveat(BaseModel):
    """Something that was degraded, and is said rather than hidden."""

    code: str
    message: str
    location: str | None = None

    @classmethod
    def of(cls, finding: Finding) -> Caveat:
        return cls(code=finding.code, message=finding.message, location=finding.location)


class TaskError(BaseModel):
    """Why a task failed. `message` is safe for end users."""

    code: str
    message: str


class Outcome(BaseModel):
    """What a turn made, as the agent and the verifier tell it.

    One that made no document has its `answer` instead: its title and summary are empty, and `file_name` is that of the
    document it was asked about, if there is one.
    """

    title: str
    file_name: str
    summary: str
    warnings: list[Caveat] = Field(default_factory=list)
    statistics: Statistics
    answer: str | None = None
    outline: Outline | None = None
    tool_calls: int = 0


class Candidate(Stored):
    """What a task has come to and costs, kept until it is settled: of a document, beside its bytes.

    `unpaid_credits` is the price of work that is free, which is the operator's expense.
    """

    outcome: Outcome
    price_credits: int
    unpaid_credits: int = 0


class TaskInput(Stored):
    """An upload that a task works on: under which name it is kept with the run, and where its bytes are to be had."""

    name: str
    source_key: str


class TaskLogo(Stored):
    """What became of the logo at an address: kept in storage under `object_key`, or not to be had for a `reason`."""

    object_key: str | None = None
    content_type: str | None = None
    reason: str | None = None


EventName = Literal["run.completed", "run.failed"]


class RunEvent(Stored):
    """A task is over: what is told to whoever listens. Ids only; `event_id` names it once and for all."""

    event: EventName
    event_id: str
    org_id: str
    run_id: str
    task_id: str
    created_at: str


ANALYSIS = "analyze"


def is_analysis(run_id: str) -> bool:
    """Whether the id is an analysis's, which has no run: its task is all there is of it, and has the same ULID."""
    return run_id.startswith(f"{ANALYSIS}_")


def expiry_shard(run_id: str) -> str:
    """The partition of the index `expiring_runs` that a run, or an analysis, is in for all its life."""
    return str(zlib.crc32(run_id.encode()) % EXPIRY_SHARDS)


class Task(Stored):
    """One turn of a run, or an analysis.

    `hold_credits` is what is held for it while `hold_status` is open. `timeout_seconds` counts from the start of its
    work. `base_version` is the version it started from (0 for a new document), `base_task_id` the task whose
    conversation it goes on with. `version` is what it published: None if it made no document. `webhook_url` is told
    when it is over, with links that begin with `base_url`. Of an erased run's task only ids and times are left, and
    `deleted_at_seconds` is set.
    """

    task_id: str
    org_id: str
    run_id: str
    format: Format
    status: TaskStatus = "queued"
    phase: Phase | None = None
    progress: float = 0.0
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    creator_uid: str
    key_id: str
    # The org's when the task was accepted; it decides which model does the work.
    tier: TierName | None = None
    request_id: str
    request: TurnRequest
    warnings: list[Caveat] = Field(default_factory=list)
    inputs: list[TaskInput] = Field(default_factory=list)
    logo: TaskLogo | None = None
    base_version: int = 0
    base_task_id: str | None = None
    base_url: str = ""
    webhook_url: str | None = None
    timeout_seconds: float = 1_800.0
    hold_status: HoldStatus = "open"
    hold_credits: int
    credits_used: int = 0
    duration_ms: int | None = None
    version: int | None = None
    outcome: Outcome | None = None
    error: TaskError | None = None
    deleted_at_seconds: float | None = None

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def has_run(self) -> bool:
        return not is_analysis(self.run_id)

    @property
    def retention_ends_seconds(self) -> float | None:
        """The Unix time at which an analysis is gone; None while it is open, and for a task of a run."""
        if self.has_run or self.finished_at is None:
            return None
        return seconds_of(self.finished_at) + RETENTION_SECONDS

    @property
    def shows_version(self) -> int | None:
        """The version that its result links to: its own, or else the one that it was asked about."""
        return self.version if self.version is not None else self.base_version or None

    @property
    def deadline_seconds(self) -> float:
        """The Unix time past which the task fails; never, while its work has not begun."""
        return math.inf if self.started_at is None else seconds_of(self.started_at) + self.timeout_seconds

    @property
    def queue_ends_seconds(self) -> float:
        """The Unix time at which the task expires if its work has not begun."""
        return seconds_of(self.created_at) + QUEUE_SECONDS


class ExportNote(Stored):
    """A format that the current version has been exported to."""

    created_at: str
    size_bytes: int
    pages: int | None = None


class Run(Stored):
    """A document and its turns. `version` 0 means that nothing has been published yet.

    A run that was deleted or past its retention is a tombstone: `deleted_at_seconds` is when it became gone,
    `expires_at_seconds` when what is left of its content is erased, and only ids and times are left of the row.
    `thumbnail_key` (empty for none) and `exports`, by format, are of the current version. `version_task_id` is the task
    that its document comes from, `conversation_task_id` the last one that completed and has a conversation to go on
    with: it wrote, or it answered a question.
    """

    run_id: str
    org_id: str
    format: Format
    status: TaskStatus = "queued"
    title: str
    file_name: str
    created_at: str
    updated_at: str
    expires_at_seconds: float
    creator_uid: str
    request_id: str
    version: int = 0
    version_task_id: str | None = None
    # The task whose outline the first document follows; it counts as long as there is none.
    outline_task_id: str | None = None
    conversation_task_id: str | None = None
    credits_used: int = 0
    task_ids: list[str] = Field(default_factory=list)
    error: TaskError | None = None
    warnings: list[Caveat] = Field(default_factory=list)
    summary: str | None = None
    statistics: Statistics | None = None
    thumbnail_key: str = ""
    exports: dict[str, ExportNote] = Field(default_factory=dict)
    deleted_at_seconds: float | None = None

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    def gone_since(self, now: float) -> float | None:
        """The Unix time since which the run is gone, by deletion or at the end of its retention; None if it is not."""
        if self.deleted_at_seconds is not None:
            return self.deleted_at_seconds
        return self.expires_at_seconds if self.is_terminal and now >= self.expires_at_seconds else None


class Version(Stored):
    """A published document: where its bytes lie and what they are.

    `task_id` is the task whose work it is; for one that was restored, the task of the version it was restored from.
    """

    run_id: str
    number: int
    task_id: str
    object_key: str
    file_name: str
    size_bytes: int
    sha256: str
    created_at: str
    restored_from: int | None = None
    thumbnail_key: str = ""


class Publication(BaseModel):
    """What Publish stored and Settle makes current. `thumbnail_key` is empty if no picture could be made in time."""

    object_key: str
    size_bytes: int
    sha256: str
    thumbnail_key: str = ""


class TaskRef(Stored):
    """What a state machine execution carries: ids, never content."""

    org_id: str
    run_id: str
    task_id: str
    request_id: str

    @property
    def execution_input(self) -> str:
        """Canonical, because StartExecution is idempotent only for byte-identical input."""
        return self.model_dump_json()


class IdempotencyClaim(Stored):
    """One key names one request for a day. `fingerprint` is of the endpoint and its canonical body."""

    key_hash: str
    fingerprint: str
    run_id: str
    task_id: str
    expires_at_seconds: float


class DownloadLink(Stored):
    """What a link's token opens: one version of one run, a picture of its first page, or an export of it."""

    org_id: str
    run_id: str
    version: int
    expires_at_seconds: float
    opens: Literal["document", "thumbnail", "export"] = "document"
    export: StoredFile | None = None
