"""Presentations in the strict form of ISO/IEC 29500, turned into the transitional form that everybody reads and writes.

The two differ in the names of namespaces and relationships; where strict has other values (percentages with a sign),
transitional allows them too.
"""

from __future__ import annotations

import re

from overten.documents.ooxml.package import CONTENT_TYPES, Package

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
_RENAMED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_CONFORMANCE = re.compile(rb'\sconformance="strict"')
STRICT_MAIN = "http://purl.oclc.org/ooxml/presentationml/main"


def to_transitional(package: Package) -> None:
    """Rewrites every XML part that names a strict namespace."""
    for name in package.names():
        if not name.endswith((".xml", ".rels", ".vml")) or name == CONTENT_TYPES:
            continue
        data = package.read(name)
        if b"purl.oclc.org/ooxml" in data:
            package.put(name, _CONFORMANCE.sub(b"", _STRICT.sub(_transitional, data)))


def _transitional(found: re.Match[bytes]) -> bytes:
    area, last = found[1], _RENAMED.get(found[2], found[2])
    return b"http://schemas.openxmlformats.org/" + area + b"/2006/" + last
