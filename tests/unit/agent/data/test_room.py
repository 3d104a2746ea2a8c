"""Files as they are read, and queries as they are bounded: through the process that does it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from overten.agent.data import child
from overten.agent.data import room as rooms
from overten.agent.data.models import Contents
from overten.agent.data.room import DataRoom, QueryRefused
from overten.agent.errors import InputRefused
from tests.unit.agent.data.files import PRICES, SALES, file, pdf

RECORDS = b'{"items": [{"x": 1, "y": {"z": 2}}, {"x": 2.5}], "more": "no list"}'
FILES = [
    file("sales.xlsx", "xlsx"),
    file("Preise 2025.csv", "csv", "/data_sources/1"),
    file("records.json", "txt", "/data_sources/2"),
    file("report.pdf", "pdf", "/context_files/0"),
    file("notes.md", "txt", "/context_files/1"),
]
DATA = dict(
    zip(
        (one.name for one in FILES),
        (SALES, PRICES, RECORDS, pdf("Warranty is 24 months."), b"# Notes\n\nOne\n\nTwo"),
        strict=True,
    )
)


@pytest.fixture(scope="module")
def room() -> Iterator[DataRoom]:
    with DataRoom(DATA.get, FILES) as opened:
        yield opened


@pytest.fixture(scope="module")
def contents(room: DataRoom) -> Contents:
    return room.contents()


def test_tables_have_their_headers_types_and_counts(contents: Contents) -> None:
    tables = {table.name: table for table in contents.tables}
    assert list(tables) == ["sales_sales_2025", "sales_staff", "preise_2025", "records"]
    sales = tables["sales_sales_2025"]
    assert [(column.name, column.type) for column in sales.columns] == [
        ("Region", "VARCHAR"), ("Day", "DATE"), ("Amount", "DOUBLE"), ("Note", "VARCHAR"),
    ]  # fmt: skip
    assert (sales.row_count, sales.where, sales.file) == (60, "Sales 2025", "file_sales")
    assert sales.sample[1] == ["South", "2025-01-02", 1.5, None]
    assert [column.type for column in tables["sales_staff"].columns] == ["VARCHAR", "BIGINT", "BOOLEAN"]
    assert tables["preise_2025"].sample == [["Brot", 1.5, "2025-02-01"], ["Käse", 12.0, "2025-02-03"]]
    assert [column.type for column in tables["records"].columns] == ["DOUBLE", "VARCHAR"]


def test_texts_have_their_beginning_and_all_of_it_in_parts(contents: Contents, room: DataRoom) -> None:
    assert [(text.file, text.parts) for text in contents.texts] == [("file_report", 1), ("file_notes", 1)]
    assert "Warranty is 24 months." in contents.texts[0].beginning
    found = room.query("SELECT file, part FROM texts WHERE text ILIKE '%warranty%'", max_rows=5)
    assert found.rows == [["report.pdf", 1]]


def test_a_query_gives_rows_and_says_if_there_are_more(room: DataRoom) -> None:
    total = room.query("SELECT region, sum(amount) FROM sales_sales_2025 GROUP BY 1 ORDER BY 1", max_rows=5)
    assert (total.rows, total.more) == ([["North", 1305.0], ["South", 1350.0]], False)
    assert room.query("FROM sales_sales_2025", max_rows=10).more
    assert room.query("SELECT 1.5::DECIMAL(4,2), 'inf'::DOUBLE, [1,2], DATE '2025-01-01'", max_rows=1).rows == [
        [1.5, None, "[1, 2]", "2025-01-01"]
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_text('/proc/self/environ')",
        "ATTACH '/tmp/other.db'",
        "COPY preise_2025 TO '/tmp/x.csv'",
        "DROP TABLE preise_2025",
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO texts VALUES ('x', 1, 'y')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '9GB'",
        "PRAGMA database_list",
        "CALL pragma_version()",
        "CHECKPOINT",
        "nonsense",
        "",
        "SELECT * FROM 'https://example.com/x.csv'",
        "SELECT getenv('HOME')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT repeat('x', 2000000000)",
    ],
)
def test_a_query_reads_the_tables_and_nothing_else(room: DataRoom, sql: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        room.query(sql, max_rows=5)
    assert "root:" not in str(refused.value)


def test_a_query_that_takes_long_is_ended(room: DataRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "QUERY_SECONDS", 3.0)
    endless = "WITH RECURSIVE t AS (SELECT 1 x UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t"
    with pytest.raises(QueryRefused, match="longer than 3 seconds"):
        room.query(endless, max_rows=5)


def test_a_query_may_be_given_less_time(room: DataRoom) -> None:
    endless = "WITH RECURSIVE t AS (SELECT 1 x UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t"
    with pytest.raises(QueryRefused, match="longer than 2 seconds"):
        room.query(endless, 5, 2.0)


def test_an_answer_is_bounded(room: DataRoom) -> None:
    with pytest.raises(QueryRefused, match="too large"):
        room.query("SELECT repeat('x', 30000) FROM range(400)", max_rows=rooms.MAX_ROWS)
    assert len(room.query("SELECT repeat('x', 30000) FROM range(300)", max_rows=rooms.MAX_ROWS).rows) == 300


def test_the_process_leaves_the_worker_half_of_its_memory() -> None:
    template = (Path(__file__).parents[4] / "template.yaml").read_text()
    worker = re.search(r"^  StepWorkFunction:\n(?:    .*\n|\n)*?      MemorySize: (\d+)$", template, re.MULTILINE)
    assert worker is not None
    assert int(worker[1]) * 2**20 >= 2 * child.MEMORY_BYTES


def test_what_the_database_says_of_an_error_is_kept_apart(room: DataRoom) -> None:
    with pytest.raises(QueryRefused) as refused:
        room.query("SELECT region::INTEGER FROM sales_sales_2025", max_rows=5)
    assert "North" in refused.value.quoted
    assert "North" not in str(refused.value)


def test_the_process_knows_nothing_of_our_environment(room: DataRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}
    really = rooms.subprocess.run

    def seen(*arguments: object, env: dict[str, str], **more: object) -> object:
        given.update(env)
        return really(*arguments, env=env, **more)  # type: ignore[call-overload]

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(rooms.subprocess, "run", seen)
    room.query("SELECT 1", max_rows=1)
    assert set(given) == {"PYTHONPATH", "HOME", "TZ", "LC_ALL", "MALLOC_ARENA_MAX"}


@pytest.mark.parametrize(
    ("label", "kind", "data"),
    [
        ("broken.xlsx", "xlsx", b"PK\x03\x04 broken"),
        ("broken.pdf", "pdf", b"%PDF-1.4 broken"),
        ("a.docx", "docx", b"no"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_by_its_field(label: str, kind: str, data: bytes) -> None:
    good = file("notes.txt", "txt", "/context_files/0")
    bad = file(label, kind, "/context_files/1")
    opened = DataRoom({good.name: b"good", bad.name: data}.get, [good, bad])
    with opened, pytest.raises(InputRefused, match=r"^/context_files/1: "):
        opened.contents()


def test_a_file_that_is_gone_is_named_by_its_field() -> None:
    opened = DataRoom(lambda _: None, [file("a.csv", "csv")])
    with opened, pytest.raises(InputRefused, match=r"^/data_sources/0: .*no longer there"):
        opened.contents()


def test_nothing_stays_on_the_disk() -> None:
    with DataRoom(DATA.get, FILES[:2]) as opened:
        opened.contents()
        assert opened._folder is not None
        folder = opened._folder.name
        assert os.listdir(folder)  # noqa: PTH208 - only whether there is anything
    assert not os.path.exists(folder)  # noqa: PTH110


def test_the_first_query_after_a_resume_does_not_pay_for_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, float]] = []
    run = DataRoom._run

    def noted(self: DataRoom, action: str, seconds: float, **more: object) -> object:
        asked.append((action, seconds))
        return run(self, action, seconds, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(DataRoom, "_run", noted)
    with DataRoom(DATA.get, FILES[1:2]) as opened:
        opened.query("SELECT 1", 1, 5.0)
        opened.query("SELECT 1", 1, 5.0)
    assert asked == [("describe", rooms.READ_SECONDS), ("query", 5.0), ("query", 5.0)]
