"""The absolute address that a version of a run is downloaded from."""

from __future__ import annotations

from overten.runs import link_store


def version_url(org_id: str, run_id: str, version: int, base_url: str, *, now: float) -> str:
    """A fresh link to one version, good for a day."""
    [token] = link_store.mint([(org_id, run_id, version)], now=now)
    return address(base_url, run_id, token)


def address(base_url: str, run_id: str, token: str) -> str:
    """What a token of a run is followed at."""
    return f"{base_url}/v1/runs/{run_id}/download?token={token}"
