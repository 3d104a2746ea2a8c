"""What signing up and managing keys mean."""

from __future__ import annotations

import base64
import secrets
from itertools import islice

from ulid import ULID

from overten.accounts import keys, store
from overten.accounts.models import ApiKey, AuthenticatedKey, NewKey, Org, Role, Scope, User
from overten.accounts.tiers import TierName
from overten.clock import iso
from overten.config import IdentitySettings, settings
from overten.credits.pricing import price_list
from overten.errors import Forbidden, InvalidApiKey, NotFound
from overten.ids import new_id


def authenticate(secret: str | None, now: float) -> AuthenticatedKey:
    """The key behind a secret, counted. A key of bad form is refused without any call."""
    if not secret:
        raise InvalidApiKey(
            "Missing API key. Send it as 'Authorization: Bearer sk_live_…' or as 'X-API-Key: sk_live_…'."
        )
    if not keys.is_well_formed(secret):
        raise InvalidApiKey("This is no API key: its form or its checksum is wrong. Was it copied whole?")
    return store.authenticate_and_count(keys.hash_of(secret), now)


def sign_up(user: User, *, org_name: str, tier: TierName, key_name: str, now: float) -> tuple[Org, NewKey]:
    """Creates an org owned by the user, with its first key.

    Starting credits are for verified identities. Raises Forbidden for a tier that is not self-service here, Conflict
    for a name the user already has.
    """
    offered = [name.strip() for name in settings(IdentitySettings).self_service_tiers.split(",")]
    if tier not in offered:
        raise Forbidden(f"The tier '{tier}' is not open for self-service. Choose one of: {', '.join(offered)}.")
    org = Org(
        org_id=new_id("org"),
        org_name=" ".join(org_name.split()),
        tier=tier,
        status="active",
        webhook_secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
        created_at=iso(now),
        available=0,
        held=0,
        running=0,
    )
    minted = _new_key(org.org_id, user, name=key_name, scope="workspace", now=now)
    created = store.create_org(
        org,
        user.uid,
        minted.key,
        starting_credits=price_list().starting_credits[tier] if user.is_verified else 0,
        entry_id=str(ULID()),
        token=str(ULID()),
    )
    return created, minted


def member_of(user: User, org_id: str) -> tuple[Org, Role]:
    """The org and the user's role in it. NotFound for a stranger, Forbidden if the org is suspended."""
    role = store.get_role(org_id, user.uid)
    org = store.get_org(org_id)
    if role is None or org is None:
        raise NotFound("No such organization.")
    if org.status != "active":
        raise Forbidden("This organization is suspended.")
    return org, role


def mint_key(user: User, org: Org, *, name: str, scope: Scope, now: float) -> NewKey:
    """Mints a key for the org in the user's name."""
    minted = _new_key(org.org_id, user, name=name, scope=scope, now=now)
    store.put_key(org, minted.key, token=str(ULID()))
    return minted


def list_keys(user: User, org_id: str, role: Role, *, after_key_id: str | None, limit: int) -> list[ApiKey]:
    """The active keys the user manages: a member's own, an owner's or admin's all. At most `limit`."""
    visible = (
        key
        for key in store.list_keys(org_id, after_key_id=after_key_id)
        if key.status == "active" and _manages(user, role, key)
    )
    return list(islice(visible, limit))


def revoke_key(user: User, org_id: str, role: Role, key_id: str, *, now: float) -> None:
    """Revokes a key from the next request on. Twice is harmless; a key the user does not manage is NotFound."""
    key = store.get_key(org_id, key_id)
    if key is None or not _manages(user, role, key):
        raise NotFound("No such API key.")
    if key.status == "active":
        store.revoke_key(org_id, key, now=now, token=str(ULID()))


def _manages(user: User, role: Role, key: ApiKey) -> bool:
    return role != "member" or key.creator_uid == user.uid


def _new_key(org_id: str, user: User, *, name: str, scope: Scope, now: float) -> NewKey:
    secret = keys.new_secret()
    key = ApiKey(
        key_id=new_id("key"),
        org_id=org_id,
        name=name,
        prefix=keys.shown_prefix(secret),
        scope=scope,
        creator_uid=user.uid,
        created_at=iso(now),
        key_hash=keys.hash_of(secret),
    )
    return NewKey(key=key, secret=secret)
