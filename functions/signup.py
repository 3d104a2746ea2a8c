"""POST /signup: an organization and its first key, in one call."""

from __future__ import annotations

from fastapi import APIRouter

from overten.accounts import service
from overten.accounts.views import SignupRequest, SignupView
from overten.api.app import UserRoute, lambda_handler
from overten.api.dependencies import Now, SignedInUser
from overten.errors import InvalidRequest, ValidationFailed

router = APIRouter(route_class=UserRoute, tags=["Accounts"])


@router.post("/signup", status_code=201)
def sign_up(body: SignupRequest, user: SignedInUser, now: Now) -> SignupView:
    """Creates an organization with its first API key, or mints a key for one you belong to.

    409 if you have an organization of this name already; its `org_id` is in the body.
    """
    if body.existing_org_id is not None:
        if body.org_name is not None:
            raise ValidationFailed("/existing_org_id", "cannot be given together with org_name.")
        org, _ = service.member_of(user, body.existing_org_id)
        return SignupView.of(org, service.mint_key(user, org, name=body.key_name, scope="workspace", now=now))
    if body.org_name is None:
        raise InvalidRequest("/org_name: this field is required, unless existing_org_id is given.")
    org, minted = service.sign_up(user, org_name=body.org_name, tier=body.tier, key_name=body.key_name, now=now)
    return SignupView.of(org, minted)


handler = lambda_handler(router)
