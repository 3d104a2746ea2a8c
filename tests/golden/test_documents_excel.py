"""The golden workbooks: nothing is wrong with them, others read and calculate the same, and they look approved."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chartsheet import Chartsheet

from overten.documents.excel.operations import ExcelOperation
from tests.golden.documents.excel import DOCUMENTS
from tests.golden.suite import Suite, check_findings, check_pdf, check_picture, suite_of, unused

DRAWN = [name for name, golden in DOCUMENTS.items() if golden.drawn]
RECALCULABLE = [name for name, golden in DOCUMENTS.items() if golden.recalculable]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite_of("excel", tmp_path_factory)


def opened(source: Any, **options: Any) -> Workbook:
    with warnings.catch_warnings():
        # Of what it would not write again: sparklines, extended conditional formats.
        warnings.simplefilter("ignore")
        return load_workbook(source, **options)


def counted(book: Workbook) -> dict[str, int]:
    sheets: list[Any] = [sheet for sheet in book if not isinstance(sheet, Chartsheet)]
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row]
    return {
        "sheets": len(sheets),
        "hidden": sum(sheet.sheet_state == "hidden" for sheet in sheets),
        "charts": sum(len(sheet._charts) for sheet in sheets),
        "images": sum(len(sheet._images) for sheet in sheets),
        "tables": sum(len(sheet.tables) for sheet in sheets),
        "merges": sum(len(sheet.merged_cells.ranges) for sheet in sheets),
        "validations": sum(len(sheet.data_validations.dataValidation) for sheet in sheets),
        "names": len(book.defined_names),
        "notes": sum(cell.comment is not None for cell in cells),
        "links": sum(cell.hyperlink is not None for cell in cells),
        "formulas": sum(cell.data_type == "f" for cell in cells),
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_wrong_with_it(suite: Suite, name: str) -> None:
    check_findings(suite, name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_openpyxl_finds_all_that_it_holds(suite: Suite, name: str) -> None:
    wanted = dict(suite.goldens[name].holds)
    found = counted(opened(BytesIO(suite.made(name).data)))
    assert {what: found[what] for what in wanted} == wanted


@pytest.mark.parametrize("name", DOCUMENTS)
def test_libreoffice_prints_it(suite: Suite, name: str) -> None:
    check_pdf(suite, name)


@pytest.mark.parametrize("name", RECALCULABLE)
def test_libreoffice_calculates_what_the_file_holds(suite: Suite, name: str) -> None:
    ours = opened(BytesIO(suite.made(name).data), data_only=True)
    theirs = opened(suite.recalculated / f"{name}.xlsx", data_only=True)
    differing = []
    for sheet in opened(BytesIO(suite.made(name).data)):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                values = [book[sheet.title].cell(cell.row, cell.column).value for book in (ours, theirs)]
                if not alike(*values):
                    differing.append((sheet.title, cell.coordinate, cell.value, *values))
    assert differing == []


def alike(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)
    return (ours or None) == (theirs or None)


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_approved(suite: Suite, name: str) -> None:
    check_picture(suite, name)


def test_every_operation_and_every_choice_is_in_some_workbook(suite: Suite) -> None:
    assert unused(suite, ExcelOperation) == set()
