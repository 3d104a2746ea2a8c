"""Download links: opaque tokens, stored hashed and bound to one version of one run.

A storage URL signed by a function dies with the function's credentials, so what clients are given is our own address,
which signs a fresh storage URL each time it is followed.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from overten.aws import dynamo
from overten.config import LinksSettings, settings
from overten.runs.models import DownloadLink

LINK_SECONDS = 86_400


def mint(targets: Sequence[tuple[str, str, int]], *, now: float) -> list[str]:
    """One new token, good for a day, for each `(org_id, run_id, version)`."""
    tokens = [secrets.token_urlsafe(32) for _ in targets]
    items = [
        {
            "token_hash": _hash(token),
            "ttl": int(now) + LINK_SECONDS,
            **DownloadLink(
                org_id=org_id, run_id=run_id, version=version, expires_at_seconds=now + LINK_SECONDS
            ).model_dump(),
        }
        for token, (org_id, run_id, version) in zip(tokens, targets, strict=True)
    ]
    dynamo.put_many(settings(LinksSettings).links_table, items)
    return tokens


def find(token: str, *, now: float) -> DownloadLink | None:
    """What the token opens, unless its day is over."""
    item = dynamo.get(settings(LinksSettings).links_table, {"token_hash": _hash(token)})
    link = DownloadLink.model_validate(item) if item and "run_id" in item else None
    return link if link and link.expires_at_seconds > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
