from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from overten.documents.errors import OperationError
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]


def test_a_table_is_told_with_its_place_and_total_row(workbook: Workbook, do: Do) -> None:
    message = do(
        workbook, "write_table", sheet="Budget", anchor="G4", name="Income",
        columns=[{"header": "Source"}, {"header": "Sum", "total": "sum"}], rows=[["Job", 1], ["Rent", 2]],
    )  # fmt: skip
    assert message == "Wrote table Income at Budget!G4:H7 (2 rows, total row 7)"


def test_dates_become_serial_numbers(workbook: Workbook) -> None:
    assert workbook.sheets[0].content(5, 2) == 46023  # 2026-01-01


def test_an_apostrophe_makes_text_of_what_looks_like_a_formula(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="A20", rows=[["'=1+1", "'note", "plain"]])
    sheet, values = workbook.sheets[0], evaluate(workbook)
    assert [values.value(sheet, 20, column) for column in (1, 2, 3)] == ["=1+1", "note", "plain"]


def test_a_table_of_the_same_name_and_anchor_is_replaced(workbook: Workbook, do: Do) -> None:
    message = do(
        workbook, "write_table", sheet="Budget", anchor="A4", name="expenses", columns=[{"header": "X"}], rows=[[1]]
    )
    assert message.startswith("Replaced table expenses")
    assert workbook.sheets[0].content(7, 5) is None


def test_appended_rows_push_the_total_row_down(workbook: Workbook, do: Do) -> None:
    do(workbook, "append_rows", table="Expenses", rows=[["Fun", "2026-03", 2, 50]])
    sheet, values = workbook.sheets[0], evaluate(workbook)
    assert sheet.tables[0].area.ref == "A4:E8"
    assert values.value(sheet, 8, 5) == pytest.approx(1000.5 + 60.75 + 100)


def test_renaming_a_sheet_moves_every_reference(workbook: Workbook, do: Do) -> None:
    do(workbook, "create_sheet", sheet="Sum")
    do(workbook, "write_block", sheet="Sum", anchor="A1", rows=[['=budget!B2*2&" Budget!B2"']])
    do(workbook, "add_chart", sheet="Sum", anchor="C3", kind="bar", title="T", series=[{"values": "Budget!C5:C6"}])
    do(
        workbook,
        "add_conditional_format",
        sheet="Sum",
        range="A1",
        rule={"type": "formula", "formula": "=Budget!B2>1", "style": "bad"},
    )
    do(workbook, "rename_sheet", sheet="Budget", new_name="Plan 2026")
    summary = workbook.sheets[1]
    assert summary.content(1, 1) == "='Plan 2026'!B2*2&\" Budget!B2\""
    assert summary.charts[0].series[0].values == "'Plan 2026'!C5:C6"
    assert summary.conditional_formats[0].rule.formula == "='Plan 2026'!B2>1"  # type: ignore[union-attr]
    assert workbook.names["Rate"] == "'Plan 2026'!$B$2"


def test_clearing_a_whole_table_removes_it(workbook: Workbook, do: Do) -> None:
    do(workbook, "clear_range", sheet="Budget", range="A3:F10")
    assert workbook.sheets[0].tables == []
    assert workbook.sheets[0].content(4, 1) is None


def test_a_column_is_added_to_a_table_with_its_formula_and_total(workbook: Workbook, do: Do) -> None:
    column = {"header": "Tax", "kind": "currency", "formula": "=[@Amount]*Rate", "total": "sum"}
    assert do(workbook, "add_table_column", table="expenses", column=column).endswith("now Budget!A4:F7")
    sheet, values = workbook.sheets[0], evaluate(workbook)
    assert [values.value(sheet, row, 6) for row in (4, 5, 6, 7)] == ["Tax", 250.125, 15.1875, 265.3125]


def test_a_column_of_values_may_have_blanks_and_a_first_total_makes_a_total_row(workbook: Workbook, do: Do) -> None:
    columns = [{"header": "Task"}]
    do(workbook, "write_table", sheet="Budget", anchor="A20", name="Tasks", columns=columns, rows=[["a"], ["b"]])
    do(workbook, "add_table_column", table="Tasks", column={"header": "Owner"}, values=["Anna", None])
    do(workbook, "add_table_column", table="Tasks", column={"header": "Hours", "kind": "number", "total": "sum"})
    sheet = workbook.sheets[0]
    assert sheet.tables[1].area.ref == "A20:C23"
    assert [sheet.content(21, 2), sheet.content(22, 2), sheet.content(23, 1)] == ["Anna", None, "Total"]


def test_writing_to_a_missing_sheet_creates_it_and_says_so(workbook: Workbook, do: Do) -> None:
    message = do(workbook, "write_block", sheet="Rates", anchor="A1", rows=[["VAT", 0.2]], names={"Vat": "B1"})
    assert (
        message == "Wrote 2 cells at Rates!A1:B1; named Vat = Rates!$B$1; created sheet Rates (sheets: Budget, Rates)"
    )
    assert do(workbook, "write_block", sheet="Rates", anchor="A2", rows=[["=Vat*2"]]) == "Wrote 1 cells at Rates!A2"
    do(workbook, "write_table", sheet="Scenario A", anchor="A1", name="First", columns=[{"header": "X"}], rows=[[1]])
    do(workbook, "write_table", sheet="Scenario B", anchor="A1", name="Second", columns=[{"header": "X"}], rows=[[1]])
    do(workbook, "add_chart", sheet="Charts", anchor="A1", kind="line", title="T", series=[{"values": "First[X]"}])
    assert [sheet.name for sheet in workbook.sheets] == ["Budget", "Rates", "Scenario A", "Scenario B", "Charts"]


def values_of(workbook: Workbook, sheet: str, cells: list[tuple[int, int]]) -> list[Any]:
    found = workbook.find_sheet(sheet)
    assert found is not None
    made = evaluate(workbook)
    return [made.value(found, *cell) for cell in cells]


@pytest.fixture
def plan(do: Do) -> Workbook:
    """Prices by month that fall from the month before, and what they bring at the volumes of another sheet."""
    book = Workbook()
    do(book, "write_block", sheet="Volumes", anchor="A1", rows=[["Units"], [10], [20], [30], [40]])
    do(
        book, "write_table", sheet="Plan", anchor="A4", name="Plan_",
        columns=[
            {"header": "Month", "kind": "integer"},
            {"header": "Price", "kind": "number", "formula": "=IF(A5=1,100,B4*0.5)"},
            {"header": "Sales", "kind": "number", "formula": "=[@Price]*Volumes!A2", "total": "sum"},
            {"header": "So far", "kind": "number", "formula": "=SUM(C$5:C5)"},
        ],
        rows=[[1], [2]],
    )  # fmt: skip
    return book


def test_a_column_of_a_table_is_filled_down_from_its_first_row(plan: Workbook) -> None:
    sheet = plan.sheets[1]
    assert [sheet.content(6, column) for column in (2, 3, 4)] == [
        "=IF(A6=1,100,B5*0.5)", "=[@Price]*Volumes!A3", "=SUM(C$5:C6)",
    ]  # fmt: skip
    assert values_of(plan, "Plan", [(5, 2), (6, 2), (6, 3), (6, 4), (7, 3)]) == [100, 50, 1_000, 2_000, 2_000]
    data = write_xlsx(plan)
    assert verify(data, plan) == []
    assert load_workbook(BytesIO(data), data_only=True)["Plan"]["D6"].value == 2_000
    assert load_workbook(BytesIO(data))["Plan"]["B6"].value == "=IF(A6=1,100,B5*0.5)"


def test_appended_rows_and_an_added_column_are_filled_down_too(plan: Workbook, do: Do) -> None:
    do(plan, "append_rows", table="Plan_", rows=[[3], [4]])
    do(plan, "add_table_column", table="Plan_", column={"header": "Change", "kind": "number", "formula": "=B5-$B$5"})
    assert values_of(plan, "Plan", [(7, 2), (8, 2), (7, 3), (8, 4), (8, 5)]) == [25, 12.5, 750, 3_250, -87.5]
    assert verify(write_xlsx(plan), plan) == []


def test_a_row_may_repeat_the_formula_as_it_was_given_or_as_it_is_filled_down(plan: Workbook, do: Do) -> None:
    given = ["=IF(A5=1,100,B4*0.5)", None, None]
    filled = ["=IF(A8=1,100,B7*0.5)", None, None]
    do(plan, "append_rows", table="Plan_", rows=[[3, *given], [4, *filled]])
    assert plan.sheets[1].content(8, 2) == "=IF(A8=1,100,B7*0.5)"


def test_clearing_takes_the_rules_it_covers_and_says_so(workbook: Workbook, do: Do) -> None:
    for cells in ("H1:H4", "H1:H9"):
        rule = {"type": "cell", "operator": ">", "value": 1, "style": "good"}
        do(workbook, "add_conditional_format", sheet="Budget", range=cells, rule=rule)
    for cells in ("H2", "H3"):
        do(workbook, "add_validation", sheet="Budget", range=cells, type="integer", minimum=1)
    message = do(workbook, "clear_range", sheet="Budget", range="H1:H5")
    assert message == "Cleared Budget!H1:H5 (0 cells, removed 1 conditional format, removed 2 validations)"
    assert [rule.range for rule in workbook.sheets[0].conditional_formats] == ["H1:H9"]
    assert workbook.sheets[0].validations == []


def block(value: Any) -> dict[str, Any]:
    return {"op": "write_block", "sheet": "Budget", "anchor": "H1", "rows": [["kept?", value]]}


def table(**members: Any) -> dict[str, Any]:
    given = {"op": "write_table", "sheet": "Budget", "anchor": "A20", "name": "More", "columns": [{"header": "A"}]}
    return given | {"rows": [[1]]} | members


def chart(values: str) -> dict[str, Any]:
    given = {"op": "add_chart", "sheet": "Budget", "anchor": "J9", "kind": "line", "title": "T"}
    return given | {"series": [{"values": values}]}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown sheet": ({"op": "freeze_panes", "sheet": "Nope", "cell": "A2"}, "Sheets are: Budget"),
    "sheet twice": ({"op": "create_sheet", "sheet": "BUDGET"}, "already exists"),
    "reserved sheet": ({"op": "create_sheet", "sheet": "History"}, "does not take"),
    "webservice": (block('=WEBSERVICE("http://x")'), "WEBSERVICE is not allowed"),
    "hidden webservice": (block('=IF(1,_xlfn.WEBSERVICE("http://x"))'), "WEBSERVICE is not allowed"),
    "call": (block('=CALL("a","b","c")'), "CALL is not allowed"),
    "dde": (block("=cmd|'/c calc'!A1"), "not a valid formula"),
    "quoted dde": (block("='cmd|calc'!A1"), "outside the workbook"),
    "external book": (block("=[Book1]Sheet1!A1"), "outside the workbook"),
    "external path": (block("='C:\\[b.xlsx]S'!A1"), "outside the workbook"),
    "file link": (block('=HYPERLINK("file:///etc/passwd")'), "HYPERLINK"),
    "computed link": (block("=HYPERLINK(A1)"), "HYPERLINK"),
    "open bracket": (block("=SUM(A1"), "not closed"),
    "open quote": (block('="abc'), "not a valid formula"),
    "long text": (block("x" * 32_768), "32768 characters"),
    "long number": (block(10**16), "15 digits"),
    "header of a table": ({"op": "write_block", "sheet": "Budget", "anchor": "A4", "rows": [["X"]]}, "header or total"),
    "outside": ({"op": "write_block", "sheet": "Budget", "anchor": "XFD1048576", "rows": [[1, 2]]}, "does not fit"),
    "no such cell": ({"op": "freeze_panes", "sheet": "Budget", "cell": "XFE1"}, "outside a sheet"),
    "short row": (table(rows=[[1], [1, 2]]), "row 2"),
    "bad date": (
        table(columns=[{"header": "D", "kind": "date"}], rows=[["2026-01-01"], ["31.1.2026"]]), "row 2, column D",
    ),
    "header twice": (table(columns=[{"header": "A"}, {"header": "a"}], rows=[[1, 2]]), "occurs twice"),
    "unknown column": (table(columns=[{"header": "A", "formula": "=[@B]"}], rows=[[None]]), "no column 'B'"),
    "value in a calculated column": (table(columns=[{"header": "A", "formula": "=1"}], rows=[[5]]), "calculated"),
    "table over table": (table(anchor="B6"), "overlaps table Expenses"),
    "table over cells": (table(anchor="B1"), "filled"),
    "table twice": (table(name="EXPENSES"), "already exists"),
    "table like a cell": (table(name="AB12"), "reads as a cell"),
    "table like r1c1": (table(name="R1C1"), "reads as a cell"),
    "table like a name": (table(name="rate"), "already a defined name"),
    "name like a cell": ({"op": "define_name", "name": "Q4", "refers_to": "Budget!A1"}, "does not take"),
    "name without a sheet": ({"op": "define_name", "name": "X_", "refers_to": "A1"}, "names no sheet"),
    "merge of a table": ({"op": "merge_cells", "sheet": "Budget", "range": "A4:B4"}, "overlaps table"),
    "merge that loses": ({"op": "merge_cells", "sheet": "Budget", "range": "A2:B2"}, "would be lost"),
    "part of a table": ({"op": "clear_range", "sheet": "Budget", "range": "A4:B5"}, "only part of table"),
    "sheet of a name": ({"op": "delete_sheet", "sheet": "Budget"}, "The name Rate refers to sheet Budget"),
    "chart of nothing": (
        chart("Nope!A1:A3"),
        "no sheet 'Nope'",
    ),
    "chart of a block": (
        chart("Budget!C5:D6"),
        "neither one row",
    ),
    "list without choices": (
        {"op": "add_validation", "sheet": "Budget", "range": "C5", "type": "list"}, "needs choices",
    ),
    "swapped bounds": (
        {"op": "add_validation", "sheet": "Budget", "range": "C5", "type": "decimal", "minimum": 2, "maximum": 1},
        "above the maximum",
    ),
    "slip in a sheet's name": (
        {"op": "write_block", "sheet": "Budgets", "anchor": "A1", "rows": [[1]]}, "Did you mean 'Budget'",
    ),
    "slip in the sheet of a format": (
        {"op": "format_range", "sheet": "Budgte", "range": "A1", "style": {"bold": True}}, "Did you mean 'Budget'",
    ),
    "slip in the sheet of a name": (
        {"op": "define_name", "name": "X_", "refers_to": "Bugdet!A1"}, "Did you mean 'Budget'",
    ),
    "slip in the sheet of a chart": (chart("Budget!B2:B3") | {"sheet": "Buget"}, "Did you mean 'Budget'"),
    "slip in the sheet of a series": (chart("Buget!B2:B3"), "Did you mean 'Budget'"),
    "bad block on a missing sheet": (
        {"op": "write_block", "sheet": "Rates", "anchor": "A1", "rows": [["=1+"]]}, "not a valid formula",
    ),
    "bad name for a written cell": (
        {"op": "write_block", "sheet": "Rates", "anchor": "A1", "rows": [[1]], "names": {"Q4": "A1"}}, "does not take",
    ),
    "column twice": ({"op": "add_table_column", "table": "Expenses", "column": {"header": "ITEM"}}, "occurs twice"),
    "column of an unknown column": (
        {"op": "add_table_column", "table": "Expenses", "column": {"header": "X", "formula": "=[@Nope]"}}, "no column",
    ),
    "too few values": (
        {"op": "add_table_column", "table": "Expenses", "column": {"header": "X"}, "values": [1]}, "1 values for 2",
    ),
    "pie of too many": (
        {"op": "add_chart", "sheet": "Budget", "anchor": "J9", "kind": "pie", "title": "T",
         "series": [{"values": "Budget!A1:A99"}]},
        "at most 60 slices",
    ),
    "merge of a whole sheet": ({"op": "merge_cells", "sheet": "Budget", "range": "H1:XFD1048576"}, "would be merged"),
    "unknown table": ({"op": "append_rows", "table": "Nope", "rows": [[1]]}, "Tables are: Expenses"),
    "bad date in a restyled range": (
        {"op": "write_block", "sheet": "Budget", "anchor": "H1", "rows": [["x"], ["2026-13-01"]],
         "styles": [{"range": "H1:H2", "style": {"kind": "date"}}]},
        "not an ISO date",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_operation_says_why_and_changes_nothing(case: str, workbook: Workbook, do: Do) -> None:
    members, reason = REFUSED[case]
    before = workbook.model_dump_json()
    with pytest.raises(OperationError, match=reason.replace("(", r"\(")):
        do(workbook, **members)
    assert workbook.model_dump_json() == before


def test_a_sheet_in_use_cannot_be_deleted(workbook: Workbook, do: Do) -> None:
    do(workbook, "create_sheet", sheet="Sum")
    do(workbook, "write_block", sheet="Sum", anchor="A1", rows=[["=SUM(Expenses[Amount])"]])
    del workbook.names["Rate"]
    with pytest.raises(OperationError, match="Sum!A1 refers to sheet Budget"):
        do(workbook, "delete_sheet", sheet="Budget")


def test_the_state_survives_its_checkpoint(workbook: Workbook) -> None:
    assert Workbook.model_validate_json(workbook.model_dump_json()) == workbook


def test_the_last_row_of_a_block_is_filled_down(workbook: Workbook, do: Do) -> None:
    rows = [["Share"], ["=IF(A2=0,0,A2/A$9)"]]

    told = do(workbook, "write_block", sheet="Filled", anchor="B1", rows=rows, fill_to_row=4)

    sheet = workbook.find_sheet("Filled")
    assert sheet is not None
    assert "Wrote 4 cells at Filled!B1:B4" in told
    assert [sheet.content(row, 2) for row in (2, 3, 4)] == [f"=IF(A{row}=0,0,A{row}/A$9)" for row in (2, 3, 4)]


def test_a_block_is_not_filled_up_or_beyond_bounds(workbook: Workbook, do: Do) -> None:
    with pytest.raises(OperationError, match="beyond row 2"):
        do(workbook, "write_block", sheet="Filled", anchor="A1", rows=[[1], [2], [3]], fill_to_row=2)
    with pytest.raises(OperationError, match="too large"):
        do(workbook, "write_block", sheet="Filled", anchor="A1", rows=[[1]], fill_to_row=900_000)
    with pytest.raises(OperationError, match="too large"):
        do(workbook, "write_block", sheet="Filled", anchor="A1", rows=[[1], []], fill_to_row=10**12)
