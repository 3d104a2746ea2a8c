"""What the agent needs to let a model look at the document: somebody who draws its pages, and keeps the pictures."""

from __future__ import annotations

from typing import Protocol


class NotDrawn(Exception):
    """A page could not be drawn. The message is for the model: what it may do about it."""


class Artist(Protocol):
    """Draws pages of finished files. A picture is named, so that a checkpoint need not hold it."""

    def draw(self, data: bytes, page: int) -> str:
        """The name of a PNG of a page, slide or visible sheet, counted from 1. Raises NotDrawn."""

    def picture(self, name: str) -> bytes:
        """A picture that was drawn before, in this process or another."""
