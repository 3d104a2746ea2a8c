"""The room that values need in their cells: widths in characters, lines of text."""

from __future__ import annotations

import math
from collections.abc import Iterator

from overten.documents.excel import theme
from overten.documents.excel.display import displayed, is_date_code
from overten.documents.excel.grid import CellContent
from overten.documents.excel.theme import Properties
from overten.documents.excel.widths import text_width

MIN_WIDTH = 8.43
MAX_WIDTH = 48.0
BREATHING_WIDTH = 1.6
LINE_HEIGHT_POINTS = 15.0
MAX_HEIGHT_POINTS = 400.0
WIDE_LETTER = 2.1  # no letter is wider, in digits of the body font


def needed_width(value: CellContent, looks: Properties) -> float:
    text = displayed(value, looks.get("num_format"))
    scale: float = looks.get("font_size", theme.FONT_SIZE_POINTS) / theme.FONT_SIZE_POINTS
    if looks.get("bold"):
        scale *= 1.06
    indent: int = looks.get("indent", 0)
    return text_width(text) * scale + 1.3 * indent


class Extremes:
    """The values of a column that may be its widest: under one format, a number between two others is no wider than
    the wider of them. Dates and unformatted numbers follow no such order, so each counts."""

    def __init__(self) -> None:
        self._bounds: dict[tuple[int, int], tuple[float, float, Properties]] = {}
        self._others: dict[tuple[int, int, CellContent], Properties] = {}

    def add(self, column: int, value: float, looks: Properties) -> None:
        code = looks.get("num_format")
        if code is None or is_date_code(code):
            self._others[column, id(looks), value] = looks
            return
        low, high, _ = self._bounds.get((column, id(looks)), (value, value, looks))
        self._bounds[column, id(looks)] = (min(low, value), max(high, value), looks)

    def __iter__(self) -> Iterator[tuple[int, CellContent, Properties]]:
        for (column, _), (low, high, looks) in self._bounds.items():
            yield column, low, looks
            yield column, high, looks
        for (column, _, value), looks in self._others.items():
            yield column, value, looks


def may_wrap(value: str, width: float | None) -> bool:
    return "\n" in value or len(value) * WIDE_LETTER > (width or MIN_WIDTH) - BREATHING_WIDTH


def lines_of(text: str, looks: Properties, width: float) -> int:
    room = max(1.0, width - BREATHING_WIDTH / 2)
    scale = looks.get("font_size", theme.FONT_SIZE_POINTS) / theme.FONT_SIZE_POINTS * (1.06 if looks.get("bold") else 1)
    room = room / scale - 1.3 * looks.get("indent", 0)
    lines = 0
    for paragraph in text.split("\n"):
        used, count = 0.0, 1
        for word in paragraph.split(" "):
            length = text_width(word)
            if used and used + 0.45 + length > room:
                count, used = count + 1, length
            else:
                used += length + (0.45 if used else 0)
            if length > room:
                extra = math.ceil(length / max(room, 1.0)) - 1
                count, used = count + extra, length - extra * room
        lines += count
    return lines
