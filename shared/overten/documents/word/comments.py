"""Comments: written on blocks or words, answered, settled, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word.anchors import anchor_of, resolve
from overten.documents.word.base import part_root
from overten.documents.word.document import DEFAULT_AUTHOR
from overten.documents.word.runs import paragraph, run
from overten.documents.word.textedit import OBJECT, cut, visible_text
from overten.documents.word.xml import el, elements, find, findall, local, q, remove, value

if TYPE_CHECKING:
    from overten.documents.word.document import Document
    from overten.documents.word.operations import Comment

_EXTENDED_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsExtended+xml"
_EXTENDED_RELATION = "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"
_MARKS = ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")


class CommentFacts(NamedTuple):
    id: int
    author: str
    text: str
    anchor: str | None
    reply_to: int | None
    resolved: bool


def apply_comment(document: Document, operation: Comment) -> str:
    """Adds, answers, settles or removes a comment."""
    if operation.delete is not None:
        return _delete(document, operation.delete)
    if operation.resolve is not None:
        return _resolve(document, operation.resolve)
    if not operation.text:
        raise OperationError("The comment has no text", where="comment", fix="Give `text`, or `resolve` or `delete`.")
    if operation.reply_to is not None:
        return _reply(document, operation)
    if operation.anchor is None:
        raise OperationError("The comment has no place", where="comment", fix="Give `anchor`, or `reply_to`.")
    block = resolve(document, operation.anchor)
    # A table is commented on at its first paragraph.
    target = block if local(block) == "p" else next(elements(block, "w:p"))
    document.edit_body()
    identifier = _add(document, operation.text, operation.author)
    first, last = _range(target, operation.quote)
    _mark(document, target, first, last, identifier)
    return f"Added comment {identifier} on {anchor_of(block)}"


def _range(target: etree._Element, quote: str | None) -> tuple[etree._Element | None, etree._Element | None]:
    """The first and last element of the commented words; None for the whole paragraph."""
    if quote is None:
        return None, None
    start = visible_text(target).find(quote)
    if start < 0 or OBJECT in quote:
        raise OperationError(f"The block does not read {quote!r}", where="quote", fix="Quote the words exactly.")
    pieces = cut(target, {start, start + len(quote)})
    position, inside = 0, []
    for atom in pieces:
        if start <= position < start + len(quote):
            inside.append(atom.element)
        position += len(atom.text)
    return inside[0], inside[-1]


def _mark(
    document: Document, target: etree._Element, first: etree._Element | None, last: etree._Element | None, number: int
) -> None:
    style = document.style("comment_reference")
    reference = el("w:r", el("w:rPr", el("w:rStyle", val=style)), el("w:commentReference", id=number))
    start, end = el("w:commentRangeStart", id=number), el("w:commentRangeEnd", id=number)
    if first is None or last is None:
        target.insert(1 if find(target, "w:pPr") is not None else 0, start)
        target.append(end)
        target.append(reference)
        return
    _child_of(target, first).addprevious(start)
    _child_of(target, last).addnext(reference)
    reference.addprevious(end)


def _child_of(paragraph_: etree._Element, element: etree._Element) -> etree._Element:
    while (parent := element.getparent()) is not None and parent is not paragraph_:
        element = parent
    return element


def _add(document: Document, text: str, author: str | None) -> int:
    name = document.ensure_part("comments", part_root("w:comments"))
    root = document.package.edit(name)
    numbers = [int(c.get(q("w:id"), "0")) for c in findall(root, "w:comment")]
    identifier = max(numbers, default=-1) + 1
    writer = author or document.tracking or DEFAULT_AUTHOR
    initials = "".join(word[0] for word in writer.split())[:3].upper()
    mark = el("w:r", el("w:rPr", el("w:rStyle", val=document.style("comment_reference"))), el("w:annotationRef"))
    content = paragraph(document, document.style("comment_text"), [mark, run(text)])
    date = document.timestamp()
    root.append(el("w:comment", content, id=identifier, author=writer, date=date, initials=initials))
    return identifier


def _comment(document: Document, identifier: int) -> etree._Element:
    name = document.part("comments")
    for comment in findall(document.package.tree(name), "w:comment") if name else []:
        if comment.get(q("w:id")) == str(identifier):
            return comment
    known = ", ".join(str(facts.id) for facts in comments(document)) or "none"
    raise OperationError(f"There is no comment {identifier}", where="comment", fix=f"Comments are: {known}.")


def _paragraph_id(document: Document, comment: etree._Element) -> str:
    """The id of a comment's last paragraph, by which Word knows answers and settled comments."""
    document.package.edit(str(document.part("comments")))
    last = findall(comment, "w:p")[-1]
    if last.get(q("w14:paraId")) is None:
        last.set(q("w14:paraId"), document.new_id())
    return last.get(q("w14:paraId"), "")


def _extended(document: Document) -> etree._Element:
    name = document.package.related(document.main, "commentsExtended")
    if name is None:
        root = etree.Element(q("w15:commentsEx"), nsmap={"w15": q("w15:x")[1:-2]})
        name = document.ensure_part("commentsExtended", root, content_type=_EXTENDED_TYPE, relation=_EXTENDED_RELATION)
    return document.package.edit(name)


def _entry(document: Document, comment: etree._Element) -> etree._Element:
    identifier = _paragraph_id(document, comment)
    root = _extended(document)
    for entry in root:
        if entry.get(q("w15:paraId")) == identifier:
            return entry
    entry = el("w15:commentEx", paraId=identifier, done=0)
    root.append(entry)
    return entry


def _reply(document: Document, operation: Comment) -> str:
    parent_id = operation.reply_to
    assert parent_id is not None  # noqa: S101 - the caller has looked
    assert operation.text is not None  # noqa: S101 - likewise
    parent = _comment(document, parent_id)
    body = document.edit_body()
    identifier = _add(document, operation.text, operation.author)
    _entry(document, _comment(document, identifier)).set(
        q("w15:paraIdParent"), _entry(document, parent).get(q("w15:paraId"), "")
    )
    for name in _MARKS:
        for mark in [m for m in elements(body, name) if m.get(q("w:id")) == str(parent_id)]:
            twin = el(name, id=identifier)
            if name == "w:commentReference":
                holder = mark.getparent()
                assert holder is not None  # noqa: S101 - a reference stands in a run
                style = document.style("comment_reference")
                holder.addnext(el("w:r", el("w:rPr", el("w:rStyle", val=style)), twin))
            else:
                mark.addnext(twin)
    return f"Added comment {identifier}, an answer to {parent_id}"


def _resolve(document: Document, identifier: int) -> str:
    _entry(document, _comment(document, identifier)).set(q("w15:done"), "1")
    return f"Comment {identifier} is settled"


def _delete(document: Document, identifier: int) -> str:
    gone = [_comment(document, identifier), *_replies(document, identifier)]
    body = document.edit_body()
    numbers = {comment.get(q("w:id")) for comment in gone}
    paragraphs = {p.get(q("w14:paraId")) for comment in gone for p in findall(comment, "w:p")}
    document.package.edit(str(document.part("comments")))
    for comment in gone:
        remove(comment)
    for mark in [m for m in elements(body, *_MARKS) if m.get(q("w:id")) in numbers]:
        holder = mark.getparent()
        remove(holder if holder is not None and local(holder) == "r" else mark)
    extended = document.package.related(document.main, "commentsExtended")
    if extended is not None:
        for entry in list(document.package.edit(extended)):
            if entry.get(q("w15:paraId")) in paragraphs:
                remove(entry)
    return f"Deleted comment {identifier}"


def _replies(document: Document, identifier: int) -> list[etree._Element]:
    return [_comment(document, facts.id) for facts in comments(document) if facts.reply_to == identifier]


def comments(document: Document) -> list[CommentFacts]:
    """All comments in the order of their part."""
    name = document.part("comments")
    if name is None:
        return []
    found = findall(document.package.tree(name), "w:comment")
    ids = {p.get(q("w14:paraId")): _number(c) for c in found for p in findall(c, "w:p") if p.get(q("w14:paraId"))}
    parents: dict[int, int] = {}
    done: set[int] = set()
    extended = document.package.related(document.main, "commentsExtended")
    if extended is not None and document.package.has(extended):
        for entry in document.package.tree(extended):
            number = ids.get(entry.get(q("w15:paraId")))
            if number is None:
                continue
            parent = ids.get(entry.get(q("w15:paraIdParent")))
            if parent is not None:
                parents[number] = parent
            if entry.get(q("w15:done")) in {"1", "true"}:
                done.add(number)
    places: dict[int, str] = {}
    for mark in elements(document.body(), "w:commentRangeStart", "w:commentReference"):
        holder = next((a for a in mark.iterancestors() if local(a) == "p"), None)
        if holder is None and (following := mark.getnext()) is not None:
            holder = following if local(following) == "p" else None
        if holder is not None:
            places.setdefault(_number(mark), anchor_of(holder))
    return [
        CommentFacts(
            _number(c), value(c, "w:author") or "", "".join(t.text or "" for t in elements(c, "w:t")),
            places.get(_number(c)), parents.get(_number(c)), _number(c) in done,
        )
        for c in found
    ]  # fmt: skip


def _number(element: etree._Element) -> int:
    number = element.get(q("w:id"), "0")
    return int(number) if number.lstrip("-").isdigit() else 0
