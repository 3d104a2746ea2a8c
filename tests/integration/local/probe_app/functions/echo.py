"""Tells what of a request arrived."""

import base64
import hashlib
import json


def handler(event, context):
    body = event["body"] or ""
    raw = base64.b64decode(body) if event["isBase64Encoded"] else body.encode()
    if event["path"].endswith("/crash"):
        raise RuntimeError("as asked")
    answer = {
        "path": event["path"],
        "stage": event["requestContext"]["stage"],
        "item": (event["pathParameters"] or {}).get("item"),
        "query": event["multiValueQueryStringParameters"],
        "base64": event["isBase64Encoded"],
        "sha256": hashlib.sha256(raw).hexdigest(),
        "remaining_ms": context.get_remaining_time_in_millis(),
    }
    headers = {"Content-Type": "application/json", "X-Request-Id": event["requestContext"]["requestId"]}
    return {"statusCode": 200, "headers": headers, "body": json.dumps(answer)}
