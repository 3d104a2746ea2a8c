"""Where content may stand on a layout somebody else made: under its title, above its footers, clear of its logos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P
from overten.documents.slides.geometry import CONTENT, HEIGHT, SOURCE, WIDTH, Box
from overten.documents.slides.inherit import own_box, placeholder_of, shapes_of
from overten.documents.slides.layouts import Slot

# A drawing that covers this share of the slide is its ground, as is one that leaves less than that of the content area.
_GROUND = 0.5
_KEPT = 0.6
# A master's body that is smaller than this share of the slide is not meant as its content area.
_USABLE = 0.3
_SOURCE_SHARE = (SOURCE.bottom - CONTENT.y) / CONTENT.h


def safe_area(deck: Deck, layout: str, slots: dict[str, Slot]) -> Box:
    """The area for content: where the layout or its master has a body, else what title and footers leave."""
    size = deck.size
    gap = size.h // 40
    title = slots.get("title")
    headed = title is not None and title.box.bottom < size.h // 2 and title.box.w > size.w // 2
    area = _body(deck, layout)
    if area is None:
        margin = size.w // 20
        left, right, top = margin, size.w - margin, size.h // 4
        if title is not None and headed:
            left, right = max(title.box.x, margin // 2), min(title.box.right, size.w - margin // 2)
            top = title.box.bottom + gap
        area = Box(left, top, right - left, size.h - size.h // 9 - top)
    top = max(area.y, title.box.bottom + gap // 2) if title is not None and headed else area.y
    bottom = min([area.bottom, *(box.y - size.h // 80 for box in _footers(deck, layout) if box.y > size.h * 3 // 4)])
    return clear_of(Box(area.x, top, area.w, max(bottom - top, size.h // 8)), _drawings(deck, layout), size)


def above_source(area: Box) -> Box:
    """The area without the strip at its foot where `source` is written."""
    return area._replace(h=round(area.h / _SOURCE_SHARE))


def on_slide(slot: Slot, size: Box) -> Slot:
    """A slot of our own layouts on a slide of another size."""
    across, down = size.w / WIDTH, size.h / HEIGHT
    box = slot.box
    moved = Box(round(box.x * across), round(box.y * down), round(box.w * across), round(box.h * down))
    return replace(slot, box=moved)


def clear_slot(deck: Deck, layout: str, slot: Slot) -> Slot:
    """A slot of a layout moved off the pictures of its master, which the layout's maker overlooked."""
    size = deck.size
    wide = [box for box in _master_pictures(deck, layout) if min(box.w, box.h) > size.h // 40]
    box = clear_of(_within_master(deck, layout, slot.box), wide, size)
    return slot if box == slot.box else replace(slot, box=box, stray=True)


def _within_master(deck: Deck, layout: str, box: Box) -> Box:
    """The box cut to the width of the master's own title and body, where the layout's run over something drawn, or a
    picture is the ground of both: what the picture shows beside them is a logo more often than not."""
    master = deck.master_of(layout)
    tree, size = deck.package.tree(layout), deck.size
    if master is None or tree.find(f"{P}cSld/{P}bg") is not None or tree.get("type") == "title":
        return box
    has_picture = deck.package.tree(master).find(f"{P}cSld/{P}bg//{A}blip") is not None
    drawn = [one for one in _drawings(deck, layout) if one.w * one.h <= _GROUND * size.w * size.h]
    own = [place for shape in shapes_of(tree) if placeholder_of(shape) is not None and (place := own_box(shape))]
    # If one placeholder of a layout is cut, all are: they are aligned with each other.
    if not has_picture and not any(place.overlaps(one) for place in own for one in drawn):
        return box
    held = [
        place
        for shape in shapes_of(deck.package.tree(master))
        if (ph := placeholder_of(shape)) is not None
        and ph.get("type", "obj") in {"title", "body", "obj"}
        and (place := own_box(shape)) is not None
    ]
    left = max(box.x, min((place.x for place in held), default=0))
    right = min(box.right, max((place.right for place in held), default=size.w))
    return box if right - left < _KEPT * box.w else box._replace(x=left, w=right - left)


def has_plain_ground(deck: Deck, layout: str) -> bool:
    """Whether slides of a layout have a background of one colour."""
    master = deck.master_of(layout)
    for part in filter(None, (layout, master)):
        ground = deck.package.tree(part).find(f"{P}cSld/{P}bg")
        if ground is None or not len(ground):
            continue
        if etree.QName(ground[0]).localname == "bgPr":
            return not any(ground[0].find(f"{A}{fill}") is not None for fill in ("gradFill", "blipFill", "pattFill"))
        theme = deck.package.related(master, "theme") if master else None
        fills = deck.package.tree(theme).find(f".//{A}bgFillStyleLst") if theme else None
        number = int(ground[0].get("idx", "1001")) - 1001
        return fills is None or not 0 <= number < len(fills) or etree.QName(fills[number]).localname == "solidFill"
    return True


def clear_of(area: Box, drawings: list[Box], size: Box) -> Box:
    """The area cut back so that no drawing of the template lies in it. What is large is the ground, not in the way."""
    gap = size.w // 100
    whole = area.w * area.h
    for drawing in drawings:
        if drawing.w * drawing.h > _GROUND * size.w * size.h or not area.overlaps(drawing, gap):
            continue
        cuts = [
            Box(drawing.right + gap, area.y, area.right - drawing.right - gap, area.h),
            area._replace(w=drawing.x - gap - area.x),
            Box(area.x, drawing.bottom + gap, area.w, area.bottom - drawing.bottom - gap),
            area._replace(h=drawing.y - gap - area.y),
        ]
        best = max(cuts, key=lambda box: max(box.w, 0) * max(box.h, 0))
        if best.w > 0 and best.h > 0 and best.w * best.h >= _KEPT * whole:
            area = best
    return area


def _body(deck: Deck, layout: str) -> Box | None:
    """The box of the layout's only body, or of its master's, less the insets of its text."""
    size = deck.size
    for part in filter(None, (layout, deck.master_of(layout))):
        bodies = [
            box
            for shape in shapes_of(deck.package.tree(part))
            if (ph := placeholder_of(shape)) is not None
            and ph.get("type", "obj") in {"obj", "body"}
            and (box := own_box(shape)) is not None
        ]
        if len(bodies) == 1 and bodies[0].w * bodies[0].h >= _USABLE * size.w * size.h:
            return bodies[0].inset(91_440 * size.w // WIDTH, 45_720 * size.h // HEIGHT)
    return None


def _footers(deck: Deck, layout: str) -> Iterator[Box]:
    """Where the date, the footer and the slide number stand."""
    for part in filter(None, (layout, deck.master_of(layout))):
        for shape in shapes_of(deck.package.tree(part)):
            ph, box = placeholder_of(shape), own_box(shape)
            if ph is not None and box is not None and ph.get("type") in {"dt", "ftr", "sldNum"}:
                yield box


def _drawings(deck: Deck, layout: str) -> list[Box]:
    """Pictures, bars and logos of the layout and of its master, if the layout shows those."""
    return [
        box
        for part in filter(None, (layout, _shown_master(deck, layout)))
        for shape in shapes_of(deck.package.tree(part))
        if placeholder_of(shape) is None and (box := own_box(shape)) is not None and _is_seen(shape)
    ]


def _master_pictures(deck: Deck, layout: str) -> list[Box]:
    """The pictures of the master, if the layout shows them. Those of the layout itself are part of its design."""
    master = _shown_master(deck, layout)
    return [
        box
        for shape in (shapes_of(deck.package.tree(master)) if master else [])
        if placeholder_of(shape) is None and (box := own_box(shape)) is not None and _is_picture(shape)
    ]


def _shown_master(deck: Deck, layout: str) -> str | None:
    """The master, if the layout shows what is drawn on it."""
    hidden = deck.package.tree(layout).get("showMasterSp", "1") in {"0", "false"}
    return None if hidden else deck.master_of(layout)


def _is_picture(shape: etree._Element) -> bool:
    return etree.QName(shape).localname == "pic" or next(shape.iter(f"{A}blip"), None) is not None


def _is_seen(shape: etree._Element) -> bool:
    """Whether anything of a shape is drawn: it is a picture or group, or has a fill, a line or a text."""
    if etree.QName(shape).localname != "sp":
        return True
    if any((text.text or "").strip() for text in shape.iter(f"{A}t")):
        return True
    looks = shape.find(f"{P}spPr")
    if looks is None:
        return shape.find(f"{P}style") is not None
    fills = {etree.QName(child).localname for child in looks if isinstance(child.tag, str)}
    line = looks.find(f"{A}ln")
    if fills & {"solidFill", "gradFill", "blipFill", "pattFill"}:
        return True
    if line is not None and len(line) and line.find(f"{A}noFill") is None:
        return True
    return shape.find(f"{P}style") is not None and "noFill" not in fills
