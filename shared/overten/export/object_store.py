"""Exports in S3, below the document that they are made of, and the signed addresses that a converter works with."""

from __future__ import annotations

from overten.aws import clients
from overten.config import StorageSettings, settings
from overten.export.records import Export

SIGNED_URL_SECONDS = 300
MAX_NOTE_BYTES = 2**20


def source_url(object_key: str) -> str:
    """Where a converter gets a document."""
    url: str = clients.s3().generate_presigned_url(
        "get_object", Params={"Bucket": _bucket(), "Key": object_key}, ExpiresIn=SIGNED_URL_SECONDS
    )
    return url


def upload_url(object_key: str) -> str:
    """Where a converter puts one object."""
    url: str = clients.s3().generate_presigned_url(
        "put_object", Params={"Bucket": _bucket(), "Key": object_key}, ExpiresIn=SIGNED_URL_SECONDS
    )
    return url


def delivery_key(export: Export) -> str:
    """Where a converter notes what became of its order, for when nobody waits for its answer any more."""
    return f"{export.object_key}.json"


def read_delivery(export: Export) -> bytes | None:
    """The note of what became of a claim's order, if its converter has made one."""
    client = clients.s3()
    try:
        answer = client.get_object(Bucket=_bucket(), Key=delivery_key(export))
    except client.exceptions.NoSuchKey:
        return None
    return answer["Body"].read(MAX_NOTE_BYTES)


def has(object_key: str) -> bool:
    """Whether there is such an object."""
    from botocore.exceptions import ClientError

    try:
        clients.s3().head_object(Bucket=_bucket(), Key=object_key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            return False
        raise
    return True


def _bucket() -> str:
    return settings(StorageSettings).bucket
