"""What counts as a formula, and what a formula may not reach."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from overten.documents.errors import OperationError
from overten.documents.excel import formulas
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]

WELL_FORMED = (
    "=SUM(A1:B2)", "=SUM(1,,2)", "=-A1%", "=A1 B1:B3", "=LAMBDA(x,x+1)(5)", "={1,2;3,4}", "=SUM((A1,B1))",
    "='My sheet'!A1+Sheet2!$B$3", "=Costs[[#Totals],[Qty]]", "=[@[Unit price]]*2", "=A:A", "=1:3", "=A1#", "=@A1:A3",
    "=SUM(Jan:Dec!A1)", "=Sheet1!#REF!", '=IF(A1="x|y[1]",1,)', "=Größe*2", "=1E5+.5", "=OFFSET(A1,1,1):B2",
    "='O''Brien'!A1", "=--(A1>0)", "=LET(a,1,a)", "=SUM( A1 , B1 )", "=IF(TRUE,,)", "=A1^-1", "=SUM(S!A1:S!B1)",
)  # fmt: skip
MALFORMED = (
    "=A1*", "=*A1", "=SUM(A1)B1", "=()", "=5apples", "=SUM(1+,2)", "=SUM(A1;B1)", "=A1 + ", "=(A1", "=A1)", "=SUM(,+)",
    '="a"b"', "=A1!",
)  # fmt: skip
REACHING_OUT = (
    '=WEBSERVICE("http://x")', '=_xlfn.WEBSERVICE("http://x")', '=_xludf.WEBSERVICE("http://x")',
    "=MAP(A1:A3,WEBSERVICE)", "=LET(f,HYPERLINK,f(A1))", '=IMPORTXML("http://a","b")', '=IMPORTRANGE("u","a")',
    '=GOOGLEFINANCE("X")', '=DDE("cmd","/c","x")', '=RTD("a",,"b")', '=CALL("a","b")', '=IMAGE("http://x/y.png")',
    "='cmd|calc'!A1", "=[1]Sheet1!A1", "='C:\\[b.xlsx]S'!A1", "='C:\\b.xlsx'!Total", "='\\\\host\\share\\[b]S'!A1",
    '=HYPERLINK("javascript:alert(1)")', '=HYPERLINK("file:///etc/passwd")', '=HYPERLINK("ftp://x/y")',
    '=HYPERLINK(A1)', '=HYPERLINK(("file:///x"))', '=IF(1,HYPERLINK("\\\\\\\\host\\\\x"))',
    "=INDIRECT(\"'http://x/[a.xlsx]S'!A1\")", '=INDIRECT("[a.xlsx]S!"&A1)',
)  # fmt: skip
MALICIOUS_TEXT = (
    '\'=HYPERLINK("http://x")',
    "+cmd|'/c calc'!A1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "{=1+1}",
)

PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "block": lambda f: {"op": "write_block", "sheet": "Budget", "anchor": "H1", "rows": [[f]]},
    "record": lambda f: {"op": "append_rows", "table": "Expenses", "rows": [[f, None, 1, 1]]},
    "calculated column": lambda f: {
        "op": "add_table_column", "table": "Expenses", "column": {"header": "X", "formula": f},
    },
    "added value": lambda f: {
        "op": "add_table_column", "table": "Expenses", "column": {"header": "X"}, "values": [f, 1],
    },
    "formula rule": lambda f: {
        "op": "add_conditional_format", "sheet": "Budget", "range": "A1",
        "rule": {"type": "formula", "formula": f, "style": "bad"},
    },
    "cell rule": lambda f: {
        "op": "add_conditional_format", "sheet": "Budget", "range": "A1",
        "rule": {"type": "cell", "operator": ">", "value": f, "style": "bad"},
    },
    "validation": lambda f: {"op": "add_validation", "sheet": "Budget", "range": "A1", "type": "decimal", "minimum": f},
    "name": lambda f: {"op": "define_name", "name": "Bad", "refers_to": f},
    "chart values": lambda f: {
        "op": "add_chart", "sheet": "Budget", "anchor": "M9", "kind": "line", "title": "T", "series": [{"values": f}],
    },
    "chart name": lambda f: {
        "op": "add_chart", "sheet": "Budget", "anchor": "M9", "kind": "line", "title": "T",
        "series": [{"values": "Budget!C5:C6", "name": f}],
    },
}  # fmt: skip


@pytest.mark.parametrize("formula", WELL_FORMED)
def test_what_excel_takes_is_taken(formula: str) -> None:
    formulas.check(formula, "here")


@pytest.mark.parametrize("formula", MALFORMED)
def test_what_excel_refuses_is_refused_with_the_reason(formula: str) -> None:
    with pytest.raises(OperationError, match="is not a valid formula"):
        formulas.check(formula, "here")


@pytest.mark.parametrize("formula", REACHING_OUT)
def test_a_formula_cannot_leave_the_workbook(formula: str) -> None:
    with pytest.raises(OperationError, match=r"not allowed|outside the workbook|HYPERLINK"):
        formulas.check(formula, "here")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("formula", ['=WEBSERVICE("http://x")', "='[b.xlsx]S'!$A$1", '=HYPERLINK("file:///x")'])
def test_there_is_no_other_way_in(place: str, formula: str, workbook: Workbook, do: Do) -> None:
    before = workbook.model_dump_json()
    with pytest.raises(OperationError):
        do(workbook, **PLACES[place](formula))
    assert workbook.model_dump_json() == before


@pytest.mark.parametrize("text", MALICIOUS_TEXT)
def test_a_users_text_stays_text(text: str, workbook: Workbook, do: Do) -> None:
    do(workbook, "append_rows", table="Expenses", rows=[[text, None, 1, 1]])
    cell = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]["A7"]
    assert (cell.value, cell.data_type) == (text.removeprefix("'"), "s")


def test_labels_choices_and_titles_are_never_formulas(workbook: Workbook, do: Do) -> None:
    evil = "='[evil.xlsx]S'!$A$1"
    do(
        workbook, "write_table", sheet="Budget", anchor="A20", name="More", total_label=evil, rows=[[1, 2]],
        columns=[{"header": evil, "choices": [evil, '=1,"2"']}, {"header": "B", "total": "sum"}],
    )  # fmt: skip
    do(workbook, "add_validation", sheet="Budget", range="G1", type="list", choices=["=1+1", "b"])
    do(
        workbook, "add_chart", sheet="Budget", anchor="J9", kind="line", title=evil, x_title=evil, y_title=evil,
        series=[{"values": "Budget!C5:C6", "name": "Wow!A1 and more"}],
    )  # fmt: skip
    do(workbook, "set_workbook", title=evil)
    data = write_xlsx(workbook)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert not any("externalLink" in name for name in archive.namelist())
        chart = archive.read("xl/charts/chart1.xml").decode()
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall("<c:f>(.*?)</c:f>", chart)) == {"Budget!$C$5:$C$6"}
    assert "<f>'[evil" not in sheet
    assert '<formula1>"=1+1,b"</formula1>' in sheet


def test_a_format_code_that_excel_could_not_read_is_refused(workbook: Workbook, do: Do) -> None:
    for code in ('0"open', "[Red", "0;0;0;0;0"):
        with pytest.raises(ValueError, match="number format"):
            do(workbook, "format_range", sheet="Budget", range="A1", style={"number_format": code})


def test_characters_that_no_file_can_hold_are_taken_out(workbook: Workbook, do: Do) -> None:
    do(workbook, "set_workbook", title="Bud\x01get\ufffe 2026")
    assert workbook.title == "Budget 2026"


def test_what_only_the_calculator_cannot_read_is_a_warning_as_are_its_dependents(workbook: Workbook, do: Do) -> None:
    rows = [["=SUM((C5,C6))", "=H1*2", "=1/0"]]
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=rows)
    found = {finding.location: (finding.code, finding.value) for finding in verify(write_xlsx(workbook), workbook)}
    assert found == {
        "Budget!H1": ("formula_undecided", None), "Budget!I1": ("formula_undecided", None),
        "Budget!J1": ("formula_error", "#DIV/0!"),
    }  # fmt: skip


def test_a_rule_that_names_a_missing_sheet_is_found(workbook: Workbook, do: Do) -> None:
    rule = {"type": "formula", "formula": "=Nope!A1>1", "style": "bad"}
    do(workbook, "add_conditional_format", sheet="Budget", range="A1", rule=rule)
    assert [finding.code for finding in verify(write_xlsx(workbook), workbook)] == ["rule_reference"]


def test_false_from_an_array_formula_is_a_boolean(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Budget", anchor="H1", rows=[["=TRANSPOSE(C5:C6)>2"]])
    sheet = load_workbook(BytesIO(write_xlsx(workbook)), data_only=True)["Budget"]
    assert [sheet["H1"].value, sheet["I1"].value] == [False, True]
    assert evaluate(workbook).cells["Budget"][1, 8].value is False
