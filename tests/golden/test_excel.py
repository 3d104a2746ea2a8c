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


MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
REGIONS = {"North": 1.0, "South": 0.8, "Export": 1.4}
REPORT: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Sales report", "accent_color": "#0F6B5C", "secondary_color": "#D9822B",
     "currency_symbol": "€", "logo": "logo"},
    {"op": "write_block", "sheet": "Overview", "anchor": "A1", "rows": [["Sales report"], ["First half of 2026"]],
     "styles": [{"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}]},
    {"op": "write_table", "sheet": "Orders", "anchor": "A1", "name": "Orders",
     "columns": [{"header": "Month", "kind": "month"}, {"header": "Region"}, {"header": "Units", "kind": "integer"},
                 {"header": "Price", "kind": "currency", "input": True},
                 {"header": "Revenue", "kind": "currency", "formula": "=C2*[@Price]", "total": "sum"}],
     "rows": [[month, region, round(100 * share) + 7 * index, 49.5]
              for index, month in enumerate(MONTHS) for region, share in REGIONS.items()]},
    {"op": "write_summary", "sheet": "Overview", "anchor": "A4", "table": "Orders", "rows": [{"column": "Region"}],
     "columns": {"column": "Month"}, "values": [{"column": "Revenue"}], "sort": "value", "descending": True,
     "chart": "stacked_column", "chart_title": "Revenue by region"},
    {"op": "remove_chart", "sheet": "Overview", "title": "Revenue by region"},
    {"op": "write_block", "sheet": "Overview", "anchor": "I4", "rows": [["Trend"]],
     "styles": [{"range": "I4", "style": {"name": "header"}}]},
    {"op": "add_sparklines", "sheet": "Overview", "range": "I5:I7", "data": "Overview!B5:G7", "kind": "column"},
    {"op": "set_columns", "sheet": "Overview", "widths": {"I": 16}},
    {"op": "add_chart", "sheet": "Overview", "anchor": "A10", "kind": "column", "title": "Revenue and trend",
     "series": [{"values": "Overview!B8:G8", "categories": "Overview!B4:G4", "name": "Revenue", "trend": "linear",
                 "data_labels": True}], "y_min": 0, "gridlines": False, "legend": "bottom", "columns": 10},
    {"op": "add_image", "sheet": "Overview", "anchor": "K10", "image": "photo", "alt_text": "The warehouse"},
    {"op": "annotate", "sheet": "Overview", "author": "Finance", "items": [
        {"cell": "H5", "note": "Includes one large export order."}, {"cell": "A2", "link": "Orders!A1"},
        {"cell": "A5", "link": "https://example.com/regions"}]},
    {"op": "write_block", "sheet": "Market", "anchor": "A1",
     "rows": [["Rival", "Price", "Share", "Revenue"], ["A", 45, 0.2, 30], ["B", 52, 0.35, 55], ["C", 61, 0.1, 12]],
     "styles": [{"range": "A1:D1", "style": {"name": "header"}}, {"range": "C2:C4", "style": {"kind": "percent"}},
                {"range": "A1:D4", "style": {"border": "outline", "border_style": "medium"}}]},
    {"op": "add_chart", "sheet": "Market", "anchor": "F1", "kind": "bubble", "title": "Price against share",
     "series": [{"values": "Market!C2:C4", "categories": "Market!B2:B4", "sizes": "Market!D2:D4", "name": "Rivals"}],
     "x_title": "Price", "y_title": "Share", "x_min": 40, "x_max": 70, "y_min": 0},
    {"op": "add_chart", "sheet": "Market", "anchor": "F19", "kind": "radar", "title": "Profile",
     "series": [{"values": "Market!B2:B4", "categories": "Market!A2:A4"}]},
    {"op": "sort_range", "table": "Orders", "by": [{"column": "Region"}, {"column": "Units", "descending": True}]},
    {"op": "change_lines", "sheet": "Orders", "action": "insert_rows", "at": "1", "count": 2},
    {"op": "write_block", "sheet": "Orders", "anchor": "A1", "rows": [["Orders"]],
     "styles": [{"range": "A1", "style": {"name": "title"}}]},
    {"op": "set_sheet", "sheet": "Orders", "protected": True, "zoom": 90, "groups": [{"lines": "4:9"}]},
    {"op": "set_sheet", "sheet": "Market", "tab_color": "#D9822B", "position": 1},
]  # fmt: skip


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
