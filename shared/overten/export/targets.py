"""Which formats a document can be exported to. Imports nothing heavy: routes ask this before any work is begun."""

from __future__ import annotations

from typing import NamedTuple, cast, get_args

from overten.export.errors import ExportError
from overten.export.models import SourceFormat, TargetFormat

TARGETS: dict[SourceFormat, tuple[TargetFormat, ...]] = {
    "xlsx": ("pdf", "csv", "png", "html"),
    "docx": ("pdf", "html", "txt", "odt"),
    "pptx": ("pdf", "png", "odp"),
    "xls": ("pdf", "csv", "xlsx", "html"),
    "doc": ("pdf", "docx", "html", "txt"),
    "ppt": ("pdf", "pptx", "png"),
}
MEDIA_TYPES: dict[str, str] = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "zip": "application/zip",
}
# Made by ourselves from the document's own parts.
_WITHOUT_OFFICE: frozenset[tuple[str, str]] = frozenset({("xlsx", "csv"), ("xls", "csv"), ("docx", "txt")})


class WrongTarget(ExportError):
    """A document cannot be exported to this format; the message lists those it can be."""


class Taken(NamedTuple):
    """Which options a pair takes."""

    page: bool
    sheet: bool


def check_pair(source: str, target: str) -> tuple[SourceFormat, TargetFormat]:
    """The pair, if there is such an export. Raises WrongTarget."""
    if source not in get_args(SourceFormat):
        raise WrongTarget(f"A .{source} file cannot be exported. These can: {', '.join(get_args(SourceFormat))}.")
    valid = TARGETS[cast(SourceFormat, source)]
    if target not in valid:
        raise WrongTarget(
            f"{_article(source)} {source} file cannot be exported to {target!r}, only to {', '.join(valid)}."
        )
    return cast(SourceFormat, source), target


def needs_office(source: SourceFormat, target: TargetFormat) -> bool:
    """Whether the pair needs LibreOffice."""
    return (source, target) not in _WITHOUT_OFFICE


def options_of(source: SourceFormat, target: TargetFormat) -> Taken:
    """A deck's picture takes a page, which is a slide; a workbook's csv or picture takes a sheet."""
    is_workbook = source in {"xlsx", "xls"}
    several = target in {"png", "csv"}
    return Taken(page=several and not is_workbook, sheet=several and is_workbook)


def _article(source: str) -> str:
    return "An" if source.startswith("x") else "A"
