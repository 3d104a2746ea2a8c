"""What the references of charts stand for, and what was meant by one that stands for nothing."""

from __future__ import annotations

import re
from difflib import get_close_matches

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
        raise ValueError(f"{ref!r}: there is no sheet {name!r}. {sheets_there_are(workbook, name).rstrip('.')}")
    return sheet, area


def sheets_there_are(workbook: Workbook, missing: str) -> str:
    """What to say to one who named a sheet that is not there: the sheet probably meant, and all there are."""
    if not workbook.sheets:
        return "The workbook has no sheet yet; create_sheet first."
    names = {sheet.name.casefold(): sheet.name for sheet in workbook.sheets}
    meant = get_close_matches(missing.casefold(), names, n=1)
    guess = f"Did you mean {names[meant[0]]!r}? " if meant else ""
    return f"{guess}Sheets are: {', '.join(names.values())}."


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
