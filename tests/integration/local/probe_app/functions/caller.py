"""One boto3 call, under this function's own role: {service, operation, arguments} -> {result} or {error}."""

import os

import boto3
from botocore.exceptions import ClientError


def handler(event, context):
    if event.get("operation") == "environment":
        return {name: os.environ.get(name) for name in event["names"]}
    client = boto3.client(event["service"])
    if event["operation"] == "presign":
        return {"result": client.generate_presigned_url("put_object", Params=event["arguments"], ExpiresIn=60)}
    try:
        result = getattr(client, event["operation"])(**event["arguments"])
    except ClientError as error:
        return {"error": error.response["Error"]["Code"], "message": error.response["Error"].get("Message")}
    result.pop("ResponseMetadata")
    return {"result": str(result)}
