"""The typed operations by which a workbook is written.

One vocabulary serves the agent's tools, the built-in author and the tests. Operations are coarse: one call writes
a whole table, block or chart. The docstring of an operation is all the manual a model gets, so it says what the
operation does, what the references look like and what is refused.

Cell values are JSON scalars. A string that starts with "=" is a formula; to write text that starts with "=", put an
apostrophe before it, as in Excel. Dates are ISO 8601 strings in a column or range of kind "date".
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

SheetName = Annotated[str, StringConstraints(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
CellRef = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,6}$")]
RangeRef = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?$")]
SheetRange = Annotated[
    str, Field(min_length=2, max_length=120, description="A range with its sheet: 'Budget 2026'!B2:B13")
]
ColumnLetters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}(:[A-Z]{1,3})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,99}$")]
HexColor = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
CellValue = str | int | float | bool | None


def _complete(code: str) -> str:
    """Refuses a format code with an open quote or bracket or too many sections: Excel would not open the file."""
    rest = re.sub(r'\\.|"[^"]*"', "", code)
    inner = re.sub(r"\[[^\[\]]*\]", "", rest)
    if '"' in rest or set("[]") & set(inner) or inner.count(";") > 3 or any(ord(letter) < 32 for letter in code):
        raise ValueError("not an Excel number format code; write one such as #,##0.00 or 0.0%")
    return code


NumberFormat = Annotated[
    str, Field(min_length=1, max_length=120, description="An Excel number format code"), AfterValidator(_complete)
]

ValueKind = Literal["text", "integer", "number", "currency", "percent", "date", "month", "boolean"]
StyleName = Literal[
    "title", "subtitle", "heading", "header", "label", "text", "input", "assumption", "calculation", "total", "note",
    "good", "bad", "warning",
]  # fmt: skip
# The codes of the kinds that have one; the workbook's currency symbol takes the place of the $.
KIND_FORMATS: dict[ValueKind, str] = {
    "integer": "#,##0",
    "number": "#,##0.00",
    "currency": "$#,##0.00",
    "percent": "0.0%",
    "date": "d mmm yyyy",
    "month": "mmm yyyy",
}
_KINDS_IN_WORDS = "Number format: " + ", ".join(f"{kind} {code}" for kind, code in KIND_FORMATS.items())
_KINDS_IN_WORDS += "; $ is the workbook's symbol, whole sums lose .00"
ChartKind = Literal[
    "column", "stacked_column", "bar", "stacked_bar", "line", "area", "stacked_area", "pie", "doughnut", "scatter"
]


# What XML 1.0 cannot carry (https://www.w3.org/TR/xml/#charsets). Nobody sees these characters; a file with one does
# not open.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    return [_printable(member) for member in value] if isinstance(value, list) else value


class Operation(BaseModel):
    """Base of all operations and their parts. Takes characters that no file can hold out of every text."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _hold_only_printable_text(cls, value: Any) -> Any:
        return {name: _printable(member) for name, member in value.items()} if isinstance(value, dict) else value


class CellStyle(Operation):
    """Looks of cells. `name` is a named style of the workbook's theme; the other members refine it. Later styles lie
    over earlier ones; one with a `name` begins anew, without font, fill and border of those below."""

    name: StyleName | None = None
    number_format: NumberFormat | None = None
    kind: ValueKind | None = Field(None, description=_KINDS_IN_WORDS)
    bold: bool | None = None
    italic: bool | None = None
    font_size: float | None = Field(None, ge=6, le=72)
    font_color: HexColor | None = None
    fill: HexColor | None = None
    align: Literal["left", "center", "right"] | None = None
    vertical_align: Literal["top", "center", "bottom"] | None = None
    wrap: bool | None = None
    indent: int | None = Field(None, ge=0, le=15)
    border: Literal["none", "thin", "medium", "top", "bottom"] | None = None


class SetWorkbook(Operation):
    """Sets the document's title, the currency symbol used by kind "currency", and the theme: one accent colour from
    which headers, totals, inputs and charts take their tints, and one font."""

    op: Literal["set_workbook"] = "set_workbook"
    title: str | None = Field(None, min_length=1, max_length=120)
    subject: str | None = Field(None, max_length=250)
    accent_color: HexColor | None = None
    font: str | None = Field(None, min_length=1, max_length=60)
    currency_symbol: str | None = Field(None, min_length=1, max_length=4, pattern=r'^[^"\\;\[\]]+$')


class CreateSheet(Operation):
    """Adds a sheet at the end, or at `position` (0 is first). Only needed for an empty sheet, a position or a tab
    colour: write_block, write_table and add_chart create the sheet they name."""

    op: Literal["create_sheet"] = "create_sheet"
    sheet: SheetName
    position: int | None = Field(None, ge=0, le=100)
    tab_color: HexColor | None = None
    show_gridlines: bool = False


class RenameSheet(Operation):
    """Renames a sheet; every formula, name and chart that refers to it follows."""

    op: Literal["rename_sheet"] = "rename_sheet"
    sheet: SheetName
    new_name: SheetName


class DeleteSheet(Operation):
    """Deletes a sheet. Refused while formulas, names or charts elsewhere refer to it."""

    op: Literal["delete_sheet"] = "delete_sheet"
    sheet: SheetName


class RangeStyle(Operation):
    """A style for one range of the block it belongs to."""

    range: RangeRef
    style: CellStyle


class WriteBlock(Operation):
    """Writes rows of values and formulas from `anchor` (the top left cell) to the right and down, and styles them.
    `null` leaves a cell as it is. Use it for titles, assumption lists and free layouts; for records use write_table.
    A sheet that does not exist is created. `names` gives cells of this sheet names for use in formulas everywhere,
    the formulas of this call included: {"TaxRate": "B4"}."""

    op: Literal["write_block"] = "write_block"
    sheet: SheetName
    anchor: CellRef
    rows: list[list[CellValue]] = Field(min_length=1, max_length=20_000)
    styles: list[RangeStyle] = Field(default_factory=list, max_length=200)
    names: dict[Name, RangeRef] = Field(default_factory=dict, max_length=100)


class TableColumn(Operation):
    """One column of a table. With `formula` every row is calculated and the rows hold null at its place or leave it
    out. `total` fills the column's cell of the total row."""

    header: str = Field(min_length=1, max_length=100)
    kind: ValueKind = "text"
    number_format: NumberFormat | None = None
    formula: str | None = Field(
        None,
        min_length=2,
        max_length=2000,
        description="Starts with =. [@[Column name]] is this row's cell of another column. Cells such as B5 are meant "
        "for the first data row and move down with the rows; $B$5 stays",
    )
    total: Literal["sum", "average", "count", "min", "max"] | None = None
    width: float | None = Field(None, ge=3, le=120, description="In characters; fitted to the content if left out")
    choices: list[str] | None = Field(
        None, min_length=1, max_length=60, description="Drop-down list for the column's cells"
    )
    input: bool = Field(False, description="Cells a user is meant to overwrite; shown in the input style")


class WriteTable(Operation):
    """Writes a real Excel table (filter, banding, structured references): header at `anchor`, then one row for each
    record, then the total row if any column has a total. Headers must be unique. Refer to its data from elsewhere as
    TableName[Column name]. A table of the same name at the same anchor is replaced; a sheet that does not exist is
    created."""

    op: Literal["write_table"] = "write_table"
    sheet: SheetName
    anchor: CellRef
    name: Name
    columns: list[TableColumn] = Field(min_length=1, max_length=100)
    rows: list[list[CellValue]] = Field(min_length=1, max_length=100_000)
    total_label: str = Field("Total", max_length=60)
    banded: bool = True


class AppendRows(Operation):
    """Adds records under the data of an existing table; its total row moves down. Rows are as in write_table."""

    op: Literal["append_rows"] = "append_rows"
    table: Name
    rows: list[list[CellValue]] = Field(min_length=1, max_length=100_000)


class AddTableColumn(Operation):
    """Adds a column at the right end of an existing table. Give a formula in `column`, or one value for each record in
    `values`, or neither for an empty column to fill in. Refused if cells stand where the table would grow."""

    op: Literal["add_table_column"] = "add_table_column"
    table: Name
    column: TableColumn
    values: list[CellValue] | None = Field(None, max_length=100_000)


class ClearRange(Operation):
    """Empties a range: its contents, and the styles, merges, conditional formats and validations that it covers
    wholly. A table is removed if the range covers it; refused if the range covers only part of one."""

    op: Literal["clear_range"] = "clear_range"
    sheet: SheetName
    range: RangeRef


class RemoveChart(Operation):
    """Removes the chart with this title from a sheet."""

    op: Literal["remove_chart"] = "remove_chart"
    sheet: SheetName
    title: str = Field(min_length=1, max_length=120)


class FormatRange(Operation):
    """Styles a range of cells."""

    op: Literal["format_range"] = "format_range"
    sheet: SheetName
    range: RangeRef
    style: CellStyle


class SetColumns(Operation):
    """Sets widths in characters, keyed by column letters ("A" or "B:F"). Columns left out are fitted to their
    content."""

    op: Literal["set_columns"] = "set_columns"
    sheet: SheetName
    widths: dict[ColumnLetters, Annotated[float, Field(ge=1, le=120)]] = Field(min_length=1)


class MergeCells(Operation):
    """Merges a range; only its top left value is kept, so the other cells must be empty."""

    op: Literal["merge_cells"] = "merge_cells"
    sheet: SheetName
    range: RangeRef


class FreezePanes(Operation):
    """Freezes the rows above and the columns left of `cell`."""

    op: Literal["freeze_panes"] = "freeze_panes"
    sheet: SheetName
    cell: CellRef


class DefineName(Operation):
    """Gives a cell or range a name for use in formulas: name "TaxRate", refers_to "Assumptions!B4". To name cells
    that you write, use `names` of write_block."""

    op: Literal["define_name"] = "define_name"
    name: Name
    refers_to: SheetRange


class ChartSeries(Operation):
    values: SheetRange
    categories: SheetRange | None = Field(None, description="Labels of the axis; for scatter charts the x values")
    name: str | None = Field(None, max_length=120, description="Text of the legend, or a reference such as =Budget!C4")
    secondary_axis: bool = False
    kind: Literal["column", "line", "area"] | None = Field(
        None, description="Draws this series in another kind (combo chart)"
    )


class AddChart(Operation):
    """Adds a native, editable chart whose top left corner lies on `anchor`. Sizes are in cells of the default grid:
    `columns` about 64 px and `rows` 20 px each. Place it where no cell is filled. A sheet that does not exist is
    created."""

    op: Literal["add_chart"] = "add_chart"
    sheet: SheetName
    anchor: CellRef
    kind: ChartKind
    title: str = Field(min_length=1, max_length=120)
    series: list[ChartSeries] = Field(min_length=1, max_length=20)
    x_title: str | None = Field(None, max_length=80)
    y_title: str | None = Field(None, max_length=80)
    number_format: NumberFormat | None = None
    columns: int = Field(9, ge=3, le=30)
    rows: int = Field(16, ge=6, le=60)
    data_labels: bool = False
    alt_text: str | None = Field(None, max_length=250)


class CellRule(Operation):
    """Cells that compare so with a value, or whose formula is true, get the style."""

    type: Literal["cell"] = "cell"
    operator: Literal[">", ">=", "<", "<=", "=", "<>", "between"]
    value: str | float
    value2: str | float | None = None
    style: Literal["good", "bad", "warning"]


class FormulaRule(Operation):
    """Cells get the style where the formula, written for the range's first cell, is true."""

    type: Literal["formula"] = "formula"
    formula: str = Field(min_length=2, max_length=500)
    style: Literal["good", "bad", "warning", "note", "total"]


class ScaleRule(Operation):
    """A colour scale, data bars or an icon set over the range."""

    type: Literal["color_scale", "data_bar", "icons"]
    reverse: bool = False


class AddConditionalFormat(Operation):
    """Adds one conditional format to a range."""

    op: Literal["add_conditional_format"] = "add_conditional_format"
    sheet: SheetName
    range: RangeRef
    rule: Annotated[CellRule | FormulaRule | ScaleRule, Field(discriminator="type")]


class AddValidation(Operation):
    """Restricts what may be typed into a range: a drop-down list, or numbers or dates between two bounds."""

    op: Literal["add_validation"] = "add_validation"
    sheet: SheetName
    range: RangeRef
    type: Literal["list", "integer", "decimal", "date"]
    choices: list[str] | None = Field(None, min_length=1, max_length=60)
    minimum: float | str | None = None
    maximum: float | str | None = None
    message: str | None = Field(None, max_length=250)


class SetPrint(Operation):
    """Page set-up of a sheet: orientation, fitted to one page wide, with header rows repeated on each page."""

    op: Literal["set_print"] = "set_print"
    sheet: SheetName
    landscape: bool = False
    repeat_rows: int | None = Field(None, ge=1, le=1_048_576, description="The row repeated at the top of every page")


ExcelOperation = Annotated[
    SetWorkbook
    | CreateSheet
    | RenameSheet
    | DeleteSheet
    | WriteBlock
    | WriteTable
    | AppendRows
    | AddTableColumn
    | ClearRange
    | RemoveChart
    | FormatRange
    | SetColumns
    | MergeCells
    | FreezePanes
    | DefineName
    | AddChart
    | AddConditionalFormat
    | AddValidation
    | SetPrint,
    Field(discriminator="op"),
]
