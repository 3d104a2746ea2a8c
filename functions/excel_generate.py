"""POST /excel/generate: a sentence becomes a workbook."""

from __future__ import annotations

from fastapi import APIRouter, Response

from overten.api.app import KeyRoute, lambda_handler
from overten.api.generation import Turn, answer
from overten.runs.requests import GenerateRequest
from overten.runs.views import AcceptedView, ResultView

router = APIRouter(route_class=KeyRoute, tags=["Generation"])


@router.post("/excel/generate", response_model=ResultView, responses={202: {"model": AcceptedView}})
def generate_excel(body: GenerateRequest, turn: Turn) -> Response:
    """Generates a workbook, or with `run_id` goes on working on one.

    Waits for the result, at most until the deployment's ceiling (then 408, and the work goes on); with `async: true`
    answers 202 at once. Charged only when it succeeds.
    """
    return answer(body, "excel", turn)


handler = lambda_handler(router)
