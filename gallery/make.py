"""Making the gallery's documents by the engines' typed operations, and drawing their pages."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from gallery.piece import Piece
from overten.documents.engines import engine_of
from overten.documents.models import Finding

if TYPE_CHECKING:
    from PIL.Image import Image

EXTENSIONS = {"slides": "pptx", "word": "docx", "excel": "xlsx"}
_CREATED = datetime(2026, 10, 1, 9, tzinfo=UTC)
_COLORS = 224
_MARGIN_PX = 24
_FRONT_HEIGHT_PX = 480
_GROUND, _FRAME = "#e9edf1", "#c9d1d9"
_ABOVE_FOOTER = 0.942  # of a sheet printed in the standard margins


def make(piece: Piece) -> tuple[bytes, list[Finding]]:
    """The finished file and what its verifier finds wrong with it. Raises OperationError or ValidationError."""
    engine = engine_of(piece.format)
    document = engine.new(piece.look)
    images = piece.images() if piece.images else {}
    engine.bind(document, images.get)
    operations: TypeAdapter[Any] = TypeAdapter(_union(engine.operations))
    for operation in piece.operations:
        engine.apply(document, operations.validate_python(dict(operation)))
    data = engine.write(document, created=_CREATED)
    return data, engine.verify(data, document)


def _union(operations: Sequence[type]) -> Any:
    from typing import Annotated, Union

    from pydantic import Field

    return Annotated[Union[tuple(operations)], Field(discriminator="op")]  # noqa: UP007 - of a tuple


def draw(files: Sequence[Path]) -> Iterator[tuple[Path, list[Image]]]:
    """The pages of each file as LibreOffice draws them, at twice the resolution they are shown at."""
    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *map(str, files)]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
        for file in files:
            document = pypdfium2.PdfDocument(Path(folder) / f"{file.stem}.pdf")
            yield file, [page.render(scale=2000 / page.get_width()).to_pil() for page in document]


def shown(piece: Piece, pages: Sequence[Image]) -> list[tuple[int, Image]]:
    """The pages that the gallery shows, as wide as it shows them, each with its number."""
    numbers = piece.pages or range(1, len(pages) + 1)
    return [(number, _sized(piece, pages[number - 1])) for number in numbers]


def frontispiece(pictures: Sequence[Image]) -> Image:
    """A page of each kind, side by side at one height."""
    from PIL import Image, ImageOps

    framed = []
    for picture in pictures:
        width = round(picture.width * _FRONT_HEIGHT_PX / picture.height)
        page = picture.convert("RGB").resize((width, _FRONT_HEIGHT_PX), Image.Resampling.LANCZOS)
        framed.append(ImageOps.expand(page, 1, _FRAME))
    whole = Image.new(
        "RGB",
        (sum(page.width for page in framed) + _MARGIN_PX * (len(framed) + 1), _FRONT_HEIGHT_PX + 2 + 2 * _MARGIN_PX),
        _GROUND,
    )
    x = _MARGIN_PX
    for page in framed:
        whole.paste(page, (x, _MARGIN_PX))
        x += page.width + _MARGIN_PX
    return whole.quantize(_COLORS, kmeans=2, dither=Image.Dither.NONE)


def _sized(piece: Piece, page: Image) -> Image:
    from PIL import Image

    page = _trimmed(page) if piece.trimmed else page
    height = round(page.height * piece.width_px / page.width)
    small = page.convert("RGB").resize((piece.width_px, height), Image.Resampling.LANCZOS)
    return small.quantize(_COLORS, kmeans=2, dither=Image.Dither.NONE)


def _trimmed(page: Image) -> Image:
    """The page without its footer and the empty paper below and beside its content."""
    from PIL import Image, ImageChops

    content = page.convert("RGB").crop((0, 0, page.width, round(page.height * _ABOVE_FOOTER)))
    box = ImageChops.difference(content, Image.new("RGB", content.size, "white")).getbbox() or (0, 0, 1, 1)
    right, bottom = min(content.width, box[2] + 2 * _MARGIN_PX), min(content.height, box[3] + 2 * _MARGIN_PX)
    return content.crop((max(box[0] - 2 * _MARGIN_PX, 0), max(box[1] - 2 * _MARGIN_PX, 0), right, bottom))
