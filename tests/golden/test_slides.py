"""A board report in three brands, parts of it in a language of long words, opened by programs that did not make it."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from pptx import Presentation
from pydantic import TypeAdapter

from overten.documents.slides.apply import apply
from overten.documents.slides.deck import Brand, Deck
from overten.documents.slides.operations import SlidesOperation
from overten.documents.slides.verify import verify
from tests.golden.documents.slides.reports import REPORT

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")

BRANDS = {"own": None, "red": Brand("#C8102E", "#2B3A55", "Arial"), "yellow": Brand("#FFC400", None, "Cambria")}


@pytest.fixture(scope="module", params=BRANDS)
def data(request: pytest.FixtureRequest) -> bytes:
    deck = Deck.new("Board report", BRANDS[request.param])
    operations: TypeAdapter[SlidesOperation] = TypeAdapter(SlidesOperation)
    apply(deck, operations.validate_python({"op": "set_deck", "footer": "Nordwerk AG"}))
    apply(deck, operations.validate_python({"op": "write_slides", "slides": REPORT}))
    return deck.to_bytes()


def test_nothing_is_wrong_with_it(data: bytes) -> None:
    assert verify(data) == []


def test_an_independent_reader_finds_it_native_and_editable(data: bytes) -> None:
    slides = list(Presentation(BytesIO(data)).slides)
    assert len(slides) == len(REPORT)
    assert [sum(shape.has_chart for shape in slide.shapes) for slide in slides] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0]
    table = next(shape.table for shape in slides[6].shapes if shape.has_table)
    assert [cell.text for cell in table.rows[3].cells] == ["Weighted", "€6.5m", "3.6", "20%"]
    assert not any(shape.shape_type == 13 for slide in slides for shape in slide.shapes), "a picture of content"
    assert slides[4].has_notes_slide


@needs_libreoffice
def test_libreoffice_draws_a_page_for_each_slide_with_all_its_words(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pptx"
    path.write_bytes(data)
    command = [
        str(SOFFICE),
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        str(path),
    ]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    document = pypdfium2.PdfDocument(tmp_path / "report.pdf")
    pages = [page.get_textpage().get_text_range().replace("\r\n", " ") for page in document]
    assert len(pages) == len(REPORT)
    for slide, page in zip(REPORT, pages, strict=True):
        assert all(word in page for word in slide["title"].split())
    assert "Immissionsschutzrechtliche" in pages[7]
    assert "+0.9" in pages[5]
