"""What an outline is."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, Field

MAX_SLIDES = 30
MAX_TITLE_CHARS = 180
MAX_POINTS = 8
MAX_POINT_CHARS = 300
MAX_VISUAL_CHARS = 200
MAX_NOTES_CHARS = 1_000
# All texts of an outline together. It is kept with its task, told to a model, and told back with every answer.
MAX_OUTLINE_CHARS = 40_000

# The layouts of our own decks as operations name them. Those of a template are chosen when the deck is written.
LayoutName = Literal[
    "cover", "section", "agenda", "statement", "big_number", "content", "columns", "comparison", "key_messages",
    "cards", "timeline", "process", "funnel", "metrics", "metrics_chart", "quote", "image", "image_grid", "table",
    "chart", "two_charts", "team", "matrix", "roadmap", "closing",
]  # fmt: skip
LAYOUT_NAMES: tuple[str, ...] = get_args(LayoutName)
# Slides of these can only be made of images that the request names.
IMAGE_LAYOUTS = frozenset({"image", "image_grid"})


class PlannedSlide(BaseModel):
    """One slide of a plan: what it says and how. Without a `layout` whoever writes it chooses one."""

    title: str
    layout: str | None = None
    key_points: list[str] = Field(default_factory=list)
    visual: str | None = None
    notes: str | None = None

    @property
    def chars(self) -> int:
        """The length of all its texts."""
        return len(self.title) + sum(map(len, self.key_points)) + len(self.visual or "") + len(self.notes or "")


class Outline(BaseModel):
    """The plan of a deck, slide for slide."""

    title: str
    slides: list[PlannedSlide]
