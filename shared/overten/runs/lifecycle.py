"""How a task begins and how it ends, whatever happens in between."""

from __future__ import annotations

import json
import time
from typing import Any

from overten.clock import seconds_of
from overten.logs import logger
from overten.runs import event_store, execution_store, inputs, logo, object_store, store, thumbnails, unpaid
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import Publication, RunEvent, Task, TaskError, TaskRef

RENDERING_PROGRESS = 0.96
PUBLISHING_PROGRESS = 0.97
# A slice of work past its deadline is let finish; what runs on beyond this is stuck, and is ended from outside.
OVERDUE_SECONDS = 1_200.0
_END_ATTEMPTS = 5
_INTERNAL = TaskError(code="internal_error", message="Something went wrong on our side. The run was not charged.")

_EXPIRED = TaskError(
    code="service_unavailable",
    message="The task expired: its work could not begin within 24 hours. The run was not charged.",
)

# Failures whose class says what to tell the user. Of the others only the class is logged.
_FAILURES: dict[str, TaskError] = {
    "TooManyRequestsException": TaskError(
        code="service_unavailable", message="Capacity is exhausted. The run was not charged. Try again later."
    ),
    "TaskTimedOut": TaskError(code="upstream_error", message="The run took longer than its timeout_ms."),
    "ProviderUnavailable": TaskError(
        code="upstream_error", message="The model provider is not available at the moment. Try again later."
    ),
    "DocumentUnusable": TaskError(
        code="internal_error", message="The document could not be made fit for delivery. The run was not charged."
    ),
}
# Failures whose own message is written for end users, with the code they fail with and whether the class leads it.
_SPEAKING_FAILURES = {
    "AgentLoopError": ("internal_error", True),
    "ProviderRefused": ("upstream_error", False),
    "InputRefused": ("validation_error", False),
    "InputGone": ("gone", False),
    "CreditsExhausted": ("insufficient_credits", False),
}


def prepare(ref: TaskRef) -> Task:
    """Marks the task as running, forgets its outbox item and sees to its inputs. TaskEnded if it is over, InputGone if
    one is no longer there."""
    task = store.start(ref, now=time.time())
    store.delete_outbox(ref)
    inputs.prepare(task)
    logo.prepare(task)
    return task


def render(ref: TaskRef) -> str:
    """Makes a picture of the verified document. Returns its key; empty if it cannot be had, which stops nothing."""
    task = _open_task(ref)
    if not thumbnails.are_offered():
        return ""
    store.report_progress(ref, "rendering", max(task.progress, RENDERING_PROGRESS), now=time.time())
    return thumbnails.make(task)


def publish(ref: TaskRef, *, thumbnail_key: str = "") -> Publication:
    """Stores the verified document as the run's next version, not yet current."""
    task = _open_task(ref)
    store.report_progress(ref, "publishing", max(task.progress, PUBLISHING_PROGRESS), now=time.time())
    return object_store.publish_candidate(task, thumbnail_key=thumbnail_key)


def _open_task(ref: TaskRef) -> Task:
    task = store.get_task(ref.org_id, ref.task_id)
    if task is None or task.is_terminal:
        raise TaskEnded
    return task


def settle(ref: TaskRef, publication: Publication | None) -> None:
    """Charges the task for its work and makes its version current, if it has published one. Twice is harmless."""
    task = store.get_task(ref.org_id, ref.task_id)
    if task is None:
        raise TaskEnded
    if task.status == "completed":
        return
    candidate = object_store.read_candidate(task)
    store.settle(task, candidate.outcome, publication, candidate.price_credits, now=time.time())
    logger().info("task_completed")
    unpaid.tell_of(candidate.unpaid_credits)
    if (uncollected := candidate.price_credits - task.hold_credits) > 0:
        # Never a debt of the org's; the template counts these lines into a metric.
        logger().warning(
            "credits_uncollected",
            price_credits=candidate.price_credits,
            charged_credits=task.hold_credits,
            uncollected_credits=uncollected,
        )


def fail(ref: TaskRef, error: TaskError) -> bool:
    """Fails the task and voids its hold. False for a task that is over, to which nothing is done."""
    for attempt in range(_END_ATTEMPTS):
        task = store.get_task(ref.org_id, ref.task_id)
        if task is None or task.is_terminal:
            return False
        try:
            store.fail(task, error, now=time.time())
        except TaskEnded:
            return False
        except StaleWorker:  # its hold grew in the meantime: read it again
            if attempt == _END_ATTEMPTS - 1:
                raise
            continue
        logger().warning("task_failed", task_id=ref.task_id, run_id=ref.run_id, code=error.code)
        return True
    return False


def stop(ref: TaskRef) -> None:
    """Stops the execution of a task that is over. Should this fail, its worker finds the task over and ends itself."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        execution_store.stop(ref)
    except (BotoCoreError, ClientError) as error:
        logger().warning("execution_not_stopped", task_id=ref.task_id, reason=type(error).__name__)


def task_error(error_class: str, cause: str) -> TaskError:
    """What a failed step means for the user. `cause` is Lambda's JSON of the exception."""
    name = error_class.rsplit(".", 1)[-1]
    if name in _FAILURES:
        return _FAILURES[name]
    if name in _SPEAKING_FAILURES:
        code, led_by_class = _SPEAKING_FAILURES[name]
        message = _message_of(cause)
        return TaskError(code=code, message=f"{name}: {message}" if led_by_class else message)
    logger().error("step_failed", error_class=name)
    return _INTERNAL


def _message_of(cause: str) -> str:
    try:
        details: Any = json.loads(cause)
    except ValueError:
        return ""
    return str(details.get("errorMessage", "")) if isinstance(details, dict) else ""


def fail_ended_execution(ref: TaskRef) -> None:
    """Fails the task of an execution that was aborted, timed out or died, which no state of it could catch.

    The event is taken at its word: asking again may still be told that the execution is running.
    """
    fail(ref, _INTERNAL)


def start_missed(ref: TaskRef) -> None:
    """Starts the execution of an accepted task, in case the accepting function died before it did."""
    task = store.get_task(ref.org_id, ref.task_id)
    if task and task.status == "queued":
        execution_store.start(ref)
    store.delete_outbox(ref)


def publish_event(event: RunEvent) -> None:
    """Tells the event bus that a task is over. It may be told twice; `event_id` is then the same.

    The event stays in the outbox until fan-out has begun its deliveries.
    """
    event_store.publish(event)


def publish_missed_events() -> int:
    """Publishes events whose deliveries should have been begun by now. Returns how many it were.

    One that cannot be read or published does not keep the others from it; SweepIncomplete tells of it at the end.
    """
    now, published, failed = time.time(), 0, 0
    for org_id, event_id in store.due_events(now):
        try:
            published += _publish_missed_event(org_id, event_id, now)
        except Exception:  # noqa: BLE001 - logged whole, and raised as one error at the end
            failed += 1
            logger().exception("event_not_published", org_id=org_id, event_id=event_id)
    if published:
        logger().warning("events_published_late", events=published)
    if failed:
        raise SweepIncomplete(f"{failed} events, beside {published} that were published")
    return published


def _publish_missed_event(org_id: str, event_id: str, now: float) -> bool:
    """False if it has been dealt with since the index was written.

    Whatever comes of it, it is put off, so that others have their turn first.
    """
    wait_seconds = store.MAX_EVENT_CHECK_SECONDS
    try:
        event = store.get_event(org_id, event_id)
        if event is None:
            return False
        wait_seconds = _event_wait_seconds(event, now)
        publish_event(event)
    finally:
        store.put_off_event(org_id, event_id, now + wait_seconds)
    return True


def _event_wait_seconds(event: RunEvent, now: float) -> float:
    """As long as it has waited already, within bounds."""
    return min(max(now - seconds_of(event.created_at), store.EVENT_CHECK_SECONDS), store.MAX_EVENT_CHECK_SECONDS)


class SweepIncomplete(Exception):
    """Some open tasks or events could not be looked after. The others were."""


def sweep() -> int:
    """Looks after every open task that has given no sign of life for too long. Returns how many it looked at.

    One task that cannot be read or ended does not keep the others from being looked after; it is put off, and told by
    SweepIncomplete at the end.
    """
    looked_at = failed = 0
    for org_id, task_id in store.due_tasks(time.time()):
        looked_at += 1
        try:
            _look_after(org_id, task_id)
        except Exception:  # noqa: BLE001 - logged whole, and raised as one error at the end
            failed += 1
            logger().exception("task_not_looked_after", org_id=org_id, task_id=task_id)
            store.check_again(org_id, task_id, time.time() + store.WORKING_CHECK_SECONDS)
    if failed:
        raise SweepIncomplete(f"{failed} of {looked_at}")
    return looked_at


def _look_after(org_id: str, task_id: str) -> None:
    now = time.time()
    task = store.get_task(org_id, task_id)
    if task is None or task.is_terminal:
        return
    ref = store.ref_of(task)
    if task.status == "queued" and now >= task.queue_ends_seconds:
        _expire(task, now)
        return
    standing = execution_store.status(ref)
    if standing == "missing" and now < task.deadline_seconds:
        execution_store.start(ref)
        store.check_again(org_id, task_id, now + store.QUEUED_CHECK_SECONDS)
    elif standing == "running" and now < task.deadline_seconds + OVERDUE_SECONDS:
        # Its own deadline ends it; look again in case nothing does.
        store.check_again(org_id, task_id, now + store.WORKING_CHECK_SECONDS)
    elif standing == "running":
        fail(ref, _FAILURES["TaskTimedOut"])
        stop(ref)
    else:
        fail(ref, _FAILURES["TaskTimedOut"] if standing == "missing" else _INTERNAL)


def _expire(task: Task, now: float) -> None:
    try:
        store.expire(task, _EXPIRED, now=now)
    except TaskEnded:
        return
    except StaleWorker:  # its work has begun after all, at the last moment
        store.check_again(task.org_id, task.task_id, now + store.WORKING_CHECK_SECONDS)
        return
    logger().warning("task_expired", task_id=task.task_id, run_id=task.run_id)
    stop(store.ref_of(task))  # it may be waiting in the machine for its turn
