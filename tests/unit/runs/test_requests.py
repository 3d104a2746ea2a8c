"""What a request's prompt says before any model has read it."""

from __future__ import annotations

import pytest

from overten.runs.requests import GenerateRequest


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("A deck of 12 slides on our rents", 12),
        ("a 45-slide deck", 45),
        ("Präsentation mit 40 Folien", 40),
        ("une présentation de 35 diapositives", 35),
        ("una presentación de 31 diapositivas", 31),
        ("Summarize the 40-slide deck into 5 slides", 5),
        ("Slides: 31", 31),
        ("Our 2026 slides, made anew", None),
        ("Growth of 3.5 slides", None),
        ("See slide 40", None),
        ("A deck on slideshows of 50 people", None),
    ],
)
def test_a_count_of_slides_is_found_where_one_is_named(prompt: str, count: int | None) -> None:
    assert GenerateRequest(prompt=prompt).slide_count == count


def test_controls_that_nobody_types_are_left_out() -> None:
    assert GenerateRequest(prompt="A\x00 budget\x07\nwith rent").prompt == "A budget\nwith rent"
