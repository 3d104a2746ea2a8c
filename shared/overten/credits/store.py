"""An org's credits in DynamoDB: its ledger, and bookings by hand.

Table Ledger: immutable entries under the org's id, in the order of time. A booking's reference is claimed beside the
org, in table Orgs as `REFERENCE#…`, so that it is booked once however often it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from overten.aws import dynamo
from overten.aws.dynamo import Item
from overten.config import AccountsSettings, settings
from overten.credits.models import Balance, LedgerEntry
from overten.errors import Conflict, NotFound


class ReferenceTaken(Exception):
    """The reference has been booked before, as `entry`."""

    def __init__(self, entry: LedgerEntry) -> None:
        super().__init__("the reference has been booked")
        self.entry = entry


def list_entries(org_id: str, *, before_entry_id: str | None, page_size: int) -> Iterator[LedgerEntry]:
    """The org's entries, newest first, from before `before_entry_id` on; read strongly, `page_size` to a call."""
    before = " AND entry_id < :before" if before_entry_id else ""
    items = dynamo.query(
        settings(AccountsSettings).ledger_table,
        f"org_id = :org{before}",
        {":org": org_id, **({":before": before_entry_id} if before_entry_id else {})},
        newest_first=True,
        limit=page_size,
    )
    return (LedgerEntry.model_validate(item) for item in items)


def sums(org_id: str) -> Balance:
    """What the entries of the org add up to, at whatever moment each is read."""
    available = held = 0
    for item in dynamo.query(settings(AccountsSettings).ledger_table, "org_id = :org", {":org": org_id}):
        available += item["available_delta"]
        held += item["held_delta"]
    return Balance(available=available, held=held)


def book(entry: LedgerEntry, *, token: str) -> Balance:
    """Books a grant or an adjustment of available credits, once for its reference, and returns the org's balance.

    Raises ReferenceTaken, NotFound for an unknown org, Conflict if less than nothing would be available.
    """
    tables = settings(AccountsSettings)
    org_key = {"pk": entry.org_id, "sk": "ORG"}
    actions = {
        "reference": dynamo.put_action(
            tables.orgs_table,
            {"pk": entry.org_id, "sk": f"REFERENCE#{entry.reference}", **entry.model_dump()},
            condition="attribute_not_exists(pk)",
        ),
        "org": dynamo.update_action(
            tables.orgs_table,
            org_key,
            "SET available = available + :change",
            condition="available >= :least",
            values={":change": entry.available_delta, ":least": max(0, -entry.available_delta)},
        ),
        "entry": dynamo.put_action(tables.ledger_table, entry.model_dump(), condition="attribute_not_exists(org_id)"),
    }
    try:
        dynamo.transact(actions, token=token)
    except dynamo.TransactionRefused as refused:
        raise _refusal(refused.failed, entry) from None
    return balance(entry.org_id)


def _refusal(failed: dict[str, Item], entry: LedgerEntry) -> Exception:
    if "reference" in failed:
        return ReferenceTaken(LedgerEntry.model_validate(failed["reference"]))
    org = failed.get("org")
    if not org:
        return NotFound("No such organization.")
    return Conflict(
        f"Only {org['available']} credits are available; {-entry.available_delta} cannot be taken. Nothing was booked."
    )


def balance(org_id: str) -> Balance:
    """The org's balance. Raises NotFound for an unknown org."""
    item = dynamo.get(settings(AccountsSettings).orgs_table, {"pk": org_id, "sk": "ORG"})
    if item is None:
        raise NotFound("No such organization.")
    return Balance(available=item["available"], held=item["held"])
