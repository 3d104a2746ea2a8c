"""Tokens of the addresses that show images: opaque, stored hashed, good for a day. Kept beside the download links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from overten.assets.models import ImageLink
from overten.aws import dynamo
from overten.clock import DAY_SECONDS
from overten.config import LinksSettings, settings


def mint(targets: Sequence[tuple[str, str]], *, now: float) -> list[str]:
    """One new token for each `(org_id, asset_id)`."""
    tokens = [secrets.token_urlsafe(32) for _ in targets]
    expires_at_seconds = now + DAY_SECONDS
    items = [
        {
            "token_hash": _hash(token),
            "ttl": int(expires_at_seconds),
            **ImageLink(org_id=org_id, asset_id=asset_id, expires_at_seconds=expires_at_seconds).model_dump(),
        }
        for token, (org_id, asset_id) in zip(tokens, targets, strict=True)
    ]
    dynamo.put_many(settings(LinksSettings).links_table, items)
    return tokens


def find(token: str, *, now: float) -> ImageLink | None:
    """What the token opens, unless its day is over or it is the token of something else."""
    item = dynamo.get(settings(LinksSettings).links_table, {"token_hash": _hash(token)})
    if item is None or "asset_id" not in item:
        return None
    link = ImageLink.model_validate(item)
    return link if link.expires_at_seconds > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
