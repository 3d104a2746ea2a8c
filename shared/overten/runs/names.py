"""File names: from titles, and as HTTP carries them."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from overten.agent.models import Format
from overten.runs.models import EXTENSIONS

_MAX_STEM_LENGTH = 120


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
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]+', " ", text)
    return " ".join(text.split())[:_MAX_STEM_LENGTH].strip(" .")


def content_disposition(file_name: str) -> str:
    """`attachment` with the name for every client: RFC 6266, with RFC 8187's form for names beyond ASCII."""
    ascii_name = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r'["\\]', "", ascii_name).strip()
    if not ascii_name or ascii_name.startswith("."):
        ascii_name = f"document{ascii_name}"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file_name, safe='')}"
