"""GET /organizations/{org_id}/api-keys: the active keys."""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import service
from overten.accounts.views import KeyPage, KeyView
from overten.api.app import UserRoute, lambda_handler
from overten.api.dependencies import Cursor, Limit, OrgIdPath, SignedInUser
from overten.api.paging import decode_cursor, encode_cursor

router = APIRouter(route_class=UserRoute, tags=["Accounts"])


@router.get("/organizations/{org_id}/api-keys")
def list_api_keys(org_id: OrgIdPath, user: SignedInUser, cursor: Cursor = None, limit: Limit = 20) -> KeyPage:
    """Lists active keys, oldest first: a member's own, an owner's or admin's all of the organization."""
    after_key_id = decode_cursor(cursor, "key")
    org, role = service.member_of(user, org_id)
    keys = service.list_keys(user, org.org_id, role, after_key_id=after_key_id, limit=limit + 1)
    page = keys[:limit]
    more = len(keys) > limit
    return KeyPage(
        api_keys=[KeyView.of(key) for key in page], next_cursor=encode_cursor(page[-1].key_id) if more else None
    )


handler = lambda_handler(router)
