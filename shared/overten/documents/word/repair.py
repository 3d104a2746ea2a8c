"""The mechanical mending of what the verifier finds."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from overten.documents.models import Finding
from overten.documents.word.document import Document
from overten.documents.word.fieldcodes import Field, fields
from overten.documents.word.xml import elements, local, q, remove


def repair(document: Document, findings: Sequence[Finding]) -> list[Finding]:
    """Mends the document in place; returns a warning for each thing done. What cannot be mended is left as it is.

    References and links to what is not there become plain text; the second of two equal bookmarks goes away.
    """
    codes = {finding.code for finding in findings}
    notes: list[Finding] = []
    if "reference_broken" in codes or "link_broken" in codes:
        notes += _unlink(document)
    if codes & {"bookmark_name_twice", "bookmark_id_twice"}:
        notes += _drop_second_bookmarks(document)
    document.changed |= bool(notes)
    return notes


def _note(code: str, message: str) -> Finding:
    return Finding(code=code, message=message, severity="warning")


def _unlink(document: Document) -> list[Finding]:
    body = document.edit_body()
    marks = {mark.get(q("w:name")) for mark in elements(body, "w:bookmarkStart")}
    notes: list[Finding] = []
    for one in list(fields(body)):
        if one.name in {"REF", "PAGEREF", "NOTEREF"} and one.argument not in marks:
            _keep_result(one)
            notes.append(
                _note("reference_unlinked", f"The reference {one.shown()!r} leads nowhere and is plain text now")
            )
    for link in list(elements(body, "w:hyperlink")):
        anchor = link.get(q("w:anchor"))
        if anchor and anchor not in marks and link.get(q("r:id")) is None and anchor != "_top":
            for child in list(link):
                link.addprevious(child)
            remove(link)
            notes.append(_note("reference_unlinked", f"The link to {anchor!r} leads nowhere and is plain text now"))
    return notes


def _keep_result(one: Field) -> None:
    """Takes the runs of a field away but for its result."""
    run: etree._Element | None = one.begin
    gone: list[etree._Element] = []
    while run is not None:
        if local(run) == "r" and run not in one.result:
            gone.append(run)
        if run is one.end:
            break
        run = run.getnext()
    for element in gone:
        remove(element)


def _drop_second_bookmarks(document: Document) -> list[Finding]:
    body = document.edit_body()
    seen: set[str] = set()
    notes: list[Finding] = []
    for mark in list(elements(body, "w:bookmarkStart")):
        keys = {f"name {mark.get(q('w:name'))}", f"id {mark.get(q('w:id'))}"}
        if keys & seen:
            ends = [end for end in elements(body, "w:bookmarkEnd") if end.get(q("w:id")) == mark.get(q("w:id"))]
            if len(ends) > 1 or f"id {mark.get(q('w:id'))}" not in seen:
                for end in ends[-1:]:
                    remove(end)
            remove(mark)
            notes.append(_note("bookmark_dropped", f"A second bookmark {mark.get(q('w:name'))!r} was taken away"))
        seen |= keys
    return notes
