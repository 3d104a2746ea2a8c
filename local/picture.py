"""Draws a workbook: `make picture` renders the README's, `python -m local.picture FILE.xlsx OUT.png` any."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from local.cli import DEFAULT_PROMPT

if TYPE_CHECKING:
    from PIL.Image import Image

REPOSITORY = Path(__file__).parent.parent
TARGET = REPOSITORY / "docs" / "images" / "workbook.png"
_SCALE = 2.5
_COLUMN_PX = 880
_WITHOUT_FOOTER = 0.92
_GAP_PX = 24
_BACKGROUND = "#e9edf1"


def compose(prompt: str) -> bytes:
    """The workbook that the built-in author makes of a prompt."""
    from overten.agent.author.model import builtin_model
    from overten.agent.loop import run_slice
    from overten.agent.models import Limits, TurnRequest
    from overten.documents.excel.workbook import Workbook
    from overten.documents.excel.write import write_xlsx

    outcome = run_slice(
        TurnRequest(format="excel", prompt=prompt),
        None,
        builtin_model(),
        limits=Limits(),
        save=lambda _: None,
        progress=lambda _phase, _fraction: None,
        should_stop=lambda: False,
    )
    return write_xlsx(Workbook.model_validate(outcome.checkpoint.document))


def render(workbook: Path, picture: Path, *, pages: int = 3) -> None:
    """Draws the first pages of a workbook side by side. Needs LibreOffice."""
    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(workbook)]
        subprocess.run(command, check=True, capture_output=True)
        document = pypdfium2.PdfDocument(next(Path(folder).glob("*.pdf")))
        drawn = [document[number].render(scale=_SCALE).to_pil() for number in range(min(pages, len(document)))]
    pages_trimmed = [_trimmed(page) for page in drawn]
    columns = [pages_trimmed[:1], pages_trimmed[1:]] if len(pages_trimmed) > 1 else [pages_trimmed]
    sheet = _side_by_side([_stacked(column) for column in columns])
    picture.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(picture, optimize=True)


def _trimmed(page: Image) -> Image:
    """The page without its footer and the empty paper below and beside its content."""
    from PIL import Image, ImageChops

    content = page.crop((0, 0, page.width, int(page.height * _WITHOUT_FOOTER)))
    box = ImageChops.difference(content, Image.new(page.mode, content.size, "white")).getbbox() or (0, 0, 1, 1)
    margin = box[0]
    trimmed = page.crop((0, 0, min(page.width, box[2] + margin), min(page.height, box[3] + margin // 2)))
    return trimmed.resize((_COLUMN_PX, round(trimmed.height * _COLUMN_PX / trimmed.width)))


def _stacked(pages: list[Image]) -> Image:
    from PIL import Image

    height = sum(page.height for page in pages) + _GAP_PX * (len(pages) - 1)
    column = Image.new("RGB", (_COLUMN_PX, height), _BACKGROUND)
    top = 0
    for page in pages:
        column.paste(page, (0, top))
        top += page.height + _GAP_PX
    return column


def _side_by_side(columns: list[Image]) -> Image:
    from PIL import Image

    width = _GAP_PX + sum(column.width + _GAP_PX for column in columns)
    sheet = Image.new("RGB", (width, max(column.height for column in columns) + 2 * _GAP_PX), _BACKGROUND)
    left = _GAP_PX
    for column in columns:
        sheet.paste(column, (left, _GAP_PX))
        left += column.width + _GAP_PX
    return sheet


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path, nargs="?", help="left out: what the built-in author makes of a prompt")
    parser.add_argument("picture", type=Path, nargs="?", default=TARGET)
    parser.add_argument("--prompt", default=DEFAULT_PROMPT)
    parser.add_argument("--pages", type=int, default=3)
    arguments = parser.parse_args()
    if arguments.workbook:
        render(arguments.workbook, arguments.picture, pages=arguments.pages)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "workbook.xlsx"
        workbook.write_bytes(compose(arguments.prompt))
        render(workbook, arguments.picture, pages=arguments.pages)
    print(arguments.picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
