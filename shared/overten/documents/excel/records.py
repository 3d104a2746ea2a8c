"""The records of tables: from the rows of an operation to the contents of cells, packed where they are many."""

from __future__ import annotations

from typing import NamedTuple

from overten.documents.errors import OperationError
from overten.documents.excel import formulas
from overten.documents.excel.grid import CellContent
from overten.documents.excel.operations import CellValue, TableColumn
from overten.documents.excel.packed import CHUNK_ROWS, Column, PackedRows
from overten.documents.excel.values import content_of, contents_of
from overten.documents.excel.workbook import Sheet, Table, Workbook, is_formula

MANY_VALUES = 20_000


class Records(NamedTuple):
    """What an operation's rows make of the cells of a table. `loose` are single cells by record and column, both from
    0; `packed` is None, or the columns that are packed, in their order."""

    loose: list[tuple[int, int, CellContent]]
    packed: list[Column] | None = None


def are_many(workbook: Workbook, table: Table) -> bool:
    """Whether a table's values are packed. Those of uploaded files are kept as their file has them."""
    return not workbook.origin and table.row_count * len(columns_of_values(table)) >= MANY_VALUES


def columns_of_values(table: Table) -> list[int]:
    """The sheet's columns in which the table's columns stand that are not calculated."""
    return [table.first_column + offset for offset, column in enumerate(table.columns) if column.formula is None]


def packed_of(sheet: Sheet, table: Table) -> PackedRows | None:
    return next((packed for packed in sheet.packed if packed.area.overlaps(table.area)), None)


def records_of(table: Table, rows: list[list[CellValue]], start: int, packed: list[int] | None) -> Records:
    """The contents of an operation's rows, the first of which is the record at `start` (from 0). `packed` names the
    sheet's columns to be packed, None for none. Raises OperationError."""
    if packed is None:
        contents = [_row(table, values, start + index) for index, values in enumerate(rows)]
        filled = ((i, offset, one) for i, row in enumerate(contents) for offset, one in enumerate(row))
        return Records([(i, offset, content) for i, offset, content in filled if content is not None])
    columns = _columns(table, rows, start)
    offsets = sorted(column - table.first_column for column in packed)
    loose: list[tuple[int, int, CellContent]] = []
    for offset, values in enumerate(columns):
        formula_cells = [i for i, value in enumerate(values) if type(value) is str and value[:1] == "="]
        kept = formula_cells if offset in offsets else range(len(values))
        loose += [(index, offset, content) for index in kept if (content := values[index]) is not None]
        if offset in offsets and formula_cells:
            columns[offset] = [None if is_formula(value or "") else value for value in values]
    return Records(loose, [columns[offset] for offset in offsets])


def _columns(table: Table, rows: list[list[CellValue]], start: int) -> list[Column]:
    """The rows' contents by column: at once, or if anything is amiss row by row, which tells where."""
    given = [column for column in table.columns if column.formula is None]
    lengths = set(map(len, rows))
    if lengths == {len(given)}:
        supply = iter(zip(*rows, strict=True))
        values = [() if column.formula else next(supply) for column in table.columns]
    elif lengths == {len(table.columns)}:
        values = list(zip(*rows, strict=True))
    else:
        return _columns_row_by_row(table, rows, start)
    if any(column.formula and set(supplied) - {None} for column, supplied in zip(table.columns, values, strict=True)):
        return _columns_row_by_row(table, rows, start)
    try:
        return [
            [formulas.filled_down(column.formula, start + index) for index in range(len(rows))]
            if column.formula
            else contents_of(supplied, column.kind, table.name)
            for column, supplied in zip(table.columns, values, strict=True)
        ]
    except OperationError:
        return _columns_row_by_row(table, rows, start)


def _columns_row_by_row(table: Table, rows: list[list[CellValue]], start: int) -> list[Column]:
    return list(zip(*(_row(table, values, start + index) for index, values in enumerate(rows)), strict=True))


def _row(table: Table, values: list[CellValue], index: int) -> list[CellContent | None]:
    """The contents of the record at `index` (from 0). Values of calculated columns may be null or left out."""
    columns = table.columns
    where = f"table {table.name}, row {index + 1}"
    given = [column for column in columns if column.formula is None]
    if len(values) == len(given) < len(columns):
        supply = iter(values)
        values = [None if column.formula else next(supply) for column in columns]
    if len(values) != len(columns):
        raise OperationError(
            f"The row has {len(values)} values for {len(columns)} columns",
            where=where,
            fix="Give one value for each column: " + ", ".join(column.header for column in columns) + ".",
        )
    return [
        cell_of_record(column, value, index, f"{where}, column {column.header}")
        for column, value in zip(columns, values, strict=True)
    ]


def cell_of_record(column: TableColumn, value: CellValue, index: int, where: str) -> CellContent | None:
    """The content of a column's cell in the record at `index`. Raises OperationError."""
    if column.formula is None:
        return content_of(value, column.kind, where)
    formula = formulas.filled_down(column.formula, index)
    if value not in (None, "", column.formula, formula):
        raise OperationError(
            f"The column is calculated, so its value must be null, not {str(value)[:40]!r}",
            where=where,
            fix="Leave it null, or take the formula off the column.",
        )
    return formula


def pack_table(sheet: Sheet, table: Table) -> None:
    """Packs the values of a table; formulas among them stay cells of the sheet."""
    data = table.data
    packed = PackedRows(first_row=data.first_row, columns=columns_of_values(table))
    for start in range(data.first_row, data.last_row + 1, CHUNK_ROWS):
        rows = range(start, min(start + CHUNK_ROWS, data.last_row + 1))
        packed.append([[_taken(sheet, row, column) for row in rows] for column in packed.columns])
        for row in rows:
            if row in sheet.cells and not sheet.cells[row]:
                del sheet.cells[row]
    sheet.packed.append(packed)


def _taken(sheet: Sheet, row: int, column: int) -> CellContent | None:
    cells = sheet.cells.get(row, {})
    content = cells.get(column)
    if content is None or is_formula(content):
        return None
    del cells[column]
    return content


def unpack(sheet: Sheet) -> None:
    """Makes all packed values cells of the sheet."""
    for packed in sheet.packed:
        for row, cells in packed.rows():
            sheet.cells[row] = cells | sheet.cells.get(row, {})
    sheet.packed = []


def pack(workbook: Workbook, sheet: Sheet) -> None:
    """Packs the tables of the sheet that have many values and are not packed."""
    for table in sheet.tables:
        if packed_of(sheet, table) is None and are_many(workbook, table):
            pack_table(sheet, table)
