"""The golden decks: nothing is wrong with them, other programs read them, and they look approved."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation

from overten.documents.slides.operations import SlidesOperation
from tests.golden.documents.slides import DOCUMENTS
from tests.golden.suite import Suite, check_findings, check_pdf, check_picture, suite_of, unused

DRAWN = [name for name, golden in DOCUMENTS.items() if golden.drawn]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite_of("slides", tmp_path_factory)


def counted(data: bytes) -> dict[str, int]:
    slides: list[Any] = list(Presentation(BytesIO(data)).slides)
    shapes = [shape for slide in slides for shape in slide.shapes]
    return {
        "slides": len(slides),
        "charts": sum(shape.has_chart for shape in shapes),
        "tables": sum(shape.has_table for shape in shapes),
        "pictures": sum(hasattr(shape, "image") for shape in shapes),
        "notes": sum(slide.has_notes_slide and bool(slide.notes_slide.notes_text_frame.text) for slide in slides),
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_wrong_with_it(suite: Suite, name: str) -> None:
    check_findings(suite, name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_python_pptx_finds_all_that_it_holds(suite: Suite, name: str) -> None:
    wanted = dict(suite.goldens[name].holds)
    found = counted(suite.made(name).data)
    assert {what: found[what] for what in wanted} == wanted


@pytest.mark.parametrize("name", DOCUMENTS)
def test_libreoffice_prints_it(suite: Suite, name: str) -> None:
    check_pdf(suite, name)


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_approved(suite: Suite, name: str) -> None:
    check_picture(suite, name)


def test_every_kind_of_slide_chart_and_change_is_in_some_deck(suite: Suite) -> None:
    assert unused(suite, SlidesOperation) == set()
