"""Accepting a turn, waiting for it, and reading tasks and runs."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from overten.accounts import store as accounts_store
from overten.accounts.models import AuthenticatedKey
from overten.accounts.tiers import TIERS
from overten.agent.data.models import InputFile
from overten.agent.models import Brand, Format, TurnRequest
from overten.agent.outline.models import MAX_SLIDES
from overten.assets import use as assets_use
from overten.assets.models import Asset
from overten.clock import DAY_SECONDS, iso
from overten.config import GenerateSettings, settings
from overten.credits.pricing import price_list
from overten.errors import (
    ApiError,
    Conflict,
    CreditsRanOut,
    Forbidden,
    Gone,
    InputRefused,
    InsufficientCredits,
    InternalError,
    InvalidRequest,
    NotFound,
    NotImplementedYet,
    ServiceUnavailable,
    UpstreamError,
    ValidationFailed,
)
from overten.export.records import StoredFile
from overten.ids import new_id
from overten.logs import logger
from overten.outbound.requests import require_target
from overten.runs import execution_store, inputs, lifecycle, link_store, open_tasks, outlines, preflight, store
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import (
    GONE_SECONDS,
    MEDIA_TYPES,
    RETENTION_SECONDS,
    DownloadLink,
    IdempotencyClaim,
    Run,
    Task,
    TaskError,
    TaskInput,
    Version,
)
from overten.runs.names import file_name_of
from overten.runs.requests import GenerateRequest, OutlineRequest

CLAIM_SECONDS = DAY_SECONDS
MAX_EXAMINED_RUNS = 500
# Each turn's id stays in the run's row, which every further one writes again.
MAX_TURNS = 500
_FIRST_POLL_SECONDS = 0.1
_LONGEST_POLL_SECONDS = 2.0
_CANCEL_ATTEMPTS = 8

# What a failed task answers a caller that waited for it.
_FAILURES: dict[str, type[ApiError]] = {
    "internal_error": InternalError,
    "upstream_error": UpstreamError,
    "not_implemented": NotImplementedYet,
    "conflict": Conflict,
    "service_unavailable": ServiceUnavailable,
    "insufficient_credits": CreditsRanOut,
    "validation_error": InputRefused,
    "gone": Gone,
}


class Accepted:
    """A turn that stands, and whether an earlier request had made it."""

    def __init__(self, task: Task, *, replayed: bool) -> None:
        self.task = task
        self.replayed = replayed


def generate(
    request: GenerateRequest,
    document_format: Format,
    caller: AuthenticatedKey,
    *,
    request_id: str,
    now: float,
    base_url: str = "",
    preflight_until: float = math.inf,
    planning: OutlineRequest | None = None,
) -> Accepted:
    """Accepts a turn and starts its work. The same idempotency key and body give the task they gave before.

    Nothing is written before all checks have passed; then everything is, in one transaction. `base_url` is our own
    address, for links that are made when the task is over; `preflight_until` is the Unix time at which the preflight
    check must be over. With `planning` the turn makes an outline.
    """
    fingerprint = (
        planning.fingerprint("/slides/outline") if planning else request.fingerprint(f"/{document_format}/generate")
    )

    def made() -> Turn:
        _refuse_what_is_not_offered(request)
        outlines_a_day = _outlines_a_day(caller) if planning else None
        if not (planning and planning.slide_count):
            _bound_slides(request, document_format)
        if request.webhook_url:
            require_target("/webhook_url", request.webhook_url)
        floor_credits = price_list().floors[document_format]
        base = _base_run(request, document_format, caller, now)
        _refuse_a_question_about_nothing(request, base)
        assets = _require_assets(request, document_format, caller, now)
        plan = outlines.plan_of(request, base, document_format)
        require_any_model()
        require_capacity(caller, floor_credits)
        preflight.require(request, document_format, assets, until=preflight_until)
        task, run = _new_turn(
            request, document_format, caller, base, assets, floor_credits, request_id=request_id, now=now
        )
        task = task.model_copy(update={"base_url": base_url})
        task = outlines.planned(task, planning) if planning else outlines.followed(task, plan)
        return Turn(task, run, outlines_a_day)

    return accept_once(request.idempotency_key, fingerprint, caller, made, now=now)


class Turn(NamedTuple):
    """A turn as it is to be accepted; without a run an analysis."""

    task: Task
    run: Run | None
    outlines_a_day: int | None = None


def accept_once(
    idempotency_key: str | None, fingerprint: str, caller: AuthenticatedKey, make: Callable[[], Turn], *, now: float
) -> Accepted:
    """Accepts the turn that `make` has found nothing against, unless its key has been used, and starts its work."""
    claim_hash = hashlib.sha256(idempotency_key.encode()).hexdigest() if idempotency_key else None
    if claim_hash and (claim := store.get_claim(caller.org_id, claim_hash, now=now)):
        return _replay(claim, fingerprint, caller, now)
    try:
        task, run, outlines_a_day = make()
    except ApiError:
        # A twin of this very request may have been accepted meanwhile, and be what it was refused for.
        if claim_hash and (claim := store.get_claim(caller.org_id, claim_hash, now=now)):
            return _replay(claim, fingerprint, caller, now)
        raise

    claim = _claim(claim_hash, fingerprint, task, now) if claim_hash else None
    try:
        store.accept(task, run, tier=caller.tier, claim=claim, now=now, outlines_a_day=outlines_a_day)
    except store.AlreadyClaimed as taken:
        return _replay(taken.claim, fingerprint, caller, now)
    except store.RunBusy:
        raise Conflict(_BUSY) from None
    except (BotoCoreError, ClientError, ServiceUnavailable):
        # The answer was lost, perhaps not the transaction. Who is told of a failure now would pay for a second run.
        if store.get_task(caller.org_id, task.task_id) is None:
            raise
    _start(task)
    return Accepted(task, replayed=False)


def outline(
    request: OutlineRequest,
    caller: AuthenticatedKey,
    *,
    request_id: str,
    now: float,
    base_url: str = "",
    preflight_until: float = math.inf,
) -> Accepted:
    """Accepts the planning of a presentation and starts it, as `generate` does."""
    return generate(
        request.as_turn(),
        "slides",
        caller,
        request_id=request_id,
        now=now,
        base_url=base_url,
        preflight_until=preflight_until,
        planning=request,
    )


_BUSY = "The run is not in a terminal state. Wait until its task has finished."


def _start(task: Task) -> None:
    """Starts the work. Should this fail or never happen, the table's stream and then the sweeper start it."""
    try:
        execution_store.start(store.ref_of(task))
    except (BotoCoreError, ClientError) as error:
        logger().warning("execution_not_started", task_id=task.task_id, reason=type(error).__name__)


def _claim(claim_hash: str, fingerprint: str, task: Task, now: float) -> IdempotencyClaim:
    return IdempotencyClaim(
        key_hash=claim_hash,
        fingerprint=fingerprint,
        run_id=task.run_id,
        task_id=task.task_id,
        expires_at_seconds=now + CLAIM_SECONDS,
    )


def _replay(claim: IdempotencyClaim, fingerprint: str, caller: AuthenticatedKey, now: float) -> Accepted:
    task = store.get_task(caller.org_id, claim.task_id)
    if task is None:
        raise Gone(extra={"run_id": claim.run_id, "task_id": claim.task_id})
    # A key that cannot see the run must not learn from its idempotency key what was asked.
    if claim.fingerprint != fingerprint or not caller.sees(task.creator_uid):
        raise Conflict("This idempotency key has been used with a different request, or by another API key.")
    _require_task_retained(task, now)
    return Accepted(task, replayed=True)


def _refuse_what_is_not_offered(request: GenerateRequest) -> None:
    if request.run_id and request.init_file:
        raise ValidationFailed("/init_file", "cannot be given together with run_id")
    if request.template_file and request.init_file:
        raise ValidationFailed("/template_file", _FOR_A_NEW_DOCUMENT.format("init_file"))


def _refuse_a_question_about_nothing(request: GenerateRequest, base: Run | None) -> None:
    """A run that only failed, or only planned, has neither a document nor a conversation that knows of files."""
    if request.mode != "ask" or request.brings_files:
        return
    if base is None:
        raise InvalidRequest(
            'mode "ask" needs something to ask about: run_id, init_file, context_files or data_sources.'
        )
    if not base.version and base.conversation_task_id is None:
        raise InvalidRequest(
            'mode "ask" needs something to ask about, and the run has no document yet: generate it first, or give'
            " init_file, context_files or data_sources."
        )


_FOR_A_NEW_DOCUMENT = "is for a new document; it cannot be given together with {}"


def _bound_slides(request: GenerateRequest, document_format: Format) -> None:
    if document_format == "slides" and request.mode == "action" and (request.slide_count or 0) > MAX_SLIDES:
        how = f"at most {MAX_SLIDES} slides are made in a call. Make the rest with run_id, in further calls."
        raise ValidationFailed("/prompt", f"asks for {request.slide_count} slides; {how}")


def _outlines_a_day(caller: AuthenticatedKey) -> int:
    if not (a_day := price_list().outlines_a_day[caller.tier]):
        raise Forbidden("Outlines are not offered to your tier. Presentations can be generated without one.")
    return a_day


def _base_run(request: GenerateRequest, document_format: Format, caller: AuthenticatedKey, now: float) -> Run | None:
    if request.run_id is None:
        return None
    run = get_run(request.run_id, caller, now=now)
    if run.format != document_format:
        raise ValidationFailed("/run_id", f"is a run of format '{run.format}'")
    if not run.is_terminal:
        raise Conflict(_BUSY)
    if request.template_file and (run.version or run.conversation_task_id):
        raise ValidationFailed("/template_file", _FOR_A_NEW_DOCUMENT.format("run_id"))
    if len(run.task_ids) >= MAX_TURNS:
        raise Conflict(f"The run has had {MAX_TURNS} turns. Start a new one from its document.")
    return run


def _require_assets(
    request: GenerateRequest, document_format: Format, caller: AuthenticatedKey, now: float
) -> dict[str, Asset]:
    """All that the request names, by id."""
    uses = request.referenced_assets
    return assets_use.require(uses, document_format, caller, now=now) if uses else {}


def require_any_model() -> str:
    """The deployment's provider of models, the built-in author included. Raises NotImplementedYet without one."""
    provider = settings(GenerateSettings).model_provider
    if provider == "none":
        raise NotImplementedYet(
            "No model is configured on this deployment. Its operator sets the parameters ModelProvider and ModelId."
        )
    return provider


def require_capacity(caller: AuthenticatedKey, floor_credits: int) -> None:
    """Tells early what the accepting transaction would refuse anyway, which decides; and whether there is room."""
    open_tasks.require_room()
    org = accounts_store.get_org(caller.org_id)
    if org is None or org.status != "active":
        raise Forbidden("This organization is suspended.")
    limit = TIERS[caller.tier].concurrent_runs
    if org.running >= limit:
        raise store.too_many_runs(limit)
    if org.available < floor_credits:
        raise InsufficientCredits(floor_credits, org.available)


def _new_turn(
    request: GenerateRequest,
    document_format: Format,
    caller: AuthenticatedKey,
    base: Run | None,
    assets: dict[str, Asset],
    floor_credits: int,
    *,
    request_id: str,
    now: float,
) -> tuple[Task, Run]:
    task_id, moment = new_id("task"), iso(now)
    is_ask = request.mode == "ask"
    wanted_name = request.file_name or (assets[request.init_file].name if request.init_file else None)
    # A question does not rename what it is about.
    file_name = file_name_of(wanted_name, document_format) if wanted_name and not (is_ask and base) else None
    title = request.prompt if len(request.prompt) <= 80 else request.prompt[:79] + "…"
    if base:
        run = base.model_copy(update={"task_ids": [*base.task_ids, task_id], "file_name": file_name or base.file_name})
    else:
        run = Run(
            run_id=new_id("run"),
            org_id=caller.org_id,
            format=document_format,
            title=title,
            file_name=file_name or file_name_of(title, document_format),
            created_at=moment,
            updated_at=moment,
            expires_at_seconds=0,
            creator_uid=caller.creator_uid,
            request_id=request_id,
            task_ids=[task_id],
        )
    run = run.model_copy(
        update={"status": "queued", "updated_at": moment, "expires_at_seconds": now + RETENTION_SECONDS, "error": None}
    )
    files, copies = _own_tables(request, document_format, base, assets) if is_ask else ([], [])
    task = Task(
        task_id=task_id,
        org_id=caller.org_id,
        run_id=run.run_id,
        format=document_format,
        created_at=moment,
        creator_uid=caller.creator_uid,
        key_id=caller.key_id,
        tier=caller.tier,
        request_id=request_id,
        request=TurnRequest(
            format=document_format,
            prompt=request.prompt,
            purpose="ask" if is_ask else "write",
            brand=Brand.model_validate(request.brand.model_dump(mode="json")) if request.brand else None,
            # A document that has a name keeps it: users link to it.
            file_name=file_name or (base.file_name if base and base.version else None),
            today=date.fromisoformat(moment[:10]),
            init_file=request.init_file,
            template_file=request.template_file,
            images=inputs.images_of(request, assets),
            files=[*files, *inputs.files_of(request, assets)],
        ),
        inputs=[*copies, *inputs.inputs_of(request, assets, task_id)],
        base_version=run.version,
        base_task_id=run.conversation_task_id or run.version_task_id,
        webhook_url=request.webhook_url,
        timeout_seconds=request.timeout_ms / 1000,
        hold_credits=floor_credits,
    )
    return task, run


def _own_tables(
    request: GenerateRequest, document_format: Format, base: Run | None, assets: dict[str, Asset]
) -> tuple[list[InputFile], list[TaskInput]]:
    """The workbook that a question is about, as a file whose sheets can be queried."""
    if document_format != "excel":
        return [], []
    if request.init_file:
        return [inputs.own_file(request.init_file, assets[request.init_file], "/init_file")], []
    if base is None or not base.version:
        return [], []
    version = current_version(base)
    name = f"file_version{version.number}"
    file = InputFile(name=name, label=version.file_name, kind="xlsx", field="/run_id", holds="the workbook itself")
    return [file], [TaskInput(name=name, source_key=version.object_key)]


def wait_for(task: Task, deadline: float) -> Task:
    """The task once it is over, or as it stands at the deadline (Unix seconds). Reads more seldom as time passes."""
    pause = _FIRST_POLL_SECONDS
    while not task.is_terminal and (left := deadline - time.time()) > 0:
        time.sleep(min(pause, left))
        pause = min(_LONGEST_POLL_SECONDS, pause * 1.5)
        task = store.get_task(task.org_id, task.task_id) or task
    return task


def failure_of(task: Task) -> ApiError:
    """The error with which a task that did not complete answers a waiting caller. It carries both ids."""
    ids = {"run_id": task.run_id, "task_id": task.task_id}
    if task.status == "cancelled":
        return Conflict("The task was cancelled.", extra=ids)
    if task.status == "expired":
        return ServiceUnavailable(task.error.message if task.error else None, extra=ids)
    failure = task.error or TaskError(code="internal_error", message=InternalError.default_message)
    return _FAILURES.get(failure.code, InternalError)(failure.message, extra=ids)


def get_task(task_id: str, caller: AuthenticatedKey, *, now: float) -> Task:
    """A task the caller's key may see, or NotFound; Gone once its run is."""
    task = store.get_task(caller.org_id, task_id)
    if task is None or not caller.sees(task.creator_uid):
        raise NotFound("No such task.")
    _require_task_retained(task, now)
    return task


def _require_task_retained(task: Task, now: float) -> None:
    """A run is not gone while a task of it is open, and not every task has a run."""
    if task.deleted_at_seconds is not None:
        _refuse_gone("task", task.deleted_at_seconds, now)
    if (ends := task.retention_ends_seconds) is not None and now >= ends:
        _refuse_gone("task", ends, now)
    if task.is_terminal and (run := store.get_run(task.org_id, task.run_id)):
        _refuse_gone("task", run.gone_since(now), now)


def cancel_task(task_id: str, caller: AuthenticatedKey, *, now: float) -> Task:
    """Ends an open task: its hold is voided, its slot free, its run as it was. Returns the task as it then stands.

    Raises NotFound, Gone, or Conflict for a task that is over. Its worker learns it when it next tells its progress.
    """
    for _ in range(_CANCEL_ATTEMPTS):
        task = get_task(task_id, caller, now=now)
        if task.is_terminal:
            raise Conflict(f"The task is over already: it is {task.status}.")
        try:
            store.cancel(task, now=now)
        except (StaleWorker, TaskEnded):
            continue  # its hold grew, or it ended, at the same time: read it again
        lifecycle.stop(store.ref_of(task))
        logger().info("task_cancelled", task_id=task_id, run_id=task.run_id)
        return store.get_task(task.org_id, task_id) or task
    raise ServiceUnavailable


def get_run(run_id: str, caller: AuthenticatedKey, *, now: float) -> Run:
    """A run the caller's key may see, or NotFound; Gone once it was deleted or its retention is over."""
    run = find_run(run_id, caller, now=now)
    _refuse_gone("run", run.gone_since(now), now)
    return run


def find_run(run_id: str, caller: AuthenticatedKey, *, now: float) -> Run:
    """A run the caller's key may see, gone or not, or NotFound."""
    run = store.get_run(caller.org_id, run_id)
    if run is None or not caller.sees(run.creator_uid):
        raise NotFound("No such run.")
    if (gone_since := run.gone_since(now)) is not None and now >= gone_since + GONE_SECONDS:
        raise NotFound("No such run.")
    return run


def _refuse_gone(what: str, gone_since: float | None, now: float) -> None:
    """Gone for 90 days, then as if it had never been. By the clock: rows are deleted when the table finds the time."""
    if gone_since is None:
        return
    if now >= gone_since + GONE_SECONDS:
        raise NotFound(f"No such {what}.")
    raise Gone("The run has been deleted, or its retention of 30 days has ended.")


def list_runs(
    caller: AuthenticatedKey,
    *,
    before_run_id: str | None,
    limit: int,
    document_format: Format | None,
    status: str | None,
    now: float,
) -> tuple[list[Run], str | None]:
    """At most `limit` of the caller's runs, newest first, and where the next page begins (None after the last).

    Deleted and expired ones are left out. A page examines a bounded number of runs: a rare filter may give short pages.
    """
    found: list[Run] = []
    last_id = None
    for examined, run in enumerate(store.list_runs(caller.org_id, before_run_id=before_run_id)):
        if len(found) == limit or examined == MAX_EXAMINED_RUNS:
            return found, last_id
        last_id = run.run_id
        if (
            caller.sees(run.creator_uid)
            and (document_format is None or run.format == document_format)
            and (status is None or run.status == status)
            and run.gone_since(now) is None
        ):
            found.append(run)
    return found, None


def current_version(run: Run, number: int | None = None) -> Version:
    """A published version of the run, the current one unless a number is given. NotFound if there is none."""
    if run.version == 0:
        if not run.is_terminal:
            raise Conflict(_BUSY)
        raise NotFound("The run has not produced a document.")
    version = store.get_version(run.org_id, run.run_id, number or run.version)
    if version is None:
        raise NotFound("The run has no such version.")
    return version


def link_of(token: str, opens: str, run_id: str, *, now: float) -> tuple[Run, DownloadLink]:
    """What a link opens, and the run it belongs to. NotFound for an unknown or expired token, or one of another kind.

    `opens` is "thumbnail", or "download" for documents and exports.
    """
    link = link_store.find(token, now=now)
    run = store.get_run(link.org_id, link.run_id) if link else None
    if link is None or run is None or run.run_id != run_id or (link.opens == "thumbnail") != (opens == "thumbnail"):
        raise NotFound("The link is unknown or has expired.")
    org = accounts_store.get_org(run.org_id)
    if org is None or org.status != "active":
        raise Forbidden("This organization is suspended.")
    _refuse_gone("run", run.gone_since(now), now)
    return run, link


def file_of_link(token: str, run_id: str, number: int | None, *, now: float) -> StoredFile:
    """What a download link gives: a version's document, or an export. Raises as `link_of` does."""
    run, link = link_of(token, "download", run_id, now=now)
    if number not in (None, link.version):
        raise NotFound("The link is of another version.")
    return link.export or file_of(run, current_version(run, link.version))


def file_of(run: Run, version: Version) -> StoredFile:
    """A version's document as it is given out."""
    return StoredFile(object_key=version.object_key, file_name=version.file_name, media_type=MEDIA_TYPES[run.format])


def thumbnail_of(run: Run, number: int | None = None) -> str:
    """The key of a version's picture, of the current one unless a number is given. NotFound if it has none."""
    version = current_version(run, number)
    if not version.thumbnail_key:
        raise NotFound("There is no picture of this version.")
    return version.thumbnail_key
