"""Plans over days: project timeline, shift roster, timesheet, habits, workouts, meals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from overten.agent.author.blueprints.records import Preset, write_records
from overten.agent.author.columns import YES_NO, Column
from overten.agent.author.draft import (
    ASSUMPTIONS,
    SUMMARY,
    Draft,
    capitalised,
    chart,
    column_letter,
    grid_end,
    plain,
    styled,
    tiles,
    whole,
)
from overten.agent.author.multipliers import singular
from overten.agent.author.nouns import is_people
from overten.documents.excel.operations import (
    AddConditionalFormat,
    AddValidation,
    CellRule,
    ChartSeries,
    FormulaRule,
    ScaleRule,
    SetColumns,
    SetPrint,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.documents.excel.operations import CellValue

SHIFTS = ("Early", "Late", "Night")
HABITS = tuple(f"Habit {number}" for number in range(1, 7))
EXERCISES = ("Squat", "Push-up", "Row", "Lunge", "Plank", "Deadlift")
MEALS = ("Breakfast", "Lunch", "Dinner", "Snack")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MAX_ROWS = 60


def _weeks(draft: Draft, default: int, most: int) -> int:
    periods = draft.brief.periods
    days = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}.get(periods.unit or "", 0) * (
        periods.count or 0
    )
    return min(max(1, -(-days // 7)), most) if days else default


def people_of(draft: Draft, noun: str = "Person") -> tuple[str, ...]:
    """The people that were named, else as many placeholders as were asked for."""
    named = draft.brief.lists.get("people") or draft.brief.names
    count = next(
        (f for i, f in enumerate(draft.brief.figures) if f.counts and is_people(f.label) and i not in draft.taken), None
    )
    draft.taken.update(i for i, f in enumerate(draft.brief.figures) if f is count)
    if named:
        return named[:MAX_ROWS]
    if count and count.value >= 1:
        noun = noun if count.label == "people" else capitalised(singular(count.label))
        return tuple(f"{noun} {number}" for number in range(1, min(int(count.value), MAX_ROWS) + 1))
    return tuple(f"{noun} {number}" for number in range(1, 7))


def roster(draft: Draft) -> None:
    """Who works which shift on which day; a first rotation that is meant to be changed, and the hours it means."""
    sheet, summary = draft.sheet("Roster"), draft.sheet(SUMMARY)
    draft.sheet(ASSUMPTIONS)
    people, days = people_of(draft), _weeks(draft, 2, 5) * 7
    shifts = draft.brief.lists.get("shifts", SHIFTS if len(people) > 4 else SHIFTS[:2])[:6]
    draft.section("Period")
    start = draft.start_date("First day")
    draft.section("Hours of a shift")
    length = draft.take("hours|stunden|heures|horas", "count")
    hours = [
        draft.put(f"Hours: {capitalised(shift)}", whole(length.value) if length else 8, "number", given=bool(length))
        for shift in shifts
    ]
    draft.purpose = (
        f"a shift roster for {len(people)} people over {days} days with coverage and hours; the rotation is a "
        f"first proposal to overwrite"
    )
    options = (*(capitalised(shift) for shift in shifts), "Off")
    last, total = column_letter(days + 1), column_letter(days + 2)
    dates: list[CellValue] = ["Name", f"={start}", *(f"={column_letter(i)}4+1" for i in range(2, days + 1)), "Hours"]
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        ["Choose a shift for each day; the rotation shown is a proposal."],
        ["", *(f"={column_letter(i)}4" for i in range(2, days + 2))],
        dates,
    ]
    for row, person in enumerate(people, 5):
        cells: list[CellValue] = [options[(day // 2 + row) % len(options)] for day in range(days)]
        worked = "+".join(
            f'COUNTIF(B{row}:{last}{row},"{name}")*{hour}' for name, hour in zip(options, hours, strict=False)
        )
        rows.append([plain(person), *cells, f"={worked}"])
    end = 4 + len(people)
    rows.append([])
    letters = [column_letter(number) for number in range(2, days + 2)]
    rows += [[f"On duty: {name}", *(f'=COUNTIF({c}$5:{c}${end},"{name}")' for c in letters)] for name in options[:-1]]
    bottom = end + len(options)
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"B3:{last}3", "note", number_format="ddd", align="center"),
        styled(f"A4:{total}4", "header"),
        styled(f"B4:{last}4", "header", number_format="d mmm", align="center"),
        styled(f"A5:A{end}", "label"),
        styled(f"B5:{last}{end}", "assumption", align="center"),
        styled(f"{total}5:{total}{end}", "total", "number"),
        styled(f"A{end + 2}:A{bottom}", "label"),
        styled(f"B{end + 2}:{last}{bottom}", "calculation", "integer", align="center"),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 22, f"B:{last}": 9, total: 10}),
        AddValidation(sheet=sheet, range=f"B5:{last}{end}", type="list", choices=list(options)),
        AddConditionalFormat(sheet=sheet, range=f"B5:{last}{end}", rule=FormulaRule(formula='=B5="Off"', style="note")),
        AddConditionalFormat(
            sheet=sheet, range=f"B{end + 2}:{last}{bottom}", rule=CellRule(operator="=", value=0, style="bad")
        ),
        *grid_end(sheet, "B5", repeat_rows=4),
    )
    table: list[list[CellValue]] = [[plain(person), f"={sheet}!{total}{row}"] for row, person in enumerate(people, 5)]
    key: KeyFigures = [
        ("People", f"=COUNTA({sheet}!A5:A{end})", "integer"),
        ("Hours planned", f"=SUM({sheet}!{total}5:{total}{end})", "number"),
        ("Most hours", f"=MAX({sheet}!{total}5:{total}{end})", "number"),
        ("Shifts nobody covers", f"=COUNTIF({sheet}!B{end + 2}:{last}{bottom},0)", "integer"),
    ]
    below = 8 + len(people)
    draft.say(
        *tiles(summary, draft.brief.title, "Hours follow the roster and the length of each shift.", key, gutter=True),
        WriteTable(
            sheet=summary,
            anchor="A8",
            name="HoursByPerson",
            columns=[TableColumn(header="Name"), TableColumn(header="Hours", kind="number")],
            rows=table,
        ),
        chart(
            summary,
            "D8",
            "bar",
            "Hours by person",
            [ChartSeries(values=f"{summary}!$B$9:$B${below}", categories=f"{summary}!$A$9:$A${below}", name="Hours")],
            half=True,
            rows=max(12, len(people) + 6),
        ),
    )


def _daily_hours(draft: Draft) -> str:
    """Contract hours of a working day: as given, or a fifth of those of a week."""
    given = draft.take("hours|stunden|heures|horas", "count")
    label = "Contract hours a working day"
    if given and given.per == "week":
        week = draft.put("Contract hours a week", whole(given.value), "number", given=True)
        return draft.put(label, f"={week}/5", "number", given=True, name="DailyHours")
    return draft.put(label, whole(given.value) if given else 8, "number", given=bool(given), name="DailyHours")


def timesheet(draft: Draft) -> None:
    """Begin, end and break for each day; hours, overtime and pay follow."""
    summary, _, sheet = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS), draft.sheet("Timesheet")
    days = _weeks(draft, 4, 13) * 7
    draft.section("Rules")
    start = draft.start_date("First day")
    daily = _daily_hours(draft)
    rate = draft.ask(
        "Hourly rate",
        "rate|hour|wage|pay|lohn|taux|tarifa|stunden",
        0,
        "currency",
        "money",
        name="HourlyRate",
        open_note="0 until you enter your rate",
    )
    factor = draft.ask(
        "Overtime factor",
        "overtime|[üu]berstunden",
        1,
        "percent",
        "percent",
        name="OvertimeFactor",
        open_note="100 %: overtime is paid like other hours",
    )
    draft.purpose = f"a timesheet for {days} days with hours, overtime and pay"
    columns = [
        TableColumn(header="Date", kind="date", width=14),
        TableColumn(header="Day", kind="date", number_format="ddd", formula="=[@Date]", width=8),
        TableColumn(header="Start", kind="number", number_format="hh:mm", input=True, width=10),
        TableColumn(header="End", kind="number", number_format="hh:mm", input=True, width=10),
        TableColumn(header="Break (min)", kind="integer", input=True, width=12),
        TableColumn(
            header="Hours",
            kind="number",
            formula='=IF(OR([@Start]="",[@End]=""),0,MOD([@End]-[@Start],1)*24-[@[Break (min)]]/60)',
            total="sum",
            width=10,
        ),
        TableColumn(header="Overtime", kind="number", formula=f"=MAX(0,[@Hours]-{daily})", total="sum", width=12),
        TableColumn(
            header="Pay",
            kind="currency",
            formula=f"=([@Hours]-[@Overtime])*{rate}+[@Overtime]*{rate}*{factor}",
            total="sum",
            width=14,
        ),
        TableColumn(header="Notes", input=True, width=30),
    ]
    rows: list[list[CellValue]] = [[f"={start}" if day == 0 else f"=A{day + 4}+1", *[None] * 8] for day in range(days)]
    title = WriteBlock(
        sheet=sheet,
        anchor="A1",
        rows=[[plain(draft.brief.title)], ["Enter times as 9:00; shaded cells are yours."]],
        styles=[styled("A1", "title"), styled("A2", "subtitle")],
    )
    end = 4 + days
    weekend = AddConditionalFormat(
        sheet=sheet, range=f"A5:I{end}", rule=FormulaRule(formula="=WEEKDAY($A5,2)>5", style="note")
    )
    over = AddConditionalFormat(sheet=sheet, range=f"G5:G{end}", rule=CellRule(operator=">", value=0, style="warning"))
    draft.say(
        title,
        WriteTable(sheet=sheet, anchor="A4", name="Times", columns=columns, rows=rows),
        weekend,
        over,
        *grid_end(sheet, "A5", repeat_rows=4, landscape=False),
    )
    key: KeyFigures = [
        ("Hours", "=SUM(Times[Hours])", "number"),
        ("Overtime", "=SUM(Times[Overtime])", "number"),
        ("Days worked", '=COUNTIF(Times[Hours],">0")', "integer"),
        ("Pay", "=SUM(Times[Pay])", "currency"),
    ]
    weeks = [[f"Week {week + 1}", f"=SUM({sheet}!F{5 + week * 7}:F{11 + week * 7})"] for week in range(days // 7)]
    below = 8 + len(weeks)
    draft.say(
        *tiles(summary, draft.brief.title, "Totals follow the timesheet as it is filled in.", key, gutter=True),
        WriteTable(
            sheet=summary,
            anchor="A8",
            name="Weeks",
            columns=[TableColumn(header="Week"), TableColumn(header="Hours", kind="number")],
            rows=[list(week) for week in weeks],
        ),
        AddConditionalFormat(sheet=summary, range=f"B9:B{below}", rule=ScaleRule(type="data_bar")),
    )


def habits(draft: Draft) -> None:
    """A tick for each habit and day, with the share of days kept."""
    sheet = draft.sheet("Habits")
    draft.sheet(ASSUMPTIONS)
    names = (draft.brief.lists.get("habits") or HABITS)[:40]
    # "10k steps" is the name of a habit.
    draft.rest("count")
    days = min(_weeks(draft, 0, 6) * 7 or 31, 31)
    draft.section("Period")
    start = draft.start_date("First day")
    goal = draft.ask(
        "Goal",
        "goal|target|ziel|objecti[fv]o?",
        0.8,
        "percent",
        "percent",
        name="Goal",
        note="Share of days kept that counts as good",
    )
    draft.purpose = f"a tracker for {len(names)} habits over {days} days"
    first = 4
    last = column_letter(first + days - 1)
    header: list[CellValue] = [
        "Habit",
        "Days kept",
        "Kept",
        f"={start}",
        *(f"={column_letter(first + day - 1)}4+1" for day in range(1, days)),
    ]
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        ["Put ✓ in a day’s cell when the habit was kept."],
        [],
        header,
    ]
    rows += [
        [plain(capitalised(name)), f'=COUNTIF(D{row}:{last}{row},"✓")', f"=B{row}/COLUMNS(D{row}:{last}{row})"]
        for row, name in enumerate(names, 5)
    ]
    end = 4 + len(names)
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "header"),
        styled(f"D4:{last}4", "header", number_format="d", align="center"),
        styled(f"A5:A{end}", "label"),
        styled(f"B5:B{end}", "calculation", "integer"),
        styled(f"C5:C{end}", "calculation", "percent"),
        styled(f"D5:{last}{end}", "input", align="center"),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 24, "B": 11, "C": 9, f"D:{last}": 4}),
        AddValidation(sheet=sheet, range=f"D5:{last}{end}", type="list", choices=["✓"]),
        AddConditionalFormat(sheet=sheet, range=f"D5:{last}{end}", rule=FormulaRule(formula='=D5="✓"', style="good")),
        AddConditionalFormat(sheet=sheet, range=f"C5:C{end}", rule=FormulaRule(formula=f"=C5>={goal}", style="good")),
        AddConditionalFormat(sheet=sheet, range=f"C5:C{end}", rule=ScaleRule(type="data_bar")),
        *grid_end(sheet, "D5", repeat_rows=4),
    )


def workout(draft: Draft) -> None:
    """Exercises by day with sets, repetitions and weight; the volume follows."""
    names = (draft.brief.lists.get("exercises") or EXERCISES)[:20]
    columns = (
        Column("Day", choices=WEEKDAYS, width=14),
        Column("Exercise", choices=tuple(capitalised(name) for name in names), width=24),
        Column("Sets", "integer", width=8, example=(3,)),
        Column("Reps", "integer", width=8, example=(10,)),
        Column("Weight", "number", width=10),
        Column("Volume", "number", formula='=IF([@Exercise]="","",[@Sets]*[@Reps]*[@Weight])', total="sum", width=12),
        Column("Done", choices=YES_NO, width=10),
        Column("Notes", width=32),
    )
    preset = Preset(
        "Workouts",
        "Workouts",
        "exercise",
        columns,
        ("Day", "Exercise"),
        None,
        (
            ("Exercises planned", "=COUNTA({table}[Exercise])", "integer"),
            ("Sets", "=SUM({table}[Sets])", "integer"),
            ("Volume (sets × reps × weight)", "=SUM({table}[Volume])", "number"),
            ("Done", '=IF(A5=0,0,COUNTIF({table}[Done],"Yes")/A5)', "percent"),
        ),
        (('{c[Done]}{first}="Yes"', "good"),),
        "Sets, repetitions and weight, day by day",
    )
    write_records(draft, preset, [])


def meals(draft: Draft) -> None:
    """A week of meals and the shopping list it needs."""
    sheet, shopping = draft.sheet("Meal plan"), draft.sheet("Shopping list")
    draft.sheet(ASSUMPTIONS)
    kinds = (draft.brief.lists.get("meals") or MEALS)[:8]
    weeks = _weeks(draft, 1, 5)
    draft.section("Plan")
    start = draft.start_date("First day")
    budget = draft.ask(
        "Food budget",
        "budget|food|total|spend",
        0,
        "currency",
        "money",
        "count",
        name="FoodBudget",
        open_note="0 until you enter one",
    )
    last = column_letter(len(kinds) + 2)
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        ["Write the dish in each cell; list what to buy on the next sheet."],
        [],
        ["Date", "Day", *(capitalised(kind) for kind in kinds)],
    ]
    rows += [[f"={start}" if day == 0 else f"=A{day + 4}+1", f"=A{day + 5}"] for day in range(weeks * 7)]
    end = 4 + weeks * 7
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "header"),
        styled(f"A5:A{end}", "label", "date", align="left"),
        styled(f"B5:B{end}", "label", number_format="dddd", align="left"),
        styled(f"C5:{last}{end}", "input", wrap=True, border="thin"),
    ]
    draft.purpose = f"a meal plan for {weeks * 7} days with a priced shopping list"
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A:B": 14, f"C:{last}": 26}),
        AddConditionalFormat(
            sheet=sheet, range=f"A5:{last}{end}", rule=FormulaRule(formula="=WEEKDAY($A5,2)>5", style="note")
        ),
        *grid_end(sheet, "C5", repeat_rows=4),
    )
    columns = [
        TableColumn(header="Item", input=True, width=30),
        TableColumn(
            header="Section",
            choices=["Fruit and vegetables", "Bakery", "Dairy", "Meat and fish", "Dry goods", "Other"],
            input=True,
            width=22,
        ),
        TableColumn(header="Quantity", kind="number", input=True, width=12),
        TableColumn(header="Unit price", kind="currency", input=True, width=14),
        TableColumn(
            header="Cost",
            kind="currency",
            formula='=IF([@Item]="","",[@Quantity]*[@[Unit price]])',
            total="sum",
            width=14,
        ),
        TableColumn(header="Bought", choices=list(YES_NO), input=True, width=12),
    ]
    top: list[list[CellValue]] = [
        ["Shopping list"],
        ["Budget, spent and left"],
        [f"={budget}", "=SUM(Shopping[Cost])", "=A3-B3"],
    ]
    draft.say(
        WriteBlock(
            sheet=shopping,
            anchor="A1",
            rows=top,
            styles=[
                styled("A1", "title"),
                styled("A2", "subtitle"),
                styled("A3:C3", "total", "currency", align="left"),
            ],
        ),
        WriteTable(sheet=shopping, anchor="A5", name="Shopping", columns=columns, rows=[[None] * 6 for _ in range(25)]),
        AddConditionalFormat(sheet=shopping, range="A6:F30", rule=FormulaRule(formula='=$F6="Yes"', style="good")),
        SetPrint(sheet=shopping, repeat_rows=5),
    )
