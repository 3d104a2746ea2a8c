"""Every kind of file that is taken, told from its bytes whatever it is called."""

from __future__ import annotations

import contextlib
import gzip
import io
import zipfile

import pytest
from PIL import Image

from overten.assets.examine import Examined, Unacceptable, examine
from overten.assets.examine.models import CONTENT_TYPES
from tests.unit.assets.examine import files


def told(body: bytes, name: str = "upload.bin", declared_type: str | None = None) -> Examined:
    return examine(io.BytesIO(body), name=name, declared_type=declared_type)


TABLE = "Shop,Rent,Open\nHarbour,1200,yes\nStation,950,no\n"
PACKAGES = ["xlsx", "xlsm", "xltx", "docx", "docm", "dotx", "pptx", "pptm", "potx"]
MADE = {
    **{kind: files.package(kind) for kind in PACKAGES},
    "xls": files.xls(),
    "doc": files.doc(),
    "ppt": files.ppt(),
    "csv": TABLE.encode(),
    "tsv": TABLE.replace(",", "\t").encode(),
    "txt": b"Dear Ms. Kim,\n\nthe harbour shop opens in May.\n",
    "pdf": files.pdf(),
    "png": files.image("PNG"),
    "jpeg": files.image("JPEG"),
    "webp": files.image("WEBP"),
    "gif": files.image("GIF"),
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("name", ["upload.bin", "picture.png", "book.xlsx", "no extension", ""])
def test_a_file_is_what_its_bytes_are(kind: str, name: str) -> None:
    found = told(MADE[kind], name, declared_type="image/svg+xml")
    assert found.kind == kind
    assert found.content_type == CONTENT_TYPES[found.kind]


def test_every_kind_is_tried_here() -> None:
    assert set(MADE) == set(CONTENT_TYPES)


@pytest.mark.parametrize(
    ("kinds", "attribute"),
    [
        ("png jpeg webp gif", "is_image"),
        ("csv tsv txt", "is_text"),
        ("xlsx xlsm xltx xls csv tsv", "is_spreadsheet"),
        ("docx docm dotx doc", "is_word_document"),
        ("pptx pptm potx ppt", "is_presentation"),
    ],
)
def test_families(kinds: str, attribute: str) -> None:
    assert {kind for kind in MADE if getattr(told(MADE[kind]), attribute)} == set(kinds.split())
    assert all(told(MADE[kind]).is_document != told(MADE[kind]).is_image for kind in MADE)


def test_extensions_are_those_that_programs_expect() -> None:
    assert told(MADE["jpeg"]).extension == ".jpg"
    assert told(MADE["xlsm"]).extension == ".xlsm"


def test_workbooks_that_libraries_write() -> None:
    import openpyxl
    import xlsxwriter

    first = io.BytesIO()
    openpyxl.Workbook().save(first)
    second = io.BytesIO()
    workbook = xlsxwriter.Workbook(second, {"in_memory": True})
    workbook.add_worksheet().write(0, 0, "Rent")
    workbook.close()
    assert [told(made.getvalue()).kind for made in (first, second)] == ["xlsx", "xlsx"]


@pytest.mark.parametrize("force_zip64", [False, True])
def test_packages_that_are_streamed(force_zip64: bool) -> None:
    """Writers that cannot seek put sizes after the data, and some use the 64-bit form throughout."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.body = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            piece = bytes(data)  # type: ignore[call-overload]
            self.body += piece
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.package_parts("docx").items():
            with archive.open(name, "w", force_zip64=force_zip64) as part:
                part.write(body)
    assert told(pipe.body).kind == "docx"


def test_part_names_differ_in_case_without_meaning() -> None:
    parts = {name.replace("workbook.xml", "Workbook.XML"): body for name, body in files.package_parts("xlsx").items()}
    assert told(files.zipped(parts.items())).kind == "xlsx"


def test_a_strict_package_with_an_absolute_target() -> None:
    relationships = files.package_parts("pptx")["_rels/.rels"]
    strict = relationships.replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/"
    ).replace(b'Target="', b'Target="/')
    assert told(files.package("pptx", **{"_rels/.rels": strict})).kind == "pptx"


def test_macros_are_told_and_taken() -> None:
    assert [caveat.code for caveat in told(MADE["xlsm"]).caveats] == ["macros_not_run"]
    assert told(MADE["xlsx"]).caveats == []


@pytest.mark.parametrize(
    ("suffix", "body", "kind"),
    [
        (".csv", "one column\nof words\n", "csv"),
        (".csv", TABLE.replace(",", ";"), "csv"),
        (".csv", TABLE.replace(",", "\t"), "tsv"),
        (".tsv", "only one\n", "tsv"),
        (".tsv", TABLE, "csv"),
        (".xls", TABLE.replace(",", "\t"), "tsv"),
        (".csv", '"a, b",c\n"d\ne",f\n', "csv"),
        (".txt", TABLE, "txt"),
        (".md", "| a | b |\n|---|---|\n| 1 | 2 |\n", "txt"),
        (".json", '{"a": 1,\n"b": 2}\n', "txt"),
        (".csv", "<!DOCTYPE html><html><body>Sign in, please</body></html>", "txt"),
        (".html", "<html><svg></svg></html>", "txt"),
        (".xml", '<?xml version="1.0"?><orders xmlns:svg="urn:x"><svg:a/></orders>', "txt"),
        ("", "Once upon a time, there was a harbour.\nIt had boats.\n", "txt"),
    ],
)
def test_tables_are_told_from_prose(suffix: str, body: str, kind: str) -> None:
    assert told(body.encode(), f"export{suffix}").kind == kind


LANGUAGES = {
    "cp1252": "Straße;Größe\nMüller;schön\nKöln;für Jürgen\n",
    "cp1250": "Województwo;Źródło\nŁódzkie;główne\nŚląskie;pośrednie\n",
    "cp1251": "Имя;Город;Сумма\nИван;Москва;100\nАнна;Казань;200\n",
    "cp1253": "Όνομα;Πόλη;Ποσό\nΓιώργος;Αθήνα;100\nΜαρία;Θεσσαλονίκη;200\n",
    "cp932": "名前,都市,金額\n田中,東京,100\n鈴木,大阪,200\n佐藤,札幌,250\n",
    "gb18030": "姓名,城市,金额\n张伟,北京,100\n王芳,上海,200\n李娜,广州,300\n",
}


@pytest.mark.parametrize("encoding", LANGUAGES)
def test_texts_of_other_encodings_are_read_as_they_were_written(encoding: str) -> None:
    text = LANGUAGES[encoding] * 5
    found = told(text.encode(encoding), "table.csv")
    assert found.kind == "csv"
    assert found.text_encoding is not None
    assert text.encode(encoding).decode(found.text_encoding) == text


def test_a_few_umlauts_are_enough_for_a_western_file() -> None:
    assert told("name,city\nMüller,Köln\n".encode("cp1252"), "a.csv").text_encoding == "cp1252"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_texts(encoding: str) -> None:
    body = "Größe,Preis\nа,1 €\n表,2\n".encode(encoding)
    found = told(body, "table.csv")
    assert (found.kind, found.text_encoding) == ("csv", encoding)


def test_one_stray_byte_far_in_does_not_spoil_a_text() -> None:
    body = b"rent,1200\n" * 100_000 + "Café,1\n".encode("cp1252")
    assert told(body, "a.csv").text_encoding == "cp1252"


def test_pictures_have_the_size_a_viewer_shows() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert (told(MADE["png"]).width, told(MADE["png"]).height) == (30, 20)
    for image_format in ("JPEG", "PNG", "WEBP"):
        turned = told(files.image(image_format, exif=exif))
        assert (turned.width, turned.height) == (20, 30)


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_animations_are_counted(image_format: str) -> None:
    assert told(files.animation(image_format, 12)).frames == 12
    assert told(MADE["gif"]).frames == 1


def test_a_pdf_that_only_restricts_printing_is_taken() -> None:
    assert told(files.pdf(password=False)).kind == "pdf"


@pytest.mark.parametrize("body", [*MADE.values(), gzip.compress(b"x", mtime=0), files.xls()[:600]])
def test_the_file_is_left_open(body: bytes) -> None:
    file = io.BytesIO(body)
    with contextlib.suppress(Unacceptable):
        examine(file, name="x")
    assert not file.closed
