"""Download links: opaque tokens, stored hashed and bound to one version of one run, to its picture or an export of it.

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
EXPORT_LINK_SECONDS = 3_600


def mint(links: Sequence[DownloadLink]) -> list[str]:
    """A new token for each of the links, in as few writes as there can be."""
    tokens = [secrets.token_urlsafe(32) for _ in links]
    items = [
        {"token_hash": _hash(token), "ttl": int(link.expires_at_seconds), **link.model_dump()}
        for token, link in zip(tokens, links, strict=True)
    ]
    dynamo.put_many(settings(LinksSettings).links_table, items)
    return tokens


def find(token: str, *, now: float) -> DownloadLink | None:
    """What the token opens, unless its time is over."""
    item = dynamo.get(settings(LinksSettings).links_table, {"token_hash": _hash(token)})
    link = DownloadLink.model_validate(item) if item and "run_id" in item else None
    return link if link and link.expires_at_seconds > now else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
