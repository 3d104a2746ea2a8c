"""GET /organizations: where the signed-in user belongs."""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import store
from overten.accounts.views import MembershipPage, MembershipView
from overten.api.app import UserRoute, lambda_handler
from overten.api.dependencies import SignedInUser

router = APIRouter(route_class=UserRoute, tags=["Accounts"])


@router.get("/organizations")
def list_organizations(user: SignedInUser) -> MembershipPage:
    """The organizations you belong to, with your role in each, oldest first."""
    return MembershipPage(organizations=[MembershipView.of(found) for found in store.list_memberships(user.uid)])


handler = lambda_handler(router)
