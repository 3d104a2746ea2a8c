"""What is wrong with a finished document, read from its bytes, independently of what wrote them."""

from __future__ import annotations

import copy
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from lxml import etree

from overten.documents.models import Finding
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.fonts import unavailable_fonts
from overten.documents.ooxml.package import Package
from overten.documents.ooxml.strict import make_transitional
from overten.documents.word.fieldcodes import fields
from overten.documents.word.inline import is_link_target
from overten.documents.word.xml import elements, find, findall, local, path_value, q, value

MAX_FINDINGS_PER_CODE = 25
_MAX_AUDITED_ELEMENTS = 8_000
_AUDITED_ROWS = 10
_PARAGRAPH_IDS = re.compile(rb' (?:[\w.]+:)?(?:paraId|textId|rsid\w*)="[^"]*"| xmlns:\w+="[^"]*"')
_ACTIVE = re.compile(r"vbaProject|vbaData|activeX|\.(bin|exe|dll|js|vbs|scr)$", re.IGNORECASE)
_LINKED_OUTSIDE = {
    "image",
    "oleObject",
    "attachedTemplate",
    "subDocument",
    "frame",
    "mailMergeSource",
    "externalLinkPath",
}
_PLACEHOLDER = re.compile(r"\b(lorem ipsum|TODO|TBD|xxx+)\b|\[(?!sic\b)[^\W\d_][^\[\]\d]{2,80}\](?!\()", re.IGNORECASE)
_TWIPS_TOLERANCE = 120


def verify(data: bytes, original: bytes | None = None) -> list[Finding]:
    """Everything wrong with a docx file, errors first. Of a document that was edited, what `original` has already is
    not told again. Never raises for a bad file; that is a finding."""
    original = _transitional(original) if original is not None else None
    unchanged = _blocks_of(data) & _blocks_of(original) if original is not None else set()
    found = _findings(data, unchanged)
    if original is not None:
        had = Counter(_identity(finding) for finding in _findings(original, unchanged))
        found = [finding for finding in found if not _was_there(finding, had)]
        found += _signature(data, original)
    return _sorted(found)


def _transitional(original: bytes) -> bytes:
    """The document as it is edited: the strict form has rules of its own."""
    try:
        package = Package.open(original)
        make_transitional(package)
        return package.save()
    except PackageError:
        return original


def _signature(data: bytes, original: bytes) -> list[Finding]:
    if data == original:
        return []
    try:
        signed = any(name.startswith("_xmlsignatures/") for name in Package.open(data).names())
    except PackageError:
        return []
    message = "The document was signed; the signature does not hold for what was changed"
    return [_warning("signature_broken", message)] if signed else []


def _was_there(finding: Finding, had: Counter[tuple[str, str]]) -> bool:
    identity = _identity(finding)
    if had[identity] > 0:
        had[identity] -= 1
        return True
    return False


def _identity(finding: Finding) -> tuple[str, str]:
    """A finding without the places and ids that shift when a document is edited."""
    return finding.code, re.sub(r"\[\d+\]|\b[0-9A-F]{8}\b|\d+", "", finding.message)


def _blocks_of(data: bytes) -> set[bytes]:
    """The blocks of the body as they read without ids, to tell which an edit has left alone."""
    try:
        package = Package.open(data)
        body = find(package.tree(package.main_part()), "w:body")
    except (PackageError, KeyError):
        return set()
    return {_fingerprint(block) for block in body} if body is not None else set()


def _fingerprint(block: etree._Element) -> bytes:
    return _PARAGRAPH_IDS.sub(b"", etree.tostring(block))


def _findings(data: bytes, unchanged: set[bytes]) -> list[Finding]:
    try:
        package = Package.open(data)
        main = package.main_part()
        root = package.tree(main)
        body = find(root, "w:body")
    except (PackageError, KeyError) as error:
        return [_error("package", f"The file is not a readable document: {error}")]
    if body is None:
        return [_error("package", "The file is not a Word document")]
    found = [*_audit(data, unchanged), *_links(package), *_body(package, main, body)]
    found += [*_fields(package, main, root), *_notes(package, main, root), *_images(package, main, root)]
    found += unavailable_fonts(package)
    return found


def _error(code: str, message: str, location: str | None = None) -> Finding:
    return Finding(code=code, message=message, severity="error", location=location)


def _warning(code: str, message: str, location: str | None = None) -> Finding:
    return Finding(code=code, message=message, severity="warning", location=location)


def _sorted(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    counts: Counter[str] = Counter()
    for finding in sorted(dict.fromkeys(findings), key=lambda finding: finding.severity):
        counts[finding.code] += 1
        if counts[finding.code] <= MAX_FINDINGS_PER_CODE:
            kept.append(finding)
    return kept


def _audit(data: bytes, unchanged: set[bytes]) -> Iterator[Finding]:
    """The schema validator's word. It takes about a millisecond for each element, so that it sees what has changed,
    and of very long documents the beginning and the end."""
    from openxml_audit import OpenXmlValidator, ValidationSeverity

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.docx"
        path.write_bytes(_shortened(data, unchanged))
        result = OpenXmlValidator(max_errors=100).validate(path)
    for error in result.errors:
        if error.severity == ValidationSeverity.ERROR:
            yield _error("invalid_package", f"{error.description} ({error.part_uri} {error.path or ''})".strip())


def _shortened(data: bytes, unchanged: set[bytes]) -> bytes:
    package = Package.open(data)
    main = package.main_part()
    root = package.tree(main)
    body = find(root, "w:body")
    count = sum(1 for _ in body.iter()) if body is not None else 0
    if body is None or (count <= _MAX_AUDITED_ELEMENTS and not unchanged):
        return data
    kept = [b for b in body if local(b) not in {"p", "tbl"} or _fingerprint(b) not in unchanged]
    left = sum(1 for block in kept for _ in block.iter())
    if left > _MAX_AUDITED_ELEMENTS:
        half = max(10, len(kept) * _MAX_AUDITED_ELEMENTS // left // 2)
        kept = kept if len(kept) <= 2 * half else [*kept[:half], *kept[-half:]]
    # Copied to a new root: to take large blocks out of their tree costs the validator's time many times over.
    new = etree.Element(str(root.tag), nsmap=cast("dict[str, str]", root.nsmap))
    for name in root.attrib:
        new.set(name, root.get(name, ""))
    for child in root:
        if child is not body:
            new.append(copy.deepcopy(child))
    new_body = etree.SubElement(new, q("w:body"))
    for block in kept:
        new_body.append(_pruned(block) if local(block) == "tbl" else copy.deepcopy(block))
    package.put(main, new)
    return package.save()


def _pruned(table: etree._Element) -> etree._Element:
    """A copy of a table with at most the first and last rows."""
    rows = findall(table, "w:tr")
    if len(rows) <= 2 * _AUDITED_ROWS:
        return copy.deepcopy(table)
    shown = etree.Element(str(table.tag), nsmap=cast("dict[str, str]", table.nsmap))
    left_out = set(rows[_AUDITED_ROWS:-_AUDITED_ROWS])
    for child in table:
        if child not in left_out:
            shown.append(copy.deepcopy(child))
    return shown


def _links(package: Package) -> Iterator[Finding]:
    for name in package.names():
        if _ACTIVE.search(name) and not name.endswith("printerSettings1.bin"):
            yield _error("active_content", f"The file holds active content: {name}", name)
        if name.endswith(".rels"):
            continue
        for relation in package.relationships(name):
            if not relation.external:
                if not package.has(relation.target.partition("#")[0]) and relation.kind != "hyperlink":
                    yield _error("missing_part", f"{name} refers to {relation.target}, which is not there", name)
            elif relation.kind == "hyperlink":
                if not is_link_target(relation.target) and not relation.target.startswith("#"):
                    yield _error("unsafe_link", f"A link leads to {relation.target[:80]}", name)
            elif relation.kind in _LINKED_OUTSIDE:
                yield _error("external_content", f"Content is fetched from {relation.target[:80]}", name)


def _body(package: Package, main: str, body: etree._Element) -> Iterator[Finding]:
    if not any((t.text or "").strip() for t in elements(body, "w:t")) and not any(
        True for _ in elements(body, "w:drawing")
    ):
        yield _error("empty_document", "The document has no content")
    yield from _styles(package, main, body)
    yield from _ids(body)
    previous, levels = 0, _heading_levels(package, main)
    for paragraph in elements(body, "w:p"):
        text = "".join(t.text or "" for t in elements(paragraph, "w:t"))
        level = levels.get(path_value(paragraph, "w:pPr/w:pStyle") or "", 0)
        if level and text.strip():
            if previous and level > previous + 1:
                yield _warning(
                    "heading_skipped", f"A heading of level {level} follows one of level {previous}", text[:60]
                )
            previous = level
        elif level and not any(True for _ in elements(paragraph, "w:drawing")):
            yield _warning("heading_empty", "A heading has no text")
        match = _PLACEHOLDER.search(text)
        if match and not any(one.name == "REF" and one.shown() == match[0] for one in fields(paragraph)):
            yield _warning("placeholder", f"A placeholder is left in the text: {match[0]!r}", text[:60])
    yield from _tables(body)


def _styles_root(package: Package, main: str) -> etree._Element | None:
    name = package.related(main, "styles")
    return package.tree(name) if name and package.has(name) else None


def _heading_levels(package: Package, main: str) -> dict[str, int]:
    """The levels of the heading styles by their ids."""
    root = _styles_root(package, main)
    levels: dict[str, int] = {}
    for style in findall(root, "w:style") if root is not None else []:
        name = (path_value(style, "w:name") or "").casefold()
        if name.startswith("heading ") and name[8:].isdigit():
            levels[style.get(q("w:styleId"), "")] = int(name[8:])
    return levels


def _styles(package: Package, main: str, body: etree._Element) -> Iterator[Finding]:
    root = _styles_root(package, main)
    known = {style.get(q("w:styleId")) for style in findall(root, "w:style")} if root is not None else set()
    used = {value(e) for e in elements(body, "w:pStyle", "w:rStyle", "w:tblStyle")}
    for missing in sorted(str(name) for name in used - known):
        yield _warning("style_missing", f"A style {missing!r} is used that the document does not have")
    numbering = package.related(main, "numbering")
    lists = {n.get(q("w:numId")) for n in findall(package.tree(numbering), "w:num")} if numbering else set()
    for number in sorted({str(value(e)) for e in elements(body, "w:numId")} - {str(n) for n in lists} - {"0"}):
        yield _warning("list_missing", f"A paragraph is in list {number}, which is not defined")


def _ids(body: etree._Element) -> Iterator[Finding]:
    for name, attribute, code in (
        ("w:p", "w14:paraId", "paragraph_id"), ("wp:docPr", "id", "drawing_id"),
        ("w:bookmarkStart", "w:id", "bookmark_id"), ("w:bookmarkStart", "w:name", "bookmark_name"),
    ):  # fmt: skip
        key = q(attribute) if ":" in attribute else attribute
        counts = Counter(e.get(key) for e in elements(body, name) if e.get(key) is not None and not _in_fallback(e))
        for identifier, count in counts.items():
            if count > 1:
                yield _error(f"{code}_twice", f"{count} elements have the {code.replace('_', ' ')} {identifier}")


def _in_fallback(element: etree._Element) -> bool:
    return any(local(a) in {"Fallback", "Choice"} for a in element.iterancestors())


def _tables(body: etree._Element) -> Iterator[Finding]:
    room = _room(body)
    for number, table in enumerate(elements(body, "w:tbl"), start=1):
        for row in findall(table, "w:tr"):
            if not any(True for _ in elements(row, "w:tc")):
                yield _error("table_row_empty", "A table's row has no cells", f"table {number}")
        for cell in elements(table, "w:tc"):
            if not len(cell) or local(cell[-1]) not in {"p", "sdt", "customXml"}:
                yield _error("table_cell_invalid", "A table's cell does not end with a paragraph", f"table {number}")
        width = _table_width(table)
        if width and room and width > room + _TWIPS_TOLERANCE and table.getparent() is body:
            yield _warning("table_wide", "A table is wider than the text", f"table {number}")


def _table_width(table: etree._Element) -> int:
    sizes = [value(column, "w:w") or "0" for column in findall(table, "w:tblGrid/w:gridCol")]
    return sum(int(size) for size in sizes if size.isdigit())


def _room(body: etree._Element) -> int:
    """The width of the widest section's text, 0 if it is not known."""
    widest = 0
    for section in elements(body, "w:sectPr"):
        names = (("w:pgSz", "w:w"), ("w:pgMar", "w:left"), ("w:pgMar", "w:right"))
        sizes = [path_value(section, element, attribute) or "" for element, attribute in names]
        if all(size.lstrip("-").isdigit() for size in sizes):
            widest = max(widest, int(sizes[0]) - int(sizes[1]) - int(sizes[2]))
    return widest


def _fields(package: Package, main: str, root: etree._Element) -> Iterator[Finding]:
    marks = {mark.get(q("w:name")) for mark in elements(root, "w:bookmarkStart")}
    for one in fields(root):
        if one.name in {"REF", "PAGEREF", "NOTEREF"} and one.argument not in marks:
            shown = one.argument.removeprefix("ref_").removeprefix("src_")
            yield _error("reference_broken", f"A reference leads to {shown!r}, which is not there", one.shown()[:40])
    for link in elements(root, "w:hyperlink"):
        anchor = link.get(q("w:anchor"))
        if anchor and anchor not in marks and link.get(q("r:id")) is None and anchor != "_top":
            code = "reference_broken" if anchor.startswith("src_") else "link_broken"
            make = _error if code == "reference_broken" else _warning
            yield make(code, f"A link leads to {anchor!r}, which is not there")
    for name in [main, *_bars(package, main)]:
        depth = 0
        for char in elements(package.tree(name), "w:fldChar"):
            depth += {"begin": 1, "end": -1}.get(char.get(q("w:fldCharType"), ""), 0)
        if depth:
            yield _error("field_open", "A field begins and does not end", name)
    settings = package.related(main, "settings")
    if settings and package.has(settings) and find(package.tree(settings), "w:updateFields") is not None:
        yield _warning("update_prompt", "Word will ask to update fields when the document is opened")


def _bars(package: Package, main: str) -> list[str]:
    relations = package.relationships(main)
    return [r.target for kind in ("header", "footer") for r in relations.of_type(kind) if package.has(r.target)]


def _notes(package: Package, main: str, root: etree._Element) -> Iterator[Finding]:
    for kind in ("footnote", "endnote", "comment"):
        part = package.related(main, f"{kind}s")
        there = (
            {n.get(q("w:id")) for n in findall(package.tree(part), f"w:{kind}")}
            if part and package.has(part)
            else set()
        )
        for reference in elements(root, f"w:{kind}Reference"):
            if reference.get(q("w:id")) not in there:
                yield _error(f"{kind}_missing", f"A {kind} is referred to that is not there")


def _images(package: Package, main: str, root: etree._Element) -> Iterator[Finding]:
    relations = {relation.id: relation for relation in package.relationships(main)}
    for drawing in elements(root, "w:drawing"):
        described = next(elements(drawing, "wp:docPr"), None)
        if described is not None and not (described.get("descr") or described.get("title") or "").strip():
            yield _warning("alt_text_missing", "A picture or chart has no alternative text")
        for node in elements(drawing, "a:blip", "c:chart"):
            for attribute in ("r:embed", "r:id"):
                identifier = node.get(q(attribute))
                if identifier and identifier not in relations:
                    yield _error("picture_missing", "A picture or chart is referred to that is not there")
    for identifier, relation in relations.items():
        if relation.kind == "chart" and package.has(relation.target):
            linked = find(package.tree(relation.target), "c:externalData") is not None
            if linked and package.related(relation.target, "package") is None:
                yield _error("chart_without_data", f"The chart {identifier} has no data to edit")
