"""The engine of each format."""

from __future__ import annotations

from functools import cache
from typing import Any

from overten.documents.engine import Engine
from overten.documents.models import Format


class FormatNotOffered(Exception):
    """There is no engine for the format."""


@cache
def engine_of(document_format: Format) -> Engine[Any]:
    """The engine of a format, imported when it is first asked for."""
    if document_format == "excel":
        from overten.documents.excel.engine import ExcelEngine

        return ExcelEngine()
    raise FormatNotOffered(document_format)
