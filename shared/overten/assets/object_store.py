"""The bytes of uploads in S3: `incoming/<org_id>/<asset_id>` until checked, then `org/<org_id>/files|images/…`.

What has been checked is kept under its own hash, so that of two checks beside each other, or of a second upload to the
same address, none can change the bytes that another has vouched for.
"""

from __future__ import annotations

from typing import IO, Any

from overten.assets.models import Asset, PresignedPost, Sort
from overten.aws import clients
from overten.config import StorageSettings, settings

UPLOAD_SECONDS = 900
SIGNED_URL_SECONDS = 300
INCOMING = "incoming/"
_FOLDERS: dict[Sort, str] = {"file": "files", "image": "images"}
_CHUNK_BYTES = 2**20


class NotArrived(Exception):
    """Nothing has been uploaded yet."""


class Replaced(Exception):
    """The upload was replaced by another while it was being checked."""


def presigned_post(asset: Asset, *, now: float) -> PresignedPost:
    """A form that uploads just this asset: its key, its declared size and type, within the next 15 minutes."""
    form = clients.s3().generate_presigned_post(
        _bucket(),
        _incoming_key(asset.org_id, asset.asset_id),
        Fields={"Content-Type": asset.content_type},
        Conditions=[
            {"Content-Type": asset.content_type},
            ["content-length-range", asset.bytes, asset.bytes],
        ],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return PresignedPost(url=form["url"], fields=form["fields"], expires_at_seconds=now + UPLOAD_SECONDS)


def fetch_incoming(org_id: str, asset_id: str, into: IO[bytes]) -> str:
    """Copies what was uploaded into a file. Returns its ETag; raises NotArrived if there is nothing."""
    client = clients.s3()
    try:
        answer = client.get_object(Bucket=_bucket(), Key=_incoming_key(org_id, asset_id))
    except client.exceptions.NoSuchKey:
        raise NotArrived from None
    for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
        into.write(chunk)
    return answer["ETag"]


def keep_incoming(org_id: str, asset_id: str, object_key: str, *, etag: str, content_type: str) -> None:
    """Copies the very upload that was checked to its place. Raises Replaced if it is no longer the one with `etag`."""
    from botocore.exceptions import ClientError

    source = {"Bucket": _bucket(), "Key": _incoming_key(org_id, asset_id)}
    try:
        clients.s3().copy_object(
            Bucket=_bucket(),
            Key=object_key,
            CopySource=source,  # type: ignore[arg-type]
            CopySourceIfMatch=etag,
            ContentType=content_type,
            MetadataDirective="REPLACE",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in ("PreconditionFailed", "NoSuchKey", "404"):
            raise Replaced from None
        raise


def delete_incoming(org_id: str, asset_id: str) -> None:
    clients.s3().delete_object(Bucket=_bucket(), Key=_incoming_key(org_id, asset_id))


def put(object_key: str, body: IO[bytes], *, content_type: str) -> None:
    """Stores bytes that were checked in our own hands."""
    body.seek(0)
    clients.s3().put_object(Bucket=_bucket(), Key=object_key, Body=body, ContentType=content_type)


def delete(object_key: str) -> None:
    clients.s3().delete_object(Bucket=_bucket(), Key=object_key)


def delete_all(org_id: str, sort: Sort, asset_id: str) -> None:
    """Deletes whatever was ever stored of an asset, what a death half-way left behind included."""
    client = clients.s3()
    delete_incoming(org_id, asset_id)
    prefix = _prefix(org_id, sort, asset_id)
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=_bucket(), Prefix=prefix):
        for found in page.get("Contents", []):
            client.delete_object(Bucket=_bucket(), Key=found["Key"])


def signed_url(object_key: str, *, content_disposition: str, content_type: str) -> str:
    """A storage address that shows the object within the next minutes."""
    parameters: dict[str, Any] = {
        "Bucket": _bucket(),
        "Key": object_key,
        "ResponseContentDisposition": content_disposition,
        "ResponseContentType": content_type,
    }
    url: str = clients.s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=SIGNED_URL_SECONDS)
    return url


def kept_key(org_id: str, sort: Sort, asset_id: str, sha256: str) -> str:
    """Where checked bytes lie."""
    return f"{_prefix(org_id, sort, asset_id)}{sha256}"


def folder(org_id: str, sort: Sort, asset_id: str) -> str:
    """What the keys of all that is made of an asset begin with. It goes when the asset's own bytes go."""
    return _prefix(org_id, sort, asset_id)


def incoming_ids(object_key: str) -> tuple[str, str] | None:
    """Org and asset of an upload's key; None for any other key."""
    parts = object_key.removeprefix(INCOMING).split("/")
    return (parts[0], parts[1]) if object_key.startswith(INCOMING) and len(parts) == 2 else None


def _prefix(org_id: str, sort: Sort, asset_id: str) -> str:
    return f"org/{org_id}/{_FOLDERS[sort]}/{asset_id}/"


def _incoming_key(org_id: str, asset_id: str) -> str:
    return f"{INCOMING}{org_id}/{asset_id}"


def _bucket() -> str:
    return settings(StorageSettings).bucket
