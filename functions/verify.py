"""GET /verify: is this key good, and what may it do?"""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import store
from overten.accounts.views import VerifyView
from overten.api.app import SuspendedKeyRoute, lambda_handler
from overten.api.dependencies import Caller
from overten.errors import InternalError

router = APIRouter(route_class=SuspendedKeyRoute, tags=["Accounts"])


@router.get("/verify")
def verify(caller: Caller) -> VerifyView:
    """Validates the key and returns its organization, limits and credits. Answers for a suspended one, too."""
    org = store.get_org(caller.org_id)
    if org is None:
        raise InternalError
    return VerifyView.of(org, caller)


handler = lambda_handler(router)
