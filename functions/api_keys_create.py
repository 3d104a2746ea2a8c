"""POST /organizations/{org_id}/api-keys: a new key."""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import service
from overten.accounts.views import KeyRequest, NewKeyView
from overten.api.app import UserRoute, lambda_handler
from overten.api.dependencies import Now, OrgIdPath, SignedInUser

router = APIRouter(route_class=UserRoute, tags=["Accounts"])


@router.post("/organizations/{org_id}/api-keys", status_code=201)
def create_api_key(org_id: OrgIdPath, body: KeyRequest, user: SignedInUser, now: Now) -> NewKeyView:
    """Mints an API key. Its scope cannot be changed later and its secret is shown this once."""
    org, _ = service.member_of(user, org_id)
    return NewKeyView.of_new(service.mint_key(user, org, name=body.name, scope=body.scope, now=now))


handler = lambda_handler(router)
