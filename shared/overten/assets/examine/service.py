"""The one question: what is this file?"""

from __future__ import annotations

from typing import BinaryIO

from overten.assets.examine.models import Examined, Unacceptable


def examine(file: BinaryIO, *, name: str, declared_type: str | None = None) -> Examined:
    """What the file is, decided from its bytes.

    `file` is seekable and may be large: it is read in pieces. `name` only tells csv from tsv from txt where the bytes
    allow either; `declared_type` is taken so that callers need not drop it, and never believed. The file's position is
    undefined afterwards.

    Raises Unacceptable with a reason code and a message for the user.
    """
    raise Unacceptable("unknown_type", "This kind of file is not supported.")
