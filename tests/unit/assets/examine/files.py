"""Files to be examined, good and hostile, made from nothing."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from PIL import Image

OOXML = "application/vnd.openxmlformats-officedocument"
MAIN_TYPES = {
    "xlsx": ("xl/workbook.xml", f"{OOXML}.spreadsheetml.sheet.main+xml", "workbook"),
    "xlsm": ("xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml", "workbook"),
    "xltx": ("xl/workbook.xml", f"{OOXML}.spreadsheetml.template.main+xml", "workbook"),
    "docx": ("word/document.xml", f"{OOXML}.wordprocessingml.document.main+xml", "document"),
    "docm": ("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "document"),
    "dotx": ("word/document.xml", f"{OOXML}.wordprocessingml.template.main+xml", "document"),
    "pptx": ("ppt/presentation.xml", f"{OOXML}.presentationml.presentation.main+xml", "presentation"),
    "pptm": (
        "ppt/presentation.xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "presentation",
    ),
    "potx": ("ppt/presentation.xml", f"{OOXML}.presentationml.template.main+xml", "presentation"),
    "ppsx": ("ppt/presentation.xml", f"{OOXML}.presentationml.slideshow.main+xml", "presentation"),
    "xlsb": ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main", "workbook"),
}
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def zipped(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], *, stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return buffer.getvalue()


def package_parts(kind: str) -> dict[str, bytes]:
    """The parts of the smallest package of this kind."""
    part, content_type, root = MAIN_TYPES[kind]
    types = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="xml" ContentType="application/xml"/>
        <Override PartName="/{part}" ContentType="{content_type}"/></Types>"""
    relationships = f"""<Relationships xmlns="{RELATIONSHIPS}">
        <Relationship Id="rId1" Type="{OFFICE_DOCUMENT}" Target="{part}"/></Relationships>"""
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": relationships.encode(),
        part: f'<?xml version="1.0"?><{root} xmlns="urn:main"/>'.encode(),
    }


def package(kind: str, **changes: bytes | None) -> bytes:
    """A package of this kind. `changes` by part name replace parts, add them, or with None remove them."""
    parts = {**package_parts(kind), **changes}
    return zipped((name, body) for name, body in parts.items() if body is not None)


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE2 file with these streams in its root, each padded to at least 4 KB so that it lies in full sectors."""
    sector = 512
    padded = {name: body.ljust(4096, b"\0") for name, body in streams.items()}
    directory_sectors = -(-(len(padded) + 1) * 128 // sector)
    fat = [0xFFFFFFFD, *range(2, 1 + directory_sectors), 0xFFFFFFFE]
    bodies, entries = b"", []
    for position, (name, body) in enumerate(padded.items(), 1):
        first, count = len(fat), -(-len(body) // sector)
        fat += [*range(first + 1, first + count), 0xFFFFFFFE]
        bodies += body.ljust(count * sector, b"\0")
        following = position + 1 if position < len(padded) else 0xFFFFFFFF
        entries.append(_ole_entry(name, 2, following, 0xFFFFFFFF, first, len(body)))
    assert len(fat) <= 128, "one sector of FAT is all this writer makes"
    root = _ole_entry("Root Entry", 5, 0xFFFFFFFF, 1, 0xFFFFFFFE, 0)
    directory = b"".join([root, *entries]).ljust(directory_sectors * sector, b"\0")
    table = struct.pack("<128L", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    return ole_header() + table + directory + bodies


def ole_header(fat_sectors: int = 1, difat_sectors: int = 0) -> bytes:
    """The header of an OLE2 file whose first sector is its FAT and whose second begins the directory."""
    header = struct.pack(
        "<8s16s5H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 62, 3, 0xFFFE, 9, 6,
        0, fat_sectors, 1, 0, 4096, 0xFFFFFFFE, 0, 2 if difat_sectors else 0xFFFFFFFE, difat_sectors,
    )  # fmt: skip
    return header + struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)


def _ole_entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    spelled = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBLLL16sLQQLQ", spelled, len(spelled), kind, 1, 0xFFFFFFFF, right, child, bytes(16), 0, 0, 0, first, size
    )


def xls(*, protected: bool = False) -> bytes:
    begin = struct.pack("<HH", 0x0809, 16) + bytes(16)
    password = struct.pack("<HH", 0x002F, 4) + bytes(4) if protected else b""
    return ole({"Workbook": begin + password + struct.pack("<HH", 0x0085, 8) + bytes(8) + struct.pack("<HH", 10, 0)})


def doc(*, protected: bool = False) -> bytes:
    return ole({"WordDocument": struct.pack("<5HH", 0xA5EC, 193, 0, 1033, 0, 0x0100 if protected else 0) + bytes(64)})


def ppt(*, protected: bool = False) -> bytes:
    token = 0xF3D1C4DF if protected else 0xE391C05F
    user = struct.pack("<HHLLL", 0, 0x0FF6, 24, 20, token)
    return ole({"Current User": user, "PowerPoint Document": struct.pack("<HHL", 0x0F, 0x03E8, 0)})


def image(image_format: str, size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(buffer, image_format, **options)
    return buffer.getvalue()


def animation(image_format: str, frames: int, size: tuple[int, int] = (8, 8)) -> bytes:
    # Neighbours differ, or the writer would merge them.
    pictures = [Image.new("RGB", size, (n % 2 * 255, 0, 0)) for n in range(frames)]
    buffer = io.BytesIO()
    pictures[0].save(buffer, image_format, save_all=True, append_images=pictures[1:], duration=20)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that declares this size, and has pixels for one row at most."""
    header = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(64))) + _chunk(b"IEND")


def _chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


_PDF_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def pdf(*, password: bool | None = None) -> bytes:
    """A PDF of one empty page; `password` True needs one to open, False restricts without one (ISO 32000-1, 7.6.3)."""
    owner, identifier, permissions = bytes(range(32)), bytes(16), -4
    key = hashlib.md5(
        _PDF_PADDING + owner + struct.pack("<i", permissions) + identifier, usedforsecurity=False
    ).digest()[:5]
    user = _rc4(key, _PDF_PADDING) if password is False else bytes(32)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>" % (owner.hex().encode(), user.hex().encode(), permissions),
    ]
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    encrypt = b"" if password is None else b"/Encrypt 4 0 R"
    trailer = b"<</Size 5/Root 1 0 R/ID[<%s><%s>]%s>>" % (identifier.hex().encode(), identifier.hex().encode(), encrypt)
    return body + b"xref\n0 5\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF" % (table, trailer, len(body))


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
