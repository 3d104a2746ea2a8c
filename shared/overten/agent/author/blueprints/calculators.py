"""Calculations with a handful of inputs: loan, break-even, unit economics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.draft import ASSUMPTIONS, SUMMARY, Draft, capitalised, chart, grid_end, styled, tiles, whole
from overten.agent.author.multipliers import count_kind
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
    from overten.documents.excel.operations import CellValue, ExcelOperation

MAX_PAYMENTS = 480


def loan(draft: Draft) -> None:
    """The schedule of an annuity loan, month by month, with totals by year."""
    summary, _, sheet = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS), draft.sheet("Schedule")
    draft.section("Loan")
    extra = draft.take("extra|additional|sonder", "money", "count")
    amount = _principal(draft)
    rate_figure = draft.take("interest|apr\\b|rate|zins|taux|int[ée]r", "percent") or draft.take("", "percent")
    rate = draft.put(
        "Interest rate a year",
        rate_figure.value if rate_figure else 0.05,
        "percent",
        given=rate_figure is not None,
        name="InterestRate",
    )
    periods = draft.brief.periods
    months = {"year": 12, "month": 1, "quarter": 3}.get(periods.unit or "", 0) * (periods.count or 0)
    payments = min(months or 240, MAX_PAYMENTS)
    term = draft.put(
        "Number of monthly payments",
        payments,
        "integer",
        given=bool(months),
        name="Payments",
        note=_term_note(payments, bool(months)),
    )
    first = draft.start_date("First payment", "FirstPayment")
    more = draft.put(
        "Extra payment a month", extra.value if extra else 0, "currency", given=extra is not None, name="ExtraPayment"
    )
    draft.put(
        "Monthly payment",
        f"=IF({rate}=0,{amount}/{term},-PMT({rate}/12,{term},{amount}))",
        "currency",
        given=True,
        name="MonthlyPayment",
    )
    draft.purpose = f"an amortisation schedule of {payments} monthly payments with interest, principal and balance"
    draft.say(*_schedule(sheet, payments, amount, rate, first, more, draft.refs["MonthlyPayment"]))
    end, years = 4 + payments, -(-payments // 12)
    rows: list[list[CellValue]] = [["Year", "Interest", "Principal", "Balance"]]
    for year in range(years):
        top, bottom = 5 + year * 12, min(4 + (year + 1) * 12, end)
        rows.append(
            [year + 1, f"=SUM({sheet}!E{top}:E{bottom})", f"=SUM({sheet}!F{top}:F{bottom})", f"={sheet}!G{bottom}"]
        )
    last = 42 + years
    styles = [
        styled("A42:D42", "header"),
        styled("B42:D42", "header", align="right"),
        styled(f"A43:A{last}", "label", "integer", align="left"),
        styled(f"B43:D{last}", "calculation", "currency"),
    ]
    key: KeyFigures = [
        ("Monthly payment", f"={draft.refs['MonthlyPayment']}", "currency"),
        ("Total interest", f"=SUM({sheet}!E5:E{end})", "currency"),
        ("Total paid", f"=SUM({sheet}!D5:D{end})", "currency"),
        ("Last payment", f'=MAXIFS({sheet}!B5:B{end},{sheet}!D5:D{end},">0")', "date"),
    ]
    yearly = [
        ChartSeries(values=f"{summary}!${c}$43:${c}${last}", categories=f"{summary}!$A$43:$A${last}", name=name)
        for c, name in (("B", "Interest"), ("C", "Principal"))
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change the loan on the Assumptions sheet; the schedule follows.", key),
        chart(
            summary,
            "A7",
            "area",
            "Balance after each payment",
            [ChartSeries(values=f"{sheet}!$G$5:$G${end}", categories=f"{sheet}!$B$5:$B${end}", name="Balance")],
        ),
        chart(summary, "A24", "stacked_column", "Interest and principal by year", yearly, x_title="Year"),
        WriteBlock(sheet=summary, anchor="A42", rows=rows, styles=styles),
    )


def loan_comparison(draft: Draft) -> None:
    """Loans side by side: payment, total interest and total cost of each, and which costs least."""
    summary, _ = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS)
    offers = draft.brief.offers
    draft.taken.update(
        index
        for index, figure in enumerate(draft.brief.figures)
        if any(offer.start <= figure.start < offer.end for offer in offers)
    )
    amounts = draft.amounts()
    given = amounts if len(amounts) == len(offers) else amounts[:1] * len(offers)
    shared = None
    if len(amounts) != len(offers):
        draft.section("All loans")
        value = whole(amounts[0].value) if amounts else 200_000
        shared = draft.put("Loan amount", value, "currency", given=bool(amounts))
    names = [f"Loan {number}" for number in range(1, len(offers) + 1)]
    rows: list[list[CellValue]] = []
    for index, (name, offer) in enumerate(zip(names, offers, strict=True)):
        draft.section(name)
        amount = shared or draft.put(f"{name}: amount", whole(given[index].value), "currency", given=True)
        rate = draft.put(f"{name}: interest rate a year", offer.rate, "percent", given=True)
        years = draft.put(f"{name}: years", whole(offer.months / 12), count_kind(offer.months / 12), given=True)
        row = 9 + index
        payment = f"=IF(C{row}=0,B{row}/(D{row}*12),-PMT(C{row}/12,D{row}*12,B{row}))"
        rows.append([name, f"={amount}", f"={rate}", f"={years}", payment, None, None])
    draft.purpose = f"{len(offers)} loans side by side with monthly payment, total interest and total paid"
    columns = [
        TableColumn(header="Loan", width=30),
        TableColumn(header="Amount", kind="currency"),
        TableColumn(header="Interest rate", kind="percent", number_format="0.00%"),
        TableColumn(header="Years", kind="number", number_format="General"),
        TableColumn(header="Monthly payment", kind="currency", width=20),
        TableColumn(header="Total interest", kind="currency", formula="=E9*D9*12-B9", width=20),
        TableColumn(header="Total paid", kind="currency", formula="=E9*D9*12", width=20),
    ]
    end = 8 + len(rows)
    key: KeyFigures = [
        ("Least interest", f"=INDEX(A9:A{end},MATCH(MIN(F9:F{end}),F9:F{end},0))", "text"),
        ("Interest saved", f"=MAX(F9:F{end})-MIN(F9:F{end})", "currency"),
        ("Lowest payment", f"=INDEX(A9:A{end},MATCH(MIN(E9:E{end}),E9:E{end},0))", "text"),
        ("Difference a month", f"=MAX(E9:E{end})-MIN(E9:E{end})", "currency"),
    ]
    bars = [
        ChartSeries(values=f"{summary}!${c}$9:${c}${end}", categories=f"{summary}!$A$9:$A${end}", name=name)
        for c, name in (("B", "Amount"), ("F", "Total interest"))
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Equal monthly payments; change the loans on the Assumptions sheet.", key),
        WriteTable(sheet=summary, anchor="A8", name="Loans", columns=columns, rows=rows),
        chart(summary, f"A{end + 3}", "stacked_column", "What each loan costs in all", bars),
    )


def _principal(draft: Draft) -> str:
    """The reference of the amount borrowed: as given, or a price less the down payment."""
    down = draft.take("down|deposit|eigenkapital|anzahlung|apport|entrada")
    given = draft.take(
        "loan|mortgage|credit|borrow|kredit|darlehen|hypothek|pr[êe]t|emprunt|pr[ée]stamo|hipoteca", "money", "count"
    )
    price = given or next(iter(draft.amounts()), None)
    if down is None or price is None:
        value = whole(price.value) if price else 200_000
        return draft.put("Loan amount", value, "currency", given=price is not None, name="LoanAmount")
    price_ref = draft.put(capitalised(price.label), whole(price.value), "currency", given=True)
    if down.unit == "percent":
        paid = f"{price_ref}*{draft.put('Down payment', down.value, 'percent', given=True)}"
    else:
        paid = draft.put("Down payment", whole(down.value), "currency", given=True)
    return draft.put("Loan amount", f"={price_ref}-{paid}", "currency", given=True, name="LoanAmount")


def _term_note(payments: int, given: bool) -> str:
    return f"{payments / 12:g} years" + (
        ". The schedule has one row for each; shorter terms end in rows of zero" if given else ""
    )


def _schedule(
    sheet: str, payments: int, amount: str, rate: str, first: str, extra: str, payment: str
) -> list[ExcelOperation]:
    rows: list[list[CellValue]] = [
        ["Schedule"],
        ["One row for each monthly payment"],
        [],
        ["No.", "Date", "Opening balance", "Payment", "Interest", "Principal", "Closing balance"],
    ]
    for number in range(1, payments + 1):
        row = number + 4
        rows.append(
            [
                number,
                f"=EDATE({first},A{row}-1)",
                f"={amount}" if number == 1 else f"=G{row - 1}",
                f"=MIN({payment}+{extra},C{row}+E{row})",
                f"=C{row}*{rate}/12",
                f"=D{row}-E{row}",
                f"=MAX(0,C{row}-F{row})",
            ]
        )
    end = payments + 4
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled("A4:G4", "header"),
        styled("B4:G4", "header", align="right"),
        styled(f"A5:A{end}", "label", "integer", align="left"),
        styled(f"B5:B{end}", "calculation", "date"),
        styled(f"C5:G{end}", "calculation", "currency"),
    ]
    return [
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 8, "B": 14, "C:G": 18}),
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    ]


def break_even(draft: Draft) -> None:
    """How many units cover the fixed costs, and profit at a range of volumes."""
    summary, _, sheet = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS), draft.sheet("Volumes")
    draft.section("Costs and price")
    fixed = draft.ask("Fixed costs", "fix|rent|overhead|fijos", 10_000, "currency", "money", "count", name="FixedCosts")
    variable = draft.ask(
        "Variable cost of a unit",
        "variab|cost|material|unit cost|kosten|co[ûu]t|coste",
        20,
        "currency",
        "money",
        "count",
        name="VariableCost",
    )
    price = draft.ask(
        "Price of a unit", "price|pric|sell|preis|verkauf|prix|precio", 50, "currency", "money", "count", name="Price"
    )
    target = draft.ask(
        "Target profit",
        "profit|target|gewinn|b[ée]n[ée]fice|beneficio",
        0,
        "currency",
        "money",
        "count",
        name="TargetProfit",
    )
    step = draft.put(
        "Step of the volumes", 0.2, "percent", given=False, note="Of the break-even volume", name="VolumeStep"
    )
    units = draft.put(
        "Break-even units",
        f"=IF({price}<={variable},0,({fixed}+{target})/({price}-{variable}))",
        "number",
        given=True,
        name="BreakEvenUnits",
    )
    draft.purpose = "a break-even analysis with contribution margin and profit at eleven volumes"
    rows: list[list[CellValue]] = [
        ["Volumes"],
        ["Revenue, costs and profit around the break-even point"],
        [],
        ["Units", "Revenue", "Fixed costs", "Variable costs", "Total costs", "Profit"],
    ]
    volumes = ["=0", *(f"=ROUND(A{row - 1}+{units}*{step},1)" for row in range(6, 16))]
    rows += [
        [volume, f"=A{row}*{price}", f"={fixed}", f"=A{row}*{variable}", f"=C{row}+D{row}", f"=B{row}-E{row}"]
        for row, volume in enumerate(volumes, 5)
    ]
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled("A4:F4", "header"),
        styled("A4:F4", "header", align="right"),
        styled("A5:A15", "calculation", "number"),
        styled("B5:F15", "calculation", "currency"),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A:F": 18}),
        AddConditionalFormat(sheet=sheet, range="F5:F15", rule=CellRule(operator="<", value=0, style="bad")),
        *grid_end(sheet, "A5", repeat_rows=4),
    )
    series = [
        ChartSeries(values=f"{sheet}!${c}$5:${c}$15", categories=f"{sheet}!$A$5:$A$15", name=name)
        for c, name in (("B", "Revenue"), ("E", "Total costs"), ("F", "Profit"))
    ]
    key: KeyFigures = [
        ("Break-even units", f"=ROUNDUP({units},0)", "integer"),
        ("Break-even revenue", f"={units}*{price}", "currency"),
        ("Contribution of a unit", f"={price}-{variable}", "currency"),
        ("Contribution margin", f"=IF({price}=0,0,({price}-{variable})/{price})", "percent"),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change costs and price on the Assumptions sheet.", key),
        chart(summary, "A7", "line", "Revenue and total costs by units sold", series, x_title="Units", rows=20),
    )


def unit_economics(draft: Draft) -> None:
    """What a customer costs, brings and when the cost is earned back."""
    summary, _, sheet = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS), draft.sheet("Payback")
    months = min((draft.brief.periods.count or 24) * (12 if draft.brief.periods.unit == "year" else 1), 60)
    draft.section("A customer")
    cac = draft.ask("Acquisition cost", "cac|acquisition", 150, "currency", "money", "count", name="AcquisitionCost")
    churn = draft.ask("Churn a month", "churn|cancel", 0.03, "percent", "percent", name="Churn")
    margin = draft.ask("Gross margin", "margin|marge|margen", 0.7, "percent", "percent", name="GrossMargin")
    price = draft.ask(
        "Revenue a month",
        "price|arpu|revenue|subscription|aov|order|fee|mrr|preis|prix|precio",
        50,
        "currency",
        "money",
        "count",
        name="MonthlyRevenue",
    )
    draft.purpose = f"the economics of a customer: lifetime value, acquisition cost and payback over {months} months"
    rows: list[list[CellValue]] = [
        ["Payback"],
        ["Expected contribution of one customer, less the acquisition cost"],
        [],
        ["Month", "Still a customer", "Contribution", "Running result"],
    ]
    rows.append([1, "=1", f"=B5*{price}*{margin}", f"=-{cac}+C5"])
    rows += [
        [row - 4, f"=B{row - 1}*(1-{churn})", f"=B{row}*{price}*{margin}", f"=D{row - 1}+C{row}"]
        for row in range(6, months + 5)
    ]
    end = months + 4
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled("A4:D4", "header"),
        styled("B4:D4", "header", align="right"),
        styled(f"A5:A{end}", "label", "integer", align="left"),
        styled(f"B5:B{end}", "calculation", "percent"),
        styled(f"C5:D{end}", "calculation", "currency"),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 10, "B:D": 18}),
        AddConditionalFormat(sheet=sheet, range=f"D5:D{end}", rule=CellRule(operator="<", value=0, style="bad")),
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    )
    value = f"IF({churn}=0,0,{price}*{margin}/{churn})"
    key: KeyFigures = [
        ("Lifetime value", f"={value}", "currency"),
        ("Acquisition cost", f"={cac}", "currency"),
        ("Lifetime value / acquisition cost", "=IF(B5=0,0,A5/B5)", "number"),
        (
            "Months to pay back",
            f'=IF(MAX({sheet}!D5:D{end})<0,"Not within {months}",COUNTIF({sheet}!D5:D{end},"<0")+1)',
            "integer",
        ),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change the customer on the Assumptions sheet.", key),
        chart(
            summary,
            "A7",
            "line",
            "Running result of one customer",
            [ChartSeries(values=f"{sheet}!$D$5:$D${end}", categories=f"{sheet}!$A$5:$A${end}", name="Running result")],
            x_title="Month",
            rows=20,
        ),
    )
