"""How a sheet looks: alignment, widths, heights, and how it goes on paper."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from overten.documents.excel.layout import Layout, lay_out
from overten.documents.excel.paper import paper_of
from overten.documents.excel.recalculate import evaluate
from overten.documents.excel.workbook import Workbook
from overten.documents.excel.write import write_xlsx

Do = Callable[..., str]
HEADER = {"range": "A1:D1", "style": {"name": "header"}}


@pytest.fixture
def book(do: Do) -> Workbook:
    made = Workbook()
    do(made, "create_sheet", sheet="S")
    return made


def layout_of(book: Workbook) -> Layout:
    return lay_out(book, book.sheets[0], evaluate(book))


def block(do: Do, book: Workbook, rows: list[list[Any]], *styles: dict[str, Any]) -> Layout:
    do(book, "write_block", sheet="S", anchor="A1", rows=rows, styles=list(styles))
    return layout_of(book)


def test_headers_of_a_block_stand_over_their_column(book: Workbook, do: Do) -> None:
    rows: list[list[Any]] = [
        ["Item", "Jan", "Unit", "Total"],
        ["Rent", 100, "EUR", "=B2*12"],
        ["Food", 20, "EUR", "=B3*12"],
    ]
    cells = block(do, book, rows, HEADER).cells
    assert "align" not in cells[1, 1]
    assert cells[1, 2]["align"] == cells[1, 4]["align"] == "right"
    assert (cells[1, 3]["align"], cells[1, 3]["indent"]) == ("left", 1)


def test_an_alignment_that_was_asked_for_is_kept(book: Workbook, do: Do) -> None:
    style = {"range": "B1", "style": {"name": "header", "align": "center"}}
    assert block(do, book, [["Item", "Jan"], ["Rent", 100]], HEADER, style).cells[1, 2]["align"] == "center"


def test_text_beside_a_number_keeps_clear_of_it(book: Workbook, do: Do) -> None:
    assert block(do, book, [["Rent", 100, "EUR"]]).cells[1, 3]["indent"] == 1


def test_a_label_fits_its_column_and_a_title_runs_over(book: Workbook, do: Do) -> None:
    label, title = "Gross salary per person", "The household budget of a family in a large town"
    assert block(do, book, [[label]]).widths[1] > 20
    do(book, "clear_range", sheet="S", range="A1")
    assert 1 not in block(do, book, [[title]], {"range": "A1", "style": {"name": "title"}}).widths


def test_the_widest_number_of_a_column_decides_its_width(book: Workbook, do: Do) -> None:
    style = {"range": "A1:A4", "style": {"number_format": "#,##0.00"}}
    few = block(do, book, [[1], [2], [3], [4]], style).widths[1]
    assert block(do, book, [[1], [-123_456_789.5], [3], [4]], style).widths[1] > few


def test_long_text_before_a_filled_cell_is_wrapped_and_its_row_grows(book: Workbook, do: Do) -> None:
    layout = block(do, book, [["many words " * 20, "next"]])
    assert layout.cells[1, 1]["text_wrap"]
    assert layout.heights[1] > 40


def test_later_styles_refine_earlier_ones(book: Workbook, do: Do) -> None:
    styles = [{"range": "A1:B2", "style": {"bold": True}}, {"range": "A1", "style": {"fill": "#FF0000"}}]
    cells = block(do, book, [[1, 2], [3, 4]], *styles).cells
    assert (cells[1, 1]["bold"], cells[1, 1]["bg_color"]) == (True, "#FF0000")
    assert "bg_color" not in cells[2, 2]


def test_a_named_style_begins_anew_but_keeps_number_format_and_alignment(book: Workbook, do: Do) -> None:
    note = {"range": "A1", "style": {"name": "note", "border": "thin", "kind": "percent", "align": "center"}}
    bold = {"range": "A1", "style": {"bold": True, "fill": "#FF0000"}}
    looks = block(do, book, [[0.2]], note, bold, {"range": "A1", "style": {"name": "label"}}).cells[1, 1]
    assert looks == {
        "num_format": "0.0%", "kind": "percent", "align": "center", "role": "label", "font_color": "#1F2933",
    }  # fmt: skip


def test_a_named_style_on_a_table_keeps_the_line_under_its_row(workbook: Workbook, do: Do) -> None:
    do(workbook, "format_range", sheet="Budget", range="D5", style={"bold": True})
    do(workbook, "format_range", sheet="Budget", range="D5", style={"name": "good"})
    looks = layout_of(workbook).cells[5, 4]
    assert (looks["bottom"], looks["align"], looks["bg_color"]) == (1, "right", "#DDF3E4")
    assert "bold" not in looks


def test_a_small_sheet_is_one_portrait_page(book: Workbook, do: Do) -> None:
    paper = paper_of(book.sheets[0], block(do, book, [["a", 1]]))
    assert (paper.landscape, paper.pages_wide, paper.pages_tall) == (False, 1, 1)


def test_a_wide_sheet_lies_and_a_chart_counts_as_width(book: Workbook, do: Do) -> None:
    block(do, book, [[1, 2]])
    do(book, "add_chart", sheet="S", anchor="H1", kind="line", title="T", series=[{"values": "S!A1:B1"}])
    assert paper_of(book.sheets[0], layout_of(book)).landscape


def test_a_very_wide_sheet_takes_more_pages_and_repeats_its_frozen_columns(book: Workbook, do: Do) -> None:
    layout = block(do, book, [["Label", *[1_000_000 + n for n in range(60)]]] * 3)
    do(book, "freeze_panes", sheet="S", cell="B2")
    paper = paper_of(book.sheets[0], layout)
    assert (paper.pages_wide, paper.pages_tall, paper.repeated_columns, paper.repeated_row) == (2, 0, 1, 1)


def test_the_print_set_up_asked_for_is_in_the_file(workbook: Workbook, do: Do) -> None:
    do(workbook, "set_print", sheet="Budget", landscape=True, repeat_rows=4)
    do(workbook, "set_workbook", title="Plan & budget", subject="2026")
    book = load_workbook(BytesIO(write_xlsx(workbook)))
    assert book["Budget"].page_setup.orientation == "landscape"
    assert book["Budget"].print_title_rows == "$4:$4"
    assert (book.properties.title, book.properties.subject) == ("Plan & budget", "2026")


def test_the_theme_and_the_currency_follow_the_workbook(workbook: Workbook, do: Do) -> None:
    do(workbook, "set_workbook", accent_color="#0F6B5C", font="Arial", currency_symbol="€")
    sheet = load_workbook(BytesIO(write_xlsx(workbook)))["Budget"]
    assert sheet["A4"].fill.start_color.theme == 4  # the first accent of the theme
    assert sheet["D5"].number_format.startswith("€#,##0")
    assert sheet["A5"].font.name == "Arial"
