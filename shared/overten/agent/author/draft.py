"""A workbook in the making: its sheets, its inputs and the operations that write it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overten.documents.excel.operations import (
    AddChart,
    AddValidation,
    CellStyle,
    ChartKind,
    ChartSeries,
    CreateSheet,
    ExcelOperation,
    FreezePanes,
    RangeStyle,
    SetColumns,
    SetPrint,
    SetWorkbook,
    StyleName,
    WriteBlock,
)

if TYPE_CHECKING:
    from overten.agent.author.brief import Brief
    from overten.agent.author.figures import Figure, Unit
    from overten.documents.excel.operations import CellValue, ValueKind

type KeyFigures = list[tuple[str, str, ValueKind]]
"""The key figures of a summary: label, formula and kind of each."""

GIVEN = "From your request"
ASSUMED = "Assumption – replace with your own figure"
ASSUMPTIONS = "Assumptions"
SUMMARY = "Summary"
TILE_WIDTH = 30.0
GUTTER_WIDTHS = {"A": 34.0, "B": 26.0, "C": 3.0, "D": 34.0, "E": 26.0}
FULL_WIDTH_CHART = 13
HALF_WIDTH_CHART = 6


def column_letter(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted(sheet: str) -> str:
    """A sheet's name as a formula spells it."""
    return sheet if re.fullmatch(r"[A-Za-z_]\w*", sheet) else f"'{sheet}'"


def plain(text: str) -> str:
    """Text that stays text, whatever it starts with."""
    return f"'{text}" if text.startswith(("=", "'")) else text


def header_text(text: str) -> str:
    """Text that can head a table's column: no characters that structured references reserve, and no formula."""
    cleaned = re.sub(r"[\[\]#'@\x00-\x1f]", " ", text).strip(" =+-")
    cleaned = re.sub(r"\s+", " ", cleaned)[:60].strip()
    return cleaned[:1].upper() + cleaned[1:]


def capitalised(text: str) -> str:
    """The text with its first letter as a capital; the rest as it was written."""
    return text[:1].upper() + text[1:]


def style(name: StyleName | None = None, kind: ValueKind | None = None, **more: object) -> CellStyle:
    return CellStyle.model_validate({"name": name, "kind": kind, **more})


def styled(range_: str, name: StyleName | None = None, kind: ValueKind | None = None, **more: object) -> RangeStyle:
    return RangeStyle(range=range_, style=style(name, kind, **more))


@dataclass
class Input:
    """One line of the Assumptions sheet. Without a value it is a heading."""

    label: str
    value: CellValue = None
    kind: ValueKind = "text"
    given: bool = False
    note: str = ""
    name: str | None = None
    choices: tuple[str, ...] = ()


def is_calculated(line: Input) -> bool:
    return isinstance(line.value, str) and line.value.startswith("=")


def _source(line: Input) -> str:
    return "Calculated" if is_calculated(line) else GIVEN if line.given else ASSUMED


@dataclass
class Draft:
    """Collects what a blueprint decides. `replies` are the groups of operations a turn sends one after another."""

    brief: Brief
    sheets: list[str] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    replies: list[list[ExcelOperation]] = field(default_factory=list)
    purpose: str = ""
    taken: set[int] = field(default_factory=set)
    refs: dict[str, str] = field(default_factory=dict)
    counts: list[tuple[str, str, str | None]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    """What the request asks for and the workbook does not have, in a few words each."""

    first_input_row = 5

    # --- what the request gave -----------------------------------------------------------------------------------

    def take(self, words: str, *units: Unit, per: str | None = None) -> Figure | None:
        """The first figure not used yet whose label speaks of `words`, of one of `units` (any, if none is named)."""
        for index, figure in enumerate(self.brief.figures):
            fits = (
                figure.speaks_of(words) and (not units or figure.unit in units) and (per is None or figure.per == per)
            )
            if index not in self.taken and fits:
                self.taken.add(index)
                return figure
        return None

    def rest(self, *units: Unit) -> list[Figure]:
        """Takes all figures not used yet of these units."""
        indices = [
            i for i, f in enumerate(self.brief.figures) if i not in self.taken and (not units or f.unit in units)
        ]
        self.taken.update(indices)
        return [self.brief.figures[index] for index in indices]

    def amounts(self) -> list[Figure]:
        """Takes all named amounts not used yet: no percentages and no counts."""
        indices = [
            i
            for i, f in enumerate(self.brief.figures)
            if i not in self.taken and f.unit != "percent" and not f.counts and f.label
        ]
        self.taken.update(indices)
        return [self.brief.figures[index] for index in indices]

    # --- inputs --------------------------------------------------------------------------------------------------

    def section(self, title: str) -> None:
        self.inputs.append(Input(title))

    def put(
        self,
        label: str,
        value: CellValue,
        kind: ValueKind,
        *,
        given: bool,
        note: str = "",
        name: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> str:
        """Adds an input and returns how formulas refer to it: by its name, else by its cell. `refs` keeps it."""
        self.inputs.append(Input(label, value, kind, given, note, name, choices))
        reference = name or f"{ASSUMPTIONS}!$B${self.first_input_row + len(self.inputs) - 1}"
        if name:
            self.refs[name] = reference
        return reference

    def ask(
        self,
        label: str,
        words: str,
        default: float,
        kind: ValueKind,
        *units: Unit,
        name: str | None = None,
        note: str = "",
        open_note: str = "",
    ) -> str:
        """An input that the request may have given under one of `words`; else `default`, marked as an assumption.

        `open_note` stands beside a default only."""
        figure = self.take(words, *units)
        value = figure.value if figure else default
        return self.put(
            label, whole(value), kind, given=figure is not None, note=note if figure else open_note or note, name=name
        )

    def start_date(self, label: str = "Start date", name: str = "StartDate") -> str:
        note = "" if self.brief.says_start or not self.brief.periods.start else "Read from your request; check the year"
        return self.put(
            label, self.brief.first_day.isoformat(), "date", given=self.brief.says_start, note=note, name=name
        )

    @property
    def assumed_labels(self) -> list[str]:
        return [
            line.label for line in self.inputs if line.value is not None and not line.given and not is_calculated(line)
        ]

    # --- sheets --------------------------------------------------------------------------------------------------

    def sheet(self, name: str) -> str:
        """Registers a sheet in tab order and returns its name, cut to Excel's limits and made unique."""
        base = re.sub(r"[\[\]:*?/\\']", " ", name).strip()[:31].strip() or "Sheet"
        candidate, number = base, 2
        while candidate.lower() in {sheet.lower() for sheet in self.sheets}:
            candidate, number = f"{base[:28]} {number}", number + 1
        self.sheets.append(candidate)
        return candidate

    def say(self, *operations: ExcelOperation) -> None:
        """Adds one reply."""
        self.replies.append(list(operations))

    def heading(self, sheet: str, title: str, subtitle: str) -> WriteBlock:
        """Title and subtitle in the first two rows of a sheet."""
        return WriteBlock(
            sheet=sheet,
            anchor="A1",
            rows=[[plain(title)], [plain(subtitle)]],
            styles=[styled("A1", "title"), styled("A2", "subtitle")],
        )


def whole(value: float) -> float | int:
    """An integer where the value is one, so that it is stored as it was written."""
    return int(value) if float(value).is_integer() else value


def tiles(sheet: str, title: str, subtitle: str, figures: KeyFigures, *, gutter: bool = False) -> list[ExcelOperation]:
    """The head of a Summary sheet: title, then up to four key figures side by side in rows 4 and 5.

    They stand in columns A to D; with a gutter in A, B, D and E, so that two tables fit below, side by side.
    """
    places = ("A", "B", "D", "E") if gutter else ("A", "B", "C", "D")
    labels: list[CellValue] = [label for label, _, _ in figures]
    values: list[CellValue] = [formula for _, formula, _ in figures]
    if gutter:
        labels.insert(2, None)
        values = [re.sub(r"\bC5\b", "D5", formula) for _, formula, _ in figures]
        values.insert(2, None)
    last = places[len(figures) - 1]
    styles = [
        styled("A1", "title"),
        styled("A2", "subtitle"),
        styled(f"A4:{last}4", "note", align="left", border="top"),
    ]
    styles += [
        styled(f"{place}5", None, kind, bold=True, font_size=18, align="left")
        for place, (_, _, kind) in zip(places, figures, strict=False)
    ]
    return [
        WriteBlock(
            sheet=sheet, anchor="A1", rows=[[plain(title)], [plain(subtitle)], [], labels, values], styles=styles
        ),
        SetColumns(sheet=sheet, widths=GUTTER_WIDTHS if gutter else {"A:D": TILE_WIDTH}),
        SetPrint(sheet=sheet),
    ]


def chart(
    sheet: str,
    anchor: str,
    kind: ChartKind,
    title: str,
    series: list[ChartSeries],
    *,
    half: bool = False,
    **more: object,
) -> AddChart:
    width = HALF_WIDTH_CHART if half else FULL_WIDTH_CHART
    arguments = {
        "sheet": sheet,
        "anchor": anchor,
        "kind": kind,
        "title": title,
        "series": series,
        "columns": width,
        "alt_text": title,
        **more,
    }
    return AddChart.model_validate(arguments)


def grid_end(sheet: str, cell: str, *, repeat_rows: int | None = None, landscape: bool = True) -> list[ExcelOperation]:
    """Freezes above and left of `cell` and sets the page up for it."""
    return [FreezePanes(sheet=sheet, cell=cell), SetPrint(sheet=sheet, landscape=landscape, repeat_rows=repeat_rows)]


def assumptions_sheet(draft: Draft) -> list[ExcelOperation]:
    """The Assumptions sheet and the names of its inputs. What the request gave is told from what was assumed."""
    first = draft.first_input_row
    rows: list[list[CellValue]] = [
        ["Assumptions"],
        ["Change the shaded cells; every formula in the workbook follows."],
        [],
        ["Item", "Value", "Source", "Note"],
    ]
    styles = [styled("A1", "title"), styled("A2", "subtitle"), styled("A4:D4", "header")]
    for row, line in enumerate(draft.inputs, first):
        if line.value is None:
            rows.append([plain(line.label)])
            styles.append(styled(f"A{row}:D{row}", "heading"))
            continue
        rows.append([plain(line.label), line.value, _source(line), plain(line.note) or None])
        name: StyleName = "calculation" if is_calculated(line) else "input" if line.given else "assumption"
        styles.append(styled(f"B{row}", name, line.kind, align="right"))
    last = first + len(draft.inputs) - 1
    styles += [
        styled(f"C{first}:D{last}", "note", indent=1),
        styled("B4", "header", align="right"),
        styled("C4:D4", "header", indent=1),
    ]
    names = {
        line.name: f"B{row}" for row, line in enumerate(draft.inputs, first) if line.name and line.value is not None
    }
    return [
        WriteBlock(sheet=ASSUMPTIONS, anchor="A1", rows=rows, styles=[*styles[:3], *styles[3:][-197:]], names=names),
        SetColumns(sheet=ASSUMPTIONS, widths={"A": 36, "B": 18, "C": 40, "D": 50}),
        *(
            AddValidation(sheet=ASSUMPTIONS, range=f"B{row}", type="list", choices=list(line.choices))
            for row, line in enumerate(draft.inputs, first)
            if line.choices
        ),
    ]


def finished(draft: Draft) -> list[list[ExcelOperation]]:
    """All replies of the turn but the last: the sheets are made first, so that formulas may refer to any of them."""
    _keep_unused_figures(draft)
    if draft.inputs and ASSUMPTIONS not in draft.sheets:
        draft.sheets.append(ASSUMPTIONS)
    currency = draft.brief.currency or ("€" if draft.brief.language != "en" else None)
    setting = SetWorkbook(title=draft.brief.title, currency_symbol=currency)
    opening: list[ExcelOperation] = [setting, *(CreateSheet(sheet=name) for name in draft.sheets)]
    inputs = [assumptions_sheet(draft)] if draft.inputs else []
    return [opening, *inputs, *draft.replies]


def _keep_unused_figures(draft: Draft) -> None:
    """Nothing the user said is lost: figures no formula uses are listed."""
    unused = draft.rest()
    if not unused:
        return
    draft.section("Also in your request")
    kinds: dict[Unit, ValueKind] = {"money": "currency", "percent": "percent", "count": "number"}
    for figure in unused[:40]:
        note = f"Per {figure.per}. " if figure.per else ""
        draft.put(
            capitalised(figure.topic or figure.label or "Figure")[:80],
            whole(figure.value),
            "integer" if figure.counts and figure.value.is_integer() else kinds[figure.unit],
            given=True,
            note=f"{note}Not used in a formula yet.",
        )
        if figure.quantity is not None:
            draft.put(f"Quantity of {figure.label}"[:80], whole(figure.quantity), "number", given=True)
