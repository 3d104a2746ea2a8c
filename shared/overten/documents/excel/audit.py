"""The schema validator's word on a file, at a cost that does not grow with the file.

The validator takes about a millisecond for each element. What a writer gets wrong it gets wrong everywhere, so the
validator sees a skeleton: of many siblings of one kind the first and the last, and of long sheets a row of each shape.
What must hold for every single cell (order, type of value, indexes of styles and strings) is checked by `openedsheet`
on the whole file.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections import Counter, deque
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from overten.documents.models import Finding

if TYPE_CHECKING:
    from lxml import etree

MAX_ELEMENTS = 12_000
LARGE_PART_BYTES = 2**20
_READ_BYTES = 2**20
_VARYING = re.compile(rb">[^<>]+<|\d+")
_MAX_SHAPES = 50
_KEPT_OF_A_LARGE_PART = 20
_SAMPLED = 25  # every so many a row is looked at, which costs as much as reading it
_KEPT_SIBLINGS = (100, 30, 8, 2)
_RUNS = {"xl/worksheets/sheet": b"</row>", "xl/sharedStrings": b"</si>"}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CUT_PARTS = (
    "xl/worksheets/sheet", "xl/charts/chart", "xl/sharedStrings.xml", "xl/styles.xml", "xl/calcChain.xml",
    "xl/pivotCache/pivotCacheRecords", "xl/comments", "xl/threadedComments",
)  # fmt: skip
# Elements whose children are referred to by position, with the attribute that does so.
_POSITIONS = {
    f"{_MAIN}cellXfs": "s", f"{_MAIN}fonts": "fontId", f"{_MAIN}fills": "fillId", f"{_MAIN}borders": "borderId",
    f"{_MAIN}sst": "string",
}  # fmt: skip


def audit(data: bytes) -> list[Finding]:
    """Schema and semantic errors by openxml-audit. Raises zipfile.BadZipFile and lxml.etree.XMLSyntaxError."""
    from openxml_audit import OpenXmlValidator, ValidationSeverity

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(skeleton(data))
        result = OpenXmlValidator(max_errors=100).validate(path)
    return [
        Finding(
            code="invalid_package",
            message=f"{error.description} ({error.part_uri} {error.path or ''})".strip(),
            severity="error",
        )
        for error in result.errors
        if error.severity == ValidationSeverity.ERROR
    ]


def skeleton(data: bytes) -> bytes:
    """The file with its long runs of siblings cut until at most MAX_ELEMENTS are left, or as near as it gets."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        large = any(entry.file_size > LARGE_PART_BYTES for entry in archive.infolist())
        parts = {entry.filename: _part(archive, entry) for entry in archive.infolist()}
    if not large and sum(content.count(b"<") for content in parts.values()) <= MAX_ELEMENTS:
        return data
    for kept in _KEPT_SIBLINGS:
        # Rows and strings go first and as bytes: as a tree, a million cells take a gigabyte.
        parts = {name: _cut_runs(name, content, kept) for name, content in parts.items()}
        if sum(content.count(b"<") for content in parts.values()) <= MAX_ELEMENTS:
            break
    parts = _cut(parts, kept)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """A part's bytes; of a large one with rows or strings only the first, the last, and one
    of each shape that a sample shows between."""
    closing = next((mark for start, mark in _RUNS.items() if entry.filename.startswith(start)), None)
    if closing is None or entry.file_size <= LARGE_PART_BYTES:
        return archive.read(entry)
    kept: list[bytes] = []
    last: deque[bytes] = deque(maxlen=_KEPT_OF_A_LARGE_PART)
    shapes: set[bytes] = set()
    rest = b""
    with archive.open(entry) as part:
        while block := part.read(_READ_BYTES):
            *runs, rest = (rest + block).split(closing)
            for index, run in enumerate(runs):
                sampled = index % _SAMPLED == 0 and len(shapes) < _MAX_SHAPES
                shape = _VARYING.sub(b"", run) if sampled else b""
                if len(kept) < _KEPT_OF_A_LARGE_PART or (shape and shape not in shapes):
                    kept.append(run)
                else:
                    last.append(run)
                shapes.add(shape)
    return closing.join([*kept, *last, rest])


def _cut(parts: dict[str, bytes], kept: int) -> dict[str, bytes]:
    counts: Counter[str] = Counter()
    cut = {name: _cut_part(name, content, kept, counts) for name, content in parts.items()}
    return {
        name: _clamp(content, counts) if name.startswith(("xl/worksheets/sheet", "xl/styles.xml")) else content
        for name, content in cut.items()
    }


def _cut_part(name: str, content: bytes, kept: int, counts: Counter[str]) -> bytes:
    """The part with at most 2 * `kept` siblings of a kind. `counts` takes how many of what cells refer to are left."""
    if not name.startswith(_CUT_PARTS):
        return content
    root = _parsed(content)
    for parent in list(root.iter()):
        _cut_siblings(parent, kept)
        if parent.tag in _POSITIONS:
            counts[_POSITIONS[parent.tag]] = len(parent)
    return _serialised(root)


def _cut_runs(name: str, content: bytes, kept: int) -> bytes:
    closing = next((mark for start, mark in _RUNS.items() if name.startswith(start)), None)
    if closing is None:
        return content
    runs = content.split(closing)
    if len(runs) <= 2 * kept + 1:
        return content
    return closing.join([*runs[:kept], *runs[-kept - 1 :]])


def _cut_siblings(parent: etree._Element, kept: int) -> None:
    counts = Counter(child.tag for child in parent)
    seen: Counter[object] = Counter()
    for child in list(parent):
        seen[child.tag] += 1
        if kept < seen[child.tag] <= counts[child.tag] - kept:
            parent.remove(child)
    for attribute in ("count", "uniqueCount"):
        if parent.get(attribute) is not None:
            parent.set(attribute, str(len(parent)))


def _clamp(content: bytes, counts: Counter[str]) -> bytes:
    """The part with every reference by position to what was cut turned to the last that is left."""
    root = _parsed(content)
    for element in root.iter(f"{_MAIN}c", f"{_MAIN}xf"):
        for attribute in ("s", "fontId", "fillId", "borderId"):
            _clamp_attribute(element, attribute, counts[attribute])
        value = element.find(f"{_MAIN}v")
        if element.get("t") == "s" and value is not None and int(value.text or 0) >= counts["string"]:
            value.text = str(counts["string"] - 1)
    return _serialised(root)


def _clamp_attribute(element: etree._Element, attribute: str, count: int) -> None:
    place = element.get(attribute)
    if place is not None and int(place) >= count:
        element.set(attribute, str(count - 1))


def _parsed(content: bytes) -> etree._Element:
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _serialised(root: etree._Element) -> bytes:
    from lxml import etree

    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
