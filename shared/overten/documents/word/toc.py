"""Contents lists: a TOC field with its entries and page numbers filled in, so that they are right without updating."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word.anchors import TOC_TAG, Outline, blocks, plain_text, top_level
from overten.documents.word.document import Frame, section_of
from overten.documents.word.fieldcodes import Field, fields
from overten.documents.word.language import words
from overten.documents.word.numbers import list_numbers
from overten.documents.word.runs import field, paragraph, run
from overten.documents.word.xml import (
    append_all,
    el,
    elements,
    find,
    local,
    path_value,
    properties,
    put,
    q,
    text_element,
)

if TYPE_CHECKING:
    from overten.documents.word.document import Document
    from overten.documents.word.operations import AddToc

_LEVELS = re.compile(r'\\o\s+"?(\d)-(\d)"?')
_CAPTIONS = re.compile(r'\\c\s+"?([^"\\]+?)"?(?:\s|$)')


def contents_control(document: Document, operation: AddToc) -> etree._Element:
    """A content control with a new list, whose entries `refresh_contents` fills in."""
    if operation.kind == "headings":
        instruction = f'TOC \\o "1-{operation.levels}" \\h \\z \\u'
    else:
        shown = words(document.language())
        instruction = f'TOC \\h \\z \\c "{shown.figure if operation.kind == "figures" else shown.table}"'
    control = el(
        "w:sdt",
        el(
            "w:sdtPr",
            el("w:tag", val=TOC_TAG),
            el("w:docPartObj", el("w:docPartGallery", val="Table of Contents"), el("w:docPartUnique")),
        ),
        el("w:sdtContent"),
    )
    content = control[-1]
    if operation.title:
        content.append(paragraph(document, document.style("toc_heading"), [run(operation.title)]))
    content.append(paragraph(document, None, field(instruction, " ")))
    return control


def contents_fields(document: Document) -> list[Field]:
    """The contents lists of the body, ours and others'."""
    return [one for one in fields(document.body()) if one.name == "TOC"]


def is_ours(one: Field) -> bool:
    """Whether a list is in a content control of our making."""
    controls = (a for a in one.begin.iterancestors() if local(a) == "sdt")
    return any(path_value(control, "w:sdtPr/w:tag") == TOC_TAG for control in controls)


def rebuild(document: Document, one: Field) -> int:
    """Writes a list's entries anew from the headings or captions there are; returns how many. Page numbers are filled
    in by `refresh`."""
    first, last = _paragraph_of(one.begin), _paragraph_of(one.end)
    if first is None or last is None or first.getparent() is not last.getparent():
        raise OperationError(
            "The contents list is built unusually", where="add_toc", fix="Delete it and add a new one."
        )
    parent = first.getparent()
    assert parent is not None  # noqa: S101 - the paragraph is in the body
    old = [first, *(sibling for sibling in first.itersiblings())]
    old = old[: old.index(last) + 1]
    section = find(last, "w:pPr/w:sectPr")
    width = Frame(section_of(document, first)).column_width
    entries = _entries(document, one, width)
    if not entries:
        entries = [paragraph(document, document.style("toc1"), [run("—")])]
    index = parent.index(first)
    for element in old:
        parent.remove(element)
    _frame_field(entries, one.instruction.strip())
    if section is not None:
        put(properties(entries[-1]), section)
    for offset, entry in enumerate(entries):
        parent.insert(index + offset, entry)
    return len(entries)


def _paragraph_of(element: etree._Element | None) -> etree._Element | None:
    if element is None:
        return None
    return next((a for a in element.iterancestors() if local(a) == "p"), None)


def _frame_field(entries: list[etree._Element], instruction: str) -> None:
    """The field begins in the first entry and ends behind the last."""
    begin = [
        el("w:r", el("w:fldChar", fldCharType="begin")),
        el("w:r", text_element("w:instrText", f" {instruction} ")),
        el("w:r", el("w:fldChar", fldCharType="separate")),
    ]
    at = 1 if find(entries[0], "w:pPr") is not None else 0
    for offset, part in enumerate(begin):
        entries[0].insert(at + offset, part)
    entries[-1].append(el("w:r", el("w:fldChar", fldCharType="end")))


def _entries(document: Document, one: Field, width: int) -> list[etree._Element]:
    captions = _CAPTIONS.search(one.instruction)
    if captions and "\\o" not in one.instruction:
        return _caption_entries(document, captions[1].strip(), width)
    levels = _LEVELS.search(one.instruction)
    lowest, highest = (int(levels[1]), int(levels[2])) if levels else (1, 3)
    numbers = list_numbers(document)
    inside = _inside_controls(document)
    written = []
    for block, level in Outline(document).headings():
        style = path_value(block, "w:pPr/w:pStyle")
        if not lowest <= level <= highest or block in inside or _is_contents_heading(document, style):
            continue
        label = numbers.get(block.get(q("w14:paraId"), ""), "")
        text = " ".join(plain_text(block).split())
        role = f"toc{min(level, 4)}"
        written.append(_entry(document, block, text, document.style(role), width, label if label != "•" else ""))
    return written


def _is_contents_heading(document: Document, style: str | None) -> bool:
    return document.has_style("toc_heading") and style == document.style("toc_heading")


def _inside_controls(document: Document) -> set[etree._Element]:
    """Paragraphs of contents lists and covers, which no list names."""
    found: set[etree._Element] = set()
    for block in blocks(document.body()):
        if top_level(document, block) is not block and local(block) == "p":
            found.add(block)
    return found


def _caption_entries(document: Document, name: str, width: int) -> list[etree._Element]:
    style = document.style("table_of_figures")
    written = []
    for one in fields(document.body()):
        paragraph_ = _paragraph_of(one.begin)
        if one.name == "SEQ" and one.argument == name and paragraph_ is not None:
            text = " ".join(plain_text(paragraph_).split())
            written.append(_entry(document, paragraph_, text, style, width, ""))
    return written


def _entry(document: Document, target: etree._Element, text: str, style: str, width: int, label: str) -> etree._Element:
    name = _contents_bookmark(document, target)
    link = el("w:hyperlink", anchor=name, history=1)
    shown = [run(label), run("\t")] if label else []
    append_all(link, [*shown, run(text), run("\t"), *field(f"PAGEREF {name} \\h", "1")])
    element = paragraph(document, style, [link])
    tabs = [el("w:tab", val="right", leader="dot", pos=width)]
    if label:
        tabs.insert(0, el("w:tab", val="left", pos=_number_tab(document, style, label)))
    put(properties(element), el("w:tabs", *tabs))
    return element


def _number_tab(document: Document, style: str, label: str) -> int:
    from overten.documents.word import styles
    from overten.documents.word.document import twips

    chain = styles.chain(styles.by_id(document.styles()), style)
    indent = next(
        (path_value(one, "w:pPr/w:ind", "w:left") for one in chain if find(one, "w:pPr/w:ind") is not None), "0"
    )
    return twips(indent) + max(440, 130 * len(label) + 120)


def _contents_bookmark(document: Document, target: etree._Element) -> str:
    """The name of the bookmark around a heading or caption that lists refer to, set if there is none."""
    for mark in elements(target, "w:bookmarkStart"):
        if mark.get(q("w:name"), "").startswith("_Toc"):
            return mark.get(q("w:name"), "")
    name = f"_Toc{int(target.get(q('w14:paraId'), '0'), 16):010d}"
    identifier = document.next_bookmark_id()
    at = 1 if find(target, "w:pPr") is not None else 0
    target.insert(at, el("w:bookmarkStart", id=identifier, name=name))
    target.append(el("w:bookmarkEnd", id=identifier))
    return name
