"""Numbers that the request itself brings along: a table of them, with totals, growth and a chart."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from overten.agent.author.draft import (
    SUMMARY,
    Draft,
    chart,
    column_letter,
    grid_end,
    header_text,
    plain,
    styled,
    tiles,
    whole,
)
from overten.documents.excel.operations import ChartSeries, SetColumns, TableColumn, WriteBlock, WriteTable

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.series import DataSeries
    from overten.documents.excel.operations import CellValue, ChartKind, ExcelOperation, ValueKind

LINES_FROM = 7
"""More points than that read better as lines than as columns."""
FIRST_ROW = 5


def data(draft: Draft) -> None:
    """One row for each label and one column for each period, as given; totals and growth are formulas."""
    series = draft.brief.series
    if series is None:
        raise ValueError("a request without data has no table of it")
    draft.taken.update(index for index, figure in enumerate(draft.brief.figures) if series.covers(figure.start))
    summary, sheet, growth = draft.sheet(SUMMARY), draft.sheet("Data"), draft.sheet("Growth")
    rows, points = len(series.rows), len(series.columns)
    draft.purpose = (
        f"the {rows * points} numbers given, {rows} rows by {points} columns, with totals, growth and a chart"
    )
    draft.say(*_data(draft, sheet, series))
    draft.say(*_growth(sheet, growth, series))
    draft.say(*_summary(draft, summary, sheet, series))


def _headers(series: DataSeries) -> list[str]:
    """Names for the table's columns, each once."""
    headers: list[str] = []
    for name in (series.header, *series.columns):
        base = header_text(name) or "Column"
        header, number = base, 2
        while header.lower() in {*(taken.lower() for taken in headers), "total", "average", "change"}:
            header, number = f"{base} {number}", number + 1
        headers.append(header)
    return headers


def _in_units(series: DataSeries) -> str:
    return f"In {series.unit}" if series.unit else "As given in the request"


def _number_format(series: DataSeries) -> str:
    if series.is_percent:
        return "0.0%"
    return "#,##0" if all(value.is_integer() for _, values in series.rows for value in values) else "#,##0.00"


def _data(draft: Draft, sheet: str, series: DataSeries) -> list[ExcelOperation]:
    head, *names = _headers(series)
    first, last = "B", column_letter(len(names) + 1)
    kind, code = ("percent" if series.is_percent else "number"), _number_format(series)
    whole_row, function = ("Average", "AVERAGE") if series.is_percent else ("Total", "SUM")
    adds = "average" if series.is_percent else "sum"
    columns = [
        TableColumn(header=head, width=24),
        *(
            TableColumn.model_validate(
                {"header": name, "kind": kind, "number_format": code, "input": True, "total": adds, "width": 13}
            )
            for name in names
        ),
        TableColumn.model_validate(
            {
                "header": whole_row,
                "kind": kind,
                "number_format": code,
                "formula": f"={function}({first}{FIRST_ROW}:{last}{FIRST_ROW})",
                "total": adds,
                "width": 14,
            }
        ),
        TableColumn(
            header="Change",
            kind="percent",
            number_format="+0.0%;-0.0%;0.0%",
            formula=f'=IF({first}{FIRST_ROW}=0,"",{last}{FIRST_ROW}/{first}{FIRST_ROW}-1)',
            width=14,
        ),
    ]
    rows: list[list[CellValue]] = [
        [plain(label), *(whole(value) for value in values), None, None] for label, values in series.rows
    ]
    subtitle = f"{_in_units(series)}. Change: from {names[0]} to {names[-1]}."
    return [
        draft.heading(sheet, draft.brief.title, subtitle),
        WriteTable(
            sheet=sheet, anchor=f"A{FIRST_ROW - 1}", name="Data", columns=columns, rows=rows, total_label=whole_row
        ),
        *grid_end(sheet, f"B{FIRST_ROW}", repeat_rows=FIRST_ROW - 1, landscape=len(names) > 6),
    ]


def _growth(sheet: str, growth: str, series: DataSeries) -> list[ExcelOperation]:
    """Each period against the one before, for every row and for their total."""
    head, *names = _headers(series)
    end = FIRST_ROW + len(series.rows)
    letters = [column_letter(index) for index in range(2, len(names) + 2)]
    pairs = list(pairwise(letters))
    rows: list[list[CellValue]] = [["Growth"], ["Against the column before"], [], [head, *names[1:]]]
    rows += [
        [
            f"={sheet}!A{row}",
            *(f'=IF({sheet}!{before}{row}=0,"",{sheet}!{now}{row}/{sheet}!{before}{row}-1)' for before, now in pairs),
        ]
        for row in range(FIRST_ROW, end + 1)
    ]
    last = column_letter(len(names))
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "header"),
        styled(f"B4:{last}4", "header", align="right"),
        styled(f"A{FIRST_ROW}:A{end - 1}", "label"),
        styled(f"B{FIRST_ROW}:{last}{end - 1}", "calculation", number_format="+0.0%;-0.0%;0.0%"),
        styled(f"A{end}:{last}{end}", "total", number_format="+0.0%;-0.0%;0.0%"),
    ]
    return [
        WriteBlock(sheet=growth, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=growth, widths={"A": 24, f"B:{last}": 13}),
        *grid_end(growth, f"B{FIRST_ROW}", repeat_rows=4, landscape=False),
    ]


def _summary(draft: Draft, summary: str, sheet: str, series: DataSeries) -> list[ExcelOperation]:
    _, *names = _headers(series)
    end = FIRST_ROW + len(series.rows)
    whole_column, last = column_letter(len(names) + 2), column_letter(len(names) + 1)
    whole_row = "Average" if series.is_percent else "Total"
    totals = f"{sheet}!{whole_column}{FIRST_ROW}:{whole_column}{end - 1}"
    periods = f"{sheet}!B{end}:{last}{end}"
    labels = f"{sheet}!A{FIRST_ROW}:A{end - 1}"
    first_total, last_total = f"{sheet}!B{end}", f"{sheet}!{last}{end}"
    change = f'=IF({first_total}=0,"",{last_total}/{first_total}-1)'
    shown: ValueKind = "percent" if series.is_percent else "integer" if _number_format(series) == "#,##0" else "number"
    key: KeyFigures = [
        (whole_row, f"={sheet}!{whole_column}{end}", shown),
        (f"Highest {series.header.lower()}", f"=INDEX({labels},MATCH(MAX({totals}),{totals},0))", "text"),
        ("Highest column", f"=INDEX({sheet}!B4:{last}4,MATCH(MAX({periods}),{periods},0))", "text"),
        (f"Change, {names[0]} to {names[-1]}", change, "percent"),
    ]
    lines = [
        ChartSeries(
            values=f"{sheet}!$B${row}:${last}${row}",
            categories=f"{sheet}!$B$4:${last}$4",
            name=f"={sheet}!$A${row}",
        )
        for row in range(FIRST_ROW, min(end, FIRST_ROW + 12))
    ]
    kind: ChartKind = "line" if len(names) >= LINES_FROM else "column"
    bars = [ChartSeries(values=totals, categories=labels, name=whole_row)]
    y_title = _in_units(series) if series.unit else None
    return [
        *tiles(summary, draft.brief.title, _in_units(series), key),
        chart(summary, "A7", kind, draft.brief.title[:120], lines, rows=18, y_title=y_title),
        chart(summary, "A26", "bar", f"{whole_row} by {series.header.lower()}", bars, rows=14),
    ]
