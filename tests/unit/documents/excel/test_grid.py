from __future__ import annotations

import pytest

from overten.documents.excel import grid
from overten.documents.excel.grid import Area


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16_384)])
def test_columns_are_letters_or_numbers(letters: str, number: int) -> None:
    assert grid.column_number(letters) == number
    assert grid.column_letters(number) == letters


def test_the_corners_of_a_range_may_come_in_any_order() -> None:
    assert grid.parse_range("$D$9:B2") == Area(2, 2, 9, 4)
    assert grid.parse_range("D9:B2").ref == "B2:D9"
    assert grid.parse_range("C3").ref == "C3"


@pytest.mark.parametrize("ref", ["", "A0", "1", "XFE1", "A1048577", "A1:", "B", "A1B"])
def test_what_is_no_cell_is_refused(ref: str) -> None:
    with pytest.raises(ValueError, match=r"is not a cell|outside a sheet"):
        grid.parse_cell(ref)


@pytest.mark.parametrize(
    ("name", "quoted"), [("Budget", "Budget"), ("Plan 2026", "'Plan 2026'"), ("Q1", "'Q1'"), ("R1C1", "'R1C1'")]
)
def test_a_sheets_name_is_quoted_where_excel_could_misread_it(name: str, quoted: str) -> None:
    assert grid.quote_sheet(name) == quoted
    assert grid.split_sheet(f"{quoted}!A1") == (name, "A1")


def test_areas_overlap_only_where_they_share_a_cell() -> None:
    area = Area(2, 2, 4, 4)
    assert area.overlaps(Area(4, 4, 9, 9))
    assert not area.overlaps(Area(5, 2, 6, 4))
    assert (area.size, area.contains(4, 2), area.contains(1, 2)) == (9, True, False)
