"""Stream of table Runs: what was accepted is started, should the accepting function have died before it did."""

from __future__ import annotations

from typing import Any

from overten.aws.dynamo import from_wire
from overten.logs import logger
from overten.runs import lifecycle
from overten.runs.models import TaskRef


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Items are taken in order; the first that fails is reported, so that the stream resumes at it."""
    for record in event["Records"]:
        try:
            _relay(record)
        except Exception:  # noqa: BLE001 - reported to the stream, which retries and at last sends it to the DLQ
            logger().exception("outbox_item_failed")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _relay(record: dict[str, Any]) -> None:
    item = from_wire(record["dynamodb"].get("NewImage", {}))
    if record["eventName"] == "INSERT" and item.get("sk", "").startswith("OUTBOX#"):
        lifecycle.start_missed(TaskRef.model_validate(item))
