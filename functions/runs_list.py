"""GET /runs: what the organization has made."""

from __future__ import annotations

from fastapi import APIRouter

from overten.agent.models import Format
from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import BaseUrl, Caller, Cursor, Limit, Now
from overten.api.links import run_urls
from overten.api.paging import decode_cursor, encode_cursor
from overten.runs import service, store
from overten.runs.models import TaskStatus
from overten.runs.views import RunPage, RunView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.get("/runs")
def list_runs(
    caller: Caller,
    now: Now,
    base_url: BaseUrl,
    cursor: Cursor = None,
    limit: Limit = 20,
    format: Format | None = None,
    status: TaskStatus | None = None,
) -> RunPage:
    """Runs, newest first; new ones arriving do not move a page. A personal key sees those of its creator.

    A page may be shorter than `limit`, or empty, and still have a `next_cursor`: go on until it is null.
    """
    page, next_run_id = service.list_runs(
        caller,
        before_run_id=decode_cursor(cursor, "run"),
        limit=limit,
        document_format=format,
        status=status,
        now=now,
    )
    newest_task = {task.run_id: task for task in store.get_tasks(caller.org_id, [run.task_ids[-1] for run in page])}
    links = run_urls(page, base_url, now=now)
    views = [
        RunView.of(run, [newest_task[run.run_id]] if run.run_id in newest_task else [], *urls)
        for run, urls in zip(page, links, strict=True)
    ]
    return RunPage(runs=views, next_cursor=encode_cursor(next_run_id) if next_run_id else None)


handler = lambda_handler(router)
