"""Slides of ours on layouts of others: where content may stand, which placeholders it takes, what is said of them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pptx
import pytest
from lxml import etree

from overten.documents.ooxml.package import Package
from overten.documents.slides.canvas import foreign_slots, stand_in
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P
from overten.documents.slides.geometry import Box
from overten.documents.slides.inherit import placeholder_of, shapes_of
from overten.documents.slides.safe_area import clear_of, has_plain_ground, safe_area
from overten.documents.slides.template import template_warnings
from tests.unit.documents.slides.conftest import assets, write

SLIDE = Box(0, 0, 9_144_000, 6_858_000)
AREA = Box(500_000, 1_600_000, 8_000_000, 4_500_000)
COVER = {"layout": "cover", "title": "Growth", "subtitle": "For the board"}


@pytest.fixture
def package() -> Package:
    """python-pptx's own template: 4:3, eleven layouts."""
    buffer = BytesIO()
    pptx.Presentation().save(buffer)
    return Package.open(buffer.getvalue())


def deck_of(package: Package) -> Deck:
    return Deck.from_template(package.save(), assets)


def layout_of(package: Package, kind: str) -> etree._Element:
    names = [name for name in package.names() if name.startswith("ppt/slideLayouts/slideLayout")]
    return next(root for name in names if (root := package.edit(name)).get("type") == kind)


class TestArea:
    def test_a_bar_at_the_side_or_foot_takes_its_share(self) -> None:
        bar, foot = Box(8_000_000, 0, 1_144_000, 6_858_000), Box(0, 5_800_000, 9_144_000, 1_058_000)

        cut = clear_of(AREA, [bar, foot], SLIDE)

        assert cut.right <= bar.x
        assert cut.bottom <= foot.y
        assert (cut.x, cut.y) == (AREA.x, AREA.y)

    def test_what_covers_most_of_the_slide_is_its_ground(self) -> None:
        assert (
            clear_of(AREA, [Box(0, 0, 9_144_000, 6_000_000), Box(3_000_000, 2_000_000, 3_000_000, 3_000_000)], SLIDE)
            == AREA
        )

    def test_it_lies_between_title_and_footers(self, package: Package) -> None:
        deck = deck_of(package)
        layout = stand_in(deck, "timeline")
        slots = foreign_slots(deck, layout)

        area = safe_area(deck, layout, slots)

        assert area.y >= slots["title"].box.bottom
        assert area.bottom < 6_356_350  # where the master's footers begin
        assert SLIDE.contains(area)


class TestPlaceholders:
    def test_content_goes_into_the_templates_own(self, package: Package) -> None:
        deck = deck_of(package)
        columns: dict[str, Any] = {
            "layout": "columns",
            "title": "Two ways",
            "columns": [{"heading": "Build", "points": ["One"]}, {"heading": "Rent", "points": ["Two"]}],
        }
        image = {"layout": "image", "title": "Lyon", "image": "wide", "points": ["Ready"]}

        write(deck, columns, image)

        first, second = pptx.Presentation(BytesIO(deck.to_bytes())).slides
        assert first.slide_layout.name == "Comparison"
        assert [shape.text_frame.text for shape in first.placeholders][:5] == [
            "Two ways",
            "Build",
            "One",
            "Rent",
            "Two",
        ]
        assert second.slide_layout.name == "Two Content"
        kinds = [etree.QName(shape.element).localname for shape in second.placeholders][:3]
        assert kinds == ["sp", "sp", "pic"]

    def test_a_layout_without_a_title_gets_one_on_the_slide(self, package: Package) -> None:
        root = layout_of(package, "title")
        tree = root.find(f"{P}cSld/{P}spTree")
        assert tree is not None
        for shape in shapes_of(root):
            held = placeholder_of(shape)
            if held is not None and held.get("type") == "ctrTitle":
                tree.remove(shape)
        deck = deck_of(package)

        write(deck, COVER)

        (slide,) = pptx.Presentation(BytesIO(deck.to_bytes())).slides
        assert slide.shapes.title is not None
        assert slide.shapes.title.text == "Growth"
        assert 0 <= slide.shapes.title.left < slide.shapes.title.left + slide.shapes.title.width <= SLIDE.w
        assert any("no placeholder for a title" in finding.message for finding in template_warnings(deck))

    def test_headlines_are_set_alike(self, package: Package) -> None:
        deck = deck_of(package)

        write(
            deck,
            *(
                {"layout": "content", "title": title, "points": ["One"]}
                for title in ("Growth", "Services grew four times as fast as hardware did")
            ),
        )

        sizes = {
            run.get("sz") for part in deck.slides() for run in shapes_of(deck.package.tree(part))[0].iter(f"{A}rPr")
        }
        assert len(sizes) == 1


class TestDirection:
    def test_latin_text_runs_from_the_left_where_the_master_runs_from_the_right(self, package: Package) -> None:
        for level in package.edit("ppt/slideMasters/slideMaster1.xml").iter(f"{A}lvl1pPr"):
            level.set("rtl", "1")
            level.set("algn", "r")
        deck = deck_of(package)

        write(deck, {"layout": "content", "title": "Growth", "points": ["One", "نعم"]})

        looks = [paragraph.find(f"{A}pPr") for paragraph in deck.package.tree(deck.slides()[0]).iter(f"{A}p")]
        told = [(item.get("rtl"), item.get("algn")) for item in looks if item is not None]
        assert told == [("0", "l"), ("0", "l"), ("1", None)]


class TestGround:
    def test_a_picture_or_gradient_is_no_plain_one(self, package: Package) -> None:
        deck = deck_of(package)
        layout = stand_in(deck, "timeline")
        assert has_plain_ground(deck, layout)
        tree = deck.package.edit(layout).find(f"{P}cSld")
        assert tree is not None
        ground = etree.Element(f"{P}bg")
        etree.SubElement(etree.SubElement(ground, f"{P}bgPr"), f"{A}gradFill")
        tree.insert(0, ground)

        assert not has_plain_ground(deck, layout)
        assert deck.palette(layout).on_busy_ground().accent_text() == "tx1"


def test_a_deck_of_ours_as_a_template_lacks_nothing() -> None:
    assert template_warnings(Deck.from_template(Deck.new().to_bytes())) == []


def test_a_small_slide_is_warned_of(package: Package) -> None:
    size = package.edit("ppt/presentation.xml").find(f"{P}sldSz")
    assert size is not None
    size.set("cx", "1800225")
    size.set("cy", "1079500")

    findings = template_warnings(deck_of(package))

    assert any("only 5 by 3 cm" in finding.message for finding in findings)
