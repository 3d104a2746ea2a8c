"""Moving, duplicating and deleting slides, with everything that hangs on them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.ooxml.package import Package
from overten.documents.slides.deck import Deck
from overten.documents.slides.drawing import A, P, R

# What slides share. Everything else a slide is related to is its own, and a copy of the slide gets a copy of it.
_SHARED = {
    "slideLayout",
    "slideMaster",
    "notesMaster",
    "theme",
    "themeOverride",
    "image",
    "audio",
    "video",
    "media",
    "slide",
    "tags",
    "hyperlink",
    "font",
    "commentAuthors",
    "authors",
    "customXml",
}


def delete_slides(deck: Deck, numbers: Sequence[int]) -> None:
    """Deletes slides with their notes, charts and media that nothing else uses, and the links that led to them."""
    doomed = [deck.slide(number) for number in sorted(set(numbers))]
    package = deck.package
    relations = package.relationships(deck.presentation)
    root = package.edit(deck.presentation) if doomed else package.tree(deck.presentation)
    for part in doomed:
        for relation in [item for item in relations if item.target == part]:
            _forget(deck, root, relation.id)
            relations.remove(relation.id)
    for part in deck.slides():
        _unlink(package, part, doomed)
    sweep(package, doomed)


def _forget(deck: Deck, root: etree._Element, relation_id: str) -> None:
    """Takes a slide out of the order, the sections and the custom shows."""
    for entry in root.findall(f"{P}sldIdLst/{P}sldId"):
        if entry.get(f"{R}id") == relation_id:
            _parent(entry).remove(entry)
            for listed in _listed(deck):
                if listed.get("id") == entry.get("id"):
                    _parent(listed).remove(listed)
    for item in root.findall(f"{P}custShowLst/{P}custShow/{P}sldLst/{P}sld"):
        if item.get(f"{R}id") == relation_id:
            _parent(item).remove(item)
    for show in root.findall(f"{P}custShowLst/{P}custShow"):
        if show.find(f"{P}sldLst/{P}sld") is None:
            _parent(show).remove(show)
    shows = root.find(f"{P}custShowLst")
    if shows is not None and not len(shows):
        root.remove(shows)


def _listed(deck: Deck) -> list[etree._Element]:
    """The entries of slides in the deck's sections."""
    return [
        item
        for section in deck.sections()
        for item in section.iter()
        if isinstance(item.tag, str) and etree.QName(item).localname == "sldId"
    ]


def _parent(item: etree._Element) -> etree._Element:
    found = item.getparent()
    if found is None:
        raise ValueError("the root has no parent")
    return found


def _unlink(package: Package, part: str, doomed: Sequence[str]) -> None:
    """Removes a slide's links to deleted slides; the linked words stay."""
    for relation in [item for item in package.relationships(part) if item.kind == "slide" and item.target in doomed]:
        root = package.edit(part)
        for item in list(root.iter(f"{A}hlinkClick", f"{A}hlinkHover", f"{A}hlinkMouseOver")):
            if item.get(f"{R}id") == relation.id:
                _parent(item).remove(item)
        package.relationships(part).remove(relation.id)


def sweep(package: Package, doomed: Iterable[str]) -> None:
    """Removes the doomed parts and whatever only they led to."""
    candidates: set[str] = set()
    todo = list(doomed)
    while todo:
        name = todo.pop()
        if name in candidates or not package.has(name):
            continue
        candidates.add(name)
        todo += [item.target for item in package.relationships(name) if not item.external]
    kept = _reachable(package)
    for name in sorted(candidates - kept):
        package.remove(name)


def _reachable(package: Package) -> set[str]:
    found: set[str] = set()
    todo = [item.target for item in package.relationships("") if not item.external]
    while todo:
        name = todo.pop()
        if name in found or not package.has(name):
            continue
        found.add(name)
        todo += [item.target for item in package.relationships(name) if not item.external]
    return found


def duplicate_slide(deck: Deck, number: int) -> int:
    """Puts a copy of a slide after it and returns the copy's number. Charts, notes and diagrams are copied, pictures
    and layouts shared."""
    source = deck.slide(number)
    copies = {source: deck.package.free_name("ppt/slides/slide{}.xml")}
    _copy(deck.package, source, copies)
    deck.add_to_order(copies[source], number + 1)
    return number + 1


def _copy(package: Package, source: str, copies: dict[str, str]) -> None:
    target = copies[source]
    package.put(target, package.read(source), package.content_type(source))
    relations = package.relationships(target)
    old = list(package.relationships(source))
    if not old:
        return
    # The relationships keep their ids, so that the copied XML needs no change.
    package.put(_relations_name(target), package.read(_relations_name(source)))
    for relation in old:
        if relation.external:
            continue
        if relation.target in copies:
            relations.retarget(relation.id, copies[relation.target])
        elif relation.kind in _SHARED or not package.has(relation.target):
            relations.retarget(relation.id, relation.target)
        else:
            copies[relation.target] = _new_name(package, relation.target)
            _copy(package, relation.target, copies)
            relations.retarget(relation.id, copies[relation.target])


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _new_name(package: Package, name: str) -> str:
    stem, extension = posixpath.splitext(name)
    return package.free_name(re.sub(r"\d*$", "", stem).replace("{", "").replace("}", "") + "{}" + extension)


def move_slides(deck: Deck, numbers: Sequence[int], to: int | None) -> None:
    """Puts slides, in the order given, before the slide that has number `to` now, or last."""
    chosen = list(dict.fromkeys(deck.slide(number) for number in numbers))
    before = deck.slide(to) if to is not None else None
    if before in chosen:
        raise OperationError(
            "A slide cannot stand before itself", where=f"to {to}", fix="Give a slide that is not moved."
        )
    root = deck.package.edit(deck.presentation)
    order = root.find(f"{P}sldIdLst")
    if order is None:
        return
    targets = {relation.id: relation.target for relation in deck.package.relationships(deck.presentation)}
    entries = {targets.get(entry.get(f"{R}id", "")): entry for entry in order}
    for name in chosen:
        order.remove(entries[name])
    place = order.index(entries[before]) if before else len(order)
    for offset, name in enumerate(chosen):
        order.insert(place + offset, entries[name])
    _sort_sections(deck, order)


def _sort_sections(deck: Deck, order: etree._Element) -> None:
    """Each slide joins the section of the slide before it; sections list their slides in the deck's order."""
    sections = deck.sections()
    if not sections:
        return
    held = {
        listed.get("id"): (section, listed)
        for section in sections
        for listed in _listed(deck)
        if section in listed.iterancestors()
    }
    current = 0
    for entry in order:
        if entry.get("id") not in held:
            continue
        section, listed = held[entry.get("id")]
        # A section never begins again: what lies between slides of a later one belongs to that.
        current = max(current, sections.index(section))
        namespace = etree.QName(listed).namespace
        members = sections[current].find(f"{{{namespace}}}sldIdLst")
        _parent(listed).remove(listed)
        if members is None:
            members = etree.SubElement(sections[current], f"{{{namespace}}}sldIdLst")
        members.append(listed)
