"""What is known of a user's files once they are read."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class InputFile(BaseModel):
    """A file of the user: under which name the run keeps it, and what it is called, is and holds.

    `field` is the JSON pointer of the request's field that names it.
    """

    name: str
    label: str
    kind: str
    field: str
    holds: str = ""


class Column(BaseModel):
    name: str
    type: str


class Table(BaseModel):
    """A table that can be queried, with its first rows. `where` is the sheet it stands on, if it is on one."""

    name: str
    file: str
    where: str = ""
    columns: list[Column]
    row_count: int
    sample: list[list[Any]]


class Text(BaseModel):
    """The text of a file: how its beginning reads, and in how many parts the table `texts` has it all."""

    file: str
    beginning: str
    characters: int
    parts: int


class Contents(BaseModel):
    """All that the files hold, in the order in which they were given."""

    tables: list[Table] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class Rows(BaseModel):
    """What a query gave. `more` means that it had further rows, which were left out."""

    model_config = ConfigDict(hide_input_in_errors=True)

    columns: list[Column]
    rows: list[list[Any]]
    more: bool = False


class Job(BaseModel):
    """What the reading process is to do. `paths` are where the files lie, in their order."""

    action: Literal["describe", "query"]
    folder: str
    files: list[InputFile]
    paths: list[str]
    sql: str = ""
    max_rows: int = 0


class Failure(BaseModel):
    """Why a job could not be done, in words for a model or a user; `file` is the number of the file at fault.

    `quoted` is what a library said of it, which may have words of the files in it.
    """

    message: str
    quoted: str = ""
    file: int | None = None


def together(earlier: list[InputFile], later: list[InputFile]) -> list[InputFile]:
    """The files of all turns, each once: a file that is given again is what it was given as last."""
    named = {file.name: file for file in (*earlier, *later)}
    return list(named.values())
