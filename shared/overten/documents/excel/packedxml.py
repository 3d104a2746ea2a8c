"""Packed rows as the XML of a sheet, a chunk at a time and a column at a time.

Texts of which a column has few are shared strings, as Excel has them; others stand in their cells, so that a million
different ones need not be held at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from xlsxwriter.xmlwriter import XMLwriter

from overten.documents.excel.grid import Area, CellContent, column_letters
from overten.documents.excel.packedlooks import ROUNDED_FORMAT, PackedLooks
from overten.documents.excel.theme import Properties
from overten.documents.excel.workbook import text_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_TO_ESCAPE = re.compile("[&<>_\x00-\x1f\ufffe\uffff]")
_TO_PRESERVE = re.compile(r"\A\s|\s\Z|[\n\t]")

Values = list[CellContent | None]


class PackedXml:
    """The packed rows of a sheet, ready to be written. `format_of` gives the library's format for looks, `strings` is
    its table of shared strings."""

    def __init__(self, looks: PackedLooks, format_of: Callable[[Properties], Format | None], strings: Any) -> None:
        self._looks = looks
        self._rows = looks.rows
        self._format_of = format_of
        self._rounded: dict[int, Properties] = {}
        self._shared = {
            column: {text: strings._get_shared_string_index(text_of(text)) for text in facts.texts}
            for column, facts in zip(self._rows.columns, self._rows.facts, strict=True)
            if facts.texts is not None
        }
        self._strings = strings
        strings.count -= sum(map(len, self._shared.values()))  # each is counted where it is written
        for _, _, found in looks.segments(self._rows.first_row, self._rows.last_row):
            for one in found:  # formats are numbered before rows are written
                format_of(one)
                if "num_format" not in one:
                    format_of(self._in_two_decimals(one))

    @property
    def area(self) -> Area:
        return self._rows.area

    def content(self, row: int, column: int) -> CellContent | None:
        """What a cell shows."""
        content = self._rows.content(row, column)
        return text_of(content) if isinstance(content, str) else content

    def runs(self) -> Iterator[PackedRun]:
        for start, columns in self._rows.runs():
            for first, last, looks in self._looks.segments(start, start + len(columns[0]) - 1):
                cut = [values[first - start : last - start + 1] for values in columns]
                cells = [
                    self._column_xml(column, first, values, one)
                    for column, values, one in zip(self._rows.columns, cut, looks, strict=True)
                ]
                yield PackedRun(first, self._rows.columns, cells, self._heights(first, cut, looks))

    def _heights(self, first_row: int, columns: list[Values], looks: list[Properties]) -> dict[int, float]:
        heights: dict[int, float] = {}
        for column in self._looks.wrapped:
            index = self._rows.columns.index(column)
            for row, value in enumerate(columns[index], start=first_row):
                height = self._looks.height(value, column, looks[index])
                if height is not None:
                    heights[row] = max(height, heights.get(row, 0.0))
        return heights

    def _column_xml(self, column: int, first_row: int, values: Values, looks: Properties) -> list[str]:
        """The cells of one column in rows from `first_row` on."""
        letters = column_letters(column)
        style = self._style(looks)
        kinds = set(map(type, values))
        rows = range(first_row, first_row + len(values))
        if kinds <= {int, float} and ("num_format" in looks or float not in kinds):
            return [f'<c r="{letters}{row}"{style}><v>{value}</v></c>' for row, value in zip(rows, values, strict=True)]
        if kinds == {str}:
            texts = self._texts(column, values)
            return [f'<c r="{letters}{row}"{style} {texts[value]}</c>' for row, value in zip(rows, values, strict=True)]
        texts = self._texts(column, [value for value in values if isinstance(value, str)])
        rounded = self._style(self._in_two_decimals(looks)) if "num_format" not in looks else style
        cells = []
        for row, value in zip(rows, values, strict=True):
            start = f'<c r="{letters}{row}"'
            if value is None:
                cells.append(f"{start}{style}/>" if style else "")
            elif isinstance(value, bool):
                cells.append(f'{start}{style} t="b"><v>{int(value)}</v></c>')
            elif isinstance(value, str):
                cells.append(f"{start}{style} {texts[value]}</c>")
            else:
                is_long = isinstance(value, float) and round(value, 4) != value
                cells.append(f"{start}{rounded if is_long else style}><v>{value}</v></c>")
        return cells

    def _texts(self, column: int, values: Values) -> dict[CellContent | None, str]:
        """The rest of a cell's XML for each text."""
        shared = self._shared.get(column)
        if shared is None:
            return {value: _inline(str(value)) for value in set(values)}
        self._strings.count += len(values)
        return {value: f't="s"><v>{shared[str(value)]}</v>' for value in set(values)}

    def _style(self, looks: Properties) -> str:
        cell_format = self._format_of(looks)
        return f' s="{cell_format._get_xf_index()}"' if cell_format else ""

    def _in_two_decimals(self, looks: Properties) -> Properties:
        """The looks of a number without a format that has a long tail of decimals."""
        return self._rounded.setdefault(id(looks), looks | {"num_format": ROUNDED_FORMAT})


class PackedRun:
    """Rows without gaps, from `first_row` on, with the XML of their cells column by column."""

    def __init__(
        self, first_row: int, columns: list[int], cells: list[list[str]], heights: dict[int, float]
    ) -> None:  # fmt: skip
        self.first_row = first_row
        self.last_row = first_row + len(cells[0]) - 1
        self._columns = columns
        self._cells = cells
        self._heights = heights

    def height(self, row: int) -> float | None:
        return self._heights.get(row)

    def row_start(self, row: int) -> str:
        height = self._heights.get(row)
        return f'<row r="{row}">' if height is None else f'<row r="{row}" ht="{height:g}" customHeight="1">'

    def cells_xml(self, row: int) -> dict[int, str]:
        index = row - self.first_row
        return {column: cells[index] for column, cells in zip(self._columns, self._cells, strict=True)}

    def row_xml(self, row: int) -> str:
        return self.row_start(row) + "".join(self.cells_xml(row).values()) + "</row>"

    def rows_xml(self) -> Iterator[str]:
        if self._heights:
            yield from (self.row_xml(row) for row in range(self.first_row, self.last_row + 1))
            return
        for row, cells in enumerate(zip(*self._cells, strict=True), start=self.first_row):
            yield f'<row r="{row}">{"".join(cells)}</row>'


def runs_of(packed: list[PackedXml]) -> Iterator[PackedRun]:
    """The runs of all packed rows of a sheet from the top down; those beside each other as one."""
    rest = sorted(packed, key=lambda one: one.area.first_row)
    while rest:
        group, bottom = [rest.pop(0)], 0
        bottom = group[0].area.last_row
        while rest and rest[0].area.first_row <= bottom:
            group.append(rest.pop(0))
            bottom = max(bottom, group[-1].area.last_row)
        yield from group[0].runs() if len(group) == 1 else _side_by_side(group)


def _side_by_side(group: list[PackedXml]) -> Iterator[PackedRun]:
    """Row by row, as the chunks of tables beside each other end at different rows."""
    rows = [((row, run) for run in one.runs() for row in range(run.first_row, run.last_row + 1)) for one in group]
    heads = [next(each, None) for each in rows]
    while any(heads):
        row = min(head[0] for head in heads if head)
        cells: dict[int, str] = {}
        heights: list[float] = []
        for index, head in enumerate(heads):
            if head and head[0] == row:
                cells |= head[1].cells_xml(row)
                heights += [h for h in (head[1].height(row),) if h is not None]
                heads[index] = next(rows[index], None)
        columns = sorted(cells)
        yield PackedRun(row, columns, [[cells[c]] for c in columns], {row: max(heights)} if heights else {})


def _inline(content: str) -> str:
    text = text_of(content)
    space = ' xml:space="preserve"' if _TO_PRESERVE.search(text) else ""
    return f't="inlineStr"><is><t{space}>{escaped(text) if _TO_ESCAPE.search(text) else text}</t></is>'


def escaped(text: str) -> str:
    """Text as it stands in XML, control characters in the way of Excel: _x0007_."""
    return str(XMLwriter._escape_control_characters(text)).translate(_ESCAPES)
