"""Applying operations to a document: each applies wholly or is refused and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.word import operations as ops
from overten.documents.word import pages, properties, references, revisions, tables, textedit, toc
from overten.documents.word.anchors import (
    COVER_TAG,
    TOC_TAG,
    Outline,
    anchor_of,
    block_range,
    blocks,
    control_tagged,
    plain_text,
    resolve,
    top_level,
    word_art,
)
from overten.documents.word.blocks import BlockWriter
from overten.documents.word.comments import apply_comment
from overten.documents.word.cover import apply_cover
from overten.documents.word.document import Document, copied, section_of, set_setting
from overten.documents.word.operations import WordOperation
from overten.documents.word.refresh import number_captions
from overten.documents.word.styles import TABLE_ROLES, find_style
from overten.documents.word.xml import el, elements, find, local, path_value, put, q, remove
from overten.documents.word.xml import properties as settings_of

MAX_BLOCKS = 20_000
_SHOWN_ANCHORS = 12


def apply(document: Document, operation: WordOperation) -> str:
    """Applies one operation and says in a line or two what was done, with the anchors of what is new.

    Raises OperationError, with the document unchanged, if the operation cannot be applied as a whole.
    """
    restore = document.snapshot()
    try:
        done = _APPLIERS[type(operation)](document, operation)
    except BaseException:
        restore()
        raise
    document.changed = True
    return done


def _set_document(document: Document, operation: ops.SetDocument) -> str:
    done = properties.apply_document(document, operation)
    if not done:
        raise OperationError("Nothing is set", where="set_document", fix="Give a title, language, colour or font.")
    return f"Set the document's {', '.join(done)}"


def _write(document: Document, operation: ops.Write) -> str:
    body = document.edit_body()
    old = block_range(document, operation.replace, operation.through) if operation.replace else []
    place = _place(document, operation, old)
    if len(list(blocks(body))) + len(operation.blocks) > MAX_BLOCKS:
        raise OperationError(f"The document has {MAX_BLOCKS} blocks", where="write", fix="Write less.")
    section = section_of(document, old[0] if old else place)
    writer = BlockWriter(document, section, old)
    written = [writer.heading(operation.heading, operation.level, operation.label)] if operation.heading else []
    written += writer.write(operation.blocks)
    _insert_all(document, written, old[0] if old else None, place, before=operation.before is not None)
    if document.tracking:
        revisions.mark_inserted(document, written)
    if old:
        _take_out(document, old)
    number_captions(document)
    return f"Wrote {_listed(written)}"


def _place(document: Document, operation: ops.Write, old: list[etree._Element]) -> etree._Element | None:
    """The block at which new ones go; None for the end of the document."""
    if old:
        return old[0]
    if operation.after:
        return top_level(document, resolve(document, operation.after))
    if operation.before:
        return top_level(document, resolve(document, operation.before))
    if operation.after_section:
        heading = resolve(document, operation.after_section)
        return Outline(document).section(heading)[-1]
    return None


def _insert_all(
    document: Document,
    new: list[etree._Element],
    old: etree._Element | None,
    place: etree._Element | None,
    *,
    before: bool,
) -> None:
    if old is not None or (place is not None and before):
        target = old if old is not None else place
        assert target is not None  # noqa: S101 - one of them is there
        for element in new:
            target.addprevious(element)
        return
    if place is not None:
        for element in reversed(new):
            place.addnext(element)
        _keep_section_break_last(place, new)
        return
    last = document.sections()[-1]
    for element in new:
        last.addprevious(element)


def _keep_section_break_last(place: etree._Element, new: list[etree._Element]) -> None:
    """What is written after the last paragraph of a section belongs to that section."""
    section = find(place, "w:pPr/w:sectPr")
    if section is None or not new or local(new[-1]) != "p":
        return
    put(settings_of(new[-1]), section)


def _listed(written: list[etree._Element]) -> str:
    """New blocks by anchor and beginning."""
    shown = [f"{anchor_of(e)} {_kind(e)}" for e in written if _says_something(e)]
    more = f" and {len(shown) - _SHOWN_ANCHORS} more" if len(shown) > _SHOWN_ANCHORS else ""
    return f"{len(shown)} blocks: {'; '.join(shown[:_SHOWN_ANCHORS])}{more}"


def _says_something(element: etree._Element) -> bool:
    return any(True for _ in elements(element, "w:r", "m:oMath", "w:tc"))


def _kind(element: etree._Element) -> str:
    if local(element) == "tbl":
        return "table"
    if any(True for _ in elements(element, "w:drawing")):
        return "figure"
    text = " ".join(plain_text(element).split())
    return repr(text[:30] + ("…" if len(text) > 30 else ""))


def _take_out(document: Document, old: list[etree._Element]) -> None:
    """Deletes blocks, as a tracked change if changes are tracked. A section they end is kept."""
    for block in old:
        section = find(block, "w:pPr/w:sectPr")
        if section is not None and document.tracking is None:
            _keep_section(block, section)
    if document.tracking is not None:
        revisions.mark_deleted(document, old)
        return
    _keep_bookmark_pairs(document, old)
    for block in old:
        _remove_block(block)
    _drop_orphans(document)


def _keep_section(block: etree._Element, section: etree._Element) -> None:
    previous = block.getprevious()
    if previous is not None and local(previous) == "p" and find(previous, "w:pPr/w:sectPr") is None:
        put(settings_of(previous), section)
    elif previous is not None and local(previous) != "p":
        block.addprevious(el("w:p", el("w:pPr", section)))


def _keep_bookmark_pairs(document: Document, old: list[etree._Element]) -> None:
    """A bookmark or comment that begins in a deleted block and ends behind it goes with it, and the other way round."""
    pairs = (("w:bookmarkStart", "w:bookmarkEnd"), ("w:commentRangeStart", "w:commentRangeEnd"))
    body = document.body()
    for start, end in pairs:
        inside: dict[str, set[str]] = {start: set(), end: set()}
        for block in old:
            for mark in elements(block, start, end):
                inside[start if mark.tag == q(start) else end].add(mark.get(q("w:id"), ""))
        halves = inside[start] ^ inside[end]
        if halves:
            for mark in [m for m in elements(body, start, end) if m.get(q("w:id")) in halves]:
                remove(mark)
    references_gone = {r.get(q("w:id")) for b in old for r in elements(b, "w:commentReference")}
    for mark in [
        m for m in elements(body, "w:commentRangeStart", "w:commentRangeEnd") if m.get(q("w:id")) in references_gone
    ]:
        remove(mark)


def _remove_block(block: etree._Element) -> None:
    parent = block.getparent()
    remove(block)
    # A content control that has lost all its content goes away, as an empty one is not valid.
    while parent is not None and local(parent) in {"sdtContent", "sdt", "customXml"} and not _has_content(parent):
        holder = parent.getparent()
        remove(parent)
        parent = holder


def _has_content(container: etree._Element) -> bool:
    return any(local(child) not in {"sdtPr", "sdtEndPr"} for child in container)


def _drop_orphans(document: Document) -> None:
    """Comments and notes whose place was deleted go as well."""
    body = document.body()
    name = document.part("comments")
    if name is not None:
        present = {r.get(q("w:id")) for r in elements(body, "w:commentReference")}
        present |= {
            r.get(q("w:id"))
            for s in document.stories()
            for r in elements(document.package.tree(s), "w:commentReference")
        }
        gone = [c for c in elements(document.package.tree(name), "w:comment") if c.get(q("w:id")) not in present]
        if gone:
            document.package.edit(name)
        for comment in gone:
            remove(comment)
    for kind in ("footnote", "endnote"):
        part = document.part(f"{kind}s")
        if part is None:
            continue
        used = {r.get(q("w:id")) for r in elements(body, f"w:{kind}Reference")}
        notes = [
            n for n in elements(document.package.tree(part), f"w:{kind}") if n.get(q("w:type")) in {None, "normal"}
        ]
        lost = [n for n in notes if n.get(q("w:id")) not in used]
        if lost:
            document.package.edit(part)
        for note in lost:
            remove(note)


def _edit_text(document: Document, operation: ops.EditText) -> str:
    document.edit_body()
    block = resolve(document, operation.anchor)
    if operation.cell is not None:
        table = block if local(block) == "tbl" else _table_around(block, operation.anchor)
        cell = tables.Grid(table).cell(*operation.cell)
        block = _only_paragraph(cell)
    if local(block) != "p":
        raise OperationError("A table is no paragraph", where=operation.anchor, fix="Give `cell`: [row, column].")
    changed = textedit.replace_text(document, block, operation.text)
    if not changed:
        return f"{anchor_of(block)} reads so already"
    return f"Changed {anchor_of(block)} to {_kind(block)}" + (", tracked" if document.tracking else "")


def _table_around(block: etree._Element, anchor: str) -> etree._Element:
    table = next((a for a in block.iterancestors() if local(a) == "tbl"), None)
    if table is None:
        raise OperationError("The block is no table", where=anchor, fix="Leave `cell` out, or name a table.")
    return table


def _only_paragraph(cell: etree._Element) -> etree._Element:
    paragraphs = [child for child in cell if local(child) == "p"]
    if not paragraphs:
        raise OperationError("The cell holds a table", where="cell", fix="Name the inner table's anchor.")
    for other in paragraphs[1:]:
        if not plain_text(other).strip() and not any(True for _ in elements(other, "w:drawing")):
            cell.remove(other)
    filled = [p for p in paragraphs if p.getparent() is cell]
    if len(filled) > 1:
        ids = ", ".join(anchor_of(p) for p in filled)
        raise OperationError("The cell has several paragraphs", where="cell", fix=f"Edit one of them: {ids}.")
    return filled[0]


def _find_replace(document: Document, operation: ops.FindReplace) -> str:
    document.body()
    # What `inspect` shows as one space may be several, or one that does not break.
    exact = re.escape(operation.find)
    loose = r"\s+".join(map(re.escape, operation.find.split())) or exact
    total, places = _replace_all(document, operation, exact)
    if not total and loose != exact:
        total, places = _replace_all(document, operation, loose)
    if not total:
        raise OperationError(
            f"The document does not read {operation.find!r}", where="find", fix="Check the exact text."
        )
    shown = ", ".join(list(dict.fromkeys(places))[:_SHOWN_ANCHORS])
    return f"Replaced {total} in {shown}" + (", tracked" if document.tracking else "") + _left(document, operation)


def _replace_all(document: Document, operation: ops.FindReplace, pattern: str) -> tuple[int, list[str]]:
    """How often the pattern was replaced, and where."""
    if operation.whole_word:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    compiled = re.compile(pattern, 0 if operation.match_case else re.IGNORECASE)
    total, places = 0, []
    for part in list(document.stories()):
        root = document.package.tree(part)
        art = [path for path in word_art(root) if compiled.search(path.get("string", ""))]
        if not art and not any(True for _ in textedit.iter_matches(root, compiled)):
            continue
        root = document.edit_body() if part == document.main else document.package.edit(part)
        for paragraph, spans in textedit.iter_matches(root, compiled):
            textedit.replace_spans(document, paragraph, spans, operation.replace)
            total += len(spans)
            places.append(anchor_of(paragraph) if part == document.main else part.rpartition("/")[2])
        for path in word_art(root):
            text, count = compiled.subn(lambda _: operation.replace, path.get("string", ""))
            if count:
                path.set("string", text)
                total += count
                places.append("WordArt")
    return total, places


def _left(document: Document, operation: ops.FindReplace) -> str:
    """Where the text still stands inside longer words, which `whole_word` leaves alone."""
    if not operation.whole_word:
        return ""
    pattern = re.compile(rf"\w*{re.escape(operation.find)}\w*", 0 if operation.match_case else re.IGNORECASE)
    words = {
        match[0]
        for part in document.stories()
        for paragraph, _ in textedit.iter_matches(document.package.tree(part), pattern)
        for match in pattern.finditer(plain_text(paragraph))
    }
    words.discard(operation.replace)
    return f"; left as parts of longer words: {', '.join(sorted(words)[:_SHOWN_ANCHORS])}" if words else ""


def _delete(document: Document, operation: ops.Delete) -> str:
    document.edit_body()
    control = _control_around(document, operation.anchor)
    if control is not None and operation.through is None:
        remove(control)
        return "Deleted the " + ("cover page" if path_value(control, "w:sdtPr/w:tag") == COVER_TAG else "contents list")
    old = block_range(document, operation.anchor, operation.through, operation.section)
    _take_out(document, old)
    return f"Deleted {len(old)} blocks" + (", tracked" if document.tracking else "")


def _control_around(document: Document, anchor: str) -> etree._Element | None:
    """Our content control (cover or contents) that a block is in."""
    top = top_level(document, resolve(document, anchor))
    return top if path_value(top, "w:sdtPr/w:tag") in {COVER_TAG, TOC_TAG} else None


def _move(document: Document, operation: ops.Move) -> str:
    document.edit_body()
    moved = block_range(document, operation.anchor, operation.through, operation.section)
    target = top_level(document, resolve(document, operation.after or operation.before or ""))
    if target in moved:
        raise OperationError("The place lies within what is moved", where="move", fix="Choose a block outside of it.")
    if any(find(block, "w:pPr/w:sectPr") is not None for block in moved):
        raise OperationError(
            "A section ends among the blocks", where="move", fix="Move the blocks before and after it."
        )
    if document.tracking:
        copies = [_with_new_ids(document, copied(block)) for block in moved]
        _insert_all(document, copies, None, target, before=operation.before is not None)
        revisions.mark_inserted(document, copies)
        revisions.mark_deleted(document, moved)
        return f"Moved {_listed(copies)}, tracked as deleted and inserted"
    for block in moved:
        remove(block)
    _insert_all(document, moved, None, target, before=operation.before is not None)
    return f"Moved {_listed(moved)}"


def _with_new_ids(document: Document, block: etree._Element) -> etree._Element:
    """A copy with ids of its own, without bookmarks, notes' and comments' marks, which belong to the original."""
    for mark in list(elements(block, "w:bookmarkStart", "w:bookmarkEnd", "w:commentRangeStart", "w:commentRangeEnd")):
        remove(mark)
    for reference in list(elements(block, "w:commentReference")):
        holder = reference.getparent()
        remove(holder if holder is not None else reference)
    for paragraph in elements(block, "w:p"):
        paragraph.set(q("w14:paraId"), document.new_id())
    return block


def _restyle(document: Document, operation: ops.Restyle) -> str:
    document.edit_body()
    targets = [resolve(document, anchor) for anchor in operation.anchors]
    if not (operation.style or operation.table_style or operation.style_name or operation.align or
            operation.page_break_before is not None):  # fmt: skip
        raise OperationError("Nothing is set", where="restyle", fix="Give a style, an alignment or page_break_before.")
    for block in targets:
        if local(block) == "tbl":
            _restyle_table(document, block, operation)
        else:
            _restyle_paragraph(document, block, operation)
    return f"Restyled {len(targets)} blocks"


_ROLES: dict[str, str] = {"body": "normal"}


def _restyle_paragraph(document: Document, block: etree._Element, operation: ops.Restyle) -> None:
    if operation.table_style:
        raise OperationError("A paragraph has no table style", where=anchor_of(block), fix="Give `style`.")
    settings = settings_of(block)
    before = etree.fromstring(etree.tostring(settings))
    if operation.style or operation.style_name:
        identifier = _style_id(document, operation, "paragraph")
        put(settings, el("w:pStyle", val=identifier))
    if operation.align:
        put(settings, el("w:jc", val={"justify": "both"}.get(operation.align, operation.align)))
    if operation.page_break_before is not None:
        put(settings, el("w:pageBreakBefore", val=None if operation.page_break_before else 0))
    if document.tracking:
        for name in ("rPr", "sectPr", "pPrChange"):
            for child in before.findall(q(f"w:{name}")):
                before.remove(child)
        change = revisions.mark(document, "pPrChange")
        change.append(before)
        put(settings, change)


def _style_id(document: Document, operation: ops.Restyle, kind: str) -> str:
    if operation.style_name:
        found = find_style(document.styles(), operation.style_name, kind)
        if found is None:
            known = [
                path_value(s, "w:name") or ""
                for s in elements(document.styles(), "w:style")
                if s.get(q("w:type")) == kind
            ]
            fix = f"Styles are: {', '.join(known[:40])}."
            raise OperationError(f"There is no style {operation.style_name!r}", where="style_name", fix=fix)
        return str(found.get(q("w:styleId")))
    role = operation.style or ""
    return document.style(_ROLES.get(role, role))


def _restyle_table(document: Document, table: etree._Element, operation: ops.Restyle) -> None:
    settings = settings_of(table)
    if operation.table_style:
        role = TABLE_ROLES[operation.table_style]
        put(settings, el("w:tblStyle", val=document.style(role)))
        for own in ("tblBorders", "shd"):
            for old in settings.findall(q(f"w:{own}")):
                settings.remove(old)
        for cell in elements(table, "w:tcPr"):
            for old in [c for c in cell if local(c) in {"tcBorders", "shd"}]:
                cell.remove(old)
    elif operation.style_name:
        put(settings, el("w:tblStyle", val=_style_id(document, operation, "table")))
    elif operation.style:
        raise OperationError("A table has no paragraph style", where=anchor_of(table), fix="Give `table_style`.")
    if operation.align and operation.align != "justify":
        put(settings, el("w:jc", val=operation.align))


def _edit_table(document: Document, operation: ops.EditTable) -> str:
    document.edit_body()
    block = resolve(document, operation.anchor)
    table = block if local(block) == "tbl" else _table_around(block, operation.anchor)
    done = tables.edit_table(document, table, operation)
    return f"Table {anchor_of(table)}: {done}"


def _set_page(document: Document, operation: ops.SetPage) -> str:
    chosen = block_range(document, operation.anchor, operation.through) if operation.anchor else []
    return pages.apply_page(document, operation, chosen)


def _add_toc(document: Document, operation: ops.AddToc) -> str:
    body = document.edit_body()
    wanted = "\\o" if operation.kind == "headings" else "\\c"
    same = [one for one in toc.contents_fields(document) if wanted in one.instruction]
    if operation.kind == "headings" and same and not (operation.after or operation.before):
        count = toc.rebuild(document, same[0])
        return f"Brought the contents list up to date: {count} entries"
    control = toc.contents_control(document, operation)
    if operation.after or operation.before:
        target = top_level(document, resolve(document, operation.after or operation.before or ""))
        target.addnext(control) if operation.after else target.addprevious(control)
    else:
        _insert_after_cover(document, body, control, own_page=operation.kind == "headings")
    new = next(one for one in toc.contents_fields(document) if control in one.begin.iterancestors())
    count = toc.rebuild(document, new)
    return f"Added a contents list with {count} entries; it follows the {operation.kind} from here on"


def _insert_after_cover(document: Document, body: etree._Element, control: etree._Element, *, own_page: bool) -> None:
    cover = control_tagged(document, COVER_TAG)
    lists = [c for c in body if path_value(c, "w:sdtPr/w:tag") == TOC_TAG]
    before = lists[-1] if lists else cover
    if before is None:
        body.insert(0, control)
    else:
        before.addnext(control)
    if cover is not None and own_page and not lists:
        first = control.getnext()
        if first is not None and local(first) == "p":
            put(settings_of(first), el("w:pageBreakBefore"))
        else:
            control.addnext(_page_break(document))


def _page_break(document: Document) -> etree._Element:
    from overten.documents.word.runs import paragraph

    return paragraph(document, None, [el("w:r", el("w:br", type="page"))])


def _set_references(document: Document, operation: ops.SetReferences) -> str:
    new, place, old = references.write_references(document, operation)
    if place is not None:
        for entry in new:
            place.addprevious(entry)
        _take_out(document, old)
    else:
        writer = BlockWriter(document, section_of(document, None))
        heading = writer.heading(operation.heading, 1, None)
        _insert_all(document, [heading, *new], None, None, before=False)
    return f"Wrote {len(new)} sources ({operation.style})"


def _track_changes(document: Document, operation: ops.TrackChanges) -> str:
    document.tracking = operation.author if operation.on else None
    set_setting(document, "trackRevisions", operation.on)
    return f"Changes are tracked as {operation.author}" if operation.on else "Changes are not tracked from here on"


def _review_changes(document: Document, operation: ops.ReviewChanges) -> str:
    document.edit_body()
    found = revisions.revisions(document)
    chosen = [
        revision for revision in found
        if (operation.ids is None or revision.id in operation.ids)
        and (operation.author is None or revision.author == operation.author)
    ]  # fmt: skip
    if not chosen:
        known = ", ".join(sorted({r.author for r in found})) or "nobody"
        raise OperationError(
            "There is no such change", where="review_changes", fix=f"There are {len(found)}, by {known}."
        )
    count = revisions.review(document, chosen, accept=operation.action == "accept")
    _drop_orphans(document)
    return f"{'Accepted' if operation.action == 'accept' else 'Rejected'} {count} changes"


_APPLIERS: dict[type, Callable[[Document, Any], str]] = {
    ops.SetDocument: _set_document,
    ops.Write: _write,
    ops.EditText: _edit_text,
    ops.FindReplace: _find_replace,
    ops.Delete: _delete,
    ops.Move: _move,
    ops.Restyle: _restyle,
    ops.EditTable: _edit_table,
    ops.SetPage: _set_page,
    ops.SetHeaderFooter: pages.apply_header_footer,
    ops.SetCover: apply_cover,
    ops.AddToc: _add_toc,
    ops.SetReferences: _set_references,
    ops.SetWatermark: lambda document, operation: pages.set_watermark(document, operation.text),
    ops.Comment: apply_comment,
    ops.TrackChanges: _track_changes,
    ops.ReviewChanges: _review_changes,
}
