"""A board's quarterly review of an industrial company, in the default palette."""

from __future__ import annotations

from typing import Any

from gallery.piece import Piece

_SLIDES: list[dict[str, Any]] = [
    {
        "layout": "cover",
        "title": "Third-quarter review 2026",
        "subtitle": "Orders carry the year; the margin gap is known, owned and half closed",
        "byline": "Meeting of the Supervisory Board · 22 October 2026",
        "notes": "Forty minutes: five on results, twenty on the margin plan, fifteen on the Gdańsk decision.",
    },
]
_DECK = {
    "op": "set_deck",
    "title": "Halden Pumps: board review Q3 2026",
    "footer": "Halden Pumps · Board review Q3 2026",
}

PIECE = Piece(
    name="board-review",
    format="slides",
    title="Board review of an industrial company",
    prompt="Quarterly review for our supervisory board: results, margin bridge, risks, the decision on Gdańsk",
    native="Every chart opens its workbook under Edit Data; table, footers, numbers and notes are PowerPoint's own.",
    operations=[_DECK, {"op": "write_slides", "slides": _SLIDES}],
)
