"""Whole documents, read back by programs that share no code with the engine, and documents of others after an edit."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from lxml import etree
from pydantic import TypeAdapter

from overten.documents.ooxml.errors import PackageError
from overten.documents.word.anchors import anchor_of, blocks, plain_text
from overten.documents.word.apply import apply
from overten.documents.word.document import Document
from overten.documents.word.inspect import describe
from overten.documents.word.operations import WordOperation
from overten.documents.word.theme import Brand
from overten.documents.word.verify import verify
from overten.documents.word.xml import local
from tests.corpus import CORPUS
from tests.golden.word_documents import BOARD_REPORT, CONTRACT_DE
from tests.unit.documents.word.conftest import NOW, do, png

_OPERATION: TypeAdapter[WordOperation] = TypeAdapter(WordOperation)
_FEATURES = {
    "tbl", "drawing", "pict", "commentReference", "footnoteReference", "endnoteReference", "fldChar", "fldSimple",
    "hyperlink", "bookmarkStart", "ins", "del", "sdt", "oMath", "object", "sectPr", "txbxContent", "chart",
}  # fmt: skip


def made(operations: list[dict[str, Any]], brand: Brand) -> bytes:
    document = Document.new(brand, now=NOW)
    for operation in operations:
        apply(document, _OPERATION.validate_python(operation))
    return document.to_bytes()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Converts a document to the text of each page of its PDF."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("office")

    def pages(data: bytes) -> list[str]:
        (folder / "document.docx").write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(folder),
            str(folder / "document.docx"),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        pdf = pypdfium2.PdfDocument((folder / "document.pdf").read_bytes())
        return [page.get_textpage().get_text_range() for page in pdf]

    return pages


def test_a_board_report_is_valid_and_its_page_numbers_are_those_of_the_layout(office: Any) -> None:
    data = made(BOARD_REPORT, Brand(primary_color="#0F5C5C", secondary_color="#E07A3F", logo=png(300, 90)))
    assert verify(data) == []
    pages = office(data)
    contents = pages[1].splitlines()
    for heading in ("Executive summary", "Investment: Gothenburg hub", "Outlook", "References"):
        line = next(line for line in contents if line.startswith(heading))
        page = next(n for n, text in enumerate(pages, start=1) if n > 2 and heading in text.splitlines())
        assert line.rstrip().endswith(str(page))
    with ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
    assert len([name for name in names if name.startswith("word/charts/chart")]) == 3


def test_a_german_contract_numbers_its_clauses(office: Any) -> None:
    data = made(CONTRACT_DE, Brand(primary_color="#7A1F3D", font="Cambria"))
    assert verify(data) == []
    text = "\n".join(office(data))
    for shown in ("1.1", "(a)", "Tabelle 1.", "Seite 1 von 2", "Geschäftsführerin", "3.2"):
        assert shown in text


def corpus(folder: str) -> list[Path]:
    return sorted((CORPUS / folder).glob("*.docx")) if CORPUS.exists() else []


def features(data: bytes) -> Counter[str]:
    counts: Counter[str] = Counter()
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("word/") and name.endswith(".xml"):
                root = etree.fromstring(archive.read(name))
                counts.update(etree.QName(e).localname for e in root.iter() if isinstance(e.tag, str))
    return Counter({name: count for name, count in counts.items() if name in _FEATURES})


@pytest.mark.parametrize("path", corpus("docx"), ids=lambda path: path.stem[:40])
def test_an_edit_of_a_real_document_changes_the_paragraph_and_nothing_else(path: Path) -> None:
    data = path.read_bytes()
    document = Document.open(data, now=NOW)
    described = describe(document)
    assert document.to_bytes() == data
    filled = [b for b in blocks(document.body()) if local(b) == "p" and len(plain_text(b).split()) > 3]
    if not filled:
        pytest.skip("the document has no text")
    target = filled[len(filled) // 2]
    text, anchor = plain_text(target), anchor_of(target)
    do(document, "find_replace", find=text.split()[0], replace="Replacedword", whole_word=False)
    edited = document.to_bytes()
    assert features(edited) == features(data)
    assert "Replacedword" in plain_text(next(b for b in blocks(Document.open(edited).body()) if anchor_of(b) == anchor))
    after_edit = describe(Document.open(edited))
    assert described.splitlines()[0].partition(", language")[2] == after_edit.splitlines()[0].partition(", language")[2]
    if "Strict" not in path.name:
        with ZipFile(BytesIO(data)) as before, ZipFile(BytesIO(edited)) as after:
            assert before.namelist() == after.namelist()
            changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
        assert "word/document.xml" in changed
        changed.discard("[Content_Types].xml")  # a template becomes a document
        assert all("document" in name or "header" in name or "foot" in name or "endnotes" in name for name in changed)
    assert [f for f in verify(edited, data) if f.severity == "error"] == []


@pytest.mark.parametrize("path", corpus("hostile"), ids=lambda path: path.stem[:40])
def test_a_hostile_file_is_refused_or_described(path: Path) -> None:
    try:
        assert describe(Document.open(path.read_bytes()))
    except PackageError:
        assert verify(path.read_bytes())[0].severity == "error"
