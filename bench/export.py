"""What exports cost: ours, kept warm, against LibreOffice started for each document and against unoserver.

    python -m bench.export                  all measurements, into bench/results/export.md; also part of `make bench`
    python -m bench.export --fuzz 300       damaged files of the corpus instead, each to end in bounded time

The same installation of LibreOffice converts for all three, in turn, so that whatever else the machine does falls on
all alike; ratios are of what each took in the same run. unoserver runs in a Python that has `uno` (Debian's
python3-uno): OVERTEN_UNO_PYTHON names it. Without one its column stays empty.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import random
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from overten.export.errors import ConverterFailed, DocumentRefused
from overten.export.office.engine import Office
from overten.export.office.program import find_program
from tests.corpus import CORPUS

REPOSITORY = Path(__file__).parent.parent
RESULTS = REPOSITORY / "bench" / "results" / "export.md"
MIB = 2**20
SECONDS = 180.0
Convert = Callable[[Path, str], int]  # gives the peak of memory in bytes
JOBS = [("xlsx", "pdf"), ("docx", "pdf"), ("pptx", "pdf"), ("docx", "html"), ("xlsx", "html")]
PIECES = {"xlsx": "saas_model", "docx": "market_study", "pptx": "series_b"}
CORPUS_FILES = 12  # of each kind
ORDINARY_BYTES = 256 * 2**10  # some of the larger ones are made to take minutes
TARGETS = {"a fresh soffice": 5.0, "unoserver": 1.2}


@dataclass
class Times:
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    failures: int = 0

    @property
    def p50(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, round(0.95 * (len(self.seconds) - 1)))]


def documents() -> dict[str, bytes]:
    """Three pieces of the gallery: a workbook of several sheets with charts, a report, a deck."""
    import importlib

    from gallery.make import make

    return {kind: make(importlib.import_module(f"gallery.pieces.{name}").PIECE)[0] for kind, name in PIECES.items()}


# --- those compared ---


class Fresh:
    """`soffice --convert-to`, with a profile of its own each time, or one that is kept."""

    def __init__(self, soffice: str, folder: Path, *, keeps_profile: bool) -> None:
        self._soffice = soffice
        self._folder = folder
        self._keeps_profile = keeps_profile

    def convert(self, source: Path, target: str) -> int:
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            profile = self._folder / "profile" if self._keeps_profile else Path(scratch) / "profile"
            command = [
                self._soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", target,
                "--outdir", scratch, str(source),
            ]  # fmt: skip
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603
            assert (Path(scratch) / source.with_suffix(f".{target}").name).stat().st_size
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


class Unoserver:
    """A server asked over XML-RPC, as its own client asks it, but without that client's start."""

    def __init__(self, python: str, soffice: str, folder: Path) -> None:
        self._port = _free_port()
        command = [
            python, "-m", "unoserver.server", "--port", str(self._port), "--uno-port", str(_free_port()),
            "--executable", soffice, "--user-installation", str(folder / "unoserver"),
        ]  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._folder = folder
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                self._proxy().info()
                return
            except (OSError, xmlrpc.client.Error):
                time.sleep(0.2)
        raise TimeoutError("unoserver did not start")

    def convert(self, source: Path, target: str) -> int:
        written = self._folder / f"unoserver.{target}"
        self._proxy().convert(str(source), None, str(written), target, None, [], True, None)
        assert written.stat().st_size
        return _tree_bytes(self._process.pid)

    def close(self) -> None:
        os.killpg(self._process.pid, 9)
        self._process.wait()

    def _proxy(self) -> xmlrpc.client.ServerProxy:
        return xmlrpc.client.ServerProxy(f"http://127.0.0.1:{self._port}", allow_none=True)


class Ours:
    def __init__(self, office: Office) -> None:
        self.office = office

    def convert(self, source: Path, target: str) -> int:
        made = self.office.convert(source.read_bytes(), source.suffix[1:], target, timeout_seconds=SECONDS)
        assert made.data
        return made.peak_bytes

    def settle(self) -> None:
        """Waits until the processes at hand are warm: they use no more processor time."""
        self.office.wait_until_ready(SECONDS)
        used = -1.0
        while (now := sum(_cpu_seconds(one._process.pid) for one in self.office._workers)) != used:
            used = now
            time.sleep(0.25)


# --- measurements ---

Table = dict[tuple[str, str, str], Times]


def in_turn(files: Mapping[str, Path], rounds: int, rivals: Mapping[str, Convert], ours: Ours) -> Table:
    table: Table = {}
    for _ in range(rounds):
        for kind, target in JOBS:
            for who, convert in rivals.items():
                ours.settle()  # so that it takes nothing from anybody
                _time(table.setdefault((kind, target, who), Times()), convert, files[kind], target)
    return table


def _time(times: Times, convert: Convert, source: Path, target: str) -> None:
    began = time.perf_counter()
    try:
        peak = convert(source, target)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure and counted
        print("failed:", source.name, target, repr(error)[:200], file=sys.stderr)
        times.failures += 1
        return
    times.seconds.append(time.perf_counter() - began)
    times.peak_bytes = max(times.peak_bytes, peak)


def real_documents(count: int) -> dict[str, list[Path]]:
    """Of each kind some files of the corpus, of ordinary sizes from the smallest on; none where there is no corpus."""
    found = {}
    for kind in PIECES:
        ordinary = (file for file in (CORPUS / kind).glob(f"*.{kind}") if file.stat().st_size <= ORDINARY_BYTES)
        files = sorted(ordinary, key=lambda file: (file.stat().st_size, file.name))
        found[kind] = [files[n * (len(files) - 1) // (count - 1)] for n in range(count)] if len(files) >= count else []
    return found


def corpus_in_turn(rivals: Mapping[str, Convert], ours: Ours, count: int) -> Table:
    """Real documents to PDF, each once by each. One that somebody fails on is in nobody's times."""
    table: Table = {}
    for kind, files in real_documents(count).items():
        for file in files:
            ones = {who: Times() for who in rivals}
            for who, convert in rivals.items():
                ours.settle()
                _time(ones[who], convert, file, "pdf")
            for who, one in ones.items():
                times = table.setdefault((f"real {kind}", "pdf", who), Times())
                times.failures += one.failures
                if not any(other.failures for other in ones.values()):
                    times.seconds += one.seconds
                    times.peak_bytes = max(times.peak_bytes, one.peak_bytes)
    return table


def without_pause(files: Mapping[str, Path], convert: Convert, count: int) -> float:
    """Seconds a document, one right after the other: no time to make the next process ready in."""
    jobs = list(itertools.islice(itertools.cycle(JOBS), count))
    began = time.perf_counter()
    for kind, target in jobs:
        convert(files[kind], target)
    return (time.perf_counter() - began) / count


def two_at_once(files: Mapping[str, Path], convert: Convert, count: int) -> float:
    """Seconds a document, by two threads."""
    began = time.perf_counter()
    threads = [threading.Thread(target=without_pause, args=(files, convert, count // 2)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - began) / count


def first_request(source: Path, *, is_cold: bool) -> float:
    """Seconds of the first conversion in a new environment, the making of the pool included."""
    if is_cold:
        _forget_files(find_program().folder)
    began = time.perf_counter()
    with Office() as office:
        Ours(office).convert(source, "pdf")
        return time.perf_counter() - began


def in_a_row(files: Mapping[str, Path], count: int) -> str:
    """Many conversions by one pool: what grows, and what fails."""
    with Office() as office:
        peaks: list[int] = []
        times = Times()
        ours = Ours(office)
        ours.convert(files["docx"], "pdf")
        before = _own_state()
        for kind, target in itertools.islice(itertools.cycle(JOBS), count):
            _time(times, lambda source, form: peaks.append(ours.convert(source, form)) or 0, files[kind], target)
        after = _own_state()
    step = len(JOBS) * 4
    first, last = statistics.mean(peaks[:step]) / MIB, statistics.mean(peaks[-step:]) / MIB
    return (
        f"{count} conversions in a row: {times.failures} failures. A converting process's peak, mean of the first and "
        f"the last {step}: {first:.0f} and {last:.0f} MiB. The caller's own, before and after: {before[0]} and "
        f"{after[0]} MiB of memory, {before[1]} and {after[1]} open files, {before[2]} and {after[2]} folders."
    )


def _own_state() -> tuple[int, int, int]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    folders = len(list(Path(tempfile.gettempdir()).glob("overten-office-*")))
    return pages * resource.getpagesize() // MIB, len(list(Path("/proc/self/fd").iterdir())), folders


def fuzz(count: int, seconds: float = 20.0) -> str:
    """Files of the corpus, cut short or with some bytes changed; each has to end in time."""
    drawn = random.Random(11)  # noqa: S311
    files = [
        file for kind in ("docx", "xlsx", "pptx", "doc", "xls", "ppt") for file in sorted((CORPUS / kind).glob("*.*"))
    ]
    ends = {"converted": 0, "refused": 0, "stopped or crashed": 0}
    slowest = 0.0
    with Office(at_once=1) as office:
        for _ in range(count):
            file = drawn.choice(files)
            began = time.perf_counter()
            try:
                office.convert(_damaged(file.read_bytes(), drawn), file.suffix[1:], "pdf", timeout_seconds=seconds)
                ends["converted"] += 1
            except DocumentRefused:
                ends["refused"] += 1
            except ConverterFailed:
                ends["stopped or crashed"] += 1
            slowest = max(slowest, time.perf_counter() - began)
    return f"{count} damaged files, {ends}, slowest {slowest:.1f} s of {seconds:.0f} allowed."


def _damaged(data: bytes, drawn: random.Random) -> bytes:
    """Mostly inside a package, where its checksums are right again: else nothing would get as far as LibreOffice."""
    import zipfile
    from io import BytesIO

    if not data.startswith(b"PK") or drawn.random() < 0.2:
        changed = bytearray(data)
        for _ in range(drawn.randrange(1, 30)):
            changed[drawn.randrange(len(changed))] = drawn.randrange(256)
        return bytes(changed[: drawn.randrange(len(data) // 2, len(data))] if drawn.random() < 0.3 else changed)
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(written, "w") as target:
        names = source.namelist()
        hit = set(drawn.sample(names, min(2, len(names))))
        for name in names:
            content = bytearray(source.read(name))
            if name in hit and len(content) > 200:
                for _ in range(drawn.randrange(1, 6)):
                    content[drawn.randrange(200, len(content))] = drawn.choice(b'<>/"&0 9\xff')
            target.writestr(name, bytes(content))
    return written.getvalue()


# --- the machine ---


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _tree_bytes(pid: int) -> int:
    """Peak of the largest process of a session; LibreOffice is one of several."""
    peaks = [0]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(entry.name)) == pid:
                lines = (entry / "status").read_text().splitlines()
                peaks += [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
        except (OSError, ProcessLookupError):
            continue
    return max(peaks)


def _forget_files(folder: Path) -> None:
    """Asks the kernel to drop LibreOffice's files from its cache, as in an environment that was never used."""
    for file in folder.parent.rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def unoserver(soffice: str, folder: Path) -> Iterator[Unoserver | None]:
    python = os.environ.get("OVERTEN_UNO_PYTHON")
    server = Unoserver(python, soffice, folder) if python else None
    yield server
    if server is not None:
        server.close()


# --- the report ---


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--row", type=int, default=200, help="how many conversions in a row")
    parser.add_argument("--fuzz", type=int, default=0, help="damaged files instead of measurements")
    asked = parser.parse_args()
    if asked.fuzz:
        print(fuzz(asked.fuzz))
        return
    soffice = shutil.which("soffice")
    assert soffice, "soffice is needed, to be compared with"
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    folder = Path(tempfile.mkdtemp(prefix="overten-bench-"))
    try:
        report = measure(soffice, folder, asked.rounds, asked.row, load)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    RESULTS.write_text(report)
    print(report)


def measure(soffice: str, folder: Path, rounds: int, row: int, load: float) -> str:
    files = {}
    for kind, data in documents().items():
        files[kind] = folder / f"document.{kind}"
        files[kind].write_bytes(data)
    notes: list[str] = []
    with unoserver(soffice, folder) as server, Office() as office:
        ours = Ours(office)
        rivals: dict[str, Convert] = {
            "ours": ours.convert,
            "a fresh soffice": Fresh(soffice, folder, keeps_profile=False).convert,
            "soffice, its profile kept": Fresh(soffice, folder, keeps_profile=True).convert,
        }
        if server is not None:
            rivals["unoserver"] = server.convert
        for convert in rivals.values():  # once each, unmeasured: what comes first would pay for the cache of files
            convert(files["docx"], "pdf")
        table = in_turn(files, rounds, rivals, ours) | corpus_in_turn(rivals, ours, CORPUS_FILES)
        ours.settle()
        notes.append(_pauseless(files, ours, server))
    notes += [_at_once(files), _firsts(files, soffice, folder), in_a_row(files, row)]
    return _report(table, notes, rounds, load)


def _pauseless(files: Mapping[str, Path], ours: Ours, server: Unoserver | None) -> str:
    count = 20
    own = without_pause(files, ours.convert, count)
    ours.settle()
    its = f", unoserver {without_pause(files, server.convert, count):.2f}" if server else ""
    return f"One right after the other, {count} documents of all kinds, seconds a document: ours {own:.2f}{its}."


def _at_once(files: Mapping[str, Path]) -> str:
    with Office(spare=2) as office:
        ours = Ours(office)
        ours.settle()
        single = without_pause(files, ours.convert, 20)
        ours.settle()
        double = two_at_once(files, ours.convert, 20)
    return (
        f"Two at once on {os.cpu_count()} processors: {double:.2f} s a document, one after the other {single:.2f} s. "
        "Beside each, the next process is made ready."
    )


def _firsts(files: Mapping[str, Path], soffice: str, folder: Path) -> str:
    fresh = Fresh(soffice, folder, keeps_profile=False)

    def of_fresh(*, is_cold: bool) -> float:
        if is_cold:
            _forget_files(find_program().folder)
        began = time.perf_counter()
        fresh.convert(files["docx"], "pdf")
        return time.perf_counter() - began

    cold = [(first_request(files["docx"], is_cold=True), of_fresh(is_cold=True)) for _ in range(3)]
    cached = [(first_request(files["docx"], is_cold=False), of_fresh(is_cold=False)) for _ in range(3)]
    (ours_cold, fresh_cold), (ours_cached, fresh_cached) = (
        [statistics.median(column) for column in zip(*rows, strict=True)] for rows in (cold, cached)
    )
    return (
        f"First docx to PDF of a new process, its pool started with it: {ours_cached:.2f} s (a fresh soffice "
        f"{fresh_cached:.2f}); with LibreOffice's files dropped from the cache {ours_cold:.2f} s ({fresh_cold:.2f})."
    )


def _report(table: Table, notes: list[str], rounds: int, load: float) -> str:
    who = list(dict.fromkeys(key[2] for key in table))
    lines = [
        "# Exports",
        "",
        f"Made by `python -m bench.export`: {rounds} rounds, all in turn, LibreOffice {find_program().version}.",
        "Compare the ratios; the times are of whatever machine ran it last:",
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load of {load:.1f} a core before it began.",
        "",
        "Seconds of a conversion, p50 (p95), and MiB of memory of the process that converts. The first rows are one",
        f"document of about ten pages with charts each; the real ones are {CORPUS_FILES} corpus files of a kind.",
        "",
        "| what | " + " | ".join(who) + " | " + " | ".join(f"times as fast as {one}" for one in TARGETS) + " |",
        "|---" * (1 + len(who) + len(TARGETS)) + "|",
    ]
    ratios: dict[str, list[float]] = {one: [] for one in TARGETS}
    for kind, target in dict.fromkeys((kind, target) for kind, target, _ in table):
        times = {one: table[kind, target, one] for one in who}
        cells = [f"{t.p50:.2f} ({t.p95:.2f}), {t.peak_bytes // MIB}" for t in times.values()]
        for rival, its in ratios.items():
            if rival in times:
                its.append(times[rival].p50 / times["ours"].p50)
            cells.append(f"{its[-1]:.2f}" if its else "–")
        lines.append(f"| {kind} to {target} | " + " | ".join(cells) + " |")
    lines.append("")
    for rival, wanted in TARGETS.items():
        if ratios[rival]:
            mean = statistics.geometric_mean(ratios[rival])
            verdict = "met" if mean >= wanted else "not met"
            lines.append(
                f"- Than {rival}: {mean:.2f} times as fast over all (at least {min(ratios[rival]):.2f}, at most "
                f"{max(ratios[rival]):.2f}); the target is {wanted:g}: {verdict}."
            )
    failures = {one: sum(times.failures for key, times in table.items() if key[2] == one) for one in who}
    lines.append("- Failures: " + ", ".join(f"{one} {count}" for one, count in failures.items()) + ".")
    return "\n".join([*lines, *(f"- {note}" for note in notes)]) + "\n"


if __name__ == "__main__":
    main()
