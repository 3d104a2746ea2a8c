"""What a shape looks like when everything it inherits is counted in: place, frame, fonts, sizes, colours.

ECMA-376 part 1, 19.3.1: a placeholder inherits from the layout's of the same index (or type), that from the master's
of the same type, that from the master's text styles, and all from the presentation's defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from overten.documents.color import lum
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P
from overten.documents.slides.geometry import Box
from overten.documents.text.measure import Font

_DEFAULT_SIZE = 18.0
_DEFAULT_INSETS = (91_440, 45_720, 91_440, 45_720)
_TITLES = {"title", "ctrTitle"}
# Placeholders of a layout that have no counterpart of their type on a master inherit from its body.
_BODIES = {"body", "subTitle", "obj", "pic", "chart", "tbl", "dgm", "media", "clipArt", ""}


@dataclass(frozen=True)
class TextRun:
    """A piece of a paragraph as it is drawn."""

    text: str
    font: Font
    size: float
    color: str


@dataclass(frozen=True)
class TextParagraph:
    """A paragraph with its spacing in points and its left edge in EMU."""

    runs: tuple[TextRun, ...]
    line_percent: float
    line_points: float | None
    space_before: float
    space_after: float
    margin: int
    indent: int
    element: etree._Element

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Frame:
    """The frame of a text: what is left for it, and how it takes too much of it."""

    insets: tuple[int, int, int, int]
    wraps: bool
    fit: str
    font_scale: float
    spacing_cut: float
    columns: int
    upright: bool
    anchor: str


class Styles:
    """Looks up what the shapes of one slide inherit."""

    def __init__(self, deck: Deck, slide: str) -> None:
        self.deck = deck
        self.slide = slide
        package = deck.package
        self.layout = deck.layout_of(slide)
        self.master = deck.master_of(slide)
        self._layout_tree = package.tree(self.layout) if self.layout and package.has(self.layout) else None
        self._master_tree = package.tree(self.master) if self.master and package.has(self.master) else None
        self.palette = deck.palette(slide)
        self.heading_font, self.body_font = deck.fonts(slide)

    def ancestors(self, shape: etree._Element) -> list[etree._Element]:
        """The shape and the placeholders it inherits from, nearest first."""
        ph = placeholder_of(shape)
        if ph is None:
            return [shape]
        found = [shape]
        kind, index = ph.get("type", ""), ph.get("idx", "0")
        above = _match_layout(self._layout_tree, kind, index)
        if above is not None:
            found.append(above)
            inherited = placeholder_of(above)
            kind = inherited.get("type", "") if inherited is not None else kind
        top = _match_master(self._master_tree, kind)
        if top is not None:
            found.append(top)
        return found

    def box(self, shape: etree._Element) -> Box | None:
        """Where the shape stands in its own coordinates (those of its group, if it is in one)."""
        for ancestor in self.ancestors(shape):
            found = own_box(ancestor)
            if found is not None:
                return found
        return None

    def frame(self, shape: etree._Element) -> Frame:
        """The resolved body properties of a shape's text."""
        properties = [body for item in self.ancestors(shape) if (body := item.find(f"{P}txBody/{A}bodyPr")) is not None]

        def first(name: str, default: str) -> str:
            return next((value for body in properties if (value := body.get(name)) is not None), default)

        insets = tuple(
            int(first(key, str(default)))
            for key, default in zip(("lIns", "tIns", "rIns", "bIns"), _DEFAULT_INSETS, strict=True)
        )
        fit, scale, cut = "none", 1.0, 0.0
        for body in properties:
            kinds = [
                child for child in body if etree.QName(child).localname in {"normAutofit", "spAutoFit", "noAutofit"}
            ]
            if kinds:
                fit = etree.QName(kinds[0]).localname
                scale = _share(kinds[0].get("fontScale"), 1.0)
                cut = _share(kinds[0].get("lnSpcReduction"), 0.0)
                break
        return Frame(
            insets=insets,  # type: ignore[arg-type]
            wraps=first("wrap", "square") != "none",
            fit=fit,
            font_scale=scale,
            spacing_cut=cut,
            columns=int(first("numCol", "1")),
            upright=first("vert", "horz") == "horz",
            anchor=first("anchor", "t"),
        )

    def paragraphs(self, shape: etree._Element, body: etree._Element | None = None) -> list[TextParagraph]:
        """The paragraphs of a shape's text, or of a table cell's body."""
        text = body if body is not None else shape.find(f"{P}txBody")
        if text is None:
            return []
        ancestors = self.ancestors(shape) if body is None else []
        return [self._paragraph(paragraph, shape, text, ancestors) for paragraph in text.iterfind(f"{A}p")]

    def _paragraph(
        self, paragraph: etree._Element, shape: etree._Element, body: etree._Element, ancestors: list[etree._Element]
    ) -> TextParagraph:
        own = paragraph.find(f"{A}pPr")
        level = int(own.get("lvl", "0")) if own is not None else 0
        chain = ([own] if own is not None else []) + list(self._levels(shape, body, ancestors, level))
        defaults = [found for item in chain if (found := item.find(f"{A}defRPr")) is not None]
        runs = tuple(self._run(run, shape, defaults) for run in paragraph if _is_run(run))
        if not runs:
            end = paragraph.find(f"{A}endParaRPr")
            runs = (self._styled("", [*([end] if end is not None else []), *defaults], shape),)
        percent, points = _line_spacing(chain)
        size = runs[0].size
        return TextParagraph(
            runs=runs,
            line_percent=percent,
            line_points=points,
            space_before=_spacing(chain, "spcBef", size),
            space_after=_spacing(chain, "spcAft", size),
            margin=_number(chain, "marL"),
            indent=_number(chain, "indent"),
            element=paragraph,
        )

    def _levels(
        self, shape: etree._Element, body: etree._Element, ancestors: list[etree._Element], level: int
    ) -> Iterator[etree._Element]:
        tag = f"{A}lvl{level + 1}pPr"
        bodies = [body, *(item.find(f"{P}txBody") for item in ancestors[1:])]
        for item in bodies:
            found = item.find(f"{A}lstStyle/{tag}") if item is not None else None
            if found is not None:
                yield found
        ph = placeholder_of(shape)
        if self._master_tree is not None and ph is not None:
            kind = self._kind_of(shape)
            style = "titleStyle" if kind in _TITLES else "bodyStyle" if kind in _BODIES else "otherStyle"
            found = self._master_tree.find(f"{P}txStyles/{P}{style}/{tag}")
            if found is not None:
                yield found
        root = self.deck.package.tree(self.deck.presentation)
        found = root.find(f"{P}defaultTextStyle/{tag}")
        if found is not None:
            yield found

    def _kind_of(self, shape: etree._Element) -> str:
        for item in self.ancestors(shape):
            ph = placeholder_of(item)
            if ph is not None and ph.get("type"):
                return ph.get("type", "")
        return ""

    def _run(self, run: etree._Element, shape: etree._Element, defaults: list[etree._Element]) -> TextRun:
        own = run.find(f"{A}rPr")
        text = "\n" if etree.QName(run).localname == "br" else run.findtext(f"{A}t") or ""
        return self._styled(text, [*([own] if own is not None else []), *defaults], shape)

    def _styled(self, text: str, chain: list[etree._Element], shape: etree._Element) -> TextRun:
        size = next((float(value) / 100 for item in chain if (value := item.get("sz"))), _DEFAULT_SIZE)
        bold = next((value in {"1", "true"} for item in chain if (value := item.get("b")) is not None), False)
        faces = (found.get("typeface") for item in chain if (found := item.find(f"{A}latin")) is not None)
        face = next((name for name in faces if name), "+mn-lt")
        family = self.heading_font if face.startswith("+mj") else self.body_font if face.startswith("+mn") else face
        fills = (found for item in chain if (found := item.find(f"{A}solidFill")) is not None)
        color = next((value for fill in fills if (value := self.color(fill))), None)
        if color is None:
            reference = shape.find(f"{P}style/{A}fontRef")
            color = (self.color(reference) if reference is not None else None) or self.palette.rgb("tx1")
        return TextRun(text, Font(family, bold), size, color)

    def color(self, fill: etree._Element) -> str | None:
        """The colour a fill element holds, with its luminance changes."""
        for child in fill:
            if not isinstance(child.tag, str):
                continue
            kind = etree.QName(child).localname
            value = child.get("val", "")
            if kind == "srgbClr":
                base = value.upper()
            elif kind == "sysClr":
                base = child.get("lastClr", "000000").upper()
            elif kind == "schemeClr":
                base = self.palette.rgb(value)
            else:
                return None
            modulate, offset = child.find(f"{A}lumMod"), child.find(f"{A}lumOff")
            if modulate is None and offset is None:
                return base
            parts = [_share(item.get("val"), 0.0) if item is not None else None for item in (modulate, offset)]
            return lum(base, 1.0 if parts[0] is None else parts[0], parts[1] or 0.0)
        return None


def placeholder_of(shape: etree._Element) -> etree._Element | None:
    """The `ph` element of a shape, picture or frame."""
    if not len(shape) or not isinstance(shape.tag, str):
        return None
    return shape[0].find(f"{P}nvPr/{P}ph")


def own_box(shape: etree._Element) -> Box | None:
    """The place the shape itself states."""
    for path in (f"{P}spPr/{A}xfrm", f"{P}xfrm", f"{P}grpSpPr/{A}xfrm"):
        found = shape.find(path)
        if found is not None:
            offset, extent = found.find(f"{A}off"), found.find(f"{A}ext")
            if offset is not None and extent is not None:
                return Box(
                    int(offset.get("x", 0)), int(offset.get("y", 0)), int(extent.get("cx", 0)), int(extent.get("cy", 0))
                )
    return None


def shapes_of(tree: etree._Element) -> list[etree._Element]:
    """The top-level shapes of a slide, layout or master; of `mc:AlternateContent` the first choice."""
    root = tree.find(f"{P}cSld/{P}spTree")
    if root is None:
        return []
    return list(_flatten(root))


def _flatten(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child).localname
        if name == "AlternateContent":
            if len(child):
                yield from _flatten(child[0])
        elif name in {"sp", "pic", "graphicFrame", "grpSp", "cxnSp"}:
            yield child


def members(shape: etree._Element) -> Iterator[etree._Element]:
    """The shape and, if it is a group, everything in it."""
    yield shape
    if etree.QName(shape).localname == "grpSp":
        for child in _flatten(shape):
            yield from members(child)


def identity(shape: etree._Element) -> etree._Element:
    """The `cNvPr` element: id, name, alt text."""
    found = shape[0].find(f"{P}cNvPr") if len(shape) else None
    return found if found is not None else etree.Element(f"{P}cNvPr", id="0", name="")


def _match_layout(tree: etree._Element | None, kind: str, index: str) -> etree._Element | None:
    if tree is None:
        return None
    held = [(shape, ph) for shape in shapes_of(tree) if (ph := placeholder_of(shape)) is not None]
    for shape, ph in held:
        if ph.get("idx", "0") == index and (index != "0" or _alike(ph.get("type", ""), kind)):
            return shape
    return next((shape for shape, ph in held if kind and _alike(ph.get("type", ""), kind)), None)


def _alike(first: str, second: str) -> bool:
    return first == second or {first, second} <= _TITLES


def _match_master(tree: etree._Element | None, kind: str) -> etree._Element | None:
    if tree is None:
        return None
    wanted = "title" if kind in _TITLES else "body" if kind in _BODIES else kind
    for shape in shapes_of(tree):
        ph = placeholder_of(shape)
        if ph is not None and ph.get("type", "body") == wanted:
            return shape
    return None


def _is_run(item: etree._Element) -> bool:
    return isinstance(item.tag, str) and etree.QName(item).localname in {"r", "br", "fld"}


def _share(value: str | None, default: float) -> float:
    if value is None:
        return default
    return float(value.rstrip("%")) / 100 if value.endswith("%") else float(value) / 100_000


def _line_spacing(chain: list[etree._Element]) -> tuple[float, float | None]:
    for item in chain:
        spacing = item.find(f"{A}lnSpc")
        if spacing is not None and len(spacing):
            value = spacing[0].get("val", "100000")
            if etree.QName(spacing[0]).localname == "spcPts":
                return 1.0, float(value) / 100
            return _share(value, 1.0), None
    return 1.0, None


def _spacing(chain: list[etree._Element], tag: str, size: float) -> float:
    for item in chain:
        spacing = item.find(f"{A}{tag}")
        if spacing is not None and len(spacing):
            value = spacing[0].get("val", "0")
            return (
                float(value) / 100 if etree.QName(spacing[0]).localname == "spcPts" else _share(value, 0.0) * size * 1.2
            )
    return 0.0


def _number(chain: list[etree._Element], name: str) -> int:
    return int(next((value for item in chain if (value := item.get(name)) is not None), "0"))
