"""Tables by reference: what a query gives goes into an operation without passing through the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.agent.data.models import Rows
from overten.agent.data.room import MAX_ROWS, QueryRefused

type Query = Callable[[str, int], Rows]
"""One SELECT and how many rows it may give, to these. Raises QueryRefused."""

MAX_QUERIES = 20
# The members of operations that may be fed, as the model's tools show them.
_FED = frozenset({"rows", "categories", "values"})
_REFERENCE = {
    "type": "object",
    "properties": {"from": {"type": "string", "description": "SELECT …"}},
    "required": ["from"],
}


def fed(arguments: dict[str, Any], query: Query, noun: str) -> dict[str, Any]:
    """The arguments with the rows of its query in the place of each `{"from": query}`.

    A member `rows` gets whole rows, any other the first column. Raises QueryRefused.
    """
    left = [MAX_QUERIES]

    def replaced(value: Any, member: str) -> Any:
        if isinstance(value, list):
            return [replaced(item, member) for item in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"from"} and isinstance(value["from"], str):
            left[0] -= 1
            if left[0] < 0:
                raise QueryRefused(f"A call may have {MAX_QUERIES} queries in it.")
            return _cells(query(value["from"], MAX_ROWS), member, noun)
        return {name: replaced(item, name) for name, item in value.items()}

    return {name: replaced(value, name) for name, value in arguments.items()}


def _cells(found: Rows, member: str, noun: str) -> list[Any]:
    if found.more:
        raise QueryRefused(f"It gives more than {MAX_ROWS} rows. Aggregate or filter more.")
    if not found.rows:
        raise QueryRefused("It gives no rows.")
    if member == "rows":
        return [[_cell(value, noun) for value in row] for row in found.rows]
    return [row[0] if member == "values" else _as_text(row[0]) for row in found.rows]


def _cell(value: Any, noun: str) -> Any:
    if noun == "presentation":
        return _as_text(value)
    # In a workbook a text that begins with "=" would be a formula: nobody's data is to compute anything.
    if noun == "workbook" and isinstance(value, str) and value.startswith(("=", "'")):
        return f"'{value}"
    return value


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
    return {"anyOf": [member, _REFERENCE]} if is_list else member
