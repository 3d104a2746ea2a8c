"""GET /tasks/{task_id}: how far a turn is, and what became of it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import BaseUrl, Caller, Now, TaskIdPath
from overten.api.links import download_url
from overten.runs import service
from overten.runs.views import TaskView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.get("/tasks/{task_id}", response_model=TaskView)
def get_task(task_id: TaskIdPath, caller: Caller, now: Now, base_url: BaseUrl) -> Response:
    """A task with its phase and progress while it runs, its result or error after. 410 once its run is gone."""
    task = service.get_task(task_id, caller, now=now)
    link = download_url(task, base_url, now=now)
    return JSONResponse(TaskView.of(task, download_url=link, now=now).body())


handler = lambda_handler(router)
