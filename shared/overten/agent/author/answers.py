# The queries are run on the user's own tables, in a database that is only read.
# ruff: noqa: S608
"""What the built-in author answers to questions: what can be counted without understanding them.

It queries every table that it was told of, and beyond that one figure if the question names a column and what is to be
made of it. Everything it says was shown to it by a query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pydantic_ai.messages import ModelResponse, ToolCallPart

MAX_TABLES = 4
MAX_COLUMNS = 8
MAX_GROUPS = 10
MAX_QUOTED_LINES = 30
_NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "HUGEINT", "DECIMAL", "FLOAT", "SMALLINT", "TINYINT", "UBIGINT")
NO_MODEL = (
    "No AI model is connected to this deployment: this was counted by queries, and the question was understood as far "
    "as the names of columns and words such as sum, average, highest or how many go."
)

_TABLE = re.compile(r"^Table (\w+)(?: \(sheet (.*?)\))?: (\d+) rows of (.*)$", re.MULTILINE)
_COLUMN = re.compile(r'"((?:[^"]|"(?=[^ ,]))*)" ([A-Z][A-Z0-9_]*)')
_ROWS = re.compile(r"<data>\n(.*?)\n</data>", re.DOTALL)
# What is made of a column, and the words for it; the first that the question has is meant.
_MADE = (
    ("avg", r"averages?|mean|durchschnitt\w*|mittelwerte?|moyennes?|promedios?|medias?"),
    ("median", r"median\w*"),
    ("count", r"how many|number of|count|wie ?viele|anzahl|combien|cu[aá]nt[oa]s"),
    ("max", r"max\w*|highest|largest|biggest|most|top|h[öo]chste\w*|gr[öo](?:ß|ss)te\w*|meisten?|plus (?:haut|grand)e?"
            r"|m[aá]s alt[oa]|mayor"),
    ("min", r"min|minim\w+|lowest|smallest|least|fewest|niedrigste\w*|kleinste\w*|wenigsten?|plus (?:bas|petit)e?"
            r"|menor"),
    ("sum", r"sums?|totals?|altogether|summen?|gesamt\w*|insgesamt|sommes?|sumas?"),
)  # fmt: skip
_NAMES = {
    "sum": "Sum",
    "avg": "Average",
    "median": "Median",
    "max": "Highest value",
    "min": "Lowest value",
    "count": "Number of rows",
}
_GROUPED = r"\b(?:by|per|for each|each|je|pro|nach|par|por|which|what|welche\w*|quelle?s?|qu[eé])\s+"


@dataclass(frozen=True)
class Column:
    name: str
    type: str

    @property
    def is_number(self) -> bool:
        return self.type.startswith(_NUMBERS)

    @property
    def quoted(self) -> str:
        return '"' + self.name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Table:
    """A table as the opening message tells of it."""

    name: str
    sheet: str
    row_count: int
    columns: list[Column] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.name} (sheet {self.sheet})" if self.sheet else self.name


@dataclass(frozen=True)
class Query:
    """A query, what its result says, and of which table."""

    sql: str
    says: str
    table: Table
    is_answer: bool = False


def reply(turn: int, prompt: str, opening: str, results: dict[str, str | None]) -> ModelResponse:
    """First the queries, all at once; then the answer that is made of their results."""
    _, _, context = opening.partition("</user_request>")
    found = _tables(context)
    queries = {f"author-{turn}-query-{number}": query for number, query in enumerate(_queries(prompt, found))}
    if not queries.keys() <= results.keys():
        return ModelResponse(
            parts=[
                ToolCallPart("query_data", {"sql": query.sql}, tool_call_id=call_id)
                for call_id, query in queries.items()
                if call_id not in results
            ]
        )
    attempts = sum(call_id.startswith(f"author-{turn}-answer") for call_id in results)
    shown = {query.sql: _rows(results[call_id]) for call_id, query in queries.items()}
    text = _answer(list(queries.values()), shown, found, context)
    return ModelResponse(
        parts=[ToolCallPart("answer", {"answer": text}, tool_call_id=f"author-{turn}-answer-{attempts}")]
    )


def _tables(context: str) -> list[Table]:
    files = re.search(r"<files>\n(.*?)\n</files>", context, re.DOTALL)
    return [
        Table(name, sheet or "", int(count), [Column(*found) for found in _COLUMN.findall(columns)])
        for name, sheet, count, columns in _TABLE.findall(files[1] if files else "")
    ]


# --- the queries ---


def _queries(prompt: str, tables: list[Table]) -> list[Query]:
    asked = [query for query in (_asked(prompt, table) for table in tables) if query][:1]
    return asked + [_overview(table) for table in tables[:MAX_TABLES] if _measured(table)]


def _measured(table: Table) -> list[Column]:
    """The columns of numbers that are no mere identifiers."""
    return [column for column in table.columns if column.is_number and "…" not in column.name][:MAX_COLUMNS]


def _overview(table: Table) -> Query:
    """A row for each column of numbers."""
    parts = [
        f"SELECT '{column.name.replace(chr(39), chr(39) * 2)}' AS of, sum({column.quoted}) AS sum, "
        f"round(avg({column.quoted}), 2) AS average, min({column.quoted}) AS least, max({column.quoted}) AS most "
        f"FROM {table.name}"
        for column in _measured(table)
    ]
    return Query(" UNION ALL ".join(parts), "", table)


def _asked(prompt: str, table: Table) -> Query | None:
    """The query for a question that names a column of the table and what is to be made of it."""
    made = next((name for name, words in _MADE if re.search(rf"\b(?:{words})\b", prompt, re.IGNORECASE)), None)
    named = [column for column in table.columns if _is_named(column, prompt) and "…" not in column.name]
    group = next((column for column in named if _groups(column, prompt)), None)
    number = next((column for column in named if column.is_number and column != group), None)
    if made is None or (number is None and made != "count"):
        return None
    if group is not None:
        return _grouped(made, number, group, table)
    value = "count(*)" if made == "count" else f"{made}({number.quoted if number else '*'})"
    of = "" if made == "count" else f' of "{number.name if number else ""}"'
    return Query(f"SELECT {value} AS result FROM {table.name}", f"{_NAMES[made]}{of}", table, is_answer=True)


def _grouped(made: str, number: Column | None, group: Column, table: Table) -> Query:
    # "Which region has the highest amount" asks for the sums of the regions, the highest first.
    of_each = {"max": "sum", "min": "sum"}.get(made, made)
    value = "count(*)" if number is None or made == "count" else f"{of_each}({number.quoted})"
    order = "ASC" if made == "min" else "DESC"
    sql = (
        f"SELECT {group.quoted} AS of, {value} AS result FROM {table.name} GROUP BY 1 ORDER BY 2 {order} NULLS LAST, 1 "
        f"LIMIT {MAX_GROUPS}"
    )
    what = _NAMES[of_each] + (f' of "{number.name}"' if number and made != "count" else "")
    return Query(
        sql, f'{what} for each "{group.name}", the {"lowest" if made == "min" else "highest"} first', table, True
    )


def _is_named(column: Column, prompt: str) -> bool:
    return re.search(rf"\b{_as_words(column)}", prompt, re.IGNORECASE) is not None


def _groups(column: Column, prompt: str) -> bool:
    return re.search(rf"{_GROUPED}(?:\w+\s+)?{_as_words(column)}", prompt, re.IGNORECASE) is not None


def _as_words(column: Column) -> str:
    """The column's name as it may stand in a sentence; a plural is no other word."""
    words = re.split(r"[\s_]+", column.name.strip())
    return r"[\s_]+".join(re.escape(word) for word in words) + r"(?:s|es|n|en)?\b"


# --- the answer ---


def _rows(result: str | None) -> list[list[str]]:
    """The rows of a result, without its head and its count."""
    shown = _ROWS.search(result or "")
    lines = shown[1].splitlines()[1:-1] if shown else []
    return [line.split(" | ") for line in lines]


def _answer(queries: list[Query], shown: dict[str, list[list[str]]], tables: list[Table], context: str) -> str:
    parts = [_direct(query, shown[query.sql]) for query in queries if query.is_answer and shown[query.sql]]
    if tables:
        parts.append("What the data holds:")
        parts += [_of_table(table, _of(table, queries, shown)) for table in tables]
    elif not parts:
        parts.append(_quoted(context))
    return "\n\n".join([*parts, NO_MODEL])


def _direct(query: Query, rows: list[list[str]]) -> str:
    source = f"table {query.table.label}, query `{query.sql}`"
    if len(rows[0]) == 1:
        return f"**{query.says}: {_figure(rows[0][0])}** ({source})"
    lines = [f"- {row[0]}: {_figure(row[-1])}" for row in rows]
    return "\n".join([f"**{query.says}** ({source})", *lines])


def _of(table: Table, queries: list[Query], shown: dict[str, list[list[str]]]) -> list[list[str]]:
    return next((shown[query.sql] for query in queries if query.table == table and not query.is_answer), [])


def _of_table(table: Table, measured: list[list[str]]) -> str:
    columns = ", ".join(column.name for column in table.columns)
    head = f"**{table.label}**: {table.row_count} rows, columns {columns}."
    if not measured:
        return head
    lines = ["| Column | Sum | Average | Least | Most |", "|---|---|---|---|---|"]
    lines += [f"| {' | '.join(_line(row))} |" for row in measured if len(row) == 5]
    return "\n".join([head, "", *lines])


def _line(row: list[str]) -> list[str]:
    """A column of numbers. Nobody adds up years."""
    name, total, average, least, most = row
    if re.fullmatch(r"(?:19|20)\d\d", least) and re.fullmatch(r"(?:19|20)\d\d|2100", most):
        return [name, "", "", least, most]
    return [name, *map(_figure, (total, average, least, most))]


def _figure(text: str) -> str:
    """A number as people write it; its digits stay as they were shown."""
    text = re.sub(r"\.0$", "", text)
    if not re.fullmatch(r"-?\d{4,}(?:\.\d+)?", text):
        return text
    whole, point, decimals = text.partition(".")
    return f"{int(whole):,}{point}{decimals}"


def _quoted(context: str) -> str:
    found = re.search(r"<(workbook|document|presentation|files)>\n(.*?)\n</\1>", context, re.DOTALL)
    if not found:
        return "There is nothing that could be counted."
    lines = found[2].splitlines()
    shown = "\n".join(f"> {line}" for line in lines[:MAX_QUOTED_LINES])
    more = f"\n> … {len(lines) - MAX_QUOTED_LINES} more lines" if len(lines) > MAX_QUOTED_LINES else ""
    return f"There are no tables to count in. What there is, in short:\n\n{shown}{more}"
