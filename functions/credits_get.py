"""GET /credits: what is available, and what is held."""

from __future__ import annotations

from fastapi import APIRouter

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller
from overten.credits import store
from overten.credits.views import BalanceView

router = APIRouter(route_class=KeyRoute, tags=["Credits"])


@router.get("/credits")
def get_credits(caller: Caller) -> BalanceView:
    """The organization's credits: those available, and those held for open runs."""
    return BalanceView(**store.balance(caller.org_id).model_dump())


handler = lambda_handler(router)
