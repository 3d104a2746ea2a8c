"""Putting rows and columns in and taking them out, with everything that refers to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from overten.documents.excel import formulas
from overten.documents.excel.grid import (
    MAX_COLUMNS,
    MAX_ROWS,
    Area,
    cell_name,
    column_letters,
    column_number,
    parse_cell,
    parse_range,
    qualified,
    split_sheet,
)
from overten.documents.excel.operations import (
    AddChart,
    AddSparklines,
    CellRule,
    ChangeLines,
    FormulaRule,
    Group,
    TableColumn,
)
from overten.documents.excel.places import check_room, refusal, sheet_named
from overten.documents.excel.shift import BROKEN, Shift, copied, rewritten
from overten.documents.excel.values import as_text
from overten.documents.excel.workbook import (
    Axis,
    CellContent,
    LinesDeleted,
    LinesInserted,
    Sheet,
    Table,
    Workbook,
)

MAX_TOLD = 5


def change_lines(workbook: Workbook, operation: ChangeLines) -> str:
    """Inserts or deletes rows or columns. Raises OperationError, with the workbook unchanged."""
    sheet = sheet_named(workbook, operation.sheet)
    verb, _, lines = operation.action.partition("_")
    axis: Axis = "rows" if lines == "rows" else "columns"
    shift = Shift(axis, _line(operation, axis), operation.count, verb == "insert")
    _check_room(workbook, sheet, shift)
    moved = _Moved(workbook, sheet, shift)
    if moved.broken and not operation.break_references:
        told = ", ".join(moved.broken[:MAX_TOLD]) + (" and more" if len(moved.broken) > MAX_TOLD else "")
        raise refusal(
            f"{told} would refer to what is gone (#REF!)",
            f"{sheet.name}!{_told(shift)}",
            "Change or clear that first, or set break_references.",
        )
    workbook.sheets, workbook.names = moved.sheets, moved.names
    recorded = LinesInserted if shift.inserts else LinesDeleted
    workbook.record(recorded(sheet=sheet.name, axis=axis, at=shift.at, count=shift.count))
    notes = f"; now #REF!: {', '.join(moved.broken[:MAX_TOLD])}" if moved.broken else ""
    done = "Inserted" if shift.inserts else "Deleted"
    return f"{done} {axis} {_told(shift)} of {sheet.name}; references follow{notes}"


def _line(operation: ChangeLines, axis: Axis) -> int:
    numeric = operation.at.isdecimal()
    if numeric != (axis == "rows"):
        raise refusal(
            f"{operation.at!r} is not one of the {axis}", "at", "Give a row as its number and a column as its letters."
        )
    line = int(operation.at) if numeric else column_number(operation.at)
    if line + operation.count - 1 > (MAX_ROWS if axis == "rows" else MAX_COLUMNS):
        raise refusal(f"The {axis} lie outside the sheet", "at", "A sheet ends at XFD1048576.")
    return line


def _told(shift: Shift) -> str:
    ends = (shift.at, shift.at + shift.count - 1)
    return ":".join(str(end) if shift.axis == "rows" else column_letters(end) for end in ends)


def _check_room(workbook: Workbook, sheet: Sheet, shift: Shift) -> None:
    used = sheet.used_area()
    if not shift.inserts or used is None:
        return
    last = used.last_row if shift.axis == "rows" else used.last_column
    if last >= shift.at and last + shift.count > shift.limit:
        raise refusal("Filled cells would be pushed off the sheet", sheet.name, "Insert fewer, or clear them first.")
    for table in sheet.tables:
        if shift.axis == "rows" and table.first_row < shift.at <= table.area.last_row:
            check_room(workbook, sheet, shift.count * len(table.columns), 0)


class _Moved:
    """The workbook's sheets and names as they are after a shift. `broken` tells what lost its target."""

    def __init__(self, workbook: Workbook, target: Sheet, shift: Shift) -> None:
        self.target = target
        self.shift = shift
        self.broken: list[str] = []
        self.lost_columns: dict[str, set[str]] = {}
        self.sheets: list[Sheet] = []
        tables = self._tables()
        for sheet in workbook.sheets:
            moved = sheet.model_copy(update=self._contents(sheet))
            if sheet is target:
                moved = moved.model_copy(update={"tables": tables} | self._geometry(sheet))
                _fill_tables(moved, shift, target.tables)
            self.sheets.append(moved)
        self.names = self._names(workbook)

    def _own(self, sheet: Sheet) -> bool:
        return sheet is self.target

    def _formula(self, formula: str, sheet: Sheet, where: str) -> str:
        """The formula with its references moved; notes it as broken if one is gone."""
        moved = rewritten(formula, self.shift.change(self.target.name, self._own(sheet)))
        lost = self.lost_columns and _names_column(formula, self.lost_columns)
        if lost or (moved.count(BROKEN) > formula.count(BROKEN)):
            self.broken.append(where)
        return moved

    def _names(self, workbook: Workbook) -> dict[str, str]:
        names = {}
        for name, ref in workbook.names.items():
            sheet, cells = split_sheet(ref)
            names[name] = ref
            if sheet.casefold() != self.target.name.casefold():
                continue
            area = self.shift.area(parse_range(cells))
            if area is None:
                self.broken.append(f"the name {name}")
                del names[name]
            else:
                names[name] = qualified(self.target.name, area)
        return names

    def _contents(self, sheet: Sheet) -> dict[str, Any]:
        """What on any sheet may refer to the shifted one."""
        return {
            "cells": dict(self._cells(sheet)),
            "charts": [self._chart(sheet, chart) for chart in sheet.charts],
            "sparklines": [line for line in (self._sparklines(sheet, line) for line in sheet.sparklines) if line],
            "conditional_formats": list(self._formats(sheet)),
            "validations": list(self._validations(sheet)),
            "links": {cell: self._link(link) for cell, link in sheet.links.items()},
            "tables": [self._table_formulas(sheet, table) for table in sheet.tables],
        }

    def _cells(self, sheet: Sheet) -> Iterator[tuple[int, dict[int, CellContent]]]:
        own = self._own(sheet)
        for row, cells in sheet.cells.items():
            moved_row = self.shift.line(row) if own and self.shift.axis == "rows" else row
            if moved_row is None:
                continue
            moved: dict[int, CellContent] = {}
            for column, content in cells.items():
                moved_column = self.shift.line(column) if own and self.shift.axis == "columns" else column
                if moved_column is None:
                    continue
                if isinstance(content, str) and content.startswith("="):
                    moved[moved_column] = self._formula(content, sheet, f"{sheet.name}!{cell_name(row, column)}")
                else:
                    moved[moved_column] = content
            if moved:
                yield moved_row, moved

    def _chart(self, sheet: Sheet, chart: AddChart) -> AddChart:
        where = f"chart {chart.title!r}"
        series = [
            one.model_copy(
                update={
                    "values": self._sheet_range(one.values, where),
                    "categories": one.categories and self._sheet_range(one.categories, where),
                    "sizes": one.sizes and self._sheet_range(one.sizes, where),
                    "name": self._sheet_range(one.name, where) if (one.name or "").startswith("=") else one.name,
                }
            )
            for one in chart.series
        ]
        anchor = self._anchor(chart.anchor) if self._own(sheet) else chart.anchor
        return chart.model_copy(update={"series": series, "anchor": anchor})

    def _sheet_range(self, ref: str | None, where: str) -> str:
        """A reference with its sheet, `Budget!B2:B13`; structured ones stay."""
        text = "=" + (ref or "").removeprefix("=")
        moved = self._formula(text, self.target, where) if "!" in text else text
        if self.lost_columns and "!" not in text and _names_column(text, self.lost_columns):
            self.broken.append(where)
        return moved if (ref or "").startswith("=") else moved[1:]

    def _anchor(self, anchor: str) -> str:
        """Where a drawing comes to lie: it stays at the edge of what is taken out from under it."""
        row, column = parse_cell(anchor)
        line = row if self.shift.axis == "rows" else column
        moved = self.shift.line(line)
        moved = (self.shift.at if not self.shift.inserts else line) if moved is None else moved
        return cell_name(moved, column) if self.shift.axis == "rows" else cell_name(row, moved)

    def _sparklines(self, sheet: Sheet, lines: AddSparklines) -> AddSparklines | None:
        place = self.shift.range_ref(lines.range) if self._own(sheet) else lines.range
        if place is None:
            return None
        data = self._sheet_range(lines.data, f"sparklines {sheet.name}!{lines.range}")
        return lines.model_copy(update={"range": place, "data": data})

    def _formats(self, sheet: Sheet) -> Iterator[Any]:
        for conditional in sheet.conditional_formats:
            place, origin = self._covered(sheet, conditional.range)
            if place is None:
                continue
            rule = conditional.rule
            where = f"conditional format {sheet.name}!{conditional.range}"
            if isinstance(rule, FormulaRule):
                rule = rule.model_copy(update={"formula": self._rule(rule.formula, sheet, origin, where)})
            elif isinstance(rule, CellRule):
                values = {name: self._rule(getattr(rule, name), sheet, origin, where) for name in ("value", "value2")}
                rule = rule.model_copy(update=values)
            yield conditional.model_copy(update={"range": place, "rule": rule})

    def _validations(self, sheet: Sheet) -> Iterator[Any]:
        for validation in sheet.validations:
            place, origin = self._covered(sheet, validation.range)
            if place is None:
                continue
            where = f"validation {sheet.name}!{validation.range}"
            bounds = {
                name: self._rule(getattr(validation, name), sheet, origin, where) for name in ("minimum", "maximum")
            }
            yield validation.model_copy(update={"range": place} | bounds)

    def _covered(self, sheet: Sheet, ref: str) -> tuple[str | None, tuple[int, int]]:
        """The range after the shift, and how far below and right of its first cell its first surviving cell lay."""
        if not self._own(sheet):
            return ref, (0, 0)
        area = parse_range(ref)
        first = area.first_row if self.shift.axis == "rows" else area.first_column
        gone = 0 if self.shift.inserts else max(0, self.shift.at + self.shift.count - first)
        gone = gone if self.shift.at <= first else 0
        return self.shift.range_ref(ref), (gone, 0) if self.shift.axis == "rows" else (0, gone)

    def _rule(self, value: Any, sheet: Sheet, origin: tuple[int, int], where: str) -> Any:
        """A rule's formula, which is written for the first cell of its range."""
        if not isinstance(value, str) or not value.startswith("="):
            return value
        return self._formula(copied(value, *origin), sheet, where)

    def _link(self, link: str) -> str:
        sheet, cells = split_sheet(link)
        if ":" in link.partition("!")[0] or sheet.casefold() != self.target.name.casefold():
            return link
        moved = self.shift.range_ref(cells)
        return link if moved is None else f"{link[: len(link) - len(cells)]}{moved}"

    def _table_formulas(self, sheet: Sheet, table: Table) -> Table:
        """A table of another sheet, whose calculated columns may refer to the shifted one."""
        if self._own(sheet):
            return table
        columns = [
            column.model_copy(update={"formula": self._formula(column.formula, sheet, f"table {table.name}")})
            if column.formula
            else column
            for column in table.columns
        ]
        return table.model_copy(update={"columns": columns})

    def _tables(self) -> list[Table]:
        return [table for table in (self._table(table) for table in self.target.tables) if table]

    def _table(self, table: Table) -> Table | None:
        area = self.shift.area(table.area)
        if area is None:
            self.lost_columns[table.name.casefold()] = {column.header.casefold() for column in table.columns} | {""}
            return None
        moved = self._wider(table, area) if self.shift.axis == "columns" else self._taller(table, area)
        columns = [
            column.model_copy(update={"formula": self._template(table, moved, column)}) if column.formula else column
            for column in moved.columns
        ]
        return moved.model_copy(update={"columns": columns})

    def _taller(self, table: Table, area: Area) -> Table:
        rows = self.shift.span(table.data.first_row, table.data.last_row)
        header = self.shift.line(table.first_row)
        total_gone = table.has_totals and self.shift.line(table.area.last_row) is None
        if header is None or rows is None or total_gone:
            raise refusal(
                f"That takes the header, the total row or all rows of table {table.name} at {table.area.ref}",
                f"{self.target.name}!{_told(self.shift)}",
                "Keep these, or delete all rows of the table.",
            )
        if self.shift.inserts and table.area.first_row < self.shift.at <= table.area.last_row:
            grown = table.row_count + self.shift.count
        else:
            grown = rows[1] - rows[0] + 1
        return table.model_copy(update={"first_row": area.first_row, "row_count": grown})

    def _wider(self, table: Table, area: Area) -> Table:
        columns = list(table.columns)
        offset = self.shift.at - table.first_column
        if self.shift.inserts:
            if 0 < offset < len(columns):
                taken = {column.header.casefold() for column in columns}
                free = (f"Column{number}" for number in range(1, len(columns) + self.shift.count + 1))
                headers = [header for header in free if header.casefold() not in taken][: self.shift.count]
                columns[offset:offset] = [TableColumn(header=header) for header in headers]
        else:
            first, end = max(0, offset), max(0, offset + self.shift.count)
            gone = columns[first:end]
            self.lost_columns[table.name.casefold()] = {column.header.casefold() for column in gone}
            if any(column.total for column in columns) and not any(c.total for c in columns[:first] + columns[end:]):
                raise refusal(
                    f"Table {table.name} would keep no total in its total row",
                    f"{self.target.name}!{_told(self.shift)}",
                    "Write the table again with write_table.",
                )
            del columns[first:end]
        return table.model_copy(update={"first_column": area.first_column, "columns": columns})

    def _template(self, table: Table, moved: Table, column: TableColumn) -> str:
        """A calculated column's formula, which is written for the first data row."""
        formula = column.formula or ""
        first = table.first_row + 1
        place = self.shift.line(first)
        change = self.shift.change(self.target.name, own=True)
        if place is None:  # the first rows go: the formula of the first one left takes their place
            formula = copied(formula, self.shift.at + self.shift.count - first, 0)
            result = rewritten(formula, change)
        else:
            result = copied(rewritten(formula, change), moved.first_row + 1 - place, 0)
        if result.count(BROKEN) > formula.count(BROKEN) or _own_column_lost(formula, table, self.lost_columns):
            self.broken.append(f"column {column.header} of table {table.name}")
        return result

    def _geometry(self, sheet: Sheet) -> dict[str, Any]:
        """What lies on the shifted sheet."""
        shift = self.shift
        frozen = parse_cell(sheet.freeze) if sheet.freeze else (1, 1)
        widths = sheet.widths
        if shift.axis == "columns":
            places = ((shift.line(column), width) for column, width in sheet.widths.items())
            widths = {column: width for column, width in places if column}
        setup = sheet.print_setup
        if setup and setup.repeat_rows and shift.axis == "rows":
            setup = setup.model_copy(update={"repeat_rows": shift.line(setup.repeat_rows)})
        return {
            "styles": [
                style.model_copy(update={"range": place})
                for style in sheet.styles
                if (place := shift.range_ref(style.range))
            ],
            "merges": [
                place
                for merge in sheet.merges
                if (place := shift.range_ref(merge)) and ":" in place
            ],
            "widths": widths,
            "freeze": self._frozen(frozen),
            "print_setup": setup,
            "groups": [group for group in (self._group(group) for group in sheet.groups) if group],
            "notes": {place: note for cell, note in sheet.notes.items() if (place := shift.cell_ref(cell))},
            "links": {place: self._link(link) for cell, link in sheet.links.items() if (place := shift.cell_ref(cell))},
            "images": [
                image.model_copy(update={"anchor": self._anchor(image.anchor)}) for image in sheet.images
            ],
        }  # fmt: skip

    def _frozen(self, first_free: tuple[int, int]) -> str | None:
        """The first cell that scrolls: lines put in among the frozen ones are frozen, too."""
        row, column = first_free
        last = (row if self.shift.axis == "rows" else column) - 1
        span = self.shift.span(1, last) if last else None
        moved = (span[1] if span else 0) + 1
        place = (moved, column) if self.shift.axis == "rows" else (row, moved)
        return None if place == (1, 1) else cell_name(*place)

    def _group(self, group: Group) -> Group | None:
        first, last = group.lines.split(":")
        if first.isdecimal() != (self.shift.axis == "rows"):
            return group
        ends = (int(first), int(last)) if first.isdecimal() else (column_number(first), column_number(last))
        span = self.shift.span(min(ends), max(ends))
        if span is None:
            return None
        texts = [str(end) if first.isdecimal() else column_letters(end) for end in span]
        return group.model_copy(update={"lines": ":".join(texts)})


def _names_column(formula: str, lost: dict[str, set[str]]) -> bool:
    """Whether a formula names a column of a table that is gone, or a whole table that is gone ("")."""
    if "[" not in formula:
        bare = {word.casefold() for word in re.findall(r"[A-Za-z_\\][\w.\\]*", formula)}
        return any("" in headers and table in bare for table, headers in lost.items())
    for table, headers in lost.items():
        if table not in {name.casefold() for name in formulas.tables_in(formula)}:
            continue
        named = {header.casefold() for header in formulas.own_row_columns(formula, table)}
        if "" in headers or named & headers:
            return True
    return False


def _own_column_lost(formula: str, table: Table, lost: dict[str, set[str]]) -> bool:
    headers = lost.get(table.name.casefold(), set())
    return any(header.casefold() in headers for header in formulas.own_row_columns(formula, table.name))


def _fill_tables(sheet: Sheet, shift: Shift, before: list[Table]) -> None:
    """Fills in what a grown table needs: formulas of calculated columns in new rows, headers of new columns."""
    if not shift.inserts:
        for table in sheet.tables:
            _keep_total_label(sheet, table)
        return
    old = {table.name: table for table in before}
    for table in sheet.tables:
        if shift.axis == "columns" and len(table.columns) > len(old[table.name].columns):
            for column in range(shift.at, shift.at + shift.count):
                sheet.put(table.first_row, column, as_text(table.columns[column - table.first_column].header) or "")
        if shift.axis == "rows" and table.row_count > old[table.name].row_count:
            _fill_rows(sheet, table, shift)


def _keep_total_label(sheet: Sheet, table: Table) -> None:
    """The label of the total row stands in the first column, whichever that is now."""
    row = table.area.last_row
    if table.has_totals and not table.columns[0].total and sheet.content(row, table.first_column) is None:
        sheet.put(row, table.first_column, as_text(table.total_label) or "Total")


def _fill_rows(sheet: Sheet, table: Table, shift: Shift) -> None:
    for row in range(shift.at, shift.at + shift.count):
        for index, column in enumerate(table.columns):
            if column.formula:
                formula = formulas.filled_down(column.formula, row - table.first_row - 1)
                sheet.put(row, table.first_column + index, formula)
