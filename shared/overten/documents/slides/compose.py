"""Slides from their content: which layout each takes, and what goes into its slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.documents.slides import diagrams
from overten.documents.slides.canvas import Canvas, described
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import Paragraph
from overten.documents.slides.geometry import CONTENT, FOOTER_HEIGHT, FOOTER_TOP, POINT, SLIDE, Box
from overten.documents.slides.layouts import LAYOUTS
from overten.documents.slides.operations import (
    Agenda,
    BigNumber,
    ChartSlide,
    Closing,
    Columns,
    Content,
    Cover,
    FromLayout,
    ImageSlide,
    MetricsChart,
    Quote,
    Section,
    SlideContent,
    Statement,
    TableSlide,
    TwoCharts,
)
from overten.documents.slides.tables import draw_table

_METRICS_HEIGHT = 1_280_160
_QUOTATION_MARKS = {
    "de": ("„", "“"), "fr": ("«\u00a0", "\u00a0»"), "it": ("«", "»"), "es": ("«", "»"), "pt": ("«", "»"),
    "pl": ("„", "”"), "cs": ("„", "“"), "sv": ("”", "”"), "fi": ("”", "”"), "da": ("»", "«"), "nb": ("«", "»"),
}  # fmt: skip


def compose(deck: Deck, content: SlideContent, where: str) -> Canvas:
    """The slide, drawn and fitted but not yet part of the deck. Raises OperationError."""
    if isinstance(content, FromLayout):
        from overten.documents.slides.named import compose_named

        canvas = compose_named(deck, content, where)
    else:
        canvas = Canvas(deck, _layout_key(content), where)
        source = getattr(content, "source", None)
        if source:
            canvas.make_room_for_source()
        _COMPOSERS[type(content)](canvas, content)
        canvas.source(source)
    canvas.notes = content.notes
    return canvas


def _layout_key(content: Any) -> str:
    if isinstance(content, Cover) and content.image:
        return "cover_image"
    if isinstance(content, Columns):
        return "two_columns" if len(content.columns) == 2 else "three_columns"
    if isinstance(content, ImageSlide):
        return f"image_{content.position}"
    if isinstance(content, ChartSlide) and content.points:
        return "chart_takeaway"
    return str(content.layout)


def _opener(canvas: Canvas, title: str, lines: dict[str, str | None], smallest: float) -> None:
    """A slide of little text on a strong ground; in decks of others all of it goes under the title."""
    canvas.title(title, smallest=smallest, lines=3)
    given = {key: text for key, text in lines.items() if text}
    if canvas.own:
        for key, text in given.items():
            canvas.text(key, text.split("\n"))
        return
    if given and "subtitle" in canvas.slots:
        canvas.text("subtitle", "\n".join(given.values()).split("\n"), smallest=10)
    elif given:
        box = canvas.frame
        paragraphs = [Paragraph(text, ink="tx1") for text in "\n".join(given.values()).split("\n")]
        canvas.add(canvas.text_box("Text", box, paragraphs, largest=20, smallest=12))


def _cover(canvas: Canvas, content: Cover) -> None:
    _opener(canvas, content.title, {"subtitle": content.subtitle, "byline": content.byline}, 28)
    if content.image:
        if canvas.own:
            picture = canvas.picture(
                content.image, SLIDE, key="image", label="Cover picture", alt=content.alt_text or ""
            )
            canvas.add(picture)
        else:
            width = canvas.deck.size.w // 4
            canvas.add(
                canvas.picture(
                    content.image,
                    Box(canvas.deck.size.w - width, 0, width, canvas.deck.size.h // 4),
                    alt=content.alt_text or "",
                )
            )


def _section(canvas: Canvas, content: Section) -> None:
    lines = {"subtitle": content.subtitle}
    if canvas.own:
        lines["number"] = content.number
    _opener(canvas, content.title, lines, 28)


def _closing(canvas: Canvas, content: Closing) -> None:
    _opener(canvas, content.title, {"text": "\n".join(content.lines) or None}, 28)


def _agenda(canvas: Canvas, content: Agenda) -> None:
    canvas.title(content.title, lines=3)
    canvas.text("body", content.items, numbered=True)


def _lift(canvas: Canvas) -> None:
    """A sentence that is the whole slide stands in the middle of it, in layouts of others too."""
    if not canvas.own:
        top = canvas.frame.h * 55 // 100
        canvas.lift_title(canvas.frame.top(top))
        canvas.frame = canvas.frame.below(top)


def _statement(canvas: Canvas, content: Statement) -> None:
    _lift(canvas)
    canvas.title(content.title, smallest=28, lines=4)
    if content.detail and canvas.own:
        canvas.text("detail", [content.detail], smallest=14)
    elif content.detail:
        canvas.add(canvas.text_box("Detail", canvas.frame, [Paragraph(content.detail, ink="tx1")], largest=20))


def _quote(canvas: Canvas, content: Quote) -> None:
    text = content.quote.strip('"“”„«»\u00a0 ')
    opening, closing = _QUOTATION_MARKS.get(canvas.deck.language[:2], ("“", "”"))
    _lift(canvas)
    canvas.title(f"{opening}{text}{closing}", smallest=20, lines=8)
    lines = [f"**{described(content.name)}**", *([content.role] if content.role else [])]
    if canvas.own:
        canvas.text("byline", lines)
        return
    box = canvas.frame.below(canvas.frame.h // 12)
    canvas.add(canvas.text_box("Who said it", box, [Paragraph(line, ink="tx1") for line in lines], largest=16))


def _big_number(canvas: Canvas, content: BigNumber) -> None:
    canvas.title(content.title)
    canvas.text("number", [content.number], smallest=54)
    canvas.text("label", [content.label], smallest=14)
    if content.points:
        slot = LAYOUTS["big_number"].slot("body")
        if canvas.own or slot is None:
            canvas.text("body", content.points)
        else:
            canvas.slots.pop("body", None)
            canvas.text("body", content.points)


def _content(canvas: Canvas, content: Content) -> None:
    canvas.title(content.title)
    canvas.text("body", content.points, smallest=14, largest=26)


def _columns(canvas: Canvas, content: Columns) -> None:
    canvas.title(content.title)
    keys = [f"column{number}_body" for number in range(1, len(content.columns) + 1)]
    size = min(
        canvas.measure(key, column.points, largest=22) for key, column in zip(keys, content.columns, strict=True)
    )
    headings = [f"column{number}_heading" for number in range(1, len(content.columns) + 1)]
    head_size = min(
        canvas.measure(key, [column.heading], largest=22) for key, column in zip(headings, content.columns, strict=True)
    )
    lists = [(key, column.points) for key, column in zip(keys, content.columns, strict=True) if len(column.points) > 1]
    apart = [canvas.spread(canvas.slot(key), points, size) or 0.0 for key, points in lists]
    together = min(apart, default=0.0)
    for key, heading, column in zip(keys, headings, content.columns, strict=True):
        canvas.place_text(canvas.slot(heading), [column.heading], head_size)
        canvas.place_text(canvas.slot(key), column.points, size, apart=together)
    if not canvas.own:
        return
    for heading in headings:
        box = canvas.slot(heading).box
        canvas.add(canvas.rule("Column rule", Box(box.x, box.bottom + 4 * POINT, box.w, 0), "accent1", 12_700))


def _image(canvas: Canvas, content: ImageSlide) -> None:
    full = content.position == "full"
    if not canvas.own and not full and content.points and {"left", "right"} <= canvas.slots.keys():
        canvas.title(content.title)
        beside = "left" if content.position == "right" else "right"
        place = canvas.slot(content.position).box
        canvas.add(
            canvas.picture(content.image, place, key=content.position, alt=content.alt_text or content.caption or "")
        )
        canvas.text(beside, [*content.points, *([content.caption] if content.caption else [])])
        return
    if not canvas.own:
        canvas.title(content.title)
        paragraphs = [
            Paragraph(line, bullet="•", indent=228_600, space_before=8, ink="tx1") for line in content.points or []
        ]
        paragraphs += [Paragraph(content.caption, space_before=8, ink="tx1")] if content.caption else []
        box, side = canvas.frame.split(0.5) if paragraphs else (canvas.frame, canvas.frame)
        place, text = (box, side) if content.position == "left" else (side, box)
        canvas.slots = {"title": canvas.slots["title"]} if "title" in canvas.slots else {}
        canvas.add(canvas.picture(content.image, place, alt=content.alt_text or content.caption or ""))
        if paragraphs:
            canvas.add(canvas.text_box("Text", text, paragraphs, largest=18, smallest=12))
        return
    canvas.add(canvas.picture(content.image, SLIDE, key="image", alt=content.alt_text or content.caption or ""))
    if full:
        box = canvas.slot("title").box
        shade = Box(0, box.y - 228_600, SLIDE.w, SLIDE.h - box.y + 228_600)
        canvas.add(canvas.panel("Caption ground", shade, fill=canvas.palette.deep))
        canvas.title(content.title, smallest=20)
        lines = [*([content.caption] if content.caption else []), *(content.points or [])]
        if lines:
            canvas.text("caption", lines)
        return
    canvas.title(content.title, smallest=20, lines=3)
    lines = content.points or ([content.caption] if content.caption else [])
    if lines:
        canvas.text("body", lines)
    if content.points and content.caption:
        box = canvas.slot("body").box
        below = Box(box.x, FOOTER_TOP, box.w, FOOTER_HEIGHT)
        canvas.add(canvas.text_box("Caption", below, [Paragraph(content.caption, ink="tx1")], largest=12, smallest=9))


def _table(canvas: Canvas, content: TableSlide) -> None:
    canvas.title(content.title)
    draw_table(canvas, content.table, canvas.frame, key="table", about=described(content.title))


def _chart(canvas: Canvas, content: ChartSlide) -> None:
    canvas.title(content.title)
    about = described(content.title)
    if not content.points:
        canvas.add(canvas.chart(content.chart, canvas.frame, key="chart", about=about))
        return
    left, right = canvas.frame.split(0.68, 2 * 228_600)
    canvas.add(canvas.chart(content.chart, left, key="chart", about=about))
    if not canvas.own:
        canvas.slots.pop("body", None)
    canvas.text("body", content.points, largest=20)
    box = canvas.slot("body").box if canvas.own else right
    canvas.add(canvas.rule("Takeaway rule", Box(box.x - 228_600, box.y, 0, box.h), canvas.palette.rule))


def _two_charts(canvas: Canvas, content: TwoCharts) -> None:
    canvas.title(content.title)
    boxes = canvas.frame.columns(2, 2 * 228_600)
    size = min(canvas.measure(f"heading{number}", [heading]) for number, heading in enumerate(content.headings, 1))
    for number, (heading, chart, box) in enumerate(zip(content.headings, content.charts, boxes, strict=True), 1):
        canvas.place_text(canvas.slot(f"heading{number}"), [heading], size)
        canvas.add(
            canvas.chart(
                chart, box.below(40 * POINT), key=f"chart{number}", label=f"Chart {number}", about=described(heading)
            )
        )


def _metrics_chart(canvas: Canvas, content: MetricsChart) -> None:
    canvas.title(content.title)
    diagrams.draw_metrics(canvas, content.metrics, canvas.frame.top(_METRICS_HEIGHT), len(content.metrics))
    rest = canvas.frame.below(_METRICS_HEIGHT + CONTENT.h // 24)
    canvas.add(canvas.chart(content.chart, rest, key="chart", about=described(content.title)))


_COMPOSERS: dict[type, Callable[[Canvas, Any], None]] = {
    Cover: _cover,
    Section: _section,
    Closing: _closing,
    Agenda: _agenda,
    Statement: _statement,
    Quote: _quote,
    BigNumber: _big_number,
    Content: _content,
    Columns: _columns,
    ImageSlide: _image,
    TableSlide: _table,
    ChartSlide: _chart,
    TwoCharts: _two_charts,
    MetricsChart: _metrics_chart,
    **diagrams.COMPOSERS,
}
