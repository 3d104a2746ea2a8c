"""Documents about single amounts: invoice, quotation, expense report, event budget."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from overten.agent.author.blueprints.records import Preset, write_records
from overten.agent.author.columns import YES_NO, Column
from overten.agent.author.draft import ASSUMPTIONS, SUMMARY, Draft, capitalised, chart, plain, styled, tiles, whole
from overten.agent.author.figures import find_dates
from overten.agent.author.lexicon import INCOME_WORDS
from overten.agent.author.multipliers import put_amount, put_counts
from overten.agent.author.nouns import is_payer, is_people, is_staff, same_noun
from overten.documents.excel.operations import (
    AddConditionalFormat,
    CellRule,
    ChartSeries,
    SetColumns,
    SetPrint,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure
    from overten.documents.excel.operations import CellValue, ExcelOperation

CENTS = '"{symbol}"#,##0.00'
TAX_WORDS = "vat|tax|gst|mwst|ust|umsatzsteuer|mehrwertsteuer|tva|iva"
PAPER = {
    "en": (
        "Invoice",
        "Quotation",
        "From",
        "Bill to",
        "Number",
        "Date",
        "Due",
        "Description",
        "Quantity",
        "Unit price",
        "Amount",
        "Subtotal",
        "Discount",
        "Tax",
        "Total due",
    ),
    "de": (
        "Rechnung",
        "Angebot",
        "Von",
        "An",
        "Nummer",
        "Datum",
        "Fällig am",
        "Beschreibung",
        "Menge",
        "Einzelpreis",
        "Betrag",
        "Zwischensumme",
        "Rabatt",
        "Steuer",
        "Gesamtbetrag",
    ),
    "fr": (
        "Facture",
        "Devis",
        "De",
        "À",
        "Numéro",
        "Date",
        "Échéance",
        "Description",
        "Quantité",
        "Prix unitaire",
        "Montant",
        "Sous-total",
        "Remise",
        "Taxe",
        "Total à payer",
    ),
    "es": (
        "Factura",
        "Presupuesto",
        "De",
        "Para",
        "Número",
        "Fecha",
        "Vencimiento",
        "Descripción",
        "Cantidad",
        "Precio unitario",
        "Importe",
        "Subtotal",
        "Descuento",
        "Impuesto",
        "Total a pagar",
    ),
}
EXPENSE_CATEGORIES = (
    ("Travel", r"flight|train|taxi|uber|bus|mileage|fuel|parking|car|travel|flug|bahn|avion|vuelo"),
    ("Lodging", r"hotel|lodging|accommodation|airbnb|h[ôo]tel"),
    ("Meals", r"meal|lunch|dinner|breakfast|food|restaurant|coffee|essen|repas|comida"),
    ("Supplies", r"suppl|office|book|equipment|laptop|material"),
    ("Other", r""),
)


def invoice(draft: Draft) -> None:
    """One printable page: lines, tax and total; rates and terms stand on the Assumptions sheet."""
    is_quote = re.search(r"\b(?:quot\w+|angebot|devis)\b", draft.brief.prompt, re.IGNORECASE) is not None
    words = PAPER[draft.brief.language]
    sheet = draft.sheet(words[1] if is_quote else words[0])
    draft.sheet(ASSUMPTIONS)
    draft.section("Terms")
    given = draft.brief.periods.start if draft.brief.says_start and find_dates(draft.brief.prompt) else None
    issued = draft.put(
        "Date of issue", (given or draft.brief.today).isoformat(), "date", given=given is not None, name="IssueDate"
    )
    days = draft.ask(
        "Days until payment is due", "days?|net|tage|jours|d[ií]as|payment", 30, "integer", "count", name="PaymentDays"
    )
    tax = draft.ask(
        "Tax rate", TAX_WORDS, 0, "percent", "percent", name="TaxRate", open_note="0 % until you enter your rate"
    )
    rebate = draft.take("discount|rabatt|remise|descuento", "percent")
    discount = draft.put("Discount", rebate.value, "percent", given=True, name="Discount") if rebate else None
    lines = draft.amounts()
    discounted = _discounted(draft.brief.prompt, rebate, lines)
    draft.purpose = (
        f"a printable {'quotation' if is_quote else 'invoice'} with "
        f"{len(lines) or 'empty'} line{'s' if len(lines) != 1 else ''}, tax and total"
    )
    draft.say(*_paper(draft, sheet, words, is_quote, issued, days))
    symbol = draft.brief.currency or ("$" if draft.brief.language == "en" else "€")
    draft.say(*_lines(sheet, words, lines, tax, discount, discounted, symbol))


def _discounted(prompt: str, rebate: Figure | None, lines: list[Figure]) -> int | None:
    """The line that a discount is for: "5% discount on the illustrations". None, if it is for all of them."""
    found = rebate and re.match(
        r"[^.;,]{0,30}?\b(?:on|off|auf|sur|sobre)\s+(?:the |all |die |den |das |les |la |le |los |las |el )?"
        r"([^.;,\n]{2,40})",
        prompt[rebate.start :],
        re.IGNORECASE,
    )
    return next((row for row, line in enumerate(lines) if found and same_noun(found[1], line.label)), None)


def _description(label: str) -> str:
    """ "hours of logo design" is logo design, by the hour."""
    measured = re.fullmatch(r"(hours|days) of (.+)", label, re.IGNORECASE)
    return plain(capitalised(f"{measured[2]} ({measured[1].lower()})" if measured else label))


def _paper(
    draft: Draft, sheet: str, words: tuple[str, ...], is_quote: bool, issued: str, days: str
) -> list[ExcelOperation]:
    customer = plain(draft.brief.organisation or "Customer name")
    rows: list[list[CellValue]] = [
        [words[1] if is_quote else words[0]],
        [],
        [words[2], words[3], words[4], plain(draft.brief.reference or "No. 1")],
        [plain(draft.brief.issuer or "Your company"), customer, words[5], f"={issued}"],
        ["Your address", "Customer address", words[6], f"={issued}+{days}"],
        ["Your tax number", None],
    ]
    styles = [
        styled("A1", "title"),
        styled("A3:B3", "label"),
        styled("C3:C5", "label"),
        styled("A4:A6", "input"),
        styled("B4:B5", "input"),
        styled("D3", "input", align="right"),
        styled("D4:D5", "calculation", "date", align="right"),
    ]
    return [
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 44, "B": 26, "C": 18, "D": 20}),
        SetPrint(sheet=sheet),
    ]


def _lines(
    sheet: str,
    words: tuple[str, ...],
    lines: list[Figure],
    tax: str,
    discount: str | None,
    discounted: int | None,
    symbol: str,
) -> list[ExcelOperation]:
    quantity, price, amount = words[8:11]
    columns = [
        TableColumn(header=words[7], input=True),
        TableColumn(header=quantity, kind="number", number_format="General", input=True),
        TableColumn(header=price, kind="currency", input=True),
        TableColumn(header=amount, kind="currency", formula=f"=[@[{quantity}]]*[@[{price}]]"),
    ]
    rows: list[list[CellValue]] = [
        [_description(f.label), whole(f.quantity) if f.quantity is not None else 1, whole(f.value), None] for f in lines
    ]
    if discount and discounted is not None:
        # A discount on one line is a line of its own, under the others.
        row = 9 + discounted
        shown = f'="{words[12]} "&{_percent(discount)}&" – "&A{row}'
        rows.append([shown, f"=B{row}", f"=-C{row}*{discount}", None])
    rows = rows or [[f"Example item {number}", None, None, None] for number in range(1, 6)]
    first = 9 + len(rows) + 1
    totals: list[list[CellValue]] = [[words[11], f"=SUM(Lines[{amount}])"]]
    if discount and discounted is None:
        totals.append([f'="{words[12]} "&{_percent(discount)}', f"=-ROUND(D{first}*{discount},2)"])
    last = first + len(totals)
    totals.append([f'="{words[13]} "&{_percent(tax)}', f"=ROUND(SUM(D{first}:D{last - 1})*{tax},2)"])
    totals.append([words[14], f"=SUM(D{first}:D{last})"])
    cents = CENTS.format(symbol=symbol)
    styles = [
        styled(f"C{first}:C{last}", "label"),
        styled(f"D{first}:D{last}", "calculation", number_format=cents),
        styled(f"C{last + 1}:D{last + 1}", "total", font_size=13, number_format=cents),
        styled(f"C9:D{8 + len(rows)}", None, number_format=cents),
    ]
    return [
        WriteTable(sheet=sheet, anchor="A8", name="Lines", columns=columns, rows=rows),
        WriteBlock(sheet=sheet, anchor=f"C{first}", rows=totals, styles=styles),
    ]


def _percent(reference: str) -> str:
    """A rate as text: 19%, 7.5%."""
    return f'ROUND({reference}*100,2)&"%"'


def expense_report(draft: Draft) -> None:
    """A log of expenses by category, with what is to be paid back."""
    draft.section("Claim")
    draft.put("Employee", "Name", "text", given=False)
    advance = draft.ask(
        "Advance received", "advance|vorschuss|avance|anticipo", 0, "currency", "money", "count", name="Advance"
    )
    categories = tuple(name for name, _ in EXPENSE_CATEGORIES)
    columns = (
        Column("Date", "date", width=14),
        Column("Category", choices=categories, width=16),
        Column("Description", width=38, example="Example expense {n}"),
        Column("Receipt", choices=YES_NO, width=12),
        Column("Amount", "currency", total="sum", width=16),
    )
    preset = Preset(
        "Expenses",
        "Expenses",
        "expense",
        columns,
        ("Category",),
        "Amount",
        (
            ("Total claimed", "=SUM({table}[Amount])", "currency"),
            ("Advance received", f"={advance}", "currency"),
            ("To be paid back", "=A5-B5", "currency"),
            ("Without receipt", '=SUMIFS({table}[Amount],{table}[Receipt],"No")', "currency"),
        ),
        (('{c[Receipt]}{first}="No"', "warning"),),
        "Expenses by category and what is to be paid back",
    )
    figures = draft.amounts()
    rows: list[list[CellValue]] = [
        [None, _category(figure.label), plain(capitalised(figure.label)), None, figure.value * (figure.quantity or 1)]
        for figure in figures
    ]
    write_records(draft, preset, rows)


def _category(label: str) -> str:
    return next(name for name, words in EXPENSE_CATEGORIES if re.search(words, label, re.IGNORECASE))


EVENT_LINES = (
    "Venue",
    "Catering",
    "Decoration",
    "Music and entertainment",
    "Photography",
    "Invitations",
    "Contingency",
)


def event_budget(draft: Draft) -> None:
    """Estimates against actual costs, item by item; costs for each guest are multiplied."""
    summary, _ = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS)
    draft.section("Event")
    guest_ref = _guests(draft)
    total = draft.take("total|(?:\\w+ )*budget|overall|presupuesto", "money", "count")
    if total is None and len([f for f in draft.brief.figures if f.unit != "percent" and not f.counts]) == 1:
        total = draft.take("", "money")
    put_counts(draft, days=True)
    deposit = draft.take("deposit|anzahlung|acompte|dep[óo]sito", "percent")
    amounts = [_of_event(figure) for figure in draft.amounts()]
    income = [f for f in amounts if f.speaks_of(INCOME_WORDS) or (is_payer(f.label) and f.unit == "money")]
    items = [figure for figure in amounts if figure not in income]
    default = total.value if total else 10_000
    total_ref = (
        draft.put("Total budget", default, "currency", given=total is not None, name="TotalBudget")
        if total or not items
        else ""
    )
    draft.section("Estimates")
    lines = [(item.label, f"={put_amount(draft, item, capitalised(item.label))[0]}") for item in items]
    lines += _percent_items(draft, lines)
    if not lines:
        names = draft.brief.lists.get("categories") or draft.brief.lists.get("items") or EVENT_LINES
        even = round(1 / len(names), 2)
        for number, name in enumerate(names, 1):
            part = even if number < len(names) else round(1 - even * (len(names) - 1), 2)
            share = draft.put(f"Share: {name}", part, "percent", given=False, note="Of the total budget")
            lines.append((name, f"={total_ref}*{share}"))
    draft.purpose = f"an event budget of {len(lines)} items with estimate, actual cost and payment status"
    columns = [
        TableColumn(header="Item", width=30),
        TableColumn(header="Estimate", kind="currency", total="sum"),
        TableColumn(header="Actual", kind="currency", total="sum", input=True),
        TableColumn(
            header="Difference", kind="currency", formula='=IF([@Actual]="",0,[@Estimate]-[@Actual])', total="sum"
        ),
        TableColumn(header="Paid", choices=list(YES_NO), input=True, width=12),
    ]
    rows: list[list[CellValue]] = [[plain(capitalised(name)), formula, None, None, "No"] for name, formula in lines]
    end = 8 + len(rows)
    key = _event_figures(draft, total_ref, guest_ref, income, deposit)
    series = [ChartSeries(values=f"{summary}!$B$9:$B${end}", categories=f"{summary}!$A$9:$A${end}", name="Estimate")]
    height = min(40, max(12, len(rows) * 2 + 4))
    compared = chart(summary, f"A{end + 4}", "bar", "Estimated cost by item", series, rows=height)
    draft.say(
        *tiles(summary, draft.brief.title, "Enter actual costs as they come in.", key),
        WriteTable(sheet=summary, anchor="A8", name="Items", columns=columns, rows=rows),
        AddConditionalFormat(sheet=summary, range=f"D9:D{end}", rule=CellRule(operator="<", value=0, style="bad")),
        AddConditionalFormat(
            sheet=summary, range=f"E9:E{end}", rule=CellRule(operator="=", value='="Yes"', style="good")
        ),
        *([compared] if len(rows) > 1 else []),
    )


def _event_figures(draft: Draft, total: str, guests: str, income: list[Figure], deposit: Figure | None) -> KeyFigures:
    """What matters most of the event: the result, if it has income; the deposit; what is left of a budget."""
    income_formula = "+".join(put_amount(draft, figure, capitalised(figure.label))[0] for figure in income)
    first: KeyFigures = [("Items", "=ROWS(Items[Item])", "integer")]
    last: KeyFigures = [("Still to come", "=B5-C5", "currency")]
    if guests:
        first = [("Cost per person", f"=IF({guests}=0,0,B5/{guests})", "currency")]
    if total:
        first, last = [("Total budget", f"={total}", "currency")], [("Left of the budget", "=A5-B5", "currency")]
    if income_formula:
        first, last = [("Planned income", f"={income_formula}", "currency")], [("Left over", "=A5-B5", "currency")]
    elif deposit:
        share = draft.put("Deposit", deposit.value, "percent", given=True, note="Of the estimate")
        last = [("Deposit due", f"=B5*{share}", "currency")]
    return [
        *first,
        ("Estimated", "=SUM(Items[Estimate])", "currency"),
        ("Actual to date", "=SUM(Items[Actual])", "currency"),
        *last,
    ]


def _guests(draft: Draft) -> str:
    """The reference of how many take part; empty, if the request speaks of nobody."""
    people = [
        (index, figure)
        for index, figure in enumerate(draft.brief.figures)
        if (figure.counts and is_people(figure.label)) or (figure.counted and is_payer(figure.counted))
    ]
    people.sort(key=lambda found: is_staff(found[1].label))
    told = re.search(
        r"\b(?:wedding|party|conference|guests?|boda|hochzeit|mariage)\b", draft.brief.prompt, re.IGNORECASE
    )
    if not people and not told:
        return ""
    index, figure = people[0] if people else (-1, None)
    if figure and figure.counts:
        draft.taken.add(index)
    number = 50 if figure is None else figure.value if figure.counts else figure.quantity or 0
    label = capitalised(figure.counted or figure.label) if figure else "Guests"
    label = "Guests" if label == "People" and told else label
    reference = draft.put(label, whole(number), "integer", given=figure is not None, name="Guests")
    draft.counts.append(("people", reference, None))
    return reference


def _of_event(figure: Figure) -> Figure:
    """An event has one number of people and of days, so that prices for each refer to them."""
    if figure.counted and is_payer(figure.counted) and figure.label == figure.counted:
        return replace(figure, quantity=None, counted="", each=("people",))
    return replace(figure, each=(*figure.each, "day")) if figure.per == "day" else figure


def _percent_items(draft: Draft, lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """ "10 % contingency": a share of the other items."""
    others = "+".join(f"({formula.removeprefix('=')})" for _, formula in lines)
    shares = [figure for figure in draft.rest("percent") if figure.label] if lines else []
    return [
        (
            f.label,
            f"=({others})*{draft.put(capitalised(f.label), f.value, 'percent', given=True, note='Of the other items')}",
        )
        for f in shares
    ]
