"""GET /runs/{run_id}: one run."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import BaseUrl, Caller, Now, RunIdPath
from overten.api.links import run_urls
from overten.runs import service, store
from overten.runs.views import RunView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.get("/runs/{run_id}")
def get_run(run_id: RunIdPath, caller: Caller, now: Now, base_url: BaseUrl) -> RunView:
    """One run with its tasks and links. 404 if it is not the caller's, 410 once retention has passed."""
    run = service.get_run(run_id, caller, now=now)
    [urls] = run_urls([run], base_url, now=now)
    return RunView.of(run, store.get_tasks(caller.org_id, run.task_ids), *urls)


handler = lambda_handler(router)
