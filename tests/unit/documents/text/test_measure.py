from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overten.documents.text import measure
from overten.documents.text.measure import Font, is_known, line_height, longest_word, width, wrap

CALIBRI = Font("Calibri")


def test_widths_are_those_of_the_metric_compatible_font() -> None:
    # Arial's digits are 0.556 em wide, its A 0.667.
    assert width("00", Font("Arial"), 10) == pytest.approx(11.12, abs=0.01)
    assert width("A", Font("Arial"), 100) == pytest.approx(66.7, abs=0.1)


def test_bold_is_wider() -> None:
    assert width("Revenue", Font("Calibri", bold=True), 12) > width("Revenue", CALIBRI, 12)


def test_a_line_is_as_high_as_its_font_says() -> None:
    assert line_height(CALIBRI, 10) == pytest.approx(12.2, abs=0.05)


def test_text_breaks_at_spaces_and_after_hyphens() -> None:
    assert wrap("one two", CALIBRI, 12, 25) == ["one", "two"]
    assert wrap("state-owned", CALIBRI, 12, 36) == ["state-", "owned"]


def test_a_range_of_figures_is_not_torn() -> None:
    assert all("–5" in line or "–" not in line for line in wrap("growth of 3–5 percent", CALIBRI, 12, 62))


def test_a_word_wider_than_its_box_is_broken_and_can_be_found() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    assert "".join(wrap(word, CALIBRI, 20, 100)) == word
    assert longest_word(f"die {word}", CALIBRI, 20)[0] == word


def test_chinese_breaks_between_any_two_signs() -> None:
    assert len(wrap("季度业务回顾", CALIBRI, 10, 31)) == 2


def test_an_unknown_font_is_measured_all_the_same() -> None:
    assert not is_known("Nonesuch Sans")
    assert width("Text", Font("Nonesuch Sans"), 12) > 0


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=80))
def test_wrapping_loses_nothing_but_spaces(text: str) -> None:
    assert "".join("".join(wrap(text, CALIBRI, 12, 90)).split()) == "".join(text.split())


def test_a_word_of_any_length_is_broken_to_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    real = measure.width

    def counted(text: str, font: Font, size: float) -> float:
        measured.append(len(text))
        return real(text, font, size)

    monkeypatch.setattr(measure, "width", counted)
    lines = measure.wrap("x" * 9_000, CALIBRI, 12, 200)

    assert "".join(lines) == "x" * 9_000
    assert all(real(line, CALIBRI, 12) <= 200 for line in lines)
    assert real(lines[0] + "x", CALIBRI, 12) > 200
    assert len(measured) < 20 * len(lines)
