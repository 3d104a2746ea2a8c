# ruff: noqa: E501 - texts as their author wrote them
"""Every kind of block, list, table and chart, and every furnishing of a page."""

from __future__ import annotations

from typing import Any

from overten.documents.engine import Look
from tests.golden.documents.assets import ASSETS
from tests.golden.documents.golden import Golden, Operation
from tests.golden.documents.word.anchored import on


def paragraph(text: str, style: str = "body", **members: Any) -> dict[str, Any]:
    return {"type": "paragraph", "text": text, "style": style, **members}


def write(heading: str | None, *blocks: dict[str, Any], **members: Any) -> Operation:
    given = {"heading": heading, **members} if heading else members
    return {"op": "write", "blocks": list(blocks), **given}


def table(headers: list[str], *rows: list[Any], **members: Any) -> dict[str, Any]:
    return {"type": "table", "columns": [{"header": header} for header in headers], "rows": list(rows), **members}


def listed(kind: str, *items: Any) -> dict[str, Any]:
    return {"type": "list", "kind": kind, "items": list(items)}


QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
TWO = [{"name": "North", "values": [12, 14.5, 13.8, 17.2]}, {"name": "South", "values": [9.5, 9.9, 11.2, 12.4]}]


def chart(kind: str, **members: Any) -> dict[str, Any]:
    given = {
        "type": "chart",
        "kind": kind,
        "categories": QUARTERS,
        "series": TWO,
        "height_cm": 5.5,
        "alt_text": f"A chart, {kind}",
    }
    return {**given, "caption": f"As a {kind.replace('_', ' ')} chart", **members}


PARAGRAPHS = Golden(
    steps=[
        {"op": "set_document", "title": "A house style", "subject": "How paragraphs look", "author": "Editors", "company": "Aldersgate", "keywords": "style, text", "language": "en-GB"},
        write(None,
              paragraph("A house style", "title"), paragraph("What each kind of text looks like", "subtitle"),
              paragraph("The lead opens a document in larger type and says in two sentences what the reader takes away.", "lead"),
              paragraph("Body text with **bold**, *italic*, `code`, a [link](https://example.com/style), E = mc{sup:2}, H{sub:2}O, {math:\\frac{a}{b}}, a footnote^[At the foot of the page.] and an endnote{endnote:At the end of the document.}."),
              paragraph("Small type is for sources and legal notes.", "small"),
              paragraph("Set to the right.", align="right"), paragraph("Centred.", align="center"),
              paragraph("Justified text reaches both margins, as in a book or a contract, where lines are long enough for it to look even and the spaces between words stay of one size to the eye.", align="justify"), paragraph("Left again.", align="left")),
        write("Boxes and quotations",
              {"type": "quote", "text": "Nobody reads what is not worth reading.", "attribution": "An editor"},
              {"type": "callout", "text": "A note beside the text.", "title": "Note"}, {"type": "callout", "tone": "tip", "text": "A tip for the reader."}, {"type": "callout", "tone": "warning", "title": "Careful", "text": "A warning in two lines.\nThe second."},
              {"type": "code", "text": "def area(radius):\n    return 3.14159 * radius ** 2"},
              {"type": "metrics", "items": [{"value": "98%", "label": "On time", "note": "+2 pp"}, {"value": "4.6", "label": "Of five stars"}, {"value": "€1.2m", "label": "Saved"}]}),
        write("Headings", {"type": "heading", "text": "Second level", "level": 2}, paragraph("Text."), {"type": "heading", "text": "Third level", "level": 3}, paragraph("Text."), {"type": "heading", "text": "Fourth level", "level": 4}, paragraph("Text.")),
    ],
    pages=3,
    says=("A house style", "At the foot of the page.", "At the end of the document.", "A tip for the reader.", "3.14159", "€1.2m", "Fourth level"),
    holds={"headings": 5, "charts": 0, "footnotes": 1},
)  # fmt: skip

LISTS = Golden(
    steps=[
        {"op": "set_document", "title": "Lists", "numbered_headings": True},
        write("Bullets and numbers",
              listed("bullet", "One", {"text": "Beneath one", "level": 1}, {"text": "Beneath that", "level": 2}, {"text": "And deepest", "level": 3}, "Two"),
              listed("number", "First", {"text": "Its first part", "level": 1}, {"text": "Its second part", "level": 1}, {"text": "A detail", "level": 2}, "Second"),
              paragraph("A new list starts at one again."), listed("number", "First of the new list", "Second of the new list"),
              listed("check", {"text": "Done", "checked": True}, "Open", {"text": "Open, beneath", "level": 1})),
        write("Clauses", listed("clause", "The parties agree.", {"text": "In writing;", "level": 1}, {"text": "signed by both;", "level": 2}, {"text": "and dated.", "level": 2}, "Nothing else is agreed."), {"type": "heading", "text": "Term", "level": 2, "label": "term"}, paragraph("See section {ref:term}.")),
        write("Signatures", {"type": "signatures", "parties": [{"party": "Aldersgate Water", "name": "Ann Lee", "role": "Director"}, {"party": "Harbour & Sons", "name": "Bo Ek", "role": "Owner"}, {"party": "A witness"}]}),
    ],
    pages=2,
    says=("Beneath that", "Its second part", "2.1", "(a)", "(ii)", "See section 2.3", "Harbour & Sons"),
    holds={"headings": 4},
)  # fmt: skip

TABLES = Golden(
    steps=[
        {"op": "set_document", "title": "Tables"},
        {"op": "add_toc", "kind": "tables", "title": "Tables"},
        write("Four styles",
              table(["Ware", "Units", "Price"], ["Tea", "120", "4.20"], ["Coffee", "80", "5.10"], ["Both", "200", "9.30"], total_row=True, caption="A report table", label="report", source="Source: the till"),
              table(["Risk", "Likelihood", "What we do"], ["Late permit", "Medium", "Filed in June; the option on the old site runs until 2028 and can be prolonged"], ["Steel price", "Low", "Fixed for 70%"], style="banded", caption="A banded table"),
              {"type": "table", "style": "grid", "first_column": True, "columns": [{"header": "Day", "width": 20, "align": "left"}, {"header": "Morning", "width": 40, "align": "center"}, {"header": "Evening", "width": 40, "align": "right"}], "rows": [["Monday", "Ann", "Bo"], ["Tuesday", "Cy", None]], "caption": "A grid with a column of headings"},
              table(["", ""], ["Name", "Ann Lee"], ["Born", "1984"], style="plain"),
              paragraph("{ref:report} comes first.")),
        write("Merged cells", {"type": "table", "columns": [{"header": "Region"}, {"header": "2025"}, {"header": "2026"}, {"header": "Note"}], "rows": [["North", 12, 14.5, "Both years are audited"], ["South", 9.5, 9.9, None], ["All regions together", None, None, None]],
                               "merges": [{"row": 1, "column": 3, "rows": 2}, {"row": 3, "column": 0, "columns": 4}], "caption": "Merged down and across"}),
        write("A long table", table(["No.", "Article", "Shelf", "Count"], *([str(n), f"Article {n:03d}", f"{'ABCD'[n % 4]}{n % 9}", str(3 * n % 41)] for n in range(1, 71)), caption="Its header is on every page")),
    ],
    pages=3,
    says=("Table 1. A report table", "Table 5", "Article 070", "Both years are audited", "Table 1 comes first."),
    holds={"tables": 6, "headings": 3},
)  # fmt: skip

CHARTS = Golden(
    steps=[
        {"op": "set_document", "title": "Charts"},
        {"op": "add_toc", "kind": "figures", "title": "Figures"},
        write("Columns and bars", chart("column", title="Two regions", y_title="€ million", number_format="0.0", label="column"), chart("stacked_column"), chart("bar", data_labels=True), chart("stacked_bar", x_title="Quarter"), paragraph("{ref:column} is the first.")),
        write("Lines and areas", chart("line", data_labels=True), chart("area", series=TWO[:1]), chart("stacked_area"), chart("column", series=[TWO[0], {**TWO[1], "kind": "line"}, {"name": "East", "values": [3, 4, 4, 5], "kind": "column"}], caption="Columns and a line")),
        write("Shares and points", chart("pie", categories=["Rent", "Food", "Travel"], series=[{"name": "Share", "values": [0.5, 0.3, 0.2]}], number_format="0%", data_labels=True), chart("doughnut", categories=["Shop", "App"], series=[{"name": "Share", "values": [0.6, 0.4]}], number_format="0%"),
              chart("scatter", categories=[], series=[{"name": "Shops", "x": [80, 120, 150, 210], "values": [4.1, 4.4, 5.2, 5.9]}], x_title="Square metres", y_title="Sales", source="Source: the shops")),
    ],
    pages=4,
    says=("Figure 1. As a column chart", "Figure 11.", "Columns and a line", "Source: the shops", "Figure 1 is the first."),
    holds={"charts": 11, "headings": 3},
)  # fmt: skip

PICTURES = Golden(
    look=Look("#C8102E", "#2B3A55", "Arial", ASSETS["logo"]),
    steps=[
        {"op": "set_document", "title": "Site visit", "language": "en-US"},
        {"op": "set_cover", "kicker": "Report", "title": "Site visit to Lund", "subtitle": "May 2026", "details": ["**Harbour & Sons**", "Ann Lee"], "logo": "brand"},
        {"op": "set_header_footer", "header": {"left": "Site visit", "right": "{title}", "logo": "logo"}, "footer": {"left": "Confidential", "center": "{page} / {pages}", "right": "Harbour & Sons"}},
        write("What we saw", {"type": "image", "asset": "photo", "alt_text": "Hills and a sun", "caption": "The site from the road", "label": "road", "source": "Photo: Ann Lee"}, paragraph("{ref:road} shows the slope."),
              {"type": "image", "asset": "tall", "alt_text": "Upright", "width_cm": 4, "align": "left"}, {"type": "image", "asset": "evening", "alt_text": "Evening", "width_cm": 6, "align": "right", "caption": "In the evening"}),
    ],
    pages=2,
    says=("Site visit to Lund", "Figure 1 shows the slope.", "2 / 2", "Photo: Ann Lee"),
    holds={"images": 4, "headings": 1},
)  # fmt: skip

_TEXT = "The river rises in the hills above the town and has been dammed since 1911. What is stored there in spring carries the mills through the summer, and the town through dry years. "
PAGES = Golden(
    steps=[
        {"op": "set_document", "title": "Pages", "primary_color": "#1F5C4A", "secondary_color": "#D07B22", "font": "Cambria", "heading_font": "Arial"},
        {"op": "set_page", "size": "letter", "orientation": "portrait", "margins_cm": 3},
        {"op": "set_header_footer", "footer": {"right": "Page {page} of {pages}"}},
        write("Upright", paragraph(_TEXT * 3), {"type": "page_break"}, paragraph("On the next page.")),
        write("A wide table", table([f"Month {n}" for n in range(1, 13)], [str(100 + n) for n in range(12)], caption="A year across")),
        write("In two columns", paragraph(_TEXT * 6 + "So it ends.", align="justify")),
        write("Upright again", paragraph(_TEXT)),
        on("A wide table", op="set_page", through="@Month 12", orientation="landscape"),
        on("In two columns", op="set_page", through="@So it ends.", columns=2),
        {"op": "set_watermark", "text": "SPECIMEN"},
    ],
    pages=4,
    says=("On the next page.", "Month 12", "Upright again", "Page 4 of 4"),
    holds={"headings": 4, "tables": 1},
)  # fmt: skip

SCIENCE = Golden(
    steps=[
        {"op": "set_document", "title": "Diffusion in porous media", "numbered_headings": True, "author": "A. Lindqvist"},
        write(None, paragraph("Diffusion in porous media", "title"), paragraph("A. Lindqvist and B. Okafor", "subtitle"), paragraph("We measure how far salt travels in sandstone and find that the law of Fick holds up to a porosity of 0.3.", "lead")),
        write("Theory", paragraph("With the flux {math:J} and the concentration {math:c} [@fick; @crank], as in {ref:fick},"), {"type": "equation", "latex": "J = -D \\frac{\\partial c}{\\partial x}", "label": "fick"},
              paragraph("so that"), {"type": "equation", "latex": "c(x,t) = \\frac{c_0}{2} \\left( 1 - \\int_0^{z} e^{-s^2} ds \\right), \\quad z = \\sqrt{\\frac{x^2}{4 D t}}"}, {"type": "equation", "latex": "\\bar{D} = \\sum_{i=1}^{n} w_i D_i", "label": "mean"}, label="theory"),
        write("Results", paragraph("From {ref:mean} of section {ref:theory} follows {ref:table}.{endnote:Raw data are available on request.}"), table(["Stone", "Porosity", "D (mm²/s)"], ["Bunter", "0.12", "0.41"], ["Clashach", "0.18", "0.66"], caption="Measured diffusion", label="table")),
        {"op": "set_references", "style": "author_year", "heading": "Literature", "sources": [
            {"key": "fick", "text": "Fick, A. (1855). Über Diffusion. *Annalen der Physik* 170, 59–86.", "author": "Fick", "year": "1855"},
            {"key": "crank", "text": "Crank, J. (1975). *The Mathematics of Diffusion*. Oxford.", "author": "Crank", "year": "1975"}]},
    ],
    pages=2,
    says=("Diffusion in porous media", "(Fick, 1855; Crank, 1975)", "Literature", "Raw data are available on request."),
    holds={"headings": 3, "tables": 1, "equations": 5},
)  # fmt: skip

SMALLEST = Golden(steps=[write(None, paragraph("One line."))], pages=1, says=("One line.",), holds={"headings": 0})
