"""What an operator's actions do. Each may be repeated: after an answer was lost, or a death half-way."""

from __future__ import annotations

from ulid import ULID

from overten.accounts import admin_store
from overten.accounts import store as accounts_store
from overten.accounts.models import Org, OrgStatus
from overten.clock import iso
from overten.credits import store as credits_store
from overten.credits.models import Balance, LedgerEntry
from overten.errors import Conflict, NotFound
from overten.logs import logger
from overten.operator.actions import (
    AddMember,
    Adjust,
    AnyAction,
    Booked,
    Changed,
    ChangeTier,
    CheckLedger,
    Grant,
    KeyShown,
    LedgerChecked,
    MemberAdded,
    MemberRemoved,
    OrgShown,
    Reinstate,
    RemoveMember,
    Result,
    ShowOrg,
    Suspend,
)

_LEDGER_READINGS = 5


def perform(action: AnyAction, *, now: float) -> Result:
    """Does what is asked and returns what came of it. Raises NotFound for an unknown org, Conflict if it cannot be."""
    result = _perform(action, now)
    logger().info("operated", **action.model_dump(exclude_none=True, exclude={"note"}))
    return result


def _perform(action: AnyAction, now: float) -> Result:
    match action:
        case Grant() | Adjust():
            return _book(action, now)
        case ChangeTier():
            admin_store.set_tier(action.org_id, action.tier)
            return _aligned(action.org_id)
        case Suspend():
            return _set_status(action.org_id, "suspended")
        case Reinstate():
            return _set_status(action.org_id, "active")
        case AddMember():
            admin_store.put_member(_org(action.org_id), action.uid, action.role, now=now)
            return MemberAdded(org_id=action.org_id, uid=action.uid, role=action.role)
        case RemoveMember():
            return _remove_member(action, now)
        case ShowOrg():
            return _show(action.org_id)
        case CheckLedger():
            return _check_ledger(action.org_id)


def _org(org_id: str) -> Org:
    org = accounts_store.get_org(org_id)
    if org is None:
        raise NotFound("No such organization.")
    return org


def _book(action: Grant | Adjust, now: float) -> Booked:
    entry = LedgerEntry(
        entry_id=str(ULID()),
        org_id=action.org_id,
        kind="grant" if isinstance(action, Grant) else "adjustment",
        available_delta=action.credits,
        held_delta=0,
        created_at=iso(now),
        note=action.note,
        reference=action.reference,
    )
    try:
        balance, booked = credits_store.book(entry, token=str(ULID())), True
    except credits_store.ReferenceTaken as taken:
        if (taken.entry.kind, taken.entry.available_delta) != (entry.kind, entry.available_delta):
            raise Conflict(
                f"The reference '{entry.reference}' was booked on {taken.entry.created_at[:10]}"
                f" as {taken.entry.kind} of {taken.entry.available_delta} credits. Nothing was booked."
            ) from None
        entry, balance, booked = taken.entry, credits_store.balance(action.org_id), False
    return Booked(org_id=action.org_id, entry_id=entry.entry_id, booked=booked, credits=action.credits, balance=balance)


def _set_status(org_id: str, status: OrgStatus) -> Changed:
    admin_store.set_status(org_id, status)
    return _aligned(org_id)


def _aligned(org_id: str) -> Changed:
    rewritten = admin_store.align_keys(org_id)
    org = _org(org_id)
    return Changed(org_id=org_id, tier=org.tier, status=org.status, keys_rewritten=rewritten)


def _remove_member(action: RemoveMember, now: float) -> MemberRemoved:
    """First the membership: after it no key can be minted in the member's name, so all there are can be revoked."""
    admin_store.remove_member(action.org_id, action.uid, now=now)
    revoked = admin_store.revoke_keys_of(action.org_id, action.uid, now=now)
    owners = [member for member in admin_store.list_members(action.org_id) if member.role == "owner"]
    return MemberRemoved(
        org_id=action.org_id,
        uid=action.uid,
        revoked_key_ids=[key.key_id for key in revoked],
        owners_left=len(owners),
    )


def _show(org_id: str) -> OrgShown:
    org = _org(org_id)
    keys = accounts_store.list_keys(org_id, after_key_id=None)
    return OrgShown(
        **org.model_dump(include={"org_id", "org_name", "tier", "status", "created_at", "running"}),
        balance=Balance(available=org.available, held=org.held),
        members=list(admin_store.list_members(org_id)),
        keys=[KeyShown(**key.model_dump(include=set(KeyShown.model_fields))) for key in keys],
    )


def _check_ledger(org_id: str) -> LedgerChecked:
    """Credits move while they are added up, so a difference counts only if it is there every time."""
    for _ in range(_LEDGER_READINGS):
        sums, balance = credits_store.sums(org_id), credits_store.balance(org_id)
        if sums == balance:
            break
    else:
        logger().error("ledger_not_balanced", org_id=org_id)
    return LedgerChecked(org_id=org_id, balanced=sums == balance, balance=balance, sums=sums)
