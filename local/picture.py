"""Draws a workbook: `make picture` renders the README's, `python -m local.picture FILE.xlsx OUT.png` any."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
PROMPT = "A 12-month budget for a bakery with rent 2,400 and two employees at 2,900 each"
TARGET = REPOSITORY / "docs" / "images" / "workbook.png"
_SCALE = 1.6
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
    from PIL import Image, ImageChops

    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(workbook)]
        subprocess.run(command, check=True, capture_output=True)
        document = pypdfium2.PdfDocument(next(Path(folder).glob("*.pdf")))
        drawn = [document[number].render(scale=_SCALE).to_pil() for number in range(min(pages, len(document)))]
    trimmed = []
    for page in drawn:
        box = ImageChops.difference(page, Image.new(page.mode, page.size, "white")).crop(
            (0, 0, page.width, int(page.height * 0.92))  # without the footer
        ).getbbox() or (0, 0, 1, 1)
        trimmed.append(page.crop((0, 0, page.width, min(page.height, box[3] + 40))))
    width = max(page.width for page in trimmed)
    height = sum(page.height for page in trimmed) + _GAP_PX * (len(trimmed) + 1)
    sheet = Image.new("RGB", (width + 2 * _GAP_PX, height), _BACKGROUND)
    top = _GAP_PX
    for page in trimmed:
        sheet.paste(page, (_GAP_PX, top))
        top += page.height + _GAP_PX
    picture.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(128).save(picture, optimize=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workbook", type=Path, nargs="?", help="left out: what the built-in author makes of a prompt")
    parser.add_argument("picture", type=Path, nargs="?", default=TARGET)
    parser.add_argument("--prompt", default=PROMPT)
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
