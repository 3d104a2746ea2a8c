"""The drawings of a Word document as pictures: those that browsers know as they are, all others drawn by LibreOffice.

Charts, diagrams, groups of shapes and metafiles are drawn together: a copy of the document in which each stands alone
on a page of its own size.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from overten.documents.word.document import Document
from overten.documents.word.xml import el, elements, find, local, q
from overten.export.drawn import Drawing
from overten.export.errors import ConverterFailed, DocumentRefused
from overten.export.protocol import Desk, Settings

MAX_DRAWN = 150
EMU_PER_PX = 9_525
_TWIPS_PER_EMU = 1 / 635
_SCALE = 2.0 * 96 / 72  # two pixels of the picture to one of the screen
_MAX_TWIPS = 31_000
_TO_DRAW: Settings = {"UseTaggedPDF": False, "ExportBookmarks": False, "Quality": 95}
_KEPT = frozenset({"extent", "effectExtent", "docPr", "cNvGraphicFramePr", "graphic"})


@dataclass(frozen=True)
class Sized:
    """How large a drawing is on the page, and what it says it shows."""

    width_px: int
    height_px: int
    description: str


def size_of(drawing: etree._Element) -> Sized:
    extent = next(elements(drawing, "wp:extent"), None)
    named = next(elements(drawing, "wp:docPr"), None)
    width, height = (_integer(extent.get(name)) if extent is not None else 0 for name in ("cx", "cy"))
    description = (named.get("descr") or "") if named is not None else ""
    return Sized(width // EMU_PER_PX, height // EMU_PER_PX, description)


def embedded(document: Document, drawing: etree._Element) -> bytes | None:
    """The bytes of the one picture that a drawing is."""
    kinds = {local(data[0]) for data in drawing.iter(q("a:graphicData")) if len(data) and isinstance(data[0].tag, str)}
    identifiers = [blip.get(q("r:embed")) for blip in drawing.iter(q("a:blip"))]
    if kinds and kinds != {"pic"}:
        return None
    identifiers += [image.get(q("r:id")) for image in drawing.iter(q("v:imagedata"))]
    if len(identifiers) != 1 or not identifiers[0]:
        return None
    relation = document.package.relationships(document.main).get(identifiers[0])
    if relation is None or relation.external or not document.package.has(relation.target):
        return None
    return document.package.read(relation.target)


def drawn(document: Document, drawings: list[etree._Element], desk: Desk) -> list[bytes | None]:
    """A PNG of each drawing, None for one that could not be drawn."""
    if not drawings:
        return []
    few = drawings[:MAX_DRAWN]
    try:
        pdf = desk.convert(_alone(document, few), "docx", "pdf", _TO_DRAW).data
        with Drawing(pdf) as drawing:
            if len(drawing) != len(few):
                return [None] * len(drawings)
            pictures: list[bytes | None] = [drawing.at_scale(index, _SCALE).data for index in range(len(few))]
    except (ConverterFailed, DocumentRefused):
        return [None] * len(drawings)
    return pictures + [None] * (len(drawings) - len(few))


def _alone(document: Document, drawings: list[etree._Element]) -> bytes:
    package = document.package.copy()
    root = copy.deepcopy(document.package.tree(document.main))
    body = find(root, "w:body")
    if body is None:
        raise DocumentRefused("The file is not a Word document.")
    for child in list(body):
        body.remove(child)
    for index, drawing in enumerate(drawings):
        size = size_of(drawing)
        width = min(_MAX_TWIPS, max(300, round(size.width_px * EMU_PER_PX * _TWIPS_PER_EMU)))
        height = min(_MAX_TWIPS, max(300, round(size.height_px * EMU_PER_PX * _TWIPS_PER_EMU)))
        section = _section(width, height, is_first=index == 0)
        spacing = el("w:spacing", before=0, after=0, line=240, lineRule="auto")
        is_last = index == len(drawings) - 1
        settings = el("w:pPr", spacing, el("w:ind", left=0, right=0, firstLine=0), el("w:jc", val="left"))
        if not is_last:
            settings.append(section)
        body.append(el("w:p", settings, el("w:r", el("w:rPr", el("w:sz", val=2)), _inline(drawing))))
        if is_last:
            body.append(section)
    package.put(document.main, root)
    return package.save()


def _section(width: int, height: int, *, is_first: bool) -> etree._Element:
    margins = el("w:pgMar", top=0, right=0, bottom=0, left=0, header=0, footer=0, gutter=0)
    kind = None if is_first else el("w:type", val="nextPage")
    return el("w:sectPr", kind, el("w:pgSz", w=width, h=height), margins)


def _inline(drawing: etree._Element) -> etree._Element:
    """A copy that stands in the line, wherever it was anchored."""
    twin = copy.deepcopy(drawing)
    for anchor in list(elements(twin, "wp:anchor")):
        parent = anchor.getparent()
        if parent is None:
            continue
        inline = etree.Element(q("wp:inline"), {"distT": "0", "distB": "0", "distL": "0", "distR": "0"})
        inline.extend([child for child in anchor if isinstance(child.tag, str) and local(child) in _KEPT])
        parent.replace(anchor, inline)
    return twin


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 12 else 0
