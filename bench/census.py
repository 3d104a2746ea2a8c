"""What a Word document or a presentation has that must not be lost, counted from its parts and elements alone."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

from overten.documents.ooxml.package import Package

# Parts of which each is one feature, by a pattern of their content type.
_PARTS = {
    "chart": r"drawingml\.chart\+xml$", "chart of Office 2016": r"chartex\+xml$", "SmartArt": r"diagramData\+xml$",
    "embedded object": r"oleObject$|officedocument\.(?:spreadsheetml\.sheet|wordprocessingml\.document)$",
    "header": r"\.header\+xml$", "footer": r"\.footer\+xml$", "theme": r"\.theme\+xml$",
    "slide": r"\.slide\+xml$", "layout": r"slideLayout\+xml$", "master": r"slideMaster\+xml$",
    "notes": r"notesSlide\+xml$", "tags": r"\.tags\+xml$", "glossary": r"document\.glossary\+xml$",
    "signature": r"digital-signature-xmlsignature\+xml$", "ActiveX control": r"activeX\+xml$",
}  # fmt: skip
# Elements that are features wherever they stand, by prefix and local name.
_NAMESPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
}
_ELEMENTS = {
    "w:tbl": "table", "w:comment": "comment", "w:footnote": "footnote", "w:endnote": "endnote", "w:fldSimple": "field",
    "w:instrText": "field", "w:sdt": "content control", "w:sectPr": "section", "w:hyperlink": "link",
    "w:bookmarkStart": "bookmark", "w:ins": "insertion", "w:del": "deletion", "w:object": "object",
    "w:txbxContent": "text box", "w:style": "style", "w:num": "list", "m:oMath": "equation", "pic:pic": "picture",
    "v:shape": "VML shape", "a:tbl": "table", "a:hlinkClick": "link", "p:pic": "picture", "p:sp": "shape",
    "p:grpSp": "group", "p:cxnSp": "connector", "p:timing": "animation", "p:transition": "transition",
    "p:cm": "comment",
    "p:oleObj": "object", "a:videoFile": "video", "a:audioFile": "audio", "a:wavAudioFile": "audio", "a:fld": "field",
    "p:custShow": "custom show", "p:embeddedFont": "embedded font",
}  # fmt: skip
_BY_TAG = {
    f"{{{_NAMESPACES[prefix]}}}{local}": feature
    for name, feature in _ELEMENTS.items()
    for prefix, local in [name.split(":")]
}
_STRICT = (
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", _NAMESPACES["w"]),
    ("http://purl.oclc.org/ooxml/drawingml/main", _NAMESPACES["a"]),
    ("http://purl.oclc.org/ooxml/drawingml/picture", _NAMESPACES["pic"]),
    ("http://purl.oclc.org/ooxml/presentationml/main", _NAMESPACES["p"]),
    ("http://purl.oclc.org/ooxml/officeDocument/math", _NAMESPACES["m"]),
)


def features(package: Package) -> Counter[str]:
    """Every countable feature of a document or presentation."""
    counts: Counter[str] = Counter()
    for name in package.names():
        kind = package.content_type(name) if name != "[Content_Types].xml" else ""
        counts.update(feature for feature, pattern in _PARTS.items() if re.search(pattern, kind))
        if "/media/" in name:
            counts["media file"] += 1
        elif re.match(r"customXml/item\d+\.xml$", name):
            counts["custom XML part"] += 1
        # Word 2010 kept a second copy of the styles, which goes when the first is added to.
        if kind.endswith("+xml") and name.endswith(".xml") and not kind.endswith("stylesWithEffects+xml"):
            counts.update(_elements(package, name))
    return Counter({feature: count for feature, count in counts.items() if count})


def _elements(package: Package, name: str) -> Counter[str]:
    data = package.read(name)
    for strict, transitional in _STRICT:
        data = data.replace(strict.encode(), transitional.encode())
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return Counter()
    return Counter(_BY_TAG[element.tag] for element in root.iter() if element.tag in _BY_TAG)


def changed_parts(before: Package, after: Package) -> set[str]:
    """The parts that an edit changed or took away."""
    return {name for name in before.names() if not after.has(name) or after.read(name) != before.read(name)}
