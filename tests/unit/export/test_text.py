"""Word documents as plain text: what reads, in its order."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from overten.export.convert import convert
from overten.export.models import Converted, Options
from overten.export.prose import linear
from tests.golden.documents.golden import documents_of, make


def exported(data: bytes) -> Converted:
    return convert(data, "docx", "txt", Options(), None, timeout_seconds=30)


def text_of(document: docx.document.Document | str) -> str:
    if isinstance(document, str):
        return exported(make("word", documents_of("word")[document]).data).data.decode("utf-8")
    buffer = BytesIO()
    document.save(buffer)
    return exported(buffer.getvalue()).data.decode("utf-8")


def paragraph(markup: str) -> object:
    return parse_xml(f"<w:p {nsdecls('w', 'r', 'm')}>{markup}</w:p>")


def with_paragraphs(*markup: str) -> docx.document.Document:
    document = docx.Document()
    for one in reversed(markup):
        document.element.body.insert(0, paragraph(one))
    return document


def test_lists_have_their_numbers_bullets_and_depth() -> None:
    lines = text_of("lists").splitlines()
    start = lines.index("• One")
    assert lines[start : start + 10] == [
        "• One", "  • Beneath one", "    • Beneath that", "      • And deepest", "• Two",
        "1. First", "  a. Its first part", "  b. Its second part", "    i. A detail", "2. Second",
    ]  # fmt: skip
    assert "1 Bullets and numbers" in lines


def test_a_row_of_a_table_is_a_line_with_tabs() -> None:
    lines = text_of("tables").splitlines()
    assert "Tea\t120\t4.20" in lines
    assert (
        "Late permit\tMedium\tFiled in June; the option on the old site runs until 2028 and can be prolonged" in lines
    )


def test_notes_are_numbered_in_the_text_and_stand_at_the_end() -> None:
    text = text_of("science")
    assert "follows Table 1.[i]" in text
    assert text.endswith("―――\n[i] Raw data are available on request.\n")


def test_tracked_changes_read_as_accepted_and_are_told() -> None:
    data = make("word", documents_of("word")["tracked"]).data
    made = exported(data)
    assert "The plan costs £46,000 a year." in made.data.decode()
    assert "£460,000" not in made.data.decode()
    assert "changes_accepted" in [warning.code for warning in made.warnings]


def test_deleted_and_hidden_text_is_not_there() -> None:
    document = with_paragraphs(
        "<w:r><w:t>kept </w:t></w:r>"
        '<w:del w:id="1" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:delText>deleted </w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="A" w:date="2026-01-01T00:00:00Z"><w:r><w:t>inserted</w:t></w:r></w:ins>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
    )
    assert text_of(document) == "kept inserted\n"


def test_fields_show_their_results_but_page_numbers() -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{shown}</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    document = with_paragraphs(
        field.format(code=" REF x \\h ", shown="section 2") + field.format(code=" PAGE ", shown="17")
    )
    assert text_of(document) == "section 2\n"


def test_what_text_cannot_hold_is_counted() -> None:
    made = exported(make("word", documents_of("word")["board_report"]).data)
    [warning] = made.warnings
    assert warning.message == "Text holds no drawings: 1 picture and 3 charts were left out."


def test_a_merged_cell_is_told_once() -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "both"
    table.cell(0, 1).text, table.cell(1, 1).text = "up", "down"
    assert text_of(document) == "both\tup\n\tdown\n"


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b+1</m:t></m:r></m:den></m:f>", "a/(b+1)"),
        ("<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>", "x^2"),
        ("<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad>", "√(y)"),
    ],
)
def test_equations_are_written_on_one_line(markup: str, shown: str) -> None:
    equation = parse_xml(f"<m:oMath {nsdecls('m')}>{markup}</m:oMath>")
    assert linear(equation) == shown
    assert equation.tag == qn("m:oMath")
