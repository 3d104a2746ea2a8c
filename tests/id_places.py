"""Every place where a request can carry the id of something, found in the committed OpenAPI document."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.openapi_examples import example_of
from overten.api.static import OPENAPI_FILE

DOCUMENT: dict[str, Any] = json.loads(OPENAPI_FILE.read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]

# What the id in a member of this name is of. A member that looks like an id and is not here fails the tests.
KINDS = {
    "run_id": "run",
    "task_id": "task",
    "org_id": "org",
    "existing_org_id": "org",
    "key_id": "key",
    "file_id": "file",
    "init_file": "file",
    "template_file": "file",
    "context_files": "file",
    "image_id": "img",
    "logo_image_id": "img",
    "webhook_id": "whk",
    "delivery_id": "evt",
}
# A path's members that name no thing of an org's.
NO_IDS = {"version", "n", "asset"}
# A body's members that exclude each other: the first is sent without the others.
EXCLUDES = {"existing_org_id": ("org_name",), "init_file": ("run_id",)}

type Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A member of one operation's request: `steps` lead to it from the path's, query's or body's top."""

    method: str
    path: str
    where: str
    steps: Steps

    @property
    def name(self) -> str:
        return next(str(step) for step in reversed(self.steps) if isinstance(step, str))

    @property
    def kind(self) -> str:
        return KINDS[self.name]

    @property
    def operation(self) -> dict[str, Any]:
        found: dict[str, Any] = DOCUMENT["paths"][self.path][self.method]
        return found

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path} {self.where}/{'/'.join(map(str, self.steps))}"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation that asks for a credential."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if operation["security"]:
                yield method, path, operation


def places() -> list[Place]:
    """All of them. Raises AssertionError for a member that looks like an id and is of no known kind."""
    found = []
    for method, path, operation in operations():
        found += [
            Place(method, path, parameter["in"], (parameter["name"],))
            for parameter in operation.get("parameters", [])
            if _is_id(parameter["name"], in_path=parameter["in"] == "path")
        ]
        if schema := body_schema(operation):
            found += [Place(method, path, "body", steps) for steps in _within(schema, ())]
    for place in found:
        assert place.name in KINDS, f"{place}: say in tests/id_places.py what this is the id of"
    return found


def body_schema(operation: dict[str, Any]) -> dict[str, Any] | None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return content["schema"] if content else None


def _is_id(name: str, *, in_path: bool = False) -> bool:
    if in_path:
        return name not in NO_IDS
    return name in KINDS or bool(re.search(r"(^|_)ids?$", name))


def _within(schema: dict[str, Any], steps: Steps) -> Iterator[Steps]:
    """The steps to each id within a schema. An array of ids is entered at its first element."""
    schema = _resolved(schema)
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _within(option, steps)
    if schema.get("type") == "array":
        yield from _within(schema["items"], (*steps, 0))
    elif schema.get("type") == "string" and steps and _is_id(_last_name(steps)):
        yield steps
    for name, member in schema.get("properties", {}).items():
        yield from _within(member, (*steps, name))


def _last_name(steps: Steps) -> str:
    return next(str(step) for step in reversed(steps) if isinstance(step, str))


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def path_of(place: Place, value: str, own: dict[str, str]) -> dict[str, str]:
    """The path's members with `value` at the place; other ids are the caller's own, what is no id is the example."""
    names = [parameter["name"] for parameter in place.operation.get("parameters", []) if parameter["in"] == "path"]
    found = {name: own[KINDS[name]] if name in KINDS else "1" for name in names}
    return found | ({place.name: value} if place.where == "path" else {})


def body_with(place: Place, value: str, own: dict[str, str]) -> dict[str, Any] | None:
    """A body of the operation with `value` at the place; ids that it must have besides are the caller's own."""
    schema = body_schema(place.operation)
    if schema is None:
        return None
    example = copy.deepcopy(place.operation["requestBody"]["content"]["application/json"]["example"])
    required = _resolved(schema).get("required", [])
    body = {name: member for name, member in example.items() if not _is_id(name) or name in required}
    body |= {name: own[KINDS[name]] for name in body if _is_id(name)}
    if place.where == "body":
        for excluded in EXCLUDES.get(str(place.steps[0]), ()):
            body.pop(excluded, None)
        first, *rest = place.steps
        body[str(first)] = _nested(_entered(schema, first)["properties"][first], rest, value)
    return body


def _nested(schema: dict[str, Any], steps: list[str | int], value: str) -> Any:
    """What has the value at the steps, and around it only what must be there."""
    if not steps:
        return value
    step, *rest = steps
    if step == 0:
        return [_nested(_entered(schema, 0), rest, value)]
    entered = _entered(schema, step)
    must = {
        name: example_of(member, SCHEMAS, name)
        for name, member in entered["properties"].items()
        if name in entered.get("required", ())
    }
    return {**must, str(step): _nested(entered["properties"][step], rest, value)}


def _entered(schema: dict[str, Any], step: str | int) -> dict[str, Any]:
    """The branch of a schema that the step leads into: an array's items, or the object that has the member."""
    schema = _resolved(schema)
    if step == 0 and schema.get("type") == "array":
        return schema["items"]  # type: ignore[no-any-return]
    if step != 0 and step in schema.get("properties", {}):
        return schema
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        try:
            return _entered(option, step)
        except KeyError:
            continue
    raise KeyError(step)
