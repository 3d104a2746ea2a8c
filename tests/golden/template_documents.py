"""Templates made by other programs, for tests that must say something without the corpus, and what is put on them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import openpyxl
import pptx
from docx.shared import Inches
from lxml import etree

from overten.documents.ooxml.package import Package

SECRET = "Nobody may read this sentence again"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TYPE = "application/vnd.openxmlformats-officedocument."

SLIDES: list[dict[str, Any]] = [
    {"layout": "cover", "title": "Services will carry our growth", "subtitle": "Proposal to the board"},
    {"layout": "agenda", "title": "Agenda", "items": ["Where we stand", "Our plan and its cost", "Decisions"]},
    {"layout": "section", "title": "Where we stand", "number": "1", "subtitle": "Results of four years"},
    {
        "layout": "key_messages",
        "title": "Services grow four times as fast as hardware",
        "items": [
            {"title": "Revenue is up 12 %", "text": "Two thirds of it comes from contracts."},
            {"title": "Margin follows", "text": "Services earn 38 % against 21 % in hardware."},
        ],
    },
    {
        "layout": "chart",
        "title": "Services doubled since 2023",
        "source": "Annual accounts",
        "chart": {
            "kind": "column",
            "categories": ["2023", "2024", "2025"],
            "series": [{"name": "Hardware", "values": [27, 28, 29]}, {"name": "Services", "values": [13, 16, 21]}],
        },
    },
    {
        "layout": "table",
        "title": "It pays back in every case",
        "table": {"columns": ["Case", "IRR"], "rows": [["Base", "24%"], ["Low demand", "15%"]]},
    },
    {
        "layout": "columns",
        "title": "Two ways to build the hubs",
        "columns": [
            {"heading": "Build", "points": ["Full control", "Fixed assets"]},
            {"heading": "Rent", "points": ["Open within six months", "No fixed assets"]},
        ],
    },
    {
        "layout": "timeline",
        "title": "The hubs open within eighteen months",
        "items": [
            {"label": "Q1", "title": "Lyon"},
            {"label": "Q3", "title": "Turin"},
            {"label": "Q4", "title": "Gdansk"},
        ],
    },
    {
        "layout": "metrics",
        "title": "Customers see the difference",
        "metrics": [{"value": "94%", "label": "renewed"}, {"value": "4 h", "label": "to the site"}],
    },
    {"layout": "quote", "quote": "The part was there before our engineer was.", "name": "Marie Durand"},
    {
        "layout": "image",
        "title": "Lyon is ready to start",
        "image": "wide",
        "points": ["Site secured", "Permits granted"],
    },
    {"layout": "closing", "title": "We ask for approval", "lines": ["Release the first stage"]},
]

CELLS: list[dict[str, Any]] = [
    {
        "op": "write_block",
        "sheet": "Summary",
        "anchor": "A1",
        "rows": [["Board summary"], ["Price", 12.5], ["Volume", 1000], ["Revenue", "=B2*B3"], ["Total", "=SUM(B2:B4)"]],
        "styles": [
            {"range": "A1", "style": {"name": "title"}},
            {"range": "B2:B3", "style": {"name": "input"}},
            {"range": "B5", "style": {"name": "total"}},
        ],
    },
    {
        "op": "write_table",
        "sheet": "Costs",
        "anchor": "A1",
        "name": "Costs",
        "columns": [{"header": "Kind"}, {"header": "Sum", "kind": "number", "total": "sum"}],
        "rows": [["Rent", 1200.5], ["Food", 310]],
    },
    {
        "op": "add_chart",
        "sheet": "Costs",
        "anchor": "E2",
        "kind": "column",
        "title": "Costs by kind",
        "series": [{"values": "Costs[Sum]", "categories": "Costs[Kind]"}],
    },
]


def _as_template(data: bytes, main_type: str) -> bytes:
    package = Package.open(data)
    package.set_content_type(package.main_part(), _TYPE + main_type)
    return package.save()


def presentation_template() -> bytes:
    """A .potx of 4:3 with a bar at the right of its master, and a slide that is not to be seen again."""
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = SECRET
    slide.placeholders[1].text = SECRET
    buffer = BytesIO()
    presentation.save(buffer)
    package = Package.open(buffer.getvalue())
    shapes = next(
        package.edit("ppt/slideMasters/slideMaster1.xml").iter(
            "{http://schemas.openxmlformats.org/presentationml/2006/main}spTree"
        )
    )
    namespaces = (
        'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    )
    shapes.append(
        etree.fromstring(
            f'<p:sp {namespaces}><p:nvSpPr><p:cNvPr id="99" name="Bar"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
            '<p:spPr><a:xfrm><a:off x="8229600" y="0"/><a:ext cx="914400" cy="6858000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent2"/></a:solidFill>'
            "</p:spPr></p:sp>"
        )
    )
    return _as_template(package.save(), "presentationml.template.main+xml")


def document_template() -> bytes:
    """A .dotx of letter size with a header, whose heading styles have the ids that German Word gives them."""
    document = docx.Document()
    document.add_heading(SECRET, level=1)
    document.add_paragraph(SECRET, style="List Bullet")
    section = document.sections[0]
    section.page_width, section.page_height, section.left_margin = Inches(8.5), Inches(11), Inches(1.75)
    section.header.paragraphs[0].text = "Muster GmbH"
    buffer = BytesIO()
    document.save(buffer)
    package = Package.open(buffer.getvalue())
    for part in ("word/styles.xml", "word/document.xml"):
        for element in package.edit(part).iter():
            for key in (f"{_W}styleId", f"{_W}val"):
                value = element.get(key, "")
                if value.startswith("Heading") and value[7:].isdigit():
                    element.set(key, f"berschrift{value[7:]}")
    return _as_template(package.save(), "wordprocessingml.template.main+xml")


def workbook_template() -> bytes:
    """A .xltx of letter size with a header, Excel's own styles Title, Input and Total, and a cell that is not to be
    seen again."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, style in enumerate(("Title", "Input", "Total"), start=1):
        sheet.cell(row, 1, SECRET).style = style
    sheet.oddHeader.left.text = "Muster GmbH"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_LETTER
    buffer = BytesIO()
    book.save(buffer)
    return _as_template(buffer.getvalue(), "spreadsheetml.template.main+xml")
