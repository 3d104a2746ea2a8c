"""Stream of table Runs: the end of a task is announced on the event bus."""

from __future__ import annotations

from typing import Any

from overten.aws.dynamo import from_wire
from overten.logs import logger
from overten.runs import lifecycle
from overten.runs.models import RunEvent


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Items are taken in order; the first that fails is reported, so that the stream resumes at it."""
    for record in event["Records"]:
        try:
            lifecycle.publish_event(RunEvent.model_validate(from_wire(record["dynamodb"]["NewImage"])))
        except Exception:  # noqa: BLE001 - reported to the stream, which retries and at last sends it to the DLQ
            logger().exception("event_not_published")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
