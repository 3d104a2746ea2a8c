"""A household's plan and a sales report."""

from __future__ import annotations

from typing import Any

from tests.golden.documents.golden import Golden

OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Budget", "accent_color": "#0F6B5C", "currency_symbol": "€"},
    {"op": "create_sheet", "sheet": "Plan 2026"},
    {
        "op": "write_block",
        "sheet": "Plan 2026",
        "anchor": "A1",
        "rows": [["Budget"], ["Tax rate", 0.2], ["Best month", "=MAX(Costs[Net])"], ["Saved", "=B3*TaxRate"]],
        "styles": [
            {"range": "A1", "style": {"name": "title"}},
            {"range": "B2", "style": {"name": "assumption", "kind": "percent"}},
        ],
    },
    {"op": "define_name", "name": "TaxRate", "refers_to": "'Plan 2026'!B2"},
    {
        "op": "write_table",
        "sheet": "Plan 2026",
        "anchor": "A7",
        "name": "Costs",
        "columns": [
            {"header": "Month", "kind": "month"},
            {"header": "Kind", "choices": ["Rent", "Food"]},
            {"header": "Gross", "kind": "number", "input": True, "total": "sum"},
            {"header": "Net", "kind": "number", "formula": "=[@Gross]/(1+TaxRate)", "total": "average"},
        ],
        "rows": [["2026-01", "Rent", 1200.5], ["2026-02", "Food", 310], ["2026-03", "Food", 95.25]],
    },
    {
        "op": "add_chart",
        "sheet": "Plan 2026",
        "anchor": "G2",
        "kind": "column",
        "title": "Net by month",
        "series": [{"values": "Costs[Net]", "categories": "Costs[Month]"}],
    },
    {
        "op": "add_conditional_format",
        "sheet": "Plan 2026",
        "range": "C8:C10",
        "rule": {"type": "data_bar"},
    },
    {"op": "freeze_panes", "sheet": "Plan 2026", "cell": "A8"},
]

MONTHS = [f"2026-{month:02d}" for month in range(1, 7)]
REGIONS = {"North": 1.0, "South": 0.8, "Export": 1.4}
REPORT: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Sales report", "accent_color": "#0F6B5C", "secondary_color": "#D9822B",
     "currency_symbol": "€", "logo": "logo"},
    {"op": "write_block", "sheet": "Overview", "anchor": "A1", "rows": [["Sales report"], ["First half of 2026"]],
     "styles": [{"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}]},
    {"op": "write_table", "sheet": "Orders", "anchor": "A1", "name": "Orders",
     "columns": [{"header": "Month", "kind": "month"}, {"header": "Region"}, {"header": "Units", "kind": "integer"},
                 {"header": "Price", "kind": "currency", "input": True},
                 {"header": "Revenue", "kind": "currency", "formula": "=C2*[@Price]", "total": "sum"}],
     "rows": [[month, region, round(100 * share) + 7 * index, 49.5]
              for index, month in enumerate(MONTHS) for region, share in REGIONS.items()]},
    {"op": "write_summary", "sheet": "Overview", "anchor": "A4", "table": "Orders", "rows": [{"column": "Region"}],
     "columns": {"column": "Month"}, "values": [{"column": "Revenue"}], "sort": "value", "descending": True,
     "chart": "stacked_column", "chart_title": "Revenue by region"},
    {"op": "remove_chart", "sheet": "Overview", "title": "Revenue by region"},
    {"op": "write_block", "sheet": "Overview", "anchor": "I4", "rows": [["Trend"]],
     "styles": [{"range": "I4", "style": {"name": "header"}}]},
    {"op": "add_sparklines", "sheet": "Overview", "range": "I5:I7", "data": "Overview!B5:G7", "kind": "column"},
    {"op": "set_columns", "sheet": "Overview", "widths": {"I": 16}},
    {"op": "add_chart", "sheet": "Overview", "anchor": "A10", "kind": "column", "title": "Revenue and trend",
     "series": [{"values": "Overview!B8:G8", "categories": "Overview!B4:G4", "name": "Revenue", "trend": "linear",
                 "data_labels": True}], "y_min": 0, "gridlines": False, "legend": "bottom", "columns": 10},
    {"op": "add_image", "sheet": "Overview", "anchor": "K10", "image": "photo", "alt_text": "The warehouse"},
    {"op": "annotate", "sheet": "Overview", "author": "Finance", "items": [
        {"cell": "H5", "note": "Includes one large export order."}, {"cell": "A2", "link": "Orders!A1"},
        {"cell": "A5", "link": "https://example.com/regions"}]},
    {"op": "write_block", "sheet": "Market", "anchor": "A1",
     "rows": [["Rival", "Price", "Share", "Revenue"], ["A", 45, 0.2, 30], ["B", 52, 0.35, 55], ["C", 61, 0.1, 12]],
     "styles": [{"range": "A1:D1", "style": {"name": "header"}}, {"range": "C2:C4", "style": {"kind": "percent"}},
                {"range": "A1:D4", "style": {"border": "outline", "border_style": "medium"}}]},
    {"op": "add_chart", "sheet": "Market", "anchor": "F1", "kind": "bubble", "title": "Price against share",
     "series": [{"values": "Market!C2:C4", "categories": "Market!B2:B4", "sizes": "Market!D2:D4", "name": "Rivals"}],
     "x_title": "Price", "y_title": "Share", "x_min": 40, "x_max": 70, "y_min": 0},
    {"op": "add_chart", "sheet": "Market", "anchor": "F19", "kind": "radar", "title": "Profile",
     "series": [{"values": "Market!B2:B4", "categories": "Market!A2:A4"}]},
    {"op": "sort_range", "table": "Orders", "by": [{"column": "Region"}, {"column": "Units", "descending": True}]},
    {"op": "change_lines", "sheet": "Orders", "action": "insert_rows", "at": "1", "count": 2},
    {"op": "write_block", "sheet": "Orders", "anchor": "A1", "rows": [["Orders"]],
     "styles": [{"range": "A1", "style": {"name": "title"}}]},
    {"op": "set_sheet", "sheet": "Orders", "protected": True, "zoom": 90, "groups": [{"lines": "4:9"}]},
    {"op": "set_sheet", "sheet": "Market", "tab_color": "#D9822B", "position": 1},
]  # fmt: skip

PLAN = Golden(
    steps=[*OPERATIONS],
    pages=1,
    says=("Net by month", "1,200.50", "Jan 2026"),
    holds={"sheets": 1, "charts": 1, "tables": 1},
)
SALES_REPORT = Golden(
    steps=[*REPORT],
    pages=3,
    says=("Sales report", "Revenue and trend", "Price against share", "Orders"),
    holds={"sheets": 3, "charts": 3, "tables": 1, "images": 2, "notes": 1, "links": 2},
)
