"""Document properties, language and the look of the whole document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.word import numbering, styles, theme
from overten.documents.word.scripts import apply_script
from overten.documents.word.xml import el, elements, find, local, put, q, unset, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document
    from overten.documents.word.operations import SetDocument

_CP = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_DCTERMS = "http://purl.org/dc/terms/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE = {
    "title": f"{{{_DC}}}title", "subject": f"{{{_DC}}}subject", "author": f"{{{_DC}}}creator",
    "keywords": f"{{{_CP}}}keywords", "language": f"{{{_DC}}}language",
}  # fmt: skip
# After `Company` in the schema of the extended properties.
_AFTER_COMPANY = {
    "LinksUpToDate",
    "SharedDoc",
    "HyperlinkBase",
    "HLinks",
    "HyperlinksChanged",
    "DigSig",
    "AppVersion",
    "DocSecurity",
}


def core(document: Document) -> dict[str, str]:
    """Title, subject, author, keywords and language, those that are set."""
    name = document.package.related("", "core-properties")
    if name is None or not document.package.has(name):
        return {}
    root = document.package.tree(name)
    found = {member: root.findtext(tag) for member, tag in _CORE.items()}
    return {member: text for member, text in found.items() if text}


def set_core(document: Document, values: dict[str, str]) -> None:
    """Sets core properties."""
    root = _core_root(document)
    for member, text in values.items():
        _set(root, _CORE[member], text)


def stamp(document: Document, created: str) -> None:
    """Sets the dates of creation, if there is none, and of change, as ISO 8601."""
    root = _core_root(document)
    for name in ("created", "modified"):
        tag = f"{{{_DCTERMS}}}{name}"
        if name == "created" and root.find(tag) is not None:
            continue
        _set(root, tag, created)
        stamped = root.find(tag)
        if stamped is not None:
            stamped.set(f"{{{_XSI}}}type", "dcterms:W3CDTF")


def _core_root(document: Document) -> etree._Element:
    name = document.package.related("", "core-properties")
    if name is None or not document.package.has(name):
        name = "docProps/core.xml"
        nsmap = {"cp": _CP, "dc": _DC, "dcterms": _DCTERMS, "xsi": _XSI}
        document.package.put(name, etree.Element(f"{{{_CP}}}coreProperties", nsmap=nsmap), _CORE_TYPE)
        document.package.relationships("").add(_CORE_RELATION, name)
    return document.package.edit(name)


def _set(root: etree._Element, tag: str, text: str) -> None:
    element = root.find(tag)
    if element is None:
        element = etree.SubElement(root, tag)
    element.text = text


def apply_document(document: Document, operation: SetDocument) -> list[str]:
    """Sets what the operation gives; returns the names of what was set."""
    given = operation.model_dump(exclude={"op"}, exclude_none=True)
    values = {member: given[member] for member in _CORE if member in given}
    if values:
        set_core(document, values)
    if operation.company:
        _set_company(document, operation.company)
    if operation.language:
        _set_language(document, operation.language)
    if operation.primary_color or operation.secondary_color:
        _set_colors(document, operation)
    if operation.font or operation.heading_font:
        _set_fonts(document, operation)
    if operation.numbered_headings is not None:
        number_headings(document, on=operation.numbered_headings)
    return [member.replace("_", " ") for member in given]


def _set_company(document: Document, company: str) -> None:
    name = document.package.related("", "extended-properties")
    if name is None or not document.package.has(name):
        return
    root = document.package.edit(name)
    element = root.find(f"{{{_APP}}}Company")
    if element is None:
        element = etree.Element(f"{{{_APP}}}Company")
        index = next((i for i, child in enumerate(root) if local(child) in _AFTER_COMPANY), len(root))
        root.insert(index, element)
    element.text = company


def _set_language(document: Document, language: str) -> None:
    root = document.package.edit(document.ensure_part("styles", el("w:styles")))
    defaults = find(root, "w:docDefaults")
    if defaults is None:
        defaults = el("w:docDefaults")
        root.insert(0, defaults)
    holder = find(defaults, "w:rPrDefault")
    if holder is None:
        holder = el("w:rPrDefault", el("w:rPr"))
        defaults.insert(0, holder)
    looks = find(holder, "w:rPr")
    if looks is None:
        looks = el("w:rPr")
        holder.append(looks)
    old = find(looks, "w:lang")
    if old is not None:
        old.set(q("w:val"), language)
    else:
        put(looks, el("w:lang", val=language))
    for themed in elements(document.edit_settings(), "w:themeFontLang"):
        themed.set(q("w:val"), language)
    apply_script(document, language)


def _set_colors(document: Document, operation: SetDocument) -> None:
    name = document.part("theme")
    if name is None:
        return
    colors = theme.set_colors(document.package.edit(name), operation.primary_color, operation.secondary_color)
    _recolor(document.package.edit(str(document.part("styles"))), colors)


_SLOT_OF = {"text1": "dk1", "text2": "dk2", "background1": "lt1", "background2": "lt2", "hyperlink": "hlink",
            "dark1": "dk1", "dark2": "dk2", "light1": "lt1", "light2": "lt2"}  # fmt: skip


def _recolor(root: etree._Element, colors: dict[str, str]) -> None:
    """Brings the hex values beside references to the theme up to date, for readers that know no themes."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for reference, shown in (
            ("w:themeColor", "w:val" if local(element) == "color" else "w:color"),
            ("w:themeFill", "w:fill"),
        ):
            slot = element.get(q(reference))
            shaded = any(element.get(q(f"{reference}{change}")) for change in ("Tint", "Shade"))
            if slot and not shaded and (color := colors.get(_SLOT_OF.get(slot, slot))):
                element.set(q(shown), color)


def _set_fonts(document: Document, operation: SetDocument) -> None:
    name = document.part("theme")
    if name is None:
        return
    headings = operation.heading_font or operation.font
    theme.set_fonts(document.package.edit(name), operation.font, headings)


def number_headings(document: Document, *, on: bool) -> None:
    """Binds the heading styles to a list of several levels, or takes them out of it."""
    identifiers = [document.style(f"heading{level}") for level in range(1, 5)]
    root = document.package.edit(str(document.part("styles")))
    number = numbering.instance_of(document.numbering(), numbering.HEADING) if on else 0
    known = styles.by_id(root)
    levels = _heading_levels(document) if on else []
    for level, identifier in enumerate(identifiers):
        settings = find(known[identifier], "w:pPr")
        if settings is None:
            settings = el("w:pPr")
            _insert_settings(known[identifier], settings)
        unset(settings, "w:numPr")
        if on:
            put(settings, el("w:numPr", el("w:ilvl", val=level) if level else None, el("w:numId", val=number)))
            _bind(levels[level], identifier)


def _insert_settings(style: etree._Element, settings: etree._Element) -> None:
    later = {"rPr", "tblPr", "trPr", "tcPr", "tblStylePr"}
    index = next((i for i, child in enumerate(style) if local(child) in later), len(style))
    style.insert(index, settings)


def _heading_levels(document: Document) -> list[etree._Element]:
    abstract = str(numbering.abstract_of(document.numbering(), numbering.HEADING))
    for definition in elements(document.numbering(), "w:abstractNum"):
        if definition.get(q("w:abstractNumId")) == abstract:
            return [level for level in definition if local(level) == "lvl"]
    return []


def _bind(level: etree._Element, style: str) -> None:
    """The level names its style, at its place behind the number's format."""
    linked = find(level, "w:pStyle")
    if linked is None:
        linked = el("w:pStyle")
        after = next((c for c in reversed(level) if local(c) in {"start", "numFmt", "lvlRestart"}), None)
        level.insert(level.index(after) + 1 if after is not None else 0, linked)
    linked.set(q("w:val"), style)


def title(document: Document) -> str | None:
    """The document's title: as its properties say, else its cover or title paragraph, else its first heading."""
    from overten.documents.word.anchors import Outline, plain_text

    named = core(document).get("title")
    if named:
        return named
    outline = Outline(document)
    title_style = styles.find_style(document.styles(), "Title", "paragraph")
    if title_style is not None:
        wanted = title_style.get(q("w:styleId"))
        for block in outline.blocks:
            if value(find(block, "w:pPr/w:pStyle")) == wanted and plain_text(block).strip():
                return plain_text(block).strip()
    return next((plain_text(block).strip() for block, _ in outline.headings()), None)
