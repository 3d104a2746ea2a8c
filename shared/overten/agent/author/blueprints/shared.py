"""Expenses that several people share: who paid what, and who owes whom how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.blueprints.budget import ACTUAL_ROWS
from overten.agent.author.draft import ASSUMPTIONS, SUMMARY, Draft, capitalised, chart, grid_end, plain, styled, tiles
from overten.agent.author.multipliers import put_amount
from overten.documents.excel.operations import (
    AddConditionalFormat,
    CellRule,
    ChartSeries,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.documents.excel.operations import CellValue


def shared_expenses(draft: Draft) -> None:
    """A log of expenses with who paid; each bears an equal part, and the balances say who owes."""
    summary, sheet = draft.sheet(SUMMARY), draft.sheet("Expenses")
    people = draft.brief.names[:20]
    rows: list[list[CellValue]] = []
    if figures := draft.amounts():
        draft.sheet(ASSUMPTIONS)
        draft.section("Amounts")
        for figure in figures:
            name = capitalised(figure.label)[:60]
            rows.append([None, plain(name), f"={put_amount(draft, figure, name)[0]}", None])
    rows += [[None] * 4 for _ in range(ACTUAL_ROWS)]
    draft.purpose = f"expenses shared equally by {len(people)} people, with who paid, each one’s part and the balances"
    columns = [
        TableColumn(header="Date", kind="date", input=True, width=14),
        TableColumn(header="Expense", input=True, width=34),
        TableColumn(header="Amount", kind="currency", input=True, total="sum", width=16),
        TableColumn(header="Paid by", choices=[name[:100] for name in people], input=True, width=18),
    ]
    title = WriteBlock(
        sheet=sheet,
        anchor="A1",
        rows=[[plain(draft.brief.title)], ["Choose who paid; each bears an equal part of every expense."]],
        styles=[styled("A1", "title"), styled("A2", "subtitle")],
    )
    draft.say(
        title,
        WriteTable(sheet=sheet, anchor="A4", name="Expenses", columns=columns, rows=rows),
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    )
    key: KeyFigures = [
        ("Total expenses", "=SUM(Expenses[Amount])", "currency"),
        ("Part of each", "=A5/ROWS(Balances[Name])", "currency"),
        ("Paid so far", "=SUM(Balances[Paid])", "currency"),
        ("Without a payer", "=A5-C5", "currency"),
    ]
    balances = [
        TableColumn(header="Name"),
        TableColumn(
            header="Paid", kind="currency", formula="=SUMIFS(Expenses[Amount],Expenses[Paid by],[@Name])", total="sum"
        ),
        TableColumn(
            header="Part",
            kind="currency",
            formula='=SUMIFS(Expenses[Amount],Expenses[Paid by],"<>")/ROWS([Name])',
            total="sum",
        ),
        TableColumn(header="Gets back (owes if negative)", kind="currency", formula="=[@Paid]-[@Part]"),
    ]
    end = 8 + len(people)
    series = [
        ChartSeries(
            values=f"{sheet}!$C$5:$C${4 + len(figures)}",
            categories=f"{sheet}!$B$5:$B${4 + len(figures)}",
            name="Amount",
        )
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Balances count the expenses that somebody has paid.", key),
        WriteTable(
            sheet=summary,
            anchor="A8",
            name="Balances",
            columns=balances,
            rows=[[plain(n), None, None, None] for n in people],
        ),
        AddConditionalFormat(sheet=summary, range=f"D9:D{end}", rule=CellRule(operator="<", value=0, style="bad")),
        *([chart(summary, f"A{end + 4}", "bar", "Expenses", series, rows=12)] if len(figures) > 1 else []),
    )
