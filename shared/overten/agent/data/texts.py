"""Reads the text of documents, in parts: pages, slides, or stretches of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from overten.agent.data.models import InputFile, Text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BEGINNING_CHARS = 12_000
MAX_PARTS = 2_000
_PART_CHARS = 3_000
_MAX_XML_BYTES = 100 * 2**20
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


def load(database: DuckDBPyConnection, file: InputFile, path: Path) -> Text:
    """Puts the file's text into the table `texts`."""
    parts = [part for part in _parts(file.kind, path) if part.strip()][:MAX_PARTS]
    if parts:
        rows = [(file.label, number, text) for number, text in enumerate(parts, start=1)]
        database.executemany("INSERT INTO texts VALUES (?, ?, ?)", rows)
    whole = "\n\n".join(parts)
    return Text(file=file.name, beginning=whole[:BEGINNING_CHARS], characters=len(whole), parts=len(parts))


def decoded(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16 with its mark, or else Windows' Western code page."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _parts(kind: str, path: Path) -> Iterable[str]:
    if kind == "pdf":
        return _of_pdf(path)
    if kind.startswith(("doc", "dot")):
        return _in_parts(_paragraphs_of_word(path))
    if kind.startswith(("ppt", "pot")):
        return _of_slides(path)
    return _in_parts(re.split(r"\n\s*\n", decoded(path.read_bytes())))


def _of_pdf(path: Path) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(str(path))
    try:
        for page in document:
            yield page.get_textpage().get_text_bounded()
    finally:
        document.close()


def _paragraphs_of_word(path: Path) -> Iterator[str]:
    """Paragraphs and rows of tables, in their order."""
    body = _xml(path, "word/document.xml")
    for element in body.iter(f"{_WORD}p", f"{_WORD}tr"):
        if element.tag == f"{_WORD}tr":
            cells = [" ".join(_runs(cell, _WORD)) for cell in element.iter(f"{_WORD}tc")]
            yield " | ".join(cells)
        elif not any(ancestor.tag == f"{_WORD}tc" for ancestor in element.iterancestors()):
            yield "".join(_runs(element, _WORD))


def _of_slides(path: Path) -> Iterator[str]:
    with ZipFile(path) as archive:
        names = archive.namelist()
    for number in sorted(_numbers(names, r"ppt/slides/slide(\d+)\.xml")):
        yield f"Slide {number}\n{_text_of_drawing(path, f'ppt/slides/slide{number}.xml')}"
    for number in sorted(_numbers(names, r"ppt/notesSlides/notesSlide(\d+)\.xml")):
        yield f"Notes {number}\n{_text_of_drawing(path, f'ppt/notesSlides/notesSlide{number}.xml')}"


def _numbers(names: Iterable[str], pattern: str) -> list[int]:
    return [int(match[1]) for name in names if (match := re.fullmatch(pattern, name))]


def _text_of_drawing(path: Path, part: str) -> str:
    paragraphs = ("".join(_runs(paragraph, _DRAWING)) for paragraph in _xml(path, part).iter(f"{_DRAWING}p"))
    return "\n".join(text for text in paragraphs if text.strip())


def _runs(element: Any, namespace: str) -> Iterator[str]:
    for run in element.iter(f"{namespace}t", f"{namespace}tab", f"{namespace}br"):
        yield run.text or "" if run.tag == f"{namespace}t" else " "


def _xml(path: Path, part: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    with ZipFile(path) as archive, archive.open(part) as stream:
        data = stream.read(_MAX_XML_BYTES + 1)
    if len(data) > _MAX_XML_BYTES or b"<!DOCTYPE" in data[:10_000]:
        raise ValueError("not a part of an office document")
    return etree.fromstring(data, parser)


def _in_parts(paragraphs: Iterable[str]) -> Iterator[str]:
    part: list[str] = []
    length = 0
    for paragraph in paragraphs:
        if length and length + len(paragraph) > _PART_CHARS:
            yield "\n".join(part)
            part, length = [], 0
        if paragraph.strip():
            part.append(paragraph.strip())
            length += len(paragraph)
    yield "\n".join(part)
