"""Marks of text."""

from __future__ import annotations

import pytest

from overten.documents.word.inline import escaped, parse, plain


def shown(text: str) -> list[tuple[str, str, str]]:
    return [(piece.kind, piece.text, piece.target) for piece in parse(text)]


@pytest.mark.parametrize(
    "text", ["2 * 3 * 4", "a*", "**", "[x]", "[x](javascript:alert(1))", "{unknown:x}", "^x", "f(x) {a}", "`"]
)
def test_what_is_no_mark_is_text(text: str) -> None:
    assert [piece.kind for piece in parse(text)] == ["text"]
    assert plain(text) == text


def test_marks_nest() -> None:
    looks = [(piece.text, piece.bold, piece.italic) for piece in parse("**a *b*** ***c*** *d **e***")]
    assert ("b", True, True) in looks
    assert ("c", True, True) in looks
    assert ("e", True, True) in looks


def test_things_in_the_text() -> None:
    assert shown("^[n [x]]{ref:fig-1}[@a; @b][t](https://x.y/z_(1)){math:\\frac{1}{2}}") == [
        ("footnote", "n [x]", ""), ("reference", "", "fig-1"), ("citation", "", "a;b"),
        ("link", "t", "https://x.y/z_(1)"), ("math", "\\frac{1}{2}", ""),
    ]  # fmt: skip


def test_a_backslash_makes_a_mark_plain() -> None:
    assert plain(r"\*not italic\* \{ref:x\} C:\new") == r"*not italic* {ref:x} C:\new"


@pytest.mark.parametrize(
    "text",
    ["**a** *b* ***c***", "[t](https://x.y)", "^[n]{endnote:e}", "[@a]{ref:b}{sup:2}{math:x}", "`c`", r"\\*\ \["],
)
def test_an_escaped_text_has_no_marks(text: str) -> None:
    assert shown(escaped(text)) == [("text", text, "")]


def test_fields_are_marks_in_headers_only() -> None:
    assert plain("{page}") == "{page}"
    assert [piece.kind for piece in parse("{page} of {pages}", fields=True)] == ["field", "text", "field"]
