"""The cover page: in our own design on a coloured ground, in a template's design in its own styles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.color import TEXT_CONTRAST, contrast
from overten.documents.word import images, operations
from overten.documents.word.anchors import COVER_TAG, blocks, control_tagged
from overten.documents.word.document import Frame, section_of
from overten.documents.word.paginate import LooksBook, paragraph_height
from overten.documents.word.runs import TextWriter, paragraph, run
from overten.documents.word.theme import palette
from overten.documents.word.xml import (
    EMU_PER_CM,
    NAMESPACES,
    TWIPS_PER_CM,
    TWIPS_PER_POINT,
    append_all,
    el,
    find,
    parse,
    properties,
    put,
)

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_LOGO_CM = 1.8
_GROUND_SHARE = 0.6  # of the page's height
_INSET = round(1.7 * TWIPS_PER_CM)
_RULE_TWIPS = 1300
_EMU_PER_TWIP = EMU_PER_CM / TWIPS_PER_CM
_LEAST_RULE_CONTRAST = 2.5


def apply_cover(document: Document, operation: operations.SetCover) -> str:
    """Puts a cover page in front of everything."""
    body = document.edit_body()
    content = el("w:sdtContent")
    append_all(content, _on_ground(document, operation) if _has_ground(document) else _plain(document, operation))
    content[-1].append(el("w:r", el("w:br", type="page")))
    gallery = el("w:docPartObj", el("w:docPartGallery", val="Cover Pages"), el("w:docPartUnique"))
    control = el("w:sdt", el("w:sdtPr", el("w:tag", val=COVER_TAG), gallery), content)
    old = control_tagged(document, COVER_TAG)
    if old is not None:
        body.replace(old, control)
    else:
        body.insert(0, control)
    section = section_of(document, None) if not list(blocks(body)) else document.sections()[0]
    put(section, el("w:titlePg"))
    return "Set the cover page" + (", in place of the one before" if old is not None else "")


def _has_ground(document: Document) -> bool:
    """Our own documents have the styles for it, and white must be readable on their dark colour."""
    dark = document.colors().get("dk2", "FFFFFF")
    return document.has_style("cover_title") and contrast(dark, "FFFFFF") >= TEXT_CONTRAST


def _on_ground(document: Document, operation: operations.SetCover) -> list[etree._Element]:
    frame, colors = Frame(document.sections()[0]), document.colors()
    lines: list[etree._Element] = []
    if operation.kicker:
        lines.append(paragraph(document, document.style("cover_kicker"), [run(operation.kicker)]))
    lines.append(paragraph(document, document.style("cover_title"), [run(operation.title)]))
    dark, accent = colors.get("dk2", "000000"), colors.get("accent2", "FFFFFF")
    chosen = accent != palette(f"#{colors.get('accent1', dark)}", None)["accent2"]
    slot = "accent2" if chosen and contrast(dark, accent) >= _LEAST_RULE_CONTRAST else "background1"
    lines.append(_rule(document, frame, slot, accent if slot == "accent2" else "FFFFFF"))
    if operation.subtitle:
        lines.append(paragraph(document, document.style("cover_subtitle"), [run(operation.subtitle)]))
    book, width = LooksBook(document), frame.text_width / TWIPS_PER_POINT
    height = 0.0
    for number, line in enumerate(lines):
        looks = book.of(line)
        height += paragraph_height(book, line, width) + looks.after + (looks.before if number else 0.0)
    wanted = round(frame.page_height * _GROUND_SHARE)
    top = max(0, wanted - _INSET - round(height * TWIPS_PER_POINT) - frame.top)
    bottom = frame.top + top + round(height * TWIPS_PER_POINT) + _INSET
    put(properties(lines[0]), el("w:spacing", before=top))
    at = 1 if find(lines[0], "w:pPr") is not None else 0
    lines[0].insert(at, _ground(document, frame.page_width, bottom, dark))
    below = _below(document, operation, frame)
    if below:
        put(properties(below[0]), el("w:spacing", before=2 * _INSET, after=40))
    return [*lines, *below]


def _below(document: Document, operation: operations.SetCover, frame: Frame) -> list[etree._Element]:
    """The logo and the details, on the white part of the page."""
    writer = TextWriter(document)
    written = []
    if operation.logo:
        written.append(_logo(document, operation.logo, frame))
    for number, detail in enumerate(operation.details):
        line = paragraph(document, document.style("cover_detail"), writer.runs(detail))
        if operation.logo and number == 0:
            put(properties(line), el("w:spacing", before=360, after=40))
        written.append(line)
    return written


def _logo(document: Document, asset: str, frame: Frame) -> etree._Element:
    room = frame.text_width / TWIPS_PER_CM / 2
    picture = images.picture_run(
        document, asset, "Logo", part=document.main, width_cm=None, tallest_cm=_LOGO_CM, room_cm=room
    )
    return paragraph(document, document.style("cover_detail"), [picture])


def _plain(document: Document, operation: operations.SetCover) -> list[etree._Element]:
    frame, writer = Frame(document.sections()[0]), TextWriter(document)
    top = round(frame.text_height * 0.24)
    written: list[etree._Element] = []
    if operation.logo:
        written.append(_logo(document, operation.logo, frame))
        top -= round(_LOGO_CM * TWIPS_PER_CM)
    lines: list[etree._Element] = []
    if operation.kicker:
        lines.append(paragraph(document, document.style("kicker"), [run(operation.kicker)]))
    lines.append(paragraph(document, document.style("title"), [run(operation.title)]))
    put(properties(lines[0]), el("w:spacing", before=top, after=160))
    lines.append(_rule(document, frame, "accent1", document.colors().get("accent1", "auto")))
    if operation.subtitle:
        lines.append(paragraph(document, document.style("subtitle"), [run(operation.subtitle)]))
    for number, detail in enumerate(operation.details):
        line = paragraph(document, document.style("cover_detail"), writer.runs(detail))
        if number == 0:
            put(properties(line), el("w:spacing", before=round(frame.text_height * 0.2), after=40))
        lines.append(line)
    return [*written, *lines]


def _rule(document: Document, frame: Frame, slot: str, color: str) -> etree._Element:
    """A short rule in the brand's colour between title and subtitle."""
    element = paragraph(document, document.style("cover_detail"), [])
    border = f'<w:pBdr><w:top w:val="single" w:sz="36" w:space="1" w:color="{color}" w:themeColor="{slot}"/></w:pBdr>'
    room = max(0, frame.text_width - _RULE_TWIPS)
    put(properties(element), parse(border), el("w:spacing", before=120, after=120), el("w:ind", right=room))
    return element


def _ground(document: Document, width: int, height: int, color: str) -> etree._Element:
    """A run with a rectangle behind the text, from the page's upper left corner, in twips. Programs that do not know
    shapes in DrawingML draw the one in VML."""
    number = document.next_drawing_id()
    across, down = round(width * _EMU_PER_TWIP), round(height * _EMU_PER_TWIP)
    names = " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ("w", "mc", "wp", "a", "wps", "v"))
    place = "<wp:posOffset>0</wp:posOffset>"
    return etree.fromstring(
        f'<w:r {names}><w:rPr><w:noProof/></w:rPr><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="251658240" behindDoc="1" '
        'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="page">{place}</wp:positionH><wp:positionV relativeFrom="page">{place}'
        f'</wp:positionV><wp:extent cx="{across}" cy="{down}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="Cover ground {number}" descr="Coloured ground of the cover"/>'
        "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData "
        f'uri="{NAMESPACES["wps"]}"><wps:wsp><wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="{across}" cy="{down}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
        '<a:schemeClr val="tx2"/></a:solidFill><a:ln><a:noFill/></a:ln></wps:spPr><wps:bodyPr/></wps:wsp>'
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f'<v:rect style="position:absolute;margin-left:0;margin-top:0;width:{width / 20:g}pt;height:{height / 20:g}pt;'
        'z-index:-251658240;mso-position-horizontal-relative:page;mso-position-vertical-relative:page" '
        f'fillcolor="#{color}" stroked="f"/></w:pict></mc:Fallback></mc:AlternateContent></w:r>'
    )
