"""The absolute addresses that documents are downloaded from."""

from __future__ import annotations

from collections.abc import Sequence

from overten.export.records import StoredFile
from overten.runs import link_store, links
from overten.runs.models import DownloadLink, Run, Task


def download_url(task: Task, base_url: str, *, now: float) -> str | None:
    """A fresh link to what a completed task published, or else to the version that it was asked about, if any."""
    if task.status != "completed" or task.shows_version is None:
        return None
    return links.version_url(task.org_id, task.run_id, task.shows_version, base_url, now=now)


def run_urls(runs: Sequence[Run], base_url: str, *, now: float) -> list[tuple[str | None, str | None]]:
    """Fresh links to the current version of each run that has one and to its picture, in one write for all."""
    wanted = [link for run in runs for link in _links_of(run, now)]
    tokens = {(link.run_id, link.opens): token for link, token in zip(wanted, link_store.mint(wanted), strict=True)}
    return [
        (
            _address_if(base_url, run.run_id, tokens.get((run.run_id, "document"))),
            _address_if(base_url, run.run_id, tokens.get((run.run_id, "thumbnail")), "thumbnail"),
        )
        for run in runs
    ]


def version_urls(run: Run, numbers: Sequence[int], base_url: str, *, now: float) -> list[str]:
    """A fresh link to each of these versions of a run, in one write for all."""
    tokens = link_store.mint([links.document_link(run.org_id, run.run_id, number, now=now) for number in numbers])
    return [links.address(base_url, run.run_id, token) for token in tokens]


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
    return links.address(base_url, run.run_id, token), expires_at_seconds


def _links_of(run: Run, now: float) -> list[DownloadLink]:
    if not run.version:
        return []
    link = links.document_link(run.org_id, run.run_id, run.version, now=now)
    return [link, link.model_copy(update={"opens": "thumbnail"})] if run.thumbnail_key else [link]


def _address_if(base_url: str, run_id: str, token: str | None, what: str = "download") -> str | None:
    return links.address(base_url, run_id, token, what) if token else None
