"""Pictures of golden documents: drawn, compared with the approved ones, and approved.

`make approve` (`python -m tests.golden.pictures [name …]`) draws them anew and writes those that differ by more than
the tolerance; look at them before they are committed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageFilter

from overten.documents.models import Format
from tests.golden import office
from tests.golden.documents.golden import EXTENSIONS, FORMATS, Golden, documents_of, make

APPROVED = Path(__file__).parent / "approved"
MADE_WITH = APPROVED / "made_with.json"
DPI: dict[Format, int] = {"excel": 60, "word": 54, "slides": 36}
MOST_PAGES: dict[Format, int] = {"excel": 4, "word": 6, "slides": 30}
_ACROSS, _GAP_PX, _COLORS, _FOOTER = 3, 6, 256, 0.08
# Blurred so that letters may move by part of a pixel. A tile is about two letters wide and a line of text high.
_BLUR_PX, _TILE_PX = 1.2, 8
_TILE_TOLERANCE, _TILES_TOLERATED = 16, 1


@dataclass(frozen=True)
class Difference:
    """How far two pictures differ: the tiles that do, and in words why they are not alike; empty if they are."""

    tiles: int
    reason: str


def draw(document_format: Format, pdf: bytes | Path) -> Image.Image:
    """The first pages of a PDF, small, on one sheet; of a deck all slides."""
    document = pypdfium2.PdfDocument(pdf)
    scale, most = DPI[document_format] / 72, MOST_PAGES[document_format]
    pages = [document[number].render(scale=scale).to_pil().convert("RGB") for number in range(min(len(document), most))]
    document.close()
    return _sheet([_without_empty_paper(page) for page in pages] if document_format == "excel" else pages)


def _without_empty_paper(page: Image.Image) -> Image.Image:
    """A sheet's page without its footer and what is empty above that."""
    content = page.crop((0, 0, page.width, round(page.height * (1 - _FOOTER))))
    box = ImageChops.difference(content, Image.new("RGB", content.size, "white")).getbbox()
    return content.crop((0, 0, content.width, min(content.height, box[3] + _GAP_PX))) if box else content


def _sheet(pages: list[Image.Image]) -> Image.Image:
    rows = [pages[first : first + _ACROSS] for first in range(0, len(pages), _ACROSS)]
    width = max(sum(page.width + _GAP_PX for page in row) for row in rows) - _GAP_PX
    height = sum(max(page.height for page in row) + _GAP_PX for row in rows) - _GAP_PX
    sheet, top = Image.new("RGB", (width, height), "#C9CED4"), 0
    for row in rows:
        left = 0
        for page in row:
            sheet.paste(page, (left, top))
            left += page.width + _GAP_PX
        top += max(page.height for page in row) + _GAP_PX
    return sheet


def packed(picture: Image.Image) -> bytes:
    """A picture as a small PNG."""
    buffer = BytesIO()
    # The colours of small marks count as much as those of large grounds.
    picture.quantize(_COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        buffer, "PNG", optimize=True
    )
    return buffer.getvalue()


def compare(picture: Image.Image, approved: Image.Image) -> Difference:
    """Whether a picture is the approved one, but for how the edges of letters are smoothed."""
    if picture.size != approved.size:
        return Difference(0, f"it is {picture.size[0]} x {picture.size[1]} pixels, not {approved.size}")
    tiles = _tiles(picture, approved)
    worst = tiles.getextrema()[1]
    differing = sum(tiles.histogram()[_TILE_TOLERANCE:])
    if differing <= _TILES_TOLERATED:
        return Difference(differing, "")
    return Difference(differing, f"{differing} tiles of {_TILE_PX} pixels differ, by up to {worst} of 255")


def _tiles(first: Image.Image, second: Image.Image) -> Any:
    """How much each tile differs, in the channel in which it does most, 0 to 255."""
    blurred = [one.convert("RGB").filter(ImageFilter.GaussianBlur(_BLUR_PX)) for one in (first, second)]
    red, green, blue = ImageChops.difference(*blurred).reduce(_TILE_PX).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def side_by_side(picture: Image.Image, approved: Image.Image) -> Image.Image:
    """The approved picture, the new one, and where they differ."""
    size = (max(picture.width, approved.width), max(picture.height, approved.height))
    whole = [Image.new("RGB", size, "white") for _ in range(2)]
    for canvas, one in zip(whole, (approved, picture), strict=True):
        canvas.paste(one.convert("RGB"))
    marked = _tiles(*whole).point(lambda value: 255 if value >= _TILE_TOLERANCE else 0)
    pale = Image.blend(whole[1], Image.new("RGB", size, "white"), 0.7)
    pale.paste("#D00000", mask=marked.resize(size, Image.Resampling.NEAREST).point(lambda value: value // 2))
    sheet = Image.new("RGB", (3 * size[0] + 2 * _GAP_PX, size[1]), "#C9CED4")
    for index, one in enumerate((*whole, pale)):
        sheet.paste(one, (index * (size[0] + _GAP_PX), 0))
    return sheet


def approved_path(document_format: Format, name: str) -> Path:
    return APPROVED / document_format / f"{name}.png"


def why_not_comparable(folder: Path) -> str:
    """Why pictures drawn here cannot be compared with the approved ones; empty if they can."""
    if not MADE_WITH.exists():
        return "no pictures are approved yet"
    made_with = json.loads(MADE_WITH.read_text())
    here = drawn_with()
    differing = [f"{what} {version}, here {here[what]}" for what, version in made_with.items() if version != here[what]]
    if differing:
        return f"the approved pictures were drawn with {'; '.join(differing)}"
    missing = office.missing_fonts(folder)
    return f"the fonts {', '.join(missing)} are not installed" if missing else ""


def drawn_with() -> dict[str, str]:
    from importlib.metadata import version

    return {"LibreOffice": office.version(), "pypdfium2": version("pypdfium2")}


def pictures(document_format: Format, goldens: dict[str, Golden], folder: Path) -> dict[str, Image.Image]:
    """Pictures of documents as they are made now."""
    files = {name: folder / f"{name}.{EXTENSIONS[document_format]}" for name in goldens}
    for name, path in files.items():
        path.write_bytes(make(document_format, goldens[name]).data)
    office.convert(files.values(), "pdf", folder)
    return {name: draw(document_format, folder / f"{name}.pdf") for name in goldens}


def approve(names: set[str]) -> int:
    """Writes the pictures of all documents, or of those named, and says which changed."""
    same_programs = MADE_WITH.exists() and json.loads(MADE_WITH.read_text()) == drawn_with()
    for document_format in FORMATS:
        goldens = {name: one for name, one in documents_of(document_format).items() if one.drawn}
        for stale in (APPROVED / document_format).glob("*.png"):
            if stale.stem not in goldens:
                stale.unlink()
        wanted = {name: one for name, one in goldens.items() if not names or name in names}
        if not wanted:
            continue
        with tempfile.TemporaryDirectory() as folder:
            drawn = pictures(document_format, wanted, Path(folder))
        for name, picture in drawn.items():
            path = approved_path(document_format, name)
            if same_programs and path.exists() and not compare(picture, Image.open(path)).reason:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(packed(picture))
            sys.stdout.write(f"{path.relative_to(APPROVED.parent)}\n")
    MADE_WITH.write_text(json.dumps(drawn_with(), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    if not office.program():
        sys.exit("LibreOffice (soffice) is not installed.")
    sys.exit(approve(set(sys.argv[1:])))
