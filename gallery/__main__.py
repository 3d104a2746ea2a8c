"""`make gallery`: makes the documents into out/gallery, and their pictures and README into docs/gallery."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

from gallery.make import EXTENSIONS, draw, frontispiece, make, shown
from gallery.piece import FORMATS, Piece, pieces

_REPOSITORY = Path(__file__).parent.parent
FILES = _REPOSITORY / "out" / "gallery"
PICTURES = _REPOSITORY / "docs" / "gallery"
_FRONT = ("board-review-11.png", "market-study-03.png", "saas-model-01.png")
_FRONTISPIECE = _REPOSITORY / "docs" / "images" / "gallery.png"
_HEADINGS = {"slides": "Presentations", "word": "Documents", "excel": "Workbooks"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make gallery", description=__doc__)
    parser.add_argument("names", nargs="*", help="pieces to make; all if left out")
    parser.add_argument("--files-only", action="store_true", help="make and verify the files, and draw nothing")
    arguments = parser.parse_args()
    chosen = [piece for piece in pieces() if not arguments.names or piece.name in arguments.names]
    FILES.mkdir(parents=True, exist_ok=True)
    faults = 0
    made: dict[Path, Piece] = {}
    for piece in chosen:
        data, findings = make(piece)
        file = FILES / f"{piece.name}.{EXTENSIONS[piece.format]}"
        file.write_bytes(data)
        made[file] = piece
        print(f"{file.relative_to(_REPOSITORY)}  {len(data) // 1000} kB, {len(findings)} findings")
        for finding in findings:
            print(f"  {finding.severity} {finding.code}: {finding.message} ({finding.location})")
        faults += len(findings)
    if not arguments.files_only:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for file, pages in draw(list(made)):
            piece = made[file]
            for old in PICTURES.glob(f"{piece.name}-*.png"):
                old.unlink()
            for number, picture in shown(piece, pages):
                picture.save(PICTURES / f"{piece.name}-{number:02}.png", optimize=True)
        front = [PICTURES / name for name in _FRONT]
        if all(picture.exists() for picture in front):
            frontispiece([Image.open(picture) for picture in front]).save(_FRONTISPIECE, optimize=True)
    (PICTURES / "README.md").write_text(readme(pieces(), PICTURES))
    return 1 if faults else 0


def readme(all_pieces: list[Piece], folder: Path) -> str:
    """The page that shows the pieces whose pictures are in a folder."""
    lines = [
        "# Gallery",
        "",
        "Made by `make gallery` from the operations in [gallery/pieces](../../gallery/pieces), which are what a model",
        "sends to the engines; the files are written to `out/gallery`. Drawn by LibreOffice. The verifier finds",
        "nothing wrong with any of them.",
    ]
    for document_format in FORMATS:
        mine = [piece for piece in all_pieces if piece.format == document_format]
        lines += ["", f"## {_HEADINGS[document_format]}"] if mine else []
        for piece in mine:
            lines += ["", f"### {piece.title}", "", f"*“{piece.prompt}”*", "", piece.native, ""]
            width = 98 // piece.across
            for picture in sorted(folder.glob(f"{piece.name}-*.png")):
                page = int(picture.stem.rsplit("-", 1)[1])
                lines.append(f'<img src="{picture.name}" width="{width}%" alt="{piece.title}, page {page}">')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
