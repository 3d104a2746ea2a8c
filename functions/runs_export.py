"""POST /runs/{run_id}/export: a run's document in another format."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Arrival, BaseUrl, Caller, Now, RunIdPath
from overten.api.exports import ExportBody, RunExported, body_schema, view_members, wait_deadline
from overten.api.links import export_url
from overten.clock import iso
from overten.runs import exports

router = APIRouter(route_class=KeyRoute, tags=["Exports"])


@router.post("/runs/{run_id}/export", openapi_extra=body_schema())
def export_run(
    run_id: RunIdPath, body: ExportBody, caller: Caller, now: Now, arrival: Arrival, base_url: BaseUrl
) -> RunExported:
    """Exports the current version: `xlsx → pdf csv png html`, `docx → pdf html txt odt`, `pptx → pdf png odp`. Free.

    Made once for each version and kept; a repeat is answered from storage. Several sheets to csv or several pages to
    png are a zip, unless `sheet` or `page` picks one. 409 while a task is open; 503 with Retry-After if it takes
    longer than the gateway waits: it goes on, and the same request finds it.
    """
    run, export, file = exports.export_run(run_id, body, caller, deadline=wait_deadline(arrival), now=now)
    url, expires_at_seconds = export_url(run, file, base_url, now=now)
    return RunExported(
        run_id=run_id,
        **view_members(export, file.file_name),
        download_url=url,
        expires_at=iso(expires_at_seconds),
    )


handler = lambda_handler(router)
