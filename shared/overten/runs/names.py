"""File names: from titles, and as HTTP carries them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from overten.agent.models import Format
from overten.runs.models import EXTENSIONS

_MAX_STEM_CHARACTERS = 120
# File systems take names of 255 bytes; a letter may take four.
_MAX_STEM_BYTES = 240
# Controls, what paths and Windows reserve, marks that reorder text or are invisible, and halves of characters.
_FORBIDDEN = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+'
)
# Names that Windows takes for devices, whatever their extension.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def file_name_of(wanted: str, document_format: Format) -> str:
    """A name that any system takes: no path, no control or reserved characters, with the format's extension.

    Keeps letters of every language. What is left of a name of nothing but forbidden characters is `Document`.
    """
    extension = EXTENSIONS[document_format]
    text = unicodedata.normalize("NFC", wanted)
    stem = text[: -len(extension)] if text.lower().endswith(extension) else text
    return (clean_stem(stem) or "Document") + extension


def clean_stem(text: str) -> str:
    """A name without its extension, as any system takes it; empty if nothing of it can be kept."""
    stem = " ".join(_FORBIDDEN.sub(" ", unicodedata.normalize("NFC", text)).split())[:_MAX_STEM_CHARACTERS]
    stem = stem.encode()[:_MAX_STEM_BYTES].decode(errors="ignore").strip(" .")
    return f"{stem} document" if _DEVICES.fullmatch(stem) else stem


def content_disposition(file_name: str) -> str:
    """`attachment` with the name for every client: RFC 6266, with RFC 8187's form for names beyond ASCII.

    The plain form has nothing that would end its quotes or the header, nor a percent sign, which some clients decode.
    """
    ascii_name = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    ascii_name = " ".join(re.sub(r'[^\x20-\x7e]|["\\%]', " ", ascii_name).split())
    if not ascii_name or ascii_name.startswith("."):
        ascii_name = f"document{ascii_name}"
    file_name = file_name.encode(errors="ignore").decode()
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
