from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation

from overten.documents.errors import OperationError
from overten.documents.slides.deck import Deck
from overten.documents.slides.edit import replace_in
from overten.documents.slides.inspect import describe
from overten.documents.slides.verify import verify
from tests.unit.documents.slides.conftest import CHART, CONTENT, TABLE, run, write

A = "http://schemas.openxmlformats.org/drawingml/2006/main"


def element(deck: Deck, kind: str, slide: int = 1) -> int:
    found = re.search(rf"^(\d+) .*{kind}", describe(deck, slide), re.MULTILINE)
    assert found
    return int(found[1])


def edit(deck: Deck, **change: object) -> str:
    return run(deck, "edit_slide", slide=1, changes=[change])


def test_text_is_set_and_keeps_its_looks(deck: Deck) -> None:
    write(deck, {**CONTENT, "points": ["Release **€6.5m** now", "Hedge copper"]})
    edit(deck, change="text", element=element(deck, "'Content'"), lines=["Release **€7m** later", "Hedge", "Train"])
    body = Presentation(BytesIO(deck.to_bytes())).slides[0].placeholders[1].text_frame
    assert [paragraph.text for paragraph in body.paragraphs] == ["Release €7m later", "Hedge", "Train"]
    assert [run.font.bold for run in body.paragraphs[0].runs] == [None, True, None]


def test_longer_text_is_set_smaller_until_it_fits_or_refused(deck: Deck) -> None:
    write(deck, CONTENT)
    edit(
        deck,
        change="text",
        element=element(deck, "'Content'"),
        lines=["A rather long point about costs and how they came to be " * 3] * 5,
    )
    assert verify(deck.to_bytes()) == []
    before = deck.to_bytes()
    with pytest.raises(OperationError, match="Cut about"):
        edit(deck, change="text", element=element(deck, "'Content'"), lines=["Words upon words upon words " * 30] * 20)
    assert deck.to_bytes() == before


def test_all_changes_of_a_call_apply_or_none(deck: Deck) -> None:
    write(deck, CONTENT)
    before = deck.to_bytes()
    changes = [
        {"change": "text", "element": element(deck, "'Title'"), "lines": ["New"]},
        {"change": "delete", "element": 99},
    ]
    with pytest.raises(OperationError, match=r"no such element.*Elements are: 2 Title"):
        run(deck, "edit_slide", slide=1, changes=changes)
    assert deck.to_bytes() == before


def test_chart_data_is_changed_in_the_chart_and_in_its_workbook(deck: Deck) -> None:
    write(deck, CHART)
    series = [
        {"name": "Services", "values": [1, 2]},
        {"name": "Spares", "values": [3, None]},
        {"name": "=x", "values": [5, 6]},
    ]
    edit(deck, change="chart", element=element(deck, "'Chart'"), categories=["East", "West"], series=series)
    data = deck.to_bytes()
    chart = next(shape.chart for shape in Presentation(BytesIO(data)).slides[0].shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["East", "West"]
    assert [(item.name, list(item.values)) for item in chart.plots[0].series] == [
        ("Services", [1, 2]),
        ("Spares", [3, None]),
        ("=x", [5, 6]),
    ]
    sheet = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][:3] == [
        [None, "Services", "Spares", "=x"], ["East", 1, 3, 5], ["West", 2, None, 6],
    ]  # fmt: skip
    assert sheet["D1"].data_type == "s"
    assert verify(data) == []


def test_a_cell_of_a_table_is_set(deck: Deck) -> None:
    write(deck, TABLE)
    edit(deck, change="text", element=element(deck, "'Table'"), row=2, column=2, lines=["26%"])
    assert "row 2: Base | 26%" in describe(deck, 1)
    with pytest.raises(OperationError, match="Rows are 1 to 3"):
        edit(deck, change="text", element=element(deck, "'Table'"), row=9, column=1, lines=["x"])


def test_a_picture_is_replaced_and_cropped_anew(deck: Deck) -> None:
    write(deck, {"layout": "image", "title": "The hall", "image": "wide", "points": ["Room"]})
    edit(deck, change="image", element=element(deck, "picture"), image="tall")
    picture = next(
        shape
        for shape in Presentation(BytesIO(deck.to_bytes())).slides[0].shapes
        if shape.shape_type is not None and hasattr(shape, "image")
    )
    assert picture.image.size == (100, 300)
    assert picture.crop_top == pytest.approx(picture.crop_bottom, abs=0.001)
    assert verify(deck.to_bytes()) == []


def test_a_deleted_chart_takes_its_parts_along(deck: Deck) -> None:
    write(deck, CHART)
    edit(deck, change="delete", element=element(deck, "'Chart'"))
    assert not [name for name in deck.package.names() if "chart" in name or "embeddings" in name]


def test_an_element_is_placed_on_the_slide_and_not_off_it(deck: Deck) -> None:
    write(deck, CONTENT)
    edit(deck, change="place", element=element(deck, "'Content'"), left=100, top=150, width=400, height=300)
    assert "100,150 400x300" in describe(deck, 1)
    with pytest.raises(OperationError, match=r"off the slide.*960 x 540"):
        edit(deck, change="place", element=element(deck, "'Content'"), left=900, top=150, width=400, height=300)


def test_a_picture_placed_in_another_shape_is_cropped_and_not_stretched(deck: Deck) -> None:
    write(deck, {"layout": "image", "title": "Where we work", "image": "wide"})
    edit(deck, change="place", element=element(deck, "picture"), left=500, top=150, width=200, height=300)
    picture = next(
        shape for shape in Presentation(BytesIO(deck.to_bytes())).slides[0].shapes if hasattr(shape, "image")
    )
    shown = 1 - picture.crop_left - picture.crop_right
    assert 320 * shown / 180 == pytest.approx(200 / 300, rel=0.01)
    assert verify(deck.to_bytes()) == []


def test_words_are_replaced_across_runs() -> None:
    runs = "".join(f"<a:r><a:t>{text}</a:t></a:r>" for text in ("Q3 20", "25 and Q3 2", "025"))
    paragraph = etree.fromstring(f'<a:p xmlns:a="{A}">{runs}</a:p>')
    assert replace_in(paragraph, "2025", "2026") == 2
    assert [item.text for item in paragraph.iter(f"{{{A}}}t")] == ["Q3 2026", " and Q3 2026", ""]


def test_a_phrase_is_replaced_in_the_whole_deck(deck: Deck) -> None:
    write(deck, CONTENT, TABLE, CHART)
    assert run(deck, "replace_text", find="Base", replace="Basis") == "Replaced 1 times on slides 2."
    with pytest.raises(OperationError, match="stands nowhere"):
        run(deck, "replace_text", find="Nonesuch", replace="x")


def test_equal_edits_of_a_chart_give_equal_bytes(deck: Deck) -> None:
    write(deck, CHART)
    data = deck.to_bytes()
    change = {
        "change": "chart",
        "element": element(deck, "'Chart'"),
        "categories": ["A"],
        "series": [{"name": "S", "values": [1]}],
    }
    decks = [Deck.open(data) for _ in range(2)]
    for copy in decks:
        edit(copy, **change)
    assert decks[0].to_bytes() == decks[1].to_bytes()
