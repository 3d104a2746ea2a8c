# ruff: noqa: E501 - rows of a report read best on one line each
"""A sales report over a table of orders: a page for management, an analysis by formulas, a pivot-style summary."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

# Category, product, list price, cost, how often it is ordered, units of an order.
_PRODUCTS: list[tuple[str, str, float, float, int, tuple[int, int]]] = [
    ("Beans", "House espresso, 10 kg", 168, 96, 26, (6, 40)), ("Beans", "Single origin, 5 kg", 118, 71, 18, (4, 24)), ("Beans", "Decaf, 5 kg", 104, 66, 9, (2, 12)),
    ("Machines", "Aurora two-group", 7450, 5080, 9, (1, 3)), ("Machines", "Aurora three-group", 9900, 6930, 4, (1, 2)), ("Machines", "Fjord office machine", 2190, 1395, 12, (1, 6)),
    ("Grinders", "Bora on-demand", 1240, 745, 12, (1, 5)), ("Grinders", "Bora silent", 1680, 1060, 6, (1, 3)),
    ("Accessories", "Barista set", 189, 92, 14, (2, 15)), ("Accessories", "Water filter, pack of 6", 264, 141, 15, (1, 10)),
    ("Service", "Maintenance, per year", 690, 310, 11, (1, 8)), ("Service", "Barista training, day", 980, 520, 6, (1, 3)),
]  # fmt: skip
_COUNTRIES = {"Denmark": 30, "Sweden": 26, "Germany": 22, "Norway": 14, "Finland": 8}
_CHANNELS = {"Direct": 46, "Webshop": 32, "Partner": 22}
_SEASON = [0.85, 0.85, 1.0, 1.0, 1.05, 0.95, 0.7, 0.85, 1.1, 1.15, 1.3, 1.2]


def _orders() -> list[list[Any]]:
    """Orders of two years, drawn with a fixed seed; the second year has more of them, above all in the web shop."""
    draw = random.Random(11)  # noqa: S311 - sample data
    rows: list[list[Any]] = []
    for year, count in ((2025, 230), (2026, 290)):
        for _ in range(count):
            month = draw.choices(range(12), _SEASON)[0]
            day = date(year, month + 1, 1) + timedelta(days=draw.randrange(28))
            day += timedelta(days=max(0, 7 - day.isoweekday())) if day.isoweekday() > 5 else timedelta()
            category, product, price, cost, _, (low, high) = draw.choices(_PRODUCTS, [p[4] for p in _PRODUCTS])[0]
            weights = [w * (1.5 if year == 2026 and name == "Germany" else 1) for name, w in _COUNTRIES.items()]
            channels = [w * (1.4 if year == 2026 and name == "Webshop" else 1) for name, w in _CHANNELS.items()]
            channel = draw.choices(list(_CHANNELS), channels)[0]
            discount = draw.choice([0.0, 0.0, 0.05, 0.1]) + (0.1 if channel == "Partner" else 0.0)
            rows.append(
                [
                    day.isoformat(),
                    None,
                    draw.choices(list(_COUNTRIES), weights)[0],
                    channel,
                    category,
                    product,
                    draw.randint(low, high),
                    price * (1.03 if year == 2026 else 1),
                    discount,
                    None,
                    cost,
                    None,
                ]
            )
    rows.sort(key=lambda row: row[0])
    for number, row in enumerate(rows, start=10_401):
        row[1] = f"SO-{number}"
    return rows


_BETWEEN = 'Orders[Date],">="&DATE({year},{month},1),Orders[Date],"<"&DATE({year},{month}+1,1)'
_IN_YEAR = 'Orders[Date],">="&DATE({year},1,1),Orders[Date],"<"&DATE({year}+1,1,1)'
_MONEY = "#,##0,;-#,##0,;–"


def _year(year: str) -> str:
    return _IN_YEAR.format(year=year)


def _analysis() -> list[dict[str, Any]]:
    months: list[list[Any]] = [["Month", "Revenue", "Year before", "Change", "Margin", "Margin, %", "Orders"]]
    for index in range(12):
        row = 6 + index
        this, before = (_BETWEEN.format(year=year, month=index + 1) for year in ("ReportYear", "ReportYear-1"))
        months.append(
            [
                f"=DATE(ReportYear,{index + 1},1)",
                f"=SUMIFS(Orders[Revenue],{this})",
                f"=SUMIFS(Orders[Revenue],{before})",
                f'=IF(C{row}=0,"–",B{row}/C{row}-1)',
                f"=SUMIFS(Orders[Margin],{this})",
                f"=IF(B{row}=0,0,E{row}/B{row})",
                f"=COUNTIFS({this})",
            ]
        )
    months.append(
        ["Year", "=SUM(B6:B17)", "=SUM(C6:C17)", '=IF(C18=0,"–",B18/C18-1)', "=SUM(E6:E17)", "=E18/B18", "=SUM(G6:G17)"]
    )
    categories = list(dict.fromkeys(product[0] for product in _PRODUCTS))
    matrix: list[list[Any]] = [["Revenue by country", *categories, "Total", "Share", "Change"]]
    for index, country in enumerate(_COUNTRIES):
        row = 23 + index
        matrix.append(
            [
                country,
                *[
                    f"=SUMIFS(Orders[Revenue],Orders[Country],$A{row},Orders[Category],{c}$22,{_year('ReportYear')})"
                    for c in "BCDEF"
                ],
                f"=SUM(B{row}:F{row})",
                f"=G{row}/G$28",
                f"=G{row}/SUMIFS(Orders[Revenue],Orders[Country],$A{row},{_year('ReportYear-1')})-1",
            ]
        )
    matrix.append(["Total", *[f"=SUM({c}23:{c}27)" for c in "BCDEFG"], "=SUM(H23:H27)", "=D18"])
    channels: list[list[Any]] = [["Channel", "Revenue", "Year before", "Change", "Margin", "Margin, %", "Share"]]
    for index, channel in enumerate(_CHANNELS):
        row = 32 + index
        channels.append(
            [
                channel,
                f"=SUMIFS(Orders[Revenue],Orders[Channel],A{row},{_year('ReportYear')})",
                f"=SUMIFS(Orders[Revenue],Orders[Channel],A{row},{_year('ReportYear-1')})",
                f"=B{row}/C{row}-1",
                f"=SUMIFS(Orders[Margin],Orders[Channel],A{row},{_year('ReportYear')})",
                f"=E{row}/B{row}",
                f"=B{row}/B$35",
            ]
        )
    channels.append(
        ["Total", "=SUM(B32:B34)", "=SUM(C32:C34)", "=B35/C35-1", "=SUM(E32:E34)", "=E35/B35", "=SUM(G32:G34)"]
    )
    looks: list[dict[str, Any]] = [
        {"range": "A1", "style": {"name": "title"}},
        {"range": "A2", "style": {"name": "subtitle"}},
    ]
    for head, last, columns, percents in ((5, 18, "G", "DF"), (22, 28, "I", "HI"), (31, 35, "G", "DFG")):
        looks += [
            {"range": f"A{head}:{columns}{head}", "style": {"name": "header"}}, {"range": f"B{head}:{columns}{head}", "style": {"align": "right"}},
            {"range": f"A{head + 1}:{columns}{last - 1}", "style": {"name": "calculation"}}, {"range": f"B{head + 1}:{columns}{last}", "style": {"number_format": _MONEY, "align": "right"}},
            {"range": f"A{last}:{columns}{last}", "style": {"name": "total"}}, {"range": f"B{last}:{columns}{last}", "style": {"align": "right"}},
        ]  # fmt: skip
        for column in percents:
            signed = (
                "0.0%" if (column == "F" or (head == 22 and column == "H") or column == "G") else "+0.0%;-0.0%;0.0%"
            )
            looks.append({"range": f"{column}{head + 1}:{column}{last}", "style": {"number_format": signed}})
    looks += [
        {"range": "A6:A17", "style": {"number_format": "mmm yyyy", "align": "left"}},
        {"range": "G6:G18", "style": {"number_format": "#,##0"}},
    ]
    rule = {"op": "add_conditional_format", "sheet": "Analysis"}
    return [
        {"op": "write_block", "sheet": "Analysis", "anchor": "A1", "rows": [["Analysis"], ['="Revenue and margin "&ReportYear&" in € thousand, from the table Orders"'], [], []], "styles": looks},
        {"op": "write_block", "sheet": "Analysis", "anchor": "A5", "rows": months},
        {"op": "write_block", "sheet": "Analysis", "anchor": "A22", "rows": matrix},
        {"op": "write_block", "sheet": "Analysis", "anchor": "A31", "rows": channels},
        {**rule, "range": "B6:B17", "rule": {"type": "data_bar"}}, {**rule, "range": "D6:D17", "rule": {"type": "icons"}}, {**rule, "range": "B23:F27", "rule": {"type": "heat_map"}},
        {**rule, "range": "I23:I27", "rule": {"type": "cell", "operator": "<", "value": 0, "style": "bad"}}, {**rule, "range": "D32:D34", "rule": {"type": "icons"}},
        {"op": "set_columns", "sheet": "Analysis", "widths": {"A": 22, "B:G": 13, "H:I": 11}},
        {"op": "freeze_panes", "sheet": "Analysis", "cell": "B5"},
        {"op": "set_print", "sheet": "Analysis"},
    ]  # fmt: skip


_TILES = [
    ("B", "Revenue", "=Analysis!B18", "€0.00,,\"m\"", '=TEXT(Analysis!D18,"+0.0%;-0.0%")&" on the year before"'),
    ("D", "Gross margin", "=Analysis!F18", "0.0%", f'=TEXT((Analysis!F18-SUMIFS(Orders[Margin],{_year("ReportYear-1")})/Analysis!C18)*100,"+0.0;-0.0")&" points on the year before"'),
    ("F", "Average order", "=Analysis!B18/Analysis!G18", "€#,##0", '=TEXT(Analysis!G18,"#,##0")&" orders"'),
    ("H", "Strongest country", "=INDEX(Analysis!A23:A27,MATCH(MAX(Analysis!G23:G27),Analysis!G23:G27,0))", "@", '=TEXT(MAX(Analysis!H23:H27),"0%")&" of revenue"'),
]  # fmt: skip


def _report() -> list[dict[str, Any]]:
    fill = "#FAF4EE"
    operations: list[dict[str, Any]] = [
        {"op": "write_block", "sheet": "Report", "anchor": "B1", "rows": [["Nordlys Coffee: sales"], ['="Twelve months "&ReportYear&", against "&ReportYear-1'], ["Year to show"]], "names": {"ReportYear": "D3"},
         "styles": [{"range": "B1", "style": {"name": "title"}}, {"range": "B2", "style": {"name": "subtitle"}}, {"range": "B3", "style": {"name": "label", "align": "right"}}]},
        {"op": "write_block", "sheet": "Report", "anchor": "D3", "rows": [[2026]], "styles": [{"range": "D3", "style": {"name": "input", "number_format": "0", "align": "center"}}]},
        {"op": "add_validation", "sheet": "Report", "range": "D3", "type": "list", "choices": ["2025", "2026"], "message": "The whole report follows this year."},
    ]  # fmt: skip
    for column, label, formula, code, below in _TILES:
        operations.append({"op": "write_block", "sheet": "Report", "anchor": f"{column}5", "rows": [[label], [formula], [below]], "styles": [
            {"range": f"{column}5", "style": {"font_color": "#5B5048", "font_size": 10, "fill": fill, "indent": 1, "border": "top", "border_style": "thick", "border_color": "#7B3F1D"}},
            {"range": f"{column}6", "style": {"number_format": code, "bold": True, "font_size": 22, "font_color": "#7B3F1D", "fill": fill, "align": "left", "indent": 1}},
            {"range": f"{column}7", "style": {"font_color": "#5B5048", "font_size": 10, "fill": fill, "indent": 1}}]})  # fmt: skip
    chart = {"op": "add_chart", "sheet": "Report"}
    operations += [
        {**chart, "anchor": "B9", "kind": "column", "title": "Revenue by month", "columns": 7, "rows": 14, "number_format": "€0,\"k\"", "series": [
            {"values": "Analysis!C6:C17", "categories": "Analysis!A6:A17", "name": "Year before", "colors": ["#D9CCC0"]}, {"values": "Analysis!B6:B17", "categories": "Analysis!A6:A17", "name": "This year", "colors": ["#7B3F1D"]}]},
        {**chart, "anchor": "F9", "kind": "stacked_bar", "title": "Revenue by country and category", "columns": 7, "rows": 14, "number_format": "€0,\"k\"",
         "series": [{"values": f"Analysis!{c}23:{c}27", "categories": "Analysis!A23:A27", "name": f"=Analysis!{c}22"} for c in "BCDEF"]},
        {**chart, "anchor": "B24", "kind": "line", "title": "Margin by month", "columns": 7, "rows": 13, "number_format": "0%", "y_min": 0.25, "y_max": 0.5, "series": [{"values": "Analysis!F6:F17", "categories": "Analysis!A6:A17", "name": "Gross margin"}]},
        {**chart, "anchor": "F24", "kind": "doughnut", "title": "Revenue by channel", "columns": 7, "rows": 13, "series": [{"values": "Analysis!B32:B34", "categories": "Analysis!A32:A34", "name": "Revenue"}]},
        {"op": "set_columns", "sheet": "Report", "widths": {"A": 1.57, "B": 30.14, "C": 1.57, "D": 30.14, "E": 1.57, "F": 30.14, "G": 1.57, "H": 30.14}},
        {"op": "set_print", "sheet": "Report", "landscape": True},
    ]  # fmt: skip
    return operations


_ORDERS = _orders()
OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Nordlys Coffee: sales", "accent_color": "#7B3F1D", "secondary_color": "#D98E32", "currency_symbol": "€"},
    {"op": "create_sheet", "sheet": "Report"},
    {"op": "create_sheet", "sheet": "Analysis"},
    {"op": "create_sheet", "sheet": "Products"},
    {"op": "write_block", "sheet": "Orders", "anchor": "A1", "rows": [["Orders"], [f"{len(_ORDERS)} orders of 2025 and 2026; append below, everything follows"]], "styles": [{"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}]},
    {"op": "write_table", "sheet": "Orders", "anchor": "A4", "name": "Orders", "columns": [
        {"header": "Date", "kind": "date"}, {"header": "Order"}, {"header": "Country", "choices": list(_COUNTRIES)}, {"header": "Channel", "choices": list(_CHANNELS)}, {"header": "Category"}, {"header": "Product"},
        {"header": "Units", "kind": "integer", "total": "sum"}, {"header": "List price", "kind": "currency"}, {"header": "Discount", "kind": "percent", "number_format": "0%"},
        {"header": "Revenue", "kind": "currency", "formula": "=ROUND([@Units]*[@[List price]]*(1-[@Discount]),2)", "total": "sum"}, {"header": "Unit cost", "kind": "currency"},
        {"header": "Margin", "kind": "currency", "formula": "=[@Revenue]-[@Units]*[@[Unit cost]]", "total": "sum"}],
     "rows": _ORDERS},
    {"op": "freeze_panes", "sheet": "Orders", "cell": "C5"},
    {"op": "set_print", "sheet": "Orders", "landscape": True},
    *_report(),
    *_analysis(),
    {"op": "write_block", "sheet": "Products", "anchor": "A1", "rows": [["Products"], ["Both years, by category and product, largest first"]], "styles": [{"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}]},
    {"op": "write_summary", "sheet": "Products", "anchor": "A4", "table": "Orders", "rows": [{"column": "Category"}, {"column": "Product"}], "sort": "value", "descending": True,
     "values": [{"column": "Revenue", "function": "sum", "label": "Revenue, €"}, {"column": "Margin", "function": "sum", "label": "Margin, €"}, {"column": "Units", "function": "sum", "label": "Units sold"}, {"column": "Revenue", "function": "count", "label": "Orders"}]},
    {"op": "set_print", "sheet": "Products"},
]  # fmt: skip

PIECE = Piece(
    name="coffee-sales",
    format="excel",
    title="Sales report",
    prompt=(
        "Sales report for our coffee wholesale from the order list of 2025 and 2026: a page for management with key figures "
        "and charts for the year I choose, an analysis by month, country, category and channel against the year before, "
        "and a summary by product. All by formula, so that it follows when orders are added."
    ),
    native="A table of 520 orders with structured references, SUMIFS throughout, a pivot-style summary, data bars, icons, colour scale, charts.",
    operations=OPERATIONS,
    look=Look(primary_color="#7B3F1D", secondary_color="#D98E32", font="Calibri"),
    pages=[1, 2, 3, 4],
    width_px=900,
    across=2,
    trimmed=True,
)
