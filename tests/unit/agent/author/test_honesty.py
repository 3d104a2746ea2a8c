# ruff: noqa: E501  # a request is one line
"""What the summary says of the numbers of a request is what the workbook does with them."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from overten.agent.author.blueprints import BLUEPRINTS
from overten.agent.author.compose import compose
from overten.agent.author.draft import Draft, finished
from overten.agent.author.revise import revise
from overten.agent.author.understand import understand
from overten.documents.excel.apply import apply
from overten.documents.excel.inspect import describe
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.workbook import Workbook
from tests.unit.agent.author.test_prompts import REQUESTS

TODAY = date(2026, 11, 22)
INVOICE = "Invoice from Nordlicht Design GmbH to Atlas Tools Ltd, in euros, invoice number 2026-114, due in 14 days: 12 hours of logo design at 95, 3 illustrations at 240 each, hosting setup 180. VAT 19%. 5% discount on the illustrations."
SALES = "Sales by region for Q1: North 120, 135, 150; South 80, 95, 70; West 200, 190, 210 (Jan, Feb, Mar, thousands of dollars). Totals, growth and a chart."
LOANS = "Compare a mortgage of 300,000 at 3.6 % over 25 years with 3.2 % over 15"
ROSTER = "Shift roster for Anna, Ben, Chloe and Dev, week of 7 December, early and late shifts"
MOVE = "Project plan for moving our office to Munich by 30 June 2027"
BAKERY = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"
PROMPTS = [INVOICE, SALES, LOANS, ROSTER, MOVE, *(request[0] for request in REQUESTS)]


def built(prompt: str) -> Workbook:
    workbook = Workbook()
    for operations in compose(prompt, TODAY).replies:
        for operation in operations:
            apply(workbook, operation)
    return workbook


def cells(workbook: Workbook, name: str) -> dict[tuple[int, int], object]:
    sheet = next(sheet for sheet in workbook.sheets if sheet.name == name)
    evaluation = evaluate(workbook, today=TODAY)
    return {(row, column): evaluation.value(sheet, row, column) for row, column, _ in sheet.filled()}


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_figure_said_to_be_used_feeds_a_formula_or_stands_in_a_table(prompt: str) -> None:
    brief = understand(prompt, TODAY)
    draft = Draft(brief)
    BLUEPRINTS[brief.kind](draft)
    replies = finished(draft)
    operations = json.dumps([[operation.model_dump(mode="json") for operation in reply] for reply in replies])
    fed = sum(
        line.given
        and isinstance(line.value, (int, float))
        and re.search(
            r'"=(?:[^"\\]|\\.)*?'
            + (rf"(?<![\w.]){line.name}(?!\w)" if line.name else rf"Assumptions!\$B\${row}(?!\d)"),
            operations,
        )
        is not None
        for row, line in enumerate(draft.inputs, draft.first_input_row)
    )
    in_tables = sum(
        isinstance(value, (int, float)) and not isinstance(value, bool)
        for reply in replies
        for operation in reply
        if operation.op == "write_table"
        for row in operation.rows
        for value in row
    )
    said = re.search(r"(\d+) figures? of your request (?:is|are) used", compose(prompt, TODAY).summary)

    # A price with its quantity may stand in a table as one amount.
    assert (int(said[1]) if said else 0) <= fed + 2 * in_tables


def test_figures_without_a_place_are_named_and_the_request_is_said_to_be_understood_in_part() -> None:
    summary = compose("habit tracker: meditation, 10k steps, no sugar", TODAY).summary

    assert summary.startswith("Your request was understood only in part")
    assert "Not used: 10,000 (steps)." in summary
    assert "used as given" not in summary


def test_a_date_that_the_request_does_not_give_is_an_assumption() -> None:
    assert "Date of issue" in compose(INVOICE, TODAY).summary


def test_an_invoice_names_both_parties_and_discounts_only_the_line_meant() -> None:
    paper = cells(built(INVOICE), "Invoice")

    assert (paper[4, 1], paper[4, 2], paper[3, 4]) == ("Nordlicht Design GmbH", "Atlas Tools Ltd", "2026-114")
    assert paper[12, 1] == "Discount 5% – Illustrations"
    assert [paper[row, 4] for row in (14, 15, 16)] == pytest.approx([2004, 380.76, 2384.76])
    assert paper[15, 3] == "Tax 19%"


def test_an_invoice_of_one_line_has_one_line() -> None:
    assert "with 1 line, tax" in compose("Invoice for 3 chairs at $120", TODAY).summary


def test_data_of_the_request_becomes_rows_and_columns_with_totals() -> None:
    workbook = built(SALES)
    data = cells(workbook, "Data")

    assert [data[4, column] for column in range(1, 7)] == ["Region", "Jan", "Feb", "Mar", "Total", "Change"]
    assert [data[row, 1] for row in (5, 6, 7)] == ["North", "South", "West"]
    assert data[8, 5] == 1250
    assert workbook.sheets[0].charts


def test_two_loans_stand_side_by_side() -> None:
    summary = cells(built(LOANS), "Summary")

    assert [summary[row, 5] for row in (9, 10)] == pytest.approx([1518.01, 2100.72], abs=0.01)
    assert "Also in your request" not in cells(built(LOANS), "Assumptions").values()


def test_a_day_by_which_all_is_done_is_an_end() -> None:
    periods = understand(MOVE, TODAY).periods
    plan = cells(built(MOVE), "Summary")

    assert (periods.start, periods.end) == (None, date(2027, 6, 30))
    assert plan[4, 4] == "Days to spare"
    assert isinstance(plan[5, 4], (int, float))
    assert plan[5, 4] >= 0
    assert "Munich" not in understand(MOVE, TODAY).title


def test_a_roster_for_a_week_has_seven_days_and_the_people_named() -> None:
    roster = cells(built(ROSTER), "Roster")

    assert [roster[row, 1] for row in range(5, 9)] == ["Anna", "Ben", "Chloe", "Dev"]
    assert roster[4, 9] == "Hours"


def test_costs_without_income_show_a_negative_balance() -> None:
    budget = cells(built(BAKERY), "Budget")

    assert budget[10, 2] == -8200


@pytest.mark.parametrize(
    ("request_text", "label", "value"),
    [("Set the rent to 3,100", "Rent", 3100), ("change revenue to 12k", "Revenue", 12_000)],
)
def test_an_input_named_in_a_later_turn_is_changed(request_text: str, label: str, value: float) -> None:
    workbook = built("Budget for a bakery with rent 2,400")
    described = describe(workbook)
    inputs = cells(workbook, "Assumptions")
    row = next(r for (r, column), text in inputs.items() if column == 1 and text == label)

    for operations in revise(request_text, described).replies:
        for operation in operations:
            apply(workbook, operation)

    assert cells(workbook, "Assumptions")[row, 2] == value
    assert cells(workbook, "Assumptions")[row, 3] == "From your request"


def test_a_row_over_periods_is_charted() -> None:
    changes = revise("Add a line chart of the total costs", describe(built(BAKERY)))

    (chart,) = [operation for reply in changes.replies for operation in reply if operation.op == "add_chart"]
    assert chart.series[0].values == "'Budget'!$B$9:$M$9"
