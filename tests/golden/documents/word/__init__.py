"""The golden Word documents by name."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.assets import ASSETS
from tests.golden.documents.golden import Golden
from tests.golden.documents.recorded import recorded
from tests.golden.documents.word import edits, kinds, texts
from tests.golden.word_documents import BOARD_REPORT, CONTRACT_DE

_PROPOSAL = Golden(
    look=Look("#0B5FFF"),
    steps=recorded("board_proposal"),
    pages=7,
    says=("Tilburg", "14.2", "5.8 years"),
    holds={"charts": 2},
    warns=("placeholder",),
)

DOCUMENTS: dict[str, Golden] = {
    "paragraphs": kinds.PARAGRAPHS,
    "lists": kinds.LISTS,
    "tables": kinds.TABLES,
    "charts": kinds.CHARTS,
    "pictures": kinds.PICTURES,
    "pages": kinds.PAGES,
    "science": kinds.SCIENCE,
    "smallest": kinds.SMALLEST,
    "letter": texts.LETTER,
    "curriculum": texts.CURRICULUM,
    "right_to_left": texts.RIGHT_TO_LEFT,
    "east_asian": texts.EAST_ASIAN,
    "hostile": texts.HOSTILE,
    "big": texts.BIG,
    "edited": edits.EDITED,
    "restyled": edits.RESTYLED,
    "tracked": edits.TRACKED,
    "accepted": edits.ACCEPTED,
    "rejected": edits.REJECTED,
    "opened_again": edits.OPENED_AGAIN,
    "board_report": Golden(
        look=Look("#0F5C6E", "#D9822B", None, ASSETS["logo"]),
        steps=[*BOARD_REPORT],
        pages=6,
        says=("Third quarter 2026", "Investment: Gothenburg hub"),
        holds={"charts": 3, "tables": 2, "footnotes": 1, "headings": 9},
    ),
    "contract_german": Golden(
        look=Look("#7A1F3D", None, "Cambria"),
        steps=[*CONTRACT_DE],
        pages=2,
        says=("Geschäftsführerin", "Tabelle 1", "Seite 1 von 2"),
        holds={"tables": 1},
    ),
    "board_proposal": _PROPOSAL,
    "board_proposal_changed": Golden(
        look=_PROPOSAL.look,
        steps=[*_PROPOSAL.steps, None, *recorded("board_proposal_second_turn")],
        pages=7,
        says=("14.7", "6.0 years", "Mitigation"),
        holds={"charts": 2},
        warns=("placeholder",),
    ),
    "employment_contract_german": Golden(
        steps=recorded("employment_contract_german"),
        pages=4,
        says=("Anke Petersen", "38,5 Stunden"),
        warns=("placeholder",),
    ),
}
