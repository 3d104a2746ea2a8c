"""How wide a text is and how many lines it takes.

Widths are those of open fonts with the same metrics as the named font (Carlito for Calibri, Liberation Sans for
Arial …), without kerning, which makes a text a trifle wider than it is drawn: what is said to fit does fit.
All lengths are in points.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

# Font family (lower case) -> metrics file and a factor for fonts whose widths we only know to be near another's.
_FACES: dict[str, tuple[str, float]] = {
    "calibri": ("carlito", 1.0), "calibri light": ("carlito", 1.0), "carlito": ("carlito", 1.0),
    "cambria": ("caladea", 1.0), "caladea": ("caladea", 1.0),
    "arial": ("liberation-sans", 1.0), "helvetica": ("liberation-sans", 1.0),
    "helvetica neue": ("liberation-sans", 1.0),
    "liberation sans": ("liberation-sans", 1.0), "arial narrow": ("liberation-sans", 0.83),
    "times new roman": ("liberation-serif", 1.0), "times": ("liberation-serif", 1.0),
    "liberation serif": ("liberation-serif", 1.0), "garamond": ("liberation-serif", 0.97),
    "book antiqua": ("liberation-serif", 1.09), "palatino linotype": ("liberation-serif", 1.09),
    "courier new": ("liberation-mono", 1.0), "liberation mono": ("liberation-mono", 1.0),
    "consolas": ("liberation-mono", 0.92),
    "georgia": ("gelasio", 1.0), "gelasio": ("gelasio", 1.0),
    "verdana": ("dejavu-sans", 1.0), "dejavu sans": ("dejavu-sans", 1.0), "tahoma": ("dejavu-sans", 0.9),
    "trebuchet ms": ("liberation-sans", 0.99), "segoe ui": ("open-sans", 0.98), "segoe ui light": ("open-sans", 0.96),
    "aptos": ("liberation-sans", 1.0), "aptos display": ("liberation-sans", 0.98),
    "aptos light": ("liberation-sans", 0.98),
    "century gothic": ("montserrat", 0.95), "franklin gothic book": ("liberation-sans", 0.97),
    "gill sans mt": ("liberation-sans", 0.95), "candara": ("carlito", 1.04), "corbel": ("carlito", 1.04),
    "inter": ("inter", 1.0), "roboto": ("roboto", 1.0), "open sans": ("open-sans", 1.0), "lato": ("lato", 1.0),
    "montserrat": ("montserrat", 1.0), "poppins": ("poppins", 1.0), "source sans pro": ("source-sans-3", 1.0),
    "source sans 3": ("source-sans-3", 1.0), "merriweather": ("merriweather", 1.0),
    "playfair display": ("playfair-display", 1.0), "dm sans": ("dm-sans", 1.0), "work sans": ("work-sans", 1.0),
}  # fmt: skip
# An unknown font is taken to be as wide as the wider half of text fonts.
_UNKNOWN = ("open-sans", 1.02)
_FALLBACK = "dejavu-sans"
_BREAK_AFTER = frozenset("-–—/‐\u200b")
_MILLE = 1000


@dataclass(frozen=True)
class Font:
    """A family and weight. Italics are measured as upright, which they never exceed by more than a percent or two."""

    family: str
    bold: bool = False


def is_known(family: str) -> bool:
    """Whether the font's own metrics, or those of one like it, are known."""
    return family.strip().casefold() in _FACES


def width(text: str, font: Font, size: float) -> float:
    """The width of a text on one line, in points, at a font size in points."""
    name, factor = _FACES.get(font.family.strip().casefold(), _UNKNOWN)
    advances, fallback = _advances(name, font.bold), None
    total = 0
    for letter in text:
        advance = advances.get(letter)
        if advance is None:
            fallback = fallback or _advances(_FALLBACK, font.bold)
            advance = fallback.get(letter)
        total += _guess(letter) if advance is None else advance
    return total * factor * size / _MILLE


def line_height(font: Font, size: float) -> float:
    """The height of a line at single spacing, in points."""
    name, _ = _FACES.get(font.family.strip().casefold(), _UNKNOWN)
    ascent, descent, gap = _face(name)["line"]
    return float(ascent + descent + gap) * size / _MILLE


def wrap(text: str, font: Font, size: float, available: float) -> list[str]:
    """The lines a text takes in a box `available` points wide, broken as office programs do: at spaces and after
    hyphens, and within a word only where it is wider than the box. A line feed or vertical tab begins a new line."""
    lines: list[str] = []
    for piece in text.replace("\v", "\n").split("\n"):
        lines += _wrap_line(piece, font, size, available)
    return lines


def longest_word(text: str, font: Font, size: float) -> tuple[str, float]:
    """The widest piece that cannot be broken, and its width in points."""
    pieces = [piece.rstrip() for line in text.replace("\v", "\n").split("\n") for piece in _pieces(line)]
    return max(((piece, width(piece, font, size)) for piece in pieces), key=lambda found: found[1], default=("", 0.0))


def _wrap_line(text: str, font: Font, size: float, available: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if width((line + piece).rstrip(), font, size) <= available:
            line += piece
            continue
        if line.rstrip():
            lines.append(line.rstrip())
        line = piece
        while len(line) > 1 and width(line.rstrip(), font, size) > available:
            cut = _fitting(line, font, size, available)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()]


def _fitting(text: str, font: Font, size: float, available: float) -> int:
    """How many letters of a word that is wider than the box stand in it: at least one, and not all."""
    fits, too_many = 1, len(text)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if width(text[:middle], font, size) <= available:
            fits = middle
        else:
            too_many = middle
    return fits


def _pieces(text: str) -> Sequence[str]:
    """The text cut where a line may end. Spaces belong to the piece before them; every CJK letter is one piece."""
    pieces: list[str] = []
    current = ""
    for index, letter in enumerate(text):
        wide = _is_wide(letter)
        if current and (wide or (letter != " " and current[-1] == " ")):
            pieces.append(current)
            current = ""
        current += letter
        # A hyphen before a digit is a minus sign or part of a range and keeps its number.
        after = text[index + 1 : index + 2]
        if wide or (letter in _BREAK_AFTER and len(current) > 1 and not after.isdigit()):
            pieces.append(current)
            current = ""
    return [*pieces, current] if current else pieces


def _is_wide(letter: str) -> bool:
    return letter > "\u2e7f" and unicodedata.east_asian_width(letter) in "WF"


def _guess(letter: str) -> int:
    if unicodedata.combining(letter) or letter in "\u200b\u200d\ufe0f\u00ad":
        return 0
    return 1000 if _is_wide(letter) else 620


@functools.cache
def _face(name: str) -> dict[str, list[int]]:
    content: dict[str, list[int]] = json.loads(files(__package__).joinpath(f"faces/{name}.json").read_text("utf-8"))
    return content


@functools.cache
def _advances(name: str, bold: bool) -> dict[str, int]:
    runs: list[tuple[int, list[int]]] = _face(name)["bold" if bold else "regular"]  # type: ignore[assignment]
    return {chr(start + offset): value for start, values in runs for offset, value in enumerate(values)}
