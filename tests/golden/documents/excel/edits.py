# ruff: noqa: E501 - a row of cells is one line
"""Workbooks that are changed after they were written; and sheets as they are printed, protected and annotated."""

from __future__ import annotations

from typing import Any

from tests.golden.documents.excel.kinds import block, chart, style
from tests.golden.documents.golden import Golden

_PLAN: list[Any] = [
    block("Plan", "A1", [["Plan"], ["Rate", 0.2], [None], ["Month", "Gross", "Tax", "Net"], *([f"2026-{n:02d}", 1000 + 50 * n, f"=B{n + 4}*Rate", f"=B{n + 4}-C{n + 4}"] for n in range(1, 7)), ["Total", "=SUM(B5:B10)", "=SUM(C5:C10)", "=SUM(D5:D10)"]], A1="title", B2="assumption", A4_D4="header", A11_D11="total"),
    style("Plan", "A5:A10", kind="month"), style("Plan", "B5:D11", kind="currency"), style("Plan", "B2", kind="percent"),
    {"op": "define_name", "name": "Rate", "refers_to": "Plan!B2"},
    chart("Plan", "F2", "column", "Net by month", {"values": "Plan!D5:D10", "categories": "Plan!A5:A10"}),
    block("Report", "A1", [["Net of the plan", "=Plan!D11"], ["Best month", "=MAX(Plan!D5:D10)"], ["Rate", "=Rate"]]),
    style("Report", "B1:B2", kind="currency"), style("Report", "B3", kind="percent"),
]  # fmt: skip

MOVED = Golden(
    steps=[
        *_PLAN,
        {"op": "change_lines", "sheet": "Plan", "action": "insert_rows", "at": "3", "count": 2},
        {"op": "change_lines", "sheet": "Plan", "action": "insert_columns", "at": "B", "count": 1},
        block("Plan", "B6", [["Note"], ["first"]], B6="header"),
        {"op": "change_lines", "sheet": "Plan", "action": "insert_rows", "at": "9", "count": 1},
        block("Plan", "A9", [["2026-02", "late", 700, "=C9*Rate", "=C9-D9"]]),
        {"op": "change_lines", "sheet": "Plan", "action": "delete_rows", "at": "3", "count": 1},
        {"op": "rename_sheet", "sheet": "Plan", "new_name": "Plan 2026"},
        {"op": "create_sheet", "sheet": "Scratch", "tab_color": "#888888", "show_gridlines": True},
        {"op": "delete_sheet", "sheet": "Scratch"},
        {"op": "set_sheet", "sheet": "Report", "position": 0, "tab_color": "#B03A2E"},
    ],
    pages=2,
    says=("Net of the plan", "Best month", "$6,200", "$1,040", "20.0%"),
    holds={"sheets": 2, "charts": 1, "names": 1},
)  # fmt: skip

CORRECTED = Golden(
    steps=[
        *_PLAN,
        {"op": "find_replace", "find": "Tax", "replace": "Duty", "sheet": "Plan", "match_case": True, "whole_cell": True},
        {"op": "find_replace", "find": "*Rate", "replace": "*Rate/2", "look_in": "formulas", "sheet": "Plan"},
        {"op": "clear_range", "sheet": "Report", "range": "A3:B3"},
        {"op": "remove_chart", "sheet": "Plan", "title": "Net by month"},
        block("Loose", "A1", [["City", "People"], ["Ulm", 126000], ["Kiel", 247000], ["Bonn", 331000], ["Trier", 112000]], A1_B1="header"),
        style("Loose", "B2:B5", kind="integer"),
        {"op": "sort_range", "sheet": "Loose", "range": "A1:B5", "by": [{"column": "B", "descending": True}]},
        {"op": "change_lines", "sheet": "Loose", "action": "insert_rows", "at": "1", "count": 1},
        block("Loose", "A1", [["Cities by size"]], A1="heading"),
        {"op": "merge_cells", "sheet": "Loose", "range": "A1:B1"},
        {"op": "create_sheet", "sheet": "Gone", "position": 0},
        {"op": "change_lines", "sheet": "Plan", "action": "delete_columns", "at": "E", "count": 1},
        {"op": "delete_sheet", "sheet": "Gone"},
    ],
    pages=3,
    says=("Duty", "Net of the plan", "$6,345", "Cities by size", "331,000"),
    holds={"sheets": 3, "charts": 0, "merges": 1},
)  # fmt: skip

PRINTED = Golden(
    steps=[
        {"op": "set_workbook", "title": "Printed", "accent_color": "#1F5C4A"},
        {"op": "create_sheet", "sheet": "List", "tab_color": "#1F5C4A"},
        block("List", "A1", [["Stock list"], ["No.", "Article", "Shelf", "Count", "Price", "Value"], *([n, f"Article {n:03d}", f"{'ABCD'[n % 4]}{n % 9}", 3 * n % 41, 2.5 + n % 7, f"=D{n + 2}*E{n + 2}"] for n in range(1, 96))], A1="title", A2_F2="header"),
        style("List", "E3:F97", kind="currency"), style("List", "D3:D97", name="input"),
        {"op": "set_columns", "sheet": "List", "widths": {"A": 6, "B": 24}},
        {"op": "freeze_panes", "sheet": "List", "cell": "C3"},
        {"op": "set_print", "sheet": "List", "landscape": True, "repeat_rows": 2},
        {"op": "set_sheet", "sheet": "List", "protected": True, "zoom": 85, "groups": [{"lines": "40:60"}, {"lines": "45:50"}]},
        block("Notes", "A1", [["For the stock-taker only"]]),
        {"op": "set_sheet", "sheet": "Notes", "hidden": True},
        block("Totals", "A1", [["Value", "=SUM(List!F3:F97)"]]),
        style("Totals", "B1", kind="currency"),
        {"op": "set_sheet", "sheet": "Totals", "show_gridlines": True, "groups": [{"lines": "D:E", "collapsed": True}]},
    ],
    pages=4,
    says=("Stock list", "Article 095", "Value"),
    holds={"sheets": 3, "hidden": 1},
)  # fmt: skip

ANNOTATED = Golden(
    steps=[
        {"op": "set_workbook", "title": "Annotated", "logo": "logo"},
        block("Board", "A1", [["Figures of the board"], ["Unit", "Q1", "Q2", "Q3", "Q4", "Trend"], ["North", 5, 7, 6, 9], ["South", 4, 4, 5, 3], ["Export", 2, -1, 3, 6]], A1="title", A2_F2="header"),
        {"op": "add_sparklines", "sheet": "Board", "range": "F3:F5", "data": "Board!B3:E5", "kind": "line", "show_extremes": True},
        {"op": "add_sparklines", "sheet": "Board", "range": "B6:E6", "data": "Board!B3:E5", "kind": "column", "color": "#D9822B"},
        block("Board", "G2", [["Won"]], G2="header"),
        {"op": "add_sparklines", "sheet": "Board", "range": "G3:G5", "data": "Board!B3:E5", "kind": "win_loss"},
        {"op": "annotate", "sheet": "Board", "author": "Ann", "items": [
            {"cell": "D4", "note": "Includes the order of Lund.\nSee the contract."}, {"cell": "A3", "link": "https://example.com/north?a=1&b=2"},
            {"cell": "A4", "link": "mailto:south@example.com"}, {"cell": "A5", "link": "Board!A1", "note": "Back to the top"}]},
        {"op": "add_image", "sheet": "Board", "anchor": "A9", "image": "photo", "alt_text": "Hills and a sun", "columns": 6, "rows": 12},
        {"op": "add_image", "sheet": "Board", "anchor": "H9", "image": "tall", "alt_text": "Hills, upright", "columns": 2, "rows": 12},
    ],
    pages=1,
    says=("Figures of the board", "Export"),
    holds={"sheets": 1, "images": 3, "notes": 2, "links": 3},
)  # fmt: skip
