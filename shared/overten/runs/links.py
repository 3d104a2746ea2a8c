"""The absolute addresses that what belongs to a run is had from."""

from __future__ import annotations

from overten.runs import link_store
from overten.runs.models import DownloadLink


def version_url(org_id: str, run_id: str, version: int, base_url: str, *, now: float) -> str:
    """A fresh link to one version, good for a day."""
    [token] = link_store.mint([document_link(org_id, run_id, version, now=now)])
    return address(base_url, run_id, token)


def document_link(org_id: str, run_id: str, version: int, *, now: float) -> DownloadLink:
    """What a link to one version opens, for a day."""
    return DownloadLink(org_id=org_id, run_id=run_id, version=version, expires_at_seconds=now + link_store.LINK_SECONDS)


def address(base_url: str, run_id: str, token: str, what: str = "download") -> str:
    """What a token of a run is followed at: its `download` or its `thumbnail`."""
    return f"{base_url}/v1/runs/{run_id}/{what}?token={token}"
