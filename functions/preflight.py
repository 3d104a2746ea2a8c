"""POST /preflight: would this request have all that it speaks of?"""

from __future__ import annotations

from fastapi import APIRouter

from overten.agent.preflight.models import Verdict
from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Arrival, Caller, Now
from overten.runs.preflight import PreflightRequest, verdict

# Of the gateway's 29, with some left to answer.
_SECONDS = 22.0

router = APIRouter(route_class=KeyRoute, tags=["Preflight"])


@router.post("/preflight")
def check_request(body: PreflightRequest, caller: Caller, arrival: Arrival, now: Now) -> Verdict:
    """Runs the check that comes before every generation, without generating. Free.

    Judges the prompt against names, kinds, tags and counts of what is given, never against content. `valid: false` is
    what a generation would answer with `400 preflight_failed`.
    """
    return verdict(body, caller, now=now, until=arrival + _SECONDS)


handler = lambda_handler(router)
