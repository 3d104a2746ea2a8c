# ruff: noqa: E501 - texts as their author wrote them
"""Realistic documents, as the operations a writer would make, for looking at and for tests that read them back."""

from __future__ import annotations

from typing import Any

P = "paragraph"


def paragraph(text: str, style: str = "body") -> dict[str, Any]:
    return {"type": P, "text": text, "style": style}


BOARD_REPORT: list[dict[str, Any]] = [
    {"op": "set_document", "title": "Board report, third quarter 2026", "author": "Office of the CFO",
     "company": "Norholm Logistics", "language": "en-GB"},
    {"op": "set_cover", "kicker": "Board report", "title": "Third quarter 2026",
     "subtitle": "Performance, outlook and decisions asked of the board", "logo": "brand",
     "details": ["**Norholm Logistics plc**", "Prepared by the Office of the CFO", "14 October 2026 · Confidential"]},
    {"op": "set_header_footer", "header": {"left": "Norholm Logistics", "right": "Board report Q3 2026"},
     "footer": {"left": "Confidential", "right": "Page {page} of {pages}"}},
    {"op": "write", "heading": "Executive summary", "label": "summary", "blocks": [
        paragraph("Revenue grew 12% to €184.2 million and operating margin recovered to 9.1%, ahead of plan for the "
                  "second quarter in a row. Cash conversion stayed above 95%.", "lead"),
        {"type": "metrics", "items": [
            {"value": "€184.2m", "label": "Revenue", "note": "+12% on last year"},
            {"value": "9.1%", "label": "Operating margin", "note": "+1.4 pp"},
            {"value": "97%", "label": "Cash conversion"},
            {"value": "4,310", "label": "Employees", "note": "+86 in the quarter"}]},
        paragraph("Growth came from contract logistics, where two large customers moved their **northern "
                  "distribution** to us; see {ref:revenue} and {ref:segments}. Freight forwarding shrank with the market, "
                  "although *margins held*.^[Rates on the Asia–Europe lane fell by 31% year on year, volumes by 6%.] "
                  "The outlook for the year is raised to €720–735 million [@outlook]."),
        {"type": "callout", "title": "Decisions asked of the board", "text":
            "Approve €28 million for the Gothenburg hub (section {ref:hub}).\n"
            "Approve the interim dividend of €0.42 per share."},
        {"type": "list", "kind": "bullet", "items": [
            "Contract logistics: revenue up 21%, margin 10.4%",
            {"text": "Two new sites opened, both at planned utilisation within eight weeks", "level": 1},
            {"text": "Staff turnover fell to 11%", "level": 1},
            "Freight forwarding: revenue down 4%, gross profit per shipment up 3%",
            "Road: network density improved, but fuel costs are not fully passed on"]}]},
    {"op": "write", "heading": "Financial performance", "blocks": [
        paragraph("All figures are unaudited and stated at constant currency. The comparison is with the third quarter of "
                  "2025 unless it says otherwise."),
        {"type": "heading", "text": "Revenue and margin", "level": 2},
        {"type": "chart", "kind": "column", "title": "Revenue by quarter", "y_title": "€ million", "categories":
            ["Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26"],
         "series": [{"name": "Contract logistics", "values": [71.2, 73.9, 76.0, 80.4, 84.1, 88.7, 92.0]},
                    {"name": "Freight forwarding", "values": [52.3, 53.1, 54.8, 56.0, 51.9, 52.2, 52.6]},
                    {"name": "Road", "values": [33.0, 33.2, 33.7, 36.1, 35.8, 38.4, 39.6]}],
         "number_format": "#,##0", "alt_text": "Columns of revenue by quarter for three segments; contract logistics grows",
         "caption": "Revenue by segment and quarter", "label": "revenue",
         "source": "Source: management accounts, October 2026"},
        paragraph("Operating margin rose for the fourth quarter in a row. The mix towards contract logistics explains about "
                  "two thirds of the rise, productivity in the warehouses the rest."),
        {"type": "table", "columns": [{"header": "€ million"}, {"header": "Q3 2026"}, {"header": "Q3 2025"},
                                      {"header": "Change"}, {"header": "Plan"}],
         "rows": [["Contract logistics", "92.0", "76.0", "+21%", "88.5"], ["Freight forwarding", "52.6", "54.8", "−4%", "53.0"],
                  ["Road", "39.6", "33.7", "+18%", "38.0"], ["Revenue", "184.2", "164.5", "+12%", "179.5"]],
         "total_row": True, "caption": "Revenue by segment", "label": "segments",
         "source": "Source: management accounts; plan as approved in December 2025"},
        {"type": "heading", "text": "Cash flow and balance sheet", "level": 2},
        paragraph("Net debt fell to 1.1 times EBITDA. The return on capital employed follows from "
                  "{math:ROCE = \\frac{EBIT}{CE}} and stands at 14.2%, as {ref:wacc} shows for the cost of capital."),
        {"type": "equation", "latex": "WACC = \\frac{E}{V} r_e + \\frac{D}{V} r_d (1 - t)", "label": "wacc"},
        {"type": "chart", "kind": "doughnut", "categories": ["Hubs", "Fleet", "IT", "Maintenance"],
         "series": [{"name": "Share", "values": [46, 24, 18, 12]}], "data_labels": True, "number_format": '0"%"',
         "alt_text": "Doughnut of investment: hubs 46, fleet 24, IT 18, maintenance 12 per cent", "height_cm": 6.5,
         "caption": "Investment by purpose, first nine months"}]},
    {"op": "write", "heading": "Investment: Gothenburg hub", "label": "hub", "blocks": [
        paragraph("The hub replaces three leased warehouses and pays back in 5.2 years at an internal rate of return of 17%."),
        {"type": "quote", "text": "We would move our whole Nordic flow to one site if you build it next to the port.",
         "attribution": "Head of supply chain, largest customer"},
        {"type": "heading", "text": "Risks", "level": 2},
        {"type": "table", "style": "banded", "columns": [
            {"header": "Risk", "width": 22}, {"header": "Likelihood", "width": 14}, {"header": "Effect", "width": 14},
            {"header": "What we do", "width": 50}],
         "rows": [["Building permit is delayed", "Medium", "6 months", "The permit was filed in June; the option on the "
                   "leased site runs to 2028"],
                  ["Steel prices rise", "Low", "€1.5m", "Price fixed with the contractor for 70% of the volume"],
                  ["Anchor customer leaves", "Low", "IRR 9%", "Ten-year contract with minimum volumes, signed in August"]],
         "caption": "Main risks of the project"},
        {"type": "callout", "tone": "warning", "text": "The option on the land ends on 31 December 2026."},
        {"type": "heading", "text": "Next steps", "level": 2},
        {"type": "list", "kind": "number", "items": ["Board approval", "Contract with the general contractor",
                                                     {"text": "Fixed price for shell and core", "level": 1},
                                                     {"text": "Option on the second phase", "level": 1}, "Ground breaking in March"]},
        {"type": "list", "kind": "check", "items": [{"text": "Soil survey", "checked": True}, "Financing agreed", "Permit"]}]},
    {"op": "write", "heading": "Outlook", "blocks": [
        paragraph("We expect revenue of €720–735 million and an operating margin of 8.8–9.2% for the year. Analysts see "
                  "the market growing by 3% [@market]."),
        {"type": "chart", "kind": "line", "categories": ["2022", "2023", "2024", "2025", "2026e"], "number_format": "0.0%",
         "series": [{"name": "Operating margin", "values": [0.061, 0.068, 0.072, 0.081, 0.091]},
                    {"name": "Peers", "values": [0.07, 0.071, 0.069, 0.072, 0.074]}],
         "alt_text": "Lines of operating margin, ours above peers since 2024", "caption": "Operating margin against peers",
         "data_labels": True}]},
    {"op": "set_references", "sources": [
        {"key": "market", "text": "Transport Intelligence, *European Contract Logistics 2026*, London 2026."},
        {"key": "outlook", "text": "Norholm Logistics, [Trading update](https://example.com/update), 2 October 2026."}]},
    {"op": "add_toc", "levels": 2},
    {"op": "set_watermark", "text": "DRAFT"},
]  # fmt: skip

CONTRACT_DE: list[dict[str, Any]] = [
    {"op": "set_document", "title": "Rahmendienstleistungsvertrag", "language": "de-DE", "numbered_headings": True,
     "author": "Rechtsabteilung"},
    {"op": "set_header_footer", "header": {"left": "Rahmendienstleistungsvertrag", "right": "Entwurf vom 3. November 2026"},
     "footer": {"center": "Seite {page} von {pages}"}},
    {"op": "write", "blocks": [
        {"type": "paragraph", "style": "lead", "text": "zwischen der **Donaudampfschifffahrtsgesellschaft mbH** (Auftraggeberin) "
         "und der **Nordlicht Softwareentwicklungs-GmbH** (Auftragnehmerin)"}]},
    {"op": "write", "heading": "Vertragsgegenstand", "label": "gegenstand", "blocks": [
        {"type": "list", "kind": "clause", "items": [
            "Die Auftragnehmerin erbringt Softwareentwicklungs- und Wartungsdienstleistungen nach Maßgabe der "
            "jeweiligen Einzelbeauftragung.",
            {"text": "Einzelbeauftragungen bedürfen der Textform;", "level": 1},
            {"text": "sie gehen diesem Vertrag im Zweifel vor.", "level": 1},
            {"text": "Ausgenommen sind Haftungsbeschränkungen.", "level": 2},
            "Allgemeine Geschäftsbedingungen der Parteien gelten nicht."]}]},
    {"op": "write", "heading": "Vergütung", "blocks": [
        {"type": "list", "kind": "clause", "items": [
            "Die Vergütung richtet sich nach {ref:saetze}.", "Reisekosten werden nach dem Bundesreisekostengesetz erstattet."]},
        {"type": "table", "columns": [{"header": "Qualifikationsstufe"}, {"header": "Tagessatz (netto)"},
                                      {"header": "Überstundenzuschlag"}],
         "rows": [["Softwarearchitektin", "1.180 €", "25 %"], ["Anwendungsentwickler", "960 €", "25 %"],
                  ["Qualitätssicherungsbeauftragte", "820 €", "20 %"]], "style": "grid", "caption": "Tagessätze",
         "label": "saetze"}]},
    {"op": "write", "heading": "Haftung und Datenschutz", "blocks": [
        {"type": "heading", "text": "Haftungsbeschränkung", "level": 2},
        {"type": "paragraph", "text": "Bei leicht fahrlässiger Verletzung wesentlicher Vertragspflichten ist die Haftung auf den "
         "vertragstypischen, vorhersehbaren Schaden begrenzt, siehe {ref:gegenstand}.^[BGH, Urteil vom 27. September 2000, "
         "VIII ZR 155/99.]"},
        {"type": "heading", "text": "Auftragsverarbeitung", "level": 2},
        {"type": "paragraph", "text": "Soweit personenbezogene Daten verarbeitet werden, schließen die Parteien eine "
         "Auftragsverarbeitungsvereinbarung nach Art. 28 DSGVO."}]},
    {"op": "write", "heading": "Schlussbestimmungen", "blocks": [
        {"type": "list", "kind": "clause", "items": ["Es gilt deutsches Recht.", "Gerichtsstand ist Passau."]},
        {"type": "signatures", "parties": [
            {"party": "Donaudampfschifffahrtsgesellschaft mbH", "name": "Dr. Annegret Hübschmann", "role": "Geschäftsführerin"},
            {"party": "Nordlicht Softwareentwicklungs-GmbH", "name": "Jörg Weißenfels", "role": "Geschäftsführer"}]}]},
]  # fmt: skip
