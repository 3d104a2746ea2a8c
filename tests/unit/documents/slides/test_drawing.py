"""Marks of text on slides."""

from __future__ import annotations

import pytest

from overten.documents.slides.drawing import escaped, plain, runs_of


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("**a** b", [("a", True), (" b", False)]),
        ("2 * 3 ** 4", [("2 * 3 ** 4", False)]),
        (r"a\*\*b\*\* **c\*d**", [("a**b** ", False), ("c*d", True)]),
        (r"C:\new **C:\d**", [(r"C:\new ", False), (r"C:\d", True)]),
        ("**a\nb**", [("**a\nb**", False)]),
        ("", [("", False)]),
    ],
)
def test_words_between_two_asterisks_are_bold(text: str, runs: list[tuple[str, bool]]) -> None:
    assert runs_of(text) == runs
    assert plain(text) == "".join(piece for piece, _ in runs)


@pytest.mark.parametrize("text", ["**a** b", "***", r"\*a\**", "2*3", "\\"])
def test_an_escaped_text_has_no_marks(text: str) -> None:
    assert runs_of(escaped(text)) == [(text, False)]
