"""POST /slides/outline: a plan for a presentation, to be looked at before it is written."""

from __future__ import annotations

from fastapi import APIRouter, Response

from overten.api.app import KeyRoute, lambda_handler
from overten.api.generation import Turn, answer_outline
from overten.runs.requests import OutlineRequest
from overten.runs.views import AcceptedView, OutlineView

router = APIRouter(route_class=KeyRoute, tags=["Generation"])


@router.post("/slides/outline", response_model=OutlineView, responses={202: {"model": AcceptedView}})
def outline_slides(body: OutlineRequest, turn: Turn) -> Response:
    """Plans a presentation slide for slide: titles, layouts, key points, what is shown and said.

    Generate with its `run_id`, or with `outline` as returned or edited, and the slides follow it. A task like any
    other: waits, or answers 202 with `async: true`. Free, and so many a day for each organization.
    """
    return answer_outline(body, turn)


handler = lambda_handler(router)
