from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

doc = Document()
doc.core_properties.title = "Arbeitsvertrag"
doc.core_properties.subject = "Unbefristeter Arbeitsvertrag Jonas Reimers"
doc.core_properties.language = "de-DE"
section = doc.sections[0]
section.page_width, section.page_height = Cm(21), Cm(29.7)
section.left_margin = section.right_margin = Cm(2.5)
normal = doc.styles["Normal"]
normal.font.name, normal.font.size = "Calibri", Pt(11)
normal.paragraph_format.space_after = Pt(6)
language = OxmlElement("w:lang")
language.set(qn("w:val"), "de-DE")
normal.element.get_or_add_rPr().append(language)
for name, size in (("Title", 22), ("Heading 1", 14)):
    style = doc.styles[name]
    style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor(0x1F, 0x3A, 0x5F)


def field(paragraph, code):
    for kind, text in (("begin", None), (None, code), ("separate", None), ("end", None)):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def tabbed(paragraph, left, right):
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(16), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run(f"{left}\t{right}")
    return paragraph


tabbed(section.header.paragraphs[0], "Arbeitsvertrag", "Nordwind Feinmechanik GmbH")
footer = tabbed(section.footer.paragraphs[0], "Jonas Reimers", "Seite ")
field(footer, "PAGE")
footer.add_run(" von ")
field(footer, "NUMPAGES")


def numbering():
    """One multilevel list: 1. for headings, (1) for clauses, a) for their parts."""
    part = doc.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "90")
    for level, (form, text, left) in enumerate(
        (("decimal", "%1.", 0), ("decimal", "(%2)", 567), ("lowerLetter", "%3)", 1134))
    ):
        lvl = OxmlElement("w:lvl")
        lvl.set(qn("w:ilvl"), str(level))
        for tag, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text), ("w:lvlJc", "left")):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            lvl.append(child)
        properties, indent = OxmlElement("w:pPr"), OxmlElement("w:ind")
        indent.set(qn("w:left"), str(left or 567))
        indent.set(qn("w:hanging"), "567")
        properties.append(indent)
        lvl.append(properties)
        abstract.append(lvl)
    part.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "90")
    reference = OxmlElement("w:abstractNumId")
    reference.set(qn("w:val"), "90")
    number.append(reference)
    part.append(number)


def numbered(paragraph, level):
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = 90


def clauses(heading, items, bookmark=None):
    title = doc.add_heading(heading, 1)
    numbered(title, 0)
    if bookmark:
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), "1")
        start.set(qn("w:name"), bookmark)
        title._p.insert(1, start)
        title._p.append(end)
    for item in items:
        level, text = item if isinstance(item, tuple) else (0, item)
        paragraph = doc.add_paragraph()
        numbered(paragraph, level + 1)
        before, _, after = text.partition("{kuendigung}")
        paragraph.add_run(before)
        if after:
            field(paragraph, "REF kuendigung \\r \\h")
            paragraph.add_run(after)


numbering()
doc.add_paragraph("Unbefristeter Arbeitsvertrag", "Title")
doc.add_paragraph("zwischen")
paragraph = doc.add_paragraph()
paragraph.add_run("Nordwind Feinmechanik GmbH").bold = True
paragraph.add_run(", Hafenstraße 12, 24103 Kiel, vertreten durch die Geschäftsführerin Anke Petersen")
doc.add_paragraph("– nachfolgend „Arbeitgeberin“ –").alignment = WD_ALIGN_PARAGRAPH.RIGHT
doc.add_paragraph("und")
paragraph = doc.add_paragraph()
paragraph.add_run("Jonas Reimers").bold = True
paragraph.add_run(", Holtenauer Straße 88, 24105 Kiel")
doc.add_paragraph("– nachfolgend „Arbeitnehmer“ –").alignment = WD_ALIGN_PARAGRAPH.RIGHT
doc.add_paragraph("wird folgender Vertrag geschlossen:")

clauses(
    "Beginn, Tätigkeit und Arbeitsort",
    [
        "Das Arbeitsverhältnis beginnt am 1. Februar 2027 und wird auf unbestimmte Zeit geschlossen.",
        "Der Arbeitnehmer wird als Konstruktionsingenieur eingestellt. Zu seinen Aufgaben gehören insbesondere:",
        (1, "die Konstruktion feinmechanischer Baugruppen einschließlich der technischen Dokumentation,"),
        (1, "die Abstimmung mit Fertigung, Qualitätssicherung und Kunden,"),
        (1, "die Betreuung von Prototypen bis zur Serienreife."),
        "Die Arbeitgeberin kann dem Arbeitnehmer eine andere gleichwertige und zumutbare Tätigkeit zuweisen, die seinen Fähigkeiten entspricht. Das Entgelt bleibt davon unberührt.",
        "Arbeitsort ist Kiel.",
    ],
)
clauses(
    "Probezeit und Kündigung",
    [
        "Die ersten sechs Monate gelten als Probezeit. In dieser Zeit kann das Arbeitsverhältnis von beiden Seiten mit einer Frist von zwei Wochen gekündigt werden (§ 622 Abs. 3 BGB).",
        "Nach der Probezeit beträgt die Kündigungsfrist für beide Seiten drei Monate zum Monatsende. Verlängert sich die Frist für die Arbeitgeberin aus gesetzlichen Gründen, gilt die längere Frist auch für den Arbeitnehmer.",
        "Die Kündigung bedarf der Schriftform (§ 623 BGB); die elektronische Form ist ausgeschlossen. Das Recht zur außerordentlichen Kündigung bleibt unberührt.",
        "Will der Arbeitnehmer geltend machen, dass eine Kündigung unwirksam ist, muss er innerhalb von drei Wochen nach Zugang der schriftlichen Kündigung Klage beim Arbeitsgericht erheben (§ 4 KSchG).",
        "Das Arbeitsverhältnis endet ohne Kündigung mit Ablauf des Monats, in dem der Arbeitnehmer die Regelaltersgrenze der gesetzlichen Rentenversicherung erreicht.",
    ],
    bookmark="kuendigung",
)
clauses(
    "Arbeitszeit und mobiles Arbeiten",
    [
        "Die regelmäßige Arbeitszeit beträgt 38,5 Stunden pro Woche ohne Pausen. Lage und Verteilung richten sich nach den betrieblichen Regelungen.",
        "Der Arbeitnehmer kann an zwei Tagen pro Woche mobil arbeiten. Die Tage werden mit der Führungskraft abgestimmt; dringende betriebliche Gründe können im Einzelfall Anwesenheit erfordern.",
        "Überstunden werden nur vergütet oder durch Freizeit ausgeglichen, wenn sie angeordnet oder gebilligt wurden. Die Höchstgrenzen des Arbeitszeitgesetzes sind einzuhalten.",
    ],
)
clauses(
    "Vergütung",
    [
        "Der Arbeitnehmer erhält ein Bruttogehalt von 4.850 Euro monatlich, zahlbar zum Monatsende auf ein von ihm benanntes Konto.",
        "Mit dem Novembergehalt wird ein 13. Monatsgehalt in Höhe von 4.850 Euro brutto gezahlt. Im Ein- und Austrittsjahr wird es anteilig für jeden vollen Beschäftigungsmonat gewährt.",
    ],
)
table = doc.add_table(rows=0, cols=3, style="Light Grid Accent 1")
for row in (
    ("Bestandteil", "Betrag brutto", "Fälligkeit"),
    ("Monatsgehalt", "4.850 €", "zum Monatsende"),
    ("13. Gehalt", "4.850 €", "mit dem Novembergehalt"),
    ("Jahresgehalt (13 Gehälter)", "63.050 €", ""),
):
    for cell, text in zip(table.add_row().cells, row, strict=True):
        cell.text = text
for cell in (*table.rows[0].cells, *table.rows[-1].cells):
    for run in cell.paragraphs[0].runs:
        run.bold = True
doc.add_paragraph("Vergütung bei ganzjähriger Beschäftigung", "Caption")
clauses(
    "Urlaub",
    [
        "Der Arbeitnehmer hat Anspruch auf 30 Arbeitstage Urlaub im Kalenderjahr bei einer Fünftagewoche. Darin ist der gesetzliche Mindesturlaub von 20 Arbeitstagen enthalten.",
        "Mit der Gewährung wird zunächst der gesetzliche Urlaub erfüllt. Der darüber hinausgehende Urlaub verfällt mit Ablauf des 31. März des Folgejahres, auch wenn er wegen Krankheit nicht genommen werden konnte.",
        "Im Übrigen gilt das Bundesurlaubsgesetz.",
    ],
)
clauses(
    "Arbeitsverhinderung und Krankheit",
    [
        "Der Arbeitnehmer zeigt jede Arbeitsverhinderung und ihre voraussichtliche Dauer unverzüglich an.",
        "Dauert eine Erkrankung länger als drei Kalendertage, lässt er die Arbeitsunfähigkeit spätestens am darauffolgenden Arbeitstag ärztlich feststellen. Die Entgeltfortzahlung richtet sich nach dem Entgeltfortzahlungsgesetz.",
    ],
)
clauses(
    "Nebentätigkeit",
    [
        "Jede entgeltliche Nebentätigkeit ist der Arbeitgeberin vor ihrer Aufnahme in Textform anzuzeigen.",
        "Sie bedarf der Zustimmung, soweit berechtigte Interessen der Arbeitgeberin berührt sein können. Die Zustimmung ist zu erteilen, wenn solche Interessen nicht entgegenstehen.",
    ],
)
clauses(
    "Geheimhaltung",
    [
        "Der Arbeitnehmer bewahrt über Geschäftsgeheimnisse im Sinne des § 2 Nr. 1 GeschGehG sowie über vertrauliche Angelegenheiten der Arbeitgeberin Stillschweigen, auch nach dem Ende des Arbeitsverhältnisses. Dazu gehören insbesondere:",
        (1, "Konstruktionszeichnungen, Berechnungen und Fertigungsverfahren,"),
        (1, "Kunden-, Lieferanten- und Preisdaten."),
        "Die Pflicht gilt nicht für Informationen, die allgemein bekannt sind oder deren Offenlegung gesetzlich vorgeschrieben oder nach § 5 GeschGehG erlaubt ist.",
        "Bei Beendigung des Arbeitsverhältnisses gibt der Arbeitnehmer alle Unterlagen, Daten und Arbeitsmittel zurück.",
    ],
)
clauses(
    "Arbeitsergebnisse",
    [
        "Alle Rechte an Arbeitsergebnissen, die der Arbeitnehmer in Erfüllung seiner Aufgaben schafft, stehen der Arbeitgeberin zu. Soweit Urheberrechte entstehen, räumt er ihr das ausschließliche, zeitlich und räumlich unbeschränkte Nutzungsrecht ein.",
        "Für Erfindungen und technische Verbesserungsvorschläge gilt das Gesetz über Arbeitnehmererfindungen.",
    ],
)
clauses(
    "Datenschutz",
    [
        "Der Arbeitnehmer verarbeitet personenbezogene Daten nur nach Weisung der Arbeitgeberin und wahrt das Datengeheimnis, auch nach dem Ende des Arbeitsverhältnisses.",
        "Die Arbeitgeberin verarbeitet die Daten des Arbeitnehmers zur Durchführung des Arbeitsverhältnisses nach der DSGVO und dem BDSG. Die Informationen nach Art. 13 DSGVO erhält er mit diesem Vertrag.",
    ],
)
clauses(
    "Ausschlussfrist",
    [
        "Ansprüche aus dem Arbeitsverhältnis verfallen, wenn sie nicht innerhalb von drei Monaten nach Fälligkeit gegenüber der anderen Seite in Textform geltend gemacht werden.",
        "Das gilt nicht für Ansprüche aus vorsätzlicher Pflichtverletzung, aus der Verletzung von Leben, Körper oder Gesundheit sowie für Ansprüche, die kraft Gesetzes unverzichtbar sind, insbesondere auf den gesetzlichen Mindestlohn.",
    ],
)
clauses(
    "Schlussbestimmungen",
    [
        "Auf das Arbeitsverhältnis finden folgende Tarifverträge, Betriebs- oder Dienstvereinbarungen Anwendung: [von der Arbeitgeberin zu ergänzen oder „keine“].",
        "Änderungen und Ergänzungen bedürfen der Textform; der Vorrang individueller Abreden (§ 305b BGB) bleibt unberührt. Die Kündigung regelt Ziffer {kuendigung}.",
        "Sollte eine Bestimmung unwirksam sein, bleiben die übrigen wirksam.",
    ],
)

doc.add_paragraph("Beide Seiten haben eine unterzeichnete Ausfertigung dieses Vertrags erhalten.")
signatures = doc.add_table(rows=1, cols=2)
for cell, lines in zip(
    signatures.rows[0].cells,
    (
        ("Arbeitgeberin", "Anke Petersen", "Geschäftsführerin, Nordwind Feinmechanik GmbH"),
        ("Arbeitnehmer", "Jonas Reimers", ""),
    ),
    strict=True,
):
    cell.text = "\n\n\n______________________________\nOrt, Datum, Unterschrift"
    for line in lines:
        cell.add_paragraph(line)

doc.save("employment_contract_german.docx")
