"""What charts look like: where their parts lie, which colours say what, and what their workbooks hold."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pydantic import ValidationError

from overten.documents.color import to_oklch
from overten.documents.slides.chartdata import read_chart
from overten.documents.slides.chartlayout import axis_code, end_labels, places, scale, shares_axis
from overten.documents.slides.charts import chart_xml, has_totals, workbook
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, C
from overten.documents.slides.geometry import CONTENT, POINT, Box
from overten.documents.slides.operations import Chart
from overten.documents.slides.theme import Palette, derive_theme
from tests.unit.documents.slides.conftest import run, write

QUARTERS = ["Q1", "Q2", "Q3", "Q4"]


def chart(kind: str, *series: dict[str, Any], categories: list[str] | None = None, **members: Any) -> Chart:
    names = QUARTERS if categories is None else categories
    return Chart.model_validate({"kind": kind, "categories": names, "series": list(series), **members})


def line(name: str, *values: float | None, **members: Any) -> dict[str, Any]:
    return {"name": name, "values": list(values), **members}


def drawn(content: Chart, box: Box = CONTENT, primary: str | None = None) -> etree._Element:
    palette = Palette(derive_theme(primary=primary).colors)
    return etree.fromstring(chart_xml(content, palette, "Calibri", box, "slide"))


def inks(root: etree._Element) -> list[str]:
    found = [series.find(f"{C}spPr/{A}solidFill/{A}schemeClr") for series in root.iter(f"{C}ser")]
    return [ink.get("val", "") for ink in found if ink is not None]


def shown_labels(root: etree._Element, series: int) -> set[int]:
    """The points of a series that lose their labels."""
    labels = list(root.iter(f"{C}ser"))[series].find(f"{C}dLbls")
    singles = labels.findall(f"{C}dLbl") if labels is not None else []
    return {int(single[0].get("val", "")) for single in singles if single.find(f"{C}delete") is not None}


def test_a_line_begins_where_its_course_is_seen_and_a_bar_at_zero() -> None:
    assert scale(chart("line", line("S", 127, 139, 152, 171))).least == 100
    assert scale(chart("line", line("S", 5, 40, 80, 90))).least == 0
    assert scale(chart("column", line("S", 127, 139, 152, 171))).least == 0
    assert scale(chart("stacked_column", line("A", 3, 4, 5, 6), line("B", 3, 4, 5, 6))).most == 15


@pytest.mark.parametrize(
    ("code", "unit", "expected"),
    [
        ("0.0", 20, "0"),
        ("0.0", 0.5, "0.0"),
        ("0.0%", 0.05, "0%"),
        ("0.0%", 0.005, "0.0%"),
        ('"€"0.00"m"', 2, '"€"0"m"'),
    ],
)
def test_an_axis_has_no_decimals_that_its_marks_do_not_have(code: str, unit: float, expected: str) -> None:
    assert axis_code(code, unit) == expected


def test_lines_are_named_at_their_ends_unless_these_are_close() -> None:
    apart = chart("line", line("Orders", 100, 120, 140, 170), line("Revenue", 100, 110, 120, 130))
    close = chart("line", line("Orders", 100, 120, 140, 170), line("Revenue", 100, 110, 120, 169))
    assert end_labels(apart, "0", CONTENT, 14, "Calibri")
    assert end_labels(close, "0", CONTENT, 14, "Calibri") is None
    assert drawn(apart).find(f".//{C}legend") is None
    assert drawn(close).find(f".//{C}legend") is not None
    over_and_under = [item.get("val") for item in drawn(close).iter(f"{C}dLblPos")]
    assert over_and_under == ["t", "b"]


def test_a_plot_begins_at_the_margin_and_holds_its_names() -> None:
    wide = {"axis_shown": False, "labels": True, "legend": False, "ends": None}
    found = places(chart("column", line("S", 1, 2, 3, 4)), ["S"], "0", CONTENT, 14, "Calibri", **wide)  # type: ignore[arg-type]
    assert found is not None
    assert found.plot[0] * CONTENT.w / POINT < 2
    assert sum(found.plot[::2]) > 0.98
    long = [f"Donaudampfschifffahrtsgesellschaft {number}" for number in range(8)]
    unknown = chart("column", line("S", *range(8)), categories=long)
    assert places(unknown, ["S"], "0", CONTENT, 14, "Calibri", **wide) is None  # type: ignore[arg-type]


def test_the_sums_of_stacks_stand_over_them_and_are_formulas() -> None:
    content = chart("stacked_column", line("A", 1.2, 2, 3, 4), line("B", 0.4, 1, None, 2))
    xml = chart_xml(content, Palette(derive_theme().colors), "Calibri", CONTENT, "slide")
    read = read_chart(etree.fromstring(xml))
    assert [series.name for series in read.series] == ["A", "B"]
    assert read.total is not None
    assert read.total.values == [1.6, 3, 3, 6]
    sheet = openpyxl.load_workbook(BytesIO(workbook(content, totals=has_totals(xml)))).worksheets[0]
    assert [cell.value for cell in sheet["D"]] == ["Total", *(f"=SUM(B{row}:C{row})" for row in range(2, 6))]


def test_new_data_of_a_stack_brings_new_sums(deck: Deck) -> None:
    content = chart("stacked_column", line("A", 1, 2, 3, 4), line("B", 1, 1, 1, 1)).model_dump(exclude_none=True)
    write(deck, {"layout": "chart", "title": "Stacked", "chart": content})
    root = deck.package.tree(deck.slides()[0])
    element = next(int(item[0][0].get("id", "0")) for item in root.iter() if str(item.tag).endswith("}graphicFrame"))
    series = [line("A", 5, 6), line("B", 1, 1), line("C", 2, 2)]
    change = {"change": "chart", "element": element, "categories": ["H1", "H2"], "series": series}
    run(deck, "edit_slide", slide=1, changes=[change])
    part = next(name for name in deck.package.names() if name.startswith("ppt/charts/chart"))
    read = read_chart(deck.package.tree(part))
    assert [item.name for item in read.series] == ["A", "B", "C"]
    assert read.total is not None
    assert read.total.values == [8, 9]
    book = next(name for name in deck.package.names() if name.endswith(".xlsx"))
    sheet = openpyxl.load_workbook(BytesIO(deck.package.read(book))).worksheets[0]
    assert [cell.value for cell in sheet["E"]] == ["Total", "=SUM(B2:D2)", "=SUM(B3:D3)", None, None]


def test_a_part_of_a_stack_too_thin_for_its_label_has_none() -> None:
    content = chart("stacked_column", line("A", 40, 41, 42, 43), line("B", 1, 9, 9, 1))
    assert shown_labels(drawn(content), 1) == {0, 3}
    assert shown_labels(drawn(content), 0) == set()


def test_columns_and_a_line_of_the_same_kind_share_an_axis() -> None:
    cash = chart("combo", line("Cash", -9, -4, 5, 8), line("Cumulative", -9, -13, -8, 0, as_line=True))
    assert shares_axis(cash)
    assert len(list(drawn(cash).iter(f"{C}valAx"))) == 1


def test_a_line_of_another_kind_runs_over_the_columns() -> None:
    margin = chart(
        "combo", line("Revenue", 100, 110, 120, 130), line("Margin", 0.1, 0.12, 0.11, 0.14, as_line=True),
        line_format="0%",
    )  # fmt: skip
    assert not shares_axis(margin)
    bars, lines = (
        tuple(float(axis.find(f"{C}scaling/{C}{end}").get("val")) for end in ("min", "max"))  # type: ignore[union-attr, arg-type]
        for axis in drawn(margin).iter(f"{C}valAx")
    )
    highest_column = 130 / bars[1]
    lowest_of_the_line = (0.1 - lines[0]) / (lines[1] - lines[0])
    assert bars[0] == 0
    assert highest_column < lowest_of_the_line


@pytest.mark.parametrize("primary", [None, "#C8102E", "#00594F", "#4B2FE0"])
def test_rises_falls_and_levels_of_a_waterfall_differ_in_every_brand(primary: str | None) -> None:
    steps = chart("waterfall", line("EBIT", 10, 3, -2, 11), totals=["Q1", "Q4"])
    rise, fall, level = inks(drawn(steps, primary=primary))
    assert len({rise, fall, level}) == 3
    if primary == "#C8102E":
        assert fall == "accent1"
        assert level == "accent4"


def test_marks_that_stand_back_are_grey_in_templates_of_others() -> None:
    loud = {"dk1": "000000", "lt1": "FFFFFF", "accent1": "4F81BD", "accent4": "8064A2", "accent6": "F79646"}
    assert Palette(loud).quiet == ("bg1:75", "bg1:50")
    assert Palette(derive_theme().colors).quiet == ("accent6", "accent4")


def test_the_dark_ground_of_a_yellow_brand_is_no_brown() -> None:
    lightness, chroma, _ = to_oklch(derive_theme(primary="#FFC400").colors["dk2"])
    assert lightness < 0.4
    assert chroma < 0.03
    _, chroma, _ = to_oklch(derive_theme(primary="#4B2FE0").colors["dk2"])
    assert chroma > 0.1


@pytest.mark.parametrize("kind", ["bar", "column", "line", "waterfall", "stacked_column", "area"])
def test_a_chart_of_nothing_is_drawn_empty(kind: str) -> None:
    assert len(drawn(chart(kind, line("Rent", None, None, None, None)))) > 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e999])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValidationError, match="finite number"):
        chart("bar", line("Rent", value, 1.0, 1.0, 1.0))
