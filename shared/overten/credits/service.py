"""What callers learn of their org's credits."""

from __future__ import annotations

from overten.accounts.models import AuthenticatedKey
from overten.credits import store
from overten.credits.models import LedgerEntry

MAX_EXAMINED_ENTRIES = 500


def list_entries(
    caller: AuthenticatedKey, *, before_entry_id: str | None, limit: int, run_id: str | None
) -> tuple[list[LedgerEntry], str | None]:
    """At most `limit` entries, newest first, and the id that the next page begins before (None after the last).

    A personal key sees the entries of its creator's work only: grants and adjustments are the org's affair. A page
    examines a bounded number of entries, so a rare `run_id` may give short pages. A run of another org has no entries
    here, as one that does not exist.
    """
    found: list[LedgerEntry] = []
    last_id = None
    filtered = run_id is not None or caller.scope == "personal"
    page_size = 100 if filtered else limit + 1
    entries = store.list_entries(caller.org_id, before_entry_id=before_entry_id, page_size=page_size)
    for examined, entry in enumerate(entries):
        if len(found) == limit or examined == MAX_EXAMINED_ENTRIES:
            return found, last_id
        last_id = entry.entry_id
        if (run_id is None or entry.run_id == run_id) and _is_seen(entry, caller):
            found.append(entry)
    return found, None


def _is_seen(entry: LedgerEntry, caller: AuthenticatedKey) -> bool:
    if caller.scope == "workspace":
        return True
    return entry.creator_uid is not None and caller.sees(entry.creator_uid)
