"""Fitting text into boxes by measuring: the largest size of a type scale that fits, or a refusal that says how much
to cut."""

from __future__ import annotations

from collections.abc import Sequence

from overten.documents.errors import OperationError
from overten.documents.slides.drawing import Paragraph, plain
from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.inherit import Frame, TextParagraph
from overten.documents.text.measure import Font, line_height, longest_word, width, wrap

# The type scale of a deck, in points.
SCALE = (115, 96, 80, 66, 54, 48, 44, 40, 36, 32, 28, 26, 24, 22, 20, 18, 16, 14, 13, 12, 11, 10)
SMALLEST_TEXT = 12
SMALLEST_LABEL = 10
# A hair of slack: programs round line heights and widths differently.
_SLACK = 1.005


def sizes(largest: float, smallest: float) -> list[float]:
    """The steps of the scale from one size down to another."""
    return [largest, *(float(size) for size in SCALE if smallest <= size < largest)]


def text_height(paragraphs: Sequence[Paragraph], font: str, box_width: int, heading_font: str | None = None) -> float:
    """The height in points of paragraphs whose sizes are given, in a box so many EMU wide."""
    total = 0.0
    for number, paragraph in enumerate(paragraphs):
        size = paragraph.size or 18
        face = Font(heading_font if paragraph.font == "+mj-lt" and heading_font else font, bool(paragraph.bold))
        indent = paragraph.indent * (paragraph.level + 1) if paragraph.bullet else 0
        # Words in bold are wider: a text with some is measured as if it were bold.
        face = Font(face.family, face.bold or "**" in paragraph.text)
        lines = len(wrap(plain(paragraph.text), face, size, (box_width - indent) / POINT))
        total += lines * line_height(face, size) * (paragraph.line_percent or 100) / 100
        total += (paragraph.space_before or 0) if number else 0
    return total


def fit(
    paragraphs: Sequence[Paragraph],
    box: Box,
    *,
    font: str,
    largest: float,
    smallest: float,
    where: str,
    heading_font: str | None = None,
    max_lines: int | None = None,
    break_words: bool = False,
) -> float:
    """The largest base size at which the paragraphs fit a box; those of a level keep their distance from the base.

    Raises OperationError, which says how much to cut, if they do not fit at the smallest.
    """
    for size in sizes(largest, smallest):
        sized = [paragraph.at(_scaled(paragraph, size, largest)) for paragraph in paragraphs]
        if _fits(sized, box, font, heading_font, max_lines, break_words):
            return size
    sized = [paragraph.at(_scaled(paragraph, smallest, largest)) for paragraph in paragraphs]
    raise OperationError("The text does not fit", where=where, fix=_how_much(sized, box, font, heading_font, max_lines))


def scaled(paragraphs: Sequence[Paragraph], size: float, largest: float) -> list[Paragraph]:
    """The paragraphs at a base size that `fit` found."""
    return [paragraph.at(_scaled(paragraph, size, largest)) for paragraph in paragraphs]


def _scaled(paragraph: Paragraph, size: float, largest: float) -> float:
    own = paragraph.size or largest
    return round(max(min(own, 10), own * size / largest) * 2) / 2 if own != largest else size


def _fits(
    paragraphs: Sequence[Paragraph],
    box: Box,
    font: str,
    heading_font: str | None,
    max_lines: int | None,
    break_words: bool,
) -> bool:
    if text_height(paragraphs, font, box.w, heading_font) * _SLACK > box.h / POINT:
        return False
    for paragraph in paragraphs:
        face = Font(heading_font if paragraph.font == "+mj-lt" and heading_font else font, bool(paragraph.bold))
        indent = paragraph.indent * (paragraph.level + 1) if paragraph.bullet else 0
        available = (box.w - indent) / POINT
        if not break_words and longest_word(plain(paragraph.text), face, paragraph.size or 18)[1] > available:
            return False
        if max_lines and len(wrap(plain(paragraph.text), face, paragraph.size or 18, available)) > max_lines:
            return False
    return True


def _how_much(
    paragraphs: Sequence[Paragraph], box: Box, font: str, heading_font: str | None, max_lines: int | None
) -> str:
    for paragraph in paragraphs:
        face = Font(heading_font if paragraph.font == "+mj-lt" and heading_font else font, bool(paragraph.bold))
        word, length = longest_word(plain(paragraph.text), face, paragraph.size or 18)
        if length > box.w / POINT:
            return f"The word {word!r} is wider than its box: shorten or hyphenate it."
    letters = sum(len(plain(paragraph.text)) for paragraph in paragraphs)
    taken, given = text_height(paragraphs, font, box.w, heading_font), box.h / POINT
    share = given / taken if taken > given else 1.0
    if max_lines and len(paragraphs) == 1:
        face = Font(heading_font or font, bool(paragraphs[0].bold))
        on_one_line = width(plain(paragraphs[0].text), face, paragraphs[0].size or 18)
        share = min(share, max_lines * box.w / POINT * 0.94 / max(on_one_line, 1))
    cut = max(round(letters * (1 - min(share, 0.99) * 0.97)), 5)
    return f"Cut about {cut} of its {letters} characters, or move a part to another slide."


def height_of(paragraphs: Sequence[TextParagraph], box: Box, frame: Frame) -> float:
    """The height in points that a shape's resolved text takes, with the frame's insets."""
    left, top, right, bottom = frame.insets
    available = (box.w - left - right) / max(frame.columns, 1)
    total = 0.0
    for number, paragraph in enumerate(paragraphs):
        total += paragraph_height(paragraph, available, frame) + (paragraph.space_before if number else 0.0)
        total += paragraph.space_after if number + 1 < len(paragraphs) else 0.0
    return total / max(frame.columns, 1) + (top + bottom) / POINT


def paragraph_height(paragraph: TextParagraph, available: float, frame: Frame) -> float:
    """The height in points of one resolved paragraph."""
    run = max(paragraph.runs, key=lambda item: item.size)
    bold = any(item.font.bold for item in paragraph.runs if item.text.strip())
    face = Font(run.font.family, bold)
    size = run.size * frame.font_scale
    room = (available - paragraph.margin) / POINT
    lines = len(wrap(paragraph.text, face, size, room)) if frame.wraps and room > 0 else paragraph.text.count("\n") + 1
    height = paragraph.line_points or line_height(face, size) * max(paragraph.line_percent - frame.spacing_cut, 0.5)
    return lines * height
