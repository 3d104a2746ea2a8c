"""What is wrong with a finished deck, read from its bytes, and the mechanical mending of it.

The verifier knows nothing of what wrote the file: it resolves what each shape inherits, measures its text, and looks
for what a reader would see. `baseline` is the file before it was edited: what was wrong already is not reported.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from lxml import etree

from overten.documents.color import contrast
from overten.documents.errors import OperationError
from overten.documents.models import Finding
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.fonts import unavailable_fonts
from overten.documents.ooxml.package import Package
from overten.documents.slides.chartdata import read_chart
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, C, P, R
from overten.documents.slides.edit import shrink_to_fit
from overten.documents.slides.fit import height_of
from overten.documents.slides.geometry import POINT, Box
from overten.documents.slides.inherit import (
    Styles,
    TextParagraph,
    identity,
    members,
    own_box,
    placeholder_of,
    shapes_of,
)
from overten.documents.text.measure import Font, longest_word

MAX_FINDINGS_PER_CODE = 25
_OVERFLOW_POINTS = 2.0
_OVERLAP = 6 * POINT
_LARGE_POINTS, _LARGE_BOLD_POINTS = 18.0, 14.0
_CARRIES_TEXT_ALONE = {"dt", "ftr", "sldNum", "hdr"}


def verify(data: bytes, baseline: bytes | None = None) -> list[Finding]:
    """Everything wrong with a deck, errors first. Never raises for a bad file; that is a finding."""
    try:
        deck = Deck.open(data)
    except (PackageError, KeyError, ValueError) as error:
        return [_finding("package", f"The file is not a readable deck: {error}")]
    found = [*_schema(data), *_structure(deck)]
    for number, part in enumerate(deck.slides(), 1):
        found += _slide(deck, number, part)
    found += [*_neighbours(deck), *unavailable_fonts(deck.package)]
    if baseline is not None:
        known = {_key(finding) for finding in verify(baseline)}
        found = [finding for finding in found if _key(finding) not in known]
        found += _lost(Package.open(baseline), deck)
    return _limited(found)


def _key(finding: Finding) -> tuple[str, str | None, str | None]:
    # A slide may have moved: what is wrong with an element is known by the element and not by the slide's number.
    return finding.code, finding.subject, finding.value or (None if finding.subject else finding.message)


def _limited(found: list[Finding]) -> list[Finding]:
    counts: dict[str, int] = {}
    kept = []
    for finding in sorted(dict.fromkeys(found), key=lambda item: item.severity != "error"):
        counts[finding.code] = counts.get(finding.code, 0) + 1
        if counts[finding.code] <= MAX_FINDINGS_PER_CODE:
            kept.append(finding)
    return kept


def _finding(
    code: str, message: str, location: str | None = None, *, severity: Literal["error", "warning"] = "error",
    subject: str | None = None, value: str | None = None,
) -> Finding:  # fmt: skip
    return Finding(code=code, message=message, severity=severity, location=location, subject=subject, value=value)


def _schema(data: bytes) -> list[Finding]:
    """Schema and semantic errors by openxml-audit."""
    from openxml_audit import OpenXmlValidator, ValidationSeverity

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.pptx"
        path.write_bytes(_without_our_layouts(data))
        result = OpenXmlValidator(max_errors=200).validate(path)
    return [
        _finding(
            "invalid_package",
            f"{error.description} ({error.part_uri} {error.path or ''})".strip(),
            value=f"{error.part_uri}: {error.description}",
        )
        for error in result.errors
        if error.severity == ValidationSeverity.ERROR
    ]


def _without_our_layouts(data: bytes) -> bytes:
    """The file with the layouts that every new deck of ours has, byte for byte, made short: they are known to be good,
    and the validator takes longer for them than for the slides."""
    from overten.documents.slides.base import layout_xml
    from overten.documents.slides.layouts import BY_NAME

    package = Package.open(data)
    for name in package.names():
        if name.startswith("ppt/slideLayouts/slideLayout"):
            found = package.tree(name).find(f"{P}cSld")
            ours = BY_NAME.get(found.get("name", "")) if found is not None else None
            if ours is not None and layout_xml(ours).encode() == package.read(name):
                package.put(name, layout_xml(replace(ours, slots=(), decoration=(), furniture=False)).encode())
    return package.save()


def _structure(deck: Deck) -> Iterator[Finding]:
    package = deck.package
    for name in package.names():
        if any(word.casefold() in name.casefold() for word in ("vbaProject", "activeX")):
            yield _finding("active_content", f"The file holds active content: {name}", value=name)
        if name.endswith(".rels") or name == "[Content_Types].xml":
            continue
        for relation in package.relationships(name):
            if not relation.external and not package.has(relation.target):
                yield _finding(
                    "missing_part", f"{name} points at {relation.target}, which is not there", value=relation.target
                )
            if relation.external and relation.kind != "hyperlink":
                yield _finding(
                    "external_link",
                    f"{name} draws on {relation.target[:80]}",
                    severity="warning",
                    value=relation.target[:80],
                )
            if (
                relation.external
                and relation.kind == "hyperlink"
                and not relation.target.lower().startswith(("http://", "https://", "mailto:", "#"))
            ):
                yield _finding(
                    "unsafe_link",
                    f"{name} links to {relation.target[:80]}",
                    severity="warning",
                    value=relation.target[:80],
                )
    if not deck.slides():
        yield _finding("empty", "The deck has no slides")
    order = package.tree(deck.presentation).find(f"{P}sldIdLst")
    ids = [entry.get("id") for entry in (order if order is not None else [])]
    if len(ids) != len(set(ids)):
        yield _finding("duplicate_slide_id", "Two slides have one id")


def _slide(deck: Deck, number: int, part: str) -> Iterator[Finding]:
    root, styles, where = deck.package.tree(part), Styles(deck, part), f"slide {number}"
    tops = shapes_of(root)
    ids = [identity(shape).get("id") for top in tops for shape in members(top)]
    for repeated in sorted({value for value in ids if value and ids.count(value) > 1}):
        yield _finding(
            "duplicate_id", f"Two elements have the id {repeated}", where, severity="warning", value=repeated
        )
    yield from _titled(tops, where)
    painting = _Painting(styles, root)
    for top in tops:
        for shape, offset in _placed(top, styles):
            yield from _shape(deck, part, styles, painting, shape, offset, where)
    yield from _overlaps(tops, styles, where)


def _titled(tops: list[etree._Element], where: str) -> Iterator[Finding]:
    titles = [
        shape for shape in tops if (ph := placeholder_of(shape)) is not None and ph.get("type") in {"title", "ctrTitle"}
    ]
    if not any(_words(shape) for shape in titles):
        yield _finding(
            "no_title",
            "The slide has no title, by which screen readers and outlines find it",
            where,
            severity="warning",
        )


def _placed(top: etree._Element, styles: Styles) -> Iterator[tuple[etree._Element, Box | None]]:
    """The shape and all in it, each with its box on the slide."""
    box = styles.box(top)
    yield top, box
    if etree.QName(top).localname != "grpSp" or box is None:
        return
    transform = top.find(f"{P}grpSpPr/{A}xfrm")
    child_offset = transform.find(f"{A}chOff") if transform is not None else None
    child_extent = transform.find(f"{A}chExt") if transform is not None else None
    if child_offset is None or child_extent is None:
        return
    inner = Box(
        int(child_offset.get("x", 0)),
        int(child_offset.get("y", 0)),
        int(child_extent.get("cx", 1)) or 1,
        int(child_extent.get("cy", 1)) or 1,
    )
    for child in members(top):
        if child.getparent() is top:
            for shape, own in _placed(child, styles):
                yield shape, _through(own, inner, box) if own else None


def _through(box: Box, inner: Box, outer: Box) -> Box:
    across, down = outer.w / inner.w, outer.h / inner.h
    return Box(
        outer.x + round((box.x - inner.x) * across),
        outer.y + round((box.y - inner.y) * down),
        round(box.w * across),
        round(box.h * down),
    )


def _shape(
    deck: Deck, part: str, styles: Styles, painting: _Painting, shape: etree._Element, box: Box | None, where: str
) -> Iterator[Finding]:
    about, kind = identity(shape), etree.QName(shape).localname
    name = about.get("name") or kind
    subject = f"{about.get('id')} {name}"
    if about.get("hidden") in {"1", "true"}:
        return
    if box is not None and not deck.size.contains(box, 2 * POINT):
        severity: Literal["error", "warning"] = (
            "error" if not deck.size.overlaps(box) or kind == "graphicFrame" else "warning"
        )
        yield _finding("off_slide", f"{name} reaches beyond the slide", where, severity=severity, subject=subject)
    if kind in {"pic", "graphicFrame"} and not (about.get("descr") or _is_decorative(about)):
        yield _finding("no_alt_text", f"{name} has no alternative text", where, severity="warning", subject=subject)
    if kind == "sp":
        yield from _text(styles, painting, shape, box, where, name, subject)
    if kind == "pic" and box is not None:
        yield from _picture(deck, part, shape, where, name, subject)
    chart = shape.find(f".//{C}chart")
    if kind == "graphicFrame" and chart is not None:
        yield from _chart(deck, part, chart, where, name, subject)
    if kind == "graphicFrame" and shape.find(f".//{A}tbl") is not None and box is not None:
        yield from _table(deck, styles, shape, box, where, name, subject)


def _is_decorative(about: etree._Element) -> bool:
    return any(
        isinstance(item.tag, str) and etree.QName(item).localname == "decorative" and item.get("val") == "1"
        for item in about.iter()
    )


def _words(shape: etree._Element) -> str:
    body = shape.find(f"{P}txBody")
    return "".join(item.text or "" for item in body.iter(f"{A}t")).strip() if body is not None else ""


def _text(
    styles: Styles, painting: _Painting, shape: etree._Element, box: Box | None, where: str, name: str, subject: str
) -> Iterator[Finding]:
    ph = placeholder_of(shape)
    if not _words(shape):
        if ph is not None and ph.get("type", "obj") not in _CARRIES_TEXT_ALONE | {"sldImg"}:
            yield _finding(
                "empty_placeholder",
                f"{name} is empty and would show its prompt",
                where,
                severity="warning",
                subject=subject,
            )
        return
    if box is None:
        return
    frame, paragraphs = styles.frame(shape), styles.paragraphs(shape)
    if frame.upright and frame.fit != "spAutoFit":
        if frame.fit == "normAutofit" and ph is not None and frame.font_scale == 1.0 and styles.layout is None:
            return
        over = height_of(paragraphs, box, frame) - box.h / POINT
        if over > _OVERFLOW_POINTS:
            message = f"The text of {name} is {over:.0f} points higher than its box"
            yield _finding("text_overflow", message, where, subject=subject, value=_words(shape)[:60])
        left, _, right, _ = frame.insets
        for paragraph in paragraphs:
            run = max(paragraph.runs, key=lambda item: item.size)
            word, length = longest_word(
                paragraph.text, Font(run.font.family, run.font.bold), run.size * frame.font_scale
            )
            room = (box.w - left - right - paragraph.margin) / POINT
            if frame.wraps and room > 0 and length > room + 1:
                yield _finding(
                    "word_broken", f"The word {word!r} is wider than {name}", where, severity="warning", subject=subject
                )
                break
    yield from _contrast(painting, shape, paragraphs, where, name, subject)


def _contrast(
    painting: _Painting, shape: etree._Element, paragraphs: Sequence[TextParagraph], where: str, name: str, subject: str
) -> Iterator[Finding]:
    under = painting.under(shape)
    if under is None:
        return
    for paragraph in paragraphs:
        for run in paragraph.runs:
            large = run.size >= _LARGE_POINTS or (run.font.bold and run.size >= _LARGE_BOLD_POINTS)
            needed = 3.0 if large else 4.5
            ratio = contrast(run.color, under)
            if run.text.strip() and ratio < needed:
                message = (
                    f"Text of {name} has a contrast of {ratio:.1f} to 1 (#{run.color} on "
                    f"#{under}); {needed:g} is needed"
                )
                yield _finding("low_contrast", message, where, severity="warning", subject=subject)
                return


class _Painting:
    """What is painted on a slide, from the bottom up: each shape with its box and fill, the layout's first."""

    def __init__(self, styles: Styles, root: etree._Element) -> None:
        self.background = _background(styles, root)
        self._layers: list[tuple[etree._Element, Box | None, str | None]] = []
        layout = styles.deck.package.tree(styles.layout) if styles.layout else None
        for tree in (layout, root):
            for top in shapes_of(tree) if tree is not None else ():
                if tree is layout and placeholder_of(top) is not None:
                    continue
                for shape, box in _placed(top, styles):
                    kind = etree.QName(shape).localname
                    self._layers.append(
                        (shape, box, None if kind == "pic" else _fill(styles, shape) if kind == "sp" else "")
                    )

    def under(self, shape: etree._Element) -> str | None:
        """What a text stands on: its own fill, else the uppermost shape below that holds it, else the background. None
        if that cannot be said (pictures, gradients)."""
        place = next((index for index, layer in enumerate(self._layers) if layer[0] is shape), None)
        if place is None:
            return None
        _, box, own = self._layers[place]
        if own != "" or box is None:
            return own or None
        for _, other, fill in reversed(self._layers[:place]):
            if fill != "" and other is not None and other.contains(box, 4 * POINT):
                return fill
        return self.background


def _fill(styles: Styles, shape: etree._Element) -> str | None:
    """A shape's fill; "" for none, None for one that is no plain colour."""
    for item in styles.ancestors(shape):
        properties = item.find(f"{P}spPr")
        for child in properties if properties is not None else []:
            kind = etree.QName(child).localname if isinstance(child.tag, str) else ""
            if kind == "solidFill":
                if child.find(f".//{A}alpha") is not None:
                    return None
                return styles.color(child)
            if kind in {"gradFill", "blipFill", "pattFill", "grpFill"}:
                return None
            if kind == "noFill":
                return ""
    reference = shape.find(f"{P}style/{A}fillRef")
    if reference is not None and reference.get("idx", "0") != "0":
        return styles.color(reference) if reference.get("idx") == "1" else None
    return ""


def _background(styles: Styles, root: etree._Element) -> str | None:
    trees = [root, *(styles.deck.package.tree(name) for name in (styles.layout, styles.master) if name)]
    for tree in trees:
        background = tree.find(f"{P}cSld/{P}bg")
        if background is None:
            continue
        reference = background.find(f"{P}bgRef")
        if reference is not None:
            return styles.color(reference) if int(reference.get("idx", "1001")) == 1001 else None
        fill = background.find(f"{P}bgPr/{A}solidFill")
        return styles.color(fill) if fill is not None else None
    return styles.palette.rgb("bg1")


def _picture(deck: Deck, part: str, shape: etree._Element, where: str, name: str, subject: str) -> Iterator[Finding]:
    from overten.documents.slides.media import pixel_size

    blip = shape.find(f"{P}blipFill/{A}blip")
    relation = deck.package.relationships(part).get(blip.get(f"{R}embed", "")) if blip is not None else None
    box = own_box(shape)
    if relation is None or relation.external or not deck.package.has(relation.target) or box is None or not box.h:
        return
    try:
        width, height = pixel_size(deck.package.read(relation.target))
    except ValueError:
        return
    crop = shape.find(f"{P}blipFill/{A}srcRect")
    edges = {key: int(crop.get(key, 0)) / 100_000 for key in "ltrb"} if crop is not None else dict.fromkeys("ltrb", 0.0)
    seen = width * (1 - edges["l"] - edges["r"]), height * (1 - edges["t"] - edges["b"])
    if min(seen) > 0 and not 0.93 < (seen[0] / seen[1]) / (box.w / box.h) < 1.07:
        yield _finding("picture_distorted", f"{name} is stretched", where, severity="warning", subject=subject)


def _chart(deck: Deck, part: str, chart: etree._Element, where: str, name: str, subject: str) -> Iterator[Finding]:
    relation = deck.package.relationships(part).get(chart.get(f"{R}id", ""))
    if relation is None or not deck.package.has(relation.target):
        yield _finding("chart_missing", f"{name} has no chart", where, subject=subject)
        return
    read = read_chart(deck.package.tree(relation.target))
    if not any(value is not None for series in read.series for value in series.values):
        yield _finding("chart_empty", f"{name} shows no data", where, subject=subject)
    books = deck.package.relationships(relation.target).of_type("package")
    if not any(deck.package.has(book.target) for book in books):
        yield _finding(
            "chart_no_workbook",
            f"The data of {name} cannot be edited: its workbook is missing",
            where,
            severity="warning",
            subject=subject,
        )


def _table(
    deck: Deck, styles: Styles, shape: etree._Element, box: Box, where: str, name: str, subject: str
) -> Iterator[Finding]:
    """A table grows with its text: its true height is measured."""
    from overten.documents.slides.inherit import Frame

    widths = [int(column.get("w", 0)) for column in shape.iterfind(f".//{A}tblGrid/{A}gridCol")]
    height = 0.0
    for row in shape.iterfind(f".//{A}tbl/{A}tr"):
        tallest = int(row.get("h", 0)) / POINT
        for cell, width in zip(row.iterfind(f"{A}tc"), widths, strict=False):
            body, about = cell.find(f"{A}txBody"), cell.find(f"{A}tcPr")
            if body is None or cell.get("hMerge") or cell.get("vMerge") or cell.get("gridSpan") or cell.get("rowSpan"):
                continue
            insets = tuple(
                int(about.get(key, default)) if about is not None else default
                for key, default in (("marL", 91_440), ("marT", 45_720), ("marR", 91_440), ("marB", 45_720))
            )
            frame = Frame(insets, True, "none", 1.0, 0.0, 1, True, "t")  # type: ignore[arg-type]
            tallest = max(tallest, height_of(styles.paragraphs(shape, body), Box(0, 0, width, 0), frame))
        height += tallest
    if box.y + height * POINT > deck.size.bottom + 2 * POINT:
        yield _finding("table_overflow", f"{name} runs off the slide", where, subject=subject)


def _overlaps(tops: list[etree._Element], styles: Styles, where: str) -> Iterator[Finding]:
    """Texts over texts, and charts or tables over anything that says something."""
    placed = [(shape, box) for shape in tops if (box := _inked(styles, shape)) is not None]
    for index, (first, box) in enumerate(placed):
        for second, other in placed[index + 1 :]:
            if box.overlaps(other, _OVERLAP) and not _stands_on(first, second, box, other):
                names = f"{identity(first).get('name')} and {identity(second).get('name')}"
                yield _finding("overlap", f"{names} overlap", where, severity="warning", subject=names)


def _stands_on(first: etree._Element, second: etree._Element, box: Box, other: Box) -> bool:
    """Text laid on a picture, or on a shape that holds it, is meant."""
    kinds = {etree.QName(first).localname, etree.QName(second).localname}
    return "pic" in kinds or (box.contains(other, 2 * POINT) and not _words(first))


def _inked(styles: Styles, shape: etree._Element) -> Box | None:
    """The area a shape says something in: of a text, as high as its lines."""
    kind, box = etree.QName(shape).localname, styles.box(shape)
    if box is None or kind == "cxnSp" or (kind == "sp" and not _words(shape)):
        return None
    if kind != "sp":
        return box
    frame = styles.frame(shape)
    height = round(min(height_of(styles.paragraphs(shape), box, frame) * POINT, box.h)) if frame.upright else box.h
    top = {"ctr": box.y + (box.h - height) // 2, "b": box.bottom - height}.get(frame.anchor, box.y)
    return Box(box.x, top, box.w, height)


def _neighbours(deck: Deck) -> Iterator[Finding]:
    from overten.documents.slides.apply import neighbours_alike

    for number, family in neighbours_alike(deck):
        message = f"Slides {number} and {number + 1} are both of the kind {family.replace('_', ' ')}"
        yield _finding("same_layout", message, f"slide {number + 1}", severity="warning", value=f"{number}")


def _lost(before: Package, deck: Deck) -> Iterator[Finding]:
    """Parts that were edited away although their slide is still there are none: this looks for masters and layouts."""
    for name in before.names():
        if name.startswith(
            ("ppt/slideMasters/slideMaster", "ppt/slideLayouts/slideLayout", "ppt/theme/")
        ) and not deck.package.has(name):
            yield _finding("part_lost", f"The part {name} is gone", value=name)


def refit(deck: Deck) -> int:
    """Sets texts that run over their boxes smaller, where that is enough, and returns how many."""
    count = 0
    for part in deck.slides():
        styles = Styles(deck, part)
        for shape in (inner for top in shapes_of(deck.package.tree(part)) for inner in members(top)):
            if etree.QName(shape).localname != "sp" or not _words(shape):
                continue
            box = styles.box(shape)
            frame = styles.frame(shape)
            if box is None or frame.fit == "spAutoFit" or not frame.upright:
                continue
            if height_of(styles.paragraphs(shape), box, frame) - box.h / POINT <= _OVERFLOW_POINTS:
                continue
            deck.package.edit(part)
            try:
                count += shrink_to_fit(styles, shape, 0.0, part)
            except OperationError:
                continue
    return count


def repair(deck: Deck, findings: list[Finding]) -> list[Finding]:
    """Mends in place what can be mended, and returns warnings that say what was changed.

    Sets overflowing texts smaller, removes empty placeholders, gives alternative texts.
    """
    notes: list[Finding] = []
    for finding in findings:
        found = _locate(deck, finding)
        if found is None:
            continue
        part, shape = found
        name = identity(shape).get("name", "")
        if finding.code == "text_overflow":
            deck.package.edit(part)
            try:
                shrink_to_fit(Styles(deck, part), shape, 0.0, finding.location or "")
            except OperationError:
                continue
            notes.append(
                _finding(
                    "text_shrunk",
                    f"{finding.message}; it was set smaller",
                    finding.location,
                    severity="warning",
                    subject=finding.subject,
                )
            )
        elif finding.code == "empty_placeholder":
            parent = shape.getparent()
            if parent is not None:
                deck.package.edit(part)
                parent.remove(shape)
                notes.append(
                    _finding(
                        "placeholder_removed",
                        f"The empty {name} was removed",
                        finding.location,
                        severity="warning",
                        subject=finding.subject,
                    )
                )
        elif finding.code == "no_alt_text":
            deck.package.edit(part)
            identity(shape).set("descr", name)
            notes.append(
                _finding(
                    "alt_text_named",
                    f"{name} was given its name as alternative text",
                    finding.location,
                    severity="warning",
                    subject=finding.subject,
                )
            )
    return notes


def _locate(deck: Deck, finding: Finding) -> tuple[str, etree._Element] | None:
    number = (finding.location or "").removeprefix("slide ")
    if not finding.subject or not number.isdigit() or int(number) > len(deck.slides()):
        return None
    part = deck.slides()[int(number) - 1]
    wanted = finding.subject.split(" ", 1)[0]
    for top in shapes_of(deck.package.tree(part)):
        for shape in members(top):
            if identity(shape).get("id") == wanted:
                return part, shape
    return None
