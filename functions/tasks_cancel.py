"""POST /tasks/{task_id}/cancel: the end of a turn at its owner's wish."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now, TaskIdPath
from overten.runs import service
from overten.runs.views import TaskView

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.post("/tasks/{task_id}/cancel", status_code=202, response_model=TaskView)
def cancel_task(task_id: TaskIdPath, caller: Caller, now: Now) -> Response:
    """Cancels an open task: it costs nothing, and its run keeps the version it had. 409 for a task that is over."""
    task = service.cancel_task(task_id, caller, now=now)
    return JSONResponse(TaskView.of(task, download_url=None, now=now).body(), status_code=202)


handler = lambda_handler(router)
