"""The working deck: a package, and where its slides, layouts, masters and themes are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from overten.documents.errors import OperationError
from overten.documents.models import Finding
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.macros import drop_macros
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.strict import make_transitional
from overten.documents.slides.drawing import A, P, R
from overten.documents.slides.geometry import HEIGHT, WIDTH, Box
from overten.documents.slides.theme import (
    DEFAULT_DESIGN,
    DEFAULT_MAP,
    Brand,
    Palette,
    color_scheme,
    derive_theme,
    font_scheme,
)

_SLIDE_KIND = "slide"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_CORE_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_FIRST_SLIDE_ID = 256


@dataclass(frozen=True)
class Asset:
    """A picture to place: the file (PNG, JPEG or GIF) and what it shows, for readers who do not see it."""

    data: bytes
    alt: str = ""


AssetResolver = Callable[[str], Asset | None]


def no_assets(_name: str) -> Asset | None:
    return None


def mark_language(root: etree._Element, language: str) -> None:
    """Marks all text below `root` as of that language."""
    for looks in root.iter(f"{A}rPr", f"{A}endParaRPr"):
        looks.set("lang", language)


class Deck:
    """A presentation as its package. `assets` finds the pictures that operations name, `findings` tells what was taken
    out of it when it was opened."""

    def __init__(self, package: Package, assets: AssetResolver = no_assets) -> None:
        self.package = package
        self.assets = assets
        self.findings: list[Finding] = []
        make_transitional(package)
        self.presentation = package.main_part()
        if package.tree(self.presentation).tag != f"{P}presentation":
            raise DamagedPackage("The file is not a presentation.")
        self._resolved: dict[str, tuple[Palette, tuple[str, str]]] = {}

    @classmethod
    def new(
        cls, title: str = "Presentation", brand: Brand | None = None, design: str = DEFAULT_DESIGN, *,
        assets: AssetResolver = no_assets,
    ) -> Deck:  # fmt: skip
        """An empty deck of our own design, in the colours and font of a brand. Raises ValueError for a bad colour."""
        from overten.documents.slides.base import base_package
        from overten.documents.slides.furniture import place_logo

        brand = brand or Brand()
        theme = derive_theme(design, primary=brand.primary_color, secondary=brand.secondary_color, font=brand.font)
        deck = cls(base_package(theme, title), assets)
        if brand.logo:
            place_logo(deck, brand.logo)
        return deck

    @classmethod
    def open(cls, data: bytes, assets: AssetResolver = no_assets) -> Deck:
        """A deck made by anyone. A strict one becomes transitional. Raises UnsafePackage or DamagedPackage."""
        deck = cls(Package.open(data), assets)
        deck.findings = drop_macros(deck.package, _MAIN_TYPE)
        return deck

    @classmethod
    def from_template(cls, data: bytes, assets: AssetResolver = no_assets) -> Deck:
        """A deck with the masters, layouts and themes of a presentation or template, and without its slides."""
        from overten.documents.slides.arrange import delete_slides

        deck = cls.open(data, assets)
        delete_slides(deck, list(range(1, len(deck.slides()) + 1)))
        deck.package.set_content_type(deck.presentation, _MAIN_TYPE)
        return deck

    def to_bytes(self) -> bytes:
        return self.package.save()

    @property
    def size(self) -> Box:
        """The slide as a box at the origin."""
        found = self.package.tree(self.presentation).find(f"{P}sldSz")
        if found is None:
            return Box(0, 0, WIDTH, HEIGHT)
        return Box(0, 0, int(found.get("cx", WIDTH)), int(found.get("cy", HEIGHT)))

    def slides(self) -> list[str]:
        """The slides' part names in order."""
        related = self.package.relationships(self.presentation)
        targets = {relation.id: relation.target for relation in related}
        entries = self.package.tree(self.presentation).iterfind(f"{P}sldIdLst/{P}sldId")
        names = [targets.get(entry.get(f"{R}id", "")) for entry in entries]
        return [name for name in names if name and self.package.has(name)]

    def slide(self, number: int) -> str:
        """The part of the slide with this number, counted from 1. Raises OperationError."""
        slides = self.slides()
        if not 1 <= number <= len(slides):
            have = f"The deck has slides 1 to {len(slides)}." if slides else "The deck has no slides yet."
            raise OperationError(f"There is no slide {number}", where=f"slide {number}", fix=have)
        return slides[number - 1]

    def layouts(self) -> list[str]:
        """The layouts' part names, master by master."""
        found: list[str] = []
        for master in self.masters():
            targets = {relation.id: relation.target for relation in self.package.relationships(master)}
            entries = self.package.tree(master).iterfind(f"{P}sldLayoutIdLst/{P}sldLayoutId")
            names = (targets.get(entry.get(f"{R}id", "")) for entry in entries)
            found += [name for name in names if name and self.package.has(name)]
        return found

    def masters(self) -> list[str]:
        targets = {relation.id: relation.target for relation in self.package.relationships(self.presentation)}
        entries = self.package.tree(self.presentation).iterfind(f"{P}sldMasterIdLst/{P}sldMasterId")
        names = (targets.get(entry.get(f"{R}id", "")) for entry in entries)
        return [name for name in names if name and self.package.has(name)]

    def layout_of(self, slide: str) -> str | None:
        return self.package.related(slide, "slideLayout")

    def master_of(self, part: str) -> str | None:
        """The master of a slide or layout."""
        layout = self.layout_of(part) if self.package.related(part, "slideLayout") else part
        return self.package.related(layout, "slideMaster") if layout else None

    def layout_name(self, layout: str) -> str:
        found = self.package.tree(layout).find(f"{P}cSld")
        return (found.get("name") if found is not None else None) or layout.rsplit("/", 1)[-1].removesuffix(".xml")

    def palette(self, part: str) -> Palette:
        """The colours of a slide or layout."""
        return self._look(part)[0]

    def fonts(self, part: str) -> tuple[str, str]:
        """The fonts of headings and text of a slide or layout."""
        return self._look(part)[1]

    def forget_looks(self) -> None:
        """To be called when a theme was changed."""
        self._resolved.clear()

    def _look(self, part: str) -> tuple[Palette, tuple[str, str]]:
        master = self.master_of(part) or next(iter(self.masters()), None)
        key = f"{master}|{self._override_key(part)}"
        if key not in self._resolved:
            theme = self.package.related(master, "theme") if master else None
            if master is None or theme is None:
                self._resolved[key] = Palette({}, {}), ("Calibri", "Calibri")
            else:
                root = self.package.tree(theme)
                mapping = self._color_map(part, master)
                self._resolved[key] = Palette(color_scheme(root), mapping), font_scheme(root)
        return self._resolved[key]

    def _override(self, part: str) -> etree._Element | None:
        for name in (part, self.layout_of(part)):
            if name and self.package.has(name):
                found = self.package.tree(name).find(f"{P}clrMapOvr/{A}overrideClrMapping")
                if found is not None:
                    return found
        return None

    def _override_key(self, part: str) -> str:
        found = self._override(part)
        return "" if found is None else ",".join(f"{key!s}={value!s}" for key, value in sorted(found.items()))

    def _color_map(self, part: str, master: str) -> dict[str, str]:
        found = self._override(part)
        if found is None:
            found = self.package.tree(master).find(f"{P}clrMap")
        return {str(key): str(value) for key, value in found.items()} if found is not None else DEFAULT_MAP

    @property
    def title(self) -> str:
        """The title among the file's properties."""
        core = self.package.related("", "core-properties")
        found = self.package.tree(core).find(_CORE_TITLE) if core and self.package.has(core) else None
        return (found.text or "") if found is not None else ""

    @title.setter
    def title(self, value: str) -> None:
        core = self.package.related("", "core-properties")
        if core is None or not self.package.has(core):
            from overten.documents.slides.base import core_xml

            self.package.put(
                "docProps/core.xml",
                core_xml(value).encode(),
                "application/vnd.openxmlformats-package.core-properties+xml",
            )
            kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
            self.package.relationships("").add(kind, "docProps/core.xml")
            return
        root = self.package.edit(core)
        found = root.find(_CORE_TITLE)
        if found is None:
            found = etree.SubElement(root, _CORE_TITLE)
        found.text = value

    @property
    def language(self) -> str:
        """The language new text is marked with, which spelling is checked by: en-US until it is set."""
        root = self.package.tree(self.presentation)
        found = root.find(f"{P}defaultTextStyle/{A}defPPr/{A}defRPr")
        return (found.get("lang") if found is not None else None) or "en-US"

    @language.setter
    def language(self, value: str) -> None:
        root = self.package.edit(self.presentation)
        styles = root.find(f"{P}defaultTextStyle")
        if styles is None:
            styles = etree.Element(f"{P}defaultTextStyle")
            next(root.iterfind(f"{P}notesSz")).addnext(styles)
        paragraph = styles.find(f"{A}defPPr")
        if paragraph is None:
            paragraph = etree.Element(f"{A}defPPr")
            styles.insert(0, paragraph)
        looks = paragraph.find(f"{A}defRPr")
        if looks is None:
            looks = etree.SubElement(paragraph, f"{A}defRPr")
        looks.set("lang", value)

    def add_to_order(self, part: str, position: int | None = None) -> None:
        """Puts a slide part into the presentation, at a place counted from 1 or at the end."""
        root = self.package.edit(self.presentation)
        order = root.find(f"{P}sldIdLst")
        if order is None:
            order = etree.Element(f"{P}sldIdLst")
            after = [root.find(f"{P}{tag}") for tag in ("handoutMasterIdLst", "notesMasterIdLst", "sldMasterIdLst")]
            next(found for found in after if found is not None).addnext(order)
        taken = [int(entry.get("id", 0)) for entry in order]
        entry = etree.Element(f"{P}sldId", id=str(max([_FIRST_SLIDE_ID - 1, *taken]) + 1))
        entry.set(f"{R}id", self.package.relationships(self.presentation).add(_SLIDE_KIND, part))
        neighbour = order[position - 2] if position and position > 1 and len(order) >= position - 1 else None
        order.insert(len(order) if position is None else position - 1, entry)
        self._add_to_section(entry.get("id", ""), neighbour.get("id") if neighbour is not None else None)

    def _add_to_section(self, slide_id: str, neighbour: str | None) -> None:
        """Keeps PowerPoint's sections whole: a slide outside every section makes the file need repair."""
        sections = self.sections()
        if not sections:
            return
        for section in sections:
            for listed in section.iter(f"{{{etree.QName(section).namespace}}}sldId"):
                if listed.get("id") == neighbour:
                    new = etree.Element(listed.tag, id=slide_id)
                    listed.addnext(new)
                    return
        target = sections[0 if neighbour is None and len(self.slides()) > 1 else -1]
        namespace = etree.QName(target).namespace
        members = target.find(f"{{{namespace}}}sldIdLst")
        if members is None:
            members = etree.SubElement(target, f"{{{namespace}}}sldIdLst")
        members.append(etree.Element(f"{{{namespace}}}sldId", id=slide_id))

    def sections(self) -> list[etree._Element]:
        """The sections into which PowerPoint groups the slides."""
        root = self.package.tree(self.presentation)
        return [item for item in root.iter() if isinstance(item.tag, str) and etree.QName(item).localname == "section"]
