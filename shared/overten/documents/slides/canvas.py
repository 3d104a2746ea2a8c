"""One slide in the making: its layout's slots filled, its shapes drawn, its text fitted.

Nothing is added to the package before the whole slide is known to be good; `commit` does that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from overten.documents.color import contrast
from overten.documents.errors import OperationError
from overten.documents.slides import charts
from overten.documents.slides.base import SLIDE_TYPE
from overten.documents.slides.deck import Asset, Deck, mark_language
from overten.documents.slides.direction import state_direction
from overten.documents.slides.drawing import (
    NAMESPACES,
    Paragraph,
    cover_crop,
    element,
    frame_xml,
    group_xml,
    icon_names,
    icon_xml,
    ph_xml,
    picture_xml,
    placeholder_xml,
    plain,
    rule_xml,
    shape_xml,
    text_body,
)
from overten.documents.slides.fit import SMALLEST_LABEL, SMALLEST_TEXT, fit, scaled, sizes, text_height
from overten.documents.slides.furniture import footers_for
from overten.documents.slides.geometry import CONTENT, POINT, Box
from overten.documents.slides.inherit import Styles, identity, placeholder_of, shapes_of
from overten.documents.slides.layouts import BY_NAME, LAYOUTS, Layout, Slot
from overten.documents.slides.media import add_image, pixel_size
from overten.documents.slides.operations import Chart
from overten.documents.slides.safe_area import above_source, clear_slot, has_plain_ground, on_slide, safe_area
from overten.documents.slides.theme import Palette
from overten.documents.text.measure import Font, wrap

_BULLET_INDENT = 228_600
_BODY_ANCHORS = {"top": "t", "middle": "ctr", "bottom": "b"}
# Text that is set larger than its slot asks for leaves this share of the slot free.
_ROOMY = 0.8
# PowerPoint's own types of layout that stand in for ours in decks of others, best first.
_STAND_INS = {
    "cover": ("title",),
    "cover_image": ("title",),
    "section": ("secHead", "title"),
    "closing": ("title", "secHead"),
    "content": ("obj", "tx"),
    "agenda": ("obj", "tx"),
    "two_columns": ("twoTxTwoObj",),
    "chart": ("obj",),
    "table": ("obj",),
    "image_left": ("twoObj",),
    "image_right": ("twoObj",),
    "blank": ("blank",),
}
_STAND_IN_NAMES = {
    "title": ("title slide", "cover", "titelfolie"),
    "secHead": ("section",),
    "obj": ("title and content",),
    "titleOnly": ("title only", "nur titel"),
    "blank": ("blank",),
    "tx": ("title and text",),
    "twoTxTwoObj": ("comparison", "vergleich"),
    "twoObj": ("two content", "zwei inhalte"),
}
# A headline of usual length, by which titles in layouts of others are set alike from slide to slide.
_USUAL_TITLE = "Services grew four times as fast as hardware in all markets"
_SMALLEST_FOREIGN_TITLE = 18


@dataclass(frozen=True)
class _Pending:
    """A part that the slide will be related to: a picture, or a chart with its workbook."""

    image: bytes | None = None
    chart: bytes = b""
    book: bytes = b""


_MOST_LABEL_WORDS = 2
# Icons by the names they had, or have in other sets.
_OTHER_ICON_NAMES = {
    "home": "house", "bolt": "zap", "lightning": "zap", "bar-chart": "bar-chart-3", "chart-bar": "bar-chart-3",
    "chart-column": "bar-chart-3", "line-chart": "chart-line", "pie-chart": "chart-pie",
    "dollar-sign": "circle-dollar-sign",
    "money": "banknote", "euro": "coins", "building": "building-2", "check-circle": "circle-check",
    "x-circle": "circle-x", "alert-circle": "circle-alert", "alert-triangle": "triangle-alert", "gear": "settings",
    "cog": "settings", "person": "user", "people": "users", "cart": "shopping-cart", "bulb": "lightbulb",
    "tree": "leaf", "battery": "battery-charging", "list": "clipboard-check",
    "tool": "wrench", "clock-3": "clock", "pin": "map-pin", "globe-2": "globe", "message": "message-circle",
}  # fmt: skip
_SOURCE_LABELS = {
    "de": "Quelle:", "fr": "Source\u00a0:", "es": "Fuente:", "it": "Fonte:", "pt": "Fonte:", "nl": "Bron:",
    "sv": "Källa:", "da": "Kilde:", "nb": "Kilde:", "fi": "Lähde:", "pl": "Źródło:",
}  # fmt: skip


class Canvas:
    """Collects one slide. `where` is how errors name it."""

    def __init__(self, deck: Deck, key: str, where: str, layout: str | None = None) -> None:
        self.deck = deck
        self.where = where
        spec = LAYOUTS.get(key, LAYOUTS["title_only"])
        self.layout, self.own = (layout, False) if layout else _find_layout(deck, spec)
        self.spec = spec
        self.palette: Palette = deck.palette(self.layout)
        if not self.own and not has_plain_ground(deck, self.layout):
            self.palette = self.palette.on_busy_ground()
        self.heading_font, self.font = deck.fonts(self.layout)
        self.slots = {slot.key: slot for slot in spec.slots} if self.own else foreign_slots(deck, self.layout)
        self.frame = CONTENT if self.own else safe_area(deck, self.layout, self.slots)
        self.notes: str | None = None
        self._title_align: str | None = None
        self._items: list[str] = []
        self._last_id = 1
        self._pending: list[_Pending] = []

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def refuse(self, what: str, place: str, fix: str) -> OperationError:
        return OperationError(what, where=f"{self.where}, {place}", fix=fix)

    # --- text in placeholders ---

    def title(self, text: str, *, smallest: float = 22, lines: int = 2) -> None:
        """The headline, in the layout's title placeholder."""
        slot = self.slots.get("title")
        if slot is None:
            if self.own:
                return
            slot = self._stray_title()
        least = min(smallest if self.own else min(smallest, _SMALLEST_FOREIGN_TITLE), slot.size)
        largest = slot.size if self.own or lines > 3 or smallest > 22 else self._usual_size(slot, least)
        size = fit(
            [Paragraph(text, bold=slot.bold, font="+mj-lt", line_percent=slot.line_percent)],
            slot.box,
            font=self.font,
            heading_font=self.heading_font,
            largest=largest,
            smallest=least,
            where=f"{self.where}, title",
            max_lines=lines if self.own else None,
        )
        size = self._without_orphan(slot, text, size, least)
        given = None if size == slot.size and not slot.stray else size
        self._place(slot, [Paragraph(text, size=given, align=self._title_align)])

    def _stray_title(self) -> Slot:
        """Ours, where the template's layout has no title: at its usual place, with what is under it further down."""
        slot = replace(on_slide(LAYOUTS["title_only"].slots[0], self.deck.size), stray=True, bold=False)
        top = max(self.frame.y, slot.box.bottom)
        self.frame = self.frame._replace(y=top, h=self.frame.bottom - top)
        self._title_align = "left"
        return clear_slot(self.deck, self.layout, replace(slot, box=slot.box._replace(x=self.frame.x, w=self.frame.w)))

    def _usual_size(self, slot: Slot, least: float) -> float:
        """The size at which a headline of usual length fits, so that short ones do not shout beside it."""
        usual = [Paragraph(_USUAL_TITLE, bold=slot.bold, font="+mj-lt", line_percent=slot.line_percent)]
        for size in sizes(slot.size, least):
            if self._fits_usual(usual, slot, size):
                return size
        return slot.size

    def _fits_usual(self, usual: list[Paragraph], slot: Slot, size: float) -> bool:
        try:
            fit(usual, slot.box, font=self.font, heading_font=self.heading_font, largest=size, smallest=size, where="",
                max_lines=2)  # fmt: skip
        except OperationError:
            return False
        return True

    def lift_title(self, box: Box) -> None:
        """Has the title stand in another place of a layout of others, where its ink can be read on the ground."""
        slot = self.slots.get("title")
        if slot is None or self.own or contrast(slot.color or "000000", self.palette.rgb("bg1")) < 3:
            return
        self._title_align = "left"
        self.slots["title"] = replace(slot, box=box, stray=True, anchor="bottom")

    def _without_orphan(self, slot: Slot, text: str, size: float, least: float) -> float:
        """A step smaller if that brings a last line of one word up to the others."""
        face = Font(self.heading_font if slot.heading else self.font, slot.bold)

        def lines(at: float) -> list[str]:
            return wrap(text, face, at, slot.box.w / POINT)

        now = lines(size)
        if len(now) < 2 or " " in now[-1]:
            return size
        return next((step for step in sizes(size, least) if len(lines(step)) < len(now)), size)

    def text(
        self,
        key: str,
        lines: Sequence[str],
        *,
        smallest: float = SMALLEST_TEXT,
        largest: float | None = None,
        numbered: bool = False,
    ) -> None:
        """Lines of text in the slot `key`; where the layout has none, in a text box at the place ours has it."""
        slot = self.slot(key)
        size = self.measure(key, lines, smallest=smallest, largest=largest)
        self.place_text(slot, lines, size, numbered=numbered)

    def slot(self, key: str) -> Slot:
        """The layout's slot, or ours moved into the frame of a layout that has none."""
        found = self.slots.get(key)
        if found is not None:
            return found
        ours = self.spec.slot(key)
        if ours is None:
            raise KeyError(key)
        ink = self.palette.on("bg1") if ours.ink == "bg1" else ours.ink
        ink = self.palette.accent_text() if ink == "hlink" else self.palette.muted if ":" in ink else ink
        return replace(ours, box=into(ours.box, self.frame), kind="", ink=ink)

    def measure(
        self, key: str, lines: Sequence[str], *, smallest: float = SMALLEST_TEXT, largest: float | None = None
    ) -> float:
        """The size at which lines fit the slot. Little text may be set up to `largest`, if that is more than the
        slot's own size, where it then fills no more than most of the slot. Raises OperationError."""
        slot = self.slot(key)
        if self.own and largest and largest > slot.size:
            roomy = slot.box.top(round(slot.box.h * _ROOMY)) if slot.bulleted else slot.box
            for size in sizes(largest, slot.size):
                if self._fits(slot, lines, size, roomy):
                    return size
        return fit(
            self._measured(slot, lines, slot.size),
            slot.box,
            font=self.font,
            heading_font=self.heading_font,
            largest=slot.size,
            smallest=min(smallest, slot.size),
            where=f"{self.where}, {key}",
        )

    def _fits(self, slot: Slot, lines: Sequence[str], size: float, box: Box) -> bool:
        try:
            fit(
                self._measured(slot, lines, size),
                box,
                font=self.font,
                heading_font=self.heading_font,
                largest=size,
                smallest=size,
                where="",
            )
        except OperationError:
            return False
        return True

    def _measured(self, slot: Slot, lines: Sequence[str], size: float) -> list[Paragraph]:
        return [
            Paragraph(
                text,
                size=size if level == 0 else max(size - 2, 12),
                bold=slot.bold,
                level=level,
                bullet="•" if slot.bulleted else "",
                indent=_BULLET_INDENT,
                line_percent=slot.line_percent,
                space_before=self._space_before(slot, level),
                font="+mj-lt" if slot.heading else None,
            )
            for level, text in map(leveled, lines)
        ]

    def _space_before(self, slot: Slot, level: int) -> float:
        if slot.bulleted:
            return slot.spacing / 100 if level == 0 else 4
        # Lines of ours stand close; a placeholder of others keeps its distances.
        return slot.spacing / 100 if slot.kind and not self.own else 0

    def place_text(
        self, slot: Slot, lines: Sequence[str], size: float, *, numbered: bool = False, apart: float | None = None
    ) -> None:
        """Fills a slot with lines at a size that was found to fit. `apart` is the space before each point, 0 for the
        slot's own; left out, a list spreads over the room it has."""
        paragraphs = []
        if apart is None and not numbered:
            apart = self.spread(slot, lines, size)
        for number, (level, text) in enumerate(map(leveled, lines)):
            given: float | None = size if level == 0 else max(size - 2, min(size, 12))
            if size == slot.size:
                given = None
            before = (apart or None) if number and not level else None
            paragraphs.append(Paragraph(text, size=given, level=level if slot.bulleted else 0, space_before=before))
        self._place(slot, paragraphs, numbered=numbered)

    def spread(self, slot: Slot, lines: Sequence[str], size: float) -> float | None:
        """The space before each point, in points, where a list leaves much of its slot free."""
        if size < slot.size:
            return None
        gaps = sum(level == 0 for level, _ in map(leveled, lines)) - 1
        if not (self.own and slot.bulleted and gaps > 0):
            return None
        free = slot.box.h / POINT * _ROOMY - text_height(self._measured(slot, lines, size), self.font, slot.box.w)
        return slot.spacing / 100 + min(math.floor(free / gaps), 14) if free >= 2 * gaps else None

    def _place(self, slot: Slot, paragraphs: list[Paragraph], *, numbered: bool = False) -> None:
        element_id = self.next_id()
        if slot.kind:
            body = text_body(paragraphs, inherit=True)
            if slot.stray:
                body = body.replace("<a:bodyPr/>", f'<a:bodyPr anchor="{_BODY_ANCHORS[slot.anchor]}"/>', 1)
            if numbered:
                body = body.replace("<a:p><a:r>", "<a:p><a:pPr/><a:r>").replace(
                    "<a:pPr/>",
                    (
                        '<a:pPr marL="457200" indent="-457200"><a:buFont typeface="+mj-lt"/><a:buAutoNum '
                        'type="arabicPlain"/></a:pPr>'
                    ),
                )
            kind = "" if slot.kind == "obj" else slot.kind
            xml = placeholder_xml(element_id, slot.name, slot.kind, slot.index, body, self._outer(slot))
            self._items.append(xml if kind else xml.replace('<p:ph type="obj" ', "<p:ph "))
            return
        looks = [
            replace(
                paragraph,
                size=paragraph.size or (slot.size if not paragraph.level else max(slot.size - 2, 12)),
                ink=slot.ink,
                bold=slot.bold,
                bullet="•" if slot.bulleted else "",
                indent=_BULLET_INDENT,
                space_before=slot.spacing / 100 if slot.bulleted else 0,
                line_percent=slot.line_percent,
                font="+mj-lt" if slot.heading else None,
            )
            for paragraph in paragraphs
        ]
        self._items.append(
            shape_xml(element_id, slot.name, slot.box, body=text_body(looks, anchor=slot.anchor), text_box=True)
        )

    def _outer(self, slot: Slot) -> Box | None:
        """The box of a placeholder that does not stand where its layout says: its text's, and the usual insets."""
        return slot.box.inset(-91_440, -45_720) if slot.stray else None

    def make_room_for_source(self) -> None:
        """Keeps the foot of the content area free in layouts of others, which have no place for it of their own."""
        if not self.own:
            self.frame = above_source(self.frame)

    def source(self, text: str | None) -> None:
        """The line that says where the figures are from."""
        if not text:
            return
        label = _SOURCE_LABELS.get(self.deck.language[:2], "Source:")
        # "Assumption: …" has a label of its own, in whatever language.
        head = text.partition(":")[0]
        own = head != text and len(head.split()) <= _MOST_LABEL_WORDS and "/" not in head
        own = own or text.casefold().startswith(("source", "quelle", "fuente", "note", label[:-1].strip().casefold()))
        line = text if own else f"{label} {text}"
        self.text("source", [line], smallest=9)

    # --- drawn shapes ---

    def add(self, xml: str) -> None:
        self._items.append(xml)

    def fit_all(
        self, texts: Sequence[tuple[Sequence[Paragraph], Box]], largest: float, smallest: float, place: str
    ) -> float:
        """The one size at which all of several texts fit their boxes: what stands side by side is set alike."""
        found = [
            fit(
                paragraphs,
                box,
                font=self.font,
                heading_font=self.heading_font,
                largest=largest,
                smallest=smallest,
                where=f"{self.where}, {place} {number}",
            )
            for number, (paragraphs, box) in enumerate(texts, 1)
        ]
        return min(found, default=largest)

    def text_box(
        self,
        name: str,
        box: Box,
        paragraphs: Sequence[Paragraph],
        *,
        anchor: str = "top",
        largest: float | None = None,
        smallest: float = SMALLEST_LABEL,
    ) -> str:
        """A text box whose text is fitted, or refused."""
        top = largest or max((paragraph.size or 0) for paragraph in paragraphs)
        size = fit(
            paragraphs,
            box,
            font=self.font,
            heading_font=self.heading_font,
            largest=top,
            smallest=min(smallest, top),
            where=f"{self.where}, {name}",
        )
        fitted = scaled(paragraphs, size, top)
        return shape_xml(self.next_id(), name, box, body=text_body(fitted, anchor=anchor), text_box=True)

    def panel(
        self,
        name: str,
        box: Box,
        paragraphs: Sequence[Paragraph] = (),
        *,
        fill: str | None = None,
        line: str | None = None,
        anchor: str = "top",
        insets: tuple[int, int, int, int] = (0, 0, 0, 0),
        preset: str = "rect",
        adjust: dict[str, int] | None = None,
    ) -> str:
        """A filled shape, with text that has been fitted before."""
        body = text_body(paragraphs, anchor=anchor, insets=insets) if paragraphs else None
        return shape_xml(self.next_id(), name, box, preset=preset, fill=fill, line=line, body=body, adjust=adjust)

    def rule(self, name: str, box: Box, ink: str, width: int = 9_525, dash: str | None = None) -> str:
        return rule_xml(self.next_id(), name, box, ink, width, dash)

    def icon(self, box: Box, name: str, ink: str) -> str:
        known = icon_names()
        name = _OTHER_ICON_NAMES.get(name, name)
        if name not in known:
            from difflib import get_close_matches

            near = ", ".join(get_close_matches(name, known, 5, 0.3)) or "target, users, trending-up, check"
            raise self.refuse(f"There is no icon {name!r}", "icon", f"Near: {near}. All: {', '.join(known)}.")
        return icon_xml(self.next_id(), f"Icon {name}", box, name, ink)

    def group(self, name: str, box: Box, members: Sequence[str]) -> None:
        self._items.append(group_xml(self.next_id(), name, box, members))

    # --- pictures, charts ---

    def asset(self, name: str) -> tuple[Asset, tuple[int, int]]:
        """A picture by its id, with its size in pixels. Raises OperationError."""
        found = self.deck.assets(name)
        if found is None:
            raise self.refuse(
                f"There is no image {name!r}",
                "image",
                "Use the id of an image of the task, or a layout without a picture.",
            )
        try:
            return found, pixel_size(found.data)
        except ValueError as error:
            raise self.refuse(f"The image {name!r} cannot be used: {error}", "image", "Use another image.") from None

    def picture(
        self,
        name: str,
        box: Box,
        *,
        key: str | None = None,
        preset: str = "rect",
        label: str = "Picture",
        alt: str = "",
    ) -> str:
        """A picture that fills a box, cropped about its centre; in the slot `key` if the layout has it."""
        asset, size = self.asset(name)
        slot = self.slots.get(key) if key else None
        target = slot.box if slot else box
        self._pending.append(_Pending(image=asset.data))
        token = f"@{len(self._pending)}@"
        held = held_in(slot, "pic")
        described = alt or asset.alt or label
        return picture_xml(
            self.next_id(),
            label,
            token,
            target,
            alt=described,
            crop=cover_crop(*size, target),
            placeholder=held,
            preset=preset,
        )

    def chart(self, chart: Chart, box: Box, *, key: str | None = None, label: str = "Chart", about: str = "") -> str:
        """A native chart; in the slot `key` if the layout has it."""
        slot = self.slots.get(key) if key else None
        target = slot.box if slot and slot.kind != "obj" else box
        xml = charts.chart_xml(chart, self.palette, self.font, target, f"{self.where}, {label.lower()}")
        self._pending.append(_Pending(chart=xml, book=charts.workbook(chart, totals=charts.has_totals(xml))))
        content = f'<c:chart xmlns:c="{charts.CHART_URI}" r:id="@{len(self._pending)}@"/>'
        held = held_in(slot, "chart")
        alt = f"{about} {charts.summary(chart)}".strip()
        return frame_xml(self.next_id(), label, target, content, charts.CHART_URI, alt=alt, placeholder=held)

    # --- the end ---

    def commit(self, part: str) -> None:
        """Writes the slide as the part of that name, which it may replace, with all it is related to."""
        package = self.deck.package
        relations = package.relationships(part)
        relations.add("slideLayout", self.layout)
        content = "".join(self._items)
        for number, pending in enumerate(self._pending, 1):
            if pending.image is not None:
                relation = add_image(package, part, pending.image)
            else:
                relation = relations.add("chart", charts.add_chart(package, pending.chart, pending.book))
            content = content.replace(f'"@{number}@"', f'"{relation}"')
        head = (
            '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
            '<a:off x="0" y="0"/>'
            '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
        )
        root = element(
            f"<p:sld {NAMESPACES}><p:cSld><p:spTree>{head}{content}</p:spTree></p:cSld><p:clrMapOvr>"
            f"<a:masterClrMapping/></p:clrMapOvr></p:sld>"
        )
        tree = root[0][0]
        for footer in footers_for(self.deck, self.layout, self._last_id + 1):
            tree.append(footer)
        mark_language(root, self.deck.language)
        if not self.own:
            state_direction(self.deck, root)
        package.put(part, root, SLIDE_TYPE)


def held_in(slot: Slot | None, kind: str) -> str:
    """What makes a picture, chart or table the content of a slot, if the slot takes such."""
    if slot is None or slot.kind not in {kind, "obj"}:
        return ""
    return ph_xml(slot.kind, slot.index) if slot.kind == kind else f'<p:ph idx="{slot.index}"/>'


def leveled(line: str) -> tuple[int, str]:
    """A line's level and its text: "- " begins a sub-point; a bullet sign typed by hand is dropped."""
    stripped = line.strip()
    if stripped.startswith(("- ", "– ", "• ")) and len(stripped) > 2:
        return (0 if stripped.startswith("• ") else 1), stripped[2:].strip()
    return 0, stripped


def into(box: Box, frame: Box) -> Box:
    """A box of our content area where it lies in another frame."""
    across, down = frame.w / CONTENT.w, frame.h / CONTENT.h
    return Box(
        frame.x + round((box.x - CONTENT.x) * across),
        frame.y + round(max(box.y - CONTENT.y, 0) * down),
        round(box.w * across),
        round(box.h * down),
    )


def _find_layout(deck: Deck, spec: Layout) -> tuple[str, bool]:
    """The layout part, and whether it is ours (has the placeholders ours has)."""
    layouts = deck.layouts()
    for part in layouts:
        if deck.layout_name(part) == spec.name and _is_ours(deck, part, spec):
            return part, True
    for kind in (*_STAND_INS.get(spec.key, ()), "titleOnly", "obj", "title"):
        found = _of_kind(deck, layouts, kind)
        if found:
            return found, False
    for part in layouts:
        if "title" in foreign_slots(deck, part):
            return part, False
    if not layouts:
        raise OperationError("The file has no slide layouts", where="template", fix="Use another template.")
    return layouts[0], False


def stand_in(deck: Deck, key: str) -> str:
    """The layout part that slides of one of our layouts are made of. Raises OperationError if there is none at all."""
    return _find_layout(deck, LAYOUTS[key])[0]


def _of_kind(deck: Deck, layouts: Sequence[str], kind: str) -> str | None:
    """The layout of PowerPoint's type `kind`, or one that is named like it."""
    typed = [part for part in layouts if deck.package.tree(part).get("type") == kind]
    words = _STAND_IN_NAMES.get(kind, ())
    named = [part for part in layouts if any(word in deck.layout_name(part).casefold() for word in words)]
    return next(iter([*typed, *named]), None)


def _is_ours(deck: Deck, part: str, spec: Layout) -> bool:
    held = {
        (ph.get("type", "obj"), ph.get("idx"))
        for shape in shapes_of(deck.package.tree(part))
        if (ph := placeholder_of(shape)) is not None
    }
    return all((slot.kind, str(slot.index) if slot.index is not None else None) in held for slot in spec.slots)


def is_own_layout(deck: Deck, part: str) -> Layout | None:
    """Our layout of that part, if it is one."""
    spec = BY_NAME.get(deck.layout_name(part))
    return spec if spec is not None and spec.slots and _is_ours(deck, part, spec) else None


def layout_slots(deck: Deck, layout: str) -> list[Slot]:
    """The placeholders of a layout that take content, as slots; their boxes are what is left for text."""
    styles = Styles(deck, layout)
    found = []
    for shape in shapes_of(deck.package.tree(layout)):
        ph = placeholder_of(shape)
        if ph is None or ph.get("type") in {"dt", "ftr", "sldNum", "hdr"}:
            continue
        box = styles.box(shape)
        if box is None:
            continue
        kind = ph.get("type", "obj")
        paragraphs = styles.paragraphs(shape)
        first = paragraphs[0] if paragraphs else None
        frame = styles.frame(shape)
        inner = box
        if kind not in {"pic", "tbl", "chart"}:
            left, top, right, bottom = frame.insets
            inner = Box(box.x + left, box.y + top, box.w - left - right, box.h - top - bottom)
        run = first.runs[0] if first else None
        index = ph.get("idx")
        found.append(
            Slot(
                key=kind,
                kind=kind,
                color=run.color if run else None,
                index=int(index) if index is not None else None,
                name=identity(shape).get("name", "Placeholder"),
                box=inner,
                size=run.size if run else 18,
                bold=bool(run and run.font.bold),
                anchor={"ctr": "middle", "b": "bottom"}.get(frame.anchor, "top"),
                bulleted=kind in {"obj", "body"} and bool(first and first.indent),
                heading=kind in {"title", "ctrTitle"},
                line_percent=round((first.line_percent if first else 1) * 100),
                spacing=round((first.space_before if first else 0) * 100),
            )
        )
    return found


def foreign_slots(deck: Deck, layout: str) -> dict[str, Slot]:
    """The slots of a layout somebody else made, by the keys ours have."""
    slots = [clear_slot(deck, layout, slot) for slot in layout_slots(deck, layout)]
    found: dict[str, Slot] = {}
    for slot in slots:
        if slot.kind in {"title", "ctrTitle"}:
            found.setdefault("title", slot)
        elif slot.kind == "subTitle":
            found.setdefault("subtitle", slot)
        elif slot.kind == "pic":
            found.setdefault("image", slot)
    bodies = sorted((slot for slot in slots if slot.kind in {"obj", "body"}), key=lambda slot: -slot.box.w * slot.box.h)
    if bodies:
        found.setdefault("body", bodies[0])
        found.setdefault("subtitle", bodies[0])
    return found | _paired(slots)


def _paired(slots: list[Slot]) -> dict[str, Slot]:
    """The slots of PowerPoint's own layouts for one content, for two side by side, and for two under headings."""
    across = sorted((slot for slot in slots if slot.kind == "obj" and slot.index is not None), key=lambda s: s.box.x)
    headings = sorted((slot for slot in slots if slot.kind == "body"), key=lambda slot: slot.box.x)
    if len(across) == 1 and not headings:
        return {"chart": across[0], "table": across[0]}
    if len(across) != 2 or across[0].box.right > across[1].box.x:
        return {}
    if not headings:
        return {"left": across[0], "right": across[1]}
    if len(headings) != 2:
        return {}
    columns = zip((1, 2), headings, across, strict=True)
    return {
        key: slot
        for number, heading, body in columns
        for key, slot in ((f"column{number}_heading", heading), (f"column{number}_body", body))
    }


def described(text: str) -> str:
    """A text as a name or alternative text."""
    return plain(text).strip()
