"""Native tables: no boxes, hairlines between rows, numbers to the right, columns as wide as what they hold."""

from __future__ import annotations

import re

from overten.documents.slides.canvas import Canvas, held_in
from overten.documents.slides.drawing import Paragraph, fill_xml, frame_xml, plain, text_body
from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.operations import Table
from overten.documents.text.measure import Font, line_height, width, wrap

TABLE_URI = "http://schemas.openxmlformats.org/drawingml/2006/table"
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's "No Style, No Grid"
_SIDE = 7 * POINT
_SIZES = (16, 14, 13, 12, 11, 10)
# A figure with its sign, currency and unit: "−1,2 Mio. €", "$4.1m", "(12%)", "3.1 years"; or a dash in its place.
_NUMBER = re.compile(
    r"^[(~<>≈±+\-−–]{0,2}\s?(?:[A-Z]{3}\s?)?[$€£¥]?\s?[+\-−–]?\d[\d.,\u00a0\u202f'’ ]*"
    r"(?:[%€$£¥a-zA-Z.²³/°]{1,6} ?){0,2}\)?$|^[–—-]?$|^n/?a$"
)


def draw_table(canvas: Canvas, table: Table, frame: Box, *, key: str | None, about: str) -> None:
    """Draws the table as large as fits the frame. Raises OperationError."""
    count = len(table.columns)
    for number, row in enumerate(table.rows, 1):
        if len(row) != count:
            raise canvas.refuse(
                f"Row {number} has {len(row)} cells for {count} columns", "table", f"Give each row {count} cells."
            )
    slot = canvas.slots.get(key) if key else None
    target = slot.box if slot and slot.kind != "obj" else frame
    for size in _SIZES:
        widths = _widths(canvas, table, size, target.w)
        heights = _heights(canvas, table, size, widths) if widths else []
        if widths and sum(heights) <= target.h:
            break
    else:
        raise canvas.refuse(
            "The table does not fit", "table", f"Give it fewer than {len(table.rows)} rows, or shorter texts."
        )
    # Rows breathe where there is room, up to about twice as high.
    spare = min((target.h - sum(heights)) // len(heights), 20 * POINT)
    heights = [height + spare for height in heights]
    box = Box(target.x, target.y, sum(widths), sum(heights))
    held = held_in(slot, "tbl")
    content = _table_xml(canvas, table, widths, heights, size)
    alt = f"{about} Table with columns {', '.join(map(plain, filter(None, table.columns)))}; {len(table.rows)} rows."
    canvas.add(frame_xml(canvas.next_id(), "Table", box, content, TABLE_URI, alt=alt.strip(), placeholder=held))


def _numeric(table: Table, column: int) -> bool:
    cells = [plain(row[column]).strip() for row in table.rows]
    return (
        any(cells)
        and all(_NUMBER.match(cell) for cell in cells if cell)
        and any(re.search(r"\d", cell) for cell in cells)
    )


def _face(canvas: Canvas, table: Table, row: int) -> Font:
    return Font(canvas.font, row < 0 or (table.total_row and row == len(table.rows) - 1))


def _widths(canvas: Canvas, table: Table, size: float, total: int) -> list[int] | None:
    """Column widths that fill the frame: what needs little gets what it needs, the rest is shared by need."""
    count = len(table.columns)
    wanted, least = [], []
    for column in range(count):
        texts = [(-1, table.columns[column]), *((row, cells[column]) for row, cells in enumerate(table.rows))]
        natural = max(width(plain(text), _face(canvas, table, row), size) for row, text in texts)
        word = max(
            (width(piece, _face(canvas, table, row), size) for row, text in texts for piece in plain(text).split()),
            default=0,
        )
        if _numeric(table, column):
            word = max(
                (width(plain(cells[column]), _face(canvas, table, row), size) for row, cells in enumerate(table.rows)),
                default=0,
            )
            word = max(
                word,
                max(
                    (width(piece, Font(canvas.font, True), size) for piece in table.columns[column].split()), default=0
                ),
            )
        wanted.append(round(natural * 1.02 * POINT) + 2 * _SIDE + POINT)
        least.append(round(word * 1.02 * POINT) + 2 * _SIDE + POINT)
    if sum(least) > total:
        return None
    if sum(wanted) <= total:
        extra = total - sum(wanted)
        texts_only = [column for column in range(count) if not _numeric(table, column)] or list(range(count))
        # Spare width goes evenly to all columns, so that figures keep a common rhythm.
        share = extra // count
        widths = [value + share for value in wanted]
        widths[texts_only[0]] += total - sum(widths)
        return widths
    spare, hunger = total - sum(least), [max(want - need, 0) for want, need in zip(wanted, least, strict=True)]
    widths = [need + spare * hungry // max(sum(hunger), 1) for need, hungry in zip(least, hunger, strict=True)]
    widths[-1] += total - sum(widths)
    return widths


def _heights(canvas: Canvas, table: Table, size: float, widths: list[int]) -> list[int]:
    pad = _pad(size)
    heights = []
    for row, cells in enumerate([table.columns, *table.rows], -1):
        face = _face(canvas, table, row)
        lines = max(
            len(wrap(plain(text), face, size, (column - 2 * _SIDE) / POINT))
            for text, column in zip(cells, widths, strict=True)
        )
        heights.append(round(lines * line_height(face, size) * POINT * 1.01) + 2 * pad)
    return heights


def _pad(size: float) -> int:
    return round(size * 0.34 * POINT)


def _table_xml(canvas: Canvas, table: Table, widths: list[int], heights: list[int], size: float) -> str:
    grid = "".join(f'<a:gridCol w="{value}"/>' for value in widths)
    last = len(table.rows) - 1
    rows = ""
    for row, cells in enumerate([table.columns, *table.rows], -1):
        total = table.total_row and row == last
        content = ""
        for column, text in enumerate(cells):
            chosen = table.highlight_column == column + 1
            fill = canvas.palette.surface if chosen or total else None
            header = row < 0
            ink = canvas.palette.accent_text() if header else "tx1"
            paragraph = Paragraph(
                text,
                size=size,
                ink=ink,
                bold=True if header or total or chosen else None,
                align="right" if _numeric(table, column) else "left",
            )
            under = ("accent1", 19_050) if header else (canvas.palette.rule, 9_525)
            over = ("tx1:50+50", 12_700) if total and not canvas.palette.is_dark else None
            content += _cell(paragraph, fill, over, under, "bottom" if header else "middle", _pad(size))
        rows += f'<a:tr h="{heights[row + 1]}">{content}</a:tr>'
    flags = ' firstRow="1"' + (' lastRow="1"' if table.total_row else "")
    return (
        f"<a:tbl><a:tblPr{flags}><a:tableStyleId>{_NO_STYLE}</a:tableStyleId></a:tblPr>"
        f"<a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl>"
    )


def _cell(
    paragraph: Paragraph, fill: str | None, over: tuple[str, int] | None, under: tuple[str, int], anchor: str, pad: int
) -> str:
    edges = '<a:lnL w="0"><a:noFill/></a:lnL><a:lnR w="0"><a:noFill/></a:lnR>'
    edges += f'<a:lnT w="{over[1]}">{fill_xml(over[0])}</a:lnT>' if over else ""
    edges += f'<a:lnB w="{under[1]}">{fill_xml(under[0])}</a:lnB>'
    body = text_body([paragraph], tag="a:txBody")
    body = re.sub(r"<a:bodyPr.*?</a:bodyPr>", "<a:bodyPr/>", body, count=1)
    where = {"middle": "ctr", "bottom": "b"}[anchor]
    return (
        f'<a:tc>{body}<a:tcPr marL="{_SIDE}" marR="{_SIDE}" marT="{pad}" marB="{pad}" '
        f'anchor="{where}">{edges}{fill_xml(fill)}</a:tcPr></a:tc>'
    )
