"""Operations on names, conditional formats and validations."""

from __future__ import annotations

from overten.documents.excel import formulas
from overten.documents.excel.grid import looks_like_cell, parse_range, qualified, split_sheet
from overten.documents.excel.operations import (
    AddConditionalFormat,
    AddValidation,
    CellRule,
    DefineName,
    FormulaRule,
)
from overten.documents.excel.places import area_of, refusal, sheet_named
from overten.documents.excel.values import content_of
from overten.documents.excel.workbook import Sheet, Workbook

MAX_RULES_PER_SHEET = 500
MAX_NAMES = 1_000


def define_name(workbook: Workbook, operation: DefineName) -> str:
    sheet_name, cells = split_sheet(operation.refers_to)
    if not sheet_name:
        raise refusal(f"{operation.refers_to!r} names no sheet", "refers_to", "Write it as Sheet!B4.")
    name, ref = checked_name(workbook, operation.name, sheet_named(workbook, sheet_name), cells)
    verb = "Redefined" if put_name(workbook, name, ref) else "Defined"
    return f"{verb} name {name} as {ref}"


def checked_name(workbook: Workbook, name: str, sheet: Sheet, cells: str) -> tuple[str, str]:
    """The name with the absolute reference it gets. Raises OperationError."""
    if looks_like_cell(name) or name.casefold() in {"true", "false", "print_area", "print_titles"}:
        raise refusal(f"Excel does not take {name!r} as a name", "name", "Choose a name such as TaxRate.")
    if workbook.find_table(name):
        raise refusal(f"{name} is already a table's name", "name", "Choose another name.")
    if len(workbook.names) >= MAX_NAMES:
        raise refusal(f"The workbook has {MAX_NAMES} names", "name", "Refer to cells directly.")
    return name, qualified(sheet.name, area_of(cells, sheet))


def put_name(workbook: Workbook, name: str, ref: str) -> bool:
    """Stores the name and says whether it took the place of an older one."""
    old = next((other for other in workbook.names if other.casefold() == name.casefold()), None)
    if old:
        del workbook.names[old]
    workbook.names[name] = ref
    return old is not None


def add_conditional_format(workbook: Workbook, operation: AddConditionalFormat) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    rule = operation.rule
    if isinstance(rule, FormulaRule):
        if not rule.formula.startswith("="):
            raise refusal(f"{rule.formula!r} does not start with =", where, "Start the formula with =.")
        _check_rule_formula(rule.formula, where)
    elif isinstance(rule, CellRule):
        if (rule.operator == "between") != (rule.value2 is not None):
            raise refusal("between takes value and value2, the other operators only value", where, "Mend the values.")
        for value in (rule.value, rule.value2):
            if isinstance(value, str) and value.startswith("="):
                _check_rule_formula(value, where)
    if len(sheet.conditional_formats) >= MAX_RULES_PER_SHEET:
        raise refusal(f"The sheet has {MAX_RULES_PER_SHEET} conditional formats", where, "Use larger ranges.")
    copy = operation.model_copy(deep=True)
    copy.sheet, copy.range = sheet.name, area.ref
    sheet.conditional_formats.append(copy)
    return f"Added a conditional format to {where}"


def _check_rule_formula(formula: str, where: str) -> None:
    formulas.check(formula, where)
    if formulas.tables_in(formula) or "[@" in formula:
        raise refusal("Excel takes no table references in rules and validations", where, "Use plain cells such as $C5.")


def add_validation(workbook: Workbook, operation: AddValidation) -> str:
    sheet = sheet_named(workbook, operation.sheet)
    area = area_of(operation.range, sheet)
    where = f"{sheet.name}!{area.ref}"
    if len(sheet.validations) >= MAX_RULES_PER_SHEET:
        raise refusal(f"The sheet has {MAX_RULES_PER_SHEET} validations", where, "Use larger ranges.")
    if any(parse_range(other.range).overlaps(area) for other in sheet.validations):
        raise refusal("The range already has a validation", where, "Give each cell one validation.")
    copy = operation.model_copy(deep=True)
    copy.sheet, copy.range = sheet.name, area.ref
    if operation.type == "list":
        if not operation.choices or any(not 0 < len(choice) <= 255 for choice in operation.choices):
            raise refusal("A list needs choices of 1 to 255 characters", where, "Give choices.")
    else:
        copy.minimum = _bound(operation.minimum, operation.type, where)
        copy.maximum = _bound(operation.maximum, operation.type, where)
        if copy.minimum is None and copy.maximum is None:
            raise refusal("There is no bound", where, "Give minimum, maximum or both.")
        if isinstance(copy.minimum, float) and isinstance(copy.maximum, float) and copy.minimum > copy.maximum:
            raise refusal("The minimum is above the maximum", where, "Swap them.")
    sheet.validations.append(copy)
    return f"Added a {operation.type} validation to {where}"


def _bound(value: float | str | None, kind: str, where: str) -> float | str | None:
    """A bound as a number, or as a formula. Dates become serial numbers."""
    if value is None or isinstance(value, int | float):
        return value
    if value.startswith("="):
        _check_rule_formula(value, where)
        return value
    content = content_of(value, "date" if kind == "date" else "number", where)
    if isinstance(content, bool) or not isinstance(content, int | float):
        raise refusal(f"{value!r} is not a bound", where, "Give a number, an ISO date or a formula.")
    return float(content)
