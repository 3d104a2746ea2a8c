"""Names of uploads: whatever a client calls a file, without what no system takes."""

from __future__ import annotations

import re

from overten.runs.names import clean_stem, content_disposition

_EXTENSION = re.compile(r"\.[0-9A-Za-z]{1,10}$")


def upload_name(wanted: str, *, otherwise: str) -> str:
    """The last part of the path with its extension; `otherwise` if nothing of it can be kept."""
    base = re.split(r"[/\\]", wanted)[-1]
    found = _EXTENSION.search(base)
    extension = found.group() if found else ""
    stem = clean_stem(base.removesuffix(extension))
    return (stem or otherwise) + extension


def inline_disposition(name: str) -> str:
    """For showing rather than saving, with the name for whoever saves it after all."""
    return "inline" + content_disposition(name).removeprefix("attachment")
