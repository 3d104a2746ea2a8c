"""The documents of docs/gallery are made by operations alone, and nothing is wrong with them."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from gallery.__main__ import PICTURES, readme
from gallery.make import make
from gallery.piece import Piece, pieces
from overten.documents.models import Finding
from overten.documents.ooxml.package import Package
from overten.documents.slides.drawing import C

PIECES = pieces()


@cache
def made(name: str) -> tuple[bytes, list[Finding]]:
    return make(next(piece for piece in PIECES if piece.name == name))


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.name)
def test_nothing_is_wrong_with_it(piece: Piece) -> None:
    assert made(piece.name)[1] == []


@pytest.mark.parametrize("piece", [piece for piece in PIECES if piece.format == "slides"], ids=lambda piece: piece.name)
def test_the_workbook_behind_each_chart_holds_what_the_chart_shows(piece: Piece) -> None:
    package = Package.open(made(piece.name)[0])
    charts = [name for name in package.names() if name.startswith("ppt/charts/chart")]
    assert len(charts) >= 2
    for chart in charts:
        book = next(found.target for found in package.relationships(chart) if found.kind == "package")
        sheet = openpyxl.load_workbook(BytesIO(package.read(book)), data_only=True)["Sheet1"]
        for series in package.tree(chart).iter(f"{C}ser"):
            for data in series.iter(f"{C}numRef"):
                cells = sheet[data.findtext(f"{C}f").partition("!")[2].replace("$", "")]
                shown = {int(point.get("idx")): float(point.findtext(f"{C}v")) for point in data.iter(f"{C}pt")}
                assert {row: cell.value for row, (cell,) in enumerate(cells) if cell.value is not None} == shown


def test_the_page_that_shows_them_says_what_they_are() -> None:
    assert Path(PICTURES / "README.md").read_text() == readme(PIECES, PICTURES)
    assert {picture.stem.rsplit("-", 1)[0] for picture in PICTURES.glob("*.png")} == {piece.name for piece in PIECES}
