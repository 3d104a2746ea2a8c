from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter

from overten.documents.excel.apply import apply
from overten.documents.excel.operations import ExcelOperation
from overten.documents.excel.workbook import Workbook

OPERATION: TypeAdapter[Any] = TypeAdapter(ExcelOperation)

EXPENSES: dict[str, Any] = {
    "op": "write_table",
    "sheet": "Budget",
    "anchor": "A4",
    "name": "Expenses",
    "columns": [
        {"header": "Item"},
        {"header": "Month", "kind": "month"},
        {"header": "Qty", "kind": "integer", "total": "sum"},
        {"header": "Unit price", "kind": "currency"},
        {"header": "Amount", "kind": "currency", "formula": "=[@Qty]*[@[Unit price]]", "total": "sum"},
    ],
    "rows": [["Rent", "2026-01", 1, 1000.5, None], ["Food", "2026-02", 3, 20.25, None]],
}


@pytest.fixture
def do() -> Callable[..., str]:
    """Applies an operation given as its JSON members."""

    def applied(workbook: Workbook, op: str, **members: Any) -> str:
        return apply(workbook, OPERATION.validate_python({"op": op} | members))

    return applied


@pytest.fixture
def workbook(do: Callable[..., str]) -> Workbook:
    """One sheet with a title, a named rate and the table Expenses at A4:E7."""
    book = Workbook()
    do(book, "create_sheet", sheet="Budget")
    do(book, "write_block", sheet="Budget", anchor="A1", rows=[["Budget"], ["Rate", 0.25]])
    do(book, "define_name", name="Rate", refers_to="Budget!B2")
    do(book, **EXPENSES)
    return book
