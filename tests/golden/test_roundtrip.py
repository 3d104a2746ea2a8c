"""Word documents and presentations of others after real edits: only what must change does, and nothing is lost.

A part of what `make roundtrip` reports on all of the corpus: the files that are quick to edit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.census import changed_parts, features
from bench.edits import MOMENT, SLIDES_EDITS, WORD_EDITS
from overten.documents.ooxml.errors import PackageError
from overten.documents.ooxml.package import Package
from overten.documents.slides.deck import Deck
from overten.documents.slides.verify import verify as verify_deck
from overten.documents.word.document import Document
from overten.documents.word.verify import verify as verify_document
from tests.corpus import CORPUS

QUICK_BYTES = 120_000
# Parts that an edit may change, by the edit.
_LISTS = r"\[Content_Types\]\.xml|word/_rels/document\.xml\.rels|word/stylesWithEffects\.xml"
_DECK_LISTS = r"\[Content_Types\]\.xml|ppt/presentation\.xml|ppt/_rels/presentation\.xml\.rels"
_NOTES = r"ppt/slides/_rels/slide\d+\.xml\.rels|ppt/notesSlides/.*"
MAY_CHANGE = {
    "word_text": r"word/(document\d*|header\d*|footer\d*|footnotes|endnotes)\.xml",
    "word_insert": rf"word/(document\d*|styles\d*|numbering|settings)\.xml|{_LISTS}",
    "word_table": r"word/document\d*\.xml",
    "word_restyle": rf"word/(document\d*|styles\d*|settings)\.xml|{_LISTS}",
    "word_delete": r"word/document\d*\.xml",
    "slides_text": r"ppt/slides/slide\d+\.xml|ppt/notesSlides/notesSlide\d+\.xml",
    "slides_insert": _DECK_LISTS,
    "slides_cell": r"ppt/slides/slide\d+\.xml",
    "slides_chart": r"\[Content_Types\]\.xml|ppt/slides/slide\d+\.xml|ppt/charts/.*|ppt/embeddings/.*",
    "slides_notes": rf"{_DECK_LISTS}|{_NOTES}",
    "slides_arrange": rf"{_DECK_LISTS}",
}

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of documents is not here")


def _files(folder: str, most: int = QUICK_BYTES) -> list[Path]:
    found = sorted((CORPUS / folder).glob("*")) if CORPUS.exists() else []
    return [path for path in found if path.stat().st_size <= most]


def _checked(path: Path, opened: Callable[[bytes], Any], edit: Callable[[Any], bool]) -> bytes:
    data = path.read_bytes()
    document = opened(data)
    before = Package.open(document.to_bytes())
    if not edit(document):
        pytest.skip("nothing there that it could edit")

    written: bytes = document.to_bytes()

    after = Package.open(written)
    had, has = features(before), features(after)
    assert {feature: (count, has[feature]) for feature, count in had.items() if has[feature] < count} == {}
    if b"purl.oclc.org/ooxml" not in before.read(before.main_part()):
        changed = changed_parts(before, after)
        assert changed
        if "template" in before.content_type(before.main_part()):
            changed.discard("[Content_Types].xml")  # a template becomes a document
        assert [name for name in changed if not re.fullmatch(MAY_CHANGE[edit.__name__], name)] == []
    return written


@pytest.mark.parametrize("path", _files("docx"), ids=lambda path: path.stem[-40:])
@pytest.mark.parametrize("edit", WORD_EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_of_a_document_loses_nothing(path: Path, edit: Callable[[Document], bool]) -> None:
    data = _checked(path, lambda data: Document.open(data, now=MOMENT), edit)

    assert Document.open(data).body() is not None


@pytest.mark.parametrize("path", _files("pptx"), ids=lambda path: path.stem[-40:])
@pytest.mark.parametrize("edit", SLIDES_EDITS, ids=lambda edit: edit.__name__)
def test_an_edit_of_a_deck_loses_nothing(path: Path, edit: Callable[[Deck], bool]) -> None:
    data = _checked(path, Deck.open, edit)

    assert Deck.open(data).slides()


@pytest.mark.parametrize("path", [*_files("docx"), *_files("pptx")], ids=lambda path: path.stem[-40:])
def test_saving_alone_changes_no_part(path: Path) -> None:
    data = path.read_bytes()
    document: Any = Document.open(data) if path.suffix == ".docx" else Deck.open(data)
    before, after = Package.open(data), Package.open(document.to_bytes())

    assert before.names() == after.names()
    if b"purl.oclc.org/ooxml" not in before.read(before.main_part()):
        assert changed_parts(before, after) == set()


@pytest.mark.parametrize("path", [*_files("docx", 12_000), *_files("pptx", 36_000)], ids=lambda path: path.stem[-40:])
def test_edits_bring_no_error_that_was_not_there(path: Path) -> None:
    data = path.read_bytes()
    is_word = path.suffix == ".docx"
    document: Any = Document.open(data, now=MOMENT) if is_word else Deck.open(data)
    edits: list[Any] = [*WORD_EDITS] if is_word else [*SLIDES_EDITS]
    for edit in edits:
        edit(document)

    findings = (verify_document if is_word else verify_deck)(document.to_bytes(), data)

    assert [finding.message for finding in findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", ["encrypted_pptx", "password-is-solrcell"])
def test_a_file_with_a_password_is_refused_in_words(name: str) -> None:
    path = next(CORPUS.glob(f"hostile/*{name}*"))

    with pytest.raises(PackageError, match="protected by a password"):
        Package.open(path.read_bytes())
