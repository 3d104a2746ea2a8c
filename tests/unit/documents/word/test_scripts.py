"""Documents in languages that are not written in Latin letters."""

from __future__ import annotations

from overten.documents.word.document import Document
from overten.documents.word.verify import verify
from overten.documents.word.xml import elements, find, path_value
from tests.unit.documents.word.conftest import do

TABLE = {"type": "table", "columns": [{"header": "A"}, {"header": "B"}], "rows": [["1", "2"]], "caption": "C"}


def faces(document: Document, script: str) -> set[str | None]:
    theme = document.package.tree("word/theme/theme1.xml")
    fonts = elements(theme, "a:minorFont", "a:majorFont")
    return {face.get("typeface") for font in fonts if (face := find(font, f"a:{script}")) is not None}


def test_a_document_in_arabic_runs_from_the_right(document: Document) -> None:
    do(document, "set_document", language="ar-SA")
    do(document, "write", heading="الملخص", blocks=[TABLE])
    assert find(document.styles(), "w:docDefaults/w:pPrDefault/w:pPr/w:bidi") is not None
    assert find(document.styles(), "w:docDefaults/w:rPrDefault/w:rPr/w:rtl") is not None
    assert find(document.sections()[0], "w:bidi") is not None
    assert len(list(elements(document.body(), "w:bidiVisual"))) == 1
    caption = next(text for text in elements(document.body(), "w:t") if "الجدول" in (text.text or ""))
    assert caption is not None
    assert verify(document.to_bytes()) == []


def test_a_document_goes_back_to_the_left(document: Document) -> None:
    do(document, "set_document", language="he-IL")
    do(document, "set_document", language="en-GB")
    assert find(document.styles(), "w:docDefaults/w:pPrDefault/w:pPr/w:bidi") is None
    assert find(document.sections()[0], "w:bidi") is None


def test_a_document_in_japanese_or_chinese_has_a_font_for_it(document: Document) -> None:
    do(document, "set_document", language="ja-JP")
    assert faces(document, "ea") == {"Yu Gothic"}
    assert path_value(document.styles(), "w:docDefaults/w:rPrDefault/w:rPr/w:lang", "w:eastAsia") == "ja-JP"
    do(document, "set_document", language="zh-TW")
    do(document, "write", heading="概要", blocks=[TABLE])
    assert faces(document, "ea") == {"Microsoft JhengHei"}
    assert verify(document.to_bytes()) == []
