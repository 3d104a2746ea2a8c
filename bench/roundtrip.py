"""What of other people's documents is kept when they are edited: documents x features, as a table.

Each format gives its own column of cases by `Case`; Excel's are below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

CORPUS = Path("/work/shared/corpus")
REPORT = Path(__file__).parent.parent / "docs" / "round-trip.md"
_MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


class Case(NamedTuple):
    """One document: what it had before an edit and has after, by feature; `refused` says why it was not opened."""

    format: str
    name: str
    before: Counter[str]
    after: Counter[str]
    changed_parts: int = 0
    parts: int = 0
    refused: str = ""


def excel_cases() -> Iterator[Case]:
    """A cell set, a sheet with a chart added and two rows inserted, in every workbook of the corpus."""
    from overten.documents.excel.engine import ExcelEngine
    from overten.documents.excel.opened.census import features
    from overten.documents.excel.operations import AddChart, ChangeLines, ChartSeries, WriteBlock
    from overten.documents.ooxml.errors import PackageError
    from overten.documents.ooxml.package import Package

    engine = ExcelEngine()
    for path in sorted([*CORPUS.glob("xlsx/*.xlsx"), *CORPUS.glob("xlsm/*.xlsm")]):
        try:
            workbook = engine.open(path.read_bytes())
        except PackageError as error:
            yield Case("excel", path.name, Counter(), Counter(), refused=str(error))
            continue
        sheet = workbook.sheets[0]
        used = sheet.used_area()
        row = max([used.last_row if used else 0, *(merge.last_row for merge in sheet.merged_areas())]) + 2
        engine.apply(workbook, WriteBlock(sheet=sheet.name, anchor=f"A{row}", rows=[["Checked", 12.5]]))
        engine.apply(workbook, WriteBlock(sheet="Added here", anchor="A1", rows=[["Jan", 3], ["Feb", 4]]))
        series = [ChartSeries(values="'Added here'!B1:B2", categories="'Added here'!A1:A2")]
        chart = AddChart(sheet="Added here", anchor="D2", kind="column", title="Sums", series=series)
        engine.apply(workbook, chart)
        engine.apply(workbook, ChangeLines(sheet=sheet.name, action="insert_rows", at=str(row), count=2))
        before = Package.open(workbook.package or b"")
        after = Package.open(engine.write(workbook, created=_MOMENT))
        changed = sum(1 for name in before.names() if not after.has(name) or after.read(name) != before.read(name))
        yield Case("excel", path.name, features(before), features(after), changed, len(before.names()))


def report(cases: list[Case]) -> str:
    """The table: a row for each document, with the features it had and how many of each were kept."""
    lines = [
        "# What is kept when documents of others are edited",
        "",
        "Made by `make roundtrip`. Every document gets real edits; a feature counts as kept if there are at least as",
        "many of it afterwards as before. Parts that need not change keep their bytes.",
        "",
        "| format | document | parts changed | kept | lost |",
        "| --- | --- | --- | --- | --- |",
    ]
    for case in cases:
        if case.refused:
            lines.append(f"| {case.format} | {case.name} | | | refused: {case.refused} |")
            continue
        kept = ", ".join(f"{n} {what}" for what, n in sorted(case.before.items()) if case.after[what] >= n)
        lost = ", ".join(f"{what} {n} to {case.after[what]}" for what, n in case.before.items() if case.after[what] < n)
        changed = f"{case.changed_parts} of {case.parts}"
        lines.append(f"| {case.format} | {case.name} | {changed} | {kept} | {lost or 'nothing'} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    REPORT.write_text(report(list(excel_cases())))


if __name__ == "__main__":
    main()
