"""GET /credits/ledger: every movement of credits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from overten.api.app import KeyRoute, lambda_handler
from overten.api.dependencies import Caller, Cursor, Limit
from overten.api.paging import decode_cursor, encode_cursor
from overten.credits import service
from overten.credits.views import EntryView, LedgerPage

router = APIRouter(route_class=KeyRoute, tags=["Credits"])
_CURSOR_PREFIX = "entry"


@router.get("/credits/ledger")
def list_ledger(
    caller: Caller,
    cursor: Cursor = None,
    limit: Limit = 20,
    run_id: Annotated[str | None, Query(max_length=64, description="Only the entries of this run")] = None,
) -> LedgerPage:
    """The movements of the organization's credits, newest first; new ones arriving do not move a page.

    A personal key sees those of its creator's work. A page may be shorter than `limit`, or empty, and still have a
    `next_cursor`: go on until it is null.
    """
    last = decode_cursor(cursor, _CURSOR_PREFIX)
    page, next_entry_id = service.list_entries(
        caller,
        before_entry_id=last.removeprefix(f"{_CURSOR_PREFIX}_") if last else None,
        limit=limit,
        run_id=run_id,
    )
    return LedgerPage(
        entries=[EntryView.of(entry) for entry in page],
        next_cursor=encode_cursor(f"{_CURSOR_PREFIX}_{next_entry_id}") if next_entry_id else None,
    )


handler = lambda_handler(router)
