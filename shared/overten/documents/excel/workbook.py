"""The state of a workbook under construction.

It is plain data: `workbook.model_dump_json()` is the checkpoint a run resumes from, and `write.write_xlsx` makes the
file from it. What an operation adds as a whole (a chart, a rule, a validation) is kept as that operation.

A cell holds a JSON scalar. A string that starts with "=" is a formula; text that starts with "=" or an apostrophe is
stored behind one apostrophe. Dates are Excel's serial day numbers; their style says that they are dates.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, Field

from overten.documents.excel.grid import Area, parse_range
from overten.documents.excel.operations import (
    AddChart,
    AddConditionalFormat,
    AddValidation,
    RangeStyle,
    SetPrint,
    TableColumn,
)

CellContent = str | bool | int | float


def is_formula(content: CellContent) -> bool:
    return isinstance(content, str) and content.startswith("=")


def text_of(content: str) -> str:
    """The text a stored string stands for (the apostrophe that marks text is taken off)."""
    return content[1:] if content.startswith("'") else content


class Table(BaseModel):
    """A table's geometry and columns; its contents are cells of the sheet."""

    name: str
    first_row: int
    first_column: int
    columns: list[TableColumn]
    row_count: int
    total_label: str = "Total"
    banded: bool = True

    @property
    def has_totals(self) -> bool:
        return any(column.total for column in self.columns)

    @property
    def last_column(self) -> int:
        return self.first_column + len(self.columns) - 1

    @property
    def area(self) -> Area:
        """Header, data and total row."""
        last_row = self.first_row + self.row_count + (1 if self.has_totals else 0)
        return Area(self.first_row, self.first_column, last_row, self.last_column)

    @property
    def data(self) -> Area:
        return Area(self.first_row + 1, self.first_column, self.first_row + self.row_count, self.last_column)

    def column_area(self, index: int) -> Area:
        """The data cells of the column at `index` (from 0)."""
        column = self.first_column + index
        return Area(self.first_row + 1, column, self.first_row + self.row_count, column)

    def column_index(self, header: str) -> int | None:
        wanted = header.casefold()
        return next((i for i, column in enumerate(self.columns) if column.header.casefold() == wanted), None)


class Sheet(BaseModel):
    name: str
    tab_color: str | None = None
    show_gridlines: bool = False
    cells: dict[int, dict[int, CellContent]] = Field(default_factory=dict)
    styles: list[RangeStyle] = Field(default_factory=list, description="In the order given; later ones refine earlier")
    tables: list[Table] = Field(default_factory=list)
    charts: list[AddChart] = Field(default_factory=list)
    conditional_formats: list[AddConditionalFormat] = Field(default_factory=list)
    validations: list[AddValidation] = Field(default_factory=list)
    widths: dict[int, float] = Field(default_factory=dict, description="In characters, by column number")
    merges: list[str] = Field(default_factory=list)
    freeze: str | None = None
    print_setup: SetPrint | None = None

    def content(self, row: int, column: int) -> CellContent | None:
        return self.cells.get(row, {}).get(column)

    def put(self, row: int, column: int, content: CellContent) -> None:
        self.cells.setdefault(row, {})[column] = content

    def filled(self) -> Iterator[tuple[int, int, CellContent]]:
        """Every filled cell as (row, column, content), in reading order."""
        for row in sorted(self.cells):
            cells = self.cells[row]
            for column in sorted(cells):
                yield row, column, cells[column]

    def used_area(self) -> Area | None:
        """The smallest area that holds every filled cell; None for an empty sheet."""
        rows = [row for row, cells in self.cells.items() if cells]
        if not rows:
            return None
        columns = [column for cells in self.cells.values() if cells for column in (min(cells), max(cells))]
        return Area(min(rows), min(columns), max(rows), max(columns))

    def rule_formulas(self) -> Iterator[tuple[str, str]]:
        """The formulas in conditional formats and validations, each with the range it stands for."""
        for conditional in self.conditional_formats:
            rule = conditional.rule
            values = (getattr(rule, member, None) for member in ("formula", "value", "value2"))
            yield from ((conditional.range, value) for value in values if isinstance(value, str) and value[:1] == "=")
        for validation in self.validations:
            bounds = (validation.minimum, validation.maximum)
            yield from ((validation.range, bound) for bound in bounds if isinstance(bound, str))

    def merged_areas(self) -> list[Area]:
        return [parse_range(ref) for ref in self.merges]

    def table_at(self, row: int, column: int) -> Table | None:
        return next((table for table in self.tables if table.area.contains(row, column)), None)


class Workbook(BaseModel, hide_input_in_errors=True):
    title: str | None = None
    subject: str | None = None
    accent_color: str = "#1F4E79"
    font: str = "Calibri"
    currency_symbol: str = "$"
    sheets: list[Sheet] = Field(default_factory=list)
    names: dict[str, str] = Field(default_factory=dict, description="Defined names: name to 'Sheet'!$A$1:$B$2")

    def find_sheet(self, name: str) -> Sheet | None:
        wanted = name.casefold()
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == wanted), None)

    def find_table(self, name: str) -> tuple[Sheet, Table] | None:
        wanted = name.casefold()
        for sheet in self.sheets:
            for table in sheet.tables:
                if table.name.casefold() == wanted:
                    return sheet, table
        return None
