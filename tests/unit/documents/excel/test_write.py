from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from overten.documents.errors import OperationError
from overten.documents.excel import theme
from overten.documents.excel.apply import apply
from overten.documents.excel.operations import ClearRange, CreateSheet, FormatRange, MergeCells, RenameSheet, WriteBlock
from overten.documents.excel.recalculate import recalculate
from overten.documents.excel.verify import repair, verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]
MOMENT = datetime(2026, 6, 1, tzinfo=UTC)


def test_cached_values_are_right(workbook: Workbook) -> None:
    sheet = load_workbook(BytesIO(write_xlsx(workbook)), data_only=True)["Budget"]
    assert [sheet["E5"].value, sheet["E6"].value, sheet["E7"].value] == [1000.5, 60.75, 1061.25]


def test_the_same_state_gives_the_same_bytes(workbook: Workbook) -> None:
    copy = Workbook.model_validate_json(workbook.model_dump_json())
    assert write_xlsx(workbook, created=MOMENT) == write_xlsx(copy, created=MOMENT)


def test_newer_functions_and_their_variables_are_prefixed(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=LET(rate1,2,rate1*XLOOKUP(1,C5:C6,D5:D6))"]])
    data = write_xlsx(workbook)
    xml = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "_xlfn.LET(_xlpm.rate1,2,_xlpm.rate1*_xlfn.XLOOKUP(1,C5:C6,D5:D6))" in xml
    assert next(c.value for c in recalculate(data) if (c.row, c.column) == (1, 8)) == 2001


def test_an_array_formula_fills_its_area_with_cached_values(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=SORT(Expenses[Qty],1,-1)"]])
    sheet = load_workbook(BytesIO(write_xlsx(workbook)), data_only=True)["Budget"]
    assert [sheet["H1"].value, sheet["H2"].value] == [3, 1]


def test_text_never_becomes_a_formula_or_a_link(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["'=1+1", "https://example.com", "+1", "@x"]])
    data = write_xlsx(workbook)
    sheet = load_workbook(BytesIO(data))["Budget"]
    assert [(cell.value, cell.data_type) for cell in sheet["H1:K1"][0]] == [
        ("=1+1", "s"), ("https://example.com", "s"), ("+1", "s"), ("@x", "s"),
    ]  # fmt: skip
    assert "hyperlink" not in zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


def test_long_lists_of_choices_move_to_a_hidden_sheet(workbook: Workbook, do: Do) -> None:
    choices = [f"Choice number {n}, of many" for n in range(40)]
    do(workbook, "add_validation", sheet="Budget", range="C5", type="list", choices=choices)
    book = load_workbook(BytesIO(write_xlsx(workbook)))
    assert book["Lists"].sheet_state == "hidden"
    assert book["Lists"]["A40"].value == choices[39]


@pytest.mark.parametrize("accent", ["#000000", "#FFFFFF", "#FFD400", "#0F6B5C", "#C8102E", "#808080"])
def test_header_text_is_legible_on_any_accent(accent: str) -> None:
    assert theme.contrast(theme.text_on(accent), accent) >= 4.4
    assert theme.contrast(theme.accent_text(accent), "#FFFFFF") >= 4.5


def test_a_clean_workbook_has_no_findings(workbook: Workbook) -> None:
    assert verify(write_xlsx(workbook), workbook) == []


def test_what_is_not_a_workbook_is_a_finding() -> None:
    assert [finding.code for finding in verify(b"PK not a zip")] == ["package"]


def test_an_empty_workbook_is_an_error() -> None:
    assert [finding.code for finding in verify(write_xlsx(Workbook()))] == ["empty_workbook"]


def test_each_defect_is_found_and_mended(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=1/0"]])
    do(workbook, "set_columns", sheet="Budget", widths={"E": 3})
    do(
        workbook,
        "add_chart",
        sheet="Budget",
        anchor="A3",
        kind="line",
        title="Over",
        series=[{"values": "Budget!D5:D6"}],
    )
    do(
        workbook,
        "add_chart",
        sheet="Budget",
        anchor="M3",
        kind="line",
        title="None",
        series=[{"values": "Budget!Z5:Z6"}],
    )
    findings = verify(write_xlsx(workbook), workbook)
    codes = {(finding.code, finding.location) for finding in findings}
    assert codes >= {
        ("formula_error", "Budget!H1"), ("chart_over_cells", "Budget!A3"), ("chart_empty", "Budget!M3"),
    }  # fmt: skip
    assert "narrow_column" in {finding.code for finding in findings}
    mended, notes = repair(workbook, findings)
    assert verify(write_xlsx(mended), mended) == []
    assert {note.code for note in notes} == {
        "division_by_zero_hidden", "column_widened", "chart_moved", "chart_dropped",
    }  # fmt: skip
    assert workbook.sheets[0].content(1, 8) == "=1/0"


def test_an_unknown_function_of_the_calculator_is_undecided(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=AGGREGATE(9,5,C5:C6)", "=NOSUCH(1)"]])
    found = {finding.location: finding.code for finding in verify(write_xlsx(workbook), workbook)}
    assert found == {"Budget!H1": "formula_undecided", "Budget!I1": "formula_error"}


def test_a_reference_to_a_lost_table_is_named(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=SUM(Expenses[Profit])"]])
    messages = [finding.message for finding in verify(write_xlsx(workbook), workbook)]
    assert any("table Expenses has no column 'Profit'" in message for message in messages)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.floats(-1e6, 1e6),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["=A1+1", "=SUM(A1:B2)", "=(", "'=x"]),
)  # fmt: skip
CELLS = st.sampled_from(["A1", "B2", "C3", "D1"])
RANGES = st.sampled_from(["A1:B2", "B2:D4", "C1:C9"])
ROWS = st.lists(st.lists(VALUES, max_size=3), min_size=1, max_size=3)
SHEETS = st.sampled_from(["One", "Two", "ONE", "Three"])
OPERATIONS = st.one_of(
    st.builds(CreateSheet, sheet=SHEETS),
    st.builds(RenameSheet, sheet=SHEETS, new_name=SHEETS),
    st.builds(
        WriteBlock, sheet=SHEETS, anchor=CELLS, rows=st.lists(st.lists(VALUES, max_size=3), min_size=1, max_size=3)
    ),
    st.builds(MergeCells, sheet=SHEETS, range=RANGES),
    st.builds(ClearRange, sheet=SHEETS, range=RANGES),
    st.builds(FormatRange, sheet=SHEETS, range=RANGES, style=st.just({"name": "total", "kind": "date"})),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(OPERATIONS, max_size=12))
def test_any_sequence_of_operations_is_atomic_and_leaves_a_valid_file(operations: list[object]) -> None:
    book = Workbook()
    for operation in operations:
        before = book.model_dump_json()
        try:
            apply(book, operation)  # type: ignore[arg-type]
        except OperationError:
            assert book.model_dump_json() == before
    codes = {finding.code for finding in verify(write_xlsx(book), book)}
    assert codes <= {"empty_workbook", "formula_error", "narrow_column"}
