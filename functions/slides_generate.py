"""POST /slides/generate: a sentence becomes a presentation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from overten.api.app import KeyRoute, lambda_handler
from overten.api.generation import Turn, answer
from overten.runs.requests import GenerateRequest
from overten.runs.views import AcceptedView, ResultView

router = APIRouter(route_class=KeyRoute, tags=["Generation"])


@router.post("/slides/generate", response_model=ResultView, responses={202: {"model": AcceptedView}})
def generate_slides(body: GenerateRequest, turn: Turn) -> Response:
    """Generates a presentation, or with `run_id` goes on working on one.

    Waits for the result, at most until the deployment's ceiling (then 408, and the work goes on); with `async: true`
    answers 202 at once. Charged only when it succeeds. At most 30 slides a call; longer decks grow by `run_id`.
    """
    return answer(body, "slides", turn)


handler = lambda_handler(router)
