"""Office documents before 2007, and encrypted newer ones: files within a file ([MS-CFB])."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING, BinaryIO

from overten.assets.examine import limits
from overten.assets.examine.models import Examined, Kind, Unacceptable, damaged

if TYPE_CHECKING:
    from olefile.olefile import OleDirectoryEntry, OleFileIO

_HEADER = struct.Struct("<8s16s5H6x9L")
_SECTOR_SHIFTS = {3: 9, 4: 12}
_LITTLE_ENDIAN = 0xFFFE
_MINI_SHIFT = 6
_MAIN_STREAMS: dict[str, Kind] = {
    "workbook": "xls",
    "book": "xls",
    "worddocument": "doc",
    "powerpoint document": "ppt",
}
_BIFF_BEGIN = frozenset({0x0009, 0x0209, 0x0409, 0x0809})
_BIFF_FILE_PASS, _BIFF_SHEET, _BIFF_END = 0x002F, 0x0085, 0x000A
_WORD_MAGICS = (0xA5EC, 0xA5DC)
_WORD_ENCRYPTED = 0x0100
_SLIDES_PLAIN, _SLIDES_ENCRYPTED = 0xE391C05F, 0xF3D1C4DF


def examine_ole(file: BinaryIO) -> Examined:
    """Which of the older Office documents an OLE2 file is. Raises Unacceptable."""
    _check_header(file)
    import olefile

    class Bounded(olefile.OleFileIO):  # type: ignore[misc]
        """Refuses a directory that would fill the memory, before the library reads it whole."""

        def loaddirectory(self, sect: int) -> None:
            entries = _chain_length(self, sect, limits.MAX_OLE_ENTRIES * 128 // self.sectorsize + 1)
            if entries * self.sectorsize > limits.MAX_OLE_ENTRIES * 128:
                raise Unacceptable("too_many_parts", "The file has too many inner parts. Save it in a newer format.")
            super().loaddirectory(sect)

    try:
        with Bounded(file) as ole:
            return _examine(ole)
    except Unacceptable:
        raise
    # The library reads what hostile files tell it to, and fails in any of these ways; a directory that is one long
    # branch ends in RecursionError.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise damaged() from error


def _check_header(file: BinaryIO) -> None:
    """Holds what the library allocates by to what the file can hold."""
    length = file.seek(0, os.SEEK_END)
    file.seek(0)
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size:
        raise damaged()
    _, _, _, version, order, shift, mini_shift, _, fat_sectors, *_, mini_fat_sectors, _, _ = _HEADER.unpack(header)
    if order != _LITTLE_ENDIAN or _SECTOR_SHIFTS.get(version) != shift or mini_shift != _MINI_SHIFT:
        raise damaged()
    sector_bytes = 1 << shift
    sectors = length // sector_bytes + 1
    # Twice what maps the whole file, since writers allocate ahead.
    if fat_sectors > 2 * (sectors * 4 // sector_bytes) + 110:
        raise damaged()
    if mini_fat_sectors * sector_bytes * 16 > limits.MAX_OLE_MINISTREAM_BYTES:
        raise damaged()


def _examine(ole: OleFileIO) -> Examined:
    streams = {entry.name.lower(): entry for entry in ole.root.kids if entry.entry_type == 2}
    if ole.root.size > limits.MAX_OLE_MINISTREAM_BYTES:
        raise damaged()
    if "encryptedpackage" in streams or "encryptioninfo" in streams:
        raise _encrypted()
    kinds = {_MAIN_STREAMS[name] for name in streams if name in _MAIN_STREAMS}
    if len(kinds) > 1:
        raise damaged()
    if not kinds:
        raise Unacceptable("unknown_type", "The file is neither a workbook nor a Word document nor a presentation.")
    kind = kinds.pop()
    for name, entry in streams.items():
        if _MAIN_STREAMS.get(name) == kind:
            _check_whole(ole, entry)
            _CHECKS[kind](_head(ole, entry))
    if kind == "ppt":
        user = streams.get("current user")
        if user is None:
            raise damaged()
        _check_slides_user(_head(ole, user))
    return Examined(kind=kind)


def _check_whole(ole: OleFileIO, entry: OleDirectoryEntry) -> None:
    """A stream's sectors must all be there: a cut-off file loses its last ones."""
    if entry.size >= ole.minisectorcutoff:
        wanted = -(-entry.size // ole.sectorsize)
        if wanted > ole.nb_sect or _chain_length(ole, entry.isectStart, wanted) < wanted:
            raise damaged()


def _chain_length(ole: OleFileIO, sector: int, at_most: int) -> int:
    """How many sectors hang together from `sector` on, all of them within the file."""
    count = 0
    while sector < min(ole.nb_sect, len(ole.fat)) and count < at_most:
        count += 1
        sector = ole.fat[sector]
    return count


def _head(ole: OleFileIO, entry: OleDirectoryEntry) -> bytes:
    """The first bytes of a stream; a large one is not read whole, as the library's own way would."""
    from olefile.olefile import OleStream

    if entry.size < ole.minisectorcutoff:
        return bytes(ole.openstream(entry.name).read())
    size = min(entry.size, limits.OLE_HEAD_BYTES)
    sector = ole.sectorsize
    return bytes(OleStream(ole.fp, entry.isectStart, size, sector, sector, ole.fat, ole.nb_sect * sector, ole).read())


def _check_workbook(head: bytes) -> None:
    """[MS-XLS] FilePass stands in the globals, before the first sheet; record headers are never encrypted."""
    position, first = 0, True
    while position + 4 <= len(head):
        record, length = struct.unpack_from("<HH", head, position)
        if first and record not in _BIFF_BEGIN:
            raise damaged()
        if record == _BIFF_FILE_PASS:
            raise _encrypted()
        if record in (_BIFF_SHEET, _BIFF_END):
            return
        position, first = position + 4 + length, False
    if first:
        raise damaged()


def _check_word(head: bytes) -> None:
    """[MS-DOC] FibBase: its magic number and the flag fEncrypted."""
    if len(head) < 32 or struct.unpack_from("<H", head)[0] not in _WORD_MAGICS:
        raise damaged()
    if struct.unpack_from("<H", head, 10)[0] & _WORD_ENCRYPTED:
        raise _encrypted()


def _check_slides(head: bytes) -> None:
    if len(head) < 8:
        raise damaged()


def _check_slides_user(head: bytes) -> None:
    """[MS-PPT] CurrentUserAtom.headerToken tells encrypted presentations from plain ones."""
    token = struct.unpack_from("<L", head, 12)[0] if len(head) >= 16 else 0
    if token == _SLIDES_ENCRYPTED:
        raise _encrypted()
    if token != _SLIDES_PLAIN:
        raise damaged()


_CHECKS = {"xls": _check_workbook, "doc": _check_word, "ppt": _check_slides}


def _encrypted() -> Unacceptable:
    return Unacceptable(
        "encrypted", "The document is protected with a password. Remove the password and upload it again."
    )
