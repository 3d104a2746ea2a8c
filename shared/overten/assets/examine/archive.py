"""Zip files whose every byte is accounted for before anything is trusted.

The standard library reads entries; what it takes on trust is checked here: that the directory is bounded and ends the
file, that names are plain and different, that entries do not overlap, that each unpacks to what was declared.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

from overten.assets.examine import limits
from overten.assets.examine.models import Unacceptable, damaged

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 65_535
_ENCRYPTED_FLAGS = 0x0001 | 0x2000
_SIZES_FOLLOW_FLAG = 0x0008


class Archive:
    """A zip file with a sound directory. `names` are the entries as OPC compares them: case has no meaning."""

    def __init__(self, file: BinaryIO) -> None:
        """Reads and checks the directory. Raises Unacceptable."""
        self._file = file
        _check_directory_bounds(file)
        try:
            with zipfile.ZipFile(file) as opened:
                found = opened.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
            raise damaged() from error
        if len(found) > limits.MAX_PARTS:
            raise _too_many_parts()
        _check_names(found)
        _check_sizes(found)
        self._data_starts = _check_layout(file, found)
        self._entries = {entry.filename.lower(): entry for entry in found if not entry.is_dir()}

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def read(self, name: str) -> bytes | None:
        """A small entry whole, or None if there is none of that name."""
        entry = self._entries.get(name.lower())
        if entry is None:
            return None
        if entry.file_size > limits.MAX_INDEX_PART_BYTES:
            raise damaged()
        return b"".join(self._unpack(entry))

    def unpack_all(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each entry with its bytes in pieces, in the order they lie in. Exhaust the pieces to have them checked."""
        for name, entry in sorted(self._entries.items(), key=lambda item: item[1].header_offset):
            yield name, self._unpack(entry)

    def _unpack(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The entry's bytes, at most as many as it declares. Raises Unacceptable if they are not what it declares."""
        size = checksum = 0
        for piece in self._inflate(entry):
            size += len(piece)
            if size > entry.file_size:
                raise Unacceptable("zip_bomb", "The file holds more data than it declares. Save it anew and try again.")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != entry.file_size or checksum != entry.CRC:
            raise damaged()

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        position, left = self._data_starts[entry.header_offset], entry.compress_size
        inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
        while left:
            self._file.seek(position)
            packed = self._file.read(min(left, limits.CHUNK_BYTES))
            if not packed:
                raise damaged()
            position, left = position + len(packed), left - len(packed)
            if inflater is None:
                yield packed
                continue
            yield from _inflated(inflater, packed)
        if inflater and (not inflater.eof or inflater.unused_data):
            raise damaged()


def _inflated(inflater: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    try:
        while packed:
            piece = inflater.decompress(packed, limits.CHUNK_BYTES)
            if piece:
                yield piece
            elif inflater.eof or packed == inflater.unconsumed_tail:
                return
            packed = inflater.unconsumed_tail
    except zlib.error as error:
        raise damaged() from error


def _check_directory_bounds(file: BinaryIO) -> None:
    """Holds the directory to its bounds before the library reads it whole: it must be small, and end the file.

    Finds the end record where the library finds it, so that both judge the same directory.
    """
    end_position, end = _end_record(file)
    _, disk, directory_disk, disk_entries, entries, size, offset, _ = end
    stops_at = end_position
    file.seek(max(0, end_position - _END64_LOCATOR.size))
    locator = file.read(_END64_LOCATOR.size)
    if len(locator) == _END64_LOCATOR.size and locator.startswith(b"PK\x06\x07"):
        _, _, stops_at, _ = _END64_LOCATOR.unpack(locator)
        file.seek(min(stops_at, end_position))
        record = file.read(_END64.size)
        if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
            raise damaged()
        *_, disk, directory_disk, disk_entries, entries, size, offset = _END64.unpack(record)
    if size > limits.MAX_DIRECTORY_BYTES or entries > limits.MAX_PARTS:
        raise _too_many_parts()
    if disk or directory_disk or entries != disk_entries or offset + size != stops_at:
        raise damaged()


def _end_record(file: BinaryIO) -> tuple[int, tuple[bytes, int, int, int, int, int, int, int]]:
    length = file.seek(0, os.SEEK_END)
    start = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = len(tail) - _END.size
    if at < 0 or not (tail.startswith(b"PK\x05\x06", at) and tail.endswith(b"\0\0")):
        at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise damaged()
    end = _END.unpack_from(tail, at)
    if at + _END.size + end[-1] != len(tail):
        raise damaged()
    return start + at, end


def _check_names(found: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in found:
        # Not `filename`, which ends at a NUL.
        name = entry.orig_filename.replace("\\", "/")
        unsafe = (
            len(name) > limits.MAX_PART_NAME_CHARS
            or name.startswith("/")
            or name[1:2] == ":"
            or any(character < " " for character in name)
            or ".." in name.split("/")
            or stat.S_ISLNK(entry.external_attr >> 16)
            or name.lower() in seen
            # An extra field may give the entry a second name, which this library believes and Office does not.
            or entry.filename != entry.orig_filename.partition("\0")[0]
        )
        if unsafe or not name:
            raise Unacceptable(
                "unsafe_archive", "The file's inner structure is not that of an Office document. Save it anew."
            )
        seen.add(name.lower())


def _check_sizes(found: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED_FLAGS for entry in found):
        raise Unacceptable("encrypted", "The file is protected with a password. Remove it and upload the file again.")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in found):
        raise damaged()
    unpacked = sum(entry.file_size for entry in found)
    packed = sum(entry.compress_size for entry in found)
    if unpacked > limits.MAX_UNPACKED_BYTES or any(_is_suspicious(e.file_size, e.compress_size) for e in found):
        raise _bomb()
    if _is_suspicious(unpacked, packed):
        raise _bomb()


def _is_suspicious(unpacked: int, packed: int) -> bool:
    return unpacked > limits.RATIO_FREE_BYTES and unpacked > packed * limits.MAX_RATIO


def _check_layout(file: BinaryIO, found: list[zipfile.ZipInfo]) -> dict[int, int]:
    """Where each entry's data begins, by where its header does. The headers must agree with the directory."""
    if not found:
        raise damaged()
    ordered = sorted(found, key=lambda entry: entry.header_offset)
    starts, spans = {}, []
    for entry in ordered:
        file.seek(entry.header_offset)
        header = file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise damaged()
        _, _, flags, method, _, _, _, packed, unpacked, name_length, extra_length = _LOCAL.unpack(header)
        sizes = (packed, unpacked)
        agrees = sizes in ((entry.compress_size, entry.file_size), (0xFFFFFFFF, 0xFFFFFFFF))
        if method != entry.compress_type or not (agrees or flags & _SIZES_FOLLOW_FLAG):
            raise Unacceptable("unsafe_archive", "The file contradicts itself about its contents. Save it anew.")
        _check_local_name(file.read(name_length), entry)
        start = entry.header_offset + _LOCAL.size + name_length + extra_length
        starts[entry.header_offset] = start
        spans.append((entry.header_offset, start + entry.compress_size))
    if ordered[0].header_offset != 0:
        raise damaged()
    if any(stop > following for (_, stop), (following, _) in pairwise(spans)) or len(starts) != len(found):
        raise Unacceptable("unsafe_archive", "The file's parts overlap. Save it anew and try again.")
    return starts


def _check_local_name(raw: bytes, entry: zipfile.ZipInfo) -> None:
    spellings = {entry.orig_filename.encode("utf-8", "replace"), entry.orig_filename.encode("cp437", "replace")}
    if raw not in spellings:
        raise Unacceptable("unsafe_archive", "The file contradicts itself about its contents. Save it anew.")


def _too_many_parts() -> Unacceptable:
    return Unacceptable(
        "too_many_parts", f"The file has more than {limits.MAX_PARTS:,} inner parts. Split it into several files."
    )


def _bomb() -> Unacceptable:
    return Unacceptable(
        "zip_bomb", "The file would grow far too large when it is unpacked. Split it, or remove unused rows and sheets."
    )
