"""Questions about a workbook or a CSV file that make no document and no run: a task is all there is of them."""

from __future__ import annotations

from datetime import date

from ulid import ULID

from overten.accounts.models import AuthenticatedKey
from overten.agent.models import TurnRequest
from overten.assets import use as assets_use
from overten.assets.use import Use
from overten.clock import iso
from overten.credits.pricing import price_list
from overten.runs import inputs, service
from overten.runs.models import ANALYSIS, Task, TaskInput
from overten.runs.requests import AnalyzeRequest

ENDPOINT = "/excel/analyze"


def analyze(request: AnalyzeRequest, caller: AuthenticatedKey, *, request_id: str, now: float) -> service.Accepted:
    """Accepts an analysis and starts its work, with the promises of `service.generate`."""

    def made() -> service.Turn:
        floor_credits = price_list().floors["analyze"]
        use = Use("/file_id", request.file_id, "analyzed_file")
        asset = assets_use.require([use], "excel", caller, now=now)[request.file_id]
        service.require_any_model()
        service.require_capacity(caller, floor_credits)
        ulid, moment = ULID(), iso(now)
        file = inputs.own_file(request.file_id, asset, "/file_id")
        task = Task(
            task_id=f"task_{ulid}",
            org_id=caller.org_id,
            run_id=f"{ANALYSIS}_{ulid}",
            format="excel",
            created_at=moment,
            creator_uid=caller.creator_uid,
            key_id=caller.key_id,
            tier=caller.tier,
            request_id=request_id,
            request=TurnRequest(
                format="excel",
                prompt=request.prompt,
                purpose="analyze",
                # Formulas, errors and formats are to be seen in a workbook of today's kind only; tables in all.
                init_file=request.file_id if asset.kind == "xlsx" else None,
                files=[file],
                file_name=asset.name,
                today=date.fromisoformat(moment[:10]),
            ),
            inputs=[TaskInput(name=request.file_id, source_key=inputs.key_of(asset))],
            timeout_seconds=request.timeout_ms / 1000,
            hold_credits=floor_credits,
        )
        return service.Turn(task, None)

    return service.accept_once(request.idempotency_key, request.fingerprint(ENDPOINT), caller, made, now=now)
