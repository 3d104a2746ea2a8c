# ruff: noqa: E501 - texts as their author wrote them
"""Decks that are changed after they were written: rearranged, edited element by element, restyled, opened again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.documents.engine import Look
from overten.documents.slides.deck import Deck
from overten.documents.slides.inspect import describe
from tests.golden.documents.golden import Golden, Operation
from tests.golden.documents.slides.kinds import chart, slides


def element(deck: Deck, slide: int, sign: str) -> int:
    """The id of the one element whose line in the slide's description has this sign."""
    lines = describe(deck, slide).splitlines()
    heads = [number for number, line in enumerate(lines) if line.strip()[:1].isdigit() and " '" in line]
    found = {
        int(lines[head].split()[0])
        for head, end in zip(heads, [*heads[1:], len(lines)], strict=True)
        if any(sign in line for line in lines[head:end])
    }
    if len(found) != 1:
        raise LookupError(f"{sign!r} is on {len(found)} elements of slide {slide}:\n" + "\n".join(lines))
    return found.pop()


def change(slide: int, *changes: tuple[str, dict[str, Any]]) -> Callable[[Deck], Operation]:
    """An edit of a slide: for each change the sign of its element, and its members."""
    return lambda deck: {
        "op": "edit_slide",
        "slide": slide,
        "changes": [{"element": element(deck, slide, sign), **members} for sign, members in changes],
    }


def numbered(*titles: str) -> list[Operation]:
    return [{"layout": "content", "title": title, "points": [f"A point of {title}"]} for title in titles]


REARRANGED = Golden(
    steps=[
        slides(*numbered("First", "Second", "Third", "Fourth")),
        {"op": "arrange_slides", "action": "move", "slides": [4], "to": 1},
        {"op": "arrange_slides", "action": "duplicate", "slides": [2]},
        {"op": "replace_text", "find": "First", "replace": "First again", "slides": [3]},
        {"op": "arrange_slides", "action": "delete", "slides": [4]},
        {"op": "write_slides", "at": 2, "slides": [{"layout": "section", "title": "Between"}]},
        {"op": "write_slides", "at": 5, "replace": True, "slides": [{"layout": "statement", "title": "Third is a statement now"}]},
        {"op": "set_deck", "slide_numbers": True},
    ],
    pages=5,
    says=("Fourth", "Between", "First again", "Third is a statement now"),
    holds={"slides": 5},
    warns=("same_layout",),
)  # fmt: skip

EDITED = Golden(
    steps=[
        slides(
            {"layout": "cover", "title": "Plan for 2026", "byline": "Draft"},
            chart("column", "Two regions grow", points=["North leads", "South follows"]),
            {"layout": "table", "title": "Prices stay", "table": {"columns": ["Ware", "Price"], "rows": [["Tea", "4.20"], ["Coffee", "5.10"]]}},
            {"layout": "image", "title": "The shop", "image": "photo", "points": ["A corner of the old town"]},
            {"layout": "content", "title": "Next steps", "points": ["Hire", "Train"], "notes": "Old notes"},
        ),
        change(1, ("'Plan for 2026'", {"change": "text", "lines": ["Plan for 2027"]}), ("'Draft'", {"change": "delete"})),
        change(2, ("chart (", {"change": "chart", "categories": ["2025", "2026", "2027"], "series": [{"name": "North", "values": [31, 36, 44]}, {"name": "South", "values": [28, 33, 35]}, {"name": "Export", "values": [9, 12, 18]}]}),
               ("chart (", {"change": "alt_text", "text": "Columns of three regions over three years"})),
        change(3, ("row 1", {"change": "text", "row": 3, "column": 2, "lines": ["5.40"]})),
        change(4, (" picture ", {"change": "image", "image": "evening"}), (" picture ", {"change": "place", "left": 560, "top": 150, "width": 300, "height": 225})),
        {"op": "set_notes", "slide": 5, "text": "Say who starts when."},
        {"op": "set_notes", "slide": 1, "text": "Welcome."},
        {"op": "replace_text", "find": "old town", "replace": "harbour"},
    ],
    pages=5,
    says=("Plan for 2027", "5.40", "A corner of the harbour", "Export"),
    holds={"slides": 5, "charts": 1, "tables": 1, "pictures": 1, "notes": 2},
)  # fmt: skip

_BEFORE = slides(
    {"layout": "cover", "title": "Restyled as a whole", "subtitle": "By its theme, not slide by slide"},
    {"layout": "process", "title": "Colours and fonts follow", "items": [{"title": "Theme", "icon": "sparkles"}, {"title": "Layouts", "icon": "layers"}, {"title": "Slides", "icon": "file-text"}]},
    chart("stacked_bar", "Charts follow too"),
    {"layout": "closing", "title": "Thank you"},
)  # fmt: skip

RESTYLED = Golden(
    steps=[_BEFORE, {"op": "restyle_deck", "design": "editorial"}],
    pages=4,
    says=("Restyled as a whole", "Layouts"),
    holds={"slides": 4, "charts": 1},
)

RESTYLED_BY_BRAND = Golden(
    steps=[
        _BEFORE,
        {"op": "restyle_deck", "design": "executive"},
        {"op": "restyle_deck", "primary_color": "#5B2A86", "secondary_color": "#00A676", "font": "Liberation Sans", "heading_font": "Cambria"},
    ],
    warns=("font_not_available",),  # Liberation comes with no Windows
    pages=4,
    says=("Restyled as a whole", "Charts follow too"),
    holds={"slides": 4, "charts": 1},
)  # fmt: skip

OPENED_AGAIN = Golden(
    look=Look("#0B6E4F"),
    steps=[
        slides({"layout": "cover", "title": "Opened again"}, *numbered("A slide of before")),
        None,
        slides(
            {"layout": "named", "name": "Title and content", "fill": [{"placeholder": "title", "text": "Filled by placeholder"}, {"placeholder": "body", "points": ["One", "Two"]}]},
            chart("line", "And with a chart of our own"),
        ),
        {"op": "replace_text", "find": "before", "replace": "earlier"},
    ],
    pages=4,
    says=("A slide of earlier", "Filled by placeholder", "And with a chart of our own"),
    holds={"slides": 4, "charts": 1},
    warns=("same_layout",),
)  # fmt: skip
