"""The check that every upload passes before it is used: what it is, from its bytes, and its hash.

Whatever happens in between, an asset is ready only with the hash of the very bytes that were examined, and the check
may run twice, beside itself, or again after dying anywhere.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from typing import BinaryIO, cast

from overten.assets import object_store, store
from overten.assets.errors import Rejected
from overten.assets.models import Asset, Caution, Findings
from overten.logs import logger

_CHUNK_BYTES = 2**20


def inspect(file: BinaryIO, asset: Asset) -> Findings:
    """What the bytes are, by themselves. Raises Rejected for what the asset may not be."""
    from overten.assets.examine import Unacceptable, examine

    try:
        found = examine(file, name=asset.name, declared_type=asset.content_type or None)
    except Unacceptable as refused:
        raise Rejected(refused.reason, refused.message) from None
    if asset.sort == "image" and not found.is_image:
        raise Rejected("not_an_image", "This is not an image. Upload it to /files.")
    digest, size = _hash(file)
    return Findings(
        content_type=found.content_type,
        kind=found.kind,
        bytes=size,
        sha256=digest,
        width=found.width,
        height=found.height,
        warnings=[Caution(code=notice.code, message=notice.message) for notice in found.caveats],
        object_key=object_store.kept_key(asset.org_id, asset.sort, asset.asset_id, digest),
    )


def check(org_id: str, asset_id: str, *, now: float) -> None:
    """Examines what was uploaded for a pending asset and marks it ready or rejected.

    An upload that nobody waits for (its asset is ready, rejected, deleted or forgotten) is deleted. Nothing happens
    while there is none. Raises `object_store.Replaced` if another upload came in between: its own check follows.
    """
    asset = store.get(org_id, asset_id)
    if asset is None or asset.status != "pending" or asset.deleted_at or asset.is_forgotten(now):
        object_store.delete_incoming(org_id, asset_id)
        return
    with tempfile.TemporaryFile() as scratch:
        try:
            etag = object_store.fetch_incoming(org_id, asset_id, scratch)
        except object_store.NotArrived:
            return
        _conclude(asset, cast("BinaryIO", scratch), etag, now)
    # Only now: until the row is written, a repeat has to find the upload.
    object_store.delete_incoming(org_id, asset_id)


def _conclude(asset: Asset, file: BinaryIO, etag: str, now: float) -> None:
    try:
        if file.tell() != asset.bytes:
            raise Rejected("size_mismatch", f"{asset.bytes} bytes were announced and {file.tell()} were uploaded.")
        file.seek(0)
        findings = inspect(file, asset)
    except Rejected as rejected:
        _reject(asset, rejected, now)
        return
    object_store.keep_incoming(
        asset.org_id, asset.asset_id, findings.object_key, etag=etag, content_type=findings.content_type
    )
    try:
        store.mark_ready(asset.org_id, asset.asset_id, findings, now=now)
    except store.NotPending as ended:
        # Deleted, forgotten, or made ready by a twin: what we kept is to go, unless it is the twin's, too.
        if ended.asset is None or ended.asset.object_key != findings.object_key:
            object_store.delete(findings.object_key)
        return
    logger().info("asset_ready", org_id=asset.org_id, asset_id=asset.asset_id, kind=findings.kind)


def _reject(asset: Asset, rejected: Rejected, now: float) -> None:
    try:
        store.mark_rejected(asset.org_id, asset.asset_id, reason=rejected.reason, message=rejected.message, now=now)
    except store.NotPending:
        return
    logger().info("asset_rejected", org_id=asset.org_id, asset_id=asset.asset_id, reason=rejected.reason)


def _hash(file: BinaryIO) -> tuple[str, int]:
    """The file's SHA-256 and its size in bytes."""
    file.seek(0)
    total = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        total.update(chunk)
    return total.hexdigest(), file.seek(0, os.SEEK_END)
