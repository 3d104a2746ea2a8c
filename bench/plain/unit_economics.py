from datetime import date

from openpyxl import Workbook
from openpyxl.chart import LineChart, Reference
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

ACCENT = "1F6F5C"
MONEY, CENTS = "$#,##0;[Red]-$#,##0", "$#,##0.00"
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
subtitle = Font(name="Calibri", size=12, color="444444")
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="E8F1FB")
assumption_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
top = Border(top=Side(style="thin", color=ACCENT))

wb = Workbook()
wb.properties.title = "Meal-kit unit economics and runway"
wb.properties.subject = "Unit economics and 24-month cash runway"
summary = wb.active
summary.title = "Summary"
inputs = wb.create_sheet("Assumptions")
unit = wb.create_sheet("Unit economics")
runway = wb.create_sheet("Runway")


def heading(ws, text, remark, font=note):
    ws["A1"], ws["A2"] = text, remark
    ws["A1"].font, ws["A2"].font = title, font


def header(ws, row, values, center=False):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill
        if center:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def widths(ws, values):
    for letter, width in values.items():
        ws.column_dimensions[letter].width = width


# Assumptions
heading(inputs, "Assumptions", "Overwrite the shaded values; every other sheet follows")
header(inputs, 4, ["Assumption", "Value", "Unit", "Source"])
given = [
    ("Subscribers at the start", 1200, "subscribers", "#,##0", "StartSubscribers"),
    ("Average order value", 64, "$ per order", CENTS, "OrderValue"),
    ("Orders per subscriber", 2.6, "per month", "0.0", "OrdersPerMonth"),
    ("Churn", 0.06, "per month", "0.0%", "Churn"),
    ("Customer acquisition cost (CAC)", 38, "$ per new subscriber", CENTS, "CAC"),
    ("Gross margin", 0.27, "of revenue", "0.0%", "GrossMargin"),
    ("Cash in the bank", 1400000, "$", MONEY, "StartCash"),
]
assumed = [
    ("First month", date(2026, 12, 1), "month", "Assumed: the month after today", "mmm yyyy", "FirstMonth"),
    (
        "New subscribers in the first month",
        90,
        "subscribers",
        "Assumed: a little above what churn takes at the start",
        "#,##0",
        "NewSubscribers",
    ),
    ("Growth of new subscribers", 0, "per month", "Assumed: flat", "0.0%", "NewGrowth"),
    ("Payroll", 70000, "$ per month", "Assumed", MONEY, None),
    ("Kitchen and office rent", 14000, "$ per month", "Assumed", MONEY, None),
    ("Technology and tools", 8000, "$ per month", "Assumed", MONEY, None),
    ("General and administrative", 10000, "$ per month", "Assumed", MONEY, None),
    ("Fixed costs", "=SUM(B17:B20)", "$ per month", "Calculated", MONEY, "FixedCosts"),
    ("Minimum cash reserve", 150000, "$", "Assumed: months below it are marked", MONEY, "CashReserve"),
]
lines = [(label, value, of, "Given", form, name) for label, value, of, form, name in given]
for start, text, block in ((5, "Given in the request", lines), (13, "Assumed, please replace with your own", assumed)):
    inputs.cell(start, 1, text).font = bold
    for r, (label, value, of, source, form, name) in enumerate(block, start + 1):
        for column, content in enumerate((label, value, of, source), 1):
            inputs.cell(r, column, content)
            if column > 2:
                inputs.cell(r, column).font = note
        cell = inputs.cell(r, 2)
        cell.number_format = form
        if source == "Calculated":
            for column in range(1, 5):
                inputs.cell(r, column).font, inputs.cell(r, column).border = bold, top
        else:
            cell.fill, cell.font = (input_fill if source == "Given" else assumption_fill), input_font
        if name:
            wb.defined_names[name] = DefinedName(name, attr_text=f"Assumptions!$B${r}")
churn = DataValidation(
    type="decimal", operator="between", formula1="0.001", formula2="1", error="Monthly churn between 0.1% and 100%"
)
churn.showErrorMessage = True
inputs.add_data_validation(churn)
churn.add("B9")
widths(inputs, {"A": 36, "B": 16, "C": 22, "D": 50})

# Unit economics
heading(
    unit,
    "Unit economics of one subscriber",
    "Before fixed costs; gross margin is taken to cover food, packing and delivery",
)
header(unit, 4, ["Measure", "Value", "Unit", "How it is calculated"])
measures = [
    ("Revenue", "=OrderValue*OrdersPerMonth", "$ per month", "Order value × orders", CENTS),
    ("Gross profit", "=B5*GrossMargin", "$ per month", "Revenue × gross margin", CENTS),
    ("Gross profit per order", "=OrderValue*GrossMargin", "$ per order", "Order value × gross margin", CENTS),
    ("Average lifetime", "=1/Churn", "months", "1 ÷ churn", "0.0"),
    ("Lifetime value (LTV)", "=B6*B8", "$", "Gross profit × lifetime, undiscounted", CENTS),
    ("Acquisition cost (CAC)", "=CAC", "$", "Assumptions", CENTS),
    ("LTV to CAC", "=B9/B10", "×", "LTV ÷ CAC", '0.0"×"'),
    ("CAC payback", "=B10/B6", "months", "CAC ÷ gross profit", "0.0"),
    (
        "Break-even subscribers",
        "=FixedCosts/(B6-Churn*CAC)",
        "subscribers",
        "Fixed costs ÷ (gross profit − CAC to replace churn)",
        "#,##0",
    ),
]
for r, (*values, form) in enumerate(measures, 5):
    for column, value in enumerate(values, 1):
        unit.cell(r, column, value)
        if column > 2:
            unit.cell(r, column).font = note
    unit.cell(r, 2).number_format = form
widths(unit, {"A": 30, "B": 16, "C": 16, "D": 52})

# Runway
heading(runway, "24-month cash runway", "Revenue on the month's average subscribers; red marks cash below the reserve")
header(
    runway,
    4,
    [
        "No.",
        "Month",
        "Opening subscribers",
        "New",
        "Churned",
        "Closing subscribers",
        "Revenue",
        "Gross profit",
        "Acquisition",
        "Fixed costs",
        "Net cash flow",
        "Closing cash",
    ],
    center=True,
)
first, last = 5, 28
for r in range(first, last + 1):
    p = r - 1
    start = r == first
    row = [
        1 if start else f"=A{p}+1",
        "=FirstMonth" if start else f"=EDATE(B{p},1)",
        "=StartSubscribers" if start else f"=F{p}",
        "=NewSubscribers" if start else f"=D{p}*(1+NewGrowth)",
        f"=C{r}*Churn",
        f"=C{r}+D{r}-E{r}",
        f"=AVERAGE(C{r},F{r})*OrdersPerMonth*OrderValue",
        f"=G{r}*GrossMargin",
        f"=-D{r}*CAC",
        "=-FixedCosts",
        f"=H{r}+I{r}+J{r}",
        f"=StartCash+K{r}" if start else f"=L{p}+K{r}",
    ]
    for column, value in enumerate(row, 1):
        runway.cell(r, column, value)
total = last + 1
runway.cell(total, 1, "Total")
runway[f"C{total}"], runway[f"F{total}"], runway[f"L{total}"] = f"=C{first}", f"=F{last}", f"=L{last}"
for letter in "DEGHIJK":
    runway[f"{letter}{total}"] = f"=SUM({letter}{first}:{letter}{last})"
for r in range(first, total + 1):
    runway.cell(r, 1).alignment = Alignment(horizontal="center" if r < total else "left")
    runway.cell(r, 2).number_format = "mmm yyyy"
    for column in range(3, 13):
        runway.cell(r, column).number_format = "#,##0" if column < 7 else MONEY
for column in range(1, 13):
    runway.cell(total, column).font, runway.cell(total, column).border = bold, top
runway["A31"], runway["L31"] = "Check: cash", f"=ROUND(StartCash+K{total}-L{last},2)"
runway["A32"], runway["F32"] = "Check: subscribers", f"=ROUND(C{first}+D{total}-E{total}-F{last},6)"
for ref in ("A31", "L31", "A32", "F32"):
    runway[ref].font, runway[ref].number_format = note, "0.00"
runway.conditional_formatting.add(
    f"L{first}:L{last}",
    CellIsRule(
        operator="lessThan", formula=["CashReserve"], fill=PatternFill(bgColor="FFC7CE"), font=Font(color="9C0006")
    ),
)
runway.freeze_panes = "C5"
widths(runway, {"A": 9, "B": 11, **dict.fromkeys("CDEF", 12), **dict.fromkeys("GHIJKL", 13)})
runway.page_setup.orientation = "landscape"
runway.page_setup.fitToWidth, runway.page_setup.fitToHeight = 1, 0
runway.sheet_properties.pageSetUpPr.fitToPage = True
runway.print_title_rows = "4:4"

# Summary
NEGATIVE = "MATCH(TRUE,INDEX(Runway!L5:L28<0,0),0)"
heading(
    summary,
    "Meal-kit unit economics and cash runway",
    '=IF(COUNTIF(Runway!L5:L28,"<0")=0,"Cash lasts through "&TEXT(Runway!B28,"mmm yyyy")&", the last month of the plan",'
    f'"Cash runs out in "&TEXT(INDEX(Runway!B5:B28,{NEGATIVE}),"mmm yyyy"))',
    subtitle,
)
header(summary, 4, ["Key figure", "Value", "Unit", "Reading"])
figures = [
    ("Gross profit per subscriber", "='Unit economics'!B6", "$ per month", "After food, packing and delivery", CENTS),
    (
        "Lifetime value (LTV)",
        "='Unit economics'!B9",
        "$",
        '="Over "&TEXT(\'Unit economics\'!B8,"0.0")&" months"',
        CENTS,
    ),
    (
        "LTV to CAC",
        "='Unit economics'!B11",
        "×",
        '=IF(B7>=3,"At or above the usual 3×","Below the usual 3×")',
        '0.0"×"',
    ),
    ("CAC payback", "='Unit economics'!B12", "months", "In gross profit", "0.0"),
    (
        "Break-even subscribers",
        "='Unit economics'!B13",
        "subscribers",
        '="Plan ends with "&TEXT(Runway!F28,"#,##0")',
        "#,##0",
    ),
    ("Average monthly net burn", "=-AVERAGE(Runway!K5:K28)", "$ per month", "Over the 24 months", MONEY),
    (
        "Cash after 24 months",
        "=Runway!L28",
        "$",
        '=IF(B11<0,"Funding needed before then",IF(B11<CashReserve,"Below the reserve","Above the reserve"))',
        MONEY,
    ),
    (
        "Runway",
        f'=IF(COUNTIF(Runway!L5:L28,"<0")>0,{NEGATIVE}-1,'
        'IF(Runway!K28>=0,"Not limited",COUNT(Runway!A5:A28)-Runway!L28/Runway!K28))',
        "months",
        '=IF(COUNTIF(Runway!L5:L28,"<0")>0,"Full months funded","Last month\'s burn continued after the plan")',
        "0.0",
    ),
    (
        "Checks",
        '=IF(AND(Runway!L31=0,Runway!F32=0),"OK","Error")',
        None,
        "Cash and subscribers roll forward",
        "General",
    ),
]
for r, (*values, form) in enumerate(figures, 5):
    for column, value in enumerate(values, 1):
        summary.cell(r, column, value)
        if column > 2:
            summary.cell(r, column).font = note
    summary.cell(r, 2).number_format = form
    summary.cell(r, 2).alignment = Alignment(horizontal="right")
for ref in ("A11", "B11", "A12", "B12"):
    summary[ref].font = bold
summary.conditional_formatting.add(
    "B13",
    CellIsRule(operator="equal", formula=['"OK"'], fill=PatternFill(bgColor="C6EFCE"), font=Font(color="006100")),
)
widths(summary, {"A": 32, "B": 18, "C": 16, "D": 44})

chart = LineChart()
chart.title = "Closing cash by month"
chart.y_axis.title = "$"
chart.y_axis.number_format = "$#,##0"
chart.x_axis.number_format = "mmm yy"
chart.add_data(Reference(runway, min_col=12, min_row=4, max_row=last), titles_from_data=True)
chart.set_categories(Reference(runway, min_col=2, min_row=first, max_row=last))
chart.series[0].graphicalProperties.line.solidFill = ACCENT
chart.series[0].smooth = False
chart.legend = None
chart.x_axis.delete = False
chart.y_axis.delete = False
chart.width, chart.height = 22, 8
summary.add_chart(chart, "A15")

wb.save("unit_economics.xlsx")
