"""A sheet of a finished file, read row by row, so that a million cells are never held.

Most rows of a large sheet are like the one before. Such rows are matched as a whole, by a pattern made from the first
of their kind, and their values looked at column by column; every other row is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from typing import IO, TYPE_CHECKING, NamedTuple

from overten.documents.excel.grid import Area, column_number, parse_cell

if TYPE_CHECKING:
    from lxml import etree

    from overten.documents.excel.package import Drawing

Place = tuple[int, int]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_VALUE, _FORMULA = f"{MAIN}v", f"{MAIN}f"
_DEFAULT_WIDTH = 8.43
_MONTH_DAYS = 30.44
READ_BYTES = 2**20
_MAX_PATTERNS = 8
_MAX_PATTERN_CELLS = 60
ROW_END = b"</row>"
_NOT_IN_XML = bytes(code for code in range(32) if code not in b"\t\n\r")
_TEXT = rb"[^<&]*(?:&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);[^<&]*)*"
_INLINE = rb'<is><t(?: xml:space="preserve")?>' + _TEXT + rb"</t></is>"
_CELL_END = rb"(?:/>|>(?:<f>" + _TEXT + rb"</f>)?(?:<v>" + _TEXT + rb"</v>|" + _INLINE + rb")?</c>)"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="\w+")?' + _CELL_END)
_ROW_START = rb'<row r="([1-9]\d{0,6})"[^<>]*(?<!/)>'
_ROW = re.compile(_ROW_START + rb'((?:<c r="[A-Z]{1,3}\d+"(?: s="\d+")?(?: t="\w+")?' + _CELL_END + rb")+)")
# Kind, formula and value are captured.
_REST_OF_CELL = rb'(?: t="(\w+)")?(?:/>|>(<f>' + _TEXT + rb"</f>)?(?:<v>(" + _TEXT + rb")</v>|" + _INLINE + rb")?</c>)"


class Limits(NamedTuple):
    """What cells may refer to: how many styles and shared strings there are; which styles show dates."""

    styles: int
    strings: int
    dates: frozenset[int]


class FilledCells:
    """The places of filled cells: for each row the columns, as bits of a number."""

    def __init__(self) -> None:
        self._rows: dict[int, int] = {}

    def add(self, row: int, columns: int) -> None:
        self._rows[row] = self._rows.get(row, 0) | columns

    def __bool__(self) -> bool:
        return bool(self._rows)

    def __iter__(self) -> Iterator[Place]:
        for row in sorted(self._rows):
            columns = self._rows[row]
            while columns:
                lowest = columns & -columns
                yield row, lowest.bit_length() - 1
                columns ^= lowest

    def first_in(self, area: Area) -> Place | None:
        """The first filled cell of an area."""
        wanted = (1 << area.last_column + 1) - (1 << area.first_column)
        rows: Iterable[int] = range(area.first_row, area.last_row + 1)
        if len(self._rows) < area.last_row - area.first_row:
            rows = sorted(row for row in self._rows if area.first_row <= row <= area.last_row)
        for row in rows:
            found = self._rows.get(row, 0) & wanted
            if found:
                return row, (found & -found).bit_length() - 1
        return None


class WidestNumbers:
    """The numbers that may be the widest of their column: under one style the lowest and the highest, and, as dates
    have months of many lengths, the highest of each twelfth of the calendar."""

    def __init__(self, dates: frozenset[int]) -> None:
        self._dates = dates
        self._lowest: dict[tuple[int, int], tuple[float, Place]] = {}
        self._highest: dict[tuple[int, int, int], tuple[float, Place]] = {}

    def add(self, column: int, style: int, rows: Sequence[int], numbers: Sequence[float]) -> None:
        """Takes numbers of one column and style, with their rows."""
        low = min(numbers)
        if (column, style) not in self._lowest or low < self._lowest[column, style][0]:
            self._lowest[column, style] = (low, (rows[numbers.index(low)], column))
        if style not in self._dates:
            self._add_high(column, style, 0, (high := max(numbers)), rows[numbers.index(high)])
            return
        for row, number in zip(rows, numbers, strict=True):
            self._add_high(column, style, int(number // _MONTH_DAYS) % 12, number, row)

    def _add_high(self, column: int, style: int, twelfth: int, number: float, row: int) -> None:
        key = (column, style, twelfth)
        if key not in self._highest or number > self._highest[key][0]:
            self._highest[key] = (number, (row, column))

    def places(self) -> set[Place]:
        return {place for _, place in (*self._lowest.values(), *self._highest.values())}


@dataclass
class OpenedSheet:
    """A sheet's cells. `cached` holds the stored values of formulas, `malformed` the cells out of order or with a value
    that is none of their type, `first_of_style` the first filled cell of each style."""

    name: str
    limits: Limits
    part: str = ""
    filled: FilledCells = field(default_factory=FilledCells)
    cached: dict[Place, str] = field(default_factory=dict)
    uncached: list[Place] = field(default_factory=list)
    bad_styles: list[Place] = field(default_factory=list)
    malformed: list[Place] = field(default_factory=list)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    first_of_style: dict[int, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.widest = WidestNumbers(self.limits.dates)
        self._last_row = 0

    @property
    def has_formulas(self) -> bool:
        return bool(self.cached or self.uncached)

    def width(self, column: int) -> float:
        """The column's width in characters."""
        return next((width for first, last, width in self.widths if first <= column <= last), _DEFAULT_WIDTH)

    def read(self, part: IO[bytes]) -> None:
        """Reads the part. Raises ValueError for bad XML."""
        from lxml import etree

        try:
            self._read(part)
        except etree.XMLSyntaxError as error:
            raise ValueError(f"sheet {self.name}: {error}") from error

    def _read(self, part: IO[bytes]) -> None:
        frame = _Frame()
        patterns: list[_Pattern] = []
        rest = b""
        while block := part.read(READ_BYTES):
            *rows, rest = (rest + block).split(ROW_END)
            if rows and len(block.translate(None, _NOT_IN_XML)) < len(block):
                raise ValueError(f"sheet {self.name} has characters that XML cannot hold")
            if rows and not frame.start:
                rows[0] = frame.opened(rows[0] + ROW_END).removesuffix(ROW_END)
            self._read_rows(rows, frame, patterns)
        self._read_tree(frame.closed(rest))

    def _read_rows(self, rows: list[bytes], frame: _Frame, patterns: list[_Pattern]) -> None:
        """Reads rows, each without its end tag."""
        batch: list[tuple[bytes, ...]] = []
        used: _Pattern | None = None
        for row in rows:
            match = used.match(row) if used else None
            pattern = used
            if match is None:
                pattern, match = next(
                    ((one, found) for one in patterns if one is not used and (found := one.match(row))), (None, None)
                )
                if used and batch:
                    self._read_alike(used, batch)
                    batch = []
            if match is None:
                self._read_tree(frame.around(row + ROW_END))
                if len(patterns) < _MAX_PATTERNS and (made := _Pattern.of(row)):
                    patterns.append(made)
                continue
            batch.append(match.groups())
            used = pattern
        if used and batch:
            self._read_alike(used, batch)

    def _read_alike(self, pattern: _Pattern, batch: list[tuple[bytes, ...]]) -> None:
        """Takes rows of one pattern: the number of each, then kind, formula and value of each cell."""
        columns = list(zip(*batch, strict=True))
        rows = [int(number) for number in columns[0]]
        for row in rows:
            if row <= self._last_row:
                self.malformed.append((row, 1))
            self._last_row = row
        masks = [0] * len(rows)
        for index, (column, style) in enumerate(pattern.cells):
            kinds, formulas, values = columns[3 * index + 1 : 3 * index + 4]
            self._read_column(column, style, rows, masks, (kinds, formulas, values))
        for row, mask in zip(rows, masks, strict=True):
            if mask:
                self.filled.add(row, mask)

    def _read_column(
        self,
        column: int,
        style: int,
        rows: list[int],
        masks: list[int],
        cells: tuple[Sequence[bytes | None], Sequence[bytes | None], Sequence[bytes | None]],
    ) -> None:
        kinds, formulas, values = cells
        if style >= self.limits.styles:
            self.bad_styles += [(row, column) for row in rows]
        bit = 1 << column
        alike = set(kinds)
        if any(formulas) or alike not in ({None}, {b"s"}) or None in values:
            for index, row in enumerate(rows):
                kind, value = kinds[index], values[index]
                text = None if value is None else unescape(value.decode())
                if text is not None or formulas[index] or kind == b"inlineStr":
                    masks[index] |= bit
                    self._read_cell((row, column), style, (kind or b"n").decode(), bool(formulas[index]), text)
            return
        self.first_of_style.setdefault(style, (rows[0], column))
        for index in range(len(masks)):
            masks[index] |= bit
        self._read_values(column, style, rows, [value or b"" for value in values], alike == {b"s"})

    def _read_values(self, column: int, style: int, rows: list[int], values: list[bytes], are_shared: bool) -> None:
        """Takes a column of numbers, or of indexes of shared strings."""
        try:
            if are_shared:
                if max(map(int, values)) < self.limits.strings and b"-" not in b"".join(values):
                    return
            else:
                self.widest.add(column, style, rows, [float(value) for value in values])
                return
        except ValueError:
            pass  # one of them is none: found below
        for row, value in zip(rows, values, strict=True):
            self._read_value((row, column), "s" if are_shared else "n", style, value.decode())

    def _read_tree(self, document: bytes) -> None:
        """Reads the columns and rows of a small document."""
        from lxml import etree

        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
        for element in root.iter(f"{MAIN}col", f"{MAIN}row"):
            if element.tag == f"{MAIN}row":
                self._read_row(element)
            else:
                width = float(element.get("width") or _DEFAULT_WIDTH)
                # The file's width counts the cell's padding of 5 pixels in characters of 7.
                self.widths.append((int(element.get("min") or 1), int(element.get("max") or 1), width - 5 / 7))

    def _read_row(self, element: etree._Element) -> None:
        row = int(element.get("r") or self._last_row + 1)
        if row <= self._last_row:
            self.malformed.append((row, 1))
        self._last_row = row
        last_column = 0
        for cell in element:
            place = parse_cell(str(cell.get("r")))
            if place[0] != row or place[1] <= last_column:
                self.malformed.append(place)
            last_column = place[1]
            children = {child.tag: child.text or "" for child in cell}
            style = int(cell.get("s") or 0)
            if style >= self.limits.styles:
                self.bad_styles.append(place)
            if children:
                self.filled.add(place[0], 1 << place[1])
                self._read_cell(place, style, cell.get("t", "n"), _FORMULA in children, children.get(_VALUE))

    def _read_cell(self, place: Place, style: int, kind: str, is_formula: bool, text: str | None) -> None:
        self.first_of_style.setdefault(style, place)
        if is_formula:
            if text is None:
                self.uncached.append(place)
            else:
                self.cached[place] = text
        if text is not None:
            self._read_value(place, kind, style, text)

    def _read_value(self, place: Place, kind: str, style: int, text: str) -> None:
        if kind != "n":
            if not _fits_kind(kind, text, self.limits):
                self.malformed.append(place)
            return
        try:
            self.widest.add(place[1], style, [place[0]], [float(text)])
        except ValueError:
            if text:
                self.malformed.append(place)


def _fits_kind(kind: str, text: str, limits: Limits) -> bool:
    """Whether a stored value is one of its cell's type ([ECMA-376] 18.18.11)."""
    if kind == "s":
        return text.isdecimal() and int(text) < limits.strings
    if kind == "b":
        return text in {"0", "1"}
    if kind == "e":
        return text.startswith("#")
    return kind in {"str", "inlineStr", "d"}


class _Frame:
    """What stands around a sheet's rows, to make a document of a few of them."""

    def __init__(self) -> None:
        self.start = b""
        self._root = b""
        self._name = b""

    def opened(self, block: bytes) -> bytes:
        """Takes what stands before the first row, and gives back the row."""
        at = block.find(b"<row")
        self.start = block[:at]
        root = re.search(rb"<([A-Za-z0-9_.-]+)(?:\s[^<>]*)?>", self.start)
        if at < 0 or root is None:
            raise ValueError("the sheet has no rows where they belong")
        self._root, self._name = root[0], root[1]
        return block[at:]

    def around(self, rows: bytes) -> bytes:
        return self._root + b"<sheetData>" + rows + b"</sheetData></" + self._name + b">"

    def closed(self, end: bytes) -> bytes:
        """The document without its rows."""
        return self.start + end


class _Pattern:
    """Rows that have the same columns and styles as a given one."""

    def __init__(self, expression: bytes, cells: list[tuple[int, int]]) -> None:
        self.match = re.compile(expression).fullmatch
        self.cells = cells
        """Column and style of each cell."""

    @classmethod
    def of(cls, row: bytes) -> _Pattern | None:
        """The pattern of a row without its end tag; None if rows like it must be parsed."""
        plain = _ROW.fullmatch(row)
        if plain is None:
            return None
        found = [(letters, style) for letters, style in _CELL.findall(plain[2])]
        if len(found) > _MAX_PATTERN_CELLS:
            return None
        cells = [(column_number(letters.decode()), int(style or 0)) for letters, style in found]
        if any(second[0] <= first[0] for first, second in pairwise(cells)):
            return None
        attributes = [b' s="%b"' % style if style else b"" for _, style in found]
        parts = [
            rb'<c r="%b\1"%b' % (letters, style) + _REST_OF_CELL
            for (letters, _), style in zip(found, attributes, strict=True)
        ]
        return cls(_ROW_START + b"".join(parts), cells)
