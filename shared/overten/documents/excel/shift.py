"""How references move when lines (rows or columns) are put in or taken out, and when a formula is copied elsewhere.

Excel's rules: a cell behind the change moves; a range grows by what comes in between its ends and shrinks by what goes;
what goes wholly leaves #REF!. Dollar signs play no part in that, they only count when a formula is copied. Structured
references and names hold what they name, so they stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from overten.documents.excel import formulas
from overten.documents.excel.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Area,
    cell_name,
    column_letters,
    column_number,
    parse_cell,
    parse_range,
)
from overten.documents.excel.workbook import Axis

BROKEN = "#REF!"

_REFERENCE = re.compile(
    r"""(?<![\w.$\\'"\]!])
    (?P<prefix>(?:'(?:[^']|'')+'|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!)?
    (?:
        (?P<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})(?::(?P<last>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}))?
      | (?P<columns>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})
      | (?P<rows>\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6})
    )
    (?![\w.(!\[])""",
    re.VERBOSE,
)
_MAY_REFER = re.compile(r"[A-Za-z$][0-9]|[A-Za-z0-9]:")
_VARIABLES = re.compile(r"\b(?:LET|LAMBDA)\(", re.IGNORECASE)
# Texts and structured references, whose contents only look like references.
_KEPT = re.compile(r"""("(?:[^"]|"")*"|[\w.\\]*\[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\])""")
_CORNER = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")


class Corner(NamedTuple):
    """One end of a reference. A column of 0 stands for whole rows, a row of 0 for whole columns."""

    row: int
    column: int
    row_fixed: bool = False
    column_fixed: bool = False

    @property
    def text(self) -> str:
        letters = ("$" if self.column_fixed else "") + column_letters(self.column) if self.column else ""
        return letters + (("$" if self.row_fixed else "") + str(self.row) if self.row else "")


class Reference(NamedTuple):
    """A reference of a formula: `sheet` is "" for the formula's own; `last` is `first` for one cell."""

    sheet: str
    first: Corner
    last: Corner
    is_range: bool

    @property
    def area(self) -> Area:
        """The cells meant, whole rows and columns to the ends of the sheet."""
        rows = sorted((self.first.row or 1, self.last.row or MAX_ROWS))
        columns = sorted((self.first.column or 1, self.last.column or MAX_COLUMNS))
        return Area(rows[0], columns[0], rows[1], columns[1])

    @property
    def text(self) -> str:
        return f"{self.first.text}:{self.last.text}" if self.is_range else self.first.text


type Change = Callable[[Reference], Reference | None]
"""What becomes of a reference; None makes it #REF!."""


@dataclass(frozen=True)
class Shift:
    """`count` lines put in before line `at`, or lines `at` to `at + count - 1` taken out."""

    axis: Axis
    at: int
    count: int
    inserts: bool

    @property
    def limit(self) -> int:
        return MAX_ROWS if self.axis == "rows" else MAX_COLUMNS

    def line(self, line: int) -> int | None:
        """Where a line comes to lie; None if it is taken out or pushed off the sheet."""
        if line < self.at:
            return line
        if self.inserts:
            return line + self.count if line + self.count <= self.limit else None
        return None if line < self.at + self.count else line - self.count

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where the lines `first` to `last` come to lie; None if nothing is left of them."""
        if self.inserts:
            moved = self.line(first)
            return None if moved is None else (moved, min(last + self.count if last >= self.at else last, self.limit))
        if first == 1 and last == self.limit:
            return first, last
        end = self.at + self.count
        start = first if first < self.at else max(first, end) - self.count
        stop = last if last < self.at else (self.at - 1 if last < end else last - self.count)
        return (start, stop) if start <= stop else None

    def place(self, row: int, column: int) -> tuple[int, int] | None:
        """Where a cell comes to lie."""
        moved = self.line(row if self.axis == "rows" else column)
        if moved is None:
            return None
        return (moved, column) if self.axis == "rows" else (row, moved)

    def area(self, area: Area) -> Area | None:
        """Where an area comes to lie."""
        if self.axis == "rows":
            rows = self.span(area.first_row, area.last_row)
            return rows and area._replace(first_row=rows[0], last_row=rows[1])
        columns = self.span(area.first_column, area.last_column)
        return columns and area._replace(first_column=columns[0], last_column=columns[1])

    def cell_ref(self, ref: str) -> str | None:
        place = self.place(*parse_cell(ref))
        return place and cell_name(*place)

    def range_ref(self, ref: str) -> str | None:
        area = self.area(parse_range(ref))
        return area and area.ref

    def change(self, sheet: str, own: bool) -> Change:
        """What becomes of the references to the shifted `sheet`, in a formula that stands on it (`own`) or not."""

        def changed(reference: Reference) -> Reference | None:
            if reference.sheet.casefold() != sheet.casefold() if reference.sheet else not own:
                return reference
            area = self.area(reference.area)
            return area and _over(reference, area)

        return changed


def _over(reference: Reference, area: Area) -> Reference:
    """The reference with its dollar signs, over another area."""
    first, last = reference.first, reference.last
    low = first._replace(row=first.row and area.first_row, column=first.column and area.first_column)
    high = last._replace(row=last.row and area.last_row, column=last.column and area.last_column)
    return reference._replace(first=low, last=high)


def rewritten(formula: str, change: Change) -> str:
    """The formula with each of its references changed."""
    if not _MAY_REFER.search(formula):
        return formula
    if "(" in formula and _VARIABLES.search(formula):
        return _rewritten_by_token(formula, change)
    if '"' not in formula and "[" not in formula:
        return _in_text(formula, change)
    parts = _KEPT.split(formula)
    return "".join(_in_text(part, change) if index % 2 == 0 else part for index, part in enumerate(parts))


def _rewritten_by_token(formula: str, change: Change) -> str:
    variables = formulas.variables_in(formula)
    parts = []
    for token in formulas.tokenize(formula):
        movable = token.type == "OPERAND" and token.subtype == "RANGE" and token.value.lower() not in variables
        whole = movable and "[" not in token.value
        parts.append(_in_text(token.value, change) if whole else token.value)
    return formulas.spilled_form("=" + "".join(parts))


def _in_text(text: str, change: Change) -> str:
    def replaced(match: re.Match[str]) -> str:
        reference = _read(match)
        if reference is None:
            return match[0]
        changed = change(reference)
        if changed == reference:
            return match[0]
        return (match["prefix"] or "") + (BROKEN if changed is None else changed.text)

    return _REFERENCE.sub(replaced, text)


def references(formula: str) -> list[Reference]:
    """The cells and ranges a formula refers to, without structured references."""
    found: list[Reference] = []

    def noted(reference: Reference) -> Reference:
        found.append(reference)
        return reference

    rewritten(formula, noted)
    return found


def _read(match: re.Match[str]) -> Reference | None:
    """The reference that was matched; None for what only looks like one, or spans several sheets."""
    prefix = (match["prefix"] or "").removesuffix("!")
    sheet = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
    if ":" in sheet:
        return None
    if match["cell"]:
        first = _corner(match["cell"])
        last = _corner(match["last"]) if match["last"] else first
        return Reference(sheet, first, last, bool(match["last"])) if first and last else None
    ends = (match["columns"] or match["rows"]).split(":")
    if match["columns"]:
        corners = [Corner(0, column_number(end.lstrip("$")), False, end.startswith("$")) for end in ends]
    else:
        corners = [Corner(int(end.lstrip("$")), 0, end.startswith("$"), False) for end in ends]
    inside = all(corner.row <= MAX_ROWS and corner.column <= MAX_COLUMNS for corner in corners)
    first, last = sorted(corners, key=lambda corner: corner[:2])
    return Reference(sheet, first, last, True) if inside else None


def _corner(text: str) -> Corner | None:
    match = _CORNER.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[4]), column_number(match[2])
    return Corner(row, column, bool(match[3]), bool(match[1])) if row <= MAX_ROWS and column <= MAX_COLUMNS else None


def copied(formula: str, rows: int, columns: int) -> str:
    """The formula as Excel pastes it that many rows further down and columns to the right (negative: up, left)."""
    if not rows and not columns:
        return formula

    def changed(reference: Reference) -> Reference | None:
        ends = [_carried(corner, rows, columns) for corner in (reference.first, reference.last)]
        first, last = ends
        return reference._replace(first=first, last=last) if first and last else None

    return rewritten(formula, changed)


def _carried(corner: Corner, rows: int, columns: int) -> Corner | None:
    row = corner.row if corner.row_fixed or not corner.row else corner.row + rows
    column = corner.column if corner.column_fixed or not corner.column else corner.column + columns
    inside = (1 <= row <= MAX_ROWS or not corner.row) and (1 <= column <= MAX_COLUMNS or not corner.column)
    return corner._replace(row=row, column=column) if inside else None
