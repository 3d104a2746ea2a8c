"""Opaque cursors: the sort key a page ended at."""

from __future__ import annotations

import base64
import binascii

from overten.errors import ValidationFailed
from overten.ids import is_id


def encode_cursor(last_id: str) -> str:
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, prefix: str) -> str | None:
    """The id a cursor stands for. Raises ValidationFailed for anything we did not hand out in this form."""
    if cursor is None:
        return None
    try:
        last_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        last_id = ""
    if not is_id(prefix, last_id):
        raise ValidationFailed("/query/cursor", "is not a cursor of this list.")
    return last_id
