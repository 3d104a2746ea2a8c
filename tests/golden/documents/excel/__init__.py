"""The golden workbooks by name."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.excel import edits, kinds, reports, texts
from tests.golden.documents.golden import Golden
from tests.golden.documents.recorded import authored, recorded

_UNIT_ECONOMICS = recorded("unit_economics", refused=(6, 7))

DOCUMENTS: dict[str, Golden] = {
    "values_and_styles": kinds.VALUES_AND_STYLES,
    "charts_of_lines": kinds.CHARTS_OF_LINES,
    "charts_of_points": kinds.CHARTS_OF_POINTS,
    "rules": kinds.RULES,
    "tables": kinds.TABLES,
    "summaries": kinds.SUMMARIES,
    "functions": kinds.FUNCTIONS,
    "moved": edits.MOVED,
    "corrected": edits.CORRECTED,
    "printed": edits.PRINTED,
    "annotated": edits.ANNOTATED,
    "german": texts.GERMAN,
    "right_to_left": texts.RIGHT_TO_LEFT,
    "east_asian": texts.EAST_ASIAN,
    "hostile": texts.HOSTILE,
    "smallest": texts.SMALLEST,
    "big": texts.BIG,
    "plan": reports.PLAN,
    "sales_report": reports.SALES_REPORT,
    "bakery_margins": Golden(
        look=Look("#0F4C5C"),
        steps=recorded("bakery_margins", refused=(4, 8)),
        pages=2,
        holds={"sheets": 2, "charts": 1},
    ),
    "cash_flow": Golden(steps=recorded("cash_flow"), pages=3, says=("12-month",), holds={"sheets": 3, "charts": 1}),
    "unit_economics": Golden(steps=_UNIT_ECONOMICS, pages=4, holds={"sheets": 4, "charts": 1}),
    "unit_economics_changed": Golden(
        steps=[*_UNIT_ECONOMICS, *recorded("unit_economics_second_turn")], pages=4, holds={"sheets": 4, "charts": 1}
    ),
    "vendor_comparison": Golden(steps=recorded("vendor_comparison"), pages=3, says=("Vendor B",), holds={"charts": 1}),
    "household_budget_german": Golden(
        steps=authored("Erstelle ein Haushaltsbudget mit Miete 1.200 €, Lebensmittel 450 € und Strom 89,50 €"),
        pages=4,
        says=("Haushaltsbudget", "€20,874"),
    ),
    "invoice": Golden(
        look=Look("#C8102E", "#2B3A55", "Arial"),
        steps=authored("Invoice for Acme Ltd: 3 chairs at $120, 2 desks at $340 each and 10 hours at $90, 19% VAT"),
        pages=2,
        says=("Total due", "$2,308.60"),
    ),
    "loan": Golden(
        steps=authored("A loan amortization schedule for €250,000 at 4.5% interest over 20 years starting March 2026"),
        pages=10,
        says=("€1,582", "€129,590"),
        holds={"charts": 2},
    ),
    "launch_plan": Golden(
        steps=authored("Gantt for website launch with phases design, build and test starting 1 April 2024"), pages=3
    ),
    "decision": Golden(
        look=Look("#FFC400", None, "Cambria"),
        steps=authored("Compare Dell, HP and Lenovo on criteria: price 40%, battery life 35% and weight 25%"),
        pages=2,
    ),
}
