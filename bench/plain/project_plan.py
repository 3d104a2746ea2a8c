from datetime import date

from openpyxl import Workbook
from openpyxl.formatting.rule import DataBarRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table, TableStyleInfo

ACCENT = "1F4E79"
DATE = "yyyy-mm-dd"
title = Font(name="Calibri", size=16, bold=True, color=ACCENT)
note = Font(name="Calibri", size=10, italic=True, color="666666")
header_font = Font(name="Calibri", bold=True, color="FFFFFF")
header_fill = PatternFill("solid", fgColor=ACCENT)
input_fill = PatternFill("solid", fgColor="E8F1FB")
assumption_fill = PatternFill("solid", fgColor="FFF8E1")
input_font = Font(name="Calibri", color="1F4E99")
bold = Font(name="Calibri", bold=True)
TASKS, WEEKS = 40, 52
FIRST = 5
LAST = FIRST + TASKS - 1

wb = Workbook()
wb.properties.title = "Moving project plan"
plan = wb.active
plan.title = "Plan"
summary = wb.create_sheet("Summary")
inputs = wb.create_sheet("Assumptions")


def heading(ws, text, subtitle):
    ws["A1"], ws["A2"] = text, subtitle
    ws["A1"].font, ws["A2"].font = title, note
    ws.sheet_view.showGridLines = False


def header(ws, row, values, right=()):
    for column, value in enumerate(values, 1):
        cell = ws.cell(row, column, value)
        cell.font, cell.fill = header_font, header_fill
        cell.alignment = Alignment(horizontal="right" if column in right else "left", wrap_text=True)


def widths(ws, values):
    for letter, width in values.items():
        ws.column_dimensions[letter].width = width


# Assumptions
heading(inputs, "Assumptions", "Change the shaded cells; every formula in the workbook follows.")
header(inputs, 4, ["Item", "Value", "Source", "Note"], {2})
inputs["A5"] = "Plan"
inputs["A5"].font = bold
for r, row in (
    (6, ("Project start", date(2026, 11, 23), "Assumption – replace with your own figure", None)),
    (
        7,
        (
            "Working days for each task",
            50,
            "From your request",
            "Overwrite the duration of a task on the plan where it differs",
        ),
    ),
):
    for column, value in enumerate(row, 1):
        inputs.cell(r, column, value)
        if column > 2:
            inputs.cell(r, column).font = note
    inputs.cell(r, 2).font = input_font
inputs["B6"].fill, inputs["B6"].number_format = assumption_fill, DATE
inputs["B7"].fill, inputs["B7"].number_format = input_fill, "0"
wb.defined_names["StartDate"] = DefinedName("StartDate", attr_text="Assumptions!$B$6")
wb.defined_names["TaskDays"] = DefinedName("TaskDays", attr_text="Assumptions!$B$7")
widths(inputs, {"A": 36, "B": 18, "C": 40, "D": 50})

# Plan: tasks in A to G, one week a column from I
heading(
    plan,
    "Moving project plan",
    "Each bar is a week; change a start, a duration or the share done and the bars follow. "
    "Shaded tasks are examples: overwrite them.",
)
header(plan, 4, ["Task", "Owner", "Start", "Working days", "End", "Done", "Status"], {3, 4, 5, 6})
for r in range(FIRST, LAST + 1):
    plan[f"A{r}"] = f"Task {r - FIRST + 1}"
    plan[f"C{r}"] = "=StartDate" if r == FIRST else f"=WORKDAY(E{r - 1},1)"
    plan[f"D{r}"] = "=TaskDays"
    plan[f"E{r}"] = f"=WORKDAY(C{r},D{r}-1)"
    plan[f"F{r}"] = 0
    plan[f"G{r}"] = f'=IF(F{r}>=1,"Done",IF(AND(E{r}<TODAY(),F{r}<1),"Late",IF(C{r}<=TODAY(),"In progress","Planned")))'
    plan[f"G{r}"].alignment = Alignment(indent=1)
    for letter in "AF":
        plan[f"{letter}{r}"].fill, plan[f"{letter}{r}"].font = assumption_fill, input_font
    for letter in "BD":
        plan[f"{letter}{r}"].fill, plan[f"{letter}{r}"].font = input_fill, input_font
    for letter in "CE":
        plan[f"{letter}{r}"].number_format = DATE
    plan[f"D{r}"].number_format, plan[f"F{r}"].number_format = "0", "0%"
first_week, last_week = 9, 9 + WEEKS - 1
for column in range(first_week, last_week + 1):
    letter = get_column_letter(column)
    cell = plan.cell(4, column)
    before = get_column_letter(column - 1)
    cell.value = "=StartDate-WEEKDAY(StartDate,2)+1" if column == first_week else f"={before}4+7"
    cell.font, cell.fill = Font(name="Calibri", size=8, bold=True, color="FFFFFF"), header_fill
    cell.number_format, cell.alignment = "d mmm", Alignment(horizontal="center")
    plan.column_dimensions[letter].width = 6
bars = f"I{FIRST}:{get_column_letter(last_week)}{LAST}"
overlap = f"$C{FIRST}<=I$4+6,$E{FIRST}>=I$4"
for condition, color in ((f',$G{FIRST}="Done"', "70AD47"), (f',$G{FIRST}="Late"', "C00000"), ("", ACCENT)):
    plan.conditional_formatting.add(
        bars, FormulaRule(formula=[f"AND({overlap}{condition})"], fill=PatternFill(bgColor=color), stopIfTrue=True)
    )
plan.conditional_formatting.add(
    f"F{FIRST}:F{LAST}", DataBarRule(start_type="num", start_value=0, end_type="num", end_value=1, color="8EA9DB")
)
plan.freeze_panes = "B5"
widths(plan, {"A": 28, "B": 16, "C": 13, "D": 14, "E": 13, "F": 10, "G": 13, "H": 2})
plan.page_setup.orientation = "landscape"
plan.print_title_rows = "4:4"

# Summary
heading(summary, "Moving project plan", "Progress is weighted by working days.")
days, done = f"Plan!D{FIRST}:D{LAST}", f"Plan!F{FIRST}:F{LAST}"
for column, (label, formula, form) in enumerate(
    (
        ("Project start", "=StartDate", DATE),
        ("Project end", f"=MAX(Plan!E{FIRST}:E{LAST})", DATE),
        ("Done", f"=SUMPRODUCT({days},{done})/SUM({days})", "0.0%"),
        ("Tasks late", f'=COUNTIF(Plan!G{FIRST}:G{LAST},"Late")', "0"),
    ),
    1,
):
    summary.cell(4, column, label).font = note
    summary.cell(4, column).border = Border(top=Side(style="thin", color=ACCENT))
    cell = summary.cell(5, column, formula)
    cell.font, cell.number_format = Font(name="Calibri", size=18, bold=True), form
    cell.alignment = Alignment(horizontal="left")
header(summary, 7, ["Task", "Start", "End", "Status"])
for offset in range(TASKS):
    for column, source in enumerate("ACEG", 1):
        cell = summary.cell(8 + offset, column, f"=Plan!{source}{FIRST + offset}")
        if source in "CE":
            cell.number_format = DATE
table = Table(displayName="Overview", ref=f"A7:D{7 + TASKS}")
table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
summary.add_table(table)
widths(summary, dict.fromkeys("ABCD", 30))
for ws in (plan, summary):
    ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = 1, 0
    ws.sheet_properties.pageSetUpPr.fitToPage = True

wb.save("project_plan.xlsx")
