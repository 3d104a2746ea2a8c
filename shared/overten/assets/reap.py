"""Takes away what is over: the bytes of deleted assets after a day, and uploads that never came."""

from __future__ import annotations

import time

from overten.assets import object_store, store
from overten.assets.models import CHECK_GRACE_SECONDS, DELETED_BYTES_SECONDS, Asset
from overten.clock import seconds_of
from overten.logs import logger

# Of each shard, and of time, in one run. The next run goes on.
LIMIT_PER_SHARD = 1000
RUN_SECONDS = 240.0
_PUT_OFF_SECONDS = 6 * 3600


class ReapIncomplete(Exception):
    """Some due assets could not be reaped. The others were."""


def reap(now: float) -> int:
    """Reaps what is due, each after reading it again. Returns how many there were; raises ReapIncomplete at the end."""
    looked_at = failed = 0
    began = time.monotonic()
    for org_id, asset_id in store.due(now, limit_per_shard=LIMIT_PER_SHARD):
        if time.monotonic() - began > RUN_SECONDS:
            break
        looked_at += 1
        try:
            _reap(org_id, asset_id, now)
        except Exception:  # noqa: BLE001 - logged whole, and raised as one error at the end
            failed += 1
            logger().exception("asset_not_reaped", org_id=org_id, asset_id=asset_id)
            store.put_off(org_id, asset_id, until_seconds=now + _PUT_OFF_SECONDS)
    if failed:
        raise ReapIncomplete(f"{failed} of {looked_at}")
    return looked_at


def _reap(org_id: str, asset_id: str, now: float) -> None:
    asset = store.get(org_id, asset_id)
    if asset is None or not _is_due(asset, now):
        return
    # The bytes first: until they are gone, the row leads the next run to them.
    object_store.delete_all(org_id, asset.sort, asset_id)
    if asset.deleted_at:
        store.bury(asset)
    else:
        store.forget_pending(org_id, asset_id, now=now)


def _is_due(asset: Asset, now: float) -> bool:
    if asset.deleted_at:
        return now >= seconds_of(asset.deleted_at) + DELETED_BYTES_SECONDS
    return asset.is_forgotten(now - CHECK_GRACE_SECONDS)
