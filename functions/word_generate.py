"""POST /word/generate: a sentence becomes a document."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Arrival, BaseUrl, Caller, Now, RequestId
from overten.api.generation import answer
from overten.runs.requests import GenerateRequest
from overten.runs.views import AcceptedView, ResultView

router = APIRouter(route_class=KeyRoute, tags=["Generation"])


@router.post("/word/generate", response_model=ResultView, responses={202: {"model": AcceptedView}})
def generate_word(
    body: GenerateRequest,
    caller: Caller,
    request_id: RequestId,
    arrival: Arrival,
    now: Now,
    base_url: BaseUrl,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Response:
    """Generates a document, or with `run_id` goes on working on one.

    Waits for the result, at most until the deployment's ceiling (then 408, and the work goes on); with `async: true`
    answers 202 at once. Charged only when it succeeds.
    """
    return answer(
        body,
        "word",
        caller,
        header_key=idempotency_key,
        request_id=request_id,
        arrival=arrival,
        now=now,
        base_url=base_url,
    )


handler = lambda_handler(router)
