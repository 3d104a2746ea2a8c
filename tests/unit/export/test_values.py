"""Workbooks as CSV: what is in the cells, not what it looks like."""

from __future__ import annotations

import contextlib
import csv
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import perf_counter

import pytest
import xlsxwriter
from openpyxl import Workbook
from xlsxwriter.worksheet import Worksheet

from overten.documents.ooxml.errors import PackageError
from overten.export import cut
from overten.export.convert import convert
from overten.export.errors import DocumentRefused, ExportError, NoSuchPart
from overten.export.models import Converted, Options


def written(fill: Callable[[xlsxwriter.Workbook, Worksheet], object], **options: object) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as workbook:
        fill(workbook, workbook.add_worksheet("Data"))
    return buffer.getvalue()


def exported(data: bytes, sheet: str | int | None = None) -> Converted:
    return convert(data, "xlsx", "csv", Options(sheet=sheet), None, timeout_seconds=30)


def rows_of(made: Converted) -> list[list[str]]:
    assert made.extension == "csv"
    return list(csv.reader(io.StringIO(made.data.decode("utf-8"), newline="")))


def column_of(data: bytes) -> list[str]:
    return [row[0] for row in rows_of(exported(data))]


def test_numbers_have_all_their_digits_and_no_separators() -> None:
    numbers = [1234567.891, 0.123456789012345, -0.5, 1e-7, 12345678901234, 1e21, 3.0]
    data = written(lambda book, sheet: sheet.write_column(0, 0, numbers, book.add_format({"num_format": "#,##0"})))
    assert [float(text) for text in column_of(data)] == numbers
    assert column_of(data)[:4] == ["1234567.891", "0.123456789012345", "-0.5", "1e-07"]
    assert column_of(data)[-1] == "3"


@pytest.mark.parametrize(
    ("moment", "code", "shown"),
    [
        (date(2026, 11, 22), "dd/mm/yyyy", "2026-11-22"),
        (date(2026, 11, 22), "mmmm yyyy", "2026-11-22"),
        (datetime(2026, 11, 22, 14, 30), "d.m.yy hh:mm", "2026-11-22 14:30:00"),
        (datetime(2026, 11, 22, 0, 0), "yyyy-mm-dd hh:mm", "2026-11-22 00:00:00"),
        (time(8, 45), "hh:mm", "08:45:00"),
        (timedelta(hours=42), "[h]:mm", "42:00:00"),
    ],
)
@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_and_times_are_iso(moment: object, code: str, shown: str, date_1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_datetime(0, 0, moment, book.add_format({"num_format": code}))

    assert column_of(written(fill, date_1904=date_1904)) == [shown]


def test_early_serial_numbers_follow_excel_and_its_leap_year() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_column(0, 0, [1, 59, 61, 2_958_465], book.add_format({"num_format": "yyyy-mm-dd"}))

    assert column_of(written(fill)) == ["1900-01-01", "1900-02-28", "1900-03-01", "9999-12-31"]


def test_truth_errors_and_text_are_as_shown() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_boolean(0, 0, True)
        sheet.write_boolean(1, 0, False)
        sheet.write_formula(2, 0, "=NA()", None, "#N/A")
        sheet.write_string(3, 0, 'He said "yes",\nthen left')
        sheet.write_string(4, 0, "  Zürich & Łódź 東京 _x0041_ ")
        sheet.write_rich_string(5, 0, "two ", book.add_format({"bold": True}), "runs")

    made = exported(written(fill))
    assert rows_of(made) == [
        ["TRUE"], ["FALSE"], ["#N/A"], ['He said "yes",\nthen left'], ["  Zürich & Łódź 東京 _x0041_ "], ["two runs"],
    ]  # fmt: skip
    assert b'"He said ""yes"",\nthen left"\r\n' in made.data
    assert not made.data.startswith(b"\xef\xbb\xbf")


def test_formulas_are_their_results() -> None:
    made = exported(written(lambda _, sheet: sheet.write_formula(0, 0, "=2*21", None, 42)))
    assert rows_of(made) == [["42"]]
    assert [warning.code for warning in made.warnings] == ["formulas_as_values"]


def test_formulas_without_results_are_told() -> None:
    workbook = Workbook()
    workbook.active.append([1, "=A1+1", "=A1+2"])
    buffer = io.BytesIO()
    workbook.save(buffer)
    made = exported(buffer.getvalue())
    assert rows_of(made) == [["1"]]
    [warning] = [one for one in made.warnings if one.code == "formulas_without_values"]
    assert warning.location == "Sheet"
    assert "2 formulas (B1 …)" in warning.message


def test_empty_ends_are_dropped_and_what_is_between_is_kept() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write(1, 1, "a")
        sheet.write(3, 2, 5)
        sheet.write_blank(9, 9, None, book.add_format({"bg_color": "red"}))

    assert exported(written(fill)).data == b",,\r\n,a,\r\n,,\r\n,,5\r\n"


def test_a_merged_cell_is_told_once() -> None:
    data = written(lambda book, sheet: (sheet.merge_range("A1:B2", "both", book.add_format()), sheet.write("C1", 1)))
    assert rows_of(exported(data)) == [["both", "", "1"]]


def test_texts_that_could_run_are_marked_and_told() -> None:
    texts = ["=1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "+49 30 123456", "-5", "- a dash", "-x"]
    made = exported(written(lambda _, sheet: [sheet.write_string(row, 0, text) for row, text in enumerate(texts)]))
    assert [row[0] for row in rows_of(made)] == [
        "'=1+1", "'@SUM(A1)", "'-2+3+cmd|' /C calc'!A0", "+49 30 123456", "-5", "- a dash", "-x",
    ]  # fmt: skip
    assert [warning.code for warning in made.warnings] == ["text_marked"]


def several() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name in ("Data", "Ünï <b>", "Secret", "..", "Last"):
            book.add_worksheet(name).write(0, 0, f"in {name}")
        book.get_worksheet_by_name("Secret").hide()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Data!$A$1"})
        book.add_chartsheet("Chart").set_chart(chart)
    return buffer.getvalue()


def test_several_sheets_make_a_zip_in_their_order() -> None:
    made = exported(several())
    assert (made.extension, made.media_type) == ("zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.namelist() == ["01 Data.csv", "02 Ünï _b_.csv", "03.csv", "04 Last.csv"]
        assert archive.read("02 Ünï _b_.csv") == "in Ünï <b>\r\n".encode()
    assert [(one.code, one.message.rpartition(": ")[2]) for one in made.warnings] == [
        ("hidden_sheets_left_out", "Secret."),
        ("chart_sheets_left_out", "Chart."),
        ("drawings_left_out", "1 chart was left out."),
    ]


@pytest.mark.parametrize(
    ("sheet", "text"), [(2, "in Ünï <b>"), ("LAST", "in Last"), ("4", "in Last"), ("Secret", "in Secret")]
)
def test_one_sheet_is_picked_by_name_or_number(sheet: str | int, text: str) -> None:
    made = exported(several(), sheet)
    assert rows_of(made) == [[text]]
    assert made.warnings == []


@pytest.mark.parametrize("sheet", ["Sales", 9, 0])
def test_a_sheet_that_is_not_there_lists_those_that_are(sheet: str | int) -> None:
    with pytest.raises(NoSuchPart, match=r"1 Data, 2 Ünï <b>, 3 \.\., 4 Last\."):
        exported(several(), sheet)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"a,b\r\n"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentRefused):
        exported(data)


def test_a_large_sheet_takes_little_memory() -> None:
    count = 4_000
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(count):
            sheet.write_row(row, 0, [row, row * 1.5, f"text {row % 100}", row % 7, "x", 0.25, row, row, row, "end"])
    data = buffer.getvalue()
    tracemalloc.start()
    made = exported(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows_of(made)) == count
    assert peak < 8 * len(made.data) + 4 * 2**20


def with_sheet(xml: bytes) -> bytes:
    output = io.BytesIO()
    made = written(lambda _, sheet: sheet.write(0, 0, 1))
    with zipfile.ZipFile(io.BytesIO(made)) as before, zipfile.ZipFile(output, "w") as after:
        for name in before.namelist():
            after.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else before.read(name))
    return output.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "piece", [b"<row>", b"<row ", b'<row r="1"><c>', b"<row><c ", b"<c><f>", b"<row><c><is><rPh>", b"<f "]
)
def test_rows_that_never_end_cost_no_time(piece: bytes) -> None:
    hostile = with_sheet(SHEET % (piece * 20_000))
    begun = perf_counter()
    with contextlib.suppress(ExportError):
        exported(hostile)
    with contextlib.suppress(PackageError):
        cut.first_rows(hostile, 10, shown_as_text=True)
    with contextlib.suppress(PackageError):
        cut.fitted_to_width(hostile)
    assert perf_counter() - begun < 3


def test_sheets_that_others_than_office_wrote_read_the_same() -> None:
    row = b"<!-- c --><row><c t='inlineStr'><is><t>a</t></is></c><c><v>2</v></c></row>"
    assert rows_of(exported(with_sheet(SHEET % row))) == [["a", "2"]]
    wide = (SHEET % b'<row r="1"><c r="B1"><v>5</v></c></row>').decode().encode("utf-16")
    assert rows_of(exported(with_sheet(wide))) == [["", "5"]]


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="200000000"><c r="A200000000"><v>1</v></c></row>',
        b'<row r="' + b"9" * 5000 + b'"><c r="A1"><v>1</v></c></row>',
        b'<row r="1"><c t="n" r="ZZZZZZ1"><v>1</v></c></row>',
        b'<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    ],
    ids=["a row beyond the last", "a row without end", "a column beyond the last", "two far corners"],
)
def test_a_small_workbook_cannot_become_gigabytes_of_commas(rows: bytes) -> None:
    with pytest.raises(DocumentRefused):
        exported(with_sheet(SHEET % rows))


def test_a_sheet_that_ends_with_empty_cells_is_a_good_one() -> None:
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" s="0"/></row><row r="3"><c r="A3" s="0"/></row>'
    )
    data = with_sheet(SHEET % rows)

    assert cut.fitted_to_width(data)
    assert cut.first_rows(data, 2).data
