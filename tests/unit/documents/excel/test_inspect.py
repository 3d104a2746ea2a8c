from __future__ import annotations

from collections.abc import Callable

import pytest

from overten.documents.errors import OperationError
from overten.documents.excel.inspect import describe, statistics
from overten.documents.excel.workbook import Workbook

Do = Callable[..., str]


def test_the_overview_names_sheets_tables_names_and_charts(workbook: Workbook, do: Do) -> None:
    do(
        workbook, "add_chart", sheet="Budget", anchor="H2", kind="bar", title="Costs",
        series=[{"values": "Expenses[Amount]", "categories": "Expenses[Item]"}],
    )  # fmt: skip
    text = describe(workbook)
    assert "Sheet 'Budget': A1:E7" in text
    assert "Table Expenses A4:E7, 2 rows: Item (text)" in text
    assert "Name Rate = Budget!$B$2" in text
    assert "Chart 'Costs' (bar) at H2: Expenses[Amount] by Expenses[Item]" in text


def test_a_value_stands_before_its_formula_however_long_that_is(workbook: Workbook, do: Do) -> None:
    formula = "=" + "+".join(["Rate"] * 60)
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[[formula]])
    assert "H1 15 =Rate+Rate+" in describe(workbook, "Budget", "H1")


def test_a_range_shows_only_its_own_cells_as_they_are_formatted(workbook: Workbook) -> None:
    assert describe(workbook, "Budget", "D5:E5") == "  5: D5 $1,000.50 | E5 $1,000.50 =[@Qty]*[@[Unit price]]"


def test_a_range_shows_whole_texts_where_a_sheet_shows_their_beginning(workbook: Workbook, do: Do) -> None:
    formula, text = "=" + "+".join(["Rate"] * 40), "word " * 50 + "end"
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[[formula, text, "x" * 400]])
    shown = describe(workbook, "Budget", "H1:J1")
    assert f"H1 10 {formula} | I1 {text} | J1 {'x' * 299}…" in shown
    assert text not in describe(workbook, "Budget")


def test_errors_are_shown_first(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=1/0"]])
    assert describe(workbook, "Budget", "H1").startswith("  Error H1: =1/0 = #DIV/0!")


def test_a_long_description_is_cut_and_says_so(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["word " * 9] * 5] * 100)
    text = describe(workbook, "Budget", "H1:L100", max_characters=1_000)
    assert len(text) <= 1_000
    assert text.endswith("ask for one sheet or a smaller range to see the rest")


@pytest.mark.parametrize(("sheet", "range_"), [("Nope", None), ("Budget", "A0")])
def test_what_is_not_there_is_refused(sheet: str, range_: str | None, workbook: Workbook) -> None:
    with pytest.raises(OperationError, match=r"no sheet|not a cell"):
        describe(workbook, sheet, range_)


def test_statistics_count_records_and_the_rows_outside_of_tables(workbook: Workbook) -> None:
    counts = statistics(workbook)
    assert (counts.sheets, counts.rows, counts.formulas, counts.tables, counts.charts) == (1, 4, 4, 1, 0)
