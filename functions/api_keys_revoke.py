"""DELETE /organizations/{org_id}/api-keys/{key_id}: the end of a key."""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import service
from overten.api.app import UserRoute, lambda_handler
from overten.api.dependencies import KeyIdPath, Now, OrgIdPath, SignedInUser

router = APIRouter(route_class=UserRoute, tags=["Accounts"])


@router.delete("/organizations/{org_id}/api-keys/{key_id}", status_code=204)
def revoke_api_key(org_id: OrgIdPath, key_id: KeyIdPath, user: SignedInUser, now: Now) -> None:
    """Revokes a key; its very next request is refused. Revoking it again is 204 again."""
    org, role = service.member_of(user, org_id)
    service.revoke_key(user, org.org_id, role, key_id, now=now)


handler = lambda_handler(router)
