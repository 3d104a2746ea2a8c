"""Packages: what is refused, what a change touches, and that nothing else does."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from lxml import etree

from overten.documents.ooxml import archive
from overten.documents.ooxml.errors import DamagedPackage, UnsafePackage
from overten.documents.ooxml.package import CONTENT_TYPES, Package, new_package
from overten.documents.ooxml.xml import parse
from tests.corpus import CORPUS

REAL = sorted(file for kind in ("docx", "pptx", "xlsx", "xlsm") for file in (CORPUS / kind).glob("*"))
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Default Extension="xml" ContentType="application/xml"/>'
    b'<Override PartName="/word/document.xml" ContentType="application/word"/></Types>'
)
RELS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type='
    b'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    b"</Relationships>"
)
PARTS = {CONTENT_TYPES: TYPES, "_rels/.rels": RELS, "word/document.xml": b"<document><p>Hello</p></document>"}


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries:
            target.writestr(name, data)
    return file.getvalue()


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def with_second_name(name: str, second: str) -> zipfile.ZipInfo:
    """An entry with Info-ZIP's Unicode path extra field (APPNOTE.TXT 4.6.9)."""
    field = struct.pack("<BI", 1, zlib.crc32(name.encode())) + second.encode()
    entry = zipfile.ZipInfo(name)
    entry.extra = struct.pack("<HH", 0x7075, len(field)) + field
    return entry


def raw(data: bytes, name: str) -> bytes:
    """An entry's compressed bytes."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        entry = file.getinfo(name)
    name_length, extra_length = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + 30 + name_length + extra_length
    return data[start : start + entry.compress_size]


def test_saving_without_a_change_keeps_every_part() -> None:
    data = zipped([*PARTS.items(), ("word/media/", b""), ("word/media/a.bin", os.urandom(5000))])
    saved = Package.open(data).save()
    assert contents(saved) == contents(data)
    assert all(raw(saved, name) == raw(data, name) for name in contents(data))


def test_reading_a_part_is_no_change() -> None:
    data = zipped(list(PARTS.items()))
    package = Package.open(data)
    package.tree("word/document.xml")
    assert package.save() == Package.open(data).save()


def test_an_edit_changes_its_part_and_no_other() -> None:
    package = new_package(PARTS)
    before = package.save()
    package.edit("word/document.xml")[0].text = "Goodbye"
    after = package.save()
    assert b"Goodbye" in contents(after)["word/document.xml"]
    assert {name for name in PARTS if raw(before, name) != raw(after, name)} == {"word/document.xml"}


def test_equal_content_makes_equal_bytes() -> None:
    one, other = new_package(PARTS), new_package(PARTS)
    for package in (one, other):
        package.put("word/new.xml", etree.Element("new"), "application/new")
    assert one.save() == other.save()


def test_a_part_is_added_with_its_type_and_relationship() -> None:
    package = new_package(PARTS)
    package.put("word/media/image1.png", b"png", "image/png")
    first = package.relationships("word/document.xml").add("image", "word/media/image1.png")
    again = package.relationships("word/document.xml").add("image", "word/media/image1.png")
    outside = package.relationships("word/document.xml").add("hyperlink", "https://example.com/", external=True)
    assert first == again != outside
    opened = Package.open(package.save())
    assert opened.content_type("word/media/image1.png") == "image/png"
    assert opened.related("word/document.xml", "image") == "word/media/image1.png"
    found = opened.relationships("word/document.xml").get(outside)
    assert found is not None
    assert (found.target, found.external, found.kind) == ("https://example.com/", True, "hyperlink")
    assert opened.free_name("word/media/image{}.png") == "word/media/image2.png"


def test_a_part_is_removed_with_its_relationships_and_type() -> None:
    package = new_package(PARTS)
    package.relationships("word/document.xml").add("image", "word/media/image1.png")
    package.remove("word/document.xml")
    opened = Package.open(package.save())
    assert opened.names() == [CONTENT_TYPES, "_rels/.rels"]
    assert opened.content_type("word/document.xml") == "application/xml"
    with pytest.raises(DamagedPackage):
        opened.main_part()


@pytest.mark.parametrize(
    "target", ["../media/image1.png", "/word/media/image1.png", "./../media/image1.png", "../media/image%31.png"]
)
def test_targets_become_part_names(target: str) -> None:
    rels = RELS.replace(b"word/document.xml", target.encode()).replace(b'officeDocument"', b'image"')
    package = new_package({**PARTS, "word/_rels/x.xml.rels": b"", "word/media/image1.png": b"png"})
    package.put("word/charts/_rels/chart1.xml.rels", rels)
    assert package.related("word/charts/chart1.xml", "image") == "word/media/image1.png"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "word\\document.xml", "a/./b.xml", "a//b.xml", "a/../../b", "nul\x01.xml"]
)
def test_unsafe_names_are_refused(name: str) -> None:
    data = zipped([*PARTS.items(), ("n" * len(name), b"x")]).replace(b"n" * len(name), name.encode())
    with pytest.raises((UnsafePackage, DamagedPackage)):
        Package.open(data)


def test_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(UnsafePackage, match="two parts"):
        Package.open(zipped([*PARTS.items(), ("Word/Document.xml", b"<document/>")]))


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped([*PARTS.items(), ("word/big.xml", b"\0" * 20_000_000)])
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("inflated"))
    with pytest.raises(UnsafePackage, match="unpacks"):
        Package.open(data)


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(UnsafePackage, match="parts"):
        Package.open(zipped([(f"{number}.xml", b"") for number in range(archive.MAX_ENTRIES + 1)]))


def test_a_part_that_lies_about_its_size_is_damaged() -> None:
    data = bytearray(zipped([*PARTS.items(), ("word/big.xml", b"\0" * 900_000)]))
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, place + 24, 100)
    package = Package.open(bytes(data))
    with pytest.raises(DamagedPackage):
        package.read("word/big.xml")


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", zipped([("a.txt", b"x")])])
def test_what_is_no_package_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedPackage):
        Package.open(data)


@pytest.mark.parametrize("length", [200, 400])
def test_a_truncated_file_is_damaged(length: int) -> None:
    with pytest.raises(DamagedPackage):
        Package.open(zipped(list(PARTS.items()))[:length])


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a/>'.encode("utf-16"),
    ],
)
def test_a_document_type_is_refused(declaration: bytes) -> None:
    with pytest.raises((UnsafePackage, DamagedPackage)):
        parse(declaration)


def test_depth_beyond_any_document_is_refused() -> None:
    with pytest.raises((UnsafePackage, DamagedPackage)):
        parse(b"<a>" * 5000 + b"</a>" * 5000)


@pytest.mark.skipif(not REAL, reason="the corpus of real documents is not here")
@pytest.mark.parametrize("file", REAL, ids=lambda file: file.name)
def test_real_documents_come_back_byte_for_byte(file: Path) -> None:
    data = file.read_bytes()
    try:
        package = Package.open(data)
    except (UnsafePackage, DamagedPackage):
        assert not zipfile.is_zipfile(io.BytesIO(data)) or "protected" in file.name
        return
    main = package.main_part()
    assert package.tree(main) is not None
    saved = package.save()
    assert list(contents(saved)) == list(contents(data))
    assert all(raw(saved, name) == raw(data, name) for name in contents(data))


def test_a_part_with_a_second_name_is_refused() -> None:
    file = io.BytesIO(zipped(list(PARTS.items())))
    with zipfile.ZipFile(file, "a") as target:
        target.writestr(with_second_name("docProps/app.xml", "word/vbaProject.bin"), b"hidden")
    with pytest.raises(UnsafePackage, match="two names"):
        Package.open(file.getvalue())
