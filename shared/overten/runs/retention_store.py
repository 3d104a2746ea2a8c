"""The end of a run in DynamoDB: its tombstone, and the erasure of its other rows.

An analysis has no run: its task's row is in the index, too.

The index `expiring_runs` finds a run by `expires_bucket` (a shard) and `expires_at_seconds`: when its retention ends,
or once it is a tombstone, when its content is to be erased. An index only finds work; the row itself decides.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import batched

from ulid import ULID

from overten.agent.models import TurnRequest
from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.config import RunsSettings, settings
from overten.runs.models import EXPIRY_SHARDS, GONE_SECONDS, Run, Task, expiry_shard
from overten.runs.store import IS_SETTLED, SETTLED_VALUES, RunBusy, run_key, task_key

# All that is left of an erased run and of its tasks: ids, times, and who may be told that it is gone.
_KEPT_OF_RUN = frozenset(
    {"run_id", "org_id", "format", "status", "created_at", "updated_at", "creator_uid", "request_id", "task_ids"}
)
_KEPT_OF_TASK = frozenset(
    {
        *("task_id", "org_id", "run_id", "format", "status", "created_at", "started_at", "finished_at"),
        *("creator_uid", "key_id", "request_id", "hold_status", "hold_credits", "credits_used", "duration_ms"),
    }
)


def bury(run: Run, *, gone_since: float, erase_at: float) -> None:
    """Puts a tombstone in the run's place: from now on it is gone, and its content is erased from `erase_at` on.

    Raises RunBusy if the run has an open task, was deleted, or was changed since it was read.
    """
    tombstone = {
        **run_key(run.org_id, run.run_id),
        **run.model_dump(include=set(_KEPT_OF_RUN)),
        "title": "",
        "file_name": "",
        "deleted_at_seconds": gone_since,
        "expires_at_seconds": erase_at,
        "expires_bucket": expiry_shard(run.run_id),
    }
    action = dynamo.put_action(
        _table(),
        tombstone,
        condition=f"{IS_SETTLED} AND updated_at = :updated AND expires_at_seconds = :expires",
        names={"#status": "status"},
        values={**SETTLED_VALUES, ":updated": run.updated_at, ":expires": run.expires_at_seconds},
    )
    try:
        dynamo.transact({"run": action}, token=str(ULID()))
    except dynamo.TransactionRefused:
        raise RunBusy from None


def due_runs(now: float) -> Iterator[tuple[str, str]]:
    """Org and id of runs and analyses whose retention or last hour is over, the longest first in each shard: read each
    again.

    The shards come in another order each time, so that a great many in one cannot keep those of the others waiting.
    """
    for shard in random.sample(range(EXPIRY_SHARDS), EXPIRY_SHARDS):
        items = dynamo.query(
            _table(),
            "expires_bucket = :shard AND expires_at_seconds < :now",
            {":shard": str(shard), ":now": now},
            index="expiring_runs",
        )
        for item in items:
            yield item["pk"], item["run_id"]


def erase_rows(run: Run) -> None:
    """Reduces the rows of a buried run's tasks to ids and times, and deletes those of its versions and exports."""
    ttl = _ttl(run)
    for task_ids in batched(run.task_ids, 100, strict=False):
        found = dynamo.get_many(_table(), [task_key(run.org_id, task_id) for task_id in task_ids])
        dynamo.put_many(_table(), [{**_task_tombstone(item, run), "ttl": ttl} for item in found])
    # Read page by page while they are deleted: a page once read is not needed again.
    for prefix in ("VERSION", "EXPORT"):
        for page in batched(_keys_of(run, prefix), 25, strict=False):
            dynamo.delete_many(_table(), page)


def _task_tombstone(item: Item, run: Run) -> Item:
    """Made from the row as it lies there, so that even one that cannot be read any more is erased."""
    return {
        **{name: item[name] for name in ("pk", "sk", *sorted(_KEPT_OF_TASK)) if name in item},
        "request": TurnRequest(format=run.format, prompt="").model_dump(),
        "deleted_at_seconds": run.deleted_at_seconds,
    }


def _keys_of(run: Run, prefix: str) -> Iterator[Item]:
    items = dynamo.query(
        _table(),
        "pk = :pk AND begins_with(sk, :prefix)",
        {":pk": run.org_id, ":prefix": f"{prefix}#{run.run_id}#"},
    )
    return ({"pk": item["pk"], "sk": item["sk"]} for item in items)


def forget(run: Run) -> None:
    """Takes a run of which nothing but its tombstone is left out of the index, and sets the tombstone's own end."""
    dynamo.update(
        _table(),
        run_key(run.org_id, run.run_id),
        "SET #ttl = :ttl REMOVE expires_bucket",
        condition="attribute_exists(deleted_at_seconds)",
        names={"#ttl": "ttl"},
        values={":ttl": _ttl(run)},
    )


def keep_answer_until(task: Task, at_seconds: float) -> None:
    """Puts off the next look at an analysis, of which nothing but its row is left, until its retention is over.

    `is_only_row` tells who reads the table's stream that this is not the write that closed the task.
    """
    try:
        dynamo.update(
            _table(),
            task_key(task.org_id, task.task_id),
            "SET expires_at_seconds = :at, is_only_row = :yes",
            condition="attribute_exists(expires_bucket)",
            values={":at": at_seconds, ":yes": True},
        )
    except dynamo.ConditionFailed:
        return  # it has been erased in the meantime


def erase_analysis(task: Task, *, gone_since: float) -> None:
    """Reduces the row of an analysis to ids and times, and takes it out of the index."""
    kept = {**task_key(task.org_id, task.task_id), **task.model_dump(include=set(_KEPT_OF_TASK))}
    left = {
        **kept,
        "request": TurnRequest(format=task.format, prompt="").model_dump(),
        "deleted_at_seconds": gone_since,
        "ttl": int(gone_since + GONE_SECONDS),
    }
    dynamo.put_many(_table(), [left])


def _ttl(run: Run) -> int:
    return int((run.deleted_at_seconds or 0) + GONE_SECONDS)


def _table() -> str:
    return settings(RunsSettings).runs_table
