"""Documents on the templates of others: their design is there to the byte, their content is not, ours is."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from lxml import etree
from pydantic import TypeAdapter

from overten.documents.engine import Look
from overten.documents.excel.engine import ExcelEngine
from overten.documents.excel.operations import ExcelOperation
from overten.documents.ooxml.package import Package
from overten.documents.slides.deck import Deck
from overten.documents.slides.template import template_warnings as deck_warnings
from overten.documents.slides.verify import verify as verify_deck
from overten.documents.word.apply import apply as apply_word
from overten.documents.word.document import Document
from overten.documents.word.operations import WordOperation
from overten.documents.word.template import template_warnings as document_warnings
from overten.documents.word.verify import verify as verify_document
from tests.corpus import CORPUS
from tests.golden.template_documents import (
    CELLS,
    SECRET,
    SLIDES,
    document_template,
    presentation_template,
    workbook_template,
)
from tests.golden.word_documents import BOARD_REPORT
from tests.unit.documents.slides.conftest import assets, write

SOFFICE = shutil.which("soffice")
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
ENGINE = ExcelEngine()
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD: TypeAdapter[WordOperation] = TypeAdapter(WordOperation)
_EXCEL: TypeAdapter[Any] = TypeAdapter(ExcelOperation)
# The report without what would take the place of the template's own header and footer.
REPORT = [operation for operation in BOARD_REPORT if operation["op"] not in {"set_header_footer", "set_watermark"}]


def _from_corpus(folder: str, made: Callable[[], bytes], *names: str) -> list[Any]:
    """Template bytes by a test id: one that another library makes, and those of the corpus where that is."""
    found = [pytest.param(made, id="made")]
    for name in names:
        path = next(iter(CORPUS.glob(f"{folder}/*{name}*")), None)
        skipped = pytest.mark.skipif(path is None, reason="the corpus is not here")
        found.append(pytest.param((lambda path=path: path.read_bytes()), id=name, marks=skipped))
    return found


DECKS = _from_corpus(
    "pptx", presentation_template, "typical", "51187", "GeomLec1", "alterman_security", "Performance_Up"
)
DOCUMENTS = _from_corpus(
    "docx", document_template, "BackgroundReport", "57b23b-Document", "stress008", "stress018", "stress014"
)
BOOKS = _from_corpus(
    "xls[xm]", workbook_template, "PerformanceEng", "7d3911-Cond", "57181", "header_image07", "RelationalPivotA5"
)  # fmt: skip


@pytest.fixture(scope="module")
def opens(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], int]:
    """The number of pages LibreOffice makes of a file."""
    if SOFFICE is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")

    def pages(data: bytes, suffix: str) -> int:
        import pypdfium2

        file = folder / f"made.{suffix}"
        file.write_bytes(data)
        command = [SOFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=180)
        return len(pypdfium2.PdfDocument((folder / "made.pdf").read_bytes()))

    return pages


def _same(before: Package, after: Package, pattern: str) -> list[str]:
    """The parts of a pattern, each of which must have kept its bytes."""
    names = [name for name in before.names() if re.fullmatch(pattern, name)]
    assert [name for name in names if not after.has(name) or after.read(name) != before.read(name)] == []
    return names


# --- presentations ---


def _deck(template: bytes) -> bytes:
    deck = Deck.from_template(template, assets)
    assert all(finding.severity == "warning" for finding in deck_warnings(deck))
    for slide in SLIDES:
        write(deck, slide)
    return deck.to_bytes()


@pytest.mark.parametrize("template", DECKS)
def test_slides_are_drawn_on_the_templates_layouts(template: Callable[[], bytes]) -> None:
    given = template()
    data = _deck(given)

    before, after = Package.open(given), Package.open(data)
    assert _same(before, after, r"ppt/(theme/theme|slideMasters/slideMaster|slideLayouts/slideLayout)\d+\.xml")
    assert "template" not in after.content_type(after.main_part())
    slides = list(pptx.Presentation(BytesIO(data)).slides)
    assert [slide.shapes.title.text for slide in slides if slide.shapes.title] == [
        slide.get("title") or f"“{slide['quote']}”" for slide in SLIDES
    ]
    parts = {id(layout.part): layout for master in pptx.Presentation(BytesIO(data)).slide_masters for layout in
             master.slide_layouts}  # fmt: skip
    assert parts
    held = {spec["layout"]: [shape.placeholder_format.idx for shape in slide.placeholders]
            for spec, slide in zip(SLIDES, slides, strict=True)}  # fmt: skip
    assert len(held["columns"]) >= 5  # a title, two headings and two texts: the template's own layout for that
    assert slides[4].placeholders[held["chart"][1]].has_chart
    assert slides[5].placeholders[held["table"][1]].has_table
    assert [finding.message for finding in verify_deck(data, given) if finding.severity == "error"] == []


@pytest.mark.parametrize("template", DECKS)
def test_nothing_of_a_decks_own_slides_is_left(template: Callable[[], bytes]) -> None:
    given = template()
    before, after = Package.open(given), Package.open(_deck(given))
    slides = [name for name in before.names() if re.fullmatch(r"ppt/(slides|notesSlides)/[^/]+\.xml", name)]
    old = {text for name in slides for text in _texts(before, name) if len(text) > 15}

    new = {text for name in after.names() if re.fullmatch(r"ppt/slides/[^/]+\.xml", name)
           for text in _texts(after, name)}  # fmt: skip

    assert old & new == set()
    assert SLIDES[3]["title"] in new


def _texts(package: Package, name: str) -> list[str]:
    return [(element.text or "").strip() for element in package.tree(name).iter(f"{_A}t")]


def test_content_keeps_clear_of_what_the_template_draws() -> None:
    data = _deck(presentation_template())

    presentation = pptx.Presentation(BytesIO(data))
    bar = 8_229_600
    for slide in presentation.slides:
        for shape in slide.shapes:
            drawn = not shape.is_placeholder
            assert not drawn or shape.left + shape.width <= bar, (slide.slide_id, shape.name)


def test_what_a_template_lacks_is_told() -> None:
    package = Package.open(presentation_template())
    for name in package.names():
        if re.fullmatch(r"ppt/slideLayouts/slideLayout\d+\.xml", name):
            root = package.edit(name)
            if root.get("type") in {"secHead", "twoTxTwoObj"}:
                root.attrib.pop("type")
                root[0].set("name", "Something else")

    findings = deck_warnings(Deck.from_template(package.save()))

    told = " ".join(finding.message for finding in findings)
    assert "no layout for section headers: 'Title Slide' is used" in told
    assert "no layout for two columns: 'Title Only' is used" in told
    assert "timelines" in told


# --- Word documents ---


def _report(template: bytes) -> bytes:
    document = Document.from_template(template, now=MOMENT)
    assert all(finding.severity == "warning" for finding in document_warnings(document))
    for operation in REPORT:
        told = {key: value for key, value in operation.items() if key != "logo"}
        apply_word(document, _WORD.validate_python(told))
    return document.to_bytes()


@pytest.mark.parametrize("template", DOCUMENTS)
def test_a_report_is_written_in_the_templates_styles(template: Callable[[], bytes]) -> None:
    given = template()
    data = _report(given)

    before, after = Package.open(given), Package.open(data)
    assert _same(before, after, r"word/(theme/theme\d*|header\d+|footer\d+)\.xml")
    assert "template" not in after.content_type(after.main_part())
    styles = _styles(before)
    kept = _styles(after)
    assert [name for name in styles if kept.get(name) != styles[name]] == []
    page, own = (_section(package) for package in (before, after))
    assert own == page
    read = docx.Document(BytesIO(data))
    headings = {paragraph.text: paragraph.style.style_id for paragraph in read.paragraphs if paragraph.style}
    named = {style.name.casefold(): style.style_id for style in docx.Document(BytesIO(_ordinary(given))).styles}
    if "heading 1" in named:
        assert headings["Financial performance"] == named["heading 1"]
    assert headings["Revenue and margin"] == named.get("heading 2", "Heading2")
    assert len(read.tables) >= 2
    assert [finding.message for finding in verify_document(data, given) if finding.severity == "error"] == []


@pytest.mark.parametrize("template", DOCUMENTS)
def test_nothing_of_a_documents_own_text_is_left(template: Callable[[], bytes]) -> None:
    given = template()
    read = docx.Document(BytesIO(_report(given)))
    old = {paragraph.text.strip() for paragraph in docx.Document(BytesIO(_ordinary(given))).paragraphs}

    new = {paragraph.text.strip() for paragraph in read.paragraphs}

    assert {text for text in old & new if len(text) > 15} == set()


def test_bullets_stay_bullets_where_the_template_counts_its_first_list() -> None:
    read = docx.Document(BytesIO(_report(document_template())))
    item = next(paragraph for paragraph in read.paragraphs if paragraph.text.startswith("Contract logistics: rev"))
    numbers = read.part.numbering_part.element
    identifier = next(item.style.element.iter(f"{_W}numId")).get(f"{_W}val")
    abstract = next(num for num in numbers.iter(f"{_W}num") if num.get(f"{_W}numId") == identifier)[0].get(f"{_W}val")

    definition = next(a for a in numbers.iter(f"{_W}abstractNum") if a.get(f"{_W}abstractNumId") == abstract)

    assert next(definition.iter(f"{_W}numFmt")).get(f"{_W}val") == "bullet"


def _ordinary(template: bytes) -> bytes:
    """The template as python-docx opens it."""
    package = Package.open(template)
    package.set_content_type(
        package.main_part(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    )
    return package.save()


def _styles(package: Package) -> dict[str, bytes]:
    root = package.tree("word/styles.xml")
    return {
        style.get(f"{_W}styleId", ""): etree.tostring(style, method="c14n", exclusive=True)
        for style in root.iter(f"{_W}style")
    }


def _section(package: Package) -> list[dict[Any, Any]]:
    """Page size and margins of the last section."""
    last = [*package.tree(package.main_part()).iter(f"{_W}sectPr")][-1]
    return [dict(element.attrib) for tag in ("pgSz", "pgMar") for element in last.iter(f"{_W}{tag}")]


# --- workbooks ---


def _book(template: bytes) -> tuple[bytes, Any]:
    workbook, findings = ENGINE.from_template(template, Look())
    assert all(finding.severity == "warning" for finding in findings)
    for operation in CELLS:
        ENGINE.apply(workbook, _EXCEL.validate_python(operation))
    workbook = ENGINE.load(ENGINE.store(workbook))
    return ENGINE.write(workbook, created=MOMENT), workbook


@pytest.mark.parametrize("template", BOOKS)
def test_a_workbook_wears_the_templates_theme_and_styles(template: Callable[[], bytes]) -> None:
    given = template()
    data, workbook = _book(given)

    before, after = Package.open(given), Package.open(data)
    theme = before.related(before.main_part(), "theme")
    assert theme is not None
    assert after.read("xl/theme/theme1.xml") == before.read(theme)
    read = openpyxl.load_workbook(BytesIO(data))
    assert read["Summary"]["A1"].value == "Board summary"
    assert read["Summary"]["A1"].font.name == workbook.font
    for role, cell in (("input", "B2"), ("total", "B5"), ("title", "A1")):
        style = workbook.design.styles.get(role)
        assert read["Summary"][cell].style == (style.name if style else "Normal")
    assert read["Summary"].HeaderFooter.oddHeader.left.text == (_header(before) or None)
    assert not {SECRET} & {cell.value for sheet in read for row in sheet.iter_rows() for cell in row}
    assert read.sheetnames == ["Summary", "Costs"]
    assert [finding.message for finding in ENGINE.verify(data, workbook) if finding.severity == "error"] == []


def _header(package: Package) -> str:
    """The left part of the first sheet's header, as openpyxl reads it."""
    book = openpyxl.load_workbook(BytesIO(package.save()))
    return book.worksheets[0].oddHeader.left.text or ""


def test_a_workbooks_own_template_gives_its_page_and_named_styles() -> None:
    data, workbook = _book(workbook_template())

    read = openpyxl.load_workbook(BytesIO(data))
    assert {"title", "input", "total"} <= workbook.design.styles.keys()
    assert read["Summary"]["B2"].style == "Input"
    assert read["Summary"].page_setup.paperSize == 1
    assert read["Summary"].oddHeader.left.text == "Muster GmbH"


@pytest.mark.parametrize("suffix", ["pptx", "docx", "xlsx"])
def test_libreoffice_opens_what_is_made_on_templates(suffix: str, opens: Callable[[bytes, str], int]) -> None:
    made = {
        "pptx": lambda: _deck(presentation_template()),
        "docx": lambda: _report(document_template()),
        "xlsx": lambda: _book(workbook_template())[0],
    }

    assert opens(made[suffix](), suffix) >= {"pptx": len(SLIDES), "docx": 4, "xlsx": 2}[suffix]
