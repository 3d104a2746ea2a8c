"""How the generate endpoints of all formats answer: at once with 202, or after waiting with the result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from botocore.exceptions import BotoCoreError, ClientError
from fastapi import Depends, Header, Response
from fastapi.responses import JSONResponse

from overten.accounts.models import AuthenticatedKey
from overten.agent.models import Format
from overten.api.app import inline
from overten.api.dependencies import Arrival, BaseUrl, Caller, Now, RequestId
from overten.api.errors import envelope
from overten.api.links import download_url
from overten.config import GenerateSettings, settings
from overten.errors import ServiceUnavailable, SyncTimeout, ValidationFailed
from overten.logs import logger
from overten.runs import analyses, service, waiters
from overten.runs.models import Task
from overten.runs.requests import AnalyzeRequest, GenerateRequest, OutlineRequest
from overten.runs.views import AcceptedView, result_of

# Left for answering before the gateway gives up on us.
_ANSWER_MARGIN_SECONDS = 2.0
# Left for accepting the run after the preflight check, and for waiting a little.
_ACCEPT_MARGIN_SECONDS = 5.0
_TOO_MANY_WAIT = f"Too many synchronous callers are waiting already. {SyncTimeout.default_message}"


@dataclass(frozen=True)
class _Turn:
    """What a turn is asked with, beside its body."""

    caller: AuthenticatedKey
    request_id: str
    arrival: float
    now: float
    base_url: str
    idempotency_key: str | None


def _turn(
    caller: Caller,
    request_id: RequestId,
    arrival: Arrival,
    now: Now,
    base_url: BaseUrl,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> _Turn:
    return _Turn(caller, request_id, arrival, now, base_url, idempotency_key)


Turn = Annotated[_Turn, Depends(inline(_turn))]


def answer(body: GenerateRequest, document_format: Format, turn: _Turn) -> Response:
    """Accepts the turn and answers in the way it asks for. Both ids are in whatever is answered after accept."""
    request = body.model_copy(update={"idempotency_key": _one_key(body.idempotency_key, turn.idempotency_key)})
    accepted = service.generate(
        request,
        document_format,
        turn.caller,
        request_id=turn.request_id,
        now=turn.now,
        preflight_until=preflight_until(turn.arrival),
        base_url=turn.base_url,
    )
    return _answer(accepted, turn, run_async=body.run_async)


def answer_outline(body: OutlineRequest, turn: Turn) -> Response:
    """Accepts an outline and answers as a generation does."""
    request = body.model_copy(update={"idempotency_key": _one_key(body.idempotency_key, turn.idempotency_key)})
    accepted = service.outline(
        request,
        turn.caller,
        request_id=turn.request_id,
        now=turn.now,
        preflight_until=preflight_until(turn.arrival),
        base_url=turn.base_url,
    )
    return _answer(accepted, turn, run_async=body.run_async)


def answer_analysis(body: AnalyzeRequest, turn: Turn) -> Response:
    """Accepts an analysis and answers as a generation does."""
    request = body.model_copy(update={"idempotency_key": _one_key(body.idempotency_key, turn.idempotency_key)})
    accepted = analyses.analyze(request, turn.caller, request_id=turn.request_id, now=turn.now)
    return _answer(accepted, turn, run_async=body.run_async)


def _answer(accepted: service.Accepted, turn: _Turn, *, run_async: bool) -> Response:
    task = accepted.task
    if run_async:
        response = _answer_accepted(task, turn.base_url)
    else:
        try:
            response = _answer_after_waiting(task, sync_deadline(turn.arrival), turn.base_url, turn.now)
        except (BotoCoreError, ClientError, ServiceUnavailable) as error:
            # The run stands and goes on: who is told anything else would pay for a second one.
            logger().warning("waiting_failed", task_id=task.task_id, reason=type(error).__name__)
            response = envelope(SyncTimeout(extra={"run_id": task.run_id, "task_id": task.task_id}))
    if accepted.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def sync_deadline(arrival: float) -> float:
    """When a waiting caller has to be answered, in Unix seconds: before the ceiling and before the gateway's limit."""
    limits = settings(GenerateSettings)
    return arrival + min(limits.sync_ceiling_seconds, limits.integration_timeout_millis / 1000) - _ANSWER_MARGIN_SECONDS


def preflight_until(arrival: float) -> float:
    """When the preflight check has to be over, in Unix seconds, so that there is time left to accept and answer."""
    return sync_deadline(arrival) - _ACCEPT_MARGIN_SECONDS


def _one_key(in_body: str | None, in_header: str | None) -> str | None:
    if in_body is not None and in_header is not None and in_body != in_header:
        raise ValidationFailed("/idempotency_key", "differs from the Idempotency-Key header.")
    return in_body if in_body is not None else in_header


def _answer_accepted(task: Task, base_url: str) -> Response:
    view = AcceptedView(
        run_id=task.run_id,
        task_id=task.task_id,
        status=task.status,
        message="The task is over; poll_url has what became of it."
        if task.is_terminal
        else "Accepted. Poll poll_url until the task is over.",
        poll_url=f"{base_url}/v1/tasks/{task.task_id}",
    )
    return JSONResponse(view.model_dump(mode="json"), status_code=202)


def _answer_after_waiting(task: Task, deadline: float, base_url: str, now: float) -> Response:
    """Waits, unless the task is over already. If too many wait, the caller is told at once that the work goes on."""
    if not task.is_terminal:
        with waiters.place(deadline) as placed:
            if not placed:
                return envelope(SyncTimeout(_TOO_MANY_WAIT, extra={"run_id": task.run_id, "task_id": task.task_id}))
            task = service.wait_for(task, deadline)
    return _answer_finished(task, base_url, now)


def _answer_finished(task: Task, base_url: str, now: float) -> Response:
    ids = {"run_id": task.run_id, "task_id": task.task_id}
    if not task.is_terminal:
        return envelope(SyncTimeout(extra=ids))
    if task.status != "completed":
        return envelope(service.failure_of(task))
    view = result_of(task, download_url(task, base_url, now=now))
    return JSONResponse(view.body())
