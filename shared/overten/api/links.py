"""The absolute addresses that documents are downloaded from."""

from __future__ import annotations

from collections.abc import Sequence

from overten.export.records import StoredFile
from overten.runs import link_store
from overten.runs.models import DownloadLink, Run, Task


def download_url(task: Task, base_url: str, *, now: float) -> str:
    """A fresh link to what the task published."""
    if task.version is None:
        raise ValueError("the task has published nothing")
    [token] = link_store.mint([_document_link(task.org_id, task.run_id, task.version, now)])
    return _address(base_url, task.run_id, token)


def run_urls(runs: Sequence[Run], base_url: str, *, now: float) -> list[tuple[str | None, str | None]]:
    """Fresh links to the current version of each run that has one and to its picture, in one write for all."""
    links = [link for run in runs for link in _links_of(run, now)]
    tokens = {(link.run_id, link.opens): token for link, token in zip(links, link_store.mint(links), strict=True)}
    return [
        (
            _address_if(base_url, run.run_id, tokens.get((run.run_id, "document"))),
            _address_if(base_url, run.run_id, tokens.get((run.run_id, "thumbnail")), "thumbnail"),
        )
        for run in runs
    ]


def version_urls(run: Run, numbers: Sequence[int], base_url: str, *, now: float) -> list[str]:
    """A fresh link to each of these versions of a run, in one write for all."""
    tokens = link_store.mint([_document_link(run.org_id, run.run_id, number, now) for number in numbers])
    return [_address(base_url, run.run_id, token) for token in tokens]


def export_url(run: Run, file: StoredFile, base_url: str, *, now: float) -> tuple[str, float]:
    """A fresh link to an export of a run's current version, and the Unix time at which it ends."""
    expires_at_seconds = now + link_store.EXPORT_LINK_SECONDS
    link = DownloadLink(
        org_id=run.org_id,
        run_id=run.run_id,
        version=run.version,
        expires_at_seconds=expires_at_seconds,
        opens="export",
        export=file,
    )
    [token] = link_store.mint([link])
    return _address(base_url, run.run_id, token), expires_at_seconds


def _links_of(run: Run, now: float) -> list[DownloadLink]:
    if not run.version:
        return []
    link = _document_link(run.org_id, run.run_id, run.version, now)
    return [link, link.model_copy(update={"opens": "thumbnail"})] if run.thumbnail_key else [link]


def _document_link(org_id: str, run_id: str, version: int, now: float) -> DownloadLink:
    return DownloadLink(org_id=org_id, run_id=run_id, version=version, expires_at_seconds=now + link_store.LINK_SECONDS)


def _address_if(base_url: str, run_id: str, token: str | None, what: str = "download") -> str | None:
    return _address(base_url, run_id, token, what) if token else None


def _address(base_url: str, run_id: str, token: str, what: str = "download") -> str:
    return f"{base_url}/v1/runs/{run_id}/{what}?token={token}"
