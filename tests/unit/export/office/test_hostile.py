"""Documents made to do harm: each ends in bounded time with a clear word, and the next is converted."""

from __future__ import annotations

import random
import time
import zipfile
from io import BytesIO

import pypdfium2
import pytest

from overten.export.errors import ConverterFailed, DocumentRefused, ExportError
from overten.export.office.engine import Office
from tests.corpus import CORPUS
from tests.unit.export.office import documents

SECONDS = 120
FINE = documents.docx(documents.paragraph("Fine"))


@pytest.fixture(autouse=True)
def the_next_is_converted(request: pytest.FixtureRequest) -> object:
    yield
    office: Office = request.getfixturevalue("office")
    assert b"Fine" in office.convert(FINE, "docx", "txt", timeout_seconds=SECONDS).data


def test_a_bomb_is_refused_before_it_is_opened(office: Office) -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(BytesIO(FINE)) as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
        with target.open("word/media.bin", "w") as part:
            for _ in range(64):
                part.write(bytes(2**20))
    began = time.monotonic()
    with pytest.raises(DocumentRefused, match="far too large when it is unpacked"):
        office.convert(bomb.getvalue(), "docx", "pdf", timeout_seconds=SECONDS)
    assert time.monotonic() - began < 20


def test_entities_are_refused(office: Office) -> None:
    entities = "<!DOCTYPE w [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
    document = FINE
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            target.writestr(name, entities + text if name == "word/document.xml" else text)
    with pytest.raises(DocumentRefused, match="entities"):
        office.convert(written.getvalue(), "docx", "pdf", timeout_seconds=SECONDS)


def test_a_sheet_that_would_print_for_ever_is_stopped(office: Office) -> None:
    sheet = '<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>'
    began = time.monotonic()
    try:
        office.convert(documents.xlsx(sheet), "xlsx", "pdf", timeout_seconds=4)
    except ConverterFailed as error:
        assert "longer than 4 seconds" in str(error)  # noqa: PT017 - a LibreOffice may also skip the empty pages
    assert time.monotonic() - began < 30


def test_a_workbook_of_500_sheets_ends(office: Office) -> None:
    """LibreOffice takes a minute for them on a slow machine: too long for a test to wait for."""
    import openpyxl

    book = openpyxl.Workbook()
    for number in range(2, 501):
        book.create_sheet(f"S{number}")["A1"] = f"Sheet {number}"
    written = BytesIO()
    book.save(written)
    with_bound(office, written.getvalue(), "xlsx", seconds=8)


def test_a_document_of_300_pages_is_converted(office: Office) -> None:
    page = '<w:p><w:r><w:t>Page</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    converted = office.convert(documents.docx(page * 299), "docx", "pdf", timeout_seconds=SECONDS)
    assert pages_of(converted.data) == 300
    assert converted.peak_bytes < 2**30


def test_tables_in_tables_end(office: Office) -> None:
    depth = 200
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl><w:p/>" * depth
    with_bound(office, documents.docx(body), "docx", seconds=8)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("name", ["docx", "xlsx", "pptx", "doc", "xls", "ppt"])
def test_damaged_files_of_others_end(name: str, office: Office) -> None:
    """Two of each kind: one cut short, one with bytes changed. Many more: `python -m bench.export --fuzz`."""
    folder = CORPUS / name
    if not folder.exists():
        pytest.skip(f"no {name} in the corpus")
    file = min(folder.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    drawn = random.Random(name)
    data = file.read_bytes()
    with_bound(office, data[: int(len(data) * drawn.uniform(0.5, 0.95))], name)
    changed = bytearray(data)
    for _ in range(20):
        changed[drawn.randrange(len(changed))] = drawn.randrange(256)
    with_bound(office, bytes(changed), name)


@pytest.mark.skipif(not (CORPUS / "hostile").exists(), reason="the corpus is not here")
@pytest.mark.parametrize(
    "name",
    [
        "open-xml-sdk-85bebe-block_hyperlink_crash.pptx",
        "poi-04561b-clusterfuzz-testcase-minimized-POIXSLFFuzzer-5471515212382208.pptx",
        "poi-94c313-clusterfuzz-testcase-minimized-POIHWPFFuzzer-4892412469968896.doc",
        "poi-967a8d-clusterfuzz-testcase-minimized-POIHSSFFuzzer-4657005060816896.xls",
        "poi-065927-crash-274d6342e4842d61be0fb48eaadad6208ae767ae.xlsx",
        "poi-29bb02-clusterfuzz-testcase-minimized-POIXWPFFuzzer-6061520554164224.docx",
    ],
)
def test_files_that_crashed_others_end(name: str, office: Office) -> None:
    file = CORPUS / "hostile" / name
    with_bound(office, file.read_bytes(), name.rpartition(".")[2])


@pytest.mark.skipif(not (CORPUS / "hostile").exists(), reason="the corpus is not here")
@pytest.mark.parametrize(
    ("name", "extension"),
    [("hostile/open-xml-sdk-50f2eb-encrypted_pptx.pptx", "pptx"), ("ppt/poi-90a2f3-cryptoapi-proc2356.ppt", "ppt")],
)
def test_encrypted_files_are_refused_for_that(name: str, extension: str, office: Office) -> None:
    with pytest.raises(DocumentRefused, match="password"):
        office.convert((CORPUS / name).read_bytes(), extension, "pdf", timeout_seconds=SECONDS)


def with_bound(office: Office, data: bytes, extension: str, seconds: float = 20) -> None:
    """Either outcome will do, if it comes in time and is one of ours."""
    began = time.monotonic()
    try:
        assert office.convert(data, extension, "pdf", timeout_seconds=seconds).data.startswith(b"%PDF")
    except ExportError as error:
        assert str(error)  # noqa: PT017
    assert time.monotonic() - began < 2 * seconds + 10


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)
