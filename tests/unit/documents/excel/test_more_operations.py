"""Sheets, sorting, finding, images, sparklines, notes, links, kinds of charts and looks."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from overten.documents.errors import OperationError
from overten.documents.excel.inspect import describe
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.verify import verify
from overten.documents.excel.workbook import Sheet, Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x20\x80\x40" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sheet_of(workbook: Workbook, name: str) -> Sheet:
    sheet = workbook.find_sheet(name)
    assert sheet is not None
    return sheet


def codes(workbook: Workbook, **options: Any) -> set[str]:
    return {finding.code for finding in verify(write_xlsx(workbook, **options), workbook)}


def test_a_sheet_moves_and_takes_its_settings(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Notes", anchor="A1", rows=[["x"]])
    do(workbook, "set_sheet", sheet="Notes", position=0, tab_color="#AA3300", zoom=80, hidden=True)
    book = load_workbook(BytesIO(write_xlsx(workbook)))
    assert book.sheetnames == ["Notes", "Budget"]
    assert book["Notes"].sheet_state == "hidden"
    assert book["Notes"].sheet_view.zoomScale == 80
    assert book.active is not None
    assert book.active.title == "Budget"
    with pytest.raises(OperationError, match="the only sheet that shows"):
        do(workbook, "set_sheet", sheet="Budget", hidden=True)
    do(workbook, "create_sheet", sheet="Spare")
    do(workbook, "set_sheet", sheet="Budget", hidden=True)
    with pytest.raises(OperationError, match="Every other sheet is hidden"):
        do(workbook, "delete_sheet", sheet="Spare")


def test_a_protected_sheet_takes_typing_in_inputs_only(workbook: Workbook, do: Do) -> None:
    do(workbook, "format_range", sheet="Budget", range="B2", style={"name": "input"})
    do(workbook, "add_validation", sheet="Budget", range="H1:H2", type="integer", minimum=1)
    do(workbook, "set_sheet", sheet="Budget", protected=True)
    sheet = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]
    assert sheet.protection.sheet
    assert [sheet[ref].protection.locked for ref in ("B2", "H2", "A1", "E5")] == [False, False, True, True]


def test_groups_fold_lines_and_may_nest_but_not_cross(workbook: Workbook, do: Do) -> None:
    do(workbook, "set_sheet", sheet="Budget", groups=[{"lines": "10:14"}, {"lines": "11:12", "collapsed": True}])
    sheet = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]
    assert [sheet.row_dimensions[row].outlineLevel for row in (10, 11, 15)] == [1, 2, 0]
    assert sheet.row_dimensions[11].hidden
    assert sheet.row_dimensions[13].collapsed
    with pytest.raises(OperationError, match="cross"):
        do(workbook, "set_sheet", sheet="Budget", groups=[{"lines": "10:14"}, {"lines": "12:16"}])
    with pytest.raises(OperationError, match="totals of table Expenses"):
        do(workbook, "set_sheet", sheet="Budget", groups=[{"lines": "5:5", "collapsed": True}])


def test_a_table_is_sorted_with_its_formulas_notes_and_total_row(workbook: Workbook, do: Do) -> None:
    do(workbook, "append_rows", table="Expenses", rows=[["Apples", "2026-03", 4, 50], ["Zoo", None, 1, None]])
    do(workbook, "annotate", sheet="Budget", items=[{"cell": "A7", "note": "From the farm"}])
    do(workbook, "sort_range", table="Expenses", by=[{"column": "Amount", "descending": True}, {"column": "Item"}])
    sheet, values = workbook.sheets[0], evaluate(workbook)
    assert [values.value(sheet, row, 1) for row in range(5, 10)] == ["Rent", "Apples", "Food", "Zoo", "Total"]
    assert list(sheet.notes) == ["A6"]
    assert values.value(sheet, 9, 5) == pytest.approx(1000.5 + 200 + 60.75)


def test_a_range_is_sorted_in_excels_order_with_blanks_last(workbook: Workbook, do: Do) -> None:
    rows = [["Key", "Twice"], ["b", "=A2"], [True, 1], [None, 2], [10, "=A5&$A5"], ["A", 3], [2, "=SUM(A2:A7)"]]
    do(workbook, "write_block", sheet="Loose", anchor="A1", rows=rows)
    do(workbook, "sort_range", sheet="Loose", range="A1:B7", by=[{"column": "A"}])
    sheet = sheet_of(workbook, "Loose")
    assert [sheet.content(row, 1) for row in range(2, 8)] == [2, 10, "A", "b", True, None]
    assert [sheet.content(row, 2) for row in (2, 3, 5)] == ["=SUM(A2:A7)", "=A3&$A3", "=A5"]


def test_sorting_is_refused_where_a_formula_would_change_its_meaning(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Loose", anchor="A1", rows=[["K", "Run"], [3, 3], [1, "=B2+A3"], [2, "=B3+A4"]])
    with pytest.raises(OperationError, match="refers to other rows"):
        do(workbook, "sort_range", sheet="Loose", range="A1:B4", by=[{"column": "K"}])
    do(workbook, "write_block", sheet="Other", anchor="A1", rows=[["=Budget!A5"]])
    with pytest.raises(OperationError, match="Other!A1 refers to single rows"):
        do(workbook, "sort_range", table="Expenses", by=[{"column": "Item"}])


def test_text_is_found_and_replaced_and_stays_data(workbook: Workbook, do: Do) -> None:
    do(workbook, "write_block", sheet="Loose", anchor="A1", rows=[["Rent due"], ["rent"], [12], ["=A3*Rate"]])
    assert do(workbook, "find_replace", find="RENT") == "Found 'RENT' 3 times in 3 cells: Budget!A5, Loose!A1, Loose!A2"
    do(workbook, "find_replace", find="rent", replace="=1+1", match_case=True, whole_cell=True)
    do(workbook, "find_replace", find="12", replace="13", whole_cell=True, sheet="Loose")
    do(workbook, "find_replace", find="Rate", replace="2", look_in="formulas", sheet="Loose")
    sheet, values = sheet_of(workbook, "Loose"), evaluate(workbook)
    assert [values.value(sheet, row, 1) for row in range(1, 5)] == ["Rent due", "=1+1", 13, 26]
    before = workbook.model_dump()
    with pytest.raises(OperationError, match="not a valid formula"):
        do(workbook, "find_replace", find="*", replace="*(", look_in="formulas")
    assert workbook.model_dump() == before
    assert do(workbook, "find_replace", find="Qty") == "Found 'Qty' nowhere"


def test_an_image_is_placed_with_its_proportions_and_text(workbook: Workbook, do: Do) -> None:
    do(workbook, "add_image", sheet="Budget", anchor="H10", image="shop.png", alt_text="Our shop", columns=4, rows=5)
    do(workbook, "set_workbook", logo="logo.png", title="Budget")
    assert workbook.image_names == ["logo.png", "shop.png"]
    images = {"shop.png": png(40, 20), "logo.png": png(90, 30)}
    with zipfile.ZipFile(BytesIO(write_xlsx(workbook, assets=images.get))) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        assert archive.read("xl/media/image1.png") == images["shop.png"]
    assert 'descr="Our shop"' in drawing
    assert 'descr="Logo of Budget"' in drawing
    assert codes(workbook, assets=images.get) == set()


@pytest.mark.parametrize("data", [None, b"<svg/>", b"\x89PNG\r\n\x1a\nbroken", png(1, 1)[:30]])
def test_an_image_that_is_not_there_or_is_none_is_reported_and_breaks_nothing(
    workbook: Workbook, do: Do, data: bytes | None
) -> None:
    do(workbook, "add_image", sheet="Budget", anchor="H10", image="shop", alt_text="Our shop")
    assert codes(workbook, assets=lambda _: data) == {"image_missing"}


def test_images_that_overlap_or_cover_cells_are_told(workbook: Workbook, do: Do) -> None:
    do(workbook, "add_image", sheet="Budget", anchor="B5", image="a", alt_text="A")
    do(workbook, "add_image", sheet="Budget", anchor="C6", image="b", alt_text="B")
    assert codes(workbook, assets=lambda _: png(20, 20)) == {"image_over_cells", "images_overlap"}


def test_notes_and_links_hang_on_cells_that_keep_their_contents(workbook: Workbook, do: Do) -> None:
    items = [
        {"cell": "E5", "note": "Checked", "link": "https://example.com/a?b=1"},
        {"cell": "A1", "link": "Budget!A4"},
        {"cell": "A2", "link": "mailto:sales@example.com"},
    ]
    do(workbook, "annotate", sheet="Budget", author="Ann", items=items)
    sheet = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]
    assert sheet["E5"].value.startswith("=")
    assert sheet["E5"].hyperlink.target == "https://example.com/a?b=1"
    assert sheet["A1"].hyperlink.location == "Budget!A4"
    assert sheet["E5"].comment.author == "Ann"
    assert codes(workbook) == set()
    told = describe(workbook, "Budget", "A1:E7")
    assert "Note E5 by Ann: Checked" in told
    assert "Link A1: Budget!A4" in told
    do(workbook, "annotate", sheet="Budget", items=[{"cell": "E5", "note": "", "link": ""}])
    assert list(workbook.sheets[0].links) == ["A1", "A2"]


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "file:///etc/passwd", "https://user@evil.com/", "\\\\host\\share", "Nowhere!A1", "A1"],
)
def test_links_lead_to_the_web_to_mail_or_into_the_workbook(workbook: Workbook, do: Do, link: str) -> None:
    with pytest.raises(OperationError):
        do(workbook, "annotate", sheet="Budget", items=[{"cell": "A1", "link": link}])


def test_links_follow_a_renamed_sheet(workbook: Workbook, do: Do) -> None:
    do(workbook, "annotate", sheet="Budget", items=[{"cell": "A1", "link": "Budget!A4"}])
    do(workbook, "add_sparklines", sheet="Budget", range="G5:G6", data="Budget!C5:E6")
    do(workbook, "rename_sheet", sheet="Budget", new_name="Plan 1")
    assert workbook.sheets[0].links == {"A1": "'Plan 1'!A4"}
    assert [one.data for one in workbook.sheets[0].sparklines] == ["'Plan 1'!C5:E5", "'Plan 1'!C6:E6"]
    assert codes(workbook) == set()


def test_sparklines_need_a_line_of_data_for_each_cell(workbook: Workbook, do: Do) -> None:
    with pytest.raises(OperationError, match="does not give one line of data"):
        do(workbook, "add_sparklines", sheet="Budget", range="G5:G7", data="Budget!C5:E6")


CHARTS: list[dict[str, Any]] = [
    {"kind": "bubble", "series": [{"values": "Data!B2:B4", "categories": "Data!C2:C4", "sizes": "Data!D2:D4"}]},
    {"kind": "radar", "series": [{"values": "Data!B2:B4", "categories": "Data!A2:A4"}]},
    {"kind": "stock", "series": [{"values": f"Data!{c}2:{c}4", "categories": "Data!A2:A4"} for c in "DCB"]},
    {"kind": "pie", "series": [{"values": "Data!B2:B4", "colors": ["#112233"]}]},
    {"kind": "column", "y_min": 0,
     "series": [{"values": "Data!B2:B4", "trend": "moving_average", "data_labels": True}]},
]  # fmt: skip


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart["kind"]))
def test_every_kind_of_chart_makes_a_valid_file(workbook: Workbook, do: Do, chart: dict[str, Any]) -> None:
    rows = [["Day", "Close", "Low", "High"], ["Mo", 5, 4, 7], ["Tu", 6, 5, 8], ["We", 4, 3, 6]]
    do(workbook, "write_block", sheet="Data", anchor="A1", rows=rows)
    do(workbook, "add_chart", sheet="Data", anchor="F2", title="Chart", legend="right", **chart)
    data = write_xlsx(workbook)
    assert verify(data, workbook) == []
    assert len(load_workbook(BytesIO(data))["Data"]._charts) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        (CHARTS[0] | {"series": [{"values": "Data!B2:B4", "categories": "Data!A2:A4"}]}, "no sizes"),
        (CHARTS[2] | {"series": CHARTS[2]["series"][:2]}, "three or four series"),
        (CHARTS[3] | {"series": [{"values": "Data!B2:B4", "trend": "linear"}]}, "no trend line"),
        (CHARTS[4] | {"y_min": 5, "y_max": 5}, "ends before it begins"),
    ],
)
def test_charts_that_cannot_be_drawn_are_refused(
    workbook: Workbook, do: Do, chart: dict[str, Any], message: str
) -> None:  # fmt: skip
    do(workbook, "write_block", sheet="Data", anchor="A1", rows=[["D", "C", "L", "H"], ["Mo", 5, 4, 7]])
    with pytest.raises(OperationError, match=message):
        do(workbook, "add_chart", sheet="Data", anchor="F2", title="Chart", **chart)


def test_what_has_the_accent_follows_the_files_theme(workbook: Workbook, do: Do) -> None:
    do(workbook, "set_workbook", accent_color="#7A1F5C", secondary_color="#2E8B57")
    do(workbook, "add_chart", sheet="Budget", anchor="G9", kind="bar", title="T", series=[{"values": "Budget!C5:C6"}])
    with zipfile.ZipFile(BytesIO(write_xlsx(workbook))) as archive:
        assert '<fgColor theme="4"/>' in archive.read("xl/styles.xml").decode()
        assert '<a:schemeClr val="accent1"/>' in archive.read("xl/charts/chart1.xml").decode()
        assert '<a:accent2><a:srgbClr val="2E8B57"/>' in archive.read("xl/theme/theme1.xml").decode()


def test_borders_lines_and_turned_text(workbook: Workbook, do: Do) -> None:
    outline = {"border": "outline", "border_style": "double", "border_color": "#112233"}
    do(workbook, "format_range", sheet="Budget", range="G1:H2", style=outline)
    do(workbook, "format_range", sheet="Budget", range="A1", style={"strike": True, "underline": True, "rotation": 45})
    sheet = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]
    assert [sheet["G1"].border.left.style, sheet["G1"].border.right.style] == ["double", None]
    assert [sheet["H2"].border.bottom.style, sheet["H2"].border.top.style] == ["double", None]
    font, alignment = sheet["A1"].font, sheet["A1"].alignment
    assert (font.strike, font.underline, alignment.textRotation) == (True, "single", 45)


def test_times_are_parts_of_a_day(workbook: Workbook, do: Do) -> None:
    styles = [{"range": "A30:B30", "style": {"kind": "time"}}, {"range": "C30", "style": {"kind": "datetime"}}]
    rows = [["06:00", "noon", "2026-01-01T12:00"]]
    do(workbook, "write_block", sheet="Budget", anchor="A30", rows=rows, styles=styles)
    assert [workbook.sheets[0].content(30, column) for column in (1, 2, 3)] == [0.25, "noon", 46023.5]


def test_text_that_cannot_be_read_on_its_ground_is_told(workbook: Workbook, do: Do) -> None:
    do(workbook, "format_range", sheet="Budget", range="A1", style={"fill": "#FFFF00", "font_color": "#FFFFFF"})
    found = [finding for finding in verify(write_xlsx(workbook), workbook) if finding.code == "low_contrast"]
    assert [finding.location for finding in found] == ["Budget!A1"]


@pytest.mark.parametrize(
    "formula",
    ['=HYPERLINK("https://"&A1)', '=HYPERLINK("https://example.com"&A1)', '=HYPERLINK("https://u@evil.com/")',
     '=IMPORTCSV("https://x.y/z")', "=FOPEN(A1)"],
)  # fmt: skip
def test_formulas_that_may_lead_elsewhere_are_refused(workbook: Workbook, do: Do, formula: str) -> None:
    with pytest.raises(OperationError):
        do(workbook, "write_block", sheet="Budget", anchor="J1", rows=[[formula]])


def test_clearing_a_range_takes_off_what_hangs_on_it(workbook: Workbook, do: Do) -> None:
    do(workbook, "annotate", sheet="Budget", items=[{"cell": "G5", "note": "x", "link": "Budget!A1"}])
    do(workbook, "add_sparklines", sheet="Budget", range="G5:G6", data="Budget!C5:E6")
    do(workbook, "add_image", sheet="Budget", anchor="H6", image="a", alt_text="A")
    told = do(workbook, "clear_range", sheet="Budget", range="G5:H6")
    assert told.endswith("removed 1 note, removed 1 link, removed 2 sparklines, removed 1 image)")
    sheet = workbook.sheets[0]
    assert [sheet.notes, sheet.links, sheet.sparklines, sheet.images] == [{}, {}, [], []]
