"""Names of WordprocessingML and small builders of its elements.

Source: ECMA-376 part 1 (https://ecma-international.org/publications-and-standards/standards/ecma-376/).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
EMU_PER_CM = 360_000
TWIPS_PER_CM = 567
TWIPS_PER_POINT = 20


@functools.cache
def q(name: str) -> str:
    """`w:p` in lxml's notation."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


def el(name: str, /, *children: etree._Element | str | None, **attributes: Any) -> etree._Element:
    """An element. Attributes are of the namespace `w` unless named like `r_id`; None is left out."""
    element = etree.Element(q(name), nsmap={name.partition(":")[0]: NAMESPACES[name.partition(":")[0]]})
    for key, value in attributes.items():
        if value is not None:
            element.set(attribute(name, key), str(value))
    for child in children:
        if isinstance(child, str):
            element.text = child
        elif child is not None:
            element.append(child)
    return element


def attribute(name: str, key: str) -> str:
    """Attributes of WordprocessingML are qualified, those of DrawingML and VML are not."""
    prefix, _, local = key.partition("_")
    if local and prefix in NAMESPACES:
        return q(f"{prefix}:{local}")
    of = name.partition(":")[0]
    return q(f"{of}:{key}") if of in {"w", "m", "w15"} else key


def parse(markup: str) -> etree._Element:
    """An element from markup of our own that uses the prefixes of NAMESPACES."""
    names = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix != "xml")
    root = etree.fromstring(f"<root {names}>{markup}</root>")
    element = root[0]
    etree.cleanup_namespaces(element)
    return element


def value(element: etree._Element | None, name: str = "w:val") -> str | None:
    """An attribute of an element that may be missing."""
    return None if element is None else element.get(q(name))


def path_value(element: etree._Element | None, path: str, name: str = "w:val") -> str | None:
    """The attribute of a descendant, named by `w:pPr/w:pStyle`."""
    return value(find(element, path), name)


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    return None if element is None else element.find(_path(path))


def findall(element: etree._Element, path: str) -> list[etree._Element]:
    return element.findall(_path(path))


@functools.cache
def _path(path: str) -> str:
    return "/".join(q(step) for step in path.split("/"))


def elements(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Descendants (and the element itself) of these names, in order of the document."""
    return element.iter(*(q(name) for name in names))


def remove(element: etree._Element) -> None:
    """Takes an element out, leaving its tail (there is none in WordprocessingML) alone."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def on(element: etree._Element | None, path: str) -> bool:
    """Whether a toggle such as `w:rPr/w:b` is set."""
    toggle = find(element, path)
    return toggle is not None and toggle.get(q("w:val")) not in {"0", "false", "off", "none"}


# Children in the order of their schema; Word refuses some files that have them otherwise.
ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "w:rPr": "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss "
    "imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange",
    "w:tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
    "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange",
    "w:trPr": "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc "
    "hidden ins del trPrChange",
    "w:tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign "
    "hideMark headers cellIns cellDel cellMerge tcPrChange",
    "w:sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings "
    "sectPrChange",
}
_RANKS = {q(of): {q(f"w:{name}"): rank for rank, name in enumerate(names.split())} for of, names in ORDER.items()}


def put(parent: etree._Element, *children: etree._Element) -> None:
    """Sets children of a properties element, each at its place in the schema's order, in place of one of its name."""
    ranks = _RANKS[str(parent.tag)]
    for child in children:
        for old in parent.findall(str(child.tag)):
            parent.remove(old)
        rank = ranks[str(child.tag)]
        index = next((i for i, other in enumerate(parent) if ranks.get(str(other.tag), -1) > rank), len(parent))
        parent.insert(index, child)


def unset(parent: etree._Element | None, *names: str) -> None:
    """Takes children of these names out of a properties element."""
    if parent is not None:
        for name in names:
            for old in findall(parent, name):
                parent.remove(old)


def properties(element: etree._Element) -> etree._Element:
    """The element's properties (`w:pPr` of a paragraph and so on), made if there are none."""
    name = {"p": "w:pPr", "r": "w:rPr", "tbl": "w:tblPr", "tr": "w:trPr", "tc": "w:tcPr"}[local(element)]
    found = find(element, name)
    if found is None:
        found = el(name)
        # A row's exceptions to its table's properties come before its own.
        element.insert(1 if len(element) and local(element[0]) == "tblPrEx" else 0, found)
    return found


def local(element: etree._Element) -> str:
    """The local name; "" for comments and processing instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def append_all(parent: etree._Element, children: Iterable[etree._Element]) -> etree._Element:
    for child in children:
        parent.append(child)
    return parent


def text_element(name: str, text: str) -> etree._Element:
    """`w:t`, `w:delText` or `w:instrText`, with its blanks preserved."""
    element = el(name, text)
    if text != text.strip():
        element.set(q("xml:space"), "preserve")
    return element
