"""Small changes to a workbook that exists."""

from __future__ import annotations

from datetime import date

import pytest

from overten.agent.author.compose import compose
from overten.agent.author.revise import known_tables, revise
from overten.documents.excel.apply import apply
from overten.documents.excel.inspect import describe
from overten.documents.excel.workbook import Workbook


@pytest.fixture
def workbook() -> Workbook:
    workbook = Workbook()
    for operations in compose("Inventory of 20 laptops at $900 and 5 monitors at $150", date(2026, 11, 22)).replies:
        for operation in operations:
            apply(workbook, operation)
    return workbook


def changed(workbook: Workbook, prompt: str) -> str:
    composition = revise(prompt, describe(workbook))
    for operations in composition.replies:
        for operation in operations:
            apply(workbook, operation)
    return composition.summary


def test_the_description_tells_the_tables(workbook: Workbook) -> None:
    stock = next(table for table in known_tables(describe(workbook)) if table.name == "Stock")

    assert (stock.sheet, stock.header_row, stock.columns[0], stock.columns[3]) == (
        "Stock",
        4,
        ("Item", "text"),
        ("Quantity", "number"),
    )


def test_title_currency_colour_and_font(workbook: Workbook) -> None:
    changed(
        workbook,
        "Change the title to Warehouse 2027, the currency to EUR, the accent colour to #AA3300 and the font to Georgia",
    )

    assert (workbook.title, workbook.currency_symbol, workbook.accent_color, workbook.font) == (
        "Warehouse 2027",
        "€",
        "#AA3300",
        "Georgia",
    )


def test_renaming_a_sheet(workbook: Workbook) -> None:
    changed(workbook, "Rename the sheet Stock to Warehouse")

    assert "Warehouse" in [sheet.name for sheet in workbook.sheets]


def test_adding_rows(workbook: Workbook) -> None:
    found = workbook.find_table("Stock")
    assert found is not None
    before = found[1].row_count

    changed(workbook, "add 10 blank rows to Stock")

    assert found[1].row_count == before + 10


def test_adding_a_chart_of_a_table(workbook: Workbook) -> None:
    summary = changed(workbook, "Add a pie chart of the quantity in the Stock table")

    (chart,) = workbook.sheets[-1].charts
    assert (chart.kind, chart.title) == ("pie", "Quantity by item")
    assert "pie chart" in summary


def test_what_it_cannot_do_is_said(workbook: Workbook) -> None:
    before = workbook.model_dump()

    summary = changed(workbook, "Translate all sheets to Japanese and build a pivot table")

    assert workbook.model_dump() == before
    assert "was not changed" in summary


@pytest.mark.parametrize(
    ("prompt", "header", "kind"),
    [
        ("add a column for the expiry date to Stock", "Expiry date", "date"),
        ('Please add a new column called "Shelf" to the Stock table', "Shelf", "text"),
        ("add a Budget column", "Budget", "currency"),
    ],
)
def test_adding_a_column_of_the_kind_its_name_speaks_of(
    workbook: Workbook, prompt: str, header: str, kind: str
) -> None:
    summary = changed(workbook, prompt if "Stock" in prompt else f"{prompt} to Stock")

    found = workbook.find_table("Stock")
    assert found is not None
    assert (found[1].columns[-1].header, found[1].columns[-1].kind) == (header, kind)
    assert header in summary


def test_a_column_that_exists_is_not_added_again(workbook: Workbook) -> None:
    assert "was not changed" in changed(workbook, "add a Supplier column to Stock")


def test_a_total_for_an_existing_column_is_owned_up_to(workbook: Workbook) -> None:
    assert "cannot add a total" in changed(workbook, "Add a total row to Stock")
