"""Formulas as text: what is refused, what they refer to, and their forms in the file and for the calculator.

A formula is kept as its author wrote it (`=[@Qty]*[@Price]`, `=LET(x,1,x+1)`). The file wants the names of newer
functions and of variables prefixed and references to the own row qualified; the calculator wants plain cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from string import ascii_letters, digits
from typing import TYPE_CHECKING, NamedTuple

from overten.documents.errors import OperationError
from overten.documents.excel import syntax
from overten.documents.excel.grid import (
    MAX_ROWS,
    Area,
    column_letters,
    looks_like_cell,
    parse_range,
    quote_sheet,
    split_sheet,
)

if TYPE_CHECKING:
    from overten.documents.excel.workbook import Sheet, Table, Workbook

MAX_FORMULA_CHARACTERS = 8_192

# Functions that reach out of the workbook, run code, or cannot be calculated without a network.
FORBIDDEN_FUNCTIONS = frozenset(
    {
        "WEBSERVICE", "FILTERXML", "IMAGE", "RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "EXEC", "EVALUATE",
        "SQL.REQUEST", "STOCKHISTORY", "CUBEVALUE", "CUBEMEMBER", "CUBESET", "CUBEKPIMEMBER", "CUBERANKEDMEMBER",
        "CUBESETCOUNT", "INFO", "PY", "COPILOT", "DETECTLANGUAGE", "TRANSLATE", "IMPORTDATA", "IMPORTFEED",
        "IMPORTHTML", "IMPORTRANGE", "IMPORTXML", "GOOGLEFINANCE", "GOOGLETRANSLATE", "IMPORTJSON", "IMPORTTEXT",
        "IMPORTCSV", "DDEINIT", "FOPEN", "FWRITE", "FILES", "UNREGISTER", "RUN", "HALT", "GET.WORKSPACE", "GET.CELL",
    }
)  # fmt: skip

# Functions whose name carries a prefix in the file ([MS-XLSX] 2.2.2); FILTER and SORT have one of their own.
_FUTURE_FUNCTIONS = frozenset(
    {
        "ACOT", "ACOTH", "AGGREGATE", "ANCHORARRAY", "ARABIC", "ARRAYTOTEXT", "BASE", "BETA.DIST", "BETA.INV",
        "BINOM.DIST", "BINOM.DIST.RANGE", "BINOM.INV", "BITAND", "BITLSHIFT", "BITOR", "BITRSHIFT", "BITXOR", "BYCOL",
        "BYROW", "CEILING.MATH", "CEILING.PRECISE", "CHISQ.DIST", "CHISQ.DIST.RT", "CHISQ.INV", "CHISQ.INV.RT",
        "CHISQ.TEST", "CHOOSECOLS", "CHOOSEROWS", "COMBINA", "CONCAT", "CONFIDENCE.NORM", "CONFIDENCE.T", "COT", "COTH",
        "COVARIANCE.P", "COVARIANCE.S", "CSC", "CSCH", "DAYS", "DECIMAL", "DROP", "ERF.PRECISE", "ERFC.PRECISE",
        "ENCODEURL", "EXPAND",
        "EXPON.DIST", "F.DIST", "F.DIST.RT", "F.INV", "F.INV.RT", "F.TEST", "FLOOR.MATH", "FLOOR.PRECISE",
        "FORECAST.ETS", "FORECAST.ETS.CONFINT", "FORECAST.ETS.SEASONALITY", "FORECAST.ETS.STAT", "FORECAST.LINEAR",
        "FORMULATEXT", "GAMMA", "GAMMA.DIST", "GAMMA.INV", "GAMMALN.PRECISE", "GAUSS", "GROUPBY", "HSTACK",
        "HYPGEOM.DIST", "IFNA", "IFS", "IMCOSH", "IMCOT", "IMCSC", "IMCSCH", "IMSEC", "IMSECH", "IMSINH", "IMTAN",
        "ISFORMULA", "ISOMITTED", "ISOWEEKNUM", "LAMBDA", "LET", "LOGNORM.DIST", "LOGNORM.INV", "MAKEARRAY", "MAP",
        "MAXIFS", "MINIFS", "MODE.MULT", "MODE.SNGL", "MUNIT", "NEGBINOM.DIST", "NORM.DIST", "NORM.INV", "NORM.S.DIST",
        "NORM.S.INV", "NUMBERVALUE", "PDURATION", "PERCENTILE.EXC", "PERCENTILE.INC", "PERCENTRANK.EXC",
        "PERCENTOF",
        "PERCENTRANK.INC", "PERMUTATIONA", "PHI", "PIVOTBY", "POISSON.DIST", "QUARTILE.EXC", "QUARTILE.INC",
        "RANDARRAY", "RANK.AVG", "RANK.EQ", "REDUCE", "REGEXEXTRACT", "REGEXREPLACE", "REGEXTEST",
        "RRI", "SCAN", "SEC", "SECH", "SEQUENCE", "SHEET", "SHEETS",
        "SINGLE", "SKEW.P", "SORTBY", "STDEV.P", "STDEV.S", "SWITCH", "T.DIST", "T.DIST.2T", "T.DIST.RT", "T.INV",
        "T.INV.2T", "T.TEST", "TAKE", "TEXTAFTER", "TEXTBEFORE", "TEXTJOIN", "TEXTSPLIT", "TOCOL", "TOROW",
        "TRIMRANGE", "UNICHAR",
        "UNICODE", "UNIQUE", "VALUETOTEXT", "VAR.P", "VAR.S", "VSTACK", "WEIBULL.DIST", "WRAPCOLS", "WRAPROWS",
        "XLOOKUP", "XMATCH", "XOR", "Z.TEST",
    }
)  # fmt: skip
_WORKSHEET_FUTURE_FUNCTIONS = frozenset({"FILTER", "SORT"})

_ARRAY_FUNCTIONS = frozenset(
    {
        "FILTER", "SORT", "SORTBY", "UNIQUE", "SEQUENCE", "RANDARRAY", "TAKE", "DROP", "HSTACK", "VSTACK", "CHOOSECOLS",
        "CHOOSEROWS", "TOCOL", "TOROW", "WRAPCOLS", "WRAPROWS", "EXPAND", "TEXTSPLIT", "BYROW", "BYCOL", "MAP", "SCAN",
        "REDUCE", "MAKEARRAY", "MUNIT", "TRANSPOSE", "FREQUENCY", "MMULT", "MINVERSE", "GROUPBY", "PIVOTBY",
        "ANCHORARRAY", "LAMBDA",
    }
)  # fmt: skip

_SPILL = re.compile(r"(?<![A-Za-z0-9_\]'\"])((?:(?:'[^']+'|[A-Za-z_][A-Za-z0-9_]*)!)?\$?[A-Z]{1,3}\$?[1-9][0-9]*)#")
_THIS_ROW = re.compile(r"^([A-Za-z_\\][\w.\\]*)?\[@(.*)\]$", re.DOTALL)
_STRUCTURED = re.compile(r"^([A-Za-z_\\][\w.\\]*)?(\[.*\])$", re.DOTALL)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_SHEET_PREFIX = re.compile(r"((?:'(?:[^']|'')*'|[^\W\d][\w.]*)!)")
_RELATIVE_CELL = re.compile(r"(?<![\w.$\\])\$?[A-Za-z]{1,3}[1-9][0-9]{0,6}(?![\w.])")
_ROWS = re.compile(r"\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}")
_RELATIVE_ROW = re.compile(r"(?<![$0-9])[1-9][0-9]{0,6}")
_LETTERS = "$" + ascii_letters


class Token(NamedTuple):
    """One token as openpyxl's tokenizer names it: types OPERAND, FUNC, SEP, OPERATOR-INFIX …"""

    value: str
    type: str
    subtype: str


class FormulaError(ValueError):
    """The text is not a formula. The message says why."""


@lru_cache(maxsize=32_768)
def tokenize(formula: str) -> tuple[Token, ...]:
    """The tokens of a formula. `A1#` comes out as ANCHORARRAY(A1). Raises FormulaError for what does not parse."""
    from openpyxl.formula.tokenizer import Tokenizer, TokenizerError

    try:
        items = Tokenizer(_outside_strings(formula, lambda part: _SPILL.sub(r"ANCHORARRAY(\1)", part))).items
    except (TokenizerError, IndexError) as error:
        reason = str(error) if isinstance(error, TokenizerError) else "a closing bracket has no opening one"
        raise FormulaError(reason) from error
    depth = sum(1 if item.subtype == "OPEN" else -1 if item.subtype == "CLOSE" else 0 for item in items)
    if depth:
        raise FormulaError(f"{depth} opening bracket(s) are not closed")
    if not items or items[0].type == "LITERAL":
        raise FormulaError("it is empty")
    tokens = tuple(Token(item.value, item.type, item.subtype) for item in items)
    fault = syntax.fault(tokens)
    if fault:
        raise FormulaError(fault)
    return tokens


def is_well_formed(formula: str) -> bool:
    """Whether Excel's grammar takes the formula, whatever the calculator makes of it."""
    try:
        tokenize(_shape(formula))
    except FormulaError:
        return False
    return True


_ROW_NUMBER = re.compile(r"(?<=[A-Za-z$])[0-9]+(?![\w.(])")


def _shape(formula: str) -> str:
    """The formula with row 1 for every row, so that the thousand formulas of a column are parsed once.

    Formulas with variables are left as they are, for `x1` and `x2` are then two names.
    """
    return formula if "LET(" in formula.upper() or "LAMBDA(" in formula.upper() else _ROW_NUMBER.sub("1", formula)


def _outside_strings(formula: str, change: Callable[[str], str]) -> str:
    parts = formula.split('"')
    return '"'.join(change(part) if index % 2 == 0 else part for index, part in enumerate(parts))


def function_name(token: Token) -> str:
    """The bare upper-case name of a FUNC token: `_xlfn.XLOOKUP(` is XLOOKUP."""
    return re.sub(r"^(_XLFN\.|_XLWS\.|_XLPM\.|_XLUDF\.|COM\.MICROSOFT\.|@)+", "", token.value.rstrip("(").upper())


def check(formula: str, where: str) -> None:
    """Refuses a formula that does not parse, reaches out of the workbook or runs code. Raises OperationError."""
    if len(formula) > MAX_FORMULA_CHARACTERS:
        raise OperationError(
            f"The formula has {len(formula)} characters",
            where=where,
            fix=f"Excel takes at most {MAX_FORMULA_CHARACTERS}; use helper cells.",
        )
    try:
        tokens = tokenize(_shape(formula))
    except FormulaError as error:
        raise OperationError(
            f"{_short(formula)} is not a valid formula: {error}",
            where=where,
            fix="Mend it, or put an apostrophe before it to write it as text.",
        ) from error
    for index, token in enumerate(tokens):
        if token.type == "FUNC" and token.subtype == "OPEN":
            _check_function(token, tokens[index + 1 :], where)
        elif token.type == "OPERAND" and token.subtype == "RANGE":
            _check_operand(token.value, where)


def _check_function(token: Token, following: tuple[Token, ...], where: str) -> None:
    name = function_name(token)
    _check_name(name, where)
    if name == "INDIRECT" and any(t.subtype == "TEXT" and re.search(r"[\[|]|:/|\\\\", t.value) for t in following):
        raise OperationError(
            "INDIRECT refers outside the workbook", where=where, fix="Refer to sheets of this workbook only."
        )
    if name == "HYPERLINK":
        _check_address([t for t in following if t.type != "WHITE-SPACE"][:2], where)


_WHOLE_ADDRESS = re.compile(r"https?://[^/?#@\s]+|mailto:[^?\s]+@[^?\s]+|#.*", re.IGNORECASE)
_STEM_OF_ADDRESS = re.compile(r"https?://[^/?#@\s]+[/?#]|mailto:|#", re.IGNORECASE)


def _check_address(start: list[Token], where: str) -> None:
    """The host that a link leads to stands whole in a literal, so that no cell's content can change it."""
    text = start[0].value[1:-1] if start and start[0].subtype == "TEXT" else ""
    alone = len(start) < 2 or start[1].type != "OPERATOR-INFIX"
    stem = _STEM_OF_ADDRESS.match(text)
    if not (stem or (alone and _WHOLE_ADDRESS.fullmatch(text))):
        raise OperationError(
            "HYPERLINK must start with a literal http(s) or mailto address that holds the whole host",
            where=where,
            fix='Write it as =HYPERLINK("https://example.com/"&A1, "label").',
        )


def _check_name(name: str, where: str) -> None:
    if name in FORBIDDEN_FUNCTIONS:
        raise OperationError(
            f"The function {name} is not allowed", where=where, fix="Use functions that stay inside the workbook."
        )


def _check_operand(value: str, where: str) -> None:
    bare = value.lstrip("@").upper()  # a function may be named without a call: MAP(A1:A3,WEBSERVICE)
    _check_name(bare, where)
    if bare == "HYPERLINK" or _leaves_workbook(value):
        raise OperationError(
            f"{_short(value)} refers outside the workbook",
            where=where,
            fix="Refer to sheets, tables and names of this workbook only.",
        )


def _leaves_workbook(value: str) -> bool:
    """Whether a reference names another file: no sheet's name has brackets, slashes or a bar."""
    prefix = "" if _STRUCTURED.match(value) else value.rpartition("!")[0]
    return bool(re.search(r"[\[\]/\\|]", prefix)) or ("|" in value and not _STRUCTURED.match(value))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def references_in(formula: str) -> list[str]:
    """The cells, ranges and names that a formula refers to, as they are written. Empty if it does not parse."""
    return [token.value for token in _ranges(formula)] if is_well_formed(formula) else []


def sheets_in(formula: str) -> set[str]:
    """The names of the sheets a formula refers to."""
    return {name for token in _ranges(formula) for name in _sheet_names(token.value)}


def _ranges(formula: str) -> Iterable[Token]:
    return (token for token in tokenize(formula) if token.type == "OPERAND" and token.subtype == "RANGE")


def _sheet_names(value: str) -> list[str]:
    if "!" not in value or _STRUCTURED.match(value):
        return []
    sheet, _ = split_sheet(value)
    return [sheet.lstrip("@")]


def tables_in(formula: str) -> set[str]:
    """The names of the tables a formula refers to by structured references."""
    matches = (_STRUCTURED.match(token.value) for token in _ranges(formula))
    return {match[1] for match in matches if match and match[1]}


def rename_sheet(formula: str, old: str, new: str) -> str:
    """The formula with every reference to the sheet `old` pointing to `new`."""

    def renamed(token: Token) -> str:
        names = _sheet_names(token.value) if token.subtype == "RANGE" else []
        if not names or names[0].casefold() != old.casefold():
            return token.value
        return f"{quote_sheet(new)}!{split_sheet(token.value)[1]}"

    if not any(name.casefold() == old.casefold() for name in sheets_in(formula)):
        return formula
    return spilled_form("=" + "".join(renamed(token) for token in tokenize(formula)))


def spilled_form(formula: str) -> str:
    """The formula with spilled ranges as they are written, `A1#`; among the tokens they stand as calls."""
    return re.sub(r"ANCHORARRAY\(([^()]*)\)", r"\1#", formula)


def filled_down(formula: str, rows: int) -> str:
    """The formula as Excel's fill-down writes it `rows` rows further down: relative rows move, `$5`, whole columns,
    names and structured references stay. A reference that leaves the sheet becomes #REF!, as in Excel."""
    parts = _fill_down_parts(formula) if rows else ()
    if len(parts) < 2:
        return formula
    moved = "".join(_moved(part, rows) if index % 2 else part for index, part in enumerate(parts))
    return f"={moved}"


def _moved(reference: str, rows: int) -> str:
    row = int(reference.lstrip(_LETTERS)) + rows
    return f"{reference.rstrip(digits)}{row}" if row <= MAX_ROWS else "#REF!"


@lru_cache(maxsize=1_024)
def _fill_down_parts(formula: str) -> tuple[str, ...]:
    """The formula cut at its relative rows: every second part is a cell such as `B2` or `$B2`, or a bare row."""
    parts = [""]
    variables = variables_in(formula)
    for token in tokenize(formula):
        movable = token.type == "OPERAND" and token.subtype == "RANGE" and token.value.lower() not in variables
        if not movable or _STRUCTURED.match(token.value):
            parts[-1] += token.value
            continue
        for piece in _SHEET_PREFIX.split(token.value):
            cut = [piece] if piece.endswith("!") else _relative_rows(piece)
            parts[-1] += cut[0]
            parts += cut[1:]
    # A spilled range stands as a call among the tokens; the calculator wants it as it was written.
    joined = "\0".join(parts)
    return tuple(spilled_form(joined).split("\0"))


def _relative_rows(cells: str) -> list[str]:
    """`$A$1:B2` as ["$A$1:", "B2", ""]: what stays and what moves, in turn."""
    whole_rows = _ROWS.fullmatch(cells)
    pattern = _RELATIVE_ROW if whole_rows else _RELATIVE_CELL
    parts, end = [], 0
    for match in pattern.finditer(cells):
        if whole_rows or looks_like_cell(match[0].lstrip("$")):
            parts += [cells[end : match.start()], match[0]]
            end = match.end()
    return [*parts, cells[end:]]


def is_array(formula: str) -> bool:
    """Whether Excel must be told that the formula works on arrays, lest it take only the own row of each range."""
    return _is_array(_shape(formula)) or looks_up_rows(formula)


def looks_up_rows(formula: str) -> bool:
    """Whether XLOOKUP gives several cells: it returns from several rows and columns, or looks up several values."""
    return "XLOOKUP(" in formula.upper() and _looks_up_rows(formula)


@lru_cache(maxsize=4_096)
def _looks_up_rows(formula: str) -> bool:
    tokens = [token for token in tokenize(formula) if token.type != "WHITE-SPACE"]
    for index, token in enumerate(tokens):
        if token.subtype == "OPEN" and token.type == "FUNC" and function_name(token) == "XLOOKUP":
            alone = tokens[index + 2].subtype == "ARG"
            if alone and _is_many_cells(tokens[index + 1]):
                return True
    return any(_is_rectangle(token) for token in tokens if token.type == "OPERAND" and token.subtype == "RANGE")


def _is_rectangle(token: Token) -> bool:
    """Whether a reference holds several rows and several columns."""
    structured = _STRUCTURED.match(token.value)
    if structured:
        return "]:[" in structured[2] and "@" not in structured[2][:2]
    try:
        _, area = plain_area(token.value)
    except ValueError:
        return False
    return area.last_row > area.first_row and area.last_column > area.first_column


_APPLIERS_OF_FUNCTIONS = frozenset({"BYROW", "BYCOL", "MAP", "REDUCE", "SCAN", "MAKEARRAY", "GROUPBY", "PIVOTBY"})
_APPLIED_BY_NAME = frozenset(
    {
        "SUM", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "MEDIAN", "STDEV.S", "STDEV.P", "VAR.S", "VAR.P",
        "MODE.SNGL", "CONCAT", "ARRAYTOTEXT", "PERCENTOF", "LARGE", "SMALL", "AND", "OR", "ROWS", "COLUMNS",
    }
)  # fmt: skip


def names_function(formula: str) -> bool:
    """Whether a function is handed over by its name alone, as in BYROW(A1:C9,SUM)."""
    if not functions_in(formula) & _APPLIERS_OF_FUNCTIONS:
        return False
    return any(token.value.upper().removeprefix("_XLETA.") in _APPLIED_BY_NAME for token in _ranges(formula))


def completed(formula: str) -> str:
    """The formula with the sort index that SORT takes if none is given; the calculator wants it there."""
    return _SORT_WITHOUT_INDEX.sub(r"\1,1,", formula) if ",," in formula else formula


_SORT_WITHOUT_INDEX = re.compile(r"(\bSORT\((?:[^(),\"]|\([^()]*\))+),\s*,", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def _is_array(formula: str) -> bool:
    tokens = [token for token in tokenize(formula) if token.type != "WHITE-SPACE"]
    functions = functions_in(formula)
    if functions & _ARRAY_FUNCTIONS:
        return True
    if "SUMPRODUCT" in functions:
        return False
    if len(tokens) == 1:
        return _is_many_cells(tokens[0])
    return any(
        _is_many_cells(token)
        and any(
            tokens[i].type.startswith("OPERATOR") for i in (index - 1, index + 1) if 0 <= i < len(tokens)
        )
        for index, token in enumerate(tokens)
    )  # fmt: skip


def _is_many_cells(token: Token) -> bool:
    if token.type != "OPERAND" or token.subtype != "RANGE":
        return False
    structured = _STRUCTURED.match(token.value)
    if structured:
        inner = structured[2]
        return "@" not in inner[:2] and not re.search(r"#(This Row|Totals|Headers)", inner, re.IGNORECASE)
    return ":" in token.value


def functions_in(formula: str) -> frozenset[str]:
    """The upper-case names of the functions a formula calls."""
    return _functions_in(_shape(formula))


@lru_cache(maxsize=4_096)
def _functions_in(formula: str) -> frozenset[str]:
    return frozenset(
        function_name(token) for token in tokenize(formula) if token.type == "FUNC" and token.subtype == "OPEN"
    )


@lru_cache(maxsize=4_096)
def variables_in(formula: str) -> frozenset[str]:
    """The lower-case names that LET and LAMBDA declare in a formula."""
    names: set[str] = set()
    frames: list[tuple[str, int]] = []
    tokens = [token for token in tokenize(formula) if token.type != "WHITE-SPACE"]
    for index, token in enumerate(tokens):
        if token.subtype == "OPEN":
            frames.append((function_name(token) if token.type == "FUNC" else "", 0))
        elif token.subtype == "CLOSE":
            frames.pop()
        elif token.type == "SEP" and token.subtype == "ARG" and frames:
            frames[-1] = (frames[-1][0], frames[-1][1] + 1)
        elif frames and _declares(frames[-1], tokens, index):
            names.add(token.value.lower())
    return frozenset(names)


def _declares(frame: tuple[str, int], tokens: list[Token], index: int) -> bool:
    function, argument = frame
    alone = tokens[index - 1].subtype in {"OPEN", "ARG"} and tokens[index + 1].subtype == "ARG"
    place = function == "LAMBDA" or (function == "LET" and argument % 2 == 0)
    return place and alone and _VARIABLE.fullmatch(tokens[index].value) is not None


def file_form(formula: str, table: Table | None) -> str:
    """The formula as the file holds it, without its equals sign. `table` is the table the cell lies in, if any."""
    if _is_plain(formula):
        return formula[1:]
    variables = variables_in(formula)
    applies = bool(functions_in(formula) & _APPLIERS_OF_FUNCTIONS)
    return "".join(_file_token(token, variables, table, applies=applies) for token in tokenize(formula))


def _is_plain(formula: str) -> bool:
    """Whether the formula reads the same in the file: plain cells and functions as old as the format."""
    if "[" in formula or "#" in formula or formula != formula.upper():
        return False
    newer = _FUTURE_FUNCTIONS | _WORKSHEET_FUTURE_FUNCTIONS
    return "_XL" not in formula and not functions_in(formula) & newer


def _file_token(token: Token, variables: frozenset[str], table: Table | None, *, applies: bool) -> str:
    if token.type == "FUNC" and token.subtype == "OPEN":
        name = function_name(token)
        if name.lower() in variables:
            return f"_xlpm.{token.value}"
        if name in _WORKSHEET_FUTURE_FUNCTIONS:
            return f"_xlfn._xlws.{name}("
        return f"_xlfn.{name}(" if name in _FUTURE_FUNCTIONS else f"{name}("
    if token.type == "OPERAND" and token.subtype == "RANGE":
        if token.value.lower() in variables:
            return f"_xlpm.{token.value}"
        if applies and token.value.upper() in _APPLIED_BY_NAME:
            return f"_xleta.{token.value.upper()}"
        return _qualify_this_row(token.value, table)
    return token.value


def _qualify_this_row(value: str, table: Table | None) -> str:
    if table is not None and value.startswith("[") and not value.startswith("[@"):
        return table.name + value
    match = _THIS_ROW.match(value)
    if match is None:
        return value
    name = match[1] or (table.name if table else "")
    column = match[2] if match[2].startswith("[") else f"[{match[2]}]"
    return f"{name}[[#This Row],{column}]" if match[2] else f"{name}[#This Row]"


class UnresolvedReferenceError(LookupError):
    """A structured reference names a table or column that is not there. The message says which."""


class CellForms:
    """Formulas with structured references written as plain cells, for the calculator.

    A calculated column repeats one formula in every row, so each formula is resolved once and its rows filled in.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._templates: dict[tuple[str, str, str | None], str] = {}
        self._tables = [table.name.casefold() for sheet in workbook.sheets for table in sheet.tables]
        self._plain: dict[str, bool] = {}

    def of(self, formula: str, sheet: Sheet, row: int, column: int) -> str:
        """The formula as it reads in the cell. Raises UnresolvedReferenceError."""
        if self._is_plain(formula):
            return formula
        table = sheet.table_at(row, column)
        key = (formula, sheet.name, table.name if table else None)
        if key not in self._templates:
            self._templates[key] = _template(formula, self._workbook, sheet, row, column)
        template = self._templates[key]
        if _ROW in template and (table is None or not table.data.contains(row, column)):
            raise UnresolvedReferenceError(f"row {row} is not a data row of a table")
        return template.replace(_ROW, str(row))

    def _is_plain(self, formula: str) -> bool:
        """Whether the calculator takes the formula as it is."""
        plain = self._plain.get(formula)
        if plain is None:
            marked = any(mark in formula for mark in ("[", "#", "_xl"))
            plain = self._plain[formula] = not marked and not any(name in formula.casefold() for name in self._tables)
        return plain


_ROW = "\0"  # stands for the own row in a template


def _template(formula: str, workbook: Workbook, sheet: Sheet, row: int, column: int) -> str:
    parts = []
    for token in tokenize(formula):
        value = token.value
        if token.type == "OPERAND" and token.subtype == "RANGE":
            structured = _STRUCTURED.match(value)
            if structured:
                value = _resolve(structured[1], structured[2], workbook, sheet, row, column)
            elif workbook.names.get(value) is None and (found := workbook.find_table(value)):
                value = _absolute(found[0], found[1].data, sheet)
        elif token.type == "FUNC" and token.subtype == "OPEN":
            value = f"{function_name(token)}("
        parts.append(value)
    return spilled_form("=" + "".join(parts))


def _resolve(name: str | None, inner: str, workbook: Workbook, sheet: Sheet, row: int, column: int) -> str:
    home, table = _table_of(name, workbook, sheet, row, column)
    items, first, last = parse_structured(inner)
    rows = _rows_of(items, table, row)
    indexes = []
    for header in (first, last):
        if header is None:
            continue
        index = table.column_index(header)
        if index is None:
            headers = ", ".join(c.header for c in table.columns)
            raise UnresolvedReferenceError(f"table {table.name} has no column {header!r}; it has {headers}")
        indexes.append(table.first_column + index)
    if not indexes:
        indexes = [table.first_column, table.last_column]
    if "#this row" in items:
        first_cell, last_cell = f"${column_letters(min(indexes))}{_ROW}", f"${column_letters(max(indexes))}{_ROW}"
        return first_cell if first_cell == last_cell else f"{first_cell}:{last_cell}"
    return _absolute(home, Area(rows[0], min(indexes), rows[1], max(indexes)), sheet)


def _table_of(name: str | None, workbook: Workbook, sheet: Sheet, row: int, column: int) -> tuple[Sheet, Table]:
    if name is None:
        own = sheet.table_at(row, column)
        if own is None:
            raise UnresolvedReferenceError("a reference to the own row stands outside a table")
        return sheet, own
    found = workbook.find_table(name)
    if found is None:
        raise UnresolvedReferenceError(f"there is no table {name!r}")
    return found


def _rows_of(items: frozenset[str], table: Table, row: int) -> tuple[int, int]:
    area, data = table.area, table.data
    if "#this row" in items:
        if not data.first_row <= row <= data.last_row:
            raise UnresolvedReferenceError(f"row {row} is not a data row of table {table.name}")
        return row, row
    if "#totals" in items and not table.has_totals:
        raise UnresolvedReferenceError(f"table {table.name} has no total row")
    if "#all" in items:
        return area.first_row, area.last_row
    spans = [
        span
        for item, span in (
            ("#headers", (area.first_row, area.first_row)),
            ("#data", (data.first_row, data.last_row)),
            ("#totals", (area.last_row, area.last_row)),
        )
        if item in items
    ] or [(data.first_row, data.last_row)]
    return spans[0][0], spans[-1][1]


def _absolute(home: Sheet, area: Area, sheet: Sheet) -> str:
    first = f"${column_letters(area.first_column)}${area.first_row}"
    last = f"${column_letters(area.last_column)}${area.last_row}"
    prefix = "" if home is sheet else f"{quote_sheet(home.name)}!"
    return f"{prefix}{first}" if first == last else f"{prefix}{first}:{last}"


@lru_cache(maxsize=4_096)
def parse_structured(inner: str) -> tuple[frozenset[str], str | None, str | None]:
    """`[[#Totals],[Qty]:[Price]]` as ({"#totals"}, "Qty", "Price"); items are lower case."""
    body = inner[1:-1]
    this_row = frozenset({"#this row"}) if body.startswith("@") else frozenset[str]()
    body = body.removeprefix("@")
    if not body.startswith("["):
        if body.startswith("#"):
            return this_row | {body.lower()}, None, None
        return this_row, _unescape(body) or None, None
    names = [_unescape(part) for part in re.findall(r"\[((?:'.|[^\[\]'])*)\]", body)]
    items = this_row | {name.lower() for name in names if name.startswith("#")}
    headers = [name for name in names if not name.startswith("#")]
    return items, headers[0] if headers else None, headers[-1] if len(headers) > 1 else None


def _unescape(name: str) -> str:
    return re.sub(r"'(.)", r"\1", name.strip())


def own_row_columns(formula: str, table_name: str) -> list[str]:
    """The headers that a formula inside the table names, by `[@Header]` or `TableName[Header]`."""
    headers: list[str] = []
    for token in _ranges(formula):
        match = _STRUCTURED.match(token.value)
        if match and (match[1] is None or match[1].casefold() == table_name.casefold()):
            _, first, last = parse_structured(match[2])
            headers += [header for header in (first, last) if header is not None]
    return headers


def plain_area(ref: str) -> tuple[str, Area]:
    """The sheet ("" if none) and area of a plain reference such as 'My sheet'!$A$1:$B$4. Raises ValueError."""
    sheet, cells = split_sheet(ref)
    return sheet, parse_range(cells)
