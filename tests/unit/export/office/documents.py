"""Small documents, part by part, that ask for things outside themselves."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import quoteattr

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SLIDE = "http://schemas.openxmlformats.org/presentationml/2006/main"
_MIME = "application/vnd.openxmlformats-officedocument"
_NAMES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:p="{_SLIDE}" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_SIZE = 'cx="1800000" cy="1800000"'
_SHAPE = (
    f'<a:xfrm><a:off x="0" y="0"/><a:ext {_SIZE}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
)  # fmt: skip
Relations = Sequence[tuple[str, str, str, bool]]  # id, kind, target, whether it is outside the package


def package(parts: dict[str, str | bytes], types: dict[str, str], main: str) -> bytes:
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in types.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="html" ContentType="text/html"/>'
    )
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>')
        file.writestr("_rels/.rels", relations([("rId1", "officeDocument", main, False)]))
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def relations(all_of: Relations) -> str:
    inner = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target={quoteattr(target)}'
        f"{' TargetMode="External"' if is_external else ''}/>"
        for name, kind, target, is_external in all_of
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


# --- Word ---


def docx(
    body: str, links: Relations = (), parts: dict[str, str] | None = None, types: dict[str, str] | None = None
) -> bytes:
    return package(
        {
            "word/document.xml": f"<w:document {_NAMES}><w:body>{body}<w:p/></w:body></w:document>",
            "word/_rels/document.xml.rels": relations(links),
            **(parts or {}),
        },
        {"word/document.xml": f"{_MIME}.wordprocessingml.document.main+xml", **(types or {})},
        "word/document.xml",
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx_with_picture(url: str) -> bytes:
    picture = (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {_SIZE}/><wp:docPr id="1" name="P"/><a:graphic><a:graphicData '
        f'uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="P"/><pic:cNvPicPr/></pic:nvPicPr>'
        '<pic:blipFill><a:blip r:link="rId1"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f"<pic:spPr>{_SHAPE}</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    return docx(paragraph("Before") + picture, [("rId1", "image", url, True)])


def docx_with_picture_by_hyperlink(url: str) -> bytes:
    """The same, with a relationship that says it is a hyperlink."""
    return _replace(
        docx_with_picture(url), "word/_rels/document.xml.rels", b"relationships/image", b"relationships/hyperlink"
    )


def docx_with_template(url: str) -> bytes:
    settings = f'<w:settings {_NAMES}><w:attachedTemplate r:id="rId1"/></w:settings>'
    return docx(
        paragraph("Text"),
        [("rId9", "settings", "settings.xml", False)],
        {
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": relations([("rId1", "attachedTemplate", url, True)]),
        },
        {"word/settings.xml": f"{_MIME}.wordprocessingml.settings+xml"},
    )


def docx_with_html(url: str) -> bytes:
    html = (
        f'<html><head><link rel="stylesheet" href="{url}.css"></head>'
        f'<body>inner <img src="{url}"><iframe src="{url}.html"></iframe></body></html>'
    )
    return docx('<w:altChunk r:id="rId1"/>', [("rId1", "aFChunk", "chunk.html", False)], {"word/chunk.html": html})


def docx_with_field(instruction: str) -> bytes:
    field = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>result</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    return docx(field)


def docx_with_object(url: str) -> bytes:
    linked = (
        '<w:p><w:r><w:object><v:shape id="s1" style="width:100pt;height:100pt"><v:imagedata r:id="rId2"/></v:shape>'
        '<o:OLEObject Type="Link" ProgID="Excel.Sheet.12" ShapeID="s1" DrawAspect="Content" r:id="rId1" '
        'UpdateMode="Always"/>'
        "</w:object></w:r></w:p>"
    )
    return docx(linked, [("rId1", "oleObject", url, True), ("rId2", "image", url, True)])


def docx_with_hyperlink(url: str) -> bytes:
    return docx(
        '<w:p><w:hyperlink r:id="rId1"><w:r><w:t>there</w:t></w:r></w:hyperlink></w:p>',
        [("rId1", "hyperlink", url, True)],
    )


# --- Excel ---


def xlsx(cells: str, links: Relations = (), extra: str = "", parts: dict[str, str] | None = None) -> bytes:
    """One sheet; `links` and `extra` are the sheet's."""
    return package(
        {
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="One" sheetId="1" '
            f'r:id="rId1"/></sheets>{"".join(_external_references(parts))}</workbook>',
            "xl/_rels/workbook.xml.rels": relations(
                [
                    ("rId1", "worksheet", "worksheets/sheet1.xml", False),
                    ("rId2", "externalLink", "externalLinks/externalLink1.xml", False),
                ][: 2 if parts and "xl/externalLinks/externalLink1.xml" in parts else 1]
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheetData><row r="1">{cells}'
            f"</row></sheetData>{extra}</worksheet>",
            "xl/worksheets/_rels/sheet1.xml.rels": relations(links),
            **(parts or {}),
        },
        {
            "xl/workbook.xml": f"{_MIME}.spreadsheetml.sheet.main+xml",
            "xl/worksheets/sheet1.xml": f"{_MIME}.spreadsheetml.worksheet+xml",
            "xl/externalLinks/externalLink1.xml": f"{_MIME}.spreadsheetml.externalLink+xml",
            "xl/drawings/drawing1.xml": f"{_MIME}.drawing+xml",
        },
        "xl/workbook.xml",
    )


def _external_references(parts: dict[str, str] | None) -> list[str]:
    has_one = parts and "xl/externalLinks/externalLink1.xml" in parts
    return ['<externalReferences><externalReference r:id="rId2"/></externalReferences>'] if has_one else []


def xlsx_with_formula(formula: str) -> bytes:
    return xlsx(f'<c r="A1"><v>7</v></c><c r="B1"><f>{formula}</f></c>')


def xlsx_with_workbook(url: str) -> bytes:
    """A cell that is read from another workbook, with the value it had there."""
    book = (
        f'<externalLink xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><externalBook r:id="rId1"><sheetNames><sheetName '
        'val="Far"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>4711</v></cell></row>'
        "</sheetData></sheetDataSet></externalBook></externalLink>"
    )
    return xlsx(
        '<c r="A1"><f>[1]Far!A1</f><v>4711</v></c><c r="B1"><f>[1]Far!A1+0</f><v>4711</v></c>',
        parts={
            "xl/externalLinks/externalLink1.xml": book,
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations([("rId1", "externalLinkPath", url, True)]),
            "docProps/app.xml": "<Properties/>",
        },
    )


def xlsx_with_picture(url: str) -> bytes:
    drawing = (
        f"<xdr:wsDr {_NAMES}><xdr:oneCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1"
        f'</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext {_SIZE}/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" '
        'name="P"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:link="rId1"/><a:stretch><a:fillRect/>'
        f"</a:stretch></xdr:blipFill><xdr:spPr>{_SHAPE}</xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )
    return xlsx(
        '<c r="A1"><v>7</v></c>',
        [("rId1", "drawing", "../drawings/drawing1.xml", False)],
        '<drawing r:id="rId1"/>',
        {
            "xl/drawings/drawing1.xml": drawing,
            "xl/drawings/_rels/drawing1.xml.rels": relations([("rId1", "image", url, True)]),
        },
    )


# --- PowerPoint ---


def pptx_with_picture(url: str) -> bytes:
    """Made from python-pptx's own empty deck: a slide needs a layout, a master and a theme."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    link = slide.part.relate_to(url, RELATIONSHIP_TYPE.IMAGE, is_external=True)
    picture = (
        f'<p:pic {_NAMES}><p:nvPicPr><p:cNvPr id="9" name="P"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip '
        f'r:link="{link}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{_SHAPE}</p:spPr></p:pic>'
    )
    slide.shapes._spTree.append(parse_xml(picture))
    written = BytesIO()
    deck.save(written)
    return written.getvalue()


def _replace(document: bytes, part: str, old: bytes, new: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new) if name == part else content)
    return written.getvalue()
