from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xlsx import CategoryWorkbookWriter
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE

BLUE, GREY = RGBColor(0x0B, 0x5F, 0xFF), RGBColor(0x59, 0x5F, 0x69)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TITLE = "A second refrigerated warehouse in Tilburg"

doc = Document()
properties = doc.core_properties
properties.title, properties.subject = "Second refrigerated warehouse in Tilburg", "Board proposal"
properties.author, properties.language = "Marit Solberg, CFO", "en-GB"
section = doc.sections[0]
section.page_width, section.page_height = Cm(21), Cm(29.7)
section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
section.different_first_page_header_footer = True
for name, size, color in (
    ("Normal", 11, None),
    ("Title", 30, BLUE),
    ("Subtitle", 16, GREY),
    ("Heading 1", 17, BLUE),
    ("Heading 2", 13, BLUE),
    ("Caption", 9, GREY),
):
    style = doc.styles[name]
    style.font.name, style.font.size = "Calibri", Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Calibri")
    if color:
        style.font.color.rgb = color
doc.styles["Normal"].paragraph_format.space_after = Pt(8)
doc.styles["Heading 1"].paragraph_format.space_before = Pt(22)
language = OxmlElement("w:lang")
language.set(qn("w:val"), "en-GB")
doc.styles["Normal"].element.get_or_add_rPr().append(language)

bookmarks = {}


def field(paragraph, code, shown="1"):
    for kind, text in (("begin", None), (None, code), ("separate", None), ("text", shown), ("end", None)):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = f" {code} "
            run._r.append(mark)


def bookmark(paragraph, name, first):
    """Around what the paragraph holds from child `first` on."""
    number = str(len(bookmarks) + 1)
    bookmarks[name] = number
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), number)
    start.set(qn("w:name"), name)
    first.addprevious(start)
    paragraph._p.append(end)


def write(paragraph, text):
    """**bold**, {ref:name} for a reference."""
    for i, piece in enumerate(text.split("**")):
        before, *references = piece.split("{ref:")
        paragraph.add_run(before).bold = bool(i % 2) or None
        for reference in references:
            name, _, after = reference.partition("}")
            number = " \\r" if name == "alternatives" else ""
            field(paragraph, f"REF {name}{number} \\h", REFERENCES[name])
            paragraph.add_run(after)
    return paragraph


REFERENCES = {
    "alternatives": "5",
    "fig_revenue": "Figure 1",
    "tab_investment": "Table 2",
    "tab_alternatives": "Table 5",
}


def text(content, style=None):
    return write(doc.add_paragraph(style=style), content)


def shade(cell, color):
    fill = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        fill.set(qn(f"w:{key}"), value)
    cell._tc.get_or_add_tcPr().append(fill)


# Numbered headings: one multilevel list, tied to the heading styles
levels = "".join(
    f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading{i + 1}"/>'
    f'<w:lvlText w:val="{shown}"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl>'
    for i, shown in enumerate(("%1", "%1.%2"))
)
numbering = doc.part.numbering_part.element
numbering.insert(
    0,
    parse_xml(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    ),
)
numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
for i in (0, 1):
    number = doc.styles[f"Heading {i + 1}"].element.get_or_add_pPr().get_or_add_numPr()
    number.get_or_add_ilvl().val, number.get_or_add_numId().val = i, 90


def heading(content, level=1, name=None):
    paragraph = doc.add_heading(content, level)
    if name:
        bookmark(paragraph, name, paragraph.runs[0]._r)


def caption(kind, content, name):
    paragraph = doc.add_paragraph(style="Caption")
    first = paragraph.add_run(f"{kind} ")
    captions[kind] += 1
    field(paragraph, f"SEQ {kind} \\* ARABIC", str(captions[kind]))
    bookmark(paragraph, name, first._r)
    paragraph.add_run(f": {content}")
    paragraph.paragraph_format.keep_with_next = kind == "Table"


captions = {"Table": 0, "Figure": 0}


def table(columns, rows, content, name, total=False, first_column=False, source=None):
    caption("Table", content, name)
    grid = doc.add_table(rows=0, cols=len(columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    for r, values in enumerate([columns, *rows]):
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader" if r == 0 else "w:cantSplit"))
        for c, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(value)
            run.font.size = Pt(10)
            if c and rows[0][c].strip("%").replace(",", "").replace(".", "").isdigit():
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run.bold = r == 0 or (total and r == len(rows)) or (first_column and c == 0)
            if r == 0:
                run.font.color.rgb = RGBColor(255, 255, 255)
                shade(cell, "0B5FFF")
            elif total and r == len(rows):
                shade(cell, "E6EEFF")
    after = doc.add_paragraph()
    if source:
        run = after.add_run(f"Source: {source}")
        run.font.size, run.italic, run.font.color.rgb = Pt(9), True, GREY


def chart(categories, series, content, name, alt, title=None, height=7.5):
    """A native column chart, with the XML that python-pptx writes for it."""
    data = CategoryChartData(number_format="0.0")
    data.categories = categories
    for label, values in series.items():
        data.add_series(label, values)
    number = captions["Figure"] + 1
    space = parse_xml(ChartXmlWriter(XL_CHART_TYPE.COLUMN_CLUSTERED, data).xml.encode())
    c, a = (f"http://schemas.openxmlformats.org/drawingml/2006/{name}" for name in ("chart", "main"))
    plot = space.find(f".//{{{c}}}barChart")
    labels = (
        f'<c:dLbls xmlns:c="{c}"><c:numFmt formatCode="0.0" sourceLinked="0"/><c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
    )
    for one, color in zip(plot.findall(f"{{{c}}}ser"), ("0B5FFF", "7F8794"), strict=False):
        fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
        one.find(f"{{{c}}}tx").addnext(parse_xml(f'<c:spPr xmlns:c="{c}" xmlns:a="{a}">{fill}</c:spPr>'))
        one.find(f"{{{c}}}cat").addprevious(parse_xml(labels))

    def titled(words):
        return parse_xml(
            f'<c:title xmlns:c="{c}" xmlns:a="{a}"><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p>'
            '</c:rich></c:tx><c:overlay val="0"/></c:title>'
        )

    space.find(f".//{{{c}}}valAx/{{{c}}}majorGridlines").addnext(titled("EUR million"))
    body = space.find(f"{{{c}}}chart")
    if title:
        body.insert(0, titled(title))
        body.find(f"{{{c}}}autoTitleDeleted").set("val", "0")
    if len(series) > 1:
        legend = f'<c:legend xmlns:c="{c}"><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        body.find(f"{{{c}}}plotArea").addnext(parse_xml(legend))
    space.append(parse_xml(f'<c:externalData xmlns:c="{c}" xmlns:r="{R}" r:id="rId1"/>'))

    office = "application/vnd.openxmlformats-officedocument."
    package = doc.part.package
    workbook = Part(
        PackURI(f"/word/embeddings/chart{number}.xlsx"),
        office + "spreadsheetml.sheet",
        CategoryWorkbookWriter(data).xlsx_blob,
        package,
    )
    uri, kind = PackURI(f"/word/charts/chart{number}.xml"), office + "drawingml.chart+xml"
    part = Part(uri, kind, b"", package)
    part.relate_to(workbook, f"{R}/package")
    part._blob = etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)
    relation = doc.part.relate_to(part, f"{R}/chart")
    paragraph = doc.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run()._r.append(
        parse_xml(
            f'<w:drawing xmlns:w="{W}"><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
            f'<wp:extent cx="{Cm(16)}" cy="{Cm(height)}"/><wp:docPr id="{100 + number}" name="Chart {number}" descr="{alt}"/>'
            f'<a:graphic xmlns:a="{a}"><a:graphicData uri="{c}"><c:chart xmlns:c="{c}" xmlns:r="{R}" r:id="{relation}"/>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing>"
        )
    )
    caption("Figure", content, name)


def footnote(paragraph, content):
    """The one footnote of the document, in a part of its own."""
    notes = "".join(
        f'<w:footnote w:type="{kind}" w:id="{i}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for i, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    xml = (
        f'<w:footnotes xmlns:w="{W}">{notes}<w:footnote w:id="1"><w:p><w:r>{raised}<w:footnoteRef/></w:r>'
        f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve"> {content}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, xml.encode(), doc.part.package)
    doc.part.relate_to(part, f"{R}/footnotes")
    paragraph._p.append(parse_xml(f'<w:r xmlns:w="{W}">{raised}<w:footnoteReference w:id="1"/></w:r>'))


# Header, footer, cover, contents
def tabbed(paragraph, left, right):
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{left}\t{right}")
    return paragraph


tabbed(section.header.paragraphs[0], "Halden Cold Chain AS", "Second refrigerated warehouse in Tilburg")
footer = tabbed(section.footer.paragraphs[0], "Confidential: for members of the board", "Page ")
field(footer, "PAGE")
footer.add_run(" of ")
field(footer, "NUMPAGES")

kicker = doc.add_paragraph()
kicker.paragraph_format.space_before = Pt(160)
run = kicker.add_run("BOARD PROPOSAL")
run.bold, run.font.color.rgb = True, BLUE
doc.add_paragraph(TITLE, "Title")
doc.add_paragraph("Request to approve an investment of EUR 14.2 million", "Subtitle")
for line in (
    "Halden Cold Chain AS",
    "Marit Solberg, CFO",
    "For the board meeting of 16 December 2026",
    "22 November 2026",
):
    doc.add_paragraph(line).paragraph_format.space_after = Pt(2)
doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
run = doc.add_paragraph().add_run("Contents")
run.bold, run.font.size, run.font.color.rgb = True, Pt(17), BLUE
field(doc.add_paragraph(), 'TOC \\o "1-2" \\h \\z \\u', "Update the field to show the contents.")
update = OxmlElement("w:updateFields")
update.set(qn("w:val"), "true")
doc.settings.element.find(qn("w:compat")).addprevious(update)
doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

heading("Decision requested")
lead = text(
    "The board is asked to approve EUR 14.2 million for a second refrigerated warehouse in Tilburg, which lifts our capacity by 12,600 pallet places to 31,000 and pays back in 5.8 years."
)
lead.runs[0].font.size = Pt(13)
tiles = doc.add_table(rows=1, cols=4)
for cell, (value, label, remark) in zip(
    tiles.rows[0].cells,
    (
        ("€14.2m", "Investment", "including 0.6 contingency"),
        ("16.4%", "IRR", ""),
        ("€4.7m", "NPV at 9%", ""),
        ("5.8 years", "Payback", ""),
    ),
    strict=True,
):
    shade(cell, "E6EEFF")
    run = cell.paragraphs[0].add_run(value)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(20), BLUE
    cell.add_paragraph(label)
    if remark:
        cell.add_paragraph().add_run(remark).font.size = Pt(9)
doc.add_paragraph()
text(
    "Rotterdam is full. It runs at 97% utilisation, and in 2025 we turned away business worth EUR 2.9 million. Without new space, growth stops while our customers keep growing."
)
callout = doc.add_table(rows=1, cols=1, style="Table Grid").rows[0].cells[0]
shade(callout, "F3F6FB")
callout.paragraphs[0].add_run("Proposed resolution").bold = True
callout.add_paragraph(
    "The board approves (1) the investment of EUR 14.2 million in the Tilburg warehouse, (2) a bank loan of EUR 8.5 million at 4.9% fixed over 10 years, and (3) the use of EUR 5.7 million of own cash, and authorises the management to sign the contracts this requires."
)
doc.add_paragraph()
text("The case rests on four points:")
for point in (
    "**Demand is there.** Revenue grew from EUR 31.2 million in 2023 to 38.5 million in 2025, and EUR 2.9 million a year is refused for lack of space.",
    "**The return is sound.** An IRR of 16.4% stands well above the 9% at which the NPV is calculated.",
    "**The balance sheet carries it.** Net debt peaks at 2.6 times EBITDA in 2027, before the site opens, and falls after that.",
    "**The alternatives fall short.** None adds as much space for as long (section {ref:alternatives}).",
):
    text(point, "List Bullet")

heading("Why now: Rotterdam is full")
footnote(
    text(
        "The Rotterdam site has 18,400 pallet places and uses 97% of them. In practice this is the limit: the remaining 3% is needed to turn stock around."
    ),
    "Assumption of the author; the share needed for turnaround is to be confirmed by operations.",
)
chart(
    ["2023", "2024", "2025"],
    {"Revenue": [31.2, 34.8, 38.5]},
    "Revenue 2023 to 2025, EUR million",
    "fig_revenue",
    "Column chart of revenue: 31.2 in 2023, 34.8 in 2024 and 38.5 EUR million in 2025",
    title="Revenue has grown by about 11% a year",
    height=6.5,
)
text(
    "{ref:fig_revenue} shows growth of 11.5% in 2024 and 10.6% in 2025. The volume turned away in 2025, EUR 2.9 million, equals 7.5% of that year’s revenue. It is business we had won and could not store."
)
heading("What Tilburg adds", 2)
table(
    ["Site", "Pallet places", "Share of total"],
    [["Rotterdam", "18,400", "59%"], ["Tilburg", "12,600", "41%"], ["Total", "31,000", "100%"]],
    "Capacity with Tilburg",
    "tab_capacity",
    total=True,
)
text("Capacity grows by 68%. A second site also ends our dependence on a single building.")

heading("The investment")
text("The investment is EUR 14.2 million. Building and refrigeration make up 73% of it ({ref:tab_investment}).")
table(
    ["Item", "EUR million", "Share"],
    [
        ["Land", "2.1", "15%"],
        ["Building", "6.4", "45%"],
        ["Refrigeration", "3.9", "27%"],
        ["Automation", "1.2", "8%"],
        ["Contingency", "0.6", "4%"],
        ["Total", "14.2", "100%"],
    ],
    "Investment by item",
    "tab_investment",
    total=True,
    source="Management estimate. Shares are rounded.",
)
text("The contingency of EUR 0.6 million is 4.4% of the other items.")
heading("Financing", 2)
text(
    "Our house bank has offered a term sheet for EUR 8.5 million, fixed at 4.9% for 10 years. The rest, EUR 5.7 million, comes from own cash."
)
table(
    ["Source", "EUR million", "Share", "Terms"],
    [
        ["Bank loan", "8.5", "60%", "4.9% fixed, 10 years"],
        ["Own cash", "5.7", "40%", "From existing funds"],
        ["Total", "14.2", "100%", ""],
    ],
    "Financing",
    "tab_financing",
    total=True,
)
text("Net debt peaks at 2.6 times EBITDA in 2027, when construction is under way and the site earns nothing yet.")

heading("Financial case")
text(
    "With Tilburg, revenue grows from EUR 38.5 million in 2025 to 56.0 million in 2029, and EBITDA from 6.9 to 12.6 million. The effect shows from 2028, the year of commissioning."
)
chart(
    ["2025", "2026", "2027", "2028", "2029"],
    {"Revenue": [38.5, 40.1, 44.6, 51.3, 56.0], "EBITDA": [6.9, 7.0, 7.4, 10.3, 12.6]},
    "Revenue and EBITDA with Tilburg, EUR million",
    "fig_plan",
    "Column chart of revenue and EBITDA with Tilburg, 2025 to 2029",
)
table(
    ["EUR million", "2025 actual", "2026 plan", "2027 plan", "2028 plan", "2029 plan"],
    [
        ["Revenue", "38.5", "40.1", "44.6", "51.3", "56.0"],
        ["Growth", "10.6%", "4.2%", "11.2%", "15.0%", "9.2%"],
        ["EBITDA", "6.9", "7.0", "7.4", "10.3", "12.6"],
        ["EBITDA margin", "17.9%", "17.5%", "16.6%", "20.1%", "22.5%"],
    ],
    "Plan with Tilburg",
    "tab_plan",
    first_column=True,
    source="Management plan. Growth and margin calculated from it.",
)
text(
    "The margin dips to 16.6% in 2027, the year before commissioning, and rises to 22.5% in 2029 as the new places fill. On this plan the investment pays back in 5.8 years, at an IRR of 16.4% and an NPV of EUR 4.7 million at 9%."
)

heading("Alternatives considered", name="alternatives")
text(
    "We examined three alternatives. None of them solves the shortage of space at a reasonable cost and for long enough ({ref:tab_alternatives})."
)
table(
    ["Option", "Pallet places", "Cost", "Cost per place", "Assessment"],
    [
        ["Tilburg (proposed)", "12,600", "EUR 14.2m", "EUR 1,127", "Adds most space at the lowest cost per place"],
        ["Extend Rotterdam", "4,200", "EUR 9.8m", "EUR 2,333", "Land lease ends 2034"],
        ["Rent third-party space", "Not specified", "EUR 1.9m a year", "–", "Lasting cost, no asset of our own"],
        ["Do nothing", "0", "0", "–", "EUR 2.9m a year stays turned away"],
    ],
    "Options compared",
    "tab_alternatives",
    first_column=True,
    source="Cost per place: investment divided by pallet places added.",
)
for option, content in (
    (
        "Extend Rotterdam",
        "An extension costs EUR 9.8 million for 4,200 places. Each place costs about twice as much as in Tilburg, and the land lease ends in 2034. Whatever we build would have to be earned back by then, and a single site remains.",
    ),
    (
        "Rent third-party space",
        "Renting costs EUR 1.9 million a year and can start quickly. Over ten years that is EUR 19 million without an asset at the end. It remains an option to bridge the time until commissioning.",
    ),
    (
        "Do nothing",
        "At 97% utilisation the company cannot grow. The EUR 2.9 million turned away in 2025 would remain lost, and customers who have to look for other providers may take their existing volume along.",
    ),
):
    heading(option, 2)
    text(content)

heading("Timeline")
text("From approval to full operation it takes 21 months.")
table(
    ["Milestone", "Date", "What it means"],
    [
        ["Approval by the board", "16 December 2026", "Contracts can be signed"],
        ["Permit", "April 2027", "Condition for construction"],
        ["Construction start", "June 2027", "First large payments"],
        ["Commissioning", "May 2028", "First pallets stored"],
        ["Full operation", "September 2028", "All 12,600 places in use or on offer"],
    ],
    "Milestones",
    "tab_milestones",
    first_column=True,
)

heading("Risks and next steps")
text(
    "Three risks matter most: a late permit, building costs above the contingency of EUR 0.6 million, and a slower take-up of the new places than planned."
)
text("If the board approves, the management will:")
for step in (
    "sign the loan agreement on the terms of the term sheet,",
    "secure the land and file for the permit,",
    "invite final offers for building and refrigeration, and",
    "report to the board on cost and schedule every quarter.",
):
    text(step, "List Number")
signatures = doc.add_table(rows=1, cols=2)
for cell, lines in zip(
    signatures.rows[0].cells,
    (("For the management", "Marit Solberg", "CFO"), ("For the board", "[name]", "Chair")),
    strict=True,
):
    cell.text = "\n\n\n______________________________\nPlace, date, signature"
    for line in lines:
        cell.add_paragraph(line)

doc.save("board_proposal.docx")
