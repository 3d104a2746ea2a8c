"""Budgets over months: of a household, a team, a company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.blueprints.budget_lines import COMPANY, HOUSEHOLD, budget_lines, months_of, take_total
from overten.agent.author.draft import (
    ASSUMPTIONS,
    SUMMARY,
    Draft,
    chart,
    column_letter,
    grid_end,
    plain,
    styled,
    tiles,
)
from overten.documents.excel.operations import (
    AddConditionalFormat,
    CellRule,
    ChartSeries,
    SetColumns,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.blueprints.budget_lines import Line, Preset
    from overten.agent.author.draft import KeyFigures
    from overten.documents.excel.operations import CellValue, ExcelOperation

COST_COUNT_FOR_CHART = 2
ACTUAL_ROWS = 12


def household(draft: Draft) -> None:
    _budget(draft, HOUSEHOLD, "Plan of income and spending, month by month, and what was really spent")


def company(draft: Draft) -> None:
    _budget(draft, COMPANY, "Plan by category and month, and what was really spent")


def _budget(draft: Draft, preset: Preset, subtitle: str) -> None:
    summary, _, plan, actuals = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Budget", "Actuals"))
    months = months_of(draft)
    draft.section("Period")
    draft.start_date("First month")
    total = take_total(draft)
    draft.section("Budget lines")
    lines = budget_lines(draft, preset, total)
    draft.purpose = (
        f"a budget of {len(lines)} lines over {months} months with a log of actual amounts and a comparison of both"
    )
    draft.say(*_plan(plan, f"={draft.refs['StartDate']}", lines, months))
    draft.say(*_actuals(actuals, lines))
    draft.say(*_summary(draft, summary, plan, lines, months, subtitle, total))


def _plan(sheet: str, first_month: str, lines: list[Line], months: int) -> list[ExcelOperation]:
    last, total = column_letter(months + 1), column_letter(months + 2)
    header: list[CellValue] = [
        "Category",
        first_month,
        *(f"=EDATE({column_letter(i)}$4,1)" for i in range(2, months + 1)),
        "Total",
    ]
    rows: list[list[CellValue]] = [["Budget"], ["Planned amounts by month"], [], header]
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{total}4", "header"),
        styled(f"B4:{last}4", "header", "month", align="right"),
        styled(f"{total}4", "header", align="right"),
    ]
    spans: list[tuple[int, int]] = []
    for income, label in ((True, "Income"), (False, "Costs")):
        group = [line for line in lines if line.income is income]
        if not group:
            continue
        first = len(rows) + 1
        rows += [
            [plain(line.name), *_cells(line, months), f"=SUM(B{row}:{last}{row})"]
            for row, line in enumerate(group, first)
        ]
        end = len(rows)
        rows.append(
            [
                f"Total {label.lower()}",
                *(f"=SUM({column_letter(c)}{first}:{column_letter(c)}{end})" for c in range(2, months + 3)),
            ]
        )
        styles += [
            styled(f"B{first}:{total}{end}", "calculation", "currency"),
            styled(f"A{end + 1}:{total}{end + 1}", "total", "currency"),
        ]
        spans.append((first, end + 1))
    if len(spans) == 2:
        income_row, cost_row, balance = spans[0][1], spans[1][1], len(rows) + 1
        columns = [column_letter(c) for c in range(2, months + 3)]
        rows.append(["Balance", *(f"={c}{income_row}-{c}{cost_row}" for c in columns)])
        rows.append(["Balance, running", *(f"=SUM($B{balance}:{c}{balance})" for c in columns[:-1])])
        styles += [
            styled(f"A{balance}:{total}{balance}", "total", "currency"),
            styled(f"B{balance}:{total}{balance}", "total", "currency", align="right"),
            styled(f"B{balance + 1}:{last}{balance + 1}", "calculation", "currency", align="right"),
        ]
    rules: list[ExcelOperation] = []
    if len(spans) == 2:
        rules = [
            AddConditionalFormat(
                sheet=sheet,
                range=f"B{len(rows) - 1}:{total}{len(rows)}",
                rule=CellRule(operator="<", value=0, style="bad"),
            )
        ]
    widths = SetColumns(sheet=sheet, widths={"A": 28})
    return [
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        widths,
        *rules,
        *grid_end(sheet, "B5", repeat_rows=4),
    ]


def _actuals(sheet: str, lines: list[Line]) -> list[ExcelOperation]:
    names = list(dict.fromkeys(line.name for line in lines))
    columns = [
        TableColumn(header="Date", kind="date", input=True, width=14),
        TableColumn(header="Category", choices=names[:60], input=True, width=28),
        TableColumn(header="Description", input=True, width=40),
        TableColumn(header="Amount", kind="currency", input=True, total="sum", width=16),
    ]
    title = WriteBlock(
        sheet=sheet,
        anchor="A1",
        rows=[["Actuals"], ["Enter each receipt and payment once; the Summary compares them with the plan."]],
        styles=[styled("A1", "title"), styled("A2", "subtitle")],
    )
    rows: list[list[CellValue]] = [[None] * 4 for _ in range(ACTUAL_ROWS)]
    return [
        title,
        WriteTable(sheet=sheet, anchor="A4", name="Actuals", columns=columns, rows=rows),
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    ]


def _summary(
    draft: Draft, sheet: str, plan: str, lines: list[Line], months: int, subtitle: str, total: str | None
) -> list[ExcelOperation]:
    total_column = column_letter(months + 2)
    row_of = _plan_rows(lines)
    columns = [
        TableColumn(header="Category"),
        TableColumn(header="Planned", kind="currency", total="sum"),
        TableColumn(
            header="Actual to date",
            kind="currency",
            formula="=SUMIFS(Actuals[Amount],Actuals[Category],[@Category])",
            total="sum",
        ),
        TableColumn(header="Remaining", kind="currency", formula="=[@Planned]-[@[Actual to date]]", total="sum"),
    ]
    costs = [line for line in lines if not line.income]
    shown = costs or lines
    rows: list[list[CellValue]] = [
        [plain(line.name), f"={plan}!{total_column}{row_of[line.name]}", None, None] for line in shown
    ]
    income_row = 5 + sum(line.income for line in lines)
    income = f"{plan}!{total_column}{income_row}" if any(line.income for line in lines) else None
    key = _key_figures(income, any(line.to_enter for line in lines), total, months)
    below = 8 + len(rows) + 2
    table = WriteTable(sheet=sheet, anchor="A8", name="Costs", columns=columns, rows=rows)
    first, end = 9, 8 + len(rows)
    charts = _charts(sheet, plan, lines, shown, months, below + 1)
    rule = AddConditionalFormat(
        sheet=sheet, range=f"D{first}:D{end}", rule=CellRule(operator="<", value=0, style="bad")
    )
    return [*tiles(sheet, draft.brief.title, subtitle, key), table, rule, *charts]


def _key_figures(income: str | None, to_enter: bool, total: str | None, months: int) -> KeyFigures:
    planned: KeyFigures = [("Planned costs", "=SUM(Costs[Planned])", "currency")]
    spent: KeyFigures = [("Spent to date", "=SUM(Costs[Actual to date])", "currency")]
    average: KeyFigures = [("Average a month", f"=A5/{months}", "currency")]
    if income and to_enter:
        missing: KeyFigures = [("Still to be earned", "=MAX(0,A5-C5)", "currency")]
        return [*planned, *average, ("Planned income", f"={income}", "currency"), *missing]
    if income:
        return [("Planned income", f"={income}", "currency"), *planned, ("Left over", "=A5-B5", "currency"), *spent]
    if total:
        return [("Total budget", f"={total}", "currency"), *planned, ("Not allocated", "=A5-B5", "currency"), *spent]
    return [*planned, *average, *spent, ("Remaining", "=A5-C5", "currency")]


def _charts(sheet: str, plan: str, lines: list[Line], shown: list[Line], months: int, row: int) -> list[ExcelOperation]:
    """What is worth seeing: lines against one another, and months where they differ."""
    found: list[ExcelOperation] = []
    differ = any(line.varies for line in lines)
    compared = len(shown) >= COST_COUNT_FOR_CHART
    if compared:
        span = (f"{sheet}!${{c}}$9:${{c}}${8 + len(shown)}").format
        series = [ChartSeries(values=span(c="B"), categories=span(c="A"), name="Planned")]
        title = "Planned by category" if shown[0].income else "Planned costs by category"
        height = min(40, max(12, len(shown) * 2 + 4))
        found.append(chart(sheet, f"A{row}", "bar", title, series, rows=height))
        row += height + 2
    if differ:
        last = column_letter(months + 1)
        series = [
            ChartSeries(values=f"{plan}!$B${number}:${last}${number}", categories=f"{plan}!$B$4:${last}$4", name=name)
            for name, number in _totals(lines)
            if name == "Costs" or not any(line.to_enter for line in lines)
        ]
        found.append(chart(sheet, f"A{row}", "column", "Plan by month", series))
    return found


def _plan_rows(lines: list[Line]) -> dict[str, int]:
    income = [line.name for line in lines if line.income]
    costs = [line.name for line in lines if not line.income]
    offset = 5 + len(income) + (1 if income else 0)
    return {name: 5 + i for i, name in enumerate(income)} | {name: offset + i for i, name in enumerate(costs)}


def _totals(lines: list[Line]) -> list[tuple[str, int]]:
    income = sum(line.income for line in lines)
    costs = len(lines) - income
    totals = [("Income", 5 + income)] if income else []
    return [*totals, ("Costs", 5 + income + (1 if income else 0) + costs)] if costs else totals


def _cells(line: Line, months: int) -> list[str]:
    return [f"={line.monthly.replace('{c}', column_letter(column))}" for column in range(2, months + 2)]
