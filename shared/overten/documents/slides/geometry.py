"""Where things stand on a slide. All lengths are whole EMU (914,400 to the inch, 12,700 to the point)."""

from __future__ import annotations

from typing import NamedTuple

POINT = 12_700
INCH = 914_400
WIDTH = 12_192_000
HEIGHT = 6_858_000
MARGIN = 571_500
GUTTER = 228_600
TITLE_TOP = 393_700
TITLE_HEIGHT = 850_900
CONTENT_TOP = 1_409_700
CONTENT_BOTTOM = 5_880_100
SOURCE_TOP = 6_035_040
SOURCE_HEIGHT = 210_312
FOOTER_TOP = 6_419_088
FOOTER_HEIGHT = 210_312


class Box(NamedTuple):
    """A rectangle on the slide."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    def inset(self, horizontal: int, vertical: int | None = None) -> Box:
        """The box with so much taken off each side."""
        vertical = horizontal if vertical is None else vertical
        return Box(self.x + horizontal, self.y + vertical, self.w - 2 * horizontal, self.h - 2 * vertical)

    def columns(self, count: int, gutter: int = GUTTER) -> list[Box]:
        """Boxes of one width side by side, the last one flush with the right edge."""
        width = (self.w - (count - 1) * gutter) // count
        boxes = [Box(self.x + index * (width + gutter), self.y, width, self.h) for index in range(count)]
        return [*boxes[:-1], boxes[-1]._replace(x=self.right - width)]

    def rows(self, count: int, gutter: int = GUTTER) -> list[Box]:
        """Boxes of one height below each other."""
        height = (self.h - (count - 1) * gutter) // count
        boxes = [Box(self.x, self.y + index * (height + gutter), self.w, height) for index in range(count)]
        return [*boxes[:-1], boxes[-1]._replace(y=self.bottom - height)]

    def split(self, share: float, gutter: int = GUTTER) -> tuple[Box, Box]:
        """A left box with `share` of the width and the right one with the rest."""
        left = round((self.w - gutter) * share)
        return self._replace(w=left), Box(self.x + left + gutter, self.y, self.w - left - gutter, self.h)

    def top(self, height: int) -> Box:
        return self._replace(h=height)

    def below(self, height: int) -> Box:
        """What is left under the first `height` of the box."""
        return Box(self.x, self.y + height, self.w, self.h - height)

    def overlaps(self, other: Box, tolerance: int = 0) -> bool:
        """Whether the two share an area more than `tolerance` wide and high."""
        across = min(self.right, other.right) - max(self.x, other.x)
        down = min(self.bottom, other.bottom) - max(self.y, other.y)
        return across > tolerance and down > tolerance

    def contains(self, other: Box, tolerance: int = 0) -> bool:
        return (
            other.x >= self.x - tolerance
            and other.y >= self.y - tolerance
            and other.right <= self.right + tolerance
            and other.bottom <= self.bottom + tolerance
        )


SLIDE = Box(0, 0, WIDTH, HEIGHT)
TITLE = Box(MARGIN, TITLE_TOP, WIDTH - 2 * MARGIN, TITLE_HEIGHT)
CONTENT = Box(MARGIN, CONTENT_TOP, WIDTH - 2 * MARGIN, CONTENT_BOTTOM - CONTENT_TOP)
SOURCE = Box(MARGIN, SOURCE_TOP, WIDTH - 2 * MARGIN, SOURCE_HEIGHT)
