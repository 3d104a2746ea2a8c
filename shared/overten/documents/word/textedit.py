"""Changing words in paragraphs while everything else keeps its formatting.

A paragraph is seen as a string in which what is no text (notes, pictures, fields, equations) is one letter. Runs are
cut where the change begins and ends, and only runs within it are taken out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from overten.documents.word import inline
from overten.documents.word.inline import Piece
from overten.documents.word.revisions import delete_run, mark, wrap
from overten.documents.word.runs import TextWriter, bookmark_of, run
from overten.documents.word.xml import el, find, findall, local, properties, put, q, text_element, unset

if TYPE_CHECKING:
    from overten.documents.word.document import Document

OBJECT = "\ufffc"
_WORD = re.compile(r"\w+|\s|[^\w\s]")
_THROUGH = {"hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo", "sdtContent"}
_IGNORED = {
    "pPr", "bookmarkStart", "bookmarkEnd", "proofErr", "commentRangeStart", "commentRangeEnd", "permStart", "permEnd",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "del", "moveFrom", "sdtPr",
    "sdtEndPr", "lastRenderedPageBreak", "smartTagPr", "customXmlPr",
}  # fmt: skip
_IN_RUN = {"t", "tab", "br", "cr", "noBreakHyphen"}


class Atom(NamedTuple):
    """A piece of a paragraph: a run with one child, or an object. `key` tells objects apart."""

    element: etree._Element
    text: str
    key: str


def atoms(paragraph: etree._Element) -> list[Atom]:
    """The pieces of a paragraph as they stand; runs are not cut yet."""
    found: list[Atom] = []
    state = _Fields()
    _collect(paragraph, found, state)
    return found


class _Fields:
    """Where the walk is within fields, whose instructions and results are no text to edit."""

    def __init__(self) -> None:
        self.depth = 0
        self.instruction = ""


def _collect(element: etree._Element, found: list[Atom], fields: _Fields) -> None:
    for child in element:
        name = local(child)
        if name == "r":
            _collect_run(child, found, fields)
        elif name in _THROUGH:
            _collect(child, found, fields)
        elif name == "sdt":
            content = find(child, "w:sdtContent")
            if content is not None:
                _collect(content, found, fields)
        elif name not in _IGNORED and name and not fields.depth:
            found.append(Atom(child, OBJECT, _object_key(child)))


def _object_key(element: etree._Element) -> str:
    if local(element) == "fldSimple":
        return _field_key(element.get(q("w:instr"), ""))
    return f"{local(element)}:{''.join(t.text or '' for t in element.iter(q('m:t')))}"


def _field_key(instruction: str) -> str:
    words = instruction.split()
    return f"field:{' '.join(words[:2])}"


def _collect_run(element: etree._Element, found: list[Atom], fields: _Fields) -> None:
    content = [child for child in element if local(child) not in {"rPr", "lastRenderedPageBreak"}]
    for child in content:
        name = local(child)
        if name == "fldChar":
            kind = child.get(q("w:fldCharType"))
            fields.depth += {"begin": 1, "end": -1}.get(kind or "", 0)
            if kind == "begin" and fields.depth == 1:
                fields.instruction = ""
            if kind == "end" and fields.depth == 0:
                found.append(Atom(element, OBJECT, _field_key(fields.instruction)))
        elif name == "instrText" and fields.depth == 1:
            fields.instruction += child.text or ""
        elif fields.depth:
            continue
        elif name == "t":
            found.append(Atom(element, child.text or "", ""))
        elif name in _IN_RUN and child.get(q("w:type")) != "page":
            found.append(Atom(element, {"tab": "\t", "noBreakHyphen": "-"}.get(name, "\n"), ""))
        else:
            identifier = child.get(q("w:id"), "")
            found.append(Atom(element, OBJECT, f"{name}:{identifier}"))


def visible_text(paragraph: etree._Element) -> str:
    """The paragraph's own text with `OBJECT` for what is none."""
    return "".join(atom.text for atom in atoms(paragraph))


def cut(paragraph: etree._Element, places: set[int]) -> list[Atom]:
    """Cuts runs so that every atom stands in a run of its own and none reaches over a place."""
    for element in dict.fromkeys(atom.element for atom in atoms(paragraph) if local(atom.element) == "r"):
        content = [child for child in element if local(child) != "rPr"]
        if len(content) > 1 and not any(local(child) == "fldChar" for child in content):
            _split_children(element, content)
    position = 0
    for atom in atoms(paragraph):
        inside = sorted(place - position for place in places if position < place < position + len(atom.text))
        position += len(atom.text)
        if inside and local(atom.element) == "r":
            _split_text(atom.element, atom.text, inside)
    return atoms(paragraph)


def _split_children(element: etree._Element, content: list[etree._Element]) -> None:
    looks = find(element, "w:rPr")
    for child in reversed(content[1:]):
        element.addnext(el("w:r", copy.deepcopy(looks) if looks is not None else None, child))


def _split_text(element: etree._Element, text: str, offsets: list[int]) -> None:
    node, looks = find(element, "w:t"), find(element, "w:rPr")
    if node is None:
        return
    pieces = [text[start:end] for start, end in zip([0, *offsets], [*offsets, len(text)], strict=True)]
    element.replace(node, text_element("w:t", pieces[0]))
    for piece in reversed(pieces[1:]):
        element.addnext(el("w:r", copy.deepcopy(looks) if looks is not None else None, text_element("w:t", piece)))


def join(paragraph: etree._Element) -> None:
    """Joins neighbouring runs of text that look the same, which cutting has left."""
    for element in list(paragraph.iter(q("w:r"))):
        following = element.getnext()
        while following is not None and local(following) == "r" and _same_looks(element, following):
            first, second = find(element, "w:t"), find(following, "w:t")
            if first is None or second is None:
                break
            element.replace(first, text_element("w:t", (first.text or "") + (second.text or "")))
            parent = following.getparent()
            if parent is None:
                break
            parent.remove(following)
            following = element.getnext()


def _same_looks(first: etree._Element, second: etree._Element) -> bool:
    if [local(c) for c in first if local(c) != "rPr"] != ["t"] or [local(c) for c in second if local(c) != "rPr"] != [
        "t"
    ]:
        return False
    return _canonical(find(first, "w:rPr")) == _canonical(find(second, "w:rPr"))


def _canonical(element: etree._Element | None) -> bytes:
    return b"" if element is None or not len(element) else etree.tostring(element, method="c14n")


class _Token(NamedTuple):
    key: str
    piece: Piece


def _tokens(document: Document, text: str) -> list[_Token]:
    found: list[_Token] = []
    for piece in inline.parse(text):
        if piece.kind == "text":
            found += [_Token(word, piece.with_text(word)) for word in _WORD.findall(piece.text)]
        elif piece.kind in {"break", "tab"}:
            found.append(_Token("\n" if piece.kind == "break" else "\t", piece))
        elif piece.kind == "link":
            words = _WORD.findall(inline.plain(piece.text))
            found += [_Token(word, Piece(kind="link", text=word, target=piece.target)) for word in words]
        else:
            found.append(_Token(_piece_key(document, piece), piece))
    return found


def _piece_key(document: Document, piece: Piece) -> str:
    from overten.documents.word.equations import inline_math, linear_text
    from overten.documents.word.notes import note_texts
    from overten.documents.word.runs import source_bookmark

    match piece.kind:
        case "footnote" | "endnote":
            texts = note_texts(document, piece.kind)
            wanted = inline.plain(piece.text)
            same = next((identifier for identifier, text in texts.items() if text == wanted), "new")
            return f"{piece.kind}Reference:{same}"
        case "reference":
            return f"field:REF {bookmark_of(piece.target)}"
        case "citation":
            return f"field:REF {source_bookmark(piece.target.split(';')[0])}"
        case "math":
            return f"oMath:{linear_text(inline_math(piece.text))}"
    return piece.kind


def replace_text(document: Document, paragraph: etree._Element, text: str, part: str | None = None) -> bool:
    """Gives a paragraph a new marked text, changing only what differs. False if nothing does."""
    tokens = _tokens(document, text)
    places = {match.start() for match in _WORD.finditer(visible_text(paragraph))}
    old = cut(paragraph, places)
    matcher = SequenceMatcher(None, [a.key or a.text for a in old], [t.key for t in tokens], autojunk=False)
    writer = TextWriter(document, part)
    changed = False
    for tag, i1, i2, j1, j2 in reversed(matcher.get_opcodes()):
        if tag == "equal":
            for atom, token in zip(old[i1:i2], tokens[j1:j2], strict=True):
                changed |= _add_marks(document, atom, token.piece)
            continue
        base = _base_looks(old, i1, i2)
        new = [element for piece in _merged(tokens[j1:j2]) for element in writer.piece(piece, base)]
        _insert(document, paragraph, old, i1, new)
        for atom in old[i1:i2]:
            # Notes, pictures and fields stay unless somebody deletes them on purpose.
            if atom.text != OBJECT:
                delete_run(document, atom.element)
                changed = True
        changed |= bool(new)
    join(paragraph)
    return changed


def _merged(tokens: list[_Token]) -> list[Piece]:
    """Neighbouring words with the same marks as one piece again."""
    merged: list[Piece] = []
    for token in tokens:
        last = merged[-1] if merged else None
        if last is not None and token.piece.kind in {"text", "link"} and last.same_marks(token.piece):
            merged[-1] = last.with_text(last.text + token.piece.text)
        else:
            merged.append(token.piece)
    return merged


def _base_looks(old: list[Atom], start: int, end: int) -> etree._Element | None:
    """What new words look like: the words they replace, else those before, else those after."""
    order = [*old[start:end], *reversed(old[:start]), *old[end:]]
    nearest = next((atom for atom in order if atom.text != OBJECT and local(atom.element) == "r"), None)
    looks = find(nearest.element, "w:rPr") if nearest is not None else None
    if looks is None:
        return None
    base = copy.deepcopy(looks)
    if nearest is not None and local(_parent(nearest.element)) == "hyperlink":
        unset(base, "w:rStyle", "w:u", "w:color")
    unset(base, "w:rPrChange")
    return base


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None  # noqa: S101 - atoms stand in a paragraph
    return parent


def _insert(document: Document, paragraph: etree._Element, old: list[Atom], at: int, new: list[etree._Element]) -> None:
    if not new:
        return
    place = old[at].element if at < len(old) else None
    before = old[at - 1].element if at else None
    if before is not None:
        _insert_after(paragraph, before, new, inside=place is not None and _parent(place) is _parent(before))
    elif place is not None:
        top = _outermost(place, paragraph)
        for element in new:
            top.addprevious(element)
    else:
        for element in new:
            paragraph.append(element)
    if document.tracking:
        for element in new:
            for inner in [element] if local(element) == "r" else findall(element, "w:r"):
                wrap(document, inner, "ins")


def _insert_after(
    paragraph: etree._Element, before: etree._Element, new: list[etree._Element], *, inside: bool
) -> None:
    """Within a link or a mark only if the words on both sides are in it."""
    target = before if inside and local(_parent(before)) == "hyperlink" else _outermost(before, paragraph)
    for element in reversed(new):
        target.addnext(element)


def _outermost(element: etree._Element, paragraph: etree._Element) -> etree._Element:
    while (parent := _parent(element)) is not paragraph:
        element = parent
    return element


def _add_marks(document: Document, atom: Atom, piece: Piece) -> bool:
    """Makes a word that stays bold or italic if the new text marks it so; takes nothing away."""
    if piece.kind != "text" or not (piece.bold or piece.italic) or local(atom.element) != "r":
        return False
    present = find(atom.element, "w:rPr")
    wanted = [
        name for name, asked in (("b", piece.bold), ("i", piece.italic)) if asked and find(present, f"w:{name}") is None
    ]
    if not wanted:
        return False
    looks = properties(atom.element)
    before = copy.deepcopy(looks)
    for name in wanted:
        put(looks, el(f"w:{name}"), el(f"w:{name}Cs"))
    if document.tracking:
        unset(before, "w:rPrChange")
        change = mark(document, "rPrChange")
        change.append(before)
        put(looks, change)
    return True


def find_in(paragraph: etree._Element, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where a pattern matches the paragraph's text; a match reaches over no object."""
    return [match.span() for match in pattern.finditer(visible_text(paragraph)) if OBJECT not in match[0] and match[0]]


def replace_spans(document: Document, paragraph: etree._Element, spans: list[tuple[int, int]], new: str) -> None:
    """Puts a plain text in place of parts of a paragraph; it looks like what it replaces."""
    text = visible_text(paragraph)
    narrowed = [_narrowed(text, start, end, new) for start, end in spans]
    places = {place for start, end, _ in narrowed for place in (start, end)}
    old = cut(paragraph, places)
    starts, position = [], 0
    for atom in old:
        starts.append(position)
        position += len(atom.text)
    for start, end, inserted in reversed(narrowed):
        first = next((i for i, at in enumerate(starts) if at >= start), len(old))
        last = next((i for i, at in enumerate(starts) if at >= end), len(old))
        base = _base_looks_in_place(old, first, last)
        if inserted:
            _insert_in_place(document, paragraph, old, first, last, run(inserted, base))
        for atom in old[first:last]:
            delete_run(document, atom.element)
    join(paragraph)


def _base_looks_in_place(old: list[Atom], first: int, last: int) -> etree._Element | None:
    near = old[first] if first < last else old[max(first - 1, 0)] if old else None
    return find(near.element, "w:rPr") if near is not None and local(near.element) == "r" else None


def _insert_in_place(
    document: Document, paragraph: etree._Element, old: list[Atom], first: int, last: int, element: etree._Element
) -> None:
    if first < last:
        target = old[first].element
        holder = _parent(target)
        # Text that another author inserted is deleted within their mark; ours stands before it.
        (holder if document.tracking and local(holder) == "ins" else target).addprevious(element)
    elif first:
        old[first - 1].element.addnext(element)
    elif old:
        old[0].element.addprevious(element)
    else:
        paragraph.append(element)
    if document.tracking and local(_parent(element)) != "ins":
        wrap(document, element, "ins")


def _narrowed(text: str, start: int, end: int, new: str) -> tuple[int, int, str]:
    """The part that really differs, so that formatting within what stays the same is untouched."""
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while end > start and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return start, end, new


def iter_matches(
    root: etree._Element, pattern: re.Pattern[str]
) -> Iterator[tuple[etree._Element, list[tuple[int, int]]]]:
    """The paragraphs of a part that match, and where."""
    for paragraph in list(root.iter(q("w:p"))):
        spans = find_in(paragraph, pattern)
        if spans:
            yield paragraph, spans
