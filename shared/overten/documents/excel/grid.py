"""Cells, ranges and sheet-qualified references as numbers. Rows and columns count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

CellContent = str | bool | int | float

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")


class Area(NamedTuple):
    """A rectangle of cells, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def size(self) -> int:
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)

    @property
    def ref(self) -> str:
        """The range as Excel writes it: `B2:D9`, or `B2` for one cell."""
        first = cell_name(self.first_row, self.first_column)
        last = cell_name(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    def overlaps(self, other: Area) -> bool:
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def contains(self, row: int, column: int) -> bool:
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def cells(self) -> Iterator[tuple[int, int]]:
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                yield row, column


@lru_cache(maxsize=MAX_COLUMNS)
def column_letters(column: int) -> str:
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_name(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"


def parse_cell(ref: str) -> tuple[int, int]:
    """Row and column of `B7` (dollar signs are ignored). Raises ValueError for what is not a cell of a sheet."""
    match = _CELL.fullmatch(ref.strip())
    if match is None:
        raise ValueError(f"{ref!r} is not a cell such as B7")
    row, column = int(match[2]), column_number(match[1])
    if row > MAX_ROWS or column > MAX_COLUMNS:
        raise ValueError(f"{ref!r} lies outside a sheet (last cell XFD1048576)")
    return row, column


def parse_range(ref: str) -> Area:
    """The area of `B2:D9` or `B2`, corners in any order. Raises ValueError."""
    first, _, last = ref.partition(":")
    row1, column1 = parse_cell(first)
    row2, column2 = parse_cell(last or first)
    return Area(min(row1, row2), min(column1, column2), max(row1, row2), max(column1, column2))


def parse_columns(ref: str) -> range:
    """The column numbers of `B` or `B:F`. Raises ValueError."""
    first, _, last = ref.partition(":")
    numbers = sorted((column_number(first), column_number(last or first)))
    if numbers[1] > MAX_COLUMNS:
        raise ValueError(f"{ref!r} lies outside a sheet (last column XFD)")
    return range(numbers[0], numbers[1] + 1)


def split_sheet(ref: str) -> tuple[str, str]:
    """`'Budget 2026'!B2:B9` as ("Budget 2026", "B2:B9"). The sheet is "" if none is named."""
    sheet, mark, rest = ref.strip().lstrip("=").rpartition("!")
    if not mark:
        return "", rest
    if sheet.startswith("'") and sheet.endswith("'") and len(sheet) > 1:
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, rest


def quote_sheet(name: str) -> str:
    """The sheet's name as it stands before `!` in a formula."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) and not looks_like_cell(name)
    return name if plain else "'" + name.replace("'", "''") + "'"


def qualified(sheet: str, area: Area) -> str:
    """`'Budget 2026'!$B$2:$B$9`."""
    first = f"${column_letters(area.first_column)}${area.first_row}"
    last = f"${column_letters(area.last_column)}${area.last_row}"
    return f"{quote_sheet(sheet)}!{first}" + ("" if first == last else f":{last}")


def looks_like_cell(name: str) -> bool:
    """Whether Excel would read the name as a reference in A1 or R1C1 style."""
    if re.fullmatch(r"[Rr]([1-9][0-9]*)?([Cc]([1-9][0-9]*)?)?|[Cc]([1-9][0-9]*)?", name):
        return True
    match = re.fullmatch(r"([A-Za-z]{1,3})([0-9]{1,7})", name)
    return match is not None and column_number(match[1]) <= MAX_COLUMNS
