"""Runs, tasks, versions and idempotency claims in DynamoDB, with the transactions that move credits and slots.

Table Runs, under an org's id: `RUN#…`, `TASK#…`, `VERSION#run#n`, `IDEM#…`, `OUTBOX#task`, `OUTBOX#event`. An open task
carries `open_shard` and `open_deadline` (when it is next looked after), which the sparse index `open_tasks` finds; an
event that is still to be published lies in a shard of its own there.

A task holds credits and a slot exactly while its `hold_status` is open: each transaction that closes the hold has that
as its condition, so nothing is charged, released or given back twice.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from ulid import ULID

from overten.accounts.tiers import TIERS, TierName
from overten.agent.models import Phase
from overten.aws import dynamo
from overten.aws.dynamo import Item, WireItem
from overten.clock import DAY_SECONDS, iso, seconds_of
from overten.config import RunsSettings, settings
from overten.credits.models import EntryKind, LedgerEntry
from overten.errors import Forbidden, Gone, InsufficientCredits, RateLimited
from overten.ids import new_id
from overten.runs.errors import StaleWorker, TaskEnded
from overten.runs.models import (
    RETENTION_SECONDS,
    WRITERS_DEAD_SECONDS,
    Caveat,
    EventName,
    IdempotencyClaim,
    Outcome,
    Publication,
    Run,
    RunEvent,
    Task,
    TaskError,
    TaskLogo,
    TaskRef,
    TaskStatus,
    Version,
    expiry_shard,
    is_analysis,
)

OPEN_SHARDS = 8
# How long a task may stay without a sign of life before the sweeper looks at it.
QUEUED_CHECK_SECONDS = 60.0
WORKING_CHECK_SECONDS = 960.0
# An event whose deliveries have not been begun by then is published once more by the sweeper; an old one ever more
# seldom, but each hour.
EVENT_CHECK_SECONDS = 120.0
MAX_EVENT_CHECK_SECONDS = 3_600.0
_EVENTS_SHARD = "events"
# Whoever waits for a run is told of its end, unless they ended it themselves.
_EVENTS: dict[str, EventName] = {"completed": "run.completed", "failed": "run.failed", "expired": "run.failed"}


class AlreadyClaimed(Exception):
    """The idempotency key has been claimed by an earlier request."""

    def __init__(self, claim: IdempotencyClaim) -> None:
        super().__init__("the idempotency key is taken")
        self.claim = claim


class RunBusy(Exception):
    """The run has an open task, or has moved on since it was read."""


def too_many_runs(limit: int) -> RateLimited:
    return RateLimited(
        f"All {limit} concurrent runs of your tier are in use. Wait for one to finish.", headers={"Retry-After": "5"}
    )


def accept(
    task: Task,
    run: Run | None,
    *,
    tier: TierName,
    claim: IdempotencyClaim | None,
    now: float,
    outlines_a_day: int | None = None,
) -> None:
    """Accepts a task, for good or not at all: claims its key, takes a slot, holds its floor, writes all its items.

    `run` is the run as it shall stand; for a resumed one `task.base_version` must still be current. An analysis has
    none. An outline counts as one of the org's `outlines_a_day`, of which there is at least one. Raises AlreadyClaimed,
    RunBusy or Gone, Forbidden, RateLimited or InsufficientCredits, in this order of precedence.
    """
    limit = TIERS[tier].concurrent_runs
    actions: dict[str, WireItem] = {}
    if claim:
        actions["claim"] = _claim_action(task.org_id, claim, now)
    if run is not None:
        actions["run"] = _new_run_action(run) if len(run.task_ids) == 1 else _resumed_run_action(run, task)
    actions |= {
        "org": _hold_action(task, limit),
        **({"outlines": _outline_action(task.org_id, outlines_a_day, now)} if outlines_a_day is not None else {}),
        "task": _put_task_action(task, now),
        "entry": _entry_action(task, "hold", -task.hold_credits, task.hold_credits, now),
        "outbox": dynamo.put_action(
            _tables().runs_table,
            {"pk": task.org_id, "sk": f"OUTBOX#{task.task_id}", "kind": "start", **ref_of(task).model_dump()},
        ),
    }
    try:
        dynamo.transact(actions, token=task.task_id.removeprefix("task_"))
    except dynamo.TransactionRefused as refused:
        raise _refusal(refused, task, limit, now) from None


def _refusal(refused: dynamo.TransactionRefused, task: Task, limit: int, now: float) -> Exception:
    if "claim" in refused.failed:
        return AlreadyClaimed(IdempotencyClaim.model_validate(refused.failed["claim"]))
    if "run" in refused.failed:
        return Gone() if "deleted_at_seconds" in refused.failed["run"] else RunBusy()
    if "outlines" in refused.failed and "org" not in refused.failed:
        return _too_many_outlines(refused.failed["outlines"]["made"], now)
    org = refused.failed.get("org", {})
    if org.get("status") != "active":
        return Forbidden("This organization is suspended.")
    if org["running"] >= limit:
        return too_many_runs(limit)
    return InsufficientCredits(task.hold_credits, org["available"])


def _outline_action(org_id: str, a_day: int, now: float) -> WireItem:
    """One more of the org's outlines of this day (UTC)."""
    return dynamo.update_action(
        _tables().runs_table,
        {"pk": org_id, "sk": f"OUTLINES#{iso(now)[:10]}"},
        "ADD made :one SET #ttl = :gone",
        condition="attribute_not_exists(made) OR made < :most",
        names={"#ttl": "ttl"},
        values={":one": 1, ":most": a_day, ":gone": int(now + 2 * DAY_SECONDS)},
    )


def _too_many_outlines(made: int, now: float) -> RateLimited:
    until_midnight = DAY_SECONDS - int(now) % DAY_SECONDS
    return RateLimited(
        f"All {made} outlines of the day have been made. They are counted anew from midnight UTC; presentations can be"
        " generated without one.",
        headers={"Retry-After": str(until_midnight)},
    )


def _claim_action(org_id: str, claim: IdempotencyClaim, now: float) -> WireItem:
    return dynamo.put_action(
        _tables().runs_table,
        {"pk": org_id, "sk": f"IDEM#{claim.key_hash}", "ttl": int(claim.expires_at_seconds), **claim.model_dump()},
        condition="attribute_not_exists(pk) OR expires_at_seconds <= :now",
        values={":now": now},
    )


def _new_run_action(run: Run) -> WireItem:
    return dynamo.put_action(_tables().runs_table, _run_item(run), condition="attribute_not_exists(pk)")


def _resumed_run_action(run: Run, task: Task) -> WireItem:
    return dynamo.put_action(
        _tables().runs_table,
        _run_item(run),
        condition=f"{IS_SETTLED} AND version = :version AND size(task_ids) = :turns",
        names={"#status": "status"},
        values={**SETTLED_VALUES, ":version": task.base_version, ":turns": len(run.task_ids) - 1},
    )


# A run that may be taken on, changed or buried: no task of it is open, and it has not been deleted.
IS_SETTLED = "#status IN (:completed, :failed, :cancelled, :expired) AND attribute_not_exists(deleted_at_seconds)"
SETTLED_VALUES = {f":{status}": status for status in ("completed", "failed", "cancelled", "expired")}


def _run_item(run: Run) -> Item:
    return {**run_key(run.org_id, run.run_id), "expires_bucket": expiry_shard(run.run_id), **run.model_dump()}


def _put_task_action(task: Task, now: float) -> WireItem:
    item = {
        **task_key(task.org_id, task.task_id),
        "open_shard": str(zlib.crc32(task.task_id.encode()) % OPEN_SHARDS),
        "open_deadline": now + QUEUED_CHECK_SECONDS,
        **task.model_dump(),
    }
    return dynamo.put_action(_tables().runs_table, item, condition="attribute_not_exists(pk)")


def _hold_action(task: Task, limit: int) -> WireItem:
    return dynamo.update_action(
        _tables().orgs_table,
        {"pk": task.org_id, "sk": "ORG"},
        "SET available = available - :floor, held = held + :floor, running = running + :one",
        condition="#status = :active AND running < :limit AND available >= :floor",
        names={"#status": "status"},
        values={":floor": task.hold_credits, ":one": 1, ":limit": limit, ":active": "active"},
    )


def start(ref: TaskRef, *, now: float) -> Task:
    """Marks a queued task as running. Harmless for a running one; raises TaskEnded for one that is over."""
    tables, moment = _tables(), iso(now)
    values: dict[str, Any] = {":running": "running", ":now": moment}
    try:
        item = dynamo.update(
            tables.runs_table,
            task_key(ref.org_id, ref.task_id),
            "SET #status = :running, phase = if_not_exists(phase, :phase),"
            " started_at = if_not_exists(started_at, :now), open_deadline = :check",
            condition="#status IN (:queued, :running)",
            names={"#status": "status"},
            values={**values, ":queued": "queued", ":phase": "preparing", ":check": now + WORKING_CHECK_SECONDS},
        )
        if not is_analysis(ref.run_id):
            dynamo.update(
                tables.runs_table,
                run_key(ref.org_id, ref.run_id),
                "SET #status = :running, updated_at = :now",
                condition="#status IN (:queued, :running) AND contains(task_ids, :task)",
                names={"#status": "status"},
                values={**values, ":queued": "queued", ":task": ref.task_id},
            )
    except dynamo.ConditionFailed:
        raise TaskEnded from None
    return Task.model_validate(item)


def report_progress(ref: TaskRef, phase: Phase, progress: float, *, now: float) -> None:
    """Tells how far a task is, and that it lives. Raises TaskEnded if it is no longer running."""
    try:
        dynamo.update(
            _tables().runs_table,
            task_key(ref.org_id, ref.task_id),
            "SET phase = :phase, progress = :progress, open_deadline = :check",
            condition="#status = :running",
            names={"#status": "status"},
            values={
                ":phase": phase,
                ":progress": round(progress, 3),
                ":running": "running",
                ":check": now + WORKING_CHECK_SECONDS,
            },
        )
    except dynamo.ConditionFailed:
        raise TaskEnded from None


def note_logo(ref: TaskRef, logo: TaskLogo, caveats: Sequence[Caveat]) -> None:
    """Notes what became of a running task's logo, with its warnings, once. Raises TaskEnded if the task is over."""
    try:
        dynamo.update(
            _tables().runs_table,
            task_key(ref.org_id, ref.task_id),
            "SET #logo = :logo, #warnings = list_append(if_not_exists(#warnings, :none), :caveats)",
            condition="#status = :running AND attribute_not_exists(#logo)",
            names={"#status": "status", "#logo": "logo", "#warnings": "warnings"},
            values={
                ":logo": logo.model_dump(),
                ":caveats": [caveat.model_dump() for caveat in caveats],
                ":none": [],
                ":running": "running",
            },
        )
    except dynamo.ConditionFailed as failed:
        if failed.item.get("status") != "running":
            raise TaskEnded from None


def grow_hold(task: Task, price_credits: int, *, now: float) -> bool:
    """Holds as much as the work has cost so far, or what is left if that is less.

    False if it was less. Raises TaskEnded if the task is over, StaleWorker if its hold or the balance moved meanwhile.
    """
    more = price_credits - task.hold_credits
    if more <= 0:
        return True
    affordable = min(more, _available(task.org_id))
    if affordable:
        _move_into_hold(task, affordable, now)
    return affordable == more


def _available(org_id: str) -> int:
    item = dynamo.get(_tables().orgs_table, {"pk": org_id, "sk": "ORG"})
    return int(item["available"]) if item else 0


def _move_into_hold(task: Task, more: int, now: float) -> None:
    tables = _tables()
    actions = {
        "task": dynamo.update_action(
            tables.runs_table,
            task_key(task.org_id, task.task_id),
            "SET hold_credits = :price",
            condition="hold_status = :open AND hold_credits = :held",
            values={":price": task.hold_credits + more, ":open": "open", ":held": task.hold_credits},
        ),
        "org": dynamo.update_action(
            tables.orgs_table,
            {"pk": task.org_id, "sk": "ORG"},
            "SET available = available - :more, held = held + :more",
            condition="available >= :more",
            values={":more": more},
        ),
        "entry": _entry_action(task, "grow", -more, more, now),
    }
    try:
        dynamo.transact(actions, token=str(ULID()))
    except dynamo.TransactionRefused as refused:
        if refused.failed.get("task", {}).get("hold_status", "open") != "open":
            raise TaskEnded from None
        raise StaleWorker from None


def settle(task: Task, outcome: Outcome, publication: Publication | None, price_credits: int, *, now: float) -> None:
    """Completes a task: charges it, releases the rest of its hold and its slot, and makes its version current.

    Without a publication the run keeps the version it has, and its next turn goes on with this one's conversation.
    Twice is harmless. Raises TaskEnded if the task ended in another way.
    """
    charge = min(price_credits, task.hold_credits)
    finished: Item = {
        "status": "completed",
        "hold_status": "charged",
        "credits_used": charge,
        "outcome": outcome.model_dump(),
    }
    run_change: Item = {"status": "completed", "conversation_task_id": task.task_id}
    if outcome.outline is not None:
        # No conversation to go on with: the plan says what the slides have to know.
        run_change = {
            "status": "completed",
            "outline_task_id": task.task_id,
            "title": outcome.title,
            "file_name": outcome.file_name,
        }
    actions: dict[str, WireItem] = {}
    if publication is not None:
        version = _version_of(task, outcome, publication, now)
        finished["version"] = version.number
        run_change |= {
            "version": version.number,
            "version_task_id": task.task_id,
            "title": outcome.title,
            "file_name": outcome.file_name,
            "summary": outcome.summary,
            "warnings": [warning.model_dump() for warning in outcome.warnings],
            "statistics": outcome.statistics.model_dump(),
            "thumbnail_key": publication.thumbnail_key,
            "exports": {},
        }
        actions["version"] = dynamo.put_action(
            _tables().runs_table,
            {**version_key(task.org_id, task.run_id, version.number), **version.model_dump()},
            condition="attribute_not_exists(pk)",
        )
    actions = {**_closing_actions(task, finished, run_change, charge, now), **actions}
    if charge:
        actions["charge"] = _entry_action(task, "charge", 0, -charge, now)
    if rest := task.hold_credits - charge:
        actions["release"] = _entry_action(task, "release", rest, -rest, now)
    _close(actions, "completed")


def _version_of(task: Task, outcome: Outcome, publication: Publication, now: float) -> Version:
    return Version(
        run_id=task.run_id,
        number=task.base_version + 1,
        task_id=task.task_id,
        file_name=outcome.file_name,
        created_at=iso(now),
        **publication.model_dump(),
    )


def fail(task: Task, error: TaskError, *, now: float) -> None:
    """Fails a task: voids its hold, gives its slot back and charges nothing. Harmless if it has already failed.

    Raises TaskEnded if the task ended in another way, StaleWorker if its hold grew since it was read.
    """
    _void(task, "failed", error, now)


def cancel(task: Task, *, now: float) -> None:
    """Ends a task at its owner's wish, as `fail` does but without an error: its run goes on from its last version."""
    _void(task, "cancelled", None, now)


def expire(task: Task, error: TaskError, *, now: float) -> None:
    """Ends a task that waited too long for its work to begin, as `fail` does. StaleWorker if it has begun after all."""
    _void(task, "expired", error, now)


def _void(task: Task, status: TaskStatus, error: TaskError | None, now: float) -> None:
    told = {"error": error.model_dump()} if error else {}
    finished = {"status": status, "hold_status": "voided", "credits_used": 0, **told}
    actions = _closing_actions(task, finished, {"status": status, **told}, 0, now)
    if task.hold_credits:
        actions["release"] = _entry_action(task, "release", task.hold_credits, -task.hold_credits, now)
    _close(actions, status)


def _close(actions: dict[str, WireItem], status: str) -> None:
    try:
        dynamo.transact(actions, token=str(ULID()))
    except dynamo.TransactionRefused as refused:
        found = refused.failed.get("task")
        if found is None:
            raise
        if found.get("hold_status") == "open":
            raise StaleWorker from None  # the hold grew, or the work began, since it was read: read it again
        if found.get("status") != status:
            raise TaskEnded from None


def _closing_actions(task: Task, finished: Item, run_change: Item, charge: int, now: float) -> dict[str, WireItem]:
    tables, moment = _tables(), iso(now)
    only_queued = finished["status"] == "expired"
    finished |= {
        "finished_at": moment,
        "progress": 1.0 if finished["status"] == "completed" else task.progress,
        "duration_ms": max(0, round((now - seconds_of(task.created_at)) * 1000)),
    }
    if not task.has_run:
        # What it was made of is erased as soon as nobody can be writing for it any more.
        finished |= {"expires_bucket": expiry_shard(task.run_id), "expires_at_seconds": now + WRITERS_DEAD_SECONDS}
    return {
        "task": dynamo.update_action(
            tables.runs_table,
            task_key(task.org_id, task.task_id),
            f"{_set_clause(finished)} REMOVE open_shard, open_deadline, phase",
            condition="hold_status = :open AND hold_credits = :held"
            + (" AND #status = :queued" if only_queued else ""),
            names=_names(finished),
            values={
                **_values(finished),
                ":open": "open",
                ":held": task.hold_credits,
                **({":queued": "queued"} if only_queued else {}),
            },
        ),
        "org": dynamo.update_action(
            tables.orgs_table,
            {"pk": task.org_id, "sk": "ORG"},
            "SET available = available + :rest, held = held - :held, running = running - :one",
            condition="held >= :held AND running >= :one",
            values={":rest": task.hold_credits - charge, ":held": task.hold_credits, ":one": 1},
        ),
        **(_run_closing_actions(task, finished["status"], run_change, charge, now) if task.has_run else {}),
    }


def _run_closing_actions(
    task: Task, status: TaskStatus, run_change: Item, charge: int, now: float
) -> dict[str, WireItem]:
    """What the end of a task means for its run, and for those who wait for it."""
    moment = iso(now)
    told: dict[str, WireItem] = {}
    if name := _EVENTS.get(status):
        event = RunEvent(
            event=name,
            event_id=new_id("evt"),
            org_id=task.org_id,
            run_id=task.run_id,
            task_id=task.task_id,
            created_at=moment,
        )
        told = {"event": _event_action(event, now)}
    return {
        "run": dynamo.update_action(
            _tables().runs_table,
            run_key(task.org_id, task.run_id),
            f"{_set_clause(run_change)}, updated_at = :now, expires_at_seconds = :expires ADD credits_used :charge"
            + ("" if "error" in run_change else " REMOVE #error"),
            condition="contains(task_ids, :task)",
            names={**_names(run_change), **({} if "error" in run_change else {"#error": "error"})},
            values={
                **_values(run_change),
                ":now": moment,
                ":expires": now + RETENTION_SECONDS,
                ":charge": charge,
                ":task": task.task_id,
            },
        ),
        **told,
    }


def _event_action(event: RunEvent, now: float) -> WireItem:
    item = {
        **_event_key(event.org_id, event.event_id),
        **event.model_dump(),
        "open_shard": _EVENTS_SHARD,
        "open_deadline": now + EVENT_CHECK_SECONDS,
    }
    return dynamo.put_action(_tables().runs_table, item, condition="attribute_not_exists(pk)")


def _event_key(org_id: str, event_id: str) -> Item:
    return {"pk": org_id, "sk": f"OUTBOX#{event_id}"}


def _set_clause(members: Item) -> str:
    return "SET " + ", ".join(f"#{name} = :{name}" for name in members)


def _names(members: Item) -> dict[str, str]:
    return {f"#{name}": name for name in members}


def _values(members: Item) -> Item:
    return {f":{name}": value for name, value in members.items()}


def _entry_action(task: Task, kind: EntryKind, available_delta: int, held_delta: int, now: float) -> WireItem:
    entry = LedgerEntry(
        entry_id=str(ULID()),
        org_id=task.org_id,
        kind=kind,
        available_delta=available_delta,
        held_delta=held_delta,
        created_at=iso(now),
        run_id=task.run_id,
        task_id=task.task_id,
        key_id=task.key_id,
        creator_uid=task.creator_uid,
    )
    return dynamo.put_action(_tables().ledger_table, entry.model_dump(), condition="attribute_not_exists(org_id)")


def check_again(org_id: str, task_id: str, at_seconds: float) -> None:
    """Puts off the sweeper's next look at an open task."""
    try:
        dynamo.update(
            _tables().runs_table,
            task_key(org_id, task_id),
            "SET open_deadline = :at",
            condition="hold_status = :open",
            values={":at": at_seconds, ":open": "open"},
        )
    except dynamo.ConditionFailed:
        return  # it ended in the meantime, which is what the sweeper wants


def due_tasks(now: float, *, limit_per_shard: int = 100) -> Iterator[tuple[str, str]]:
    """Org and id of open tasks that have given no sign of life for too long, the longest first in each shard.

    An index only finds them: read each again. The shards come in another order each time, so that a great many in one
    cannot keep those of the others waiting.
    """
    for shard in random.sample(range(OPEN_SHARDS), OPEN_SHARDS):
        items = dynamo.query(
            _tables().runs_table,
            "open_shard = :shard AND open_deadline < :now",
            {":shard": str(shard), ":now": now},
            index="open_tasks",
            limit=limit_per_shard,
        )
        for item in islice(items, limit_per_shard):
            yield item["pk"], item["task_id"]


def count_open_tasks() -> int:
    """How many tasks of all orgs are open, as the index has it: seconds old, and good for an estimate only."""
    table = _tables().runs_table
    return sum(
        dynamo.count(table, "open_shard = :shard", {":shard": str(shard)}, index="open_tasks")
        for shard in range(OPEN_SHARDS)
    )


def delete_outbox(ref: TaskRef) -> None:
    """Forgets that an execution was still to be started. Twice is harmless."""
    dynamo.delete(_tables().runs_table, {"pk": ref.org_id, "sk": f"OUTBOX#{ref.task_id}"})


def delete_event(event: RunEvent) -> None:
    """Forgets that an event was still to be dealt with. Twice is harmless."""
    dynamo.delete(_tables().runs_table, _event_key(event.org_id, event.event_id))


def get_event(org_id: str, event_id: str) -> RunEvent | None:
    """An event that nobody has dealt with yet."""
    item = dynamo.get(_tables().runs_table, _event_key(org_id, event_id))
    return RunEvent.model_validate(item) if item else None


def put_off_event(org_id: str, event_id: str, at_seconds: float) -> None:
    """Puts off the sweeper's next look at an event."""
    try:
        dynamo.update(
            _tables().runs_table,
            _event_key(org_id, event_id),
            "SET open_deadline = :at",
            condition="attribute_exists(pk)",
            values={":at": at_seconds},
        )
    except dynamo.ConditionFailed:
        return  # it has been dealt with in the meantime


def due_events(now: float, *, limit: int = 200) -> Iterator[tuple[str, str]]:
    """Org and id of events that should have been dealt with by now, the longest first: read each again."""
    found = dynamo.query(
        _tables().runs_table,
        "open_shard = :shard AND open_deadline < :now",
        {":shard": _EVENTS_SHARD, ":now": now},
        index="open_tasks",
        limit=limit,
    )
    for item in islice(found, limit):
        yield item["pk"], item["sk"].removeprefix("OUTBOX#")


def get_task(org_id: str, task_id: str) -> Task | None:
    item = dynamo.get(_tables().runs_table, task_key(org_id, task_id))
    return Task.model_validate(item) if item else None


def get_tasks(org_id: str, task_ids: list[str]) -> list[Task]:
    """The tasks of these ids, oldest first. At most the 100 newest are read."""
    keys = [task_key(org_id, task_id) for task_id in task_ids[-100:]]
    found = [Task.model_validate(item) for item in dynamo.get_many(_tables().runs_table, keys)]
    return sorted(found, key=lambda task: task.task_id)


def get_run(org_id: str, run_id: str) -> Run | None:
    item = dynamo.get(_tables().runs_table, run_key(org_id, run_id))
    return Run.model_validate(item) if item else None


def list_runs(org_id: str, *, before_run_id: str | None) -> Iterator[Run]:
    """The org's runs, newest first, from before `before_run_id` on. New runs arriving do not move a page."""
    end = f"RUN#{before_run_id}" if before_run_id else "RUN$"
    items = dynamo.query(
        _tables().runs_table,
        "pk = :pk AND sk BETWEEN :start AND :end",
        {":pk": org_id, ":start": "RUN#", ":end": end},
        newest_first=True,
        limit=100,
    )
    return (run for run in map(Run.model_validate, items) if run.run_id != before_run_id)


def get_version(org_id: str, run_id: str, number: int) -> Version | None:
    item = dynamo.get(_tables().runs_table, version_key(org_id, run_id, number))
    return Version.model_validate(item) if item else None


def get_claim(org_id: str, key_hash: str, *, now: float) -> IdempotencyClaim | None:
    """The claim of an idempotency key, unless its day is over."""
    item = dynamo.get(_tables().runs_table, {"pk": org_id, "sk": f"IDEM#{key_hash}"})
    return IdempotencyClaim.model_validate(item) if item and item["expires_at_seconds"] > now else None


def ref_of(task: Task) -> TaskRef:
    return TaskRef(org_id=task.org_id, run_id=task.run_id, task_id=task.task_id, request_id=task.request_id)


def run_key(org_id: str, run_id: str) -> Item:
    return {"pk": org_id, "sk": f"RUN#{run_id}"}


def task_key(org_id: str, task_id: str) -> Item:
    return {"pk": org_id, "sk": f"TASK#{task_id}"}


def version_key(org_id: str, run_id: str, number: int) -> Item:
    return {"pk": org_id, "sk": f"VERSION#{run_id}#{number:06d}"}


def _tables() -> RunsSettings:
    return settings(RunsSettings)
