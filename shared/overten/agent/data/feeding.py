"""Tables by reference: what a query gives goes into an operation without passing through the model."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from overten.agent.data.models import Rows
from overten.agent.data.room import MAX_ROWS, QueryRefused


class Query(Protocol):
    def __call__(self, sql: str, max_rows: int, seconds: float = ..., /) -> Rows:
        """The result of one SELECT, of at most so many rows and in at most so many seconds. Raises QueryRefused."""


MAX_QUERIES = 20
# A call is one step of a slice, which is looked at by the clock between steps only.
CALL_SECONDS = 60.0
# The members of operations that may be fed, as the model's tools show them.
_FED = frozenset({"rows", "categories", "values"})
_REFERENCE = {
    "type": "object",
    "properties": {"from": {"type": "string", "description": "SELECT …"}},
    "required": ["from"],
}


def fed(
    arguments: dict[str, Any],
    schema: dict[str, Any],
    query: Query,
    noun: str,
    now: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """The arguments with the rows of its query in the place of each `{"from": query}`.

    This is done where `schema`, the tool's as `fed_schema` makes it, has a reference, and nowhere else. A member `rows`
    gets whole rows, any other the first column. Raises QueryRefused.
    """
    feeding = _Feeding(query, noun, schema.get("$defs", {}), now, until=now() + CALL_SECONDS)
    given: dict[str, Any] = feeding.replaced(arguments, "", [schema])
    return given


@dataclass
class _Feeding:
    """One call: whom it asks, and how many queries and seconds are left to it."""

    query: Query
    noun: str
    definitions: dict[str, Any]
    now: Callable[[], float]
    until: float
    left: int = MAX_QUERIES

    def replaced(self, value: Any, member: str, schemas: list[Any]) -> Any:
        """A value that may be any of these schemas, of the member so named."""
        if not isinstance(value, list | dict):
            return value
        known = [one for schema in schemas for one in self._choices(schema)]
        if isinstance(value, list):
            items = [one["items"] for one in known if "items" in one]
            return [self.replaced(item, member, items) for item in value]
        if _REFERENCE in known and set(value) == {"from"} and isinstance(value["from"], str):
            return _cells(self._asked(value["from"]), member, self.noun)
        return {
            name: self.replaced(item, name, [one["properties"][name] for one in known if name in _members(one)])
            for name, item in value.items()
        }

    def _choices(self, schema: Any) -> Iterator[dict[str, Any]]:
        """The schema, or those of which it is one."""
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            yield from self._choices(self.definitions.get(schema["$ref"].removeprefix("#/$defs/")))
        yield schema
        for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            yield from self._choices(choice)

    def _asked(self, sql: str) -> Rows:
        self.left -= 1
        if self.left < 0:
            raise QueryRefused(f"A call may have {MAX_QUERIES} queries in it.")
        seconds = self.until - self.now()
        if seconds < 1:
            raise QueryRefused(f"The queries of a call may take {CALL_SECONDS:.0f} seconds. Make several calls.")
        return self.query(sql, MAX_ROWS, seconds)


def _members(schema: dict[str, Any]) -> dict[str, Any]:
    members = schema.get("properties")
    return members if isinstance(members, dict) else {}


def _cells(found: Rows, member: str, noun: str) -> list[Any]:
    if found.more:
        raise QueryRefused(f"It gives more than {MAX_ROWS} rows. Aggregate or filter more.")
    if not found.rows:
        raise QueryRefused("It gives no rows.")
    if member == "rows":
        return [[_cell(value, noun) for value in row] for row in found.rows]
    first = [row[0] for row in found.rows]
    if noun == "workbook":
        return [_cell(value, noun) for value in first]
    # Of charts: numbers, and labels in which nothing is a mark.
    return first if member == "values" else [_as_text(value) for value in first]


def _cell(value: Any, noun: str) -> Any:
    """A value for a cell, where all of it is shown and none of it is a formula or a mark: nobody's data is to compute
    anything, or to lead anywhere."""
    if noun == "presentation":
        from overten.documents.slides.drawing import escaped

        return escaped(_as_text(value))
    if not isinstance(value, str):
        return value
    if noun == "workbook":
        return f"'{value}" if value.startswith(("=", "'")) else value
    from overten.documents.word import inline

    return inline.escaped(value)


def _as_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    return "" if value is None else str(value)


def fed_schema(schema: Any) -> Any:
    """A tool's schema in which such members may also be a reference to a query."""
    if isinstance(schema, list):
        return [fed_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: fed_schema(value) for name, value in schema.items()}
    members = found.get("properties")
    if isinstance(members, dict):
        found["properties"] = {name: _or_reference(name, member) for name, member in members.items()}
    return found


def _or_reference(name: str, member: Any) -> Any:
    is_list = name in _FED and isinstance(member, dict) and member.get("type") == "array"
    # What is a list of objects takes no cells.
    return {"anyOf": [member, _REFERENCE]} if is_list and "$ref" not in member.get("items", {}) else member
