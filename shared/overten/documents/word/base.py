"""Our own base document: the parts of an empty A4 document in a brand's looks."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from overten.documents.ooxml.package import Package, new_package
from overten.documents.word.numbering import numbering_xml
from overten.documents.word.styles import styles_xml
from overten.documents.word.theme import Brand, colors_of, theme_xml
from overten.documents.word.xml import NAMESPACES, TWIPS_PER_CM

MAIN = "word/document.xml"
PAGE_SIZES = {
    "a4": (11906, 16838), "a3": (16838, 23811), "a5": (8391, 11906), "letter": (12240, 15840), "legal": (12240, 20160),
}  # fmt: skip
_MARGIN_SIDE, _MARGIN_TOP, _MARGIN_BOTTOM = (
    round(2.4 * TWIPS_PER_CM),
    round(2.5 * TWIPS_PER_CM),
    round(2.3 * TWIPS_PER_CM),
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ROOT_PREFIXES = ("w", "r", "m", "wp", "a", "pic", "c", "v", "o", "w14", "mc")


class _Part(NamedTuple):
    name: str
    content_type: str
    relation: str


_PARTS = (
    _Part("word/styles.xml", "styles", "styles"),
    _Part("word/settings.xml", "settings", "settings"),
    _Part("word/numbering.xml", "numbering", "numbering"),
    _Part("word/fontTable.xml", "fontTable", "fontTable"),
)


def new_document(brand: Brand, language: str) -> Package:
    """The package of an empty document."""
    theme = theme_xml(brand)
    colors = colors_of(etree.fromstring(theme))
    fonts = dict.fromkeys([brand.heading_font or brand.font, brand.font, "Consolas"])
    return new_package(
        {
            "[Content_Types].xml": _content_types(),
            "_rels/.rels": _package_relationships(),
            MAIN: _main(),
            "word/_rels/document.xml.rels": _main_relationships(),
            "word/styles.xml": styles_xml(colors, language),
            "word/settings.xml": _settings(language),
            "word/numbering.xml": numbering_xml(),
            "word/fontTable.xml": _font_table(list(fonts)),
            "word/theme/theme1.xml": theme,
            "docProps/core.xml": _core(language),
            "docProps/app.xml": _app(),
        }
    )


def root_namespaces() -> str:
    return " ".join(f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in ROOT_PREFIXES) + ' mc:Ignorable="w14"'


def part_root(name: str) -> etree._Element:
    """An empty root such as `w:hdr` with the prefixes its content may need."""
    return etree.fromstring(f"<{name} {root_namespaces()}/>")


def _bytes(markup: str) -> bytes:
    return (_DECLARATION + markup).encode()


def _content_types() -> bytes:
    overrides = "".join(
        f'<Override PartName="/{part.name}" ContentType="{_MAIN_TYPE}{part.content_type}+xml"/>' for part in _PARTS
    )
    return _bytes(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{MAIN}" ContentType="{_MAIN_TYPE}document.main+xml"/>{overrides}'
        '<Override PartName="/word/theme/theme1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.theme+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        '<Override PartName="/docProps/app.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>'
    )


def _relationships(entries: list[tuple[str, str]]) -> bytes:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(entries, start=1)
    )
    return _bytes(
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'
    )


def _package_relationships() -> bytes:
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return _relationships(
        [
            (_REL + "officeDocument", MAIN),
            (core, "docProps/core.xml"),
            (_REL + "extended-properties", "docProps/app.xml"),
        ]
    )


def _main_relationships() -> bytes:
    entries = [(_REL + part.relation, part.name.removeprefix("word/")) for part in _PARTS]
    return _relationships([*entries, (_REL + "theme", "theme/theme1.xml")])


def _main() -> bytes:
    width, height = PAGE_SIZES["a4"]
    return _bytes(
        f"<w:document {root_namespaces()}><w:body><w:sectPr>"
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="{_MARGIN_TOP}" w:right="{_MARGIN_SIDE}" w:bottom="{_MARGIN_BOTTOM}" w:left="{_MARGIN_SIDE}" '
        'w:header="680" w:footer="624" w:gutter="0"/><w:cols w:space="567"/></w:sectPr></w:body></w:document>'
    )


def _settings(language: str) -> bytes:
    return _bytes(
        f'<w:settings xmlns:w="{NAMESPACES["w"]}" xmlns:m="{NAMESPACES["m"]}"><w:zoom w:percent="100"/>'
        '<w:defaultTabStop w:val="567"/><w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '<w:compatSetting w:name="overrideTableStyleFontSizeAndJustification" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>'
        '<w:compatSetting w:name="enableOpenTypeFeatures" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>'
        '<w:compatSetting w:name="doNotFlipMirrorIndents" w:uri="http://schemas.microsoft.com/office/word" w:val="1"/>'
        '</w:compat><m:mathPr><m:mathFont m:val="Cambria Math"/><m:brkBin m:val="before"/><m:brkBinSub m:val="--"/>'
        '<m:smallFrac m:val="0"/><m:dispDef/><m:lMargin m:val="0"/><m:rMargin m:val="0"/><m:defJc m:val="centerGroup"/>'
        '<m:wrapIndent m:val="1440"/><m:intLim m:val="subSup"/><m:naryLim m:val="undOvr"/></m:mathPr>'
        f'<w:themeFontLang w:val="{language}"/>'
        '<w:clrSchemeMapping w:bg1="light1" w:t1="dark1" w:bg2="light2" w:t2="dark2" w:accent1="accent1" '
        'w:accent2="accent2" w:accent3="accent3" w:accent4="accent4" w:accent5="accent5" w:accent6="accent6" '
        'w:hyperlink="hyperlink" w:followedHyperlink="followedHyperlink"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _font_table(fonts: list[str]) -> bytes:
    root = etree.Element(f"{{{NAMESPACES['w']}}}fonts", nsmap={"w": NAMESPACES["w"]})
    for name in fonts:
        font = etree.SubElement(root, f"{{{NAMESPACES['w']}}}font")
        font.set(f"{{{NAMESPACES['w']}}}name", name)
        pitch = etree.SubElement(font, f"{{{NAMESPACES['w']}}}pitch")
        pitch.set(f"{{{NAMESPACES['w']}}}val", "fixed" if name == "Consolas" else "variable")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _core(language: str) -> bytes:
    return _bytes(
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:language>{language}</dc:language></cp:coreProperties>'
    )


def _app() -> bytes:
    return _bytes(
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Overten</Application></Properties>"
    )
