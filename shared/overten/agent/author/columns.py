"""What a column holds, told from its header, and the columns of well-known lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from overten.agent.author.draft import header_text

if TYPE_CHECKING:
    from overten.documents.excel.operations import ValueKind

STATUSES = ("Not started", "In progress", "Blocked", "Done")
PRIORITIES = ("High", "Medium", "Low")
YES_NO = ("Yes", "No")


@dataclass(frozen=True)
class Column:
    """A column of a list. `formula` refers to other columns as [@Header]; `example` is what example rows hold:
    a text with {n}, or numbers taken in turn."""

    header: str
    kind: ValueKind = "text"
    choices: tuple[str, ...] = ()
    formula: str | None = None
    total: Literal["sum", "average"] | None = None
    width: float = 16
    example: str | tuple[float, ...] | None = None
    number_format: str | None = None


@dataclass(frozen=True)
class Pattern:
    words: str
    column: Column


# Matched in order against the whole header, so the more telling words stand first.
PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        r".+ (?:date|datum)$|(?:last|next) (?:contact|service|review|visit)|follow-?up",
        Column("", "date", width=14),
    ),
    Pattern(
        r".+ (?:owner|rep|person|manager|name|contact|code|type|category|method|cent(?:re|er)|reference|number|room)$|"
        r"^(?:sales ?person|id$|serial|phone|telefon|tel[ée]|mobile)",
        Column("", width=20),
    ),
    Pattern(r"time$|(?:start|end) time$|uhrzeit$|heure$", Column("", "number", width=10, number_format="hh:mm")),
    Pattern(r"(?:hourly|daily|day) rate", Column("", "currency", width=14)),
    Pattern(r"(?:mileage|km\b|kilomet)", Column("", "integer", width=12)),
    Pattern(r"(?:likelihood|impact|score)", Column("", "integer", width=12)),
    Pattern(
        r"(?:%|percent|progress|share|probability|rate\b|fortschritt|avancement|progreso|discount|margin)",
        Column("", "percent", width=12),
    ),
    Pattern(r"(?:unit price|price|preis|prix|precio|rate per|hourly)", Column("", "currency", width=14)),
    Pattern(
        r"(?:amount|cost|total|budget|value|salary|revenue|fee|betrag|summe|kosten|montant|co[ûu]t|"
        r"importe|coste|sales|paid amount|spend|balance|umsatz)",
        Column("", "currency", total="sum", width=15),
    ),
    Pattern(r"(?:status|state\b|stand\b|statut|estado)", Column("", choices=STATUSES, width=15)),
    Pattern(r"(?:priority|priorit[äa]t|priorit[ée]|prioridad|severity)", Column("", choices=PRIORITIES, width=12)),
    Pattern(
        r"(?:due|deadline|date|start|end|begin|birthday|datum|f[äa]llig|fecha|frist|[ée]ch[ée]ance|"
        r"expir\w+|renewal|beginn|ende|hired)",
        Column("", "date", width=14),
    ),
    Pattern(
        r"(?:paid|done|complete\w*|active|approved|received|confirmed|rsvp|vegetarian|bezahlt|erledigt|pay[ée]|pagado)",
        Column("", choices=YES_NO, width=12),
    ),
    Pattern(
        r"(?:qty|quantity|stock|units?|pieces|number of|count|seats|menge|anzahl|quantit[ée]|nombre|"
        r"cantidad|points|score)",
        Column("", "number", total="sum", width=12),
    ),
    Pattern(r"(?:hours|stunden|heures|horas|minutes|duration|days)", Column("", "number", total="sum", width=12)),
    Pattern(r"(?:age|year|alter|jahr|[âa]ge|a[ñn]o|rating|level)", Column("", "integer", width=10, number_format="0")),
    Pattern(
        r"(?:notes?|description|comments?|remarks?|address|notiz\w*|beschreibung|remarques?|notas?|summary)",
        Column("", width=40),
    ),
    Pattern(r"(?:e-?mail|website|url|link)", Column("", width=28)),
    Pattern(
        r"(?:name|title|task|item|product|company|client|customer|subject|topic|nom\b|nombre|aufgabe|kunde|artikel)",
        Column("", width=28),
    ),
)


# The headers under which a standard column may be asked for.
OTHER_NAMES: dict[str, str] = {
    "Owner": r"assignee|responsible(?: person)?|verantwortlich\w*|zuständig\w*|responsable|encargado",
    "Status": r"state|statut|état|estado",
    "Priority": r"priorität|priorité|prioridad",
    "Due date": r"due|deadline|frist|fällig\w*|fälligkeitsdatum|échéance|date limite|date d.échéance|"
    r"fecha límite|vencimiento",
    "Start date": r"start|startdatum|beginn|date de début|fecha de inicio|inicio",
    "Stage": r"étape|etapa|phase|vertriebsphase|status|statut|estado",
    "Next step": r"next action|nächster schritt|prochaine étape|próximo paso",
    "Quantity": r"qty|stock|in stock|menge|bestand|anzahl|quantité|cantidad",
    "Units": r"qty|quantity|menge|anzahl|quantité|cantidad",
    "Unit price": r"price|preis|stückpreis|prix(?: unitaire)?|precio(?: unitario)?",
    "Revenue": r"total|amount|sales|umsatz|summe|betrag|montant|importe",
    "Unit cost": r"cost|unit price|price|preis|stückpreis|prix(?: unitaire)?|precio(?: unitario)?",
    "Reorder level": r"min(?:imum)?(?: (?:stock|level))?|mindestbestand|stock minimum|existencias mínimas",
    "Category": r"kategorie|catégorie|categoría",
    "Value": r"deal value|amount|wert|betrag|montant|valeur|importe|valor",
    "Publish on": r"date|publish date|publication date|datum|fecha",
    "Channel": r"platform|kanal|canal",
    "Topic": r"caption|title|thema|sujet|titre|tema|título|post|content",
    "Supplier": r"vendor|lieferant|fournisseur|proveedor",
}


def infer(header: str) -> Column:
    """The column that a header most likely heads; text, if nothing speaks for more."""
    name = header_text(header) or "Column"
    name = name.upper() if name.lower() in ("id", "sku", "url", "isbn", "rsvp", "vat", "kpi") else name
    for pattern in PATTERNS:
        if re.search(rf"(?:^|\b){pattern.words}", name, re.IGNORECASE):
            return replace(pattern.column, header=name)
    return Column(name, width=20)


def infer_all(headers: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns for named headers, made unique; quantity and price, if both are there, calculate the total."""
    columns: list[Column] = []
    for header in headers[:40]:
        column = infer(header)
        taken = {other.header.lower() for other in columns}
        number = 2
        name = column.header
        while name.lower() in taken:
            name, number = f"{column.header} {number}", number + 1
        columns.append(replace(column, header=name))
    return tuple(_with_product(columns))


def _with_product(columns: list[Column]) -> list[Column]:
    quantity = next(
        (
            c.header
            for c in columns
            if re.match(r"qty|quantity|units?$|menge|anzahl|quantit|cantidad|hours", c.header, re.IGNORECASE)
        ),
        None,
    )
    price = next(
        (c.header for c in columns if re.search(r"price|preis|prix|precio|rate$", c.header, re.IGNORECASE)), None
    )
    if not quantity or not price:
        return columns
    total = re.compile(r"total|amount|value|betrag|summe|montant|importe", re.IGNORECASE)
    return [
        replace(c, formula=f'=IF([@[{quantity}]]="","",[@[{quantity}]]*[@[{price}]])', kind="currency", total="sum")
        if total.search(c.header) and c.header not in (quantity, price)
        else c
        for c in columns
    ]
