"""The list of sources and the citations that lead to it.

A citation by number is a cross-reference to a numbered entry, as Word makes them. One by author and year is a link to
the entry. Which of them a document uses, and the short form of each source, stand in its document variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.word import numbering
from overten.documents.word.fieldcodes import bookmarks, fields
from overten.documents.word.runs import TextWriter, bookmarked, field, paragraph, run, source_bookmark
from overten.documents.word.xml import el, elements, find, findall, local, properties, put, q, remove, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document
    from overten.documents.word.operations import SetReferences, Source

_STYLE = "references_style"
_BETWEEN_NAMES, _BETWEEN_NUMBERS = "; ", ", "
_AFTER_VARIABLES = {
    "rsids", "mathPr", "attachedSchema", "themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats",
    "doNotAutoCompressPictures", "forceUpgrade", "captions", "readModeInkLockDown", "smartTagType", "schemaLibrary",
    "shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol", "listSeparator", "docId", "chartTrackingRefBased",
}  # fmt: skip


def variable(document: Document, name: str) -> str | None:
    """A document variable."""
    for one in elements(document.settings(), "w:docVar"):
        if value(one, "w:name") == name:
            return value(one)
    return None


def _set_variables(document: Document, values: dict[str, str]) -> None:
    settings = document.edit_settings()
    holder = find(settings, "w:docVars")
    if holder is None:
        holder = el("w:docVars")
        index = next((i for i, child in enumerate(settings) if local(child) in _AFTER_VARIABLES), len(settings))
        settings.insert(index, holder)
    for one in findall(holder, "w:docVar"):
        if value(one, "w:name") in values or (value(one, "w:name") or "").startswith("src_"):
            holder.remove(one)
    for name, text in values.items():
        holder.append(el("w:docVar", name=name, val=text))


def is_author_year(document: Document) -> bool:
    return variable(document, _STYLE) == "author_year"


def citations(document: Document, keys: list[str], looks: etree._Element | None) -> list[etree._Element]:
    """The elements of one or several citations in one place of the text: [1], [2] or (Smith, 2024; Jones, 2025)."""
    between = _BETWEEN_NAMES if is_author_year(document) else _BETWEEN_NUMBERS
    written: list[etree._Element] = []
    for index, key in enumerate(keys):
        written += [run(between, looks)] if index else []
        written += _citation(document, key, looks, opens=index == 0, closes=index + 1 == len(keys))
    return written


def _citation(
    document: Document, key: str, looks: etree._Element | None, *, opens: bool, closes: bool
) -> list[etree._Element]:
    name = source_bookmark(key)
    if not is_author_year(document):
        return field(f"REF {name} \\r \\h", f"[{key}]", looks)
    text = (variable(document, name) or f"({key})").removeprefix("(").removesuffix(")")
    shown = f"{'(' if opens else ''}{text}{')' if closes else ''}"
    return [el("w:hyperlink", run(shown, looks), anchor=name, history=1)]


def write_references(
    document: Document, operation: SetReferences
) -> tuple[list[etree._Element], etree._Element | None, list[etree._Element]]:
    """New entries, the element before which they go (None for the end of the document), and the old entries."""
    body = document.edit_body()
    old = list(dict.fromkeys(p for name, p in bookmarks(body).items() if name.startswith("src_")))
    _set_variables(
        document, {_STYLE: operation.style, **{source_bookmark(s.key): _short(s) for s in operation.sources}}
    )
    for one in old:
        for mark in findall(one, "w:bookmarkStart"):
            if (value(mark, "w:name") or "").startswith("src_"):
                # The entry may go on standing as deleted text; the name now belongs to the new one.
                for end in [e for e in elements(body, "w:bookmarkEnd") if value(e, "w:id") == value(mark, "w:id")]:
                    remove(end)
                remove(mark)
    sources = _ordered(document, operation)
    _convert_citations(document, operation)
    entries = [_entry(document, source, operation.style) for source in sources]
    return entries, old[0] if old else None, old


def _short(source: Source) -> str:
    return f"({', '.join(part for part in (source.author or source.key, source.year) if part)})"


def _ordered(document: Document, operation: SetReferences) -> list[Source]:
    """By first citation where entries are numbered, else by the alphabet."""
    if operation.style == "author_year":
        return sorted(operation.sources, key=lambda source: source.text.casefold())
    cited = list(dict.fromkeys(name for name, _ in _citations(document)))
    ranks = {name: rank for rank, name in enumerate(cited)}
    return sorted(operation.sources, key=lambda source: ranks.get(source_bookmark(source.key), len(ranks)))


def _citations(document: Document) -> list[tuple[str, list[etree._Element]]]:
    """The bookmarks that are cited, in order, with the elements of each citation."""
    found: list[tuple[str, list[etree._Element]]] = []
    body = document.body()
    for one in fields(body):
        if one.name == "REF" and one.argument.startswith("src_") and one.end is not None:
            runs = [one.begin]
            while runs[-1] is not one.end and (following := runs[-1].getnext()) is not None:
                runs.append(following)
            found.append((one.argument, runs))
    links = [(link.get(q("w:anchor"), ""), [link]) for link in elements(body, "w:hyperlink")]
    return found + [(name, link) for name, link in links if name.startswith("src_")]


def _convert_citations(document: Document, operation: SetReferences) -> None:
    """Citations there are take the form of the list's style."""
    keys = {source_bookmark(source.key): source.key for source in operation.sources}
    cited = _citations(document)
    starts, ends = {old[0] for _, old in cited}, {old[-1] for _, old in cited}
    joints = [joint for last in ends if (joint := last.getnext()) is not None and _joins(joint, starts)]
    between = _BETWEEN_NAMES if operation.style == "author_year" else _BETWEEN_NUMBERS
    for joint in joints:
        for text in findall(joint, "w:t"):
            text.text = between
    for name, old in cited:
        if name not in keys or (local(old[0]) == "hyperlink" and operation.style == "author_year" and not len(old[0])):
            continue
        looks = find(old[0], "w:rPr") if local(old[0]) == "r" else find(old[0], "w:r/w:rPr")
        opens, closes = old[0].getprevious() not in joints, old[-1].getnext() not in joints
        for element in _citation(document, keys[name], looks, opens=opens, closes=closes):
            old[0].addprevious(element)
        for element in old:
            remove(element)


def _joins(element: etree._Element, starts: set[etree._Element]) -> bool:
    """Whether a run is what stands between two citations of one place."""
    between = "".join(text.text or "" for text in findall(element, "w:t"))
    return between in {_BETWEEN_NAMES, _BETWEEN_NUMBERS} and element.getnext() in starts


def _entry(document: Document, source: Source, style: str) -> etree._Element:
    content = bookmarked(document, source_bookmark(source.key), TextWriter(document).runs(source.text))
    element = paragraph(document, document.style("bibliography"), content)
    if style == "numbered":
        number = numbering.instance_of(document.numbering(), numbering.REFERENCE)
        put(properties(element), el("w:numPr", el("w:ilvl", val=0), el("w:numId", val=number)))
    else:
        put(properties(element), el("w:ind", left=567, hanging=567))
    return element
