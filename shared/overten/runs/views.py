"""Tasks and runs as clients see them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from overten.agent.models import Format, Phase
from overten.clock import iso, seconds_of
from overten.documents.models import Statistics
from overten.runs.models import Caveat, Run, Task, TaskError, TaskStatus, Version


class ResultView(BaseModel):
    """A finished turn: the body of a synchronous answer, and `result` of a completed task.

    A turn with `mode: "ask"` has an `answer`, no summary, and the links of the document that it was asked about, or
    null where there is none.
    """

    run_id: str
    task_id: str
    status: TaskStatus
    format: Format
    file_name: str | None
    download_url: str | None = Field(description="Good for 24 hours; follows to a short-lived storage address")
    edit_url: str | None = None
    summary: str | None
    answer: str | None = Field(None, description="Of `mode: ask` only: the answer, in Markdown")
    warnings: list[Caveat]
    statistics: Statistics | None
    credits_used: int
    duration_ms: int

    @classmethod
    def of(cls, task: Task, download_url: str | None) -> ResultView:
        if task.outcome is None:
            raise ValueError("only a completed task has a result")
        return cls(
            run_id=task.run_id,
            task_id=task.task_id,
            status=task.status,
            format=task.format,
            file_name=task.outcome.file_name or None,
            download_url=download_url,
            summary=task.outcome.summary if task.request.writes else None,
            answer=task.outcome.answer,
            warnings=task.outcome.warnings,
            statistics=task.outcome.statistics if task.request.writes else None,
            credits_used=task.credits_used,
            duration_ms=task.duration_ms or 0,
        )

    def body(self) -> dict[str, Any]:
        """As it is sent: who asked for a document is told of no answer."""
        return self.model_dump(mode="json", exclude={"answer"} if self.answer is None else None)


class OutlineSlideView(BaseModel):
    """A slide of an outline."""

    index: int = Field(description="From 1 on")
    layout: str | None
    title: str
    key_points: list[str]
    visual: str | None = Field(description="What is shown")
    notes: str | None = Field(description="What the speaker says")


class OutlineView(BaseModel):
    """A finished outline. Sent back as `outline` of a generation, edited or not, it is followed slide for slide."""

    run_id: str
    task_id: str
    title: str
    slides: list[OutlineSlideView]
    summary: str | None = Field(description="What was assumed, and what was left out")
    warnings: list[Caveat]
    credits_used: int = Field(description="Always 0: outlines are free, so many a day")
    duration_ms: int

    @classmethod
    def of(cls, task: Task) -> OutlineView:
        if task.outcome is None or task.outcome.outline is None:
            raise ValueError("only a completed outline has slides")
        slides = [
            OutlineSlideView(index=n, **slide.model_dump()) for n, slide in enumerate(task.outcome.outline.slides, 1)
        ]
        return cls(
            run_id=task.run_id,
            task_id=task.task_id,
            title=task.outcome.title,
            slides=slides,
            summary=task.outcome.summary or None,
            warnings=task.outcome.warnings,
            credits_used=task.credits_used,
            duration_ms=task.duration_ms or 0,
        )

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        return self.model_dump(mode="json")


class AnalysisView(BaseModel):
    """A finished analysis."""

    run_id: str = Field(description="Of the analysis; there is no run of this id")
    task_id: str
    answer: str = Field(description="In Markdown, with the cells or queries that its figures come from")
    warnings: list[Caveat]
    tool_calls: int = Field(description="How often the file was looked into")
    credits_used: int
    duration_ms: int

    @classmethod
    def of(cls, task: Task) -> AnalysisView:
        if task.outcome is None or task.outcome.answer is None:
            raise ValueError("only a completed analysis has an answer")
        return cls(
            run_id=task.run_id,
            task_id=task.task_id,
            answer=task.outcome.answer,
            warnings=task.outcome.warnings,
            tool_calls=task.outcome.tool_calls,
            credits_used=task.credits_used,
            duration_ms=task.duration_ms or 0,
        )

    def body(self) -> dict[str, Any]:
        """As it is sent."""
        return self.model_dump(mode="json")


def result_of(task: Task, download_url: str | None) -> ResultView | OutlineView | AnalysisView:
    """What a completed task has come to."""
    if not task.has_run:
        return AnalysisView.of(task)
    is_outline = task.outcome is not None and task.outcome.outline is not None
    return OutlineView.of(task) if is_outline else ResultView.of(task, download_url)


class AcceptedView(BaseModel):
    """An accepted turn that goes on without the caller."""

    run_id: str
    task_id: str
    status: TaskStatus
    message: str
    poll_url: str


class TaskView(BaseModel):
    """A task as it stands. `progress` goes from 0 to 1 and never back; `duration_ms` runs on until the task is over."""

    task_id: str
    run_id: str
    status: TaskStatus
    phase: Phase | None = None
    progress: float | None = None
    created_at: str
    started_at: str | None = None
    finished_at: str | None = None
    result: ResultView | OutlineView | AnalysisView | None = None
    error: TaskError | None = None
    credits_used: int
    duration_ms: int

    @classmethod
    def of(cls, task: Task, *, download_url: str | None, now: float) -> TaskView:
        elapsed_ms = max(0, round((now - seconds_of(task.created_at)) * 1000))
        return cls(
            **task.model_dump(include={"task_id", "run_id", "status", "created_at", "started_at", "finished_at"}),
            phase=task.phase,
            progress=task.progress,
            result=result_of(task, download_url) if task.status == "completed" and task.outcome else None,
            error=task.error,
            credits_used=task.credits_used,
            duration_ms=elapsed_ms if task.duration_ms is None else task.duration_ms,
        )

    def body(self) -> dict[str, Any]:
        """As it is sent: members that the task has not reached yet are left out; the result's own nulls stay."""
        absent = {name for name in type(self).model_fields if getattr(self, name) is None}
        body = self.model_dump(mode="json", exclude=absent | {"result"})
        return body | ({"result": self.result.body()} if self.result else {})


class RunTaskView(BaseModel):
    """A turn of a run, in short."""

    task_id: str
    status: TaskStatus
    created_at: str
    finished_at: str | None
    credits_used: int
    error: TaskError | None


class RunExportView(BaseModel):
    """A format that the current version has been exported to, and is to be had in at once."""

    format: str
    created_at: str
    size_bytes: int
    pages: int | None


class RunView(BaseModel):
    """A run: its document, its turns and its links."""

    run_id: str
    format: Format
    status: TaskStatus
    title: str
    file_name: str
    created_at: str
    updated_at: str
    expires_at: str
    version: int = Field(description="The current version of the document; 0 until a turn has completed")
    credits_used: int
    tasks: list[RunTaskView]
    error: TaskError | None
    warnings: list[Caveat]
    download_url: str | None
    edit_url: str | None = None
    summary: str | None
    statistics: Statistics | None
    exports: list[RunExportView] = Field(description="Of the whole document; POST to /export for a link")
    thumbnail_url: str | None = Field(description="A PNG of the first page, slide or sheet; good for 24 hours")
    request_id: str = Field(description="X-Request-Id of the request that made the run")

    @classmethod
    def of(cls, run: Run, tasks: list[Task], download_url: str | None, thumbnail_url: str | None) -> RunView:
        return cls(
            **run.model_dump(
                include={"run_id", "format", "status", "title", "file_name", "created_at", "updated_at", "version"}
            ),
            **run.model_dump(include={"credits_used", "summary", "request_id"}),
            expires_at=iso(run.expires_at_seconds),
            tasks=[RunTaskView.model_validate(task.model_dump()) for task in tasks],
            error=run.error,
            warnings=run.warnings,
            statistics=run.statistics,
            download_url=download_url,
            exports=[RunExportView(format=name, **note.model_dump()) for name, note in sorted(run.exports.items())],
            thumbnail_url=thumbnail_url,
        )


class VersionView(BaseModel):
    """A published version of a run's document."""

    version: int
    created_at: str
    file_name: str
    size_bytes: int
    sha256: str = Field(description="Of the document's bytes, in hexadecimal")
    task_id: str = Field(description="The task whose work it is")
    restored_from: int | None = Field(description="The version it was restored from, whose bytes it has")
    current: bool
    download_url: str = Field(description="Good for 24 hours; follows to a short-lived storage address")

    @classmethod
    def of(cls, version: Version, run: Run, download_url: str) -> VersionView:
        return cls(
            **version.model_dump(
                include={"created_at", "file_name", "size_bytes", "sha256", "task_id", "restored_from"}
            ),
            version=version.number,
            current=version.number == run.version,
            download_url=download_url,
        )


class VersionPage(BaseModel):
    versions: list[VersionView]
    next_cursor: str | None


class RunPage(BaseModel):
    runs: list[RunView]
    next_cursor: str | None
