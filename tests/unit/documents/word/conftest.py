"""Documents to work on, and what a reader that shares no code with the engine sees in them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from overten.documents.word.apply import apply
from overten.documents.word.document import Document
from overten.documents.word.operations import WordOperation
from overten.documents.word.theme import Brand

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
_OPERATION: TypeAdapter[WordOperation] = TypeAdapter(WordOperation)
Do = Callable[..., str]


def png(width: int, height: int) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x20\x60\xa0" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def do(document: Document, op: str, **members: Any) -> str:
    """Applies an operation given as a model gives it."""
    return apply(document, _OPERATION.validate_python({"op": op, **members}))


@pytest.fixture
def document() -> Document:
    assets = {"photo": png(600, 300)}
    return Document.new(Brand(logo=png(200, 50)), assets=assets.get, now=NOW)


def reopened(document: Document) -> Document:
    return Document.open(document.to_bytes(), now=NOW)
