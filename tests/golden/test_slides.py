"""A board report in three brands, parts of it in a language of long words, opened by programs that did not make it."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pptx import Presentation
from pydantic import TypeAdapter

from overten.documents.slides.apply import apply
from overten.documents.slides.deck import Brand, Deck
from overten.documents.slides.operations import SlidesOperation
from overten.documents.slides.verify import verify

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")

REPORT: list[dict[str, Any]] = [
    {
        "layout": "cover", "title": "Board report: third quarter 2026", "byline": "22 October 2026 · Office of the CFO",
        "subtitle": "Growth has returned, margins follow from the first quarter",
    },
    {"layout": "agenda", "title": "What we will decide today", "items": ["Results", "Growth", "The northern plant"]},
    {
        "layout": "key_messages", "title": "We beat the plan on revenue, and the margin gap closes with two measures",
        "items": [
            {"title": "Revenue grew 12% to €48.2m", "text": "Services grew 21%; hardware was flat."},
            {"title": "Gross margin fell 1.4 points to 38.1%", "text": ("Freight and copper explain four fifths "
                "of the fall.")},
            {"title": "We ask for €6.5m for the northern plant", "text": "Payback is 3.1 years in the base case."},
        ],
    },
    {
        "layout": "metrics", "title": "Only the gross margin is behind its target",
        "source": "Management accounts",
        "metrics": [
            {"label": "Revenue", "value": "€48.2m", "change": "+12%", "status": "good", "icon": "trending-up"},
            {"label": "Gross margin", "value": "38.1%", "change": "−1.4 pp vs plan", "status": "bad"},
            {"label": "Net retention", "value": "108%", "change": "+2 pp vs Q2", "status": "good"},
        ],
        "takeaway": "Freight contracts bring back **0.9 points** from January on.",
    },
    {
        "layout": "chart", "title": "Services have carried growth for six quarters running",
        "source": "Management accounts",
        "chart": {
            "kind": "stacked_column", "categories": ["Q4 25", "Q1 26", "Q2 26", "Q3 26"], "number_format": "0.0",
            "series": [
                {"name": "Hardware", "values": [28.0, 28.2, 28.6, 28.9]},
                {"name": "Services", "values": [16.4, 17.0, 18.1, 19.3]},
            ],
        },
        "points": ["Services: **+24%** in a year", "Hardware is flat in a falling market"],
        "notes": "Start with services.",
    },
    {
        "layout": "chart", "title": "Price and mix more than make up for freight",
        "chart": {
            "kind": "waterfall", "categories": ["2025", "Price", "Mix", "Freight", "2026"], "totals": ["2025", "2026"],
            "series": [{"name": "EBIT", "values": [4.1, 0.9, 0.6, -0.5, None]}], "number_format": "0.0",
        },
    },
    {
        "layout": "table", "title": "The investment pays back in every case we looked at",
        "table": {
            "columns": ["Case", "Investment", "Payback (years)", "IRR"], "total_row": True,
            "rows": [
                ["Base case", "€6.5m", "3.1", "24%"], ["Volumes 15% lower", "€6.5m", "4.4", "15%"],
                ["Weighted", "€6.5m", "3.6", "20%"],
            ],
        },
    },
    {
        "layout": "process", "title": "Vom Aufsichtsratsbeschluss bis zur Inbetriebnahme vergehen dreißig Monate",
        "items": [
            {"title": "Beschluss", "text": "Gesellschafter und Aufsichtsrat", "icon": "check"},
            {"title": "Genehmigung", "text": "Immissionsschutzrechtliche Prüfung", "icon": "file-text"},
            {"title": "Inbetriebnahme", "text": "Probebetrieb ab Oktober", "icon": "rocket"},
        ],
    },
    {
        "layout": "matrix", "title": "Zwei Risiken brauchen sofort Aufmerksamkeit",
        "x_axis": "Eintrittswahrscheinlichkeit", "y_axis": "Auswirkung", "highlight": 2,
        "quadrants": [
            {"heading": "Vorbereiten", "points": ["Insolvenz des Generalunternehmers"]},
            {"heading": "Handeln", "points": ["Genehmigungsverzögerung", "Fachkräftemangel"]},
            {"heading": "Beobachten", "points": ["Strompreis"]},
            {"heading": "Steuern", "points": ["Materialkosten"]},
        ],
    },
    {"layout": "closing", "title": "Thank you", "lines": ["Next meeting: 3 December 2026"]},
]  # fmt: skip
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
