"""The process that reads a user's files and runs queries on them: `python -m overten.agent.data.child`.

It is given a job as JSON and answers with JSON. Its environment has no credentials, its memory is bounded, and whoever
started it ends it when its time is over. It is no wall against its own libraries: it runs as the user that started it.
What the files hold is kept in one database beside them, which the first job makes and every query only reads.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overten.agent.data.models import Column, Contents, Failure, Job, Rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Of address space, beside a worker with 2,048 MB of memory for itself and the child.
MEMORY_BYTES = 900 * 2**20
DATABASE_MEMORY = "300MB"
MAX_FILE_BYTES = 2 * 2**30
MAX_ANSWER_BYTES = 10 * 10**6
MAX_CELL_CHARS = 32_000
DATABASE, CONTENTS = "contents.duckdb", "contents.json"

_LOADING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": DATABASE_MEMORY,
    "threads": "2",
    "autoinstall_known_extensions": "false",
}
_QUERYING: dict[str, str | bool | int | float | list[str]] = {
    **_LOADING,
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "max_temp_directory_size": "0B",
}


class JobFailed(Exception):
    """The job cannot be done, and why."""

    def __init__(self, message: str, file: int | None = None, quoted: str = "") -> None:
        self.failure = Failure(message=message, file=file, quoted=quoted)
        super().__init__(message)


def run(job: Job) -> Contents | Rows:
    folder = Path(job.folder)
    if not (folder / CONTENTS).exists():
        _load(job, folder)
    if job.action == "describe":
        return Contents.model_validate_json((folder / CONTENTS).read_text())
    return _query(folder / DATABASE, job.sql, job.max_rows)


def _load(job: Job, folder: Path) -> None:
    """Reads all files into the database. The note of what they hold comes last: without it nothing counts."""
    import duckdb

    from overten.agent.data import tables, texts

    (folder / DATABASE).unlink(missing_ok=True)
    contents = Contents()
    with duckdb.connect(str(folder / DATABASE), config=_LOADING) as database:
        database.execute("CREATE TABLE texts (file VARCHAR, part INTEGER, text VARCHAR)")
        for number, (file, path) in enumerate(zip(job.files, job.paths, strict=True)):
            try:
                if tables.is_tabular(file):
                    contents.tables += tables.load(database, file, Path(path), contents.tables)
                else:
                    contents.texts.append(texts.load(database, file, Path(path)))
            except MemoryError:
                raise JobFailed("the file is too large to be read.", number) from None
            except Exception as error:
                raise JobFailed(f"the file cannot be read ({type(error).__name__}).", number) from error
    (folder / CONTENTS).write_text(contents.model_dump_json())


def _query(database: Path, sql: str, max_rows: int) -> Rows:
    import duckdb

    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise JobFailed("Only one SELECT statement is run.")
        with duckdb.connect(str(database), read_only=True, config=_QUERYING) as connection:
            connection.execute("SET lock_configuration = true")
            return _rows(connection, sql, max_rows)
    except MemoryError:
        raise JobFailed("The query needs too much memory. Aggregate or filter more.") from None
    except duckdb.Error as error:
        raise JobFailed("It cannot be run.", quoted=str(error)[:600]) from None


def _rows(connection: DuckDBPyConnection, sql: str, max_rows: int) -> Rows:
    cursor = connection.execute(sql)
    columns = [Column(name=str(name), type=str(kind)) for name, kind, *_ in cursor.description or ()]
    found = cursor.fetchmany(max_rows + 1)
    rows = [[_plain(value) for value in row] for row in found[:max_rows]]
    return Rows(columns=columns, rows=rows, more=len(found) > max_rows)


def _plain(value: Any) -> Any:
    """A value as JSON has it: dates in ISO 8601, what has no form of its own as text, no infinities."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value[:MAX_CELL_CHARS]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)[:MAX_CELL_CHARS]


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_BYTES, MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    _bound()
    try:
        body = b'{"answer":%b}' % _answered(Job.model_validate_json(sys.stdin.buffer.read()))
    except JobFailed as failed:
        body = json.dumps({"failure": failed.failure.model_dump()}).encode()
    except MemoryError:
        body = b'{"failure":{"message":"This needs too much memory."}}'
    sys.stdout.buffer.write(body)


def _answered(job: Job) -> bytes:
    answer = run(job).model_dump_json().encode()
    if len(answer) > MAX_ANSWER_BYTES and job.action == "query":
        raise JobFailed("The answer is too large. Select fewer columns or rows.")
    if len(answer) > MAX_ANSWER_BYTES:
        raise JobFailed("the files have too many sheets and columns. Give fewer.")
    return answer


if __name__ == "__main__":
    main()
