"""What placeholders cannot do: cards, timelines, processes, matrices, roadmaps, teams. Drawn on the grid of the slide's
content area from plain shapes, grouped and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from overten.documents.color import readable
from overten.documents.errors import OperationError
from overten.documents.slides.canvas import Canvas, described, leveled
from overten.documents.slides.drawing import Paragraph
from overten.documents.slides.fit import scaled, text_height
from overten.documents.slides.geometry import GUTTER, POINT, Box
from overten.documents.slides.operations import (
    Bar,
    Cards,
    Comparison,
    Funnel,
    ImageGrid,
    Item,
    KeyMessages,
    Matrix,
    Metric,
    Metrics,
    Process,
    Roadmap,
    Team,
    Timeline,
)
from overten.documents.text.measure import Font, wrap

_PAD = 16 * POINT
_ICON = 34 * POINT
_STRIP = 56 * POINT
_STRIP_GAP = 14 * POINT
# How high a lane of a roadmap and a bar in it are at most.
_LANE, _BAR = 106 * POINT, 56 * POINT
# One colour that grows lighter step by step.
_SHADES = ("tx2", "accent1", "accent1:85+15", "accent1:75+25", "accent1:60+40", "accent1:40+60", "accent1:25+75")
_GOOD, _BAD = "1B7A46", "B3261E"


def _bullets(lines: Sequence[str], ink: str, size: float, before: float = 6) -> list[Paragraph]:
    return [
        Paragraph(
            text, size=size, ink=ink, bullet="•" if not level else "–", level=level, space_before=before, indent=228_600
        )
        for level, text in map(leveled, lines)
    ]


def _item(item: Item, ink: str, heading: float, text: float, heading_ink: str | None = None) -> list[Paragraph]:
    """An item as its title and, below it, its text."""
    found = [Paragraph(item.title, size=heading, ink=heading_ink or ink, bold=True, bullet="")]
    if item.text:
        found.append(Paragraph(item.text, size=text, ink=ink, bullet="", space_before=4))
    return found


def _grid(frame: Box, count: int, per_row: Sequence[int] = (1, 2, 3, 4, 3, 3, 4, 4)) -> list[Box]:
    """Boxes in one or two rows; an incomplete last row keeps the width of the others."""
    columns = per_row[count - 1]
    rows = frame.rows(-(-count // columns))
    return [box for row in rows for box in row.columns(columns)][:count]


def _tall(needed: int, box: Box) -> int:
    """The height of boxes that stand in one row: what they need, but most of the slide, so that no half of it is
    left empty."""
    return min(max(needed, box.h * 4 // 5), box.h)


def draw_cards(canvas: Canvas, content: Cards) -> None:
    canvas.title(content.title)
    boxes = _grid(canvas.frame, len(content.items))
    fill = canvas.palette.surface
    ink, accent = canvas.palette.on(fill), canvas.palette.on(fill, accent=True)
    heads = any(item.icon or item.label for item in content.items)
    top = _PAD + (_ICON + 12 * POINT if heads else 0)
    texts = [_item(item, ink, 24, 20) for item in content.items]
    inner = [Box(box.x + _PAD, box.y + top, box.w - 2 * _PAD, box.h - top - _PAD) for box in boxes]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 24, 12, "item")
    texts = [scaled(text, size, 24) for text in texts]
    if len({box.y for box in boxes}) == 1:
        # One row need not be as high as the slide: cards are as high as their text, and never squat.
        needed = (
            max(round(text_height(text, canvas.font, boxes[0].w - 2 * _PAD) * POINT * 1.02) for text in texts)
            + top
            + 2 * _PAD
        )
        boxes = [box.top(_tall(needed, box)) for box in boxes]
    for number, (item, box, text) in enumerate(zip(content.items, boxes, texts, strict=True), 1):
        members = [canvas.panel(f"Card {number}", box, text, fill=fill, insets=(_PAD, top, _PAD, _PAD))]
        place = Box(box.x + _PAD, box.y + _PAD, _ICON, _ICON)
        if item.icon:
            members.append(canvas.icon(place, item.icon, accent))
        elif item.label or heads:
            label = Paragraph(item.label or str(number), size=22, ink=accent, bold=True)
            members.append(
                canvas.text_box(f"Label {number}", place._replace(w=box.w - 2 * _PAD), [label], anchor="middle")
            )
        canvas.group(f"Card: {described(item.title)}", box, members)


def draw_key_messages(canvas: Canvas, content: KeyMessages) -> None:
    canvas.title(content.title)
    rows = canvas.frame.rows(len(content.items), 0)
    accent = canvas.palette.accent_text()
    texts = [
        _item(item, "tx1", 22, 18, canvas.palette.deep if not canvas.palette.is_dark else "tx1")
        for item in content.items
    ]
    lead = 60 * POINT
    inner = [Box(row.x + lead, row.y, row.w - lead, row.h - 16 * POINT) for row in rows]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 22, 12, "item")
    for number, (item, row, box, text) in enumerate(zip(content.items, rows, inner, texts, strict=True), 1):
        if number > 1:
            canvas.add(canvas.rule(f"Rule {number}", Box(row.x, row.y, row.w, 0), canvas.palette.rule))
        members = [
            canvas.text_box(
                f"Number {number}",
                Box(row.x, row.y + 8 * POINT, lead - 12 * POINT, row.h - 16 * POINT),
                [Paragraph(item.label or str(number), size=28, ink=accent, bold=True)],
                anchor="middle",
            ),
            canvas.panel(
                f"Message {number}", box._replace(y=row.y + 8 * POINT), scaled(text, size, 22), anchor="middle"
            ),
        ]
        canvas.group(
            f"Message: {described(item.title)}", Box(row.x, row.y + 8 * POINT, row.w, row.h - 16 * POINT), members
        )


def draw_timeline(canvas: Canvas, content: Timeline) -> None:
    canvas.title(content.title)
    frame, count = canvas.frame, len(content.items)
    columns = frame.columns(count, GUTTER)
    accent = canvas.palette.accent_text()
    line_y = frame.y + 56 * POINT
    dot = 14 * POINT
    fill = canvas.palette.surface
    ink = canvas.palette.on(fill)
    labels = [
        [Paragraph(item.label or str(number), size=20, ink=accent, bold=True)]
        for number, item in enumerate(content.items, 1)
    ]
    label_boxes = [Box(column.x, frame.y, column.w, line_y - frame.y - 16 * POINT) for column in columns]
    label_size = canvas.fit_all(list(zip(labels, label_boxes, strict=True)), 20, 12, "label")
    texts = [_item(item, ink, 24, 20) for item in content.items]
    pad = _PAD if count < 6 else 8 * POINT
    room = Box(frame.x, line_y + 28 * POINT, frame.w, frame.bottom - line_y - 28 * POINT)
    boxes = [room._replace(x=column.x, w=column.w) for column in columns]
    inner = [box.inset(pad, _PAD) for box in boxes]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 24, 12, "item")
    texts = [scaled(text, size, 24) for text in texts]
    needed = max(round(text_height(text, canvas.font, inner[0].w) * POINT * 1.02) for text in texts) + 2 * _PAD
    boxes = [box.top(_tall(needed, box)) for box in boxes]
    canvas.add(canvas.rule("Time line", Box(frame.x, line_y, frame.w, 0), canvas.palette.rule, 25_400))
    for number, (item, label, above, text, below) in enumerate(
        zip(content.items, labels, label_boxes, texts, boxes, strict=True), 1
    ):
        members = [
            canvas.panel(
                f"Marker {number}", Box(below.x, line_y - dot // 2, dot, dot), fill="accent1", preset="ellipse"
            ),
            canvas.panel(f"Date {number}", above, scaled(label, label_size, 20), anchor="bottom"),
            canvas.panel(f"Event {number}", below, text, fill=fill, insets=(pad, _PAD, pad, _PAD)),
        ]
        whole = Box(below.x, frame.y, below.w, below.bottom - frame.y)
        canvas.group(f"Event: {described(item.title)}", whole, members)


def draw_process(canvas: Canvas, content: Process) -> None:
    canvas.title(content.title)
    frame, count = canvas.frame, len(content.items)
    fill = canvas.palette.deep
    ink = canvas.palette.on(fill)
    height = 72 * POINT
    point = 20 * POINT
    step = (frame.w + (count - 1) * (point - 6 * POINT)) // count
    heads = [Box(frame.x + index * (step - point + 6 * POINT), frame.y, step, height) for index in range(count)]
    heads[-1] = heads[-1]._replace(x=frame.right - step)
    titles = [[Paragraph(item.title, size=22, ink=ink, bold=True)] for item in content.items]
    title_boxes = [
        Box(
            head.x + (point if index else 0) + 10 * POINT,
            head.y + 4 * POINT,
            head.w - (2 * point if index else point) - 14 * POINT,
            height - 8 * POINT,
        )
        for index, head in enumerate(heads)
    ]
    title_size = canvas.fit_all(list(zip(titles, title_boxes, strict=True)), 22, 12, "title of item")
    icons = any(item.icon for item in content.items)
    surface = canvas.palette.surface
    texts = [[Paragraph(item.text or "", size=22, ink=canvas.palette.on(surface))] for item in content.items]
    room = Box(frame.x, frame.y + height + 12 * POINT, frame.w, frame.h - height - 12 * POINT)
    boxes = [room._replace(x=head.x, w=head.w - (point if head is not heads[-1] else 0)) for head in heads]
    pad = _PAD if count < 5 else 8 * POINT
    top = _PAD + (_ICON + 12 * POINT if icons else 0)
    inner = [Box(box.x + pad, box.y + top, box.w - 2 * pad, box.h - top - _PAD) for box in boxes]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 22, 12, "text of item")
    texts = [scaled(text, size, 22) for text in texts]
    needed = max(round(text_height(text, canvas.font, inner[0].w) * POINT * 1.02) for text in texts) + top + _PAD
    boxes = [box.top(_tall(needed, box)) for box in boxes]
    members = []
    for index, (item, head, title, box) in enumerate(zip(content.items, heads, title_boxes, boxes, strict=True)):
        left = title.x - head.x
        members.append(
            canvas.panel(
                f"Step {index + 1}",
                head,
                scaled(titles[index], title_size, 22),
                fill=fill,
                anchor="middle",
                preset="chevron" if index else "homePlate",
                adjust={"adj": round(point / height * 100_000)},
                insets=(left if not index else max(left - point, 0), 0, max(head.right - title.right - point, 0), 0),
            )
        )
        if item.text or item.icon:
            text = texts[index] if item.text else []
            members.append(canvas.panel(f"Detail {index + 1}", box, text, fill=surface, insets=(pad, top, pad, _PAD)))
        if item.icon:
            place = Box(box.x + pad, box.y + _PAD, _ICON, _ICON)
            members.append(canvas.icon(place, item.icon, canvas.palette.on(surface, accent=True)))
    canvas.group("Process", frame, members)


def draw_funnel(canvas: Canvas, content: Funnel) -> None:
    canvas.title(content.title)
    rows = canvas.frame.rows(len(content.items), 8 * POINT)
    left = round(canvas.frame.w * 0.5)
    shades = [ink for ink in (_SHADES if canvas.own else ()) if canvas.palette.fill(ink) == ink] or [
        canvas.palette.deep
    ]
    inks = [shades[min(index, len(shades) - 1)] for index in range(len(rows))]
    widths = [round(left * (1 - 0.62 * index / (len(rows) - 1))) for index in range(len(rows))]
    titles, boxes = [], []
    for item, row, ink, wide in zip(content.items, rows, inks, widths, strict=False):
        titles.append([Paragraph(item.title, size=18, ink=canvas.palette.on(ink), bold=True, align="center")])
        boxes.append(Box(row.x, row.y, wide - 24 * POINT, row.h - 6 * POINT))
    size = canvas.fit_all(list(zip(titles, boxes, strict=True)), 18, 12, "title of item")
    figures = [
        [Paragraph(item.label or "", size=28, ink=canvas.palette.accent_text(), bold=True)] for item in content.items
    ]
    right = canvas.frame.x + left + 24 * POINT
    figure_width = 120 * POINT
    figure_boxes = [Box(right, row.y, figure_width, row.h) for row in rows]
    figure_size = canvas.fit_all(list(zip(figures, figure_boxes, strict=True)), 28, 14, "label of item")
    start = right + (figure_width + 16 * POINT if any(item.label for item in content.items) else 0)
    texts = [[Paragraph(item.text or "", size=16, ink="tx1")] for item in content.items]
    text_boxes = [Box(start, row.y, canvas.frame.right - start, row.h) for row in rows]
    text_size = canvas.fit_all(list(zip(texts, text_boxes, strict=True)), 16, 12, "text of item")
    for index, (item, row) in enumerate(zip(content.items, rows, strict=True)):
        bar = Box(row.x + (left - widths[index]) // 2, row.y, widths[index], row.h)
        members = [
            canvas.panel(
                f"Stage {index + 1}",
                bar,
                scaled(titles[index], size, 18),
                fill=inks[index],
                anchor="middle",
                insets=(12 * POINT, 0, 12 * POINT, 0),
            )
        ]
        if item.label:
            members.append(
                canvas.panel(
                    f"Figure {index + 1}", figure_boxes[index], scaled(figures[index], figure_size, 28), anchor="middle"
                )
            )
        if item.text:
            members.append(
                canvas.panel(
                    f"Note {index + 1}", text_boxes[index], scaled(texts[index], text_size, 16), anchor="middle"
                )
            )
        canvas.group(f"Stage: {described(item.title)}", row, members)


def draw_metrics_slide(canvas: Canvas, content: Metrics) -> None:
    canvas.title(content.title)
    count = len(content.metrics)
    frame = canvas.frame
    if content.takeaway:
        frame = frame.top(frame.h - _STRIP - _STRIP_GAP)
        _strip(canvas, "Takeaway", content.takeaway)
    per_row = count if count <= 4 else (count + 1) // 2
    if count <= 4:
        frame = frame.top(min(frame.h, 288 * POINT))
    draw_metrics(canvas, content.metrics, frame, per_row)


def _strip(canvas: Canvas, name: str, text: str) -> None:
    """What a slide comes to, in a band along the foot of its content."""
    frame, ink = canvas.frame, canvas.palette.deep
    strip = Box(frame.x, frame.bottom - _STRIP, frame.w, _STRIP)
    told = [Paragraph(text, size=20, ink=canvas.palette.on(ink), bullet="")]
    size = canvas.fit_all([(told, strip.inset(_PAD, 6 * POINT))], 20, 12, name.lower())
    insets = (_PAD, 6 * POINT, _PAD, 6 * POINT)
    canvas.add(canvas.panel(name, strip, scaled(told, size, 20), fill=ink, anchor="middle", insets=insets))


def _unbroken(metric: Metric) -> str:
    """The value of a metric, which is set smaller rather than in two lines: `12.6 GWh`."""
    return metric.value.replace(" ", "\N{NO-BREAK SPACE}")


def draw_metrics(canvas: Canvas, metrics: Sequence[Metric], frame: Box, per_row: int) -> None:
    """Cards of figures, `per_row` beside each other."""
    rows = frame.rows(-(-len(metrics) // per_row))
    boxes = [box for row in rows for box in row.columns(per_row)][: len(metrics)]
    fill = canvas.palette.surface
    ink, accent = canvas.palette.on(fill), canvas.palette.on(fill, accent=True)
    under = canvas.palette.rgb(fill)
    low = boxes[0].h < 130 * POINT
    pad = 10 * POINT if low else _PAD
    inner = [box.inset(pad) for box in boxes]
    shares = (0.24, 0.50, 0.26) if low else (0.26, 0.44, 0.30)
    labels = [[Paragraph(metric.label, size=16, ink=ink)] for metric in metrics]
    largest = 66 if boxes[0].h > 200 * POINT else 54
    values = [[Paragraph(metric.value, size=largest, ink=accent, bold=True)] for metric in metrics]
    changes = [
        [
            Paragraph(
                metric.change or "",
                size=16,
                ink=_status_ink(metric.status, under, ink),
                bold=metric.status != "neutral",
            )
        ]
        for metric in metrics
    ]
    heights = [round(inner[0].h * share) for share in shares]
    reserved = 32 * POINT if any(metric.icon for metric in metrics) else 0
    places = [
        (
            box.top(heights[0])._replace(w=box.w - reserved),
            box.below(heights[0]).top(heights[1]),
            box.below(heights[0] + heights[1]),
        )
        for box in inner
    ]
    label_size = canvas.fit_all(
        [(text, place[0]) for text, place in zip(labels, places, strict=True)], 16, 11, "label of metric"
    )
    value_places = [place[1] for place in places]
    value_size = canvas.fit_all(list(zip(values, value_places, strict=True)), largest, 20, "value of metric")
    face = Font(canvas.font, bold=True)
    if any(
        len(wrap(metric.value, face, value_size, place.w / POINT)) > 1
        for metric, place in zip(metrics, value_places, strict=True)
    ):
        lines = [[Paragraph(_unbroken(metric), size=largest, ink=accent, bold=True)] for metric in metrics]
        with suppress(OperationError):
            value_size = canvas.fit_all(list(zip(lines, value_places, strict=True)), largest, 28, "value of metric")
            values = lines
    change_size = canvas.fit_all(
        [(text, place[2]) for text, place in zip(changes, places, strict=True)], 16, 11, "change of metric"
    )
    for number, (metric, box, place) in enumerate(zip(metrics, boxes, places, strict=True), 1):
        members = [
            canvas.panel(f"Card {number}", box, fill=fill),
            canvas.panel(f"Label {number}", place[0], scaled(labels[number - 1], label_size, 16)),
            canvas.panel(f"Value {number}", place[1], scaled(values[number - 1], value_size, largest), anchor="middle"),
        ]
        if metric.change:
            members.append(
                canvas.panel(
                    f"Change {number}", place[2], scaled(changes[number - 1], change_size, 16), anchor="bottom"
                )
            )
        if metric.icon:
            side = 24 * POINT
            members.append(canvas.icon(Box(box.right - pad - side, place[0].y, side, side), metric.icon, accent))
        canvas.group(f"Metric: {described(metric.label)}", box, members)


def _status_ink(status: str, under: str, ink: str) -> str:
    if status == "neutral":
        return ink
    color = readable(_GOOD if status == "good" else _BAD, under)
    return f"#{color}"


def draw_comparison(canvas: Canvas, content: Comparison) -> None:
    canvas.title(content.title)
    frame = canvas.frame
    below = _STRIP + _STRIP_GAP if content.verdict else 0
    boxes = frame.top(frame.h - below).columns(2)
    head = 44 * POINT
    fill = canvas.palette.surface
    texts = [_bullets(option.points, canvas.palette.on(fill), 24, 12) for option in content.options]
    inner = [box.below(head).inset(_PAD) for box in boxes]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 24, 12, "option")
    needed = max(text_height(scaled(text, size, 24), canvas.font, inner[0].w) for text in texts) * POINT * 1.02
    boxes = [box.top(_tall(round(needed) + head + 2 * _PAD, box)) for box in boxes]
    if content.verdict:
        boxes = [box.top(frame.h - below) for box in boxes]
        _strip(canvas, "Verdict", content.verdict)
    for number, (option, box, text) in enumerate(zip(content.options, boxes, texts, strict=True), 1):
        chosen = content.preferred in (None, number)
        band = canvas.palette.deep if chosen else canvas.palette.rule
        heading = [Paragraph(option.heading, size=20, ink=canvas.palette.on(band), bold=True)]
        canvas.fit_all([(heading, Box(0, 0, box.w - 2 * _PAD, head))], 20, 14, "heading of option")
        members = [
            canvas.panel(f"Option {number}", box, fill=fill),
            canvas.panel(
                f"Heading {number}", box.top(head), heading, fill=band, anchor="middle", insets=(_PAD, 0, _PAD, 0)
            ),
            canvas.panel(f"Points {number}", box.below(head).inset(_PAD), scaled(text, size, 24)),
        ]
        canvas.group(f"Option: {described(option.heading)}", box, members)


def draw_matrix(canvas: Canvas, content: Matrix) -> None:
    canvas.title(content.title)
    axis = 24 * POINT
    frame = Box(
        canvas.frame.x + axis + 6 * POINT,
        canvas.frame.y,
        canvas.frame.w - axis - 6 * POINT,
        canvas.frame.h - axis - 6 * POINT,
    )
    boxes = [box for row in frame.rows(2, 8 * POINT) for box in row.columns(2, 8 * POINT)]
    muted = canvas.palette.muted
    axes = [
        canvas.text_box(
            "Horizontal axis",
            Box(frame.x, frame.bottom + 6 * POINT, frame.w, axis),
            [Paragraph(f"{content.x_axis} →", size=14, ink=muted, align="center")],
            anchor="middle",
        ),
        canvas.text_box(
            "Vertical axis",
            Box(0, 0, frame.h, axis),
            [Paragraph(f"{content.y_axis} →", size=14, ink=muted, align="center")],
            anchor="middle",
        ),
    ]
    upright = Box(canvas.frame.x, frame.y, axis, frame.h)
    axes[1] = (
        axes[1]
        .replace(
            f'<a:off x="0" y="0"/><a:ext cx="{frame.h}" cy="{axis}"/>',
            f'<a:off x="{upright.x}" y="{upright.y}"/><a:ext cx="{axis}" cy="{frame.h}"/>',
        )
        .replace('<a:bodyPr wrap="square"', '<a:bodyPr vert="vert270" wrap="square"')
    )
    for part in axes:
        canvas.add(part)
    fills = [canvas.palette.deep if content.highlight == number else canvas.palette.surface for number in range(1, 5)]
    texts = []
    for quadrant, fill in zip(content.quadrants, fills, strict=True):
        ink = canvas.palette.on(fill)
        texts.append(
            [
                Paragraph(quadrant.heading, size=22, ink=ink, bold=True, bullet=""),
                *_bullets(quadrant.points, ink, 18, 6),
            ]
        )
    inner = [box.inset(_PAD, 12 * POINT) for box in boxes]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 22, 12, "quadrant")
    members = [
        canvas.panel(
            f"Quadrant {number}: {described(quadrant.heading)}",
            box,
            scaled(text, size, 22),
            fill=fill,
            insets=(_PAD, 12 * POINT, _PAD, 12 * POINT),
        )
        for number, (quadrant, box, text, fill) in enumerate(
            zip(content.quadrants, boxes, texts, fills, strict=True), 1
        )
    ]
    canvas.group("Matrix", frame, members)


def draw_roadmap(canvas: Canvas, content: Roadmap) -> None:
    canvas.title(content.title)
    frame, count = canvas.frame, len(content.periods)
    _check_periods(canvas, content)
    head = 30 * POINT
    names = round(frame.w * 0.17)
    grid = Box(frame.x + names, frame.y, frame.w - names, frame.h)
    columns = grid.columns(count, 0)
    header = [
        [Paragraph(period, size=14, ink=canvas.palette.accent_text(), bold=True, align="left")]
        for period in content.periods
    ]
    header_size = canvas.fit_all(
        [(text, column.top(head).inset(4 * POINT, 0)) for text, column in zip(header, columns, strict=True)],
        14,
        10,
        "period",
    )
    stacked = [_stack(lane.bars) for lane in content.lanes]
    total = sum(max(rows) + 1 for rows in stacked)
    # Lanes with bars above each other take more of the height.
    unit = min((frame.h - head) // total, _LANE)
    foot = frame.y + head + unit * total
    for column in columns[1:]:
        edge = Box(column.x, frame.y + head, 0, foot - frame.y - head)
        canvas.add(canvas.rule("Period rule", edge, canvas.palette.rule, 6_350, "dash"))
    for text, column in zip(header, columns, strict=True):
        canvas.add(
            canvas.panel(
                f"Period {text[0].text}",
                column.top(head),
                scaled(text, header_size, 14),
                anchor="middle",
                insets=(4 * POINT, 0, 4 * POINT, 0),
            )
        )
    lanes, y = [], frame.y + head
    for rows in stacked:
        height = unit * (max(rows) + 1)
        lanes.append(Box(frame.x, y, frame.w, height))
        y += height
    lane_texts = [[Paragraph(lane.name, size=18, ink="tx1", bold=True)] for lane in content.lanes]
    name_size = canvas.fit_all(
        [
            (text, Box(lane.x, lane.y, names - 8 * POINT, lane.h - 6 * POINT))
            for text, lane in zip(lane_texts, lanes, strict=True)
        ],
        18,
        11,
        "lane",
    )
    inks = [canvas.palette.fill(ink) for ink in (("accent1", "accent4") if canvas.own else ("accent1",))]
    high = min(unit - 10 * POINT, _BAR)
    bars: list[tuple[str, Box, str, int]] = []
    for index, (lane, rows, box) in enumerate(zip(content.lanes, stacked, lanes, strict=True)):
        for bar, row in zip(lane.bars, rows, strict=True):
            first, last = columns[bar.first - 1], columns[bar.last - 1]
            place = Box(
                first.x + 3 * POINT,
                box.y + row * unit + (unit - high) // 2,
                last.right - first.x - 6 * POINT,
                high,
            )
            bars.append((bar.title, place, inks[index % len(inks)], index))
    texts = [[Paragraph(title, size=16, ink=canvas.palette.on(ink))] for title, _, ink, _ in bars]
    size = canvas.fit_all(
        [(text, bar[1].inset(6 * POINT, 2 * POINT)) for text, bar in zip(texts, bars, strict=True)], 16, 10, "bar"
    )
    for index, (lane, box) in enumerate(zip(content.lanes, lanes, strict=True)):
        members = [
            canvas.rule(f"Lane rule {index + 1}", Box(box.x, box.y, box.w, 0), canvas.palette.rule),
            canvas.panel(
                f"Lane {index + 1}",
                Box(box.x, box.y, names - 8 * POINT, box.h),
                scaled(lane_texts[index], name_size, 18),
                anchor="middle",
            ),
        ]
        for text, (title, place, ink, lane_index) in zip(texts, bars, strict=True):
            if lane_index == index:
                members.append(
                    canvas.panel(
                        f"Bar: {described(title)}",
                        place,
                        scaled(text, size, 16),
                        fill=ink,
                        anchor="middle",
                        insets=(6 * POINT, 2 * POINT, 6 * POINT, 2 * POINT),
                    )
                )
        canvas.group(f"Lane: {described(lane.name)}", box, members)


def _check_periods(canvas: Canvas, content: Roadmap) -> None:
    count = len(content.periods)
    for lane in content.lanes:
        for bar in lane.bars:
            if not 1 <= bar.first <= bar.last <= count:
                raise canvas.refuse(
                    f"The bar {bar.title!r} lies outside periods 1 to {count}",
                    f"lane {lane.name!r}",
                    "Give first and last within the periods.",
                )


def _stack(bars: Sequence[Bar]) -> list[int]:
    """The row of each bar within its lane: the first in which nothing is in its way."""
    ends: list[int] = []
    rows = []
    for bar in bars:
        row = next((index for index, end in enumerate(ends) if end < bar.first), len(ends))
        if row == len(ends):
            ends.append(0)
        ends[row] = bar.last
        rows.append(row)
    return rows


def draw_team(canvas: Canvas, content: Team) -> None:
    canvas.title(content.title)
    count = len(content.people)
    boxes = _grid(canvas.frame, count)
    rows = len({box.y for box in boxes})
    side = (112 if rows == 1 else 64) * POINT
    gap = 16 * POINT
    surface, fill = canvas.palette.surface, canvas.palette.deep
    ink, accent = canvas.palette.on(surface), canvas.palette.on(surface, accent=True)
    texts = []
    for person in content.people:
        text = [
            Paragraph(person.name, size=20, ink=ink, bold=True),
            Paragraph(person.role, size=18, ink=accent, space_before=2),
        ]
        texts.append([*text, Paragraph(person.text, size=16, ink=ink, space_before=8)] if person.text else text)
    across = rows == 2
    pads = [box.inset(_PAD) for box in boxes]
    inner = [
        Box(pad.x + side + gap, pad.y, pad.w - side - gap, pad.h) if across else pad.below(side + gap) for pad in pads
    ]
    size = canvas.fit_all(list(zip(texts, inner, strict=True)), 20, 12, "person")
    texts = [scaled(text, size, 20) for text in texts]
    if not across:
        needed = (
            max(text_height(text, canvas.font, inner[0].w) for text in texts) * POINT * 1.02 + side + gap + 2 * _PAD
        )
        boxes = [box.top(_tall(round(needed), box)) for box in boxes]
        inner = [place.top(box.bottom - _PAD - place.y) for place, box in zip(inner, boxes, strict=True)]
    for number, (person, box, place, text) in enumerate(zip(content.people, boxes, inner, texts, strict=True), 1):
        photo = Box(box.x + _PAD, box.y + _PAD, side, side)
        members = [canvas.panel(f"Card {number}", box, fill=surface)]
        if person.image:
            members.append(
                canvas.picture(
                    person.image, photo, preset="ellipse", label=f"Photo {number}", alt=f"Portrait of {person.name}"
                )
            )
        else:
            words = person.name.split()
            initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
            letters = [
                Paragraph(
                    initials, size=36 if rows == 1 else 20, ink=canvas.palette.on(fill), bold=True, align="center"
                )
            ]
            members.append(
                canvas.panel(f"Initials {number}", photo, letters, fill=fill, preset="ellipse", anchor="middle")
            )
        members.append(canvas.panel(f"Person {number}", place, text))
        canvas.group(f"Person: {described(person.name)}", box, members)


def draw_image_grid(canvas: Canvas, content: ImageGrid) -> None:
    canvas.title(content.title)
    boxes = _grid(canvas.frame, len(content.images), (1, 2, 3, 2, 3, 3))
    height = 24 * POINT if any(picture.caption for picture in content.images) else 0
    captions = [[Paragraph(picture.caption or "", size=14, ink="tx1")] for picture in content.images]
    places = [Box(box.x, box.bottom - height + 4 * POINT, box.w, height - 4 * POINT) for box in boxes]
    size = canvas.fit_all(list(zip(captions, places, strict=True)), 14, 11, "caption") if height else 14
    for number, (picture, box, place, caption) in enumerate(
        zip(content.images, boxes, places, captions, strict=True), 1
    ):
        shows = picture.alt_text or picture.caption
        canvas.add(
            canvas.picture(
                picture.image, box.top(box.h - height), label=f"Picture {number}", alt=described(shows) if shows else ""
            )
        )
        if picture.caption:
            canvas.add(canvas.panel(f"Caption {number}", place, scaled(caption, size, 14)))


COMPOSERS: dict[type, Callable[[Canvas, Any], None]] = {
    Cards: draw_cards,
    KeyMessages: draw_key_messages,
    Timeline: draw_timeline,
    Process: draw_process,
    Funnel: draw_funnel,
    Metrics: draw_metrics_slide,
    Comparison: draw_comparison,
    Matrix: draw_matrix,
    Roadmap: draw_roadmap,
    Team: draw_team,
    ImageGrid: draw_image_grid,
}
