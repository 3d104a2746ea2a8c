"""The strict form of OOXML (ISO/IEC 29500) in the transitional form's names, which all programs write and we edit."""

from __future__ import annotations

import re

from overten.documents.ooxml.package import Package

_STRICT = b"http://purl.oclc.org/ooxml/"
_OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/"
# ECMA-376 part 4, annex A: most names change by their beginning only; the more particular come first.
_NAMES = (
    (_STRICT + b"officeDocument/relationships/metadata/core-properties",
     b"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"),
    (_STRICT + b"officeDocument/relationships/extendedProperties", _OFFICE + b"relationships/extended-properties"),
    (_STRICT + b"officeDocument/relationships/customProperties", _OFFICE + b"relationships/custom-properties"),
    (_STRICT + b"officeDocument/extendedProperties", _OFFICE + b"extended-properties"),
    (_STRICT + b"officeDocument/customProperties", _OFFICE + b"custom-properties"),
    (_STRICT + b"officeDocument/", _OFFICE),
    *(
        (_STRICT + language + b"/main", b"http://schemas.openxmlformats.org/" + language + b"/2006/main")
        for language in (b"wordprocessingml", b"presentationml", b"spreadsheetml")
    ),
    (_STRICT + b"schemaLibrary/main", b"http://schemas.openxmlformats.org/schemaLibrary/2006/main"),
)  # fmt: skip
_DRAWING = _STRICT + b"drawingml/"
_DRAWING_NAMES = ("main", "chart", "chartDrawing", "diagram", "picture", "wordprocessingDrawing", "lockedCanvas",
                  "spreadsheetDrawing", "compatibility")  # fmt: skip


def make_transitional(package: Package) -> None:
    """Renames what is in the strict form; leaves every other package as it is."""
    if not any(_STRICT.decode() in relation.type for relation in package.relationships("")):
        return
    for name in package.names():
        if name.endswith((".xml", ".rels")):
            data = package.read(name)
            if _STRICT in data:
                package.put(name, _renamed(data))


def _renamed(data: bytes) -> bytes:
    for old, new in _NAMES:
        data = data.replace(old, new)
    for name in _DRAWING_NAMES:
        new_name = f"http://schemas.openxmlformats.org/drawingml/2006/{name}".encode()
        data = data.replace(_DRAWING + name.encode() + b'"', new_name + b'"')
    data = data.replace(b'w:conformance="strict"', b"").replace(b'conformance="strict"', b"")
    return _TAG.sub(_in_plain_units, data)


# Each tag is looked at once: nothing in a hostile part makes the search start over.
_TAG = re.compile(rb"<(\w+):(\w+)[^<>]*>")
_PERCENTAGE = re.compile(rb'="(-?\d{1,9}(?:\.\d{1,9})?)%"')
_POINTS = re.compile(rb'="(-?\d{1,9}(?:\.\d{1,9})?)pt"')
_HALF_POINTS = {b"sz", b"szCs", b"position", b"kern", b"hps", b"hpsRaise", b"hpsBaseText"}


def _in_plain_units(tag: re.Match[bytes]) -> bytes:
    """A tag with its lengths and percentages as the transitional form has them."""
    language, name = tag[1], tag[2]
    if language == b"w":
        # Lengths with a unit, which Word writes in points: half points of fonts and twips of all else.
        factor = 2 if name in _HALF_POINTS else 20
        return _POINTS.sub(lambda length: b'="%d"' % round(float(length[1]) * factor), tag[0])
    # Charts count in whole percents in both forms, drawings in thousandths of one.
    factor = 1 if language == b"c" else 1000
    return _PERCENTAGE.sub(lambda share: b'="%d"' % round(float(share[1]) * factor), tag[0])
