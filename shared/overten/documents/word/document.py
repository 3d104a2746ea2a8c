"""A Word document being worked on: its package, and access to the parts that operations edit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from overten.documents.engine import Assets, no_assets
from overten.documents.models import Finding
from overten.documents.ooxml.errors import DamagedPackage
from overten.documents.ooxml.macros import drop_macros
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.strict import make_transitional
from overten.documents.word import base, numbering, styles, theme
from overten.documents.word.theme import Brand
from overten.documents.word.xml import CONTENT, NAMESPACES, RELATION, el, elements, find, local, path_value, q, value

DEFAULT_AUTHOR = "Overten"
_MAIN_TYPE = f"{CONTENT}document.main+xml"
_OURS, _LAST = 0x10000000, 0x7FFFFFFF
_W14_ID = q("w14:paraId")


class Document:
    """`assets` gives the bytes of an image by its name. `now` dates comments and tracked changes. `tracking` is the
    author whose changes are tracked, None if they are not."""

    def __init__(self, package: Package, *, assets: Assets = no_assets, now: datetime | None = None) -> None:
        self.package = package
        self.main = package.main_part()
        self.assets = assets
        self.now = now or datetime.now(UTC)
        self.logo: bytes | None = None
        self.is_ours = False
        self.tracking: str | None = None
        self.changed = False
        self.findings: list[Finding] = []
        self._original: bytes | None = None
        self._last_id = _OURS
        self._prepared: etree._Element | None = None
        self._styles_seen: tuple[etree._Element, int] | None = None
        self._style_ids: dict[str, str] = {}
        self._last_bookmark = self._last_drawing = self.last_revision = 0

    @classmethod
    def new(
        cls,
        brand: Brand | None = None,
        *,
        language: str = "en-GB",
        assets: Assets = no_assets,
        now: datetime | None = None,
    ) -> Document:
        """An empty document in our own design."""
        brand = brand or Brand()
        document = cls(base.new_document(brand, language), assets=assets, now=now)
        document.logo = brand.logo
        document.changed = document.is_ours = True
        return document

    @classmethod
    def open(cls, data: bytes, *, assets: Assets = no_assets, now: datetime | None = None) -> Document:
        """A document as it is. Raises UnsafePackage or DamagedPackage; the latter also for what is no Word document."""
        package = Package.open(data)
        make_transitional(package)
        document = cls(package, assets=assets, now=now)
        root = package.tree(document.main)
        if root.tag != q("w:document") or find(root, "w:body") is None:
            raise DamagedPackage("The file is not a Word document.")
        document._original = data
        document.findings = drop_macros(package, _MAIN_TYPE)
        document.changed = bool(document.findings)
        if find(document.settings(), "w:trackRevisions") is not None:
            document.tracking = DEFAULT_AUTHOR
        return document

    @classmethod
    def from_template(cls, data: bytes, *, assets: Assets = no_assets, now: datetime | None = None) -> Document:
        """An empty document with the styles, theme, page, headers and footers of another document or template."""
        from overten.documents.word.template import empty_out

        document = cls.open(data, assets=assets, now=now)
        empty_out(document)
        document.tracking = None
        document.changed = document.is_ours = True
        return document

    def to_bytes(self) -> bytes:
        """The file. A document that nothing was done to gives its own bytes."""
        if not self.changed and self._original is not None:
            return self._original
        from overten.documents.word.refresh import refresh

        if self.package.content_type(self.main) != _MAIN_TYPE:
            self.package.set_content_type(self.main, _MAIN_TYPE)
        refresh(self)
        return self.package.save()

    def snapshot(self) -> Callable[[], None]:
        """What brings the document back to where it is now."""
        package, state = self.package.copy(), (self.tracking, self.changed, self._last_id, self.is_ours)

        def restore() -> None:
            self.package = package
            self.tracking, self.changed, self._last_id, self.is_ours = state

        return restore

    def body(self) -> etree._Element:
        """`w:body`, for reading. Every paragraph has an id, which is kept once the body is edited."""
        root = self.package.tree(self.main)
        body = find(root, "w:body")
        if body is None:
            raise DamagedPackage("The file is not a Word document.")
        if self._prepared is not root:
            self._give_ids(body)
            self._prepared = root
        return body

    def edit_body(self) -> etree._Element:
        """`w:body`, whose changes are saved."""
        body = self.body()
        root = self.package.edit(self.main)
        prefix = next((p for p, uri in root.nsmap.items() if uri == NAMESPACES["w14"]), None)
        if prefix is None or prefix not in root.get(q("mc:Ignorable"), "").split():
            body = self._with_namespaces(root)
        return body

    def _with_namespaces(self, root: etree._Element) -> etree._Element:
        """The body under a root that declares the namespace of paragraph ids, and says it may be ignored."""
        wanted: dict[Any, str] = {prefix: NAMESPACES[prefix] for prefix in base.ROOT_PREFIXES}
        wanted.update(root.nsmap)
        if NAMESPACES["w14"] not in wanted.values():
            wanted["w14id"] = NAMESPACES["w14"]  # the usual prefix means something else here
        new = etree.Element(str(root.tag), nsmap=wanted)
        for name in root.attrib:
            new.set(name, root.get(name, ""))
        for child in list(root):
            new.append(child)
        ignorable = new.get(q("mc:Ignorable"), "").split()
        prefix = next(p for p, uri in new.nsmap.items() if uri == NAMESPACES["w14"])
        if prefix not in ignorable:
            new.set(q("mc:Ignorable"), " ".join([*ignorable, str(prefix)]))
        self.package.put(self.main, new)
        body = find(new, "w:body")
        assert body is not None  # noqa: S101 - `body()` has found it
        return body

    def _give_ids(self, body: etree._Element) -> None:
        paragraphs = list(elements(body, "w:p"))
        taken: set[str] = set()
        lacking: list[etree._Element] = []
        # The same paragraphs get the same ids again when the part is read anew, as it is after a refused operation.
        given, self._last_id = self._last_id, _OURS
        for paragraph in paragraphs:
            identifier = paragraph.get(_W14_ID)
            if identifier is None or identifier in taken:
                lacking.append(paragraph)
            else:
                taken.add(identifier)
                if identifier[:1] == "1" and len(identifier) == 8:
                    self._last_id = max(self._last_id, _number(identifier))
        for paragraph in lacking:
            paragraph.set(_W14_ID, self.new_id(taken))
        self._last_id = max(self._last_id, given)

    def new_id(self, taken: set[str] | None = None) -> str:
        """An id that no paragraph has."""
        while True:
            self._last_id += 1
            identifier = f"{self._last_id:08X}"
            if not taken or identifier not in taken:
                return identifier

    def part(self, kind: str) -> str | None:
        """The name of the part that the main part has of a kind: `styles`, `comments`."""
        name = self.package.related(self.main, kind)
        return name if name is not None and self.package.has(name) else None

    def ensure_part(self, kind: str, root: etree._Element, *, content_type: str = "", relation: str = "") -> str:
        """The part of a kind, added with this root if there is none."""
        existing = self.part(kind)
        if existing is not None:
            return existing
        name = self._beside_main(f"{kind}.xml")
        if self.package.has(name):
            name = self.package.free_name(self._beside_main(kind + "{}.xml"))
        self.package.put(name, root, content_type or f"{CONTENT}{kind}+xml")
        self.package.relationships(self.main).add(relation or RELATION + kind, name)
        return name

    def _beside_main(self, name: str) -> str:
        folder = self.main.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name

    def new_part_name(self, pattern: str) -> str:
        """A free name beside the main part, from a pattern such as `media/image{}.png`."""
        return self.package.free_name(self._beside_main(pattern))

    def settings(self) -> etree._Element:
        name = self.part("settings")
        return self.package.tree(name) if name else el("w:settings")

    def edit_settings(self) -> etree._Element:
        return self.package.edit(self.ensure_part("settings", el("w:settings")))

    def styles(self) -> etree._Element:
        name = self.part("styles")
        return self.package.tree(name) if name else el("w:styles")

    def style(self, role: str) -> str:
        """The id of the style that plays a role; ours is added if the document has none of that name."""
        root = self.styles()
        if self._styles_seen != (root, len(root)):
            self._styles_seen, self._style_ids = (root, len(root)), {}
        if role not in self._style_ids:
            wanted = styles.STYLES[role]
            found = styles.find_style(root, wanted.name, wanted.kind)
            if found is None:
                return self._add_style(role)
            self._style_ids[role] = str(found.get(q("w:styleId")))
        return self._style_ids[role]

    def _add_style(self, role: str) -> str:
        root = self.package.edit(self.ensure_part("styles", el("w:styles")))
        identifier = styles.add_style(root, role, self.colors())
        number = find(styles.by_id(root)[identifier], "w:pPr/w:numPr/w:numId")
        if number is not None:
            kind = numbering.BULLET if role.startswith("list_bullet") else numbering.NUMBER
            number.set(q("w:val"), str(numbering.instance_of(self.numbering(), kind)))
        # Word 2010's second copy of the styles would contradict the first.
        for relation in list(self.package.relationships(self.main)):
            if relation.kind == "stylesWithEffects":
                self.package.relationships(self.main).remove(relation.id)
                self.package.remove(relation.target)
        return identifier

    def has_style(self, role: str) -> bool:
        wanted = styles.STYLES[role]
        return styles.find_style(self.styles(), wanted.name, wanted.kind) is not None

    def numbering(self) -> etree._Element:
        return self.package.edit(self.ensure_part("numbering", numbering.empty()))

    def theme(self) -> etree._Element | None:
        name = self.part("theme")
        return self.package.tree(name) if name else None

    def colors(self) -> dict[str, str]:
        """The theme's colours by slot; ours if the document has no theme."""
        root = self.theme()
        return theme.colors_of(root) if root is not None else theme.palette(theme.DEFAULT_PRIMARY, None)

    def language(self) -> str:
        """The language of the text, en-GB if the document says none."""
        path = "w:docDefaults/w:rPrDefault/w:rPr/w:lang"
        return path_value(self.styles(), path) or value(find(self.settings(), "w:themeFontLang")) or "en-GB"

    def sections(self) -> list[etree._Element]:
        """`w:sectPr` of each section in order; the last one is made if it is missing."""
        body = self.body()
        found = [section for section in elements(body, "w:sectPr") if local_parent(section) in {"pPr", "body"}]
        if not found or found[-1].getparent() is not body:
            width, height = base.PAGE_SIZES["a4"]
            last = el("w:sectPr", el("w:pgSz", w=width, h=height), *_plain_margins())
            body.append(last)
            found.append(last)
        return found

    def stories(self) -> Iterator[str]:
        """The parts that hold text: body, headers, footers, footnotes and endnotes."""
        yield self.main
        kinds = {"header", "footer", "footnotes", "endnotes"}
        for relation in self.package.relationships(self.main):
            if relation.kind in kinds and not relation.external and self.package.has(relation.target):
                yield relation.target

    def next_drawing_id(self) -> int:
        """A number that no drawing of the document has."""
        taken = [self._last_drawing]
        for name in self.stories():
            taken += [
                int(d.get("id", "0"))
                for d in elements(self.package.tree(name), "wp:docPr")
                if d.get("id", "").isdigit()
            ]
        self._last_drawing = max(taken) + 1
        return self._last_drawing

    def next_bookmark_id(self) -> int:
        """A number that no bookmark has, nor one still under construction."""
        marks = elements(self.package.tree(self.main), "w:bookmarkStart")
        taken = [int(mark.get(q("w:id"), "0")) for mark in marks if mark.get(q("w:id"), "").isdigit()]
        self._last_bookmark = max([self._last_bookmark, *taken]) + 1
        return self._last_bookmark

    def timestamp(self) -> str:
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else local(parent)


def _number(identifier: str) -> int:
    try:
        return min(int(identifier, 16), _LAST)
    except ValueError:
        return 0


def _plain_margins() -> list[etree._Element]:
    return [el("w:pgMar", top=1417, right=1417, bottom=1417, left=1417, header=708, footer=708, gutter=0)]


class Frame:
    """The room for text on a section's page, in twips."""

    def __init__(self, section: etree._Element) -> None:
        size, margins, columns = (find(section, f"w:{name}") for name in ("pgSz", "pgMar", "cols"))
        self.page_width = _length(size, "w", 11906)
        self.page_height = _length(size, "h", 16838)
        self.left, self.right = _length(margins, "left", 1417), _length(margins, "right", 1417)
        self.top, self.bottom = abs(_length(margins, "top", 1417)), abs(_length(margins, "bottom", 1417))
        self.columns = max(1, _length(columns, "num", 1))
        self.space = _length(columns, "space", 708)

    @property
    def text_width(self) -> int:
        return max(720, self.page_width - self.left - self.right)

    @property
    def column_width(self) -> int:
        return max(720, (self.text_width - (self.columns - 1) * self.space) // self.columns)

    @property
    def text_height(self) -> int:
        return max(1440, self.page_height - self.top - self.bottom)


_POINTS_PER = {"pt": 1.0, "in": 72.0, "cm": 28.3465, "mm": 2.83465, "pc": 12.0, "pi": 12.0}


def _length(element: etree._Element | None, name: str, default: int) -> int:
    return twips(value(element, f"w:{name}"), default)


def twips(text: str | None, default: int = 0) -> int:
    """A measure of WordprocessingML, a number of twips or one with a unit."""
    if not text:
        return default
    try:
        if text[-2:] in _POINTS_PER:
            return round(float(text[:-2]) * _POINTS_PER[text[-2:]] * 20)
        return round(float(text))
    except ValueError:
        return default


def section_of(document: Document, block: etree._Element | None) -> etree._Element:
    """The `w:sectPr` that governs a block of the body; the last one for None."""
    sections = document.sections()
    if block is None or len(sections) == 1:
        return sections[-1]
    body = document.body()
    top = block
    while (parent := top.getparent()) is not None and parent is not body:
        top = parent
    for element in [top, *top.itersiblings()]:
        for section in elements(element, "w:sectPr"):
            if section in sections:
                return section
    return sections[-1]


def section_members(document: Document) -> dict[etree._Element, list[etree._Element]]:
    """The children of the body by the `w:sectPr` that governs them."""
    sections = document.sections()
    members: dict[etree._Element, list[etree._Element]] = {section: [] for section in sections}
    index = 0
    for child in document.body():
        members[sections[index]].append(child)
        if any(section is sections[index] for section in elements(child, "w:sectPr")) and index + 1 < len(sections):
            index += 1
    return members


def copied(element: etree._Element) -> etree._Element:
    """A deep copy without the id of a paragraph, which must stay unique."""
    duplicate = copy.deepcopy(element)
    for paragraph in elements(duplicate, "w:p", "w:tr"):
        paragraph.attrib.pop(_W14_ID, "")
    return duplicate


def set_setting(document: Document, name: str, on: bool) -> None:
    """Sets or takes away a toggle of the settings, at its place in the schema's order."""
    settings = document.edit_settings()
    for old in settings.findall(q(f"w:{name}")):
        settings.remove(old)
    if on:
        before = {q(f"w:{n}") for n in _SETTINGS_BEFORE[name]}
        index = max((i + 1 for i, child in enumerate(settings) if child.tag in before), default=0)
        settings.insert(index, el(f"w:{name}"))


_UP_TO_TRACK = (
    "writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime", "doNotDisplayPageBoundaries",
    "displayBackgroundShape", "printPostScriptOverText", "printFractionalCharacterWidth", "printFormsData",
    "embedTrueTypeFonts", "embedSystemFonts", "saveSubsetFonts", "saveFormsData", "mirrorMargins",
    "alignBordersAndEdges", "bordersDoNotSurroundHeader", "bordersDoNotSurroundFooter", "gutterAtTop",
    "hideSpellingErrors", "hideGrammaticalErrors", "activeWritingStyle", "proofState", "formsDesign",
    "attachedTemplate", "linkStyles", "stylePaneFormatFilter", "stylePaneSortMethod", "documentType", "mailMerge",
    "revisionView",
)  # fmt: skip
_SETTINGS_BEFORE = {"trackRevisions": _UP_TO_TRACK}
