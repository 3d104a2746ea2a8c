"""The absolute addresses that documents are downloaded from."""

from __future__ import annotations

from collections.abc import Sequence

from overten.runs import link_store, links
from overten.runs.models import Run, Task


def download_url(task: Task, base_url: str, *, now: float) -> str:
    """A fresh link to what the task published."""
    if task.version is None:
        raise ValueError("the task has published nothing")
    [token] = link_store.mint([(task.org_id, task.run_id, task.version)], now=now)
    return _address(base_url, task.run_id, token)


def download_urls(runs: Sequence[Run], base_url: str, *, now: float) -> list[str | None]:
    """A fresh link to the current version of each run that has one, in one write for all."""
    published = [run for run in runs if run.version]
    minted = link_store.mint([(run.org_id, run.run_id, run.version) for run in published], now=now)
    addresses = {
        run.run_id: _address(base_url, run.run_id, token) for run, token in zip(published, minted, strict=True)
    }
    return [addresses.get(run.run_id) for run in runs]


def version_urls(run: Run, numbers: Sequence[int], base_url: str, *, now: float) -> list[str]:
    """A fresh link to each of these versions of a run, in one write for all."""
    tokens = link_store.mint([(run.org_id, run.run_id, number) for number in numbers], now=now)
    return [_address(base_url, run.run_id, token) for token in tokens]


def _address(base_url: str, run_id: str, token: str) -> str:
    return links.address(base_url, run_id, token)
