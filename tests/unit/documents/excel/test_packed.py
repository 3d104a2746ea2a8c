"""A table large enough to be packed is the same document as one that is not."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from overten.documents.errors import OperationError
from overten.documents.excel import packed, recalculate, records
from overten.documents.excel.formulas import CellForms
from overten.documents.excel.inspect import describe, statistics
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)
COLUMNS: list[dict[str, Any]] = [
    {"header": "Code"},
    {"header": "Day", "kind": "date"},
    {"header": "Price", "kind": "currency", "total": "sum"},
    {"header": "Units", "kind": "integer", "input": True},
    {"header": "Paid", "kind": "boolean"},
    {"header": "Anything"},
    {"header": "Amount", "kind": "currency", "formula": "=[@Price]*[@Units]", "total": "sum"},
]
ODD = [
    "=1+1", "'apostrophe", "007", "  blanks around  ", "two\nlines", "<b>&amp;</b>", "_x0041_", "naïve 漢字 😀", "",
    None, 3.14159265358979, -5, 1e-7, 123_456_789_012_345, True, "'=HYPERLINK(1)", "+44 20", "-1", "@cmd",
    "long word " * 12,
]  # fmt: skip


def rows(count: int) -> list[list[Any]]:
    drawn = random.Random(5)
    return [
        [f"C-{i:05d}", f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}", round(drawn.random() * 5_000, 2), i % 40, i % 3 == 0,
         ODD[i % len(ODD)], None]
        for i in range(count)
    ]  # fmt: skip


def written(do: Do, *, many: int, monkeypatch: pytest.MonkeyPatch) -> Workbook:
    """A workbook of two tables, styled and referred to, whose values are packed if they are at least `many`."""
    monkeypatch.setattr(records, "MANY_VALUES", many)
    monkeypatch.setattr(packed, "CHUNK_ROWS", 32)
    book = Workbook(title="Orders")
    do(book, "write_block", sheet="Orders", anchor="A1", rows=[["Orders", None, "=SUM(Sales[Price])"]])
    do(book, "write_table", sheet="Orders", anchor="A4", name="Sales", columns=COLUMNS, rows=rows(100))
    do(book, "append_rows", table="Sales", rows=rows(50))
    beside = [{"header": "Key"}, {"header": "Value", "kind": "number"}]
    do(book, "write_table", sheet="Orders", anchor="J20", name="Beside", columns=beside,
       rows=[[f"K{i}", i / 8] for i in range(90)])  # fmt: skip
    do(book, "format_range", sheet="Orders", range="C40:D60", style={"bold": True, "fill": "#FFEECC"})
    do(book, "write_block", sheet="Orders", anchor="C7", rows=[[12.5]])
    do(book, "annotate", sheet="Orders", items=[{"cell": "A9", "link": "https://example.com", "note": "Look"}])
    do(book, "set_sheet", sheet="Orders", protected=True, groups=[{"lines": "30:33"}])
    do(book, "add_chart", sheet="Chart", anchor="A1", kind="line", title="Prices",
       series=[{"values": "Orders!C5:C34", "categories": "Orders!A5:A34"}])  # fmt: skip
    return book


def look(sheet: Worksheet) -> dict[str, Any]:
    cells = {
        cell.coordinate: (cell.value, cell.data_type, cell.number_format, cell.font.b, cell.font.color,
                          cell.fill.fgColor, cell.alignment.wrap_text, cell.alignment.horizontal,
                          cell.protection.locked)
        for row in sheet.iter_rows() for cell in row
    }  # fmt: skip
    heights = {row: size.height for row, size in sheet.row_dimensions.items()}
    return {"cells": cells, "widths": {c: round(w.width) for c, w in sheet.column_dimensions.items()}, "rows": heights}


def test_packed_values_make_the_same_file(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    loose = written(do, many=10**9, monkeypatch=monkeypatch)
    book = written(do, many=10, monkeypatch=monkeypatch)
    assert [len(sheet.packed) for sheet in loose.sheets] == [0, 0]
    assert len(book.sheets[0].packed) == 2
    files = [load_workbook(BytesIO(write_xlsx(one, created=MOMENT)), data_only=True) for one in (loose, book)]
    looks = [look(file["Orders"]) for file in files]
    differing = {cell for cell in looks[0]["cells"] if looks[0]["cells"][cell] != looks[1]["cells"].get(cell)}
    assert differing <= {f"F{row}" for row in range(5, 155)}  # wrapped as a whole, where one text of them is
    assert all(looks[0]["cells"][cell][:6] == looks[1]["cells"][cell][:6] for cell in differing)
    assert looks[0]["widths"] == looks[1]["widths"]
    assert looks[0]["rows"] == looks[1]["rows"]


def test_the_file_is_valid_and_every_reader_sees_the_values(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    book = written(do, many=10, monkeypatch=monkeypatch)
    data = write_xlsx(book, created=MOMENT)
    assert [one for one in verify(data, book) if one.severity == "error"] == []
    seen = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_name("Orders").to_python()
    given = rows(100)
    assert [row[0] for row in seen[4:104]] == [row[0] for row in given]
    assert [row[2] for row in seen[4:104]] == [12.5 if i == 2 else row[2] for i, row in enumerate(given)]
    assert [row[1].isoformat() for row in seen[4:104]] == [row[1] for row in given]
    odd = {row[5] for row in seen[4:104] if isinstance(row[5], str)}
    texts = {"007", "apostrophe", "=HYPERLINK(1)", "+44 20", "-1", "@cmd", "_x0041_", "naïve 漢字 😀"}
    assert texts | {"  blanks around  ", "two\nlines", "<b>&amp;</b>"} <= odd


def test_a_checkpoint_gives_the_same_bytes(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    book = written(do, many=10, monkeypatch=monkeypatch)
    copy = Workbook.model_validate(book.model_dump(mode="json"))
    assert copy.sheets[0].packed
    assert write_xlsx(copy, created=MOMENT) == write_xlsx(book, created=MOMENT)


def test_description_and_counts_are_the_same(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    loose = written(do, many=10**9, monkeypatch=monkeypatch)
    book = written(do, many=10, monkeypatch=monkeypatch)
    assert statistics(book) == statistics(loose)
    for arguments in ((), ("Orders",), ("Orders", "A30:G60")):
        assert describe(book, *arguments) == describe(loose, *arguments)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "change_lines", "sheet": "Orders", "action": "insert_rows", "at": "50", "count": 3},
        {"op": "change_lines", "sheet": "Orders", "action": "delete_columns", "at": "E"},
        {"op": "sort_range", "table": "Beside", "by": [{"column": "Value", "descending": True}]},
        {"op": "find_replace", "find": "C-0000", "replace": "D-0000"},
        {"op": "format_range", "sheet": "Orders", "range": "F5:F30", "style": {"kind": "number"}},
        {"op": "rename_sheet", "sheet": "Orders", "new_name": "Sold"},
        {"op": "add_table_column", "table": "Beside", "column": {"header": "Twice", "formula": "=[@Value]*2"}},
        {"op": "clear_range", "sheet": "Orders", "range": "A4:G155"},
    ],
)
def test_every_operation_does_the_same_to_packed_values(
    do: Do, monkeypatch: pytest.MonkeyPatch, operation: dict[str, Any]
) -> None:
    loose = written(do, many=10**9, monkeypatch=monkeypatch)
    book = written(do, many=10, monkeypatch=monkeypatch)
    for one in (loose, book):
        do(one, **operation)
    contents = [{sheet.name: list(sheet.filled()) for sheet in one.sheets} for one in (loose, book)]
    assert [set(a) ^ set(b) for a, b in zip(contents[0].values(), contents[1].values(), strict=True)] == [set(), set()]
    assert contents[0] == contents[1]
    assert book.sheets[0].packed or operation["op"] == "find_replace"


def test_a_refused_row_is_named_and_nothing_changes(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    book = written(do, many=10, monkeypatch=monkeypatch)
    before = list(book.sheets[0].filled())
    with pytest.raises(OperationError, match=r"row 153, column Day"):
        do(book, "append_rows", table="Sales", rows=[*rows(2), ["X", "yesterday", 1, 1, True, "", None]])
    with pytest.raises(OperationError, match=r"calculated.*row 151, column Amount"):
        do(book, "append_rows", table="Sales", rows=[["X", "2026-01-01", 1, 1, True, "", 5]])
    assert list(book.sheets[0].filled()) == before


def test_a_large_table_takes_little_room(do: Do) -> None:
    book = Workbook()
    columns = [{"header": "Name"}, {"header": "Amount", "kind": "number"}]
    values = [[f"Customer {i}", i / 4] for i in range(20_000)]
    do(book, "write_table", sheet="Data", anchor="A1", name="Data", columns=columns, rows=values)
    sheet = book.sheets[0]
    assert len(sheet.cells) == 1
    assert sum(len(chunk.data) for chunk in sheet.packed[0].chunks) < 6 * sheet.packed[0].filled
    assert sheet.content(15_001, 2) == 3_749.75


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(Sales[Price])",
        "=SUM(Sales[[Price]:[Units]])",
        "=SUM(B:D)",
        "=SUM(OFFSET(C5,3,0,40,2))",
        '=SUM(INDIRECT("C5:D40"))',
        '=COUNTIF(A5:A154,"C-000*")&":"&K44',
    ],
)
def test_formulas_see_the_packed_values_they_refer_to(do: Do, monkeypatch: pytest.MonkeyPatch, formula: str) -> None:
    loose = written(do, many=10**9, monkeypatch=monkeypatch)
    book = written(do, many=10, monkeypatch=monkeypatch)
    for one in (loose, book):
        do(one, "write_block", sheet="Orders", anchor="M1", rows=[[formula]])
    values = [evaluate(one).value(one.sheets[0], 1, 13) for one in (loose, book)]
    assert values[0] == values[1] not in {None, 0}


def test_only_what_formulas_refer_to_is_calculated_with(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    book = written(do, many=10, monkeypatch=monkeypatch)
    needed = recalculate._needed(book, CellForms(book))
    assert needed is not None
    columns = {column for area in needed["orders"] for column in range(area.first_column, area.last_column + 1)}
    assert columns == {3, 4, 7}
