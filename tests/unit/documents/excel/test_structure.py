"""Rows and columns put in and taken out: everything that refers to them follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from overten.documents.errors import OperationError
from overten.documents.excel.grid import column_letters
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]


@pytest.fixture
def rich(workbook: Workbook, do: Do) -> Workbook:
    """The table Expenses on Budget (A4:E7), and a sheet that refers to it in every way there is."""
    rows = [["Total", "=SUM(Budget!E5:E6)"], ["Rate", "=Budget!B2*Rate"], ["Food", "=Budget!E6"], [1, 2, 3]]
    do(workbook, "write_block", sheet="Sum", anchor="A1", rows=rows)
    do(workbook, "write_block", sheet="Budget", anchor="G5", rows=[["=E5*2", "=SUM($E$5:E6)", "=SUM(E:E)"]])
    do(workbook, "write_block", sheet="Budget", anchor="A12", rows=[["Wide"], ["=G5+Sum!B1"]])
    do(workbook, "format_range", sheet="Budget", range="A12:C12", style={"bold": True})
    do(workbook, "merge_cells", sheet="Budget", range="A12:C12")
    do(workbook, "freeze_panes", sheet="Budget", cell="A5")
    do(workbook, "set_print", sheet="Budget", repeat_rows=4)
    do(workbook, "set_columns", sheet="Budget", widths={"G": 20})
    do(workbook, "define_name", name="Paid", refers_to="Budget!E5:E6")
    do(workbook, "add_conditional_format", sheet="Budget", range="G5:G9",
       rule={"type": "formula", "formula": "=G5>$B$2", "style": "bad"})  # fmt: skip
    do(workbook, "add_validation", sheet="Budget", range="B2", type="decimal", minimum=0, maximum="=Sum!A4")
    do(workbook, "add_chart", sheet="Budget", anchor="A20", kind="bar", title="Spent",
       series=[{"values": "Budget!E5:E6", "categories": "Budget!A5:A6", "name": "=Budget!E4"}])  # fmt: skip
    do(workbook, "add_image", sheet="Budget", anchor="K20", image="photo.png", alt_text="A shop")
    do(workbook, "add_sparklines", sheet="Sum", range="E4", data="Sum!A4:C4")
    do(workbook, "add_sparklines", sheet="Sum", range="E1:E2", data="Budget!C5:E6")
    do(workbook, "annotate", sheet="Budget", items=[{"cell": "G5", "note": "Twice", "link": "Sum!A1"}])
    do(workbook, "annotate", sheet="Sum", items=[{"cell": "A3", "link": "Budget!E6"}])
    do(workbook, "set_sheet", sheet="Budget", groups=[{"lines": "5:6"}, {"lines": "C:D"}])
    return workbook


def lines(axis: str, at: int) -> dict[str, Any]:
    return {"action": f"insert_{axis}", "at": str(at) if axis == "rows" else column_letters(at)}


@pytest.mark.parametrize("sheet", ["Budget", "Sum"])
@pytest.mark.parametrize(("axis", "last"), [("rows", 22), ("columns", 9)])
@pytest.mark.parametrize("count", [1, 3])
def test_what_is_put_in_and_taken_out_again_was_never_there(
    rich: Workbook, do: Do, sheet: str, axis: str, last: int, count: int
) -> None:
    before = rich.model_dump()
    for at in range(1, last + 1):
        place = lines(axis, at)
        do(rich, "change_lines", sheet=sheet, count=count, **place)
        do(rich, "change_lines", sheet=sheet, count=count, **place | {"action": f"delete_{axis}"})
        assert rich.model_dump() == before, f"{axis} at {at}"


@pytest.mark.parametrize(("axis", "last"), [("rows", 14), ("columns", 8)])
def test_an_insert_changes_no_value(rich: Workbook, do: Do, axis: str, last: int) -> None:
    def values(workbook: Workbook) -> list[list[object]]:
        evaluation = evaluate(workbook)
        return [
            [value for r, c, _ in sheet.filled() if (value := evaluation.value(sheet, r, c)) not in (0, "Column1")]
            for sheet in workbook.sheets
        ]

    before = values(rich)
    for at in range(1, last + 1):
        if axis == "rows" and at in {6, 7}:
            continue  # the new row of the table has calculated cells of its own
        copy = rich.model_copy(deep=True)
        do(copy, "change_lines", sheet="Budget", **lines(axis, at))
        assert values(copy) == before, f"{axis} at {at}"


def test_the_file_is_sound_after_inserts_and_deletions(rich: Workbook, do: Do) -> None:
    do(rich, "change_lines", sheet="Budget", action="insert_rows", at="6", count=2)
    do(rich, "change_lines", sheet="Budget", action="insert_columns", at="C")
    do(rich, "change_lines", sheet="Budget", action="delete_rows", at="1")
    codes = {finding.code for finding in verify(write_xlsx(rich), rich)}
    assert codes <= {"image_missing"}


def test_a_table_grows_with_its_formulas(workbook: Workbook, do: Do) -> None:
    do(workbook, "change_lines", sheet="Budget", action="insert_rows", at="6")
    sheet = workbook.sheets[0]
    assert sheet.tables[0].area.ref == "A4:E8"
    assert sheet.content(6, 5) == "=[@Qty]*[@[Unit price]]"
    assert sheet.content(8, 3) == "=SUBTOTAL(109,Expenses[Qty])"


def test_rows_of_a_calculated_column_keep_pointing_at_their_own_row(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_table", sheet="Plain", anchor="A1", name="Plain",
       columns=[{"header": "A"}, {"header": "B", "formula": "=A2*$D$1"}], rows=[[1], [2], [3]])  # fmt: skip
    do(workbook, "change_lines", sheet="Plain", action="delete_rows", at="2")
    do(workbook, "append_rows", table="Plain", rows=[[9]])
    sheet = workbook.find_sheet("Plain")
    assert sheet is not None
    assert [sheet.content(row, 2) for row in (2, 3, 4)] == ["=A2*$D$1", "=A3*$D$1", "=A4*$D$1"]


def test_a_deletion_that_breaks_references_is_refused_with_their_places(rich: Workbook, do: Do) -> None:
    before = rich.model_dump()
    with pytest.raises(OperationError, match=r"Sum!B3, sparklines Sum!E2 would refer to what is gone"):
        do(rich, "change_lines", sheet="Budget", action="delete_rows", at="6")
    with pytest.raises(OperationError, match=r"Sum!B2.*the name Rate"):
        do(rich, "change_lines", sheet="Budget", action="delete_rows", at="2")
    assert rich.model_dump() == before


def test_broken_references_can_be_asked_for(rich: Workbook, do: Do) -> None:
    told = do(rich, "change_lines", sheet="Budget", action="delete_rows", at="6", break_references=True)
    assert "now #REF!: Sum!B3" in told
    assert rich.sheets[1].content(3, 2) == "=Budget!#REF!"


@pytest.mark.parametrize("row", [4, 7])
def test_a_tables_header_or_total_row_does_not_go_alone(workbook: Workbook, do: Do, row: int) -> None:
    with pytest.raises(OperationError, match="the header, the total row or all rows of table Expenses"):
        do(workbook, "change_lines", sheet="Budget", action="delete_rows", at=str(row))


def test_a_column_that_formulas_name_does_not_go(workbook: Workbook, do: Do) -> None:
    with pytest.raises(OperationError, match="column Amount of table Expenses"):
        do(workbook, "change_lines", sheet="Budget", action="delete_columns", at="C")


def test_a_whole_table_goes_if_nobody_asks_for_it(workbook: Workbook, do: Do) -> None:
    do(workbook, "change_lines", sheet="Budget", action="delete_rows", at="4", count=4)
    assert workbook.sheets[0].tables == []
    do(workbook, "write_block", sheet="Budget", anchor="A4", rows=[["New"]])


def test_lines_of_the_wrong_kind_and_beyond_the_sheet_are_refused(workbook: Workbook, do: Do) -> None:
    with pytest.raises(OperationError, match="not one of the rows"):
        do(workbook, "change_lines", sheet="Budget", action="insert_rows", at="C")
    do(workbook, "write_block", sheet="Budget", anchor="A1048576", rows=[["end"]])
    with pytest.raises(OperationError, match="pushed off the sheet"):
        do(workbook, "change_lines", sheet="Budget", action="insert_rows", at="1")


def test_only_an_uploaded_workbook_keeps_a_record_of_changes(workbook: Workbook, do: Do) -> None:
    do(workbook, "change_lines", sheet="Budget", action="insert_rows", at="1")
    assert workbook.structure == []
    workbook.origin = True
    do(workbook, "change_lines", sheet="Budget", action="delete_rows", at="1")
    do(workbook, "write_block", sheet="New", anchor="A1", rows=[["x"]])
    do(workbook, "rename_sheet", sheet="New", new_name="Newer")
    do(workbook, "set_sheet", sheet="Newer", position=0)
    do(workbook, "delete_sheet", sheet="Newer")
    assert [change.model_dump() for change in workbook.structure] == [
        {"kind": "delete_lines", "sheet": "Budget", "axis": "rows", "at": 1, "count": 1},
        {"kind": "add_sheet", "sheet": "New", "position": 1},
        {"kind": "rename_sheet", "sheet": "New", "new_name": "Newer"},
        {"kind": "move_sheet", "sheet": "Newer", "position": 0},
        {"kind": "delete_sheet", "sheet": "Newer"},
    ]
    assert Workbook.model_validate(workbook.model_dump(mode="json")) == workbook


def test_the_total_rows_label_moves_to_the_column_that_is_first_now(workbook: Workbook, do: Do) -> None:
    do(workbook, "change_lines", sheet="Budget", action="delete_columns", at="A", break_references=True)
    sheet = workbook.sheets[0]
    assert [sheet.content(4, 1), sheet.content(7, 1)] == ["Month", "Total"]
