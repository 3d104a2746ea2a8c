from __future__ import annotations

from io import BytesIO
from typing import Any, get_args

import pytest
from pptx import Presentation
from pydantic import ValidationError

from overten.documents.errors import OperationError
from overten.documents.slides.deck import Brand, Deck
from overten.documents.slides.inspect import describe
from overten.documents.slides.notes import notes_of
from overten.documents.slides.operations import SlideContent
from overten.documents.slides.verify import verify
from tests.unit.documents.slides.conftest import CHART, CONTENT, TABLE, assets, picture, run, write

ITEMS = [
    {"title": "First", "text": "Some words about it", "label": "Q1", "icon": "target"},
    {"title": "Second"},
    {"title": "Third"},
]
METRICS = [
    {"label": "Revenue", "value": "€48m", "change": "+12%", "status": "good"},
    {"label": "Margin", "value": "38%"},
]
PAIR = [{"heading": "Build", "points": ["Dear", "Fast"]}, {"heading": "Buy", "points": ["Cheap"]}]
EVERY_LAYOUT: list[dict[str, Any]] = [
    {"layout": "cover", "title": "Board report", "subtitle": "Third quarter", "byline": "October 2026"},
    {"layout": "cover", "title": "Board report", "image": "wide"},
    {"layout": "section", "title": "Results", "number": "1", "subtitle": "What happened"},
    {"layout": "agenda", "title": "Today", "items": ["Results", "Outlook"]},
    {"layout": "statement", "title": "We need room to grow", "detail": "From 2028 on"},
    {"layout": "big_number", "title": "One in three", "number": "34%", "label": "of orders", "points": ["Cheaper"]},
    CONTENT,
    {"layout": "columns", "title": "Two ways", "columns": PAIR},
    {"layout": "columns", "title": "Three ways", "columns": [*PAIR, {"heading": "Rent", "points": ["Slow"]}]},
    {"layout": "comparison", "title": "Building wins", "options": PAIR, "preferred": 1, "verdict": "Build."},
    {"layout": "key_messages", "title": "What to know", "items": ITEMS},
    {"layout": "cards", "title": "Three measures", "items": ITEMS},
    {"layout": "timeline", "title": "Key dates", "items": ITEMS},
    {"layout": "process", "title": "Three steps", "items": ITEMS},
    {"layout": "funnel", "title": "One in twenty", "items": ITEMS},
    {"layout": "metrics", "title": "Targets met", "metrics": METRICS, "takeaway": "Go on."},
    {"layout": "metrics_chart", "title": "Orders lead", "metrics": METRICS, "chart": CHART["chart"]},
    {"layout": "quote", "quote": "They came at once.", "name": "Marta Lind", "role": "Head of Production"},
    {"layout": "image", "title": "The hall", "image": "wide", "position": "right", "points": ["Room"]},
    {"layout": "image", "title": "The hall", "image": "tall", "position": "full", "caption": "From the north"},
    {"layout": "image_grid", "title": "The site", "images": [{"image": "wide", "caption": "Gate"}, {"image": "tall"}]},
    TABLE,
    CHART,
    {**CHART, "points": ["Services grew"]},
    {"layout": "two_charts", "title": "Two views", "headings": ["A", "B"], "charts": [CHART["chart"], CHART["chart"]]},
    {"layout": "team", "title": "The team", "people": [
        {"name": "Ann Lee", "role": "Lead"}, {"name": "Bo", "role": "IT", "image": "tall"}]},
    {"layout": "matrix", "title": "Two risks", "x_axis": "Likelihood", "y_axis": "Impact",
     "quadrants": PAIR * 2, "highlight": 2},
    {
        "layout": "roadmap", "title": "Done by autumn", "periods": ["Q1", "Q2", "Q3"],
        "lanes": [{"name": "Hall", "bars": [
            {"title": "Build", "first": 1, "last": 2}, {"title": "Test", "first": 2, "last": 3}]}],
    },
    {"layout": "closing", "title": "Thank you", "lines": ["cfo@example.com"]},
]  # fmt: skip


def test_the_examples_cover_every_layout() -> None:
    union, _ = get_args(SlideContent)
    kinds = {get_args(model.model_fields["layout"].annotation)[0] for model in get_args(union)}
    assert {slide["layout"] for slide in EVERY_LAYOUT} == kinds - {"named"}


@pytest.fixture(scope="module")
def full_deck() -> bytes:
    deck = Deck.new("Review", Brand("#C8102E", font="Arial", logo=picture(400, 120)), assets=assets)
    for slide in EVERY_LAYOUT:
        write(deck, slide)
    return deck.to_bytes()


def test_a_deck_of_every_layout_has_nothing_wrong_with_it(full_deck: bytes) -> None:
    assert [finding for finding in verify(full_deck) if finding.code != "same_layout"] == []


def test_an_independent_reader_finds_a_title_on_every_slide(full_deck: bytes) -> None:
    slides = Presentation(BytesIO(full_deck)).slides
    assert len(slides) == len(EVERY_LAYOUT)
    assert all(slide.shapes.title is not None and slide.shapes.title.text for slide in slides)


def test_slots_are_real_placeholders_of_real_layouts(full_deck: bytes) -> None:
    slides = list(Presentation(BytesIO(full_deck)).slides)
    kinds = {
        slide.slide_layout.name: {shape.placeholder_format.type for shape in slide.placeholders} for slide in slides
    }
    assert {str(kind).split(" ")[0] for kind in kinds["Chart"]} >= {"TITLE", "CHART"}
    assert {str(kind).split(" ")[0] for kind in kinds["Table"]} >= {"TITLE", "TABLE"}
    assert {str(kind).split(" ")[0] for kind in kinds["Picture Right"]} >= {"TITLE", "PICTURE", "OBJECT"}


def test_a_chart_is_native_with_its_numbers_and_its_workbook(full_deck: bytes) -> None:
    charts = [
        shape.chart for slide in Presentation(BytesIO(full_deck)).slides for shape in slide.shapes if shape.has_chart
    ]
    plot = charts[1].plots[0]
    assert list(plot.categories) == ["2024", "2025", "2026"]
    assert [list(series.values) for series in plot.series] == [[27.0, 28.0, 29.0], [13.0, 16.0, None]]
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)


def test_equal_work_gives_equal_bytes() -> None:
    decks = [Deck.new("Review", assets=assets) for _ in range(2)]
    for deck in decks:
        write(deck, CONTENT, CHART)
    assert decks[0].to_bytes() == decks[1].to_bytes()


@pytest.mark.parametrize("color", ["#FFC400", "#111111"])
def test_text_can_be_read_in_any_brand_colour(color: str) -> None:
    deck = Deck.new("Review", Brand(color), assets=assets)
    for slide in EVERY_LAYOUT:
        write(deck, slide)
    assert [finding.message for finding in verify(deck.to_bytes()) if finding.code == "low_contrast"] == []


def test_a_brand_is_the_theme_and_not_paint() -> None:
    deck = Deck.new("Review", Brand("#C8102E", "#2B3A55", "Arial"), assets=assets)
    write(deck, CONTENT)
    theme = deck.package.read("ppt/theme/theme1.xml").decode()
    assert "C8102E" in theme
    assert "2B3A55" in theme
    assert 'typeface="Arial"' in theme
    assert "C8102E" not in deck.package.read(deck.slides()[0]).decode()


def test_text_that_does_not_fit_is_refused_with_how_much_to_cut(deck: Deck) -> None:
    write(deck, CONTENT)
    before = deck.to_bytes()
    long = {
        **CONTENT,
        "points": ["A point that goes on and on, with detail upon detail, until nobody reads it any more. " * 4] * 6,
    }
    with pytest.raises(OperationError, match=r"does not fit \(slides\[1\] \(content\), body\)\. Cut about \d+ of its"):
        write(deck, CHART, long)
    assert deck.to_bytes() == before


def test_a_title_of_three_lines_is_refused(deck: Deck) -> None:
    with pytest.raises(OperationError, match="title"):
        write(deck, {**CONTENT, "title": "HEADLINES IN CAPITALS " * 8})


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ({"layout": "image", "title": "T", "image": "missing"}, "no image 'missing'"),
        (
            {"layout": "cards", "title": "T", "items": [{"title": "A", "icon": "targett"}, {"title": "B"}]},
            "no icon 'targett'.*target",
        ),
        ({**TABLE, "table": {"columns": ["A", "B"], "rows": [["1"]]}}, "Row 1 has 1 cells"),
        (
            {**CHART, "chart": {"kind": "column", "categories": ["A"], "series": [{"name": "S", "values": [1, 2]}]}},
            "2 values for 1",
        ),
        (
            {**CHART, "chart": {"kind": "pie", "categories": ["A", "B"], "series": [{"name": "S", "values": [1, -2]}]}},
            "parts of a whole",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(deck: Deck, slide: dict[str, Any], message: str) -> None:
    with pytest.raises(OperationError, match=message):
        write(deck, slide)
    assert deck.slides() == []


def test_slides_are_written_before_or_in_the_place_of_others(deck: Deck) -> None:
    write(deck, CONTENT, TABLE)
    write(deck, {"layout": "cover", "title": "Cover"}, at=1)
    write(deck, {"layout": "closing", "title": "End"}, at=3, replace=True)
    slides = Presentation(BytesIO(deck.to_bytes())).slides
    assert [slide.shapes.title.text for slide in slides if slide.shapes.title] == [
        "Cover",
        "Costs fall by a tenth",
        "End",
    ]


def test_neighbours_of_one_kind_are_told_and_found(deck: Deck) -> None:
    assert "Neighbours of one kind: 1 and 2 (content)" in write(deck, CONTENT, {**CONTENT, "title": "Another"})
    assert [finding.code for finding in verify(deck.to_bytes())] == ["same_layout"]


def test_unknown_members_are_refused(deck: Deck) -> None:
    with pytest.raises(ValidationError):
        write(deck, {**CONTENT, "color": "red"})


def test_restyling_changes_the_theme_only(deck: Deck) -> None:
    write(deck, CONTENT, CHART)
    slide = deck.package.read(deck.slides()[0])
    run(deck, "restyle_deck", primary_color="#006D77", heading_font="Cambria")
    assert deck.package.read(deck.slides()[0]) == slide
    assert deck.palette(deck.slides()[0]).rgb("accent1") == "006D77"
    assert deck.fonts(deck.slides()[0]) == ("Cambria", "Calibri")
    assert verify(deck.to_bytes()) == []


def test_the_footer_reaches_slides_there_are_and_slides_to_come(deck: Deck) -> None:
    write(deck, CONTENT)
    run(deck, "set_deck", footer="Nordwerk AG", title="Q3")
    write(deck, TABLE)
    slides = Presentation(BytesIO(deck.to_bytes())).slides
    assert all(
        "Nordwerk AG" in [shape.text_frame.text for shape in slide.placeholders if shape.has_text_frame]
        for slide in slides
    )
    assert deck.title == "Q3"


def test_notes_are_set_and_read_back(deck: Deck) -> None:
    write(deck, CHART)
    run(deck, "set_notes", slide=1, text="First\nSecond")
    slide = Presentation(BytesIO(deck.to_bytes())).slides[0]
    assert slide.notes_slide.notes_text_frame is not None
    assert slide.notes_slide.notes_text_frame.text == "First\nSecond"


def test_a_named_layout_is_filled_by_placeholder(deck: Deck) -> None:
    fill = [{"placeholder": "title", "text": "By name"}, {"placeholder": "13", "chart": CHART["chart"]}]
    write(deck, {"layout": "named", "name": "Chart", "fill": fill})
    assert verify(deck.to_bytes()) == []
    with pytest.raises(OperationError, match=r"Placeholders are: .*Source"):
        write(deck, {"layout": "named", "name": "Chart", "fill": [{"placeholder": "sidebar", "text": "x"}]})
    with pytest.raises(OperationError, match="Layouts are: Cover"):
        write(deck, {"layout": "named", "name": "Nonesuch", "fill": fill})


def test_a_placeholder_for_the_body_is_that_of_the_content_and_not_of_the_source(deck: Deck) -> None:
    fill = [{"placeholder": "title", "text": "By type"}, {"placeholder": "body", "points": ["One", "Two"]}]
    write(deck, {"layout": "named", "name": "Title and Content", "fill": fill})
    body = next(
        shape
        for shape in Presentation(BytesIO(deck.to_bytes())).slides[0].placeholders
        if shape.placeholder_format.idx == 1
    )
    assert body.text_frame.text == "One\nTwo"


@pytest.mark.parametrize("position", ["left", "right"])
def test_a_picture_keeps_its_caption_beside_its_points(deck: Deck, position: str) -> None:
    points = ["One", "Two", "Three", "Four"]
    write(deck, {"layout": "image", "title": "The hall", "image": "wide", "position": position, "points": points,
                 "caption": "Drawing, not to scale"})  # fmt: skip
    data = deck.to_bytes()
    frames = (shape.text_frame.text for shape in Presentation(BytesIO(data)).slides[0].shapes if shape.has_text_frame)
    shown = "\n".join(frames)
    assert [words for words in (*points, "Drawing, not to scale") if words not in shown] == []
    assert verify(data) == []


def test_points_that_have_no_room_over_a_full_picture_are_refused_and_not_left_out(deck: Deck) -> None:
    points = ["One", "Two", "Three", "Four", "Five"]
    with pytest.raises(OperationError, match="does not fit"):
        write(deck, {"layout": "image", "title": "The hall", "image": "wide", "position": "full", "points": points})


def test_a_chart_that_shows_its_values_at_the_bars_keeps_the_title_of_their_axis(deck: Deck) -> None:
    write(deck, CHART | {"chart": CHART["chart"] | {"labels": True, "y_title": "€ million"}})
    chart = next(shape for shape in Presentation(BytesIO(deck.to_bytes())).slides[0].shapes if shape.has_chart).chart
    assert chart.value_axis.axis_title.text_frame.text == "€ million"
    assert chart.value_axis.visible


def test_a_slide_written_anew_keeps_its_notes(deck: Deck) -> None:
    write(deck, CHART)
    write(deck, TABLE, at=1, replace=True)
    assert notes_of(deck, deck.slides()[0]) == "Say why."


SHORT = [{"title": "Ask", "text": "First"}, {"title": "Listen", "text": "Then"}, {"title": "Agree", "text": "Last"}]


@pytest.mark.parametrize(
    "content",
    [
        {"layout": "cards", "title": "Three measures", "items": SHORT},
        {"layout": "timeline", "title": "Three dates", "items": SHORT},
        {"layout": "process", "title": "Three steps", "items": SHORT},
        {"layout": "comparison", "title": "Two ways", "options": PAIR},
        {"layout": "metrics", "title": "Targets met", "metrics": METRICS},
    ],
    ids=lambda content: content["layout"],
)
def test_little_text_leaves_no_half_of_the_slide_empty(deck: Deck, content: dict[str, Any]) -> None:
    write(deck, content)
    slide = Presentation(BytesIO(deck.to_bytes())).slides[0]
    lowest = max(shape.top + shape.height for shape in slide.shapes if not shape.is_placeholder)
    assert lowest > 0.7 * 540 * 12_700


def test_little_text_is_set_larger_and_further_apart(deck: Deck) -> None:
    short = {"layout": "columns", "title": "Two ways", "columns": PAIR}
    long = {"heading": "Build", "points": ["A point of a good many words, as long as one of a list should ever be"] * 6}
    write(deck, short, {**short, "columns": [long, long]})
    few, many = (
        slide.placeholders[14].text_frame.paragraphs for slide in Presentation(BytesIO(deck.to_bytes())).slides
    )
    assert few[0].runs[0].font.size.pt == 22
    assert few[1].space_before.pt > 9
    assert many[0].runs[0].font.size is None or many[0].runs[0].font.size.pt <= 20


def test_a_deck_is_marked_with_its_language(deck: Deck) -> None:
    told = run(deck, "set_deck", language="fr-FR")
    write(deck, {**CONTENT, "notes": "Dire pourquoi", "source": "Direction"})
    assert told == "Set language fr-FR."
    slide = Presentation(BytesIO(deck.to_bytes())).slides[0]
    marked = {str(found) for part in (slide, slide.notes_slide) for found in part.element.xpath("//a:r/a:rPr/@lang")}
    assert marked == {"fr-FR"}
    assert any(
        shape.text_frame.text == "Source\u00a0: Direction" for shape in slide.placeholders if shape.has_text_frame
    )


def test_words_with_no_break_spaces_are_found(deck: Deck) -> None:
    write(deck, {"layout": "content", "title": "Pourquoi ?", "points": ["« Toujours »"]})
    run(deck, "replace_text", find="« Toujours »", replace="« Jamais »")
    shown = [shape.text_frame.text for shape in Presentation(BytesIO(deck.to_bytes())).slides[0].placeholders]
    assert "Pourquoi\u00a0?" in shown
    assert "«\u00a0Jamais\u00a0»" in shown


def test_a_quote_has_the_marks_of_its_language(deck: Deck) -> None:
    run(deck, "set_deck", language="de-DE")
    write(deck, {"layout": "quote", "quote": '"Es ging schnell."', "name": "Marta Lind"})
    title = Presentation(BytesIO(deck.to_bytes())).slides[0].shapes.title
    assert title is not None
    assert title.text_frame.text == "„Es ging schnell.“"


def test_columns_keep_one_rhythm(deck: Deck) -> None:
    columns = [{"heading": "Short", "points": ["One", "Two"]}, {"heading": "Long", "points": ["Word " * 30, "Two"]}]
    write(deck, {"layout": "columns", "title": "Two ways", "columns": columns})
    slide = Presentation(BytesIO(deck.to_bytes())).slides[0]
    bodies = [shape.text_frame for shape in slide.placeholders if len(shape.text_frame.paragraphs) == 2]
    assert len(bodies) == 2
    assert len({body.paragraphs[1].space_before for body in bodies}) == 1


def axis_minimum(deck: Deck, slide: int = 1) -> float | None:
    shapes = Presentation(BytesIO(deck.to_bytes())).slides[slide - 1].shapes
    chart = next(shape.chart for shape in shapes if shape.has_chart)
    return chart.value_axis.minimum_scale


def chart_of(kind: str, values: list[float], **members: Any) -> dict[str, Any]:
    categories = [f"C{number}" for number in range(len(values))]
    chart = {"kind": kind, "categories": categories, "series": [{"name": "S", "values": values}], **members}
    return {"layout": "chart", "title": "Values compared", "chart": chart}


def test_bars_begin_at_zero_in_every_program_and_lines_where_their_course_is_seen(deck: Deck) -> None:
    write(deck, chart_of("column", [96, 98, 99]), chart_of("line", [96, 98, 99]), chart_of("bar", [-1, 2, 3]))
    assert [axis_minimum(deck, number) for number in (1, 2, 3)] == [0, 94, None]


def test_a_waterfall_between_high_levels_begins_below_them(deck: Deck) -> None:
    write(
        deck,
        chart_of("waterfall", [23, 2.3, -1.2, 24.1], totals=["C0", "C3"]),
        chart_of("waterfall", [5, 20, -4, 21], totals=["C0", "C3"]),
    )
    assert axis_minimum(deck) == 20
    assert axis_minimum(deck, 2) == 0


def test_new_data_below_the_axis_is_shown(deck: Deck) -> None:
    write(deck, chart_of("column", [3, 4]))
    shapes = Presentation(BytesIO(deck.to_bytes())).slides[0].shapes
    number = next(shape.shape_id for shape in shapes if shape.has_chart)
    series = [{"name": "S", "values": [3, -4]}]
    run(
        deck,
        "edit_slide",
        slide=1,
        changes=[{"change": "chart", "element": number, "categories": ["A", "B"], "series": series}],
    )
    assert axis_minimum(deck) is None


def test_a_model_says_what_an_image_shows(deck: Deck) -> None:
    pair = [{"image": "wide", "alt_text": "A field", "caption": "Ours"}, {"image": "tall", "caption": "Theirs"}]
    write(
        deck,
        {"layout": "cover", "title": "Fields", "image": "tall", "alt_text": "A tall field"},
        {"layout": "image", "title": "One field", "image": "wide", "alt_text": "A wide field", "points": ["Blue"]},
        {"layout": "image_grid", "title": "Two fields", "images": pair},
    )

    assert "alt 'A tall field'" in describe(deck, 1)
    assert "alt 'A wide field'" in describe(deck, 2)
    assert "alt 'A field'" in describe(deck, 3)
    assert "alt 'Theirs'" in describe(deck, 3)


def test_another_image_gets_another_alt_text_or_its_old_one_is_told(deck: Deck) -> None:
    write(
        deck, {"layout": "image", "title": "A field", "image": "tall", "alt_text": "A tall field", "points": ["Blue"]}
    )
    element = next(int(line.split()[0]) for line in describe(deck, 1).splitlines() if " picture " in line)
    change = {"change": "image", "element": element, "image": "tall"}

    assert "its alt text still reads 'A tall field'" in run(deck, "edit_slide", slide=1, changes=[change])
    run(deck, "edit_slide", slide=1, changes=[{**change, "alt_text": "Another field"}])
    assert "alt 'Another field'" in describe(deck, 1)


def test_an_icon_may_be_called_by_its_other_name(deck: Deck) -> None:
    write(
        deck,
        {
            "layout": "metrics",
            "title": "Homes",
            "metrics": [{"value": str(n), "label": "homes", "icon": "home"} for n in (1, 2)],
        },
    )

    assert "Icon house" in describe(deck, 1)


def test_a_value_is_set_smaller_rather_than_in_two_lines(deck: Deck) -> None:
    write(
        deck,
        {
            "layout": "metrics",
            "title": "Power",
            "metrics": [{"value": value, "label": "a year"} for value in ("12.6 GWh", "1", "2", "3")],
        },
    )

    assert r"12.6\xa0GWh" in describe(deck, 1)


@pytest.mark.parametrize(
    ("given", "shown"),
    [("Assumption: one a quarter", "'Assumption: one a quarter'"), ("Own figures", "'Source: Own figures'")],
)
def test_a_line_of_the_source_that_has_a_label_gets_no_other(deck: Deck, given: str, shown: str) -> None:
    write(deck, {**TABLE, "source": given})

    assert shown in describe(deck, 1)
