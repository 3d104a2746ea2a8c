"""The golden decks by name."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.golden import Golden
from tests.golden.documents.recorded import recorded
from tests.golden.documents.slides import edits, kinds, reports, texts

DOCUMENTS: dict[str, Golden] = {
    "words": kinds.WORDS,
    "columns": kinds.COLUMNS,
    "diagrams": kinds.DIAGRAMS,
    "figures": kinds.FIGURES,
    "charts_of_bars": kinds.CHARTS_OF_BARS,
    "charts_of_lines": kinds.CHARTS_OF_LINES,
    "branded": kinds.BRANDED,
    "pale_brand": kinds.PALE_BRAND,
    "smallest": kinds.SMALLEST,
    "german": texts.GERMAN,
    "right_to_left": texts.RIGHT_TO_LEFT,
    "east_asian": texts.EAST_ASIAN,
    "hostile": texts.HOSTILE,
    "big": texts.BIG,
    "rearranged": edits.REARRANGED,
    "edited": edits.EDITED,
    "restyled": edits.RESTYLED,
    "restyled_by_brand": edits.RESTYLED_BY_BRAND,
    "opened_again": edits.OPENED_AGAIN,
    "board_report": reports.BOARD_REPORT,
    "quarterly_review": Golden(
        look=Look("#7A1F2B"),
        steps=recorded("quarterly_review"),
        pages=10,
        says=("Castellan",),
        holds={"slides": 10},
    ),
    "quarterly_review_changed": Golden(
        look=Look("#7A1F2B"),
        steps=[*recorded("quarterly_review"), None, *recorded("quarterly_review_second_turn")],
        pages=11,
        says=("112", "10.9"),
        holds={"slides": 11},
    ),
    "training_french": Golden(
        steps=recorded("feedback_training_french"), pages=6, says=("feedback",), holds={"slides": 6}
    ),
}
