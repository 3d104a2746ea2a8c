"""Does a deck follow its outline? Judged from the deck's own file: how many slides, their titles, layouts, points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from overten.agent import prompts
from overten.agent.outline.models import Outline
from overten.documents.models import Finding

if TYPE_CHECKING:
    from overten.documents.slides.storyline import Told

# Layouts of a deck's file by the layout that an operation names; where it is not here, both have one name.
_DRAWN_AS = {
    "cover": {"cover", "cover_image"},
    "columns": {"two_columns", "three_columns"},
    "image": {"image_full", "image_left", "image_right"},
    "chart": {"chart", "chart_takeaway"},
}
_MAX_TOLD = 12
_MAX_QUOTED_CHARS = 90
# So much of a point's words has to be on its slide. A point may be said in other words, so little is enough.
_SHARE_FOUND = 0.34
_STEM_CHARS = 5
_MARKS = str.maketrans("", "", "*\"“”„«»‹›‘’'")
_WORD = re.compile(r"[^\W\d_]{4,}")
# A single digit is a count as often as a figure ("three reasons"), and is not looked for.
_FIGURE = re.compile(r"\d+(?:[.,\u00a0\u202f]?\d+)+")
# Scripts without spaces between words: every two characters are a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


class Differences(NamedTuple):
    """How a deck differs from its outline: in its slides' number, titles and layouts, and in points not found."""

    structure: list[str]
    points: list[str]

    def __bool__(self) -> bool:
        return bool(self.structure or self.points)


def differences(outline: Outline, told: Sequence[Told]) -> Differences:
    """What of the outline is not as planned. Each is a line for a model or a user to read.

    A slide's layout is judged where the outline names one and the deck's layouts are ours. A point counts as not found
    when hardly a word of it is on its slide or in its notes, or none of its figures.
    """
    structure, points = [], []
    if len(told) != len(outline.slides):
        structure.append(f"The deck has {_slides(len(told))}, the outline {_slides(len(outline.slides))}.")
    for number, (planned, slide) in enumerate(zip_longest(outline.slides, told), 1):
        if planned is None or slide is None:
            break
        if _plain(slide.title) != _plain(planned.title):
            structure.append(
                f"Slide {number} is titled {_quoted(slide.title)}, in the outline {_quoted(planned.title)}."
            )
            continue
        if planned.layout and slide.layout and slide.layout not in _DRAWN_AS.get(planned.layout, {planned.layout}):
            structure.append(f"Slide {number} has the layout {slide.layout}, in the outline {planned.layout}.")
        points += [f"Slide {number}: {_quoted(point)}" for point in planned.key_points if not _is_found(point, slide)]
    return Differences(structure, points)


def refusal(found: Differences) -> str:
    """The answer to a `finish` of a deck that does not follow its outline."""
    lines = ["Not finished: the presentation does not follow its outline."]
    if found.structure:
        lines.append(_told(found.structure))
        lines.append(
            "Give each slide the outline's title word for word and the layout it names, in its order: write_slides "
            "with at and replace, arrange_slides, or edit_slide."
        )
    if found.points:
        lines.append("These points seem not to be on their slides; put them there, or leave it if they are said:")
        lines.append(_told(found.points))
    return "\n".join(lines)


def findings(found: Differences) -> list[Finding]:
    """What a user is told of a deck that does not follow its outline."""
    told = []
    if found.structure:
        message = f"The presentation differs from its outline. {_joined(found.structure)}"
        told.append(Finding(code="outline_not_followed", message=message, severity="warning", location="/outline"))
    if found.points:
        message = f"Points of the outline that were not found in these words: {_joined(found.points)}"
        told.append(Finding(code="outline_points_not_found", message=message, severity="warning", location="/outline"))
    return told


def _is_found(point: str, slide: Told) -> bool:
    text = _plain(slide.text)
    figures = {_digits(figure) for figure in _FIGURE.findall(point)}
    if figures and not figures & {_digits(figure) for figure in _FIGURE.findall(text)}:
        return False
    stems = _stems(_plain(point))
    if not stems:
        return True
    return sum(stem in text for stem in stems) >= _SHARE_FOUND * len(stems)


def _stems(text: str) -> set[str]:
    """The beginnings of the words of a text, by which they are found in other forms too."""
    pairs = {run[at : at + 2] for run in _UNSPACED.findall(text) for at in range(len(run) - 1)}
    return pairs or {word[:_STEM_CHARS] for word in _WORD.findall(text)}


def _digits(figure: str) -> str:
    """The figure however its thousands and decimals are parted."""
    return re.sub(r"\D", "", figure).lstrip("0") or "0"


def _plain(text: str) -> str:
    """The text without what typography adds: kinds of spaces, quotation marks, marks of bold words, capitals."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_MARKS).casefold().split())


def _quoted(text: str) -> str:
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= _MAX_QUOTED_CHARS else flat[: _MAX_QUOTED_CHARS - 1] + '…'}”"


def _slides(count: int) -> str:
    return "1 slide" if count == 1 else f"{count} slides"


def _told(lines: Sequence[str]) -> str:
    """The lines as a quotation: the outline is a user's, and the deck may hold rows of his files."""
    more = [f"- and {len(lines) - _MAX_TOLD} more"] if len(lines) > _MAX_TOLD else []
    return prompts.quoted("outline", "\n".join([*(f"- {line}" for line in lines[:_MAX_TOLD]), *more]))


def _joined(lines: Sequence[str]) -> str:
    more = f" And {len(lines) - _MAX_TOLD} more." if len(lines) > _MAX_TOLD else ""
    return " ".join(lines[:_MAX_TOLD]) + more
