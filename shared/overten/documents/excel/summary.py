"""Pivot-style summaries of a table in plain formulas, which every Excel since 2010 calculates.

SUMIFS and its like read a criterion as a pattern: `*`, `?` and `~` are wildcards, a leading `<`, `>` or `=` is an
operator. Labels with these are written as literals that mean themselves. MINIFS and MAXIFS are younger (2019), so
lowest and highest values come from SUMPRODUCT, which works on arrays everywhere. Distinct values are counted by an
array formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from overten.documents.excel.cells import write_block
from overten.documents.excel.grid import Area, cell_name, column_letters, qualified
from overten.documents.excel.objects import add_chart
from overten.documents.excel.operations import (
    AddChart,
    CellStyle,
    CellValue,
    ChartSeries,
    RangeStyle,
    SummaryField,
    SummaryValue,
    TableColumn,
    ValueKind,
    WriteBlock,
    WriteSummary,
)
from overten.documents.excel.places import cell_of, no_table, refusal, sheet_to_write
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.sorting import rank
from overten.documents.excel.tables import escape_header
from overten.documents.excel.values import as_text, serial_of
from overten.documents.excel.workbook import CellContent, Sheet, Workbook

MAX_ROWS_OF_SUMMARY = 500
MAX_COLUMNS_OF_SUMMARY = 60
MAX_RECORDS_TO_TELL_APART = 1_000  # a distinct count looks at every pair of records
MAX_CRITERION_CHARACTERS = 255
BLANK_LABEL = "(blank)"
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WORDS = {
    "sum": "Sum of", "count": "Count of", "average": "Average", "min": "Lowest", "max": "Highest",
    "distinct_count": "Distinct",
}  # fmt: skip


@dataclass(frozen=True)
class _Field:
    """A field that makes rows or columns: `ref` is its column as a formula names it."""

    header: str
    ref: str
    index: int
    group: str | None
    kind: ValueKind


@dataclass(frozen=True)
class _Value:
    label: str
    ref: str
    index: int
    function: str
    looks: CellStyle


class _Criterion(NamedTuple):
    """One condition on records: as arguments of SUMIFS, and as an array of TRUE and FALSE."""

    pairs: str
    test: str


class _Line(NamedTuple):
    """A row of the summary: its key in each row field, and the keys' number as depth."""

    keys: tuple[CellContent, ...]
    records: list[int]


def write_summary(workbook: Workbook, operation: WriteSummary) -> str:
    """Writes a summary. Raises OperationError, with the workbook unchanged."""
    trial = workbook.model_copy(update={"structure": list(workbook.structure)})
    wanted = operation.sheet.casefold()
    trial.sheets = [
        sheet.model_copy(deep=True) if sheet.name.casefold() == wanted else sheet for sheet in workbook.sheets
    ]
    told = _Summary(trial, operation).write()
    workbook.sheets, workbook.structure = trial.sheets, trial.structure
    return told


class _Summary:
    def __init__(self, workbook: Workbook, operation: WriteSummary) -> None:
        found = workbook.find_table(operation.table)
        if found is None:
            raise no_table(workbook, operation.table, "table")
        if operation.columns and len(operation.values) > 1:
            raise refusal("With `columns` there can be one value only", "values", "Write one summary for each value.")
        self.workbook = workbook
        self.operation = operation
        self.home, self.table = found
        self.where = f"summary at {operation.sheet}!{operation.anchor}"
        self.fields = [self._field(field) for field in operation.rows]
        self.across = self._field(operation.columns) if operation.columns else None
        self.values = [self._value(value) for value in operation.values]
        self._check_fields()
        self.records = self._records()
        self.row, self.column = cell_of(operation.anchor, Sheet(name=operation.sheet))

    def write(self) -> str:
        lines = self._lines()
        entries = self._entries()
        height = 1 + len(lines) + self.operation.totals
        width = 1 + (len(entries) + self.operation.totals if self.across else len(self.values))
        if len(lines) > MAX_ROWS_OF_SUMMARY or width > MAX_COLUMNS_OF_SUMMARY:
            raise refusal(
                f"The summary would have {len(lines)} rows and {width} columns",
                self.where,
                f"At most {MAX_ROWS_OF_SUMMARY} and {MAX_COLUMNS_OF_SUMMARY}; choose fields with fewer values.",
            )
        area = Area(self.row, self.column, self.row + height - 1, self.column + width - 1)
        self._check_free(area)
        rows = [self._header(entries), *self._bodies(lines, entries)]
        if self.operation.totals:
            rows.append(self._total(entries))
        block = WriteBlock(
            sheet=self.operation.sheet,
            anchor=self.operation.anchor,
            rows=rows,
            styles=list(self._styles(area, lines, entries)),
        )
        told = write_block(self.workbook, block).partition(" cells at ")[2]
        chart = self._chart(area, lines, entries)
        drawn = f"; {add_chart(self.workbook, chart)}" if chart else ""
        return f"Wrote a summary of {self.table.name} at {told} ({len(lines)} rows){drawn}"

    def _index(self, header: str) -> int:
        index = self.table.column_index(header)
        if index is None:
            headers = ", ".join(column.header for column in self.table.columns)
            raise refusal(f"Table {self.table.name} has no column {header!r}", self.where, f"It has {headers}.")
        return index

    def _ref(self, index: int) -> str:
        return f"{self.table.name}[{escape_header(self.table.columns[index].header)}]"

    def _field(self, field: SummaryField) -> _Field:
        index = self._index(field.column)
        column = self.table.columns[index]
        group = field.group or ("month" if column.kind == "month" else None)
        return _Field(column.header, self._ref(index), index, group, column.kind)

    def _value(self, value: SummaryValue) -> _Value:
        index = self._index(value.column)
        column = self.table.columns[index]
        label = value.label or f"{_WORDS[value.function]} {column.header}"
        return _Value(label, self._ref(index), index, value.function, _value_looks(column, value.function))

    def _check_fields(self) -> None:
        indexes = [field.index for field in (*self.fields, self.across) if field]
        if len(set(indexes)) < len(indexes):
            raise refusal("A field is used twice", self.where, "Use each field for rows or for columns.")
        for value in self.values:
            if value.function == "distinct_count" and self.table.row_count > MAX_RECORDS_TO_TELL_APART:
                most = f"{MAX_RECORDS_TO_TELL_APART:,}"
                raise refusal(f"Distinct values are counted in at most {most} records", self.where, "Use count.")

    def _records(self) -> list[list[CellContent | None]]:
        """The table's records as they show."""
        evaluation = evaluate(self.workbook)
        data = self.table.data
        records = [
            [evaluation.value(self.home, row, column) for column in range(data.first_column, data.last_column + 1)]
            for row in range(data.first_row, data.last_row + 1)
        ]
        for value in self.values:
            texts = [record[value.index] for record in records if isinstance(record[value.index], str)]
            if value.function in {"min", "max"} and any(texts):
                raise refusal(
                    f"{value.ref} holds text such as {str(texts[0])[:40]!r}", self.where, "Take values of numbers."
                )
        return records

    def _key(self, field: _Field, record: int) -> CellContent:
        """The label a record falls under: "" if it has none, the first day of the period for grouped dates."""
        value = self.records[record][field.index]
        if value is None or value == "":
            return ""
        if field.group is None:
            return value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise refusal(f"{field.ref} holds {str(value)[:40]!r}, which is no date", self.where, "Group dates only.")
        day = date(1899, 12, 30) + timedelta(days=int(value))
        months = _MONTHS[field.group]
        return serial_of(date(day.year, (day.month - 1) // months * months + 1, 1))

    def _grouped(self, field: _Field, records: Iterable[int]) -> dict[CellContent, list[int]]:
        """Records by label. Labels that differ only in case are one, as for SUMIFS."""
        groups: dict[object, tuple[CellContent, list[int]]] = {}
        for record in records:
            key = self._key(field, record)
            groups.setdefault(_folded(key), (key, []))[1].append(record)
        labels = [label for label, _ in groups.values()]
        numbers = [_as_number(label) for label in labels]
        clash = next((n for n in numbers if n is not None and numbers.count(n) > 1), None)
        if clash is not None:
            raise refusal(
                f"{field.ref} has several labels that read as the number {clash:g}", self.where, "Mend the data first."
            )
        long = next((label for label in labels if len(str(label)) > MAX_CRITERION_CHARACTERS), None)
        if long is not None:
            raise refusal(f"{field.ref} holds texts of more than 255 characters", self.where, "Use a shorter field.")
        return dict(groups.values())

    def _ordered(self, groups: dict[CellContent, list[int]], *, by_value: bool) -> list[CellContent]:
        order: Callable[[CellContent], object] = rank
        if by_value:
            order = lambda label: _aggregate(self.values[0], [self.records[record] for record in groups[label]])  # noqa: E731
        labels = sorted((label for label in groups if label != ""), key=rank)
        labels.sort(key=order, reverse=self.operation.descending)  # type: ignore[arg-type]
        return labels + ([""] if "" in groups else [])

    def _lines(self) -> list[_Line]:
        by_value = self.operation.sort == "value"
        groups = self._grouped(self.fields[0], range(len(self.records)))
        lines: list[_Line] = []
        for label in self._ordered(groups, by_value=by_value):
            lines.append(_Line((label,), groups[label]))
            if len(self.fields) > 1:
                inner = self._grouped(self.fields[1], groups[label])
                ordered = self._ordered(inner, by_value=by_value)
                lines += [_Line((label, child), inner[child]) for child in ordered]
        return lines

    def _entries(self) -> list[CellContent]:
        """The labels across, in their own order."""
        if self.across is None:
            return []
        labels = self._grouped(self.across, range(len(self.records)))
        return sorted((label for label in labels if label != ""), key=rank) + ([""] if "" in labels else [])

    def _check_free(self, area: Area) -> None:
        sheet = sheet_to_write(self.workbook, self.operation.sheet)
        taken = next((cell_name(r, c) for r, c, _ in sheet.filled() if area.contains(r, c)), None)
        if taken:
            raise refusal(
                f"It would need {area.ref}, but {taken} is filled", self.where, "Use another anchor, or clear_range it."
            )

    def _header(self, entries: list[CellContent]) -> list[CellValue]:
        first = as_text(" / ".join(field.header for field in self.fields))
        if self.across is None:
            return [first, *(as_text(value.label) for value in self.values)]
        labels = [_label(self.across, entry) for entry in entries]
        return [first, *labels, *(["Total"] if self.operation.totals else [])]

    def _bodies(self, lines: list[_Line], entries: list[CellContent]) -> Iterator[list[CellValue]]:
        letters = column_letters(self.column)
        parent = self.row
        for row, line in enumerate(lines, start=self.row + 1):
            nested = len(line.keys) > 1
            parent = parent if nested else row
            criteria = [
                _criterion(self.fields[0], line.keys[0], f"${letters}${parent}" if nested else f"${letters}{row}")
            ]
            if nested:
                criteria.append(_criterion(self.fields[1], line.keys[1], f"${letters}{row}"))
            yield [_label(self.fields[len(line.keys) - 1], line.keys[-1]), *self._amounts(criteria, entries)]

    def _amounts(self, criteria: list[_Criterion], entries: list[CellContent]) -> list[CellValue]:
        if self.across is None:
            return [self._formula(value, criteria) for value in self.values]
        value = self.values[0]
        amounts: list[CellValue] = []
        for offset, entry in enumerate(entries, start=1):
            place = f"{column_letters(self.column + offset)}${self.row}"
            amounts.append(self._formula(value, [*criteria, _criterion(self.across, entry, place)]))
        return [*amounts, *([self._formula(value, criteria)] if self.operation.totals else [])]

    def _total(self, entries: list[CellContent]) -> list[CellValue]:
        return ["Total", *self._amounts([], entries)]

    def _formula(self, value: _Value, criteria: list[_Criterion]) -> str:
        ref, pairs = value.ref, ",".join(criterion.pairs for criterion in criteria)
        tests = "*".join(criterion.test for criterion in criteria)
        if value.function == "sum":
            return f"=SUMIFS({ref},{pairs})" if pairs else f"=SUM({ref})"
        if value.function == "count":
            return f'=COUNTIFS({pairs},{ref},"<>")' if pairs else f"=COUNTA({ref})"
        if value.function == "average":
            return f'=IFERROR(AVERAGEIFS({ref},{pairs}),"")' if pairs else f"=AVERAGE({ref})"
        if value.function == "distinct_count":
            return self._distinct(ref, tests)
        if not pairs:
            return f"={value.function.upper()}({ref})"
        filled = f'{tests}*({ref}<>"")'
        if value.function == "max":
            amount = f"SUMPRODUCT(MAX({filled}*({ref}-MIN({ref}))))+MIN({ref})"
        else:
            amount = f"MAX({ref})-SUMPRODUCT(MAX({filled}*(MAX({ref})-{ref})))"
        return f'=IF(COUNTIFS({pairs},{ref},"<>")=0,"",{amount})'

    def _distinct(self, ref: str, tests: str) -> str:
        """Each record under the label counts as one part of those with the same value, so each value counts as one."""
        alike = f"({ref}=TRANSPOSE({ref}))*1"
        if not tests:
            return f'=SUM(({ref}<>"")/MMULT({alike},ROW({ref})^0))'
        chosen = f"({tests}*1)"
        return f'=SUM({chosen}*({ref}<>"")/(MMULT({alike},{chosen})+1-{chosen}))'

    def _styles(self, area: Area, lines: list[_Line], entries: list[CellContent]) -> Iterable[RangeStyle]:
        first, last = area.first_column, area.last_column
        yield _style(Area(area.first_row, first, area.first_row, last), CellStyle(name="header"))
        if self.across and _date_code(self.across):
            header = Area(area.first_row, first + 1, area.first_row, first + max(len(entries), 1))
            yield _style(header, CellStyle(number_format=_date_code(self.across)))
        for index, line in enumerate(lines):
            row = area.first_row + 1 + index
            label = Area(row, first, row, first)
            code = _date_code(self.fields[len(line.keys) - 1])
            nested = len(self.fields) > 1
            looks = CellStyle(
                number_format=code, align="left", indent=2 if len(line.keys) > 1 else 1,
            )  # fmt: skip
            yield _style(label, looks)
            if nested and len(line.keys) == 1:
                yield _style(Area(row, first, row, last), CellStyle(bold=True, border="top", border_style="thin"))
        for offset, looks in enumerate(self._column_looks(area)):
            column = first + 1 + offset
            yield _style(Area(area.first_row + 1, column, area.last_row, column), looks)
        if self.operation.totals:
            yield _style(Area(area.last_row, first, area.last_row, last), CellStyle(name="total"))
            yield _style(Area(area.last_row, first, area.last_row, first), CellStyle(align="left", indent=1))

    def _column_looks(self, area: Area) -> list[CellStyle]:
        if self.across is None:
            return [value.looks for value in self.values]
        return [self.values[0].looks] * (area.last_column - area.first_column)

    def _chart(self, area: Area, lines: list[_Line], entries: list[CellContent]) -> AddChart | None:
        kind = self.operation.chart
        if kind is None:
            return None
        if len(self.fields) > 1:
            raise refusal("A chart shows one field of rows", self.where, "Leave chart out, or summarise by one field.")
        first_row, last_row = area.first_row + 1, area.first_row + len(lines)

        def column(offset: int) -> str:
            place = area.first_column + offset
            return qualified(self.operation.sheet, Area(first_row, place, last_row, place))

        count = len(entries) if self.across else len(self.values)
        if kind == "pie":
            count = 1
        by = self.fields[0].header + (f" and {self.across.header}" if self.across else "")
        title = self.operation.chart_title or f"{self.values[0].label} by {by}"
        return AddChart(
            sheet=self.operation.sheet,
            anchor=cell_name(area.first_row, area.last_column + 2),
            kind=kind,
            title=title[:120],
            series=[ChartSeries(values=column(offset), categories=column(0)) for offset in range(1, count + 1)][:20],
        )


def _folded(key: CellContent) -> object:
    return key.casefold() if isinstance(key, str) else (type(key) is bool, key)


def _as_number(label: CellContent) -> float | None:
    """The number that a criterion would read in the label."""
    if isinstance(label, bool):
        return None
    try:
        return float(label)
    except ValueError:
        return None


def _label(field: _Field, key: CellContent) -> CellValue:
    if key == "":
        return BLANK_LABEL
    if field.group == "quarter" and isinstance(key, int | float):
        start = date(1899, 12, 30) + timedelta(days=int(key))
        return f"Q{(start.month + 2) // 3} {start.year}"
    return as_text(key) if isinstance(key, str) else key


def _date_code(field: _Field) -> str | None:
    if field.group in {"month", "year"}:
        return "mmm yyyy" if field.group == "month" else "yyyy"
    return "d mmm yyyy" if field.kind == "date" and field.group is None else None


def _criterion(field: _Field, key: CellContent, cell: str) -> _Criterion:
    """The condition that a record falls under the label `key`, which stands in `cell`."""
    ref = field.ref
    if key == "":
        return _Criterion(f'{ref},"="', f'({ref}="")')
    if field.group:
        start, end = cell, f"EDATE({cell},{_MONTHS[field.group]})"
        if field.group == "quarter" and isinstance(key, int | float):
            day = date(1899, 12, 30) + timedelta(days=int(key))
            start, end = f"DATE({day.year},{day.month},1)", f"DATE({day.year},{day.month + 3},1)"
        return _Criterion(f'{ref},">="&{start},{ref},"<"&{end}', f"({ref}>={start})*({ref}<{end})")
    criterion = cell
    if isinstance(key, str):
        if re.search(r"[*?~]", key):
            literal = re.sub(r"([*?~])", r"~\1", key).replace('"', '""')
            criterion = f'"={literal}"'
        elif key.startswith(("<", ">", "=")):
            criterion = f'"="&{cell}'
    return _Criterion(f"{ref},{criterion}", f"({ref}={cell})")


def _value_looks(column: TableColumn, function: str) -> CellStyle:
    if function in {"count", "distinct_count"}:
        return CellStyle(kind="integer")
    kind: ValueKind = column.kind if column.kind not in {"text", "boolean"} else "number"
    if function == "average" and kind == "integer":
        kind = "number"
    return CellStyle(kind=kind, number_format=column.number_format)


def _aggregate(value: _Value, records: list[list[CellContent | None]]) -> float:
    """What the formula will show, to sort by."""
    found = [record[value.index] for record in records if record[value.index] not in (None, "")]
    numbers = [one for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
    if value.function == "count":
        return len(found)
    if value.function == "distinct_count":
        return len({_folded(one) for one in found if one is not None})
    if not numbers:
        return 0.0
    if value.function == "average":
        return sum(numbers) / len(numbers)
    if value.function == "sum":
        return sum(numbers)
    return min(numbers) if value.function == "min" else max(numbers)


def _style(area: Area, style: CellStyle) -> RangeStyle:
    return RangeStyle(range=area.ref, style=style)
