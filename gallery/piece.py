"""What a piece of the gallery is, and the finding of all of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from overten.documents.engine import Look
from overten.documents.models import Format

FORMATS: tuple[Format, ...] = ("slides", "word", "excel")
PLAIN = Look()


@dataclass(frozen=True)
class Piece:
    """One document: the operations that make it, as a model would send them, and what the gallery says of it.

    `name` names its file and pictures. `native` says in a line what in it is native. `images` gives the pictures its
    operations name, by their ids. `pages` are the pages shown, from 1; all if it is None. `width_px` is that of a
    page's picture, and `across` how many stand beside each other. `trimmed` cuts empty paper off.
    """

    name: str
    format: Format
    title: str
    prompt: str
    native: str
    operations: Sequence[Mapping[str, Any]]
    look: Look = PLAIN
    images: Callable[[], Mapping[str, bytes]] | None = None
    pages: Sequence[int] | None = None
    width_px: int = 960
    across: int = 2
    trimmed: bool = False


def pieces() -> list[Piece]:
    """All pieces: each is the `PIECE` of a module of `gallery.pieces`."""
    package = importlib.import_module("gallery.pieces")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    found: list[Piece] = [importlib.import_module(f"gallery.pieces.{name}").PIECE for name in names]
    return sorted(found, key=lambda piece: (FORMATS.index(piece.format), piece.name))
