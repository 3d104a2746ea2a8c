"""The typed operations by which a workbook is written.

One vocabulary serves the agent's tools, the built-in author and the tests. Operations are coarse: one call writes
a whole table, block or chart. The docstring of an operation is all the manual a model gets, so it says what the
operation does, what the references look like and what is refused.

Cell values are JSON scalars. A string that starts with "=" is a formula; to write text that starts with "=", put an
apostrophe before it, as in Excel. Dates are ISO 8601 strings in a column or range of kind "date".
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from overten.documents.operations import HexColor, Operation

# What stands in dozens of schemas is told to models in short; the operation itself checks it whole.
SheetName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$"),
    WithJsonSchema({"type": "string"}),
]
CellRef = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,6}$"),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]+[0-9]+$"}),
]
RangeRef = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Z]{1,3}[1-9][0-9]{0,6}(:[A-Z]{1,3}[1-9][0-9]{0,6})?$"),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]+[0-9]+(:[A-Z]+[0-9]+)?$"}),
]
SheetRange = Annotated[str, Field(min_length=2, max_length=120, description="'Budget 2026'!B2:B13")]
Lines = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]{0,6}:[1-9][0-9]{0,6}|[A-Z]{1,3}:[A-Z]{1,3})$"),
    WithJsonSchema({"type": "string"}),
]
Line = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,6}|[A-Z]{1,3})$"), WithJsonSchema({"type": "string"})]
ColumnLetters = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}(:[A-Z]{1,3})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,99}$")]
CellValue = str | int | float | bool | None


def _complete(code: str) -> str:
    """Refuses a format code with an open quote or bracket or too many sections: Excel would not open the file."""
    rest = re.sub(r'\\.|"[^"]*"', "", code)
    inner = re.sub(r"\[[^\[\]]*\]", "", rest)
    if '"' in rest or set("[]") & set(inner) or inner.count(";") > 3 or any(ord(letter) < 32 for letter in code):
        raise ValueError("not an Excel number format code; write one such as #,##0.00 or 0.0%")
    return code


NumberFormat = Annotated[str, Field(min_length=1, max_length=120, description="As in Excel"), AfterValidator(_complete)]

ValueKind = Literal[
    "text", "integer", "number", "currency", "percent", "date", "month", "boolean", "accounting", "thousands",
    "millions", "datetime", "time", "duration",
]  # fmt: skip
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
    "accounting": "#,##0;(#,##0);–",
    "thousands": '#,##0.0,"K"',
    "millions": '#,##0.0,,"M"',
    "datetime": "d mmm yyyy hh:mm",
    "time": "hh:mm",
    "duration": "[h]:mm",
}
_TOLD_KINDS: tuple[ValueKind, ...] = ("integer", "number", "currency", "percent", "date", "month")
_KINDS_IN_WORDS = "Number format: " + ", ".join(f"{kind} {KIND_FORMATS[kind]}" for kind in _TOLD_KINDS)
_KINDS_IN_WORDS += "; $ is the workbook's symbol, whole sums lose .00"
ChartKind = Literal[
    "column", "stacked_column", "bar", "stacked_bar", "line", "area", "stacked_area", "pie", "doughnut", "scatter",
    "bubble", "radar", "stock",
]  # fmt: skip


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
    border: Literal["none", "thin", "medium", "top", "bottom", "left", "right", "outline"] | None = Field(
        None, description="outline: around the range; thin, medium: every cell"
    )
    border_style: Literal["thin", "medium", "thick", "double", "dashed", "dotted", "hair"] | None = None
    border_color: HexColor | None = None
    underline: bool | None = None
    strike: bool | None = None
    rotation: int | None = Field(None, ge=-90, le=90)


class SetWorkbook(Operation):
    """Sets the document's title, the currency symbol used by kind "currency", and the theme: one accent colour from
    which headers, totals, inputs and charts take their tints, a second for charts, and one font. `logo` names an image
    of the user; it stands at the right of the first sheet's title."""

    op: Literal["set_workbook"] = "set_workbook"
    title: str | None = Field(None, min_length=1, max_length=120)
    subject: str | None = Field(None, max_length=250)
    accent_color: HexColor | None = None
    secondary_color: HexColor | None = None
    logo: str | None = Field(None, min_length=1, max_length=200)
    font: str | None = Field(None, min_length=1, max_length=60)
    currency_symbol: str | None = Field(None, min_length=1, max_length=4, pattern=r'^[^"\\;\[\]]+$')


class CreateSheet(Operation):
    """Adds a sheet at the end, or at `position` (0 is first). Only needed for an empty sheet, a position or a tab
    colour: what writes to a sheet creates it."""

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
    """Deletes a sheet that nothing elsewhere refers to."""

    op: Literal["delete_sheet"] = "delete_sheet"
    sheet: SheetName


class Group(Operation):
    """An outline group of rows ("5:9") or columns ("B:D"). Groups in groups make levels."""

    lines: Lines
    collapsed: bool = False


class SetSheet(Operation):
    """Moves a sheet (`position`, 0 is first) or sets its tab, visibility, zoom, gridlines and protection. A protected
    sheet takes typing only in inputs: cells of style input or assumption, table columns with `input`, and validated
    cells. `groups` replaces the sheet's outline groups."""

    op: Literal["set_sheet"] = "set_sheet"
    sheet: SheetName
    position: int | None = Field(None, ge=0, le=100)
    tab_color: HexColor | None = None
    hidden: bool | None = None
    protected: bool | None = None
    zoom: int | None = Field(None, ge=10, le=400)
    show_gridlines: bool | None = None
    groups: list[Group] | None = Field(None, max_length=100)


class ChangeLines(Operation):
    """Inserts or deletes whole rows or columns of a sheet; every reference, table, chart, rule and name follows as in
    Excel. `at` is the first row or column: "7" or "C"; inserting pushes it down or right. A deletion that would turn
    references into #REF! is refused and told, unless `break_references`."""

    op: Literal["change_lines"] = "change_lines"
    sheet: SheetName
    action: Literal["insert_rows", "delete_rows", "insert_columns", "delete_columns"]
    at: Line
    count: int = Field(1, ge=1, le=10_000)
    break_references: bool = False


class SortKey(Operation):
    column: Annotated[str, Field(min_length=1, max_length=100, description="Column letters, or a table's header")]
    descending: bool = False


class SortRange(Operation):
    """Sorts the rows of a table (give its name) or of a range (with its sheet) in place. Formulas stay right; refused
    where they could not."""

    op: Literal["sort_range"] = "sort_range"
    table: Name | None = None
    sheet: SheetName | None = None
    range: RangeRef | None = None
    header: bool = Field(True, description="The range's first row is one and stays")
    by: list[SortKey] = Field(min_length=1, max_length=5)


class FindReplace(Operation):
    """Finds text in cells of one sheet, of a range of it, or of all sheets, and replaces it if `replace` is given.
    `look_in` values: texts and numbers; formulas: the text of formulas, too. Reports how many and where. Headers and
    total rows of tables are left alone."""

    op: Literal["find_replace"] = "find_replace"
    find: str = Field(min_length=1, max_length=255)
    replace: str | None = Field(None, max_length=2000)
    sheet: SheetName | None = None
    range: RangeRef | None = None
    match_case: bool = False
    whole_cell: bool = False
    look_in: Literal["values", "formulas"] = "values"


class AddImage(Operation):
    """Places an image of the user on a sheet, its top left corner on `anchor`. It keeps its proportions within a box of
    `columns` (about 64 px each) by `rows` (20 px each). `alt_text` says what it shows."""

    op: Literal["add_image"] = "add_image"
    sheet: SheetName
    anchor: CellRef
    image: str = Field(min_length=1, max_length=200, description="The image's id or file name")
    alt_text: str = Field(min_length=1, max_length=250)
    columns: int = Field(3, ge=1, le=30)
    rows: int = Field(6, ge=1, le=60)


class Annotation(Operation):
    """What to hang on one cell. An empty text takes the note or link off."""

    cell: CellRef
    note: str | None = Field(None, max_length=2000)
    link: str | None = Field(None, max_length=2000, description="https://…, mailto:… or a place: 'My sheet'!A1")


class Annotate(Operation):
    """Puts notes (comments) and links on cells; the cells keep their contents."""

    op: Literal["annotate"] = "annotate"
    sheet: SheetName
    items: list[Annotation] = Field(min_length=1, max_length=500)
    author: str | None = Field(None, max_length=60)


class AddSparklines(Operation):
    """Draws a small chart in each cell of `range` (one row or column), from the rows (or columns) of `data`, which lie
    side by side in the same order. An existing one in the same cells is replaced."""

    op: Literal["add_sparklines"] = "add_sparklines"
    sheet: SheetName
    range: RangeRef
    data: SheetRange
    kind: Literal["line", "column", "win_loss"] = "line"
    color: HexColor | None = None
    show_extremes: bool = False


class SummaryField(Operation):
    column: str = Field(min_length=1, max_length=100)
    group: Literal["month", "quarter", "year"] | None = Field(None, description="For dates")


class SummaryValue(Operation):
    column: str = Field(min_length=1, max_length=100)
    function: Literal["sum", "count", "average", "min", "max", "distinct_count"] = "sum"
    label: str | None = Field(None, min_length=1, max_length=100)


class WriteSummary(Operation):
    """Writes a pivot-style summary of a table at `anchor` in live formulas (SUMIFS, COUNTIFS …): a row for each value
    of one or two fields (the second nested in the first), a column for each of `values`, or of one value for each
    entry of the field `columns`. Rows and columns are those the table has now. `chart` stands at its right."""

    op: Literal["write_summary"] = "write_summary"
    sheet: SheetName
    anchor: CellRef
    table: Name
    rows: list[SummaryField] = Field(min_length=1, max_length=2)
    columns: SummaryField | None = None
    values: list[SummaryValue] = Field(min_length=1, max_length=10)
    totals: bool = True
    sort: Literal["label", "value"] = "label"
    descending: bool = False
    chart: Literal["column", "stacked_column", "bar", "line", "pie"] | None = None
    chart_title: str | None = Field(None, min_length=1, max_length=120)


class RangeStyle(Operation):
    """A style for one range of the block it belongs to."""

    range: RangeRef
    style: CellStyle


class WriteBlock(Operation):
    """Writes rows of values and formulas from `anchor` (the top left cell) to the right and down, and styles them.
    `null` leaves a cell as it is. Use it for titles, assumption lists and free layouts; for records use write_table.
    `names` gives cells of this sheet names for use in formulas everywhere, the formulas of this call included:
    {"TaxRate": "B4"}. `fill_to_row` fills the last row down to that row."""

    op: Literal["write_block"] = "write_block"
    sheet: SheetName
    anchor: CellRef
    fill_to_row: int | None = None
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
    TableName[Column name]. A table of the same name at the same anchor is replaced."""

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
    `values`, or neither for an empty column to fill in."""

    op: Literal["add_table_column"] = "add_table_column"
    table: Name
    column: TableColumn
    values: list[CellValue] | None = Field(None, max_length=100_000)


class ClearRange(Operation):
    """Empties a range: contents, notes, links, sparklines and images, and styles, merges, conditional formats and
    validations that it covers wholly. A table is removed if the range covers it; refused if only part of one."""

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
    categories: SheetRange | None = Field(None, description="Labels of the axis; for scatter and bubble the x values")
    sizes: SheetRange | None = Field(None, description="For bubble charts")
    name: str | None = Field(None, max_length=120, description="Text of the legend, or a reference such as =Budget!C4")
    secondary_axis: bool = False
    kind: Literal["column", "line", "area"] | None = Field(
        None, description="Draws this series in another kind (combo chart)"
    )
    data_labels: bool = False
    trend: Literal["linear", "moving_average"] | None = None
    colors: list[HexColor] | None = Field(None, min_length=1, max_length=60, description="One, or one for each slice")


class AddChart(Operation):
    """Adds a native, editable chart whose top left corner lies on `anchor`. Sizes are in cells of the default grid:
    `columns` about 64 px and `rows` 20 px each. Place it where no cell is filled. A stock chart takes the series
    (open,) high, low, close."""

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
    x_min: float | None = Field(None, description="Scatter and bubble only")
    x_max: float | None = None
    y_min: float | None = None
    y_max: float | None = None
    secondary_axis_title: str | None = Field(None, max_length=80)
    gridlines: bool = True
    legend: Literal["auto", "none", "bottom", "right", "top"] = "auto"


class CellRule(Operation):
    """Cells that compare so with a value, or whose formula is true, get the style."""

    type: Literal["cell"] = "cell"
    operator: Literal[">", ">=", "<", "<=", "=", "<>", "between"]
    value: str | float
    value2: str | float | None = None
    style: Literal["good", "bad", "warning"]


class FormulaRule(Operation):
    """Cells get the style, or only `fill`, where the formula, written for the range's first cell, is true."""

    type: Literal["formula"] = "formula"
    formula: str = Field(min_length=2, max_length=500)
    style: Literal["good", "bad", "warning", "note", "total"] | None = None
    fill: HexColor | None = None

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if self.style is None and self.fill is None:
            raise ValueError("give the cells a style or a fill")
        return self


class ScaleRule(Operation):
    """A colour scale from bad to good, a heat map in one colour, data bars or icons over the range."""

    type: Literal["color_scale", "heat_map", "data_bar", "icons"]
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
    | SetPrint
    | SetSheet
    | ChangeLines
    | SortRange
    | FindReplace
    | AddImage
    | Annotate
    | AddSparklines
    | WriteSummary,
    Field(discriminator="op"),
]
