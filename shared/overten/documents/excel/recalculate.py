"""Values of formulas, by IronCalc.

`evaluate` calculates the state of a workbook, so that the file is written with right cached values; `recalculate`
calculates a finished file, independently of how it was made.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from overten.documents.excel import formulas
from overten.documents.excel.grid import Area
from overten.documents.excel.packed import PackedRows
from overten.documents.excel.values import serial_of
from overten.documents.excel.workbook import CellContent, Sheet, Workbook, is_formula, text_of

ERROR_VALUES = frozenset(
    {"#REF!", "#NAME?", "#DIV/0!", "#VALUE!", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#CIRC!", "#ERROR!"}
)
NOT_IMPLEMENTED = "#N/IMPL!"
MAX_SPREAD_PASSES = 20
NOT_PARSED = "#ERROR!"  # by the calculator, which knows less of the grammar than Excel

# Functions of Excel that IronCalc 0.9 does not know (found by asking it for each function there is).
NOT_CALCULATED = frozenset(
    {
        "AGGREGATE", "BAHTTEXT", "CUBEKPIMEMBER", "CUBEMEMBERPROPERTY", "CUBERANKEDMEMBER", "CUBESETCOUNT",
        "FORECAST.ETS", "FORECAST.ETS.CONFINT", "FORECAST.ETS.SEASONALITY", "FORECAST.ETS.STAT", "GETPIVOTDATA",
        "GROUPBY", "JIS", "PHONETIC", "PIVOTBY", "SHEETS", "SINGLE",
    }
)  # fmt: skip

if TYPE_CHECKING:
    import ironcalc

Place = tuple[int, int]


class Computed(NamedTuple):
    """The value of one formula. An error is its code ("#DIV/0!"); `decided` is false where the calculator does not
    know a function that Excel knows, so that the value says nothing."""

    sheet: str
    row: int
    column: int
    formula: str
    value: CellContent | None
    decided: bool = True

    @property
    def known(self) -> CellContent | None:
        """The value, None if it is undecided."""
        return self.value if self.decided else None

    @property
    def is_error(self) -> bool:
        return self.decided and isinstance(self.value, str) and self.value in ERROR_VALUES


@dataclass
class Evaluation:
    """The computed cells of a workbook by sheet name. `spills` holds the areas of formulas that fill several cells."""

    cells: dict[str, dict[Place, Computed]] = field(default_factory=dict)
    spills: dict[str, dict[Place, Area]] = field(default_factory=dict)
    spilled: dict[str, dict[Place, CellContent]] = field(default_factory=dict)

    def value(self, sheet: Sheet, row: int, column: int) -> CellContent | None:
        """What the cell shows: text, number or the value of its formula; None if it is empty or undecided."""
        content = sheet.content(row, column)
        if content is None:
            return self.spilled[sheet.name].get((row, column))
        if is_formula(content):
            return self.cells[sheet.name][row, column].known
        return text_of(content) if isinstance(content, str) else content


_WHOLE_COLUMN = re.compile(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![A-Z0-9(])")
MAX_WHOLE_COLUMN_SEARCHES = 1_000


def is_affordable(workbook: Workbook) -> bool:
    """Whether a workbook that we did not make is calculated in a time anybody waits for: the calculator visits every
    row of whole columns that are searched."""
    if not workbook.origin:
        return True
    searches = 0
    for _, formula in _formula_cells(workbook):
        if "LOOKUP(" in formula or "MATCH(" in formula:
            searches += len(_WHOLE_COLUMN.findall(formula))
            if searches > MAX_WHOLE_COLUMN_SEARCHES:
                return False
    return True


def _formula_cells(workbook: Workbook) -> Iterator[tuple[Sheet, str]]:
    """Every formula with its sheet, in no order."""
    for sheet in workbook.sheets:
        for cells in sheet.cells.values():
            for content in cells.values():
                if isinstance(content, str) and content[:1] == "=":
                    yield sheet, content


MANY_CELLS = 200_000
_QUOTED = re.compile('"[^"]*"')
_FAR_REACHING = re.compile(r"\[|INDIRECT\(|OFFSET\(|#", re.IGNORECASE)


def _needed(workbook: Workbook, forms: formulas.CellForms) -> dict[str, list[Area]] | None:
    """The ranges that formulas of a large workbook refer to, by folded sheet name; None for all cells."""
    large = workbook.origin and sum(sheet.filled_cell_count() for sheet in workbook.sheets) >= MANY_CELLS
    if not large and not any(sheet.packed for sheet in workbook.sheets):
        return None
    from overten.documents.excel.opened.moves import area_of, pieces

    needed: dict[str, set[Area]] = {}
    count = 0
    for sheet, first, last in _plain_formulas(workbook, forms):
        if _FAR_REACHING.search(first):
            return None
        cut = pieces(first)
        if any(":" in _QUOTED.sub("", piece.sheet or "" if piece.reference else piece.text) for piece in cut):
            return None  # a range between what two functions or two places give
        for piece, other in zip(cut, pieces(last), strict=True):
            ends = [area_of(one.reference.text) for one in (piece, other) if one.reference]
            areas = [area for area in ends if area is not None]
            if areas:
                found = needed.setdefault((piece.sheet or sheet.name).casefold(), set())
                found.add(_hull(areas))
                count += 1
        if count > MOST_AREAS and sum(map(len, needed.values())) > MOST_AREAS:
            return None
    for ref in workbook.names.values():
        name, area = formulas.plain_area(ref)
        needed.setdefault(name.casefold(), set()).add(area)
    return {name: list(areas) for name, areas in needed.items()}


MOST_AREAS = 50


def _hull(areas: list[Area]) -> Area:
    """The smallest area around all."""
    rows, columns = [area.first_row for area in areas], [area.first_column for area in areas]
    return Area(min(rows), min(columns), max(area.last_row for area in areas), max(a.last_column for a in areas))


def _plain_formulas(workbook: Workbook, forms: formulas.CellForms) -> Iterator[tuple[Sheet, str, str]]:
    """The formulas with plain references for structured ones, as far as we wrote them. One that stands in many cells of
    a column is told by its forms in the first and the last of them."""
    if workbook.origin:
        yield from ((sheet, formula, formula) for sheet, formula in _formula_cells(workbook))
        return
    for sheet in workbook.sheets:
        spans: dict[tuple[int, str], tuple[int, int]] = {}
        for row, cells in sheet.cells.items():
            for column, content in cells.items():
                if isinstance(content, str) and content[:1] == "=":
                    first, last = spans.get((column, content), (row, row))
                    spans[column, content] = (min(first, row), max(last, row))
        for (column, content), rows in spans.items():
            try:
                first_form, last_form = (forms.of(content, sheet, row, column) for row in rows)
            except formulas.UnresolvedReferenceError:
                continue
            yield sheet, first_form, last_form


def _loaded(sheet: Sheet, needed: dict[str, list[Area]] | None) -> Iterator[tuple[int, int, CellContent]]:
    """The cells that the calculator must know of: formulas, and what they refer to."""
    if needed is None:
        yield from sheet.filled()
        return
    areas = needed.get(sheet.name.casefold(), [])
    if sheet.packed:
        yield from sheet.loose()
        for packed in sheet.packed:
            yield from _packed_in(sheet, packed, areas)
        return
    for row, cells in sheet.cells.items():
        near = [area for area in areas if area.first_row <= row <= area.last_row]
        for column, content in cells.items():
            if (isinstance(content, str) and content[:1] == "=") or any(
                area.first_column <= column <= area.last_column for area in near
            ):
                yield row, column, content


def _packed_in(sheet: Sheet, packed: PackedRows, areas: list[Area]) -> Iterator[tuple[int, int, CellContent]]:
    for index, column in enumerate(packed.columns):
        spans = [(a.first_row, a.last_row) for a in areas if a.first_column <= column <= a.last_column]
        if not spans:
            continue
        reach = Area(min(first for first, _ in spans), column, max(last for _, last in spans), column)
        for start, columns in packed.runs(reach):
            for row, content in enumerate(columns[index], start=start):
                if content is not None and column not in sheet.cells.get(row, ()):
                    yield row, column, content


def _undecided(workbook: Workbook) -> Evaluation:
    result = Evaluation()
    for sheet in workbook.sheets:
        result.spills[sheet.name], result.spilled[sheet.name] = {}, {}
        result.cells[sheet.name] = {
            (row, column): Computed(sheet.name, row, column, content, None, False)
            for row, column, content in sheet.filled()
            if isinstance(content, str) and content.startswith("=")
        }
    return result


def evaluate(workbook: Workbook, *, today: date | None = None) -> Evaluation:
    """Calculates every formula. TODAY and NOW take `today` (the current UTC date if left out)."""
    result = Evaluation()
    if not any(True for _ in _formula_cells(workbook)):
        for sheet in workbook.sheets:
            result.cells[sheet.name], result.spills[sheet.name], result.spilled[sheet.name] = {}, {}, {}
        return result
    if not is_affordable(workbook):
        return _undecided(workbook)
    import ironcalc

    model = ironcalc.create("workbook", "en", "UTC")
    _load(model, workbook, today or datetime.now(UTC).date())
    model.evaluate()
    for index, sheet in enumerate(workbook.sheets):
        cells: dict[Place, Computed] = {}
        for row, column, content in sheet.loose():
            if isinstance(content, str) and content.startswith("="):
                value = _value(model, index, row, column)
                decided = (not workbook.origin or _is_calculable(workbook, content)) and _is_decided(content, value)
                cells[row, column] = Computed(sheet.name, row, column, content, value, decided)
        result.cells[sheet.name] = cells
        result.spills[sheet.name] = {}
        result.spilled[sheet.name] = {}
    _find_spills(model, workbook, result)
    if workbook.origin:
        _spread(result, workbook.names)
    return result


_OTHER_FILE = re.compile(r"\[[0-9]+\]")


def _is_calculable(workbook: Workbook, formula: str) -> bool:
    """Whether a formula that we did not write can be calculated: it parses, stays in the workbook, and its names are
    such as the calculator takes."""
    if formula == "=" or not formulas.is_well_formed(formula) or _OTHER_FILE.search(formula):
        return False
    names = workbook.source.names if workbook.source else {}
    return not names or not any(ref in names for ref in formulas.references_in(formula))


def _spread(result: Evaluation, names: dict[str, str]) -> None:
    """Leaves undecided what depends on an undecided cell."""
    computed = [one for cells in result.cells.values() for one in cells.values()]
    if all(one.decided for one in computed):
        return
    for one in _spread_undecided(computed, names):
        result.cells[one.sheet][one.row, one.column] = one


def _load_names(model: ironcalc.Model, workbook: Workbook) -> None:
    import ironcalc

    for name, ref in workbook.names.items():
        try:
            model.new_defined_name(name, None, ref)
        except ironcalc.WorkbookError:
            if not workbook.origin:
                raise


def _load(model: ironcalc.Model, workbook: Workbook, today: date) -> None:
    for index, sheet in enumerate(workbook.sheets):
        if index == 0:
            model.rename_sheet(0, sheet.name)
        else:
            model.add_sheet(sheet.name)
    _load_names(model, workbook)
    forms = formulas.CellForms(workbook)
    needed = _needed(workbook, forms)
    for index, sheet in enumerate(workbook.sheets):
        for row, column, content in _loaded(sheet, needed):
            if isinstance(content, str):
                if content.startswith("="):
                    if not workbook.origin or _is_calculable(workbook, content):
                        formula = _calculable(forms, content, sheet, row, column, today)
                        _load_formula(model, index, row, column, formula)
                else:
                    model.update_cell_with_text(index, row, column, text_of(content))
            elif isinstance(content, bool):
                model.update_cell_with_bool(index, row, column, content)
            else:
                model.update_cell_with_number(index, row, column, content)


def _load_formula(model: ironcalc.Model, index: int, row: int, column: int, formula: str) -> None:
    if formulas.is_array(formula):
        model.set_user_input(index, row, column, formula)
    else:
        model.update_cell_with_formula(index, row, column, formula)


def _calculable(
    forms: formulas.CellForms, content: str, sheet: Sheet, row: int, column: int, today: date
) -> str:  # fmt: skip
    try:
        formula = forms.of(content, sheet, row, column)
    except formulas.UnresolvedReferenceError:
        return "=#REF!"
    upper = formula.upper()
    if "TODAY(" not in upper and "NOW(" not in upper:
        return formula
    return re.sub(r"\b(TODAY|NOW)\(\s*\)", str(serial_of(today)), formula, flags=re.IGNORECASE)


def _value(model: ironcalc.Model, index: int, row: int, column: int) -> CellContent | None:
    value: str | float | bool | None = model.get_cell_value(index, row, column)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def _is_decided(formula: str, value: CellContent | None) -> bool:
    if value == NOT_IMPLEMENTED:
        return False
    if value == NOT_PARSED:
        return not formulas.is_well_formed(formula)
    if value == "#VALUE!" and formulas.is_well_formed(formula) and formulas.looks_up_rows(formula):
        return False
    return value != "#NAME?" or not (
        formulas.functions_in(formula) & NOT_CALCULATED or formulas.names_function(formula)
    )


def _find_spills(model: ironcalc.Model, workbook: Workbook, result: Evaluation) -> None:
    computed_cells = (one for cells in result.cells.values() for one in cells.values())
    if not any(one.decided and formulas.is_array(one.formula) for one in computed_cells):
        return
    loose: dict[int, set[Place]] = {}
    for index, row, column in model.get_all_cells():
        if workbook.sheets[index].content(row, column) is None:
            loose.setdefault(index, set()).add((row, column))
    for index, places in loose.items():
        sheet = workbook.sheets[index]
        for place, computed in result.cells[sheet.name].items():
            if not computed.decided or not formulas.is_array(computed.formula):
                continue
            area = _spill_area(place, places)
            if area.size > 1:
                result.spills[sheet.name][place] = area
                places -= set(area.cells())
                for cell in area.cells():
                    value = _value(model, index, *cell)
                    if cell != place and value is not None:
                        result.spilled[sheet.name][cell] = value


def _spill_area(place: Place, loose: set[Place]) -> Area:
    row, column = place
    last_column, last_row = column, row
    while (row, last_column + 1) in loose:
        last_column += 1
    while all((last_row + 1, c) in loose for c in range(column, last_column + 1)):
        last_row += 1
    return Area(row, column, last_row, last_column)


def recalculate(data: bytes) -> list[Computed]:
    """Calculates a finished xlsx file and returns the value of each of its formulas.

    Raises ValueError if the calculator cannot read the file.
    """
    return recalculate_model(load_model(data))


def load_model(data: bytes) -> ironcalc.Model:
    """The calculator's model of an xlsx file. Raises ValueError if it cannot be read."""
    import ironcalc

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(data)
        try:
            return ironcalc.load_from_xlsx(str(path), "en", "UTC")
        except ironcalc.WorkbookError as error:
            raise ValueError(f"the workbook cannot be calculated: {error}") from error


def recalculate_model(
    model: ironcalc.Model, formula_cells: Mapping[str, Iterable[Place]] | None = None
) -> list[Computed]:
    """Calculates a model. `formula_cells` tells where its formulas are, by sheet, if that is known: to ask each of a
    million cells takes seconds."""
    model.evaluate()
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    computed = []
    cells: Iterable[tuple[int, int, int]]
    if formula_cells is None:
        cells = model.get_all_cells()
    else:
        indexes = {name: index for index, name in enumerate(names)}
        cells = [
            (indexes[name], *place) for name, places in formula_cells.items() if name in indexes for place in places
        ]
    for index, row, column in cells:
        formula = model.get_cell_formula(index, row, column)
        if formula:
            value = _value(model, index, row, column)
            computed.append(Computed(names[index], row, column, formula, value, _is_decided(formula, value)))
    return _spread_undecided(computed, {name: ref for name, _, ref in model.get_defined_name_list()})


def _spread_undecided(computed: list[Computed], names: dict[str, str]) -> list[Computed]:
    """Leaves undecided too what is an error only because it refers to an undecided cell."""
    undecided: dict[str, _Places] = {}
    for one in computed:
        if not one.decided:
            undecided.setdefault(one.sheet.casefold(), _Places()).add((one.row, one.column))
    grown = bool(undecided)
    passes = 0
    while grown and passes < MAX_SPREAD_PASSES:  # one pass follows a whole chain of cells down or to the right
        grown = False
        passes += 1
        for index, one in enumerate(computed):
            if one.is_error and _refers_to(one, undecided, names):
                computed[index] = one._replace(decided=False)
                undecided.setdefault(one.sheet.casefold(), _Places()).add((one.row, one.column))
                grown = True
    return computed


class _Places:
    """Cells by column, so that whether an area holds one is found without looking at each."""

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = {}

    def add(self, place: Place) -> None:
        insort(self._rows.setdefault(place[1], []), place[0])

    def meets(self, area: Area) -> bool:
        for column, rows in self._rows.items():
            if area.first_column <= column <= area.last_column:
                index = bisect_left(rows, area.first_row)
                if index < len(rows) and rows[index] <= area.last_row:
                    return True
        return False


def _refers_to(one: Computed, undecided: dict[str, _Places], names: dict[str, str]) -> bool:
    for ref in formulas.references_in(one.formula):
        try:
            sheet, area = formulas.plain_area(names.get(ref, ref))
        except ValueError:
            return True  # a table's column or a whole column: a good file is not held back for it
        places = undecided.get((sheet or one.sheet).casefold())
        if places is not None and places.meets(area):
            return True
    return False
