"""Texts and tables of text: in which encoding, and whether they are tables."""

from __future__ import annotations

import codecs
import csv
import os
import re
from collections import Counter
from pathlib import PurePath
from typing import BinaryIO, Literal

from overten.assets.examine import limits
from overten.assets.examine.models import Examined, Unacceptable

TextKind = Literal["csv", "tsv", "txt"]

# Longer ones first: the mark of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What office programs of the world save text in when it is not Unicode. The first is what it is if nothing is likelier.
_LEGACY = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp932", "cp949", "gb18030", "big5",
)  # fmt: skip
_LATIN = frozenset({"cp1250", "cp1252", "cp1254"})
# The Latin encodings share most bytes and the detector cannot tell them apart; the letters of a language can.
_ALPHABETS = (
    ("cp1252", "äöüß€–„“”’"),
    ("cp1252", "àâçéèêëîïôùûüœæ€–«»’"),
    ("cp1252", "áéíóúñü¿¡€–«»ºª"),
    ("cp1252", "ãõáàâéêíóôúçºª€–"),
    ("cp1252", "àèéìíòóù€–’"),
    ("cp1252", "åäöæøéü€–"),
    ("cp1250", "ąćęłńóśźż€–„”"),
    ("cp1250", "áčďéěíňóřšťúůýžäľĺôŕ€–„“"),
    ("cp1250", "áéíóöőúüű€–„”"),
    ("cp1250", "ăâîşţ€–„”"),
    ("cp1250", "čćđšž€–„“"),
    ("cp1254", "çğı\u0307öşüâîû€–“”"),
    ("cp1252", "áðéíóúýþæö€–"),
)
# Below this many bytes beyond ASCII a guess of the language is mere chance.
_ENOUGH_TO_GUESS = 40
# Of control characters, texts have these; one of the others may slip into an export.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MOST_CONTROLS = 0.005
_BY_NAME: dict[str, TextKind] = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv"}
_PROSE_NAMES = frozenset({".txt", ".text", ".md", ".markdown", ".json", ".jsonl", ".xml", ".html", ".htm", ".log",
                          ".yaml", ".yml", ".rst", ".tex", ".sql", ".ini", ".toml"})  # fmt: skip
_DELIMITERS: dict[str, TextKind] = {"\t": "tsv", ",": "csv", ";": "csv", "|": "csv"}
_MIN_ROWS = 2


def examine_text(file: BinaryIO, *, name: str) -> Examined | None:
    """Which kind of text a file is and in which encoding, or None if it is no text. Raises Unacceptable."""
    encoding = _encoding(file)
    if encoding is None:
        return None
    head = _head(file, encoding)
    if not head.strip("\ufeff \t\r\n\f\0"):
        raise Unacceptable("empty", "The file is empty.")
    if len(_NOT_TEXT.findall(head)) > len(head) * _MOST_CONTROLS:
        return None
    if is_svg(head, is_whole=file.seek(0, os.SEEK_END) <= limits.TEXT_HEAD_BYTES):
        raise svg_not_allowed()
    return Examined(kind=_kind(head, name), text_encoding=encoding)


def svg_not_allowed() -> Unacceptable:
    return Unacceptable("svg_not_allowed", "SVG images can carry scripts and are not taken. Save it as PNG instead.")


def is_svg(head: str, *, is_whole: bool) -> bool:
    """Whether a text is an SVG image: whether the first element of its markup is `svg`.

    Markup that hides its first element beyond the head is taken for one: nobody else has a reason to.
    """
    at = 0
    text = head.lstrip("\ufeff \t\r\n\f")
    while text.startswith("<", at):
        if text.startswith("<?", at):
            at = _after(text, "?>", at)
        elif text.startswith("<!--", at):
            at = _after(text, "-->", at)
        elif text.startswith("<!", at):
            at = _after_declaration(text, at)
        else:
            return re.match(r"<(?:[\w.-]+:)?svg[\s/>]", text[at : at + 200], re.IGNORECASE) is not None
        while text[at : at + 1].isspace():
            at += 1
    # What is not well formed may still hide one from us and not from a lenient reader.
    hidden = re.search(r"<(?:[\w.-]+:)?svg\b", text, re.IGNORECASE) is not None
    return at > 0 and (hidden or (at >= len(text) and not is_whole))


def _after(text: str, end: str, at: int) -> int:
    found = text.find(end, at)
    return len(text) if found < 0 else found + len(end)


def _after_declaration(text: str, at: int) -> int:
    end, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < end:
        end = text.find(">", text.find("]", subset))
    return len(text) if end < 0 else end + 1


def _encoding(file: BinaryIO) -> str | None:
    """The encoding that all of the file can be read in, or None if there is none: it is then no text."""
    file.seek(0)
    start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding if _first_misfit(file, encoding) is None else None
    misfit = _first_misfit(file, "utf-8")
    if misfit is None:
        return "utf-8"
    guess = _guess(file, misfit)
    return next((encoding for encoding in (guess, "cp1252") if encoding and _fits(file, encoding)), None)


def _first_misfit(file: BinaryIO, encoding: str) -> int | None:
    """Where the piece begins in which the file is not text of this encoding, or None if it is all through.

    NUL is text in no encoding of one or more bytes; UTF-16 and UTF-32 have it in every other byte.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    wide = encoding in ("utf-16", "utf-32")
    file.seek(0)
    at = 0
    while True:
        piece = file.read(limits.CHUNK_BYTES)
        try:
            decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            return at
        if not wide and b"\0" in piece:
            return at
        if not piece:
            return None
        at += len(piece)


def _fits(file: BinaryIO, encoding: str) -> bool:
    return _first_misfit(file, encoding) is None


def _guess(file: BinaryIO, at: int) -> str | None:
    """The likeliest legacy encoding, judged by the piece in which the file ceased to be UTF-8."""
    file.seek(at)
    sample = file.read(limits.CHUNK_BYTES)
    beyond_ascii = bytes(byte for byte in sample if byte > 127)
    if b"\0" in sample or len(beyond_ascii) < _ENOUGH_TO_GUESS:
        return None
    from charset_normalizer import from_bytes

    lines = [line for line in sample.splitlines() if not line.isascii()]
    sample = b"\n".join(lines)[: limits.TEXT_HEAD_BYTES]
    match = from_bytes(sample, cp_isolation=list(_LEGACY)).best()
    if match is None:
        return None
    return _likeliest_latin(sample) if match.encoding in _LATIN else match.encoding


def _likeliest_latin(sample: bytes) -> str:
    """Of the Latin encodings, that in which one language's letters cover most of what lies beyond ASCII."""

    def covered(language: tuple[str, str]) -> int:
        encoding, letters = language
        text = sample.decode(encoding, "replace").lower()
        return sum(character in letters for character in text if character > "\x7f")

    return max(_ALPHABETS, key=covered)[0]


def _head(file: BinaryIO, encoding: str) -> str:
    file.seek(0)
    return codecs.getincrementaldecoder(encoding)("replace").decode(file.read(limits.TEXT_HEAD_BYTES))


def _kind(head: str, name: str) -> TextKind:
    """By the bytes where they are plain, by the name's ending where either will do."""
    suffix = PurePath(name.lower()).suffix
    if suffix in _PROSE_NAMES or head.lstrip("\ufeff \t\r\n").startswith("<"):
        return "txt"
    by_bytes = _table_kind(head)
    by_name = _BY_NAME.get(suffix)
    if by_name is None:
        return by_bytes or "txt"
    return by_bytes or by_name


def _table_kind(head: str) -> TextKind | None:
    """csv or tsv if nearly all lines have the same number of at least two fields, else None."""
    lines = head.splitlines()
    if len(head) >= limits.TEXT_HEAD_BYTES // 2 and len(lines) > 1:
        lines.pop()  # cut off in its midst
    best, fields_of_best = None, 1
    for delimiter, kind in _DELIMITERS.items():
        fields = _steady_fields(lines, delimiter)
        if fields > fields_of_best:
            best, fields_of_best = kind, fields
    return best


def _steady_fields(lines: list[str], delimiter: str) -> int:
    """How many fields nearly every row has when read with this delimiter; 1 if the rows differ."""
    try:
        rows = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 1
    if len(rows) < _MIN_ROWS:
        return 1
    [(fields, times)] = Counter(rows).most_common(1)
    return fields if times >= 0.8 * len(rows) else 1
