"""Orgs, members and keys in DynamoDB.

Table Orgs: `ORG`, `MEMBER#uid` and `KEY#key_id` under an org's id; `ORG#org_id`, `NAME#folded` and `GRANT` under
`USER#uid`. Table Keys: one item for each secret's hash, with all that a request needs to be let in and counted.
"""

from __future__ import annotations

from collections.abc import Iterator

from overten.accounts.models import ApiKey, AuthenticatedKey, Membership, Org, RateLimit, Role
from overten.accounts.tiers import TIERS
from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.clock import iso
from overten.config import AccountsSettings, settings
from overten.credits.models import LedgerEntry
from overten.errors import Conflict, InvalidApiKey, RateLimited, ServiceUnavailable


def authenticate_and_count(key_hash: str, now: float) -> AuthenticatedKey:
    """Lets a key in and counts the request against its minute, in one conditional write.

    Two writes when a new minute begins, three if that is raced. Raises InvalidApiKey for an unknown or revoked key and
    RateLimited over the limit. A suspended org's key is let in and counted; the caller decides what it may do.
    """
    minute = int(now // 60)
    for attempt in range(3):
        try:
            return _authenticated(_count(key_hash, minute))
        except dynamo.ConditionFailed as refused:
            item = refused.item
        if not item or item["status"] != "active":
            raise InvalidApiKey("This API key is unknown or has been revoked.")
        if item["minute"] < minute:
            started = _start_minute(key_hash, minute) if attempt == 0 else None
            if started:
                return _authenticated(started)
        elif item["minute"] > minute:
            minute = item["minute"]  # another function's clock is ahead of ours: count in its minute
        else:
            raise _over_limit(item, now)
    # Three races lost in a row: the key is hammered, and its budget is not known.
    raise ServiceUnavailable


def _count(key_hash: str, minute: int) -> Item:
    return dynamo.update(
        settings(AccountsSettings).keys_table,
        {"key_hash": key_hash},
        "ADD used :one",
        condition="#status = :active AND #minute = :minute AND used < requests_per_minute",
        names={"#status": "status", "#minute": "minute"},
        values={":one": 1, ":active": "active", ":minute": minute},
    )


def _start_minute(key_hash: str, minute: int) -> Item | None:
    try:
        return dynamo.update(
            settings(AccountsSettings).keys_table,
            {"key_hash": key_hash},
            "SET #minute = :minute, used = :one",
            condition="#status = :active AND #minute < :minute",
            names={"#status": "status", "#minute": "minute"},
            values={":one": 1, ":active": "active", ":minute": minute},
        )
    except dynamo.ConditionFailed:
        return None


def _rate_limit(item: Item) -> RateLimit:
    limit = item["requests_per_minute"]
    return RateLimit(limit=limit, remaining=max(0, limit - item["used"]), reset_seconds=(item["minute"] + 1) * 60)


def _authenticated(item: Item) -> AuthenticatedKey:
    return AuthenticatedKey.model_validate({**item, "rate_limit": _rate_limit(item)})


def _over_limit(item: Item, now: float) -> RateLimited:
    budget = _rate_limit(item)
    wait_seconds = max(1, -int(-(budget.reset_seconds - now) // 1))
    error = RateLimited(
        f"Rate limit of {budget.limit} requests a minute exceeded. Retry after {wait_seconds} seconds.",
        headers={"Retry-After": str(wait_seconds)},
    )
    error.headers |= rate_limit_headers(budget)
    return error


def rate_limit_headers(budget: RateLimit) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(budget.limit),
        "X-RateLimit-Remaining": str(budget.remaining),
        "X-RateLimit-Reset": str(budget.reset_seconds),
    }


def create_org(org: Org, owner_uid: str, key: ApiKey, *, starting_credits: int, entry_id: str, token: str) -> Org:
    """Creates an org with its owner, its first key and, once for each user, its starting credits.

    Raises Conflict, carrying the `org_id`, if the user has an org whose name folds to the same.
    """
    granted = org.model_copy(update={"available": starting_credits})
    try:
        dynamo.transact({**_creation(granted, owner_uid, key), **_grant(granted, owner_uid, entry_id)}, token=token)
    except dynamo.TransactionRefused as refused:
        if "name" in refused.failed:
            raise _name_taken(refused.failed["name"]) from None
    else:
        return granted
    # The user has had the starting credits with an earlier org: this one begins at nothing.
    try:
        dynamo.transact(_creation(org, owner_uid, key), token=f"{token}-0")
    except dynamo.TransactionRefused as refused:
        raise _name_taken(refused.failed.get("name", {})) from None
    return org


def _name_taken(claim: Item) -> Conflict:
    return Conflict("You already have an organization of this name.", extra={"org_id": claim.get("org_id")})


def _creation(org: Org, owner_uid: str, key: ApiKey) -> dict[str, dynamo.WireItem]:
    table, user = settings(AccountsSettings).orgs_table, f"USER#{owner_uid}"
    member = {"role": "owner", "created_at": org.created_at}
    named = {"org_id": org.org_id, "org_name": org.org_name}
    return {
        "name": dynamo.put_action(
            table, {"pk": user, "sk": f"NAME#{folded(org.org_name)}", **named}, condition="attribute_not_exists(pk)"
        ),
        "org": dynamo.put_action(table, {"pk": org.org_id, "sk": "ORG", **org.model_dump()}),
        "member": dynamo.put_action(table, {"pk": org.org_id, "sk": f"MEMBER#{owner_uid}", **member}),
        "membership": dynamo.put_action(table, {"pk": user, "sk": f"ORG#{org.org_id}", **named, **member}),
        **_key_actions(key, org),
    }


def _grant(org: Org, uid: str, entry_id: str) -> dict[str, dynamo.WireItem]:
    entry = LedgerEntry(
        entry_id=entry_id,
        org_id=org.org_id,
        kind="grant",
        available_delta=org.available,
        held_delta=0,
        created_at=org.created_at,
        note="starting credits",
    )
    tables = settings(AccountsSettings)
    claim = {"pk": f"USER#{uid}", "sk": "GRANT", "org_id": org.org_id}
    return {
        "grant": dynamo.put_action(tables.orgs_table, claim, condition="attribute_not_exists(pk)"),
        "entry": dynamo.put_action(tables.ledger_table, entry.model_dump()),
    }


def folded(name: str) -> str:
    """An org's name as it is compared: case and runs of spaces do not matter."""
    return " ".join(name.split()).casefold()


def put_key(org: Org, key: ApiKey, *, token: str) -> None:
    """Stores a new key where requests look it up and where the org lists it, in one transaction.

    The key copies the org's status and tier, so these must still be what they were when `org` was read: else Conflict.
    The same if its creator has just been removed from the org.
    """
    unchanged = dynamo.check_action(
        settings(AccountsSettings).orgs_table,
        {"pk": org.org_id, "sk": "ORG"},
        condition="#status = :status AND tier = :tier",
        names={"#status": "status"},
        values={":status": org.status, ":tier": org.tier},
    )
    belongs = dynamo.check_action(
        settings(AccountsSettings).orgs_table,
        {"pk": org.org_id, "sk": f"MEMBER#{key.creator_uid}"},
        condition="attribute_not_exists(removed_at)",
    )
    try:
        dynamo.transact({"org": unchanged, "member": belongs, **_key_actions(key, org)}, token=token)
    except dynamo.TransactionRefused:
        raise Conflict("The organization has just been changed. Try again.") from None


def _key_actions(key: ApiKey, org: Org) -> dict[str, dynamo.WireItem]:
    tables = settings(AccountsSettings)
    listed = {"pk": org.org_id, "sk": f"KEY#{key.key_id}", **key.model_dump()}
    looked_up = {
        **key.model_dump(),
        "tier": org.tier,
        "org_status": org.status,
        "requests_per_minute": TIERS[org.tier].requests_per_minute,
        "minute": 0,
        "used": 0,
    }
    return {
        "key": dynamo.put_action(tables.orgs_table, listed),
        "secret": dynamo.put_action(tables.keys_table, looked_up, condition="attribute_not_exists(key_hash)"),
    }


def revoke_key(org_id: str, key: ApiKey, *, now: float, token: str) -> None:
    """Revokes a key everywhere in one transaction. Revoking twice is harmless."""
    tables = settings(AccountsSettings)
    change, names = "SET #status = :revoked, revoked_at = :now", {"#status": "status"}
    values = {":revoked": "revoked", ":now": iso(now)}
    dynamo.transact(
        {
            "key": dynamo.update_action(
                tables.orgs_table, {"pk": org_id, "sk": f"KEY#{key.key_id}"}, change, names=names, values=values
            ),
            "secret": dynamo.update_action(
                tables.keys_table, {"key_hash": key.key_hash}, change, names=names, values=values
            ),
        },
        token=token,
    )


def get_org(org_id: str) -> Org | None:
    item = dynamo.get(settings(AccountsSettings).orgs_table, {"pk": org_id, "sk": "ORG"})
    return Org.model_validate(item) if item else None


def get_role(org_id: str, uid: str) -> Role | None:
    item = dynamo.get(settings(AccountsSettings).orgs_table, {"pk": org_id, "sk": f"MEMBER#{uid}"})
    return item["role"] if item and "removed_at" not in item else None


def get_key(org_id: str, key_id: str) -> ApiKey | None:
    item = dynamo.get(settings(AccountsSettings).orgs_table, {"pk": org_id, "sk": f"KEY#{key_id}"})
    return ApiKey.model_validate(item) if item else None


def list_keys(org_id: str, *, after_key_id: str | None) -> Iterator[ApiKey]:
    """The org's keys in the order they were minted, from behind `after_key_id` on."""
    # The character after "#" is "$": every key's sort key lies between "KEY#" and "KEY$".
    start = f"KEY#{after_key_id}~" if after_key_id else "KEY#"
    items = dynamo.query(
        settings(AccountsSettings).orgs_table,
        "pk = :pk AND sk BETWEEN :start AND :end",
        {":pk": org_id, ":start": start, ":end": "KEY$"},
    )
    return (ApiKey.model_validate(item) for item in items)


def list_memberships(uid: str) -> Iterator[Membership]:
    """The orgs a user belongs to, oldest first."""
    items = dynamo.query(
        settings(AccountsSettings).orgs_table,
        "pk = :pk AND begins_with(sk, :orgs)",
        {":pk": f"USER#{uid}", ":orgs": "ORG#"},
    )
    return (Membership.model_validate(item) for item in items)
