"""Budgets over months: of a household, a team, a company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overten.agent.author.draft import (
    ASSUMPTIONS,
    SUMMARY,
    Draft,
    capitalised,
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
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure
    from overten.documents.excel.operations import CellValue, ExcelOperation

INCOME_WORDS = (
    "income|salar|wage|pay\\b|earn|revenue|sales|funding|grant|gehalt|einkommen|einnahmen|lohn|revenu|"
    "salaire|ingreso|sueldo|n[oó]mina"
)
TOTAL_WORDS = "total|budget|overall|altogether|gesamt|presupuesto"
MAX_LINES = 30


@dataclass(frozen=True)
class Preset:
    """The lines of a budget nobody named any for, with placeholder amounts a month."""

    income: tuple[tuple[str, int], ...]
    costs: tuple[tuple[str, int], ...]
    per: str


HOUSEHOLD = Preset(
    (("Net income", 3_000),),
    (
        ("Housing", 1_000),
        ("Groceries", 400),
        ("Utilities", 150),
        ("Transport", 150),
        ("Insurance", 100),
        ("Leisure", 200),
        ("Savings", 300),
    ),
    "month",
)
COMPANY = Preset(
    (),
    (
        ("Salaries", 20_000),
        ("Marketing", 3_000),
        ("Software and tools", 1_500),
        ("Rent and office", 2_500),
        ("Travel", 1_000),
        ("Training", 500),
        ("Contingency", 1_000),
    ),
    "year",
)


@dataclass(frozen=True)
class Line:
    name: str
    monthly: str
    income: bool


def household(draft: Draft) -> None:
    _budget(draft, HOUSEHOLD, "Plan of income and spending, month by month, and what was really spent")


def company(draft: Draft) -> None:
    _budget(draft, COMPANY, "Plan by category and month, and what was really spent")


def _budget(draft: Draft, preset: Preset, subtitle: str) -> None:
    summary, _, plan, actuals = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Budget", "Actuals"))
    months = _months(draft)
    draft.section("Period")
    draft.start_date("First month")
    total = _total(draft)
    draft.section("Budget lines")
    lines = _lines(draft, preset, total)
    draft.purpose = (
        f"a budget of {len(lines)} lines over {months} months with a log of actual amounts and a comparison of both"
    )
    draft.say(*_plan(plan, f"={draft.refs['StartDate']}", lines, months))
    draft.say(*_actuals(actuals, lines))
    draft.say(*_summary(draft, summary, plan, lines, months, subtitle, total))


def _months(draft: Draft) -> int:
    periods = draft.brief.periods
    factor = {"month": 1, "quarter": 3, "year": 12}.get(periods.unit or "", 0)
    return min((periods.count or 0) * factor, 24) or 12


def _total(draft: Draft) -> str | None:
    """The reference of a total that was given, such as "a budget of $50,000"."""
    figure = draft.take(TOTAL_WORDS, "money")
    if figure is None and len(draft.brief.figures) == 1 and draft.brief.figures[0].unit == "money":
        figure = draft.take("", "money")
    if figure is None:
        return None
    note = f"Per {figure.per}" if figure.per else "For the whole period"
    return draft.put("Total budget", figure.value, "currency", given=True, name="TotalBudget", note=note)


def _lines(draft: Draft, preset: Preset, total: str | None) -> list[Line]:
    growth = draft.take("inflation|growth|increas|grow|wachs|croissance|crecimiento", "percent", per="month")
    rate = draft.put("Growth a month", growth.value, "percent", given=True, name="Growth") if growth else None
    lines = _plain_lines(draft, preset, total)
    return [replace(line, monthly=f"{line.monthly}*(1+{rate})^(COLUMN()-2)") for line in lines] if rate else lines


def _plain_lines(draft: Draft, preset: Preset, total: str | None) -> list[Line]:
    figures = [figure for figure in draft.rest("money", "count") if figure.label][:MAX_LINES]
    if figures:
        return [
            *_missing_income(draft, preset, figures),
            *(_given_line(draft, figure, preset.per) for figure in figures),
        ]
    named = next(
        (draft.brief.lists[key] for key in ("categories", "departments", "items") if key in draft.brief.lists), ()
    )
    if total:
        return _shares(draft, total, named or tuple(name for name, _ in preset.costs), _months(draft))
    costs = [(capitalised(name), 1_000) for name in named] or list(preset.costs)
    income = [
        Line(name, draft.put(name, amount, "currency", given=False, note="A month"), income=True)
        for name, amount in preset.income
    ]
    return income + [
        Line(name, draft.put(name, amount, "currency", given=False, note="A month"), income=False)
        for name, amount in costs[:MAX_LINES]
    ]


def _missing_income(draft: Draft, preset: Preset, figures: list[Figure]) -> list[Line]:
    if not preset.income or any(figure.speaks_of(INCOME_WORDS) for figure in figures):
        return []
    return [
        Line(
            "Income",
            draft.put("Income", 0, "currency", given=False, note="A month. Not in your request: enter it here"),
            income=True,
        )
    ]


def _given_line(draft: Draft, figure: Figure, default_per: str) -> Line:
    per = figure.per or default_per
    quantity = f" × {figure.quantity:g}" if figure.quantity else ""
    name = capitalised(figure.label)[:60]
    reference = draft.put(name, figure.value, "currency", given=True, note=f"A {per}{quantity}")
    times = f"*{draft.put(f'Quantity: {name}', figure.quantity, 'number', given=True)}" if figure.quantity else ""
    factor = {"year": "/12", "quarter": "/3", "week": "*52/12", "day": "*365/12"}.get(per, "")
    return Line(name, f"{reference}{times}{factor}", figure.speaks_of(INCOME_WORDS))


def _shares(draft: Draft, total: str, names: tuple[str, ...], months: int) -> list[Line]:
    """Splits a total evenly: the shares are assumptions, the last one takes what is left."""
    names = names[:MAX_LINES]
    even = round(1 / len(names), 2)
    references = [
        draft.put(
            f"Share: {capitalised(name)}",
            even,
            "percent",
            given=False,
            note="Of the total; the last line takes what is left",
        )
        for name in names[:-1]
    ]
    rest = f"(1-{'-'.join(references)})" if references else "1"
    return [
        Line(capitalised(name), f"{total}/{months}*{share}", income=False)
        for name, share in zip(names, [*references, rest], strict=True)
    ]


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
    ]
    spans: list[tuple[int, int]] = []
    for income, label in ((True, "Income"), (False, "Costs")):
        group = [line for line in lines if line.income is income]
        if not group:
            continue
        first = len(rows) + 1
        rows += [
            [plain(line.name), *[f"={line.monthly}"] * months, f"=SUM(B{row}:{last}{row})"]
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
            styled(f"B{balance + 1}:{last}{balance + 1}", "calculation", "currency"),
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
    rows: list[list[CellValue]] = [[None] * 4 for _ in range(40)]
    return [
        title,
        WriteTable(sheet=sheet, anchor="A4", name="Actuals", columns=columns, rows=rows),
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    ]


def _summary(
    draft: Draft, sheet: str, plan: str, lines: list[Line], months: int, subtitle: str, total: str | None
) -> list[ExcelOperation]:
    has_income = any(line.income for line in lines)
    total_column = column_letter(months + 2)
    row_of = _plan_rows(lines)
    columns = [
        TableColumn(header="Category"),
        TableColumn(header="Planned", kind="currency"),
        TableColumn(
            header="Actual to date", kind="currency", formula="=SUMIFS(Actuals[Amount],Actuals[Category],[@Category])"
        ),
        TableColumn(header="Remaining", kind="currency", formula="=[@Planned]-[@[Actual to date]]"),
    ]
    costs = [line for line in lines if not line.income]
    shown = costs or lines
    rows: list[list[CellValue]] = [
        [plain(line.name), f"={plan}!{total_column}{row_of[line.name]}", None, None] for line in shown
    ]
    cost_total = "SUM(Costs[Planned])"
    key: KeyFigures = [
        ("Planned costs", f"={cost_total}", "currency"),
        ("Spent to date", "=SUM(Costs[Actual to date])", "currency"),
    ]
    if has_income:
        income_row = 5 + sum(line.income for line in lines)
        key = [
            ("Planned income", f"={plan}!{total_column}{income_row}", "currency"),
            key[0],
            ("Left over", "=A5-B5", "currency"),
            key[1],
        ]
    elif total:
        key = [("Total budget", f"={total}", "currency"), key[0], ("Not allocated", "=A5-B5", "currency"), key[1]]
    else:
        key = [key[0], ("Average a month", f"=A5/{months}", "currency"), key[1], ("Remaining", "=A5-C5", "currency")]
    below = 8 + len(rows) + 2
    table = WriteTable(sheet=sheet, anchor="A8", name="Costs", columns=columns, rows=rows)
    first, end = 9, 8 + len(rows)
    pie = chart(
        sheet,
        f"A{below}",
        "doughnut" if len(rows) <= 6 else "bar",
        "Planned costs by category",
        [ChartSeries(values=f"{sheet}!$B${first}:$B${end}", categories=f"{sheet}!$A${first}:$A${end}", name="Planned")],
        half=True,
        data_labels=False,
    )
    last = column_letter(months + 1)
    series = [
        ChartSeries(values=f"{plan}!$B${row}:${last}${row}", categories=f"{plan}!$B$4:${last}$4", name=name)
        for name, row in _totals(lines)
    ]
    line = chart(sheet, f"C{below}", "column", "Plan by month", series, half=True)
    rule = AddConditionalFormat(
        sheet=sheet, range=f"D{first}:D{end}", rule=CellRule(operator="<", value=0, style="bad")
    )
    return [*tiles(sheet, draft.brief.title, subtitle, key), table, rule, pie, line]


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
