"""The looks of every cell and the widths and heights that fit them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial

from overten.documents.excel import theme
from overten.documents.excel.fitting import (
    BREATHING_WIDTH,
    LINE_HEIGHT_POINTS,
    MAX_HEIGHT_POINTS,
    MAX_WIDTH,
    MIN_WIDTH,
    WIDE_LETTER,
    Extremes,
    lines_of,
    may_wrap,
    needed_width,
)
from overten.documents.excel.grid import Area, parse_cell, parse_range
from overten.documents.excel.operations import CellStyle, TableColumn
from overten.documents.excel.packedlooks import PackedLooks, loose_places
from overten.documents.excel.recalculate import Evaluation, Place
from overten.documents.excel.theme import Properties
from overten.documents.excel.widths import text_width
from overten.documents.excel.workbook import CellContent, Sheet, Table, Workbook, text_of

FILTER_BUTTON_WIDTH = 2.8
HEADER_HEIGHT_POINTS = 21.0
HEADER_REACH_ROWS = 4
LONGEST_LABEL = 32.0  # in characters; longer text, and titles, run into the empty cells at their right
BIG_STYLED_AREA = 50_000
_RUNNING_ROLES = frozenset({"title", "subtitle", "heading", "note"})
_KEPT_UNDER_A_NAMED_STYLE = frozenset({"num_format", "kind", "align", "valign", "indent", "text_wrap", "in_table"})
_RULE_OF_A_TABLE: Properties = {"bottom": 1, "bottom_color": theme.HAIRLINE}
_TYPED_ROLES = frozenset({"input", "assumption"})
_BARE: Properties = {}  # the looks of a cell without a style; read only


@dataclass
class Layout:
    """How a sheet is drawn: properties of each styled cell, widths in characters, heights in points."""

    cells: dict[Place, Properties] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    packed: list[PackedLooks] = field(default_factory=list)
    """The looks of the sheet's packed rows, in its order."""

    def looks(self, row: int, column: int) -> Properties | None:
        """The properties of a cell, packed or not."""
        own = self.cells.get((row, column))
        if own is not None or not self.packed:
            return own
        return next((packed.at(row, column) for packed in self.packed if packed.rows.holds(row, column)), None)


def lay_out(workbook: Workbook, sheet: Sheet, evaluation: Evaluation) -> Layout:
    """The resolved looks of a sheet. Works from the values that cells show, so formulas must be evaluated."""
    layout = Layout(resolve_looks(workbook, sheet), packed=[PackedLooks(packed) for packed in sheet.packed])
    for area, looks in _layers(workbook, sheet) if layout.packed else ():
        for packed in layout.packed:
            packed.lay_over(area, partial(_laid_over, looks=looks))
    values = _shown(sheet, evaluation)
    _drop_idle_decimals(workbook, sheet, layout, values)
    _round_general(layout, values)
    _align_blocks(sheet, layout, values)
    _show_links(workbook, sheet, layout)
    if sheet.protected:
        _unlock_inputs(sheet, layout)
    layout.widths = _fit_widths(sheet, layout, values)
    _wrap(sheet, layout, values)
    return layout


def _shown(sheet: Sheet, evaluation: Evaluation) -> dict[Place, CellContent]:
    shown = dict(evaluation.spilled[sheet.name])
    computed = evaluation.cells[sheet.name]
    for row, column, content in sheet.loose():
        if not isinstance(content, str):
            shown[row, column] = content
        elif not content.startswith("="):
            shown[row, column] = text_of(content)
        elif (value := computed[row, column].known) is not None:
            shown[row, column] = value
    return shown


def resolve_looks(
    workbook: Workbook, sheet: Sheet, rows: Collection[int] | None = None
) -> dict[Place, Properties]:  # fmt: skip
    """Every styled cell's properties, from the layers that cover it. Cells with the same layers share one dict. With
    `rows`, all cells of these; without, all but packed ones (`PackedLooks`)."""
    resolved: dict[Place, Properties] = {}
    for area, looks in _layers(workbook, sheet):
        merged: dict[int, Properties] = {}
        for place in loose_places(sheet, area) if rows is None else _places_in(rows, area):
            below = resolved.get(place)
            key = id(below)
            if key not in merged:
                merged[key] = _laid_over(below or {}, looks)
            resolved[place] = merged[key]
    return resolved


def _places_in(rows: Collection[int], area: Area) -> Iterator[Place]:
    for row in rows:
        if area.first_row <= row <= area.last_row:
            yield from ((row, column) for column in range(area.first_column, area.last_column + 1))


def _laid_over(below: Properties, looks: Properties) -> Properties:
    """The looks over those below. A named style begins anew, but for number format, alignment and a table's rules."""
    kept = {key: value for key, value in below.items() if key != "kind"} if "num_format" in looks else below
    if "role" in looks:
        kept = {key: value for key, value in kept.items() if key in _KEPT_UNDER_A_NAMED_STYLE}
        kept |= _RULE_OF_A_TABLE if "in_table" in kept else {}
    return kept | looks


def _layers(workbook: Workbook, sheet: Sheet) -> list[tuple[Area, Properties]]:
    layers = [layer for table in sheet.tables for layer in _table_layers(workbook, table)]
    used = sheet.used_area()
    for styled in sheet.styles:
        area = parse_range(styled.range)
        if area.size > BIG_STYLED_AREA:
            clipped = _clip(area, used) if used else None
            if clipped is None:
                continue
            area = clipped
        layers.append((area, theme.properties(styled.style, workbook)))
        if styled.style.border == "outline":
            layers += _outline(area, styled.style)
    return layers


def _outline(area: Area, style: CellStyle) -> list[tuple[Area, Properties]]:
    """The edges of a range that has a line around it."""
    edges = {
        "top": area._replace(last_row=area.first_row),
        "bottom": area._replace(first_row=area.last_row),
        "left": area._replace(last_column=area.first_column),
        "right": area._replace(first_column=area.last_column),
    }
    return [(edge, theme.border(style, (side,))) for side, edge in edges.items()]


def _unlock_inputs(sheet: Sheet, layout: Layout) -> None:
    """On a protected sheet, what a user is meant to type in can be typed in."""
    areas = [parse_range(validation.range) for validation in sheet.validations]
    areas += [
        table.column_area(index)
        for table in sheet.tables
        for index, column in enumerate(table.columns)
        if column.input or (column.choices and not column.formula)
    ]
    used = sheet.used_area()
    clipped = [_clip(area, used) if area.size > BIG_STYLED_AREA and used else area for area in areas]
    for packed in layout.packed:
        for area in filter(None, clipped):
            packed.lay_over(area, lambda looks: looks | {"locked": False})
        packed.change(lambda looks: looks | {"locked": False}, lambda looks: looks.get("role") in _TYPED_ROLES)
    places = {place for area in clipped if area for place in loose_places(sheet, area)}
    places |= {place for place, looks in layout.cells.items() if looks.get("role") in _TYPED_ROLES}
    unlocked: dict[int, Properties] = {}
    for place in places:
        looks = layout.cells.get(place, _BARE)
        if id(looks) not in unlocked:
            unlocked[id(looks)] = looks | {"locked": False}
        layout.cells[place] = unlocked[id(looks)]


def _show_links(workbook: Workbook, sheet: Sheet, layout: Layout) -> None:
    """Cells with a link look like one, unless their style gives them a colour."""
    for cell in sheet.links:
        place = parse_cell(cell)
        looks = layout.cells.get(place, _BARE)
        if "font_color" not in looks or looks.get("role") in {"text", "label", "calculation"}:
            layout.cells[place] = looks | {"font_color": theme.accent_text(workbook.accent_color), "underline": True}


def _clip(area: Area, used: Area) -> Area | None:
    if not area.overlaps(used):
        return None
    return Area(
        max(area.first_row, used.first_row),
        max(area.first_column, used.first_column),
        min(area.last_row, used.last_row),
        min(area.last_column, used.last_column),
    )


def _table_layers(workbook: Workbook, table: Table) -> list[tuple[Area, Properties]]:
    layers: list[tuple[Area, Properties]] = []
    header = theme.role_style("header", workbook)
    total = theme.role_style("total", workbook)
    for index, column in enumerate(table.columns):
        data = table.column_area(index)
        number = theme.is_right_aligned(column.kind)
        alignment = {"align": "right", "indent": 2} if number else {"align": "left", "indent": 1}
        layers.append((Area(table.first_row, data.first_column, table.first_row, data.last_column), header | alignment))
        looks = _column_looks(workbook, column)
        layers.append((data, looks | _column_input(workbook, column)))
        if table.has_totals:
            row = table.area.last_row
            looks = _total_looks(column, looks) | total
            if index == 0 and not column.total:
                looks |= {"align": "left", "indent": 1}
            layers.append((Area(row, data.first_column, row, data.last_column), looks))
    return layers


def _column_looks(workbook: Workbook, column: TableColumn) -> Properties:
    style = CellStyle(kind=column.kind, number_format=column.number_format)
    ground = {"in_table": True} | _RULE_OF_A_TABLE
    alignment = {"align": "right"} if theme.is_right_aligned(column.kind) else {"align": "left", "indent": 1}
    if column.kind == "boolean":
        alignment = {"align": "center"}
    return theme.properties(style, workbook) | ground | alignment


def _column_input(workbook: Workbook, column: TableColumn) -> Properties:
    return theme.role_style("input", workbook) if column.input else {}


def _total_looks(column: TableColumn, looks: Properties) -> Properties:
    if column.total == "count":
        return {"num_format": "#,##0", "align": "right"}
    return {key: value for key, value in looks.items() if not key.startswith("bottom") and key != "in_table"}


def _drop_idle_decimals(
    workbook: Workbook, sheet: Sheet, layout: Layout, values: dict[Place, CellContent]
) -> None:  # fmt: skip
    """Money on a sheet is shown without decimals where no typed amount has any and the sums are large anyway."""
    places = [place for place, looks in layout.cells.items() if looks.get("kind") == "currency" and place in values]
    amounts = [(place, values[place]) for place in places]
    numbers = [(place, v) for place, v in amounts if isinstance(v, int | float) and not isinstance(v, bool)]
    packed = [facts for one in layout.packed for facts in one.facts_of_kind("currency") if facts.highest is not None]
    if not numbers and not packed:
        return
    typed = [v for place, v in numbers if not isinstance(sheet.content(*place), str)]
    largest = max([abs(v) for _, v in numbers] + [facts.largest for facts in packed])
    fractional = any(not float(v).is_integer() for _, v in numbers)
    if any(not float(v).is_integer() for v in typed) or (fractional and largest < 1_000):
        return
    if any(facts.fractional for facts in packed):
        return
    code = theme.number_format("currency", workbook.currency_symbol) or ""
    whole = {"num_format": theme.without_decimals(code)}
    for one in layout.packed:
        one.change(lambda looks: looks | whole, lambda looks: looks.get("kind") == "currency")
    changed: dict[int, Properties] = {}
    for place, looks in layout.cells.items():
        if looks.get("kind") == "currency":
            if id(looks) not in changed:
                changed[id(looks)] = looks | whole
            layout.cells[place] = changed[id(looks)]


def _align_blocks(sheet: Sheet, layout: Layout, values: dict[Place, CellContent]) -> None:
    """Outside of tables: a header stands over its column as the column's cells do, and text beside a number keeps
    clear of it."""
    areas = [table.area for table in sheet.tables]
    merged = {place for area in sheet.merged_areas() for place in area.cells()}
    headers: list[Place] = []
    for place, value in values.items():
        looks = layout.cells.get(place, _BARE)
        if not isinstance(value, str) or "align" in looks or place in merged:
            continue
        if any(area.contains(*place) for area in areas):
            continue
        if looks.get("role") == "header":
            headers.append(place)
        elif "indent" not in looks and _is_number(values.get((place[0], place[1] - 1))):
            layout.cells[place] = looks | {"align": "left", "indent": 1}
    for place in sorted(headers, reverse=True):
        below = next((cell for cell in _below(place) if values.get(cell) not in {None, ""}), None)
        if below is None:
            continue
        looks = layout.cells.get(below, _BARE)
        # A further header below is aligned already: rows of headers are followed from the lowest up.
        aligned = {key: looks[key] for key in ("align", "indent") if key in looks}
        if "align" not in aligned and _is_number(values[below]):
            aligned["align"] = "right"
        layout.cells[place] = layout.cells[place] | aligned


def _is_number(value: CellContent | None) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _below(place: Place) -> list[Place]:
    return [(place[0] + step, place[1]) for step in range(1, HEADER_REACH_ROWS + 1)]


def _round_general(layout: Layout, values: dict[Place, CellContent]) -> None:
    """A number without a format and with a long tail of decimals is shown with two."""
    for place, value in values.items():
        if isinstance(value, float) and round(value, 4) != value:
            looks = layout.cells.get(place, {})
            if "num_format" not in looks:
                layout.cells[place] = looks | {"num_format": "#,##0.00"}


def _fit_widths(sheet: Sheet, layout: Layout, values: dict[Place, CellContent]) -> dict[int, float]:
    fitted: dict[int, float] = {}
    given = _given_widths(sheet)
    merged = {place[:2] for place in sheet.merged_areas()}
    headers = {(table.first_row, table.first_column + i) for table in sheet.tables for i in range(len(table.columns))}
    tables = [table.area for table in sheet.tables]
    ends = _row_ends(values, sheet)
    extremes = Extremes()
    for packed in layout.packed:
        for column, width in packed.widths().items():
            if column not in given:
                fitted[column] = max(fitted.get(column, 0.0), width)
    for place, value in values.items():
        column = place[1]
        if column in given or place in merged:
            continue
        looks = layout.cells.get(place, _BARE)
        if not isinstance(value, str):
            extremes.add(column, value, looks)
            continue
        if _flows_over(place, looks, ends, tables) and not _is_label(value, looks):
            continue
        if len(value) * WIDE_LETTER < fitted.get(column, 0.0) and "font_size" not in looks:
            continue
        width = needed_width(value, looks)
        width = _header_width(value, width) if place in headers else min(width, MAX_WIDTH)
        fitted[column] = max(fitted.get(column, 0.0), width)
    for column, value, looks in extremes:
        fitted[column] = max(fitted.get(column, 0.0), needed_width(value, looks))
    fitted = {column: round(max(MIN_WIDTH, min(width + BREATHING_WIDTH, 120)), 2) for column, width in fitted.items()}
    return fitted | given


def _given_widths(sheet: Sheet) -> dict[int, float]:
    given = {}
    for table in sheet.tables:
        for index, column in enumerate(table.columns):
            if column.width:
                given[table.first_column + index] = column.width
    return given | sheet.widths


def _flows_over(place: Place, looks: Properties, ends: dict[int, int], tables: list[Area]) -> bool:
    """Whether a text may run into the empty cells at its right, as titles and notes do. `ends` is the last filled
    column of each row."""
    row, column = place
    free = looks.get("align", "left") == "left" and not looks.get("text_wrap")
    return free and ends.get(row) == column and not any(area.contains(row, column) for area in tables)


def _is_label(text: str, looks: Properties) -> bool:
    """Whether a text belongs into its column although it could run over: what lies right of it may hide it."""
    return looks.get("role") not in _RUNNING_ROLES and text_width(text) <= LONGEST_LABEL


def _row_ends(values: dict[Place, CellContent], sheet: Sheet) -> dict[int, int]:
    ends: dict[int, int] = {}
    for row, column in values:
        ends[row] = max(ends.get(row, 0), column)
    for packed in sheet.packed:
        area = packed.area
        for row in ends:
            if area.first_row <= row <= area.last_row:
                ends[row] = max(ends[row], area.last_column)
    return ends


def _header_width(value: CellContent, width: float) -> float:
    """Headers wrap at blanks, so a column is as wide as half of a long header or its longest word."""
    text = str(value)
    button = FILTER_BUTTON_WIDTH
    if width <= 14 or " " not in text:
        return width + button
    longest = max(text_width(word) for word in text.split()) * 1.06
    return max(longest, width * 0.58) + button


def _wrap(sheet: Sheet, layout: Layout, values: dict[Place, CellContent]) -> None:
    """Wraps text that is wider than its column, and gives the rows the heights they need."""
    tables = [table.area for table in sheet.tables]
    ends = _row_ends(values, sheet)
    for packed in layout.packed:
        packed.wrap(layout.widths)
    merged = {area[:2]: area for area in sheet.merged_areas()}
    headers = {table.first_row for table in sheet.tables}
    for place, value in values.items():
        row, column = place
        looks = layout.cells.get(place, _BARE)
        size = looks.get("font_size", theme.FONT_SIZE_POINTS)
        tall = row in headers or size > theme.FONT_SIZE_POINTS
        if not tall and not (isinstance(value, str) and may_wrap(value, layout.widths.get(column))):
            continue
        height = LINE_HEIGHT_POINTS * max(1.0, size / theme.FONT_SIZE_POINTS) * (1.15 if size > 12 else 1)
        if isinstance(value, str) and not _flows_over(place, looks, ends, tables):
            area = merged.get(place)
            columns = range(column, (area.last_column if area else column) + 1)
            lines = lines_of(value, looks, sum(layout.widths.get(c, MIN_WIDTH) for c in columns))
            if lines > 1 and not area and _fits_in_gap(sheet, place, looks, layout, values, tables):
                lines = 1
            if lines > 1 and not looks.get("text_wrap"):
                layout.cells[place] = looks | {"text_wrap": True}
            height *= lines
        if row in headers:
            height = max(height + 6, HEADER_HEIGHT_POINTS)
        if height > LINE_HEIGHT_POINTS:
            layout.heights[row] = min(MAX_HEIGHT_POINTS, max(height, layout.heights.get(row, 0.0)))


def _fits_in_gap(
    sheet: Sheet, place: Place, looks: Properties, layout: Layout, values: dict[Place, CellContent], tables: list[Area]
) -> bool:
    """Whether a line of running text ends before the next filled cell of its row."""
    row, column = place
    if looks.get("role") not in _RUNNING_ROLES or looks.get("align", "left") != "left" or looks.get("text_wrap"):
        return False
    if any(area.contains(row, column) for area in tables):
        return False
    used = sheet.used_area()
    end = column + 1
    while used and end <= used.last_column and (row, end) not in values:
        end += 1
    return lines_of(str(values[place]), looks, sum(layout.widths.get(c, MIN_WIDTH) for c in range(column, end))) == 1
