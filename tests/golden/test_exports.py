"""Golden exports: each pair, from golden documents by the real converter, opened by readers that are not ours."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args

import html5lib
import openpyxl
import pypdf
import pypdfium2
import pytest
from odf import opendocument, table, text
from odf import teletype as odf_text
from PIL import Image
from xlsxwriter import Workbook

from overten.documents.models import Format
from overten.export.convert import convert, page_picture, thumbnail
from overten.export.errors import DocumentRefused, NoSuchPart, OfficeMissing
from overten.export.models import Converted, Options, SourceFormat, TargetFormat
from overten.export.office.engine import Office
from overten.export.targets import TARGETS
from tests.corpus import CORPUS
from tests.golden import office, pictures
from tests.golden.documents.golden import documents_of, make

pytestmark = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")

X = "{http://www.w3.org/1999/xhtml}"
FORMAT_OF: dict[str, Format] = {"xlsx": "excel", "docx": "word", "pptx": "slides"}
NEWER: dict[str, SourceFormat] = {"xls": "xlsx", "doc": "docx", "ppt": "pptx"}
SALES, REPORT, DECK = ("xlsx", "sales_report"), ("docx", "board_report"), ("pptx", "board_report")
SECONDS = 120


@pytest.fixture(scope="module")
def engine() -> Iterator[Office]:
    with Office(spare=1) as running:
        yield running


@cache
def source(kind: str, name: str) -> bytes:
    return make(FORMAT_OF[kind], documents_of(FORMAT_OF[kind])[name]).data


@pytest.fixture(scope="module")
def export(engine: Office) -> Callable[..., Converted]:
    """Exports a golden document; the same one only once."""

    @cache
    def run(of: tuple[str, str], target: TargetFormat, **options: Any) -> Converted:
        kind: Any = of[0]
        data = source(*of) if of[0] in FORMAT_OF else old(*of)
        return convert(data, kind, target, Options(**options), engine, timeout_seconds=SECONDS)

    @cache
    def old(kind: str, name: str) -> bytes:
        """A golden document in the format of before 2007."""
        return engine.convert(source(NEWER[kind], name), NEWER[kind], kind, timeout_seconds=SECONDS).data

    return run


def members(made: Converted) -> dict[str, bytes]:
    assert made.extension == "zip"
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def words_of_pdf(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def picture(data: bytes) -> Image.Image:
    assert data.startswith(b"\x89PNG")
    return Image.open(io.BytesIO(data)).convert("RGB")


def is_drawn(image: Image.Image) -> bool:
    return len(set(image.resize((64, 64)).getdata())) > 8


# PDF


@pytest.mark.parametrize("of", [SALES, REPORT, DECK], ids=lambda of: of[0])
def test_a_pdf_is_tagged_outlined_titled_and_brings_its_fonts(export: Callable[..., Converted], of: Any) -> None:
    made = export(of, "pdf")
    reader = pypdf.PdfReader(io.BytesIO(made.data))
    root: Any = reader.trailer["/Root"]
    assert made.pages == len(reader.pages) == documents_of(FORMAT_OF[of[0]])[of[1]].pages
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"]
    assert reader.metadata is not None
    assert reader.metadata.title
    assert len(reader.outline) >= 3
    assert fonts(reader)
    assert all(fonts(reader).values()), fonts(reader)


def fonts(reader: pypdf.PdfReader) -> dict[str, bool]:
    """Whether each font is in the file."""
    found = {}
    for page in reader.pages:
        for reference in page.get("/Resources", {}).get("/Font", {}).values():
            font: Any = reference.get_object()
            holder = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = holder.get("/FontDescriptor", {})
            found[str(font["/BaseFont"])] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


@pytest.mark.parametrize(
    ("of", "says"),
    [
        (SALES, ("Sales report", "€110,633", "Jan 2026", "Orders")),
        (REPORT, ("Third quarter 2026", "€184.2m", "Norholm Logistics plc")),
        (DECK, ("Board report: third quarter 2026", "What we will decide today")),
    ],
    ids=lambda value: value[0] if value[0] in FORMAT_OF else "",
)
def test_a_pdf_says_what_the_document_says(export: Callable[..., Converted], of: Any, says: tuple[str, ...]) -> None:
    shown = words_of_pdf(export(of, "pdf").data)
    assert [text for text in says if text not in shown] == []


@pytest.mark.parametrize("of", [SALES, REPORT, DECK], ids=lambda of: of[0])
def test_the_pages_look_as_approved(
    export: Callable[..., Converted], of: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if reason := pictures.why_not_comparable(tmp_path_factory.mktemp("fonts")):
        pytest.skip(reason)
    format_of = FORMAT_OF[of[0]]
    drawn = pictures.draw(format_of, export(of, "pdf").data)
    assert pictures.compare(drawn, Image.open(pictures.approved_path(format_of, of[1]))).reason == ""


def wide(columns: int, **setup: Any) -> bytes:
    buffer = io.BytesIO()
    with Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet("Wide")
        sheet.write_row(0, 0, [f"Column {number}" for number in range(columns)])
        if setup.get("landscape") is False:
            sheet.set_portrait()
            sheet.set_paper(9)
        workbook.get_worksheet_by_name("Wide")
    return without_page_setup(buffer.getvalue()) if not setup else buffer.getvalue()


def without_page_setup(data: bytes) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(output, "w") as after:
        for name in before.namelist():
            after.writestr(name, re.sub(rb"<pageSetup[^>]*/>", b"", before.read(name)))
    return output.getvalue()


def test_a_wide_sheet_that_nobody_set_up_is_one_page_wide(engine: Office) -> None:
    pages = {
        columns: convert(wide(columns), "xlsx", "pdf", Options(), engine, timeout_seconds=SECONDS).pages
        for columns in (8, 16, 60)
    }
    assert pages[8] == pages[16] == 1
    assert (pages[60] or 0) > 3, "what could not be read then is left as it is"
    set_up = convert(wide(16, landscape=False), "xlsx", "pdf", Options(), engine, timeout_seconds=SECONDS)
    assert set_up.pages == 2


# CSV and text


def test_the_values_of_a_csv_are_those_of_the_cells(export: Callable[..., Converted]) -> None:
    made = export(SALES, "csv")
    workbook = openpyxl.load_workbook(io.BytesIO(source(*SALES)), data_only=True)
    assert [name[3:-4] for name in members(made)] == workbook.sheetnames
    for sheet, data in zip(workbook, members(made).values(), strict=True):
        for number, row in enumerate(rows(data), start=1):
            for column, shown in enumerate(row, start=1):
                value = sheet.cell(number, column).value
                if isinstance(value, int | float) and not isinstance(value, bool):
                    assert float(shown) == value
                else:
                    assert shown == ("" if value is None else str(value).removesuffix(" 00:00:00"))
    assert {warning.code for warning in made.warnings} == {"drawings_left_out", "formulas_as_values"}


def test_old_workbooks_give_the_same_csv(export: Callable[..., Converted]) -> None:
    new, old = (members(export((kind, "values_and_styles"), "csv")) for kind in ("xlsx", "xls"))
    assert list(new) == list(old)
    assert rows(new["01 Values.csv"])[:8] == rows(old["01 Values.csv"])[:8]


def test_text_of_new_and_old_documents_has_the_same_words(export: Callable[..., Converted]) -> None:
    new, old = (export((kind, "board_proposal"), "txt").data.decode("utf-8") for kind in ("docx", "doc"))
    assert "\x00" not in old
    mine, theirs = set(re.findall(r"[\w€%.,]{4,}", new)), set(re.findall(r"[\w€%.,]{4,}", old))
    assert len(mine & theirs) > 0.95 * len(mine | theirs), mine ^ theirs


# Pictures


def test_a_deck_gives_a_picture_for_each_slide(export: Callable[..., Converted]) -> None:
    slides = members(export(DECK, "png"))
    assert list(slides) == [f"slide {number:03d}.png" for number in range(1, 11)]
    drawn = [picture(data) for data in slides.values()]
    assert {image.width for image in drawn} == {1_920}
    assert {image.height for image in drawn} == {1_080}
    assert all(map(is_drawn, drawn))


def test_one_slide_is_the_same_as_in_the_zip(export: Callable[..., Converted]) -> None:
    one = export(DECK, "png", page=3)
    assert (one.extension, one.media_type) == ("png", "image/png")
    whole = picture(members(export(DECK, "png"))["slide 003.png"])
    assert pictures.compare(picture(one.data), whole).reason == ""


def test_a_slide_that_is_not_there(export: Callable[..., Converted]) -> None:
    with pytest.raises(NoSuchPart, match="There is no page 11: the document has 10"):
        export(DECK, "png", page=11)


def test_a_workbook_gives_a_picture_for_each_sheet(export: Callable[..., Converted]) -> None:
    sheets = members(export(SALES, "png"))
    assert list(sheets) == ["01 Overview.png", "02 Market.png", "03 Orders.png"]
    assert all(is_drawn(picture(data)) for data in sheets.values())
    one = export(SALES, "png", sheet="orders")
    assert pictures.compare(picture(one.data), picture(sheets["03 Orders.png"])).reason == ""


def test_hidden_and_empty_sheets_get_no_picture_unless_asked_for(engine: Office) -> None:
    buffer = io.BytesIO()
    with Workbook(buffer) as workbook:
        for name in ("A", "Hidden", "Empty", "B"):
            sheet = workbook.add_worksheet(name)
            sheet.write_string(0, 0, "" if name == "Empty" else f"in {name} " * 5)
        workbook.get_worksheet_by_name("Hidden").hide()
    data = buffer.getvalue()
    made = convert(data, "xlsx", "png", Options(), engine, timeout_seconds=SECONDS)
    assert list(members(made)) == ["01 A.png", "02 B.png"]
    assert [warning.code for warning in made.warnings] == ["hidden_sheets_left_out"]
    hidden = convert(data, "xlsx", "png", Options(sheet="Hidden"), engine, timeout_seconds=SECONDS)
    assert picture(hidden.data).width > 100


def test_a_huge_sheet_is_cut_and_told(engine: Office) -> None:
    buffer = io.BytesIO()
    with Workbook(buffer, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Log")
        for row in range(5_000):
            sheet.write_row(row, 0, range(row, row + 6))
    data = buffer.getvalue()
    made = convert(data, "xlsx", "png", Options(), engine, timeout_seconds=SECONDS)
    assert [(one.code, one.location) for one in made.warnings] == [("rows_left_out", "Log")]
    assert picture(made.data).height < 20_000
    page = convert(data, "xlsx", "html", Options(), engine, timeout_seconds=SECONDS)
    assert page.data.count(b"<tr") == 2_000
    assert [one.message for one in page.warnings] == [
        "The page shows the first 2,000 rows of 'Log'; 3,000 more are not in it."
    ]


@pytest.mark.parametrize("of", [SALES, REPORT, DECK], ids=lambda of: of[0])
def test_thumbnails_and_pictures_of_pages(engine: Office, of: Any) -> None:
    small = picture(thumbnail(source(*of), of[0], engine, timeout_seconds=SECONDS))
    assert max(small.size) == 640
    assert is_drawn(small)
    page = picture(page_picture(source(*of), of[0], 2, engine, timeout_seconds=SECONDS))
    assert 600 < max(page.size) <= 1_568
    assert is_drawn(page)


# HTML


def test_a_workbook_as_a_page_has_its_sheets_values_and_charts(export: Callable[..., Converted]) -> None:
    made = export(SALES, "html")
    root = html5lib.parse(made.data.decode("utf-8"))
    assert root.findtext(f"{X}head/{X}title") == "Sales report"
    assert [heading.text for heading in root.iter(f"{X}h2")] == ["Overview", "Market", "Orders"]
    shown = ["".join(cell.itertext()).strip() for cell in root.iter(f"{X}td")]
    assert {"€46,778", "€110,633", "Jan 2026", "20.0%"} <= set(shown)
    images = [image.get("src", "")[:22] for image in root.iter(f"{X}img")]
    assert images == ["data:image/png;base64,"] * 5
    assert {row.get("href") for row in root.iter(f"{X}a")} >= {"#sheet-1", "#sheet-3", "https://example.com/regions"}


def test_a_document_as_a_page_has_its_text_tables_notes_and_charts(export: Callable[..., Converted]) -> None:
    made = export(REPORT, "html")
    root = html5lib.parse(made.data.decode("utf-8"))
    assert root.get("lang") == "en-GB"
    shown = " ".join("".join(root.find(f"{X}body").itertext()).split())
    for line in export(REPORT, "txt").data.decode().splitlines():
        for sentence in re.findall(r"[A-Z][\w ,;()€%.–-]{30,}\.", line):
            assert " ".join(sentence.split()) in shown
    assert "Executive summary" in ["".join(heading.itertext()) for heading in root.iter(f"{X}h1")]
    assert sum(image.get("src", "").startswith("data:image/png") for image in root.iter(f"{X}img")) == 4
    assert any(link.get("href", "").startswith("#b-") for link in root.iter(f"{X}a"))
    ids = {element.get("id") for element in root.iter() if isinstance(element.tag, str)}
    assert {link.get("href", "")[1:] for link in root.iter(f"{X}a") if link.get("href", "#")[0] == "#"} <= ids


@pytest.mark.parametrize("of", [("xls", "unit_economics"), ("doc", "lists")], ids=lambda of: of[0])
def test_old_documents_as_pages(export: Callable[..., Converted], of: Any) -> None:
    page = export(of, "html").data.decode("utf-8")
    assert "<script" not in page
    for said in ("$318,782", "Cash after 24 months") if of[0] == "xls" else ("Beneath one", "The parties agree."):
        assert said in page


# Other formats


def test_a_document_as_odt(export: Callable[..., Converted]) -> None:
    document = opendocument.load(io.BytesIO(export(REPORT, "odt").data))
    headings = [odf_text.extractText(one).strip() for one in document.getElementsByType(text.H)]
    assert "Executive summary" in headings
    assert len(document.getElementsByType(table.Table)) >= 3


def test_a_deck_as_odp(export: Callable[..., Converted]) -> None:
    from odf import draw

    document = opendocument.load(io.BytesIO(export(DECK, "odp").data))
    slides = document.getElementsByType(draw.Page)
    assert len(slides) == 10
    assert "What we will decide today" in " ".join(odf_text.extractText(slides[1]).split())


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("xls", "unit_economics", "Meal-kit unit economics and cash runway"),
        ("doc", "lists", "The parties agree."),
        ("ppt", "smallest", ""),
    ],
)
def test_old_documents_as_new_ones(export: Callable[..., Converted], kind: str, name: str, said: str) -> None:
    newer = NEWER[kind]
    made = export((kind, name), newer)
    if newer == "xlsx":
        workbook = openpyxl.load_workbook(io.BytesIO(made.data))
        assert workbook["Summary"]["A1"].value == said
        assert any(str(cell.value).startswith("=") for row in workbook["Summary"] for cell in row)
    elif newer == "docx":
        import docx

        assert said in [paragraph.text for paragraph in docx.Document(io.BytesIO(made.data)).paragraphs]
    else:
        import pptx

        assert len(pptx.Presentation(io.BytesIO(made.data)).slides) == 1


@pytest.mark.parametrize("kind", ["xls", "doc", "ppt"])
def test_old_documents_as_pdf_and_pictures(export: Callable[..., Converted], kind: str) -> None:
    made = export((kind, {"xls": "unit_economics", "doc": "lists", "ppt": "smallest"}[kind]), "pdf")
    with pypdfium2.PdfDocument(made.data) as opened:
        assert len(opened) == made.pages
    if kind == "ppt":
        assert picture(export((kind, "smallest"), "png").data).width == 1_920


def test_all_pairs_are_here() -> None:
    assert {target for targets in TARGETS.values() for target in targets} == set(get_args(TargetFormat))


# What goes wrong


def test_without_an_office_what_needs_it_says_so() -> None:
    for pair in (("xlsx", "pdf"), ("docx", "odt"), ("xlsx", "html")):
        with pytest.raises(OfficeMissing, match="LibreOffice"):
            convert(source(pair[0], "smallest"), pair[0], pair[1], Options(), None, timeout_seconds=9)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
def test_protected_and_damaged_documents_are_refused(engine: Office) -> None:
    for name, kind, target in (
        ("poi-21564a-crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx", "xlsx", "csv"),
        ("open-xml-sdk-50f2eb-encrypted_pptx.pptx", "pptx", "png"),
        ("poi-656118-clusterfuzz-testcase-minimized-POIXSSFFuzzer-5937385319563264.xlsx", "xlsx", "pdf"),
    ):
        data = (CORPUS / "hostile" / name).read_bytes()
        with pytest.raises(DocumentRefused):
            convert(data, kind, target, Options(), engine, timeout_seconds=30)  # type: ignore[arg-type]
