"""Small changes to a workbook that exists: title, currency, colour, font, sheet names, columns, blank rows, a chart.

What the workbook holds is read off the description that opens the turn. Whatever else is asked for is left undone,
and the summary says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from overten.agent.author.calls import NO_MODEL, Composition
from overten.agent.author.columns import infer
from overten.agent.author.draft import ASSUMED, ASSUMPTIONS, GIVEN, column_letter, whole
from overten.agent.author.figures import parse_number
from overten.agent.author.lexicon import CURRENCIES, NUMBER_WORDS
from overten.agent.author.nouns import stem
from overten.documents.excel.operations import (
    AddChart,
    AddTableColumn,
    AppendRows,
    ChartSeries,
    CreateSheet,
    ExcelOperation,
    RenameSheet,
    SetWorkbook,
    TableColumn,
    WriteBlock,
)

COLORS = {
    "blue": "#1F4E79",
    "green": "#2E7D32",
    "red": "#B3261E",
    "orange": "#C55A11",
    "purple": "#5E35B1",
    "teal": "#00695C",
    "grey": "#455A64",
    "gray": "#455A64",
    "black": "#212121",
    "navy": "#14284B",
    "pink": "#AD1457",
    "brown": "#5D4037",
}
CHART_KINDS = {
    "pie": "pie",
    "doughnut": "doughnut",
    "donut": "doughnut",
    "line": "line",
    "bar": "bar",
    "area": "area",
    "column": "column",
}
NUMERIC = ("number", "integer", "currency", "percent")
MAX_BLANK_ROWS = 500

_NAME = r"[\"“'‘]?([^\"”'’\n,.;]{1,100}?)[\"”'’]?"
_END = r"(?=\s+(?:and|then|with)\b|[,.;\n]|$)"
_TITLE = re.compile(
    rf"\btitle\b.{{0,30}}?\b(?:to|as|:)\s+{_NAME}{_END}|\bretitle\b.{{0,30}}?\b(?:to|as)\s+{_NAME}{_END}", re.IGNORECASE
)
_CURRENCY = re.compile(
    rf"\b(?:currency|amounts?|prices?|money)\b.{{0,30}}?\b(?:to|in|into|as|"
    rf":)\s+({'|'.join(sorted((re.escape(code) for code in CURRENCIES), key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_COLOR = re.compile(
    rf"\b(?:colou?rs?|accent|theme|brand)\b.{{0,40}}?(#[0-9a-f]{{6}}\b|\b(?:{'|'.join(COLORS)})\b)", re.IGNORECASE
)
_FONT = re.compile(rf"\bfont\b.{{0,20}}?\b(?:to|as|:)\s+{_NAME}{_END}", re.IGNORECASE)
_RENAME = re.compile(
    rf"\brename\b\s+(?:the\s+)?(?:sheet|tab)?\s*{_NAME}\s+(?:sheet\s+|tab\s+)?(?:to|as|into)\s+{_NAME}{_END}",
    re.IGNORECASE,
)
_ROWS = re.compile(
    rf"\badd\s+(\d{{1,3}}|{'|'.join(NUMBER_WORDS)})\s+(?:more\s+|blank\s+|empty\s+|new\s+)*(?:rows?|lines?)\b",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    rf"\badd\s+(?:an?|one|another|the)?\s*(?:new\s+|blank\s+|empty\s+)*"
    rf"(?:column\s+(?:for\s+|called\s+|named\s+|with\s+)?(?:the\s+)?{_NAME}|{_NAME}\s+column)"
    rf"(?=\s+(?:to|and|in|then|that|which)\b|[,.;\n]|$)",
    re.IGNORECASE,
)
_TOTALS = re.compile(r"\b(?:add|show|include)\b.{0,30}?\b(?:totals?|sums?)(?:\s+row)?\b", re.IGNORECASE)
_SET = re.compile(
    r"\b(?:set|change|update|make|raise|increase|lower|reduce|put|cut)\s+(?:the\s+|my\s+|our\s+)?(?P<label>[^\d,.;:\n]{2,60}?)\s+"
    r"(?:(?:from\s+\S+\s+)?to|at|as|=)\s+(?P<number>[-−]?\s?[$€£¥₹]?\s?\d[\d.,]*(?<![.,]))\s?(?P<size>k|%)?(?!\w)",
    re.IGNORECASE,
)
_INPUT_LINE = re.compile(
    rf"^\s+\d+: A\d+ (?P<label>[^|\n]+?) \| (?P<cell>B\d+) (?P<shown>[^|\n]+?) \| C\d+ (?:{GIVEN}|{ASSUMED})",
    re.MULTILINE,
)
_ROW_LINE = re.compile(r"^\s+(?P<row>\d+): A\d+ (?P<label>[^|=\n]+?) \| B\d+ ")
_CHART = re.compile(rf"\b({'|'.join(CHART_KINDS)})?\s*(?:chart|graph|diagram)\b", re.IGNORECASE)
_SHEET_LINE = re.compile(r"^Sheet '(.+?)':", re.MULTILINE)
_TABLE_LINE = re.compile(r"^\s+Table (\w+) ([A-Z]+)(\d+):[A-Z]+(\d+), (\d+) rows: (.+)$")


@dataclass(frozen=True)
class KnownTable:
    """A table as the description of the workbook tells of it."""

    name: str
    sheet: str
    first_column: int
    header_row: int
    row_count: int
    columns: tuple[tuple[str, str], ...]


@dataclass
class Changes:
    operations: list[ExcelOperation] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def add(self, what: str, *operations: ExcelOperation) -> None:
        self.operations += operations
        self.done.append(what)


def revise(prompt: str, workbook: str) -> Composition:
    """The changes of `prompt` that patterns can read, for the workbook described by `workbook`."""
    changes = Changes()
    tables = known_tables(workbook)
    sheets = _SHEET_LINE.findall(workbook)
    title = _settings(prompt, changes)
    _set_inputs(prompt, workbook, changes)
    _rename(prompt, sheets, changes)
    _add_rows(prompt, tables, changes)
    _add_column(prompt, tables, changes)
    if not _add_row_chart(prompt, workbook, sheets, changes):
        _add_chart(prompt, tables, sheets, changes)
    known = re.search(r"^Workbook '(.+?)', ", workbook)
    return Composition(
        [changes.operations] if changes.operations else [],
        (title or (known[1] if known else "Workbook"))[:120],
        _summary(changes, totals=_TOTALS.search(prompt) is not None),
    )


def known_tables(workbook: str) -> list[KnownTable]:
    """The tables that the description lists, with the kinds of their columns."""
    tables: list[KnownTable] = []
    sheet = ""
    for line in workbook.splitlines():
        sheet_line = _SHEET_LINE.match(line)
        sheet = sheet_line[1] if sheet_line else sheet
        match = _TABLE_LINE.match(line)
        if match:
            columns = tuple(
                re.findall(
                    r"(?:^|, )([^,()]+(?:\([^()]*\))?[^,()]*?) \((text|integer|number|currency|percent|"
                    r"date|month|boolean)\b",
                    match[6],
                )
            )
            tables.append(KnownTable(match[1], sheet, _column_number(match[2]), int(match[3]), int(match[5]), columns))
    return tables


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _settings(prompt: str, changes: Changes) -> str | None:
    title = _TITLE.search(prompt)
    new_title = (title[1] or title[2]).strip() if title else None
    if new_title:
        changes.add(f"the title is now “{new_title}”", SetWorkbook(title=new_title))
    if currency := _CURRENCY.search(prompt):
        symbol = CURRENCIES[currency[1].lower()]
        changes.add(f"amounts are shown in {symbol} (not converted)", SetWorkbook(currency_symbol=symbol))
    if color := _COLOR.search(prompt):
        code = COLORS.get(color[1].lower(), color[1])
        changes.add(f"the accent colour is {code}", SetWorkbook(accent_color=code))
    if font := _FONT.search(prompt):
        changes.add(f"the font is {font[1].strip()}", SetWorkbook(font=font[1].strip()[:60]))
    return new_title


def _set_inputs(prompt: str, workbook: str, changes: Changes) -> None:
    """ "Set the rent to 3,100": the input of that name on the Assumptions sheet, if there is exactly one."""
    block = re.search(rf"^Sheet '{ASSUMPTIONS}':.*?(?=^Sheet '|\Z)", workbook, re.MULTILINE | re.DOTALL)
    lines = list(_INPUT_LINE.finditer(block.group())) if block else []
    for asked in _SET.finditer(prompt):
        meant = _named_input(asked["label"], lines)
        if meant is None or not re.search(r"\d", meant["shown"]) or re.search(r"[^\W\d_]{3}", meant["shown"]):
            continue
        is_percent = asked["size"] == "%" or meant["shown"].endswith("%")
        digits = re.sub(r"[^\d.,]", "", asked["number"])
        value = parse_number(digits, decimal_comma=False) * (1_000 if (asked["size"] or "").lower() == "k" else 1)
        value = round(value / 100, 10) if is_percent else value
        value = -value if asked["number"][0] in "-−" else value
        shown = f"{value:.6%}".rstrip("0%").rstrip(".") + "%" if is_percent else f"{value:,.10g}"
        changes.add(
            f"“{meant['label']}” is now {shown} (it was {meant['shown']})",
            WriteBlock(sheet=ASSUMPTIONS, anchor=meant["cell"], rows=[[whole(value), GIVEN]]),
        )


def _named_input(label: str, lines: list[re.Match[str]]) -> re.Match[str] | None:
    """The one line of that label; else the one that has all its words."""
    asked = {stem(word) for word in re.findall(r"\w+", label)}
    known = [(line, {stem(word) for word in re.findall(r"\w+", line["label"])}) for line in lines]
    exact = [line for line, words in known if words == asked]
    close = [line for line, words in known if asked <= words]
    found = exact or close
    return found[0] if len(found) == 1 else None


def _add_row_chart(prompt: str, workbook: str, sheets: list[str], changes: Changes) -> bool:
    """ "Chart the running balance": a row over periods that the description shows, under its row of headings."""
    match = _CHART.search(prompt)
    if not match:
        return False
    for block in re.findall(r"^Sheet '.+?':.*?(?=^Sheet '|\Z)", workbook, re.MULTILINE | re.DOTALL):
        rows = [
            (found, line) for line in block.splitlines() if (found := _ROW_LINE.match(line)) and line.count(" | ") > 2
        ]
        words = {stem(word) for word in re.findall(r"\w+", prompt)}
        named = [row for row, _ in rows[1:] if {stem(word) for word in re.findall(r"\w+", row["label"])} <= words]
        if not named or re.search(r"^  Table ", block, re.MULTILINE):
            continue
        heading, line = rows[0]
        sheet = re.findall(r"^Sheet '(.+?)':", block)[0]
        cells = re.findall(rf"\| ([A-Z]+){heading['row']} ([^|=]*)", line)
        last = [letters for letters, text in cells if text.strip() != "Total"][-1]
        title, number = named[-1]["label"].strip(), named[-1]["row"]
        new = next(
            name
            for name in ("Charts", *(f"Charts {number}" for number in range(2, 100)))
            if name.lower() not in {known.lower() for known in sheets}
        )
        kind = CHART_KINDS[(match[1] or "line").lower()]
        quoted_sheet = f"'{sheet}'!"
        series = ChartSeries(
            values=f"{quoted_sheet}$B${number}:${last}${number}",
            categories=f"{quoted_sheet}$B${heading['row']}:${last}${heading['row']}",
            name=title,
        )
        drawn = AddChart.model_validate(
            {"sheet": new, "anchor": "A1", "kind": kind, "title": title, "series": [series], "columns": 12, "rows": 20,
             "alt_text": title}
        )  # fmt: skip
        changes.add(f"a {kind} chart “{title}” stands on the new sheet {new}", CreateSheet(sheet=new), drawn)
        return True
    return False


def _rename(prompt: str, sheets: list[str], changes: Changes) -> None:
    match = _RENAME.search(prompt)
    if not match:
        return
    sheet = next((name for name in sheets if name.lower() == match[1].strip().lower()), None)
    new_name = re.sub(r"[\[\]:*?/\\']", " ", match[2]).strip()[:31]
    if sheet and new_name:
        changes.add(f"the sheet “{sheet}” is now “{new_name}”", RenameSheet(sheet=sheet, new_name=new_name))


def _add_rows(prompt: str, tables: list[KnownTable], changes: Changes) -> None:
    match = _ROWS.search(prompt)
    table = _meant(prompt, tables)
    if match and table:
        count = min(NUMBER_WORDS.get(match[1].lower()) or int(match[1]), MAX_BLANK_ROWS)
        rows = [[None] * len(table.columns) for _ in range(count)]
        changes.add(f"{count} blank rows were added to the table {table.name}", AppendRows(table=table.name, rows=rows))


def _add_column(prompt: str, tables: list[KnownTable], changes: Changes) -> None:
    """A column of the kind that its name speaks of, empty and meant to be filled in."""
    match, table = _COLUMN.search(prompt), _meant(prompt, tables)
    if not match or table is None:
        return
    column = infer((match[1] or match[2]).strip())
    taken = {header.lower() for header, _ in table.columns}
    if column.header.lower() in taken:
        return
    added = TableColumn(
        header=column.header,
        kind=column.kind,
        number_format=column.number_format,
        total=column.total,
        width=column.width,
        choices=list(column.choices) or None,
        input=True,
    )
    changes.add(
        f"an empty column “{column.header}” was added to the table {table.name}",
        AddTableColumn(table=table.name, column=added),
    )


def _add_chart(prompt: str, tables: list[KnownTable], sheets: list[str], changes: Changes) -> None:
    match = (
        _CHART.search(prompt)
        if re.search(r"\b(?:add|insert|create|make|draw|show|include)\b", prompt, re.IGNORECASE)
        else None
    )
    charted = [table for table in tables if _axes(table, prompt)]
    table = _meant(prompt, charted)
    axes = _axes(table, prompt) if table else None
    if not match or table is None or axes is None:
        return
    categories, values = axes
    sheet = next(
        name
        for name in ("Charts", *(f"Charts {number}" for number in range(2, 100)))
        if name.lower() not in {known.lower() for known in sheets}
    )
    kind = CHART_KINDS[(match[1] or "column").lower()]
    title = f"{table.columns[values][0]} by {table.columns[categories][0].lower()}"
    series = ChartSeries(
        values=_cells(table, values), categories=_cells(table, categories), name=table.columns[values][0]
    )
    chart = AddChart.model_validate(
        {
            "sheet": sheet,
            "anchor": "A1",
            "kind": kind,
            "title": title,
            "series": [series],
            "columns": 12,
            "rows": 20,
            "alt_text": title,
        }
    )
    changes.add(f"a {kind} chart “{title}” stands on the new sheet {sheet}", CreateSheet(sheet=sheet), chart)


def _axes(table: KnownTable, prompt: str) -> tuple[int, int] | None:
    """The columns of labels and of values; of several values, the one the request names."""
    labels = [index for index, (_, kind) in enumerate(table.columns) if kind in ("text", "month", "date")]
    values = [index for index, (_, kind) in enumerate(table.columns) if kind in NUMERIC]
    if not labels or not values:
        return None
    named = [index for index in values if table.columns[index][0].lower() in prompt.lower()]
    return labels[0], (named or values)[0]


def _meant(prompt: str, tables: list[KnownTable]) -> KnownTable | None:
    """The table that the request names, by its own or its sheet's name; else the first."""
    named = [table for table in tables if table.name.lower() in prompt.lower() or table.sheet.lower() in prompt.lower()]
    return next(iter(named or tables), None)


def _cells(table: KnownTable, index: int) -> str:
    letters = column_letter(table.first_column + index)
    return f"'{table.sheet}'!${letters}${table.header_row + 1}:${letters}${table.header_row + table.row_count}"


def _summary(changes: Changes, *, totals: bool) -> str:
    able = (
        "The built-in author can change the title, currency, accent colour, font and sheet names, set an input on the "
        "Assumptions sheet, add columns and blank rows to a "
        "table, and chart a table or a row."
    )
    if totals and not any("chart" in done for done in changes.done):
        able += " It cannot add a total to a column that exists already."
    if not changes.done:
        return (
            f"The workbook was not changed: without an AI model this request is more than the built-in author "
            f"can do. {able} {NO_MODEL}"
        )
    return f"Changed: {'; '.join(changes.done)}. If you asked for more than that, it was left undone. {able} {NO_MODEL}"
