"""What the model can do to a document: a tool for each operation of its engine, `inspect`, `render` and `finish`.

The tools are generated from the engine's operations, so a new operation is a new tool without further code. Their
manuals are the docstrings of the operations. A turn that writes no document is offered no operation at all: it reads,
and ends with the closing tool of its purpose.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_ai.tools import ToolDefinition

from overten.agent import prompts
from overten.agent.data import feeding, told
from overten.agent.data.feeding import Query
from overten.agent.data.models import Rows
from overten.agent.data.room import QueryRefused
from overten.agent.models import Purpose
from overten.agent.outline.tool import WriteOutline
from overten.agent.render import NotDrawn
from overten.documents.engine import Engine
from overten.documents.errors import OperationError

MAX_REPORTED_PROBLEMS = 8
MAX_SHOWN_ROWS = 50
NOT_APPLIED = "Nothing of this call was applied; correct it and call again."


class Finish(BaseModel):
    """Ends the work. Call it once, alone or as the last call of a reply, when the document is complete."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["finish"] = "finish"
    title: str = Field(min_length=1, max_length=120, description="The document's title, for a file list")
    summary: str = Field(
        min_length=1,
        max_length=2000,
        description="For the user, 2 to 6 sentences: what was made, the main result, every assumption made",
    )


class Answer(BaseModel):
    """Ends the work with the answer. Call it once, alone, when all that the question needs has been read."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["answer"] = "answer"
    answer: str = Field(
        min_length=1,
        max_length=20_000,
        description="For the user, in Markdown: the answer first, then what it rests on, with cells or queries cited",
    )


type Closing = Finish | Answer | WriteOutline

CLOSINGS: dict[Purpose, type[BaseModel]] = {
    "write": Finish,
    "ask": Answer,
    "analyze": Answer,
    "outline": WriteOutline,
}
"""The tool that ends a turn, by what the turn is for."""

CLOSING_NAMES = frozenset(model.model_fields["op"].default for model in CLOSINGS.values())


def closing_name(purpose: Purpose) -> str:
    return str(CLOSINGS[purpose].model_fields["op"].default)


class QueryData(BaseModel):
    """Runs one SQL SELECT (DuckDB) over the tables of the user's files and shows at most 50 rows. State no figure of
    the files that a query has not shown. What is to stand in the document is not copied: in place of a list in the
    arguments of any tool give {"from": "SELECT …"}. For `rows` these are its rows, in the order of your columns; for
    another list, its first column. Sort by ORDER BY. The table texts (file, part, text) holds the text of documents."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["query_data"] = "query_data"
    sql: str = Field(min_length=1, max_length=8_000)


_QUERIES_OF_A_READER = """\
Runs one SQL SELECT (DuckDB) over the tables of the user's files and shows at most 50 rows. State no figure of the files
that a query has not shown. A cell that is empty, in error or marked as n/a is NULL. The table texts (file, part, text)
holds the text of documents."""


class Render(BaseModel):
    """Shows a page of the document as its readers will see it: a picture of one slide, page or visible sheet."""

    model_config = ConfigDict(extra="forbid")

    op: Literal["render"] = "render"
    page: int = Field(1, ge=1, le=1000, description="Which slide, page or visible sheet, from 1 on")


class ToolResult(NamedTuple):
    """What a call answers to the model. `finish` is set by an accepted closing call only, `picture` by `render`: a
    name."""

    text: str
    failed: bool = False
    finish: Closing | None = None
    picture: str | None = None


@functools.cache
def tools(
    engine: Engine[Any],
    *,
    sees: bool = False,
    has_data: bool = False,
    purpose: Purpose = "write",
    is_empty: bool = False,
) -> dict[str, type[BaseModel]]:
    """All tools by name, in the order in which the model is shown them; `query_data` where there is data, `render` for
    one that sees pictures. Whoever only reads is not offered to inspect or see a document that is empty."""
    data: list[type[BaseModel]] = [QueryData] if has_data else []
    pictures: list[type[BaseModel]] = [Render] if sees else []
    models: list[type[BaseModel]]
    if purpose == "write":
        models = [*engine.operations, engine.inspection, *data, *pictures]
    else:
        models = [*([] if is_empty else [engine.inspection]), *data, *([] if is_empty else pictures)]
    named = {str(model.model_fields["op"].default): model for model in models}
    if purpose == "analyze" and (inspection := named.pop("inspect", None)):
        named = {"inspect_workbook": inspection, **named}
    return {**named, closing_name(purpose): CLOSINGS[purpose]}


@functools.cache
def tool_definitions(
    engine: Engine[Any],
    *,
    sees: bool = False,
    has_data: bool = False,
    purpose: Purpose = "write",
    is_empty: bool = False,
) -> tuple[ToolDefinition, ...]:
    """The tools as providers are told of them."""
    is_fed = has_data and purpose == "write"
    known = tools(engine, sees=sees, has_data=has_data, purpose=purpose, is_empty=is_empty)
    return tuple(
        ToolDefinition(
            name=name,
            description=_manual(model, purpose),
            parameters_json_schema=feeding.fed_schema(_parameters(model)) if is_fed else _parameters(model),
        )
        for name, model in known.items()
    )


def _manual(model: type[BaseModel], purpose: Purpose) -> str:
    """Whoever writes nothing has no place for a query's rows."""
    if model is QueryData and purpose != "write":
        return _QUERIES_OF_A_READER
    return inspect.cleandoc(model.__doc__ or "")


type Draw = Callable[[int], str]
"""Draws a page of the document as it stands, and names the picture. Raises NotDrawn."""


def call_tool(
    engine: Engine[Any],
    document: Any,
    name: str,
    arguments: str | dict[str, Any] | None,
    draw: Draw | None = None,
    *,
    query: Query | None = None,
    purpose: Purpose = "write",
) -> ToolResult:
    """Runs one call of the model on `document`, which it changes in place or, if the call is refused, not at all.

    `draw` is there for a model that sees, `query` where there are files to ask.

    A call that cannot be understood or applied is no exception but an answer that says what is wrong, where, and how
    to mend it.
    """
    is_empty = purpose != "write" and not engine.has_content(document)
    known = tools(engine, sees=draw is not None, has_data=query is not None, purpose=purpose, is_empty=is_empty)
    model = known.get(name)
    if model is None:
        return ToolResult(f"There is no tool {name!r}. The tools are: {', '.join(known)}.", failed=True)
    try:
        given = _as_object(arguments)
        if query is not None and purpose == "write":
            given = feeding.fed(given, _fed_parameters(model), query, engine.noun)
        operation = model.model_validate({**given, "op": model.model_fields["op"].default})
    except QueryRefused as error:
        return ToolResult(f"{_refused(error)}\n{NOT_APPLIED}", failed=True)
    except ValueError as error:
        return ToolResult(prompts.inert(_explain(error)), failed=True)
    if isinstance(operation, QueryData):
        return _queried(operation, query)
    try:
        return _run(engine, document, operation, draw)
    except NotDrawn as error:
        return ToolResult(str(error), failed=True)
    except OperationError as error:
        return ToolResult(prompts.inert(f"{error} {NOT_APPLIED}"), failed=True)


def _queried(operation: QueryData, query: Query | None) -> ToolResult:
    try:
        found = query(operation.sql, MAX_SHOWN_ROWS) if query else Rows(columns=[], rows=[])
    except QueryRefused as error:
        return ToolResult(_refused(error), failed=True)
    return ToolResult(prompts.quoted_data(told.rows(found)))


def _refused(error: QueryRefused) -> str:
    said = f"\n{prompts.quoted_data(error.quoted)}" if error.quoted else ""
    return f"The query was refused: {error}{said}"


def _run(engine: Engine[Any], document: Any, operation: BaseModel, draw: Draw | None) -> ToolResult:
    if isinstance(operation, Render) and draw is not None:
        if not engine.has_content(document):
            return ToolResult(f"The {engine.noun} is still empty: there is nothing to see.", failed=True)
        return ToolResult(f"Picture of {operation.page}:", picture=draw(operation.page))
    if isinstance(operation, Finish):
        if not engine.has_content(document):
            return ToolResult(f"The {engine.noun} is still empty. Write it, then call finish.", failed=True)
        return ToolResult("Finished.", finish=operation)
    if isinstance(operation, Answer):
        return ToolResult("Answered.", finish=operation)
    if isinstance(operation, WriteOutline):
        return ToolResult("The outline is handed in.", finish=operation)
    if isinstance(operation, engine.inspection):
        return ToolResult(prompts.quoted_document(engine.describe(document, operation), engine.noun))
    # What is said of an operation may repeat names and texts of the document.
    return ToolResult(prompts.inert(engine.apply(document, operation)))


def description(engine: Engine[Any], document: Any) -> str | None:
    """The document in short, for a model to read; None if there is nothing in it."""
    return engine.describe(document) if engine.has_content(document) else None


def _as_object(arguments: str | dict[str, Any] | None) -> dict[str, Any]:
    value = json.loads(arguments or "{}") if isinstance(arguments, str) else (arguments or {})
    if not isinstance(value, dict):
        raise ValueError("the arguments must be one JSON object")
    return value


def _explain(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The arguments are not valid JSON: {error.msg} at character {error.pos}. {NOT_APPLIED}"
    if not isinstance(error, ValidationError):
        return f"The call is malformed: {error}. {NOT_APPLIED}"
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    # A cell that is no scalar fails each member of the union of cell values; one line for it is enough.
    lines = list(dict.fromkeys(_problem_line(problem["loc"], problem["msg"]) for problem in problems))
    shown = lines[:MAX_REPORTED_PROBLEMS]
    if len(lines) > len(shown):
        shown.append(f"- and {len(lines) - len(shown)} more")
    return "\n".join(["The arguments do not fit the tool:", *shown, NOT_APPLIED])


def _problem_line(location: tuple[str | int, ...], message: str) -> str:
    if location and location[-1] in {"str", "int", "float", "bool"}:
        location, message = location[:-1], "Input should be a text, a number, true, false or null"
    return f"- {'.'.join(map(str, location)) or 'arguments'}: {message}"


def _parameters(model: type[BaseModel]) -> dict[str, Any]:
    schema: dict[str, Any] = _plain(model.model_json_schema())
    schema["properties"].pop("op")
    schema["required"].remove("op")
    if not schema["required"]:
        del schema["required"]
    schema.pop("description", None)
    return schema


@functools.cache
def _fed_parameters(model: type[BaseModel]) -> dict[str, Any]:
    schema: dict[str, Any] = feeding.fed_schema(_parameters(model))
    return schema


_LIMITS = frozenset({"minLength", "maxLength", "minItems", "maxItems"})


def _is_dropped(key: str, value: Any) -> bool:
    if key == "title":
        return isinstance(value, str)
    return (key in _LIMITS and isinstance(value, int)) or (key == "additionalProperties" and value is False)


def _plain(schema: Any) -> Any:
    """The schema in the fewest words, since it is sent with every request and read by models and servers of all kinds.

    Dropped are generated titles, limits of length, that there are no further members, and `null` as a way to leave an
    optional member out; members whose names follow a pattern become plain additional members, as some servers know no
    `patternProperties`. A constant member tells the kinds of a union apart, so it is required. What a call holds is
    checked against the operation itself, which says what it refuses.
    """
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _plain(value) for key, value in schema.items() if not _is_dropped(key, value)}
    if (named := plain.pop("patternProperties", None)) is not None:
        plain["additionalProperties"] = next(iter(named.values()))
    if "default" in plain and plain["default"] is None and "anyOf" in plain:
        choices = [choice for choice in plain.pop("anyOf") if choice != {"type": "null"}]
        plain = (choices[0] if len(choices) == 1 else {"anyOf": choices}) | plain
        del plain["default"]
    constants = [name for name, member in plain.get("properties", {}).items() if "const" in member]
    if constants:
        plain["required"] = list(dict.fromkeys([*constants, *plain.get("required", [])]))
    return plain
