"""Macros never leave with a document; what is encrypted or of the old formats is refused in words."""

from __future__ import annotations

import pytest

from overten.documents.engines import engine_of
from overten.documents.models import Format
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.package import Package
from overten.documents.slides.deck import Deck
from overten.documents.word.document import Document

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
MACRO_TYPES = {
    "word": "application/vnd.ms-word.document.macroEnabled.main+xml",
    "slides": "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
}


def with_macros(format: Format) -> bytes:
    """A new document with a macro project beside its main part."""
    package = (Document.new() if format == "word" else Deck.new()).package
    main = package.main_part()
    project = f"{main.rpartition('/')[0]}/vbaProject.bin"
    package.put(project, b"macros", "application/vnd.ms-office.vbaProject")
    package.relationships(main).add("http://schemas.microsoft.com/office/2006/relationships/vbaProject", project)
    package.put("word/vbaData.xml", b"<a/>", "application/vnd.ms-word.vbaData+xml")
    package.relationships(project).add(
        "http://schemas.microsoft.com/office/2006/relationships/wordVbaData", "word/vbaData.xml"
    )
    package.set_content_type(main, MACRO_TYPES[format])
    return package.save()


@pytest.mark.parametrize("format", ["word", "slides"])
def test_macros_are_left_out_and_told_of(format: Format) -> None:
    engine = engine_of(format)

    document = engine.open(with_macros(format))

    assert [finding.code for finding in engine.left_out(document)] == ["macros_removed"]
    package = Package.open(engine.store(document).package or b"")
    assert [name for name in package.names() if "vba" in name.lower()] == []
    assert "macroEnabled" not in package.content_type(package.main_part())


def test_a_document_without_macros_keeps_every_byte() -> None:
    data = Document.new().to_bytes()

    document = Document.open(data)

    assert document.findings == []
    assert document.to_bytes() == data


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (COMPOUND_FILE, "old binary format"),
        (b"Hello", "not an Office document"),
    ],
    ids=["encrypted", "old", "text"],
)
def test_a_file_that_is_no_package_is_refused_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(PackageError, match=words):
        Package.open(data)
