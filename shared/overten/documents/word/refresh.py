"""What Word computes when fields are updated: numbers of captions, references, contents lists, page counts.

Readers that do not compute fields, and Word until it is asked to, show the results that are stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.documents.word.fieldcodes import bookmark_text, bookmarks, fields
from overten.documents.word.numbers import list_numbers
from overten.documents.word.paginate import page_numbers
from overten.documents.word.toc import contents_fields, is_ours, rebuild
from overten.documents.word.xml import local, q

if TYPE_CHECKING:
    from overten.documents.word.document import Document

_COUNTED_OTHERWISE = {"\\r", "\\s", "\\h", "\\c", "\\n"}


def refresh(document: Document) -> None:
    """Brings the stored results of our kinds of fields up to date. In a document of others', contents lists are left
    to `add_toc`, and only what has changed is touched."""
    body = document.body()
    _number_captions(document)
    for one in contents_fields(document):
        if is_ours(one):
            document.edit_body()
            rebuild(document, one)
    body = document.body()
    numbers = list_numbers(document)
    marks = bookmarks(body)
    changed = False
    for one in list(fields(body)):
        if one.name == "REF" and one.argument.startswith(("ref_", "src_")) and one.argument in marks:
            if "\\r" in one.words:
                text = numbers.get(marks[one.argument].get(q("w14:paraId"), ""))
            else:
                text = bookmark_text(body, one.argument)
            changed |= text is not None and one.show(text)
    changed |= _fill_pages(document)
    if changed:
        document.edit_body()


def _number_captions(document: Document) -> None:
    counts: dict[str, int] = {}
    changed = False
    for one in list(fields(document.body())):
        if one.name != "SEQ" or _COUNTED_OTHERWISE & set(one.words):
            continue
        counts[one.argument] = counts.get(one.argument, 0) + 1
        changed |= one.show(str(counts[one.argument]))
    if changed:
        document.edit_body()


def _fill_pages(document: Document) -> bool:
    ours = [one for one in contents_fields(document) if is_ours(one)]
    stories = [name for name in document.stories() if name != document.main]
    counted = [(name, one) for name in stories for one in fields(document.package.tree(name)) if one.name == "NUMPAGES"]
    if not ours and not (counted and document.is_ours):
        return False
    where, total = page_numbers(document)
    marks = bookmarks(document.body())
    changed = False
    for one in list(fields(document.body())):
        in_list = any(local(a) == "hyperlink" for a in one.begin.iterancestors())
        if one.name == "PAGEREF" and in_list and one.argument in marks:
            page = where.get(marks[one.argument].get(q("w14:paraId"), ""))
            changed |= page is not None and one.show(str(page))
    for name, one in counted:
        if document.is_ours and one.show(str(total)):
            document.package.edit(name)
    return changed
