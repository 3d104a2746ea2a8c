"""Leases of the synchronous callers that wait, in DynamoDB, so that they cannot take the account's whole concurrency.

They bound the deployment and not an org, so no org is asked for. Table Counters: `WAITERS#n`, each a shard with a map
`leases` of lease to the Unix second it expires at. One item for all would be the bottleneck of every synchronous call;
so the count is spread over shards, and a caller may be turned away while a shard that it did not try has room. It is
never more than the limit.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

from ulid import ULID

from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.config import CountersSettings, settings

LEASES_PER_SHARD = 25
SHARDS_TRIED = 3


class Lease(NamedTuple):
    shard: int
    lease_id: str


def take(limit: int, *, expires_at: float, now: float) -> Lease | None:
    """A lease until `expires_at` (Unix seconds), or None when as many as `limit` are out where it was looked."""
    shards = math.ceil(limit / LEASES_PER_SHARD)
    for shard in random.sample(range(shards), min(shards, SHARDS_TRIED)):
        lease = Lease(shard, str(ULID()))
        # The limit is dealt out evenly: no two shards differ by more than one.
        capacity = limit // shards + (shard < limit % shards)
        try:
            _add(lease, math.ceil(expires_at), capacity)
        except dynamo.ConditionFailed as refused:
            if not _add_in_place_of_the_dead(lease, math.ceil(expires_at), capacity, refused.item, now):
                continue
        return lease
    return None


def release(lease: Lease) -> None:
    """Gives a lease back. Harmless if it has expired and its place has been taken."""
    try:
        dynamo.update(
            settings(CountersSettings).counters_table,
            _key(lease.shard),
            "REMOVE leases.#lease",
            condition="attribute_exists(leases.#lease)",
            names={"#lease": lease.lease_id},
        )
    except dynamo.ConditionFailed:
        return


def _add(lease: Lease, expires_at: int, capacity: int) -> None:
    dynamo.update(
        settings(CountersSettings).counters_table,
        _key(lease.shard),
        "SET leases.#lease = :expires",
        condition="attribute_exists(leases) AND size(leases) < :capacity",
        names={"#lease": lease.lease_id},
        values={":expires": expires_at, ":capacity": capacity},
    )


def _add_in_place_of_the_dead(lease: Lease, expires_at: int, capacity: int, item: Item, now: float) -> bool:
    """Takes out the leases of those who never came back and puts the new one in, if both still can be done."""
    if not item:
        return _begin(lease, expires_at)
    dead = [lease_id for lease_id, until in item["leases"].items() if until <= now]
    if len(item["leases"]) - len(dead) >= capacity:
        return False
    names = {f"#dead{position}": lease_id for position, lease_id in enumerate(dead)}
    conditions = [f"attribute_exists(leases.{name})" for name in names] + ["size(leases) < :room"]
    removal = f" REMOVE {', '.join(f'leases.{name}' for name in names)}" if names else ""
    try:
        dynamo.update(
            settings(CountersSettings).counters_table,
            _key(lease.shard),
            "SET leases.#lease = :expires" + removal,
            condition=" AND ".join(conditions),
            names={"#lease": lease.lease_id, **names},
            values={":expires": expires_at, ":room": capacity + len(dead)},
        )
    except dynamo.ConditionFailed:
        return False  # somebody else took them out
    return True


def _begin(lease: Lease, expires_at: int) -> bool:
    """The shard's first lease ever."""
    try:
        dynamo.update(
            settings(CountersSettings).counters_table,
            _key(lease.shard),
            "SET leases = :leases",
            condition="attribute_not_exists(leases)",
            values={":leases": {lease.lease_id: expires_at}},
        )
    except dynamo.ConditionFailed:
        return False
    return True


def _key(shard: int) -> Item:
    return {"counter_id": f"WAITERS#{shard}"}
