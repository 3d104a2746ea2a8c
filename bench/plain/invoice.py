from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableColumn, TableFormula, TableStyleInfo

ACCENT = "1F4E79"
CURRENCY, DATE = '"€"#,##0.00', "yyyy-mm-dd"
title = Font(name="Calibri", size=18, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="E8F1FB")
assumption_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
right = Alignment(horizontal="right")

wb = Workbook()
wb.properties.title = "Invoice"
invoice = wb.active
invoice.title = "Invoice"
terms = wb.create_sheet("Assumptions")


def header(ws, row, values, numbers):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill
        if column in numbers:
            cell.alignment = right


def entry(cell, fill=input_fill, number_format="General"):
    cell.fill, cell.font, cell.number_format = fill, input_font, number_format


# Assumptions
terms["A1"], terms["A2"] = "Assumptions", "Change the shaded cells; every formula in the workbook follows."
terms["A1"].font, terms["A2"].font = title, note
header(terms, 4, ["Item", "Value", "Source"], {2})
terms["A5"] = "Terms"
terms["A5"].font = bold
assumed = "Assumption – replace with your own figure"
for r, (label, value, source, form, name) in enumerate(
    (
        ("Date of issue", date(2026, 11, 22), assumed, DATE, "IssueDate"),
        ("Days until payment is due", 30, assumed, "0", "PaymentDays"),
        ("Tax rate", 0.19, "From your request", "0.0%", "TaxRate"),
    ),
    6,
):
    terms.cell(r, 1, label)
    entry(terms.cell(r, 2, value), assumption_fill if source == assumed else input_fill, form)
    terms.cell(r, 3, source).font = note
    wb.defined_names[name] = DefinedName(name, attr_text=f"Assumptions!$B${r}")
for letter, width in zip("ABC", (36, 18, 44), strict=True):
    terms.column_dimensions[letter].width = width

# Invoice
invoice["A1"] = "Invoice"
invoice["A1"].font = title
for ref, text in (("A3", "From"), ("B3", "Bill to"), ("C3", "Number"), ("C4", "Date"), ("C5", "Due")):
    invoice[ref] = text
    invoice[ref].font = bold
for ref, text in (
    ("A4", "Your company"),
    ("A5", "Your address"),
    ("A6", "Your tax number"),
    ("B4", "Customer name"),
    ("B5", "Customer address"),
    ("D3", "No. 1"),
):
    invoice[ref] = text
    entry(invoice[ref])
invoice["D4"], invoice["D5"] = "=IssueDate", "=IssueDate+PaymentDays"
for ref in ("D3", "D4", "D5"):
    invoice[ref].alignment = right
    invoice[ref].number_format = DATE

columns = ["Description", "Quantity", "Unit price", "Amount"]
header(invoice, 8, columns, {2, 3, 4})
for r, row in enumerate((("Consulting (hours)", 12, 140), ("Travel", 1, 260)), 9):
    for column, value in enumerate(row, 1):
        entry(invoice.cell(r, column, value), number_format=CURRENCY if column == 3 else "General")
    invoice.cell(r, 4, f"=B{r}*C{r}").number_format = CURRENCY
table = Table(displayName="Lines", ref="A8:D10")
table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
for number, text in enumerate(columns, 1):
    table.tableColumns.append(TableColumn(id=number, name=text))
table.tableColumns[3].calculatedColumnFormula = TableFormula(
    attr_text="Lines[[#This Row],[Quantity]]*Lines[[#This Row],[Unit price]]"
)
invoice.add_table(table)

for r, (label, formula) in enumerate(
    (
        ("Subtotal", "=SUM(Lines[Amount])"),
        ('="Tax "&ROUND(TaxRate*100,2)&"%"', "=ROUND(D12*TaxRate,2)"),
        ("Total due", "=SUM(D12:D13)"),
    ),
    12,
):
    invoice.cell(r, 3, label).font = bold
    invoice.cell(r, 4, formula).number_format = CURRENCY
for ref in ("C14", "D14"):
    invoice[ref].font = Font(name="Calibri", size=13, bold=True)
    invoice[ref].border = Border(top=Side(style="thin", color=ACCENT))

for letter, width in zip("ABCD", (44, 26, 18, 20), strict=True):
    invoice.column_dimensions[letter].width = width
for ws in (invoice, terms):
    ws.sheet_view.showGridLines = False
    ws.page_setup.paperSize = ws.PAPERSIZE_A4
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True

wb.save("invoice.xlsx")
