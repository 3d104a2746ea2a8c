# ruff: noqa: E501  # a request is one line
"""Requests that name the columns of a list, a plan or a tracker, and how many records it is for."""

from __future__ import annotations

from datetime import date

import pytest

from overten.agent.author.compose import compose
from overten.agent.author.understand import understand
from overten.documents.excel.apply import apply
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.excel.write import write_xlsx

TODAY = date(2026, 11, 22)

# Each request with the title, the headers in their order, and the rows to fill in (None: example rows).
LISTS: list[tuple[str, str, list[str], int | None]] = [
    ("Track 12 sales leads with owner, stage and next step", "Sales pipeline", ["Lead", "Owner", "Stage", "Next step"], 12),
    ("Employee directory for 20 employees with name, department, phone, email and start date", "Employee directory", ["Name", "Department", "Phone", "Email", "Start date"], 20),
    ("Vacation tracker for 15 employees with start date, end date, days and status", "Vacation tracker", ["Employee", "Start date", "End date", "Days", "Status"], 15),
    ("Bug list with 10 blank rows showing id, description, severity, assignee and due date", "Issue log", ["ID", "Description", "Severity", "Assignee", "Due date"], 10),
    ("Task tracker with 15 rows", "Task tracker", ["Task", "Owner", "Priority", "Status", "Start date", "Due date", "Days left", "Notes"], 15),
    ("Inventory of 30 office assets including serial number, location, purchase date and value", "Inventory", ["Asset", "Serial number", "Location", "Purchase date", "Value"], 30),
    ("Content calendar with date, channel, caption, owner and status for 20 posts", "Content calendar", ["Date", "Channel", "Caption", "Owner", "Status"], 20),
    ("Hiring tracker for 8 candidates with role, stage, interviewer and next step", "Application tracker", ["Candidate", "Role", "Stage", "Interviewer", "Next step"], 8),
    ("Reading list of 40 books with title, author, genre and rating", "Reading list", ["Title", "Author", "Genre", "Rating"], 40),
    ("Maintenance schedule for 10 vehicles with last service, next service, mileage and cost", "Maintenance schedule", ["Vehicle", "Last service", "Next service", "Mileage", "Cost"], 10),
    ("Track 40 subscriptions with vendor, monthly cost, renewal date and owner", "Subscriptions", ["Subscription", "Vendor", "Monthly cost", "Renewal date", "Owner"], 40),
    ("Contact list for 200 contacts with name and email", "Contact list", ["Name", "Email"], 60),
    ("CRM mit Kontakt, Firma, Status und nächster Schritt für 30 Kunden", "Vertriebspipeline", ["Kontakt", "Firma", "Status", "Nächster Schritt"], 30),
    ("Liste de 15 contacts avec nom, entreprise, téléphone et e-mail", "Liste de contacts", ["Nom", "Entreprise", "Téléphone", "E-mail"], 15),
    ("Inventario de 25 productos con cantidad, precio, proveedor y ubicación", "Inventario", ["Producto", "Cantidad", "Precio", "Proveedor", "Ubicación"], 25),
    ("Training schedule with course, trainer, date, location and hours", "Training schedule", ["Course", "Trainer", "Date", "Location", "Hours"], None),
    ("Customer list: company, contact person, phone, email, last contact, next step", "Customer list", ["Company", "Contact person", "Phone", "Email", "Last contact", "Next step"], None),
    ("Event schedule with time, session, speaker, room and notes", "Event schedule", ["Time", "Session", "Speaker", "Room", "Notes"], None),
    ("Risk register with risk, likelihood, impact, owner and mitigation", "Risk register", ["Risk", "Likelihood", "Impact", "Owner", "Mitigation", "Score"], None),
    ("Meeting action items with action, owner, due date and status", "Meeting task tracker", ["Action", "Owner", "Due date", "Status", "Days left"], None),
    ("Sales tracker with date, customer, product, quantity, price and total", "Sales report", ["Date", "Customer", "Product", "Quantity", "Price", "Total"], None),
    ("Equipment checkout log with item, borrower, checkout date, return date", "Equipment checkout log", ["Item", "Borrower", "Checkout date", "Return date"], None),
    ("Track customer complaints with date, customer, category, status and resolution", "Customer complaints", ["Date", "Customer", "Category", "Status", "Resolution"], None),
    ("Lista de tareas con responsable, fecha límite, prioridad y estado", "Seguimiento de tareas", ["Task", "Responsable", "Fecha límite", "Prioridad", "Estado"], None),
    ("Wartungsplan mit Gerät, Standort, Datum und Kosten", "Wartungsplan", ["Gerät", "Standort", "Datum", "Kosten"], None),
    ("Task list with columns: tasks, owners", "Task tracker", ["Tasks", "Owners"], None),
]  # fmt: skip

# Each plan with its headers, without the calendar, and its tasks.
NEUTRAL_EXAMPLES = ["Prepare", "Plan", "Order", "Carry out", "Check", "Hand over", "Close"]
EXAMPLES = ["Kick-off", "Planning", "Preparation", "Implementation", "Testing", "Handover", "Review"]
PLANS: list[tuple[str, list[str], list[str]]] = [
    ("Project plan for an office move with tasks, owners, start dates and status, starting 1 March 2027", ["Task", "Owner", "Start date", "Status", "Working days", "End", "Done"], NEUTRAL_EXAMPLES),
    ("Product launch plan showing phase, task, owner, due date, budget and progress", ["Phase", "Task", "Owner", "Due date", "Budget", "Progress", "Start", "Working days", "Status"], EXAMPLES),
    ("Project plan with task, owner, status: design, build, test", ["Task", "Owner", "Status", "Start", "Working days", "End", "Done"], ["Design", "Build", "Test"]),
    ("Gantt with 3 tasks, owner and progress", ["Task", "Owner", "Progress", "Start", "Working days", "End", "Status"], ["Task 1", "Task 2", "Task 3"]),
    ("Roadmap with quarter, feature, team and status", ["Quarter", "Feature", "Team", "Status", "Owner", "Start", "Working days", "End", "Done"], EXAMPLES),
    ("Gantt with phases design, build and test", ["Task", "Owner", "Start", "Working days", "End", "Done", "Status"], ["Design", "Build", "Test"]),
    ("Projektplan für den Umzug mit Aufgaben, Verantwortlichen, Startdatum und Status", ["Aufgaben", "Verantwortlichen", "Startdatum", "Status", "Working days", "End", "Done"], ["Auftakt", "Planung", "Vorbereitung", "Umsetzung", "Prüfung", "Übergabe", "Rückblick"]),
    ("Plan de projet pour un site web avec tâches, responsables, dates de début et statut", ["Tâches", "Responsable", "Dates de début", "Statut", "Working days", "End", "Done"], ["Lancement", "Planification", "Préparation", "Réalisation", "Vérification", "Livraison", "Bilan"]),
]  # fmt: skip


def built(prompt: str) -> Workbook:
    workbook = Workbook()
    for operations in compose(prompt, TODAY).replies:
        for operation in operations:
            apply(workbook, operation)
    return workbook


def sheet_of(workbook: Workbook, name: str) -> Sheet:
    return next(sheet for sheet in workbook.sheets if sheet.name == name)


@pytest.mark.parametrize(("prompt", "title", "headers", "rows"), LISTS)
def test_a_list_has_the_columns_asked_for_in_their_order(
    prompt: str, title: str, headers: list[str], rows: int | None
) -> None:
    workbook = built(prompt)
    (sheet,) = [sheet for sheet in workbook.sheets if sheet.name not in ("Summary", "Assumptions")]
    (table,) = sheet.tables
    written = [column.header for column in table.columns if column.formula is None or column.header in headers]

    assert understand(prompt, TODAY).title == title
    assert written == headers
    assert [finding for finding in verify(write_xlsx(workbook), workbook) if finding.severity == "error"] == []
    filled = [
        row
        for row, column, _ in sheet.filled()
        if table.data.contains(row, column) and table.columns[column - table.first_column].formula is None
    ]
    if rows is None:
        assert filled
    else:
        assert table.data.last_row - table.data.first_row + 1 == rows
        assert not filled


@pytest.mark.parametrize("prompt", [prompt for prompt, _, _, rows in LISTS if rows])
def test_a_list_without_figures_has_no_chart_and_no_leftover_figure(prompt: str) -> None:
    workbook = built(prompt)

    assert not any(sheet.charts for sheet in workbook.sheets)
    assert "Also in your request" not in [text for sheet in workbook.sheets for _, _, text in sheet.filled()]


@pytest.mark.parametrize(("prompt", "headers", "tasks"), PLANS)
def test_column_words_are_columns_of_a_plan_and_not_its_tasks(
    prompt: str, headers: list[str], tasks: list[str]
) -> None:
    workbook = built(prompt)
    plan = sheet_of(workbook, "Plan")
    cells = {(row, column): content for row, column, content in plan.filled()}
    task = next(c for c, h in enumerate(headers, 1) if h in ("Task", "Feature", "Aufgaben", "Tâches"))

    assert [cells.get((4, column)) for column in range(1, len(headers) + 2)] == [*headers, None]
    assert [cells[row, task] for row in range(5, 5 + len(tasks))] == tasks
    assert [finding for finding in verify(write_xlsx(workbook), workbook) if finding.severity == "error"] == []


def test_example_tasks_are_marked_and_named_ones_are_not() -> None:
    subtitles = [
        next(text for row, column, text in sheet_of(built(prompt), "Plan").filled() if (row, column) == (2, 1))
        for prompt in ("Project plan with tasks, owners and status", "Gantt with phases design, build and test")
    ]

    assert ["examples" in str(subtitle) for subtitle in subtitles] == [True, False]


def test_a_plan_without_a_date_starts_on_the_next_monday_and_has_nothing_late() -> None:
    workbook = built("Project plan with tasks, owners and status")
    summary = sheet_of(workbook, "Summary")
    evaluation = evaluate(workbook, today=TODAY)

    assert evaluation.value(summary, 5, 4) == 0
    assert evaluation.value(summary, 5, 1) == (date(2026, 11, 23) - date(1899, 12, 30)).days


def test_the_lengths_of_tasks_are_charted_only_where_they_differ() -> None:
    alike = sheet_of(built("Gantt with phases design, build and test"), "Summary")
    different = sheet_of(built("Gantt chart: demolition 5 days, plumbing 8 days, starting 3 May 2027"), "Summary")

    assert (len(alike.charts), len(different.charts)) == (0, 1)


def test_a_price_makes_a_number_of_products_stock_rather_than_blank_rows() -> None:
    brief = understand("Inventory of 20 products at $900 and 5 monitors at $150", TODAY)

    assert brief.records is None
    assert [figure.quantity for figure in brief.figures] == [20, 5]


def test_deals_with_their_values_are_records_and_their_number_is_none() -> None:
    (table,) = sheet_of(built("CRM with 5 deals: Acme 20,000, Beta 15k"), "Pipeline").tables
    pipeline = sheet_of(built("CRM with 5 deals: Acme 20,000, Beta 15k"), "Pipeline")
    names = [text for row, column, text in pipeline.filled() if column == 1 and row >= table.data.first_row]

    assert [name for name in names if name != "Total"] == ["Acme", "Beta"]


def test_examples_by_stage_are_counted_where_no_value_was_asked_for() -> None:
    summary = sheet_of(built("Sales pipeline with company, stage and next step"), "Summary")

    assert [chart.title for chart in summary.charts] == ["Count by stage"]
