"""S3, by EventBridge, or whoever waits for it: uploads that have arrived are examined."""

from __future__ import annotations

import time
from typing import Any

from overten.assets import check
from overten.assets.object_store import incoming_ids
from overten.logs import logger


def handler(event: dict[str, Any], _context: object) -> None:
    """Takes S3's "Object Created", or `{"org_id": …, "asset_ids": […]}`."""
    if "asset_ids" in event:
        arrived = [(event["org_id"], asset_id) for asset_id in event["asset_ids"]]
    else:
        found = incoming_ids(event["detail"]["object"]["key"])
        arrived = [found] if found else []
    failures = []
    for org_id, asset_id in arrived:
        try:
            check.check(org_id, asset_id, now=time.time())
        except Exception as error:  # noqa: BLE001 - the others are not to wait for it; raised at the end
            logger().exception("asset_not_checked", org_id=org_id, asset_id=asset_id)
            failures.append(error)
    if failures:
        raise failures[0]
