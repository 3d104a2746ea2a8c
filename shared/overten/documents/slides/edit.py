"""Editing what is on a slide, ours or anybody's: in its own XML, with everything that is not named left as it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.slides.chartdata import update_chart
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, C, P, R, cover_crop, runs_of
from overten.documents.slides.fit import SCALE, height_of
from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.inherit import Styles, identity, members, own_box, shapes_of
from overten.documents.slides.media import add_image, pixel_size
from overten.documents.slides.operations import (
    DeleteElement,
    EditSlide,
    ReplaceText,
    SetAlt,
    SetChart,
    SetImage,
    SetPlace,
    SetText,
)
from overten.documents.text.spaces import with_plain_spaces

_SMALLEST = 9.0


def edit_slide(deck: Deck, operation: EditSlide) -> str:
    """Applies all changes to a copy of the slide, which takes the slide's place if none is refused."""
    part = deck.slide(operation.slide)
    root = deepcopy(deck.package.tree(part))
    told, after = [], []
    for change in operation.changes:
        where = f"slide {operation.slide}, element {change.element}"
        shape = find_element(root, change.element, where)
        text, then = _CHANGES[type(change)](deck, part, shape, change, where)
        told.append(text)
        if then is not None:
            after.append(then)
    deck.package.put(part, root)
    for then in after:
        then()
    return f"Slide {operation.slide}: {'; '.join(told)}."


_Outcome = tuple[str, Callable[[], None] | None]


def find_element(root: etree._Element, element_id: int, where: str) -> etree._Element:
    """The shape with an id. Raises OperationError, naming those there are."""
    known = []
    for shape in (inner for top in shapes_of(root) for inner in members(top)):
        about = identity(shape)
        if about.get("id") == str(element_id):
            return shape
        known.append(f"{about.get('id')} {about.get('name')}")
    raise OperationError("There is no such element", where=where, fix=f"Elements are: {'; '.join(known[:40])}.")


def _set_text(deck: Deck, part: str, shape: etree._Element, change: SetText, where: str) -> _Outcome:
    if (change.row is None) != (change.column is None):
        raise OperationError("A cell has a row and a column", where=where, fix="Give both.")
    if change.row is not None and change.column is not None:
        body = _cell(shape, change.row, change.column, where).find(f"{A}txBody")
    else:
        body = shape.find(f"{P}txBody")
        if body is None and etree.QName(shape).localname == "sp":
            body = etree.SubElement(shape, f"{P}txBody")
            for tag in ("bodyPr", "lstStyle", "p"):
                etree.SubElement(body, f"{A}{tag}")
    if body is None:
        raise OperationError(
            "The element holds no text", where=where, fix="Name a text element, or row and column of a table."
        )
    before = Styles(deck, part)
    fitted = _overflow(before, shape) if change.row is None else 0.0
    write_lines(body, change.lines)
    if change.row is None:
        shrink_to_fit(before, shape, max(fitted, 0.0), where)
    return f"text of {identity(shape).get('name')} set", None


def write_lines(body: etree._Element, lines: list[str]) -> None:
    """Sets a body's paragraphs. Each new one looks like the old one at its place, or like the last; what a first run
    looked like, the whole paragraph does."""
    old = body.findall(f"{A}p")
    models = [deepcopy(paragraph) for paragraph in old] or [etree.Element(f"{A}p")]
    filled = [model for model in models if model.find(f"{A}r") is not None] or models
    for paragraph in old:
        body.remove(paragraph)
    for number, line in enumerate(lines):
        model = models[number] if number < len(models) else filled[-1]
        if model.find(f"{A}r") is None and number < len(models) and line:
            model = model if len(filled) == len(models) or model.find(f"{A}endParaRPr") is not None else filled[-1]
        body.append(_like(model, line))


def _like(model: etree._Element, line: str) -> etree._Element:
    paragraph = etree.Element(f"{A}p")
    properties = model.find(f"{A}pPr")
    if properties is not None:
        paragraph.append(deepcopy(properties))
    run, end = model.find(f"{A}r"), model.find(f"{A}endParaRPr")
    looks = run.find(f"{A}rPr") if run is not None else end
    for text, bold in runs_of(line):
        if not text:
            continue
        new = etree.SubElement(paragraph, f"{A}r")
        style = deepcopy(looks) if looks is not None else etree.Element(f"{A}rPr")
        style.tag = f"{A}rPr"
        for link in style.findall(f"{A}hlinkClick"):
            style.remove(link)
        if bold:
            style.set("b", "1")
        new.append(style)
        etree.SubElement(new, f"{A}t").text = text
    if not line and looks is not None:
        last = deepcopy(looks)
        last.tag = f"{A}endParaRPr"
        paragraph.append(last)
    return paragraph


def _overflow(styles: Styles, shape: etree._Element) -> float:
    """By how many points the shape's text is higher than its box."""
    box = styles.box(shape)
    if box is None:
        return 0.0
    frame = styles.frame(shape)
    if not frame.upright or frame.fit == "spAutoFit":
        return 0.0
    return height_of(styles.paragraphs(shape), box, frame) - box.h / POINT


def shrink_to_fit(styles: Styles, shape: etree._Element, tolerated: float, where: str) -> bool:
    """Sets a shape's text smaller, in steps of the scale, until it fits. Raises OperationError if it cannot.

    `tolerated` is what it ran over before, in points: nobody is blamed for what was so already.
    """
    if _overflow(styles, shape) <= tolerated + 1:
        return False
    sizes = [run.size for paragraph in styles.paragraphs(shape) for run in paragraph.runs if run.text.strip()]
    largest = max(sizes, default=18.0)
    for step in (float(size) for size in SCALE if _SMALLEST <= size < largest):
        _scale(styles, shape, step / largest)
        if _overflow(styles, shape) <= tolerated + 1:
            return True
    letters = sum(len(paragraph.text) for paragraph in styles.paragraphs(shape))
    over = _overflow(styles, shape)
    box = styles.box(shape)
    share = over / (over + (box.h / POINT if box else 1))
    raise OperationError(
        "The text does not fit",
        where=where,
        fix=f"Cut about {max(round(letters * share * 1.1), 5)} of its {letters} characters.",
    )


def _scale(styles: Styles, shape: etree._Element, factor: float) -> None:
    """Gives every run a size of its own: what it is now, times the factor."""
    for paragraph in styles.paragraphs(shape):
        runs = [
            item
            for item in paragraph.element
            if isinstance(item.tag, str) and etree.QName(item).localname in {"r", "br", "fld"}
        ]
        for element, run in zip(runs, paragraph.runs, strict=False):
            style = element.find(f"{A}rPr")
            if style is None:
                style = etree.Element(f"{A}rPr")
                element.insert(0, style)
            style.set("sz", str(max(round(run.size * factor * 2) * 50, 800)))


def _cell(shape: etree._Element, row: int, column: int, where: str) -> etree._Element:
    rows = shape.findall(f".//{A}tbl/{A}tr")
    if not 1 <= row <= len(rows):
        raise OperationError(
            f"There is no row {row}",
            where=where,
            fix=f"Rows are 1 to {len(rows)}, the header being 1." if rows else "The element is no table.",
        )
    cells = rows[row - 1].findall(f"{A}tc")
    if not 1 <= column <= len(cells):
        raise OperationError(f"There is no column {column}", where=where, fix=f"Columns are 1 to {len(cells)}.")
    return cells[column - 1]


def _set_chart(deck: Deck, part: str, shape: etree._Element, change: SetChart, where: str) -> _Outcome:
    reference = shape.find(f".//{C}chart")
    relation = deck.package.relationships(part).get(reference.get(f"{R}id", "")) if reference is not None else None
    if relation is None or not deck.package.has(relation.target):
        raise OperationError("The element is no chart", where=where, fix="Name a chart, as inspect shows it.")
    then = update_chart(deck.package, relation.target, change.categories, change.series, where)
    return (
        f"data of {identity(shape).get('name')} set ({len(change.series)} series, {len(change.categories)} categories)",
        then,
    )


def _set_image(deck: Deck, part: str, shape: etree._Element, change: SetImage, where: str) -> _Outcome:
    blip = shape.find(f".//{A}blip")
    if blip is None:
        raise OperationError("The element is no picture", where=where, fix="Name a picture, as inspect shows it.")
    asset = deck.assets(change.image)
    if asset is None:
        raise OperationError(
            f"There is no image {change.image!r}", where=where, fix="Use the id of an image of the task."
        )
    try:
        size = pixel_size(asset.data)
    except ValueError as error:
        raise OperationError(f"The image cannot be used: {error}", where=where, fix="Use another image.") from None
    box = Styles(deck, part).box(shape)
    blip.set(f"{R}embed", add_image(deck.package, part, asset.data))
    for child in list(blip):
        # An SVG twin of the old picture would be shown in the place of the new one.
        blip.remove(child)
    _crop(blip, size, box)
    about = identity(shape)
    told = f"{about.get('name')} shows another picture"
    if shows := change.alt_text or asset.alt:
        about.set("descr", shows)
    elif about.get("descr"):
        told += f", its alt text still reads {about.get('descr')!r}"
    return told, None


def _crop(blip: etree._Element, size: tuple[int, int], box: Box | None) -> None:
    """Shows as much of a picture of `size` as fills its box undistorted."""
    fill = blip.getparent()
    crop = fill.find(f"{A}srcRect") if fill is not None else None
    if fill is not None and crop is None:
        crop = etree.Element(f"{A}srcRect")
        blip.addnext(crop)
    if crop is not None and box is not None and box.h and box.w:
        crop.attrib.clear()
        for key, value in zip("ltrb", cover_crop(*size, box), strict=True):
            if value:
                crop.set(key, str(value))


def _set_place(deck: Deck, part: str, shape: etree._Element, change: SetPlace, where: str) -> _Outcome:
    size = deck.size
    box = Box(*(round(value * POINT) for value in (change.left, change.top, change.width, change.height)))
    if not size.contains(box, POINT):
        fix = f"The slide is {size.w // POINT} x {size.h // POINT} points."
        raise OperationError("The place lies off the slide", where=where, fix=fix)
    parent = shape.getparent()
    if parent is not None and etree.QName(parent).localname == "grpSp":
        raise OperationError("The element is part of a group", where=where, fix="Place the group.")
    transform = _transform(shape)
    if transform is None:
        raise OperationError("The element has no place", where=where, fix="Name another.")
    before = own_box(shape)
    for tag, names, values in (("off", "x y", box[:2]), ("ext", "cx cy", box[2:])):
        found = transform.find(f"{A}{tag}")
        if found is None:
            found = etree.SubElement(transform, f"{A}{tag}")
        for name, value in zip(names.split(), values, strict=True):
            found.set(name, str(value))
    if etree.QName(shape).localname == "graphicFrame":
        _scale_table(shape, own_box(shape) or box)
    if before and abs(before.w * box.h - box.w * before.h) > 0.01 * box.w * before.h:
        _crop_anew(deck, part, shape, box)
    return f"{identity(shape).get('name')} placed", None


def _crop_anew(deck: Deck, part: str, shape: etree._Element, box: Box) -> None:
    """Crops a picture to a box of other proportions; one whose size is unknown is stretched."""
    blip = shape.find(f"{P}blipFill/{A}blip")
    relation = deck.package.relationships(part).get(blip.get(f"{R}embed", "")) if blip is not None else None
    if blip is None or relation is None or relation.external or not deck.package.has(relation.target):
        return
    with suppress(ValueError):
        _crop(blip, pixel_size(deck.package.read(relation.target)), box)


def _transform(shape: etree._Element) -> etree._Element | None:
    """The element that holds a shape's place, made if it inherits its place."""
    kind = etree.QName(shape).localname
    if kind == "graphicFrame":
        return shape.find(f"{P}xfrm")
    properties = shape.find(f"{P}{'grpSpPr' if kind == 'grpSp' else 'spPr'}")
    if properties is None:
        return None
    transform = properties.find(f"{A}xfrm")
    if transform is None:
        transform = etree.Element(f"{A}xfrm")
        properties.insert(0, transform)
    return transform


def _scale_table(shape: etree._Element, box: Box) -> None:
    """A table's columns follow its width: the frame's alone means nothing."""
    columns = shape.findall(f".//{A}tblGrid/{A}gridCol")
    total = sum(int(column.get("w", 0)) for column in columns)
    for column in columns:
        column.set("w", str(int(column.get("w", 0)) * box.w // max(total, 1)))


def _set_alt(_deck: Deck, _part: str, shape: etree._Element, change: SetAlt, _where: str) -> _Outcome:
    identity(shape).set("descr", change.text)
    return f"alt text of {identity(shape).get('name')} set", None


def _delete(deck: Deck, part: str, shape: etree._Element, _change: DeleteElement, where: str) -> _Outcome:
    parent = shape.getparent()
    if parent is None:
        raise OperationError("The element cannot be deleted", where=where, fix="Name another.")
    name = identity(shape).get("name")
    used = {value for item in shape.iter() for key, value in item.attrib.items() if str(key).startswith(R)}
    root = shape.getroottree().getroot()
    _drop_animations(root, {identity(item).get("id") for item in members(shape)})
    parent.remove(shape)
    left = {value for item in root.iter() for key, value in item.attrib.items() if str(key).startswith(R)}

    def drop() -> None:
        from overten.documents.slides.arrange import sweep

        relations = deck.package.relationships(part)
        gone = [relation for relation in relations if relation.id in used - left]
        for relation in gone:
            relations.remove(relation.id)
        sweep(deck.package, [relation.target for relation in gone if not relation.external])

    return f"{name} deleted", drop


def _drop_animations(root: etree._Element, ids: set[str | None]) -> None:
    """Takes out the steps that move a shape which is gone: PowerPoint repairs files that keep them."""
    for target in list(root.iter(f"{P}spTgt")):
        if target.get("spid") not in ids:
            continue
        step: etree._Element | None = target
        while step is not None and etree.QName(step).localname != "timing":
            above = step.getparent()
            if above is not None and etree.QName(above).localname == "childTnLst" and len(above) > 1:
                above.remove(step)
                break
            step = above
        else:
            if step is not None and step.getparent() is not None:
                step.getparent().remove(step)  # type: ignore[union-attr]
    for build in list(root.iter(f"{P}bldP", f"{P}bldGraphic", f"{P}bldDgm", f"{P}bldOleChart")):
        above = build.getparent()
        if build.get("spid") in ids and above is not None:
            above.remove(build)
            if not len(above) and above.getparent() is not None:
                above.getparent().remove(above)  # type: ignore[union-attr]


def replace_text(deck: Deck, operation: ReplaceText) -> str:
    """Replaces a phrase wherever it stands, across the runs into which formatting cuts a paragraph."""
    numbers = operation.slides or list(range(1, len(deck.slides()) + 1))
    parts = {number: deck.slide(number) for number in numbers}
    pending, count, touched = [], 0, []
    for number, part in parts.items():
        notes = deck.package.related(part, "notesSlide")
        found = 0
        for name in filter(None, (part, notes)):
            root = deepcopy(deck.package.tree(name))
            hits = sum(replace_in(paragraph, operation.find, operation.replace) for paragraph in root.iter(f"{A}p"))
            if hits and name == part:
                _refit_changed(deck, part, root, number)
            if hits:
                pending.append((name, root))
            found += hits
        count += found
        touched += [number] if found else []
    if not count:
        raise OperationError(f"{operation.find!r} stands nowhere", where="find", fix="Use inspect to see the texts.")
    for name, root in pending:
        deck.package.put(name, root)
    return f"Replaced {count} times on slides {', '.join(map(str, touched))}."


def _refit_changed(deck: Deck, part: str, root: etree._Element, number: int) -> None:
    styles = Styles(deck, part)
    old = {identity(shape).get("id"): shape for top in shapes_of(deck.package.tree(part)) for shape in members(top)}
    for shape in (inner for top in shapes_of(root) for inner in members(top)):
        before = old.get(identity(shape).get("id"))
        if before is not None and shape.find(f"{P}txBody") is not None and _words(shape) != _words(before):
            shrink_to_fit(
                styles, shape, max(_overflow(styles, before), 0.0), f"slide {number}, {identity(shape).get('name')}"
            )


def _words(shape: etree._Element) -> str:
    return "".join(item.text or "" for item in shape.iter(f"{A}t"))


def replace_in(paragraph: etree._Element, find: str, new: str) -> int:
    """Replaces within one paragraph and counts. The new words take the looks of the run in which the old ones began."""
    texts = list(paragraph.iter(f"{A}t"))
    find = with_plain_spaces(find)
    whole = with_plain_spaces("".join(item.text or "" for item in texts))
    count, start = 0, whole.find(find)
    while start >= 0:
        end, position, first = start + len(find), 0, True
        for item in texts:
            text = item.text or ""
            low, high = max(start - position, 0), min(end - position, len(text))
            if low < high:
                item.text = text[:low] + (new if first else "") + text[high:]
                first = False
            position += len(text)
        count += 1
        whole = with_plain_spaces("".join(item.text or "" for item in texts))
        start = whole.find(find, start + len(new))
    return count


_CHANGES: dict[type, Callable[[Deck, str, etree._Element, Any, str], _Outcome]] = {
    SetText: _set_text,
    SetChart: _set_chart,
    SetImage: _set_image,
    SetPlace: _set_place,
    SetAlt: _set_alt,
    DeleteElement: _delete,
}
