"""The comparison of pictures: blind to how edges are smoothed, not to a line, a chart or a colour that is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.golden import pictures
from tests.golden.documents.golden import FORMATS, documents_of
from tests.golden.pictures import APPROVED, approved_path, compare, packed, side_by_side

PAGE = approved_path("word", "letter")
DECK = approved_path("slides", "branded")
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="no pictures are approved yet")


def opened(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def moved(picture: Image.Image, pixels: float) -> Image.Image:
    return picture.transform(
        picture.size, Image.Transform.AFFINE, (1, 0, pixels, 0, 1, 0), Image.Resampling.BICUBIC, fillcolor="white"
    )


@pytest.mark.parametrize("path", [PAGE, DECK])
def test_a_picture_is_like_itself_packed(path: Path) -> None:
    picture = opened(path)
    path_of_copy = packed(picture)
    assert len(path_of_copy) < 200_000
    assert compare(picture, opened(path)).tiles == 0


def test_letters_may_be_smoothed_otherwise_and_stand_a_third_of_a_pixel_off() -> None:
    page = opened(PAGE)
    assert compare(moved(page, 0.3), page).reason == ""
    assert compare(page.filter(ImageFilter.UnsharpMask(1, 60, 0)), page).reason == ""
    assert compare(page.filter(ImageFilter.GaussianBlur(0.5)), page).reason == ""


def rows_with_ink(page: Image.Image) -> list[tuple[int, int]]:
    """The lines of a page, each from its first row of pixels to the one behind its last."""
    ink = ImageChops.invert(page.convert("L")).point(lambda value: 255 if value > 40 else 0)
    rows = [any(ink.crop((0, y, page.width, y + 1)).tobytes()) for y in range(page.height)]
    lines, start = [], None
    for y, filled in enumerate([*rows, False]):
        if filled and start is None:
            start = y
        elif not filled and start is not None:
            lines.append((start, y))
            start = None
    return lines


def test_any_line_of_text_that_is_missing_is_seen() -> None:
    page = opened(PAGE)
    lines = rows_with_ink(page)
    assert len(lines) > 10
    for top, bottom in lines:
        without = page.copy()
        ImageDraw.Draw(without).rectangle((0, top, page.width, bottom), "white")
        assert compare(without, page).reason, f"the line at {top} px"


def test_a_line_that_is_moved_down_is_seen() -> None:
    page = opened(PAGE)
    top, bottom = rows_with_ink(page)[4]
    without = page.copy()
    line = page.crop((0, top, page.width, bottom))
    ImageDraw.Draw(without).rectangle((0, top, page.width, bottom), "white")
    without.paste(line, (0, top + 5))
    assert compare(without, page).reason


def test_a_chart_and_a_colour_that_are_missing_are_seen() -> None:
    deck = opened(DECK)
    width, height = (deck.width - 2 * 6) // 3, (deck.height - 6) // 2
    chart = (2 * (width + 6), height // 4, deck.width, height - height // 8)
    without = deck.copy()
    ImageDraw.Draw(without).rectangle(chart, "white")
    assert compare(without, deck).reason
    red, green, blue = deck.split()
    assert compare(Image.merge("RGB", (red.point(lambda value: max(0, value - 30)), green, blue)), deck).reason
    assert compare(Image.merge("RGB", (blue, green, red)), deck).reason


def test_another_number_of_pages_is_seen_and_a_difference_is_drawn() -> None:
    deck, page = opened(DECK), opened(PAGE)
    assert "pixels" in compare(deck.crop((0, 0, deck.width, deck.height // 2)), deck).reason
    assert side_by_side(page, deck).width > 3 * deck.width


def test_the_approved_pictures_are_those_of_the_documents_and_small() -> None:
    files = sorted(APPROVED.rglob("*.png"))
    drawn = [approved_path(form, name) for form in FORMATS for name, one in documents_of(form).items() if one.drawn]
    assert files == sorted(drawn)
    assert sum(path.stat().st_size for path in files) < 4_000_000
    assert pictures.MADE_WITH.exists()
