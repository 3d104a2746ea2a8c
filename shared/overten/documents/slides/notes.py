"""Speaker's notes: the notes page of a slide, and the notes master all of them need."""

from __future__ import annotations

from lxml import etree

from overten.documents.slides.base import NOTES_MASTER_TYPE, NOTES_TYPE, THEME_TYPE
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import NAMESPACES, A, P, Paragraph, element, paragraph_xml
from overten.documents.slides.inherit import placeholder_of, shapes_of

_GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" '
    'y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" '
    'accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)
_IMAGE_BOX = (
    '<a:xfrm><a:off x="685800" y="1143000"/><a:ext cx="5486400" cy="3086100"/></a:xfrm><a:prstGeom prst="rect">'
    '<a:avLst/></a:prstGeom><a:noFill/><a:ln w="12700"><a:solidFill><a:prstClr val="black"/></a:solidFill></a:ln>'
)
_TEXT_BOX = (
    '<a:xfrm><a:off x="685800" y="4400550"/><a:ext cx="5486400" cy="3600450"/></a:xfrm><a:prstGeom '
    'prst="rect"><a:avLst/></a:prstGeom>'
)


def notes_of(deck: Deck, slide: str) -> str:
    """The notes of a slide, a line for each paragraph."""
    part = deck.package.related(slide, "notesSlide")
    body = _body(deck.package.tree(part)) if part and deck.package.has(part) else None
    if body is None:
        return ""
    lines = ["".join(run.text or "" for run in paragraph.iter(f"{A}t")) for paragraph in body.iterfind(f"{A}p")]
    return "\n".join(lines).strip()


def set_notes(deck: Deck, slide: str, text: str) -> None:
    """Writes the notes of a slide, making its notes page if it has none. An empty text empties them."""
    part = deck.package.related(slide, "notesSlide")
    if part is None or not deck.package.has(part):
        if not text:
            return
        part = _new_page(deck, slide)
    body = _body(deck.package.edit(part))
    if body is None:
        return
    for paragraph in body.findall(f"{A}p"):
        body.remove(paragraph)
    for line in text.split("\n") if text else [""]:
        body.append(element(paragraph_xml(Paragraph(line))))


def _body(root: etree._Element) -> etree._Element | None:
    for shape in shapes_of(root):
        ph = placeholder_of(shape)
        if ph is not None and ph.get("type") == "body":
            return shape.find(f"{P}txBody")
    return None


def _new_page(deck: Deck, slide: str) -> str:
    package = deck.package
    master = package.related(deck.presentation, "notesMaster") or _new_master(deck)
    part = package.free_name("ppt/notesSlides/notesSlide{}.xml")
    shapes = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide Image Placeholder 1"/><p:cNvSpPr><a:spLocks noGrp="1" '
        'noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes Placeholder 2"/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        "</p:cNvSpPr><p:nvPr>"
        '<p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p/>'
        "</p:txBody></p:sp>"
    )
    root = element(
        f"<p:notes {NAMESPACES}><p:cSld><p:spTree>{_GROUP}{shapes}</p:spTree></p:cSld><p:clrMapOvr>"
        f"<a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )
    package.put(part, root, NOTES_TYPE)
    package.relationships(part).add("notesMaster", master)
    package.relationships(part).add("slide", slide)
    package.relationships(slide).add("notesSlide", part)
    return part


def _new_master(deck: Deck) -> str:
    package = deck.package
    master = package.free_name("ppt/notesMasters/notesMaster{}.xml")
    theme = package.free_name("ppt/theme/theme{}.xml")
    source = package.related(deck.masters()[0], "theme") if deck.masters() else None
    if source is not None:
        package.put(theme, package.read(source), THEME_TYPE)
    levels = "".join(
        f'<a:lvl{n}pPr marL="{(n - 1) * 457_200}" algn="l" defTabSz="914400" rtl="0"><a:defRPr sz="1200" '
        f'kern="1200"><a:solidFill><a:schemeClr val="tx1"/>'
        f'</a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr>'
        f"</a:lvl{n}pPr>"
        for n in range(1, 10)
    )
    shapes = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Slide Image Placeholder 1"/><p:cNvSpPr><a:spLocks noGrp="1" '
        'noRot="1" noChangeAspect="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr><p:spPr>{_IMAGE_BOX}</p:spPr></p:sp>'
        '<p:sp><p:nvSpPr><p:cNvPr id="3" name="Notes Placeholder 2"/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        "</p:cNvSpPr><p:nvPr>"
        f'<p:ph type="body" sz="quarter" idx="3"/></p:nvPr></p:nvSpPr><p:spPr>{_TEXT_BOX}</p:spPr><p:txBody>'
        f"<a:bodyPr/><a:lstStyle/>"
        '<a:p><a:pPr lvl="0"/><a:r><a:rPr lang="en-US"/><a:t>Click to edit notes</a:t></a:r></a:p></p:txBody></p:sp>'
    )
    root = element(
        f'<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
        f"<a:effectLst/></p:bgPr></p:bg>"
        f"<p:spTree>{_GROUP}{shapes}</p:spTree></p:cSld>{_MAP}<p:notesStyle>{levels}</p:notesStyle></p:notesMaster>"
    )
    package.put(master, root, NOTES_MASTER_TYPE)
    package.relationships(master).add("theme", theme)
    presentation = package.edit(deck.presentation)
    listed = etree.Element(f"{P}notesMasterIdLst")
    entry = etree.SubElement(listed, f"{P}notesMasterId")
    relation = package.relationships(deck.presentation).add("notesMaster", master)
    entry.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", relation)
    first = presentation.find(f"{P}sldMasterIdLst")
    if first is not None:
        first.addnext(listed)
    return master
