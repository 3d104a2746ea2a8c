"""The tool by which an outline is handed in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from overten.agent.outline.models import (
    IMAGE_LAYOUTS,
    MAX_OUTLINE_CHARS,
    MAX_POINTS,
    MAX_SLIDES,
    LayoutName,
    Outline,
    PlannedSlide,
)

# What fits on two lines of a headline.
_Title = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
_Point = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class OutlineSlide(BaseModel):
    model_config = ConfigDict(extra="forbid")

    layout: LayoutName
    title: _Title
    key_points: list[_Point] = Field(
        default_factory=list,
        max_length=MAX_POINTS,
        description="What the slide says, in its order; none on a cover or section",
    )
    visual: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="What is shown: the chart and its data, the table's columns, which image"
    )
    notes: Annotated[str, StringConstraints(max_length=600)] | None = Field(None, description="What the speaker says")


class WriteOutline(BaseModel):
    """Hands in the whole outline, which ends the work. Call it once, alone. Each slide has the title that will stand on
    it: a full sentence that says what the slide shows, at most two lines; the titles alone tell the story."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["write_outline"] = "write_outline"
    title: _Title = Field(description="The presentation's title")
    slides: list[OutlineSlide] = Field(min_length=1, max_length=MAX_SLIDES)
    summary: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None, description="For the user, at most 3 sentences: every assumption made, and what was left out"
    )

    def as_outline(self) -> Outline:
        return Outline(
            title=self.title,
            slides=[PlannedSlide.model_validate(slide.model_dump()) for slide in self.slides],
        )


def problems(outline: Outline, *, slide_count: int | None, has_images: bool) -> list[str]:
    """What keeps an outline from being taken: lines for the model that wrote it."""
    found = []
    if slide_count is not None and len(outline.slides) != slide_count:
        found.append(f"It has {len(outline.slides)} slides; {slide_count} were asked for.")
    without = [n for n, slide in enumerate(outline.slides, 1) if slide.layout in IMAGE_LAYOUTS]
    if without and not has_images:
        found.append(f"There are no images to place; choose other layouts for slides {', '.join(map(str, without))}.")
    if (chars := sum(slide.chars for slide in outline.slides)) > MAX_OUTLINE_CHARS:
        found.append(f"It has {chars} characters; at most {MAX_OUTLINE_CHARS} are taken. Shorten points and notes.")
    return found
