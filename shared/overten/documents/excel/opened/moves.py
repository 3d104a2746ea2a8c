"""What becomes of references when lines are inserted or deleted and sheets renamed or deleted.

Works on the text of formulas as files hold them. It looks only for references and leaves all else as it is, so that
formulas which no grammar of ours knows come through unharmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from overten.documents.excel.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Area,
    cell_name,
    column_letters,
    column_number,
    parse_range,
    quote_sheet,
)

BROKEN = "#REF!"
_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_REF = rf"(?:{_CELL}(?::{_CELL})?|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}})"
_AFTER = r"(?![\w.(!\[])"
_PIECE = re.compile(
    r'"(?:[^"]|"")*"'
    r"|(?<![\w.\\])(?P<sheet>'(?:[^']|'')+'!|\[[0-9]+\][^\s!'\"()+*/^&=<>,;:{}]*!|[^\W\d][\w.]*(?::[^\W\d][\w.]*)?!)"
    rf"(?:(?P<far>{_REF}{_AFTER})|#REF!|[^\W\d][\w.]*)?"
    r"|\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]"
    rf"|(?<![\w.$\\!])(?P<near>{_REF}){_AFTER}"
)
_POINT = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9][0-9]{0,6})?")


class Point(NamedTuple):
    """One end of a reference. A whole column has no row, a whole row no column."""

    column_fixed: bool
    column: int | None
    row_fixed: bool
    row: int | None

    @property
    def text(self) -> str:
        column = "" if self.column is None else ("$" if self.column_fixed else "") + column_letters(self.column)
        row = "" if self.row is None else ("$" if self.row_fixed else "") + str(self.row)
        return column + row


class Reference(NamedTuple):
    """A cell or range as it stands in a formula."""

    first: Point
    last: Point | None

    @property
    def text(self) -> str:
        return self.first.text if self.last is None else f"{self.first.text}:{self.last.text}"


class Piece(NamedTuple):
    """A part of a formula: its text, and, for a reference, the sheet it names ("" if none) and where it points."""

    text: str
    sheet: str | None = None
    prefix: str = ""
    reference: Reference | None = None


def _point(text: str) -> Point | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    if match[2] is None:  # `$7`: the first group took the dollar sign of the row
        return Point(False, None, bool(match[1] or match[3]), int(match[4]) if match[4] else None)
    row = int(match[4]) if match[4] else None
    column = column_number(match[2])
    if column > MAX_COLUMNS or (row or 1) > MAX_ROWS:
        return None
    return Point(bool(match[1]), column, bool(match[3]), row)


def _reference(text: str) -> Reference | None:
    first, mark, last = text.partition(":")
    start = _point(first)
    end = _point(last) if mark else None
    if start is None or (mark and end is None):
        return None
    return Reference(start, end)


def sheet_of(prefix: str) -> str:
    """The sheet that `'My sheet'!` names."""
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


@lru_cache(maxsize=65_536)
def pieces(formula: str) -> tuple[Piece, ...]:
    """The formula cut into references and what stands between them. A leading equals sign stays in the first piece."""
    found: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(formula):
        prefix, text = match["sheet"] or "", match["far"] or match["near"]
        reference = _reference(text) if text else None
        if not prefix and reference is None:
            continue
        if match.start() > end:
            found.append(Piece(formula[end : match.start()]))
        found.append(Piece(match[0], sheet_of(prefix) if prefix else "", prefix, reference))
        end = match.end()
    if end < len(formula):
        found.append(Piece(formula[end:]))
    return tuple(found)


def sheets_named(formula: str) -> set[str]:
    """The sheets a formula names, folded. Sheets of other files and ends of three-dimensional ranges are left out."""
    return {piece.sheet.casefold() for piece in pieces(formula) if piece.sheet and not _is_foreign(piece.sheet)}


def _is_foreign(sheet: str) -> bool:
    return "[" in sheet or ":" in sheet


@dataclass(frozen=True)
class Shift:
    """Lines pushed in before line `at` of a sheet, or, with a negative count, taken out from `at` on."""

    sheet: str
    axis: Literal["rows", "columns"]
    at: int
    count: int

    @property
    def limit(self) -> int:
        return MAX_ROWS if self.axis == "rows" else MAX_COLUMNS

    def line(self, number: int) -> int | None:
        """Where a line goes; None if it is deleted or pushed off the sheet."""
        if number < self.at:
            return number
        if self.count < 0 and number < self.at - self.count:
            return None
        moved = number + self.count
        return moved if moved <= self.limit else None

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where lines `first` to `last` go; None if none of them is left."""
        if (first, last) == (1, self.limit):
            return first, last
        if self.count > 0:
            start = first + self.count if first >= self.at else first
            end = min(last + self.count, self.limit) if last >= self.at else last
        else:
            gone = self.at - self.count
            start = first if first < self.at else max(first + self.count, self.at)
            end = last if last < self.at else (self.at - 1 if last < gone else last + self.count)
        return (start, end) if start <= min(end, self.limit) else None

    def area(self, area: Area) -> Area | None:
        """Where a range goes; None if nothing of it is left."""
        if self.axis == "rows":
            rows = self.span(area.first_row, area.last_row)
            return area._replace(first_row=rows[0], last_row=rows[1]) if rows else None
        columns = self.span(area.first_column, area.last_column)
        return area._replace(first_column=columns[0], last_column=columns[1]) if columns else None

    def reference(self, reference: Reference) -> Reference | None:
        """Where a reference to the sheet then points; None for #REF!."""
        member = "row" if self.axis == "rows" else "column"
        first, last = reference
        start, end = getattr(first, member), getattr(last or first, member)
        if start is None or end is None:
            return reference
        low, high = min(start, end), max(start, end)
        moved = self.span(low, high)
        if moved is None:
            return None
        if start > end:
            moved = (moved[1], moved[0])
        first = _on_line(first, member, moved[0])
        return Reference(first, _on_line(last, member, moved[1]) if last else None)

    def formula(self, formula: str, home: str) -> str:
        """A formula that stands on the sheet `home`, after the move."""
        wanted, own = self.sheet.casefold(), home.casefold()

        def moved(piece: Piece) -> str:
            if piece.reference is None or (piece.sheet or own).casefold() != wanted:
                return piece.text
            reference = self.reference(piece.reference)
            if reference == piece.reference:
                return piece.text
            return piece.prefix + (reference.text if reference else BROKEN)

        return _mapped(formula, moved)

    def sqref(self, refs: str) -> str:
        """A list of ranges separated by blanks, as they stand in attributes; "" if nothing is left."""
        return " ".join(moved for ref in refs.split() if (moved := self.ref(ref)))

    def ref(self, ref: str) -> str | None:
        reference = _reference(ref)
        moved = self.reference(reference) if reference else reference
        return moved.text if moved else (ref if reference is None else None)


def _on_line(point: Point, member: str, line: int) -> Point:
    return point._replace(row=line) if member == "row" else point._replace(column=line)


def _mapped(formula: str, change: Callable[[Piece], str]) -> str:
    parts = [change(piece) if piece.sheet is not None else piece.text for piece in pieces(formula)]
    return "".join(parts)


def renamed(formula: str, old: str, new: str) -> str:
    """The formula with the sheet `old` called `new`, at the ends of three-dimensional ranges, too."""
    wanted = old.casefold()

    def change(piece: Piece) -> str:
        sheet = piece.sheet or ""
        if not sheet or "[" in sheet:
            return piece.text
        ends = [new if end.casefold() == wanted else end for end in sheet.split(":")]
        if ends == sheet.split(":"):
            return piece.text
        quoted = [quote_sheet(end) for end in ends]
        prefix = quoted[0] if len(ends) == 1 else _quoted_ends(ends)
        return f"{prefix}!" + piece.text[len(piece.prefix) :]

    return _mapped(formula, change)


def _quoted_ends(ends: list[str]) -> str:
    plain = all(not quote_sheet(end).startswith("'") for end in ends)
    return ":".join(ends) if plain else "'" + ":".join(end.replace("'", "''") for end in ends) + "'"


def without_sheet(formula: str, gone: str) -> str:
    """The formula with every reference to a deleted sheet broken, as Excel breaks it."""
    wanted = gone.casefold()
    return _mapped(formula, lambda piece: BROKEN if (piece.sheet or "").casefold() == wanted else piece.text)


@lru_cache(maxsize=4_096)
def _relative_parts(formula: str) -> tuple[Piece | str, ...]:
    return tuple(piece if piece.reference else piece.text for piece in pieces(formula))


def translated(formula: str, rows: int, columns: int) -> str:
    """A shared formula as it reads `rows` further down and `columns` further right."""
    parts = []
    for part in _relative_parts(formula):
        if isinstance(part, str):
            parts.append(part)
        elif part.reference is not None:
            parts.append(part.prefix + _carried(part.reference, rows, columns))
    return "".join(parts)


def _carried(reference: Reference, rows: int, columns: int) -> str:
    ends = [_carried_point(point, rows, columns) for point in reference if point is not None]
    return BROKEN if None in ends else ":".join(end.text for end in ends if end is not None)


def _carried_point(point: Point, rows: int, columns: int) -> Point | None:
    row = point.row if point.row is None or point.row_fixed else point.row + rows
    column = point.column if point.column is None or point.column_fixed else point.column + columns
    if (row is not None and not 1 <= row <= MAX_ROWS) or (column is not None and not 1 <= column <= MAX_COLUMNS):
        return None
    return Point(point.column_fixed, column, point.row_fixed, row)


def area_of(ref: str) -> Area | None:
    """The area of a plain or whole-line reference in an attribute; None for what is no reference."""
    reference = _reference(ref)
    if reference is None:
        return None
    first, last = reference.first, reference.last or reference.first
    rows = sorted((first.row or 1, last.row or MAX_ROWS))
    columns = sorted((first.column or 1, last.column or MAX_COLUMNS))
    return Area(rows[0], columns[0], rows[1], columns[1])


def first_cell(refs: str) -> str:
    """The top left cell of the first range of a list."""
    area = parse_range(refs.split()[0])
    return cell_name(area.first_row, area.first_column)
