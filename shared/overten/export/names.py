"""Names of exported files."""

from __future__ import annotations

from overten.export.records import Export
from overten.runs.names import clean_stem


def export_name(file_name: str, export: Export) -> str:
    """The document's own name with the export's extension, and with the part that it is alone."""
    stem = file_name.rpartition(".")[0] or file_name
    part = export.options.sheet if export.options.sheet is not None else export.options.page
    named = f"{stem} - {part}" if part is not None else stem
    return f"{clean_stem(named) or 'Document'}.{export.extension}"
