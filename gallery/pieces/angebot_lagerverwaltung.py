# ruff: noqa: E501 - texts as their author wrote them
"""A German offer: letter head with logo, scope, schedule, price table, terms, and lines to sign on."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_RED, _GREY = "#8C1D40", "#55606E"


def _logo() -> bytes:
    """Three bars of a rack beside a letter's height of grey, as a PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (360, 120), (255, 255, 255, 0))
    draw = ImageDraw.Draw(picture)
    for row, (left, right) in enumerate([(0, 210), (70, 280), (0, 350)]):
        top = 6 + row * 40
        draw.rectangle((0, top, 350, top + 24), fill=_GREY + "33")
        draw.rectangle((left, top, right, top + 24), fill=_RED)
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _p(text: str, style: str = "body") -> dict[str, Any]:
    return {"type": "paragraph", "text": text, "style": style}


OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_document", "title": "Angebot 2026-0417: Lagerverwaltungssystem", "author": "Weserlogik Systemhaus GmbH",
     "company": "Weserlogik Systemhaus GmbH", "language": "de-DE", "numbered_headings": True, "heading_font": "Cambria"},
    {"op": "set_header_footer", "header": {"logo": "brand", "right": "Angebot 2026-0417 · 9. November 2026"},
     "footer": {"left": "Weserlogik Systemhaus GmbH · Konsul-Smidt-Straße 14 · 28217 Bremen", "right": "Seite {page} von {pages}"}},
    {"op": "write", "blocks": [
        _p("Einführung eines Lagerverwaltungssystems", "title"),
        _p("Angebot für die Hanseatische Kühlhausgesellschaft mbH, Bremerhaven", "subtitle"),
        {"type": "table", "style": "plain", "columns": [{"header": "Auftraggeberin", "width": 38}, {"header": "Ansprechpartner", "width": 27}, {"header": "Angebot", "width": 35}],
         "rows": [["Hanseatische Kühlhausgesellschaft mbH", "Dr. Henrike Voß-Petersen", "Nr. 2026-0417 vom 9. November 2026"],
                  ["Am Lunedeich 112, 27572 Bremerhaven", "Jannis Oltmanns, Weserlogik", "Gültig bis 31. Januar 2027"]]},
        _p("Sie lagern an drei Standorten 41.000 Paletten Tiefkühlware und steuern sie mit Papierlisten und einer Eigenentwicklung aus dem Jahr 2009. Wir führen in acht Monaten ein System ein, das jede Palette kennt und ihren Weg lückenlos nachweist.", "lead"),
        {"type": "metrics", "items": [
            {"value": "197.200 €", "label": "Festpreis, netto", "note": "inklusive Hardware"},
            {"value": "8 Monate", "label": "Projektlaufzeit", "note": "Start am 1. Februar 2027"},
            {"value": "–46 %", "label": "Kommissionierzeit", "note": "je Auftrag, im Mittel"},
            {"value": "17 Monate", "label": "Amortisation", "note": "bei heutigem Volumen"}]},
    ]},
    {"op": "write", "heading": "Ausgangslage und Ziele", "label": "ziele", "blocks": [
        _p("In der Bestandsaufnahme vom September haben wir 1.240 Aufträge ausgewertet und zwei Schichten begleitet. Drei Befunde bestimmen das Vorhaben:"),
        {"type": "list", "kind": "bullet", "items": [
            "**Suchzeiten:** Ein Drittel der Kommissionierzeit vergeht mit der Suche nach Paletten, deren Stellplatz nicht oder falsch verzeichnet ist.",
            "**Mindesthaltbarkeitsüberwachung:** Die Reihenfolge nach Mindesthaltbarkeitsdatum wird von Hand eingehalten; 2025 wurden Waren im Wert von 184.000 € abgeschrieben.",
            "**Temperaturdokumentation:** Messwerte der Kühlleittechnik und Palettenbewegungen liegen in getrennten Systemen. Der Nachweis für eine Charge dauert im Mittel zwei Arbeitstage."]},
        {"type": "chart", "kind": "bar", "categories": ["Wareneingang je Palette", "Kommissionierung je Auftrag", "Warenausgangsprüfung", "Chargenrückverfolgung"],
         "series": [{"name": "Heute", "values": [6.5, 23.4, 9.8, 15.0]}, {"name": "Nach der Einführung", "values": [3.8, 12.6, 4.1, 1.5]}],
         "number_format": "0.0", "data_labels": True, "height_cm": 4.7,
         "alt_text": "Balken der Bearbeitungszeiten heute und nach der Einführung; die Kommissionierung fällt von 23,4 auf 12,6 Minuten",
         "caption": "Bearbeitungszeiten heute und nach der Einführung, in Minuten", "label": "zeiten",
         "source": "Quelle: Bestandsaufnahme September 2026; Zielwerte aus vier vergleichbaren Einführungen"},
    ]},
    {"op": "write", "heading": "Leistungsumfang", "label": "umfang", "blocks": [
        _p("Die Leistung gliedert sich in sechs Arbeitspakete. Jedes endet mit einem Ergebnis, das Sie abnehmen."),
        {"type": "table", "columns": [{"header": "Arbeitspaket", "width": 28}, {"header": "Ergebnis", "width": 52}, {"header": "Zeitraum 2027", "width": 20}],
         "rows": [["Prozessaufnahme und Feinkonzept", "Abgestimmtes Feinkonzept mit Stellplatzstrategie und Berechtigungskonzept", "Februar – März"],
                  ["Systemeinrichtung und Stammdatenmigration", "Eingerichtetes System mit 18.400 geprüften Artikelstammdaten", "März – Mai"],
                  ["Schnittstellen", "Bidirektionale Anbindung von Warenwirtschaft und Kühlleittechnik", "April – Juni"],
                  ["Funkdatenübertragung und Scannerarbeitsplätze", "38 tiefkühltaugliche Handgeräte, Funkausleuchtung aller drei Hallen", "Mai – Juni"],
                  ["Schulung", "64 geschulte Mitarbeiterinnen und Mitarbeiter, Schulungsunterlagen auf Deutsch und Polnisch", "Juli"],
                  ["Inbetriebnahme und Hochlaufbegleitung", "Umstellung je Standort an einem Wochenende, vier Wochen Begleitung vor Ort", "August – September"]],
         "first_column": True, "caption": "Arbeitspakete und Ergebnisse", "label": "pakete"},
        {"type": "callout", "tone": "note", "title": "Nicht enthalten",
         "text": "Bauliche Maßnahmen, Netzwerkverkabelung außerhalb der Hallen sowie Lizenzgebühren der Warenwirtschaft. Die Softwarepflege ist in Abschnitt {ref:verguetung} gesondert ausgewiesen."},
    ]},
    {"op": "write", "heading": "Vergütung", "label": "verguetung", "blocks": [
        _p("Wir bieten die Leistung zum Festpreis an. Die Personentage sind zur Nachvollziehbarkeit angegeben; Mehraufwand in den beschriebenen Paketen geht zu unseren Lasten.^[Reisekosten innerhalb von 100 km um Bremerhaven sind enthalten.]"),
        {"type": "table", "style": "banded", "columns": [{"header": "Pos.", "width": 7}, {"header": "Leistung", "width": 46}, {"header": "Personentage", "width": 15}, {"header": "Tagessatz", "width": 14, "align": "right"}, {"header": "Betrag (netto)", "width": 18}],
         "rows": [["1", "Prozessaufnahme und Feinkonzept", "24", "1.180 €", "28.320 €"], ["2", "Systemeinrichtung und Stammdatenmigration", "38", "1.180 €", "44.840 €"],
                  ["3", "Schnittstellen", "31", "1.240 €", "38.440 €"], ["4", "Funkdatenübertragung und Scannerarbeitsplätze", "–", "pauschal", "52.600 €"],
                  ["5", "Schulung", "12", "980 €", "11.760 €"], ["6", "Inbetriebnahme und Hochlaufbegleitung", "18", "1.180 €", "21.240 €"],
                  ["", "Festpreis, netto", "123", "", "197.200 €"]],
         "total_row": True, "caption": "Preisübersicht", "label": "preise",
         "source": "Zuzüglich 19 % Umsatzsteuer (37.468 €), zusammen 234.668 €. Softwarepflege ab der Abnahme: 1.480 € im Monat, netto."},
        {"type": "heading", "text": "Zahlungsplan", "level": 2},
        {"type": "table", "columns": [{"header": "Fällig", "width": 62}, {"header": "Anteil", "width": 14}, {"header": "Betrag (netto)", "width": 24}],
         "rows": [["Bei Auftragserteilung", "30 %", "59.160 €"], ["Nach Abnahme der Systemeinrichtung (Position 2)", "40 %", "78.880 €"], ["Nach Gesamtabnahme", "30 %", "59.160 €"], ["Summe", "100 %", "197.200 €"]],
         "total_row": True},
    ]},
    {"op": "write", "heading": "Bedingungen", "label": "bedingungen", "blocks": [
        {"type": "list", "kind": "clause", "items": [
            "Die Auftraggeberin benennt eine Projektleitung mit mindestens zwei Tagen je Woche und stellt die Artikelstammdaten bis zum 26. Februar 2027 bereit.",
            "Für jedes Arbeitspaket gilt eine Abnahmefrist von zehn Arbeitstagen. Äußert sich die Auftraggeberin nicht, gilt das Ergebnis als abgenommen.",
            "Die Gewährleistungsfrist beträgt 24 Monate ab Gesamtabnahme. Wir reagieren auf betriebsverhindernde Fehler binnen zwei Stunden, an allen Tagen.",
            "Verzögert sich die Inbetriebnahme aus Gründen, die wir zu vertreten haben, mindert sich der Festpreis um 0,5 % je Woche, höchstens um 5 %.",
            "Es gelten unsere Allgemeinen Geschäftsbedingungen für Softwareeinführungsprojekte, Stand Januar 2026, soweit dieses Angebot nichts anderes bestimmt."]},
    ]},
    {"op": "write", "heading": "Annahme", "blocks": [
        _p("Mit der Unterschrift nimmt die Auftraggeberin das Angebot 2026-0417 in allen Teilen an. Wir freuen uns auf die Zusammenarbeit."),
        {"type": "signatures", "parties": [
            {"party": "Hanseatische Kühlhausgesellschaft mbH", "name": "Dr. Henrike Voß-Petersen", "role": "Geschäftsführerin"},
            {"party": "Weserlogik Systemhaus GmbH", "name": "Jannis Oltmanns", "role": "Prokurist"}]},
    ]},
]  # fmt: skip

PIECE = Piece(
    name="angebot-lagerverwaltung",
    format="word",
    title="Offer, in German",
    prompt=(
        "Angebot der Weserlogik Systemhaus GmbH an die Hanseatische Kühlhausgesellschaft über die Einführung eines "
        "Lagerverwaltungssystems: Ausgangslage, Leistungsumfang, Zeitplan, Festpreis mit Preistabelle und Zahlungsplan, "
        "Bedingungen, Unterschriften. Drei bis vier Seiten, sachlich."
    ),
    native="Numbered headings and clauses, captions and references in German, a chart with its data, price table, footnote, lines to sign on.",
    operations=OPERATIONS,
    look=Look(primary_color=_RED, secondary_color=_GREY, font="Calibri", logo=_logo()),
    width_px=700,
    across=3,
)
