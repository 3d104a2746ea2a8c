"""Making an empty document of a template: its design stays, its content goes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from lxml import etree

from overten.documents.models import Finding
from overten.documents.word import styles
from overten.documents.word.xml import el, elements, find, findall, local, q, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document

# What only content points at. All else (styles, theme, numbering, settings, headers, fonts) is design.
_CONTENT = {
    "image", "hyperlink", "chart", "chartEx", "diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors",
    "diagramDrawing", "oleObject", "package", "control", "aFChunk", "subDocument", "video", "audio", "comments",
    "commentsExtended", "commentsIds", "commentsExtensible", "people", "attachedTemplate",
}  # fmt: skip
_EXPECTED = ("heading1", "heading2", "title", "caption", "list_bullet0", "list_number0", "quote", "table_grid")


def empty_out(document: Document) -> None:
    """Takes the content out of a document: its body but for the last section, notes, comments and pictures."""
    first, last = document.sections()[0], copy.deepcopy(document.sections()[-1])
    if not findall(last, "w:headerReference") and not findall(last, "w:footerReference"):
        references = [*findall(first, "w:headerReference"), *findall(first, "w:footerReference")]
        for index, reference in enumerate(references):
            last.insert(index, copy.deepcopy(reference))
    # A new body: taking the blocks out of the old one takes minutes where there are tens of thousands.
    old = document.package.tree(document.main)
    namespaces: dict[Any, str] = dict(old.nsmap)
    root = etree.Element(str(old.tag), nsmap=namespaces)
    for attribute in old.attrib:
        root.set(attribute, old.get(attribute, ""))
    ground = find(old, "w:background")
    if ground is not None:
        root.append(copy.deepcopy(ground))
    root.append(el("w:body", last))
    document.package.put(document.main, root)
    document.edit_body()
    _drop_content_parts(document)
    for kind in ("footnotes", "endnotes"):
        name = document.part(kind)
        if name is not None:
            root = document.package.edit(name)
            for note in [n for n in root if n.get(q("w:type")) in {None, "normal"}]:
                root.remove(note)
    settings = document.edit_settings()
    for gone in [
        s for s in settings if local(s) in {"trackRevisions", "attachedTemplate", "documentProtection", "mailMerge"}
    ]:
        settings.remove(gone)


def _drop_content_parts(document: Document) -> None:
    relations = document.package.relationships(document.main)
    for relation in list(relations):
        if relation.kind not in _CONTENT:
            continue
        relations.remove(relation.id)
        if not relation.external and document.package.has(relation.target) and not _is_used(document, relation.target):
            document.package.remove(relation.target)


def _is_used(document: Document, part: str) -> bool:
    """Whether a header, the theme or another part of the design shows it."""
    sources = [name for name in document.package.names() if not name.endswith(".rels")]
    return any(r.target == part for name in sources for r in document.package.relationships(name) if not r.external)


def template_warnings(document: Document) -> list[Finding]:
    """What a template lacks and what is done instead. To be asked before anything is written."""
    lacking = [styles.STYLES[role].name for role in _EXPECTED if not document.has_style(role)]
    found = []
    if lacking:
        message = f"The template has no style {', '.join(lacking)}: ours are added, in its colours and fonts"
        found.append(Finding(code="template_style_missing", message=message, severity="warning"))
    section = document.sections()[-1]
    columns = find(section, "w:cols")
    if columns is not None and (value(columns, "w:num") or "1") != "1":
        message = "The template sets text in columns: tables, charts and the cover are as narrow as one of them"
        found.append(Finding(code="template_columns", message=message, severity="warning"))
    if not findall(section, "w:headerReference") and not findall(section, "w:footerReference"):
        message = "The template has neither header nor footer: none is set unless it is asked for"
        found.append(Finding(code="template_without_footer", message=message, severity="warning"))
    return found


def has_content(document: Document) -> bool:
    """Whether the body holds any text, picture or table."""
    return any(True for _ in elements(document.body(), "w:t", "w:drawing", "w:tbl", "m:oMath"))
