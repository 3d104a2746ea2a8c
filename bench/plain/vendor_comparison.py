from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.series import SeriesLabel
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

ACCENT = "1F4E79"
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
top = Border(top=Side(style="thin", color=ACCENT))
center = Alignment(horizontal="center")
GOOD = {"fill": PatternFill(bgColor="C6EFCE"), "font": Font(color="006100")}
BAD = {"fill": PatternFill(bgColor="FFC7CE"), "font": Font(color="9C0006")}

wb = Workbook()
wb.properties.title = "CRM vendor comparison"
wb.properties.subject = "Weighted scoring of three CRM vendors"
summary = wb.active
summary.title = "Summary"
scoring = wb.create_sheet("Scoring")
weighted = wb.create_sheet("Weighted scores")


def heading(ws, text, remark):
    ws["A1"], ws["A2"] = text, remark
    ws["A1"].font, ws["A2"].font = title, note


def header(ws, row, values):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill
        if column > 1:
            cell.alignment = center


def entry(cell, number_format="General"):
    cell.fill, cell.font, cell.number_format, cell.alignment = input_fill, input_font, number_format, center


def total(ws, row, columns):
    for column in range(1, columns + 1):
        ws.cell(row, column).font, ws.cell(row, column).border = bold, top


def widths(ws, values):
    for letter, width in values.items():
        ws.column_dimensions[letter].width = width


# Scoring
heading(
    scoring,
    "Scoring",
    "Overwrite vendor names, weights and scores; all are placeholders to replace with your own judgement",
)
header(scoring, 4, ["Criterion", "Weight", "What is judged"])
for column, vendor in enumerate(("Vendor A", "Vendor B", "Vendor C"), 4):
    entry(scoring.cell(4, column, vendor))
criteria = [
    ("Fit with the sales process", 0.3, "Pipeline, quotes, reporting", 4, 3, 5),
    ("Integrations", 0.2, "E-mail, calendar, finance, data import", 3, 4, 3),
    ("Ease of use", 0.2, "Daily work, mobile use, training needed", 4, 5, 3),
    ("Total cost", 0.2, "Licences, set-up and support over three years", 3, 4, 2),
    ("Security and support", 0.1, "Access rights, data location, response times", 4, 3, 4),
]
for r, row in enumerate(criteria, 5):
    for column, value in enumerate(row, 1):
        cell = scoring.cell(r, column, value)
        if column == 3:
            cell.font = note
        elif column > 1:
            entry(cell, "0%" if column == 2 else "0")
scoring["A10"], scoring["B10"] = "Total", "=SUM(B5:B9)"
scoring["C10"] = '=IF(ROUND(B10-1,6)=0,"Weights add up to 100%","Weights must add up to 100%")'
total(scoring, 10, 6)
scoring["B10"].number_format, scoring["B10"].alignment = "0%", center
for r, row in (
    (12, ("Highest score", 5, "points; scores run from 1 to this")),
    (13, ("Close call below", 0.25, "points between first and second")),
):
    for column, value in enumerate(row, 1):
        scoring.cell(r, column, value)
    entry(scoring.cell(r, 2), "0" if r == 12 else "0.00")
    scoring.cell(r, 3).font = note
scores = DataValidation(type="whole", operator="between", formula1="1", formula2="HighestScore")
scores.error, scores.showErrorMessage = "A whole score from 1 to the highest score", True
scores.add("D5:F9")
weights = DataValidation(type="decimal", operator="between", formula1="0", formula2="1")
weights.error, weights.showErrorMessage = "A share between 0% and 100%", True
weights.add("B5:B9")
scoring.add_data_validation(scores)
scoring.add_data_validation(weights)
scoring.conditional_formatting.add("B10:C10", FormulaRule(formula=["ROUND($B$10-1,6)<>0"], **BAD))
widths(scoring, {"A": 30, "B": 12, "C": 46, "D": 14, "E": 14, "F": 14})
scoring.page_setup.orientation = "landscape"
scoring.page_setup.fitToWidth, scoring.page_setup.fitToHeight = 1, 0
scoring.sheet_properties.pageSetUpPr.fitToPage = True
for name, ref in (
    ("VendorNames", "Scoring!$D$4:$F$4"),
    ("TotalWeight", "Scoring!$B$10"),
    ("HighestScore", "Scoring!$B$12"),
    ("CloseCall", "Scoring!$B$13"),
    ("Totals", "'Weighted scores'!$B$10:$D$10"),
    ("Ranks", "'Weighted scores'!$B$12:$D$12"),
):
    wb.defined_names[name] = DefinedName(name, attr_text=ref)

# Weighted scores: B to D follow D to F of Scoring
heading(weighted, "Weighted scores", "Score × weight, in points; the green total leads")
header(weighted, 4, ["Criterion", "=Scoring!D4", "=Scoring!E4", "=Scoring!F4", "Leader without it"])
for r in range(5, 10):
    weighted[f"A{r}"] = f"=Scoring!A{r}"
    without = f"INDEX($B$10:$D$10-B{r}:D{r},0)"
    weighted[f"E{r}"] = f"=INDEX($B$4:$D$4,MATCH(MAX({without}),{without},0))"
    weighted[f"E{r}"].font, weighted[f"E{r}"].alignment = note, center
for r, label in ((10, "Weighted score"), (11, "Share of the highest score"), (12, "Rank")):
    weighted[f"A{r}"] = label
for c, source in zip("BCD", "DEF", strict=True):
    for r in range(5, 10):
        weighted[f"{c}{r}"] = f"=Scoring!{source}{r}*Scoring!$B{r}/TotalWeight"
    weighted[f"{c}10"] = f"=SUM({c}5:{c}9)"
    weighted[f"{c}11"] = f"={c}10/HighestScore"
    weighted[f"{c}12"] = f"=RANK({c}10,$B$10:$D$10)+COUNTIF($B$10:{c}10,{c}10)-1"
    for r in range(5, 13):
        cell = weighted[f"{c}{r}"]
        cell.alignment, cell.number_format = center, {11: "0%", 12: "0"}.get(r, "0.00")
total(weighted, 10, 5)
weighted.conditional_formatting.add("B10:D10", FormulaRule(formula=["B$12=1"], **GOOD))
widths(weighted, {"A": 30, "B": 14, "C": 14, "D": 14, "E": 20})

# Summary
summary["A1"] = "CRM vendor comparison"
summary["A1"].font = title
summary["A2"] = (
    '=IF(ROUND(TotalWeight-1,6)<>0,"No recommendation: the weights do not add up to 100%",'
    'IF(ROUND(C6-C7,6)=0,"No clear recommendation: "&B6&" and "&B7&" are level at "&TEXT(C6,"0.00")&" points",'
    '"Recommendation: "&B6&", with "&TEXT(C6,"0.00")&" of "&HighestScore&" points, "&TEXT(C6-C7,"0.00")'
    '&" ahead of "&B7&IF(C6-C7<CloseCall," (a close call)","")))'
)
summary["A2"].font = Font(name="Calibri", size=12, bold=True)
summary["A3"] = (
    "=\"The leader stays first in \"&COUNTIF('Weighted scores'!E5:E9,B6)&\" of \"&ROWS('Weighted scores'!E5:E9)"
    '&" cases when one criterion is left out"'
)
summary["A3"].font = note
header(summary, 5, ["Rank", "Vendor", "Weighted score", "Of the highest", "Behind first"])
for rank in (1, 2, 3):
    r = rank + 5
    row = [
        rank,
        f"=INDEX(VendorNames,MATCH(A{r},Ranks,0))",
        f"=INDEX(Totals,MATCH(A{r},Ranks,0))",
        f"=C{r}/HighestScore",
        f"=$C$6-C{r}",
    ]
    for column, (value, form) in enumerate(zip(row, ("0", "General", "0.00", "0%", "0.00"), strict=True), 1):
        cell = summary.cell(r, column, value)
        cell.number_format, cell.alignment = form, center
        if rank == 1:
            cell.font = bold
summary["A5"].alignment = center
summary.conditional_formatting.add(
    "A6:E6", FormulaRule(formula=["AND(ROUND(TotalWeight-1,6)=0,ROUND($C$6-$C$7,6)>0)"], **GOOD)
)
widths(summary, {"A": 9, "B": 22, "C": 16, "D": 16, "E": 16})

chart = BarChart()
chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
chart.title = "What makes up each vendor's weighted score"
chart.y_axis.title = "Points"
chart.y_axis.number_format = "0.0"
for r in range(5, 10):
    series = Series(Reference(weighted, min_col=2, max_col=4, min_row=r))
    series.tx = SeriesLabel(strRef=StrRef(f"'Weighted scores'!$A${r}"))
    chart.series.append(series)
chart.set_categories(Reference(weighted, min_col=2, max_col=4, min_row=4))
chart.legend.position = "b"
chart.x_axis.scaling.orientation = "maxMin"
chart.x_axis.delete = False
chart.y_axis.delete = False
chart.width, chart.height = 20, 9
summary.add_chart(chart, "A10")

wb.save("vendor_comparison.xlsx")
