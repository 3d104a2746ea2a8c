"""A board's quarterly review of an industrial company, in the default palette."""

from __future__ import annotations

from typing import Any

from gallery.piece import Piece

_ACCOUNTS = "Group management accounts, unaudited"
_QUARTERS = ["Q4 24", "Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26"]

_RESULTS: list[dict[str, Any]] = [
    {
        "layout": "cover",
        "title": "Third-quarter review 2026",
        "subtitle": "Orders carry the year; the margin gap is known, owned and half closed",
        "byline": "Supervisory Board, 22 October 2026",
        "notes": "Forty minutes: five on results, fifteen on the margin plan, twenty on the Gdańsk decision.",
    },
    {
        "layout": "key_messages",
        "title": "Growth is ahead of plan, margin is behind it, and one decision is due today",
        "items": [
            {
                "title": "Revenue grew 8.8% to €148.2m, the seventh quarter with more orders than sales",
                "text": "Service grew 20% and Water 10%; Process fell 3% on two postponed chemical projects.",
            },
            {
                "title": "EBIT margin is 10.9%, 1.1 points short of budget",
                "text": "Copper and castings cost €3.6m more than a year ago; price rises recovered two thirds of it.",
            },
            {
                "title": "Three measures close the gap by the second quarter of 2027",
                "text": "Copper clauses, a freight tender and the new test bench are worth 1.2 points of margin.",
            },
            {
                "title": "We ask the board to release €24.0m for the assembly plant in Gdańsk",
                "text": "It pays back in 5.6 years in the base case and in 7.3 years if volumes stay flat.",
            },
        ],
        "source": _ACCOUNTS,
        "notes": "Lead with the decision. Results were circulated a week ago; take questions only.",
    },
    {
        "layout": "metrics",
        "title": "Five of six targets are met; only the EBIT margin is behind budget",
        "metrics": [
            {
                "label": "Order intake",
                "value": "€171.4m",
                "change": "+20.6% vs Q3 25",
                "status": "good",
                "icon": "trending-up",
            },
            {"label": "Revenue", "value": "€148.2m", "change": "+8.8% vs Q3 25", "status": "good", "icon": "factory"},
            {"label": "EBIT margin", "value": "10.9%", "change": "−1.1 pp vs budget", "status": "bad", "icon": "gauge"},
            {
                "label": "Operating cash flow",
                "value": "€18.9m",
                "change": "+25% vs Q3 25",
                "status": "good",
                "icon": "wallet",
            },
            {
                "label": "Net debt / EBITDA",
                "value": "1.4×",
                "change": "1.7× a year ago",
                "status": "good",
                "icon": "scale",
            },
            {
                "label": "Delivered on time",
                "value": "94.2%",
                "change": "+2.6 pp vs target",
                "status": "good",
                "icon": "truck",
            },
        ],
        "source": _ACCOUNTS,
        "notes": "On-time delivery is the number customers quote back to us; it was 88% in the spring.",
    },
    {
        "layout": "chart",
        "title": "Orders have outrun revenue for seven quarters, so 2027 starts with a full book",
        "chart": {
            "kind": "line",
            "categories": _QUARTERS,
            "series": [
                {"name": "Order intake", "values": [128.4, 131.0, 138.7, 142.1, 146.9, 152.3, 163.0, 171.4]},
                {"name": "Revenue", "values": [130.2, 126.9, 133.4, 136.2, 141.3, 138.7, 144.1, 148.2]},
            ],
            "number_format": "0.0",
            "y_title": "€ million",
        },
        "points": [
            "Book-to-bill reached **1.16** in the third quarter",
            "Backlog of **€426m** covers 8.6 months of sales",
            "Framework contracts with utilities are two thirds of Water's orders",
        ],
        "source": _ACCOUNTS,
    },
    {
        "layout": "chart",
        "title": "Price and productivity recovered most, not all, of what materials and wages cost us",
        "chart": {
            "kind": "waterfall",
            "categories": [
                "EBIT Q3 25",
                "Volume",
                "Price and mix",
                "Materials",
                "Freight, energy",
                "Wages",
                "Productivity",
                "EBIT Q3 26",
            ],
            "totals": ["EBIT Q3 25", "EBIT Q3 26"],
            "series": [{"name": "EBIT", "values": [15.8, 3.1, 2.4, -3.6, -1.3, -1.9, 1.7, 16.2]}],
            "number_format": "0.0",
        },
        "source": f"{_ACCOUNTS}; € million",
        "notes": "Materials: copper €1.9m, castings €1.7m.",
    },
    {
        "layout": "table",
        "title": "Service earns more than half of the profit on less than a third of the revenue",
        "table": {
            "columns": ["€ million", "Orders", "Revenue", "Q3 25", "Change", "EBIT", "EBIT margin"],
            "rows": [
                ["Water", "78.6", "64.1", "58.2", "+10.1%", "6.0", "9.4%"],
                ["Process", "45.9", "40.3", "41.6", "−3.1%", "2.1", "5.2%"],
                ["Service", "46.9", "43.8", "36.4", "+20.3%", "9.6", "21.9%"],
                ["Central functions", "–", "–", "–", "–", "−1.5", "–"],
                ["Group", "171.4", "148.2", "136.2", "+8.8%", "16.2", "10.9%"],
            ],
            "total_row": True,
            "highlight_column": 7,
        },
        "source": _ACCOUNTS,
        "notes": "Process: two chemical projects moved from Q3 26 to Q1 27, together €6.2m.",
    },
    {
        "layout": "two_charts",
        "title": "Three of five euros of EBIT now come from pumps we sold years ago",
        "headings": ["Revenue by segment, Q3 26", "EBIT margin by segment, Q3 26"],
        "charts": [
            {
                "kind": "doughnut",
                "categories": ["Water", "Process", "Service"],
                "series": [{"name": "Revenue", "values": [64.1, 40.3, 43.8]}],
                "highlight": ["Service"],
            },
            {
                "kind": "bar",
                "categories": ["Service", "Water", "Process"],
                "series": [{"name": "EBIT margin", "values": [0.219, 0.094, 0.052]}],
                "number_format": "0.0%",
                "highlight": ["Service"],
            },
        ],
        "source": _ACCOUNTS,
    },
]

_DECISION: list[dict[str, Any]] = [
    {
        "layout": "roadmap",
        "title": "Three measures bring the margin to 12% by the second quarter of 2027",
        "periods": ["Q4 26", "Q1 27", "Q2 27", "Q3 27"],
        "lanes": [
            {
                "name": "Pricing: +0.5 pp",
                "bars": [
                    {"title": "Copper clause in new offers", "first": 1, "last": 1},
                    {"title": "Framework contracts renegotiated", "first": 2, "last": 3},
                ],
            },
            {
                "name": "Freight: +0.3 pp",
                "bars": [
                    {"title": "Tender, two carriers per lane", "first": 1, "last": 2},
                    {"title": "Rail instead of road to Genoa", "first": 3, "last": 4},
                ],
            },
            {
                "name": "Testing: +0.4 pp",
                "bars": [
                    {"title": "Bench installed", "first": 1, "last": 2},
                    {"title": "Third shift no longer needed", "first": 3, "last": 4},
                ],
            },
        ],
        "source": "Margin office; effect on EBIT margin once in full force",
    },
    {
        "layout": "section",
        "number": "2",
        "title": "Decision: assembly in Gdańsk",
        "subtitle": "€24.0m over three years, for 40% more capacity where most orders come from",
    },
    {
        "layout": "comparison",
        "title": "Our own plant costs more on day one and earns €4.8m a year more from 2031",
        "options": [
            {
                "heading": "Own plant in Gdańsk",
                "points": [
                    "€24.0m over three years, €8.9m saved a year",
                    "Capacity of 1,400 pumps a month by 2029",
                    "Know-how and test data stay with us",
                ],
            },
            {
                "heading": "Contract assembly",
                "points": [
                    "No investment, €4.1m saved a year",
                    "Capacity shared with two competitors",
                    "Five-year minimum volume, indexed to wages",
                ],
            },
        ],
        "preferred": 1,
        "verdict": "The extra €4.8m a year repays the investment in five years of full operation.",
        "source": "Business case V4, reviewed by internal audit in September 2026",
    },
    {
        "layout": "chart",
        "title": "The investment is back in 2032 and has earned €12.1m by the end of 2033",
        "chart": {
            "kind": "combo",
            "categories": ["2027", "2028", "2029", "2030", "2031", "2032", "2033"],
            "series": [
                {"name": "Cash flow of the year", "values": [-9.0, -10.5, -1.9, 6.8, 8.9, 8.9, 8.9]},
                {
                    "name": "Cumulative",
                    "values": [-9.0, -19.5, -21.4, -14.6, -5.7, 3.2, 12.1],
                    "as_line": True,
                },
            ],
            "number_format": "0.0",
        },
        "source": "Business case V4, base case; € million before financing",
    },
    {
        "layout": "matrix",
        "title": "Two risks need an owner on the board before the first contract is signed",
        "x_axis": "Likelihood",
        "y_axis": "Damage",
        "quadrants": [
            {"heading": "Prepare", "points": ["Permit for the paint shop is contested", "Main contractor fails"]},
            {
                "heading": "Act now",
                "points": [
                    "Too few welders: agreement with the technical school by December",
                    "Zloty gains more than 6%: hedge the first two years",
                ],
            },
            {"heading": "Watch", "points": ["Rail siding is finished late"]},
            {"heading": "Manage", "points": ["Steel price", "Energy price in winter"]},
        ],
        "highlight": 2,
        "source": "Risk committee, 9 October 2026",
        "notes": "Proposed owners: Dr. Lindqvist for the welders, the chief financial officer for the hedge.",
    },
    {
        "layout": "closing",
        "title": "We ask the board for three decisions",
        "lines": [
            "Release €24.0m for Gdańsk, in three tranches",
            "Name Dr. Lindqvist as sponsor of the margin plan",
            "Hedge the zloty for 2027 and 2028",
        ],
        "notes": "Tranche two is released only if the permit is final. Next meeting: 10 December 2026.",
    },
]

PIECE = Piece(
    name="board-review",
    format="slides",
    title="Board review of an industrial company",
    prompt="Quarterly review for our supervisory board: results, margin bridge, risks, the decision on Gdańsk",
    native="Every chart opens its workbook under Edit Data; table, footers, numbers and notes are PowerPoint's own.",
    operations=[
        {"op": "set_deck", "title": "Halden Pumps: board review Q3 2026", "footer": "Halden Pumps · Board Q3 2026"},
        {"op": "write_slides", "slides": _RESULTS},
        {"op": "write_slides", "slides": _DECISION},
    ],
)
