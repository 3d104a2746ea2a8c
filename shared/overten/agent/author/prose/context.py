"""What stands in a turn's opening message beside the request: files, images, the brand's logo, a template."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

_FILES = re.compile(r"<files>\n(.*?)\n</files>", re.DOTALL)
_FILE = re.compile(
    r"^File (?P<label>.+) \((?P<kind>[\w-]+), (?:data source|reference|what the question is about)(?:, holds: .*)?\)$"
)
_TABLE = re.compile(r"^Table (?P<name>\w+)(?: \(sheet (?P<where>.*?)\))?: (?P<rows>\d+) rows of (?P<columns>.+)$")
_COLUMN = re.compile(r'"((?:[^"]|"(?! [A-Z]))*)" ([A-Z]+(?:\([^)]*\))?)')
_TEXT = re.compile(r"^Text \(\d+ parts in the table texts; .*\):$")
_IMAGE = re.compile(r"^- (?P<name>img_\w+): [^,\n]*(?:, (?P<shows>\".*\"))?$", re.MULTILINE)

type ColumnKind = Literal["number", "date", "text"]
_NUMBERS = ("INT", "DECIMAL", "DOUBLE", "FLOAT", "REAL", "HUGEINT", "NUMERIC", "UBIGINT")


@dataclass(frozen=True)
class KnownColumn:
    name: str
    kind: ColumnKind
    is_whole: bool = False


@dataclass(frozen=True)
class KnownTable:
    """A table that may be queried, as the opening message tells of it."""

    name: str
    file: str
    row_count: int
    columns: tuple[KnownColumn, ...]
    where: str = ""


@dataclass(frozen=True)
class KnownText:
    """The text of a file, or its beginning."""

    file: str
    text: str


@dataclass(frozen=True)
class Context:
    """All that a turn may use besides the request. `images` are names with what they show."""

    tables: tuple[KnownTable, ...] = ()
    texts: tuple[KnownText, ...] = ()
    images: tuple[tuple[str, str], ...] = ()
    has_logo: bool = False
    has_template: bool = False


def context_of(opening: str) -> Context:
    """What the opening message tells behind the request, which itself cannot pass for any of it."""
    behind = opening.partition("</user_request>")[2]
    files = _FILES.search(behind)
    outside = _FILES.sub("", behind)
    tables, texts = _contents(files[1]) if files else ((), ())
    return Context(
        tables=tables,
        texts=texts,
        images=tuple((match["name"], _shows(match["shows"])) for match in _IMAGE.finditer(outside)),
        has_logo="The brand's logo is the image 'brand'." in outside,
        has_template="is in the user's template" in outside,
    )


def _shows(quoted: str | None) -> str:
    try:
        return str(json.loads(quoted)) if quoted else ""
    except ValueError:
        return ""


def _contents(told: str) -> tuple[tuple[KnownTable, ...], tuple[KnownText, ...]]:
    """Tables and texts by their lines. A file's own text may hold lines like these: such a table is not there, and a
    query on it is refused."""
    tables: list[KnownTable] = []
    texts: list[KnownText] = []
    file = ""
    text: list[str] | None = None
    for line in told.split("\n"):
        if found := _FILE.match(line):
            file, text = found["label"], None
        elif text is not None:
            text.append(line)
            texts[-1] = KnownText(texts[-1].file, "\n".join(text))
        elif found := _TABLE.match(line):
            columns = tuple(
                KnownColumn(name, _kind(kind), "INT" in kind) for name, kind in _COLUMN.findall(found["columns"])
            )
            if columns:
                tables.append(KnownTable(found["name"], file, int(found["rows"]), columns, found["where"] or ""))
        elif _TEXT.match(line):
            text = []
            texts.append(KnownText(file, ""))
    return tuple(tables), tuple(texts)


def _kind(kind: str) -> ColumnKind:
    if kind.startswith(_NUMBERS) or "INT" in kind:
        return "number"
    return "date" if kind.startswith(("DATE", "TIMESTAMP")) else "text"
