"""Workbooks of others, opened, edited and delivered: only what was asked for changes, and nothing is lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from overten.documents.excel.engine import ExcelEngine
from overten.documents.excel.opened.census import features
from overten.documents.excel.opened.macros import made_ordinary
from overten.documents.excel.opened.read import read
from overten.documents.excel.operations import ExcelOperation
from overten.documents.excel.workbook import Workbook
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.package import Package
from tests.corpus import CORPUS

SOFFICE = shutil.which("soffice")
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
OPERATION: TypeAdapter[Any] = TypeAdapter(ExcelOperation)
ENGINE = ExcelEngine()
# Parts that any edit may change beside the sheet it is about: lists of parts, strings, formats.
SHARED_PARTS = ("[Content_Types].xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "xl/calcChain.xml")
# Verified on each of these; the others of the corpus take the verifier too long for a test.
VERIFIED_BYTES = 80_000


def _files() -> list[Path]:
    return sorted([*CORPUS.glob("xlsx/*.xlsx"), *CORPUS.glob("xlsm/*.xlsm")])


def _opened(path: Path) -> Workbook:
    try:
        return ENGINE.open(path.read_bytes())
    except PackageError as error:
        pytest.skip(f"refused: {error}")


pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of workbooks is not here")
each_file = pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem[-40:])


def _do(workbook: Workbook, **operation: Any) -> None:
    ENGINE.apply(workbook, OPERATION.validate_python(operation))


def _first(workbook: Workbook) -> tuple[str, int]:
    """The first sheet and a row below all that is on it."""
    sheet = workbook.sheets[0]
    used = sheet.used_area()
    areas = [merge.last_row for merge in sheet.merged_areas()]
    return sheet.name, max([used.last_row if used else 0, *areas]) + 2


def set_a_cell(workbook: Workbook) -> None:
    sheet, row = _first(workbook)
    _do(workbook, op="write_block", sheet=sheet, anchor=f"A{row}", rows=[["Checked & <signed>", 12.5, f"=B{row}*2"]])


def add_a_sheet_with_a_chart(workbook: Workbook) -> None:
    rows = [["Month", "Sum"], ["Jan", 3], ["Feb", "=B2*2"]]
    _do(workbook, op="write_block", sheet="Added here", anchor="A1", rows=rows)
    series = [{"values": "'Added here'!B2:B3", "categories": "'Added here'!A2:A3"}]
    _do(workbook, op="add_chart", sheet="Added here", anchor="D2", kind="column", title="Sums", series=series)


def insert_rows(workbook: Workbook) -> None:
    sheet, row = _first(workbook)
    _do(workbook, op="change_lines", sheet=sheet, action="insert_rows", at=str(row), count=2)


EDITS = [set_a_cell, add_a_sheet_with_a_chart, insert_rows]


@each_file
def test_a_workbook_that_nobody_changed_keeps_every_byte(path: Path) -> None:
    workbook = _opened(path)

    written = ENGINE.write(ENGINE.load(ENGINE.store(workbook)), created=MOMENT)

    assert written == made_ordinary(path.read_bytes())[0]


@each_file
@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_changes_what_it_must_and_loses_nothing(path: Path, edit: Callable[[Workbook], None]) -> None:
    workbook = _opened(path)
    before = Package.open(workbook.package or b"")
    edit(workbook)

    written = ENGINE.write(workbook, created=MOMENT)

    after = Package.open(written)
    had, has = features(before), features(after)
    assert {feature: (count, has[feature]) for feature, count in had.items() if has[feature] < count} == {}
    again = read(Package.open(written)).workbook
    assert [sheet.cells for sheet in again.sheets] == [sheet.cells for sheet in workbook.sheets]
    changed = {name for name in before.names() if not after.has(name) or after.read(name) != before.read(name)}
    changed -= {name for name in changed if name in SHARED_PARTS or name.endswith(".rels")}
    if edit is set_a_cell:
        assert len(changed) == 1
    elif edit is add_a_sheet_with_a_chart:
        assert changed == set()


@each_file
def test_an_edit_brings_no_error_that_the_file_did_not_have(path: Path) -> None:
    if path.stat().st_size > VERIFIED_BYTES:
        pytest.skip("large")
    workbook = _opened(path)
    for edit in EDITS:
        edit(workbook)

    findings = ENGINE.verify(ENGINE.write(workbook, created=MOMENT), workbook)

    assert [finding for finding in findings if finding.severity == "error"] == []


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("name", ["noextdatab4", "stress002", "60509", "chart_table03", "Pivot4"])
def test_libreoffice_opens_an_edited_workbook(name: str, tmp_path: Path) -> None:
    path = next((path for path in _files() if name in path.name), None)
    if path is None:
        pytest.skip("not in the corpus")
    workbook = _opened(path)
    for edit in EDITS:
        edit(workbook)
    file = tmp_path / "edited.xlsx"
    file.write_bytes(ENGINE.write(workbook, created=MOMENT))

    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        str(SOFFICE),
        profile,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
    ]
    subprocess.run([*command, "--outdir", str(tmp_path), str(file)], check=True, timeout=180, capture_output=True)

    added = next(tmp_path.glob("*Added here*.csv")).read_text()
    assert added.splitlines() == ["Month,Sum", "Jan,3", "Feb,6"]
