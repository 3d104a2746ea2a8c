"""GET /runs/{run_id}/versions: what a run's document has been."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import BaseUrl, Caller, Cursor, Limit, Now, RunIdPath
from overten.api.links import version_urls
from overten.api.paging import decode_number_cursor, encode_number_cursor
from overten.runs import versions
from overten.runs.views import VersionPage, VersionView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.get("/runs/{run_id}/versions")
def list_versions(
    run_id: RunIdPath, caller: Caller, now: Now, base_url: BaseUrl, cursor: Cursor = None, limit: Limit = 20
) -> VersionPage:
    """The published versions of a run's document, newest first, each with a link of its own."""
    run, page, next_number = versions.list_versions(
        run_id, caller, before=decode_number_cursor(cursor), limit=limit, now=now
    )
    links = version_urls(run, [version.number for version in page], base_url, now=now)
    return VersionPage(
        versions=[VersionView.of(version, run, link) for version, link in zip(page, links, strict=True)],
        next_cursor=encode_number_cursor(next_number) if next_number else None,
    )


handler = lambda_handler(router)
