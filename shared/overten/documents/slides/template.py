"""A new deck in the design of another: its masters, layouts and themes stay, its slides go."""

from __future__ import annotations

from overten.documents.models import Finding
from overten.documents.slides.canvas import foreign_slots, is_own_layout, stand_in
from overten.documents.slides.deck import Deck
from overten.documents.slides.geometry import INCH
from overten.documents.slides.layouts import LAYOUTS

# What slides of ours are called, and PowerPoint's type of the layout that each should be of.
_WANTED = {
    "cover": ("covers", {"title"}),
    "section": ("section headers", {"secHead"}),
    "content": ("text", {"obj", "tx"}),
    "two_columns": ("two columns", {"twoTxTwoObj"}),
    "image_right": ("a picture beside text", {"twoObj"}),
}
_SMALLEST_WIDTH = 4 * INCH


def template_warnings(deck: Deck) -> list[Finding]:
    """What the layouts of a template lack for slides of ours, and what is done instead."""
    found = [_lacking(message) for key in _WANTED for message in _missing(deck, key)]
    drawn = stand_in(deck, "timeline")
    if not is_own_layout(deck, drawn):
        found.append(
            _lacking(
                "The template has no layouts for comparisons, cards, timelines, processes, key figures, matrices, "
                f"roadmaps and teams: they are drawn on '{deck.layout_name(drawn)}', in its fonts and colours"
            )
        )
    if deck.size.w < _SMALLEST_WIDTH:
        width, height = (side / INCH * 2.54 for side in (deck.size.w, deck.size.h))
        found.append(
            _lacking(f"The template's slides are only {width:.0f} by {height:.0f} cm: most texts will not fit on them")
        )
    return found


def _missing(deck: Deck, key: str) -> list[str]:
    noun, kinds = _WANTED[key]
    layout = stand_in(deck, key)
    name, slots = deck.layout_name(layout), foreign_slots(deck, layout)
    if is_own_layout(deck, layout):
        return []
    is_meant = deck.package.tree(layout).get("type") in kinds or LAYOUTS[key].name == name
    messages = [] if is_meant else [f"The template has no layout for {noun}: '{name}' is used"]
    if "title" not in slots:
        messages.append(f"The layout '{name}' has no placeholder for a title: one is put on the slide itself")
    if key in {"cover", "section"} and "subtitle" not in slots:
        messages.append(f"The layout '{name}' has no placeholder for a subtitle: text boxes are used")
    if key == "content" and "body" not in slots:
        messages.append(f"The layout '{name}' has no placeholder for text: text boxes are used")
    return messages


def _lacking(message: str) -> Finding:
    return Finding(code="template_layout_missing", message=message, severity="warning")
