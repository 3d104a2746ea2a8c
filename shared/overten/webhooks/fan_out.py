"""From an event to its deliveries: one for each subscription that wants it, and one for the request's own address."""

from __future__ import annotations

from overten.accounts import store as accounts_store
from overten.clock import seconds_of
from overten.logs import logger
from overten.runs import links
from overten.runs import store as runs_store
from overten.runs.models import RunEvent, Task
from overten.webhooks import payload, store
from overten.webhooks.models import KEPT_SECONDS, Delivery, OneShot


def fan_out(event: RunEvent, *, now: float) -> int:
    """Begins the deliveries of an event, each once however often it is told. Returns how many were begun now.

    Only then is the event taken out of the outbox: until it is, the sweeper has it told again.
    """
    task = runs_store.get_task(event.org_id, event.task_id)
    begun = _begin(event, task, now) if task else 0
    runs_store.delete_event(event)
    return begun


def _begin(event: RunEvent, task: Task, now: float) -> int:
    wanting = [one for one in store.list_subscriptions(event.org_id) if one.wants(event.event, task.creator_uid)]
    if not wanting and not task.webhook_url:
        return 0
    body = body_of(event, task, now=now)
    begun = [store.put_delivery(_delivery(event, body, one.webhook_id, None, now)) for one in wanting]
    if task.webhook_url:
        begun.append(store.put_delivery(_delivery(event, body, task.task_id, _one_shot(task), now)))
    logger().info("event_fanned_out", event_id=event.event_id, org_id=event.org_id, deliveries=sum(begun))
    return sum(begun)


def body_of(event: RunEvent, task: Task, *, now: float) -> str:
    """What is sent of an event now, with a link made now. Of a run that is gone only ids and numbers are told."""
    run = runs_store.get_run(task.org_id, task.run_id)
    is_gone = run is None or run.gone_since(now) is not None
    if is_gone:
        task = task.model_copy(update={"outcome": None, "error": None})
    link = None
    if event.event == "run.completed" and not is_gone and task.shows_version is not None:
        link = links.version_url(task.org_id, task.run_id, task.shows_version, task.base_url, now=now)
    return payload.of_run(event, task, link)


def _one_shot(task: Task) -> OneShot:
    org = accounts_store.get_org(task.org_id)
    if org is None or task.webhook_url is None:
        raise ValueError("a task with a webhook_url has an org")
    return OneShot(url=task.webhook_url, secret=org.webhook_secret)


def _delivery(event: RunEvent, body: str, owner_id: str, one_shot: OneShot | None, now: float) -> Delivery:
    return Delivery(
        org_id=event.org_id,
        owner_id=owner_id,
        delivery_id=event.event_id,
        event=event.event,
        created_at=event.created_at,
        expires_at_seconds=seconds_of(event.created_at) + KEPT_SECONDS,
        body=body,
        run_id=event.run_id,
        task_id=event.task_id,
        one_shot=one_shot,
        due_at_seconds=now,
    )
