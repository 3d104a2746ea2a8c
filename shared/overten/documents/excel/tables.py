"""Writing, replacing and growing tables."""

from __future__ import annotations

from overten.documents.errors import OperationError
from overten.documents.excel import formulas
from overten.documents.excel.grid import MAX_COLUMNS, MAX_ROWS, Area, cell_name, looks_like_cell, parse_cell
from overten.documents.excel.operations import AddTableColumn, AppendRows, TableColumn, WriteTable
from overten.documents.excel.packed import PackedRows
from overten.documents.excel.places import no_table
from overten.documents.excel.records import (
    Records,
    are_many,
    cell_of_record,
    columns_of_values,
    pack_table,
    packed_of,
    records_of,
)
from overten.documents.excel.values import as_text
from overten.documents.excel.workbook import Sheet, Table, Workbook

MAX_TABLE_COLUMNS = 100
SUBTOTAL_CODES = {"average": 101, "count": 103, "max": 104, "min": 105, "sum": 109}


def write_table(workbook: Workbook, sheet: Sheet, operation: WriteTable) -> str:
    """Writes the table, or replaces the one of the same name that starts at the same anchor. Raises OperationError."""
    where = f"table {operation.name}"
    row, column = _anchor(operation.anchor, where)
    replaced = _replaced(workbook, sheet, operation, row, column)
    _check_columns(operation.columns, operation.name, where)
    table = Table(
        name=operation.name,
        first_row=row,
        first_column=column,
        columns=[column.model_copy() for column in operation.columns],
        row_count=len(operation.rows),
        total_label=operation.total_label,
        banded=operation.banded,
    )
    _check_place(sheet, table, replaced)
    records = records_of(table, operation.rows, 0, columns_of_values(table) if are_many(workbook, table) else None)
    if replaced:
        remove_table(sheet, replaced)
    sheet.tables.append(table)
    _fill(sheet, table, records)
    total = f", total row {table.area.last_row}" if table.has_totals else ""
    verb = "Replaced" if replaced else "Wrote"
    return f"{verb} table {table.name} at {sheet.name}!{table.area.ref} ({table.row_count} rows{total})"


def append_rows(workbook: Workbook, operation: AppendRows) -> str:
    """Adds rows under a table's data; its total row moves down. Raises OperationError."""
    sheet, table = _found(workbook, operation.table, operation.op)
    grown = table.model_copy(update={"row_count": table.row_count + len(operation.rows)})
    _check_place(sheet, grown, table)
    packed = packed_of(sheet, table)
    records = records_of(table, operation.rows, table.row_count, packed.columns if packed else None)
    for column in range(table.first_column, table.last_column + 1):
        if table.has_totals:
            sheet.cells[table.area.last_row].pop(column, None)
    start = table.row_count
    table.row_count = grown.row_count
    _fill_rows(sheet, table, records, start)
    if packed is None and are_many(workbook, table):
        pack_table(sheet, table)
    _fill_totals(sheet, table)
    return f"Added {len(operation.rows)} rows to table {table.name}, now {sheet.name}!{table.area.ref}"


def add_column(workbook: Workbook, operation: AddTableColumn) -> str:
    """Adds a column at the right end of a table. Raises OperationError."""
    sheet, table = _found(workbook, operation.table, operation.op)
    where, column = f"table {table.name}", operation.column.model_copy()
    grown = table.model_copy(update={"columns": [*table.columns, column]})
    if len(grown.columns) > MAX_TABLE_COLUMNS:
        raise OperationError(f"The table has {MAX_TABLE_COLUMNS} columns", where=where, fix="Use another table.")
    _check_columns(grown.columns, table.name, where)
    _check_place(sheet, grown, table)
    values = operation.values if operation.values is not None else [None] * table.row_count
    if len(values) != table.row_count:
        raise OperationError(
            f"There are {len(values)} values for {table.row_count} records",
            where=where,
            fix="Give one for each record.",
        )
    contents = [
        cell_of_record(column, value, index, f"{where}, row {index + 1}, column {column.header}")
        for index, value in enumerate(values)
    ]
    table.columns = grown.columns
    sheet.put(table.first_row, table.last_column, as_text(column.header) or "")
    for row, content in enumerate(contents, start=table.first_row + 1):
        if content is not None:
            sheet.put(row, table.last_column, content)
    _fill_totals(sheet, table)
    return f"Added column {column.header} to table {table.name}, now {sheet.name}!{table.area.ref}"


def _found(workbook: Workbook, name: str, where: str) -> tuple[Sheet, Table]:
    found = workbook.find_table(name)
    if found is None:
        raise no_table(workbook, name, where)
    return found


def remove_table(sheet: Sheet, table: Table) -> None:
    """Takes the table and its contents off the sheet."""
    sheet.tables.remove(table)
    area = table.area
    sheet.packed = [packed for packed in sheet.packed if not packed.area.overlaps(area)]
    for row in range(area.first_row, area.last_row + 1):
        cells = sheet.cells.get(row, {})
        for column in range(area.first_column, area.last_column + 1):
            cells.pop(column, None)
        if not cells:
            sheet.cells.pop(row, None)


def _anchor(ref: str, where: str) -> tuple[int, int]:
    try:
        return parse_cell(ref)
    except ValueError as error:
        raise OperationError(str(error), where=where, fix="Give the header's first cell, such as A4.") from error


def _replaced(workbook: Workbook, sheet: Sheet, operation: WriteTable, row: int, column: int) -> Table | None:
    if looks_like_cell(operation.name):
        raise OperationError(
            f"{operation.name} reads as a cell reference", where="name", fix="Choose a name such as Expenses."
        )
    if any(name.casefold() == operation.name.casefold() for name in workbook.names):
        raise OperationError(
            f"{operation.name} is already a defined name", where="name", fix="Choose another name for the table."
        )
    found = workbook.find_table(operation.name)
    if found is None:
        return None
    home, table = found
    if home is sheet and (table.first_row, table.first_column) == (row, column):
        return table
    raise OperationError(
        f"Table {table.name} already exists at {home.name}!{table.area.ref}",
        where=f"{sheet.name}!{operation.anchor}",
        fix=f"Choose another name, or write it at {home.name}!{cell_name(table.first_row, table.first_column)} "
        "to replace it.",
    )


def _check_columns(columns: list[TableColumn], table_name: str, where: str) -> None:
    seen: set[str] = set()
    for column in columns:
        header = column.header
        if header.casefold() in seen:
            raise OperationError(f"The header {header!r} occurs twice", where=where, fix="Make headers unique.")
        if header != header.strip() or any(ord(letter) < 32 for letter in header):
            raise OperationError(
                f"The header {header!r} has blanks at its ends or control characters", where=where, fix="Remove them."
            )
        seen.add(header.casefold())
    for column in columns:
        if column.formula is not None:
            _check_formula(column, [column.header for column in columns], table_name, where)


def _check_formula(column: TableColumn, headers: list[str], table_name: str, where: str) -> None:
    formula = column.formula or ""
    place = f"{where}, column {column.header}"
    if not formula.startswith("="):
        raise OperationError(f"{formula!r} does not start with =", where=place, fix="Start the formula with =.")
    formulas.check(formula, place)
    known = {header.casefold() for header in headers}
    for header in formulas.own_row_columns(formula, table_name):
        if header.casefold() not in known:
            raise OperationError(
                f"There is no column {header!r}", where=place, fix=f"Columns are: {', '.join(headers)}."
            )


def _check_place(sheet: Sheet, table: Table, replaced: Table | None) -> None:
    area = table.area
    where = f"{sheet.name}!{cell_name(area.first_row, area.first_column)}"
    if area.last_row > MAX_ROWS or area.last_column > MAX_COLUMNS:
        raise OperationError("The table does not fit on the sheet", where=where, fix="Write fewer rows or columns.")
    for other in sheet.tables:
        if other is not replaced and other.area.overlaps(area):
            raise OperationError(
                f"It would need {area.ref}, which overlaps table {other.name} at {other.area.ref}",
                where=where,
                fix=f"Use an anchor below row {other.area.last_row + 1} or right of the table.",
            )
    merge = next((merge for merge in sheet.merged_areas() if merge.overlaps(area)), None)
    if merge:
        raise OperationError(
            f"It would need {area.ref}, which holds merged cells {merge.ref}", where=where, fix="Use another anchor."
        )
    taken = _first_filled(sheet, area, replaced)
    if taken:
        raise OperationError(
            f"It would need {area.ref}, but {taken} is filled",
            where=where,
            fix="Use another anchor, or clear_range first.",
        )


def _first_filled(sheet: Sheet, area: Area, replaced: Table | None) -> str | None:
    packed = next((packed.area for packed in sheet.packed if packed.area.overlaps(area)), None)
    if packed and not (replaced and replaced.area.overlaps(packed)):
        return packed.ref
    for row in sorted(row for row in sheet.cells if area.first_row <= row <= area.last_row):
        for column in sheet.cells[row]:
            inside = area.first_column <= column <= area.last_column
            if inside and not (replaced and replaced.area.contains(row, column)):
                return cell_name(row, column)
    return None


def _fill(sheet: Sheet, table: Table, records: Records) -> None:
    for offset, column in enumerate(table.columns):
        sheet.put(table.first_row, table.first_column + offset, as_text(column.header) or "")
    _fill_rows(sheet, table, records, 0)
    _fill_totals(sheet, table)


def _fill_rows(sheet: Sheet, table: Table, records: Records, start: int) -> None:
    first_row = table.first_row + 1 + start
    for index, offset, content in records.loose:
        sheet.put(first_row + index, table.first_column + offset, content)
    if records.packed is not None:
        packed = packed_of(sheet, table)
        if packed is None:
            packed = PackedRows(first_row=first_row, columns=columns_of_values(table))
            sheet.packed.append(packed)
        packed.append(records.packed)


def _fill_totals(sheet: Sheet, table: Table) -> None:
    if not table.has_totals:
        return
    row = table.area.last_row
    if table.columns[0].total is None:
        sheet.put(row, table.first_column, as_text(table.total_label) or "Total")
    for offset, column in enumerate(table.columns):
        if column.total:
            formula = f"=SUBTOTAL({SUBTOTAL_CODES[column.total]},{table.name}[{escape_header(column.header)}])"
            sheet.put(row, table.first_column + offset, formula)


def escape_header(header: str) -> str:
    """The header as it stands inside a structured reference."""
    return "".join(f"'{letter}" if letter in "[]#'@" else letter for letter in header)
