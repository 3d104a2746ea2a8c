"""Writes down each event it is given; refuses messages that say "poison"."""

import json
import os
import time
import uuid

import boto3


def handler(event, context):
    table = boto3.resource("dynamodb").Table(os.environ["SEEN_TABLE"])
    table.put_item(
        Item={"pk": context.function_name, "sk": f"{time.time_ns()}-{uuid.uuid4()}", "event": json.dumps(event)}
    )
    records = event.get("Records", [])
    failed = [record["messageId"] for record in records if "poison" in record.get("body", "")]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
