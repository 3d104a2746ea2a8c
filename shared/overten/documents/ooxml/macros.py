"""Macros of documents and presentations, which what we deliver never has."""

from __future__ import annotations

from overten.documents.models import Finding
from overten.documents.ooxml.package import Package

_KINDS = frozenset({"vbaProject", "attachedToolbars", "keyMapCustomizations", "extensibility"})


def drop_macros(package: Package, content_type: str) -> list[Finding]:
    """Takes out macros and the ribbons and keys that start them; the main part becomes one of `content_type`. Says so
    if there were any."""
    main = package.main_part()
    gone: list[str] = []
    for source in ("", main):
        relations = package.relationships(source)
        for relation in [relation for relation in relations if relation.kind in _KINDS]:
            relations.remove(relation.id)
            if not relation.external and package.has(relation.target):
                _remove(package, relation.target)
            gone.append(relation.kind)
    if "macroEnabled" in package.content_type(main):
        package.set_content_type(main, content_type)
        gone.append("type")
    if not gone:
        return []
    message = "The macros were left out; the file is delivered as an ordinary one"
    return [Finding(code="macros_removed", message=message, severity="warning")]


def _remove(package: Package, part: str) -> None:
    """Removes a part and what only it needs."""
    targets = [relation.target for relation in package.relationships(part) if not relation.external]
    package.remove(part)
    for target in targets:
        if package.has(target) and not _is_needed(package, target):
            package.remove(target)


def _is_needed(package: Package, part: str) -> bool:
    sources = ["", *(name for name in package.names() if not name.endswith(".rels"))]
    return any(not one.external and one.target == part for name in sources for one in package.relationships(name))
