"""A document on its way into LibreOffice: checked, and with no more relationships to the world than hyperlinks.

What it links to (pictures, workbooks, templates, OLE objects) is not fetched by any of the other guards either; without
the links, LibreOffice does not even try. Hyperlinks stay: nobody follows them before a reader clicks.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from overten.export.errors import DocumentRefused

# Relationships whose target is for a reader to follow.
_FOLLOWED_BY_READERS = ("/hyperlink",)
_NOWHERE = "about:blank"
_CHUNK_BYTES = 2**20


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
        parts = {name: _cut(package.read(name)) for name in names}
    return {name: part for name, part in parts.items() if part is not None}


def _cut(relationships: bytes) -> bytes | None:
    from xml.etree.ElementTree import ParseError, tostring

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(relationships, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return b""  # whatever LibreOffice would have read in it
    external = [one for one in root.iter() if one.get("TargetMode", "").strip().lower() == "external"]
    cut = [one for one in external if not one.get("Type", "").endswith(_FOLLOWED_BY_READERS)]
    for one in cut:
        one.set("Target", _NOWHERE)
    return tostring(root, encoding="utf-8", xml_declaration=True) if cut else None


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
