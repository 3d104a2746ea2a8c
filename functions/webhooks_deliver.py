"""The deliveries' queue: attempts that are due are made, those of a batch at once.

Its requests go to addresses that users give. It may read its queue and its table, and nothing else.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from overten.logs import logger
from overten.webhooks import store
from overten.webhooks.deliver import deliver
from overten.webhooks.errors import AttemptUnderWay
from overten.webhooks.models import Trigger


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Each message that was not dealt with is reported, and comes again after the queue's visibility timeout."""
    records = event["Records"]
    store.connect()
    with ThreadPoolExecutor(len(records)) as pool:
        done = list(pool.map(_deliver, records))
    failed = [record["messageId"] for record, dealt_with in zip(records, done, strict=True) if not dealt_with]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _deliver(record: dict[str, Any]) -> bool:
    try:
        deliver(Trigger.model_validate_json(record["body"]))
    except AttemptUnderWay:
        return False
    except Exception:  # noqa: BLE001 - reported to the queue, which retries and at last sends it to the DLQ
        logger().exception("delivery_failed_unexpectedly", message_id=record["messageId"])
        return False
    return True
