# ruff: noqa: S608 - queries on the user's own tables, run read-only by a bounded process; names in them are quoted
"""Reads the tables of a turn: which queries to ask first, what their answers say, and what to place by reference."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overten.agent.author.prose.words import phrase

if TYPE_CHECKING:
    from overten.agent.author.prose.context import Context, KnownColumn, KnownTable

MAX_TABLES = 3
_MAX_MEASURES, _MAX_DIMENSIONS = 4, 6
MOST_GROUPS = 12
_NO_MEASURE = re.compile(
    r"(?:^|[\s_-])(?:id|nr|no|num|number|code|key|year|jahr|ann[ée]e|a[ñn]o|month|monat|week|day|zip|plz|postal|phone|tel|lat|"
    r"lon|latitude|longitude|index|rank|row)s?(?:$|[\s_-])|(?:_|[a-z])(?:id|Id|ID)$",
    re.IGNORECASE,
)
_AVERAGED = re.compile(
    r"price|rate|score|percent|share|ratio|margin|average|avg|mean|age\b|temperature|rating|%|preis|quote|anteil|alter|"
    r"prix|taux|part\b|[âa]ge|precio|tasa|edad|nota\b|grade",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"month|quarter|week|day|year|period|monat|quartal|woche|tag|jahr|mois|trimestre|semaine|ann[ée]e|mes\b|semana|a[ñn]o",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Group:
    """A measure by a dimension: the labels with their values, and the query that gives them."""

    label: str
    measure: str
    averaged: bool
    rows: tuple[tuple[str, float], ...]
    sql: str
    is_time: bool = False
    is_ordered: bool = False

    @property
    def decimals(self) -> int:
        """As many as are worth showing."""
        values = [value for _, value in self.rows]
        return 0 if all(value == round(value) for value in values) or max(map(abs, values)) >= 100_000 else 2


@dataclass
class Study:
    """What is known of a table after the first queries. `totals` are measures with their sum or average."""

    table: KnownTable
    row_count: int = 0
    totals: list[tuple[str, bool, float]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.table.file} ({self.table.where})" if self.table.where else self.table.file


@dataclass(frozen=True)
class _Plan:
    table: KnownTable
    measures: tuple[tuple[str, bool], ...]
    dimensions: tuple[str, ...]
    time: str | None


def tables_of(context: Context, prompt: str) -> list[KnownTable]:
    """The tables to work with: those with figures first, and of these those that the request names."""
    words = set(re.findall(r"\w+", prompt.lower()))

    def weight(table: KnownTable) -> tuple[int, int, int]:
        named = len(
            words & set(re.findall(r"[^\W_]+", f"{table.name} {' '.join(c.name for c in table.columns)}".lower()))
        )
        return (bool(_measures(table)), named, table.row_count)

    usable = [table for table in context.tables if table.row_count]
    return sorted(usable, key=weight, reverse=True)[:MAX_TABLES]


def queries(context: Context, prompt: str, answers: Mapping[str, list[list[str]] | None]) -> list[tuple[str, str]]:
    """The queries still to be asked, by name. Those of the second round follow from the answers of the first."""
    first, second = [], []
    for number, table in enumerate(tables_of(context, prompt)):
        plan = _plan(table, prompt)
        name = f"t{number}-all"
        if name not in answers:
            first.append((name, _overview(plan)))
        elif (row := _first(answers[name])) is not None:
            second += [(f"t{number}-{key}", sql) for key, sql, *_ in _groupings(plan, row, prompt)]
    return first or [(name, sql) for name, sql in second if name not in answers]


def studies(context: Context, prompt: str, answers: Mapping[str, list[list[str]] | None]) -> list[Study]:
    """What the answers say of each table. A table whose queries were refused is left out."""
    found = []
    for number, table in enumerate(tables_of(context, prompt)):
        plan = _plan(table, prompt)
        row = _first(answers.get(f"t{number}-all"))
        if row is None:
            continue
        study = Study(table, int(float(row[0] or 0)))
        for (measure, averaged), value in zip(plan.measures, row[1:], strict=False):
            if value:
                study.totals.append((measure, averaged, float(value)))
        for key, sql, label, is_time, is_ordered in _groupings(plan, row, prompt):
            rows = [
                (line[0], float(line[1]))
                for line in answers.get(f"t{number}-{key}") or []
                if len(line) == 2 and line[1]
            ]
            measure, averaged = plan.measures[0] if plan.measures else (phrase("rows", "en"), False)
            if len(rows) > 1:
                study.groups.append(Group(label, measure, averaged, tuple(rows), sql, is_time, is_ordered))
        found.append(study)
    return found


def _first(rows: list[list[str]] | None) -> list[str] | None:
    return rows[0] if rows else None


def read_answer(text: str) -> list[list[str]]:
    """The rows of an answer of `query_data`."""
    body = re.search(r"<data>\n(.*)\n</data>", text, re.DOTALL)
    lines = body[1].split("\n")[1:-1] if body else []
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


_MONEY = re.compile(
    r"revenue|sales|amount|turnover|income|cost|spend|profit|value|total|umsatz|betrag|kosten|gewinn|erl[öo]s|chiffre|montant|"
    r"co[uû]t|ventes|importe|ventas|ingreso|coste",
    re.IGNORECASE,
)


def _measures(table: KnownTable) -> list[KnownColumn]:
    return [column for column in table.columns if column.kind == "number" and not _NO_MEASURE.search(column.name)]


def _plan(table: KnownTable, prompt: str) -> _Plan:
    """Columns that the request names come first."""
    lower = prompt.lower()

    def named_first(columns: list[KnownColumn]) -> list[KnownColumn]:
        return sorted(columns, key=lambda column: column.name.lower().replace("_", " ") not in lower)

    valued = sorted(_measures(table), key=lambda column: _MONEY.search(column.name) is None)
    measures = named_first(valued)[:_MAX_MEASURES]
    texts = named_first([column for column in table.columns if column.kind == "text"])[:_MAX_DIMENSIONS]
    if not texts:
        texts = [column for column in table.columns if column.kind == "number" and _ORDERED.search(column.name)][:2]
    time = next((column.name for column in table.columns if column.kind == "date"), None)
    return _Plan(
        table, tuple((column.name, _AVERAGED.search(column.name) is not None) for column in measures),
        tuple(column.name for column in texts), time,
    )  # fmt: skip


def _overview(plan: _Plan) -> str:
    parts = ["count(*)", *(f"{_aggregate(name, averaged)}" for name, averaged in plan.measures)]
    parts += [f"count(DISTINCT {quoted(name)})" for name in plan.dimensions]
    if plan.time:
        parts.append(f"count(DISTINCT date_trunc('month', {quoted(plan.time)}))")
    named = ", ".join(f"{part} AS c{number}" for number, part in enumerate(parts))
    return f"SELECT {named} FROM {quoted(plan.table.name)}"


def _groupings(plan: _Plan, row: list[str], prompt: str) -> list[tuple[str, str, str, bool, bool]]:
    """The groupings worth asking for: name, query, label, whether it is over time, whether it has an order."""
    counts = [int(float(cell or 0)) for cell in row[1 + len(plan.measures) :]]
    found: list[tuple[str, str, str, bool, bool]] = []
    sizes = list(zip(plan.dimensions, counts, strict=False))
    named = [(n, c) for n, c in sizes if n.lower().replace("_", " ") in prompt.lower() and 2 <= c <= 60]
    handy = [(n, c) for n, c in sizes if 2 <= c <= MOST_GROUPS and (n, c) not in named]
    wide = [(n, c) for n, c in sizes if MOST_GROUPS < c <= 200 and c < int(float(row[0] or 0)) and (n, c) not in named]
    for number, (name, _) in enumerate([*named, *handy, *(wide if not (named or handy) else [])][:2]):
        ordered = _ORDERED.search(name) is not None
        found.append((f"d{number}", _by(plan, name, ordered=ordered), name, False, ordered))
    if plan.time and counts and counts[-1] > 1:
        found.append(("time", _over_time(plan, counts[-1]), plan.time, True, True))
    return found


def _aggregate(name: str, averaged: bool) -> str:
    return f"{'avg' if averaged else 'sum'}(CAST({quoted(name)} AS DOUBLE))"


def _value(plan: _Plan) -> str:
    return _aggregate(*plan.measures[0]) if plan.measures else "CAST(count(*) AS DOUBLE)"


def _by(plan: _Plan, name: str, *, ordered: bool) -> str:
    label = f"left(replace(CAST({quoted(name)} AS VARCHAR), '|', '/'), 60)"
    order = "min(rowid)" if ordered else "value DESC NULLS LAST, label"
    return (
        f"SELECT {label} AS label, round({_value(plan)}, 4) AS value FROM {quoted(plan.table.name)} "
        f"WHERE {quoted(name)} IS NOT NULL GROUP BY 1 ORDER BY {order} LIMIT {24 if ordered else MOST_GROUPS}"
    )


def _over_time(plan: _Plan, months: int) -> str:
    unit, code = ("month", "%Y-%m") if months <= 36 else ("year", "%Y")
    time = quoted(plan.time or "")
    return (
        f"SELECT strftime(date_trunc('{unit}', {time}), '{code}') AS label, round({_value(plan)}, 4) AS value "
        f"FROM {quoted(plan.table.name)} WHERE {time} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT 60"
    )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rows_as_text(group: Group, language: str) -> str:
    """The group's query with its values as people read them."""
    text = f"format('{{:,.{group.decimals}f}}', value)"
    if language != "en":
        text = f"replace(replace(replace({text}, ',', '#'), '.', ','), '#', '.')"
    return f"SELECT label, {text} AS shown FROM ({group.sql})"


def values_of(sql: str) -> str:
    return f"SELECT value FROM ({sql})"


def labels_of(sql: str) -> str:
    return f"SELECT label FROM ({sql})"


def number(value: float, language: str, decimals: int | None = None) -> str:
    """A value as people read it."""
    if decimals is None:
        decimals = 0 if abs(value) >= 100_000 or value == round(value) else 2
    shown = f"{value:,.{decimals}f}"
    return shown if language == "en" else shown.translate(str.maketrans(",.", ".,"))


def headline(group: Group, language: str) -> str:
    """A sentence that the rows themselves say."""
    name = readable(group.measure)
    if group.is_time or group.is_ordered:
        (first, before), (last, after) = group.rows[0], group.rows[-1]
        word = "rose" if after > before else "fell" if after < before else "same"
        return phrase(word, language).format(
            name, number(before, language, group.decimals), first, number(after, language, group.decimals), last
        )
    label, value = max(group.rows, key=lambda row: row[1])
    by = phrase("by", language).format(
        name, readable(group.label).lower() if language != "de" else readable(group.label)
    )
    return phrase("largest", language).format(by, label, number(value, language, group.decimals))


def readable(name: str) -> str:
    words = re.sub(r"[_\s]+", " ", name).strip()
    return (words[:1].upper() + words[1:])[:60]
