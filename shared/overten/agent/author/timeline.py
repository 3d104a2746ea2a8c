"""Models over time: one row for each line, one column for each period, every cell a formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from overten.agent.author.draft import column_letter, grid_end, plain, quoted, styled
from overten.documents.excel.operations import AddConditionalFormat, CellRule, SetColumns, WriteBlock

if TYPE_CHECKING:
    from overten.agent.author.brief import PeriodUnit
    from overten.documents.excel.operations import CellValue, ExcelOperation, StyleName, ValueKind

HEADER_ROW = 4
FIRST_ROW = 5


@dataclass(frozen=True)
class Row:
    """A line of a timeline; without a formula it is a heading.

    In `formula`, {c} is this period's column, {p} the one before, and {name} the row with that key or the input of that
    name. `first` replaces the formula in the first period. `total` says how periods add up.
    """

    key: str
    label: str
    formula: str | None = None
    first: str | None = None
    kind: ValueKind = "currency"
    look: StyleName = "calculation"
    total: Literal["sum", "last", "ratio", None] = "sum"


@dataclass(frozen=True)
class Timeline:
    """A sheet of rows over periods, laid out. Cells are addressed by row key."""

    sheet: str
    rows: tuple[Row, ...]
    periods: int
    unit: PeriodUnit
    refs: dict[str, str]

    @property
    def numbers(self) -> dict[str, int]:
        return {row.key: number for number, row in enumerate(self.rows, FIRST_ROW)}

    @property
    def last(self) -> str:
        return column_letter(self.periods + 1)

    @property
    def total(self) -> str:
        return column_letter(self.periods + 2)

    def span(self, key: str) -> str:
        """All periods of a row, with the sheet's name."""
        number = self.numbers[key]
        return f"{quoted(self.sheet)}!$B${number}:${self.last}${number}"

    def cell(self, key: str, column: str) -> str:
        return f"{quoted(self.sheet)}!{column}{self.numbers[key]}"

    @property
    def header(self) -> str:
        return f"{quoted(self.sheet)}!$B${HEADER_ROW}:${self.last}${HEADER_ROW}"

    def operations(self, title: str, subtitle: str, *, watch: tuple[str, ...] = ()) -> list[ExcelOperation]:
        """Writes the sheet. Rows in `watch` show negative values as bad."""
        rows: list[list[CellValue]] = [[plain(title)], [plain(subtitle)], [], self._header_cells()]
        styles = [
            styled("A1", "title"),
            styled("A2", "subtitle"),
            styled(f"A{HEADER_ROW}:{self.total}{HEADER_ROW}", "header"),
            styled(f"B{HEADER_ROW}:{self.total}{HEADER_ROW}", "header", align="right"),
            styled(f"B{HEADER_ROW}:{self.last}{HEADER_ROW}", None, number_format=self._header_format()),
        ]
        for number, row in enumerate(self.rows, FIRST_ROW):
            rows.append(self._cells(row, number))
            if row.formula is None:
                styles.append(styled(f"A{number}:{self.total}{number}", "heading"))
                continue
            styles.append(
                styled(f"{'A' if row.look == 'total' else 'B'}{number}:{self.total}{number}", row.look, row.kind)
            )
        rules = [
            AddConditionalFormat(
                sheet=self.sheet,
                range=f"B{self.numbers[key]}:{self.last}{self.numbers[key]}",
                rule=CellRule(operator="<", value=0, style="bad"),
            )
            for key in watch
        ]
        widths = SetColumns(sheet=self.sheet, widths={"A": 30})
        return [
            WriteBlock(sheet=self.sheet, anchor="A1", rows=rows, styles=styles),
            widths,
            *rules,
            *grid_end(self.sheet, f"B{FIRST_ROW}", repeat_rows=HEADER_ROW),
        ]

    def _header_cells(self) -> list[CellValue]:
        step = {
            "week": "={p}$4+7",
            "day": "={p}$4+1",
            "month": "=EDATE({p}$4,1)",
            "quarter": "=EDATE({p}$4,3)",
            "year": "=EDATE({p}$4,12)",
        }[self.unit]
        rest = [step.format(p=column_letter(number)) for number in range(2, self.periods + 1)]
        return [self.unit.capitalize(), f"={self.refs['StartDate']}", *rest, "Total"]

    def _header_format(self) -> str:
        return {"day": "d mmm yyyy", "week": "d mmm yyyy", "year": "yyyy"}.get(self.unit, "mmm yyyy")

    def _cells(self, row: Row, number: int) -> list[CellValue]:
        if row.formula is None:
            return [row.label]
        cells: list[CellValue] = [plain(row.label)]
        for index in range(2, self.periods + 2):
            template = row.first if index == 2 and row.first else row.formula
            cells.append(self._fill(template, column_letter(index), column_letter(index - 1)))
        cells.append(self._total(row, number))
        return cells

    def _fill(self, template: str, column: str, before: str) -> str:
        places = self.refs | {key: str(number) for key, number in self.numbers.items()}
        return "=" + template.format(c=column, p=before, **places)

    def _total(self, row: Row, number: int) -> CellValue:
        if row.total == "sum":
            return f"=SUM(B{number}:{self.last}{number})"
        if row.total == "last":
            return f"={self.last}{number}"
        return self._fill(row.formula or "", self.total, self.total) if row.total == "ratio" else None


def yearly(
    sheet: str, timeline: Timeline, keys: tuple[str, ...], periods_per_year: int, title: str
) -> list[ExcelOperation]:
    """A sheet with the timeline's rows by year: flows are summed, balances are those of the year's last period."""
    years = -(-timeline.periods // periods_per_year)
    by_key = {row.key: row for row in timeline.rows}
    rows: list[list[CellValue]] = [
        [plain(title)],
        ["Twelve months from the start date make a year"],
        [],
        ["", *(f"Year {n}" for n in range(1, years + 1))],
    ]
    last = column_letter(years + 1)
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "header"),
        styled(f"B4:{last}4", "header", align="right"),
    ]
    for number, key in enumerate(keys, 5):
        row = by_key[key]
        rows.append([row.label, *(_year_cell(timeline, row, keys, year, periods_per_year) for year in range(years))])
        styles.append(styled(f"{'A' if row.look == 'total' else 'B'}{number}:{last}{number}", row.look, row.kind))
    return [WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles), SetColumns(sheet=sheet, widths={"A": 30})]


def _year_cell(timeline: Timeline, row: Row, keys: tuple[str, ...], year: int, periods_per_year: int) -> str:
    first, last = year * periods_per_year + 2, min((year + 1) * periods_per_year, timeline.periods) + 1
    number = timeline.numbers[row.key]
    if row.total == "sum":
        return f"=SUM({quoted(timeline.sheet)}!{column_letter(first)}{number}:{column_letter(last)}{number})"
    if row.total == "ratio":
        places = timeline.refs | {key: str(position) for position, key in enumerate(keys, 5)}
        column = column_letter(year + 2)
        return "=" + (row.formula or "").format(c=column, p=column, **places)
    return f"={quoted(timeline.sheet)}!{column_letter(last)}{number}"
