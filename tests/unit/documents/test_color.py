from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overten.documents.color import best_on, contrast, from_oklch, lum, parse_hex, readable, to_oklch

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"{value:06X}")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("FFFFFF", "000000") == pytest.approx(21)
    assert contrast("777777", "FFFFFF") == pytest.approx(4.48, abs=0.01)


@given(colors)
def test_a_colour_survives_the_way_through_oklch(color: str) -> None:
    there_and_back = from_oklch(*to_oklch(color))
    assert all(abs(int(color[i : i + 2], 16) - int(there_and_back[i : i + 2], 16)) <= 1 for i in (0, 2, 4))


@given(colors, st.sampled_from(["FFFFFF", "000000", "F1F5FA"]))
def test_a_readable_colour_can_be_read(color: str, ground: str) -> None:
    assert contrast(readable(color, ground), ground) >= 4.5


def test_a_colour_that_can_be_read_is_left_alone() -> None:
    assert readable("1F4E79", "FFFFFF") == "1F4E79"


def test_text_on_a_fill_is_the_first_that_can_be_read() -> None:
    assert best_on("FFC400", "FFFFFF", "222222") == "222222"
    assert best_on("12355B", "222222", "FFFFFF") == "FFFFFF"


def test_luminance_changes_are_those_of_drawingml() -> None:
    assert lum("000000", 0.65, 0.35) == "595959"
    assert lum("FFFFFF", 0.85) == "D9D9D9"


@pytest.mark.parametrize("text", ["red", "#12345", "#GGGGGG", ""])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        parse_hex(text)
