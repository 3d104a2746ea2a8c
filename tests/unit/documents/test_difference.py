"""What changed between two states of a document, told in few words."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import docx
import openpyxl
import pptx
import pytest

from overten.documents.difference import ALIKE, Line, Part, differences
from overten.documents.engines import engine_of
from overten.documents.models import Format


def part(key: str, *texts: str) -> Part:
    return Part(key, f"Sheet {key!r}", [Line(f"row {number}", text) for number, text in enumerate(texts, 1)])


def test_alike_states_are_told_as_such() -> None:
    assert differences([part("A", "x")], [part("A", "x")]) == ALIKE


def test_changed_added_and_removed_lines_are_told_with_their_places() -> None:
    told = differences([part("A", "one", "two", "three")], [part("A", "one", "2", "three", "four")])
    assert told.splitlines() == ["Sheet 'A':", "  row 2: 'two' → '2'", "  added: row 4: four"]
    assert "removed: row 1: one" in differences([part("A", "one", "two")], [part("A", "two")])


def test_a_line_in_between_does_not_make_all_that_follow_new() -> None:
    before = [part("A", *(f"line {n}" for n in range(100)))]
    after = [part("A", "line 0", "between", *(f"line {n}" for n in range(1, 100)))]
    assert differences(before, after).splitlines() == ["Sheet 'A':", "  added: row 2: between"]


def test_parts_are_added_removed_renamed_and_moved() -> None:
    before = [part("A", "a"), part("B", "b"), part("C", "c"), part("D", "d")]
    assert differences(before, [*before, part("E", "e")]).splitlines() == ["Sheet 'E': added", "  row 1: e"]
    assert differences(before, before[1:]) == "Sheet 'A': removed"
    renamed = [*before[:3], part("Delta", "d")]
    assert differences(before, renamed) == "Sheet 'Delta' (was Sheet 'D'):"
    moved = [before[3], *before[:3]]
    assert differences(before, moved) == "Sheet 'D': moved"


def test_what_is_told_is_bounded_however_much_has_changed_and_takes_no_time() -> None:
    before = [part("A", *(f"old {n} {'x' * 300}" for n in range(20_000)))]
    after = [part("A", *(f"new {n} {'x' * 300}" for n in range(20_000))), *(part(f"P{n}", "x") for n in range(300))]
    begun = time.process_time()
    told = differences(before, after)
    assert len(told) <= 4_000
    assert "more lines" in told
    assert time.process_time() - begun < 2
    assert told == differences(before, after)


def workbook(rent: int, *, third: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Costs"
    for row in (["Shop", "Rent"], ["Harbour", rent], ["Station", 900], ["Total", "=SUM(B2:B3)"]):
        book.active.append(row)
    if third:
        book.create_sheet("Notes")["A1"] = "Seen by Ada"
    return saved(book.save)


def letter(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document.save)


def deck(*titles: str) -> bytes:
    found = pptx.Presentation()
    for title in titles:
        found.slides.add_slide(found.slide_layouts[5]).shapes.title.text = title
    return saved(found.save)


def saved(save: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("document_format", "before", "after", "expected"),
    [
        (
            "excel", workbook(1200), workbook(1300, third=True),
            ["Sheet 'Costs':", "  row 2: 'A Harbour | B 1200' → 'A Harbour | B 1300'", "Sheet 'Notes': added",
             "  row 1: A Seen by Ada"],
        ),
        (
            "word", letter("Dear Ada", "The rent is 900.", "Bye"), letter("Dear Ada", "The rent is 950.", "Bye", "PS"),
            ["'The rent is 900.' → 'The rent is 950.'", "PS"],
        ),
        (
            "slides", deck("Rents", "Costs", "End"), deck("Rents", "Staff", "Costs", "The end"),
            ["Slide 2 'Staff': added", "Slide 4 'The end' (was Slide 3 'End'):"],
        ),
    ],
)  # fmt: skip
def test_the_engines_tell_cells_blocks_and_slides(
    document_format: Format, before: bytes, after: bytes, expected: list[str]
) -> None:
    engine = engine_of(document_format)
    told = differences(engine.parts(engine.open(before)), engine.parts(engine.open(after)))
    for line in expected:
        assert line in told
    assert differences(engine.parts(engine.open(after)), engine.parts(engine.open(after))) == ALIKE
