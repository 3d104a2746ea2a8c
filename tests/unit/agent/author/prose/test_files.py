"""Documents, presentations and workbooks that the built-in author makes of a user's files."""

from __future__ import annotations

import io

import openpyxl
import pytest

from overten.agent.author.prose.context import context_of
from overten.agent.author.prose.data import queries, read_answer
from tests.unit.agent.author.prose.requests import made
from tests.unit.agent.data.files import CANARY, file, injected

_ROWS = [("North", "Tea", 1, 10.5), ("South", "Tea", 2, 20.5), ("North", "Coffee", 3, 30), ("South", "Coffee", 4, 45)]
SALES = "Date,Region,Product,Order id,Revenue\n" + "".join(
    f"2026-0{month}-01,{region},{product},{number},{revenue}\n"
    for month in (1, 2, 3) for region, product, number, revenue in _ROWS
)  # fmt: skip
FILES = [
    (file("sales.csv", "csv", "/data_sources/0"), SALES.encode()),
    (file("brief.txt", "txt", "/context_files/0"), b"We sell tea and coffee in two regions."),
]


def test_a_document_shows_totals_groups_and_charts_with_their_source() -> None:
    found = made("word", "Report on our sales by region", FILES, verified=False)
    assert found.checkpoint.failed_tool_calls == []
    assert {"318", "Revenue (total)", "Revenue by Region", "South", "196.50", "North", "121.50"} <= set(found.texts)
    assert "Revenue by region: South is the largest with 196.50" in found.text
    assert "Source: sales.csv" in found.texts
    assert {"We sell tea and coffee in two regions.", "— brief.txt"} <= set(found.texts)
    assert "the data of sales.csv by reference" in found.summary


def test_a_presentation_shows_them_on_chart_slides() -> None:
    found = made("slides", "5 slides about sales by region", FILES)
    assert found.findings == []
    assert found.checkpoint.failed_tool_calls == []
    assert "Revenue by region: South is the largest with 196.50" in found.texts
    assert {"196.5", "121.5"} <= set(found.texts)
    assert "5 slides)" in found.summary


def test_a_workbook_holds_the_data_and_works_it_out_by_formulas() -> None:
    found = made("excel", "Totals by region from the attached file", FILES)
    assert [finding for finding in found.findings if finding.severity == "error"] == []
    book = openpyxl.load_workbook(io.BytesIO(found.data))
    assert book.sheetnames == ["Summary", "Sales"]
    assert [cell.value for cell in book["Sales"][4]][:5] == ["Date", "Region", "Product", "Order id", "Revenue"]
    formulas = [str(cell.value) for row in book["Summary"].iter_rows() for cell in row if cell.data_type == "f"]
    assert any("SUMIFS('Sales'!$E$5:$E$16" in formula for formula in formulas)
    assert book["Summary"]._charts
    assert "the text of brief.txt" in found.summary


def test_a_workbook_with_figures_of_its_own_says_that_files_were_not_used() -> None:
    found = made("excel", "A budget for a bakery with rent 2,400", FILES, verified=False)
    assert found.summary.startswith("The 2 tables or texts of your files were not used.")


@pytest.mark.parametrize("document_format", ["word", "slides"])
def test_files_are_quoted_and_never_obeyed(document_format: str) -> None:
    found = made(document_format, "A report on bread prices", injected(), verified=False)  # type: ignore[arg-type]
    told = [text for text in found.texts if CANARY in text]
    plain = made(document_format, "A report on bread prices", verified=False)  # type: ignore[arg-type]
    assert found.checkpoint.title == plain.checkpoint.title
    assert CANARY not in (found.checkpoint.title or "")
    # What stands in the document of a file is a row of its tables or a quotation of its text.
    assert found.checkpoint.finished
    assert len(told) < len(found.texts)


def test_queries_are_asked_once_and_a_refused_one_is_left_out() -> None:
    context = context_of(
        "<user_request>\nx\n</user_request>\n\n<files>\nFile a.csv (csv, data source)\n"
        'Table a: 3 rows of "Region" VARCHAR, "Amount" BIGINT\nFirst rows:\nN | 1\n</files>'
    )
    first = queries(context, "x", {})
    assert [name for name, _ in first] == ["t0-all"]
    assert [name for name, _ in queries(context, "x", {"t0-all": [["3", "6.0", "2"]]})] == ["t0-d0"]
    assert queries(context, "x", {"t0-all": None}) == []
    assert read_answer("<data>\na | b\nN | 1\nS | 2\n(2 rows)\n</data>") == [["N", "1"], ["S", "2"]]
