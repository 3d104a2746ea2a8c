"""A deck in words, for a model to read: all of it in short, or one slide with everything on it."""

from __future__ import annotations

from lxml import etree

from overten.documents.difference import Line, Part
from overten.documents.models import Statistics
from overten.documents.slides.canvas import layout_slots
from overten.documents.slides.chartdata import read_chart
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, C, P, R
from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.inherit import Styles, identity, members, own_box, placeholder_of, shapes_of
from overten.documents.slides.notes import notes_of

MAX_CHARACTERS = 12_000
_MAX_TEXT = 400
_MAX_ROWS = 30
_MAX_LAYOUTS = 40


def describe(deck: Deck, slide: int | None = None, *, layouts: bool = False) -> str:
    """The deck, or one slide of it, or with `layouts` what slides can be made of. At most MAX_CHARACTERS long.

    Raises OperationError for a slide there is not.
    """
    if layouts:
        lines = _layouts(deck)
    elif slide is not None:
        lines = _slide(deck, slide)
    else:
        lines = _deck(deck)
    return _bounded(lines)


def statistics(deck: Deck) -> Statistics:
    """Counts for the user."""
    roots = [deck.package.tree(part) for part in deck.slides()]
    return Statistics(
        slides=len(roots),
        words=sum(len((text.text or "").split()) for root in roots for text in root.iter(f"{A}t")),
        charts=sum(1 for root in roots for _ in root.iter(f"{C}chart")),
        tables=sum(1 for root in roots for _ in root.iter(f"{A}tbl")),
        images=sum(1 for root in roots for _ in root.iter(f"{P}pic")),
    )


def parts(deck: Deck) -> list[Part]:
    """Every slide with all that is on it."""
    found = [Part("", "Presentation", [Line("title", deck.title or "none")])]
    for number, part in enumerate(deck.slides(), 1):
        root = deck.package.tree(part)
        title = _title(root) or _first_text(root)
        hidden = [Line("", "hidden")] if root.get("show") == "0" else []
        lines = [Line("", line.strip()) for line in _slide(deck, number)[1:]]
        found.append(Part(title, f"Slide {number} {_short(title, 80)!r}", hidden + lines))
    return found


def _bounded(lines: list[str]) -> str:
    text, left = "", len(lines)
    for line in lines:
        if len(text) + len(line) > MAX_CHARACTERS - 60:
            return f"{text}… and {left} more lines"
        text += line + "\n"
        left -= 1
    return text.rstrip("\n")


def _deck(deck: Deck) -> list[str]:
    size = deck.size
    palette = next((deck.palette(layout) for layout in deck.layouts()), None)
    heading, body = next((deck.fonts(layout) for layout in deck.layouts()), ("", ""))
    lines = [
        f"Deck {deck.title!r}: {len(deck.slides())} slides, {size.w // POINT} x {size.h // POINT} points, "
        f"fonts {heading} / {body}"
    ]
    if palette:
        lines[0] += (
            f", colours {', '.join(f'{ink} #{palette.rgb(ink)}' for ink in ('tx1', 'bg1', 'accent1', 'accent2'))}"
        )
    for number, part in enumerate(deck.slides(), 1):
        layout = deck.layout_of(part)
        root = deck.package.tree(part)
        hidden = " hidden" if root.get("show") == "0" else ""
        title = _title(root) or _first_text(root)
        about = _contents(root)
        notes = "notes" if notes_of(deck, part) else ""
        where = deck.layout_name(layout) if layout else "?"
        more = f" ({', '.join(filter(None, (about, notes)))})" if about or notes else ""
        lines.append(f"{number}. [{where}]{hidden} {_short(title, 160)!r}{more}")
    if not deck.slides():
        lines += _layouts(deck)
    return lines


def _layouts(deck: Deck) -> list[str]:
    lines = ["Layouts:"]
    for part in deck.layouts()[:_MAX_LAYOUTS]:
        slots = [
            f"{slot.index if slot.index is not None else '-'} {slot.kind} {slot.name!r}"
            for slot in layout_slots(deck, part)
        ]
        lines.append(f"- {deck.layout_name(part)!r}: {'; '.join(slots) or 'no placeholders'}")
    return lines


def _title(root: etree._Element) -> str:
    for shape in shapes_of(root):
        ph = placeholder_of(shape)
        if ph is not None and ph.get("type") in {"title", "ctrTitle"}:
            return _text(shape)
    return ""


def _first_text(root: etree._Element) -> str:
    texts = (_text(shape) for shape in shapes_of(root))
    return next((text for text in texts if text), "")


def _text(shape: etree._Element) -> str:
    body = shape.find(f"{P}txBody")
    return body_text(body) if body is not None else ""


def body_text(body: etree._Element) -> str:
    """The text of a body, a line for each paragraph."""
    lines = []
    for paragraph in body.iterfind(f"{A}p"):
        words = "".join("\n" if item.tag == f"{A}br" else item.text or "" for item in paragraph.iter(f"{A}t", f"{A}br"))
        lines.append(words)
    return "\n".join(lines).strip()


def _contents(root: etree._Element) -> str:
    counts = {
        "charts": len(list(root.iter(f"{C}chart"))),
        "tables": len(list(root.iter(f"{A}tbl"))),
        "pictures": len(list(root.iter(f"{P}pic"))),
        "groups": sum(1 for shape in shapes_of(root) if etree.QName(shape).localname == "grpSp"),
        "animated": int(root.find(f"{P}timing") is not None),
    }
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _slide(deck: Deck, number: int) -> list[str]:
    part = deck.slide(number)
    root, styles = deck.package.tree(part), Styles(deck, part)
    layout = deck.layout_of(part)
    lines = [
        f"Slide {number} of {len(deck.slides())}, layout {deck.layout_name(layout) if layout else '?'!r}. "
        f"Elements (id, kind, name; left,top widthxheight in points):"
    ]
    for shape in shapes_of(root):
        lines += _element(deck, part, styles, shape, 0)
    notes = notes_of(deck, part)
    if notes:
        lines.append(f"Notes: {_short(notes, 1500)}")
    return lines


def _element(deck: Deck, part: str, styles: Styles, shape: etree._Element, depth: int) -> list[str]:
    about, kind = identity(shape), etree.QName(shape).localname
    ph = placeholder_of(shape)
    role = f" placeholder {ph.get('type', 'obj')} idx {ph.get('idx', '-')}" if ph is not None else ""
    alt = f" alt {_short(about.get('descr', ''), 80)!r}" if about.get("descr") else ""
    place = _place(styles.box(shape) if depth == 0 else own_box(shape))
    head = f"{'  ' * depth}{about.get('id')} {_KINDS.get(kind, kind)} {about.get('name', '')!r}{role}{place}{alt}"
    lines = [head]
    indent = "  " * (depth + 1)
    if kind == "grpSp":
        for child in list(members(shape))[1:]:
            if child.getparent() is shape:
                lines += _element(deck, part, styles, child, depth + 1)
        return lines
    text = _text(shape)
    if text:
        lines[0] += f": {_short(text, _MAX_TEXT)!r}"
    table = shape.find(f".//{A}tbl")
    if table is not None:
        lines += [f"{indent}{row}" for row in _table(table)]
    chart = shape.find(f".//{C}chart")
    if chart is not None:
        relation = deck.package.relationships(part).get(chart.get(f"{R}id", ""))
        if relation is not None and deck.package.has(relation.target):
            lines += [f"{indent}{row}" for row in _chart(deck.package.tree(relation.target))]
    return lines


_KINDS = {"sp": "text", "pic": "picture", "graphicFrame": "frame", "grpSp": "group", "cxnSp": "line"}


def _place(box: Box | None) -> str:
    return f" {box.x // POINT},{box.y // POINT} {box.w // POINT}x{box.h // POINT}" if box else ""


def _table(table: etree._Element) -> list[str]:
    rows = table.findall(f"{A}tr")
    lines = []
    for number, row in enumerate(rows[:_MAX_ROWS], 1):
        cells = [
            body_text(body) if (body := cell.find(f"{A}txBody")) is not None else "" for cell in row.iterfind(f"{A}tc")
        ]
        lines.append(f"row {number}: {' | '.join(_short(cell, 60) for cell in cells)}")
    if len(rows) > _MAX_ROWS:
        lines.append(f"… {len(rows) - _MAX_ROWS} more rows")
    return lines


def _chart(root: etree._Element) -> list[str]:
    chart = read_chart(root)
    lines = [f"chart ({' + '.join(chart.kinds) or 'unknown kind'}){f' {chart.title!r}' if chart.title else ''}"]
    if chart.series:
        lines.append(f"categories: {_short(' | '.join(chart.series[0].categories), 400)}")
    for series in chart.series:
        values = " | ".join("–" if value is None else f"{value:g}" for value in series.values)
        lines.append(f"series {series.name!r}: {_short(values, 400)}")
    return lines


def _short(text: str, limit: int) -> str:
    flat = text.replace("\v", "\n")
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
