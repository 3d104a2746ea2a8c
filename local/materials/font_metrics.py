"""Extracts the advance widths of open fonts into shared/overten/documents/text/faces/*.json.

    python -m local.materials.font_metrics FONTS_FOLDER NODE_MODULES

needs fonttools and brotli. FONTS_FOLDER holds the metric-compatible fonts of Debian (fonts-crosextra-carlito,
fonts-crosextra-caladea, fonts-liberation, fonts-dejavu), NODE_MODULES the @fontsource packages. A file holds numbers
only (widths in thousandths of an em), none of a font's outlines.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "shared/overten/documents/text/faces"
RANGES = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2DF), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F),
    (0x20A0, 0x20C0), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x25A0, 0x25FF), (0x2700, 0x27BF),
]  # fmt: skip
SYSTEM = {
    "carlito": ("crosextra/Carlito-Regular.ttf", "crosextra/Carlito-Bold.ttf"),
    "caladea": ("crosextra/Caladea-Regular.ttf", "crosextra/Caladea-Bold.ttf"),
    "liberation-sans": ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf"),
    "liberation-serif": ("liberation/LiberationSerif-Regular.ttf", "liberation/LiberationSerif-Bold.ttf"),
    "liberation-mono": ("liberation/LiberationMono-Regular.ttf", "liberation/LiberationMono-Bold.ttf"),
    "dejavu-sans": ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
}
WEB = [
    "inter", "roboto", "open-sans", "lato", "montserrat", "poppins", "source-sans-3", "gelasio", "merriweather",
    "playfair-display", "dm-sans", "work-sans",
]  # fmt: skip
SUBSETS = ["latin", "latin-ext", "cyrillic", "greek"]


def _widths(paths: list[Path]) -> tuple[dict[int, int], list[int]]:
    from fontTools.ttLib import TTFont  # type: ignore[import-not-found,import-untyped,unused-ignore]

    widths: dict[int, int] = {}
    line: list[int] = []
    for path in paths:
        font = TTFont(path)
        scale = 1000 / font["head"].unitsPerEm
        header = font["hhea"]
        line = line or [round(header.ascent * scale), round(-header.descent * scale), round(header.lineGap * scale)]
        metrics = font["hmtx"]
        for code, glyph in font.getBestCmap().items():
            if any(first <= code <= last for first, last in RANGES):
                widths.setdefault(code, round(metrics[glyph][0] * scale))
    return widths, line


def _runs(widths: dict[int, int]) -> list[list[object]]:
    runs: list[tuple[int, list[int]]] = []
    for code in sorted(widths):
        if runs and runs[-1][0] + len(runs[-1][1]) == code:
            runs[-1][1].append(widths[code])
        else:
            runs.append((code, [widths[code]]))
    return [[start, values] for start, values in runs]


def _write(name: str, regular: list[Path], bold: list[Path]) -> None:
    widths, line = _widths(regular)
    strong, _ = _widths(bold)
    content = {"line": line, "regular": _runs(widths), "bold": _runs(strong)}
    (FOLDER / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def main() -> None:
    """Writes a file for each face."""
    system, modules = Path(sys.argv[1]), Path(sys.argv[2])
    for name, (regular, bold) in SYSTEM.items():
        _write(name, [system / regular], [system / bold])
    for name in WEB:
        files = modules / "@fontsource" / name / "files"
        faces = [
            [path for subset in SUBSETS if (path := files / f"{name}-{subset}-{weight}-normal.woff2").exists()]
            for weight in (400, 700)
        ]
        _write(name, *faces)


if __name__ == "__main__":
    main()
