"""How a sheet goes on paper: orientation, scale and what is repeated on every page."""

from __future__ import annotations

import math
from dataclasses import dataclass

from overten.documents.excel.charts import COLUMN_PIXELS
from overten.documents.excel.fitting import LINE_HEIGHT_POINTS, MIN_WIDTH
from overten.documents.excel.grid import parse_cell
from overten.documents.excel.layout import Layout
from overten.documents.excel.operations import AddChart, AddImage
from overten.documents.excel.widths import PIXELS_PER_CHARACTER
from overten.documents.excel.workbook import Sheet

MARGINS_INCHES = {"left": 0.5, "right": 0.5, "top": 0.6, "bottom": 0.7}
POINTS_PER_CHARACTER = PIXELS_PER_CHARACTER * 0.75
PORTRAIT_POINTS = (523.0, 748.0)  # what the margins leave of A4
LANDSCAPE_POINTS = (770.0, 501.0)
SMALLEST_SCALE_OF_ONE_PAGE = 0.55
SMALLEST_SCALE_OF_WIDTH = 0.5


@dataclass(frozen=True)
class Paper:
    """`pages_tall` 0 leaves the number of pages open. Rows and columns count from 1; None repeats nothing."""

    landscape: bool
    pages_wide: int
    pages_tall: int
    repeated_row: int | None
    repeated_columns: int | None


def paper_of(sheet: Sheet, layout: Layout) -> Paper:
    """The page set-up: all on one page if that is legible, else the whole width on as few pages as are legible."""
    width, height = _extent(sheet, layout)
    asked = bool(sheet.print_setup and sheet.print_setup.landscape)
    portrait, landscape = _scale(width, height, PORTRAIT_POINTS), _scale(width, height, LANDSCAPE_POINTS)
    best = landscape if asked else max(portrait, landscape)
    if best >= SMALLEST_SCALE_OF_ONE_PAGE:
        return Paper(asked or landscape > portrait, 1, 1, _repeated_row(sheet), None)
    wide = asked or width > PORTRAIT_POINTS[0]
    room = (LANDSCAPE_POINTS if wide else PORTRAIT_POINTS)[0]
    pages = max(1, math.ceil(width * SMALLEST_SCALE_OF_WIDTH / room))
    frozen = parse_cell(sheet.freeze)[1] - 1 if sheet.freeze else 0
    return Paper(wide, pages, 0, _repeated_row(sheet), frozen if pages > 1 and frozen else None)


def _scale(width: float, height: float, room: tuple[float, float]) -> float:
    return min(1.0, room[0] / width, room[1] / height)


def _extent(sheet: Sheet, layout: Layout) -> tuple[float, float]:
    """How far cells and charts reach to the right and down, in points."""

    def left_of(column: int) -> float:
        characters = MIN_WIDTH * (column - 1) + sum(w - MIN_WIDTH for c, w in layout.widths.items() if c < column)
        return characters * POINTS_PER_CHARACTER

    def above(row: int) -> float:
        extra = sum(height - LINE_HEIGHT_POINTS for r, height in layout.heights.items() if r < row)
        return LINE_HEIGHT_POINTS * (row - 1) + extra

    used = sheet.used_area()
    corners = [(left_of(used.last_column + 1), above(used.last_row + 1))] if used else []
    drawings: list[AddChart | AddImage] = [*sheet.charts, *sheet.images]
    for drawing in drawings:
        row, column = parse_cell(drawing.anchor)
        right = left_of(column) + drawing.columns * COLUMN_PIXELS * 0.75
        corners.append((right, above(row) + drawing.rows * LINE_HEIGHT_POINTS))
    return max([1.0, *(right for right, _ in corners)]), max([1.0, *(bottom for _, bottom in corners)])


def _repeated_row(sheet: Sheet) -> int | None:
    """The row asked for, else the header of the only table, else the last frozen row."""
    if sheet.print_setup and sheet.print_setup.repeat_rows:
        return sheet.print_setup.repeat_rows
    if len(sheet.tables) == 1:
        return sheet.tables[0].first_row
    return parse_cell(sheet.freeze)[0] - 1 or None if sheet.freeze else None
