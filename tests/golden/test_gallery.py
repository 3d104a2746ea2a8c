"""The documents of docs/gallery are made by operations alone, and nothing is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from gallery.__main__ import PICTURES, readme
from gallery.make import make
from gallery.piece import Piece, pieces

PIECES = pieces()


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_nothing_is_wrong_with_it(piece: Piece) -> None:
    _, findings = make(piece)
    assert findings == []


def test_the_page_that_shows_them_says_what_they_are() -> None:
    assert Path(PICTURES / "README.md").read_text() == readme(PIECES, PICTURES)
    assert {picture.stem.rsplit("-", 1)[0] for picture in PICTURES.glob("*.png")} == {piece.name for piece in PIECES}
