"""A place for a turn's files on the disk, and the bounded process that reads them there."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from overten.agent.data.models import Contents, Failure, InputFile, Job, Rows
from overten.agent.errors import InputRefused

READ_SECONDS = 120.0
QUERY_SECONDS = 20.0
MAX_ROWS = 100_000


class QueryRefused(Exception):
    """A query that was not run, or not to its end, and why: for the model to write a better one.

    `quoted` is what the database said, which may have words of the files in it.
    """

    def __init__(self, message: str, quoted: str = "") -> None:
        self.quoted = quoted
        super().__init__(message)


class DataRoom:
    """The files of one turn. They are written to the disk at the first need of them, and are gone when it is left."""

    def __init__(self, read: Callable[[str], bytes | None], files: Sequence[InputFile]) -> None:
        self._read = read
        self._files = list(files)
        self._folder: TemporaryDirectory[str] | None = None
        self._is_read = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder, self._is_read = None, False

    @property
    def has_files(self) -> bool:
        return bool(self._files)

    def contents(self) -> Contents:
        """What the files hold. Raises InputRefused, with the field that names it, for one that cannot be read."""
        try:
            answer = self._run("describe", READ_SECONDS)
        except subprocess.TimeoutExpired:
            raise InputRefused(
                f"{self._files[0].field}: the files take too long to be read. Give smaller ones."
            ) from None
        if isinstance(answer, Failure):
            field = self._files[answer.file or 0].field
            raise InputRefused(f"{field}: {answer.message}")
        self._is_read = True
        return Contents.model_validate(answer)

    def query(self, sql: str, max_rows: int, seconds: float = math.inf) -> Rows:
        """The result of one SELECT, of at most so many rows and in no more time than `seconds` and QUERY_SECONDS.

        That is without the time to read the files, which the first query after a resume has to wait for. Raises
        QueryRefused, and what `contents` raises.
        """
        if not self._is_read:
            self.contents()
        seconds = min(seconds, QUERY_SECONDS)
        try:
            answer = self._run("query", seconds, sql=sql, max_rows=max_rows)
        except subprocess.TimeoutExpired:
            raise QueryRefused(f"The query took longer than {seconds:.0f} seconds.") from None
        if isinstance(answer, Failure):
            raise QueryRefused(answer.message, answer.quoted)
        return Rows.model_validate(answer)

    def _run(self, action: str, seconds: float, *, sql: str = "", max_rows: int = 0) -> dict[str, object] | Failure:
        folder = self._prepared()
        job = Job.model_validate(
            {
                "action": action,
                "folder": str(folder),
                "files": self._files,
                "paths": [str(folder / f"{number}.bin") for number in range(len(self._files))],
                "sql": sql,
                "max_rows": max_rows,
            }
        )
        # Nothing of our environment is handed on. That keeps credentials from queries and careless libraries, but not
        # from code that takes the child over: of the same user, it could read the worker's own under /proc.
        environment = {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "HOME": str(folder),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            # Each thread of DuckDB would reserve 64 MB of the address space that the child is bounded in.
            "MALLOC_ARENA_MAX": "2",
        }
        done = subprocess.run(
            [sys.executable, "-m", "overten.agent.data.child"],
            input=job.model_dump_json().encode(),
            capture_output=True,
            timeout=seconds,
            env=environment,
            cwd=folder,
            check=False,
        )
        return _answer(done)

    def _prepared(self) -> Path:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="data-")
            for number, file in enumerate(self._files):
                data = self._read(file.name)
                if data is None:
                    raise InputRefused(f"{file.field}: the file is no longer there.")
                (Path(self._folder.name) / f"{number}.bin").write_bytes(data)
        return Path(self._folder.name)


def _answer(done: subprocess.CompletedProcess[bytes]) -> dict[str, object] | Failure:
    """What the child said. One that died said nothing: its bounds ended it, or an error in a library."""
    try:
        body = json.loads(done.stdout)
    except ValueError:
        return Failure(message="This needs too much memory, or the files are damaged.")
    return Failure.model_validate(body["failure"]) if "failure" in body else body["answer"]
