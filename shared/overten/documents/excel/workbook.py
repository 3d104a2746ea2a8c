"""The state of a workbook under construction.

It is plain data: `workbook.model_dump_json()` is the checkpoint a run resumes from, and `write.write_xlsx` makes the
file from it. What an operation adds as a whole (a chart, a rule, a validation) is kept as that operation.

A cell holds a JSON scalar. A string that starts with "=" is a formula; text that starts with "=" or an apostrophe is
stored behind one apostrophe. Dates are Excel's serial day numbers; their style says that they are dates. The records of
large tables are `packed`, and single cells in `cells` lie over them: read through the methods of `Sheet`.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PrivateAttr

from overten.documents.engine import Assets, no_assets
from overten.documents.excel.design import Design
from overten.documents.excel.grid import Area, parse_range
from overten.documents.excel.grid import CellContent as CellContent
from overten.documents.excel.operations import (
    AddChart,
    AddConditionalFormat,
    AddImage,
    AddSparklines,
    AddValidation,
    Group,
    RangeStyle,
    SetPrint,
    TableColumn,
)
from overten.documents.excel.packed import PackedRows
from overten.documents.models import Finding

Axis = Literal["rows", "columns"]


def is_formula(content: CellContent) -> bool:
    return isinstance(content, str) and content.startswith("=")


def text_of(content: str) -> str:
    """The text a stored string stands for (the apostrophe that marks text is taken off)."""
    return content[1:] if content.startswith("'") else content


class Note(BaseModel):
    text: str
    author: str | None = None


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


HEADER_OF_TABLE = "header of table "


class Locked(BaseModel):
    """Cells of an uploaded file that only what they belong to may change: a pivot table, an array formula."""

    range: str
    what: str


class Sheet(BaseModel):
    name: str
    tab_color: str | None = None
    show_gridlines: bool = False
    cells: dict[int, dict[int, CellContent]] = Field(default_factory=dict)
    packed: list[PackedRows] = Field(default_factory=list, description="The values of large tables, under `cells`")
    styles: list[RangeStyle] = Field(default_factory=list, description="In the order given; later ones refine earlier")
    tables: list[Table] = Field(default_factory=list)
    charts: list[AddChart] = Field(default_factory=list)
    conditional_formats: list[AddConditionalFormat] = Field(default_factory=list)
    validations: list[AddValidation] = Field(default_factory=list)
    widths: dict[int, float] = Field(default_factory=dict, description="In characters, by column number")
    merges: list[str] = Field(default_factory=list)
    freeze: str | None = None
    print_setup: SetPrint | None = None
    looks: list[RangeStyle] = Field(default_factory=list, description="How an uploaded file formats it; `styles` above")
    locked: list[Locked] = Field(default_factory=list)
    kept: dict[str, int] = Field(default_factory=dict, description="What an uploaded file has and the model does not")
    hidden: bool = False
    protected: bool = False
    zoom: int | None = None
    groups: list[Group] = Field(default_factory=list)
    notes: dict[str, Note] = Field(default_factory=dict, description="By cell: B7")
    links: dict[str, str] = Field(default_factory=dict, description="Addresses, or places such as 'My sheet'!A1")
    images: list[AddImage] = Field(default_factory=list)
    sparklines: list[AddSparklines] = Field(default_factory=list)

    def content(self, row: int, column: int) -> CellContent | None:
        content = self.cells.get(row, {}).get(column)
        if content is None and self.packed:
            return next((packed.content(row, column) for packed in self.packed if packed.holds(row, column)), None)
        return content

    def put(self, row: int, column: int, content: CellContent) -> None:
        self.cells.setdefault(row, {})[column] = content

    def loosen(self, row: int, column: int) -> None:
        """Makes a packed cell one of `cells`."""
        content = self.content(row, column)
        if content is not None:
            self.put(row, column, content)

    def filled(self) -> Iterator[tuple[int, int, CellContent]]:
        """Every filled cell as (row, column, content), in reading order."""
        for row, cells in self.filled_rows():
            for column in sorted(cells):
                yield row, column, cells[column]

    def loose(self) -> Iterator[tuple[int, int, CellContent]]:
        """As `filled`, without what is packed."""
        for row in sorted(self.cells):
            cells = self.cells[row]
            for column in sorted(cells):
                yield row, column, cells[column]

    def filled_rows(self, area: Area | None = None) -> Iterator[tuple[int, dict[int, CellContent]]]:
        """Every filled row with its cells, to be read only, from the top down; with `area`, those of its rows."""
        numbers = sorted(row for row in self.cells if area is None or area.first_row <= row <= area.last_row)
        loose = ((row, self.cells[row]) for row in numbers)
        if not self.packed:
            yield from loose
            return
        last, gathered = 0, dict[int, CellContent]()
        # A row's loose cells come last, and lie over the packed ones.
        for row, cells in merge(*(packed.rows(area) for packed in self.packed), loose, key=lambda one: one[0]):
            if row != last and last:
                yield last, gathered
            last, gathered = row, (gathered | cells if row == last else cells)
        if last:
            yield last, gathered

    def filled_row_count(self, area: Area) -> int:
        """How many rows of an area have cells; rows of records are taken to have some."""
        packed = [_common(one.area, area) for one in self.packed]
        numbers = {row for row in self.cells if area.first_row <= row <= area.last_row}
        counted = [rows for rows in packed if rows]
        if not counted:
            return len(numbers)
        outside = sum(not any(row in rows for rows in counted) for row in numbers)
        return outside + len(set().union(*counted))

    def last_filled_row(self, area: Area) -> int:
        """The last row of an area that has cells, 0 if none has."""
        rows = [row for row in self.cells if area.first_row <= row <= area.last_row]
        packed = [span[-1] for one in self.packed if (span := _common(one.area, area))]
        return max([0, *rows, *packed])

    def filled_cell_count(self) -> int:
        return sum(map(len, self.cells.values())) + sum(packed.filled for packed in self.packed)

    def used_area(self) -> Area | None:
        """The smallest area that holds every filled cell; None for an empty sheet."""
        areas = [packed.area for packed in self.packed]
        rows = [row for row, cells in self.cells.items() if cells]
        if rows:
            columns = [column for cells in self.cells.values() if cells for column in (min(cells), max(cells))]
            areas.append(Area(min(rows), min(columns), max(rows), max(columns)))
        if not areas:
            return None
        firsts, lasts = [area[:2] for area in areas], [area[2:] for area in areas]
        return Area(*(min(corner) for corner in zip(*firsts, strict=True)), *(max(c) for c in zip(*lasts, strict=True)))

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


def _common(first: Area, second: Area) -> range:
    return range(max(first.first_row, second.first_row), min(first.last_row, second.last_row) + 1)


class LinesInserted(BaseModel):
    """Whole rows or columns pushed in before line `at`, which counts from 1."""

    kind: Literal["insert_lines"] = "insert_lines"
    sheet: str
    axis: Axis
    at: int
    count: int


class LinesDeleted(BaseModel):
    """Whole rows or columns `at` to `at + count - 1` taken out."""

    kind: Literal["delete_lines"] = "delete_lines"
    sheet: str
    axis: Axis
    at: int
    count: int


class SheetAdded(BaseModel):
    """`position` counts from 0, as in all of these."""

    kind: Literal["add_sheet"] = "add_sheet"
    sheet: str
    position: int


class SheetRenamed(BaseModel):
    kind: Literal["rename_sheet"] = "rename_sheet"
    sheet: str
    new_name: str


class SheetDeleted(BaseModel):
    kind: Literal["delete_sheet"] = "delete_sheet"
    sheet: str


class SheetMoved(BaseModel):
    """`position` is the place among all sheets after the move."""

    kind: Literal["move_sheet"] = "move_sheet"
    sheet: str
    position: int


StructuralChange = Annotated[
    LinesInserted | LinesDeleted | SheetAdded | SheetRenamed | SheetDeleted | SheetMoved, Field(discriminator="kind")
]


class Source(BaseModel):
    """What was found on reading an uploaded file. `reader` is the version of the reader; the state is compared with
    what that reader makes of the package. `names` are those the model has no place for: constants, formulas."""

    reader: int
    cells: int
    kept: dict[str, int] = Field(default_factory=dict, description="What belongs to no one sheet: macros, pivot caches")
    names: dict[str, str] = Field(default_factory=dict)
    dates_from_1904: bool = False
    findings: list[Finding] = Field(default_factory=list)


class Workbook(BaseModel, hide_input_in_errors=True):
    title: str | None = None
    subject: str | None = None
    accent_color: str = "#1F4E79"
    font: str = "Calibri"
    currency_symbol: str = "$"
    sheets: list[Sheet] = Field(default_factory=list)
    names: dict[str, str] = Field(default_factory=dict, description="Defined names: name to 'Sheet'!$A$1:$B$2")
    secondary_color: str | None = None
    logo: str | None = None
    design: Design | None = Field(None, description="What it has from a template")
    origin: bool = Field(False, description="Whether it was read from an uploaded file")
    structure: list[StructuralChange] = Field(
        default_factory=list, description="What was done to the lines and sheets of an uploaded file, in order"
    )
    source: Source | None = None
    _package: bytes | None = PrivateAttr(None)
    _assets: Assets | None = PrivateAttr(None)
    _graft_findings: list[Finding] = PrivateAttr(default_factory=list)

    @property
    def assets(self) -> Assets:
        """Where the file gets the bytes of `image_names`."""
        return self._assets or no_assets

    @property
    def has_assets(self) -> bool:
        """Whether it is known which images there are."""
        return self._assets is not None

    def bind(self, assets: Assets) -> None:
        self._assets = assets

    @property
    def package(self) -> bytes | None:
        """The uploaded file, which the state is written into. Stored beside the state, not in it."""
        return self._package

    def attach(self, package: bytes) -> None:
        self._package = package

    @property
    def graft_findings(self) -> list[Finding]:
        """What was told when the state was last written into the uploaded file."""
        return self._graft_findings

    @property
    def image_names(self) -> list[str]:
        """The images that the file needs, each once."""
        names = [image.image for sheet in self.sheets for image in sheet.images]
        return list(dict.fromkeys([self.logo, *names] if self.logo else names))

    def record(self, change: StructuralChange) -> None:
        """Notes a change of lines or sheets, for the one who makes it in the uploaded file, too."""
        if self.origin:
            self.structure.append(change)

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
