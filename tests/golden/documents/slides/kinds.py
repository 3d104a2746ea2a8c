# ruff: noqa: E501 - texts as their author wrote them
"""Every kind of slide and every kind of chart."""

from __future__ import annotations

from typing import Any

from overten.documents.engine import Look
from tests.golden.documents.assets import ASSETS
from tests.golden.documents.golden import Golden

QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
NORTH_SOUTH = [
    {"name": "North", "values": [12.0, 14.5, 13.8, 17.2]},
    {"name": "South", "values": [9.5, 9.9, 11.2, 12.4]},
    {"name": "Export", "values": [4.0, 4.4, 6.1, 7.3]},
]


def slides(*contents: dict[str, Any]) -> dict[str, Any]:
    return {"op": "write_slides", "slides": list(contents)}


def chart(kind: str, title: str, **members: Any) -> dict[str, Any]:
    points = members.pop("points", None)
    given = {"kind": kind, "categories": QUARTERS, "series": NORTH_SOUTH, **members}
    return {"layout": "chart", "title": title, "chart": given} | ({"points": points} if points else {})


WORDS = Golden(
    steps=[
        {"op": "set_deck", "title": "Customer service", "footer": "Aldersgate Water", "slide_numbers": True},
        slides(
            {"layout": "cover", "title": "Customer service after the merger", "subtitle": "What 2,400 calls tell us about the first hundred days", "byline": "3 November 2026 · Operations board"},
            {"layout": "agenda", "title": "Four questions for today", "items": ["What customers say", "Where time is lost", "What we change first", "What it costs"]},
            {"layout": "key_messages", "title": "Customers forgive the merger, but not waiting twice for one answer", "items": [
                {"title": "Satisfaction fell by 9 points", "text": "From 78 to 69 of 100, most of it in the first six weeks."},
                {"title": "Two thirds of the fall is repeat calls", "text": "One call in three is about a call before."},
                {"title": "One shared case file repairs it", "text": "The pilot in Leeds halved repeat calls in four weeks."}]},
            {"layout": "section", "number": "1", "title": "What customers say", "subtitle": "Calls, letters and the survey"},
            {"layout": "statement", "title": "“I explained my leak to five people before anybody came.”", "detail": "Survey comment, repeated in other words **212 times**."},
            {"layout": "big_number", "title": "Repeat calls cost more than all complaints together", "number": "£1.9m", "label": "a year is spent on answering the same question again", "points": ["34% of calls", "11 minutes each"], "source": "Call records, July to October 2026"},
            {"layout": "content", "title": "Time is lost at three handovers that nobody owns", "points": ["From the phone to the field team", "- the address is typed anew", "- photos do not travel", "From the field team to billing", "From billing back to the customer", "- no date is promised"]},
            {"layout": "quote", "quote": "Since the shared case file I can say when somebody comes, and it is true.", "name": "Maria Costa", "role": "Agent, Leeds pilot"},
            {"layout": "closing", "title": "We ask for a decision on the shared case file", "lines": ["Operations board, 3 November 2026", "service@aldersgate.example"]},
        ),
    ],
    pages=9,
    says=("Customer service after the merger", "Where time is lost", "£1.9m", "212 times", "photos do not travel", "Maria Costa"),
    holds={"slides": 9},
)  # fmt: skip

COLUMNS = Golden(
    steps=[
        {"op": "restyle_deck", "design": "evergreen"},
        slides(
            {"layout": "columns", "title": "Two ways to heat the campus differ in who carries the risk", "columns": [
                {"heading": "District heating", "points": ["Fixed price for ten years", "Connection in 2028", "- 14 weeks of road works"]},
                {"heading": "Own heat pumps", "points": ["Power price is ours to carry", "First building in 2027", "Grant covers 30%"]}]},
            {"layout": "comparison", "title": "Own heat pumps cost less from the fourth year on", "preferred": 2, "verdict": "Heat pumps, with a **price cap** bought for the first three years.", "options": [
                {"heading": "Connect", "points": ["€410k a year", "No investment", "Leaves us with one supplier"]},
                {"heading": "Build", "points": ["€290k a year", "€1.1m once", "Pays back in 9 years"]}]},
            {"layout": "columns", "title": "Three trades have to be ready before winter", "columns": [
                {"heading": "Electrics", "points": ["New transformer", "Cable to block C"]},
                {"heading": "Drilling", "points": ["24 probes of 120 m", "Permit is there"]},
                {"heading": "Plumbing", "points": ["Low-temperature radiators", "Buffer tanks"]}]},
            {"layout": "comparison", "title": "For one winter the old boiler stays", "preferred": 1, "options": [{"heading": "Keep", "points": ["No risk of frost"]}, {"heading": "Remove", "points": ["Room for the tanks"]}]},
            {"layout": "cards", "title": "What each building gains", "items": [
                {"title": "Library", "text": "Cooling in summer for the reading rooms.", "icon": "book-open"},
                {"title": "Laboratory", "text": "Steady supply air at 21 degrees.", "icon": "flask-conical"},
                {"title": "Canteen", "text": "Waste heat of the kitchen is used.", "icon": "utensils"},
                {"title": "Sports hall", "text": "Hot water without gas.", "icon": "heart-pulse"}]},
        ),
    ],
    pages=5,
    says=("No risk of frost", "District heating", "14 weeks of road works", "price cap", "24 probes of 120 m", "Waste heat of the kitchen"),
    holds={"slides": 5},
)  # fmt: skip

DIAGRAMS = Golden(
    steps=[
        {"op": "restyle_deck", "design": "indigo"},
        slides(
            {"layout": "timeline", "title": "The clinic opens in five steps over two years", "items": [
                {"title": "Lease signed", "label": "Mar 2026", "text": "With an option on the second floor."},
                {"title": "Permit", "label": "Sep 2026"}, {"title": "Shell", "label": "Feb 2027", "text": "Walls and shafts."},
                {"title": "Equipment", "label": "Oct 2027", "text": "MRI and laboratory."},
                {"title": "First patients", "label": "Jan 2028"}]},
            {"layout": "process", "title": "A referral becomes an appointment in one day", "items": [
                {"title": "Referral", "text": "Letter or form", "icon": "mail"}, {"title": "Triage", "text": "By a nurse", "icon": "clipboard-check"},
                {"title": "Appointment", "text": "The patient chooses", "icon": "calendar"}, {"title": "Reminder", "text": "Two days before", "icon": "bell"}]},
            {"layout": "funnel", "title": "Half of the enquiries are lost before the first answer", "items": [
                {"title": "Enquiries", "label": "4,200"}, {"title": "Answered", "label": "2,100", "text": "After a day on average."},
                {"title": "Appointments", "label": "1,450"}, {"title": "Patients", "label": "1,280"}]},
            {"layout": "matrix", "title": "Two risks need a plan before we sign", "x_axis": "Likelihood", "y_axis": "Effect", "highlight": 2, "quadrants": [
                {"heading": "Prepare", "points": ["Builder fails"]}, {"heading": "Act", "points": ["Permit is late", "No radiologist"]},
                {"heading": "Watch", "points": ["Rent review"]}, {"heading": "Reduce", "points": ["Price of equipment"]}]},
            {"layout": "roadmap", "title": "Hiring begins a year before the opening", "periods": ["H2 26", "H1 27", "H2 27", "H1 28"], "lanes": [
                {"name": "Building", "bars": [{"title": "Shell", "first": 1, "last": 2}, {"title": "Fit-out", "first": 3, "last": 3}]},
                {"name": "People", "bars": [{"title": "Core team", "first": 2, "last": 2}, {"title": "All staff", "first": 3, "last": 4}]},
                {"name": "Licence", "bars": [{"title": "Application", "first": 2, "last": 3}]}]},
            *({"layout": "matrix", "title": f"Quadrant {number} is marked", "x_axis": "Low to high", "y_axis": "Few to many", "highlight": number, "quadrants": [{"heading": heading, "points": ["A point"]} for heading in ("First", "Second", "Third", "Fourth")]} for number in (3, 4)),
            {"layout": "team", "title": "Four people lead the project", "people": [
                {"name": "Anna Brandt", "role": "Medical director", "image": "anna", "text": "Ran two openings before."},
                {"name": "Ben Okafor", "role": "Finance", "image": "ben"}, {"name": "Chloé Martin", "role": "Building"},
                {"name": "Dmitri Lang", "role": "Systems"}]},
        ),
    ],
    pages=8,
    warns=("same_layout",),
    says=("Lease signed", "MRI and laboratory", "4,200", "No radiologist", "Fit-out", "Chloé Martin"),
    holds={"slides": 8, "pictures": 0},
)  # fmt: skip

FIGURES = Golden(
    steps=[
        {"op": "restyle_deck", "design": "coastal"},
        slides(
            {"layout": "metrics", "title": "Three of four targets are met at half-year", "takeaway": "Energy is the one to work on: **two ovens** use half of it.", "source": "Plant report, June 2026", "metrics": [
                {"value": "98.4%", "label": "Delivered on time", "change": "+1.2 pp", "status": "good", "icon": "truck"},
                {"value": "0.7%", "label": "Returns", "change": "−0.3 pp", "status": "good", "icon": "box"},
                {"value": "312", "label": "Days without accident", "status": "neutral", "icon": "shield-check"},
                {"value": "41 kWh", "label": "Energy per tonne", "change": "+6% vs 2025", "status": "bad", "icon": "zap"}]},
            {"layout": "image", "title": "The new hall stands beside the river", "image": "photo", "points": ["3,200 m² on one level", "Own loading bay", "Ready in March"], "caption": "Drawing, not to scale"},
            {"layout": "metrics_chart", "title": "Output rose every quarter without a new shift", "metrics": [
                {"value": "+18%", "label": "Tonnes a quarter", "status": "good"}, {"value": "2", "label": "Shifts", "status": "neutral"}],
             "chart": {"kind": "column", "categories": QUARTERS, "series": [{"name": "Tonnes", "values": [410, 432, 455, 484]}], "number_format": "#,##0"}},
            {"layout": "image", "title": "Flour arrives by rail again", "image": "tall", "position": "left", "points": ["Two silos of 80 t", "- one for spelt", "One driver less"]},
            {"layout": "two_charts", "title": "Costs fell where volume grew", "headings": ["Volume, tonnes", "Cost, € per tonne"], "charts": [
                {"kind": "bar", "categories": ["Rolls", "Loaves", "Cakes"], "series": [{"name": "Volume", "values": [820, 640, 310]}]},
                {"kind": "line", "categories": QUARTERS, "series": [{"name": "Rolls", "values": [212, 205, 199, 191]}, {"name": "Cakes", "values": [340, 344, 343, 349]}]}]},
            {"layout": "image", "title": "Opening in spring", "image": "evening", "position": "full", "caption": "Seen from the bridge"},
            {"layout": "table", "title": "The second line pays back first", "source": "Offer of 4 May 2026", "table": {
                "columns": ["Line", "Price", "Saving a year", "Payback"], "total_row": True, "highlight_column": 4,
                "rows": [["Ovens", "€480k", "€96k", "5.0 years"], ["Packing", "€210k", "€84k", "2.5 years"], ["Both", "€690k", "€180k", "3.8 years"]]}},
            {"layout": "image_grid", "title": "Three views of the site", "images": [{"image": "photo", "caption": "From the road"}, {"image": "evening", "caption": "From the river"}, {"image": "tall", "caption": "The silo"}]},
        ),
    ],
    pages=8,
    says=("98.4%", "Energy per tonne", "€690k", "3,200 m²", "one for spelt", "From the river"),
    holds={"slides": 8, "charts": 3, "tables": 1, "pictures": 6},
)  # fmt: skip

CHARTS_OF_BARS = Golden(
    steps=[
        slides(
            chart("column", "The south has caught up with a year's delay", y_title="€ million", number_format="0.0"),
            chart("stacked_column", "Export is a fifth of the year", points=["Export: **€7.3m** in Q4", "North is steady"]),
            chart("percent_column", "The shares move slowly", series=NORTH_SOUTH[:2]),
            chart("bar", "Two depots do half of the work", categories=["Bristol", "Leeds", "York", "Hull", "Derby"], series=[{"name": "Parcels", "values": [920, 860, 410, 330, 280]}], highlight=["Bristol", "Leeds"], x_title="Depot"),
            chart("stacked_bar", "Returns are handled where they arrive", labels=False),
            chart("percent_bar", "The mix differs by quarter"),
        )
    ],
    pages=6,
    says=("€ million", "Export: €7.3m in Q4", "Bristol", "17.2"),
    holds={"slides": 6, "charts": 6},
    warns=("same_layout",),
)  # fmt: skip

CHARTS_OF_LINES = Golden(
    steps=[
        {"op": "restyle_deck", "design": "graphite"},
        slides(
            chart("line", "Export overtakes the plan in autumn", highlight=["Export"]),
            chart("area", "The order book has grown all year", series=NORTH_SOUTH[:1]),
            chart("stacked_area", "All three regions feed the growth"),
            chart("pie", "Wages are the largest cost", categories=["Wages", "Rent", "Goods"], series=[{"name": "Share", "values": [0.52, 0.13, 0.35]}], number_format="0%"),
            chart("doughnut", "Half of the orders come from the shop", categories=["Shop", "App", "Phone"], series=[{"name": "Orders", "values": [0.5, 0.38, 0.12]}], number_format="0%"),
            chart("scatter", "Bigger shops sell more per square metre", categories=[], series=[{"name": "Shops", "x": [80, 120, 150, 210, 260], "values": [4.1, 4.4, 5.2, 5.9, 6.3]}], x_title="Square metres", y_title="€ thousand per m²"),
            chart("combo", "Margin follows volume with a quarter's delay", series=[{"name": "Revenue", "values": [40, 44, 52, 58]}, {"name": "Margin", "values": [0.11, 0.11, 0.13, 0.15], "as_line": True}], line_format="0%"),
            chart("waterfall", "Price and mix more than make up for freight", categories=["2025", "Price", "Mix", "Freight", "2026"], totals=["2025", "2026"], series=[{"name": "EBIT", "values": [4.1, 0.9, 0.6, -0.5, None]}], number_format="0.0"),
        ),
    ],
    pages=8,
    says=("Wages", "Square metres", "+0.9", "52%"),
    holds={"slides": 8, "charts": 8},
    warns=("same_layout",),
)  # fmt: skip

BRANDED = Golden(
    look=Look("#C8102E", "#2B3A55", "Arial", ASSETS["logo"]),
    steps=[
        {"op": "set_deck", "title": "Branded", "footer": "Harbour & Sons", "slide_numbers": True},
        slides(
            {"layout": "cover", "title": "A brand of red and navy", "subtitle": "Its logo, colours and font", "image": "photo"},
            {"layout": "cards", "title": "Cards take their tints from the brand", "items": [{"title": "One", "text": "First", "icon": "target"}, {"title": "Two", "text": "Second", "icon": "users"}, {"title": "Three", "text": "Third", "icon": "trending-up"}]},
            chart("column", "So do charts"),
            {"layout": "section", "title": "And sections"},
        ),
    ],
    pages=4,
    says=("A brand of red and navy", "Harbour & Sons"),
    holds={"slides": 4, "charts": 1},
)  # fmt: skip

PALE_BRAND = Golden(
    look=Look("#FFC400", None, "Cambria"),
    steps=[
        slides(
            {"layout": "cover", "title": "A yellow brand stays readable"},
            {"layout": "metrics", "title": "Figures are set in an ink dark enough to read", "metrics": [{"value": "4.5:1", "label": "Contrast of text"}, {"value": "3:1", "label": "Contrast of marks"}]},
            chart("stacked_column", "Charts too"),
            {"layout": "matrix", "title": "And panels", "x_axis": "Effort", "y_axis": "Gain", "highlight": 1, "quadrants": [{"heading": h, "points": ["A point"]} for h in ("First", "Second", "Third", "Fourth")]},
        )
    ],
    pages=4,
    says=("A yellow brand stays readable", "4.5:1"),
    holds={"slides": 4, "charts": 1},
)  # fmt: skip

SMALLEST = Golden(
    steps=[slides({"layout": "cover", "title": "One slide"})], pages=1, says=("One slide",), holds={"slides": 1}
)
