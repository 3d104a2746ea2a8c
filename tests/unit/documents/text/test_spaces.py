from __future__ import annotations

import pytest

from overten.documents.text.spaces import held_together, with_plain_spaces


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ("« Comment l’éviter ? »", "«~Comment l’éviter~?~»"),
        ("Trois tours : dix minutes ;", "Trois tours~: dix minutes~;"),
        ("nach § 5 GeschGehG", "nach §~5 GeschGehG"),
        ("80 % von 14,2 Mio. € in 3 Jahren", "80~% von 14,2~Mio.~€ in 3 Jahren"),
        ("What now? Go: on; 3 :1 and #,##0 ;(0)", "What now? Go: on; 3 :1 and #,##0 ;(0)"),
    ],
)
def test_signs_stay_with_their_words(given: str, held: str) -> None:
    found = held_together(given)
    assert found == held.replace("~", "\u00a0")
    assert with_plain_spaces(found) == given
