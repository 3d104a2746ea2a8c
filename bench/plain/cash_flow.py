from datetime import date

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

ACCENT = "1F4E79"
CURRENCY = '"€"#,##0.00;[Red]-"€"#,##0.00'
MONTH = "mmm yyyy"
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
heading_fill = PatternFill("solid", fgColor="DDE7F1")
input_fill = PatternFill("solid", fgColor="E8F1FB")
assumption_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
top = Border(top=Side(style="thin", color=ACCENT))

wb = Workbook()
wb.properties.title = "12-month cash-flow forecast"
summary = wb.active
summary.title = "Summary"
inputs = wb.create_sheet("Assumptions")
flow = wb.create_sheet("Cash flow")


def heading(ws, text, subtitle):
    ws["A1"], ws["A2"] = text, subtitle
    ws["A1"].font, ws["A2"].font = title, note


def header(ws, row, values):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill
        cell.alignment = Alignment(horizontal="left" if column == 1 else "right")


def total(ws, row, columns):
    for column in range(1, columns + 1):
        ws.cell(row, column).font, ws.cell(row, column).border = bold, top


# Assumptions
heading(inputs, "Assumptions", "All figures are assumptions to be replaced, except those marked as given")
header(inputs, 4, ["Input", "Value", "Unit", "Note"])
for letter in "CD":
    inputs[f"{letter}4"].alignment = Alignment(horizontal="left")
rows = [
    ("Opening cash", 40000, "EUR", "Given in the request", CURRENCY),
    ("First month", date(2027, 1, 1), "month", "Assumption: forecast starts in January 2027", MONTH),
    ("People", 3, "people", "Given in the request", "0"),
    ("Billable days per person and month", 14, "days", "Assumption: about 70% of working days", "0"),
    ("Day rate", 520, "EUR", "Assumption", CURRENCY),
    ("Seasonal dip in August and December", 0.4, "%", "Assumption: share of billing lost in these months", "0.0%"),
    ("Share of invoices paid in the same month", 0.3, "%", "Assumption; the rest is paid one month later", "0.0%"),
    ("Gross salary per person and month", 3600, "EUR", "Assumption", CURRENCY),
    ("Employer contributions", 0.22, "%", "Assumption: on gross salary", "0.0%"),
    ("Rent and utilities", 1400, "EUR/month", "Assumption", CURRENCY),
    ("Software and tools", 450, "EUR/month", "Assumption", CURRENCY),
    ("Freelancers, share of billing", 0.08, "%", "Assumption", "0.0%"),
    ("Marketing and travel", 600, "EUR/month", "Assumption", CURRENCY),
    ("Equipment purchase", 6000, "EUR", "Assumption: one laptop round", CURRENCY),
    ("Month of equipment purchase", 4, "month no.", "Assumption", "0"),
    ("Minimum cash wanted", 15000, "EUR", "Assumption: about one month of costs", CURRENCY),
]
for r, (label, value, unit, remark, number_format) in enumerate(rows, 5):
    for column, content in enumerate((label, value, unit, remark), 1):
        inputs.cell(r, column, content)
    cell = inputs.cell(r, 2)
    cell.number_format, cell.font = number_format, input_font
    cell.fill = input_fill if remark.startswith("Given") else assumption_fill
    inputs.cell(r, 4).font = note
for name, ref in (
    ("OpeningCash", "B5"),
    ("DayRate", "B9"),
    ("PaidSameMonth", "B11"),
    ("GrossSalary", "B12"),
    ("MinimumCash", "B20"),
):
    wb.defined_names[name] = DefinedName(name, attr_text=f"Assumptions!${ref[0]}${ref[1:]}")
for letter, width in zip("ABCD", (42, 16, 12, 50), strict=True):
    inputs.column_dimensions[letter].width = width

# Cash flow: months in C to N, the year in O
heading(
    flow,
    "Cash flow, January to December 2027 (EUR)",
    "Invoices are paid partly in the month of billing and the rest one month later",
)
header(flow, 4, ["Month", *[None] * 13, "Year"])
labels = {
    5: "Month number",
    6: "Billing",
    7: "Opening cash",
    8: "Cash in",
    9: "Paid in the same month",
    10: "Paid for the month before",
    11: "Total cash in",
    12: "Cash out",
    13: "Salaries with contributions",
    14: "Rent and utilities",
    15: "Software and tools",
    16: "Freelancers",
    17: "Marketing, travel, equipment",
    18: "Total cash out",
    19: "Net cash flow",
    20: "Closing cash",
    21: "Check: opening + net = closing (must be 0)",
}
for r, label in labels.items():
    flow.cell(r, 1, label)
for column in range(3, 15):
    c, before = get_column_letter(column), get_column_letter(column - 1)
    first = column == 3
    formulas = {
        4: "=Assumptions!$B$6" if first else f"=EDATE({before}4,1)",
        5: 1 if first else f"={before}5+1",
        6: f"=Assumptions!$B$7*Assumptions!$B$8*DayRate*(1-IF(OR(MONTH({c}4)=8,MONTH({c}4)=12),Assumptions!$B$10,0))",
        7: "=OpeningCash" if first else f"={before}20",
        9: f"={c}6*PaidSameMonth",
        10: 0 if first else f"={before}6*(1-PaidSameMonth)",
        11: f"=SUM({c}9:{c}10)",
        13: "=Assumptions!$B$7*GrossSalary*(1+Assumptions!$B$13)",
        14: "=Assumptions!$B$14",
        15: "=Assumptions!$B$15",
        16: f"={c}6*Assumptions!$B$16",
        17: f"=Assumptions!$B$17+IF({c}5=Assumptions!$B$19,Assumptions!$B$18,0)",
        18: f"=SUM({c}13:{c}17)",
        19: f"={c}11-{c}18",
        20: f"={c}7+{c}19",
    }
    for r, formula in formulas.items():
        flow[f"{c}{r}"] = formula
    flow[f"{c}4"].number_format = MONTH
    flow[f"{c}5"].number_format = "0"
for r in (6, 9, 10, 11, 13, 14, 15, 16, 17, 18):
    flow[f"O{r}"] = f"=SUM(C{r}:N{r})"
flow["O7"], flow["O19"], flow["O20"] = "=C7", "=O11-O18", "=N20"
flow["O21"] = "=ROUND(O7+O19-O20,2)"
for row in flow["C6:O21"]:
    for cell in row:
        cell.number_format = CURRENCY
for r in (8, 12):
    for column in range(1, 16):
        flow.cell(r, column).font, flow.cell(r, column).fill = bold, heading_fill
for r in (11, 18, 20):
    total(flow, r, 15)
for column in range(1, 16):
    flow.cell(21, column).font = note
flow.conditional_formatting.add(
    "C20:N20",
    FormulaRule(formula=["C20<MinimumCash"], fill=PatternFill(bgColor="FFC7CE"), font=Font(color="9C0006")),
)
flow.freeze_panes = "C5"
flow.column_dimensions["A"].width = 38
flow.column_dimensions["B"].width = 2
for column in range(3, 16):
    flow.column_dimensions[get_column_letter(column)].width = 14
flow.page_setup.orientation = "landscape"
flow.page_setup.fitToWidth, flow.page_setup.fitToHeight = 1, 0
flow.sheet_properties.pageSetUpPr.fitToPage = True

# Summary
heading(
    summary,
    "12-month cash-flow forecast",
    "Design studio of three people, opening cash as given; all other figures are assumptions",
)
header(summary, 4, ["Key figure", "Value"])
figures = [
    ("Opening cash", "='Cash flow'!C7", CURRENCY),
    ("Total cash in", "='Cash flow'!O11", CURRENCY),
    ("Total cash out", "='Cash flow'!O18", CURRENCY),
    ("Closing cash after 12 months", "='Cash flow'!O20", CURRENCY),
    ("Lowest month-end cash", "=MIN('Cash flow'!C20:N20)", CURRENCY),
    ("Month of the lowest cash", "=INDEX('Cash flow'!C4:N4,MATCH(B9,'Cash flow'!C20:N20,0))", MONTH),
    ("Months below the minimum cash", "=COUNTIF('Cash flow'!C20:N20,\"<\"&MinimumCash)", "0"),
]
for r, (label, formula, number_format) in enumerate(figures, 5):
    summary.cell(r, 1, label)
    summary.cell(r, 2, formula).number_format = number_format
total(summary, 8, 2)
summary.column_dimensions["A"].width = 34
summary.column_dimensions["B"].width = 18

chart = BarChart()
chart.type = "col"
chart.title = "Closing cash by month"
chart.y_axis.title = "EUR"
chart.y_axis.number_format = "#,##0"
chart.x_axis.number_format = "mmm yy"
chart.add_data(Reference(flow, min_col=3, max_col=14, min_row=20), from_rows=True, titles_from_data=False)
chart.set_categories(Reference(flow, min_col=3, max_col=14, min_row=4))
chart.series[0].graphicalProperties.solidFill = ACCENT
chart.legend = None
chart.x_axis.delete = False
chart.y_axis.delete = False
chart.width, chart.height = 20, 9
summary.add_chart(chart, "A14")

wb.save("cash_flow.xlsx")
