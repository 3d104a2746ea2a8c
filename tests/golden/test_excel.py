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
from tests.golden.documents.excel.reports import OPERATIONS, REPORT

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


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


@pytest.fixture(scope="module")
def report() -> Workbook:
    book = Workbook()
    adapter: TypeAdapter[Any] = TypeAdapter(ExcelOperation)
    for operation in REPORT:
        apply(book, adapter.validate_python(operation))
    return book


@pytest.fixture(scope="module")
def report_data(report: Workbook) -> bytes:
    from PIL import Image

    pictures = {}
    for name, size in (("logo", (300, 90)), ("photo", (320, 200))):
        buffer = BytesIO()
        Image.new("RGB", size, "#0F6B5C").save(buffer, "PNG")
        pictures[name] = buffer.getvalue()
    return write_xlsx(report, assets=pictures.get)


def test_the_report_passes_every_check(report_data: bytes, report: Workbook) -> None:
    assert verify(report_data, report) == []


def test_openpyxl_reads_the_report(report_data: bytes) -> None:
    book = load_workbook(BytesIO(report_data))
    overview, orders = book["Overview"], book["Orders"]
    assert book.sheetnames == ["Overview", "Market", "Orders"]
    assert len(overview._images) == 2  # type: ignore[attr-defined]
    assert overview["B5"].value.startswith("=SUMIFS(Orders[Revenue],Orders[Region],$A5,Orders[Month]")
    assert overview["A2"].hyperlink.location == "Orders!A3"
    assert overview["H5"].comment.text == "Includes one large export order."
    assert orders.tables["Orders"].ref == "A3:E22"
    assert orders["E4"].value == "=C4*Orders[[#This Row],[Price]]"
    assert orders.protection.sheet
    assert [orders["D4"].protection.locked, orders["E4"].protection.locked] == [False, True]
    assert len(book["Market"]._charts) == 2  # type: ignore[attr-defined]


@needs_libreoffice
def test_libreoffice_calculates_the_report_as_we_do(report_data: bytes, tmp_path: Path) -> None:
    shown = list(csv.reader(convert(report_data, "csv", tmp_path).read_text().splitlines()))
    cached = load_workbook(BytesIO(report_data), data_only=True)["Overview"]
    for row in range(5, 9):
        for column in range(2, 9):
            text = shown[row - 1][column - 1].replace(",", "").replace("€", "")
            assert float(text) == pytest.approx(cached.cell(row, column).value, abs=0.5), (row, column)


@needs_libreoffice
def test_libreoffice_prints_the_report(report_data: bytes, tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(convert(report_data, "pdf", tmp_path))
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    assert "##" not in text
    for words in ("Sales report", "Revenue and trend", "Price against share", "Orders"):
        assert words in text
