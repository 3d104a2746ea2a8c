"""What the built-in author reads out of a request."""

from __future__ import annotations

from datetime import date

import pytest

from overten.agent.author.brief import Periods
from overten.agent.author.figures import MAX_FIGURES, parse_number
from overten.agent.author.relations import find_figures
from overten.agent.author.understand import parse_date, understand

TODAY = date(2026, 11, 22)

KINDS = {
    "Create a household budget for a family of four": "household_budget",
    "my personal budget, monthly": "household_budget",
    "Haushaltsbuch für 2026": "household_budget",
    "Un budget familial avec loyer 900 €": "household_budget",
    "Presupuesto familiar mensual": "household_budget",
    "Marketing department budget 2026": "budget",
    "budget": "budget",
    "Wedding budget with venue 4,000": "event_budget",
    "budget for our annual conference": "event_budget",
    "Invoice for 3 chairs at $120": "invoice",
    "Rechnung über 10 Stunden Beratung zu 90 €": "invoice",
    "Une facture pour 2 tables": "invoice",
    "A quotation for garden work": "invoice",
    "Travel expense report for Berlin": "expense_report",
    "Reisekostenabrechnung": "expense_report",
    "Note de frais": "expense_report",
    "Project task tracker": "tasks",
    "to-do list": "tasks",
    "Aufgabenliste für das Team": "tasks",
    "Habit tracker for January": "habits",
    "Inventory tracker for a small warehouse": "inventory",
    "Lagerliste mit Mindestbestand": "inventory",
    "CRM for leads": "crm",
    "job application tracker": "crm",
    "Bug tracker": "issues",
    "risk register": "issues",
    "Social media calendar": "content_calendar",
    "Redaktionsplan für Mai": "content_calendar",
    "Shift schedule for a cafe": "roster",
    "Dienstplan für 8 Mitarbeiter": "roster",
    "Weekly timesheet": "timesheet",
    "Stundenzettel": "timesheet",
    "Gantt chart for a product launch": "gantt",
    "Projektplan mit Phasen": "gantt",
    "SaaS financial model": "saas",
    "MRR forecast with churn": "saas",
    "Startup financial model with P&L": "profit_loss",
    "Sales forecast for next year": "profit_loss",
    "Finanzplan für einen Laden": "profit_loss",
    "Cash flow forecast": "cash_flow",
    "Liquiditätsplanung für 12 Monate": "cash_flow",
    "Plan de trésorerie": "cash_flow",
    "Mortgage calculator": "loan",
    "Tilgungsplan für ein Darlehen": "loan",
    "Break-even analysis": "break_even",
    "unit economics for a shop": "unit_economics",
    "Sales report by region": "sales",
    "Monthly sales dashboard": "sales",
    "KPI scorecard": "scorecard",
    "Tableau de bord": "scorecard",
    "Compare three laptops": "comparison",
    "Decision matrix for a new CRM": "comparison",
    "Nutzwertanalyse": "comparison",
    "Gradebook for 25 students": "gradebook",
    "Workout plan": "workout",
    "Plan de entrenamiento": "workout",
    "Weekly meal plan": "meals",
    "Essensplan": "meals",
    "A list of books with title and author": "table",
    "": "table",
    "asdf qwer": "table",
}


@pytest.mark.parametrize(("prompt", "kind"), KINDS.items())
def test_the_kind_of_workbook(prompt: str, kind: str) -> None:
    assert understand(prompt, TODAY).kind == kind


@pytest.mark.parametrize(
    ("digits", "decimal_comma", "value"),
    [
        ("1,200", False, 1200),
        ("1.200", False, 1.2),
        ("1.200", True, 1200),
        ("89,50", True, 89.5),
        ("1,234,567.89", False, 1234567.89),
        ("1.234.567,89", True, 1234567.89),
        ("1'200", False, 1200),
        ("0.125", False, 0.125),
        ("4,5", False, 4.5),
    ],
)
def test_numbers_are_read_by_the_habits_of_the_language(digits: str, decimal_comma: bool, value: float) -> None:
    assert parse_number(digits, decimal_comma=decimal_comma) == value


@pytest.mark.parametrize(
    ("text", "value", "unit", "label", "per"),
    [
        ("$40,000 for ads", 40_000, "money", "ads", None),
        ("a revenue of 1.2m EUR", 1_200_000, "money", "revenue", None),
        ("40k EUR rent", 40_000, "money", "rent", None),
        ("rent: 1,200 per month", 1_200, "count", "rent", "month"),
        ("income $4,000/mo", 4_000, "money", "income", "month"),
        ("growth 5% per month", 0.05, "percent", "growth", "month"),
        ("19% VAT", 0.19, "percent", "VAT", None),
        ("churn of 2.5 percent", 0.025, "percent", "churn", None),
        ("20 employees", 20, "count", "employees", None),
        ("£9.99 subscription", 9.99, "money", "subscription", None),
        ("an hourly rate of CHF 120", 120, "money", "hourly rate", None),
    ],
)
def test_a_figure_has_value_unit_label_and_period(
    text: str, value: float, unit: str, label: str, per: str | None
) -> None:
    (figure,) = find_figures(text)

    assert (figure.value, figure.unit, figure.label, figure.per) == (value, unit, label, per)


def test_a_list_of_items_keeps_each_amount_with_its_name() -> None:
    figures = find_figures("rent 1,200, groceries 450 and transport 90")

    assert [(figure.label, figure.value) for figure in figures] == [
        ("rent", 1200),
        ("groceries", 450),
        ("transport", 90),
    ]


def test_quantity_and_unit_price_are_one_figure() -> None:
    figures = find_figures("3 chairs at $120, 2 desks at $340 each and 10 hours of consulting at $90")

    assert [(f.quantity, f.label, f.value) for f in figures] == [
        (3, "chairs", 120),
        (2, "desks", 340),
        (10, "hours of consulting", 90),
    ]


@pytest.mark.parametrize(
    "text", ["by 2026", "on 2026-03-01", "1 April 2026", "from 9:00 to 17:30", "Q1", "ISO27001", "12.03.2026"]
)
def test_dates_years_times_and_codes_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


@pytest.mark.parametrize(
    ("prompt", "periods"),
    [
        ("budget for 12 months", Periods("month", 12, None)),
        ("a 24-month forecast", Periods("month", 24, None)),
        ("forecast Q1-Q4 2026", Periods("quarter", 4, date(2026, 1, 1))),
        ("a five-year plan", Periods("year", 5, None)),
        ("plan from January to June 2027", Periods("month", 6, date(2027, 1, 1))),
        ("roster for 4 weeks from 2026-03-02", Periods("week", 4, date(2026, 3, 2))),
        ("budget 2026", Periods(None, None, date(2026, 1, 1))),
        ("plan 2025-2027", Periods("year", 3, date(2025, 1, 1))),
        ("12 Monate ab März 2026", Periods("month", 12, date(2026, 3, 1))),
        ("a quarterly report", Periods("quarter", None, None)),
        ("3 ans", Periods("year", 3, None)),
    ],
)
def test_the_time_span(prompt: str, periods: Periods) -> None:
    assert understand(prompt, TODAY).periods == periods


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("01.04.2026", date(2026, 4, 1)),
        ("3/14/2026", date(2026, 3, 14)),
        ("14/3/2026", date(2026, 3, 14)),
        ("March 5th, 2027", date(2027, 3, 5)),
        ("31 February 2026", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert parse_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ('Make a tracker called "Office move 2027" with tasks', "Office move 2027"),
        ("A workbook titled Sales Review with data", "Sales Review"),
        ("Marketing team budget 2026 for Acme Corp", "Acme Corp – Marketing team budget 2026"),
        ("Rechnung für 2 Stühle", "Rechnung"),
        ("SaaS financial model", "SaaS financial model"),
        ("A table of books with title and author", "Books"),
    ],
)
def test_the_title(prompt: str, title: str) -> None:
    assert understand(prompt, TODAY).title == title


@pytest.mark.parametrize(
    ("prompt", "name", "members"),
    [
        (
            "table with columns name, owner, due date and status, 15 sample rows",
            "columns",
            ("name", "owner", "due date", "status"),
        ),
        ("compare on criteria: price, battery life and weight", "criteria", ("price", "battery life", "weight")),
        ("project with phases design, build and test starting 1 April", "phases", ("design", "build", "test")),
        ("Tabelle mit Spalten Name, Datum und Betrag", "columns", ("Name", "Datum", "Betrag")),
    ],
)
def test_named_lists(prompt: str, name: str, members: tuple[str, ...]) -> None:
    assert understand(prompt, TODAY).lists[name] == members


def test_names_sample_rows_and_currency() -> None:
    brief = understand("Roster for Anna, Ben and Carla with 15 sample rows, paid in £", TODAY)

    assert (brief.names, brief.sample_rows, brief.currency) == (("Anna", "Ben", "Carla"), 15, "£")


def test_a_request_of_ten_thousand_characters_is_read_in_reasonable_time() -> None:
    assert understand("budget with rent 300 and " + "a, " * 3_300, TODAY).kind == "budget"


def test_data_pasted_as_a_request_is_read_up_to_a_limit() -> None:
    assert len(understand("budget " + "1 " * 4_900, TODAY).figures) <= MAX_FIGURES
