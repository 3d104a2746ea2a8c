"""The one question: what is this file?

Each of the few formats that are taken is recognised by its signature and then opened by the library that reads it, from
end to end. A library of magic numbers would be a second opinion that can disagree with the first.
"""

from __future__ import annotations

import os
import zlib
from typing import BinaryIO

from overten.assets.examine import limits
from overten.assets.examine.images import ImageKind, examine_image
from overten.assets.examine.models import Examined, Unacceptable, damaged
from overten.assets.examine.ole import examine_ole
from overten.assets.examine.ooxml import examine_package
from overten.assets.examine.pdf import examine_pdf
from overten.assets.examine.text import examine_text, is_svg, svg_not_allowed

_HEAD_BYTES = 4096
# Readers of PDF look for its signature this far.
_PDF_SIGNATURE_WITHIN = 1024
_ZIP, _EMPTY_ZIP, _OLE, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x1f\x8b"
_IMAGES: tuple[tuple[bytes, ImageKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
# Formats that people do try, recognised only to say what to do instead.
_ADVICE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"{\\rtf", "Rich Text files are not supported. Save it as .docx."),
    (0, b"II*\0", "TIFF images are not supported. Save it as PNG or JPEG."),
    (0, b"MM\0*", "TIFF images are not supported. Save it as PNG or JPEG."),
    (0, b"BM", "BMP images are not supported. Save it as PNG."),
    (4, b"ftyphei", "HEIC images are not supported. Save it as JPEG."),
    (4, b"ftypmif1", "HEIC images are not supported. Save it as JPEG."),
    (4, b"ftypavif", "AVIF images are not supported. Save it as PNG or JPEG."),
    (0, b"7z\xbc\xaf\x27\x1c", "Archives are not supported. Unpack it and upload the files in it."),
    (0, b"Rar!\x1a\x07", "Archives are not supported. Unpack it and upload the files in it."),
)
_TAKEN = "Workbooks, Word documents, presentations, PDF, CSV, text and PNG, JPEG, WebP or GIF images are."


def examine(file: BinaryIO, *, name: str, declared_type: str | None = None) -> Examined:  # noqa: ARG001 - see below
    """What the file is, decided from its bytes, every one of which is read.

    `file` is seekable and may be large: it is read in pieces. `name` only tells csv from tsv from txt where the bytes
    allow either; `declared_type` is taken so that callers need not wonder, and never believed. The file's position is
    undefined afterwards; the file is not closed.

    Raises Unacceptable with a reason code and a message for the user.
    """
    length = file.seek(0, os.SEEK_END)
    if length == 0:
        raise Unacceptable("empty", "The file is empty.")
    if length > limits.MAX_FILE_BYTES:
        raise Unacceptable("too_large", f"A file may have at most {limits.MAX_FILE_BYTES // limits.MIB} MB.")
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        return examine_package(file)
    if head.startswith(_OLE):
        return examine_ole(file)
    if image := _image_kind(head):
        return examine_image(file, image)
    if b"%PDF-" in head[:_PDF_SIGNATURE_WITHIN]:
        return examine_pdf(file)
    if not head.startswith(_ADVICE[0][1]) and (text := examine_text(file, name=name)):
        return text
    raise _refusal(file, head)


def _image_kind(head: bytes) -> ImageKind | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for signature, kind in _IMAGES if head.startswith(signature)), None)


def _refusal(file: BinaryIO, head: bytes) -> Unacceptable:
    if head.startswith(_GZIP):
        if is_svg(_unpacked_head(file), is_whole=False):
            return svg_not_allowed()
        return Unacceptable("unknown_type", "Archives are not supported. Unpack it and upload the files in it.")
    if head.startswith(_EMPTY_ZIP):
        return damaged()
    for offset, signature, advice in _ADVICE:
        if head.startswith(signature, offset):
            return Unacceptable("not_supported", advice)
    return Unacceptable("unknown_type", f"This kind of file is not supported. {_TAKEN}")


def _unpacked_head(file: BinaryIO) -> str:
    """The beginning of what a gzip file holds, as text."""
    file.seek(0)
    try:
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(_HEAD_BYTES * 4), _HEAD_BYTES * 4)
    except zlib.error:
        return ""
    encoding = "utf-16" if unpacked[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return unpacked.decode(encoding, "replace")
