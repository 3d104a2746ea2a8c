# ruff: noqa: E501 - a row of cells is one line
"""Long words, other scripts, texts that mean harm, almost nothing, and very much."""

from __future__ import annotations

from overten.documents.engine import Look
from tests.golden.documents.excel.kinds import block, chart, style
from tests.golden.documents.golden import Golden

GERMAN = Golden(
    look=Look("#7A1F3D", None, "Arial"),
    steps=[
        {"op": "set_workbook", "title": "Wirtschaftsplan", "currency_symbol": "€"},
        block("Übersicht", "A1", [["Wirtschaftsplan der Abwasserbeseitigungsgesellschaft"], ["Geschäftsjahr 2027, vorläufige Zahlen"]], A1="title", A2="subtitle"),
        {"op": "write_table", "sheet": "Übersicht", "anchor": "A4", "name": "Aufwand", "total_label": "Summe", "columns": [
            {"header": "Aufwandsart"}, {"header": "Kostenstellenverantwortliche"}, {"header": "Vorjahresergebnis", "kind": "currency", "total": "sum"},
            {"header": "Planansatz", "kind": "currency", "total": "sum", "input": True}, {"header": "Veränderung", "kind": "percent", "formula": "=[@Planansatz]/[@Vorjahresergebnis]-1"}],
         "rows": [["Instandhaltungsmaßnahmen Kanalnetz", "Frau Müller-Lüdenscheidt", 412000, 455000], ["Klärschlammentsorgung", "Herr Größmann", 198000, 231500], ["Energiebezugskosten", "Frau Öztürk", 275400, 249000], ["Versicherungsbeiträge und Rechtsberatung", "Herr Weiß", 64000, 66500]]},
        chart("Übersicht", "A11", "bar", "Planansatz nach Aufwandsart", {"values": "Aufwand[Planansatz]", "categories": "Aufwand[Aufwandsart]"}, columns=12),
    ],
    pages=1,
    says=("Abwasserbeseitigungsgesellschaft", "Kostenstellenverantwortliche", "Klärschlammentsorgung", "€1,002,000", "16.9%"),
    holds={"sheets": 1, "charts": 1, "tables": 1},
)  # fmt: skip

RIGHT_TO_LEFT = Golden(
    steps=[
        {"op": "set_workbook", "title": "ميزانية", "currency_symbol": "﷼"},
        {"op": "write_table", "sheet": "الميزانية", "anchor": "A1", "name": "Budget", "columns": [{"header": "البند"}, {"header": "المبلغ", "kind": "currency", "total": "sum"}], "rows": [["الإيجار", 1200], ["الطعام", 450]], "total_label": "المجموع"},
        {"op": "write_table", "sheet": "תקציב", "anchor": "A1", "name": "Taktziv", "columns": [{"header": "סעיף"}, {"header": "סכום", "kind": "integer", "total": "sum"}], "rows": [["שכירות", 5200], ["מזון", 1850]], "total_label": "סך הכל"},
        chart("תקציב", "D1", "column", "הוצאות", {"values": "Taktziv[סכום]", "categories": "Taktziv[סעיף]"}),
    ],
    pages=2,
    holds={"sheets": 2, "charts": 1, "tables": 2},
    drawn=False,
)  # fmt: skip

EAST_ASIAN = Golden(
    steps=[
        {"op": "set_workbook", "title": "予算", "currency_symbol": "¥"},
        {"op": "write_table", "sheet": "家計簿", "anchor": "A1", "name": "Budget", "columns": [{"header": "項目"}, {"header": "金額", "kind": "currency", "total": "sum"}], "rows": [["家賃", 120000], ["食費", 45000], ["交通費", 9800]], "total_label": "合計"},
        block("预算", "A1", [["项目", "金额"], ["房租", 3500], ["伙食", 1200], ["合计", "=SUM(B2:B3)"]], A1_B1="header"),
        block("예산", "A1", [["항목", "금액"], ["월세", 550000], ["식비", 300000]], A1_B1="header"),
    ],
    pages=3,
    holds={"sheets": 3, "tables": 1},
    drawn=False,
)  # fmt: skip

HOSTILE = Golden(
    steps=[
        {"op": "set_workbook", "title": "<script> & \"quotes\""},
        block("Text", "A1", [
            ["What looks like a formula or markup stays text"], ["'=HYPERLINK(\"http://evil.example\",\"click\")"], ["'=cmd|' /C calc'!A0"], ["+1+1"], ["-2+3"], ["@SUM(A1)"],
            ["<b>bold</b> & <!-- comment --> ]]>"], ["a\x00b\x07c\x1b[31m\ufffe"], ["_x0041_ is not A"], ["'quoted"], ["''twice"], ["1E5 and 00123 and 1/2"], ["tab\tand\nnew line"], ["\U0001f389 emoji 👩‍👩‍👧"], ["https://example.com/?q=<x>&y=\"z\""], [" leading and trailing "]]),
        {"op": "write_table", "sheet": "Table", "anchor": "A1", "name": "T", "columns": [{"header": "[odd] #header's @name"}, {"header": "'=1+1"}, {"header": "A & B <c>"}], "rows": [["'=1+1", "x]]", "&amp;"], ["#REF", "\u202e reversed", "%s {0} ${x}"]]},
        {"op": "annotate", "sheet": "Table", "items": [{"cell": "A2", "note": "=1+1 <b>&amp;</b>"}]},
        block("Lengths", "A1", [["<a>", 1], ["&b", 2]]),
        chart("Table", "E1", "column", "=A1 & <title>", {"values": "Lengths!B1:B2", "categories": "Lengths!A1:A2", "name": "'=name"}),
    ],
    pages=3,
    says=("=HYPERLINK(\"http://evil.example\",\"click\")", "+1+1", "@SUM(A1)", "_x0041_ is not A", "00123", "&amp;"),
    holds={"sheets": 3, "charts": 1, "tables": 1, "notes": 1, "formulas": 0},
)  # fmt: skip

SMALLEST = Golden(steps=[block("Sheet", "A1", [[1]])], pages=1, says=("1",), holds={"sheets": 1})

BIG = Golden(
    steps=[
        {"op": "set_workbook", "title": "Readings", "accent_color": "#00626B"},
        {"op": "write_table", "sheet": "Readings", "anchor": "A1", "name": "Readings", "columns": [
            {"header": "Number", "kind": "integer"}, {"header": "Station"}, {"header": "Date", "kind": "date"}, {"header": "Level", "kind": "number"}, {"header": "Flow", "kind": "number", "total": "average"},
            {"header": "Product", "kind": "number", "formula": "=[@Level]*[@Flow]", "total": "sum"}],
         "rows": [[n, f"Station {n % 17:02d}", f"2026-{1 + n % 12:02d}-{1 + n % 28:02d}", n % 97 / 7, 40 + n % 53 / 3] for n in range(1, 2501)]},
        {"op": "freeze_panes", "sheet": "Readings", "cell": "A2"},
        {"op": "set_print", "sheet": "Readings", "repeat_rows": 1},
        {"op": "write_summary", "sheet": "Stations", "anchor": "A1", "table": "Readings", "rows": [{"column": "Station"}], "values": [{"column": "Flow", "function": "average"}, {"column": "Product"}, {"column": "Number", "function": "count"}], "chart": "column", "chart_title": "Flow by station"},
        style("Stations", "C2:C18", number_format="#,##0"),
    ],
    pages=53,
    says=("Station 16", "Flow by station", "2,500"),
    holds={"sheets": 2, "charts": 1, "tables": 1},
)  # fmt: skip
