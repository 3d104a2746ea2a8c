"""The zip file of a package: checked from its directory before anything is inflated, and copied raw where unchanged.

Limits follow what Office itself writes with room to spare; a 1.4 MB workbook that inflates to 426 MB brings every
reader to its knees.
"""

from __future__ import annotations

import copy
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from overten.documents.ooxml.errors import DamagedPackage, UnsafePackage

MAX_ENTRIES = 5_000
MAX_PART_BYTES = 200 * 2**20
MAX_TOTAL_BYTES = 400 * 2**20
# Sheets of repeated values reach about 100; a bomb begins at 1,000.
MAX_RATIO = 200
_RATIO_MATTERS_FROM_BYTES = 2**20

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _DATA_DESCRIPTOR = 0x1, 0x8
# What a zip can hold least: the same date for every part we write, so that equal content makes equal bytes.
_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)


class Archive:
    """The entries of a zip in memory, read-only."""

    def __init__(self, data: bytes) -> None:
        """Raises DamagedPackage for what is no zip, UnsafePackage for one that must not be unpacked."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise _refusal(data) from None
        self._data = data
        self._entries = {entry.filename: entry for entry in self._zip.infolist()}
        _check(self._zip.infolist())

    def names(self) -> list[str]:
        """The names of the parts in the order of the file, directories left out."""
        return [name for name in self._entries if not name.endswith("/")]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises KeyError if there is none, DamagedPackage if it cannot be inflated."""
        entry = self._entries[name]
        try:
            return self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error):
            raise DamagedPackage(f"The part {name} of the file is damaged.") from None

    def with_changes(self, changes: Mapping[str, bytes | None]) -> bytes:
        """The zip with these parts replaced, added (at the end) or, where None, left out.

        Every other entry keeps its place, its name's bytes and its compressed bytes.
        """
        output = BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for name, entry in self._entries.items():
                if name not in changes:
                    self._copy(entry, target)
                elif (data := changes[name]) is not None:
                    _write(target, name, data)
            for name, data in changes.items():
                if name not in self._entries and data is not None:
                    _write(target, name, data)
        return output.getvalue()

    def _copy(self, entry: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
        """zipfile has no public way to add an entry that is compressed already; its members below are long-standing."""
        raw = self._compressed(entry)
        copied = copy.copy(entry)
        copied.flag_bits &= ~_DATA_DESCRIPTOR  # sizes and checksum are known, so they stand in the header
        copied.extra = b""
        file = target.fp
        if file is None:
            raise ValueError("the zip is closed")
        copied.header_offset = file.tell()
        file.write(copied.FileHeader(zip64=False))
        file.write(raw)
        target.filelist.append(copied)
        target.NameToInfo[copied.filename] = copied
        target.start_dir = file.tell()

    def _compressed(self, entry: zipfile.ZipInfo) -> bytes:
        header = self._data[entry.header_offset : entry.header_offset + _LOCAL_HEADER.size]
        try:
            signature, *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        except struct.error:
            raise DamagedPackage("The file is damaged: a part of it is missing.") from None
        start = entry.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        raw = self._data[start : start + entry.compress_size]
        if signature != b"PK\x03\x04" or len(raw) != entry.compress_size:
            raise DamagedPackage("The file is damaged: a part of it is missing.")
        return raw


def new_archive(parts: Mapping[str, bytes]) -> bytes:
    """A zip of these parts, in their order."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            _write(target, name, data)
    return output.getvalue()


def _write(target: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _WRITTEN_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    target.writestr(entry, data)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnsafePackage(f"The file has {len(entries):,} parts; at most {MAX_ENTRIES:,} are accepted.")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise UnsafePackage(f"The file unpacks to more than {MAX_TOTAL_BYTES // 2**20} MB.")
    seen: set[str] = set()
    for entry in entries:
        _check_entry(entry)
        folded = entry.filename.casefold()
        if folded in seen:
            raise UnsafePackage("The file has two parts of the same name.")
        seen.add(folded)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        raise UnsafePackage("The file is protected by a password. Remove the protection and upload it again.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsafePackage("The file is compressed in a way that Office does not use.")
    if name != entry.orig_filename:
        # An entry can be named twice (Info-ZIP's Unicode path, a NUL): who takes the other name sees another file.
        raise UnsafePackage("The file has a part with two names.")
    if not name or name.startswith("/") or re.search(r"[\\\x00-\x1f]|(^|/)\.\.?(/|$)|//", name):
        raise UnsafePackage("The file has a part with an unsafe name.")
    too_dense = entry.file_size > max(1, entry.compress_size) * MAX_RATIO
    if entry.file_size > MAX_PART_BYTES or (entry.file_size > _RATIO_MATTERS_FROM_BYTES and too_dense):
        raise UnsafePackage("A part of the file unpacks to far more than a document holds.")


def _refusal(data: bytes) -> DamagedPackage | UnsafePackage:
    """Why a file is no zip: Office writes encrypted documents, and wrote all of them before 2007, as compound files."""
    if not data.startswith(_COMPOUND_FILE):
        return DamagedPackage("The file is not an Office document, or it is damaged.")
    if _ENCRYPTED_STREAM in data:
        return UnsafePackage("The file is protected by a password. Save it without one and upload it again.")
    return DamagedPackage(
        "The file is of the old binary format (.doc, .xls, .ppt). Save it as .docx, .xlsx or .pptx and upload it again."
    )
