"""The golden Word documents: nothing is wrong with them, other programs read them, and they look approved."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from lxml import etree

from overten.documents.word.operations import WordOperation
from tests.golden.documents.word import DOCUMENTS
from tests.golden.suite import Suite, check_findings, check_pdf, check_picture, suite_of, unused

DRAWN = [name for name, golden in DOCUMENTS.items() if golden.drawn]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    return suite_of("word", tmp_path_factory)


def counted(data: bytes) -> dict[str, int]:
    document = Document(BytesIO(data))
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    tags = [etree.QName(node).localname for node in document.element.body.iter() if isinstance(node.tag, str)]
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    return {
        "headings": sum(str(style).startswith("Heading") for style in styles),
        "tables": sum(table.style is not None and table.style.name != "Normal Table" for table in document.tables),
        "charts": sum(name.startswith("word/charts/chart") for name in parts),
        "images": sum(tag == "pic" for tag in tags),
        "equations": sum(tag == "oMath" for tag in tags),
        "insertions": sum(tag == "ins" for tag in tags),
        "deletions": sum(tag == "del" for tag in tags),
        "comments": parts.get("word/comments.xml", b"").count(b"<w:comment "),
        "footnotes": sum(tag == "footnoteReference" for tag in tags),
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_wrong_with_it(suite: Suite, name: str) -> None:
    check_findings(suite, name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_python_docx_finds_all_that_it_holds(suite: Suite, name: str) -> None:
    wanted = dict(suite.goldens[name].holds)
    found = counted(suite.made(name).data)
    assert {what: found[what] for what in wanted} == wanted


@pytest.mark.parametrize("name", DOCUMENTS)
def test_libreoffice_prints_it(suite: Suite, name: str) -> None:
    check_pdf(suite, name)


@pytest.mark.parametrize("name", DRAWN)
def test_it_looks_as_approved(suite: Suite, name: str) -> None:
    check_picture(suite, name)


def test_every_operation_and_every_choice_is_in_some_document(suite: Suite) -> None:
    assert unused(suite, WordOperation) == set()
