"""Financial models over time: subscription business, profit and loss, cash flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.draft import ASSUMPTIONS, SUMMARY, Draft, capitalised, chart, tiles
from overten.agent.author.timeline import Row, Timeline, yearly
from overten.documents.excel.operations import AddChart, ChartKind, ChartSeries

if TYPE_CHECKING:
    from overten.agent.author.brief import PeriodUnit
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure

MAX_LINES = 20
PER_YEAR = {"month": 12, "quarter": 4, "year": 1, "week": 52, "day": 365}
RECEIPT_WORDS = (
    "sales|revenue|income|receipt|collection|customer|funding|investment|grant|umsatz|einnahmen|ventes|"
    "recettes|ventas|ingresos|cobros"
)
GROWTH_WORDS = "grow|growth|increas|wachs|croissance|crecimiento"
COST_SHARES = (("Salaries", 0.3), ("Marketing", 0.1), ("Rent and office", 0.05), ("Software and tools", 0.03))


def saas(draft: Draft) -> None:
    """Customers, recurring revenue, costs and cash of a subscription business, month by month, with scenarios."""
    summary, _, sheet, years = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Model", "Yearly"))
    months = min(_months(draft, 36), 60)
    draft.section("Timing and scenario")
    draft.start_date("First month")
    _scenario(draft)
    draft.section("Customers")
    draft.ask(
        "Customers at start",
        "customers|subscribers|users|clients|kunden|abonn",
        100,
        "integer",
        "count",
        name="CustomersAtStart",
    )
    draft.ask(
        "New customers a month",
        f"{GROWTH_WORDS}|new|acqui",
        0.08,
        "percent",
        "percent",
        name="CustomerGrowth",
        note="Share of the customers at the start of the month",
    )
    churn = draft.ask("Churn a month", "churn|cancel|abwander|attrition", 0.03, "percent", "percent", name="Churn")
    draft.section("Revenue and direct costs")
    price = draft.ask(
        "Price a month",
        "price|pric|arpu|subscription|plan|preis|prix|precio|fee|mrr",
        50,
        "currency",
        "money",
        name="Price",
        note="Average for each customer",
    )
    margin = draft.take("gross margin|margin", "percent")
    cogs = (
        draft.put(
            "Hosting and support",
            round(1 - margin.value, 6),
            "percent",
            given=True,
            name="CostOfRevenue",
            note=f"1 − the gross margin of {margin.value:.0%}",
        )
        if margin
        else draft.ask(
            "Hosting and support",
            "cogs|hosting|cost of",
            0.2,
            "percent",
            "percent",
            name="CostOfRevenue",
            note="Share of revenue",
        )
    )
    cac = draft.ask("Cost of a new customer", "cac|acquisition", 150, "currency", "money", name="AcquisitionCost")
    cash = draft.take("cash|funding|invest|raise|seed|bank|capital|opening", "money")
    tax = draft.take("tax|steuer|imp[ôo]t|impuesto", "percent")
    draft.section("Operating costs")
    costs = _cost_rows(draft, (COST_SHARES[0], *COST_SHARES[2:]))
    draft.section("Cash")
    draft.put("Cash at start", cash.value if cash else 0, "currency", given=cash is not None, name="CashAtStart")
    _tax(draft, tax)
    rows = (
        Row("h1", "Customers"),
        Row("open", "At start of month", "{p}{close}", first="{CustomersAtStart}", kind="integer", total=None),
        Row("new", "New", "{c}{open}*{CustomerGrowth}*{ScenarioFactor}", kind="integer"),
        Row("lost", "Lost", "-{c}{open}*{Churn}", kind="integer"),
        Row("close", "At end of month", "SUM({c}{open}:{c}{lost})", kind="integer", look="total", total="last"),
        Row("h2", "Profit and loss"),
        Row("revenue", "Recurring revenue (MRR)", "{c}{close}*{Price}", look="total"),
        Row("cogs", "Hosting and support", "-{c}{revenue}*{CostOfRevenue}"),
        Row("gross", "Gross profit", "{c}{revenue}+{c}{cogs}", look="total"),
        Row("acquire", "Customer acquisition", "-{c}{new}*{AcquisitionCost}"),
        *costs,
        Row("ebit", "Operating profit", f"SUM({{c}}{{gross}}:{{c}}{{{costs[-1].key}}})", look="total"),
        Row("tax", "Tax on profit", "-MAX(0,{c}{ebit})*{TaxRate}"),
        Row("net", "Net profit", "{c}{ebit}+{c}{tax}", look="total"),
        Row("margin", "Net margin", "IF({c}{revenue}=0,0,{c}{net}/{c}{revenue})", kind="percent", total="ratio"),
        Row("h3", "Cash"),
        Row(
            "cash",
            "Cash at end of month",
            "{p}{cash}+{c}{net}",
            first="{CashAtStart}+{c}{net}",
            look="total",
            total="last",
        ),
    )
    model = Timeline(sheet, rows, months, "month", draft.refs)
    draft.purpose = f"a {months}-month model of customers, recurring revenue, costs and cash with three scenarios"
    draft.say(*model.operations("Model", "Follows the scenario chosen on the Assumptions sheet", watch=("cash",)))
    draft.say(*yearly(years, model, ("close", "revenue", "gross", "ebit", "net", "margin", "cash"), 12, "By year"))
    last = model.last
    figures: KeyFigures = [
        ("ARR at the end", f"={model.cell('revenue', last)}*12", "currency"),
        ("Customers at the end", f"={model.cell('close', last)}", "integer"),
        ("Lowest cash balance", f"=MIN({model.span('cash')})", "currency"),
        (
            "Lifetime value / acquisition cost",
            f"=IF(OR({churn}=0,{cac}=0),0,{price}*(1-{cogs})/{churn}/{cac})",
            "number",
        ),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change the assumptions or the scenario; every figure follows.", figures),
        _line(
            summary,
            "A7",
            "column",
            "Recurring revenue by month",
            [("Recurring revenue", model.span("revenue"))],
            model.header,
            half=True,
        ),
        _line(
            summary,
            "C7",
            "line",
            "Customers at end of month",
            [("Customers", model.span("close"))],
            model.header,
            half=True,
            number_format="#,##0",
        ),
        _line(
            summary,
            "A25",
            "column",
            "Net profit and cash",
            [("Net profit", model.span("net")), ("Cash", model.span("cash"))],
            model.header,
            last_as_line=True,
        ),
    )


def profit_loss(draft: Draft) -> None:
    """Revenue, costs and profit by month, quarter or year, with scenarios."""
    unit, periods = _unit_and_count(draft)
    summary, _, sheet = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Profit and loss"))
    draft.section("Timing and scenario")
    draft.start_date(f"First {unit}")
    _scenario(draft)
    draft.section("Revenue")
    tax = draft.take("tax|steuer|imp[ôo]t|impuesto", "percent")
    margin = draft.take("margin|marge|margen", "percent")
    cogs = draft.take("cogs|cost of goods|cost of sales|wareneinsatz", "percent")
    growth = draft.take(GROWTH_WORDS, "percent")
    revenue = _revenue_rows(draft, unit)
    _growth(draft, growth, unit)
    share = round(1 - margin.value, 6) if margin else cogs.value if cogs else 0.4
    note = "1 − the gross margin of your request" if margin else "Share of revenue"
    draft.put("Cost of sales", share, "percent", given=bool(margin or cogs), name="CostOfSales", note=note)
    draft.section("Operating costs")
    costs = _cost_rows(draft, COST_SHARES, unit)
    draft.section("Tax")
    _tax(draft, tax)
    rows = (
        Row("h1", "Revenue"),
        *revenue,
        Row("revenue", "Revenue", f"SUM({{c}}{{{revenue[0].key}}}:{{c}}{{{revenue[-1].key}}})", look="total"),
        Row("cogs", "Cost of sales", "-{c}{revenue}*{CostOfSales}"),
        Row("gross", "Gross profit", "{c}{revenue}+{c}{cogs}", look="total"),
        Row("h2", "Operating costs"),
        *costs,
        Row(
            "ebit",
            "Operating profit",
            f"{{c}}{{gross}}+SUM({{c}}{{{costs[0].key}}}:{{c}}{{{costs[-1].key}}})",
            look="total",
        ),
        Row("tax", "Tax on profit", "-MAX(0,{c}{ebit})*{TaxRate}"),
        Row("net", "Net profit", "{c}{ebit}+{c}{tax}", look="total"),
        Row("margin", "Net margin", "IF({c}{revenue}=0,0,{c}{net}/{c}{revenue})", kind="percent", total="ratio"),
        Row("running", "Net profit, running", "{p}{running}+{c}{net}", first="{c}{net}", total="last"),
    )
    model = Timeline(sheet, rows, periods, unit, draft.refs)
    draft.purpose = f"a profit and loss model over {periods} {unit}s with three scenarios"
    draft.say(
        *model.operations(
            "Profit and loss", "Follows the scenario chosen on the Assumptions sheet", watch=("ebit", "net")
        )
    )
    figures: KeyFigures = [
        ("Revenue, whole period", f"={model.cell('revenue', model.total)}", "currency"),
        ("Gross profit", f"={model.cell('gross', model.total)}", "currency"),
        ("Net profit", f"={model.cell('net', model.total)}", "currency"),
        ("Net margin", f"={model.cell('margin', model.total)}", "percent"),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change the assumptions or the scenario; every figure follows.", figures),
        _line(
            summary,
            "A7",
            "column",
            "Revenue and net profit",
            [("Revenue", model.span("revenue")), ("Net profit", model.span("net"))],
            model.header,
        ),
        _line(
            summary,
            "A25",
            "area",
            "Net profit, running total",
            [("Net profit, running", model.span("running"))],
            model.header,
        ),
    )


def cash_flow(draft: Draft) -> None:
    """Receipts, payments and the balance, by week, month or quarter."""
    unit, periods = _unit_and_count(draft)
    summary, _, sheet = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Cash flow"))
    draft.section("Timing")
    draft.start_date(f"First {unit}")
    draft.section("Balance")
    draft.ask(
        "Opening balance",
        "opening|starting|cash|balance|bank|kontostand|anfangs|solde|saldo",
        10_000,
        "currency",
        "money",
        "count",
        name="OpeningBalance",
    )
    draft.ask(
        "Minimum balance",
        "minimum|reserve|buffer|mindest",
        5_000,
        "currency",
        "money",
        "count",
        name="MinimumBalance",
        note="Balances below it are highlighted",
    )
    growth = draft.take(GROWTH_WORDS, "percent")
    figures = [figure for figure in draft.rest("money", "count") if figure.label][:MAX_LINES]
    inflows = [figure for figure in figures if figure.speaks_of(RECEIPT_WORDS)]
    outflows = [figure for figure in figures if figure not in inflows]
    draft.section(f"Receipts a {unit}")
    receipts = _flow_rows(
        draft,
        inflows,
        (("Sales receipts", 20_000), ("Other receipts", 1_000)),
        unit,
        "in",
        "*(1+{Growth})^(COLUMN()-2)",
    )
    _growth(draft, growth, unit)
    draft.section(f"Payments a {unit}")
    payments = _flow_rows(
        draft, outflows, (("Suppliers", 8_000), ("Salaries", 7_000), ("Rent", 2_000), ("Taxes", 1_000)), unit, "out", ""
    )
    rows = (
        Row("open", "Opening balance", "{p}{close}", first="{OpeningBalance}", total=None),
        Row("h1", "Receipts"),
        *receipts,
        Row("in", "Total receipts", f"SUM({{c}}{{{receipts[0].key}}}:{{c}}{{{receipts[-1].key}}})", look="total"),
        Row("h2", "Payments"),
        *payments,
        Row("out", "Total payments", f"SUM({{c}}{{{payments[0].key}}}:{{c}}{{{payments[-1].key}}})", look="total"),
        Row("net", "Net cash flow", "{c}{in}-{c}{out}", look="total"),
        Row("close", "Closing balance", "{c}{open}+{c}{net}", look="total", total="last"),
        Row("room", "Above minimum balance", "{c}{close}-{MinimumBalance}", total=None),
    )
    model = Timeline(sheet, rows, periods, unit, draft.refs)
    draft.purpose = f"a cash flow forecast over {periods} {unit}s with opening and closing balances"
    draft.say(*model.operations("Cash flow", "Receipts, payments and balance", watch=("close", "room")))
    key: KeyFigures = [
        ("Opening balance", f"={draft.refs['OpeningBalance']}", "currency"),
        ("Closing balance", f"={model.cell('close', model.last)}", "currency"),
        ("Lowest balance", f"=MIN({model.span('close')})", "currency"),
        (f"{capitalised(unit)}s below the minimum", f'=COUNTIF({model.span("room")},"<0")', "integer"),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Change the assumptions; every balance follows.", key),
        _line(summary, "A7", "line", "Closing balance", [("Closing balance", model.span("close"))], model.header),
        _line(
            summary,
            "A25",
            "column",
            "Receipts and payments",
            [("Receipts", model.span("in")), ("Payments", model.span("out"))],
            model.header,
        ),
    )


def _line(
    sheet: str,
    anchor: str,
    kind: ChartKind,
    title: str,
    spans: list[tuple[str, str]],
    header: str,
    *,
    half: bool = False,
    last_as_line: bool = False,
    **more: object,
) -> AddChart:
    """A chart of rows over time; with `last_as_line` the last row is drawn as a line over the others."""
    series = [ChartSeries(values=span, categories=header, name=name) for name, span in spans]
    if last_as_line:
        name, span = spans[-1]
        series[-1] = ChartSeries(values=span, categories=header, name=name, kind="line")
    return chart(sheet, anchor, kind, title, series, half=half, **more)


def _months(draft: Draft, default: int) -> int:
    periods = draft.brief.periods
    factor = {"month": 1, "quarter": 3, "year": 12}.get(periods.unit or "", 0)
    return (periods.count or 0) * factor or default


def _unit_and_count(draft: Draft) -> tuple[PeriodUnit, int]:
    periods = draft.brief.periods
    defaults = {"day": 30, "week": 13, "month": 12, "quarter": 4, "year": 5}
    unit = periods.unit or "month"
    if unit == "year" and (periods.count or 5) <= 2:
        return "month", (periods.count or 1) * 12
    return unit, periods.count or defaults[unit]


def _scenario(draft: Draft) -> None:
    choice = draft.put(
        "Scenario", "Base", "text", given=False, note="Base, Upside or Downside", choices=("Base", "Upside", "Downside")
    )
    upside = draft.put("Upside: growth factor", 1.25, "percent", given=False, note="Growth is multiplied by it")
    downside = draft.put("Downside: growth factor", 0.75, "percent", given=False, note="Growth is multiplied by it")
    draft.put(
        "Growth factor in use",
        f'=IF({choice}="Upside",{upside},IF({choice}="Downside",{downside},1))',
        "percent",
        given=False,
        name="ScenarioFactor",
    )


def _growth(draft: Draft, growth: Figure | None, unit: PeriodUnit) -> None:
    """Growth for each period of the model; a rate a year is broken down to shorter ones."""
    default = {"year": 0.1, "quarter": 0.03, "month": 0.01}.get(unit, 0.0)
    if growth is None:
        draft.put(f"Growth a {unit}", default, "percent", given=False, name="Growth")
    elif growth.per in (None, unit) or growth.per not in PER_YEAR:
        draft.put(f"Growth a {unit}", growth.value, "percent", given=True, name="Growth")
    else:
        rate = draft.put(f"Growth a {growth.per}", growth.value, "percent", given=True)
        draft.put(
            f"Growth a {unit}",
            f"=(1+{rate})^({PER_YEAR[growth.per]}/{PER_YEAR[unit]})-1",
            "percent",
            given=True,
            name="Growth",
        )


def _tax(draft: Draft, tax: Figure | None) -> None:
    draft.put(
        "Tax rate",
        tax.value if tax else 0.25,
        "percent",
        given=tax is not None,
        name="TaxRate",
        note="On positive profit of each period",
    )


def _per_period(reference: str, per: str | None, unit: PeriodUnit) -> str:
    if per is None or per == unit or per not in PER_YEAR:
        return reference
    return f"{reference}*{PER_YEAR[per]}/{PER_YEAR[unit]}"


def _revenue_rows(draft: Draft, unit: PeriodUnit) -> list[Row]:
    """Products with quantity and price, else named revenues, else one line; volumes grow by the scenario's growth."""
    grows = "{p}{KEY}*(1+{Growth}*{ScenarioFactor})"
    products = [
        index for index, figure in enumerate(draft.brief.figures) if figure.quantity and index not in draft.taken
    ][:MAX_LINES]
    rows: list[Row] = []
    for number, index in enumerate(products):
        figure = draft.brief.figures[index]
        draft.taken.add(index)
        name = capitalised(figure.label)
        units = draft.put(f"{name}: units a {unit}", figure.quantity, "number", given=True)
        price = draft.put(f"{name}: unit price", figure.value, "currency", given=True)
        rows.append(Row(f"r{number}", name, grows.replace("KEY", f"r{number}"), first=f"{units}*{price}"))
    while not rows or (
        len(rows) < MAX_LINES
        and any(
            f.speaks_of(RECEIPT_WORDS) and f.unit != "percent" and i not in draft.taken
            for i, f in enumerate(draft.brief.figures)
        )
    ):
        figure_ = draft.take(RECEIPT_WORDS, "money", "count")
        name = capitalised(figure_.label)[:60] if figure_ else "Revenue"
        value, per = (figure_.value, figure_.per) if figure_ else (20_000 * (12 // PER_YEAR.get(unit, 12) or 1), None)
        reference = draft.put(f"{name} in the first {per or unit}", value, "currency", given=figure_ is not None)
        rows.append(
            Row(f"r{len(rows)}", name, grows.replace("KEY", f"r{len(rows)}"), first=_per_period(reference, per, unit))
        )
    return rows


def _cost_rows(draft: Draft, shares: tuple[tuple[str, float], ...], unit: PeriodUnit = "month") -> list[Row]:
    """The costs that were given; without any, usual ones as shares of revenue, which fit a business of any size."""
    figures = [figure for figure in draft.rest("money") if figure.label][:MAX_LINES]
    rows = []
    for number, figure in enumerate(figures):
        reference = draft.put(
            capitalised(figure.label), figure.value, "currency", given=True, note=f"A {figure.per or unit}"
        )
        rows.append(Row(f"k{number}", capitalised(figure.label), f"-{_per_period(reference, figure.per, unit)}"))
    for number, (name, share) in enumerate(() if figures else shares):
        reference = draft.put(name, share, "percent", given=False, note="Share of revenue")
        rows.append(Row(f"k{number}", name, f"-{{c}}{{revenue}}*{reference}"))
    return rows


def _flow_rows(
    draft: Draft, figures: list[Figure], preset: tuple[tuple[str, int], ...], unit: PeriodUnit, prefix: str, growth: str
) -> list[Row]:
    lines = [(figure.label, figure.value, figure.per, True) for figure in figures] or [
        (name, amount, None, False) for name, amount in preset
    ]
    rows = []
    for number, (label, amount, per, given) in enumerate(lines):
        reference = draft.put(capitalised(label), amount, "currency", given=given, note=f"A {per or unit}")
        rows.append(Row(f"{prefix}{number}", capitalised(label), f"{_per_period(reference, per, unit)}{growth}"))
    return rows
