"""A workbook by another writer (openpyxl), opened, edited and delivered by the engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from overten.documents.errors import OperationError
from overten.documents.excel.engine import ExcelEngine
from overten.documents.excel.workbook import Workbook
from overten.documents.ooxml.package import Package

ENGINE = ExcelEngine()
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def uploaded() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in [["Item", "Day", "Sum"], ["Rent", datetime(2026, 1, 1), 10], ["Food", datetime(2026, 1, 2), 20]]:
        sheet.append(row)
    sheet["B3"].font = Font(bold=True)
    sheet["E1"] = "=SUM(C2:C3)"
    sheet["A2"].comment = Comment("Why so much?", "Ann")
    sheet.add_table(Table(displayName="Costs", ref="A1:C3"))
    book.create_sheet("Notes")["A1"] = "=Data!C3*2"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _written(workbook: Workbook) -> bytes:
    return ENGINE.write(ENGINE.load(ENGINE.store(workbook)), created=MOMENT)


def _reread(workbook: Workbook) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(_written(workbook)))


def test_what_nobody_changed_keeps_every_byte(uploaded: bytes) -> None:
    assert _written(ENGINE.open(uploaded)) == uploaded


def test_the_model_shows_what_is_there(uploaded: bytes) -> None:
    workbook = ENGINE.open(uploaded)

    text = ENGINE.describe(workbook)

    assert "Table Costs A1:C3" in text
    assert "1 comment" in text
    assert "E1 30 =SUM(C2:C3)" in text


def test_one_cell_changes_one_sheet(uploaded: bytes, do: Callable[..., str]) -> None:
    workbook = ENGINE.open(uploaded)
    do(workbook, "write_block", sheet="Notes", anchor="A2", rows=[[7]])

    package, before = Package.open(_written(workbook)), Package.open(uploaded)

    assert [name for name in before.names() if package.read(name) != before.read(name)] == ["xl/worksheets/sheet2.xml"]


def test_stored_values_follow_on_other_sheets(uploaded: bytes, do: Callable[..., str]) -> None:
    workbook = ENGINE.open(uploaded)
    do(workbook, "write_block", sheet="Data", anchor="C3", rows=[[50]])

    values = openpyxl.load_workbook(BytesIO(_written(workbook)), data_only=True)

    assert (values["Data"]["E1"].value, values["Notes"]["A1"].value) == (60, 100)


def test_a_table_grows_in_its_own_looks(uploaded: bytes, do: Callable[..., str]) -> None:
    workbook = ENGINE.open(uploaded)
    do(workbook, "append_rows", table="Costs", rows=[["Fun", "2026-01-03", 5]])

    sheet = _reread(workbook)["Data"]

    assert sheet.tables["Costs"].ref == "A1:C4"
    assert sheet["B4"].value == datetime(2026, 1, 3)
    assert sheet["B4"].font.b


def test_everything_follows_inserted_rows(uploaded: bytes, do: Callable[..., str]) -> None:
    workbook = ENGINE.open(uploaded)
    do(workbook, "change_lines", sheet="Data", action="insert_rows", at="1", count=2)

    book = _reread(workbook)

    assert book["Data"]["E3"].value == "=SUM(C4:C5)"
    assert book["Notes"]["A1"].value == "=Data!C5*2"
    assert book["Data"].tables["Costs"].ref == "A3:C5"
    assert book["Data"]["A4"].comment.text == "Why so much?"


def test_a_renamed_and_a_new_sheet_stand_where_the_model_has_them(uploaded: bytes, do: Callable[..., str]) -> None:
    workbook = ENGINE.open(uploaded)
    do(workbook, "rename_sheet", sheet="Data", new_name="All data")
    do(workbook, "create_sheet", sheet="First", position=0)
    do(workbook, "write_block", sheet="First", anchor="A1", rows=[["=SUM(Costs[Sum])"]])

    book = _reread(workbook)

    assert book.sheetnames == ["First", "All data", "Notes"]
    assert book["Notes"]["A1"].value == "='All data'!C3*2"
    assert book["First"]["A1"].value == "=SUM(Costs[Sum])"


def test_array_formulas_are_not_cut(uploaded: bytes, do: Callable[..., str]) -> None:
    book = openpyxl.load_workbook(BytesIO(uploaded))
    book["Notes"].formula_attributes = {}
    from openpyxl.worksheet.formula import ArrayFormula

    book["Notes"]["C1"] = ArrayFormula("C1:C3", "=Data!C1:C3")
    buffer = BytesIO()
    book.save(buffer)
    workbook = ENGINE.open(buffer.getvalue())

    with pytest.raises(OperationError, match="array formula"):
        do(workbook, "write_block", sheet="Notes", anchor="C2", rows=[[1]])


def test_a_template_gives_its_theme(uploaded: bytes) -> None:
    from overten.documents.engine import Look

    workbook, findings = ENGINE.from_template(uploaded, Look())

    assert not workbook.sheets
    assert {finding.code for finding in findings} == {"template"}


def test_errors_of_the_users_own_do_not_block(uploaded: bytes, do: Callable[..., Any]) -> None:
    book = openpyxl.load_workbook(BytesIO(uploaded))
    book["Notes"]["B1"] = "=1/0"
    buffer = BytesIO()
    book.save(buffer)
    workbook = ENGINE.open(buffer.getvalue())
    do(workbook, "write_block", sheet="Notes", anchor="A5", rows=[["=1/0"]])

    findings = ENGINE.verify(_written(workbook), workbook)

    assert [finding.location for finding in findings if finding.severity == "error"] == ["Notes!A5"]


def test_what_is_drawn_by_lot_keeps_its_stored_value(do: Callable[..., str]) -> None:
    """Calculated before and after the edit it differs, whatever the edit was."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in range(1, 40):
        sheet.append([f"=RANDBETWEEN(1,{row % 2 + 1})", f"=A{row}*2"])
    book.create_sheet("Notes")
    buffer = BytesIO()
    book.save(buffer)
    workbook = ENGINE.open(buffer.getvalue())
    do(workbook, "write_block", sheet="Notes", anchor="A1", rows=[[7]])

    package, before = Package.open(_written(workbook)), Package.open(buffer.getvalue())

    assert package.read("xl/worksheets/sheet1.xml") == before.read("xl/worksheets/sheet1.xml")
    assert package.read("xl/worksheets/sheet2.xml") != before.read("xl/worksheets/sheet2.xml")


def fed_by_a_query(data: bytes) -> bytes:
    """The file with its table fed by a data query, as Excel writes it."""
    package = Package.open(data)
    name = next(name for name in package.names() if name.startswith("xl/tables/"))
    package.edit(name).set("tableType", "queryTable")
    return package.save()


def test_a_table_that_stays_as_it_is_is_told_apart_from_one_that_is_not_there(
    uploaded: bytes, do: Callable[..., str]
) -> None:
    workbook = ENGINE.open(fed_by_a_query(uploaded))

    with pytest.raises(OperationError, match="Table Costs of the uploaded file"):
        do(workbook, "add_table_column", table="Costs", column={"header": "Tax"})
    with pytest.raises(OperationError, match="belongs to a header of table Costs"):
        do(workbook, "write_block", sheet="Data", anchor="A1", rows=[["Thing"]], fill_to_row=3)

    do(workbook, "write_block", sheet="Notes", anchor="B1", rows=[["=SUM(Costs[Sum])"]])
    assert [found for found in ENGINE.verify(_written(workbook), workbook) if found.code == "formula_reference"] == []


def test_a_new_accent_colours_new_content_and_says_that_the_rest_stays(
    uploaded: bytes, do: Callable[..., str]
) -> None:  # fmt: skip
    workbook = ENGINE.open(uploaded)
    assert "keeps its colours" in do(workbook, "set_workbook", accent_color="#AA0000")
    do(workbook, "set_workbook", accent_color="#BB0000", title="Costs")
    workbook = ENGINE.load(ENGINE.store(workbook))
    told = [one for one in ENGINE.verify(_written(workbook), workbook) if one.code == "theme_kept"]
    assert [one.severity for one in told] == ["warning"]
