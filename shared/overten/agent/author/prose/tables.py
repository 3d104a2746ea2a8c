"""The parts of documents, presentations and workbooks that show a user's tables, their rows by reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from overten.agent.author.calls import Call
from overten.agent.author.draft import chart, column_letter, grid_end, styled, tiles
from overten.agent.author.prose import data
from overten.agent.author.prose.deck import PlannedSlide
from overten.agent.author.prose.word import plain
from overten.agent.author.prose.words import phrase
from overten.documents.excel.operations import (
    ChartSeries,
    CreateSheet,
    SetColumns,
    SetWorkbook,
    TableColumn,
    WriteBlock,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.prose.context import KnownColumn, KnownText
    from overten.agent.author.prose.data import Group, Study
    from overten.documents.excel.operations import ChartKind

MAX_TEXTS = 3
MAX_QUOTED_CHARACTERS, MAX_SLIDE_CHARACTERS = 600, 220
MAX_ROWS = 20_000
MAX_COLUMNS = 30


# --- documents ---


def document_sections(studies: Sequence[Study], texts: Sequence[KnownText], language: str) -> list[Call]:
    calls = []
    for study in studies:
        source = f"{phrase('source', language)}: {plain(study.file)}"
        blocks = _key_figures(study, language)
        for group in study.groups:
            blocks += _group_blocks(group, source, language)
        heading = f"{phrase('data', language)}: {data.readable(study.table.where or study.table.name)}"
        calls.append(Call("write", {"heading": plain(heading), "blocks": blocks}))
    for text in texts[:MAX_TEXTS]:
        if quote := excerpt(text.text, MAX_QUOTED_CHARACTERS):
            heading = phrase("excerpt", language).format(plain(text.file))[:300]
            block = {"type": "quote", "text": plain(quote), "attribution": plain(text.file)[:200]}
            calls.append(Call("write", {"heading": heading, "blocks": [block]}))
    return calls


def _key_figures(study: Study, language: str) -> list[dict[str, Any]]:
    items = [{"value": data.number(study.row_count, language), "label": phrase("rows", language)}]
    items += [
        {"value": data.number(value, language)[:20], "label": _total_name(name, averaged, language)}
        for name, averaged, value in study.totals
    ]
    source = {"type": "paragraph", "style": "small", "text": f"{phrase('source', language)}: {plain(study.file)}"}
    if len(items) < 2:
        return [{"type": "paragraph", "text": f"**{items[0]['label']}:** {items[0]['value']}"}, source]
    return [{"type": "metrics", "items": items[:4]}, source]


def _total_name(name: str, averaged: bool, language: str) -> str:
    return f"{data.readable(name)} ({phrase('average' if averaged else 'sum', language).lower()})"[:80]


def _group_blocks(group: Group, source: str, language: str) -> list[dict[str, Any]]:
    title = data.headline(group, language)
    columns = [
        {"header": plain(data.readable(group.label)), "width": 60},
        {"header": plain(data.readable(group.measure)), "width": 40, "align": "right"},
    ]
    kind = (
        ("line" if len(group.rows) > 8 else "column")
        if group.is_time or group.is_ordered
        else ("bar" if len(group.rows) > 5 else "column")
    )
    return [
        {"type": "heading", "level": 2, "text": plain(_group_name(group, language))},
        {"type": "chart", "kind": kind, "categories": {"from": data.labels_of(group.sql)},
         "series": [{"name": data.readable(group.measure), "values": {"from": data.values_of(group.sql)}}],
         "number_format": _code(group), "data_labels": len(group.rows) <= 8, "alt_text": f"{title}."[:300],
         "caption": plain(title), "source": source},
        {"type": "table", "columns": columns, "rows": {"from": data.rows_as_text(group, language)}},
    ]  # fmt: skip


def _group_name(group: Group, language: str) -> str:
    if group.is_time:
        return phrase("over", language).format(data.readable(group.measure))
    return phrase("by", language).format(data.readable(group.measure), data.readable(group.label))


def _code(group: Group) -> str:
    return "#,##0.00" if group.decimals else "#,##0"


def excerpt(text: str, most: int) -> str:
    """The beginning of a text, ended at a word."""
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if len(flat) <= most else flat[: most - 2].rsplit(" ", 1)[0] + " …"


# --- presentations ---


def data_slides(studies: Sequence[Study], language: str) -> list[PlannedSlide]:
    """Slides of the tables. The points of their charts are references: see `referred`."""
    slides = []
    for study in studies:
        points = [f"{phrase('rows', language)}: {data.number(study.row_count, language)}"]
        points += [
            f"{_total_name(name, averaged, language)}: {data.number(value, language)[:14]}"
            for name, averaged, value in study.totals
        ]
        name = data.readable(study.table.where or study.table.name)
        if len(points) > 1:
            slides.append(PlannedSlide("metrics", name, tuple(points[:4]), None, None, study.file))
        slides += [
            PlannedSlide("data_chart", data.headline(group, language), (), group.sql, None, study.file)
            for group in study.groups
        ]
    return slides


def chart_of(group: Group, title: str, source: str, *, with_points: bool, language: str) -> dict[str, Any]:
    """A chart slide whose rows come by reference."""
    kind = (
        ("line" if len(group.rows) > 8 else "column")
        if group.is_time or group.is_ordered
        else ("bar" if len(group.rows) > 5 else "column")
    )
    slide: dict[str, Any] = {
        "layout": "chart",
        "title": title[:110],
        "source": source[:200],
        "chart": {
            "kind": kind,
            "categories": {"from": data.labels_of(group.sql)},
            "series": [{"name": data.readable(group.measure), "values": {"from": data.values_of(group.sql)}}],
            "number_format": _code(group),
        },
    }
    if with_points:
        high, low = max(group.rows, key=lambda row: row[1]), min(group.rows, key=lambda row: row[1])
        slide["points"] = [
            f"**{phrase('highest', language)}:** {high[0]}, {data.number(high[1], language, group.decimals)}",
            f"**{phrase('lowest', language)}:** {low[0]}, {data.number(low[1], language, group.decimals)}",
        ]
    return slide


def quote_slides(texts: Sequence[KnownText]) -> list[PlannedSlide]:
    return [
        PlannedSlide("quote", quote, (text.file[:100],))
        for text in texts[:MAX_TEXTS] if (quote := excerpt(text.text, MAX_SLIDE_CHARACTERS))
    ]  # fmt: skip


# --- workbooks ---


def data_workbook(studies: Sequence[Study], title: str, language: str) -> tuple[list[list[Call]], list[str]]:
    """The replies that write a workbook of the tables: a summary with totals, groups and charts by formulas, and the
    data itself. Also what was left out."""
    left_out: list[str] = []
    sheets = ["Summary", *_sheet_names(studies)]
    replies = [[Call.of(SetWorkbook(title=title[:120])), *(Call.of(CreateSheet(sheet=sheet)) for sheet in sheets)]]
    for study, sheet in zip(studies, sheets[1:], strict=True):
        replies.append(_data_sheet(study, sheet, language))
        if study.row_count > MAX_ROWS:
            left_out.append(f"rows after the first {MAX_ROWS:,} of {study.file}")
        if len(study.table.columns) > MAX_COLUMNS:
            left_out.append(f"columns after the first {MAX_COLUMNS} of {study.file}")
    replies.append(_summary_sheet(studies[0], sheets[1], title, language))
    return replies, left_out


def _sheet_names(studies: Sequence[Study]) -> list[str]:
    names: list[str] = []
    for study in studies:
        stem = re.sub(r"[\[\]:*?/\\'_]+", " ", study.table.where or study.table.name).strip()[:26] or "Data"
        stem = stem[:1].upper() + stem[1:]
        taken = {name.lower() for name in names} | {"summary", "history"}
        names.append(next(name for name in (stem, *(f"{stem} {n}" for n in range(2, 9))) if name.lower() not in taken))
    return names


def _data_sheet(study: Study, sheet: str, language: str) -> list[Call]:
    columns = study.table.columns[:MAX_COLUMNS]
    summed = {name for name, averaged, _ in study.totals if not averaged}
    shown = [
        TableColumn(
            header=column.name[:100], kind=_value_kind(column), total="sum" if column.name in summed else None
        ).model_dump(mode="json", exclude_none=True)
        for column in columns
    ]
    selected = ", ".join(_selected(column) for column in columns)
    query = f"SELECT {selected} FROM {data.quoted(study.table.name)} LIMIT {MAX_ROWS}"  # noqa: S608 - names are quoted
    head = WriteBlock(
        sheet=sheet, anchor="A1",
        rows=[[_text(data.readable(study.table.where or study.table.name))],
              [f"{phrase('source', language)}: {study.file}"]],
        styles=[styled("A1", "title"), styled("A2", "subtitle")],
    )  # fmt: skip
    table = {"sheet": sheet, "anchor": "A4", "name": _table_name(sheet), "columns": shown, "rows": {"from": query}}
    return [Call.of(head), Call("write_table", table), *(Call.of(one) for one in grid_end(sheet, "A5", repeat_rows=4))]


def _table_name(sheet: str) -> str:
    return "T_" + re.sub(r"\W+", "_", sheet)[:60]


def _value_kind(column: KnownColumn) -> Any:
    return "integer" if column.is_whole else {"number": "number", "date": "date"}.get(column.kind, "text")


def _selected(column: KnownColumn) -> str:
    name = data.quoted(column.name)
    return {"number": f"CAST({name} AS DOUBLE)", "date": f"CAST({name} AS DATE)"}.get(
        column.kind, f"CAST({name} AS VARCHAR)"
    )


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "'")) else text


def _summary_sheet(study: Study, sheet: str, title: str, language: str) -> list[Call]:
    """Totals, and a table with a chart for each grouping, all of them formulas on the data."""
    columns = [column.name for column in study.table.columns[:MAX_COLUMNS]]
    end = 4 + min(study.row_count, MAX_ROWS)

    def cells(name: str) -> str:
        letters = column_letter(columns.index(name) + 1)
        return f"'{sheet}'!${letters}$5:${letters}${end}"

    key: KeyFigures = [(phrase("rows", language), f"=ROWS({cells(columns[0])})", "integer")]
    for name, averaged, value in study.totals[:3]:
        if name in columns:
            formula = f"={'AVERAGE' if averaged else 'SUM'}({cells(name)})"
            key.append(
                (_total_name(name, averaged, language), formula, "integer" if value == round(value) else "number")
            )
    operations: list[Any] = list(tiles("Summary", title, f"{phrase('source', language)}: {study.file}", key))
    calls = [Call.of(operation) for operation in operations]
    row = 8
    for number, group in enumerate(group for group in study.groups if not group.is_time and group.label in columns):
        function = _group_formula(group, columns, cells)
        headers = [data.readable(group.label), _total_name(group.measure, group.averaged, language)]
        if headers[0] == headers[1]:
            headers[1] = phrase("value", language)
        kind = "integer" if _code(group) == "#,##0" else "number"
        shown = [
            {"header": headers[0], "kind": "text"},
            {"header": headers[1], "kind": kind, "formula": function.format(cell=f"A{row + 1}"),
             **({} if group.averaged else {"total": "sum"})},
        ]  # fmt: skip
        rows = {"from": f"SELECT label FROM ({group.sql})"}  # noqa: S608 - a query of ours
        calls.append(
            Call(
                "write_table",
                {"sheet": "Summary", "anchor": f"A{row}", "name": f"Group{number + 1}", "columns": shown, "rows": rows},
            )
        )
        last = row + len(group.rows)
        series = [
            ChartSeries(
                values=f"Summary!$B${row + 1}:$B${last}", categories=f"Summary!$A${row + 1}:$A${last}", name=headers[1]
            )
        ]
        below = last + 3
        wide: ChartKind = "column" if group.is_ordered or len(group.rows) <= 6 else "bar"
        calls.append(
            Call.of(
                chart(
                    "Summary",
                    f"A{below}",
                    wide,
                    _group_name(group, language)[:120],
                    series,
                    rows=15,
                    y_min=0 if min(value for _, value in group.rows) >= 0 else None,
                )
            )
        )
        row = below + 17
    calls.append(Call.of(SetColumns(sheet="Summary", widths={"A:D": 24})))
    return calls


def _group_formula(group: Group, columns: list[str], cells: Any) -> str:
    place = cells(group.label)
    if group.measure not in columns:
        return f"=COUNTIFS({place},{{cell}})"
    return f"={'AVERAGEIFS' if group.averaged else 'SUMIFS'}({cells(group.measure)},{place},{{cell}})"
