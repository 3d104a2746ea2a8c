"""Tables: written from blocks, and changed by rows and columns whoever made them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.text.measure import Font, longest_word, width
from overten.documents.word import inline
from overten.documents.word.document import copied
from overten.documents.word.runs import TextWriter, paragraph
from overten.documents.word.scripts import runs_from_the_right
from overten.documents.word.styles import TABLE_ROLES
from overten.documents.word.xml import el, elements, find, findall, path_value, properties, put, q, unset, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document
    from overten.documents.word.operations import EditTable, Merge, Table

_NUMBER = re.compile(
    r"^[\s(~≈<>±+\-–−]*[$€£¥]?\s?\d[\d\s.,'’]*\s?(%|x|×|k|K|m|M|bn|pp|pts?|[$€£¥]|EUR|USD|GBP)?\)?\*?$"
)
_EMPTY = {"", "-", "–", "—", "n/a", "N/A"}
_CELL_PADDING_TWIPS = 210
_CELL_POINTS = 9.5
_MAX_CELL_POINTS = 260.0
# Text beside a column of numbers stands off from it, as the numbers end where it begins.
_AFTER_NUMBERS_TWIPS = 200
# A table up to this height (about a third of a page) is not split over two pages.
_LOW_POINTS = 240.0
_LINE_POINTS = 13.0


def cell_text(content: str | float | int | None) -> str:
    if content is None:
        return ""
    if isinstance(content, float) and content.is_integer() and abs(content) < 1e15:
        return str(int(content))
    return str(content)


def write_table(document: Document, table: Table, room: int) -> etree._Element:
    """The element of a table that fills `room` twips. Raises OperationError for merges that do not fit."""
    headers = [column.header for column in table.columns]
    has_header = any(headers)
    texts = [[cell_text(cell) for cell in row] + [""] * (len(headers) - len(row)) for row in table.rows]
    if has_header:
        texts.insert(0, headers)
    body = texts[int(has_header) :]
    aligns = [column.align or _natural(row[i] for row in body) for i, column in enumerate(table.columns)]
    widths = _widths(document, texts, [column.width for column in table.columns], room, has_header, aligns)
    element = _frame(document, TABLE_ROLES[table.style], widths)
    look = find(element, "w:tblPr/w:tblLook")
    if look is not None:
        _set_look(
            look, header=has_header, total=table.total_row, first=table.first_column, banded=table.style == "banded"
        )
    writer, style = TextWriter(document), document.style("table_text")
    whole = _is_low(document, texts, widths)
    for number, row in enumerate(texts):
        line = el("w:tr", el("w:trPr", el("w:cantSplit")))
        if number == 0 and has_header:
            line[0].append(el("w:tblHeader"))
        for column, text in enumerate(row):
            content = paragraph(
                document, style, writer.runs(text), align=aligns[column] if aligns[column] != "left" else None
            )
            if (number == 0 and has_header) or (whole and number + 1 < len(texts)):
                put(properties(content), el("w:keepNext"))
            if column and aligns[column] == "left" and aligns[column - 1] == "right":
                put(properties(content), el("w:ind", left=_AFTER_NUMBERS_TWIPS))
            settings = el("w:tcPr", el("w:tcW", w=widths[column], type="dxa"))
            if number == 0 and has_header:
                settings.append(el("w:vAlign", val="bottom"))
            line.append(el("w:tc", settings, content))
        element.append(line)
    for merge in sorted(table.merges, key=lambda merge: (merge.row, -merge.column)):
        _merge(element, merge.row, merge.column, merge.rows, merge.columns)
    return element


def _is_low(document: Document, texts: list[list[str]], widths: list[int]) -> bool:
    font, total = Font(body_font(document)), 0.0
    for row in texts:
        lines = max(
            math.ceil(width(inline.plain(text), font, _CELL_POINTS) / max((room - _CELL_PADDING_TWIPS) / 20, 20))
            for text, room in zip(row, widths, strict=True)
        )
        total += max(lines, 1) * _LINE_POINTS + 6
        if total > _LOW_POINTS:
            return False
    return True


def _frame(document: Document, role: str, widths: list[int]) -> etree._Element:
    settings = el(
        "w:tblPr",
        el("w:tblStyle", val=document.style(role)),
        el("w:bidiVisual") if runs_from_the_right(document.language()) else None,
        el("w:tblW", w=sum(widths), type="dxa"),
        el("w:tblLayout", type="fixed"),
        el("w:tblLook"),
    )
    return el("w:tbl", settings, el("w:tblGrid", *(el("w:gridCol", w=width) for width in widths)))


def _set_look(look: etree._Element, *, header: bool, total: bool, first: bool, banded: bool) -> None:
    """Which parts of the table's style apply, in the old and the new form of the attribute."""
    flags = {"firstRow": header, "lastRow": total, "firstColumn": first, "lastColumn": False}
    bits = 0x20 * header + 0x40 * total + 0x80 * first + 0x200 * (not banded) + 0x400
    look.set(q("w:val"), f"{bits:04X}")
    for name, on in {**flags, "noHBand": not banded, "noVBand": True}.items():
        look.set(q(f"w:{name}"), str(int(on)))


def _natural(cells: object) -> str:
    """Right for columns of numbers, left for all others."""
    shown = [inline.plain(cell).strip() for cell in cells]  # type: ignore[attr-defined]
    filled = [cell for cell in shown if cell not in _EMPTY]
    return "right" if filled and all(_NUMBER.match(cell) for cell in filled) else "left"


def _widths(
    document: Document,
    texts: list[list[str]],
    asked: list[float | None],
    room: int,
    header: bool,
    aligns: Sequence[str] = (),
) -> list[int]:
    """Column widths in twips that add up to the room: as asked, or by what the columns hold, no word broken if that
    can be."""
    count = len(asked)
    family = body_font(document)
    least, wanted = [0.0] * count, [0.0] * count
    for number, row in enumerate(texts):
        font = Font(family, bold=header and number == 0)
        for column, text in enumerate(row):
            shown = inline.plain(text)
            least[column] = max(least[column], longest_word(shown, font, _CELL_POINTS)[1])
            wanted[column] = max(wanted[column], min(width(shown, font, _CELL_POINTS), _MAX_CELL_POINTS))
    least = [size * 20 * 1.04 + _CELL_PADDING_TWIPS for size in least]
    for column in range(1, len(aligns)):
        if aligns[column] == "left" and aligns[column - 1] == "right":
            least[column] += _AFTER_NUMBERS_TWIPS
            wanted[column] += _AFTER_NUMBERS_TWIPS / 20
    wanted = [max(size * 20 * 1.04 + _CELL_PADDING_TWIPS, least[column]) for column, size in enumerate(wanted)]
    if any(asked):
        known = [size for size in asked if size]
        share = [size or sum(known) / len(known) for size in asked]
    else:
        share = _shared(wanted, least, room)
    sizes = [round(size / sum(share) * room) for size in share]
    sizes[-1] += room - sum(sizes)
    return sizes


def _shared(wanted: list[float], least: list[float], room: int) -> list[float]:
    """Shares of the room: every column gets what it needs at least, the rest goes by what it would like."""
    spare = room - sum(least)
    if spare <= 0:
        return least
    more = [max(want - low, 1.0) for want, low in zip(wanted, least, strict=True)]
    if sum(wanted) <= room:
        # All fit on one line: the rest is spread evenly by width, so that columns do not crowd to one side.
        return [want + (room - sum(wanted)) * want / sum(wanted) for want in wanted]
    return [low + spare * extra / sum(more) for low, extra in zip(least, more, strict=True)]


def body_font(document: Document) -> str:
    """The font of the body text, as the theme or the defaults name it."""
    from overten.documents.word.theme import fonts_of

    path = "w:docDefaults/w:rPrDefault/w:rPr/w:rFonts"
    named = path_value(document.styles(), path, "w:ascii")
    root = document.theme()
    themed = path_value(document.styles(), path, "w:asciiTheme")
    if root is not None and (themed or not named):
        minor, major = fonts_of(root)
        return (major if themed and themed.startswith("major") else minor) or named or "Calibri"
    return named or "Times New Roman"


def heading_font(document: Document) -> str:
    """The font of headings, as the theme names it."""
    from overten.documents.word.theme import fonts_of

    root = document.theme()
    return (fonts_of(root)[1] if root is not None else None) or body_font(document)


class Grid:
    """A table's cells by row and column of its grid; merged cells stand at each of their places."""

    def __init__(self, table: etree._Element) -> None:
        self.table = table
        self.rows = _rows(table)
        self.cells: list[list[etree._Element]] = []
        for row in self.rows:
            line: list[etree._Element] = []
            before = int(path_value(row, "w:trPr/w:gridBefore") or 0)
            cells = _cells(row)
            line += [cells[0]] * before if cells else []
            for cell in cells:
                line += [cell] * _span(cell)
            self.cells.append(line)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.cells), default=0)

    def cell(self, row: int, column: int) -> etree._Element:
        """The cell at a place; where cells are merged downwards, the first of them."""
        if not (0 <= row < len(self.cells) and 0 <= column < len(self.cells[row])):
            what = f"There is no cell [{row}, {column}]"
            fix = f"The table has {len(self.cells)} rows and {self.width} columns, counted from 0."
            raise OperationError(what, where="table", fix=fix)
        found = self.cells[row][column]
        while row > 0 and is_continued(found) and column < len(self.cells[row - 1]):
            row -= 1
            found = self.cells[row][column]
        return found


def _rows(table: etree._Element) -> list[etree._Element]:
    return [
        row for child in table for row in ([child] if child.tag == q("w:tr") else findall(child, "w:sdtContent/w:tr"))
    ]


def _cells(row: etree._Element) -> list[etree._Element]:
    return [
        cell for child in row for cell in ([child] if child.tag == q("w:tc") else findall(child, "w:sdtContent/w:tc"))
    ]


def _span(cell: etree._Element) -> int:
    span = path_value(cell, "w:tcPr/w:gridSpan") or "1"
    return max(1, int(span)) if span.isdigit() else 1


def is_continued(cell: etree._Element) -> bool:
    """Whether the cell is hidden under one above that it is merged with."""
    merge = find(cell, "w:tcPr/w:vMerge")
    return merge is not None and value(merge) != "restart"


def _merge(table: etree._Element, row: int, column: int, rows: int, columns: int) -> None:
    grid = Grid(table)
    area = [(r, c) for r in range(row, row + rows) for c in range(column, column + columns)]
    for r, c in area:
        cell = grid.cell(r, c)
        if _span(cell) > 1 or find(cell, "w:tcPr/w:vMerge") is not None:
            raise OperationError("A cell is merged already", where=f"row {r}, column {c}", fix="Merge other cells.")
        if (r, c) != (row, column) and "".join(t.text or "" for t in elements(cell, "w:t")).strip():
            raise OperationError(
                "A merged cell has text", where=f"row {r}, column {c}", fix="Leave all but the first empty."
            )
    for r in range(row, row + rows):
        first = grid.cells[r][column]
        total = sum(
            int(path_value(grid.cells[r][c], "w:tcPr/w:tcW", "w:w") or 0) for c in range(column, column + columns)
        )
        for c in range(column + 1, column + columns):
            grid.rows[r].remove(grid.cells[r][c])
        settings = properties(first)
        if columns > 1:
            put(settings, el("w:tcW", w=total, type="dxa"), el("w:gridSpan", val=columns))
        if rows > 1:
            put(settings, el("w:vMerge", val="restart" if r == row else None))


def edit_table(document: Document, table: etree._Element, operation: EditTable) -> str:
    """Applies one action on a table and says what was done."""
    match operation.action:
        case "add_rows":
            return _add_rows(document, table, operation)
        case "delete_rows":
            return _delete_rows(document, table, operation)
        case "add_column" | "delete_column":
            return _change_columns(document, table, operation)
        case "merge":
            _merge(table, operation.at or 0, operation.column, operation.rows_spanned, operation.columns_spanned)
            return f"merged {operation.rows_spanned} x {operation.columns_spanned} cells"
    return _set_widths(table, operation)


def _add_rows(document: Document, table: etree._Element, operation: EditTable) -> str:
    grid = Grid(table)
    if not operation.rows or not grid.rows:
        raise OperationError("No rows are given", where="rows", fix="Give the cells of each new row.")
    at = len(grid.rows) if operation.at is None else min(operation.at, len(grid.rows))
    if any(is_continued(cell) for cell in grid.cells[at]) if at < len(grid.rows) else False:
        raise OperationError("A merged cell reaches over that place", where=f"row {at}", fix="Choose another row.")
    pattern = grid.rows[at - 1 if at > 1 or len(grid.rows) == 1 else min(1, len(grid.rows) - 1)]
    width_of_row = len(_cells(pattern))
    made = []
    for row in operation.rows:
        if len(row) > width_of_row:
            raise OperationError(
                f"A row has {len(row)} cells", where="rows", fix=f"The table has {width_of_row} columns."
            )
        made.append(_row_like(document, pattern, [cell_text(cell) for cell in row]))
    if at < len(grid.rows):
        for line in made:
            grid.rows[at].addprevious(line)
    else:
        for line in reversed(made):
            grid.rows[-1].addnext(line)
    if document.tracking:
        from overten.documents.word.revisions import mark_inserted

        mark_inserted(document, made)
    return f"added {len(made)} rows at {at}"


def _row_like(document: Document, pattern: etree._Element, texts: list[str]) -> etree._Element:
    line = copied(pattern)
    settings = find(line, "w:trPr")
    unset(settings, "w:tblHeader", "w:ins", "w:del")
    for cell, text in zip(_cells(line), [*texts, *[""] * 60], strict=False):
        unset(find(cell, "w:tcPr"), "w:vMerge")
        fill_cell(document, cell, text)
    return line


def fill_cell(document: Document, cell: etree._Element, text: str) -> None:
    """Gives a cell one paragraph of text that looks like the first it had."""
    paragraphs = findall(cell, "w:p")
    first = paragraphs[0] if paragraphs else paragraph(document, document.style("table_text"), [])
    base = find(next(elements(first, "w:r"), None), "w:rPr")
    for child in list(cell):
        if child.tag != q("w:tcPr"):
            cell.remove(child)
    for child in list(first):
        if child.tag != q("w:pPr"):
            first.remove(child)
    first.set(q("w14:paraId"), document.new_id())
    for child in TextWriter(document).runs(text, base):
        first.append(child)
    cell.append(first)


def _delete_rows(document: Document, table: etree._Element, operation: EditTable) -> str:
    grid = Grid(table)
    at = operation.at if operation.at is not None else len(grid.rows) - 1
    gone = grid.rows[at : at + operation.count]
    if len(gone) < operation.count or len(gone) == len(grid.rows):
        fix = f"The table has {len(grid.rows)} rows; to delete them all, delete the table."
        raise OperationError("These rows cannot be deleted", where=f"row {at}", fix=fix)
    after = at + operation.count
    if after < len(grid.rows):
        _end_merges_above(grid, after)
    if document.tracking:
        from overten.documents.word.revisions import mark_deleted

        mark_deleted(document, gone)
    else:
        for row in gone:
            table.remove(row)
    return f"deleted {len(gone)} rows at {at}"


def _end_merges_above(grid: Grid, row: int) -> None:
    """Cells that hang on a merge whose beginning goes away begin one of their own."""
    for cell in dict.fromkeys(grid.cells[row]):
        if is_continued(cell):
            put(properties(cell), el("w:vMerge", val="restart"))


def _change_columns(document: Document, table: etree._Element, operation: EditTable) -> str:
    grid = Grid(table)
    cells = [_cells(row) for row in grid.rows]
    if any(len(row) != grid.width for row in cells):
        raise OperationError("The table has merged columns", where="table", fix="Write the table anew with `write`.")
    at = grid.width if operation.at is None else min(operation.at, grid.width)
    if document.tracking:
        raise OperationError("Columns cannot be tracked", where="table", fix="Turn track_changes off for this.")
    before = _grid_widths(table, grid.width)
    if operation.action == "delete_column":
        if at + operation.count > grid.width or operation.count == grid.width:
            raise OperationError(
                "These columns cannot be deleted", where=f"column {at}", fix=f"There are {grid.width}."
            )
        for row, line in zip(grid.rows, cells, strict=True):
            for cell in line[at : at + operation.count]:
                row.remove(cell)
        kept = before[:at] + before[at + operation.count :]
    else:
        if len(operation.rows) > len(grid.rows):
            raise OperationError(
                "There are more cells than rows", where="rows", fix=f"The table has {len(grid.rows)} rows."
            )
        like = min(max(at - 1, 0), grid.width - 1)
        for number, line in enumerate(cells):
            cell = copied(line[like])
            text = operation.rows[number][0] if number < len(operation.rows) and operation.rows[number] else None
            fill_cell(document, cell, cell_text(text))
            line[at].addprevious(cell) if at < grid.width else line[-1].addnext(cell)
        kept = [*before[:at], before[like], *before[at:]]
    apply_widths(table, [size * sum(before) / sum(kept) for size in kept])
    return f"{'deleted' if operation.action == 'delete_column' else 'added'} a column at {at}"


def _grid_widths(table: etree._Element, count: int) -> list[float]:
    grid = find(table, "w:tblGrid")
    sizes = [float(value(column, "w:w") or 0) for column in (findall(grid, "w:gridCol") if grid is not None else [])]
    return sizes if len(sizes) == count and all(sizes) else [1440.0] * count


def _set_widths(table: etree._Element, operation: EditTable) -> str:
    grid = Grid(table)
    if len(operation.widths) != grid.width or min(operation.widths) <= 0:
        raise OperationError("The widths do not fit", where="widths", fix=f"Give {grid.width} positive numbers.")
    room = sum(_grid_widths(table, grid.width))
    apply_widths(table, [size / sum(operation.widths) * room for size in operation.widths])
    return "set the column widths"


def apply_widths(table: etree._Element, sizes: list[float]) -> None:
    settings = properties(table)
    put(settings, el("w:tblW", w=round(sum(sizes)), type="dxa"), el("w:tblLayout", type="fixed"))
    old = find(table, "w:tblGrid")
    new = el("w:tblGrid", *(el("w:gridCol", w=round(size)) for size in sizes))
    if old is not None:
        table.replace(old, new)
    else:
        settings.addnext(new)
    for row in _rows(table):
        column = 0
        for cell in _cells(row):
            span = _span(cell)
            put(properties(cell), el("w:tcW", w=round(sum(sizes[column : column + span])), type="dxa"))
            column += span


def check_merges(merges: list[Merge]) -> None:
    """Raises OperationError where two merges overlap."""
    taken: set[tuple[int, int]] = set()
    for merge in merges:
        area = {(merge.row + r, merge.column + c) for r in range(merge.rows) for c in range(merge.columns)}
        if taken & area:
            raise OperationError("Merged cells overlap", where=f"row {merge.row}", fix="Give each cell one merge.")
        taken |= area
