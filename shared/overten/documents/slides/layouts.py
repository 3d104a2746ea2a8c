"""The layouts of our own decks: their placeholders, exact to the EMU, on one grid.

Each layout is a real one: PowerPoint offers it under New Slide with working placeholders. What has no placeholder
type (cards, timelines, matrices) is drawn within the layout's content area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from overten.documents.slides.geometry import (
    CONTENT,
    FOOTER_HEIGHT,
    FOOTER_TOP,
    GUTTER,
    HEIGHT,
    MARGIN,
    POINT,
    SLIDE,
    SOURCE,
    TITLE,
    WIDTH,
    Box,
)

SOURCE_INDEX = 20
FOOTER = Box(MARGIN, FOOTER_TOP, 7_315_200, FOOTER_HEIGHT)
NUMBER = Box(WIDTH - MARGIN - 457_200, FOOTER_TOP, 457_200, FOOTER_HEIGHT)
DATE = Box(WIDTH - MARGIN - 2_743_200, FOOTER_TOP, 1_371_600, FOOTER_HEIGHT)
HEADING_HEIGHT = 28 * POINT
HEADING_GAP = 12 * POINT
TITLE_SIZE = 28.0


class Decoration(NamedTuple):
    """A shape of a layout that says nothing. `text` is a sign drawn large, such as a quotation mark."""

    box: Box
    ink: str | None
    preset: str = "rect"
    text: str = ""
    size: float = 0


@dataclass(frozen=True)
class Slot:
    """A placeholder of a layout. `size` is in points, `ink` a theme role; `bulleted` bodies have bullets.

    In layouts of others `color` is the ink's RGB. A `stray` one does not stand where its layout says.
    """

    key: str
    kind: str
    index: int | None
    name: str
    box: Box
    size: float
    ink: str = "tx1"
    bold: bool = False
    anchor: str = "top"
    bulleted: bool = False
    heading: bool = False
    prompt: str = "Click to add text"
    line_percent: int = 100
    insets: int = 0
    spacing: int = 600
    color: str | None = None
    stray: bool = False
    align: str = "left"


@dataclass(frozen=True)
class Layout:
    """`family` tells layouts apart that look alike; `kind` is PowerPoint's own type of layout."""

    key: str
    name: str
    family: str
    kind: str | None
    slots: tuple[Slot, ...]
    background: str | None = None
    decoration: tuple[Decoration, ...] = ()
    furniture: bool = True

    def slot(self, key: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.key == key), None)


def _title(
    box: Box = TITLE, size: float = TITLE_SIZE, ink: str = "tx2", anchor: str = "top", kind: str = "title"
) -> Slot:
    return Slot(
        "title", kind, None, "Title", box, size, ink, True, anchor, heading=True, prompt="Click to add a headline",
        line_percent=95,
    )  # fmt: skip


def _body(key: str, index: int, name: str, box: Box, size: float = 18, kind: str = "obj") -> Slot:
    return Slot(key, kind, index, name, box, size, bulleted=True, spacing=900)


def _text(key: str, index: int, name: str, box: Box, size: float, **looks: object) -> Slot:
    return Slot(key, "body", index, name, box, size, **looks)  # type: ignore[arg-type]


_SOURCE = Slot(
    "source", "body", SOURCE_INDEX, "Source", SOURCE, 10, "tx1:75+25", anchor="bottom", prompt="Source: click to add"
)
_LEFT, _RIGHT = CONTENT.columns(2, 2 * GUTTER)
_THREE = CONTENT.columns(3, 2 * GUTTER)
_HALF_LEFT = Box(0, 0, 5_181_600, HEIGHT)
_HALF_RIGHT = Box(WIDTH - 5_181_600, 0, 5_181_600, HEIGHT)
_BESIDE_RIGHT = Box(_HALF_LEFT.right + MARGIN, TITLE.y, WIDTH - _HALF_LEFT.right - 2 * MARGIN, TITLE.h + 12 * POINT)
_BESIDE_LEFT = _BESIDE_RIGHT._replace(x=MARGIN)
_PANEL = Box(0, 0, 3_840_480, HEIGHT)
_AGENDA = Box(_PANEL.right + 2 * GUTTER, 1_033_272, WIDTH - _PANEL.right - 2 * GUTTER - MARGIN, 4_946_904)
_INSET = 914_400
_QUOTE = Box(_PANEL.right + 2 * GUTTER, 0, WIDTH - _PANEL.right - 2 * GUTTER - MARGIN, HEIGHT)
_QUOTE_MARK = Box(MARGIN, 1_600_200, _PANEL.w - 2 * MARGIN, 3_657_600)
_CONTEXT = Box(6_400_800, 2_148_840, WIDTH - MARGIN - 6_400_800, 3_831_336)
_CHART_LEFT, _TAKEAWAY = CONTENT.split(0.68, 2 * GUTTER)
_COVER_WIDE = 7_543_800
_BAND = Decoration(Box(WIDTH - 1_828_800, 0, 1_828_800, HEIGHT), "tx2:80")
_CELL = HEIGHT // 4
_DARKER, _LIGHTER = "tx2:75", "tx2:85+15"


def _cell(column: int, row: int, ink: str, preset: str, *, wide: int = 1, high: int = 1) -> Decoration:
    """A shape in the grid of squares at the right edge; column 0 is the outermost."""
    box = Box(WIDTH - (column + 1) * _CELL, row * _CELL, wide * _CELL, high * _CELL)
    return Decoration(box, ink, preset)


_LEAF, _DISC = "round2DiagRect", "ellipse"
_PATTERN = (
    _cell(0, 0, _DARKER, _LEAF),
    _cell(1, 1, _LIGHTER, _DISC),
    _cell(0, 1, _DARKER, "rect"),
    _cell(0, 1, "accent1", _DISC),
    _cell(1, 2, _DARKER, "rect"),
    _cell(0, 2, _LIGHTER, _LEAF),
    _cell(0, 3, "accent2", _DISC),
    _cell(1, 3, _DARKER, _LEAF),
)


def _accent_rule(x: int, y: int) -> Decoration:
    return Decoration(Box(x, y, 914_400, 45_720), "accent2")


def _under(box: Box) -> Box:
    """The content area under a title that is not as wide as the slide."""
    return Box(box.x, CONTENT.y + 12 * POINT, box.w, CONTENT.bottom - CONTENT.y - 12 * POINT)


def _headed(prefix: str, index: int, number: int, box: Box, size: float = 18) -> tuple[Slot, Slot]:
    """A column: its heading and its text below."""
    heading = _text(
        f"{prefix}_heading", index, f"Heading {number}", box.top(HEADING_HEIGHT), 18, bold=True, anchor="bottom",
        ink="hlink", prompt="Heading",
    )  # fmt: skip
    text = _body(f"{prefix}_body", index + 1, f"Content {number}", box.below(HEADING_HEIGHT + HEADING_GAP), size)
    return heading, text


def _drawn(key: str, name: str, family: str | None = None) -> Layout:
    return Layout(key, name, family or key, None, (_title(), _SOURCE))


LAYOUTS: dict[str, Layout] = {
    layout.key: layout
    for layout in (
        Layout(
            "cover", "Cover", "cover", "title",
            (
                _title(Box(MARGIN, 1_783_080, _COVER_WIDE, 1_645_920), 44, "bg1", "bottom", "ctrTitle"),
                Slot("subtitle", "subTitle", 1, "Subtitle", Box(MARGIN, 3_703_320, _COVER_WIDE, 868_680), 20, "bg1",
                     prompt="Click to add a subtitle"),
                _text("byline", 13, "Date and author", Box(MARGIN, 5_943_600, _COVER_WIDE, 320_040), 14, ink="bg1",
                      anchor="bottom", prompt="Date, author"),
            ),
            "tx2", (*_PATTERN, _accent_rule(MARGIN, 3_566_160)), False,
        ),
        Layout(
            "cover_image", "Cover with Picture", "cover", "title",
            (
                _title(Box(MARGIN, 1_783_080, 5_943_600, 1_645_920), 40, "bg1", "bottom", "ctrTitle"),
                Slot("subtitle", "subTitle", 1, "Subtitle", Box(MARGIN, 3_703_320, 5_943_600, 1_143_000), 18, "bg1",
                     prompt="Click to add a subtitle"),
                _text("byline", 13, "Date and author", Box(MARGIN, 5_943_600, 5_943_600, 320_040), 14, ink="bg1",
                      anchor="bottom", prompt="Date, author"),
                Slot("image", "pic", 14, "Picture", _HALF_RIGHT, 14),
            ),
            "tx2", (_accent_rule(MARGIN, 3_566_160),), False,
        ),
        Layout(
            "section", "Section Header", "section", "secHead",
            (
                _title(Box(MARGIN, 1_783_080, 8_686_800, 1_645_920), 40, "bg1", "bottom"),
                _text("subtitle", 1, "Description", Box(MARGIN, 3_749_040, 8_686_800, 1_143_000), 20, ink="bg1"),
                _text("number", 13, "Section number", Box(WIDTH - 1_828_800 + 91_440, 2_194_560, 1_645_920, 1_554_480),
                      80, ink="bg1", bold=True, anchor="bottom", prompt="1", align="center"),
            ),
            "tx2", (_BAND, _accent_rule(MARGIN, 3_566_160)), False,
        ),
        Layout(
            "agenda", "Agenda", "agenda", None,
            (
                _title(Box(MARGIN, _AGENDA.y, _PANEL.w - MARGIN - GUTTER, _AGENDA.h), 32, "bg1", "middle"),
                replace(_body("body", 1, "Agenda items", _AGENDA, 26, "body"), spacing=2_400, anchor="middle"),
            ),
            None, (Decoration(_PANEL, "tx2"),), False,
        ),
        Layout(
            "statement", "Statement", "statement", None,
            (
                _title(Box(_INSET, 1_143_000, WIDTH - 2 * _INSET, 2_651_760), 44, "bg1", anchor="bottom"),
                _text("detail", 1, "Detail", Box(_INSET, 4_160_520, 8_915_400, 1_188_720), 22, ink="bg1"),
                replace(_SOURCE, box=_SOURCE.box._replace(x=_INSET, w=WIDTH - 2 * _INSET), ink="bg1"),
            ),
            "tx2", (Decoration(Box(0, 0, 182_880, HEIGHT), "accent2"), _accent_rule(_INSET, 3_954_780)), False,
        ),
        Layout(
            "big_number", "Big Number", "big_number", None,
            (
                _title(),
                _text("number", 13, "Number", Box(MARGIN, 1_965_960, 5_440_680, 1_691_640), 115, ink="hlink",
                      bold=True, anchor="bottom", prompt="42 %", line_percent=90),
                _text("label", 14, "Label", Box(MARGIN, 3_794_760, 5_029_200, 1_143_000), 20,
                      prompt="What the number says"),
                _body("body", 1, "Context", _CONTEXT, 20, "body"),
                _SOURCE,
            ),
        ),
        Layout(
            "content", "Title and Content", "content", "obj",
            (_title(), _body("body", 1, "Content", CONTENT, 22), _SOURCE),
        ),
        Layout(
            "two_columns", "Two Columns", "columns", None,
            (_title(), *_headed("column1", 13, 1, _LEFT, 20), *_headed("column2", 15, 2, _RIGHT, 20), _SOURCE),
        ),
        Layout(
            "three_columns", "Three Columns", "columns", None,
            (_title(), *_headed("column1", 13, 1, _THREE[0]), *_headed("column2", 15, 2, _THREE[1]),
             *_headed("column3", 17, 3, _THREE[2]), _SOURCE),
        ),
        _drawn("comparison", "Comparison"),
        _drawn("key_messages", "Key Messages"),
        _drawn("cards", "Cards"),
        _drawn("timeline", "Timeline"),
        _drawn("process", "Process"),
        _drawn("funnel", "Funnel"),
        _drawn("metrics", "Metrics"),
        Layout(
            "metrics_chart", "Metrics and Chart", "metrics_chart", None,
            (_title(), Slot("chart", "chart", 13, "Chart", CONTENT.below(1_463_040), 14), _SOURCE),
        ),
        Layout(
            "quote", "Quote", "quote", None,
            (
                _title(Box(_QUOTE.x, 1_143_000, _QUOTE.w, 2_971_800), 32, anchor="bottom"),
                _text("byline", 13, "Who said it", Box(_QUOTE.x, 4_526_280, _QUOTE.w, 731_520), 18),
            ),
            None,
            (
                Decoration(_PANEL, "tx2"),
                Decoration(_QUOTE_MARK, None, text="”", size=287),
                _accent_rule(_QUOTE.x, 4_297_680),
            ),
            False,
        ),
        Layout(
            "image_full", "Full Picture", "image", None,
            (
                Slot("image", "pic", 13, "Picture", SLIDE, 14),
                _title(Box(MARGIN, 4_663_440, 8_229_600, 868_680), 28, "bg1", "bottom"),
                _text("caption", 1, "Caption", Box(MARGIN, 5_641_848, 8_229_600, 521_208), 16, ink="bg1"),
            ),
            None, (), False,
        ),
        Layout(
            "image_left", "Picture Left", "image", None,
            (_title(_BESIDE_RIGHT), _body("body", 1, "Content", _under(_BESIDE_RIGHT), 20),
             Slot("image", "pic", 13, "Picture", _HALF_LEFT, 14)), None, (), False,
        ),
        Layout(
            "image_right", "Picture Right", "image", None,
            (_title(_BESIDE_LEFT), _body("body", 1, "Content", _under(_BESIDE_LEFT), 20),
             Slot("image", "pic", 13, "Picture", _HALF_RIGHT, 14)), None, (), False,
        ),
        _drawn("image_grid", "Picture Grid"),
        Layout("table", "Table", "table", None, (_title(), Slot("table", "tbl", 13, "Table", CONTENT, 14), _SOURCE)),
        Layout("chart", "Chart", "chart", None, (_title(), Slot("chart", "chart", 13, "Chart", CONTENT, 14), _SOURCE)),
        Layout(
            "chart_takeaway", "Chart and Takeaway", "chart_takeaway", None,
            (_title(), Slot("chart", "chart", 13, "Chart", _CHART_LEFT, 14),
             _body("body", 1, "Takeaway", _TAKEAWAY, 18, "body"), _SOURCE),
        ),
        Layout(
            "two_charts", "Two Charts", "two_charts", None,
            (
                _title(),
                _text("heading1", 15, "Heading 1", _LEFT.top(HEADING_HEIGHT), 16, bold=True, anchor="bottom",
                      prompt="Heading"),
                Slot("chart1", "chart", 13, "Chart 1", _LEFT.below(HEADING_HEIGHT + HEADING_GAP), 14),
                _text("heading2", 16, "Heading 2", _RIGHT.top(HEADING_HEIGHT), 16, bold=True, anchor="bottom",
                      prompt="Heading"),
                Slot("chart2", "chart", 14, "Chart 2", _RIGHT.below(HEADING_HEIGHT + HEADING_GAP), 14),
                _SOURCE,
            ),
        ),
        _drawn("team", "Team"),
        _drawn("matrix", "Matrix"),
        _drawn("roadmap", "Roadmap"),
        Layout("title_only", "Title Only", "title_only", "titleOnly", (_title(), _SOURCE)),
        Layout(
            "closing", "Closing", "closing", None,
            (
                _title(Box(MARGIN, 1_783_080, _COVER_WIDE, 1_645_920), 44, "bg1", "bottom"),
                _text("text", 1, "Next steps or contact", Box(MARGIN, 3_794_760, _COVER_WIDE, 2_103_120), 20,
                      ink="bg1", line_percent=125),
            ),
            "tx2", (*_PATTERN, _accent_rule(MARGIN, 3_566_160)), False,
        ),
        Layout("blank", "Blank", "blank", "blank", ()),
    )
}  # fmt: skip
BY_NAME = {layout.name: layout for layout in LAYOUTS.values()}
