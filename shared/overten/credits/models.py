"""Movements of credits."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

EntryKind = Literal["grant", "hold", "grow", "release", "charge", "adjustment"]


class LedgerEntry(BaseModel):
    """One immutable movement. An org's `available` and `held` always equal the sums of their deltas."""

    entry_id: str
    org_id: str
    kind: EntryKind
    available_delta: int
    held_delta: int
    created_at: str
    run_id: str | None = None
    task_id: str | None = None
    key_id: str | None = None
    note: str | None = None
