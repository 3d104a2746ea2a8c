"""What is drawn over the cells and how lines are folded, in the terms of the library that writes the file."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from overten.documents.excel.fitting import MIN_WIDTH
from overten.documents.excel.grid import Area
from overten.documents.excel.layout import Layout
from overten.documents.excel.sheets import group_axis, group_span
from overten.documents.excel.widths import PIXELS_PER_CHARACTER, text_width
from overten.documents.excel.workbook import Axis, Note, Sheet

MAX_IMAGE_BYTES = 10_000_000
MAX_IMAGE_PIXELS = 16_000
LOGO_PIXELS = (150, 34)
_PADDING_PIXELS = 5
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


@dataclass(frozen=True)
class Picture:
    """An image and its size as it is shown at 100 %, in pixels of 1/96 inch."""

    data: bytes
    width: float
    height: float

    def scale(self, box: tuple[float, float]) -> float:
        """The largest scale at which the picture lies in the box."""
        return min(box[0] / self.width, box[1] / self.height)

    def options(self, box: tuple[float, float], alt_text: str) -> dict[str, Any]:
        scale = self.scale(box)
        return {
            "image_data": BytesIO(self.data),
            "x_scale": scale,
            "y_scale": scale,
            "object_position": 2,
            "description": alt_text,
        }


def open_picture(data: bytes | None) -> Picture | None:
    """The picture in the bytes of a PNG, JPEG or GIF; None for anything else."""
    if data is None or len(data) > MAX_IMAGE_BYTES or not data.startswith(_SIGNATURES):
        return None
    from xlsxwriter.exceptions import XlsxInputError, XlsxWriterException
    from xlsxwriter.image import Image

    try:
        image = Image(BytesIO(data))
    except (XlsxInputError, XlsxWriterException, struct.error, ValueError, IndexError, ArithmeticError):
        return None
    if not (0 < image._width <= MAX_IMAGE_PIXELS and 0 < image._height <= MAX_IMAGE_PIXELS):
        return None
    return Picture(data, image._width * 96 / (image._x_dpi or 96), image._height * 96 / (image._y_dpi or 96))


def column_pixels(layout: Layout, column: int) -> int:
    return int(layout.widths.get(column, MIN_WIDTH) * PIXELS_PER_CHARACTER + 0.5) + _PADDING_PIXELS


def logo_place(sheet: Sheet, layout: Layout, picture: Picture) -> tuple[int, int, int, tuple[float, float]] | None:
    """Row, column, offset in pixels and box of a logo that ends where the sheet's content ends, beside the title in the
    first filled row. None if the title or anything else stands there."""
    used = sheet.used_area()
    if used is None or used.first_row > 3:
        return None
    row = used.first_row
    last = max([used.last_column, 4])
    height = max(20.0, layout.heights.get(row, 15.0) * 4 / 3) + (
        20.0 if row + 1 not in sheet.cells or len(sheet.cells[row + 1]) <= 1 else 0.0
    )
    box = (float(LOGO_PIXELS[0]), min(LOGO_PIXELS[1], height - 4))
    width = picture.width * picture.scale(box)
    column, room = last, float(column_pixels(layout, last))
    while room < width and column > 1:
        column -= 1
        room += column_pixels(layout, column)
    rows = Area(row, column, row + math.floor(box[1] / height), last)
    title = sum(column_pixels(layout, one) for one in range(used.first_column, column))
    taken = any(rows.contains(r, c) for r, c, _ in sheet.filled()) or any(t.area.overlaps(rows) for t in sheet.tables)
    needed = _title_pixels(sheet, layout, row)
    return None if taken or title < needed else (row, column, int(room - width), box)


def _title_pixels(sheet: Sheet, layout: Layout, row: int) -> float:
    """How far the text of the title row runs from its cell, in pixels."""
    widest = 0.0
    for line in (row, row + 1):
        for column, content in sheet.cells.get(line, {}).items():
            size = layout.cells.get((line, column), {}).get("font_size", 11) / 11
            if isinstance(content, str):
                widest = max(widest, text_width(content) * size * PIXELS_PER_CHARACTER)
    return widest


def note_options(note: Note) -> dict[str, Any]:
    """Size and author of a note: wide enough to read, tall enough for its text."""
    lines = sum(max(1, math.ceil(len(line) / 34)) for line in note.text.split("\n")) + 1
    options: dict[str, Any] = {"width": 220, "height": max(60, min(400, 16 * lines + 10)), "font_size": 9}
    return options | ({"author": note.author} if note.author else {})


def outline(sheet: Sheet, axis: Axis) -> dict[int, dict[str, Any]]:
    """Level, visibility and fold mark of each grouped line, in the library's words. The mark of a folded group stands
    on the line after it."""
    options: dict[int, dict[str, Any]] = {}
    for group in sheet.groups:
        if group_axis(group) != axis:
            continue
        first, last = group_span(group)
        for line in range(first, last + 1):
            one = options.setdefault(line, {"level": 0})
            one["level"] += 1
            if group.collapsed:
                one["hidden"] = True
        if group.collapsed:
            options.setdefault(last + 1, {})["collapsed"] = True
    for one in options.values():
        if not one.get("level"):
            one.pop("level", None)
    return options
