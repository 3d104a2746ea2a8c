"""A transformation proposal for a municipal utility, in German, in a quiet brand with serif headlines."""

from __future__ import annotations

from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_LAGE: list[dict[str, Any]] = [
    {
        "layout": "cover",
        "title": "Netz 2030: Anschlüsse in dreißig Tagen",
        "subtitle": "Vorschlag zur Neuausrichtung des Netzbetriebs der Stadtwerke Lindenau",
        "byline": "Vorlage für den Aufsichtsrat, 12. November 2026",
    },
    {
        "layout": "agenda",
        "title": "Worüber wir heute entscheiden",
        "items": [
            "Ausgangslage: 94 Tage bis zum Anschluss",
            "Zielbild 2030 und die fünf Hebel",
            "Fahrplan, Kosten und Nutzen",
            "Beschlussvorschlag",
        ],
        "notes": "Fünf Minuten je Punkt, zwanzig für den Beschluss.",
    },
    {
        "layout": "key_messages",
        "title": "Der Netzbetrieb kann bis 2030 dreimal so schnell und 11 Mio. € günstiger werden",
        "items": [
            {
                "title": "Ein Netzanschluss dauert 94 Tage, bei den Besten 28",
                "text": "Fast die Hälfte der Zeit wartet der Antrag auf eine Übergabe zwischen Abteilungen.",
            },
            {
                "title": "Fünf Hebel verkürzen die Dauer auf 30 Tage",
                "text": "Der größte ist die digitale Netzprüfung: Sie ersetzt 80 % der Einzelberechnungen.",
            },
            {
                "title": "Der Umbau kostet 14,2 Mio. € und trägt sich ab dem vierten Jahr",
                "text": "Ab 2030 sinken die jährlichen Betriebskosten um 11,0 Mio. €.",
            },
        ],
        "source": "Prozessanalyse Netz, Januar bis September 2026",
        "notes": "Die Zahlen sind mit dem Betriebsrat und der kaufmännischen Leitung abgestimmt.",
    },
    {
        "layout": "chart",
        "title": "Wir brauchen dreimal so lange wie die besten Netzbetreiber unserer Größe",
        "chart": {
            "kind": "bar",
            "categories": ["Hafenstadt", "Seenland", "Mittelwert der Branche", "Bergtal", "Lindenau"],
            "series": [{"name": "Tage bis zum Anschluss", "values": [28, 35, 61, 72, 94]}],
            "number_format": "0",
            "highlight": ["Lindenau"],
        },
        "points": [
            "**94 Tage** vom Antrag bis zum Zähler, gesetzlich erlaubt sind 56",
            "Wärmepumpen und Ladesäulen haben die Anträge **seit 2022 verdreifacht**",
            "Jede zweite Beschwerde betrifft die Wartezeit",
        ],
        "source": "Branchenvergleich Netzanschluss 2025, 38 Netzbetreiber",
        "notes": "Hafenstadt und Seenland haben dieselbe Software wie wir; der Unterschied ist der Ablauf.",
    },
    {
        "layout": "columns",
        "title": "Drei Ursachen erklären fast die gesamte Wartezeit",
        "columns": [
            {
                "heading": "Übergaben",
                "points": ["Sieben Abteilungen je Antrag", "Keine sieht den ganzen Vorgang", "41 von 94 Tagen"],
            },
            {
                "heading": "Einzelprüfung",
                "points": ["Jeder Anschluss wird von Hand gerechnet", "Netzdaten in vier Systemen", "27 von 94 Tagen"],
            },
            {
                "heading": "Tiefbau",
                "points": ["Aufträge einzeln vergeben", "Genehmigung erst nach der Zusage", "19 von 94 Tagen"],
            },
        ],
        "source": "Prozessanalyse Netz; die übrigen 7 Tage sind reine Bearbeitung",
    },
    {
        "layout": "process",
        "title": "Künftig führt ein Team den Antrag vom Eingang bis zum Zähler",
        "items": [
            {"title": "Antrag", "text": "Portal prüft die Angaben sofort auf Vollständigkeit", "icon": "file-text"},
            {"title": "Netzprüfung", "text": "Digitaler Zwilling antwortet in Minuten", "icon": "cpu"},
            {"title": "Zusage", "text": "Verbindlicher Termin innerhalb von drei Tagen", "icon": "calendar"},
            {"title": "Anschluss", "text": "Tiefbau und Zähler in einem Einsatz", "icon": "plug"},
        ],
    },
]

_WEG: list[dict[str, Any]] = [
    {
        "layout": "metrics_chart",
        "title": "Die Dauer sinkt jedes Jahr, weil jeder Hebel für sich wirkt",
        "metrics": [
            {"label": "Tage bis zum Anschluss", "value": "30", "change": "heute 94", "status": "good"},
            {"label": "Anschlüsse im Jahr", "value": "6.400", "change": "heute 3.900", "status": "good"},
            {"label": "Kosten je Anschluss", "value": "1.150 €", "change": "heute 1.980 €", "status": "good"},
        ],
        "chart": {
            "kind": "column",
            "categories": ["2026", "2027", "2028", "2029", "2030"],
            "series": [{"name": "Tage bis zum Anschluss", "values": [94, 78, 56, 41, 30]}],
            "number_format": "0",
            "highlight": ["2030"],
        },
        "source": "Planung Netz 2030; oben Zielwerte für 2030, unten Tage bis zum Anschluss",
    },
    {
        "layout": "cards",
        "title": "Fünf Hebel und eine Steuerung, jeweils mit einer verantwortlichen Person",
        "items": [
            {"title": "Anschlussteam", "text": "Ein Team je Stadtbezirk, von Antrag bis Zähler", "icon": "users"},
            {"title": "Digitaler Zwilling", "text": "Niederspannung bis 2028 vollständig erfasst", "icon": "network"},
            {"title": "Kundenportal", "text": "Antrag, Termin und Stand in einer Ansicht", "icon": "monitor"},
            {"title": "Rahmenverträge", "text": "Tiefbau in Losen statt einzeln", "icon": "clipboard-check"},
            {"title": "Qualifizierung", "text": "120 Beschäftigte, vier Lernpfade", "icon": "graduation-cap"},
            {"title": "Steuerung", "text": "Wöchentliche Runde mit einer einzigen Zahl: Tagen", "icon": "target"},
        ],
    },
    {
        "layout": "roadmap",
        "title": "Die ersten Bezirke arbeiten schon im Sommer 2027 nach dem neuen Ablauf",
        "periods": ["H1 27", "H2 27", "H1 28", "H2 28", "H1 29", "H2 29"],
        "lanes": [
            {
                "name": "Anschlussteam",
                "bars": [
                    {"title": "Pilot Nord", "first": 1, "last": 2},
                    {"title": "Alle sechs Bezirke", "first": 3, "last": 5},
                ],
            },
            {
                "name": "Digitaler Zwilling",
                "bars": [
                    {"title": "Datenaufnahme", "first": 1, "last": 3},
                    {"title": "Automatische Prüfung", "first": 4, "last": 6},
                ],
            },
            {
                "name": "Kundenportal",
                "bars": [
                    {"title": "Antrag", "first": 1, "last": 1},
                    {"title": "Terminwahl", "first": 2, "last": 3},
                    {"title": "Installateure angebunden", "first": 4, "last": 5},
                ],
            },
            {
                "name": "Rahmenverträge",
                "bars": [
                    {"title": "Ausschreibung", "first": 1, "last": 2},
                    {"title": "Vier Lose in Betrieb", "first": 3, "last": 6},
                ],
            },
            {"name": "Qualifizierung", "bars": [{"title": "Vier Lernpfade, je 30 Plätze", "first": 2, "last": 6}]},
        ],
        "source": "Programmplanung, Stand Oktober 2026",
    },
    {
        "layout": "chart",
        "title": "Ab 2030 kostet der Netzbetrieb 11 Mio. € weniger im Jahr",
        "chart": {
            "kind": "waterfall",
            "categories": ["2026", "Tarife, Preise", "Mehr Anträge", "Prüfung", "Übergaben", "Tiefbau", "2030"],
            "totals": ["2026", "2030"],
            "series": [{"name": "Betriebskosten", "values": [58, 5, 4, -9, -7, -4, None]}],
            "number_format": "0",
        },
        "points": [
            "Ohne Umbau stiegen die Kosten auf **67 Mio. €**",
            "Die Hebel bringen **20 Mio. €**, netto bleiben 11 Mio. €",
        ],
        "source": "Kaufmännische Leitung; Betriebskosten in Mio. €",
        "notes": "Mehr Anträge: plus 64 Prozent bis 2030, im Branchenmittel ebenso.",
    },
    {
        "layout": "table",
        "title": "14,2 Mio. € Umbaukosten, sechzig Prozent davon in den ersten zwei Jahren",
        "table": {
            "columns": ["Mio. €", "2027", "2028", "2029", "2030", "Summe"],
            "rows": [
                ["Digitaler Zwilling", "1,9", "1,6", "1,1", "0,4", "5,0"],
                ["Kundenportal", "1,2", "0,9", "0,6", "0,3", "3,0"],
                ["Qualifizierung", "0,5", "0,8", "0,8", "0,5", "2,6"],
                ["Programm und Reserve", "0,7", "0,9", "1,0", "1,0", "3,6"],
                ["Umbaukosten", "4,3", "4,2", "3,5", "2,2", "14,2"],
            ],
            "total_row": True,
        },
        "source": "Wirtschaftsplan 2027 bis 2030, Entwurf",
    },
    {
        "layout": "quote",
        "quote": "Ich will nicht wissen, welche Abteilung meinen Antrag hat. Ich will wissen, wann der Strom kommt.",
        "name": "Bäckermeisterin aus Lindenau-Süd",
        "role": "Kundengespräch im Mai 2026",
    },
    {
        "layout": "closing",
        "title": "Beschlussvorschlag",
        "lines": [
            "Freigabe von 8,5 Mio. € für 2027 und 2028",
            "Start des Piloten Nord zum 1. März 2027",
            "Bericht an den Aufsichtsrat in jedem Quartal",
        ],
        "notes": "Die übrigen 5,7 Mio. € werden mit dem Wirtschaftsplan 2029 beantragt.",
    },
]

PIECE = Piece(
    name="netz-2030",
    format="slides",
    title="Transformation proposal, in German",
    prompt="Vorschlag für den Aufsichtsrat: Netzanschlüsse in 30 statt 94 Tagen, mit Fahrplan, Kosten und Beschluss",
    native="Spell-checked as German, sources labelled “Quelle”; roadmap and process are shapes, the figures charts.",
    look=Look(primary_color="#00594F", secondary_color="#D9822B", font="Calibri"),
    operations=[
        {
            "op": "set_deck",
            "title": "Netz 2030",
            "footer": "Stadtwerke Lindenau · Netz 2030",
            "language": "de-DE",
        },
        {"op": "restyle_deck", "heading_font": "Cambria"},
        {"op": "write_slides", "slides": _LAGE},
        {"op": "write_slides", "slides": _WEG},
    ],
)
