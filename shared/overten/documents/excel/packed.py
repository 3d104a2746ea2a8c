"""The records of a large table in little room.

A cell of a sheet's own dictionary takes some hundred bytes, which is no matter until a data source brings a million of
them. The values of a large table are kept as compressed chunks of rows instead, some bytes a cell in memory and in the
checkpoint alike. What laying out needs to know of a column is noted when its values come (`ColumnFacts`), so that it
need not be unpacked for it. Only plain values are packed: formulas stay cells of the sheet, and so do values that are
changed one by one, which lie over the packed ones.
"""

from __future__ import annotations

import base64
import json
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer, PrivateAttr

from overten.documents.excel.grid import Area, CellContent
from overten.documents.excel.widths import quick_width

CHUNK_ROWS = 2_000
MAX_DISTINCT = 500
_FASTEST = 1
_WIDEST_LETTER = 2.1

Column = Sequence[CellContent | None]


def _decoded(value: Any) -> Any:
    return base64.b64decode(value) if isinstance(value, str) else value


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


PackedBytes = Annotated[bytes, BeforeValidator(_decoded), PlainSerializer(_encoded, when_used="json")]


class Chunk(BaseModel):
    """`row_count` rows: their columns as lists, in JSON, deflated."""

    row_count: int
    data: PackedBytes


class ColumnFacts(BaseModel):
    """What all values of a column have in common. Values that were replaced since may still be counted in."""

    filled: int = 0
    lowest: float | None = None
    highest: float | None = None
    fractional: bool = False
    booleans: bool = False
    breaks_lines: bool = False
    widest_text: str = ""
    texts: list[str] | None = Field(default_factory=list, description="Those there are; None for too many to list")

    @property
    def largest(self) -> float:
        """The largest amount, whatever its sign."""
        return max(abs(self.lowest or 0.0), abs(self.highest or 0.0))

    def note(self, values: Column) -> None:
        """Takes further values of the column into account."""
        self.filled += len(values) - values.count(None)
        kinds = set(map(type, values))
        if kinds & {int, float}:
            self._note_numbers(values, kinds)
        self.booleans = self.booleans or bool in kinds
        if str in kinds:
            self._note_texts({value for value in values if isinstance(value, str)})

    def _note_numbers(self, values: Column, kinds: set[type]) -> None:
        plain = kinds <= {int, float}
        numbers: list[Any] = list(values) if plain else [v for v in values if type(v) is int or type(v) is float]
        low, high = min(numbers), max(numbers)
        self.lowest = low if self.lowest is None else min(self.lowest, low)
        self.highest = high if self.highest is None else max(self.highest, high)
        if float in kinds and not self.fractional:
            self.fractional = any(not float(number).is_integer() for number in numbers)

    def _note_texts(self, texts: set[str]) -> None:
        if self.texts is not None:
            known = dict.fromkeys(self.texts)
            known.update(dict.fromkeys(sorted(texts)))
            self.texts = list(known) if len(known) <= MAX_DISTINCT else None
        self.breaks_lines = self.breaks_lines or any("\n" in text for text in texts)
        widest = quick_width(self.widest_text)
        for text in sorted(texts, key=len, reverse=True):
            if len(text) * _WIDEST_LETTER <= widest:
                break
            if (width := quick_width(text)) > widest:
                self.widest_text, widest = text, width


class _Unpacked(NamedTuple):
    chunk: int
    columns: list[list[CellContent | None]]


class PackedRows(BaseModel):
    """The values of some columns of a sheet from `first_row` on, without gaps."""

    first_row: int
    columns: list[int] = Field(description="Numbers of the sheet's columns, ascending")
    chunks: list[Chunk] = Field(default_factory=list)
    facts: list[ColumnFacts] = Field(default_factory=list, description="As `columns`")
    _starts: list[int] = PrivateAttr(default_factory=list)
    _unpacked: _Unpacked | None = PrivateAttr(None)

    @property
    def row_count(self) -> int:
        return sum(chunk.row_count for chunk in self.chunks)

    @property
    def last_row(self) -> int:
        return self.first_row + self.row_count - 1

    @property
    def area(self) -> Area:
        """The rows from the first to the last of the columns; columns of formulas may lie between them."""
        return Area(self.first_row, self.columns[0], self.last_row, self.columns[-1])

    @property
    def filled(self) -> int:
        return sum(facts.filled for facts in self.facts)

    def holds(self, row: int, column: int) -> bool:
        return column in self.columns and self.first_row <= row <= self.last_row

    def append(self, columns: Sequence[Column]) -> None:
        """Adds rows, given as their columns, in the order of `columns`."""
        self.facts = self.facts or [ColumnFacts() for _ in self.columns]
        for facts, values in zip(self.facts, columns, strict=True):
            facts.note(values)
        self._unpacked, self._starts = None, []
        last = self.chunks[-1] if self.chunks else None
        if last is not None and last.row_count < CHUNK_ROWS:
            columns = [[*old, *new] for old, new in zip(_columns_of(last), columns, strict=True)]
            self.chunks.pop()
        for start in range(0, len(columns[0]), CHUNK_ROWS):
            self.chunks.append(_packed([values[start : start + CHUNK_ROWS] for values in columns]))

    def content(self, row: int, column: int) -> CellContent | None:
        """What the cell holds, None if it is empty or not one of these. Neighbouring rows are found fast."""
        if not self.holds(row, column):
            return None
        if not self._starts:
            counts = [chunk.row_count for chunk in self.chunks]
            self._starts = [self.first_row + sum(counts[:index]) for index in range(len(counts))]
        index = bisect_right(self._starts, row) - 1
        if self._unpacked is None or self._unpacked.chunk != index:
            self._unpacked = _Unpacked(index, _columns_of(self.chunks[index]))
        return self._unpacked.columns[self.columns.index(column)][row - self._starts[index]]

    def runs(self, area: Area | None = None) -> Iterator[tuple[int, list[list[CellContent | None]]]]:
        """The chunks as their first row and their columns; with `area`, only those that have rows in it."""
        row = self.first_row
        for chunk in self.chunks:
            if area is None or (row <= area.last_row and area.first_row <= row + chunk.row_count - 1):
                yield row, _columns_of(chunk)
            row += chunk.row_count

    def rows(self, area: Area | None = None) -> Iterator[tuple[int, dict[int, CellContent]]]:
        """The filled rows with their cells by column; with `area`, only its rows."""
        for start, columns in self.runs(area):
            for row, values in enumerate(zip(*columns, strict=True), start=start):
                if area is None or area.first_row <= row <= area.last_row:
                    pairs = zip(self.columns, values, strict=True)
                    yield row, {column: value for column, value in pairs if value is not None}


def _packed(columns: Sequence[Column]) -> Chunk:
    data = json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Chunk(row_count=len(columns[0]), data=zlib.compress(data, _FASTEST))


def _columns_of(chunk: Chunk) -> list[list[CellContent | None]]:
    columns: list[list[CellContent | None]] = json.loads(zlib.decompress(chunk.data))
    return columns
