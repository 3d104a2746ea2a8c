"""Pages of HTML: nothing that documents bring may run, load or leave the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import docx
import html5lib
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image

from overten.export.convert import convert
from overten.export.html import Page, Pictures, StyleSheet, cleaned, safe_link, safe_value
from overten.export.models import Options

X = "{http://www.w3.org/1999/xhtml}"
HOSTILE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)><script>1</script></svg>",
    '<a href="javascript:alert(1)">x</a>', '<a href="JaVa\tScript:alert(1)">x</a>', '<a href="data:text/html,x">x</a>',
    "<iframe src=https://evil.example></iframe>", '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<p style="background:url(https://evil.example/x)">x</p>', '<link rel=stylesheet href=//evil.example>',
    "<form action=//evil.example><input name=a></form>", '<base href="//evil.example">', "<object data=x></object>",
    '<img src="https://evil.example/pixel.png">', '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    "<style>*{background:url(//evil.example)}</style>", "</style><script>alert(1)</script>", "--><script>1</script>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", "<template><script>1</script></template>",
    '<p id="x" class="y" onclick="alert(1)" onmouseover=alert(1)>x</p>', "<video src=//evil.example autoplay></video>",
)  # fmt: skip
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "p", "a", "span", "div", "table", "colgroup", "col",
    "tbody", "tr", "td", "th", "img", "h1", "h2", "h3", "h4", "h5", "h6", "br", "sup", "section", "nav", "b", "i", "u",
}  # fmt: skip


def assert_safe(page: bytes) -> None:
    """Reads the page as browsers do, and looks at every element and attribute."""
    root = html5lib.parse(page.decode("utf-8"))
    head = root.find(f"{X}head")
    assert head is not None
    first = head[0]
    assert first.get("http-equiv") == "Content-Security-Policy"
    assert first.get("content", "").startswith("default-src 'none';")
    for element in elements(root):
        name = element.tag.removeprefix(X)
        assert name in ALLOWED, name
        for key, value in element.attrib.items():
            assert not key.startswith("on"), key
            if key == "href":
                assert re.match(r"#|https?://|mailto:", value), value
                assert "noopener" in element.get("rel", "")
            if key == "src":
                assert re.match(r"data:image/(png|jpeg|gif|webp);base64,", value), value
            assert key in {"class", "id", "href", "rel", "src", "style", "dir", "lang", "title", "alt", "width",
                           "height", "colspan", "rowspan", "content", "charset", "name", "http-equiv"}, key  # fmt: skip
        if name == "meta":
            assert element.get("http-equiv") in {None, "Content-Security-Policy"}
        if name == "style" or element.get("style"):
            styles = (element.text or "") + element.get("style", "")
            assert not re.search(r"url|@import|expression|javascript|<", styles), styles[:200]


def elements(root: object) -> Iterator[object]:
    return (element for element in root.iter() if isinstance(element.tag, str))


@pytest.mark.parametrize("markup", HOSTILE)
def test_markup_that_gets_into_a_page_is_cleaned_away(markup: str) -> None:
    page = Page("</title><script>1</script>", 'en"><script>', f"<main><p>{markup}</p></main>", StyleSheet())
    assert_safe(page.to_bytes())


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_document_stays_text(text: str) -> None:
    document = docx.Document()
    document.add_heading(text)
    document.add_paragraph(text)
    document.add_table(1, 1).cell(0, 0).text = text
    document.core_properties.title = text
    page = exported(document)
    assert_safe(page)
    shown = "".join(html5lib.parse(page.decode()).find(f"{X}body").itertext())
    assert shown.replace("\n", "").count(text) == 3


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "vbscript:x", "data:text/html,<script>1</script>", "file:///etc/passwd", "//evil.example"],
)
def test_links_lead_to_the_web_or_nowhere(target: str) -> None:
    assert safe_link(target) is None
    document = docx.Document()
    identifier = document.part.relate_to(target, f"{R}/hyperlink", is_external=True)
    document.element.body.insert(
        0,
        parse_xml(
            f'<w:p {nsdecls("w", "r")}><w:hyperlink r:id="{identifier}"><w:r><w:t>go</w:t></w:r></w:hyperlink></w:p>'
        ),
    )
    page = exported(document)
    assert_safe(page)
    assert b"<a " not in page


R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize("target", ["https://example.com/a?b=c", "mailto:a@example.com", "#b-place"])
def test_good_links_stay(target: str) -> None:
    assert safe_link(target) == target


def test_hostile_names_of_styles_fonts_and_bookmarks_do_no_harm() -> None:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(
        f'<w:p {nsdecls("w")}><w:bookmarkStart w:id="1" w:name="&quot;&gt;&lt;script&gt;"/>'
        '<w:hyperlink w:anchor="&quot;&gt;&lt;script&gt;"><w:r><w:rPr>'
        '<w:rFonts w:ascii="x&quot;;}&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;"/><w:color w:val="url(x)"/>'
        '<w:sz w:val="9;background:url(x)"/></w:rPr><w:t>text</w:t></w:r></w:hyperlink></w:p>'
    ))  # fmt: skip
    assert_safe(exported(document))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("color", "url(//evil.example)"), ("background-color", "expression(alert(1))"), ("behavior", "x"),
        ("font-family", '"a</style>"'), ("width", "calc(1px + var(--x))"), ("color", "red;background:url(x)"),
        ("color", "\\75rl(x)"), ("position", "fixed"), ("color", "/**/red<"), ("color", "{}"),
    ],
)  # fmt: skip
def test_values_of_styles_are_words_lengths_and_colours(name: str, value: str) -> None:
    assert safe_value(name, value) == ""


def test_good_styles_stay_and_are_shared() -> None:
    sheet = StyleSheet()
    looks = {"font-family": '"Times New Roman"', "border-top": "0.75pt solid #000000", "line-height": "1.25"}
    assert sheet.name(looks) == sheet.name(dict(looks)) == "c1"
    assert sheet.css() == '.c1{font-family:"Times New Roman";border-top:0.75pt solid #000000;line-height:1.25}'


def test_pictures_are_what_their_bytes_are_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "BMP")
    pictures = Pictures()
    assert (pictures.address(buffer.getvalue()) or "").startswith("data:image/jpeg;base64,")
    assert pictures.address(b"<svg onload=alert(1)>") is None
    monkeypatch.setattr("overten.export.html.MAX_PICTURES_BYTES", 1)
    assert pictures.address(buffer.getvalue()) is None
    assert [warning.code for warning in pictures.warnings] == ["pictures_left_out"]


class Pretender:
    """An office program whose HTML is as hostile as it gets."""

    def __init__(self, cell: str) -> None:
        self.page = f"<html><body><table><tr><td {cell}</td></tr></table></body></html>".encode()
        self.data, self.side_files = self.page, {"x.png": b"no picture"}

    def convert(self, *_: object, **__: object) -> Pretender:
        return self


@pytest.mark.parametrize("markup", HOSTILE)
def test_the_cells_of_a_sheet_are_written_anew(markup: str) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        workbook.add_worksheet("S<script>").write(0, 0, "x")
    cell = f'onclick="x" style="background:url(//evil.example)" bgcolor="red;x">{markup}<img src="x.png" onerror="x">'
    made = convert(buffer.getvalue(), "xlsx", "html", Options(), Pretender(cell), timeout_seconds=9)  # type: ignore[arg-type]
    assert_safe(made.data)


def test_cleaning_keeps_what_is_good() -> None:
    good = '<p class="c1"><a href="https://example.com/" rel="noopener noreferrer nofollow">x</a><br><sup>1</sup></p>'
    assert cleaned(good) == good


def exported(document: docx.document.Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return convert(buffer.getvalue(), "docx", "html", Options(), None, timeout_seconds=30).data
