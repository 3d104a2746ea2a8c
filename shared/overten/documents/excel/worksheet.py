"""The library's worksheet, with its innermost loops replaced: a workbook may hold a million cells, anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from xlsxwriter.worksheet import (
    CellArrayFormulaTuple,
    CellBooleanTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

from overten.documents.excel.grid import Area, column_letters
from overten.documents.excel.packedxml import PackedRun, PackedXml, escaped, runs_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import RowInfo

# The errors that a cell can hold as such; newer ones are text until Excel calculates the cell.
_STORED_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


class SpilledText(NamedTuple):
    text: str
    format: Format | None


class PreparedWorksheet(Worksheet):  # type: ignore[misc]
    """Takes formulas as they come: `formulas.file_form` has prepared them. The library's own preparation tries
    some 130 regular expressions on each formula, 15 s for 10,000, and knows no variables of LET.

    Its loop over rows looks at every place of the used area, which takes minutes where one cell stands far away;
    here only the filled places are visited.
    """

    def reserve(self, area: Area) -> None:
        """Says which area `put` will fill."""
        self._check_dimensions(area.first_row - 1, area.first_column - 1)
        self._check_dimensions(area.last_row - 1, area.last_column - 1)

    def add_long_table(self, area: Area, options: dict[str, Any]) -> None:
        """As `add_table` for an area that counts from 1, without its visit to every cell of the table; the cells are
        written by `put` and its like anyway."""
        row, column = area.first_row - 1, area.first_column - 1
        total = 1 if options["total_row"] else 0
        self.add_table(row, column, row + 1 + total, area.last_column - 1, options)
        for short in range(row + 1, row + 2 + total):
            self.table.pop(short, None)
        table = self.tables[-1]
        table["range"] = area.ref
        table["a_range"] = area._replace(last_row=area.last_row - total).ref

    def put(self, row: int, column: int, value: str | float, cell_format: Format | None) -> None:
        """Writes text, a number or a boolean, at a place that counts from 1 and lies in the reserved area."""
        if isinstance(value, str):
            cell = CellStringTuple(self.str_table._get_shared_string_index(value), cell_format)
        elif isinstance(value, bool):
            cell = CellBooleanTuple(value, cell_format)
        else:
            cell = CellNumberTuple(value, cell_format)
        self.table[row - 1][column - 1] = cell

    def put_spilled(self, row: int, column: int, value: str | float, cell_format: Format | None) -> None:
        """Writes a value that a formula of another cell spills. Text stands in the cell itself, as Excel has it: as a
        shared string it would be taken for content in the formula's way."""
        if isinstance(value, str):
            self.table[row - 1][column - 1] = SpilledText(value, cell_format)
        else:
            self.put(row, column, value, cell_format)

    def put_formula(self, row: int, column: int, formula: str, cell_format: Format | None, value: Any) -> None:
        """Writes a formula with its value, as `put` does."""
        self.table[row - 1][column - 1] = CellFormulaTuple(formula, cell_format, value)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002
        return formula.removeprefix("=")

    def _prepare_table_formula(self, formula: str) -> str:
        return formula

    def _write_formula(
        self, row: int, col: int, formula: str, cell_format: Format | None = None, value: Any = 0
    ) -> int:  # fmt: skip
        self._check_dimensions(row, col)
        self.table[row][col] = CellFormulaTuple(self._prepare_formula(formula), cell_format, value)
        return 0

    @property
    def packed(self) -> list[PackedXml]:
        """The packed rows to be written among the others."""
        return getattr(self, "_packed", [])

    @packed.setter
    def packed(self, packed: list[PackedXml]) -> None:
        self._packed = packed

    def _write_rows(self) -> None:
        loose = sorted({row for row, cells in self.table.items() if cells} | self.row_info.keys())
        taken = 0
        for run in runs_of(self.packed):
            while taken < len(loose) and loose[taken] + 1 < run.first_row:
                self._write_loose_row(loose[taken])
                taken += 1
            among = set[int]()
            while taken < len(loose) and loose[taken] + 1 <= run.last_row:
                among.add(loose[taken] + 1)
                taken += 1
            self._write_run(run, among)
        for row in loose[taken:]:
            self._write_loose_row(row)

    def _write_run(self, run: PackedRun, among: set[int]) -> None:
        """Writes packed rows; `among` are those, counted from 1, that have cells or settings of their own as well."""
        if not among:
            self.fh.write("".join(run.rows_xml()))
            return
        for row in range(run.first_row, run.last_row + 1):
            if row not in among:
                self.fh.write(run.row_xml(row))
                continue
            cells = run.cells_xml(row)
            cells |= {
                column + 1: self._cell_xml(row - 1, column, cell)
                for column, cell in self.table.get(row - 1, {}).items()
            }
            info = self.row_info.get(row - 1)
            if info is None:
                self.fh.write(run.row_start(row))
            else:
                height = run.height(row)
                self._write_row(row - 1, None, info if height is None else _at_least(info, height))
            self.fh.write("".join([cells[column] for column in sorted(cells)]) + "</row>")

    def _write_loose_row(self, row: int) -> None:
        cells = self.table.get(row)
        if not cells:
            self._write_empty_row(row, None, self.row_info[row])
            return
        self._write_row(row, None, self.row_info.get(row))
        self.fh.write("".join([self._cell_xml(row, column, cells[column]) for column in sorted(cells)]))
        self._xml_end_tag("row")

    def _get_range_data(self, row_start: int, col_start: int, row_end: int, col_end: int) -> list[Any]:
        """What a chart shows, for its cache."""
        area = Area(row_start + 1, col_start + 1, row_end + 1, col_end + 1)
        if not any(packed.area.overlaps(area) for packed in self.packed):
            return list(super()._get_range_data(row_start, col_start, row_end, col_end))
        return [self._cached(row - 1, column - 1) for row, column in area.cells()]

    def _cached(self, row: int, column: int) -> Any:
        if column in self.table.get(row, ()):
            return super()._get_range_data(row, column, row, column)[0]
        found = (packed.content(row + 1, column + 1) for packed in self.packed)
        value = next((value for value in found if value is not None), None)
        return f"{value:.16g}" if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _cell_xml(self, row: int, column: int, cell: Any) -> str:
        style = f' s="{cell.format._get_xf_index()}"' if cell.format else ""
        start = f'<c r="{column_letters(column + 1)}{row + 1}"{style}'
        kind = type(cell)
        if kind is CellNumberTuple:
            return f"{start}><v>{cell.number:.16G}</v></c>"
        if kind is CellStringTuple:
            return f'{start} t="s"><v>{cell.string}</v></c>'
        if kind is CellFormulaTuple:
            return f"{start}{_typed(cell.value)}<f>{escaped(cell.formula)}</f>{_value(cell.value)}</c>"
        if kind is CellBooleanTuple:
            return f'{start} t="b"><v>{int(cell.boolean)}</v></c>'
        if kind is CellArrayFormulaTuple:
            start += ' cm="1"' if cell.atype == "dynamic" else ""
            formula = f'<f t="array" ref="{cell.range}">{escaped(cell.formula)}</f>'
            return f"{start}{_typed(cell.value)}{formula}{_value(cell.value)}</c>"
        if kind is SpilledText:
            return f'{start} t="str">{_value(cell.text)}</c>'
        return f"{start}/>"


def _at_least(info: RowInfo, height_points: float) -> RowInfo:
    pixels = height_points * 4 / 3
    return replace(info, height=max(pixels, info.height or 0))


def _typed(value: str | float) -> str:
    """The end of the opening tag of a formula's cell: the type of its value."""
    if isinstance(value, bool):
        return ' t="b">'
    if not isinstance(value, str):
        return ">"
    return ' t="e">' if value in _STORED_ERRORS else ' t="str">'


def _value(value: str | float) -> str:
    if isinstance(value, str):
        return f"<v>{escaped(value)}</v>"
    return f"<v>{int(value)}</v>" if isinstance(value, bool) else f"<v>{value:.16G}</v>"
