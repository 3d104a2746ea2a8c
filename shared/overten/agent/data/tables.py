"""Reads workbooks, CSV and JSON into tables with headers and types."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from overten.agent.data.models import Column, InputFile, Table
from overten.agent.data.texts import decoded

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WORKBOOKS = frozenset({"xlsx", "xlsm", "xltx", "xls", "ods"})
_DELIMITED = frozenset({"csv", "tsv"})
MAX_TABLES = 60
MAX_COLUMNS = 300
SAMPLE_ROWS = 4
MAX_SAMPLE_CHARS = 200
_HEADER_SEARCH_ROWS = 20
_NOTHING = frozenset({"", "-", "–", "n/a", "na", "null", "none", "#n/a", "#div/0!", "#ref!", "#value!", "#name?"})
_NULL = "\\N"


class Grid(NamedTuple):
    """Named columns and the rows below them."""

    names: list[str]
    rows: list[Sequence[Any]]
    where: str = ""


def is_tabular(file: InputFile) -> bool:
    return file.kind in WORKBOOKS | _DELIMITED or file.label.lower().endswith(".json")


def load(database: DuckDBPyConnection, file: InputFile, path: Path, known: Sequence[Table]) -> list[Table]:
    """Makes a table of each sheet of the file. Names are made from the file's, and each is given once."""
    taken = {table.name for table in known} | {"texts"}
    if file.kind in _DELIMITED:
        name = _free(_slug(Path(file.label).stem), taken)
        _read_delimited(database, name, path)
        return [_described(database, name, file)]
    grids = list(islice(_of_json(path) if file.kind not in WORKBOOKS else _of_workbook(path), MAX_TABLES))
    found = []
    for grid in grids:
        stem = _slug(Path(file.label).stem)
        name = _free(stem if len(grids) == 1 else _slug(f"{stem}_{grid.where}"), taken)
        _write(database, name, grid, path.with_suffix(".rows"))
        found.append(_described(database, name, file, grid.where))
    return found


# --- workbooks ---


def _of_workbook(path: Path) -> Iterable[Grid]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    with CalamineWorkbook.from_path(str(path)) as workbook:
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=True)
                if grid := grid_of(rows, sheet.name):
                    yield grid


def grid_of(rows: Sequence[Sequence[Any]], where: str = "") -> Grid | None:
    """The table on a sheet: below its header if it has one, without what stands above it; None if it is empty."""
    filled = [row for row in rows if any(_is_filled(cell) for cell in row)]
    if not filled:
        return None
    header = _header_at(filled)
    width = min(MAX_COLUMNS, max(len(row) for row in filled))
    body = filled[header + 1 :] if header is not None else filled
    named = [filled[header][at] if header is not None and at < len(filled[header]) else "" for at in range(width)]
    kept = [at for at in range(width) if _is_filled(named[at]) or any(_is_filled(_at(row, at)) for row in body)]
    names = _unique([str(named[at]).strip() for at in kept])
    as_it_is = kept == list(range(width))
    cells = [row if as_it_is and len(row) == width else [_at(row, at) for at in kept] for row in body]
    return Grid(names, cells, where)


def _header_at(rows: Sequence[Sequence[Any]]) -> int | None:
    """The first row that is as wide as those after it and holds words only."""
    for number, row in enumerate(rows[:_HEADER_SEARCH_ROWS]):
        filled = [cell for cell in row if _is_filled(cell)]
        after = [sum(_is_filled(cell) for cell in other) for other in rows[number + 1 : number + 11]]
        usual = sorted(after)[len(after) // 2] if after else 0
        if after and len(filled) >= max(1, 0.6 * usual):
            # Years and months head columns, too, but never the first.
            return number if isinstance(filled[0], str) and _are_titles(filled) else None
    return None


def _are_titles(cells: Sequence[Any]) -> bool:
    texts = sum(isinstance(cell, str) for cell in cells)
    return all(isinstance(cell, str | date) or _is_year(cell) for cell in cells) and texts >= 1


def _is_year(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 1900 <= cell <= 2100 and cell == int(cell)


def _is_filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _at(row: Sequence[Any], at: int) -> Any:
    return row[at] if at < len(row) else None


# --- JSON ---


def _of_json(path: Path) -> Iterable[Grid]:
    """A list of objects, or each such list in an object."""
    loaded = json.loads(decoded(path.read_bytes()))
    lists = {"": loaded} if isinstance(loaded, list) else loaded if isinstance(loaded, dict) else {}
    records = {name: value for name, value in lists.items() if isinstance(value, list) and value}
    if not records:
        records = {"": [loaded]}
    for where, items in records.items():
        objects = [item if isinstance(item, dict) else {"value": item} for item in items]
        names = list(dict.fromkeys(str(name) for item in objects for name in item))[:MAX_COLUMNS]
        yield Grid(_unique(names), [[_scalar(item.get(name)) for name in names] for item in objects], str(where))


def _scalar(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


# --- into the database ---


def _read_delimited(database: DuckDBPyConnection, name: str, path: Path) -> None:
    import duckdb

    text = decoded(path.read_bytes())
    clean = path.with_suffix(".utf8")
    clean.write_text(text, encoding="utf-8", newline="")
    decimal = ", decimal_separator = ','" if _has_decimal_commas(text[:100_000]) else ""
    source = f"'{clean}', sample_size = 50000, null_padding = true"
    # Path and options are ours; only the data is the user's.
    for options in (f"{source}{decimal}", f"{source}, all_varchar = true, strict_mode = false"):
        try:
            database.execute(f"CREATE TABLE {_quoted(name)} AS FROM read_csv({options})")
        except duckdb.Error:
            continue
        return
    rows = list(csv.reader(text.splitlines(), delimiter="\t" if "\t" in text[:2_000] else ","))
    if grid := grid_of(rows):
        _write(database, name, grid, path.with_suffix(".rows"))


def _has_decimal_commas(text: str) -> bool:
    if ";" not in text and "\t" not in text:
        return False
    commas = len(re.findall(r"(?:^|[;\t\"])-?\d+,\d+(?=[;\t\"\r\n]|$)", text, re.MULTILINE))
    return commas > len(re.findall(r"(?:^|[;\t\"])-?\d+\.\d{1,2}(?=[;\t\"\r\n]|$)", text, re.MULTILINE))


def _write(database: DuckDBPyConnection, name: str, grid: Grid, path: Path) -> None:
    """Column by column: there may be millions of cells."""
    columns = [list(column) for column in zip(*grid.rows, strict=True)] or [[] for _ in grid.names]
    types = [_type_of(column) for column in columns]
    written = [_written(column, kind) for column, kind in zip(columns, types, strict=True)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(zip(*written, strict=True))
    declared = ", ".join(f"{_literal(title)}: '{kind}'" for title, kind in zip(grid.names, types, strict=True))
    database.execute(
        f"CREATE TABLE {_quoted(name)} AS FROM read_csv('{path}', auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', nullstr = '{_NULL}', parallel = false, max_line_size = 20000000, "
        f"columns = {{{declared}}})"
    )
    path.unlink()


def _type_of(cells: Sequence[Any]) -> str:
    """The narrowest type that holds every cell; what only says that nothing is there does not count."""
    kinds = set(map(type, cells)) - {type(None)}
    if str in kinds:
        if not all(map(_is_nothing, {cell for cell in cells if isinstance(cell, str)})):
            return "VARCHAR"
        kinds -= {str}
    if kinds == {bool}:
        return "BOOLEAN"
    if kinds and kinds <= {int, float}:
        return "BIGINT" if all(map(_is_whole, _present(cells))) else "DOUBLE"
    if kinds and kinds <= {date, datetime}:
        at_midnight = all(getattr(cell, "hour", 0) == getattr(cell, "minute", 0) == 0 for cell in _present(cells))
        return "DATE" if at_midnight else "TIMESTAMP"
    return "VARCHAR"


def _present(cells: Sequence[Any]) -> Iterable[Any]:
    return (cell for cell in cells if cell is not None and not isinstance(cell, str))


def _is_whole(cell: float) -> bool:
    return cell == cell // 1 and -(2**53) < cell < 2**53


def _is_nothing(text: str) -> bool:
    return text.strip().lower() in _NOTHING


_AS_WRITTEN: dict[str, Callable[[Any], Any]] = {"BIGINT": int, "DATE": lambda day: day.isoformat()[:10]}


def _written(cells: Sequence[Any], kind: str) -> list[Any]:
    """A column as its file has it, with a mark for what is not there."""
    if kind == "VARCHAR":
        return [
            _NULL if cell is None or cell == "" else cell if isinstance(cell, str) else _text(cell) for cell in cells
        ]
    as_written: Callable[[Any], Any] = _AS_WRITTEN.get(kind, lambda cell: cell)
    return [_NULL if cell is None or isinstance(cell, str) else as_written(cell) for cell in cells]


def _text(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and _is_whole(cell) else str(cell)


def _described(database: DuckDBPyConnection, name: str, file: InputFile, where: str = "") -> Table:
    from overten.agent.data.child import _plain

    cursor = database.execute(f"FROM {_quoted(name)} LIMIT {SAMPLE_ROWS}")
    columns = [Column(name=str(title), type=str(kind)) for title, kind, *_ in cursor.description or ()]
    sample = [[_shortened(_plain(value)) for value in row] for row in cursor.fetchall()]
    # The name is one of ours.
    (row_count,) = database.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone() or (0,)  # noqa: S608
    return Table(name=name, file=file.name, where=where, columns=columns, row_count=row_count, sample=sample)


def _shortened(value: Any) -> Any:
    return value[:MAX_SAMPLE_CHARS] if isinstance(value, str) else value


# --- names ---


def _slug(text: str) -> str:
    """A name that needs no quotation marks."""
    slug = re.sub(r"\W+", "_", text.lower()).strip("_")[:60]
    return slug if slug and not slug[0].isdigit() else f"t_{slug}".rstrip("_")


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    taken.add(free)
    return free


def _unique(names: Iterable[str]) -> list[str]:
    """The names of columns, each once whatever its case, and none empty."""
    taken: set[str] = set()
    found = []
    for number, given in enumerate(names, start=1):
        name = re.sub(r"\s+", " ", given)[:120] or f"column_{number}"
        free, again = name, 1
        while free.lower() in taken:
            again += 1
            free = f"{name} ({again})"
        taken.add(free.lower())
        found.append(free)
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
