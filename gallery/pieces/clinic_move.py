# ruff: noqa: E501 - rows of a plan read best on one line each
"""A project plan with a Gantt chart drawn by conditional formats, an overview, risks and a budget."""

from __future__ import annotations

from typing import Any

from gallery.piece import Piece
from overten.documents.engine import Look

_PEOPLE = ["Amira", "Ben", "Chiara", "Dov", "Elif"]
_WEEKS = 26
_BAR = 10  # column J is the first week
_FIRST = 7
# Phase, or task, owner, start, working days, done, task it waits for (its place in the list).
_PLAN: list[tuple[str, str, str | int, int, float]] = [
    ("Planning and permits", "", "", 0, 0),
    ("Space programme with all departments", "Chiara", "2027-01-11", 15, 1.0),
    ("Floor plans and room book", "Chiara", 1, 20, 1.0),
    ("Building permit", "Ben", 2, 25, 0.9),
    ("Fire safety and hygiene concept", "Elif", 2, 15, 1.0),
    ("Construction", "", "", 0, 0),
    ("Tender and award of works", "Ben", "2027-02-22", 20, 0.8),
    ("Partition walls and floors", "Ben", 3, 20, 0.0),
    ("Ventilation, water, medical gases", "Ben", "2027-03-29", 25, 0.2),
    ("Radiology: shielding and power", "Dov", "2027-04-12", 20, 0.0),
    ("Acceptance of the works", "Ben", 9, 5, 0.0),
    ("Equipment and IT", "", "", 0, 0),
    ("Inventory and what moves along", "Elif", "2027-02-01", 15, 1.0),
    ("Order of new equipment", "Dov", 12, 10, 1.0),
    ("Network, telephones, patient calls", "Dov", "2027-04-19", 15, 0.0),
    ("Installation of imaging", "Dov", 9, 15, 0.0),
    ("Test of all systems", "Dov", 15, 8, 0.0),
    ("Staff and patients", "", "", 0, 0),
    ("Shift plans for the move", "Amira", "2027-04-05", 10, 0.1),
    ("Training at the new site", "Amira", 14, 12, 0.0),
    ("Letters to patients and doctors", "Amira", "2027-05-03", 10, 0.0),
    ("Move", "", "", 0, 0),
    ("Move of wards and practice", "Amira", 16, 5, 0.0),
    ("First week with support on site", "Elif", 22, 5, 0.0),
    ("Handing back the old building", "Ben", 23, 10, 0.0),
]  # fmt: skip
_LAST = _FIRST + len(_PLAN) - 1


def _letters(column: int) -> str:
    return chr(64 + column) if column <= 26 else chr(64 + (column - 1) // 26) + chr(65 + (column - 1) % 26)


_END = _letters(_BAR + _WEEKS - 1)
_START_COLUMN = _letters(_BAR)


def _phases() -> list[tuple[str, int, int]]:
    """Each phase with its row and the row of its last task."""
    heads = [index for index, task in enumerate(_PLAN) if not task[1]]
    ends = [*heads[1:], len(_PLAN)]
    return [(_PLAN[head][0], _FIRST + head, _FIRST + end - 1) for head, end in zip(heads, ends, strict=True)]


def _plan() -> list[dict[str, Any]]:
    weeks = range(_BAR, _BAR + _WEEKS)
    rows: list[list[Any]] = [
        ["Move of the day clinic to Harbour Street"], ['="As of "&TEXT(AsOf,"d mmmm yyyy")&" · "&TEXT(Overview!F10,"0%")&" of the work done · opening on "&TEXT(Opening,"d mmmm yyyy")'], [],
        ["As of", None, "2027-03-31", None, None, None, None, None, None, "Week beginning"],
        [None] * 9 + ["=J6", *[f'=IF(MONTH({_letters(c)}6)=MONTH({_letters(c - 1)}6),"",{_letters(c)}6)' for c in weeks[1:]]],
        ["Task", "Owner", "Start", "Days", "End", "Done", "Planned", "Status", None, "2027-01-11", *[f"={_letters(c - 1)}6+7" for c in weeks[1:]]],
    ]  # fmt: skip
    styles: list[dict[str, Any]] = [
        {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}, {"range": "A4", "style": {"name": "label"}}, {"range": "C4", "style": {"name": "input", "kind": "date"}},
        {"range": f"{_START_COLUMN}4", "style": {"name": "note"}},
        {"range": f"{_START_COLUMN}5:{_END}5", "style": {"name": "note", "number_format": "mmm", "align": "left", "italic": False}},
        {"range": f"A6:{_END}6", "style": {"name": "header"}}, {"range": f"{_START_COLUMN}6:{_END}6", "style": {"number_format": "d", "align": "center", "font_size": 9, "bold": False}},
        {"range": "C6:G6", "style": {"align": "right"}}, {"range": "H6", "style": {"align": "center"}}, {"range": "I6:I6", "style": {"name": "text"}},
        {"range": f"B{_FIRST}:B{_LAST}", "style": {"font_color": "#1F2933"}},
    ]  # fmt: skip
    phases = {row: last for _, row, last in _phases()}
    for index, (task, owner, start, days, done) in enumerate(_PLAN):
        row = _FIRST + index
        if row in phases:
            first, last = row + 1, phases[row]
            rows.append([task, None, f"=MIN(C{first}:C{last})", f"=NETWORKDAYS(C{row},E{row})", f"=MAX(E{first}:E{last})", f"=SUMPRODUCT(D{first}:D{last},F{first}:F{last})/SUM(D{first}:D{last})",
                         f"=SUMPRODUCT(D{first}:D{last},G{first}:G{last})/SUM(D{first}:D{last})"])  # fmt: skip
            styles += [
                {"range": f"A{row}:H{row}", "style": {"name": "total"}},
                {"range": f"C{row}", "style": {"number_format": "d mmm"}},
                {"range": f"E{row}", "style": {"number_format": "d mmm"}},
                {"range": f"F{row}:G{row}", "style": {"number_format": "0%"}},
            ]
            continue
        begin = f"=WORKDAY(E{_FIRST + start},1)" if isinstance(start, int) else start
        rows.append(
            [
                task,
                owner,
                begin,
                days,
                f"=WORKDAY(C{row},D{row}-1)",
                done,
                f"=IF(AsOf<C{row},0,MIN(1,NETWORKDAYS(C{row},AsOf)/D{row}))",
                f'=IF(F{row}>=1,"Done",IF(AsOf<C{row},"Planned",IF(F{row}<G{row}-0.1,"Late","On track")))',
            ]
        )
        look = "calculation" if isinstance(start, int) else "input"
        styles += [
            {"range": f"A{row}", "style": {"name": "text", "indent": 1}}, {"range": f"B{row}", "style": {"name": "input"}}, {"range": f"C{row}", "style": {"name": look, "number_format": "d mmm", "align": "right"}}, {"range": f"D{row}", "style": {"name": "input"}},
            {"range": f"E{row}", "style": {"name": "calculation", "number_format": "d mmm", "align": "right"}}, {"range": f"F{row}", "style": {"name": "input", "number_format": "0%"}}, {"range": f"G{row}", "style": {"name": "calculation", "number_format": "0%", "font_color": "#66717D"}}, {"range": f"H{row}", "style": {"align": "center"}},
        ]  # fmt: skip
    chart = f"{_START_COLUMN}{_FIRST}:{_END}{_LAST}"
    week = f"{_START_COLUMN}$6"
    on = f"{week}+4>=$C{_FIRST},{week}<=$E{_FIRST}"
    rule = {"op": "add_conditional_format", "sheet": "Plan"}
    operations: list[dict[str, Any]] = [
        {"op": "write_block", "sheet": "Plan", "anchor": "A1", "rows": rows, "styles": styles, "names": {"AsOf": "C4", "Opening": f"E{_FIRST + 22}"}},
        {"op": "format_range", "sheet": "Plan", "range": chart, "style": {"border": "left", "border_style": "hair", "border_color": "#D9DEE4"}},
        {**rule, "range": chart, "rule": {"type": "formula", "formula": f'=AND({on},$B{_FIRST}="")', "style": "total", "fill": "#293241"}},
        {**rule, "range": chart, "rule": {"type": "formula", "formula": f'=AND({on},$H{_FIRST}="Done")', "style": "good", "fill": "#8FA3BF"}},
        {**rule, "range": chart, "rule": {"type": "formula", "formula": f'=AND({on},$H{_FIRST}="Late")', "style": "bad", "fill": "#EE6C4D"}},
        {**rule, "range": chart, "rule": {"type": "formula", "formula": f"=AND({on},$F{_FIRST}>0)", "style": "warning", "fill": "#3D5A80"}},
        {**rule, "range": chart, "rule": {"type": "formula", "formula": f"=AND({on})", "style": "total", "fill": "#BFD3E6"}},
        {**rule, "range": f"{_START_COLUMN}6:{_END}6", "rule": {"type": "formula", "formula": f"=AND(AsOf>={week},AsOf<{week}+7)", "style": "warning"}},
        {**rule, "range": f"H{_FIRST}:H{_LAST}", "rule": {"type": "cell", "operator": "=", "value": "Done", "style": "good"}},
        {**rule, "range": f"H{_FIRST}:H{_LAST}", "rule": {"type": "cell", "operator": "=", "value": "Late", "style": "bad"}},
        {**rule, "range": f"H{_FIRST}:H{_LAST}", "rule": {"type": "cell", "operator": "=", "value": "On track", "style": "warning"}},
        {"op": "add_validation", "sheet": "Plan", "range": f"B{_FIRST + 1}:B{_FIRST + 4}", "type": "list", "choices": _PEOPLE},
        {"op": "add_validation", "sheet": "Plan", "range": f"F{_FIRST + 1}:F{_FIRST + 4}", "type": "decimal", "minimum": 0, "maximum": 1, "message": "Share of the work that is done, 0% to 100%"},
        {"op": "set_columns", "sheet": "Plan", "widths": {"A": 36, "B": 9, "C": 12, "D": 6, "E": 8, "F": 7, "G": 9, "H": 10, "I": 1.5, f"{_START_COLUMN}:{_END}": 3}},
        {"op": "freeze_panes", "sheet": "Plan", "cell": f"B{_FIRST}"},
        {"op": "set_sheet", "sheet": "Plan", "groups": [{"lines": f"{row + 1}:{last}"} for _, row, last in _phases()]},
        {"op": "set_print", "sheet": "Plan", "landscape": True, "repeat_rows": 6},
    ]  # fmt: skip
    for place, text, fill in (
        (14, "Done", "#8FA3BF"),
        (18, "In work", "#3D5A80"),
        (23, "Late", "#EE6C4D"),
        (27, "To come", "#BFD3E6"),
    ):
        operations += [
            {"op": "format_range", "sheet": "Plan", "range": f"{_letters(place)}4", "style": {"fill": fill}},
            {"op": "write_block", "sheet": "Plan", "anchor": f"{_letters(place + 1)}4", "rows": [[text]], "styles": [{"range": f"{_letters(place + 1)}4", "style": {"name": "note", "italic": False}}]},
        ]  # fmt: skip
    for _, row, last in _phases()[1:]:
        operations += [
            {"op": "add_validation", "sheet": "Plan", "range": f"B{row + 1}:B{last}", "type": "list", "choices": _PEOPLE},
            {"op": "add_validation", "sheet": "Plan", "range": f"F{row + 1}:F{last}", "type": "decimal", "minimum": 0, "maximum": 1},
        ]  # fmt: skip
    return operations


def _overview() -> list[dict[str, Any]]:
    phases = _phases()
    rows: list[list[Any]] = [["Overview"], ["How far each phase is, and who has what to do"], []]
    rows.append(["Phase", "Start", "End", "Days of work", "Planned", "Done", "Gap", "State"])
    for index, (_, row, last) in enumerate(phases):
        number = 5 + index
        rows.append(
            [
                f"=Plan!A{row}",
                f"=Plan!C{row}",
                f"=Plan!E{row}",
                f"=SUM(Plan!D{row + 1}:D{last})",
                f"=Plan!G{row}",
                f"=Plan!F{row}",
                f"=F{number}-E{number}",
                f'=IF(F{number}>=1,"Done",IF(AsOf<B{number},"Planned",IF(G{number}<-0.1,"Late","On track")))',
            ]
        )
    rows.append(
        [
            "Whole project",
            "=MIN(B5:B9)",
            "=MAX(C5:C9)",
            "=SUM(D5:D9)",
            "=SUMPRODUCT(D5:D9,E5:E9)/D10",
            "=SUMPRODUCT(D5:D9,F5:F9)/D10",
            "=F10-E10",
            '=IF(G10<-0.1,"Late","On track")',
        ]
    )
    people = [["Owner", "Tasks", "Done", "Late", "Days", "Days left"]]
    for index, name in enumerate(_PEOPLE):
        number = 13 + index
        owner, days, done, status = (f"Plan!${c}${_FIRST}:${c}${_LAST}" for c in "BDFH")
        people.append(
            [
                name,
                f"=COUNTIFS({owner},A{number})",
                f'=COUNTIFS({owner},A{number},{status},"Done")',
                f'=COUNTIFS({owner},A{number},{status},"Late")',
                f"=SUMIFS({days},{owner},A{number})",
                f"=SUMPRODUCT(({owner}=A{number})*{days}*(1-{done}))",
            ]
        )
    people.append(["Total", *[f"=SUM({c}13:{c}17)" for c in "BCDEF"]])
    return [
        {"op": "write_block", "sheet": "Overview", "anchor": "A1", "rows": rows, "styles": [
            {"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}, {"range": "A4:H4", "style": {"name": "header"}}, {"range": "B4:G4", "style": {"align": "right"}}, {"range": "H4:H10", "style": {"align": "center"}},
            {"range": "A5:H9", "style": {"name": "calculation"}}, {"range": "B5:C10", "style": {"number_format": "d mmm yyyy", "align": "right"}}, {"range": "E5:F10", "style": {"number_format": "0%"}}, {"range": "G5:G10", "style": {"number_format": "+0%;-0%;0%"}}, {"range": "H5:H9", "style": {"align": "center"}},
            {"range": "A10:H10", "style": {"name": "total"}}, {"range": "H10", "style": {"align": "center"}}]},
        {"op": "add_conditional_format", "sheet": "Overview", "range": "F5:F9", "rule": {"type": "data_bar"}},
        {"op": "add_conditional_format", "sheet": "Overview", "range": "H5:H10", "rule": {"type": "cell", "operator": "=", "value": "Late", "style": "bad"}},
        {"op": "add_conditional_format", "sheet": "Overview", "range": "H5:H10", "rule": {"type": "cell", "operator": "=", "value": "On track", "style": "warning"}},
        {"op": "add_conditional_format", "sheet": "Overview", "range": "H5:H10", "rule": {"type": "cell", "operator": "=", "value": "Done", "style": "good"}},
        {"op": "write_block", "sheet": "Overview", "anchor": "A12", "rows": people, "styles": [
            {"range": "A12:F12", "style": {"name": "header"}}, {"range": "B12:F12", "style": {"align": "right"}}, {"range": "A13:F17", "style": {"name": "calculation"}}, {"range": "F13:F18", "style": {"number_format": "0"}}, {"range": "A18:F18", "style": {"name": "total"}}]},
        {"op": "add_conditional_format", "sheet": "Overview", "range": "D13:D17", "rule": {"type": "cell", "operator": ">", "value": 0, "style": "bad"}},
        {"op": "add_chart", "sheet": "Overview", "anchor": "A20", "kind": "bar", "title": "Work planned and done by phase", "columns": 7, "rows": 14, "number_format": "0%", "data_labels": True,
         "series": [{"values": "Overview!E5:E9", "categories": "Overview!A5:A9", "name": "Planned by now", "colors": ["#B9C4CE"]}, {"values": "Overview!F5:F9", "categories": "Overview!A5:A9", "name": "Done"}]},
        {"op": "add_chart", "sheet": "Overview", "anchor": "E20", "kind": "column", "title": "Days of work left", "columns": 5, "rows": 14, "number_format": "0", "data_labels": True,
         "series": [{"values": "Overview!F13:F17", "categories": "Overview!A13:A17", "name": "Days left"}]},
        {"op": "set_columns", "sheet": "Overview", "widths": {"A": 24.43, "B:D": 13, "E:G": 11, "H": 9.86}},
        {"op": "set_print", "sheet": "Overview", "landscape": False},
    ]  # fmt: skip


_RISKS = [
    ["Building permit comes late", "Ben", 3, 4, "Talks with the authority every week; works inside may begin before", "2027-04-16", "Open"],
    ["Delivery of the CT scanner slips", "Dov", 2, 5, "Lease of a mobile scanner reserved for June", "2027-05-14", "Open"],
    ["Too few people for the move week", "Amira", 3, 3, "Agency staff booked for five days; elective cases stopped", "2027-05-28", "Open"],
    ["Works cost more than the award", "Ben", 4, 3, "Fixed prices for walls and ventilation; 8% reserve", "2027-04-30", "Open"],
    ["Patients come to the old building", "Amira", 3, 2, "Letters in May, signs and a shuttle for two weeks", "2027-06-25", "Open"],
    ["Network is not ready for tests", "Dov", 2, 4, "Provider confirmed the line; mobile backup ordered", "2027-05-07", "Watched"],
    ["Hygiene inspection finds faults", "Elif", 1, 4, "Inspection before the acceptance of the works", "2027-05-21", "Watched"],
]  # fmt: skip


def _risks() -> list[dict[str, Any]]:
    return [
        {"op": "write_block", "sheet": "Risks", "anchor": "A1", "rows": [["Risks"], ["Likelihood and effect from 1, low, to 5, high; the score is their product"]], "styles": [{"range": "A1", "style": {"name": "title"}}, {"range": "A2", "style": {"name": "subtitle"}}]},
        {"op": "write_table", "sheet": "Risks", "anchor": "A4", "name": "Risks", "columns": [
            {"header": "Risk", "width": 34}, {"header": "Owner", "choices": _PEOPLE, "width": 10}, {"header": "Likelihood", "kind": "integer", "input": True, "width": 14}, {"header": "Effect", "kind": "integer", "input": True, "width": 12},
            {"header": "Score", "kind": "integer", "formula": "=[@Likelihood]*[@Effect]", "width": 12}, {"header": "What we do", "width": 48}, {"header": "Review", "kind": "date", "width": 14}, {"header": "State", "choices": ["Open", "Watched", "Closed"], "width": 12}],
         "rows": [[*row[:4], None, *row[4:]] for row in _RISKS]},
        {"op": "sort_range", "table": "Risks", "by": [{"column": "Likelihood", "descending": True}]},
        {"op": "add_conditional_format", "sheet": "Risks", "range": "E5:E11", "rule": {"type": "color_scale", "reverse": True}},
        {"op": "add_validation", "sheet": "Risks", "range": "C5:D11", "type": "integer", "minimum": 1, "maximum": 5, "message": "1 is low, 5 is high"},
        {"op": "freeze_panes", "sheet": "Risks", "cell": "B5"},
        {"op": "set_print", "sheet": "Risks", "landscape": True},
    ]  # fmt: skip


OPERATIONS: list[dict[str, Any]] = [
    {"op": "set_workbook", "title": "Move of the day clinic", "accent_color": "#3D5A80", "secondary_color": "#EE6C4D", "currency_symbol": "€"},
    {"op": "create_sheet", "sheet": "Overview"},
    *_plan(),
    *_overview(),
    *_risks(),
]  # fmt: skip

PIECE = Piece(
    name="clinic-move",
    format="excel",
    title="Project plan",
    prompt=(
        "Project plan for moving our day clinic to a new building by June 2027: tasks by phase with owners, dates that "
        "follow from each other, a weekly Gantt chart that shows what is done and late, an overview by phase and person, "
        "and a risk register. Status as of 31 March."
    ),
    native="Dates by WORKDAY, Gantt bars and states as conditional formats, outline groups, drop-down lists, frozen panes, print set-up.",
    operations=OPERATIONS,
    look=Look(primary_color="#3D5A80", secondary_color="#EE6C4D", font="Calibri"),
    width_px=900,
    across=2,
    trimmed=True,
)
