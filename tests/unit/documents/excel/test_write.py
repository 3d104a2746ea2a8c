from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pydantic import TypeAdapter

from overten.documents.errors import OperationError
from overten.documents.excel import theme
from overten.documents.excel.apply import apply
from overten.documents.excel.operations import ExcelOperation
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
    st.sampled_from(["=A1+1", "=SUM(A1:B2)", "=(", "'=x", "=SUM(Tab[X])", "=SEQUENCE(2)", "=AGGREGATE(9,5,A1)"]),
)  # fmt: skip
CELLS = st.sampled_from(["A1", "B2", "C3", "D1"])
RANGES = st.sampled_from(["A1:B2", "B2:D4", "C1:C9", "D1"])
ROWS = st.lists(st.lists(VALUES, max_size=3), min_size=1, max_size=3)
SHEETS = st.sampled_from(["One", "Two", "ONE", "Three"])
TITLES = st.sampled_from(["Costs", "=One!A1", "One!$B$2 <&>", "Über \x01"])
NAMES = st.sampled_from(["Tab", "Other", "Rate"])
STYLES = st.fixed_dictionaries(
    {}, optional={"name": st.sampled_from(["header", "total", "input", "title"]),
                  "kind": st.sampled_from(["date", "currency", "percent"]), "wrap": st.booleans()},
)  # fmt: skip
COLUMNS = st.lists(
    st.fixed_dictionaries(
        {"header": st.sampled_from(["X", "Y", "Z [1]", "=1+1"])},
        optional={"kind": st.sampled_from(["text", "number", "date"]), "total": st.sampled_from(["sum", "count"]),
                  "formula": st.just("=[@X]"), "choices": st.just(["=1", "b,c"])},
    ),
    min_size=1, max_size=3,
)  # fmt: skip
RULES = st.sampled_from([
    {"type": "cell", "operator": ">", "value": "=A1", "style": "bad"}, {"type": "data_bar"}, {"type": "icons"},
    {"type": "formula", "formula": "=$A1>1", "style": "good"},
    {"type": "cell", "operator": "=", "value": "<\"&", "style": "good"},
])  # fmt: skip


def members(op: str, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"op": st.just(op)} | given)


OPERATIONS = st.one_of(
    members("create_sheet", sheet=SHEETS),
    members("rename_sheet", sheet=SHEETS, new_name=SHEETS),
    members("delete_sheet", sheet=SHEETS),
    members("write_block", sheet=SHEETS, anchor=CELLS, rows=ROWS, names=st.dictionaries(NAMES, RANGES, max_size=1)),
    members("write_table", sheet=SHEETS, anchor=CELLS, name=NAMES, columns=COLUMNS, rows=ROWS),
    members("add_table_column", table=NAMES, column=COLUMNS.map(lambda columns: columns[0])),
    members("append_rows", table=NAMES, rows=ROWS),
    members("merge_cells", sheet=SHEETS, range=RANGES),
    members("clear_range", sheet=SHEETS, range=RANGES),
    members("format_range", sheet=SHEETS, range=RANGES, style=STYLES),
    members("freeze_panes", sheet=SHEETS, cell=CELLS),
    members("set_columns", sheet=SHEETS, widths=st.just({"A:B": 4})),
    members("set_print", sheet=SHEETS, landscape=st.booleans(), repeat_rows=st.sampled_from([None, 1, 3])),
    members("add_conditional_format", sheet=SHEETS, range=RANGES, rule=RULES),
    members("add_validation", sheet=SHEETS, range=RANGES, type=st.just("list"), choices=st.just(["=1+1", "b"])),
    members(
        "add_chart", sheet=SHEETS, anchor=st.sampled_from(["A1", "F2", "F40"]), title=TITLES,
        kind=st.sampled_from(["pie", "line", "bar", "stacked_column", "doughnut"]),
        series=st.sampled_from([[{"values": "One!A1:A3"}], [{"values": "Tab[X]", "name": "=One!A1"}]]),
    ),
    members("set_workbook", title=TITLES, currency_symbol=st.sampled_from(["€", "kr", "<&>"])),
)  # fmt: skip
# What a reader is told of the content; all else would be a fault of the writer.
OF_THE_CONTENT = {
    "empty_workbook", "formula_error", "formula_undecided", "formula_reference", "narrow_column", "chart_empty",
    "chart_over_cells", "charts_overlap", "chart_reference", "rule_reference",
}  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip
@given(st.lists(OPERATIONS, max_size=14))
def test_any_sequence_of_operations_is_atomic_and_leaves_a_valid_file(operations: list[dict[str, Any]]) -> None:
    book = Workbook()
    for operation in operations:
        before = book.model_dump_json()
        try:
            apply(book, TypeAdapter(ExcelOperation).validate_python(operation))
        except OperationError:
            assert book.model_dump_json() == before
    data = write_xlsx(book)
    assert {finding.code for finding in verify(data, book)} <= OF_THE_CONTENT
    opened = load_workbook(BytesIO(data))
    assert [name for name in opened.sheetnames if not name.startswith("Lists")] == (
        [sheet.name for sheet in book.sheets] or ["Sheet1"]
    )


def part(workbook: Workbook, name: str) -> str:
    return zipfile.ZipFile(BytesIO(write_xlsx(workbook))).read(name).decode()


def test_an_iso_day_under_a_date_format_is_a_date(workbook: Workbook, do: Do) -> None:
    rows = [["From", "2026-02-01"], ["Note", "2026-02-01 is late"]]
    do(
        workbook,
        "write_block",
        sheet="Days",
        anchor="A1",
        rows=rows,
        styles=[{"range": "B1:B2", "style": {"number_format": "d mmm"}}],
    )
    assert workbook.sheets[-1].content(1, 2) == 46054
    assert workbook.sheets[-1].content(2, 2) == "2026-02-01 is late"


def test_a_note_runs_into_the_empty_cells_before_the_next_text(workbook: Workbook, do: Do) -> None:
    look = [{"range": "A1:F1", "style": {"name": "note"}}]
    do(workbook, "write_block", sheet="Legend", anchor="A1", rows=[["In progress", None, None, "Late"]], styles=look)
    do(workbook, "set_columns", sheet="Legend", widths={"A:F": 4})
    assert ' ht="' not in part(workbook, f"xl/worksheets/sheet{len(workbook.sheets)}.xml").split("<sheetData>")[1]


def test_bars_with_their_values_need_no_axis_and_titles_stand_left(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Bars", anchor="A1", rows=[["a", 1], ["b", 2]])
    chart = {
        "sheet": "Bars",
        "anchor": "D1",
        "title": "T",
        "series": [{"values": "Bars!B1:B2", "categories": "Bars!A1:A2"}],
    }
    do(workbook, "add_chart", kind="column", data_labels=True, **chart)
    number = sum(len(sheet.charts) for sheet in workbook.sheets)
    xml = part(workbook, f"xl/charts/chart{number}.xml")
    assert '<c:delete val="1"/>' in xml
    assert "majorGridlines" not in xml
    assert '<c:x val="0.02"/>' in xml


def test_a_long_axis_is_labelled_by_whole_half_years(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Months", anchor="A1", rows=[[f"M{n}", n] for n in range(1, 37)])
    series = [{"values": "Months!B1:B36", "categories": "Months!A1:A36"}]
    do(workbook, "add_chart", sheet="Months", anchor="D1", kind="line", title="T", series=series, columns=7)
    number = sum(len(sheet.charts) for sheet in workbook.sheets)
    assert '<c:tickLblSkip val="6"/>' in part(workbook, f"xl/charts/chart{number}.xml")


def test_rules_may_fill_bars_and_heat_maps(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Heat", anchor="A1", rows=[[1, 2], [3, 4]])
    rules = [{"type": "heat_map"}, {"type": "formula", "formula": "=A1>2", "style": "good", "fill": "#112233"}]
    for rule in rules:
        do(workbook, "add_conditional_format", sheet="Heat", range="A1:B2", rule=rule)
    xml = part(workbook, f"xl/worksheets/sheet{len(workbook.sheets)}.xml")
    assert xml.count("<cfvo") == 2
    assert "FF112233" in part(workbook, "xl/styles.xml").split("<dxfs")[1]
    assert verify(write_xlsx(workbook), workbook) == []


def test_text_that_a_formula_spills_stands_in_the_cell_and_not_in_its_way(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Spill", anchor="A1", rows=[["=SORT(UNIQUE(Expenses[Item]))"]])
    data = write_xlsx(workbook)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert '<c r="A2" t="str"><v>Rent</v></c>' in archive.read("xl/worksheets/sheet2.xml").decode()
    assert verify(data, workbook) == []
