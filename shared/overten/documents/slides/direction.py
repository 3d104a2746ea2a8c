"""The direction text runs in, in decks whose masters are written from right to left."""

from __future__ import annotations

import unicodedata

from lxml import etree

from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A

_RIGHT_TO_LEFT = {"R", "AL"}


def state_direction(deck: Deck, slide: etree._Element) -> None:
    """Has each paragraph of a new slide run as its letters do, where the deck's styles run from right to left."""
    parts = [deck.presentation, *deck.masters(), *deck.layouts()]
    if not any(item.get("rtl") in {"1", "true"} for part in parts for item in deck.package.tree(part).iter()):
        return
    for paragraph in slide.iter(f"{A}p"):
        text = "".join(item.text or "" for item in paragraph.iter(f"{A}t"))
        letters = [unicodedata.bidirectional(letter) for letter in text if letter.isalpha()]
        if not letters:
            continue
        looks = paragraph.find(f"{A}pPr")
        if looks is None:
            looks = etree.Element(f"{A}pPr")
            paragraph.insert(0, looks)
        if letters[0] in _RIGHT_TO_LEFT:
            looks.set("rtl", "1")
        else:
            looks.set("rtl", "0")
            if looks.get("algn") is None:
                looks.set("algn", "l")
