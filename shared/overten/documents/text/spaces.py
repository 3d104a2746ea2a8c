"""Spaces at which no line may break."""

from __future__ import annotations

import re

_BOUND = re.compile(
    r"(?<=«) | (?=»|[?!;:](?:\s|$|»))|(?<=§) (?=\d)"
    r"|(?<=\d) (?=(?:[%‰€°]|Mio\.|Mrd\.|Tsd\.)(?:\W|$))|(?<=Mio\.|Mrd\.|Tsd\.) (?=[€$])"
)


def held_together(text: str) -> str:
    """The text with no-break spaces where a sign belongs to its neighbour: « mot », pourquoi ?, § 5, 80 %, 14,2 Mio."""
    return _BOUND.sub("\u00a0", text)


def with_plain_spaces(text: str) -> str:
    """The text with ordinary spaces, as long as before, to look up words that were written either way."""
    return text.replace("\u00a0", " ")
