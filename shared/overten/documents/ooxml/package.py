"""A package (ECMA-376 part 2, Open Packaging Conventions): parts, their content types and their relationships.

What is not edited stays as it was, to the compressed byte: the original file is the source of truth, changes are
grafted into it.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from overten.documents.ooxml.archive import Archive, new_archive
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.xml import parse, serialise

CONTENT_TYPES = "[Content_Types].xml"
RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_NO_RELATIONSHIPS = f'<Relationships xmlns="{_RELS[1:-1]}"/>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


class Relationship(NamedTuple):
    """`target` is a part's name, or an address if the relationship is external."""

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of its type, the same in the transitional and the strict form: `image`, `slide`."""
        return self.type.rsplit("/", 1)[-1]


class Package:
    """An Office document as its parts. Part names have no leading slash: `word/document.xml`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._trees: dict[str, etree._Element] = {}
        self._edited: set[str] = set()
        self._changes: dict[str, bytes | None] = {}

    @classmethod
    def open(cls, data: bytes) -> Package:
        """Raises UnsafePackage or DamagedPackage, before anything large is inflated."""
        package = cls(Archive(data))
        if not package.has(CONTENT_TYPES):
            raise DamagedPackage("The file is a zip archive, but not an Office document.")
        return package

    def names(self) -> list[str]:
        """All parts: the original ones in their order, then those added."""
        kept = [name for name in self._archive.names() if self._changes.get(name, b"") is not None]
        original = set(self._archive.names())
        return kept + [name for name, data in self._changes.items() if name not in original and data is not None]

    def has(self, name: str) -> bool:
        if name in self._changes:
            return self._changes[name] is not None
        return name in self._archive

    def read(self, name: str) -> bytes:
        """A part's bytes as they would be saved. Raises KeyError if there is none."""
        if name in self._edited:
            return serialise(self._trees[name])
        if name in self._changes:
            data = self._changes[name]
            if data is None:
                raise KeyError(name)
            return data
        return self._archive.read(name)

    def tree(self, name: str) -> etree._Element:
        """A part's root element, for reading: changes to it are lost unless `edit` was called for the part."""
        if name not in self._trees:
            self._trees[name] = parse(self.read(name), name=name)
        return self._trees[name]

    def edit(self, name: str) -> etree._Element:
        """A part's root element, whose changes are saved."""
        root = self.tree(name)
        self._edited.add(name)
        return root

    def put(self, name: str, data: bytes | etree._Element, content_type: str | None = None) -> None:
        """Adds or replaces a part. A new part needs a content type unless its extension's default is right."""
        self._forget(name)
        if isinstance(data, bytes):
            self._changes[name] = data
        else:
            self._changes[name] = b""  # its place among the added parts; the bytes are made when they are needed
            self._trees[name] = data
            self._edited.add(name)
        if content_type is not None:
            self.set_content_type(name, content_type)

    def remove(self, name: str) -> None:
        """Removes a part with its relationships and its content type. What pointed at it is the caller's to mend."""
        for gone in (name, relationships_name(name)):
            if self.has(gone):
                self._forget(gone)
                self._changes[gone] = None
        if self._override(name) is not None:
            types = self.edit(CONTENT_TYPES)
            override = self._override(name)
            if override is not None:
                types.remove(override)

    def _forget(self, name: str) -> None:
        self._trees.pop(name, None)
        self._edited.discard(name)

    def relationships(self, source: str = "") -> Relationships:
        """The relationships of a part; of the package itself for an empty name."""
        return Relationships(self, source)

    def related(self, source: str, kind: str) -> str | None:
        """The part that the first internal relationship of this kind points at, if there is one."""
        found = self.relationships(source).of_type(kind)
        return next((relation.target for relation in found if not relation.external), None)

    def main_part(self) -> str:
        """The document's main part. Raises DamagedPackage if there is none."""
        name = self.related("", "officeDocument")
        if name is None or not self.has(name):
            raise DamagedPackage("The file is not an Office document: its main part is missing.")
        return name

    def content_type(self, name: str) -> str:
        """A part's content type, empty if none is declared."""
        override = self._override(name)
        if override is not None:
            return override.get("ContentType", "")
        extension = posixpath.splitext(name)[1].lstrip(".").lower()
        for default in self.tree(CONTENT_TYPES).iter(f"{_TYPES}Default"):
            if default.get("Extension", "").lower() == extension:
                return default.get("ContentType", "")
        return ""

    def set_content_type(self, name: str, content_type: str) -> None:
        if self.content_type(name) == content_type:
            return
        types = self.edit(CONTENT_TYPES)
        override = self._override(name)
        if override is None:
            override = etree.SubElement(types, f"{_TYPES}Override", PartName=f"/{name}")
        override.set("ContentType", content_type)

    def _override(self, name: str) -> etree._Element | None:
        wanted = f"/{name}".casefold()
        for override in self.tree(CONTENT_TYPES).iter(f"{_TYPES}Override"):
            if override.get("PartName", "").casefold() == wanted:
                return override
        return None

    def set_default_type(self, extension: str, content_type: str) -> None:
        """Declares the content type of all parts with this extension (without its dot) that have no other."""
        for default in self.tree(CONTENT_TYPES).iter(f"{_TYPES}Default"):
            if default.get("Extension", "").lower() == extension.lower():
                return
        default = etree.Element(f"{_TYPES}Default", Extension=extension, ContentType=content_type)
        self.edit(CONTENT_TYPES).insert(0, default)

    def free_name(self, pattern: str) -> str:
        """The first unused name of a pattern such as `ppt/slides/slide{}.xml`, numbered from 1."""
        taken = {name.casefold() for name in self.names()}
        number = 1
        while pattern.format(number).casefold() in taken:
            number += 1
        return pattern.format(number)

    def copy(self) -> Package:
        """An independent package with the same parts; the original file's bytes are shared."""
        twin = Package(self._archive)
        twin._trees = {name: copy.deepcopy(self._trees[name]) for name in self._edited}
        twin._edited, twin._changes = set(self._edited), dict(self._changes)
        return twin

    def save(self) -> bytes:
        """The file. Parts that were neither edited nor put are copied as they are; equal content gives equal bytes."""
        changes = dict(self._changes)
        for name in self._edited:
            changes[name] = serialise(self._trees[name])
        return self._archive.with_changes(changes)


class Relationships:
    """The relationships of one source, read and changed in place."""

    def __init__(self, package: Package, source: str) -> None:
        self._package = package
        self._source = source
        self._name = relationships_name(source)

    def __iter__(self) -> Iterator[Relationship]:
        if self._package.has(self._name):
            for element in self._package.tree(self._name).iter(f"{_RELS}Relationship"):
                yield self._read(element)

    def get(self, relationship_id: str) -> Relationship | None:
        return next((relation for relation in self if relation.id == relationship_id), None)

    def of_type(self, kind: str) -> list[Relationship]:
        """Those of a type, given whole or by its last word (`image`)."""
        return [relation for relation in self if kind in (relation.type, relation.kind)]

    def to(self, target: str) -> Relationship | None:
        """The first relationship that points at a part."""
        return next((relation for relation in self if not relation.external and relation.target == target), None)

    def add(self, kind: str, target: str, *, external: bool = False) -> str:
        """Adds a relationship to a part (or an address) and returns its id.

        `kind` is a whole type or, for Office's own, its last word. An equal one is used again.
        """
        whole_type = kind if ":" in kind else _OFFICE + kind
        for relation in self:
            if (relation.type, relation.target, relation.external) == (whole_type, target, external):
                return relation.id
        taken = {relation.id for relation in self}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        element = etree.SubElement(self._editable(), f"{_RELS}Relationship", Id=f"rId{number}", Type=whole_type)
        element.set("Target", target if external else self._relative(target))
        if external:
            element.set("TargetMode", "External")
        return f"rId{number}"

    def remove(self, relationship_id: str) -> None:
        root = self._editable()
        for element in list(root.iter(f"{_RELS}Relationship")):
            if element.get("Id") == relationship_id:
                root.remove(element)

    def retarget(self, relationship_id: str, target: str) -> None:
        """Points an internal relationship at another part."""
        for element in self._editable().iter(f"{_RELS}Relationship"):
            if element.get("Id") == relationship_id:
                element.set("Target", self._relative(target))

    def _editable(self) -> etree._Element:
        if not self._package.has(self._name):
            self._package.put(self._name, etree.fromstring(_NO_RELATIONSHIPS))
            self._package.set_default_type("rels", RELATIONSHIPS_TYPE)
        return self._package.edit(self._name)

    def _read(self, element: etree._Element) -> Relationship:
        external = element.get("TargetMode") == "External"
        target = element.get("Target", "")
        if not external:
            base = posixpath.dirname(self._source)
            target = posixpath.normpath(posixpath.join("/" + base, target)).lstrip("/")
            if not self._package.has(target):
                target = unquote(target)
        return Relationship(element.get("Id", ""), element.get("Type", ""), target, external)

    def _relative(self, target: str) -> str:
        return posixpath.relpath("/" + target, "/" + posixpath.dirname(self._source))


def relationships_name(source: str) -> str:
    """Where the relationships of a part lie: `word/_rels/document.xml.rels`; `_rels/.rels` for the package."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def new_package(parts: dict[str, bytes]) -> Package:
    """A package of these parts; `[Content_Types].xml` and `_rels/.rels` must be among them, in this order first."""
    return Package.open(new_archive(parts))
