"""Which fonts a document is set in, and which of them its readers may lack."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from overten.documents.engine import Look
from overten.documents.engines import engine_of
from overten.documents.models import Finding, Format
from overten.documents.ooxml.fonts import embedded_fonts, unavailable_fonts, used_fonts
from overten.documents.ooxml.package import Package

CONTENT: dict[Format, dict[str, Any]] = {
    "excel": {"op": "write_block", "sheet": "Rents", "anchor": "A1", "rows": [["Harbour", 1200]]},
    "word": {"op": "write", "blocks": [{"type": "paragraph", "text": "Rents rise by 4%"}]},
    "slides": {"op": "write_slides", "slides": [{"layout": "cover", "title": "Our rents"}]},
}
formats = pytest.mark.parametrize("document_format", CONTENT)


def made(document_format: Format, font: str | None) -> tuple[bytes, list[Finding]]:
    """A small document in a font, and what its verifier says."""
    engine = engine_of(document_format)
    document = engine.new(Look(font=font))
    content = CONTENT[document_format]
    [operation] = [one for one in engine.operations if one.model_fields["op"].default == content["op"]]
    engine.apply(document, operation.model_validate(content))
    data = engine.write(document, created=datetime(2026, 1, 1, tzinfo=UTC))
    return data, engine.verify(data, document)


def written(document_format: Format, font: str | None) -> bytes:
    return made(document_format, font)[0]


@formats
def test_a_font_that_few_have_is_a_warning(document_format: Format) -> None:
    data, findings = made(document_format, "Acme Grotesk")
    [finding] = [one for one in findings if one.code == "font_not_available"]
    assert (finding.severity, finding.subject) == ("warning", "Acme Grotesk")
    assert "Acme Grotesk" in used_fonts(Package.open(data))


@formats
@pytest.mark.parametrize("font", [None, "Georgia", "aptos display"])
def test_fonts_that_come_with_office_are_none(document_format: Format, font: str | None) -> None:
    assert unavailable_fonts(Package.open(written(document_format, font))) == []


def replace(package: Package, part: str, old: bytes, new: bytes) -> None:
    body = package.read(part)
    assert old in body
    package.put(part, body.replace(old, new, 1))


def test_a_style_that_no_text_uses_counts_for_nothing() -> None:
    package = Package.open(written("word", None))
    styles = (
        b'<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="Base"/>'
        b'<w:rPr><w:rFonts w:ascii="Acme Base"/></w:rPr></w:style>'
        b'<w:style w:type="paragraph" w:styleId="Odd"><w:name w:val="Odd"/><w:basedOn w:val="Base"/></w:style>'
    )
    replace(package, "word/styles.xml", b"</w:styles>", styles + b"</w:styles>")
    assert "Acme Base" not in used_fonts(package)
    odd = b'<w:p><w:pPr><w:pStyle w:val="Odd"/></w:pPr></w:p>'
    replace(package, "word/document.xml", b"<w:body>", b"<w:body>" + odd)
    assert "Acme Base" in used_fonts(package)


def test_a_font_that_the_document_carries_is_there() -> None:
    package = Package.open(written("word", "Acme Grotesk"))
    name = "word/fontTable.xml"
    namespaces = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' + (
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    )
    font = b'<w:font w:name="Acme Grotesk"><w:embedRegular r:id="rId1"/></w:font>'
    package.put(name, b"<w:fonts " + namespaces + b">" + font + b"</w:fonts>", "application/xml")
    assert embedded_fonts(package) == {"Acme Grotesk"}
    assert unavailable_fonts(package) == []
