"""What a workbook takes from a template: its theme as it is, cell styles for our roles, page, header, logo."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import Font, NamedStyle, PatternFill
from pydantic import TypeAdapter

from overten.documents.engine import Look
from overten.documents.excel.engine import ExcelEngine
from overten.documents.excel.operations import ExcelOperation
from overten.documents.excel.workbook import Workbook
from overten.documents.ooxml.package import Package
from tests.unit.documents.slides.conftest import picture

ENGINE = ExcelEngine()
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
THEME = "xl/theme/theme1.xml"
_OPERATION: TypeAdapter[Any] = TypeAdapter(ExcelOperation)


def book() -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active["A1"].style = "Total"
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def filled(workbook: Workbook) -> bytes:
    styles = [{"range": "A1", "style": {"name": "title"}}, {"range": "B2", "style": {"name": "total"}}]
    block = {"op": "write_block", "sheet": "S", "anchor": "A1", "rows": [["T"], ["Sum", 3]], "styles": styles}
    ENGINE.apply(workbook, _OPERATION.validate_python(block))
    return ENGINE.write(ENGINE.load(ENGINE.store(workbook)), created=MOMENT)


def test_the_theme_is_the_templates_to_the_byte_unless_a_brand_is_given() -> None:
    template = saved(book())
    theme = Package.open(template).read(THEME)

    plain, _ = ENGINE.from_template(template, Look())
    branded, _ = ENGINE.from_template(template, Look(primary_color="#AA0000"))

    assert Package.open(filled(plain)).read(THEME) == theme
    changed = Package.open(filled(branded)).read(THEME)
    assert changed != theme
    assert b'<a:accent1><a:srgbClr val="AA0000"/>' in changed


def test_cells_have_the_templates_named_style_with_its_looks() -> None:
    workbook, findings = ENGINE.from_template(saved(book()), Look())

    read = openpyxl.load_workbook(BytesIO(filled(workbook)))

    assert read["S"]["B2"].style == "Total"
    assert read["S"]["B2"].border.bottom.style == "double"
    assert read["S"]["A1"].style == "Normal"
    assert any("no cell style for title, heading, input" in finding.message for finding in findings)


def test_a_style_that_cannot_be_read_is_not_used() -> None:
    made = book()
    white = NamedStyle("Input", font=Font(color="FFFFFFFF"), fill=PatternFill("solid", fgColor="FFFFFFEE"))
    made.add_named_style(white)

    workbook, findings = ENGINE.from_template(saved(made), Look())

    assert workbook.design is not None
    assert "input" not in workbook.design.styles
    assert any("'Input' cannot be read" in finding.message for finding in findings)


def test_page_header_and_its_picture_logo_and_table_style_come_along() -> None:
    buffer = BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = made.add_worksheet()
    sheet.set_paper(1)
    sheet.set_margins(left=1.5)
    sheet.set_header("&L&G&RMuster GmbH", {"image_left": BytesIO(picture(40, 20))})
    sheet.insert_image("C1", "", {"image_data": BytesIO(picture(60, 30, "#AA0000"))})
    sheet.add_table("A8:B10", {"style": "Table Style Medium 4", "columns": [{"header": "A"}, {"header": "B"}]})
    sheet.write_datetime("A12", datetime(2026, 1, 1), made.add_format({"num_format": "dd.mm.yyyy"}))
    made.close()

    workbook, _ = ENGINE.from_template(buffer.getvalue(), Look())

    design = workbook.design
    assert design is not None
    assert (design.paper, design.margins["left"], design.table_style) == (1, 1.5, "Table Style Medium 4")
    assert design.date_format == "dd.mm.yyyy"
    assert base64.b64decode(design.pictures["header_left"]) == picture(40, 20)
    assert base64.b64decode(design.logo or "") == picture(60, 30, "#AA0000")
    package = Package.open(filled(workbook))
    assert sorted(package.read(name) for name in package.names() if "/media/" in name) == sorted(
        [picture(40, 20), picture(60, 30, "#AA0000")]
    )
    read = openpyxl.load_workbook(BytesIO(package.save()))
    assert read["S"].oddHeader.right.text == "Muster GmbH"
    assert read["S"].page_setup.paperSize == 1


@pytest.mark.parametrize("mark", [b"<a:blipFill>", None])
def test_a_theme_that_cannot_stand_alone_lends_its_colours(mark: bytes | None) -> None:
    package = Package.open(saved(book()))
    if mark is None:
        package.relationships("xl/workbook.xml").remove(
            next(item.id for item in package.relationships("xl/workbook.xml") if item.kind == "theme")
        )
    else:
        theme = package.read(THEME).replace(b"</a:bgFillStyleLst>", b"<a:blipFill></a:blipFill></a:bgFillStyleLst>")
        package.put(THEME, theme)

    workbook, findings = ENGINE.from_template(package.save(), Look())

    assert any("theme" in finding.message for finding in findings)
    assert ENGINE.verify(filled(workbook), workbook) == []
