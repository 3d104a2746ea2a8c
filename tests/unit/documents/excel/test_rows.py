from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from overten.documents.excel.apply import apply
from overten.documents.excel.operations import WriteTable
from overten.documents.excel.rows import SheetRows, as_cell_values
from overten.documents.excel.workbook import Workbook as State
from overten.documents.ooxml.errors import DamagedPackage, UnsafePackage


def file_of(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


ROWS: list[list[object]] = [
    ["Code", "Day", "At", "Amount", "Paid"],
    ["007", datetime(2026, 3, 1), datetime(2026, 3, 1, 8, 30), 12.5, True],
    ["=1+1", None, None, 3, False],
]


def test_rows_have_the_types_of_their_cells() -> None:
    rows = SheetRows(file_of(ROWS))
    assert rows.names == ["Data"]
    assert list(rows.of("Data")) == [
        ROWS[0],
        ["007", date(2026, 3, 1), datetime(2026, 3, 1, 8, 30), 12.5, True],
        ["=1+1", None, None, 3, False],
    ]


def test_rows_become_cells_of_the_same_content() -> None:
    header, *records = [as_cell_values(row) for row in SheetRows(file_of(ROWS)).of("Data")]
    assert records == [["007", "2026-03-01", "2026-03-01T08:30:00", 12.5, True], ["'=1+1", None, None, 3, False]]
    kinds = ["text", "date", "datetime", "number", "boolean"]
    columns = [{"header": name, "kind": kind} for name, kind in zip(header, kinds, strict=True)]
    state = State()
    operation = {"sheet": "Copy", "anchor": "A1", "name": "Copy", "columns": columns, "rows": records}
    apply(state, WriteTable.model_validate(operation))
    assert [content for _, _, content in state.sheets[0].filled()][5:] == [
        "007", 46_082, 46_082 + 8.5 / 24, 12.5, True, "'=1+1", 3, False,
    ]  # fmt: skip


def test_a_bomb_is_refused_before_it_is_inflated() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2**23)
    with pytest.raises(UnsafePackage):
        SheetRows(buffer.getvalue())


@pytest.mark.parametrize("data", [b"no zip", file_of([])[:-40]])
def test_what_cannot_be_read_is_said_in_words(data: bytes) -> None:
    with pytest.raises(DamagedPackage):
        SheetRows(data)


def test_a_sheet_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        next(SheetRows(file_of(ROWS)).of("Other"))
