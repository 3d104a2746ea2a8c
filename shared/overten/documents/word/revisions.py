"""Tracked changes: written, listed, accepted and rejected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from overten.documents.word.xml import NAMESPACES, el, elements, find, local, properties, put, q, remove

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_WRAPPERS = {"ins", "del", "moveFrom", "moveTo"}
_PROPERTY_CHANGES = {
    "rPrChange": "rPr", "pPrChange": "pPr", "tblPrChange": "tblPr", "trPrChange": "trPr", "tcPrChange": "tcPr",
    "sectPrChange": "sectPr", "tblGridChange": "tblGrid", "tblPrExChange": "tblPrEx",
}  # fmt: skip
_CELL_CHANGES = {"cellIns", "cellDel", "cellMerge"}
_RANGES = ("w:moveFromRangeStart", "w:moveFromRangeEnd", "w:moveToRangeStart", "w:moveToRangeEnd")
_DELETED_NAMES = {"t": "w:delText", "instrText": "w:delInstrText"}
_KEPT_NAMES = {"delText": "w:t", "delInstrText": "w:instrText"}


class Revision(NamedTuple):
    """One tracked change. `kind` is inserted, deleted, moved or formatted."""

    id: int
    kind: str
    author: str
    date: str
    text: str
    element: etree._Element


def mark(document: Document, name: str) -> etree._Element:
    """A `w:ins`, `w:del` or `w:…Change` element of the author whose changes are tracked."""
    return el(f"w:{name}", id=_next_id(document), author=document.tracking, date=document.timestamp())


def _next_id(document: Document) -> int:
    used = [0, document.last_revision]
    for node in elements(
        document.package.tree(document.main), *(f"w:{name}" for name in (*_WRAPPERS, *_PROPERTY_CHANGES))
    ):
        number = node.get(q("w:id"), "")
        used.append(int(number) if number.isdigit() else 0)
    document.last_revision = max(used) + 1
    return document.last_revision


def mark_inserted(document: Document, added: Iterable[etree._Element]) -> None:
    """Marks new paragraphs, tables or rows, wholly, as inserted."""
    for element in added:
        for row in elements(element, "w:tr"):
            put(properties(row), mark(document, "ins"))
        for paragraph in elements(element, "w:p"):
            put(_mark_looks(paragraph), mark(document, "ins"))
            _wrap_runs(document, paragraph)


def _mark_looks(paragraph: etree._Element) -> etree._Element:
    """The run properties of a paragraph's mark."""
    settings = properties(paragraph)
    found = find(settings, "w:rPr")
    if found is None:
        found = el("w:rPr")
        put(settings, found)
    return found


def _wrap_runs(document: Document, paragraph: etree._Element) -> None:
    for run in list(elements(paragraph, "w:r")):
        parent = run.getparent()
        if parent is not None and local(parent) not in {"ins", "r", "oMath"} and not _in_drawing(run):
            wrap(document, run, "ins")


def _in_drawing(run: etree._Element) -> bool:
    return any(local(parent) == "txbxContent" for parent in run.iterancestors())


def wrap(document: Document, run: etree._Element, name: str) -> etree._Element:
    """Puts a run into a mark of insertion or deletion; one beside it by the same author is extended."""
    before = run.getprevious()
    if before is not None and local(before) == name and before.get(q("w:author")) == document.tracking:
        before.append(run)
        return before
    wrapper = mark(document, name)
    parent = run.getparent()
    if parent is not None:
        parent.replace(run, wrapper)
    wrapper.append(run)
    return wrapper


def mark_deleted(document: Document, gone: Iterable[etree._Element]) -> None:
    """Marks paragraphs, tables or rows as deleted; what the same author inserted goes away at once."""
    for element in gone:
        if _is_own_insertion(document, element):
            remove(element)
            continue
        for row in elements(element, "w:tr"):
            put(properties(row), mark(document, "del"))
        for paragraph in list(elements(element, "w:p")):
            put(_mark_looks(paragraph), mark(document, "del"))
            for run in list(elements(paragraph, "w:r")):
                if not _in_drawing(run):
                    delete_run(document, run)


def _is_own_insertion(document: Document, element: etree._Element) -> bool:
    path = {"p": "w:pPr/w:rPr/w:ins", "tr": "w:trPr/w:ins"}.get(local(element))
    own = find(element, path) if path else None
    if own is None or own.get(q("w:author")) != document.tracking:
        return False
    return all(any(local(a) == "ins" for a in run.iterancestors()) for run in elements(element, "w:r"))


def delete_run(document: Document, run: etree._Element) -> None:
    """Deletes a run: for good, or as a tracked change."""
    parent = run.getparent()
    if parent is None or local(parent) == "del":
        return
    own = local(parent) == "ins" and parent.get(q("w:author")) == document.tracking
    if document.tracking is None or own:
        parent.remove(run)
        if own and not len(parent):
            remove(parent)
        return
    for node in list(run):
        if local(node) in _DELETED_NAMES:
            _rename(node, _DELETED_NAMES[local(node)])
    wrap(document, run, "del")


def _rename(node: etree._Element, name: str) -> None:
    node.tag = q(name)


def revisions(document: Document) -> list[Revision]:
    """All tracked changes of the document, in the order of the parts."""
    return [_revision(mark) for part in document.stories() for mark in _marks(document.package.tree(part))]


def _marks(root: etree._Element) -> Iterator[etree._Element]:
    names = (*_WRAPPERS, *_PROPERTY_CHANGES, *_CELL_CHANGES)
    yield from elements(root, *(f"w:{name}" for name in names))


def _revision(element: etree._Element) -> Revision:
    name = local(element)
    kind = {"ins": "inserted", "cellIns": "inserted", "moveTo": "moved", "moveFrom": "moved", "del": "deleted"}.get(
        name
    )
    if kind is None:
        kind = "deleted" if name == "cellDel" else "formatted"
    text = "".join(node.text or "" for node in elements(element, "w:t", "w:delText"))
    parent = element.getparent()
    if not text and parent is not None and local(parent) == "rPr":
        text = "¶"
    elif not text and parent is not None and local(parent) == "trPr":
        text = "(row)"
    number = element.get(q("w:id"), "0")
    identifier = int(number) if number.lstrip("-").isdigit() else 0
    return Revision(identifier, kind, element.get(q("w:author"), ""), element.get(q("w:date"), ""), text, element)


def review(document: Document, chosen: list[Revision], *, accept: bool) -> int:
    """Accepts or rejects changes and returns how many. The parts they are in are edited."""
    wanted = {id(revision.element) for revision in chosen}
    count = 0
    for part in list(document.stories()):
        marks = [element for element in _marks(document.package.tree(part)) if id(element) in wanted]
        if not marks:
            continue
        document.package.edit(part)
        for element in marks:
            count += _settle(element, accept=accept)
        root = document.package.tree(part)
        if not any(True for _ in elements(root, "w:moveFrom", "w:moveTo")):
            for marker in list(elements(root, *_RANGES)):
                remove(marker)
        _mend(root)
    return count


def _settle(element: etree._Element, *, accept: bool) -> int:
    name, parent = local(element), element.getparent()
    if parent is None:
        return 0
    if name in _PROPERTY_CHANGES:
        _settle_properties(element, parent, accept=accept)
        return 1
    if name in _CELL_CHANGES:
        _settle_cell(element, parent, accept=accept)
        return 1
    stays = accept == (name in {"ins", "moveTo"})
    if local(parent) == "rPr":
        remove(element)
        if not stays:
            _join_with_next(parent)
    elif local(parent) == "trPr":
        remove(element)
        row = parent.getparent()
        if not stays and row is not None:
            remove(row)
    elif stays:
        _unwrap(element)
    else:
        remove(element)
    return 1


def _settle_properties(element: etree._Element, parent: etree._Element, *, accept: bool) -> None:
    old = find(element, f"w:{_PROPERTY_CHANGES[local(element)]}")
    remove(element)
    if accept:
        return
    # A paragraph's old properties do not tell of its mark and its section, which stay.
    kept = [child for child in parent if local(child) in {"rPr", "sectPr"}] if local(parent) == "pPr" else []
    kept += [child for child in parent if local(child) in {"headerReference", "footerReference"}]
    for child in list(parent):
        if child not in kept:
            parent.remove(child)
    for index, child in enumerate(list(old) if old is not None else []):
        parent.insert(index, child)


def _settle_cell(element: etree._Element, parent: etree._Element, *, accept: bool) -> None:
    gone = accept == (local(element) == "cellDel") and local(element) != "cellMerge"
    cell = parent.getparent()
    remove(element)
    if gone and cell is not None:
        remove(cell)


def _unwrap(element: etree._Element) -> None:
    for node in list(elements(element, "w:delText", "w:delInstrText")):
        nearest = next((a for a in node.iterancestors() if local(a) in {"del", "moveFrom"}), None)
        if nearest is element:
            _rename(node, _KEPT_NAMES[local(node)])
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    for offset, child in enumerate(list(element)):
        parent.insert(index + offset, child)
    parent.remove(element)


def _join_with_next(mark_looks: etree._Element) -> None:
    """Takes a paragraph's mark away: what is left of the paragraph goes to the next one."""
    settings = mark_looks.getparent()
    paragraph = settings.getparent() if settings is not None else None
    if settings is None or paragraph is None or local(paragraph) != "p":
        return
    content = [child for child in paragraph if local(child) != "pPr"]
    following = paragraph.getnext()
    while following is not None and local(following) in {"bookmarkStart", "bookmarkEnd"}:
        following = following.getnext()
    if find(settings, "w:sectPr") is not None:
        return
    if following is not None and local(following) == "p":
        at = 1 if find(following, "w:pPr") is not None else 0
        for offset, child in enumerate(content):
            following.insert(at + offset, child)
        remove(paragraph)
    elif not any(local(child) in {"r", "hyperlink", "ins", "del", "sdt", "oMath"} for child in content):
        remove(paragraph)


def _mend(root: etree._Element) -> None:
    """Tables without rows go away; a cell or body keeps the paragraph it must end with."""
    for table in list(elements(root, "w:tbl")):
        if not any(True for _ in elements(table, "w:tr")):
            remove(table)
    for cell in elements(root, "w:tc"):
        if not len(cell) or local(cell[-1]) not in {"p", "sdt"}:
            cell.append(etree.Element(q("w:p"), nsmap={"w": NAMESPACES["w"]}))
