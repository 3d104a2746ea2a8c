# ruff: noqa: E501  # a request is one line
"""The built-in author from request to file: what it writes is clean, keeps every number given and invents none."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from overten.agent.author.compose import compose
from overten.agent.author.understand import understand
from overten.documents.excel.apply import apply
from overten.documents.excel.grid import parse_range
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.excel.write import write_xlsx

TODAY = date(2026, 11, 22)
MOST_CALLS = 28
# Kinds that are forms to fill in, a chart of which would be empty; a plan has its bars on the calendar.
EMPTY_AT_FIRST = ("invoice", "table", "meals", "timesheet", "habits", "scorecard", "gantt")

# Each request with the numbers that must stand in the workbook.
REQUESTS: dict[str, tuple[float, ...]] = {
    "Create a household budget with rent 1,200, groceries 450 and transport 90 per month, income $4,000": (1200, 450, 90, 4000),
    "Marketing team budget 2026 for Acme Corp: $40,000 for ads, $12k for events, 8,500 for tools": (40000, 12000, 8500),
    "A budget of $50,000 for our department": (50000,),
    "Erstelle ein Haushaltsbudget mit Miete 1.200 €, Lebensmittel 450 € und Strom 89,50 €": (1200, 450, 89.5),
    "Crée un budget de mariage: traiteur 8 000 €, salle 3 500 €": (8000, 3500),
    "Wedding budget: venue $6,500, catering $85 per guest, photographer 2,400, 120 guests": (6500, 85, 2400, 120),
    "Choose a new CRM: compare Salesforce, HubSpot and Pipedrive on criteria: price 40%, ease of use 35% and support 25%": (0.4, 0.35, 0.25),
    "Tracker for customer complaints with columns date, customer, category, severity, amount, status and notes": (),
    "Party budget of $5,000 for 40 guests": (5000, 40),
    "Invoice for Acme Ltd: 3 chairs at $120, 2 desks at $340 each and 10 hours of consulting at $90, 19% VAT": (3, 120, 2, 340, 10, 90, 0.19),
    "Factura para 2 sillas a 45 € y 4 mesas a 120 €, IVA 21%": (2, 45, 4, 120, 0.21),
    "Travel expense report: flight 320, hotel 410, dinner 64.50": (320, 410, 64.5),
    "A loan amortization schedule for €250,000 at 4.5% interest over 20 years starting March 2026": (250000, 0.045, 240),
    "Break-even analysis: fixed costs 40k EUR, price 12.50, variable cost 7.20 per unit": (40000, 12.5, 7.2),
    "Unit economics with CAC $300, ARPU $40 and churn 2.5%": (300, 40, 0.025),
    "SaaS financial model: 36 months, $49 price, 100 starting customers, 5% monthly growth, 3% churn, CAC $200": (49, 100, 0.05, 0.03, 200),
    "Financial model for a coffee shop, 3 years, revenue $300k per year growing 10% per year, rent $2,000 per month": (300000, 0.1, 2000),
    "Sales forecast growing 5% per month from $20,000 revenue, 20% tax": (0.05, 20000, 0.2),
    "13 week cash flow forecast, opening balance 12,000, rent 2,500 per month": (12000, 2500),
    "Task tracker with columns name, owner, due date and status, 15 sample rows": (),
    "Project task tracker for Anna, Ben and Carla": (),
    "Risk register": (),
    "Bug tracker": (),
    "Sales pipeline CRM for leads": (),
    "Job application tracker": (),
    "Inventory of 20 laptops at $900 and 5 monitors at $150": (20, 900, 5, 150),
    "Content calendar for April 2026": (),
    "Sales dashboard Q1-Q4 2026 by region: North, South and West": (),
    "A table of books with title, author, year, rating and notes": (),
    "Gantt for website launch with phases design, build and test starting 1 April 2026": (),
    "Shift roster for Anna, Ben and Carla, 4 weeks from 2026-03-02": (),
    "Weekly timesheet with hourly rate $35": (35,),
    "Habit tracker with habits: reading, running and sleeping early": (),
    "Workout plan for 4 weeks": (),
    "Weekly meal plan with a food budget of $150": (150,),
    "KPI scorecard: revenue target $500,000, churn 3%, NPS 45": (500000, 0.03, 45),
    "Project plan for an office move with tasks, owners, start dates and status, starting 1 March 2027": (),
    "Product launch plan showing phase, task, owner, due date, budget and progress": (),
    "Sales tracker with date, customer, product, quantity, price and total": (),
    "Compare Dell, HP and Lenovo on criteria: price, battery life and weight": (),
    "Gradebook for 25 students, 40% final exam and 60% homework": (0.4, 0.6),
}  # fmt: skip
HOSTILE = {
    "empty": "",
    "a number": "42",
    "only numbers": "1 2 3 4,5 6% 7€ 8888888888888",
    "emoji": "🎉🎉 budget 🚀 for 🍕 300",
    "long": "budget with rent 300 and " + "very " * 1_990,
    "many items": "budget: " + ", ".join(f"item{chr(97 + n % 26)}{chr(97 + n // 26)} {n * 10}" for n in range(1, 300)),
    "formula": 'Household budget with =HYPERLINK("http://x") 300 and rent 20',
    "formula as column": 'Table with columns =cmd|1, [x], "name", @home, name and #ref',
    "long names": "Compare " + "A" * 80 + ", " + "B" * 80 + " and Charlie on criteria: " + "x" * 59 + ", y and z",
    "control characters": 'Task tracker\x00\x07 called "A\x01B[]:*?/\\ name" with columns a\tb, c and d',
    "zero": "Loan of $0 at 0% over 0 years",
    "absurd": "SaaS model for 9000 months with 99999999999999 customers at $1e9 price",
}
FIGURES_MATTER = {
    "household_budget", "budget", "event_budget", "invoice", "loan", "break_even", "unit_economics", "saas", "profit_loss", "cash_flow", "scorecard", "gradebook",
}  # fmt: skip


def built(prompt: str) -> Workbook:
    """The workbook after every operation; none may be refused."""
    workbook = Workbook()
    for operations in compose(prompt, TODAY).replies:
        for operation in operations:
            apply(workbook, operation)
    return workbook


def constants(sheet: Sheet) -> list[tuple[int, int, float]]:
    return [
        (row, column, value)
        for row, column, value in sheet.filled()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


def looks(sheet: Sheet, row: int, column: int) -> tuple[set[str], set[str]]:
    """The names and kinds of all styles on a cell."""
    found = [style.style for style in sheet.styles if parse_range(style.range).contains(row, column)]
    kinds = {str(style.kind) for style in found}
    for table in sheet.tables:
        if table.data.contains(row, column):
            kinds.add(table.columns[column - table.first_column].kind)
    return {str(style.name) for style in found}, kinds


@pytest.mark.parametrize("prompt", REQUESTS)
def test_the_workbook_verifies_clean(prompt: str) -> None:
    workbook = built(prompt)

    findings = verify(write_xlsx(workbook), workbook)

    assert [finding for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize(("prompt", "numbers"), REQUESTS.items())
def test_the_numbers_given_stand_in_cells(prompt: str, numbers: tuple[float, ...]) -> None:
    cells = {round(value, 9) for sheet in built(prompt).sheets for _, _, value in constants(sheet)}

    assert {round(number, 9) for number in numbers} <= cells


@pytest.mark.parametrize("prompt", [prompt for prompt in REQUESTS if understand(prompt, TODAY).kind in FIGURES_MATTER])
def test_no_figure_is_invented_without_being_marked_as_an_assumption(prompt: str) -> None:
    given = {round(number, 9) for number in REQUESTS[prompt]}
    invented = []
    for sheet in built(prompt).sheets:
        for row, column, value in constants(sheet):
            names, kinds = looks(sheet, row, column)
            is_index = kinds & {"integer"} and "label" in names
            is_default_quantity = sheet.name in ("Invoice", "Factura") and value == 1
            if (
                round(value, 9) not in given
                and "assumption" not in names
                and "date" not in kinds
                and not is_index
                and not is_default_quantity
            ):
                invented.append((sheet.name, row, column, value))

    assert invented == []


@pytest.mark.parametrize("prompt", REQUESTS)
def test_the_author_stays_far_from_the_limit_of_tool_calls(prompt: str) -> None:
    calls = sum(len(operations) for operations in compose(prompt, TODAY).replies) + 1

    assert calls <= MOST_CALLS


@pytest.mark.parametrize("prompt", REQUESTS)
def test_the_same_request_gives_the_same_workbook(prompt: str) -> None:
    first, second = (
        json.dumps([[o.model_dump() for o in r] for r in compose(prompt, TODAY).replies]) for _ in range(2)
    )

    assert first == second


@pytest.mark.parametrize("prompt", [p for p in REQUESTS if understand(p, TODAY).kind not in EMPTY_AT_FIRST])
def test_a_chart_shows_the_result(prompt: str) -> None:
    assert any(sheet.charts for sheet in built(prompt).sheets)


@pytest.mark.parametrize("prompt", REQUESTS)
def test_the_summary_names_the_assumptions_and_how_to_connect_a_model(prompt: str) -> None:
    summary = compose(prompt, TODAY).summary

    assert len(summary) <= 2000
    assert "assum" in summary
    assert "No AI model is connected" in summary
    assert "ModelProvider=openai with ModelBaseUrl" in summary


def test_a_cost_for_each_guest_is_multiplied_by_the_guests() -> None:
    workbook = built("Wedding budget: catering $85 per guest and venue $6,500, 120 guests")

    summary = workbook.sheets[0]
    formulas = [
        content for _, _, content in summary.filled() if isinstance(content, str) and content.endswith("*Guests")
    ]
    assert len(formulas) == 1


def test_different_requests_give_different_workbooks() -> None:
    shapes = [
        tuple(sheet.name for sheet in built(prompt).sheets)
        for prompt in ("Invoice for 3 chairs at $120", "SaaS financial model", "Compare Dell, HP and Lenovo")
    ]

    assert len(set(shapes)) == 3


@pytest.mark.parametrize("prompt", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_request_still_gives_a_clean_workbook(prompt: str) -> None:
    workbook = built(prompt)

    findings = verify(write_xlsx(workbook), workbook)

    assert [finding for finding in findings if finding.severity == "error"] == []
    assert sum(len(operations) for operations in compose(prompt, TODAY).replies) < MOST_CALLS
    assert all(len(sheet.name) <= 31 for sheet in workbook.sheets)


@pytest.mark.parametrize(
    "prompt", [HOSTILE["formula"], HOSTILE["formula as column"], 'Invoice for 2 =HYPERLINK("http://x") at $5']
)
def test_formulas_in_the_request_stay_text(prompt: str) -> None:
    for sheet in built(prompt).sheets:
        for _, _, content in sheet.filled():
            assert not (isinstance(content, str) and content.startswith("=") and re.search("HYPERLINK|cmd", content))
