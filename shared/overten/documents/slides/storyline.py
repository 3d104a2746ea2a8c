"""What a deck says, slide for slide: titles, layouts and words, to be held against a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from overten.documents.slides.canvas import is_own_layout
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, C, P, R
from overten.documents.slides.inherit import placeholder_of, shapes_of
from overten.documents.slides.inspect import body_text
from overten.documents.slides.notes import notes_of


class Told(NamedTuple):
    """A slide in words. `layout` is the key of the layout of ours that it has; None in layouts of others."""

    title: str
    layout: str | None
    text: str


def storyline(deck: Deck) -> list[Told]:
    """All slides in their order. `text` is everything on a slide, its charts and notes included."""
    return [_told(deck, part) for part in deck.slides()]


def _told(deck: Deck, part: str) -> Told:
    root = deck.package.tree(part)
    layout = deck.layout_of(part)
    ours = is_own_layout(deck, layout) if layout else None
    words = ["".join(run.text or "" for run in paragraph.iter(f"{A}t")) for paragraph in root.iter(f"{A}p")]
    text = "\n".join([*words, *_of_charts(deck, part, root), notes_of(deck, part)])
    return Told(_title(root), ours.key if ours else None, text)


def _title(root: etree._Element) -> str:
    for shape in shapes_of(root):
        ph = placeholder_of(shape)
        body = shape.find(f"{P}txBody")
        if ph is not None and ph.get("type") in {"title", "ctrTitle"} and body is not None:
            return body_text(body)
    return ""


def _of_charts(deck: Deck, part: str, root: etree._Element) -> Iterator[str]:
    for chart in root.iter(f"{C}chart"):
        relation = deck.package.relationships(part).get(chart.get(f"{R}id", ""))
        if relation is not None and deck.package.has(relation.target):
            data = deck.package.tree(relation.target)
            yield from (_as_read(item.text) for item in data.iter(f"{A}t", f"{C}v") if item.text)


def _as_read(text: str) -> str:
    """A value of a chart as people write it: a whole number without decimals."""
    return re.sub(r"\.0+$", "", text)
