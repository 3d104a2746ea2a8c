"""A board report, parts of it in a language of long words."""

from __future__ import annotations

from typing import Any

from tests.golden.documents.golden import Golden

REPORT: list[dict[str, Any]] = [
    {
        "layout": "cover", "title": "Board report: third quarter 2026", "byline": "22 October 2026 · Office of the CFO",
        "subtitle": "Growth has returned, margins follow from the first quarter",
    },
    {"layout": "agenda", "title": "What we will decide today", "items": ["Results", "Growth", "The northern plant"]},
    {
        "layout": "key_messages", "title": "We beat the plan on revenue, and the margin gap closes with two measures",
        "items": [
            {"title": "Revenue grew 12% to €48.2m", "text": "Services grew 21%; hardware was flat."},
            {"title": "Gross margin fell 1.4 points to 38.1%", "text": ("Freight and copper explain four fifths "
                "of the fall.")},
            {"title": "We ask for €6.5m for the northern plant", "text": "Payback is 3.1 years in the base case."},
        ],
    },
    {
        "layout": "metrics", "title": "Only the gross margin is behind its target",
        "source": "Management accounts",
        "metrics": [
            {"label": "Revenue", "value": "€48.2m", "change": "+12%", "status": "good", "icon": "trending-up"},
            {"label": "Gross margin", "value": "38.1%", "change": "−1.4 pp vs plan", "status": "bad"},
            {"label": "Net retention", "value": "108%", "change": "+2 pp vs Q2", "status": "good"},
        ],
        "takeaway": "Freight contracts bring back **0.9 points** from January on.",
    },
    {
        "layout": "chart", "title": "Services have carried growth for six quarters running",
        "source": "Management accounts",
        "chart": {
            "kind": "stacked_column", "categories": ["Q4 25", "Q1 26", "Q2 26", "Q3 26"], "number_format": "0.0",
            "series": [
                {"name": "Hardware", "values": [28.0, 28.2, 28.6, 28.9]},
                {"name": "Services", "values": [16.4, 17.0, 18.1, 19.3]},
            ],
        },
        "points": ["Services: **+24%** in a year", "Hardware is flat in a falling market"],
        "notes": "Start with services.",
    },
    {
        "layout": "chart", "title": "Price and mix more than make up for freight",
        "chart": {
            "kind": "waterfall", "categories": ["2025", "Price", "Mix", "Freight", "2026"], "totals": ["2025", "2026"],
            "series": [{"name": "EBIT", "values": [4.1, 0.9, 0.6, -0.5, None]}], "number_format": "0.0",
        },
    },
    {
        "layout": "table", "title": "The investment pays back in every case we looked at",
        "table": {
            "columns": ["Case", "Investment", "Payback (years)", "IRR"], "total_row": True,
            "rows": [
                ["Base case", "€6.5m", "3.1", "24%"], ["Volumes 15% lower", "€6.5m", "4.4", "15%"],
                ["Weighted", "€6.5m", "3.6", "20%"],
            ],
        },
    },
    {
        "layout": "process", "title": "Vom Aufsichtsratsbeschluss bis zur Inbetriebnahme vergehen dreißig Monate",
        "items": [
            {"title": "Beschluss", "text": "Gesellschafter und Aufsichtsrat", "icon": "check"},
            {"title": "Genehmigung", "text": "Immissionsschutzrechtliche Prüfung", "icon": "file-text"},
            {"title": "Inbetriebnahme", "text": "Probebetrieb ab Oktober", "icon": "rocket"},
        ],
    },
    {
        "layout": "matrix", "title": "Zwei Risiken brauchen sofort Aufmerksamkeit",
        "x_axis": "Eintrittswahrscheinlichkeit", "y_axis": "Auswirkung", "highlight": 2,
        "quadrants": [
            {"heading": "Vorbereiten", "points": ["Insolvenz des Generalunternehmers"]},
            {"heading": "Handeln", "points": ["Genehmigungsverzögerung", "Fachkräftemangel"]},
            {"heading": "Beobachten", "points": ["Strompreis"]},
            {"heading": "Steuern", "points": ["Materialkosten"]},
        ],
    },
    {"layout": "closing", "title": "Thank you", "lines": ["Next meeting: 3 December 2026"]},
]  # fmt: skip

BOARD_REPORT = Golden(
    steps=[{"op": "set_deck", "footer": "Nordwerk AG"}, {"op": "write_slides", "slides": REPORT}],
    pages=10,
    says=("Immissionsschutzrechtliche", "+0.9", "0.9 points", "Weighted"),
    holds={"slides": 10, "charts": 2, "tables": 1, "notes": 1, "pictures": 0},
)
