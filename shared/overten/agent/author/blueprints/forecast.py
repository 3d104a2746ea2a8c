"""Financial models over time: subscription business, profit and loss, cash flow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overten.agent.author.blueprints.budget_lines import line_name
from overten.agent.author.draft import ASSUMPTIONS, SUMMARY, Draft, capitalised, chart, tiles, whole
from overten.agent.author.lexicon import GROWTH_WORDS
from overten.agent.author.multipliers import count_kind, put_amount, put_counts, singular
from overten.agent.author.nouns import is_people, is_staff, same_noun
from overten.agent.author.timeline import Row, Timeline, yearly
from overten.documents.excel.operations import AddChart, ChartKind, ChartSeries

if TYPE_CHECKING:
    from overten.agent.author.brief import PeriodUnit
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure

MAX_LINES = 20
PER_YEAR = {"month": 12, "quarter": 4, "year": 1, "week": 52, "day": 365}
RECEIPT_WORDS = (
    "sales|revenue|income|price per|receipt|collection|customer|client|membership|funding|investment|grant|umsatz|"
    "einnahmen|ventes|recettes|ventas|ingresos|cobros"
)
GROWS = "{p}{KEY}*(1+{Growth}*{ScenarioFactor})"
CUSTOMER_WORDS = "(?:\\w+ )?(?:customers|subscribers|members|users|clients|kunden|abonn|abos)"
PRICE_WORDS = "price|pric|arpu|subscription|plan|preis|prix|precio|fee|mrr"
COST_SHARES = (("Salaries", 0.3), ("Marketing", 0.1), ("Rent and office", 0.05), ("Software and tools", 0.03))


@dataclass(frozen=True)
class Product:
    """Something sold by the unit: what it is called, the key of its row and the reference of its price."""

    noun: str
    key: str
    price: str


def saas(draft: Draft) -> None:
    """Customers, recurring revenue, costs and cash of a subscription business, month by month, with scenarios."""
    summary, _, sheet, years = (draft.sheet(name) for name in (SUMMARY, ASSUMPTIONS, "Model", "Yearly"))
    months = min(_months(draft, 36), 60)
    draft.section("Timing and scenario")
    draft.start_date("First month")
    _scenario(draft)
    draft.section("Customers")
    plan = _subscription(draft)
    # Usual values of software fit no gym.
    is_software = (
        re.search(r"\b(?:saas|software|app|mrr|arr)\b", draft.brief.prompt, re.IGNORECASE) or not draft.brief.figures
    )
    if plan:
        draft.put("Customers at start", whole(plan.quantity or 0), "integer", given=True, name="CustomersAtStart")
    else:
        draft.ask("Customers at start", CUSTOMER_WORDS, 100, "integer", "count", name="CustomersAtStart")
    new = _new_customers(draft)
    churn = draft.ask("Churn a month", "churn|cancel|abwander|attrition", 0.03, "percent", "percent", name="Churn")
    draft.section("Revenue and direct costs")
    if plan:
        price = draft.put("Price a month", whole(plan.value), "currency", given=True, name="Price")
    else:
        price = draft.ask(
            "Price a month", PRICE_WORDS, 50, "currency", "money", name="Price", note="Average for each customer"
        )
    margin = draft.take("gross margin|margin", "percent")
    cogs = (
        draft.put(
            "Cost of revenue",
            round(1 - margin.value, 6),
            "percent",
            given=True,
            name="CostOfRevenue",
            note=f"1 − the gross margin of {margin.value:.0%}",
        )
        if margin
        else draft.ask(
            "Cost of revenue",
            "cogs|hosting|cost of",
            0.2 if is_software else 0,
            "percent",
            "percent",
            name="CostOfRevenue",
            note="Share of revenue, such as hosting, support or material",
        )
    )
    cac = draft.ask(
        "Cost of a new customer",
        "cac|acquisition",
        150 if is_software else 0,
        "currency",
        "money",
        name="AcquisitionCost",
    )
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
        Row("new", "New", f"{new}*{{ScenarioFactor}}", kind="integer"),
        Row("lost", "Lost", "-{c}{open}*{Churn}", kind="integer"),
        Row("close", "At end of month", "SUM({c}{open}:{c}{lost})", kind="integer", look="total", total="last"),
        Row("h2", "Profit and loss"),
        Row("revenue", "Recurring revenue (MRR)", "{c}{close}*{Price}", look="total"),
        Row("cogs", "Cost of revenue", "-{c}{revenue}*{CostOfRevenue}"),
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


def _subscription(draft: Draft) -> Figure | None:
    """ "200 members paying $39 a month": customers and price in one."""
    for index, figure in enumerate(draft.brief.figures):
        if figure.quantity is not None and figure.speaks_of(CUSTOMER_WORDS):
            draft.taken.add(index)
            return figure
    return None


def _new_customers(draft: Draft) -> str:
    """New customers of a month: a number that was given, else a share of those at the start of the month."""
    for index, figure in enumerate(draft.brief.figures):
        if figure.counts and figure.per == "month" and index not in draft.taken and figure.speaks_of(CUSTOMER_WORDS):
            draft.taken.add(index)
            return draft.put("New customers a month", whole(figure.value), "integer", given=True)
    share = draft.ask(
        "New customers a month",
        f"{GROWTH_WORDS}|new|acqui",
        0.08,
        "percent",
        "percent",
        name="CustomerGrowth",
        note="Share of the customers at the start of the month",
    )
    return f"{{c}}{{open}}*{share}"


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
    cogs = draft.take(
        "cogs|cost of goods|cost of sales|food cost|ingredient|material|direct cost|wareneinsatz", "percent"
    )
    growth = draft.take(GROWTH_WORDS, "percent")
    revenue, products = _revenue_rows(draft, unit)
    _growth(draft, growth, unit, steady=f"Revenue in the first {unit}" not in draft.assumed_labels)
    direct = _unit_costs(draft, products)
    usual = 0 if _gives_figures(draft) else 0.4
    share = round(1 - margin.value, 6) if margin else cogs.value if cogs else usual
    note = "1 − the gross margin of your request" if margin else "Share of revenue"
    if direct is None:
        draft.put("Cost of sales", share, "percent", given=bool(margin or cogs), name="CostOfSales", note=note)
    draft.section("Operating costs")
    costs = _cost_rows(draft, COST_SHARES, unit, open_only=direct is not None or cogs is not None or margin is not None)
    draft.section("Tax")
    _tax(draft, tax)
    rows = (
        Row("h1", "Revenue"),
        *revenue,
        Row("revenue", "Revenue", f"SUM({{c}}{{{revenue[0].key}}}:{{c}}{{{revenue[-1].key}}})", look="total"),
        Row("cogs", "Cost of sales", direct or "-{c}{revenue}*{CostOfSales}"),
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
    put_counts(draft)
    figures = draft.amounts()[:MAX_LINES]
    inflows = [f for f in figures if f.inflow or f.speaks_of(RECEIPT_WORDS)]
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
    _growth(draft, growth, unit, steady=bool(inflows))
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


def _growth(draft: Draft, growth: Figure | None, unit: PeriodUnit, *, steady: bool) -> None:
    """Growth for each period of the model; a rate a year is broken down to shorter ones."""
    default = {"year": 0.1, "quarter": 0.03, "month": 0.01}.get(unit, 0.0)
    if growth is None:
        note = "0 % until you enter one" if steady else ""
        draft.put(f"Growth a {unit}", 0 if steady else default, "percent", given=False, name="Growth", note=note)
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
        tax.value if tax else 0 if _gives_figures(draft) else 0.25,
        "percent",
        given=tax is not None,
        name="TaxRate",
        note="On positive profit of each period",
    )


def _gives_figures(draft: Draft) -> bool:
    """Whether the request brings figures of its own: then what it leaves open is zero, not a usual value."""
    return bool(draft.brief.figures)


def _per_period(reference: str, per: str | None, unit: PeriodUnit) -> str:
    if per is None or per == unit or per not in PER_YEAR:
        return reference
    return f"{reference}*{PER_YEAR[per]}/{PER_YEAR[unit]}"


def _revenue_rows(draft: Draft, unit: PeriodUnit) -> tuple[list[Row], list[Product]]:
    """Products with quantity and price, else named revenues, else one line; volumes grow by the scenario's growth."""
    put_counts(draft)
    rows: list[Row] = []
    products: list[Product] = []
    for index, figure in enumerate(draft.brief.figures):
        sold = figure.quantity is not None and not is_staff(figure.counted or figure.label)
        if sold and index not in draft.taken and len(rows) < MAX_LINES:
            draft.taken.add(index)
            rows.append(_product_row(draft, figure, unit, len(rows), products))
    while not rows or (len(rows) < MAX_LINES and _has_receipt(draft)):
        figure_ = draft.take(RECEIPT_WORDS, "money", "count")
        key, name = f"r{len(rows)}", capitalised(figure_.label)[:60] if figure_ else "Revenue"
        if figure_:
            first, per = put_amount(draft, figure_, name, f"In the first {figure_.per or unit}")
        else:
            usual = 20_000 * (12 // PER_YEAR.get(unit, 12) or 1)
            first, per = draft.put(f"Revenue in the first {unit}", usual, "currency", given=False), None
        rows.append(Row(key, name, GROWS.replace("KEY", key), first=_per_period(first, per, unit)))
    return rows, products


def _has_receipt(draft: Draft) -> bool:
    return any(
        f.speaks_of(RECEIPT_WORDS) and f.unit != "percent" and not f.counts and i not in draft.taken
        for i, f in enumerate(draft.brief.figures)
    )


def _product_row(draft: Draft, figure: Figure, unit: PeriodUnit, number: int, products: list[Product]) -> Row:
    name, key = capitalised(figure.label), f"r{number}"
    per = figure.per if figure.per in PER_YEAR else unit
    units = draft.put(
        f"{name} a {per}" if is_people(figure.label) else f"{name} sold a {per}",
        whole(figure.quantity or 0),
        count_kind(figure.quantity or 0),
        given=True,
    )
    price = draft.put(f"{name}: unit price", whole(figure.value), "currency", given=True)
    products.append(Product(figure.counted or figure.label, key, price))
    return Row(
        key, f"Sales of {figure.label}", GROWS.replace("KEY", key), first=f"{_per_period(units, per, unit)}*{price}"
    )


def _unit_costs(draft: Draft, products: list[Product]) -> str | None:
    """The costs of a unit sold, such as "materials $4 per unit", as a formula of a period."""
    parts: list[str] = []
    for index, figure in enumerate(draft.brief.figures):
        product = next((p for p in products for each in figure.each if same_noun(each, p.noun)), None)
        if product and index not in draft.taken and figure.unit != "percent":
            draft.taken.add(index)
            name = capitalised(figure.label)
            cost = draft.put(f"{name}, per {singular(product.noun)}", whole(figure.value), "currency", given=True)
            parts.append(f"IF({product.price}=0,0,{{c}}{{{product.key}}}/{product.price}*{cost})")
    return f"-({'+'.join(parts)})" if parts else None


def _cost_rows(
    draft: Draft, shares: tuple[tuple[str, float], ...], unit: PeriodUnit = "month", *, open_only: bool = False
) -> list[Row]:
    """The costs that were given; without any, usual ones as shares of revenue, which fit a business of any size.

    `open_only`: the request gave costs of another sort, so that nothing is assumed."""
    put_counts(draft)
    rows = [
        _amount_row(draft, figure, f"k{number}", unit, "-") for number, figure in enumerate(draft.amounts()[:MAX_LINES])
    ]
    if not rows and open_only:
        reference = draft.put("Operating costs", 0, "currency", given=False, note=f"A {unit}. Enter them here")
        return [Row("k0", "Operating costs", f"-{reference}")]
    for number, (name, share) in enumerate(() if rows else shares):
        reference = draft.put(name, share, "percent", given=False, note="Share of revenue")
        rows.append(Row(f"k{number}", name, f"-{{c}}{{revenue}}*{reference}"))
    return rows


def _amount_row(draft: Draft, figure: Figure, key: str, unit: PeriodUnit, sign: str, growth: str = "") -> Row:
    """A line of an amount that was given: recurring, once, or in the month that was named."""
    name = line_name(draft, figure)
    product, per = put_amount(draft, figure, name, None if figure.per else f"A {unit}")
    formula = f"{sign}{_per_period(product, per, unit)}{growth}"
    if figure.month and unit != "year":
        formula = f"IF(MONTH({{c}}$4)={figure.month},{sign}{product},0)"
    elif per == "once":
        formula = f"IF(COLUMN()=2,{sign}{product},0)"
    return Row(key, name, formula)


def _flow_rows(
    draft: Draft, figures: list[Figure], preset: tuple[tuple[str, int], ...], unit: PeriodUnit, prefix: str, growth: str
) -> list[Row]:
    if figures:
        return [_amount_row(draft, f, f"{prefix}{number}", unit, "", growth) for number, f in enumerate(figures)]
    rows = []
    for number, (label, amount) in enumerate(preset):
        reference = draft.put(label, amount, "currency", given=False, note=f"A {unit}")
        rows.append(Row(f"{prefix}{number}", label, f"{reference}{growth}"))
    return rows
