"""What a document is before LibreOffice sees it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from overten.export.errors import DocumentRefused
from overten.export.office.package import prepare
from tests.unit.export.office import documents

URL = "http://example.com/picture.png"


def prepared(document: bytes, extension: str, tmp_path: Path) -> bytes:
    prepare(document, extension, tmp_path / "document")
    return (tmp_path / "document").read_bytes()


def everything_in(document: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(document)) as package:
        return b"".join(package.read(name) for name in package.namelist())


@pytest.mark.parametrize(
    ("extension", "document"),
    [
        ("docx", documents.docx_with_picture(URL)),
        ("docx", documents.docx_with_picture_by_hyperlink(URL)),
        ("docx", documents.docx_with_template(URL)),
        ("docx", documents.docx_with_object(URL)),
        ("xlsx", documents.xlsx_with_picture(URL)),
        ("xlsx", documents.xlsx_with_workbook(URL)),
        ("pptx", documents.pptx_with_picture(URL)),
    ],
)
def test_what_would_be_fetched_is_no_longer_named(extension: str, document: bytes, tmp_path: Path) -> None:
    assert URL.encode() in everything_in(document)
    assert URL.encode() not in everything_in(prepared(document, extension, tmp_path))


def test_relationships_within_the_package_stay(tmp_path: Path) -> None:
    cut = prepared(documents.xlsx_with_workbook(URL), "xlsx", tmp_path)
    assert b'Target="worksheets/sheet1.xml"' in everything_in(cut)


def test_a_document_without_such_links_is_not_touched(tmp_path: Path) -> None:
    document = documents.docx_with_hyperlink(URL)
    assert prepared(document, "docx", tmp_path) == document


def test_targets_in_other_spellings_are_cut_too(tmp_path: Path) -> None:
    parts = {
        "word/_rels/document.xml.rels": '<?xml version="1.0" encoding="UTF-16"?><x:Relationships xmlns:x="http://schemas.'
        'openxmlformats.org/package/2006/relationships"><x:Relationship TargetMode=\'&#69;xternal\' Id="rId1" '
        f'Type="http://example.com/relationships/image" Target="{URL}"/></x:Relationships>'
    }
    document = documents.docx(documents.paragraph("Text"))
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            target.writestr(name, parts[name].encode("utf-16") if name in parts else source.read(name))
    assert URL.encode() not in everything_in(prepared(written.getvalue(), "docx", tmp_path))


@pytest.mark.parametrize(
    ("document", "extension", "said"),
    [
        (documents.xlsx_with_formula("1+1"), "docx", "not a .docx document"),
        (documents.xlsx_with_formula("1+1"), "xls", "not a .xls document"),
        (b"<html><img src='http://example.com/'></html>", "docx", "not a .docx document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "doc", "damaged"),
        (documents.docx("")[:-30], "docx", "damaged"),
        (b"", "xlsx", "empty"),
    ],
)
def test_what_is_something_else_is_refused(document: bytes, extension: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused, match=said):
        prepare(document, extension, tmp_path / "document")


def test_what_is_encrypted_is_refused_for_that(tmp_path: Path) -> None:
    with pytest.raises(DocumentRefused, match="password"):
        prepare(encrypted(documents.docx(documents.paragraph("Text"))), "docx", tmp_path / "document")


def encrypted(document: bytes) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    written = BytesIO()
    OOXMLFile(BytesIO(document)).encrypt("secret", written)
    return written.getvalue()
