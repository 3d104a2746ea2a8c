"""The number of open tasks of the whole deployment, kept approximately, in DynamoDB.

It bounds the deployment and not an org, so no org is asked for. Table Counters: `OPEN_TASKS#n`, whose counts sum to the
number. A shard may be below zero; only the sum means anything.
"""

from __future__ import annotations

import random

from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.config import CountersSettings, settings

SHARDS = 8


def add(change: int) -> None:
    """Adds to the number, or takes from it."""
    dynamo.update(
        settings(CountersSettings).counters_table,
        _key(random.randrange(SHARDS)),  # noqa: S311 - spreads writes, hides nothing
        "ADD open_tasks :change",
        values={":change": change},
    )


def replace(number: int) -> None:
    """Puts the number right. Changes made at this very moment may be lost until it is next put right."""
    dynamo.put_many(
        settings(CountersSettings).counters_table,
        [{**_key(shard), "open_tasks": 0 if shard else number} for shard in range(SHARDS)],
    )


def read() -> int:
    """The number, in one call."""
    items = dynamo.get_many(settings(CountersSettings).counters_table, [_key(shard) for shard in range(SHARDS)])
    return max(0, sum(int(item.get("open_tasks", 0)) for item in items))


def _key(shard: int) -> Item:
    return {"counter_id": f"OPEN_TASKS#{shard}"}
