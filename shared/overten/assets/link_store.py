"""Tokens of the addresses that show images and give out converted files: opaque, stored hashed.

Kept beside the download links of runs.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from overten.assets.models import AssetLink
from overten.aws import dynamo
from overten.clock import DAY_SECONDS
from overten.config import LinksSettings, settings
from overten.export.records import StoredFile

CONVERTED_LINK_SECONDS = 3_600


def mint(targets: Sequence[tuple[str, str]], *, now: float) -> list[str]:
    """One new token, good for a day, for the image of each `(org_id, asset_id)`."""
    return _mint(
        [
            AssetLink(org_id=org_id, asset_id=asset_id, expires_at_seconds=now + DAY_SECONDS)
            for org_id, asset_id in targets
        ]
    )


def mint_converted(org_id: str, asset_id: str, file: StoredFile, *, now: float) -> tuple[str, float]:
    """A new token for what a file was converted to, and the Unix time at which it ends."""
    expires_at_seconds = now + CONVERTED_LINK_SECONDS
    link = AssetLink(org_id=org_id, asset_id=asset_id, expires_at_seconds=expires_at_seconds, converted=file)
    [token] = _mint([link])
    return token, expires_at_seconds


def _mint(links: Sequence[AssetLink]) -> list[str]:
    tokens = [secrets.token_urlsafe(32) for _ in links]
    items = [
        {"token_hash": _hash(token), "ttl": int(link.expires_at_seconds), **link.model_dump()}
        for token, link in zip(tokens, links, strict=True)
    ]
    dynamo.put_many(settings(LinksSettings).links_table, items)
    return tokens


def find(token: str, *, now: float) -> AssetLink | None:
    """What the token opens, unless its time is over or it is the token of something else."""
    item = dynamo.get(settings(LinksSettings).links_table, {"token_hash": _hash(token)})
    if item is None or "asset_id" not in item:
        return None
    link = AssetLink.model_validate(item)
    return link if link.expires_at_seconds > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
