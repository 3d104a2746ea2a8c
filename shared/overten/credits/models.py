"""Movements of credits."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

EntryKind = Literal["grant", "hold", "grow", "release", "charge", "adjustment"]


class LedgerEntry(BaseModel):
    """One immutable movement. An org's `available` and `held` always equal the sums of their deltas.

    `creator_uid` is whose work it was for; it and an operator's `reference` are kept, and shown to no client.
    """

    entry_id: str
    org_id: str
    kind: EntryKind
    available_delta: int
    held_delta: int
    created_at: str
    run_id: str | None = None
    task_id: str | None = None
    key_id: str | None = None
    creator_uid: str | None = None
    note: str | None = None
    reference: str | None = None


class Balance(BaseModel):
    """Credits that can be spent, and those set aside for open runs."""

    available: int
    held: int
