"""Lists of records with a summary: trackers, logs, pipelines, stock, reports and any table whose columns are named."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from overten.agent.author.columns import OTHER_NAMES, PRIORITIES, STATUSES, Column, infer_all
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
from overten.agent.author.multipliers import singular
from overten.agent.author.nouns import stem
from overten.documents.excel.operations import (
    AddConditionalFormat,
    ChartSeries,
    FormatRange,
    FormulaRule,
    ScaleRule,
    TableColumn,
    WriteBlock,
    WriteTable,
)

if TYPE_CHECKING:
    from overten.agent.author.draft import KeyFigures
    from overten.documents.excel.operations import CellValue, ExcelOperation, ValueKind

Look = Literal["good", "bad", "warning"]
HEADER_ROW = 4
EXAMPLES = 6
BLANK_ROWS = 9
NAMES_OF_RECORDS = (
    r"(?:full |first |last )?name|title|subject|action|activity|milestone|deliverable|company|product|nom|nombre|titre|"
    r"título|aufgaben?|tâches?|tareas?|artikel|produkt|firma|descri\w+|beschreibung"
)
"""Headers that say what a record is, whatever it is a record of."""
GENERIC_RECORDS = frozenset(["row", "record", "entry", "line", "item", "zeile", "ligne", "fila"])
GOALS = "(?:\\w+ )?(?:quotas?|targets?|goals?|budget|reps?)\\b"


@dataclass(frozen=True)
class Preset:
    """A kind of list.

    Formulas in `tiles` and `rules` may say {table}, {first} (first data row) and {c[Header]} (a column's letter).
    """

    sheet: str
    table: str
    noun: str
    columns: tuple[Column, ...]
    groups: tuple[str, ...] = ()
    measure: str | None = None
    tiles: tuple[tuple[str, str, ValueKind], ...] = ()
    rules: tuple[tuple[str, Look], ...] = ()
    subtitle: str = ""
    names_from: tuple[str, ...] = ()
    group_members: tuple[str, ...] = ()


_OVERDUE = 'AND({c[Due date]}{first}<>"",{c[Due date]}{first}<TODAY(),{c[Status]}{first}<>"Done")'

PRESETS: dict[str, Preset] = {
    "tasks": Preset(
        "Tasks",
        "Tasks",
        "task",
        (
            Column("Task", width=34, example="Example task {n}"),
            Column("Owner", width=18, example="Owner {n}"),
            Column("Priority", choices=PRIORITIES, width=12),
            Column("Status", choices=STATUSES, width=15),
            Column("Start date", "date", width=14),
            Column("Due date", "date", width=14),
            Column(
                "Days left",
                "integer",
                formula='=IF(OR([@[Due date]]="",[@Status]="Done"),"",[@[Due date]]-TODAY())',
                width=12,
            ),
            Column("Notes", width=36),
        ),
        ("Status", "Priority"),
        None,
        (
            ("Tasks", "=COUNTA({table}[Task])", "integer"),
            ("Done", '=COUNTIF({table}[Status],"Done")', "integer"),
            (
                "Overdue",
                '=COUNTIFS({table}[Due date],"<"&TODAY(),{table}[Due date],">0",{table}[Status],"<>Done")',
                "integer",
            ),
            ("Completion", "=IF(A5=0,0,B5/A5)", "percent"),
        ),
        ((_OVERDUE, "bad"), ('{c[Status]}{first}="Done"', "good"), ('{c[Status]}{first}="Blocked"', "warning")),
        "Who does what by when",
        ("tasks", "projects", "phases"),
    ),
    "issues": Preset(
        "Issues",
        "Issues",
        "issue",
        (
            Column("ID", "integer", formula='=IF([@Issue]="","",ROW()-4)', width=8),
            Column("Issue", width=36, example="Example issue {n}"),
            Column("Severity", choices=("Critical", "High", "Medium", "Low"), width=12),
            Column("Status", choices=("Open", "In progress", "Resolved", "Closed"), width=14),
            Column("Owner", width=18, example="Owner {n}"),
            Column("Reported", "date", width=14),
            Column("Due date", "date", width=14),
            Column("Resolution", width=36),
        ),
        ("Status", "Severity"),
        None,
        (
            ("Issues", "=COUNTA({table}[Issue])", "integer"),
            ("Open", '=COUNTIF({table}[Status],"Open")+COUNTIF({table}[Status],"In progress")', "integer"),
            (
                "Critical, not resolved",
                '=COUNTIFS({table}[Severity],"Critical",{table}[Status],'
                '"Open")+COUNTIFS({table}[Severity],"Critical",{table}[Status],"In progress")',
                "integer",
            ),
            ("Resolved", "=IF(A5=0,0,(A5-B5)/A5)", "percent"),
        ),
        (
            (
                'AND({c[Severity]}{first}="Critical",OR({c[Status]}{first}="Open",{c[Status]}{first}="In progress"))',
                "bad",
            ),
            ('OR({c[Status]}{first}="Resolved",{c[Status]}{first}="Closed")', "good"),
        ),
        "What is wrong, how bad it is and who mends it",
        ("items",),
    ),
    "risks": Preset(
        "Risks",
        "Risks",
        "risk",
        (
            Column("ID", "integer", formula='=IF([@Risk]="","",ROW()-4)', width=8),
            Column("Risk", width=36, example="Example risk {n}"),
            Column("Category", choices=("Strategic", "Operational", "Financial", "Compliance"), width=15),
            Column("Likelihood (1–5)", "integer", width=14, example=(2, 3, 4, 1, 5, 3)),
            Column("Impact (1–5)", "integer", width=14, example=(4, 3, 5, 2, 3, 1)),
            Column("Score", "integer", formula='=IF([@Risk]="","",[@[Likelihood (1–5)]]*[@[Impact (1–5)]])', width=10),
            Column("Owner", width=18, example="Owner {n}"),
            Column("Mitigation", width=36),
            Column("Status", choices=("Open", "Mitigating", "Accepted", "Closed"), width=14),
        ),
        ("Category", "Status"),
        None,
        (
            ("Risks", "=COUNTA({table}[Risk])", "integer"),
            ("High (score 12 or more)", '=COUNTIF({table}[Score],">=12")', "integer"),
            ("Highest score", "=MAX({table}[Score])", "integer"),
            ("Not closed", '=A5-COUNTIF({table}[Status],"Closed")', "integer"),
        ),
        (
            ("AND(ISNUMBER({c[Score]}{first}),{c[Score]}{first}>=12)", "bad"),
            ("AND(ISNUMBER({c[Score]}{first}),{c[Score]}{first}>=6)", "warning"),
        ),
        "Likelihood × impact; 12 or more is high",
        ("items",),
    ),
    "crm": Preset(
        "Pipeline",
        "Pipeline",
        "lead",
        (
            Column("Lead", width=28, example="Example lead {n}"),
            Column("Contact", width=20),
            Column("Stage", choices=("Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"), width=14),
            Column("Value", "currency", total="sum", width=14, example=(5000, 10000, 2500, 8000, 4000, 6000)),
            Column("Probability", "percent", formula="STAGE", width=12),
            Column(
                "Weighted value",
                "currency",
                formula='=IF([@Value]="","",[@Value]*[@Probability])',
                total="sum",
                width=16,
            ),
            Column("Next step", width=28),
            Column("Due date", "date", width=14),
            Column("Owner", width=16),
        ),
        ("Stage",),
        "Value",
        (
            (
                "Open leads",
                '=COUNTA({table}[Lead])-COUNTIF({table}[Stage],"Won")-COUNTIF({table}[Stage],"Lost")',
                "integer",
            ),
            ("Pipeline value", '=SUM({table}[Value])-SUMIFS({table}[Value],{table}[Stage],"Lost")', "currency"),
            ("Weighted value", "=SUM({table}[Weighted value])", "currency"),
            (
                "Win rate",
                '=IF(COUNTIF({table}[Stage],"Won")+COUNTIF({table}[Stage],"Lost")=0,0,'
                'COUNTIF({table}[Stage],"Won")/(COUNTIF({table}[Stage],"Won")+COUNTIF({table}[Stage],'
                '"Lost")))',
                "percent",
            ),
        ),
        (('{c[Stage]}{first}="Won"', "good"), ('{c[Stage]}{first}="Lost"', "bad")),
        "Open business by stage, weighted by probability",
        ("clients",),
    ),
    "hiring": Preset(
        "Applications",
        "Applications",
        "application",
        (
            Column("Role or candidate", width=30, example="Example {n}"),
            Column("Company or team", width=22),
            Column("Source", choices=("Referral", "Website", "Job board", "Agency"), width=14),
            Column("Applied on", "date", width=14),
            Column("Stage", choices=("Applied", "Screening", "Interview", "Offer", "Accepted", "Rejected"), width=14),
            Column("Next step", width=28),
            Column("Due date", "date", width=14),
            Column("Notes", width=36),
        ),
        ("Stage", "Source"),
        None,
        (
            ("Applications", "=COUNTA({table}[Role or candidate])", "integer"),
            ("In interviews", '=COUNTIF({table}[Stage],"Interview")', "integer"),
            ("Offers", '=COUNTIF({table}[Stage],"Offer")+COUNTIF({table}[Stage],"Accepted")', "integer"),
            ("Offer rate", "=IF(A5=0,0,C5/A5)", "percent"),
        ),
        (
            ('OR({c[Stage]}{first}="Offer",{c[Stage]}{first}="Accepted")', "good"),
            ('{c[Stage]}{first}="Rejected"', "bad"),
        ),
        "Every application and its next step",
        ("people",),
    ),
    "inventory": Preset(
        "Stock",
        "Stock",
        "item",
        (
            Column("Item", width=30, example="Example item {n}"),
            Column("SKU", width=14, example="SKU-{n}"),
            Column("Category", choices=("Category A", "Category B", "Category C"), width=16),
            Column("Quantity", "number", total="sum", width=12, example=(20, 5, 40, 0, 12, 8)),
            Column("Reorder level", "number", width=14, example=(10, 10, 10, 10, 10, 10)),
            Column("Unit cost", "currency", width=14, example=(10, 25, 4, 60, 15, 30)),
            Column(
                "Stock value",
                "currency",
                formula='=IF([@Item]="","",[@Quantity]*[@[Unit cost]])',
                total="sum",
                width=16,
            ),
            Column("Action", formula='=IF([@Item]="","",IF([@Quantity]<=[@[Reorder level]],"Reorder","OK"))', width=12),
            Column("Supplier", width=20),
        ),
        ("Category",),
        "Stock value",
        (
            ("Items", "=COUNTA({table}[Item])", "integer"),
            ("Units in stock", "=SUM({table}[Quantity])", "integer"),
            ("Stock value", "=SUM({table}[Stock value])", "currency"),
            ("To reorder", '=COUNTIF({table}[Action],"Reorder")', "integer"),
        ),
        (('{c[Action]}{first}="Reorder"', "bad"),),
        "What is in stock, what it is worth and what to reorder",
        ("products", "items"),
    ),
    "content_calendar": Preset(
        "Calendar",
        "Content",
        "post",
        (
            Column("Publish on", "date", width=14),
            Column("Channel", choices=("Blog", "Newsletter", "LinkedIn", "Instagram", "YouTube"), width=14),
            Column("Topic", width=36, example="Example topic {n}"),
            Column("Format", choices=("Article", "Video", "Image", "Story"), width=12),
            Column("Owner", width=16, example="Owner {n}"),
            Column("Status", choices=("Idea", "Draft", "Review", "Scheduled", "Published"), width=14),
            Column("Link", width=28),
        ),
        ("Channel", "Status"),
        None,
        (
            ("Posts planned", "=COUNTA({table}[Topic])", "integer"),
            ("Published", '=COUNTIF({table}[Status],"Published")', "integer"),
            ("Next 7 days", '=COUNTIFS({table}[Publish on],">="&TODAY(),{table}[Publish on],"<"&TODAY()+7)', "integer"),
            (
                "Late",
                '=COUNTIFS({table}[Publish on],"<"&TODAY(),{table}[Publish on],">0",{table}[Status],"<>Published")',
                "integer",
            ),
        ),
        (
            ('{c[Status]}{first}="Published"', "good"),
            ('AND({c[Publish on]}{first}<>"",{c[Publish on]}{first}<TODAY())', "bad"),
        ),
        "What appears where and when",
        ("tasks",),
    ),
    "sales": Preset(
        "Data",
        "Sales",
        "sale",
        (
            Column("Date", "date", width=14),
            Column("Product", choices=("Product A", "Product B", "Product C"), width=20),
            Column("Region", choices=("North", "South", "East", "West"), width=14),
            Column("Units", "number", total="sum", width=12, example=(10, 20, 5, 15, 8, 12)),
            Column("Unit price", "currency", width=14, example=(20, 35, 50, 20, 35, 50)),
            Column(
                "Revenue", "currency", formula='=IF([@Units]="","",[@Units]*[@[Unit price]])', total="sum", width=16
            ),
        ),
        ("Product", "Region"),
        "Revenue",
        (
            ("Revenue", "=SUM({table}[Revenue])", "currency"),
            ("Units sold", "=SUM({table}[Units])", "integer"),
            ("Sales", "=COUNT({table}[Units])", "integer"),
            ("Average sale", "=IF(C5=0,0,A5/C5)", "currency"),
        ),
        (),
        "Revenue by product and region",
        (),
    ),
}


def task_list(draft: Draft) -> None:
    _records(draft, PRESETS["tasks"])


def issue_log(draft: Draft) -> None:
    _records(
        draft,
        PRESETS[
            "risks" if re.search(r"\b(?:risk|risque|riesgo|risiko)", draft.brief.prompt, re.IGNORECASE) else "issues"
        ],
    )


def pipeline(draft: Draft) -> None:
    hiring = re.search(r"\b(?:applica|candidat|recruit|bewerb|hiring)", draft.brief.prompt, re.IGNORECASE)
    _records(draft, PRESETS["hiring" if hiring else "crm"])


def inventory(draft: Draft) -> None:
    _records(draft, PRESETS["inventory"])


def content_calendar(draft: Draft) -> None:
    _records(draft, PRESETS["content_calendar"])


def sales(draft: Draft) -> None:
    _records(draft, PRESETS["sales"])


def generic(draft: Draft) -> None:
    """A table of the columns that were named; of three plain ones, if none were."""
    _records(
        draft,
        Preset(
            "Table",
            "Records",
            "row",
            (
                Column("Name", width=28, example="Example {n}"),
                Column("Category", choices=("Category A", "Category B"), width=18),
                Column("Date", "date", width=14),
                Column("Notes", width=40),
            ),
            ("Category",),
        ),
    )


def write_records(draft: Draft, preset: Preset, rows: list[list[CellValue]]) -> None:
    """Writes a list and its summary. `rows` are records of the request; without any there are example rows."""
    _records(draft, preset, rows)


def _records(draft: Draft, preset: Preset, given: list[list[CellValue]] | None = None) -> None:
    preset = _with_named_columns(draft, preset)
    preset = _with_named_choices(draft, preset)
    given = given or _given_rows(draft, preset)
    preset = _grouped_by_name(preset, given) if given else preset
    preset = replace(preset, groups=tuple(g for g in preset.groups if _choices(preset, g))[:2])
    rows, examples = (given + _blank(preset, BLANK_ROWS), 0) if given else _rows(draft, preset)
    has_summary = bool(preset.groups or preset.tiles)
    summary = draft.sheet(SUMMARY) if has_summary else ""
    sheet = draft.sheet(preset.sheet)
    draft.purpose = f"a list of {preset.noun}s with {len(preset.columns)} columns, drop-downs and highlighting" + (
        ", and a summary that counts as you fill it in" if has_summary else ""
    )
    if examples:
        draft.purpose += f"; the {examples} shaded rows are examples to overwrite"
    draft.say(*_table(draft, sheet, preset, rows, examples))
    if has_summary:
        draft.say(*_summary(draft, summary, preset, rows))


def _grouped_by_name(preset: Preset, rows: list[list[CellValue]]) -> Preset:
    """Records of the request that fall in no group are compared by their own names instead."""
    headers = [column.header for column in preset.columns]
    if any(row[headers.index(group)] is not None for row in rows for group in preset.groups):
        return preset
    first = next(
        index
        for index, column in enumerate(preset.columns)
        if column.kind == "text" and not column.formula and (not column.choices or preset.table == "Sales")
    )
    names = tuple(dict.fromkeys(str(row[first]) for row in rows if row[first]))[:20]
    return replace(preset, groups=(headers[first],), group_members=names) if names and preset.measure else preset


def _with_named_columns(draft: Draft, preset: Preset) -> Preset:
    """The preset with the columns that were asked for, in their order. What the preset knows of them is kept."""
    named = draft.brief.lists.get("columns", ())
    if len(named) < 2:
        return preset
    columns = _with_subject(draft, preset, infer_all(named))
    preset = _renamed(preset, columns)
    columns = _known_columns(preset, columns)
    if not draft.brief.says_columns and draft.brief.language == "en":
        columns += _derived_columns(preset, columns)
    first = next((c for c in columns if c.kind == "text" and not c.choices and not c.formula), columns[0])
    noun = (
        first.header.lower() if preset.table in ("Records", "Sales") and draft.brief.language == "en" else preset.noun
    )
    columns = tuple(replace(c, example=f"Example {noun} {{n}}") if c is first else c for c in columns)
    money = next((c.header for c in columns if c.kind == "currency" and c.total), None)
    headers = {column.header for column in columns}
    key = _kept_tiles(preset, headers)
    return replace(
        preset,
        columns=columns,
        groups=tuple(c.header for c in columns if c.choices),
        measure=preset.measure if preset.measure in headers else None,
        subtitle=preset.subtitle if _says_true(preset, headers) else "",
        tiles=key if len(key) > 1 else _inferred_tiles(columns, first.header, money),
        rules=tuple(dict.fromkeys((*preset.rules, *_inferred_rules(columns)))),
    )


def _says_true(preset: Preset, headers: set[str]) -> bool:
    """Whether the columns that the preset's subtitle speaks of are there: what it sums and highlights, else groups."""
    highlighted = {header for formula, _ in preset.rules for header in re.findall(r"\{c\[([^\[\]]+)\]\}", formula)}
    needed = highlighted or set(preset.groups)
    return needed | ({preset.measure} if preset.measure else set()) <= headers


def _subject(preset: Preset) -> Column:
    """The column that says what a record is."""
    return next((c for c in preset.columns if c.kind == "text" and not c.choices and not c.formula), preset.columns[0])


def _with_subject(draft: Draft, preset: Preset, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """A list of leads "with owner and stage" begins with the lead, unless one of the columns names it."""
    if draft.brief.says_columns or _named_subject(preset, columns):
        return columns
    records, own = draft.brief.records, _subject(preset)
    if records and stem(records.noun.split()[-1]) not in GENERIC_RECORDS:
        noun = capitalised(singular(records.noun.split()[-1]))
        return (replace(own, header=_free(noun, columns), choices=()), *columns)
    if preset.table == "Records":
        return columns
    return (replace(own, header=_free(capitalised(own.header.split(" or ")[-1]), columns)), *columns)


def _named_subject(preset: Preset, columns: tuple[Column, ...]) -> Column | None:
    """The column, if one was asked for, that says what a record is: by the preset's word for it or a general one."""
    own = _subject(preset)
    words = {own.header.lower(), own.header.split(" or ")[-1].lower(), preset.noun}
    for column in columns:
        if column.header.lower() in words or re.fullmatch(OTHER_NAMES.get(own.header, "-"), column.header.lower()):
            return column
    return next((c for c in columns if re.fullmatch(NAMES_OF_RECORDS, c.header, re.IGNORECASE)), None)


def _free(header: str, columns: tuple[Column, ...]) -> str:
    return f"{header} name" if header.lower() in {c.header.lower() for c in columns} else header


def _renamed(preset: Preset, columns: tuple[Column, ...]) -> Preset:
    """The preset with its columns under the headers they were asked for, also where its formulas refer to them."""
    asked = [column.header for column in columns]
    new: dict[str, str] = {}
    for column in preset.columns:
        words = rf"{re.escape(column.header.split(' (')[0])}|{OTHER_NAMES.get(column.header, '-')}"
        exact = next((h for h in asked if h.lower() == column.header.lower()), None)
        found = exact or next(
            (h for h in asked if re.fullmatch(words, h, re.IGNORECASE) and h not in new.values()), None
        )
        if found:
            new[column.header] = found
    own, subject = _subject(preset).header, _named_subject(preset, columns) or columns[0]
    if own not in new and subject.header not in new.values() and subject.kind == "text":
        new[own] = subject.header

    def rename(text: str) -> str:
        text = re.sub(r"\[@\[?([^\[\]]+)\]?\]", lambda m: f"[@[{new.get(m[1], m[1])}]]", text)
        text = re.sub(r"(?<=\{table\})\[([^\[\]]+)\]", lambda m: f"[{new.get(m[1], m[1])}]", text)
        return re.sub(r"(?<=\{c\[)([^\[\]]+)(?=\])", lambda m: new.get(m[1], m[1]), text)

    return replace(
        preset,
        columns=tuple(
            replace(c, header=new.get(c.header, c.header), formula=rename(c.formula) if c.formula else None)
            for c in preset.columns
        ),
        measure=new.get(preset.measure, preset.measure) if preset.measure else None,
        tiles=tuple((label, rename(formula), kind) for label, formula, kind in preset.tiles),
        rules=tuple((rename(formula), look) for formula, look in preset.rules),
    )


def _known_columns(preset: Preset, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns, each as the preset knows it; its formula only if all columns that it needs were asked for."""
    headers = {column.header.lower() for column in columns}
    known = {column.header.lower(): column for column in preset.columns}
    return tuple(
        own if (own := known.get(column.header.lower())) and _needs(own) <= headers else column for column in columns
    )


def _derived_columns(preset: Preset, columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Standard columns that follow from those asked for, such as a risk's score; two at most."""
    headers = {column.header.lower() for column in columns}
    derived = (c for c in preset.columns if c.formula and c.header.lower() not in headers | {"id", "probability"})
    return tuple(c for c in derived if _needs(c) <= headers)[:2]


def _needs(column: Column) -> set[str]:
    """The columns that a column's formula refers to, in lower case."""
    if column.formula == "STAGE":
        return {"stage"}
    return _references(column.formula or "")


def _references(formula: str) -> set[str]:
    """The columns that a formula of a table refers to, in lower case."""
    return {name.lower() for name in re.findall(r"\[@?\[?([^\[\]@]+)\]", formula)}


def _kept_tiles(preset: Preset, headers: set[str]) -> tuple[tuple[str, str, ValueKind], ...]:
    """The preset's key figures that these columns still give. One that refers to another's cell needs all before."""
    kept: list[tuple[str, str, ValueKind]] = []
    for index, tile in enumerate(preset.tiles):
        refers = re.search(r"\b[A-D]5\b", tile[1]) is not None
        if _references(tile[1]) <= {header.lower() for header in headers} and (not refers or len(kept) == index):
            kept.append(tile)
    return tuple(kept)


def _inferred_tiles(
    columns: tuple[Column, ...], first: str, money: str | None
) -> tuple[tuple[str, str, ValueKind], ...]:
    found: KeyFigures = [("Rows", f"=COUNTA({{table}}[{first}])", "integer")]
    if money:
        found.append(
            (money if "total" in money.lower() else f"{money}, total", f"=SUM({{table}}[{money}])", "currency")
        )
    status = next((c for c in columns if "Done" in c.choices), None)
    due = next(
        (
            c
            for c in columns
            if c.kind == "date" and re.search("due|deadline|frist|fällig|échéance", c.header, re.IGNORECASE)
        ),
        None,
    )
    if status:
        found.append(("Done", f'=COUNTIF({{table}}[{status.header}],"Done")', "integer"))
    if status and due:
        found.append(
            (
                "Overdue",
                f'=COUNTIFS({{table}}[{due.header}],"<"&TODAY(),{{table}}[{due.header}],">0",'
                f'{{table}}[{status.header}],"<>Done")',
                "integer",
            )
        )
    return tuple(found[:4]) if len(found) > 1 or any(c.choices for c in columns) else ()


def _inferred_rules(columns: tuple[Column, ...]) -> tuple[tuple[str, Look], ...]:
    status = next((c.header for c in columns if "Done" in c.choices), None)
    return (
        ((f'{{c[{status}]}}{{first}}="Done"', "good"), (f'{{c[{status}]}}{{first}}="Blocked"', "warning"))
        if status
        else ()
    )


def _with_named_choices(draft: Draft, preset: Preset) -> Preset:
    """Lists of the request become the drop-downs of the columns they name."""
    lists = draft.brief.lists
    sources = {
        "Status": "statuses",
        "Stage": "stages",
        "Category": "categories",
        "Product": "products",
        "Region": "regions",
        "Channel": "channels",
        "Owner": "people",
        "Department": "departments",
        "Location": "locations",
    }
    found = {header: lists[key] for header, key in sources.items() if key in lists}
    if draft.brief.names:
        header = next(
            (
                h
                for h in ("Channel", "Region", "Owner", "Product")
                if h not in found
                and (h != "Channel" or preset.table == "Content")
                and (h == "Channel" or re.search(rf"\b{h}|team|people|person", draft.brief.prompt, re.IGNORECASE))
            ),
            "Owner",
        )
        found.setdefault(header, draft.brief.names)
    return replace(
        preset,
        columns=tuple(
            replace(c, choices=tuple(capitalised(choice) for choice in found[c.header][:60]), example=None)
            if c.header in found
            else c
            for c in preset.columns
        ),
    )


def _rows(draft: Draft, preset: Preset) -> tuple[list[list[CellValue]], int]:
    """Rows of what was named, else example rows, then blank ones. Returns how many are examples."""
    named = next((draft.brief.lists[key] for key in preset.names_from if key in draft.brief.lists), ())
    records = draft.brief.records
    if named:
        return [_named_row(preset, name) for name in named] + _blank(preset, BLANK_ROWS), 0
    if records:
        return _blank(preset, records.count), 0
    count = draft.brief.sample_rows if draft.brief.sample_rows is not None else EXAMPLES
    empty = re.search(r"\b(?:blank|empty|leer|vide|vac[íi]o)", draft.brief.prompt, re.IGNORECASE) is not None
    if empty or not count:
        return _blank(preset, count or BLANK_ROWS + EXAMPLES), 0
    start = ""
    if any(column.kind == "date" for column in preset.columns):
        start = draft.start_date("First date of the examples")
    rows = [[_example(column, number, start) for column in preset.columns] for number in range(1, count + 1)]
    return rows + ([] if draft.brief.sample_rows else _blank(preset, BLANK_ROWS)), count


def _given_rows(draft: Draft, preset: Preset) -> list[list[CellValue]]:
    """Records whose quantity or amount the request gives, such as "20 laptops at $900"."""
    if preset.table not in ("Stock", "Sales", "Pipeline"):
        return []
    figures = [f for f in draft.brief.figures if f.label and f.unit != "percent" and not f.speaks_of(GOALS)]
    draft.taken.update(i for i, f in enumerate(draft.brief.figures) if f in figures)
    return [
        _given_row(
            preset,
            f.label,
            f.quantity if f.quantity is not None else f.value if f.unit == "count" else None,
            f.value if f.unit == "money" else None,
        )
        for f in figures
    ]


def _blank(preset: Preset, count: int) -> list[list[CellValue]]:
    return [[None] * len(preset.columns) for _ in range(count)]


def _named_row(preset: Preset, name: str) -> list[CellValue]:
    first = next(i for i, c in enumerate(preset.columns) if not c.formula)
    cells: list[CellValue] = [
        c.choices[0] if c.header in ("Status", "Stage") and c.choices else None for c in preset.columns
    ]
    cells[first] = plain(capitalised(name))
    return cells


def _given_row(preset: Preset, label: str, quantity: float | None, price: float | None) -> list[CellValue]:
    row = _named_row(preset, label)
    for index, column in enumerate(preset.columns):
        if column.formula:
            continue
        if column.kind == "number" and quantity is not None:
            row[index], quantity = quantity, None
        elif column.kind == "currency" and price is not None:
            row[index], price = price, None
    if preset.table == "Sales":
        row[0], row[1] = None, plain(capitalised(label))
    return row


def _example(column: Column, number: int, start: str) -> CellValue:
    if column.formula:
        return None
    if column.choices:
        return plain(column.choices[(number - 1) % len(column.choices)])
    if column.kind == "date":
        return f"={start}+{number * 7 - (7 if 'due' not in column.header.lower() else 0)}"
    if isinstance(column.example, tuple):
        return column.example[(number - 1) % len(column.example)]
    return column.example.format(n=number) if column.example else None


def _table(
    draft: Draft, sheet: str, preset: Preset, rows: list[list[CellValue]], examples: int
) -> list[ExcelOperation]:
    columns = [_table_column(draft, column) for column in preset.columns]
    last_row, last = HEADER_ROW + len(rows), column_letter(len(columns))
    note = (
        "Shaded rows are examples: overwrite them."
        if examples
        else "Type below the last row to add more; the table grows."
    )
    heading = WriteBlock(
        sheet=sheet,
        anchor="A1",
        rows=[[plain(draft.brief.title)], [f"{preset.subtitle}. {note}".lstrip(". ")]],
        styles=[styled("A1", "title"), styled("A2", "subtitle")],
    )
    letters = {column.header: f"${column_letter(i)}" for i, column in enumerate(preset.columns, 1)}
    first = HEADER_ROW + 1
    rules: list[ExcelOperation] = []
    for formula, look in preset.rules:
        text = formula.replace("{first}", str(first))
        for header, letter in letters.items():
            text = text.replace(f"{{c[{header}]}}", letter)
        if "{c[" not in text:
            rules.append(
                AddConditionalFormat(
                    sheet=sheet, range=f"A{first}:{last}{last_row}", rule=FormulaRule(formula=f"={text}", style=look)
                )
            )
    shade = (
        [FormatRange(sheet=sheet, range=f"A{first}:{last}{HEADER_ROW + examples}", style=style("assumption"))]
        if examples
        else []
    )
    return [
        heading,
        WriteTable(sheet=sheet, anchor=f"A{HEADER_ROW}", name=preset.table, columns=columns, rows=rows),
        *shade,
        *rules,
        *grid_end(sheet, f"A{first}", repeat_rows=HEADER_ROW),
    ]


def _table_column(draft: Draft, column: Column) -> TableColumn:
    formula = column.formula
    if formula == "STAGE":
        formula = _stage_probability(draft)
    return TableColumn(
        header=column.header,
        kind=column.kind,
        formula=formula,
        total=column.total,
        width=column.width,
        number_format=column.number_format,
        choices=[choice[:100] for choice in column.choices] or None,
        input=False,
    )


def _stage_probability(draft: Draft) -> str:
    """The probability of each stage is an assumption; the table looks it up."""
    draft.section("Probability of winning, by stage")
    stages = draft.brief.lists.get("stages", ("Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"))
    first = draft.first_input_row + len(draft.inputs)
    for number, stage in enumerate(stages):
        final = {"won": 1.0, "closed": 1.0, "lost": 0.0}.get(stage.lower())
        draft.put(
            capitalised(stage),
            final if final is not None else round(0.1 + 0.2 * number, 2) if number < 5 else 0.5,
            "percent",
            given=False,
        )
    last = first + len(stages) - 1
    return (
        f'=IF([@Stage]="","",IFERROR(INDEX({ASSUMPTIONS}!$B${first}:$B${last},MATCH([@Stage],'
        f"{ASSUMPTIONS}!$A${first}:$A${last},0)),0))"
    )


def _has_figures(preset: Preset, group: str, rows: list[list[CellValue]]) -> bool:
    """Whether a chart by this group has anything to show before the list is filled in."""
    headers = [column.header for column in preset.columns]
    needed = {group}
    if preset.measure:
        formula = preset.columns[headers.index(preset.measure)].formula or ""
        needed |= {header for header in headers if header.lower() in _references(formula)} or {preset.measure}
    return any(all(row[headers.index(header)] is not None for header in needed) for row in rows)


def _summary(draft: Draft, sheet: str, preset: Preset, rows: list[list[CellValue]]) -> list[ExcelOperation]:
    key = [(label, formula.replace("{table}", preset.table), kind) for label, formula, kind in preset.tiles]
    operations = [
        *tiles(
            sheet,
            draft.brief.title,
            preset.subtitle or "Counts follow the table as it is filled in.",
            key or [("Rows", f"=ROWS({preset.table}[{preset.columns[0].header}])", "integer")],
            gutter=True,
        )
    ]
    longest = max((len(_choices(preset, group)) for group in preset.groups), default=0)
    below = 9 + longest + 1
    measure = preset.measure
    for index, group in enumerate(preset.groups):
        name, value = ("A", "B") if index == 0 else ("D", "E")
        choices = _choices(preset, group)
        label = measure or "Count"
        formula = (
            f"=SUMIFS({preset.table}[{measure}],{preset.table}[{group}],[@[{group}]])"
            if measure
            else f"=COUNTIF({preset.table}[{group}],[@[{group}]])"
        )
        columns = [
            TableColumn(header=group),
            TableColumn(header=label, kind="currency" if measure else "integer", formula=formula),
        ]
        table_name = f"By{re.sub(r'[^A-Za-z0-9]', '', group) or index}{index}"
        operations.append(
            WriteTable(
                sheet=sheet,
                anchor=f"{name}8",
                name=table_name,
                columns=columns,
                rows=[[choice if preset.group_members else plain(choice), None] for choice in choices],
            )
        )
        end = 8 + len(choices)
        if not _has_figures(preset, group, rows):
            # A flat chart says nothing; bars in the cells appear as the list is filled in.
            bars = AddConditionalFormat(sheet=sheet, range=f"{value}9:{value}{end}", rule=ScaleRule(type="data_bar"))
            operations.append(bars)
            continue
        series = [
            ChartSeries(
                values=f"{sheet}!${value}$9:${value}${end}", categories=f"{sheet}!${name}$9:${name}${end}", name=label
            )
        ]
        operations.append(
            chart(
                sheet,
                f"{name}{below}",
                "bar" if len(choices) > 5 else "column",
                f"{label} by {group.lower() if draft.brief.language == 'en' else group}",
                series,
                half=True,
            )
        )
    return operations


def _choices(preset: Preset, group: str) -> tuple[str, ...]:
    if preset.group_members:
        return preset.group_members
    return next(column.choices for column in preset.columns if column.header == group)
