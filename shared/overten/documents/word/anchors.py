"""Blocks of a document and the anchors that name them.

A paragraph's anchor is its `w14:paraId`; a table's is "T" and the id of its first paragraph. Both outlive edits of
everything else. A heading may also be named by its exact text, and what was written with a label by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word import styles
from overten.documents.word.runs import bookmark_of
from overten.documents.word.xml import elements, find, findall, local, path_value, q

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_ID = q("w14:paraId")
_CONTAINERS = {"sdt": "sdtContent", "customXml": "", "smartTag": ""}
_ANCHOR = re.compile(r"^T?[0-9A-Fa-f]{8}$")
TOC_TAG, COVER_TAG = "overten:toc", "overten:cover"


def blocks(container: etree._Element) -> Iterator[etree._Element]:
    """The paragraphs and tables of a body in order, also those in content controls."""
    for child in container:
        name = local(child)
        if name in {"p", "tbl"}:
            yield child
        elif name in _CONTAINERS:
            inner = find(child, "w:sdtContent") if name == "sdt" else child
            if inner is not None:
                yield from blocks(inner)


def anchor_of(block: etree._Element) -> str:
    """A block's anchor."""
    if local(block) == "p":
        return block.get(_ID, "")
    first = next(elements(block, "w:p"), None)
    return f"T{first.get(_ID, '')}" if first is not None else "T"


def plain_text(element: etree._Element) -> str:
    """The text as it reads now: without deleted text, instructions of fields and text boxes."""
    shown: list[str] = []
    for node in elements(element, "w:t", "w:tab", "w:br", "w:cr", "w:noBreakHyphen", "m:t"):
        if _is_hidden(node, element):
            continue
        name = local(node)
        if name == "t":
            shown.append(node.text or "")
        elif local(node.getparent()) == "r":  # type: ignore[arg-type]
            shown.append({"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n" if node.get(q("w:type")) != "page" else ""))
    return "".join(shown)


def _is_hidden(node: etree._Element, within: etree._Element) -> bool:
    parent = node.getparent()
    while parent is not None and parent is not within:
        if local(parent) in {"del", "moveFrom", "txbxContent", "Fallback"}:
            return True
        parent = parent.getparent()
    return False


def word_art(element: etree._Element) -> list[etree._Element]:
    """The shapes of older files whose text is drawn, and stands in their attribute `string`."""
    return [path for path in element.iter(q("v:textpath")) if path.get("string")]


class Outline:
    """The blocks of a body with their heading levels, read once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._styles = styles.by_id(document.styles())
        self._default = styles.default_id(document.styles(), "paragraph")
        self._levels: dict[str | None, int | None] = {}
        self.blocks = list(blocks(document.body()))
        self._places: dict[etree._Element, int] = {}

    def level(self, block: etree._Element) -> int | None:
        """The heading level of a block, None if it is no heading (an empty one is none either)."""
        if local(block) != "p":
            return None
        direct = path_value(block, "w:pPr/w:outlineLvl")
        if direct is not None and direct.isdigit() and int(direct) < 9:
            return int(direct) + 1 if plain_text(block).strip() else None
        style = path_value(block, "w:pPr/w:pStyle") or self._default
        if style not in self._levels:
            self._levels[style] = styles.outline_level(self._styles, style)
        level = self._levels[style]
        return level if level is not None and plain_text(block).strip() else None

    def headings(self) -> list[tuple[etree._Element, int]]:
        return [(block, level) for block in self.blocks if (level := self.level(block)) is not None]

    def at(self, block: etree._Element) -> int:
        """The place of a block among the blocks."""
        if not self._places:
            self._places = {block: place for place, block in enumerate(self.blocks)}
        return self._places[block]

    def section(self, heading: etree._Element) -> list[etree._Element]:
        """A heading and all beneath it, to the next of its level or higher."""
        level = self.level(heading)
        if level is None:
            raise OperationError(
                "The block is no heading", where=anchor_of(heading), fix="Name a heading, or leave `section` out."
            )
        start = self.blocks.index(heading)
        end = start + 1
        while end < len(self.blocks):
            other = self.level(self.blocks[end])
            if other is not None and other <= level:
                break
            end += 1
        return self.blocks[start:end]


def resolve(document: Document, anchor: str) -> etree._Element:
    """The paragraph or table of an anchor. Raises OperationError, with what there is, if there is none."""
    body = document.body()
    wanted = anchor.strip()
    if _ANCHOR.match(wanted):
        identifier = wanted[-8:].upper()
        for paragraph in elements(body, "w:p"):
            if (paragraph.get(_ID) or "").upper() == identifier:
                return _table_of(paragraph) if len(wanted) == 9 else paragraph
    labelled = _labelled(document, wanted)
    return labelled[0] if labelled else _heading_named(document, wanted)


def _labelled(document: Document, label: str) -> list[etree._Element]:
    """What was written with a label: first the block itself, then its caption and source if it has them. Empty if the
    label is not there."""
    name = bookmark_of(label)
    mark = next((m for m in elements(document.body(), "w:bookmarkStart") if m.get(q("w:name")) == name), None)
    holder = mark.getparent() if mark is not None else None
    if holder is None or local(holder) != "p":
        return []
    if not document.has_style("caption") or path_value(holder, "w:pPr/w:pStyle") != document.style("caption"):
        return [holder]
    above, below = holder.getprevious(), holder.getnext()
    table = below if below is not None and local(below) == "tbl" else None
    figure = above if above is not None and any(True for _ in elements(above, "w:drawing")) else None
    block = table if table is not None else figure
    found = [holder] if block is None else [block, holder]
    source = found[0].getnext() if block is table else below
    if source is not None and path_value(source, "w:pPr/w:pStyle") == document.style("small"):
        found.append(source)
    return found


def _table_of(paragraph: etree._Element) -> etree._Element:
    element: etree._Element | None = paragraph
    while element is not None and local(element) != "tbl":
        element = element.getparent()
    if element is None:
        raise OperationError("The block is no table", where=anchor_of(paragraph), fix="Name a table's anchor.")
    return element


def _heading_named(document: Document, name: str) -> etree._Element:
    outline = Outline(document)
    headings = outline.headings()
    folded = " ".join(name.casefold().split())
    found = [block for block, _ in headings if " ".join(plain_text(block).casefold().split()) == folded]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        ids = ", ".join(anchor_of(block) for block in found)
        raise OperationError(
            f"{len(found)} headings read {name!r}", where="anchor", fix=f"Use one of their ids: {ids}."
        )
    known = "; ".join(f"{anchor_of(block)} {plain_text(block)[:40]!r}" for block, _ in headings[:20])
    fix = f"Headings are: {known}." if known else "Call inspect to see the anchors."
    raise OperationError(f"There is no block {name!r}", where="anchor", fix=fix)


def top_level(document: Document, block: etree._Element) -> etree._Element:
    """The block of the body that holds an element: itself, the table it is in, the content control of a contents
    list or a cover."""
    body = document.body()
    element = block
    while (parent := element.getparent()) is not None and parent is not body:
        is_free = local(parent) == "sdtContent" and not _is_ours(parent.getparent())
        if is_free and local(element) in {"p", "tbl"} and _hangs_free(parent, body):
            return element
        element = parent
    return element


def _hangs_free(content: etree._Element, body: etree._Element) -> bool:
    """Whether only content controls stand between an element and the body."""
    parent = content.getparent()
    while parent is not None and parent is not body:
        if local(parent) not in {"sdt", "sdtContent", "customXml"}:
            return False
        parent = parent.getparent()
    return parent is body


def _is_ours(control: etree._Element | None) -> bool:
    """Whether a content control is a list of contents or a cover, which is one block."""
    gallery = path_value(control, "w:sdtPr/w:docPartObj/w:docPartGallery") or ""
    return gallery in {"Table of Contents", "Cover Pages"} or (path_value(control, "w:sdtPr/w:tag") or "") in {
        TOC_TAG,
        COVER_TAG,
    }


def control_tagged(document: Document, tag: str) -> etree._Element | None:
    """Our own content control of a kind."""
    for control in findall(document.body(), "w:sdt"):
        if path_value(control, "w:sdtPr/w:tag") == tag:
            return control
    return None


def _whole(document: Document, anchor: str) -> list[etree._Element]:
    found = [] if _ANCHOR.match(anchor.strip()) else _labelled(document, anchor.strip())
    if len(found) < 2:
        return [top_level(document, resolve(document, anchor))]
    outline = list(blocks(document.body()))
    return sorted(found, key=outline.index) if all(block in outline for block in found) else found[:1]


def block_range(document: Document, anchor: str, through: str | None, section: bool = False) -> list[etree._Element]:
    """The blocks of the body from one to another; a table or figure that is named by its label comes with its caption
    and source. Raises OperationError if they are not in order or in one place."""
    if section:
        return Outline(document).section(resolve(document, anchor))
    first = _whole(document, anchor)[0]
    if through is None:
        return _whole(document, anchor)
    last = _whole(document, through)[-1]
    outline = list(blocks(document.body()))
    places = [outline.index(block) if block in outline else -1 for block in (first, last)]
    if min(places) < 0 or places[0] > places[1]:
        fix = "Give the first and the last block in the order of the document."
        raise OperationError("The range is not in order", where=f"{anchor} to {through}", fix=fix)
    return outline[places[0] : places[1] + 1]


def story_paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """Every paragraph of a part, those of tables and text boxes included."""
    yield from elements(root, "w:p")
