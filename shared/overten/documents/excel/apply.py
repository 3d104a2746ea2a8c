"""Applying operations to a workbook: each applies wholly or is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.documents.excel import cells, objects, operations, rules, sheets
from overten.documents.excel.finding import find_replace
from overten.documents.excel.opened.guard import guarded
from overten.documents.excel.operations import ExcelOperation
from overten.documents.excel.records import pack, unpack
from overten.documents.excel.sorting import sort_range
from overten.documents.excel.structure import change_lines
from overten.documents.excel.summary import write_summary
from overten.documents.excel.values import DATE_KINDS
from overten.documents.excel.workbook import Sheet, Workbook


def apply(workbook: Workbook, operation: ExcelOperation) -> str:
    """Applies one operation and says in one line what was done.

    Raises OperationError, with the workbook unchanged, if the operation cannot be applied as a whole.
    """
    applied = _APPLIERS[type(operation)]
    if workbook.origin:
        return guarded(workbook, operation, applied)
    unpacked = [sheet for sheet in workbook.sheets if sheet.packed and _moves_values(operation, sheet)]
    for sheet in unpacked:
        unpack(sheet)
    try:
        return applied(workbook, operation)
    finally:
        for sheet in workbook.sheets if unpacked else ():
            pack(workbook, sheet)


def _moves_values(operation: ExcelOperation, sheet: Sheet) -> bool:
    """Whether an operation needs the packed values of a sheet as cells."""
    if isinstance(operation, operations.ChangeLines):
        return operation.sheet.casefold() == sheet.name.casefold()
    if isinstance(operation, operations.WriteBlock):
        return any(style.style.kind in DATE_KINDS for style in operation.styles)
    if isinstance(operation, operations.FormatRange):
        return operation.style.kind in DATE_KINDS
    return isinstance(operation, operations.SortRange | operations.FindReplace)


_APPLIERS: dict[type[Any], Callable[[Workbook, Any], str]] = {
    operations.SetWorkbook: sheets.set_workbook,
    operations.CreateSheet: sheets.create_sheet,
    operations.RenameSheet: sheets.rename_sheet,
    operations.DeleteSheet: sheets.delete_sheet,
    operations.SetSheet: sheets.set_sheet,
    operations.FreezePanes: sheets.freeze_panes,
    operations.SetPrint: sheets.set_print,
    operations.WriteBlock: cells.write_block,
    operations.WriteTable: cells.put_table,
    operations.AppendRows: cells.extend_table,
    operations.AddTableColumn: cells.extend_table_columns,
    operations.ClearRange: cells.clear_range,
    operations.FormatRange: cells.format_range,
    operations.SetColumns: cells.set_columns,
    operations.MergeCells: cells.merge_cells,
    operations.ChangeLines: change_lines,
    operations.SortRange: sort_range,
    operations.FindReplace: find_replace,
    operations.WriteSummary: write_summary,
    operations.AddChart: objects.add_chart,
    operations.RemoveChart: objects.remove_chart,
    operations.AddImage: objects.add_image,
    operations.AddSparklines: objects.add_sparklines,
    operations.Annotate: objects.annotate,
    operations.DefineName: rules.define_name,
    operations.AddConditionalFormat: rules.add_conditional_format,
    operations.AddValidation: rules.add_validation,
}
