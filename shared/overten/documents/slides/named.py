"""Slides of a named layout of the deck's own template, whose placeholders are filled one by one."""

from __future__ import annotations

from overten.documents.errors import OperationError
from overten.documents.slides.canvas import Canvas, layout_slots
from overten.documents.slides.deck import Deck
from overten.documents.slides.layouts import Slot
from overten.documents.slides.operations import FromLayout, Placement
from overten.documents.slides.tables import draw_table

_TEXT_KINDS = {"title", "ctrTitle", "subTitle", "body", "obj"}
_SAME_TYPE = {"body": {"body", "obj"}, "title": {"title", "ctrtitle"}}
_LIKE_TYPE = {"body": {"subTitle"}, "subtitle": {"body"}, "picture": {"pic"}, "table": {"tbl"}}


def compose_named(deck: Deck, content: FromLayout, where: str) -> Canvas:
    """The slide. Raises OperationError, naming what there is, for a layout or placeholder there is not."""
    names = {deck.layout_name(part).casefold(): part for part in reversed(deck.layouts())}
    part = names.get(content.name.casefold())
    if part is None:
        have = ", ".join(deck.layout_name(layout) for layout in deck.layouts())
        raise OperationError(f"There is no layout {content.name!r}", where=where, fix=f"Layouts are: {have}.")
    canvas = Canvas(deck, "title_only", where, part)
    slots = layout_slots(deck, part)
    used: set[int] = set()
    for placement in content.fill:
        slot = _find(canvas, slots, placement.placeholder, used)
        used.add(slots.index(slot))
        _fill(canvas, slot, placement)
    return canvas


def _find(canvas: Canvas, slots: list[Slot], wanted: str, used: set[int]) -> Slot:
    """The free placeholder that is wanted: by index or name, by type the largest, or else by a part of its name."""
    free = [slot for number, slot in enumerate(slots) if number not in used]
    low = wanted.casefold()
    found = [slot for slot in free if low in {str(slot.index), slot.name.casefold()}]
    # A layout's small placeholders (source, date) are of the type "body", too.
    typed = sorted(free, key=lambda slot: -slot.box.w * slot.box.h)
    found += [slot for slot in typed if slot.kind.casefold() in _SAME_TYPE.get(low, {low})]
    found += [slot for slot in typed if slot.kind in _LIKE_TYPE.get(low, set())]
    found += [slot for slot in free if low in slot.name.casefold()]
    if found:
        return found[0]
    have = "; ".join(f"{slot.index if slot.index is not None else 'title'}: {slot.name} ({slot.kind})" for slot in free)
    raise canvas.refuse(f"There is no placeholder {wanted!r} left", "fill", f"Placeholders are: {have or 'none'}.")


def _fill(canvas: Canvas, slot: Slot, placement: Placement) -> None:
    given = [name for name in ("text", "points", "image", "chart", "table") if getattr(placement, name) is not None]
    if len(given) != 1:
        raise canvas.refuse(
            "A placeholder takes one content",
            f"placeholder {placement.placeholder}",
            "Give text, points, image, chart or table.",
        )
    key = f"placeholder {placement.placeholder}"
    canvas.slots[key] = slot
    if placement.image is not None:
        canvas.add(canvas.picture(placement.image, slot.box, key=key, alt=placement.alt_text or ""))
    elif placement.chart is not None:
        canvas.add(canvas.chart(placement.chart, slot.box, key=key))
    elif placement.table is not None:
        draw_table(canvas, placement.table, slot.box, key=key, about="")
    elif slot.kind not in _TEXT_KINDS:
        raise canvas.refuse(f"A {slot.kind} placeholder takes no text", key, "Choose a placeholder for text.")
    else:
        canvas.text(key, placement.points or [placement.text or ""])
