"""What a model is told of files and of the results of queries: always as a quotation."""

from __future__ import annotations

from typing import Any

from overten.agent.data.models import Contents, InputFile, Rows, Table, Text

MAX_TOLD_CHARS = 60_000
_MAX_CELL_CHARS = 80
_MAX_COLUMNS = 60
_LEAST_TEXT_CHARS = 500
_MAX_FILES = 20
_MAX_TABLES = 20
_ROLES = dict.fromkeys(("/file_id", "/init_file", "/run_id"), "what the question is about")


def contents(files: list[InputFile], found: Contents) -> str:
    """The files one by one: tables with columns and first rows, texts with as much of them as there is room for."""
    told = []
    room = MAX_TOLD_CHARS // max(1, len(found.texts))
    for file in files:
        what = _ROLES.get(file.field) or ("data source" if file.field.startswith("/data_sources") else "reference")
        told.append(
            f"File {_line(file.label)} ({file.kind}, {what}{f', holds: {_line(file.holds)}' if file.holds else ''})"
        )
        told += [_table(table) for table in found.tables if table.file == file.name]
        told += [_text(text, room) for text in found.texts if text.file == file.name]
    return "\n".join(told)[: 2 * MAX_TOLD_CHARS]


def still_there(files: list[InputFile], found: Contents) -> str:
    """Files that have been told of before: what of them can be queried, without rows and texts."""
    lines = []
    for file in files[:_MAX_FILES]:
        tables = [_columns(table) for table in found.tables if table.file == file.name][:_MAX_TABLES]
        texts = ["its text is in the table texts"] if any(text.file == file.name for text in found.texts) else []
        lines.append(f"File {_line(file.label)} ({file.kind}), given earlier: {'; '.join([*tables, *texts])}")
    return "\n".join(lines)


def _table(table: Table) -> str:
    place = f" (sheet {_line(table.where)})" if table.where else ""
    rows = [_row(row[:_MAX_COLUMNS]) for row in table.sample]
    return "\n".join([_columns(table, place), "First rows:", *rows])


def _columns(table: Table, place: str = "") -> str:
    columns = ", ".join(f'"{_line(column.name)}" {column.type}' for column in table.columns[:_MAX_COLUMNS])
    if len(table.columns) > _MAX_COLUMNS:
        columns += f" and {len(table.columns) - _MAX_COLUMNS} more"
    return f"Table {table.name}{place}: {table.row_count} rows of {columns}"


def _text(text: Text, room: int) -> str:
    shown = text.beginning[: max(_LEAST_TEXT_CHARS, room)]
    if not shown:
        return "It has no text that can be read."
    more = f"its first {len(shown)} of {text.characters} characters" if len(shown) < text.characters else "all of it"
    return f"Text ({text.parts} parts in the table texts; {more}):\n{shown}"


def rows(found: Rows) -> str:
    """The rows of a result, under their columns."""
    head = " | ".join(_line(column.name) for column in found.columns)
    count = f"the first {len(found.rows)} rows; there are more" if found.more else f"{len(found.rows)} rows"
    return "\n".join([head, *(_row(row) for row in found.rows), f"({count})"])


def _row(cells: list[Any]) -> str:
    return " | ".join(_line("" if cell is None else str(cell)) for cell in cells)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_CELL_CHARS else line[: _MAX_CELL_CHARS - 1] + "…"
