"""The committed OpenAPI document: what the routers say, whole enough to build a client from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis

from local import openapi
from overten.api.static import OPENAPI_FILE
from overten.errors import ApiError

DOCUMENT: dict[str, Any] = json.loads(OPENAPI_FILE.read_text())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)
KEYED = [{"ApiKeyBearer": []}, {"ApiKeyHeader": []}]


def assert_valid(value: object, schema: dict[str, Any], told: str) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    problems = [
        f"{error.instance_path}: {error.message}"
        for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(value)
    ]
    assert not problems, f"{told}: {problems}"


def contents(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[Any]]]:
    """Media type, schema and examples of each content of a body."""
    for media_type, content in described.get("content", {}).items():
        examples = [named["value"] for named in content.get("examples", {}).values()]
        yield media_type, content["schema"], [*examples, *([content["example"]] if "example" in content else [])]


def test_it_is_what_the_routers_say() -> None:
    assert openapi.document() == DOCUMENT, "run `make openapi` and commit what it writes"


def test_it_is_valid_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(DOCUMENT).validate()
    assert {"contact", "license", "version", "description"} <= set(DOCUMENT["info"])
    assert DOCUMENT["servers"]


def test_operation_ids_are_unique_and_every_tag_is_described() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))
    described = {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == described, "describe the tag in local/openapi.py"


@each_operation
def test_an_operation_says_what_it_is(name: str) -> None:
    operation = OPERATIONS[name]
    assert all(operation.get(member) for member in ("summary", "description", "tags", "operationId"))
    assert "security" in operation
    for parameter in operation.get("parameters", []):
        assert parameter["in"] != "path" or parameter["example"], f"{parameter['name']} has no example"


@each_operation
def test_every_body_has_examples_that_its_schema_allows(name: str) -> None:
    operation = OPERATIONS[name]
    bodies = {"the request": operation.get("requestBody", {}), **operation["responses"]}
    for told, described in bodies.items():
        for media_type, schema, examples in contents(described):
            assert examples, f"{told} as {media_type} has no example"
            for example in examples:
                assert_valid(example, schema, told)


@each_operation
def test_every_success_but_an_empty_one_shows_its_body(name: str) -> None:
    successes = {status: found for status, found in OPERATIONS[name]["responses"].items() if status < "400"}
    assert successes
    for status, response in successes.items():
        assert ("content" in response) == (status not in ("204", "302", "304")), status


@each_operation
def test_every_error_has_its_code_and_its_headers(name: str) -> None:
    operation = OPERATIONS[name]
    responses = operation["responses"]
    assert {"400", "413", "429", "500", "503"} <= set(responses)
    assert ("401" in responses) == bool(operation["security"])
    for status, response in responses.items():
        assert "X-Request-Id" in response["headers"]
        assert ("Retry-After" in response["headers"]) == (status in ("429", "503"))
        if operation["security"] == KEYED and status != "401":
            assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(response["headers"])
        for header in response["headers"].values():
            described = DOCUMENT["components"]["headers"][header["$ref"].rpartition("/")[2]]
            assert_valid(described["example"], described["schema"], "the header's example")
        if status >= "400":
            assert response["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/Error{status}"}


def test_the_codes_of_errors_are_those_of_their_classes() -> None:
    coded: dict[int, set[str]] = {}
    for kind in (ApiError, *ApiError.__subclasses__()):
        coded.setdefault(kind.status, set()).add(kind.code)
    for status, codes in coded.items():
        enum = DOCUMENT["components"]["schemas"][f"Error{status}"]["properties"]["error"]["enum"]
        assert set(enum) == codes, f"the codes of {status} in local/openapi.py"


def test_public_operations_ask_for_no_credential() -> None:
    open_to_all = {name for name, operation in OPERATIONS.items() if operation["security"] == []}
    assert open_to_all == {"GET /v1/openapi.json", "GET /v1/docs"}


def test_an_example_of_an_error_is_what_the_contract_shows() -> None:
    assert openapi.error_example(402) == {
        "success": False,
        "error": "insufficient_credits",
        "message": "Insufficient credits. Required: 5, balance: 3.",
    }
    assert {"run_id", "task_id"} <= set(openapi.error_example(408))
