"""Stream of table Runs: what was accepted is started, should its function have died; open tasks are counted."""

from __future__ import annotations

from typing import Any

from overten.aws.dynamo import from_wire
from overten.logs import logger
from overten.runs import lifecycle, open_tasks
from overten.runs.models import TaskRef

_CLOSED = ("charged", "voided")
# What a closed task is marked with when it is written again: erased, or an analysis whose files were.
_WRITTEN_AGAIN = {"ttl", "is_only_row"}


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Items are taken in order; the first that fails is reported, so that the stream resumes at it.

    Only what was taken is counted, so that what comes again is not counted twice.
    """
    failures, change = [], 0
    for record in event["Records"]:
        try:
            _relay(record)
        except Exception:  # noqa: BLE001 - reported to the stream, which retries and at last sends it to the DLQ
            logger().exception("outbox_item_failed")
            failures = [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]
            break
        change += _change_of_open_tasks(record)
    open_tasks.count(change)
    return {"batchItemFailures": failures}


def _sort_key(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["sk"]["S"])


def _relay(record: dict[str, Any]) -> None:
    if record["eventName"] == "INSERT" and _sort_key(record).startswith("OUTBOX#task_"):
        lifecycle.start_missed(TaskRef.model_validate(from_wire(record["dynamodb"]["NewImage"])))


def _change_of_open_tasks(record: dict[str, Any]) -> int:
    """A task is counted as closed once, at the write that closed it: the stream has no image of what was before."""
    if not _sort_key(record).startswith("TASK#"):
        return 0
    if record["eventName"] == "INSERT":
        return 1
    image = record["dynamodb"].get("NewImage", {})
    closed = image.get("hold_status", {}).get("S") in _CLOSED and not _WRITTEN_AGAIN & image.keys()
    return -1 if record["eventName"] == "MODIFY" and closed else 0
