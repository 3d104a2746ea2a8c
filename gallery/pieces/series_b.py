"""A start-up's pitch for its Series B, statement-led, in a loud brand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_STORY: list[dict[str, Any]] = [
    {
        "layout": "cover",
        "title": "The battery is already in the building",
        "subtitle": "Flexible power from cold stores. Series B, €18m",
        "byline": "October 2026, confidential",
        "image": "waves",
        "notes": "Open with the Rotterdam story: a warehouse that was paid €41,000 in January for being cold early.",
    },
    {
        "layout": "statement",
        "title": "Europe throws away wind power every night while its freezers run at noon",
        "detail": "A cold store holds its temperature for six hours without power. Nobody sells that patience.",
        "source": "Own measurements at 214 sites, 2024 to 2026",
    },
    {
        "layout": "big_number",
        "title": "Electricity is the one cost a cold store can still move",
        "number": "31%",
        "label": "of a cold store's running costs is electricity, twice the share of 2019",
        "points": [
            "**Spot prices swing** by a factor of four between noon and 3 a.m.",
            "**Grid fees** reward those who can wait",
            "**Operators** have neither the staff nor the software to act on it",
        ],
        "source": "European Cold Chain Survey 2025, 412 operators",
    },
    {
        "layout": "process",
        "title": "We move the cooling, never the temperature",
        "items": [
            {"title": "Sense", "text": "Our box reads compressors and core temperatures every second", "icon": "gauge"},
            {"title": "Predict", "text": "A model of each room knows how long it stays cold", "icon": "brain"},
            {
                "title": "Trade",
                "text": "We buy cheap hours and sell flexibility to the grid",
                "icon": "banknote",
            },
            {"title": "Share", "text": "The operator keeps 70% of what is earned, we keep 30%", "icon": "handshake"},
        ],
        "notes": "Installation takes one day and no downtime. Food safety always wins: the controller fails to cold.",
    },
    {
        "layout": "chart",
        "title": "Recurring revenue has grown 3.4 times in a year",
        "chart": {
            "kind": "stacked_column",
            "categories": ["Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26"],
            "series": [
                {"name": "Savings share", "values": [1.2, 1.5, 1.9, 2.5, 3.2]},
                {"name": "Grid services", "values": [0.4, 0.6, 1.0, 1.5, 2.2]},
            ],
            "number_format": '"€"0.0"m"',
        },
        "points": [
            "**€5.4m** of annual recurring revenue, from €1.6m",
            "Grid services are the faster half: **5.5 times** in a year",
            "No customer has left since 2024",
        ],
        "source": "Annualised recurring revenue at quarter end, audited to Q2 26",
        "notes": "Savings share is contracted for five years; grid services are re-priced every quarter.",
    },
    {
        "layout": "metrics",
        "title": "Every site earns its hardware back before the first winter ends",
        "metrics": [
            {"label": "Sites live", "value": "214", "change": "+131 in twelve months", "status": "good"},
            {"label": "Net retention", "value": "138%", "change": "+17 pp vs Q3 25", "status": "good"},
            {"label": "Gross margin", "value": "78%", "change": "+6 pp vs Q3 25", "status": "good"},
            {"label": "Payback of a site", "value": "9 mo", "change": "14 months a year ago", "status": "good"},
        ],
        "takeaway": "A site brings **€25,000** of recurring revenue a year and costs us **€14,600** once.",
        "source": "Company data, Q3 26",
    },
    {
        "layout": "funnel",
        "title": "6,200 sites are within reach of the team we have",
        "items": [
            {"title": "Refrigerated sites in the EU", "label": "€1.7bn", "text": "68,000 sites at €25,000 a year"},
            {"title": "Larger than 250 kW", "label": "€475m", "text": "19,000 sites where one box pays back in a year"},
            {"title": "In our five countries", "label": "€155m", "text": "6,200 sites with dynamic grid fees today"},
        ],
        "source": "Eurostat 2025, national grid registers, own estimate",
        "notes": "Do not promise the EU-wide number: fees differ by country.",
    },
]

_ASK: list[dict[str, Any]] = [
    {
        "layout": "table",
        "title": "Others sell dashboards, batteries or advice; we are paid only when it works",
        "table": {
            "columns": ["", "Fernlight", "Energy consultants", "Battery leasing", "Building software"],
            "rows": [
                ["Investment by the operator", "None", "€20k", "€400k", "€60k"],
                ["Controls the compressors", "Yes", "No", "No", "Partly"],
                ["Trades on power markets", "Yes", "No", "Yes", "No"],
                ["Paid by results", "Yes", "No", "No", "No"],
                ["Time to first saving", "1 day", "9 months", "12 months", "6 months"],
            ],
            "highlight_column": 2,
        },
        "source": "Public price lists and customer interviews, 2026",
    },
    {
        "layout": "quote",
        "quote": "We were paid to do nothing for six hours, and the fish did not notice.",
        "name": "Marieke de Vries",
        "role": "Head of operations, Noordzee Koelhuizen",
    },
    {
        "layout": "team",
        "title": "We have run grids, freezers and trading floors before",
        "people": [
            {
                "name": "Ada Okafor",
                "role": "Chief executive",
                "text": "Built demand response at a Nordic grid operator",
            },
            {"name": "Jonas Weber", "role": "Chief technology officer", "text": "15 years of refrigeration controls"},
            {"name": "Inès Carvalho", "role": "Chief operating officer", "text": "Rolled out 3,000 retail sites"},
            {"name": "Tom Lindgren", "role": "Head of trading", "text": "Ran a 2 GW intraday desk"},
        ],
    },
    {
        "layout": "timeline",
        "title": "Eighteen months take us from 214 sites to a thousand",
        "items": [
            {"label": "Q4 2026", "title": "Round closes", "text": "Hire the Lyon and Milan teams"},
            {"label": "Q2 2027", "title": "400 sites", "text": "Box 3 at two thirds of today's cost"},
            {"label": "Q4 2027", "title": "700 sites", "text": "Licence to trade in France and Italy"},
            {"label": "Q2 2028", "title": "1,000 sites", "text": "€25m of recurring revenue, cash positive"},
        ],
        "source": "Board plan, September 2026",
    },
    {
        "layout": "chart",
        "title": "€18m buys a thousand sites and positive cash flow",
        "chart": {
            "kind": "doughnut",
            "categories": ["Engineering", "Sales and partners", "Hardware stock", "Operations"],
            "series": [{"name": "Use of funds", "values": [8.1, 5.4, 2.7, 1.8]}],
        },
        "points": [
            "**€8.1m** Engineering: Box 3 and two new markets",
            "**€5.4m** Sales and partners: 14 people, two channel contracts",
            "**€2.7m** Hardware stock for 180 sites at a time",
            "**€1.8m** Operations and reserve",
        ],
        "source": "Board plan, September 2026",
        "notes": "The plan is cash positive at 960 sites.",
    },
    {
        "layout": "closing",
        "title": "Come and see a freezer earn money",
        "lines": ["Ada Okafor, ada@fernlight.example", "Data room open until 30 November 2026"],
        "notes": "Offer the visit in Rotterdam on 12 November.",
    },
]


def _waves() -> Mapping[str, bytes]:
    """A picture of layered waves, from night to ice."""
    from PIL import Image, ImageDraw, ImageFilter

    width, height, scale = 1036, 1372, 2
    picture = Image.new("RGB", (width * scale, height * scale))
    draw = ImageDraw.Draw(picture)
    top, bottom = (24, 12, 74), (58, 30, 150)
    for y in range(height * scale):
        share = y / (height * scale)
        draw.line([(0, y), (width * scale, y)], fill=_between(top, bottom, share))
    glow = Image.new("L", picture.size, 0)
    middle = (width * scale * 0.62, height * scale * 0.30)
    radius = width * scale * 0.17
    ImageDraw.Draw(glow).ellipse(
        [middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius], fill=255
    )
    small = glow.resize((width // 4, height // 4)).filter(ImageFilter.GaussianBlur(21))
    halo = small.resize(picture.size, Image.Resampling.BICUBIC).point(lambda value: value * 0.75)
    picture.paste(Image.new("RGB", picture.size, (0, 214, 178)), mask=halo)
    picture.paste(Image.new("RGB", picture.size, (224, 255, 247)), mask=glow)
    layers = 9
    for number in range(layers):
        share = number / (layers - 1)
        color = _between((70, 44, 190), (0, 196, 166), share) if number < layers - 1 else (13, 8, 48)
        base = height * scale * (0.46 + 0.062 * number)
        points = []
        for x in range(0, width * scale + 8, 8):
            turn = x / (width * scale) * 2 * math.pi
            swing = math.sin(turn * (0.7 + 0.09 * number) + number * 1.3) * 0.030
            ripple = math.sin(turn * (1.9 - 0.07 * number) + number * 2.1) * 0.012
            points.append((x, base + (swing + ripple) * height * scale))
        draw = ImageDraw.Draw(picture)
        draw.polygon(
            [*points, (width * scale, height * scale), (0, height * scale)], fill=_between(color, bottom, 0.15)
        )
    buffer = BytesIO()
    picture.resize((width, height), Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=88)
    return {"waves": buffer.getvalue()}


def _between(first: tuple[int, int, int], second: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


PIECE = Piece(
    name="series-b",
    format="slides",
    title="Series B pitch of a start-up",
    prompt="Pitch deck for our €18m Series B: flexible power from cold stores, traction, market, team, the ask",
    native="Brand colours and font live in the theme; charts, table, timeline and icons are editable shapes.",
    look=Look(primary_color="#4B2FE0", secondary_color="#00BFA0", font="Arial"),
    images=_waves,
    operations=[
        {"op": "set_deck", "title": "Fernlight: Series B", "footer": "Fernlight · Series B"},
        {"op": "write_slides", "slides": _STORY},
        {"op": "write_slides", "slides": _ASK},
    ],
)
