"""Uploaded files and images in DynamoDB: `FILE#…` and `IMAGE#…` under an org's id.

A row that will need looking after (a pending upload, a deletion whose bytes are still kept) carries `reap_shard` and
`reap_at_seconds`, which the sparse index `due_assets` finds. Pending rows have no TTL on purpose: the row is what leads
the reaper to bytes that a death half-way may have left.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from itertools import batched, islice
from typing import Any

from overten.assets.models import (
    CHECK_GRACE_SECONDS,
    DELETED_BYTES_SECONDS,
    TOMBSTONE_SECONDS,
    Asset,
    Findings,
    Sort,
    sort_of,
)
from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.clock import iso, seconds_of
from overten.config import AssetsSettings, settings

REAP_SHARDS = 4
_BATCH_SIZE = 100


class NotPending(Exception):
    """The asset is no longer waiting for its check; `asset` is as it stands, None if it is not there any more."""

    def __init__(self, asset: Asset | None) -> None:
        super().__init__("the asset is not pending")
        self.asset = asset


def put_pending(asset: Asset) -> None:
    """Notes an upload that is to come, or is under way."""
    dynamo.put(
        _table(),
        {
            **_key(asset.org_id, asset.asset_id),
            **asset.model_dump(),
            **_due(asset.pending_until_seconds + CHECK_GRACE_SECONDS, asset.asset_id),
        },
    )


def get(org_id: str, asset_id: str) -> Asset | None:
    item = dynamo.get(_table(), _key(org_id, asset_id))
    return Asset.model_validate(item) if item else None


def get_many(org_id: str, asset_ids: Sequence[str]) -> dict[str, Asset]:
    """Those of the assets that exist, by id. One call for every hundred."""
    found: dict[str, Asset] = {}
    for ids in batched(dict.fromkeys(asset_ids), _BATCH_SIZE, strict=False):
        items = dynamo.get_many(_table(), [_key(org_id, asset_id) for asset_id in ids])
        found |= {item["asset_id"]: Asset.model_validate(item) for item in items}
    return found


def list_assets(org_id: str, sort: Sort, *, before_id: str | None) -> Iterator[Asset]:
    """The org's assets of a sort, newest first, from before `before_id` on. New ones arriving do not move a page."""
    prefix = _PREFIXES[sort]
    items = dynamo.query(
        _table(),
        "pk = :pk AND sk BETWEEN :start AND :end",
        {":pk": org_id, ":start": f"{prefix}#", ":end": f"{prefix}#{before_id}" if before_id else f"{prefix}$"},
        newest_first=True,
        limit=100,
    )
    return (asset for asset in map(Asset.model_validate, items) if asset.asset_id != before_id)


def mark_ready(org_id: str, asset_id: str, findings: Findings, *, now: float) -> Asset:
    """The asset has passed its check. Raises NotPending if it was checked, deleted or forgotten meanwhile."""
    try:
        return _end_pending(org_id, asset_id, {"status": "ready", **findings.model_dump(exclude_none=True)}, now)
    except NotPending as ended:
        # An answer that was lost on its way makes the call come twice.
        if ended.asset and ended.asset.object_key == findings.object_key and not ended.asset.deleted_at:
            return ended.asset
        raise


def mark_rejected(org_id: str, asset_id: str, *, reason: str, message: str, now: float) -> Asset:
    """The asset has failed its check. Raises NotPending if it was checked, deleted or forgotten meanwhile."""
    members = {"status": "rejected", "rejected_reason": reason, "rejected_message": message}
    return _end_pending(org_id, asset_id, members, now)


def _end_pending(org_id: str, asset_id: str, members: Item, now: float) -> Asset:
    try:
        item = dynamo.update(
            _table(),
            _key(org_id, asset_id),
            "SET " + ", ".join(f"#{name} = :{name}" for name in members) + " REMOVE reap_shard, reap_at_seconds",
            condition="#status = :pending AND attribute_not_exists(deleted_at) AND reap_at_seconds > :latest",
            names={f"#{name}": name for name in members},
            values={
                **{f":{name}": value for name, value in members.items()},
                ":pending": "pending",
                ":latest": now + CHECK_GRACE_SECONDS,
            },
        )
    except dynamo.ConditionFailed as failed:
        raise NotPending(Asset.model_validate(failed.item) if failed.item else None) from None
    return Asset.model_validate(item)


def mark_deleted(org_id: str, asset_id: str, *, now: float) -> None:
    """Deletes an asset softly, once: a repeat changes nothing, and neither does one of an asset that is not there."""
    due = _due(now + DELETED_BYTES_SECONDS, asset_id)
    try:
        dynamo.update(
            _table(),
            _key(org_id, asset_id),
            "SET deleted_at = :at, reap_shard = :shard, reap_at_seconds = :due",
            condition="attribute_exists(pk) AND attribute_not_exists(deleted_at)",
            values={":at": iso(now), ":shard": due["reap_shard"], ":due": due["reap_at_seconds"]},
        )
    except dynamo.ConditionFailed:
        return


def due(now: float, *, limit_per_shard: int) -> Iterator[tuple[str, str]]:
    """Org and id of assets that need looking after, the longest overdue first in each shard.

    An index only finds them: read each again.
    """
    # In another order each time, so that a great many in one shard cannot keep those of the others waiting.
    for shard in random.sample(range(REAP_SHARDS), REAP_SHARDS):
        found = dynamo.query(
            _table(),
            "reap_shard = :shard AND reap_at_seconds <= :now",
            {":shard": str(shard), ":now": now},
            index="due_assets",
            limit=limit_per_shard,
        )
        yield from ((item["pk"], item["sk"].partition("#")[2]) for item in islice(found, limit_per_shard))


def forget_pending(org_id: str, asset_id: str, *, now: float) -> None:
    """Removes the row of an upload that never came. Nothing happens if it is not one."""
    try:
        dynamo.delete_if(
            _table(),
            _key(org_id, asset_id),
            condition="#status = :pending AND attribute_not_exists(deleted_at) AND reap_at_seconds <= :now",
            names={"#status": "status"},
            values={":pending": "pending", ":now": now},
        )
    except dynamo.ConditionFailed:
        return


def bury(asset: Asset) -> None:
    """Leaves of a deleted asset, whose bytes are gone, only that it was deleted."""
    assert asset.deleted_at  # noqa: S101 - only deleted ones are due
    kept = asset.model_dump(include={"org_id", "asset_id", "sort", "creator_uid", "created_at", "deleted_at", "status"})
    ttl = int(seconds_of(asset.deleted_at)) + TOMBSTONE_SECONDS
    dynamo.put(_table(), {**_key(asset.org_id, asset.asset_id), **kept, "ttl": ttl})


def put_off(org_id: str, asset_id: str, *, until_seconds: float) -> None:
    """Looks after a due asset later, so that one that cannot be reaped does not keep others waiting."""
    try:
        dynamo.update(
            _table(),
            _key(org_id, asset_id),
            "SET reap_at_seconds = :until",
            condition="attribute_exists(reap_shard) AND attribute_exists(deleted_at)",
            values={":until": until_seconds},
        )
    except dynamo.ConditionFailed:
        return


def _due(at_seconds: float, asset_id: str) -> dict[str, Any]:
    return {"reap_shard": str(zlib.crc32(asset_id.encode()) % REAP_SHARDS), "reap_at_seconds": at_seconds}


_PREFIXES: dict[Sort, str] = {"file": "FILE", "image": "IMAGE"}


def _key(org_id: str, asset_id: str) -> Item:
    return {"pk": org_id, "sk": f"{_PREFIXES[sort_of(asset_id)]}#{asset_id}"}


def _table() -> str:
    return settings(AssetsSettings).assets_table
