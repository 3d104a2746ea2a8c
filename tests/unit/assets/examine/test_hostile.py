"""Files that are broken, lie or mean harm: refused with a reason, in little memory and time."""

from __future__ import annotations

import gzip
import io
import random
import stat
import struct
import zipfile
import zlib

import msoffcrypto.format.ooxml
import pytest

from overten.assets.examine import Unacceptable, examine, limits
from overten.assets.examine.models import Reason
from tests.unit.assets.examine import files

ZEROS = bytes(2**20)


def refusal(body: bytes, name: str = "upload.bin") -> Reason:
    """Why the file is not taken."""
    with pytest.raises(Unacceptable) as refused:
        examine(io.BytesIO(body), name=name)
    assert refused.value.message.endswith(".")
    assert str(refused.value) == refused.value.message
    return refused.value.reason


def with_part(name: str, body: bytes) -> bytes:
    return files.package("xlsx", **{name: body})


def protected(kind: str) -> bytes:
    sealed = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(files.package(kind))).encrypt("secret", sealed)
    return sealed.getvalue()


@pytest.mark.parametrize(
    "body",
    [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", "\ufeff \n".encode("utf-16-le")],
)
def test_nothing_is_empty(body: bytes) -> None:
    assert refusal(body) == "empty"


def test_what_is_longer_than_any_tier_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_FILE_BYTES", 1000)
    assert refusal(b"x" * 1001) == "too_large"
    assert examine(io.BytesIO(b"x" * 1000), name="a.txt").kind == "txt"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x7fELF" + bytes(200), "unknown_type"),
        (b"MZ" + bytes(200), "unknown_type"),
        (bytes(range(256)) * 8, "unknown_type"),
        (random.Random(1).randbytes(5000), "unknown_type"),
        (b"text with a NUL\0 in it", "unknown_type"),
        ("utf-16 without its mark".encode("utf-16-le"), "unknown_type"),
        (b"ID3\x04" + bytes(100), "unknown_type"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), "unknown_type"),
        (files.zipped([("photos/a.jpg", b"x"), ("readme.txt", b"y")]), "unknown_type"),
        (files.ole({"__properties_version1.0": b"a mail"}), "unknown_type"),
        (b"{\\rtf1 hello}", "not_supported"),
        (b"BM" + bytes(100), "not_supported"),
        (b"II*\0" + bytes(100), "not_supported"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "not_supported"),
        (b"Rar!\x1a\x07\0" + bytes(100), "not_supported"),
        (files.zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")], stored=True), "not_supported"),
        (files.package("ppsx"), "not_supported"),
        (files.package("xlsb"), "not_supported"),
    ],
)
def test_kinds_that_are_not_taken(body: bytes, reason: Reason) -> None:
    assert refusal(body, "workbook.xlsx") == reason


SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "text",
    [
        SVG,
        SVG.replace("<svg", "<SVG"),
        SVG.replace("svg", "s:svg").replace("xmlns", "xmlns:s"),
        "  \n\t" + SVG,
        '<?xml version="1.0"?>' + SVG,
        '<?xml version="1.0"?><!-- <html> a photo -->\n<?hint x?>' + SVG,
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">' + SVG,
        '<!DOCTYPE svg [ <!ENTITY a "b>"> <!ENTITY c "d"> ]>' + SVG,
        "<!-- " + "x" * 100_000 + " -->" + SVG,
        "<!-- never closed " + SVG,
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["logo.svg", "logo.png", "notes.txt", "table.csv"])
def test_svg_in_every_disguise(text: str, encoding: str, name: str) -> None:
    assert refusal(text.encode(encoding), name) == "svg_not_allowed"


def test_compressed_svg() -> None:
    assert refusal(gzip.compress(SVG.encode(), mtime=0), "logo.svgz") == "svg_not_allowed"
    assert refusal(gzip.compress(SVG.encode("utf-16"), mtime=0), "logo.png") == "svg_not_allowed"


@pytest.mark.parametrize(
    "body",
    [protected("xlsx"), protected("pptx"), files.xls(protected=True), files.doc(protected=True),
     files.ppt(protected=True), files.pdf(password=True)],
    ids=["xlsx", "pptx", "xls", "doc", "ppt", "pdf"],
)  # fmt: skip
def test_what_needs_a_password(body: bytes) -> None:
    assert refusal(body) == "encrypted"


def test_a_package_with_encrypted_entries() -> None:
    body = bytearray(files.package("xlsx"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := body.find(signature, at + 1)) >= 0:
            body[at + flags] |= 1
    assert refusal(bytes(body)) == "encrypted"


# --- packages ---


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pptx"])
def test_packages_without_what_makes_them_one(kind: str) -> None:
    main = files.MAIN_TYPES[kind][0]
    for missing in ("[Content_Types].xml", "_rels/.rels", main):
        assert refusal(files.package(kind, **{missing: None})) == "damaged"
    assert refusal(files.package(kind, **{main: b"<other/>"})) == "damaged"
    assert refusal(files.package(kind, **{main: b"not xml at all"})) == "damaged"
    assert refusal(files.package(kind, **{"[Content_Types].xml": b"<Types"})) == "damaged"


def test_every_truncation_of_a_package_is_damaged() -> None:
    body = files.package("xlsx", **{"xl/worksheets/sheet1.xml": b"<worksheet/>" + ZEROS[:5000]})
    for length in [*range(4, 300, 7), *range(300, len(body), 61), len(body) - 1]:
        assert refusal(body[:length]) in ("damaged", "unknown_type")


def test_every_flipped_byte_of_a_package_is_refused_or_harmless() -> None:
    body = files.package("docx", **{"word/media/image1.png": files.image("PNG")})
    for position in range(0, len(body), 3):
        changed = bytearray(body)
        changed[position] ^= 0xFF
        try:
            examine(io.BytesIO(bytes(changed)), name="a.docx")
        except Unacceptable:
            continue


def test_a_changed_byte_of_data_is_found_by_its_checksum() -> None:
    body = bytearray(files.zipped([*files.package_parts("xlsx").items(), ("xl/a.bin", b"0123456789" * 9)], stored=True))
    body[body.find(b"0123456789") + 3] ^= 1
    assert refusal(bytes(body)) == "damaged"


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "xl/../../evil.xml", "/etc/passwd", "C:/evil.xml", "xl\\..\\..\\evil.xml", "xl/a\nb.xml",
     "x" * 600, "XL/Workbook.xml"],
)  # fmt: skip
def test_names_that_reach_elsewhere_or_twice(name: str) -> None:
    assert refusal(with_part(name, b"<x/>")) == "unsafe_archive"


def test_a_link_in_a_package() -> None:
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(files.zipped([*files.package_parts("xlsx").items(), (link, b"/etc/passwd")])) == "unsafe_archive"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice() -> None:
    parts = list(files.package_parts("xlsx").items())
    assert refusal(files.zipped([*parts, parts[-1]])) == "unsafe_archive"


def test_a_bomb_of_zeros() -> None:
    assert refusal(with_part("xl/media/a.bin", ZEROS * 40)) == "zip_bomb"


def test_a_bomb_within_each_parts_ratio_but_not_in_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_UNPACKED_BYTES", 3 * 2**20)
    assert refusal(files.package("xlsx", **{f"xl/media/{n}.bin": ZEROS for n in range(4)})) == "zip_bomb"


def test_sheets_of_repeated_rows_are_no_bomb() -> None:
    rows = b"".join(b'<row r="%d"><c t="s"><v>7</v></c><c><v>12</v></c></row>' % n for n in range(700_000))
    assert len(rows) > limits.RATIO_FREE_BYTES
    body = with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + rows + b"</worksheet>")
    assert examine(io.BytesIO(body), name="a.xlsx").kind == "xlsx"


def test_more_data_than_declared_is_refused_before_it_is_unpacked() -> None:
    """Both headers say 100 bytes, the data unpack to 40 MB."""
    body = bytearray(with_part("xl/media/a.bin", ZEROS * 40))
    lie = struct.pack("<L", 100)
    true_size = struct.pack("<L", len(ZEROS) * 40)
    assert body.count(true_size) == 2
    assert refusal(bytes(body.replace(true_size, lie))) == "zip_bomb"


def test_headers_that_contradict_the_directory() -> None:
    body = with_part("xl/media/a.bin", b"x" * 100)
    local, central = body.find(b"xl/media/a.bin"), body.rfind(b"xl/media/a.bin")
    renamed = bytearray(body)
    renamed[local : local + 14] = b"xl/media/b.bin"
    assert refusal(bytes(renamed)) == "unsafe_archive"
    shrunk = bytearray(body)
    shrunk[central - 46 + 24 : central - 46 + 28] = struct.pack("<L", 50)
    assert refusal(bytes(shrunk)) == "unsafe_archive"


def test_entries_that_overlap() -> None:
    """A directory whose second entry points into the first one's data (the trick of overlapping bombs)."""
    inner = files.zipped([("b.bin", b"y" * 50)], stored=True)
    inner_local = inner[: inner.find(b"PK\x01\x02")]
    outer = bytearray(files.zipped([*files.package_parts("xlsx").items(), ("a.bin", inner_local)], stored=True))
    inside = outer.find(b"b.bin") - 30
    end = outer.rfind(b"PK\x05\x06")
    start = inner.find(b"PK\x01\x02")
    entry = bytearray(inner[start : inner.find(b"PK\x05\x06")])
    entry[42:46] = struct.pack("<L", inside)
    record = bytearray(outer[end:])
    count, size = struct.unpack_from("<H", record, 8)[0] + 1, struct.unpack_from("<L", record, 12)[0] + len(entry)
    record[8:16] = struct.pack("<HHL", count, count, size)
    assert refusal(bytes(outer[:end] + entry + record)) == "unsafe_archive"


def test_thousands_of_parts() -> None:
    parts = [(f"xl/p/{n}", b"") for n in range(limits.MAX_PARTS)]
    assert refusal(files.zipped([*files.package_parts("xlsx").items(), *parts])) == "too_many_parts"


def test_a_directory_that_declares_millions_is_not_read() -> None:
    body = files.package("xlsx")
    at = body.rfind(b"PK\x05\x06")
    for count, size in ((65_535, 100), (5, 200 * 2**20)):
        lying = body[:at] + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, 0, 0)
        assert refusal(lying) == "too_many_parts"


def test_nested_archives_are_not_unpacked() -> None:
    nested = ZEROS
    for _ in range(6):
        nested = files.zipped([("a.zip", nested)])
    assert examine(io.BytesIO(with_part("xl/embeddings/a.zip", nested)), name="a.xlsx").kind == "xlsx"
    assert refusal(files.zipped([("quine.zip", nested)])) == "unknown_type"


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "docProps/core.xml", "xl/drawings/vml1.vml"]
)
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        "<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities(part: str, declaration: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}<workbook>&a;</workbook>'
    assert refusal(with_part(part, text.encode(encoding))) == "unsafe_xml"


def test_a_document_type_behind_a_long_comment() -> None:
    body = b"<!-- " + b"x" * limits.MAX_PROLOG_BYTES + b" --><!DOCTYPE x><x/>"
    assert refusal(with_part("xl/styles.xml", body)) == "damaged"


def test_xml_in_an_encoding_that_only_some_readers_know() -> None:
    body = b"<?xml version='1.0' encoding='utf-7'?>+ADw-+ACE-DOCTYPE x+AD4-<x/>"
    assert refusal(with_part("xl/styles.xml", body)) == "damaged"


# --- two formats in one file ---


def test_polyglots_are_what_begins_them_or_nothing() -> None:
    package = files.package("docx")
    assert examine(io.BytesIO(files.image("PNG") + package), name="a.docx").kind == "png"
    assert examine(io.BytesIO(files.image("GIF") + package), name="a.docx").kind == "gif"
    assert refusal(b"<!-- x -->" + package, "a.docx") == "unknown_type"
    assert refusal(package + files.pdf(), "a.docx") == "damaged"
    assert refusal(package + b"<script>", "a.docx") == "damaged"
    # A comment is the one thing that may follow the directory; what it holds changes nothing.
    commented = package[:-2] + struct.pack("<H", 8) + b"%PDF-1.7"
    assert examine(io.BytesIO(commented), name="a.pdf").kind == "docx"


def test_a_package_hidden_behind_another_header() -> None:
    hidden = b"PK\x03\x04" + bytes(40) + files.package("xlsx")
    assert refusal(hidden) == "damaged"


# --- older documents ---


@pytest.mark.parametrize("body", [files.xls(), files.doc(), files.ppt()], ids=["xls", "doc", "ppt"])
def test_older_documents_that_were_cut_off(body: bytes) -> None:
    for length in (8, 75, 512, 700, 1024, 1600, 3000, len(body) - 600):
        assert refusal(body[:length]) in ("damaged", "unknown_type")


def test_older_documents_of_two_kinds_or_none() -> None:
    assert refusal(files.ole({"Workbook": b"\x09\x08\x10\0", "WordDocument": b"\xec\xa5"})) == "damaged"
    assert refusal(files.ole({"Workbook": b"no record"})) == "damaged"
    assert refusal(files.ole({"WordDocument": b"no header"})) == "damaged"
    assert refusal(files.ole({"PowerPoint Document": bytes(8)})) == "damaged"


def test_an_older_document_that_declares_endless_tables() -> None:
    """Its DIFAT sector points to itself; a reader that believes the header would never end."""
    loop = struct.pack("<128L", *[0] * 127, 2)
    sectors = 0x7FFFFF
    body = files.ole_header(109 + sectors * 127, sectors) + bytes(1024) + loop + bytes(4096)
    assert refusal(body) == "damaged"


def test_an_older_document_whose_directory_never_ends() -> None:
    looped = bytearray(files.xls())
    looped[512 + 4 : 512 + 8] = struct.pack("<L", 1)  # the directory's sector follows itself
    assert refusal(bytes(looped)) in ("too_many_parts", "damaged")


def test_flipped_bytes_of_older_documents_are_refused_or_harmless() -> None:
    for body in (files.xls(), files.ppt()):
        for position in range(0, 1600, 5):
            changed = bytearray(body)
            changed[position] ^= 0xFF
            try:
                examine(io.BytesIO(bytes(changed)), name="a")
            except Unacceptable:
                continue


# --- images ---


@pytest.mark.parametrize("size", [(50_000, 50_000), (9_000, 9_000), (65_535 * 2, 1), (2**31 - 1, 2**31 - 1)])
def test_pictures_too_large_to_decode(size: tuple[int, int]) -> None:
    assert refusal(files.png_of(*size)) == "pixel_bomb"


def test_a_gif_of_thousands_of_frames() -> None:
    one = files.animation("GIF", 2, (2, 2))
    frame = one[one.rfind(b"\x21\xf9") : -1]
    assert refusal(one[:-1] + frame * 20_000 + b";") == "too_many_frames"


def test_an_animation_of_large_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ANIMATION_PIXELS", 10_000)
    for image_format in ("GIF", "WEBP", "PNG"):
        assert refusal(files.animation(image_format, 5, (50, 50))) == "too_many_frames"


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_an_animation_on_a_large_canvas(monkeypatch: pytest.MonkeyPatch, image_format: str) -> None:
    body = files.animation(image_format, 2, (50, 50))
    assert examine(io.BytesIO(body), name="a").width == 50
    monkeypatch.setattr(limits, "MAX_ANIMATION_CANVAS_PIXELS", 2_499)
    assert refusal(body) == "pixel_bomb"
    assert examine(io.BytesIO(files.image(image_format, (50, 50))), name="a").width == 50


def test_a_part_with_a_second_name() -> None:
    name = "other.xml"
    field = struct.pack("<BI", 1, zlib.crc32(name.encode())) + b"hidden.xml"
    entry = zipfile.ZipInfo(name)
    entry.extra = struct.pack("<HH", 0x7075, len(field)) + field
    parts = files.package_parts("docx")
    assert examine(io.BytesIO(files.zipped([*parts.items(), (name, b"<a/>")])), name="a").kind == "docx"
    assert refusal(files.zipped([*parts.items(), (entry, b"<a/>")])) == "unsafe_archive"


def test_a_jpeg_of_endless_scans() -> None:
    body = files.image("JPEG", progressive=True)
    scan = body[body.rfind(b"\xff\xda") : -2]
    assert refusal(body[:-2] + scan * 500 + b"\xff\xd9") == "pixel_bomb"


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_that_were_cut_off(image_format: str) -> None:
    body = files.image(image_format, (200, 200))
    for share in (0.1, 0.3, 0.6, 0.9):
        assert refusal(body[: int(len(body) * share)]) in ("damaged", "unknown_type")


def test_a_png_with_a_wrong_checksum() -> None:
    body = bytearray(files.image("PNG"))
    body[body.find(b"IDAT") + 8] ^= 1
    assert refusal(bytes(body)) == "damaged"


def test_a_png_with_a_bomb_in_its_text() -> None:
    body = files.image("PNG")
    text = b"zTXt" + b"Comment\0\0" + zlib.compress(ZEROS * 100)
    chunk = struct.pack(">L", len(text) - 4) + text + struct.pack(">L", zlib.crc32(text))
    assert refusal(body[:33] + chunk + body[33:]) == "damaged"


# --- PDF ---


@pytest.mark.parametrize("body", [b"%PDF-1.7\n", b"%PDF-1.7\n" + b"garbage" * 100, b"%PDF-1.4\n%%EOF"])
def test_pdfs_without_pages(body: bytes) -> None:
    assert refusal(body) == "damaged"
