"""Project plan: tasks one after another, with a bar for each on a calendar of weeks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from overten.agent.author.columns import Column, infer_all
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
)
from overten.agent.author.nouns import stem
from overten.documents.excel.operations import (
    AddConditionalFormat,
    AddValidation,
    ChartSeries,
    FormulaRule,
    ScaleRule,
    SetColumns,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from datetime import date

    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure
    from overten.documents.excel.operations import CellValue, ExcelOperation, RangeStyle, StyleName

EXAMPLE_TASKS: dict[str, tuple[str, ...]] = {
    "en": ("Kick-off", "Planning", "Preparation", "Implementation", "Testing", "Handover", "Review"),
    "de": ("Auftakt", "Planung", "Vorbereitung", "Umsetzung", "Prüfung", "Übergabe", "Rückblick"),
    "fr": ("Lancement", "Planification", "Préparation", "Réalisation", "Vérification", "Livraison", "Bilan"),
    "es": ("Arranque", "Planificación", "Preparación", "Ejecución", "Pruebas", "Entrega", "Revisión"),
}
NEUTRAL_TASKS = ("Prepare", "Plan", "Order", "Carry out", "Check", "Hand over", "Close")
BUILT = (
    r"\b(?:software|website|web|apps?|platform|systems?|it|erp|crm|development|launch|product|features?|releases?|"
    r"migration)\b"
)
"""Projects that are built and tested; any other has phases that fit a move as well as a fair."""
MAX_TASKS = 60
HEADER_ROW = 4
FIRST_ROW = 5

# The columns that the bars need, each with the headers under which it may be asked for.
PLAN_COLUMNS: dict[str, tuple[Column, str]] = {
    "task": (
        Column("Task", width=28),
        r"tasks?|activit(?:y|ies)|actions?|features?|milestones?|aufgaben?|vorg[aä]nge?|tâches?|tareas?|actividad(?:es)?|name",
    ),
    "owner": (
        Column("Owner", width=16),
        r"owners?|assignees?|responsible(?: person)?|verantwortlich\w*|zuständig\w*|responsables?|encargados?",
    ),
    "start": (
        Column("Start", "date", width=13),
        r"start(?:ing)?(?: dates?)?|begin\w*|startdatum|beginn|dates? de début|début|fechas? de inicio|inicio",
    ),
    "days": (Column("Working days", "integer", width=10), r"(?:working )?days?|duration|dauer|durée|duración"),
    "end": (
        Column("End", "date", width=13),
        r"(?:end|due|finish)(?: dates?)?|deadlines?|enddatum|ende|frist|dates? de fin|fin|échéances?|"
        r"fechas? (?:límite|de fin)",
    ),
    "done": (
        Column("Done", "percent", width=10),
        r"progress|done|(?:% ?)?comple\w+|% done|fortschritt|avancement|progreso|avance",
    ),
    "status": (Column("Status", width=13), r"status|state|stand|statut|état|estado"),
}


@dataclass(frozen=True)
class Layout:
    """The columns of a plan in order. `letters` are those of the columns that the bars need, by their keys."""

    columns: tuple[Column, ...]
    letters: dict[str, str]

    def range(self, key: str, end: int) -> str:
        """The cells of a column down to row `end`."""
        return f"{self.letters[key]}{FIRST_ROW}:{self.letters[key]}{end}"


def _layout(asked: tuple[str, ...]) -> Layout:
    """The columns that were asked for, in their order, then what the bars need besides."""
    columns: list[Column] = []
    keys: list[str | None] = []
    for column in infer_all(asked):
        key = next(
            (k for k, (_, words) in PLAN_COLUMNS.items() if re.fullmatch(words, column.header, re.IGNORECASE)), None
        )
        key = None if key in keys else key
        keys.append(key)
        columns.append(replace(PLAN_COLUMNS[key][0], header=column.header) if key else column)
    if "task" not in keys:
        columns.insert(0, PLAN_COLUMNS["task"][0])
        keys.insert(0, "task")
    for key in [key for key in PLAN_COLUMNS if key not in keys]:
        columns.append(PLAN_COLUMNS[key][0])
        keys.append(key)
    return Layout(tuple(columns), {key: column_letter(index) for index, key in enumerate(keys, 1) if key})


def _tasks(draft: Draft) -> tuple[tuple[str, ...], bool]:
    """The tasks that were named; else examples, and that they are."""
    lists, records = draft.brief.lists, draft.brief.records
    named = next((lists[key] for key in ("tasks", "phases", "stages", "items") if key in lists), ())
    if named:
        return named[:MAX_TASKS], False
    examples = EXAMPLE_TASKS[draft.brief.language]
    if draft.brief.language == "en" and not re.search(BUILT, draft.brief.prompt, re.IGNORECASE):
        examples = NEUTRAL_TASKS
    if records:
        examples = tuple(f"Task {number}" for number in range(1, records.count + 1))
    return examples, True


def _durations(draft: Draft, names: tuple[str, ...]) -> tuple[list[str], int]:
    """The working days of each task, as given with its name, else those of any task; and their sum."""
    spans = {
        figure.topic.lower(): _working_days(figure)
        for figure in draft.brief.figures
        if figure.topic and _working_days(figure)
    }
    common = next((f for f in draft.rest("count") if not f.topic and _working_days(f)), None)
    known = {name: next((d for topic, d in spans.items() if topic in name.lower()), 0) for name in names}
    references = {
        name: draft.put(f"Working days: {capitalised(name)}"[:80], days, "integer", given=True)
        for name, days in known.items()
        if days
    }
    usual, usual_days = "", _working_days(common) if common else _days_that_fit(draft, len(names))
    if len(references) < len(names):
        usual = draft.put(
            "Working days for each task",
            usual_days,
            "integer",
            given=common is not None,
            name="TaskDays",
            note="Overwrite the duration of a task on the plan where it differs",
        )
    return [references.get(name) or usual for name in names], sum(known[name] or usual_days for name in names)


def _days_that_fit(draft: Draft, tasks: int) -> int:
    """An even length of the tasks: two weeks, or what brings the plan to its end in time."""
    end = draft.brief.periods.end
    if end is None:
        return 10
    start = _first_day(draft)
    working = sum((start + timedelta(days=day)).weekday() < 5 for day in range(min((end - start).days + 1, 2_000)))
    return max(1, min(working // tasks, 60))


def _first_day(draft: Draft) -> date:
    """The day that was given, else the next Monday: no task of a new plan is late."""
    today = draft.brief.today
    return draft.brief.periods.start or today + timedelta(days=7 - today.weekday())


def _working_days(figure: Figure) -> int:
    """A duration in working days; 0, if the figure is none."""
    days = {
        "day": 1,
        "tag": 1,
        "jour": 1,
        "día": 1,
        "tage": 1,
        "week": 5,
        "woche": 5,
        "wochen": 5,
        "semaine": 5,
        "semana": 5,
    }
    return round(figure.value * days.get(stem(figure.label.split()[0]) if figure.label else "", 0))


def gantt(draft: Draft) -> None:
    """Tasks one after another with a bar for each week; a start or a duration that changes moves what follows."""
    sheet = draft.sheet("Plan")
    summary = draft.sheet(SUMMARY)
    draft.sheet(ASSUMPTIONS)
    names, are_examples = _tasks(draft)
    layout = _layout(draft.brief.lists.get("columns", ()))
    draft.section("Plan")
    start = _project_start(draft)
    last_day = draft.brief.periods.end
    deadline = (
        draft.put(
            "Deadline", last_day.isoformat(), "date", given=str(last_day.year) in draft.brief.prompt, name="Deadline"
        )
        if last_day
        else None
    )
    durations, total_days = _durations(draft, names)
    weeks = min(52, max(4, -(-total_days // 5) + 2))
    draft.purpose = (
        f"a project plan of {len(names)} {'example ' if are_examples else ''}tasks with bars over {weeks} weeks that "
        f"move with dates and durations"
    )
    end = HEADER_ROW + len(names)
    first_week = len(layout.columns) + 2
    bars = (column_letter(first_week), column_letter(first_week + weeks - 1))
    header: list[CellValue] = [column.header for column in layout.columns]
    header += [None, f"={start}-WEEKDAY({start},2)+1"]
    header += [f"={column_letter(first_week + week - 1)}{HEADER_ROW}+7" for week in range(1, weeks)]
    hint = "Each bar is a week; change a start, a duration or the share done and the bars follow."
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        [f"{hint} Shaded tasks are examples: overwrite them." if are_examples else hint],
        [],
        header,
        *(
            _row(layout, row, name, start, duration)
            for row, (name, duration) in enumerate(zip(names, durations, strict=True), FIRST_ROW)
        ),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=_styles(layout, end, bars, are_examples=are_examples)),
        SetColumns(
            sheet=sheet,
            widths={
                **{column_letter(index): max(c.width, len(c.header) + 2) for index, c in enumerate(layout.columns, 1)},
                column_letter(first_week - 1): 2,
                f"{bars[0]}:{bars[1]}": 6,
            },
        ),
        *_choices(draft, layout, sheet, end),
        *_bars(layout, sheet, end, bars),
        *grid_end(sheet, "B5", repeat_rows=HEADER_ROW),
    )
    days, done = (f"{sheet}!{layout.range(key, end)}" for key in ("days", "done"))
    key: KeyFigures = [
        ("Deadline", f"={deadline}", "date") if deadline else ("Project start", f"={start}", "date"),
        ("Project end", f"=MAX({sheet}!{layout.range('end', end)})", "date"),
        ("Done", f"=SUMPRODUCT({days},{done})/SUM({days})", "percent"),
        ("Days to spare", "=A5-B5", "integer")
        if deadline
        else ("Tasks late", f'=COUNTIF({sheet}!{layout.range("status", end)},"Late")', "integer"),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Progress is weighted by working days.", key),
        _overview(layout, sheet, summary, names),
        *_lengths_chart(layout, sheet, summary, durations, len(names)),
    )


def _project_start(draft: Draft) -> str:
    if draft.brief.periods.start:
        return draft.start_date("Project start")
    return draft.put("Project start", _first_day(draft).isoformat(), "date", given=False, name="StartDate")


def _overview(layout: Layout, sheet: str, summary: str, names: tuple[str, ...]) -> WriteTable:
    """Every task with its dates and status; names and figures follow the plan."""
    fields = ("task", "start", "end", "status")
    headers = {column_letter(index): column.header for index, column in enumerate(layout.columns, 1)}
    rows: list[list[CellValue]] = [
        [f"={sheet}!{layout.letters[key]}{row}" for key in fields] for row in range(FIRST_ROW, FIRST_ROW + len(names))
    ]
    return WriteTable(
        sheet=summary,
        anchor="A7",
        name="Overview",
        columns=[
            TableColumn(header=headers[layout.letters[key]], kind="date" if key in ("start", "end") else "text")
            for key in fields
        ],
        rows=rows,
    )


def _lengths_chart(layout: Layout, sheet: str, summary: str, durations: list[str], tasks: int) -> list[ExcelOperation]:
    """The length of each task, if they differ."""
    if len(set(durations)) == 1:
        return []
    task, length = layout.letters["task"], layout.letters["days"]
    end = HEADER_ROW + tasks
    series = [
        ChartSeries(
            values=f"{sheet}!${length}${FIRST_ROW}:${length}${end}",
            categories=f"{sheet}!${task}${FIRST_ROW}:${task}${end}",
            name="Working days",
        )
    ]
    title = "Working days by task"
    return [chart(summary, f"A{tasks + 10}", "bar", title, series, rows=max(14, tasks + 6))]


def _row(layout: Layout, row: int, name: str, start: str, duration: str) -> list[CellValue]:
    """A task that begins on the working day after the one above ends."""
    at = {key: f"{letter}{row}" for key, letter in layout.letters.items()}
    cells: dict[str, CellValue] = {
        at["task"]: plain(capitalised(name)),
        at["start"]: f"={start}" if row == FIRST_ROW else f"=WORKDAY({layout.letters['end']}{row - 1},1)",
        at["days"]: f"={duration}",
        at["end"]: f"=WORKDAY({at['start']},{at['days']}-1)",
        at["done"]: 0,
        at["status"]: (
            f'=IF({at["done"]}>=1,"Done",IF(AND({at["end"]}<TODAY(),{at["done"]}<1),"Late",'
            f'IF({at["start"]}<=TODAY(),"In progress","Planned")))'
        ),
    }
    return [cells.get(f"{column_letter(index)}{row}") for index in range(1, len(layout.columns) + 1)]


def _styles(layout: Layout, end: int, bars: tuple[str, str], *, are_examples: bool) -> list[RangeStyle]:
    last = column_letter(len(layout.columns))
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A{HEADER_ROW}:{last}{HEADER_ROW}", "header"),
        styled(
            f"{bars[0]}{HEADER_ROW}:{bars[1]}{HEADER_ROW}", "header", number_format="d mmm", align="center", font_size=8
        ),
    ]
    keys = {letter: key for key, letter in layout.letters.items()}
    for index, column in enumerate(layout.columns, 1):
        letter = column_letter(index)
        cells, head, key = f"{letter}{FIRST_ROW}:{letter}{end}", f"{letter}{HEADER_ROW}", keys.get(letter)
        if key == "task":
            styles.append(styled(cells, "assumption" if are_examples else "label"))
        elif key == "status":
            styles += [styled(cells, "calculation", indent=1), styled(head, "header", indent=1)]
        elif key in ("start", "end"):
            styles += [styled(cells, "calculation", "date"), styled(head, "header", align="right", wrap=True)]
        elif column.kind == "text":
            styles.append(styled(cells, "input"))
        else:
            look: StyleName = "assumption" if key == "done" else "input"
            styles.append(
                styled(cells, look, column.kind, number_format="0%" if key == "done" else column.number_format)
            )
            styles.append(styled(head, "header", align="right", wrap=True))
    return styles


def _choices(draft: Draft, layout: Layout, sheet: str, end: int) -> list[ExcelOperation]:
    """Drop-downs: the people that were named own tasks; other columns have the choices of their kind."""
    listed = {name for members in draft.brief.lists.values() for name in members}
    people = draft.brief.lists.get("people") or tuple(name for name in draft.brief.names if name not in listed)
    choices = {column_letter(i): c.choices for i, c in enumerate(layout.columns, 1) if c.choices}
    if people:
        choices[layout.letters["owner"]] = people
    return [
        AddValidation(
            sheet=sheet, range=f"{letter}{FIRST_ROW}:{letter}{end}", type="list", choices=[c[:100] for c in allowed]
        )
        for letter, allowed in list(choices.items())[:6]
    ]


def _bars(layout: Layout, sheet: str, end: int, bars: tuple[str, str]) -> list[ExcelOperation]:
    """A bar for each week that a task spans, in the colour of its status."""
    at = {key: f"${letter}{FIRST_ROW}" for key, letter in layout.letters.items()}
    week = f"{bars[0]}${HEADER_ROW}"
    spans = f"{at['start']}<={week}+6,{at['end']}>={week}"
    grid = f"{bars[0]}{FIRST_ROW}:{bars[1]}{end}"
    rules = (
        FormulaRule(formula=f'=AND({spans},{at["status"]}="Done")', style="good"),
        FormulaRule(formula=f'=AND({spans},{at["status"]}="Late")', style="bad"),
        FormulaRule(formula=f"=AND({spans})", style="total"),
    )
    return [
        *(AddConditionalFormat(sheet=sheet, range=grid, rule=rule) for rule in rules),
        AddConditionalFormat(sheet=sheet, range=layout.range("done", end), rule=ScaleRule(type="data_bar")),
    ]
