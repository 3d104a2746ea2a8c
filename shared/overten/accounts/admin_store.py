"""What only an operator changes of an org, in DynamoDB: its tier and status, and who belongs to it.

Each of an org's keys copies its tier and status (see `store`), so that a request is let in by one write. A change is
therefore first made to the org and then to its keys, each of which is written under the condition that the org still is
what is copied. So however two changes interleave, or die half-way and are repeated, the keys end up as the org is;
and a key being minted meanwhile carries the new values or is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from ulid import ULID

from overten.accounts import store
from overten.accounts.models import ApiKey, Member, Org, OrgStatus, Role
from overten.accounts.tiers import TIERS, TierName
from overten.aws import dynamo
from overten.aws.dynamo import Item, WireItem
from overten.clock import iso
from overten.config import AccountsSettings, settings
from overten.errors import NotFound, ServiceUnavailable

_ROUNDS = 10
_KEYS_PER_TRANSACTION = 25


def set_tier(org_id: str, tier: TierName) -> Org:
    """Changes the org's own tier; its keys follow with `align_keys`. Raises NotFound for an unknown org."""
    return _change(org_id, "SET tier = :value", tier)


def set_status(org_id: str, status: OrgStatus) -> Org:
    """Changes the org's own status; its keys follow with `align_keys`. Raises NotFound for an unknown org."""
    return _change(org_id, "SET #status = :value", status, names={"#status": "status"})


def _change(org_id: str, expression: str, value: str, *, names: dict[str, str] | None = None) -> Org:
    try:
        item = dynamo.update(
            settings(AccountsSettings).orgs_table,
            {"pk": org_id, "sk": "ORG"},
            expression,
            condition="attribute_exists(pk)",
            names=names,
            values={":value": value},
        )
    except dynamo.ConditionFailed:
        raise NotFound("No such organization.") from None
    return Org.model_validate(item)


def align_keys(org_id: str) -> int:
    """Makes every active key of the org copy its tier and status, and returns how many it wrote.

    Returns when none differs any more. Repeating it is harmless.
    """
    written = 0
    for _ in range(_ROUNDS):
        org = store.get_org(org_id)
        if org is None:
            raise NotFound("No such organization.")
        differing = _differing_hashes(org)
        if not differing:
            return written
        for key_hashes in batched(differing, _KEYS_PER_TRANSACTION, strict=False):
            if not _write_copies(org, key_hashes):
                break  # the org has been changed again: read it anew
            written += len(key_hashes)
    raise ServiceUnavailable


def _differing_hashes(org: Org) -> list[str]:
    """Active keys whose copies are not what the org is. Both tables are read strongly, so none is missed."""
    hashes = [key.key_hash for key in store.list_keys(org.org_id, after_key_id=None) if key.status == "active"]
    copies: list[Item] = []
    for some in batched(hashes, 100, strict=False):
        copies += dynamo.get_many(settings(AccountsSettings).keys_table, [{"key_hash": key_hash} for key_hash in some])
    wanted = _copied(org)
    return [copy["key_hash"] for copy in copies if {name: copy.get(name) for name in wanted} != wanted]


def _copied(org: Org) -> Item:
    return {
        "tier": org.tier,
        "org_status": org.status,
        "requests_per_minute": TIERS[org.tier].requests_per_minute,
    }


def _write_copies(org: Org, key_hashes: tuple[str, ...]) -> bool:
    """False if the org is no longer as it was read; then nothing was written."""
    tables = settings(AccountsSettings)
    actions: dict[str, WireItem] = {
        key_hash: dynamo.update_action(
            tables.keys_table,
            {"key_hash": key_hash},
            "SET tier = :tier, org_status = :org_status, requests_per_minute = :requests_per_minute",
            values={f":{name}": value for name, value in _copied(org).items()},
        )
        for key_hash in key_hashes
    }
    actions["org"] = dynamo.check_action(
        tables.orgs_table,
        {"pk": org.org_id, "sk": "ORG"},
        condition="#status = :status AND tier = :tier",
        names={"#status": "status"},
        values={":status": org.status, ":tier": org.tier},
    )
    try:
        dynamo.transact(actions, token=str(ULID()))
    except dynamo.TransactionRefused:
        return False
    return True


def list_members(org_id: str) -> Iterator[Member]:
    """Who belongs to the org. Those removed are left out."""
    items = dynamo.query(
        settings(AccountsSettings).orgs_table,
        "pk = :pk AND begins_with(sk, :members)",
        {":pk": org_id, ":members": "MEMBER#"},
    )
    return (
        Member(uid=item["sk"].removeprefix("MEMBER#"), role=item["role"], created_at=item["created_at"])
        for item in items
        if "removed_at" not in item
    )


def put_member(org: Org, uid: str, role: Role, *, now: float) -> None:
    """Makes a user a member of the org in this role, whatever they were. Twice is harmless."""
    table = settings(AccountsSettings).orgs_table
    change = "SET #role = :role, created_at = if_not_exists(created_at, :now)"
    names, values = {"#role": "role"}, {":role": role, ":now": iso(now)}
    dynamo.transact(
        {
            "member": dynamo.update_action(
                table,
                {"pk": org.org_id, "sk": f"MEMBER#{uid}"},
                f"{change} REMOVE removed_at",
                names=names,
                values=values,
            ),
            "membership": dynamo.update_action(
                table,
                {"pk": f"USER#{uid}", "sk": f"ORG#{org.org_id}"},
                f"{change}, org_id = :org_id, org_name = :org_name",
                names=names,
                values={**values, ":org_id": org.org_id, ":org_name": org.org_name},
            ),
        },
        token=str(ULID()),
    )


def remove_member(org_id: str, uid: str, *, now: float) -> None:
    """Ends a membership; harmless if it has ended before. Raises NotFound for who never was a member.

    A mark stays: it is what refuses a key that is being minted in the member's name at this moment.
    """
    table = settings(AccountsSettings).orgs_table
    actions = {
        "member": dynamo.update_action(
            table,
            {"pk": org_id, "sk": f"MEMBER#{uid}"},
            "SET removed_at = if_not_exists(removed_at, :now)",
            condition="attribute_exists(pk)",
            values={":now": iso(now)},
        ),
        "membership": dynamo.delete_action(table, {"pk": f"USER#{uid}", "sk": f"ORG#{org_id}"}),
    }
    try:
        dynamo.transact(actions, token=str(ULID()))
    except dynamo.TransactionRefused:
        raise NotFound("No such member of this organization.") from None


def revoke_keys_of(org_id: str, uid: str, *, now: float) -> list[ApiKey]:
    """Revokes every active key that the user has minted for the org, and returns them."""
    keys = [
        key for key in store.list_keys(org_id, after_key_id=None) if key.status == "active" and key.creator_uid == uid
    ]
    for key in keys:
        store.revoke_key(org_id, key, now=now, token=str(ULID()))
    return keys
