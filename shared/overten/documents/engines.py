"""The engine of each format."""

from __future__ import annotations

from functools import cache
from typing import Any

from overten.documents.engine import Engine
from overten.documents.models import Format


@cache
def engine_of(document_format: Format) -> Engine[Any]:
    """The engine of a format, imported when it is first asked for."""
    if document_format == "excel":
        from overten.documents.excel.engine import ExcelEngine

        return ExcelEngine()
    if document_format == "word":
        from overten.documents.word.engine import WordEngine

        return WordEngine()
    from overten.documents.slides.engine import SlidesEngine

    return SlidesEngine()
