"""Identifiers: a prefix that says what it is, then a ULID, so that key order is time order."""

from __future__ import annotations

import re
from typing import Final

from ulid import ULID

_ULID_PATTERN: Final = "[0-9A-HJKMNP-TV-Z]{26}"


def new_id(prefix: str) -> str:
    """A new identifier such as `run_01J…`."""
    return f"{prefix}_{ULID()}"


def is_id(prefix: str, value: str) -> bool:
    """Whether the text has the form of an identifier with this prefix."""
    return re.fullmatch(f"{prefix}_{_ULID_PATTERN}", value) is not None
