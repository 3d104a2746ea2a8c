"""Opaque cursors: the sort key a page ended at."""

from __future__ import annotations

import base64
import binascii
import re

from overten.errors import ValidationFailed
from overten.ids import is_id

_NUMBER = re.compile(r"#(\d{1,9})")


def encode_cursor(last_id: str) -> str:
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, prefix: str) -> str | None:
    """The id a cursor stands for. Raises ValidationFailed for anything we did not hand out in this form."""
    if cursor is None:
        return None
    last_id = _decoded(cursor)
    if not is_id(prefix, last_id):
        raise _not_ours()
    return last_id


def encode_number_cursor(last_number: int) -> str:
    return encode_cursor(f"#{last_number}")


def decode_number_cursor(cursor: str | None) -> int | None:
    """The number a cursor of a numbered list stands for. Raises ValidationFailed for anything else."""
    if cursor is None:
        return None
    found = _NUMBER.fullmatch(_decoded(cursor))
    if found is None:
        raise _not_ours()
    return int(found[1])


def _decoded(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def _not_ours() -> ValidationFailed:
    return ValidationFailed("/query/cursor", "is not a cursor of this list.")
