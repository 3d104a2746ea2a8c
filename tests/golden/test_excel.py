"""A rich workbook, opened by a program that did not write it: LibreOffice must show the values the file holds."""

from __future__ import annotations

import csv
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import TypeAdapter

from overten.documents.excel.apply import apply
from overten.documents.excel.operations import ExcelOperation
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")

OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Budget", "accent_color": "#0F6B5C", "currency_symbol": "€"},
    {"op": "create_sheet", "sheet": "Plan 2026"},
    {
        "op": "write_block",
        "sheet": "Plan 2026",
        "anchor": "A1",
        "rows": [["Budget"], ["Tax rate", 0.2], ["Best month", "=MAX(Costs[Net])"], ["Saved", "=B3*TaxRate"]],
        "styles": [
            {"range": "A1", "style": {"name": "title"}},
            {"range": "B2", "style": {"name": "assumption", "kind": "percent"}},
        ],
    },
    {"op": "define_name", "name": "TaxRate", "refers_to": "'Plan 2026'!B2"},
    {
        "op": "write_table",
        "sheet": "Plan 2026",
        "anchor": "A7",
        "name": "Costs",
        "columns": [
            {"header": "Month", "kind": "month"},
            {"header": "Kind", "choices": ["Rent", "Food"]},
            {"header": "Gross", "kind": "number", "input": True, "total": "sum"},
            {"header": "Net", "kind": "number", "formula": "=[@Gross]/(1+TaxRate)", "total": "average"},
        ],
        "rows": [["2026-01", "Rent", 1200.5], ["2026-02", "Food", 310], ["2026-03", "Food", 95.25]],
    },
    {
        "op": "add_chart",
        "sheet": "Plan 2026",
        "anchor": "G2",
        "kind": "column",
        "title": "Net by month",
        "series": [{"values": "Costs[Net]", "categories": "Costs[Month]"}],
    },
    {
        "op": "add_conditional_format",
        "sheet": "Plan 2026",
        "range": "C8:C10",
        "rule": {"type": "data_bar"},
    },
    {"op": "freeze_panes", "sheet": "Plan 2026", "cell": "A8"},
]


@pytest.fixture(scope="module")
def workbook() -> Workbook:
    book = Workbook()
    adapter: TypeAdapter[Any] = TypeAdapter(ExcelOperation)
    for operation in OPERATIONS:
        apply(book, adapter.validate_python(operation))
    return book


@pytest.fixture(scope="module")
def data(workbook: Workbook) -> bytes:
    return write_xlsx(workbook)


def convert(data: bytes, target: str, folder: Path) -> Path:
    (folder / "book.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", target, "--outdir", str(folder), "book.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder / f"book.{target.partition(':')[0]}"


def test_the_file_passes_every_check(data: bytes, workbook: Workbook) -> None:
    assert verify(data, workbook) == []


def test_openpyxl_reads_back_what_was_written(data: bytes) -> None:
    sheet = load_workbook(BytesIO(data))["Plan 2026"]
    assert sheet.tables["Costs"].ref == "A7:D11"
    assert sheet["D8"].value == "=Costs[[#This Row],[Gross]]/(1+TaxRate)"
    assert sheet["A8"].value.isoformat() == "2026-01-01T00:00:00"
    assert sheet.freeze_panes == "A8"
    assert len(sheet._charts) == 1  # type: ignore[attr-defined]
    assert sheet.data_validations.dataValidation[0].sqref == "B8:B10"


@needs_libreoffice
def test_libreoffice_shows_the_cached_values(data: bytes, tmp_path: Path) -> None:
    shown = list(csv.reader(convert(data, "csv", tmp_path).read_text().splitlines()))
    cached = load_workbook(BytesIO(data), data_only=True)["Plan 2026"]
    for ref in ("B3", "B4", "C11", "D8", "D9", "D10", "D11"):
        cell = cached[ref]
        text = shown[cell.row - 1][cell.column - 1].replace(",", "")
        assert float(text) == pytest.approx(float(cell.value), abs=0.005), ref


@needs_libreoffice
def test_libreoffice_prints_no_hashes(data: bytes, tmp_path: Path) -> None:
    import pypdfium2

    page = pypdfium2.PdfDocument(convert(data, "pdf", tmp_path))[0]
    text = page.get_textpage().get_text_range()
    assert "Net by month" in text
    assert "1,200.50" in text
    assert "Jan 2026" in text
    assert "##" not in text
