"""Summaries in live formulas: their values are those one counts by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from overten.documents.errors import OperationError
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]

COLUMNS = [
    {"header": "Region"}, {"header": "Product"}, {"header": "Date", "kind": "date"},
    {"header": "Amount", "kind": "currency", "total": "sum"},
]  # fmt: skip
ROWS: list[list[Any]] = [
    ["North", "Pen", "2026-01-05", 10], ["north", "Pen", "2026-02-07", -4], ["South", "In*k", "2026-02-17", 20],
    [">5", None, "2026-04-01", 7], ["South", "Ink", "2027-05-01", 3],
]  # fmt: skip


@pytest.fixture
def sales(do: Do) -> Workbook:
    book = Workbook()
    do(book, "write_table", sheet="Sales", anchor="B3", name="Sales", columns=COLUMNS, rows=ROWS)
    return book


def table(workbook: Workbook) -> list[list[Any]]:
    sheet, values = workbook.sheets[1], evaluate(workbook)
    area = sheet.used_area()
    assert area is not None
    return [
        [values.value(sheet, row, column) for column in range(area.first_column, area.last_column + 1)]
        for row in range(area.first_row, area.last_row + 1)
    ]


def test_every_function_by_one_field(sales: Workbook, do: Do) -> None:
    values = [{"column": "Amount", "function": f} for f in ("sum", "average", "min", "max")]
    values += [{"column": "Product", "function": f} for f in ("count", "distinct_count")]
    do(sales, "write_summary", sheet="Sum", anchor="A1", table="Sales", rows=[{"column": "Region"}], values=values)
    assert table(sales) == [
        ["Region", "Sum of Amount", "Average Amount", "Lowest Amount", "Highest Amount", "Count of Product",
         "Distinct Product"],
        [">5", 7, 7, 7, 7, 0, 0],
        ["North", 6, 3, -4, 10, 2, 1],
        ["South", 23, 11.5, 3, 20, 2, 2],
        ["Total", 36, 7.2, -4, 20, 4, 3],
    ]  # fmt: skip
    assert verify(write_xlsx(sales), sales) == []


def test_two_fields_nest_and_sort_by_value(sales: Workbook, do: Do) -> None:
    do(sales, "write_summary", sheet="Sum", anchor="A1", table="Sales", values=[{"column": "Amount", "label": "€"}],
       rows=[{"column": "Region"}, {"column": "Product"}], sort="value", descending=True)  # fmt: skip
    assert table(sales) == [
        ["Region / Product", "€"], ["South", 23], ["In*k", 20], ["Ink", 3], [">5", 7], ["(blank)", 7], ["North", 6],
        ["Pen", 6], ["Total", 36],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("group", "labels", "totals"),
    [
        ("quarter", ["Q1 2026", "Q2 2026", "Q2 2027"], [26, 7, 3]),
        ("year", [46023, 46388], [33, 3]),
        ("month", [46023, 46054, 46113, 46508], [10, 16, 7, 3]),
    ],
)
def test_dates_fall_into_periods(
    sales: Workbook, do: Do, group: str, labels: list[Any], totals: list[int]
) -> None:  # fmt: skip
    do(sales, "write_summary", sheet="Sum", anchor="A1", table="Sales", rows=[{"column": "Date", "group": group}],
       columns={"column": "Region"}, values=[{"column": "Amount"}])  # fmt: skip
    rows = table(sales)
    assert rows[0] == ["Date", ">5", "North", "South", "Total"]
    assert [row[0] for row in rows[1:-1]] == labels
    assert [row[-1] for row in rows[1:-1]] == totals
    assert rows[-1] == ["Total", 7, 6, 23, 36]


def test_the_formulas_are_live(sales: Workbook, do: Do) -> None:
    do(sales, "write_summary", sheet="Sum", anchor="A1", table="Sales", rows=[{"column": "Region"}],
       values=[{"column": "Amount"}], chart="bar")  # fmt: skip
    sales.sheets[0].put(4, 5, 110)
    assert [row[1] for row in table(sales)] == ["Sum of Amount", 7, 106, 23, 136]
    assert sales.sheets[1].charts[0].series[0].values == "Sum!$B$2:$B$4"


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"table": "Nope"}, "no table Nope"),
        ({"rows": [{"column": "Nope"}]}, "no column 'Nope'"),
        ({"rows": [{"column": "Region"}, {"column": "Region"}]}, "used twice"),
        ({"rows": [{"column": "Region", "group": "year"}]}, "no date"),
        ({"values": [{"column": "Region", "function": "max"}]}, "holds text"),
        ({"anchor": "A1", "sheet": "Sales", "rows": [{"column": "Region"}]}, "is filled"),
        ({"rows": [{"column": "Region"}, {"column": "Product"}], "chart": "bar"}, "one field of rows"),
    ],
)
def test_what_cannot_be_summarised_is_refused_and_nothing_is_written(
    sales: Workbook, do: Do, members: dict[str, Any], message: str
) -> None:
    before = sales.model_dump()
    base = {"sheet": "Sum", "anchor": "A1", "table": "Sales", "rows": [{"column": "Region"}]}
    with pytest.raises(OperationError, match=message):
        do(sales, "write_summary", **base | {"values": [{"column": "Amount"}]} | members)
    assert sales.model_dump() == before
