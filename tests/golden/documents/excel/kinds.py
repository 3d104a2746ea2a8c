# ruff: noqa: E501 - a row of cells is one line
"""Every kind of value, style, chart, rule, validation and summary."""

from __future__ import annotations

from typing import Any

from overten.documents.engine import Look
from tests.golden.documents.golden import Golden, Operation

MONTHS = [f"2026-{month:02d}" for month in range(1, 13)]


def block(sheet: str, anchor: str, rows: list[list[Any]], **styles: str) -> Operation:
    """A block with named styles: `A1="title"`, `A3_D3="header"`."""
    ranges = [{"range": place.replace("_", ":"), "style": {"name": name}} for place, name in styles.items()]
    return {"op": "write_block", "sheet": sheet, "anchor": anchor, "rows": rows, "styles": ranges}


def style(sheet: str, place: str, **members: Any) -> Operation:
    return {"op": "format_range", "sheet": sheet, "range": place, "style": members}


def chart(sheet: str, anchor: str, kind: str, title: str, *series: dict[str, Any], **members: Any) -> Operation:
    return {
        "op": "add_chart",
        "sheet": sheet,
        "anchor": anchor,
        "kind": kind,
        "title": title,
        "series": list(series),
        **members,
    }


_KINDS: list[tuple[str, Any]] = [
    ("text", "As it is typed"), ("integer", 1234567), ("number", 1234.5), ("currency", 1234.5), ("percent", 0.125),
    ("date", "2026-11-22"), ("month", "2026-11"), ("boolean", True), ("accounting", -1234.5), ("thousands", 45600),
    ("millions", 45600000), ("datetime", "2026-11-22T14:30"), ("time", "08:45"), ("duration", 1.75),
]  # fmt: skip
_STYLES = [
    "title",
    "subtitle",
    "heading",
    "header",
    "label",
    "text",
    "input",
    "assumption",
    "calculation",
    "total",
    "note",
    "good",
    "bad",
    "warning",
]
_BORDERS = ["none", "thin", "medium", "top", "bottom", "left", "right", "outline"]
_LINES = ["thin", "medium", "thick", "double", "dashed", "dotted", "hair"]

VALUES_AND_STYLES = Golden(
    steps=[
        {"op": "set_workbook", "title": "Values and styles", "subject": "What cells can look like", "accent_color": "#7A1F5C", "secondary_color": "#2E8B57", "font": "Cambria", "currency_symbol": "£"},
        block("Values", "A1", [["Kinds of values"], ["Kind", "Value"], *([kind, value] for kind, value in _KINDS)], A1="title", A2_B2="header"),
        *(style("Values", f"B{row}", kind=kind, align="right") for row, (kind, _) in enumerate(_KINDS, 3)),
        block("Values", "A18", [["Own format", 0.0725, "=B18*1000"]]),
        style("Values", "B18", number_format='0.00%" p.a."'),
        style("Values", "C18", number_format="[Red]#,##0.0;[Blue]-#,##0.0"),
        block("Styles", "A1", [[name] for name in _STYLES]),
        *(style("Styles", f"A{row}", name=name) for row, name in enumerate(_STYLES, 1)),
        block("Styles", "C1", [[name] for name in ("bold", "italic", "underline", "strike", "large", "turned", "wrapped text in a cell", "left", "center", "right", "top", "middle", "bottom")]),
        style("Styles", "C1", bold=True), style("Styles", "C2", italic=True), style("Styles", "C3", underline=True),
        style("Styles", "C4", strike=True), style("Styles", "C5", font_size=16, font_color="#B03A2E", fill="#FDEDEC"),
        style("Styles", "C6", rotation=45), style("Styles", "C7", wrap=True, indent=1), style("Styles", "C8", align="left"),
        style("Styles", "C9", align="center"), style("Styles", "C10", align="right"), style("Styles", "C11", vertical_align="top"),
        style("Styles", "C12", vertical_align="center"), style("Styles", "C13", vertical_align="bottom"),
        {"op": "set_columns", "sheet": "Styles", "widths": {"C": 18, "E:G": 11}},
        *(block("Styles", f"E{2 * row}", [[name]]) for row, name in enumerate(_BORDERS, 1)),
        *(style("Styles", f"E{2 * row}", border=name) for row, name in enumerate(_BORDERS, 1)),
        *(block("Styles", f"G{2 * row}", [[name]]) for row, name in enumerate(_LINES, 1)),
        *(style("Styles", f"G{2 * row}", border="outline", border_style=name, border_color="#7A1F5C") for row, name in enumerate(_LINES, 1)),
    ],
    pages=2,
    says=("1,234,567", "£1,234.50", "12.5%", "22 Nov 2026", "Nov 2026", "(1,235)", "45.6K", "45.6M", "08:45", "42:00", "7.25% p.a."),
    holds={"sheets": 2},
)  # fmt: skip

_DATA = [
    ["Month", "North", "South", "Rate"],
    *([month, 120 + 7 * n, 95 + 5 * n + (n % 3) * 8, 0.1 + n / 200] for n, month in enumerate(MONTHS)),
]


def _series(column: str, **members: Any) -> dict[str, Any]:
    return {"values": f"Data!{column}2:{column}13", "categories": "Data!A2:A13", "name": f"=Data!{column}1", **members}


_WITH_DATA: list[Any] = [
    block("Data", "A1", _DATA, A1_D1="header"),
    style("Data", "A2:A13", kind="month"),
    style("Data", "D2:D13", kind="percent"),
]

CHARTS_OF_LINES = Golden(
    steps=[
        *_WITH_DATA,
        chart("Charts", "A1", "column", "Column", _series("B"), _series("C"), y_title="Units", legend="bottom"),
        chart("Charts", "K1", "stacked_column", "Stacked column", _series("B"), _series("C"), legend="right"),
        chart("Charts", "A18", "bar", "Bar", _series("B"), gridlines=False, legend="none"),
        chart("Charts", "K18", "stacked_bar", "Stacked bar", _series("B"), _series("C"), legend="top"),
        chart("Charts", "A35", "line", "Line with a trend", _series("B", trend="moving_average"), _series("C", trend="linear"), number_format="#,##0"),
        chart("Charts", "K35", "area", "Area", _series("B"), x_title="Month"),
        chart("Charts", "A52", "stacked_area", "Stacked area", _series("B"), _series("C")),
        chart("Charts", "K52", "column", "Combo with a second axis", _series("B"), _series("C", kind="column"), _series("D", kind="line", secondary_axis=True), secondary_axis_title="Rate", alt_text="Columns of units and a line of the rate"),
        chart("Charts", "A69", "line", "Line on an area", _series("B"), _series("C", kind="area")),
        {"op": "set_print", "sheet": "Charts", "landscape": True},
    ],
    pages=3,
    says=("Stacked column", "Line with a trend", "Combo with a second axis", "Units"),
    holds={"sheets": 2, "charts": 9},
)  # fmt: skip

CHARTS_OF_POINTS = Golden(
    look=Look("#1F4E79"),
    steps=[
        block("Shares", "A1", [["Kind", "Share"], ["Rent", 0.4], ["Food", 0.25], ["Travel", 0.2], ["Other", 0.15]], A1_B1="header"),
        style("Shares", "B2:B5", kind="percent"),
        chart("Shares", "D1", "pie", "Pie", {"values": "Shares!B2:B5", "categories": "Shares!A2:A5", "data_labels": True}),
        chart("Shares", "D18", "doughnut", "Doughnut in given colours", {"values": "Shares!B2:B5", "categories": "Shares!A2:A5", "colors": ["#264653", "#2A9D8F", "#E9C46A", "#E76F51"]}, data_labels=True, legend="right"),
        chart("Shares", "D35", "radar", "Radar", {"values": "Shares!B2:B5", "categories": "Shares!A2:A5"}),
        block("Rivals", "A1", [["Rival", "Price", "Share", "Revenue"], ["A", 45, 0.2, 30], ["B", 52, 0.35, 55], ["C", 61, 0.1, 12], ["D", 66, 0.25, 41]], A1_D1="header"),
        style("Rivals", "C2:C5", kind="percent"),
        chart("Rivals", "F1", "scatter", "Scatter", {"values": "Rivals!C2:C5", "categories": "Rivals!B2:B5", "name": "Share by price", "trend": "linear"}, x_title="Price", y_title="Share", x_min=40, x_max=70, y_min=0, y_max=0.5),
        chart("Rivals", "F18", "bubble", "Bubble", {"values": "Rivals!C2:C5", "categories": "Rivals!B2:B5", "sizes": "Rivals!D2:D5", "name": "Rivals"}, x_min=40, x_max=75, y_min=0),
        block("Stock", "A1", [["Day", "Open", "High", "Low", "Close"], ["Mon", 50, 58, 49, 56], ["Tue", 56, 57, 51, 52], ["Wed", 52, 60, 52, 59], ["Thu", 59, 61, 55, 56]], A1_E1="header"),
        chart("Stock", "G1", "stock", "Open, high, low, close", *({"values": f"Stock!{column}2:{column}5", "categories": "Stock!A2:A5", "name": f"=Stock!{column}1"} for column in "BCDE")),
        chart("Stock", "G18", "stock", "High, low, close", *({"values": f"Stock!{column}2:{column}5", "categories": "Stock!A2:A5", "name": f"=Stock!{column}1"} for column in "CDE")),
    ],
    pages=3,
    says=("Pie", "Doughnut in given colours", "Radar", "Scatter", "Bubble", "High, low, close"),
    holds={"sheets": 3, "charts": 7},
)  # fmt: skip

_NUMBERS = [[n, 17 * n % 29 - 8, n / 10, f"2026-{n:02d}-15"] for n in range(1, 11)]
RULES = Golden(
    steps=[
        block("Rules", "A1", [["Rules and limits"], ["No.", "Change", "Share", "Due", "State"], *_NUMBERS], A1="title", A2_E2="header"),
        style("Rules", "C3:C12", kind="percent"), style("Rules", "D3:D12", kind="date"), style("Rules", "E3:E12", name="input"),
        block("Rules", "E3", [[state] for state in ("open", "done", "late", "done", "open", "late", "done", "done", "open", "open")]),
        {"op": "add_conditional_format", "sheet": "Rules", "range": "A3:A12", "rule": {"type": "icons"}},
        {"op": "add_conditional_format", "sheet": "Rules", "range": "B3:B12", "rule": {"type": "cell", "operator": "<", "value": 0, "style": "bad"}},
        {"op": "add_conditional_format", "sheet": "Rules", "range": "B3:B12", "rule": {"type": "cell", "operator": ">=", "value": 10, "style": "good"}},
        {"op": "add_conditional_format", "sheet": "Rules", "range": "C3:C12", "rule": {"type": "data_bar"}},
        {"op": "add_conditional_format", "sheet": "Rules", "range": "E3:E12", "rule": {"type": "cell", "operator": "=", "value": "late", "style": "warning"}},
        {"op": "add_conditional_format", "sheet": "Rules", "range": "D3:D12", "rule": {"type": "formula", "formula": '=$E3="done"', "style": "note"}},
        {"op": "add_validation", "sheet": "Rules", "range": "E3:E12", "type": "list", "choices": ["open", "done", "late"], "message": "One of three"},
        {"op": "add_validation", "sheet": "Rules", "range": "A3:A12", "type": "integer", "minimum": 1, "maximum": 10},
        {"op": "add_validation", "sheet": "Rules", "range": "C3:C12", "type": "decimal", "minimum": 0, "maximum": 1},
        {"op": "add_validation", "sheet": "Rules", "range": "D3:D12", "type": "date", "minimum": "2026-01-01", "maximum": "2026-12-31"},
        block("Scales", "A1", [["Low to high", "High to low", "Above", "At most", "Not", "Between", "Total", "Heat", "Head"], *([n * n, n * n, n, n, n, n, n, 3 * n % 8, n] for n in range(1, 9))], A1_I1="header"),
        {"op": "add_conditional_format", "sheet": "Scales", "range": "A2:A9", "rule": {"type": "color_scale"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "B2:B9", "rule": {"type": "color_scale", "reverse": True}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "C2:C9", "rule": {"type": "cell", "operator": ">", "value": "=AVERAGE($C$2:$C$9)", "style": "good"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "D2:D9", "rule": {"type": "cell", "operator": "<=", "value": 3, "style": "bad"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "E2:E9", "rule": {"type": "cell", "operator": "<>", "value": 5, "style": "warning"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "F2:F9", "rule": {"type": "cell", "operator": "between", "value": 3, "value2": 6, "style": "good"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "G2:G9", "rule": {"type": "formula", "formula": "=$G2=8", "style": "total"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "H2:H9", "rule": {"type": "heat_map"}},
        {"op": "add_conditional_format", "sheet": "Scales", "range": "I2:I9", "rule": {"type": "formula", "formula": "=$I2=1", "fill": "#293241"}},
    ],
    pages=2,
    says=("Rules and limits", "late", "15 Jan 2026"),
    holds={"sheets": 2, "validations": 4},
)  # fmt: skip

_ORDERS: dict[str, Any] = {
    "op": "write_table", "sheet": "Orders", "anchor": "A3", "name": "Orders",
    "columns": [
        {"header": "Date", "kind": "date"}, {"header": "Region"}, {"header": "Product", "choices": ["Pen", "Ink", "Pad"]},
        {"header": "Units", "kind": "integer", "input": True, "total": "sum"}, {"header": "Price", "kind": "currency", "total": "average"},
        {"header": "Revenue", "kind": "currency", "formula": "=[@Units]*[@Price]", "total": "sum"},
    ],
    "rows": [[f"2026-{1 + n % 9:02d}-{3 + n:02d}", ("North", "South", "West")[n % 3], ("Pen", "Ink", "Pad")[n % 4 % 3], 5 + 3 * n % 11, (1.5, 4.25, 3.0)[n % 4 % 3]] for n in range(18)],
}  # fmt: skip

TABLES = Golden(
    steps=[
        block("Orders", "A1", [["Orders of the year"]], A1="title"),
        _ORDERS,
        {"op": "append_rows", "table": "Orders", "rows": [["2026-10-02", "North", "Pad", 40, 3.0], ["2026-10-09", "East", "Ink", 12, 4.25]]},
        {"op": "add_table_column", "table": "Orders", "column": {"header": "Share", "kind": "percent", "formula": "=[@Revenue]/SUM([Revenue])"}},
        {"op": "add_table_column", "table": "Orders", "column": {"header": "Paid", "kind": "boolean", "total": "count"}, "values": [n % 3 > 0 for n in range(20)]},
        {"op": "sort_range", "table": "Orders", "by": [{"column": "Region"}, {"column": "Revenue", "descending": True}]},
        {"op": "freeze_panes", "sheet": "Orders", "cell": "A4"},
        {"op": "write_table", "sheet": "Extremes", "anchor": "B2", "name": "Extremes", "banded": False, "total_label": "Span", "columns": [
            {"header": "Name", "width": 22}, {"header": "Low", "kind": "number", "total": "min"}, {"header": "High", "kind": "number", "total": "max", "number_format": "0.000"}],
         "rows": [["First", 1.25, 9.5], ["Second", 0.5, 11.125]]},
        {"op": "write_table", "sheet": "Kinds", "anchor": "A1", "name": "Kinds", "columns": [{"header": kind.capitalize(), "kind": kind} for kind, _ in _KINDS], "rows": [[value for _, value in _KINDS]] * 2},
        block("Extremes", "F2", [["Looked up", '=INDEX(Extremes[High],MATCH("Second",Extremes[Name],0))'], ["Orders", "=COUNTA(Orders[Region])"], ["Revenue", "=SUM(Orders[Revenue])"]]),
        style("Extremes", "G4", kind="currency"),
    ],
    pages=3,
    says=("Orders of the year", "East", "11.125", "Span", "45.6M"),
    holds={"sheets": 3, "tables": 3},
)  # fmt: skip

SUMMARIES = Golden(
    steps=[
        {"op": "set_workbook", "title": "Summaries", "currency_symbol": "€", "accent_color": "#0F4C5C"},
        _ORDERS,
        {"op": "write_summary", "sheet": "By region", "anchor": "A1", "table": "Orders", "rows": [{"column": "Region"}, {"column": "Product"}], "values": [{"column": "Revenue"}, {"column": "Units", "function": "average", "label": "Units an order"}, {"column": "Date", "function": "count"}]},
        {"op": "write_summary", "sheet": "By region", "anchor": "A18", "table": "Orders", "rows": [{"column": "Region"}], "values": [{"column": "Revenue"}], "chart": "bar", "chart_title": "Revenue by region"},
        {"op": "write_summary", "sheet": "By month", "anchor": "A1", "table": "Orders", "rows": [{"column": "Date", "group": "month"}], "columns": {"column": "Region"}, "values": [{"column": "Revenue"}], "chart": "stacked_column"},
        {"op": "write_summary", "sheet": "By quarter", "anchor": "A1", "table": "Orders", "rows": [{"column": "Date", "group": "quarter"}], "values": [{"column": "Revenue"}, {"column": "Revenue", "function": "min"}, {"column": "Revenue", "function": "max"}, {"column": "Product", "function": "distinct_count"}], "chart": "line"},
        {"op": "write_summary", "sheet": "By quarter", "anchor": "A24", "table": "Orders", "rows": [{"column": "Date", "group": "year"}], "values": [{"column": "Revenue"}], "totals": False},
        {"op": "write_summary", "sheet": "By product", "anchor": "A1", "table": "Orders", "rows": [{"column": "Product"}], "values": [{"column": "Revenue"}], "sort": "value", "descending": True, "chart": "pie", "chart_title": "Revenue by product"},
        {"op": "write_summary", "sheet": "By product", "anchor": "A24", "table": "Orders", "rows": [{"column": "Region"}], "values": [{"column": "Units"}], "sort": "label", "chart": "column", "chart_title": "Units by region"},
    ],
    pages=5,
    says=("Revenue by region", "Units an order", "Units by region"),
    holds={"sheets": 5, "charts": 5, "tables": 1},
)  # fmt: skip

FUNCTIONS = Golden(
    steps=[
        {"op": "write_table", "sheet": "Staff", "anchor": "A1", "name": "Staff", "columns": [{"header": "Name"}, {"header": "Team"}, {"header": "Pay", "kind": "currency"}], "rows": [["Ann", "Sales", 4200], ["Bo", "IT", 5100], ["Cy", "Sales", 3900], ["Di", "IT", 5600]]},
        block("Staff", "E1", [
            ["What", "Result"], ["Looked up", '=XLOOKUP("Bo",Staff[Name],Staff[Pay])'], ["Named parts", "=LET(low,MIN(Staff[Pay]),high,MAX(Staff[Pay]),high-low)"],
            ["Mean of a team", '=AVERAGEIFS(Staff[Pay],Staff[Team],"IT")'], ["Joined", '=TEXTJOIN(", ",TRUE,Staff[Name])'], ["Unless", '=IFERROR(1/0,"none")'],
            ["Grade", '=IFS(F4>6000,"high",F4>5000,"middle",TRUE,"low")'], ["Days", "=NETWORKDAYS(DATE(2026,11,2),DATE(2026,11,30))"], ["Rate", "=PMT(0.05/12,240,-200000)"]], E1_F1="header"),
        style("Staff", "F2:F4", kind="currency"), style("Staff", "F9", kind="currency"),
    ],
    pages=1,
    says=("$5,100", "$1,700", "$5,350", "Ann, Bo, Cy, Di", "none", "middle", "$1,320"),
    holds={"sheets": 1, "tables": 1},
    recalculable=False,
)  # fmt: skip
