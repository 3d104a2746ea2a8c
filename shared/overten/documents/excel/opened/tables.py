"""Tables of an uploaded file: read into the model, and grown, widened or removed in the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from lxml import etree
from pydantic import ValidationError

from overten.documents.excel import formulas
from overten.documents.excel.display import is_date_code
from overten.documents.excel.grid import Area, parse_range
from overten.documents.excel.opened.sheetxml import MAIN
from overten.documents.excel.opened.styles import Styles
from overten.documents.excel.operations import TableColumn, ValueKind
from overten.documents.excel.workbook import HEADER_OF_TABLE, Locked, Sheet, Table
from overten.documents.ooxml.package import Package

_M = f"{{{MAIN}}}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TOTALS = frozenset({"sum", "average", "count", "min", "max"})


class TablePart(NamedTuple):
    part: str
    root: etree._Element

    @property
    def name(self) -> str:
        return self.root.get("displayName") or self.root.get("name") or ""


def table_parts(package: Package, sheet_part: str) -> Iterator[TablePart]:
    for relation in package.relationships(sheet_part).of_type("table"):
        if not relation.external and package.has(relation.target):
            yield TablePart(relation.target, package.tree(relation.target))


def read_tables(
    package: Package,
    sheet_part: str,
    frame: etree._Element,
    sheet: Sheet,
    styles: Styles,
    format_at: Callable[[int, int], int],
) -> tuple[list[Table], list[Locked]]:
    """The tables that the model can hold, and the frames of the others, which nobody is to write into."""
    listed = {element.get(f"{_R}id") for element in frame.iter(f"{_M}tablePart")}
    known = {relation.target for relation in package.relationships(sheet_part) if relation.id in listed}
    tables: list[Table] = []
    locked: list[Locked] = []
    for found in table_parts(package, sheet_part):
        if found.part not in known:
            continue
        table = _table(found.root, sheet, styles, format_at)
        if table is not None:
            tables.append(table)
        else:
            locked += _frame_of(found)
    return tables, locked


def _table(root: etree._Element, sheet: Sheet, styles: Styles, format_at: Callable[[int, int], int]) -> Table | None:
    try:
        area = parse_range(root.get("ref", ""))
    except ValueError:
        return None
    totals = int(root.get("totalsRowCount", "0"))
    count = area.last_row - area.first_row - totals
    elements = list(root.iterfind(f"{_M}tableColumns/{_M}tableColumn"))
    if root.get("headerRowCount", "1") != "1" or totals > 1 or count < 1 or root.get("tableType") is not None:
        return None
    if len(elements) != area.last_column - area.first_column + 1:
        return None
    columns: list[TableColumn] = []
    for offset, element in enumerate(elements):
        place = (area.first_row + 1, area.first_column + offset)
        column = _column(element, _kind(styles.format_code(format_at(*place)), sheet, place))
        if column is None:
            return None
        columns.append(column)
    if totals != (1 if any(column.total for column in columns) else 0):
        return None
    style = root.find(f"{_M}tableStyleInfo")
    return Table(
        name=root.get("displayName") or root.get("name", ""),
        first_row=area.first_row,
        first_column=area.first_column,
        columns=columns,
        row_count=count,
        total_label=elements[0].get("totalsRowLabel") or "",
        banded=style is not None and style.get("showRowStripes") in {"1", "true"},
    )


def _column(element: etree._Element, kind: ValueKind) -> TableColumn | None:
    from overten.documents.excel.opened.read import model_formula, unescaped

    total = element.get("totalsRowFunction", "none")
    if total not in _TOTALS | {"none"}:
        return None
    calculated = element.find(f"{_M}calculatedColumnFormula")
    formula = None
    if calculated is not None and calculated.text:
        if calculated.get("array") in {"1", "true"}:
            return None
        formula = model_formula(calculated.text)
    try:
        return TableColumn.model_validate(
            {
                "header": unescaped(element.get("name", "")).replace("\n", " ").strip(),
                "kind": kind,
                "formula": formula if formula and formulas.is_well_formed(formula) else None,
                "total": None if total == "none" else total,
            }
        )
    except ValidationError:
        return None


def _kind(code: str | None, sheet: Sheet, place: tuple[int, int]) -> ValueKind:
    content = sheet.content(*place)
    if code is not None and is_date_code(code):
        return "date"
    if code is not None and "%" in code:
        return "percent"
    if isinstance(content, bool):
        return "boolean"
    return "number" if isinstance(content, int | float) else "text"


def _frame_of(found: TablePart) -> Iterator[Locked]:
    try:
        area = parse_range(found.root.get("ref", ""))
    except ValueError:
        return
    what = f"{HEADER_OF_TABLE}{found.name}"
    if found.root.get("headerRowCount", "1") != "0":
        yield Locked(range=area._replace(last_row=area.first_row).ref, what=what)
    if found.root.get("totalsRowCount", "0") != "0":
        yield Locked(range=area._replace(first_row=area.last_row).ref, what=f"total row of table {found.name}")


def resize(root: etree._Element, table: Table) -> None:
    """Gives a table part the area and the further columns that the model's table has."""
    group = root.find(f"{_M}tableColumns")
    if group is None:
        return
    known = len(group)
    root.set("ref", table.area.ref)
    auto_filter = root.find(f"{_M}autoFilter")
    if auto_filter is not None:
        body = table.area if not table.has_totals else table.area._replace(last_row=table.area.last_row - 1)
        auto_filter.set("ref", body.ref)
    highest = max((int(element.get("id", "0")) for element in group), default=0)
    for number, column in enumerate(table.columns[known:], start=1):
        element = etree.SubElement(group, f"{_M}tableColumn", id=str(highest + number), name=column.header)
        if column.total:
            element.set("totalsRowFunction", column.total)
        if column.formula:
            calculated = etree.SubElement(element, f"{_M}calculatedColumnFormula")
            calculated.text = formulas.file_form(column.formula, table)
    group.set("count", str(len(group)))


def data_area(table: Table) -> Area:
    return table.data
