"""Changed cells written among those that stay as they are."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from overten.documents.excel.display import is_date_code
from overten.documents.excel.grid import Area
from overten.documents.excel.layout import BIG_STYLED_AREA
from overten.documents.excel.opened.read import DAYS_FROM_1904, Place
from overten.documents.excel.opened.replay import escaped
from overten.documents.excel.opened.sheetxml import Cell, Row, SheetXml, attributes_of, cell_xml, cells_of, row_xml
from overten.documents.excel.opened.strings import Strings, escape_controls
from overten.documents.excel.opened.styles import Styles
from overten.documents.excel.theme import Properties
from overten.documents.excel.workbook import CellContent, text_of

_STORED_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})
_KEPT_UNDER_A_NAMED_STYLE = frozenset({"num_format", "kind", "align", "valign", "indent", "text_wrap"})
_VALUE = re.compile(rb"<v(?:\s[^>]*)?>[^<]*</v>|<v\s*/>")


@dataclass(frozen=True)
class Formula:
    """A formula as the file holds it, with its value (None if it is not known) and, for one that works on arrays, the
    area it fills and the index of the cell metadata that says so."""

    text: str
    value: CellContent | None
    area: Area | None = None
    metadata: int = 0


@dataclass
class CellEdits:
    """What is to be done to the cells of one sheet.

    `contents` are new contents (None empties), `formulas` those of them that are formulas, `values` new stored
    values of formulas that stay, `looks` properties laid over ranges in this order, `like` cells whose format
    others take, `formats` the indexes of formats to take.
    """

    contents: dict[int, dict[int, CellContent | None]] = field(default_factory=dict)
    formulas: dict[Place, Formula] = field(default_factory=dict)
    values: dict[int, dict[int, CellContent | None]] = field(default_factory=dict)
    looks: list[tuple[Area, Properties]] = field(default_factory=list)
    like: dict[Place, Place] = field(default_factory=dict)
    formats: dict[Place, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.contents or self.values or self.looks)


class CellWriter:
    """Writes edits into one sheet's rows."""

    def __init__(
        self, xml: SheetXml, styles: Styles, strings: Strings, column_formats: list[tuple[int, int, int]], *,
        dates_from_1904: bool,
    ) -> None:  # fmt: skip
        self.xml = xml
        self.styles = styles
        self.strings = strings
        self.column_formats = column_formats
        self.dates_from_1904 = dates_from_1904
        self.edits = CellEdits()
        self.model_formats: dict[Place, int] = {}

    def write(self, edits: CellEdits, used: Area | None) -> None:
        self.edits = edits
        self.looks = [(_clipped(area, used), looks) for area, looks in edits.looks if _clipped(area, used)]
        sources = set(edits.like.values())
        self.model_formats = self._formats_of(sources) if sources else {}
        rows = sorted(self._rows())
        parts: list[bytes] = []
        position = 0
        for row in self.xml.rows():
            while position < len(rows) and rows[position] < row.number:
                parts.append(self._row(Row(rows[position], b"", b"", b"")))
                position += 1
            if position < len(rows) and rows[position] == row.number:
                parts.append(self._row(row))
                position += 1
            else:
                parts.append(row.raw)
        parts += [self._row(Row(number, b"", b"", b"")) for number in rows[position:]]
        self.xml.data = b"".join(parts)

    def _formats_of(self, places: set[Place]) -> dict[Place, int]:
        wanted = {row for row, _ in places}
        return {
            (row.number, cell.column): int(cell.attributes.get(b"s", b"0"))
            for row in self.xml.rows()
            if row.number in wanted
            for cell in cells_of(row)
        }

    def _rows(self) -> set[int]:
        rows = set(self.edits.contents) | set(self.edits.values)
        for area, _ in self.looks:
            if area is not None:
                rows.update(range(area.first_row, area.last_row + 1))
        return rows

    def _row(self, row: Row) -> bytes:
        cells = {cell.column: cell for cell in cells_of(row)}
        contents = self.edits.contents.get(row.number, {})
        values = self.edits.values.get(row.number, {})
        layers = [(area, looks) for area, looks in self.looks if area and area.first_row <= row.number <= area.last_row]
        touched = set(contents) | set(values)
        for area, _ in layers:
            touched.update(range(area.first_column, area.last_column + 1))
        if not touched:
            return row.raw
        attributes = attributes_of(row.attributes)
        row_format = int(attributes.get(b"s", b"0")) if attributes.get(b"customFormat") in {b"1", b"true"} else 0
        parts = []
        for column in sorted(touched | set(cells)):
            cell = cells.get(column)
            if column in touched:
                parts.append(self._cell(row.number, column, cell, row_format, layers, contents, values))
            elif cell is not None:
                parts.append(cell.raw if b"r" in cell.attributes else self._placed(row.number, cell))
        return row_xml(row.number, row.attributes, b"".join(parts))

    def _placed(self, row: int, cell: Cell) -> bytes:
        return cell_xml(row, cell.column, cell.attributes, cell.inner)

    def _cell(
        self, row: int, column: int, cell: Cell | None, row_format: int, layers: list[tuple[Area, Properties]],
        contents: dict[int, CellContent | None], values: dict[int, CellContent | None],
    ) -> bytes:  # fmt: skip
        attributes = dict(cell.attributes) if cell else {}
        inner = cell.inner if cell else b""
        style = self._style(row, column, cell, row_format)
        looks: Properties = {}
        for area, layer in layers:
            if area.first_column <= column <= area.last_column:
                looks = _laid_over(looks, layer)
        if looks:
            style = self.styles.derived(style, looks)
        if column in contents:
            attributes = {key: value for key, value in attributes.items() if key in {b"r", b"ph"}}
            kind, inner, metadata = self._content((row, column), contents[column], style)
            attributes |= {b"cm": b"%d" % metadata} if metadata else {}
        elif column in values:
            attributes.pop(b"t", None)
            kind, value = _stored(values[column])
            inner = _with_value(inner, value)
        else:
            kind = attributes.pop(b"t", b"")
        if style:
            attributes[b"s"] = b"%d" % style
        else:
            attributes.pop(b"s", None)
        if kind:
            attributes[b"t"] = kind
        if not inner and not style:
            return b""
        ordered = {key: attributes.pop(key) for key in (b"s", b"t") if key in attributes}
        return cell_xml(row, column, ordered | attributes, inner)

    def _style(self, row: int, column: int, cell: Cell | None, row_format: int) -> int:
        given = self.edits.formats.get((row, column))
        if given is not None:
            return given
        source = self.edits.like.get((row, column))
        if source is not None:
            return self.model_formats.get(source, 0)
        if cell is not None:
            own = cell.attributes.get(b"s", b"0")
            return int(own) if own.isdigit() else 0
        if row_format:
            return row_format
        return next((style for first, last, style in self.column_formats if first <= column <= last), 0)

    def _content(self, place: Place, content: CellContent | None, style: int) -> tuple[bytes, bytes, int]:
        """Type, inner XML and metadata index of a cell with this content."""
        formula = self.edits.formulas.get(place)
        if formula is not None:
            kind, value = _stored(formula.value)
            text = escaped(escape_controls(formula.text))
            if formula.area is None:
                return kind, b"<f>" + text + b"</f>" + value, 0
            return (
                kind,
                b'<f t="array" ref="%s">' % formula.area.ref.encode() + text + b"</f>" + value,
                formula.metadata,
            )
        if content is None:
            return b"", b"", 0
        if isinstance(content, str):
            return b"s", b"<v>%d</v>" % self.strings.index(text_of(content)), 0
        if self.dates_from_1904 and not isinstance(content, bool) and self._is_date(style):
            content -= DAYS_FROM_1904
        kind, value = _stored(content)
        return kind, value, 0

    def _is_date(self, style: int) -> bool:
        code = self.styles.format_code(style)
        return code is not None and is_date_code(code)


def _clipped(area: Area, used: Area | None) -> Area | None:
    """Large ranges are formatted only where there are cells, as in a workbook of our own."""
    if area.size <= BIG_STYLED_AREA:
        return area
    if used is None or not area.overlaps(used):
        return None
    return Area(
        max(area.first_row, used.first_row), max(area.first_column, used.first_column),
        min(area.last_row, used.last_row), min(area.last_column, used.last_column),
    )  # fmt: skip


def _laid_over(below: Properties, looks: Properties) -> Properties:
    if "role" in looks:
        below = {key: value for key, value in below.items() if key in _KEPT_UNDER_A_NAMED_STYLE}
    return below | looks


def _stored(value: CellContent | None) -> tuple[bytes, bytes]:
    """The type and the element of a stored value."""
    if value is None:
        return b"", b""
    if isinstance(value, bool):
        return b"b", b"<v>%d</v>" % value
    if isinstance(value, str):
        kind = b"e" if value in _STORED_ERRORS else b"str"
        return kind, b"<v>" + escaped(escape_controls(value)) + b"</v>"
    if isinstance(value, float) and not math.isfinite(value):
        return b"e", b"<v>#NUM!</v>"
    return b"", b"<v>" + (str(value) if isinstance(value, int) else f"{value:.17G}").encode() + b"</v>"


def _with_value(inner: bytes, value: bytes) -> bytes:
    if _VALUE.search(inner):
        return _VALUE.sub(lambda _: value, inner, count=1)
    end = max(inner.find(b"</f>") + 4, inner.find(b"/>") + 2 if b"</f>" not in inner else 0)
    return inner[:end] + value + inner[end:]
