"""A document on its way into LibreOffice: checked, and with no more relationships to the world than hyperlinks.

What it links to (pictures, workbooks, templates, OLE objects) is not fetched by any of the other guards either; without
the links, LibreOffice does not even try. Hyperlinks stay: nobody follows them before a reader clicks.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

from overten.export.errors import DocumentRefused

# Relationships whose target is for a reader to follow.
_FOLLOWED_BY_READERS = ("/hyperlink",)
_ATTRIBUTES = ("Id", "Type", "Target", "TargetMode")
_NOWHERE = "about:blank"
_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_CHUNK_BYTES = 2**20
# Attributes that name what is shown, and elements that show what their `id` names. Hyperlinks have neither.
_DRAWN = re.compile(
    rb""":(?:link|embed|href|pict|src)\s*=\s*["']([^"'<>]{1,255})["']"""
    rb"""|<(?:\w+:)?(?:imagedata|image|oleObject|OLEObject|oleLink|control|frame|sourceFileName|altChunk|attachedTemplate|"""
    rb"""subDoc|externalBook|fill)\s[^<>]*?:id\s*=\s*["']([^"'<>]{1,255})["']"""
)


def prepare(data: bytes, extension: str, path: Path, *, cut_links: bool = True) -> None:
    """Writes the document to `path` as LibreOffice may see it. Raises DocumentRefused."""
    check(data, extension)
    if cut_links and extension in ("xlsx", "docx", "pptx") and (replaced := _without_links(data)):
        _write(data, replaced, path)
    else:
        path.write_bytes(data)


def check(data: bytes, extension: str) -> None:
    """Refuses what is encrypted, damaged, larger inside than is reasonable, or something else than `extension`."""
    from overten.assets.examine.models import Unacceptable
    from overten.assets.examine.service import examine

    try:
        found = examine(BytesIO(data), name=f"document.{extension}").kind
    except Unacceptable as error:
        raise DocumentRefused(error.message) from error
    # Macros are not run, and a template is a document too: what counts is which program of the office it is for.
    if found[0] != extension[0] or (len(found) == 4) != (len(extension) == 4):
        raise DocumentRefused(f"The file is not a .{extension} document.")


def _without_links(data: bytes) -> dict[str, bytes]:
    """The parts that have to be other ones: those with relationships that leave the package."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.lower().endswith(".rels")]
        parts = {name: _cut(package.read(name), _drawn_ids(package, name)) for name in names}
    return {name: part for name, part in parts.items() if part is not None}


def _drawn_ids(package: zipfile.ZipFile, name: str) -> frozenset[str]:
    """The relationships that a part does not merely link to, whatever they call themselves: pictures, objects."""
    folder, _, file = name.rpartition("_rels/")
    try:
        part = package.read(folder + file[: -len(".rels")])
    except KeyError:
        return frozenset()
    return frozenset(found.decode("utf-8", "replace") for pair in _DRAWN.findall(part) for found in pair if found)


def _cut(part: bytes, drawn: frozenset[str]) -> bytes | None:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        elements = list(fromstring(part, forbid_dtd=True))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return b""  # whatever LibreOffice would have made of it
    relationships = [{name: one.get(name, "") for name in _ATTRIBUTES if name in one.attrib} for one in elements]
    cut = [one for one in relationships if _is_fetched(one, drawn)]
    for one in cut:
        one["Target"] = _NOWHERE
    return _relationships(relationships) if cut else None


def _is_fetched(relationship: dict[str, str], drawn: frozenset[str]) -> bool:
    is_external = relationship.get("TargetMode", "").strip().lower() == "external"
    is_followed = relationship.get("Type", "").endswith(_FOLLOWED_BY_READERS)
    return is_external and (not is_followed or relationship.get("Id", "") in drawn)


def _relationships(all_of: list[dict[str, str]]) -> bytes:
    """Without prefixes of namespaces, which LibreOffice does not take here."""
    inner = "".join(
        f"<Relationship{''.join(f' {name}={quoteattr(value)}' for name, value in one.items())}/>" for one in all_of
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_NAMESPACE}">{inner}</Relationships>'.encode()


def _write(data: bytes, replaced: dict[str, bytes], path: Path) -> None:
    with (
        zipfile.ZipFile(BytesIO(data)) as package,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for entry in package.infolist():
            if entry.filename in replaced:
                copy.writestr(entry.filename, replaced[entry.filename])
            elif not entry.is_dir():
                with package.open(entry) as source, copy.open(entry.filename, "w") as target:
                    while piece := source.read(_CHUNK_BYTES):
                        target.write(piece)
