"""Stream of table Webhooks: whatever is pending is told to the deliverer when it is due."""

from __future__ import annotations

import time
from typing import Any

from pydantic import ValidationError

from overten.aws.dynamo import from_wire
from overten.logs import logger
from overten.webhooks.models import Delivery
from overten.webhooks.trigger import trigger


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    """Items are taken in order; the first that fails is reported, so that the stream resumes at it.

    It does so for a day. One that cannot be read would hold up the others all that time in vain: it is left out.
    """
    for record in event["Records"]:
        try:
            trigger(Delivery.model_validate(from_wire(record["dynamodb"]["NewImage"])), now=time.time())
        except ValidationError as error:
            # Without what stands there: it is a run's content, and a secret may be among it.
            keys, wrong = from_wire(record["dynamodb"]["Keys"]), [problem["loc"] for problem in error.errors()]
            logger().error("delivery_not_readable", **keys, members=wrong)
        except Exception:  # noqa: BLE001 - reported to the stream, which retries and at last sends it to the DLQ
            logger().exception("delivery_not_triggered")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}
