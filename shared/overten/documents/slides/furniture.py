"""What stands on every slide: logo, footer, slide number. Kept where PowerPoint keeps it, on master and layouts."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P, contained, element, picture_xml, shape_xml
from overten.documents.slides.geometry import FOOTER_TOP, MARGIN, WIDTH, Box
from overten.documents.slides.inherit import identity, placeholder_of, shapes_of
from overten.documents.slides.layouts import LAYOUTS
from overten.documents.slides.media import add_image, pixel_size

_LOGO = Box(WIDTH - MARGIN - 1_325_880, FOOTER_TOP - 36_576, 822_960, 283_464)
_COVER_LOGO = Box(MARGIN, 548_640, 1_828_800, 548_640)
_PLATE = 91_440


def place_logo(deck: Deck, data: bytes) -> None:
    """Puts the logo at the foot of every slide and, on a white plate, on the cover. Raises ValueError if it is none."""
    size = pixel_size(data)
    dark = {layout.name: layout for layout in LAYOUTS.values() if layout.background}
    for master in deck.masters():
        relation = add_image(deck.package, master, data)
        box = contained(*size, _LOGO, "right", "middle")
        _append(deck, master, picture_xml(90, "Logo", relation, box, alt="Logo"))
    for layout in deck.layouts():
        known = dark.get(deck.layout_name(layout))
        if known is None:
            if deck.layout_name(layout) in {LAYOUTS[key].name for key in ("image_full", "image_right", "blank")}:
                deck.package.edit(layout).set("showMasterSp", "0")
            continue
        deck.package.edit(layout).set("showMasterSp", "0")
        if known.family == "cover":
            box = contained(*size, _COVER_LOGO, "left", "top")
            plate = Box(box.x, box.y - _PLATE, box.w + 2 * _PLATE, box.h + 2 * _PLATE)
            _append(deck, layout, shape_xml(90, "Logo plate", plate, fill="bg1"))
            box = box._replace(x=box.x + _PLATE)
            _append(deck, layout, picture_xml(91, "Logo", add_image(deck.package, layout, data), box, alt="Logo"))


def _append(deck: Deck, part: str, xml: str) -> None:
    tree = deck.package.edit(part).find(f"{P}cSld/{P}spTree")
    if tree is not None:
        tree.append(element(xml))


def set_footer(deck: Deck, text: str) -> None:
    """Writes the footer on masters, layouts and every slide that has or could have one."""
    for part in (*deck.masters(), *deck.layouts(), *deck.slides()):
        root = deck.package.edit(part)
        found = _held(root, "ftr")
        if found is None and part in deck.slides():
            found = inherited_copy(deck, part, "ftr")
            tree = root.find(f"{P}cSld/{P}spTree")
            if found is not None and tree is not None and text:
                tree.append(found)
        if found is not None:
            _write(found, text)


def show_slide_numbers(deck: Deck, shown: bool) -> None:
    """Shows or hides the slide numbers of all slides, and of those to come."""
    for master in deck.masters():
        root = deck.package.edit(master)
        flags = root.find(f"{P}hf")
        if flags is None:
            flags = etree.Element(f"{P}hf")
            styles = root.find(f"{P}txStyles")
            if styles is None:
                continue
            styles.addprevious(flags)
        flags.set("sldNum", str(int(shown)))
    for slide in deck.slides():
        root = deck.package.edit(slide)
        tree, found = root.find(f"{P}cSld/{P}spTree"), _held(root, "sldNum")
        if tree is None:
            continue
        if not shown and found is not None:
            tree.remove(found)
        if shown and found is None:
            new = inherited_copy(deck, slide, "sldNum")
            if new is not None:
                tree.append(new)


def footers_for(deck: Deck, layout: str, first_id: int) -> list[etree._Element]:
    """The footer and slide number that a new slide of this layout gets."""
    found: list[etree._Element] = []
    master = deck.master_of(layout)
    flags = deck.package.tree(master).find(f"{P}hf") if master else None
    for kind in ("ftr", "sldNum"):
        model = _held(deck.package.tree(layout), kind)
        hidden = flags is not None and flags.get(kind) == "0"
        if model is None or hidden or (kind == "ftr" and not _text(model)):
            continue
        found.append(_bare(model, first_id + len(found)))
    return found


def inherited_copy(deck: Deck, slide: str, kind: str) -> etree._Element | None:
    """A slide's own copy of its layout's footer or number, without what it inherits."""
    layout = deck.layout_of(slide)
    model = _held(deck.package.tree(layout), kind) if layout else None
    if model is None:
        return None
    taken = [int(item.get("id", 0)) for item in deck.package.tree(slide).iter(f"{P}cNvPr")]
    return _bare(model, max(taken, default=1) + 1)


def _bare(model: etree._Element, element_id: int) -> etree._Element:
    copy = deepcopy(model)
    identity(copy).set("id", str(element_id))
    for child in list(identity(copy)):
        identity(copy).remove(child)
    properties = copy.find(f"{P}spPr")
    if properties is not None:
        properties.clear()
    body = copy.find(f"{P}txBody")
    if body is not None:
        for tag in ("bodyPr", "lstStyle"):
            found = body.find(f"{A}{tag}")
            if found is not None:
                found.clear()
    return copy


def _held(root: etree._Element, kind: str) -> etree._Element | None:
    for shape in shapes_of(root):
        ph = placeholder_of(shape)
        if ph is not None and ph.get("type") == kind:
            return shape
    return None


def _text(shape: etree._Element) -> str:
    return "".join(item.text or "" for item in shape.iter(f"{A}t")).strip()


def _write(shape: etree._Element, text: str) -> None:
    body = shape.find(f"{P}txBody")
    if body is None:
        return
    for paragraph in body.findall(f"{A}p"):
        body.remove(paragraph)
    paragraph = etree.SubElement(body, f"{A}p")
    if text:
        run = etree.SubElement(paragraph, f"{A}r")
        etree.SubElement(run, f"{A}rPr", lang="en-US")
        etree.SubElement(run, f"{A}t").text = text
    else:
        etree.SubElement(paragraph, f"{A}endParaRPr", lang="en-US")
