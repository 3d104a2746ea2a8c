"""POST /runs/{run_id}/versions/{version}/restore: back to what a document was."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import BaseUrl, Caller, Now, RunIdPath, VersionPath
from overten.api.links import version_urls
from overten.runs import versions
from overten.runs.views import VersionView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.post("/runs/{run_id}/versions/{version}/restore")
def restore_version(
    run_id: RunIdPath, version: VersionPath, caller: Caller, now: Now, base_url: BaseUrl
) -> VersionView:
    """Makes an older version current, as a new version with the same bytes. Free; the next turn goes on from it.

    If the current version is that one already, or was restored from it, nothing is made and it is the answer, so a
    request may be repeated. 409 while a task is open, or if another change came first.
    """
    run, current = versions.restore(run_id, version, caller, now=now)
    [link] = version_urls(run, [current.number], base_url, now=now)
    return VersionView.of(current, run, link)


handler = lambda_handler(router)
