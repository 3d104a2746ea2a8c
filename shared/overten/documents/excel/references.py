"""What the references of charts stand for."""

from __future__ import annotations

import re

from overten.documents.excel.formulas import parse_structured, plain_area
from overten.documents.excel.grid import Area
from overten.documents.excel.workbook import Sheet, Workbook

_TABLE_COLUMN = re.compile(r"=?([A-Za-z_\\][\w.\\]*)(\[.*\])", re.DOTALL)


def chart_area(workbook: Workbook, ref: str) -> tuple[Sheet, Area]:
    """The sheet and area of `Budget!B2:B13` or `Expenses[Amount]`. Raises ValueError in words for the caller."""
    structured = _TABLE_COLUMN.fullmatch(ref.strip())
    if structured:
        return _table_column(workbook, structured[1], structured[2])
    name, area = plain_area(ref)
    if not name:
        raise ValueError(f"{ref!r} names no sheet")
    sheet = workbook.find_sheet(name)
    if sheet is None:
        names = ", ".join(sheet.name for sheet in workbook.sheets)
        raise ValueError(f"{ref!r}: there is no sheet {name!r}; sheets are {names}")
    return sheet, area


def _table_column(workbook: Workbook, name: str, inner: str) -> tuple[Sheet, Area]:
    found = workbook.find_table(name)
    if found is None:
        raise ValueError(f"there is no table {name!r}")
    sheet, table = found
    items, header, last = parse_structured(inner)
    index = table.column_index(header) if header else None
    if index is None or last or items - {"#data"}:
        headers = ", ".join(column.header for column in table.columns)
        raise ValueError(f"{name}{inner} is not one column of table {table.name}; it has {headers}")
    return sheet, table.column_area(index)
