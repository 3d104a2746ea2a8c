"""Word documents as HTML."""

from __future__ import annotations

from overten.export.html import Page
from overten.export.models import SourceFormat
from overten.export.protocol import Desk


def page_of(data: bytes, source: SourceFormat, desk: Desk) -> Page:
    raise NotImplementedError
