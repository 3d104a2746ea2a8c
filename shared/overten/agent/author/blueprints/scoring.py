"""Workbooks that weigh and judge: scorecard, decision matrix, gradebook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from overten.agent.author.blueprints.plans import people_of
from overten.agent.author.draft import (
    ASSUMPTIONS,
    SUMMARY,
    Draft,
    capitalised,
    chart,
    column_letter,
    grid_end,
    plain,
    style,
    styled,
    tiles,
)
from overten.documents.excel.operations import (
    AddConditionalFormat,
    AddValidation,
    CellRule,
    ChartSeries,
    FormatRange,
    FormulaRule,
    ScaleRule,
    SetColumns,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.agent.author.figures import Figure, Unit
    from overten.documents.excel.operations import CellValue, ValueKind

CRITERIA = ("Price", "Quality", "Ease of use", "Support", "Risk")
ASSESSMENTS = ("Homework", "Project", "Midterm", "Final exam")
GRADES = (("A", 0.9), ("B", 0.8), ("C", 0.7), ("D", 0.6))
NEUTRAL_SCORE = 3
LOWER_IS_BETTER = re.compile(
    r"churn|cost|defect|complaint|error|attrition|turnover rate|downtime|bounce|time to|lead time|"
    r"response time|absence|kosten|fehler|co[ûu]t|coste",
    re.IGNORECASE,
)


def weighted_names(draft: Draft) -> tuple[str, ...]:
    """What the request gives a percentage to ("40 % final exam, 60 % homework"); nothing, if it is fewer than two."""
    names = tuple(
        dict.fromkeys(figure.label for figure in draft.brief.figures if figure.unit == "percent" and figure.label)
    )
    return names if len(names) > 1 else ()


def weights_of(draft: Draft, names: tuple[str, ...]) -> list[str]:
    """The weight of each: as given, else an even part of what is left of 100 %."""
    given = [
        draft.take(re.escape(name), "percent") or draft.take(re.escape(name.split()[0]), "percent") for name in names
    ]
    left = max(0.0, 1 - sum(figure.value for figure in given if figure))
    open_ones = sum(figure is None for figure in given)
    references: list[str] = []
    for name, figure in zip(names, given, strict=True):
        label = f"Weight: {capitalised(name)}"
        if figure:
            references.append(draft.put(label, figure.value, "percent", given=True))
            continue
        open_ones -= 1
        even = round(left / (open_ones + 1), 2)
        left -= even
        references.append(
            draft.put(label, round(even, 2), "percent", given=False, note="Weights should add up to 100 %")
        )
    return references


def comparison(draft: Draft) -> None:
    """Options scored against weighted criteria, ranked by the weighted total."""
    sheet = draft.sheet("Decision")
    draft.sheet(ASSUMPTIONS)
    criteria = (draft.brief.lists.get("criteria") or weighted_names(draft) or CRITERIA)[:20]
    options = (
        draft.brief.names
        or draft.brief.lists.get("options")
        or draft.brief.lists.get("products")
        or ("Option A", "Option B", "Option C")
    )[:12]
    draft.section("Weights")
    weights = weights_of(draft, criteria)
    draft.purpose = (
        f"a decision matrix of {len(options)} options and {len(criteria)} weighted criteria; all scores start "
        f"at the neutral {NEUTRAL_SCORE} of 5 and are yours to give"
    )
    last = column_letter(len(options) + 2)
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        ["Score each option from 1 (poor) to 5 (excellent); weights are on the Assumptions sheet."],
        [],
        ["Criterion", "Weight", *(plain(name) for name in options)],
    ]
    rows += [
        [plain(capitalised(name)), f"={weight}", *[NEUTRAL_SCORE] * len(options)]
        for name, weight in zip(criteria, weights, strict=True)
    ]
    end = 4 + len(criteria)
    letters = [column_letter(number) for number in range(3, len(options) + 3)]
    rows += [
        [
            "Weighted score",
            f"=SUM(B5:B{end})",
            *(f"=IF($B{end + 1}=0,0,SUMPRODUCT($B$5:$B${end},{c}5:{c}{end})/$B{end + 1})" for c in letters),
        ],
        ["Rank", None, *(f"=RANK({c}{end + 1},$C${end + 1}:${last}${end + 1})" for c in letters)],
        [
            "Best option",
            f'=IF(COUNTIF(C{end + 2}:{last}{end + 2},1)>1,"Tie: give scores",INDEX(C4:{last}4,MATCH(1,'
            f"C{end + 2}:{last}{end + 2},0)))",
        ],
    ]
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "header"),
        styled(f"B4:{last}4", "header", align="center", wrap=True),
        styled(f"A5:A{end}", "label"),
        styled(f"B5:B{end}", "calculation", "percent"),
        styled(f"C5:{last}{end}", "assumption", "integer", align="center"),
        styled(f"A{end + 1}:{last}{end + 1}", "total", number_format="0.00"),
        styled(f"B{end + 1}", "total", "percent"),
        styled(f"C{end + 1}:{last}{end + 1}", "total", align="center"),
        styled(f"A{end + 2}:A{end + 3}", "label"),
        styled(f"C{end + 2}:{last}{end + 2}", "calculation", "integer", align="center"),
        styled(f"B{end + 3}", "calculation", bold=True),
    ]
    series = [
        ChartSeries(
            values=f"{sheet}!$C${end + 1}:${last}${end + 1}",
            categories=f"{sheet}!$C$4:${last}$4",
            name="Weighted score",
        )
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 26, "B": 18, f"C:{last}": 18}),
        AddValidation(
            sheet=sheet, range=f"C5:{last}{end}", type="integer", minimum=1, maximum=5, message="A score from 1 to 5"
        ),
        AddConditionalFormat(sheet=sheet, range=f"C5:{last}{end}", rule=ScaleRule(type="color_scale")),
        AddConditionalFormat(
            sheet=sheet, range=f"C{end + 2}:{last}{end + 2}", rule=CellRule(operator="=", value=1, style="good")
        ),
        AddConditionalFormat(
            sheet=sheet, range=f"B{end + 1}", rule=FormulaRule(formula=f"=ABS($B${end + 1}-1)>0.011", style="warning")
        ),
        chart(
            sheet, f"A{end + 6}", "column", "Weighted score by option", series, number_format="0.0", data_labels=True
        ),
        *grid_end(sheet, "C5"),
    )


def scorecard(draft: Draft) -> None:
    """Targets and actual values with attainment and a status for each indicator."""
    summary, _ = draft.sheet(SUMMARY), draft.sheet(ASSUMPTIONS)
    draft.section("Status")
    warn = draft.ask(
        "At risk below",
        "at risk|threshold|schwelle",
        0.9,
        "percent",
        "percent",
        name="AtRiskBelow",
        note="Share of the target; on track from 100 %",
    )
    draft.section("Targets")
    figures = [figure for figure in draft.rest() if figure.label]
    lines = [_kpi(draft, figure) for figure in figures]
    named = [
        name for name in draft.brief.lists.get("kpis", ()) if name.lower() not in {line[0].lower() for line in lines}
    ]
    lines += [
        (capitalised(name), draft.put(f"Target: {name}", 100, "number", given=False), "number")
        for name in (named or ([] if lines else [f"Indicator {n}" for n in range(1, 6)]))
    ]
    draft.purpose = (
        f"a scorecard of {len(lines)} indicators with target, actual value, attainment and status; actual "
        f"values are empty until you enter them"
    )
    columns = [
        TableColumn(header="Indicator", width=34),
        TableColumn(header="Better", choices=["Higher", "Lower"], input=True, width=10),
        TableColumn(header="Target", kind="number"),
        TableColumn(header="Actual", kind="number", input=True),
        TableColumn(
            header="Attainment",
            kind="percent",
            formula=(
                '=IF(OR([@Actual]="",[@Actual]=0,[@Target]=0),0,IF([@Better]="Lower",[@Target]/[@Actual],'
                "[@Actual]/[@Target]))"
            ),
        ),
        TableColumn(
            header="Status",
            formula=(
                f'=IF([@Actual]="","No value",IF([@Attainment]>=1,"On track",IF([@Attainment]>={warn},"At '
                f'risk","Off track")))'
            ),
            width=14,
        ),
        TableColumn(header="Owner", input=True, width=16),
        TableColumn(header="Comment", input=True, width=34),
    ]
    rows: list[list[CellValue]] = [
        [plain(name), "Lower" if LOWER_IS_BETTER.search(name) else "Higher", f"={target}", *[None] * 5]
        for name, target, _ in lines
    ]
    end = 8 + len(rows)
    key: KeyFigures = [
        (name, f'=COUNTIF(Scorecard[Status],"{name}")', "integer")
        for name in ("On track", "At risk", "Off track", "No value")
    ]
    formats = [(number, kind) for number, (_, _, kind) in enumerate(lines, 9) if kind in ("percent", "currency")]
    marks = [
        AddConditionalFormat(sheet=summary, range=f"F9:F{end}", rule=FormulaRule(formula=f'=$F9="{name}"', style=look))
        for name, look in (("On track", "good"), ("At risk", "warning"), ("Off track", "bad"))
    ]
    shown = [FormatRange(sheet=summary, range=f"C{row}:D{row}", style=style(kind=kind)) for row, kind in formats[:6]]
    draft.say(
        *tiles(summary, draft.brief.title, "Enter actual values; attainment and status follow.", key),
        WriteTable(sheet=summary, anchor="A8", name="Scorecard", columns=columns, rows=rows),
        *shown,
        *marks,
        AddConditionalFormat(sheet=summary, range=f"E9:E{end}", rule=ScaleRule(type="data_bar")),
        *grid_end(summary, "B9"),
    )


def _kpi_label(figure: Figure) -> str:
    """ "response time 4 hours" is the response time, in hours."""
    return f"{figure.topic} ({figure.label})" if figure.topic else figure.label


def _kpi(draft: Draft, figure: Figure) -> tuple[str, str, ValueKind]:
    kinds: dict[Unit, ValueKind] = {"money": "currency", "percent": "percent", "count": "number"}
    kind = kinds[figure.unit]
    name = (
        capitalised(re.sub(r"\b(?:target|goal|ziel)\b", "", _kpi_label(figure), flags=re.IGNORECASE).strip())
        or "Indicator"
    )
    return name, draft.put(f"Target: {name}", figure.value, kind, given=True), kind


def gradebook(draft: Draft) -> None:
    """Scores by student and assessment, the weighted average, a letter and the distribution of letters."""
    sheet, summary = draft.sheet("Grades"), draft.sheet(SUMMARY)
    draft.sheet(ASSUMPTIONS)
    tests = (draft.brief.lists.get("assessments") or weighted_names(draft) or ASSESSMENTS)[:15]
    draft.section("Weights")
    weights = weights_of(draft, tests)
    draft.section("Lowest average for a grade")
    bounds = [(grade, draft.put(f"Grade {grade}", bound, "percent", given=False)) for grade, bound in GRADES]
    students = people_of(draft, "Student")
    draft.purpose = (
        f"a gradebook for {len(students)} students and {len(tests)} assessments with weighted averages and "
        f"grades; scores are empty until you enter them"
    )
    last = column_letter(len(tests) + 1)
    average, grade = column_letter(len(tests) + 2), column_letter(len(tests) + 3)
    first_row = 6
    rows: list[list[CellValue]] = [
        [plain(draft.brief.title)],
        ["Enter scores as percentages; assessments without a score are left out of the average."],
        [],
        ["Student", *(plain(capitalised(name)) for name in tests), "Average", "Grade"],
        ["Weight", *(f"={weight}" for weight in weights), f"=SUM(B5:{last}5)"],
    ]
    letter = '"F"'
    for name, bound in reversed(bounds):
        letter = f'IF(AVG>={bound},"{name}",{letter})'
    for row, student in enumerate(students, first_row):
        mean = (
            f'=IF(COUNT(B{row}:{last}{row})=0,"",SUMPRODUCT($B$5:${last}$5,'
            f'B{row}:{last}{row})/SUMPRODUCT($B$5:${last}$5,--(B{row}:{last}{row}<>"")))'
        )
        rows.append(
            [
                plain(student),
                *[None] * len(tests),
                mean,
                f'=IF({average}{row}="","",{letter.replace("AVG", f"{average}{row}")})',
            ]
        )
    end = first_row + len(students) - 1
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{grade}4", "header"),
        styled(f"B4:{grade}4", "header", align="center", wrap=True),
        styled("A5", "note"),
        styled(f"B5:{average}5", "note", "percent", align="center"),
        styled(f"A6:A{end}", "label"),
        styled(f"B6:{last}{end}", "input", "percent", align="center"),
        styled(f"{average}6:{average}{end}", "total", "percent", align="center"),
        styled(f"{grade}6:{grade}{end}", "total", align="center"),
    ]
    draft.say(
        WriteBlock(sheet=sheet, anchor="A1", rows=rows, styles=styles),
        SetColumns(sheet=sheet, widths={"A": 26, f"B:{grade}": 14}),
        AddValidation(
            sheet=sheet,
            range=f"B6:{last}{end}",
            type="decimal",
            minimum=0,
            maximum=1,
            message="A percentage between 0 % and 100 %",
        ),
        AddConditionalFormat(
            sheet=sheet, range=f"{grade}6:{grade}{end}", rule=FormulaRule(formula=f'=${grade}6="F"', style="bad")
        ),
        AddConditionalFormat(
            sheet=sheet, range=f"{grade}6:{grade}{end}", rule=FormulaRule(formula=f'=${grade}6="A"', style="good")
        ),
        *grid_end(sheet, "B6", repeat_rows=4),
    )
    letters: list[list[CellValue]] = [
        [name, f"=COUNTIF({sheet}!{grade}6:{grade}{end},A{row})"]
        for row, name in enumerate(("A", "B", "C", "D", "F"), 9)
    ]
    key: KeyFigures = [
        ("Students", f"=COUNTA({sheet}!A6:A{end})", "integer"),
        (
            "Class average",
            f"=IF(COUNT({sheet}!{average}6:{average}{end})=0,0,AVERAGE({sheet}!{average}6:{average}{end}))",
            "percent",
        ),
        ("Highest average", f"=MAX({sheet}!{average}6:{average}{end})", "percent"),
        ("Not graded yet", f"=A5-COUNT({sheet}!{average}6:{average}{end})", "integer"),
    ]
    draft.say(
        *tiles(summary, draft.brief.title, "Follows the grades as they are entered.", key, gutter=True),
        WriteTable(
            sheet=summary,
            anchor="A8",
            name="Distribution",
            columns=[TableColumn(header="Grade"), TableColumn(header="Students", kind="integer")],
            rows=letters,
        ),
        chart(
            summary,
            "D8",
            "column",
            "Students by grade",
            [ChartSeries(values=f"{summary}!$B$9:$B$13", categories=f"{summary}!$A$9:$A$13", name="Students")],
            half=True,
        ),
    )
