"""Operations on blocks named by a part of their text, whose anchors are known only when the document is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.documents.word.anchors import anchor_of, blocks, plain_text
from overten.documents.word.document import Document
from tests.golden.documents.golden import Operation


def block(document: Document, sign: str) -> str:
    """The anchor of the one paragraph or table whose text has this sign."""
    found = [anchor_of(one) for one in blocks(document.body()) if sign in plain_text(one)]
    if len(found) != 1:
        raise LookupError(f"{sign!r} is in {len(found)} blocks")
    return found[0]


def on(sign: str, **members: Any) -> Callable[[Document], Operation]:
    """An operation on the block with this sign; other members that begin with "@" name blocks, too."""

    def made(document: Document) -> Operation:
        named = {
            key: block(document, value[1:]) if isinstance(value, str) and value.startswith("@") else value
            for key, value in members.items()
        }
        return {"anchor": block(document, sign), **named}

    return made
