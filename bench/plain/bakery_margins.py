from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo

ACCENT = "0F4C5C"
CURRENCY = '#,##0.00 "€"'
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
top = Border(top=Side(style="thin", color=ACCENT))

wb = Workbook()
summary = wb.active
summary.title = "Summary"
products = wb.create_sheet("Products")

products["A1"] = "Products and weekly margin"
products["A1"].font = title
products["A2"] = "Prices, costs and quantities are assumptions; overwrite the input cells"
products["A2"].font = note

headers = [
    "Item",
    "Category",
    "Unit price",
    "Unit cost",
    "Sold per week",
    "Weekly revenue",
    "Weekly margin",
    "Margin share",
]
rows = [
    ["Sourdough loaf", "Bread", 5.5, 1.9, 140],
    ["Rye loaf", "Bread", 4.8, 1.7, 90],
    ["Croissant", "Pastry", 2.4, 0.8, 320],
    ["Cinnamon roll", "Pastry", 3.2, 1.1, 180],
    ["Carrot cake slice", "Cake", 4.5, 1.6, 75],
]
first = 5
last = first + len(rows) - 1
for column, text in enumerate(headers, 1):
    cell = products.cell(4, column, text)
    cell.font, cell.fill = header_font, header_fill
    cell.alignment = Alignment(horizontal="left" if column < 3 else "right", wrap_text=True)
for offset, row in enumerate(rows):
    r = first + offset
    for column, value in enumerate(row, 1):
        cell = products.cell(r, column, value)
        if column >= 3:
            cell.fill, cell.font = input_fill, input_font
    products.cell(r, 6, f"=C{r}*E{r}")
    products.cell(r, 7, f"=(C{r}-D{r})*E{r}")
    products.cell(r, 8, f"=1-D{r}/C{r}")
    for column in (3, 4, 6, 7):
        products.cell(r, column).number_format = CURRENCY
    products.cell(r, 5).number_format = "#,##0"
    products.cell(r, 8).number_format = "0.0%"
total = last + 1
products.cell(total, 1, "Total")
for column in (5, 6, 7):
    letter = get_column_letter(column)
    products.cell(total, column, f"=SUBTOTAL(109,{letter}{first}:{letter}{last})")
    products.cell(total, column).number_format = "#,##0" if column == 5 else CURRENCY
for column in range(1, 9):
    products.cell(total, column).font = bold
    products.cell(total, column).border = top

table = Table(displayName="ProductTable", ref=f"A4:H{total}", totalsRowCount=1)
table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
for number, text in enumerate(headers, 1):
    table.tableColumns.append(TableColumn(id=number, name=text))
table.tableColumns[0].totalsRowLabel = "Total"
for number in (4, 5, 6):
    table.tableColumns[number].totalsRowFunction = "sum"
table.tableColumns[5].calculatedColumnFormula = TableFormula(
    attr_text="ProductTable[[#This Row],[Unit price]]*ProductTable[[#This Row],[Sold per week]]"
)
table.autoFilter = None
products.add_table(table)

choices = DataValidation(type="list", formula1='"Bread,Pastry,Cake"', allow_blank=True)
products.add_data_validation(choices)
choices.add(f"B{first}:B{last}")
products.freeze_panes = "B5"
for letter, width in zip("ABCDEFGH", (22, 12, 12, 12, 14, 16, 16, 14), strict=True):
    products.column_dimensions[letter].width = width

summary["A1"] = "Bakery product margins"
summary["A1"].font = title
summary["A2"] = "All figures are assumptions, per week"
summary["A2"].font = note
for column, text in enumerate(["Category", "Weekly revenue", "Weekly margin"], 1):
    cell = summary.cell(4, column, text)
    cell.font, cell.fill = header_font, header_fill
for r, category in enumerate(["Bread", "Pastry", "Cake"], 5):
    summary.cell(r, 1, category)
    summary.cell(r, 2, f"=SUMIFS(Products!F{first}:F{last},Products!B{first}:B{last},A{r})").number_format = CURRENCY
    summary.cell(r, 3, f"=SUMIFS(Products!G{first}:G{last},Products!B{first}:B{last},A{r})").number_format = CURRENCY
summary["A8"], summary["B8"], summary["C8"] = "Total", "=SUM(B5:B7)", "=SUM(C5:C7)"
for letter in "ABC":
    summary[f"{letter}8"].font = bold
    summary[f"{letter}8"].border = top
    summary[f"{letter}8"].number_format = CURRENCY
summary["A9"] = "Check against products (must be 0)"
summary["B9"] = f"=ROUND(B8-SUM(Products!F{first}:F{last}),2)"
summary["C9"] = f"=ROUND(C8-SUM(Products!G{first}:G{last}),2)"
for letter in "ABC":
    summary[f"{letter}9"].font = note
for letter, width in zip("ABC", (34, 18, 18), strict=True):
    summary.column_dimensions[letter].width = width

chart = BarChart()
chart.type = "col"
chart.title = "Margin by category and week"
chart.y_axis.title = "EUR"
chart.add_data(Reference(summary, min_col=3, min_row=4, max_row=7), titles_from_data=True)
chart.set_categories(Reference(summary, min_col=1, min_row=5, max_row=7))
chart.series[0].graphicalProperties.solidFill = ACCENT
chart.legend = None
chart.x_axis.delete = False
chart.y_axis.delete = False
summary.add_chart(chart, "E4")

wb.save("bakery_margins.xlsx")
