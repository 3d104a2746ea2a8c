"""DELETE /runs/{run_id}: a run and all that belongs to it."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Now, RunIdPath
from overten.runs import retention

router = APIRouter(route_class=KeyRoute, tags=["Tasks and runs"])


@router.delete("/runs/{run_id}", status_code=204)
def delete_run(run_id: RunIdPath, caller: Caller, now: Now) -> None:
    """Deletes a run: 410 from now on, and its documents and conversation are erased within 24 hours. Twice is harmless.

    409 while a task of it is open.
    """
    retention.delete_run(run_id, caller, now=now)


handler = lambda_handler(router)
