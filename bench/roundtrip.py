"""What of other people's documents is kept when they are edited: documents x features, as a table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import census, edits
from bench.census import changed_parts
from tests.corpus import CORPUS

REPORT = Path(__file__).parent.parent / "docs" / "round-trip.md"
_SAME = "every part"
_MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
_HEAD = [
    "# What is kept when documents of others are edited",
    "",
    "Made by `make roundtrip` from test documents of other projects, which are named with their licences. Every",
    "document is saved once without a change, then gets real edits one after another: in Word a word is replaced,",
    "a section with a list and a table added, a table given a row, a paragraph restyled, a block added and",
    "deleted; in presentations a word is replaced, slides with a chart and a table added, a table's cell and a",
    "chart's data changed, notes written, a slide copied, moved and deleted; in workbooks cells are written, a",
    "sheet with a chart added, rows inserted. Those that found something to change are named. A feature counts as",
    "kept if there are at least as many of it afterwards as before. Parts that need not change keep their bytes.",
    "",
    "What changes besides: documents in the strict form of Open XML become transitional when they are edited;",
    "macros are taken out, and said to be; `stylesWithEffects.xml`, Word 2010's second copy of the styles, goes",
    "when a style is added to the first.",
    "",
]
_DOCUMENTS = [
    "| format | document | same when only saved | edits | parts changed by them | kept | lost |",
    "| --- | --- | --- | --- | --- | --- | --- |",
]


class Case(NamedTuple):
    """One document: what it had before its edits and has after, by feature.

    `untouched` says what saving it without an edit changed, `refused` why it was not opened. `edits` are the names of
    those that found something to change in it.
    """

    format: str
    name: str
    before: Counter[str]
    after: Counter[str]
    changed_parts: int = 0
    parts: int = 0
    refused: str = ""
    untouched: str = "every part"
    edits: tuple[str, ...] = ()


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
        changed = len(changed_parts(before, after))
        untouched = _SAME if workbook.package == path.read_bytes() else "macros or template mark taken out"
        counts = (features(before), features(after), changed, len(before.names()))
        yield Case("excel", path.name, *counts, "", untouched, ("cell", "sheet with chart", "rows inserted"))


def word_cases() -> Iterator[Case]:
    """All edits of `WORD_EDITS` one after another, in every Word document of the corpus."""
    from overten.documents.word.document import Document

    for path in sorted(CORPUS.glob("docx/*.docx")):
        yield _edited("word", path, lambda data: Document.open(data, now=edits.MOMENT), edits.WORD_EDITS)


def slides_cases() -> Iterator[Case]:
    """All edits of `SLIDES_EDITS` one after another, in every presentation of the corpus."""
    from overten.documents.slides.deck import Deck

    for path in sorted(CORPUS.glob("pptx/*.pptx")):
        yield _edited("slides", path, Deck.open, edits.SLIDES_EDITS)


def _edited(format: str, path: Path, opened: Callable[[bytes], Any], changes: Sequence[Callable[[Any], bool]]) -> Case:
    from overten.documents.errors import OperationError
    from overten.documents.ooxml.errors import PackageError
    from overten.documents.ooxml.package import Package

    data = path.read_bytes()
    try:
        document = opened(data)
        saved = document.to_bytes()
    except PackageError as error:
        return Case(format, path.name, Counter(), Counter(), refused=str(error))
    before, done = Package.open(saved), []
    converted = len(changed_parts(Package.open(data), before))
    for change in changes:
        try:
            if change(document):
                done.append(change.__name__.partition("_")[2])
        except OperationError as error:
            done.append(f"{change.__name__.partition('_')[2]} refused: {error.args[0]}")
    after = Package.open(document.to_bytes())
    untouched = f"{converted} parts made transitional" if converted else _SAME
    counts = (census.features(before), census.features(after), len(changed_parts(before, after)), len(before.names()))
    return Case(format, path.name, *counts, "", untouched, tuple(done))


def hostile() -> Iterator[tuple[str, str]]:
    """Each damaged, protected or fuzzed file and what became of it."""
    from overten.documents.engines import engine_of
    from overten.documents.ooxml.errors import PackageError

    formats = {"doc": "word", "docx": "word", "ppt": "slides", "pptx": "slides", "xls": "excel", "xlsx": "excel"}
    for path in sorted(
        [*CORPUS.glob("hostile/*"), *CORPUS.glob("doc/*"), *CORPUS.glob("ppt/*"), *CORPUS.glob("xls/*")]
    ):
        engine = engine_of(formats[path.suffix[1:]])
        try:
            document = engine.open(path.read_bytes())
            described = engine.describe(document).splitlines()[0]
            yield path.name, f"opened: {described}"
        except PackageError as error:
            yield path.name, f"refused: {error}"


def sources() -> dict[str, str]:
    """Where each document is from and under which licence, by file name."""
    with (CORPUS / "SOURCES.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {Path(row["file"]).name: f"{row['repository']}, {row['licence']}" for row in rows}


def report(cases: list[Case], hostile: list[tuple[str, str]], sources: dict[str, str]) -> str:
    """The tables: totals by format, a row for each document with the features it had and how many of each were kept,
    and what became of files that are damaged or hostile."""
    lines = [*_HEAD, *_totals(cases), "", "## Documents", "", *_DOCUMENTS]
    for case in cases:
        source = f"{case.format} | {case.name} ({sources.get(case.name, 'unknown')})"
        if case.refused:
            lines.append(f"| {source} | | | | | refused: {case.refused} |")
            continue
        kept = ", ".join(f"{n} {what}" for what, n in sorted(case.before.items()) if case.after[what] >= n)
        lost = ", ".join(f"{what} {n} to {case.after[what]}" for what, n in case.before.items() if case.after[what] < n)
        changed = f"{case.changed_parts} of {case.parts}"
        done = ", ".join(case.edits)
        lines.append(f"| {source} | {case.untouched} | {done} | {changed} | {kept} | {lost or 'nothing'} |")
    lines += ["", "## Damaged, protected and hostile files", "", "| file | what became of it |", "| --- | --- |"]
    lines += [f"| {name} | {outcome.replace('|', '/')} |" for name, outcome in hostile]
    return "\n".join(lines) + "\n"


def _totals(cases: list[Case]) -> Iterator[str]:
    yield "| format | documents | refused | every part the same when only saved | features counted | lost |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for format in dict.fromkeys(case.format for case in cases):
        own = [case for case in cases if case.format == format]
        opened = [case for case in own if not case.refused]
        same = sum(case.untouched == _SAME for case in opened)
        counted = sum(sum(case.before.values()) for case in opened)
        lost = sum(sum((case.before - case.after).values()) for case in opened)
        yield f"| {format} | {len(own)} | {len(own) - len(opened)} | {same} | {counted:,} | {lost} |"


def main() -> None:
    cases = [*excel_cases(), *word_cases(), *slides_cases()]
    REPORT.write_text(report(cases, list(hostile()), sources()))


if __name__ == "__main__":
    main()
