"""Credits as clients see them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from overten.credits.models import EntryKind, LedgerEntry


class BalanceView(BaseModel):
    """The organization's credits."""

    available: int = Field(description="Credits that can be spent")
    held: int = Field(description="Credits set aside for open runs; what a run does not use comes back")


class EntryView(BaseModel):
    """A movement of credits. Over all entries the deltas add up to `available` and `held`."""

    entry_id: str
    kind: EntryKind
    available_delta: int
    held_delta: int
    created_at: str
    run_id: str | None
    task_id: str | None
    key_id: str | None
    note: str | None

    @classmethod
    def of(cls, entry: LedgerEntry) -> EntryView:
        return cls(**entry.model_dump(include=set(cls.model_fields)))


class LedgerPage(BaseModel):
    entries: list[EntryView]
    next_cursor: str | None
