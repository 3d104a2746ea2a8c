"""What the verifier says of damaged or careless documents, and what is mended."""

from __future__ import annotations

import json
from typing import get_args

from overten.documents.ooxml.package import Package
from overten.documents.word.document import Document
from overten.documents.word.operations import WordOperation
from overten.documents.word.repair import repair
from overten.documents.word.verify import verify
from tests.unit.documents.word.conftest import do


def codes(data: bytes, original: bytes | None = None) -> set[str]:
    return {finding.code for finding in verify(data, original)}


def test_an_empty_document_and_no_document_at_all() -> None:
    assert codes(Document.new().to_bytes()) == {"empty_document"}
    assert codes(b"no zip") == {"package"}


def test_careless_text_is_a_warning(document: Document) -> None:
    do(document, "write", heading="A", blocks=[{"type": "heading", "text": "C", "level": 3}])
    do(document, "write", blocks=[{"type": "paragraph", "text": "Lorem ipsum and [insert name]"}])
    assert codes(document.to_bytes()) == {"heading_skipped", "placeholder"}


def test_a_file_that_breaks_the_schema_is_an_error_unless_it_came_so(document: Document) -> None:
    do(document, "write", blocks=[{"type": "paragraph", "text": "x"}])
    data = document.to_bytes()
    package = Package.open(data)
    broken = package.read("word/document.xml").replace(b"<w:r>", b"<w:r><w:t>y</w:t><w:rPr><w:b/></w:rPr>", 1)
    package.put("word/document.xml", broken)
    assert "invalid_package" in codes(package.save())
    assert codes(package.save(), package.save()) == set()


def test_links_out_of_the_file_are_errors(document: Document) -> None:
    do(document, "write", blocks=[{"type": "paragraph", "text": "x"}])
    relations = document.package.relationships(document.main)
    relations.add("image", "http://example.com/spy.png", external=True)
    relations.add("hyperlink", "javascript:alert(1)", external=True)
    assert {"external_content", "unsafe_link"} <= codes(document.to_bytes())


def test_broken_references_are_mended_to_plain_text(document: Document) -> None:
    do(document, "write", blocks=[{"type": "paragraph", "text": "See {ref:ghost} and [@nobody]."}])
    found = verify(document.to_bytes())
    assert {finding.code for finding in found} == {"reference_broken"}
    assert len(repair(document, found)) == 2
    assert verify(document.to_bytes()) == []


def test_the_tools_fit_into_a_prompt() -> None:
    union, *_ = get_args(WordOperation)
    size = sum(len(json.dumps(model.model_json_schema(), separators=(",", ":"))) for model in get_args(union))
    assert size < 32_000
