"""What documents cost, each against a named rival that does comparable work in the same run.

    make bench

Every measurement is a process of its own (`python -m bench.documents TASK WHO`), which tells its seconds without its
imports, its peak memory with them, and the size of what it wrote. Rounds of ours and the rival's alternate, and medians
are compared, so that whatever else the machine does falls on both alike.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import platform
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
RESULTS = REPOSITORY / "bench" / "results" / "documents.md"
ROUNDS = 3
IMPORT_ROUNDS = 5
WRITTEN_ROWS = 100_000
READ_ROWS = 200_000
BATCH_ROWS = 5_000
FORMULA_ROWS = 5_000
SLIDES = 30
CHAPTERS = 25
MOMENT = datetime(2026, 1, 5, tzinfo=UTC)
_KINDS = {
    "Id": "text", "Region": "text", "Product": "text", "Day": "date", "Number": "integer", "Factor": "number",
    "Price": "currency", "Paid": "boolean", "Note": "text", "Units": "integer",
}  # fmt: skip


# --- the data ---


def rows(count: int) -> Iterator[list[Any]]:
    """Records as a data source gives them: texts few and many, dates in ISO form, numbers, booleans."""
    drawn = random.Random(7)  # noqa: S311
    for i in range(count):
        yield [
            f"C-{i:06d}", drawn.choice(["North", "South", "East", "West"]), f"Product {i % 200}",
            f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}", i, drawn.random() * 1000, round(drawn.random() * 100, 2),
            i % 3 == 0, f"note {i}", drawn.randrange(10**6),
        ]  # fmt: skip


def columns() -> list[Any]:
    from overten.documents.excel.operations import TableColumn

    return [TableColumn.model_validate({"header": header, "kind": kind}) for header, kind in _KINDS.items()]


# --- writing a large table ---


def write_ours(path: Path) -> Callable[[], object]:
    """Operations of a few thousand rows each, as a data source is read, to the finished file."""
    from overten.documents.engine import Look
    from overten.documents.excel.engine import ExcelEngine
    from overten.documents.excel.operations import AppendRows, WriteTable

    def run() -> None:
        engine = ExcelEngine()
        workbook = engine.new(Look())
        for index, batch in enumerate(batched(rows(WRITTEN_ROWS), BATCH_ROWS, strict=False)):
            if index:
                engine.apply(workbook, AppendRows(table="Sales", rows=list(batch)))
            else:
                table = WriteTable(sheet="Data", anchor="A1", name="Sales", columns=columns(), rows=list(batch))
                engine.apply(workbook, table)
        path.write_bytes(engine.write(workbook, created=MOMENT))

    return run


def write_at_once_ours(path: Path) -> Callable[[], object]:
    from overten.documents.engine import Look
    from overten.documents.excel.engine import ExcelEngine
    from overten.documents.excel.operations import WriteTable

    def run() -> None:
        engine = ExcelEngine()
        workbook = engine.new(Look())
        data = list(rows(WRITTEN_ROWS))
        engine.apply(workbook, WriteTable(sheet="Data", anchor="A1", name="Sales", columns=columns(), rows=data))
        path.write_bytes(engine.write(workbook, created=MOMENT))

    return run


def write_openpyxl(path: Path) -> Callable[[], object]:
    import openpyxl

    def run() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Data")
        sheet.append(list(_KINDS))
        for row in rows(WRITTEN_ROWS):
            row[3] = date.fromisoformat(row[3])
            sheet.append(row)
        book.save(path)

    return run


# --- reading ---


def large_file(path: Path) -> None:
    """200,000 rows, by a writer that is neither ours nor the rival's."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet, day = book.add_worksheet("Data"), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, list(_KINDS))
    for index, row in enumerate(rows(READ_ROWS), start=1):
        sheet.write_row(index, 0, row)
        sheet.write_datetime(index, 3, datetime.fromisoformat(row[3]), day)
    book.close()


def read_ours(path: Path) -> Callable[[], object]:
    import python_calamine  # noqa: F401

    from overten.documents.excel.rows import SheetRows

    def run() -> int:
        return sum(sum(value is not None for value in row) for row in SheetRows(path.read_bytes()).of("Data"))

    return run


def read_openpyxl(path: Path) -> Callable[[], object]:
    import openpyxl

    def run() -> int:
        sheet = openpyxl.load_workbook(path, read_only=True)["Data"]
        return sum(sum(value is not None for value in row) for row in sheet.iter_rows(values_only=True))

    return run


# --- a workbook's verification and description ---


def verify_large(path: Path) -> Callable[[], object]:
    from overten.documents.excel.verify import verify

    def run() -> None:
        assert [one for one in verify(path.read_bytes()) if one.severity == "error"] == []

    return run


# --- a deck ---

_POINTS = [
    "Orders grew by 12% on the year before",
    "Two new sites opened, both at planned use",
    "Turnover of staff fell",
]
_QUARTERS = ["Q1", "Q2", "Q3", "Q4"]
_FIGURES = {"2025": [71.2, 73.9, 76.0, 80.4], "2026": [84.1, 88.7, 92.0, 95.3]}
_CELLS = [["North", "92.0", "76.0"], ["South", "52.6", "54.8"], ["East", "39.6", "33.7"], ["West", "18.2", "17.7"]]


def deck_ours(path: Path) -> Callable[[], object]:
    from overten.documents.engine import Look
    from overten.documents.slides.engine import SlidesEngine
    from overten.documents.slides.operations import WriteSlides

    series = [{"name": name, "values": values} for name, values in _FIGURES.items()]
    chart = {"kind": "column", "categories": _QUARTERS, "series": series}
    table = {"columns": ["Region", "2026", "2025"], "rows": _CELLS}
    kinds: list[dict[str, Any]] = [
        {"layout": "content", "points": _POINTS}, {"layout": "chart", "chart": chart},
        {"layout": "table", "table": table},
    ]  # fmt: skip
    slides = [{"title": f"Findings of week {n}", **kinds[n % len(kinds)]} for n in range(SLIDES)]

    def run() -> None:
        engine = SlidesEngine()
        deck = engine.new(Look())
        for some in batched(slides, 10, strict=False):
            engine.apply(deck, WriteSlides.model_validate({"slides": list(some)}))
        path.write_bytes(engine.write(deck, created=MOMENT))

    return run


def deck_pptx(path: Path) -> Callable[[], object]:
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    box = (Inches(1), Inches(1.5), Inches(8), Inches(5))

    def run() -> None:
        deck = Presentation()
        for n in range(SLIDES):
            slide = deck.slides.add_slide(deck.slide_layouts[1 if n % 3 == 0 else 5])
            slide.shapes.title.text = f"Findings of week {n}"
            if n % 3 == 0:
                slide.placeholders[1].text_frame.text = "\n".join(_POINTS)
            elif n % 3 == 1:
                data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
                data.categories = _QUARTERS
                for name, values in _FIGURES.items():
                    data.add_series(name, values)
                slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *box, data)
            else:
                table = slide.shapes.add_table(len(_CELLS) + 1, 3, *box).table
                for r, line in enumerate([["Region", "2026", "2025"], *_CELLS]):
                    for c, text in enumerate(line):
                        table.cell(r, c).text = text
        deck.save(str(path))

    return run


# --- a report ---

_PROSE = (
    "Revenue grew by 12% on the year before, carried by contract logistics, where two new sites opened and both "
    "reached planned use within eight weeks. Freight forwarding lost 4% of its revenue but earned 3% more on each "
    "shipment. "
) * 3
_PARAGRAPHS = 9


def report_ours(path: Path) -> Callable[[], object]:
    from overten.documents.engine import Look
    from overten.documents.word.engine import WordEngine
    from overten.documents.word.operations import Write

    header = [{"header": name} for name in ("Region", "2026", "2025")]

    def run() -> None:
        engine = WordEngine()
        document = engine.new(Look())
        for n in range(CHAPTERS):
            prose = [{"type": "paragraph", "text": _PROSE} for _ in range(_PARAGRAPHS)]
            points = {"type": "list", "kind": "bullet", "items": _POINTS}
            table = {"type": "table", "columns": header, "rows": _CELLS}
            blocks = [*prose, points, table]
            engine.apply(document, Write.model_validate({"heading": f"Chapter {n + 1}", "blocks": blocks}))
        path.write_bytes(engine.write(document, created=MOMENT))

    return run


def report_docx(path: Path) -> Callable[[], object]:
    import docx

    def run() -> None:
        document = docx.Document()
        for n in range(CHAPTERS):
            document.add_heading(f"Chapter {n + 1}", level=1)
            for _ in range(_PARAGRAPHS):
                document.add_paragraph(_PROSE)
            for point in _POINTS:
                document.add_paragraph(point, style="List Bullet")
            table = document.add_table(rows=0, cols=3, style="Table Grid")
            for line in [["Region", "2026", "2025"], *_CELLS]:
                cells = table.add_row().cells
                for cell, text in zip(cells, line, strict=True):
                    cell.text = text
        document.save(str(path))

    return run


# --- recalculation ---


def formula_file(path: Path) -> None:
    """20,000 formulas of many kinds, without values, so that nobody can take them from the file."""
    from overten.documents.excel.apply import apply
    from overten.documents.excel.operations import WriteBlock
    from overten.documents.excel.workbook import Workbook
    from overten.documents.excel.write import write_xlsx

    workbook, drawn = Workbook(), random.Random(3)  # noqa: S311
    last = FORMULA_ROWS
    cells: list[list[Any]] = []
    for row in range(1, last + 1):
        near = max(1, row - 20)
        cells.append([
            drawn.randrange(1000), round(drawn.random() * 100, 3), ("North", "South", "East")[row % 3],
            f"=A{row}*B{row}+{row}", f'=IF(A{row}>500,ROUND(B{row},1),"low "&C{row})',
            f"=SUM(A{near}:A{row})/COUNT(B{near}:B{row})",
f"=SUMIFS(A$1:A$200,C$1:C$200,C{row})" if row % 10 == 0 else f'=TEXT(A{row},"0.00")&LEFT(C{row},2)',
        ])  # fmt: skip
    apply(workbook, WriteBlock(sheet="Data", anchor="A1", rows=cells))
    with zipfile.ZipFile(BytesIO(write_xlsx(workbook, created=MOMENT))) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(rb"( t=\"str\")?(><f>[^<]*</f>)<v>[^<]*</v>", rb"\2", content)
            target.writestr(name, content, zipfile.ZIP_DEFLATED)


def recalculate_ours(path: Path) -> Callable[[], object]:
    import ironcalc  # noqa: F401

    from overten.documents.excel.recalculate import recalculate

    def run() -> dict[str, Any]:
        return {f"{one.row},{one.column}": one.value for one in recalculate(path.read_bytes())}

    return run


def recalculate_libreoffice(path: Path) -> Callable[[], object]:
    from python_calamine import CalamineWorkbook

    office = shutil.which("soffice") or "soffice"

    def run() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder:
            command = [office, f"-env:UserInstallation=file://{path.parent}/profile", "--headless"]
            command += ["--convert-to", "xlsx", "--outdir", folder, str(path)]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
            cells = CalamineWorkbook.from_path(Path(folder) / path.name).get_sheet_by_index(0).to_python()
        return {
            f"{r},{c}": value for r, row in enumerate(cells, start=1) for c, value in enumerate(row, start=1) if c > 3
        }

    return run


def agreeing(ours: dict[str, Any], theirs: dict[str, Any]) -> int:
    return sum(_equal(value, theirs.get(place)) for place, value in ours.items())


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second) <= 1e-9 * max(1.0, abs(first))
    return bool(first == second)


# --- measuring ---

TASKS: dict[tuple[str, str], Callable[[Path], Callable[[], object]]] = {
    ("write.xlsx", "ours"): write_ours,
    ("write.xlsx", "ours, one operation"): write_at_once_ours,
    ("write.xlsx", "openpyxl write-only"): write_openpyxl,
    ("read.xlsx", "ours"): read_ours,
    ("read.xlsx", "openpyxl read-only"): read_openpyxl,
    ("verify.xlsx", "ours"): verify_large,
    ("deck.pptx", "ours"): deck_ours,
    ("deck.pptx", "python-pptx"): deck_pptx,
    ("report.docx", "ours"): report_ours,
    ("report.docx", "python-docx"): report_docx,
    ("formulas.xlsx", "ours"): recalculate_ours,
    ("formulas.xlsx", "LibreOffice"): recalculate_libreoffice,
}


_NEEDED = {
    task: [f"overten.documents.{format_name}.{module}" for module in modules]
    for task, format_name, modules in [
        ("write.xlsx", "excel", ("apply", "write")),
        ("deck.pptx", "slides", ("apply", "deck", "charts", "fit", "arrange")),
        ("report.docx", "word", ("apply", "document", "refresh", "paginate")),
    ]
}


@dataclass
class Measured:
    """One process: seconds of its work, peak memory, what it gave back and the size of the file it left."""

    seconds: float
    peak_mib: float
    result: Any
    file_bytes: int


@dataclass
class Contest:
    """Ours against a rival: medians of all rounds."""

    name: str
    rival: str
    ours: list[Measured]
    theirs: list[Measured]
    target: float | None = None

    @property
    def ratio(self) -> float:
        """How many times as fast we are."""
        return median(self.theirs) / median(self.ours)


def median(measured: list[Measured]) -> float:
    return statistics.median(one.seconds for one in measured)


def peak(measured: list[Measured]) -> float:
    return statistics.median(one.peak_mib for one in measured)


def own_peak_mib() -> float:
    """The most memory this process has held. Linux's rusage would count what the process held that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        return int(found[1]) / 1024 if found else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure(task: str, who: str, path: Path) -> None:
    """Does one task and prints what it took."""
    for module in _NEEDED.get(task, ()) if who.startswith("ours") else ():
        importlib.import_module(module)  # what engines import where they need it
    action = TASKS[task, who](path)
    began = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - began
    measured = {"seconds": seconds, "peak_mib": own_peak_mib(), "result": result, "file_bytes": path.stat().st_size}
    print(json.dumps(measured))


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": f"{REPOSITORY / 'shared'}:{REPOSITORY}"}


def measured(task: str, who: str, folder: Path) -> Measured:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "bench.documents", task, who, str(folder / task)],
        cwd=REPOSITORY, env=_environment(),
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return Measured(**json.loads(done.stdout.splitlines()[-1]))  # the calculator prints what it wonders at


def contest(name: str, task: str, rival: str, folder: Path, *, target: float | None = None) -> Contest:
    held = Contest(name, rival, [], [], target)
    for _ in range(ROUNDS):
        held.ours.append(measured(task, "ours", folder))
        held.theirs.append(measured(task, rival, folder))
    return held


def import_seconds(code: str) -> float:
    timed = f"import time; began = time.perf_counter(); {code}; print(time.perf_counter() - began)"
    command = [sys.executable, "-c", timed]
    return float(subprocess.run(command, env=_environment(), check=True, capture_output=True, text=True).stdout)  # noqa: S603


_FORMATS = {
    "excel": "from overten.documents.excel import engine, apply, write, verify",
    "word": "from overten.documents.word import engine, apply, document, verify",
    "slides": "from overten.documents.slides import engine, apply, deck, verify",
}


def import_ratios() -> dict[str, float]:
    """Seconds to import each engine with all it needs to write and verify, as a ratio to importing boto3."""
    codes = {"boto3": "import boto3", **_FORMATS}
    seconds: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(IMPORT_ROUNDS + 1):  # the first compiles what has changed
        for name, code in codes.items():
            seconds[name].append(import_seconds(code))
    best = {name: statistics.median(times[1:]) for name, times in seconds.items()}
    return {name: best[name] / best["boto3"] for name in _FORMATS}


def layer_mib() -> float:
    """What the documents layer takes unzipped, as its packages record it."""
    requirements = (REPOSITORY / "layers" / "documents" / "requirements.txt").read_text()
    names = re.findall(r"^([A-Za-z0-9_.-]+)==", requirements, re.MULTILINE)
    total = 0
    for name in names:
        for file in importlib.metadata.files(name) or []:
            if "__pycache__" not in str(file) and (path := Path(str(file.locate()))).is_file():
                total += path.stat().st_size
    return total / 2**20


# --- the table ---


def table(contests: list[Contest]) -> list[str]:
    lines = [
        "| what | rival | times as fast | target | ours s | rival s | ours MiB | rival MiB | ours KiB | rival KiB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for one in contests:
        target = "–"
        if one.target:
            target = f"{one.target:g}: {'met' if one.ratio >= one.target else 'not met'}"
        theirs_mib = "–" if one.rival == "LibreOffice" else f"{peak(one.theirs):.0f}"  # it is a process of its own
        sizes = [f"{side[-1].file_bytes / 1024:,.0f}" for side in (one.ours, one.theirs)]
        lines.append(
            f"| {one.name} | {one.rival} | {one.ratio:.2f} | {target} "
            f"| {median(one.ours):.2f} | {median(one.theirs):.2f} | {peak(one.ours):.0f} | {theirs_mib} "
            f"| {sizes[0]} | {sizes[1]} |"
        )
    return lines


def memory_note(one: Contest) -> str:
    ours, theirs = peak(one.ours), peak(one.theirs)
    met = "met" if ours <= theirs else "not met"
    return (
        f"- Writing in no more memory than the rival's {theirs:.0f} MiB: {met} ({ours:.0f} MiB). The rival keeps no "
        "row after it has written it; ours keeps the table, to go on working on it, and the file, to deliver it."
    )


def contests_in(folder: Path) -> list[Contest]:
    cells = f"{WRITTEN_ROWS:,} × {len(_KINDS)} cells"
    held = [contest(f"write {cells}", "write.xlsx", "openpyxl write-only", folder, target=2)]
    at_once = [measured("write.xlsx", "ours, one operation", folder) for _ in range(ROUNDS)]
    held.append(Contest(f"write {cells} in one operation", held[0].rival, at_once, held[0].theirs))
    large_file(folder / "read.xlsx")
    held.append(contest(f"read {READ_ROWS:,} × 10 cells", "read.xlsx", "openpyxl read-only", folder, target=5))
    held.append(contest(f"a deck of {SLIDES} slides", "deck.pptx", "python-pptx", folder))
    held.append(contest("a report of some 50 pages", "report.docx", "python-docx", folder))
    if shutil.which("soffice"):
        formula_file(folder / "formulas.xlsx")
        held.append(contest(f"recalculate {4 * FORMULA_ROWS:,} formulas", "formulas.xlsx", "LibreOffice", folder))
    return held


def main() -> None:
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contests = contests_in(folder)
        measured("write.xlsx", "ours", folder)
        shutil.copy(folder / "write.xlsx", folder / "verify.xlsx")
        verified = [measured("verify.xlsx", "ours", folder) for _ in range(ROUNDS)]
    lines = [
        "# Documents",
        "",
        f"Made by `make bench`: medians of {ROUNDS}, ours and the rival's in turn, each a process of its own. Compare",
        "the ratios; the times are of",
        f"whatever machine ran it last: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load of {load:.1f} a core before it began.",
        "Seconds are without imports, memory is the peak of the process with them, sizes are of the file.",
        "",
        *table(contests),
        "",
        memory_note(contests[0]),
        "- A deck or report of ours takes longer where it measures text, fits it and lays it out; the rivals place "
        "what they are given. Content is alike, design is not: ours brings theme, layouts and styles of its own.",
    ]
    if contests[-1].rival == "LibreOffice":
        ours, theirs = contests[-1].ours[0].result, contests[-1].theirs[0].result
        lines.append(
            f"- Recalculated values that agree with LibreOffice's: {agreeing(ours, theirs):,} of {len(ours):,}."
        )
    lines.append(f"- Verifying the written workbook: {median(verified):.2f} s, {peak(verified):.0f} MiB.")
    ratios = ", ".join(f"{name} {ratio:.1f}" for name, ratio in import_ratios().items())
    lines.append(f"- Importing an engine with its writer and verifier, as a ratio to importing boto3: {ratios}.")
    lines.append(f"- The documents layer takes {layer_mib():.0f} MiB unzipped.")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main()
