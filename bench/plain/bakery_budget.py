from datetime import date

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo

ACCENT = "1F4E79"
CURRENCY, DATE = "#,##0.00;[Red]-#,##0.00", "yyyy-mm-dd"
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="E8F1FB")
assumption_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
top = Border(top=Side(style="thin", color=ACCENT))
negative = CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill(bgColor="FFC7CE"), font=Font(color="9C0006"))

wb = Workbook()
wb.properties.title = "Bakery budget"
summary = wb.active
summary.title = "Summary"
inputs = wb.create_sheet("Assumptions")
budget = wb.create_sheet("Budget")
actuals = wb.create_sheet("Actuals")


def heading(ws, text, subtitle):
    ws["A1"], ws["A2"] = text, subtitle
    ws["A1"].font, ws["A2"].font = title, note
    ws.sheet_view.showGridLines = False


def header(ws, row, values):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill


def total(ws, row, columns):
    for column in range(1, columns + 1):
        ws.cell(row, column).font, ws.cell(row, column).border = bold, top


def add_table(ws, name, ref, columns, totals, formulas=None):
    table = Table(displayName=name, ref=ref, totalsRowCount=1)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    for number, text in enumerate(columns, 1):
        column = TableColumn(id=number, name=text)
        if text in totals:
            column.totalsRowFunction = "sum"
        if formulas and text in formulas:
            column.calculatedColumnFormula = TableFormula(attr_text=formulas[text])
        table.tableColumns.append(column)
    table.tableColumns[0].totalsRowLabel = "Total"
    ws.add_table(table)


def widths(ws, values):
    for letter, width in values.items():
        ws.column_dimensions[letter].width = width


def printing(ws, landscape=False, repeat=None):
    ws.page_setup.orientation = "landscape" if landscape else "portrait"
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True
    if repeat:
        ws.print_title_rows = f"{repeat}:{repeat}"


# Assumptions
heading(inputs, "Assumptions", "Change the shaded cells; every formula in the workbook follows.")
header(inputs, 4, ["Item", "Value", "Source", "Note"])
given, assumed = "From your request", "Assumption – replace with your own figure"
rows = {
    5: ("Period",),
    6: ("First month", date(2026, 11, 1), assumed, None, DATE),
    7: ("Budget lines",),
    8: ("Rent", 2400, given, "Read as an amount a month", CURRENCY),
    9: ("Salaries, per employee", 2900, given, "Read as an amount a month", CURRENCY),
    10: ("Employees: number", 2, given, None, "0"),
    11: ("Revenue", 0, assumed, "A month. Not in your request: enter it here", CURRENCY),
}
for r, row in rows.items():
    if len(row) == 1:
        inputs.cell(r, 1, row[0]).font = bold
        continue
    *values, form = row
    for column, value in enumerate(values, 1):
        inputs.cell(r, column, value)
        if column > 2:
            inputs.cell(r, column).font = note
    cell = inputs.cell(r, 2)
    cell.number_format, cell.font = form, input_font
    cell.fill = input_fill if row[2] == given else assumption_fill
wb.defined_names["StartDate"] = DefinedName("StartDate", attr_text="Assumptions!$B$6")
widths(inputs, {"A": 36, "B": 18, "C": 40, "D": 50})

# Budget: months in B to M, the year in N
heading(budget, "Budget", "Planned amounts by month")
header(budget, 4, ["Category", *[None] * 12, "Total"])
for r, label in enumerate(
    ("Revenue", "Total income", "Rent", "Salaries", "Total costs", "Balance", "Balance, running"), 5
):
    budget.cell(r, 1, label)
for column in range(2, 15):
    c = get_column_letter(column)
    if column < 14:
        budget[f"{c}4"] = "=StartDate" if column == 2 else f"=EDATE({get_column_letter(column - 1)}$4,1)"
        budget[f"{c}4"].number_format = "mmm yyyy"
        budget[f"{c}5"] = "=Assumptions!$B$11"
        budget[f"{c}7"] = "=Assumptions!$B$8"
        budget[f"{c}8"] = "=Assumptions!$B$9*Assumptions!$B$10"
        budget[f"{c}11"] = f"=SUM($B10:{c}10)"
    else:
        for r in (5, 7, 8):
            budget[f"{c}{r}"] = f"=SUM(B{r}:M{r})"
    budget[f"{c}6"] = f"=SUM({c}5:{c}5)"
    budget[f"{c}9"] = f"=SUM({c}7:{c}8)"
    budget[f"{c}10"] = f"={c}6-{c}9"
    budget[f"{c}4"].alignment = Alignment(horizontal="right")
    for r in range(5, 12):
        budget[f"{c}{r}"].number_format = CURRENCY
    budget.column_dimensions[c].width = 13
for r in (6, 9, 10):
    total(budget, r, 14)
budget.conditional_formatting.add("B10:N11", negative)
budget.column_dimensions["A"].width = 28
budget.freeze_panes = "B5"
printing(budget, landscape=True, repeat=4)

# Actuals: an empty log of twelve lines
heading(actuals, "Actuals", "Enter each receipt and payment once; the Summary compares them with the plan.")
columns = ["Date", "Category", "Description", "Amount"]
header(actuals, 4, columns)
for r in range(5, 17):
    for column in range(1, 5):
        actuals.cell(r, column).fill = input_fill
    actuals.cell(r, 1).number_format = DATE
    actuals.cell(r, 4).number_format = CURRENCY
actuals["A17"], actuals["D17"] = "Total", "=SUBTOTAL(109,Actuals[Amount])"
actuals["D17"].number_format = CURRENCY
total(actuals, 17, 4)
add_table(actuals, "Actuals", "A4:D17", columns, {"Amount"})
choices = DataValidation(type="list", formula1='"Revenue,Rent,Salaries"', allow_blank=True)
actuals.add_data_validation(choices)
choices.add("B5:B16")
actuals.freeze_panes = "A5"
widths(actuals, {"A": 14, "B": 28, "C": 40, "D": 16})
printing(actuals, repeat=4)

# Summary
heading(summary, "Bakery budget", "Plan by category and month, and what was really spent")
for column, (label, formula) in enumerate(
    (
        ("Planned costs", "=SUM(Costs[Planned])"),
        ("Average a month", "=A5/12"),
        ("Planned income", "=Budget!N6"),
        ("Still to be earned", "=MAX(0,A5-C5)"),
    ),
    1,
):
    summary.cell(4, column, label).font = note
    summary.cell(4, column).border = top
    cell = summary.cell(5, column, formula)
    cell.font, cell.number_format = Font(name="Calibri", size=18, bold=True), CURRENCY
    cell.alignment = Alignment(horizontal="left")
columns = ["Category", "Planned", "Actual to date", "Remaining"]
header(summary, 8, columns)
for r, (category, source) in enumerate((("Rent", "N7"), ("Salaries", "N8")), 9):
    summary.cell(r, 1, category)
    summary.cell(r, 2, f"=Budget!{source}")
    summary.cell(r, 3, f"=SUMIFS(Actuals[Amount],Actuals[Category],A{r})")
    summary.cell(r, 4, f"=B{r}-C{r}")
summary["A11"] = "Total"
for letter, name in zip("BCD", columns[1:], strict=True):
    summary[f"{letter}11"] = f"=SUBTOTAL(109,Costs[{name}])"
    for r in (9, 10, 11):
        summary[f"{letter}{r}"].number_format = CURRENCY
total(summary, 11, 4)
add_table(
    summary,
    "Costs",
    "A8:D11",
    columns,
    set(columns[1:]),
    {
        "Actual to date": "SUMIFS(Actuals[Amount],Actuals[Category],Costs[[#This Row],[Category]])",
        "Remaining": "Costs[[#This Row],[Planned]]-Costs[[#This Row],[Actual to date]]",
    },
)
summary.conditional_formatting.add("D9:D10", negative)
widths(summary, dict.fromkeys("ABCD", 30))
printing(summary)

chart = BarChart()
chart.type = "bar"
chart.title = "Planned costs by category"
chart.add_data(Reference(summary, min_col=2, min_row=8, max_row=10), titles_from_data=True)
chart.set_categories(Reference(summary, min_col=1, min_row=9, max_row=10))
chart.series[0].graphicalProperties.solidFill = ACCENT
chart.legend = None
chart.x_axis.scaling.orientation = "maxMin"
chart.x_axis.delete = False
chart.y_axis.delete = False
chart.width, chart.height = 24, 7
summary.add_chart(chart, "A13")

wb.save("bakery_budget.xlsx")
