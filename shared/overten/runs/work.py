"""The agent's slices and the verification of what it made, on the durable checkpoint of a task."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from overten.agent import loop
from overten.agent.configured import fallback_model, has_fallback, model_for
from overten.agent.models import Checkpoint, Limits, Phase, SliceOutcome, TurnRequest
from overten.agent.outline import following
from overten.config import ModelSettings, settings
from overten.credits.pricing import price_list
from overten.documents.engine import Engine
from overten.documents.engines import engine_of
from overten.documents.models import Finding, Statistics
from overten.export import converter_store
from overten.logs import logger
from overten.runs import inputs, object_store, store, unpaid
from overten.runs.errors import CreditsExhausted, DocumentUnusable, TaskEnded, TaskTimedOut
from overten.runs.models import Candidate, Caveat, Outcome, Task, TaskRef, Version
from overten.runs.names import file_name_of
from overten.runs.pictures import Pictures

MAX_MEND_ROUNDS = 3
VERIFYING_PROGRESS = 0.92
# Of an outline, which is free.
FREE_TOOL_CALLS = 10
FREE_TOKENS = 150_000
BUILTIN_CONTEXT_TOKENS = 100_000_000


_EXHAUSTED = "The credits ran out while the document was being written; it holds what had been done until then."


class CheckpointFile:
    """A task's checkpoint in storage. Only the worker that read or wrote it last may write it again."""

    def __init__(self, ref: TaskRef) -> None:
        self._ref = ref
        found = object_store.read_checkpoint(ref)
        self._etag = found[1] if found else None
        self.checkpoint = _with_packages(ref, Checkpoint.model_validate_json(found[0])) if found else None
        known = self.checkpoint
        self._stored = {known.package_sha256, known.baseline_sha256} if known else set()

    def save(self, checkpoint: Checkpoint) -> None:
        # The packages first, under their hashes: what the JSON points at is there whenever the JSON is.
        packages = {
            checkpoint.package_sha256: checkpoint.package,
            checkpoint.baseline_sha256: checkpoint.baseline,
        }
        for sha256, data in packages.items():
            if sha256 is not None and data is not None and sha256 not in self._stored:
                object_store.write_package(self._ref, sha256, data)
        self._stored = set(packages)
        body = checkpoint.model_dump_json().encode()
        self._etag = object_store.write_checkpoint(self._ref, body, replaces=self._etag)
        self.checkpoint = checkpoint


def _with_packages(ref: TaskRef, checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint with the bytes of its document's package, and of the one it began with, where it has them."""
    if checkpoint.package_sha256 is not None:
        checkpoint.package = object_store.read_package(ref, checkpoint.package_sha256)
    if checkpoint.baseline_sha256 is not None:
        checkpoint.baseline = object_store.read_package(ref, checkpoint.baseline_sha256)
    return checkpoint


def work(ref: TaskRef) -> bool:
    """One slice of the agent's work. True when the agent has finished; False when another slice is needed.

    Raises TaskEnded for a task that is over, TaskTimedOut past its deadline, StaleWorker beside a newer worker, and the
    agent's own errors.
    """
    file = CheckpointFile(ref)
    meter = _Meter(_open_task(ref), file)
    checkpoint = file.checkpoint
    if not (checkpoint and checkpoint.finished):
        checkpoint = _run_slice(meter)
    # Not only after a slice: the worker may have died between the last save and the hold's growth.
    if not meter.cover(checkpoint) and not checkpoint.credits_exhausted and _may_end(meter.task, checkpoint):
        checkpoint = checkpoint.model_copy(update={"finished": True, "credits_exhausted": True})
        file.save(checkpoint)
    if checkpoint.finished and not meter.task.request.writes:
        _keep_answer(meter.task, checkpoint)
    return checkpoint.finished


def _may_end(task: Task, checkpoint: Checkpoint) -> bool:
    """Whether work that is out of credits ends here: if there is time, not before the calls that were paid for."""
    return time.time() >= task.deadline_seconds or not loop.has_open_calls(checkpoint)


def _keep_answer(task: Task, checkpoint: Checkpoint) -> None:
    """Keeps for Settle what a turn has come to that makes no document. Raises CreditsExhausted if that is nothing."""
    price, planned = price_credits(checkpoint), checkpoint.planned
    if checkpoint.answer is None and planned is None:
        raise CreditsExhausted(price, task.hold_credits)
    free = 0
    if planned is not None:
        price, free = 0, price
    outcome = Outcome(
        title=planned.title if planned else "",
        file_name=task.request.file_name or (file_name_of(planned.title, task.format) if planned else ""),
        summary=(checkpoint.summary or "") if planned else "",
        warnings=[*task.warnings, *map(Caveat.of, checkpoint.opening_findings), *_doubts(checkpoint)],
        statistics=Statistics(),
        answer=checkpoint.answer,
        outline=planned,
        tool_calls=checkpoint.tool_calls,
    )
    object_store.write_outcome(task, Candidate(outcome=outcome, price_credits=price, unpaid_credits=free))


def _doubts(checkpoint: Checkpoint) -> list[Caveat]:
    if not checkpoint.unfounded:
        return []
    message = f"Not found in any cell or query that was read: {'; '.join(checkpoint.unfounded)}."
    return [Caveat(code="figures_unverified", message=message)]


class _Meter:
    """Saves a task's steps, and holds what they have cost before the next one is paid for."""

    def __init__(self, task: Task, file: CheckpointFile) -> None:
        self.task = task
        self.file = file
        self.is_covered = True

    def save(self, checkpoint: Checkpoint) -> None:
        self.file.save(checkpoint)
        self.cover(checkpoint)

    def cover(self, checkpoint: Checkpoint) -> bool:
        """Whether the hold covers the price so far, after growing it if that was needed."""
        price = price_credits(checkpoint)
        if price > self.task.hold_credits:
            self.is_covered = store.grow_hold(self.task, price, now=time.time())
            self.task = _open_task(store.ref_of(self.task), past_deadline=True)
        return self.is_covered


def _run_slice(meter: _Meter) -> Checkpoint:
    task = meter.task
    request = task.request.model_copy(update={"logo": inputs.logo_of(task)})
    started = meter.file.checkpoint or _resumed(task, request)
    reporter = _Reporter(task)
    try:
        outcome = _slice(meter, request, started, reporter)
    except TaskEnded:
        # Nobody else tells of it: the machine leaves a task alone that was ended from outside.
        unpaid.tell(store.ref_of(task))
        raise
    return outcome.checkpoint


def _slice(meter: _Meter, request: TurnRequest, started: Checkpoint | None, reporter: _Reporter) -> SliceOutcome:
    task = meter.task
    outcome = loop.run_slice(
        request,
        started,
        model_for(request.purpose, task.tier),
        limits=_limits(task.deadline_seconds - time.time(), is_free=request.purpose == "outline"),
        save=meter.save,
        progress=reporter.report,
        should_stop=lambda: time.time() >= task.deadline_seconds,
        may_ask=lambda: meter.is_covered,
        inputs=inputs.reader(store.ref_of(task)),
        artist=Pictures(task) if task.has_run and _model_sees() else None,
        fallback=fallback_model if has_fallback() else None,
    )
    if time.time() >= task.deadline_seconds and not outcome.finished and meter.is_covered:
        raise TaskTimedOut
    return outcome


def _model_sees() -> bool:
    """Whether the model is one that reads pictures, and somebody is there to draw them."""
    return settings(ModelSettings).model_reads_pictures and converter_store.offers_office()


def verify_document(ref: TaskRef) -> bool:
    """Renders and verifies the finished document. True when it may be published; False when the agent is to mend it.

    What the agent could not mend in MAX_MEND_ROUNDS is repaired mechanically, and what is still degraded becomes a
    warning. Raises DocumentUnusable for a document that is then still not fit.
    """
    task = _open_task(ref)
    store.report_progress(ref, "verifying", max(task.progress, VERIFYING_PROGRESS), now=time.time())
    file = CheckpointFile(ref)
    if file.checkpoint is None:
        raise DocumentUnusable
    engine = engine_of(task.format)
    document = engine.load(file.checkpoint.stored_document)
    engine.bind(document, loop.images_of(inputs.reader(ref), file.checkpoint.logo))
    if file.checkpoint.credits_exhausted and not engine.has_content(document):
        raise CreditsExhausted(price_credits(file.checkpoint), task.hold_credits)
    # The task's own time, so that writing it again makes the same bytes.
    created = datetime.fromisoformat(task.created_at)
    data = engine.write(document, created=created)
    findings = engine.verify(data, document, file.checkpoint.baseline)
    errors = [finding for finding in findings if finding.severity == "error"]
    may_mend = file.checkpoint.mend_rounds < MAX_MEND_ROUNDS and not file.checkpoint.credits_exhausted
    if errors and may_mend:
        file.save(loop.mend(file.checkpoint, errors, engine.noun))
        return False
    checkpoint = file.checkpoint
    if errors:
        document, repairs = engine.repair(document, findings)
        data = engine.write(document, created=created)
        findings = engine.verify(data, document, checkpoint.baseline)
        _require_fit(findings)
        # Saved with the repaired document: a repeat finds it mended and must still tell what was done to it.
        checkpoint = checkpoint.model_copy(update={"repairs": [*checkpoint.repairs, *repairs]})
        checkpoint.keep(engine.store(document))
        file.save(checkpoint)
    outcome = _outcome(task, engine, document, checkpoint, findings)
    object_store.write_candidate(task, data, Candidate(outcome=outcome, price_credits=price_credits(checkpoint)))
    return True


def _require_fit(findings: list[Finding]) -> None:
    errors = sorted({finding.code for finding in findings if finding.severity == "error"})
    if errors:
        logger().error("document_unusable", codes=errors)
        raise DocumentUnusable


def _outcome(
    task: Task, engine: Engine[Any], document: Any, checkpoint: Checkpoint, findings: list[Finding]
) -> Outcome:
    title = checkpoint.title or engine.title(document) or engine.noun.capitalize()
    told = [*checkpoint.opening_findings, *checkpoint.repairs, *findings]
    warnings = [*task.warnings, *(Caveat.of(finding) for finding in told)]
    if unused := loop.unused_images(checkpoint, task.request):
        message = f"Not placed in the {engine.noun}: {', '.join(unused)}."
        warnings.append(Caveat(code="images_not_placed", message=message, location="/image_assets"))
    if task.request.outline is not None:
        found = loop.outline_differences(task.request.outline, document)
        warnings += map(Caveat.of, following.findings(found))
    if checkpoint.credits_exhausted:
        warnings.append(Caveat(code="credits_exhausted", message=_EXHAUSTED))
    return Outcome(
        title=title,
        file_name=task.request.file_name or file_name_of(title, task.format),
        summary=checkpoint.summary or "",
        warnings=warnings,
        statistics=engine.statistics(document),
    )


def price_credits(checkpoint: Checkpoint) -> int:
    """What the work on the checkpoint costs so far, in credits."""
    return price_list().price_credits(checkpoint.usage, checkpoint.tool_calls)


def _open_task(ref: TaskRef, *, past_deadline: bool = False) -> Task:
    task = store.get_task(ref.org_id, ref.task_id)
    if task is None or task.is_terminal:
        raise TaskEnded
    if time.time() >= task.deadline_seconds and not past_deadline:
        raise TaskTimedOut
    return task


def _resumed(task: Task, request: TurnRequest) -> Checkpoint | None:
    """The conversation and document that a further turn goes on from; None for a new document."""
    if task.base_task_id is None:
        return None
    base = _finished(task, task.base_task_id)
    return loop.next_turn(base, request, inputs.reader(store.ref_of(task)), current=_current(task, task.base_task_id))


def _finished(task: Task, task_id: str) -> Checkpoint:
    """The checkpoint of an earlier task of the run."""
    ref = store.ref_of(task).model_copy(update={"task_id": task_id})
    found = object_store.read_checkpoint(ref)
    if found is None:
        raise DocumentUnusable
    return _with_packages(ref, Checkpoint.model_validate_json(found[0]))


def _current(task: Task, told_task_id: str) -> loop.Current | None:
    """The version that the task starts from, where its bytes are not those that the conversation left behind."""
    told = store.get_task(task.org_id, told_task_id)
    told_number = (told.version or told.base_version) if told else 0
    if told_number == task.base_version:
        return None
    version = store.get_version(task.org_id, task.run_id, task.base_version)
    before = store.get_version(task.org_id, task.run_id, told_number)
    if version is None or before is None:
        raise DocumentUnusable
    if version.sha256 == before.sha256:
        return None
    return loop.Current(
        data=object_store.read_version(task.org_id, version),
        before=object_store.read_version(task.org_id, before),
        made_by=_finished(task, version.task_id) if _is_as_made(version, task) else None,
    )


def _is_as_made(version: Version, task: Task) -> bool:
    """Whether the version is what its task made, as a restored one is, and was not edited since."""
    maker = store.get_task(task.org_id, version.task_id)
    made = store.get_version(task.org_id, task.run_id, maker.version) if maker and maker.version else None
    return made is not None and made.sha256 == version.sha256


def _limits(seconds_left: float, *, is_free: bool = False) -> Limits:
    """A request to the model does not outlive its task: whoever asks for ten seconds gets no minutes of a model. Work
    that nobody is charged for is kept short."""
    model = settings(ModelSettings)
    return Limits(
        request_timeout_seconds=min(240.0, max(5.0, seconds_left)),
        max_tool_calls=min(model.max_tool_calls, FREE_TOOL_CALLS) if is_free else model.max_tool_calls,
        **({"max_total_tokens": FREE_TOKENS} if is_free else {}),
        # The built-in author reads whatever there is, and finds its place by the calls that it has made.
        max_context_tokens=BUILTIN_CONTEXT_TOKENS if model.model_provider == "builtin" else model.model_context_tokens,
        max_output_tokens_per_call=model.model_max_output_tokens,
        slice_seconds=model.slice_seconds,
    )


class _Reporter:
    """Writes progress that never goes back, and learns from each write whether the task is still open."""

    def __init__(self, task: Task) -> None:
        self._ref = store.ref_of(task)
        self._reached = task.progress

    def report(self, phase: Phase, progress: float) -> None:
        self._reached = max(self._reached, progress)
        store.report_progress(self._ref, phase, self._reached, now=time.time())
