"""LibreOffice kept warm: processes that are started before they are needed, each for one document only.

Starting LibreOffice and loading its modules takes as long as converting a document. So `spare` processes have done
that before a request comes. A request takes one, and the next is started at once; what a document did to its process,
it did to nobody else. None of this happens in the caller's own process, nor is an initialised LibreOffice ever forked.

A process has a folder of its own, a profile of its own, no credentials in its environment, and on Linux neither a
network nor other files (see `guards`).
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overten.export.errors import ConverterFailed, DocumentRefused, OfficeMissing
from overten.export.office.program import Program, find_program
from overten.export.office.worker import Answer, Order, Setup

MIB = 2**20
GUARDS = ("profile", "links", "seccomp", "landlock")
_MEMORY_BYTES = 2048 * MIB  # of addresses; LibreOffice takes some 800 MiB of them to start with
_FILE_BYTES = 512 * MIB
_MAX_SIDE_FILES = 5_000
_MAX_RESULT_BYTES = 512 * MIB  # of all files together
_STARTS = 2
_SPARE_SECONDS = 2  # that a process lives on when nobody stops it in time
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "SAL_USE_VCLPLUGIN": "svp",
    "MALLOC_ARENA_MAX": "2",
}
_FAILED = "The document could not be converted: the converter stopped unexpectedly."
_SHORT = "The document needs more memory than the converter has."
_REFUSED = "The document could not be opened. It may be damaged, or protected with a password."
_NOT_SAVED = "The document could not be saved in this format."


@dataclass(frozen=True)
class OfficeResult:
    """`side_files` are written beside the result, such as the pictures of HTML, by name. `peak_bytes` is the memory."""

    data: bytes
    side_files: dict[str, bytes] = field(default_factory=dict)
    peak_bytes: int = 0


class Office:
    """LibreOffice for one process of ours. May be used by several threads. `close` it, or leave it to the end."""

    def __init__(
        self,
        *,
        program: Path | None = None,
        spare: int = 1,
        at_once: int | None = None,
        memory_bytes: int = _MEMORY_BYTES,
        guards: Collection[str] = GUARDS,
    ) -> None:
        """Starts `spare` processes. `program` is the folder of LibreOffice's libraries, if it is not to be looked for.

        At most `at_once` documents are converted at the same time, by default one for each processor; others wait.
        `guards` are for tests, which show what happens without them. Raises OfficeMissing.
        """
        self._program = find_program(program)
        self._library = self._program.library
        self._spare = spare
        self._memory_bytes = memory_bytes
        self._guards = tuple(guards)
        self._turns = threading.BoundedSemaphore(at_once or os.cpu_count() or 1)
        self._lock = threading.Lock()
        self._workers: deque[_Worker] = deque()
        self._is_closed = False
        weakref.finalize(self, _end_all, self._workers)
        self._fill()

    #: Which of Linux's own guards are in force, known after `wait_until_ready`: "landlock", "seccomp".
    guards: Sequence[str] = ()

    @property
    def program(self) -> Program:
        return self._program

    def convert(
        self,
        data: bytes,
        extension: str,
        target: str,
        options: Mapping[str, bool | int | str] | None = None,
        *,
        timeout_seconds: float,
    ) -> OfficeResult:
        """The document in the format `target` ("pdf", "html", "txt", "odt", "odp", "xlsx", "docx", "pptx").

        `extension` is what `data` is: "xlsx", "docx", "pptx", "xls", "doc" or "ppt". `options` are those of
        LibreOffice's export filter; formats whose filter takes a string and not properties have it as `FilterOptions`.

        Raises DocumentRefused, ConverterFailed (also when `timeout_seconds` are over) and OfficeMissing.
        """
        ends_at = time.monotonic() + timeout_seconds
        if not self._turns.acquire(timeout=timeout_seconds):
            raise ConverterFailed(_too_long(timeout_seconds))
        try:
            return self._convert(
                _Job(data, extension, target, _filter_options(options or {})), ends_at, timeout_seconds
            )
        except TimeoutError:
            raise ConverterFailed(_too_long(timeout_seconds)) from None
        finally:
            self._turns.release()

    def wait_until_ready(self, timeout_seconds: float) -> None:
        """Waits until a process is at hand; for the start of an environment. Raises ConverterFailed, OfficeMissing."""
        with self._lock:
            workers = list(self._workers)
        try:
            for worker in workers:
                worker.wait_until_ready(time.monotonic() + timeout_seconds)
                self.guards = worker.guards
        except TimeoutError:
            raise ConverterFailed(_too_long(timeout_seconds)) from None

    def close(self) -> None:
        """Ends the processes that wait. A conversion that is going on is not disturbed."""
        with self._lock:
            self._is_closed = True
        _end_all(self._workers)

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _convert(self, job: _Job, ends_at: float, timeout_seconds: float) -> OfficeResult:
        from overten.export.office.package import prepare

        for _ in range(_STARTS):
            worker = self._take()
            try:
                prepare(job.data, job.extension, worker.folder / "in" / job.name, cut_links="links" in self._guards)
                worker.order(job.order(timeout_seconds))
                self._fill()
                answer = worker.answer(ends_at)
                if answer is not None:
                    self.guards = worker.guards
                    return worker.result(job, answer)
            finally:
                worker.end()
        raise ConverterFailed(_FAILED)

    def _take(self) -> _Worker:
        with self._lock:
            if self._is_closed:
                raise ConverterFailed("The converter is closed.")
            while self._workers:
                worker = self._workers.popleft()
                if worker.is_alive:
                    return worker
                worker.end()
            return self._start()

    def _fill(self) -> None:
        with self._lock:
            while not self._is_closed and len(self._workers) < self._spare:
                self._workers.append(self._start())

    def _start(self) -> _Worker:
        return _Worker(self._library, self._program.version, self._memory_bytes, self._guards)


@dataclass(frozen=True)
class _Job:
    data: bytes
    extension: str
    target: str
    options: str

    @property
    def name(self) -> str:
        return f"document.{self.extension}"

    @property
    def result(self) -> str:
        return f"document.{self.target}"

    def order(self, timeout_seconds: float) -> Order:
        return {
            "name": self.name,
            "result": self.result,
            "kind": self.target,
            "options": self.options,
            "seconds": math.ceil(timeout_seconds) + _SPARE_SECONDS,
        }


class _Worker:
    """A process, and the folder that it has."""

    def __init__(self, library: Path, version: str, memory_bytes: int, guards: Collection[str]) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="overten-office-")).resolve()
        for name in ("in", "out", "tmp"):
            (self.folder / name).mkdir()
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-P", "-B", "-m", "overten.export.office.worker"],
            env=_environment(self.folder),
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._said = b""
        self._starting = threading.Lock()
        self._is_ready = False
        self.guards: list[str] = []
        self._send(
            Setup(
                folder=str(self.folder),
                library=str(library),
                version=version,
                memory_bytes=memory_bytes,
                file_bytes=_FILE_BYTES,
                guards=list(guards),
                readable=[str(path) for path in _font_folders()],
            )
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def order(self, order: Order) -> None:
        self._send(order)

    def wait_until_ready(self, ends_at: float) -> None:
        """Raises TimeoutError, ConverterFailed, OfficeMissing."""
        with self._starting:  # the one who waits for the pool and the one who takes from it may meet here
            if self._is_ready:
                return
            answer = self._next(ends_at)
            if answer is None:
                raise ConverterFailed(_FAILED)
            if reason := answer.get("broken"):
                raise OfficeMissing(f"LibreOffice is installed here but does not start: {reason}")
            self._is_ready = True
            self.guards = answer.get("ready", [])

    def answer(self, ends_at: float) -> Answer | None:
        """What became of the order; None if the process ended before it began. Raises TimeoutError, ConverterFailed."""
        try:
            self.wait_until_ready(ends_at)
        except ConverterFailed:
            return None
        answer = self._next(ends_at)
        if answer is None:
            raise ConverterFailed(_FAILED)
        return answer

    def result(self, job: _Job, answer: Answer) -> OfficeResult:
        """Reads what was written. Raises DocumentRefused, ConverterFailed."""
        if answer.get("is_short"):
            raise ConverterFailed(_SHORT)
        if reason := answer.get("refused"):
            raise DocumentRefused(_NOT_SAVED if reason.startswith("not saved") else _REFUSED)
        self._kill()  # nobody is to change what is read now
        files = _files(self.folder / "out")
        data = files.pop(job.result, b"")
        if not data:
            raise ConverterFailed(_FAILED)
        return OfficeResult(data, files, answer.get("peak_bytes", 0))

    def _kill(self) -> None:
        if self.is_alive:  # else the number may already be another's
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def end(self) -> None:
        self._kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, message: Setup | Order) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(BrokenPipeError):  # it is noticed where the answer is read
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()

    def _next(self, ends_at: float) -> Answer | None:
        """The next line of the process, None when it has ended. Raises TimeoutError."""
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        source = self._process.stdout.fileno()
        waiting = select.poll()  # and not select(), which knows 1,024 files
        waiting.register(source, select.POLLIN)
        while b"\n" not in self._said:
            left = ends_at - time.monotonic()
            if left <= 0 or not waiting.poll(left * 1000):
                raise TimeoutError
            piece = os.read(source, 65536)
            if not piece:
                return None
            self._said += piece
        line, _, self._said = self._said.partition(b"\n")
        answer: Answer = json.loads(line)
        return answer


def _end_all(workers: deque[_Worker]) -> None:
    while workers:
        workers.popleft().end()


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where Python finds this package and where fonts are told of; above all no credentials."""
    own = {
        "HOME": str(folder),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    fonts = {name: os.environ[name] for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH") if name in os.environ}
    cache = _cache_home()
    caches = {"XDG_CACHE_HOME": str(cache)} if cache and os.access(cache / "fontconfig", os.R_OK) else {}
    return {**_ENVIRONMENT, **own, **fonts, **caches}


def _font_folders() -> list[Path]:
    """What fontconfig reads outside the system's folders."""
    configured = [Path(os.environ[name]) for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH") if name in os.environ]
    told = [path.parent if path.is_file() else path for path in configured]
    home, cache = os.environ.get("HOME"), _cache_home()
    if home:
        told += [Path(home) / ".fonts", Path(home) / ".local" / "share" / "fonts"]
    return [*told, cache / "fontconfig"] if cache else told


def _cache_home() -> Path | None:
    """A user has one; a Lambda has neither that nor a home."""
    if told := os.environ.get("XDG_CACHE_HOME"):
        return Path(told)
    home = os.environ.get("HOME")
    return Path(home) / ".cache" if home else None


def _filter_options(options: Mapping[str, bool | int | str]) -> str:
    if "FilterOptions" in options:
        return str(options["FilterOptions"])
    return json.dumps({name: _property(value) for name, value in options.items()}) if options else ""


def _property(value: bool | int | str) -> dict[str, str]:
    if isinstance(value, bool):
        return {"type": "boolean", "value": str(value).lower()}
    return {"type": "long" if isinstance(value, int) else "string", "value": str(value)}


def _files(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left_bytes = _MAX_RESULT_BYTES
    for entry in sorted(folder.iterdir()):
        if not entry.is_file() or entry.is_symlink():
            continue
        left_bytes -= entry.stat().st_size
        if len(found) > _MAX_SIDE_FILES or left_bytes < 0:
            raise DocumentRefused("The document has too many or too large pictures for this format.")
        found[entry.name] = entry.read_bytes()
    return found


def _too_long(seconds: float) -> str:
    return f"The conversion took longer than {seconds:.0f} seconds and was stopped."
