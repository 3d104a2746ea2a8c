"""POST /excel/analyze: a question about a workbook or a CSV file."""

from __future__ import annotations

from fastapi import APIRouter, Response

from overten.api.app import KeyRoute, lambda_handler
from overten.api.generation import Turn, answer_analysis
from overten.runs.requests import AnalyzeRequest
from overten.runs.views import AcceptedView, AnalysisView

router = APIRouter(route_class=KeyRoute, tags=["Generation"])


@router.post("/excel/analyze", response_model=AnalysisView, responses={202: {"model": AcceptedView}})
def analyze_excel(body: AnalyzeRequest, turn: Turn) -> Response:
    """Answers a question about an uploaded .xlsx, .xls or .csv, with the cells or queries that its figures come from.

    Writes no document and makes no run; a task like any other: waits, or answers 202 with `async: true`. Charged only
    when it succeeds.
    """
    return answer_analysis(body, turn)


handler = lambda_handler(router)
