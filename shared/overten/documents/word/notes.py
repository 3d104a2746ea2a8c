"""Footnotes and endnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.word.xml import el, find, findall, parse, properties, put, q

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_SEPARATORS = (("separator", "-1"), ("continuationSeparator", "0"))


def add_note(document: Document, kind: str, text: str) -> int:
    """Adds a note (kind "footnote" or "endnote") with marked text and returns its id."""
    from overten.documents.word.runs import TextWriter, paragraph

    name = _ensure_notes(document, kind)
    root = document.package.edit(name)
    notes = findall(root, f"w:{kind}")
    identifier = max((int(note.get(q("w:id"), "0")) for note in notes), default=0) + 1
    mark = el("w:r", el("w:rPr", el("w:rStyle", val=document.style(f"{kind}_reference"))), el(f"w:{kind}Ref"))
    space = parse('<w:r><w:t xml:space="preserve"> </w:t></w:r>')
    written = TextWriter(document, name).runs(text)
    content = paragraph(document, document.style(f"{kind}_text"), [mark, space, *written])
    root.append(el(f"w:{kind}", content, id=identifier))
    return identifier


def _ensure_notes(document: Document, kind: str) -> str:
    from overten.documents.word.base import part_root

    existing = document.part(f"{kind}s")
    if existing is not None:
        return existing
    root = part_root(f"w:{kind}s")
    for separator, identifier in _SEPARATORS:
        content = el("w:p", el("w:r", el(f"w:{separator}")))
        put(properties(content), el("w:spacing", before=0, after=0, line=240, lineRule="auto"))
        root.append(el(f"w:{kind}", content, type=separator, id=identifier))
    name = document.ensure_part(f"{kind}s", root)
    _register_separators(document, kind)
    return name


def _register_separators(document: Document, kind: str) -> None:
    """The settings name the notes that are separators, just before the compatibility settings."""
    settings = document.edit_settings()
    if find(settings, f"w:{kind}Pr") is not None:
        return
    registered = el(f"w:{kind}Pr", *(el(f"w:{kind}", id=identifier) for _, identifier in _SEPARATORS))
    later = {"endnotePr", "compat", "docVars", "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping"}
    later |= {
        "doNotIncludeSubdocsInStats",
        "doNotAutoCompressPictures",
        "forceUpgrade",
        "captions",
        "readModeInkLockDown",
    }
    later |= {"smartTagType", "schemaLibrary", "shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol", "listSeparator"}
    later -= {"endnotePr"} if kind == "endnote" else set()
    index = next((i for i, child in enumerate(settings) if etree.QName(child).localname in later), len(settings))
    settings.insert(index, registered)


def note_texts(document: Document, kind: str) -> dict[str, str]:
    """The plain text of each note by its id."""
    name = document.part(f"{kind}s")
    if name is None:
        return {}
    return {
        note.get(q("w:id"), ""): "".join(t.text or "" for t in note.iter(q("w:t"))).strip()
        for note in findall(document.package.tree(name), f"w:{kind}")
        if note.get(q("w:type")) in {None, "normal"}
    }
