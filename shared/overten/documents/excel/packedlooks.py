"""How packed rows look: a column of them has few looks, each for a run of rows, so none is kept for a single cell."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from overten.documents.excel.display import is_date_code
from overten.documents.excel.fitting import (
    LINE_HEIGHT_POINTS,
    MAX_HEIGHT_POINTS,
    MAX_WIDTH,
    MIN_WIDTH,
    lines_of,
    may_wrap,
    needed_width,
)
from overten.documents.excel.grid import Area, CellContent
from overten.documents.excel.packed import ColumnFacts, PackedRows
from overten.documents.excel.theme import Properties
from overten.documents.excel.values import serial_of
from overten.documents.excel.workbook import Sheet

ROUNDED_FORMAT = "#,##0.00"
_BARE: Properties = {}


class Run(NamedTuple):
    """The rows up to `last_row`, from the end of the run before, and their looks."""

    last_row: int
    looks: Properties


class PackedLooks:
    """The looks of the cells of `rows`, by column in runs from the top down."""

    def __init__(self, rows: PackedRows) -> None:
        self.rows = rows
        self._runs = {column: [Run(rows.last_row, _BARE)] for column in rows.columns}
        self._wrapped: dict[int, float] = {}

    def at(self, row: int, column: int) -> Properties:
        runs = self._runs[column]
        return runs[bisect_left(runs, row, key=lambda run: run.last_row)].looks

    def lay_over(self, area: Area, laid_over: Callable[[Properties], Properties]) -> None:
        """Changes the looks of the cells in the area."""
        own = self.rows.area
        first, last = max(area.first_row, own.first_row), min(area.last_row, own.last_row)
        if first > last:
            return
        for column in self.rows.columns:
            if area.first_column <= column <= area.last_column:
                self._runs[column] = list(_laid(self._runs[column], own.first_row, first, last, laid_over))

    def change(self, changed: Callable[[Properties], Properties], concerned: Callable[[Properties], bool]) -> None:
        """Changes looks wherever they are."""
        for column, runs in self._runs.items():
            self._runs[column] = [
                run._replace(looks=changed(run.looks)) if concerned(run.looks) else run for run in runs
            ]

    def facts_of_kind(self, kind: str) -> Iterator[ColumnFacts]:
        for column, facts in zip(self.rows.columns, self.rows.facts, strict=True):
            if any(run.looks.get("kind") == kind for run in self._runs[column]):
                yield facts

    def segments(self, first_row: int, last_row: int) -> Iterator[tuple[int, int, list[Properties]]]:
        """The rows in stretches in which no column changes its looks: first row, last row, looks by column."""
        while first_row <= last_row:
            runs = [
                self._runs[column][bisect_left(self._runs[column], first_row, key=lambda run: run.last_row)]
                for column in self.rows.columns
            ]
            last = min(last_row, *(run.last_row for run in runs))
            yield first_row, last, [run.looks for run in runs]
            first_row = last + 1

    def widths(self) -> dict[int, float]:
        """The width each column needs."""
        found: dict[int, float] = {}
        for column, facts in zip(self.rows.columns, self.rows.facts, strict=True):
            looks = {id(run.looks): run.looks for run in self._runs[column]}
            needed = [needed_width(value, one) for one in looks.values() for value in _widest(facts, one)]
            texts = [min(MAX_WIDTH, needed_width(facts.widest_text, one)) for one in looks.values()]
            found[column] = max([*needed, *texts])
        return found

    def wrap(self, widths: dict[int, float]) -> None:
        """Wraps the columns in which some text needs more than one line; `height` tells how high rows become."""
        for column, facts in zip(self.rows.columns, self.rows.facts, strict=True):
            width = widths.get(column, MIN_WIDTH)
            widest, looks = facts.widest_text, self._runs[column][0].looks
            if facts.breaks_lines or (may_wrap(widest, width) and lines_of(widest, looks, width) > 1):
                self._wrapped[column] = width
                area = Area(self.rows.first_row, column, self.rows.last_row, column)
                self.lay_over(area, lambda looks: looks | {"text_wrap": True})

    @property
    def wrapped(self) -> list[int]:
        """The columns whose texts may need several lines."""
        return list(self._wrapped)

    def height(self, text: CellContent | None, column: int, looks: Properties) -> float | None:
        """The height of a row for a text in a wrapped column, in points; None if one line is enough."""
        width = self._wrapped[column]
        if not isinstance(text, str) or not may_wrap(text, width):
            return None
        lines = lines_of(text, looks, width)
        return min(MAX_HEIGHT_POINTS, LINE_HEIGHT_POINTS * lines) if lines > 1 else None


def _laid(
    runs: list[Run], start: int, first: int, last: int, laid_over: Callable[[Properties], Properties]
) -> Iterator[Run]:
    """The runs, which begin at row `start`, cut at the rows `first` and `last` and changed between them."""
    made: dict[int, Properties] = {}
    for run in runs:
        if first > start:
            yield Run(min(run.last_row, first - 1), run.looks)
        if start <= last and run.last_row >= first:
            looks = made.setdefault(id(run.looks), laid_over(run.looks))
            yield Run(min(run.last_row, last), looks)
        if run.last_row > last:
            yield run
        start = run.last_row + 1


def _widest(facts: ColumnFacts, looks: Properties) -> Iterator[CellContent]:
    """Values as wide as any number or boolean of the column can be in these looks."""
    if facts.booleans:
        yield False
    if facts.lowest is None or facts.highest is None:
        return
    yield facts.lowest
    yield facts.highest
    code = looks.get("num_format")
    if code is None and facts.fractional:
        yield f"{facts.lowest:,.4f}"
        yield f"{facts.highest:,.4f}"
    elif code is not None and is_date_code(code) and 1 <= facts.highest < 2_958_000:
        year = 1900 + int(facts.highest // 365.25)  # any day of any month: names have many lengths
        yield from (serial_of(date(min(9999, year), month, day)) for month in range(1, 13) for day in range(22, 29))


def loose_places(sheet: Sheet, area: Area) -> Iterator[tuple[int, int]]:
    """The cells of an area but for those whose content is packed."""
    yield from _loose_places(sheet, area, [packed for packed in sheet.packed if packed.area.overlaps(area)])


def _loose_places(sheet: Sheet, area: Area, packed: list[PackedRows]) -> Iterator[tuple[int, int]]:
    if not packed:
        yield from area.cells()
        return
    first, rest = packed[0], packed[1:]
    top, bottom = max(area.first_row, first.first_row), min(area.last_row, first.last_row)
    if top > bottom:
        yield from _loose_places(sheet, area, rest)
        return
    if area.first_row < top:
        yield from _loose_places(sheet, area._replace(last_row=top - 1), rest)
    if bottom < area.last_row:
        yield from _loose_places(sheet, area._replace(first_row=bottom + 1), rest)
    rows = [row for row in sheet.cells if top <= row <= bottom]
    for column in range(area.first_column, area.last_column + 1):
        if column in first.columns:
            yield from ((row, column) for row in rows if column in sheet.cells[row])
        else:
            yield from _loose_places(sheet, Area(top, column, bottom, column), rest)
