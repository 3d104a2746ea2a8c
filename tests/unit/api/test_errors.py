"""What is wrong with a request, and how it is told: 400 for what is absent, unreadable or outside an enum, else 422."""

from __future__ import annotations

import io
import json
from typing import Annotated, Any, Literal

import pytest
from fastapi import APIRouter, Header, Path, Query
from pydantic import BaseModel, Field
from starlette.testclient import TestClient

from overten.api.app import PublicRoute, create_app
from overten.errors import ApiError, NotFound
from overten.logs import logger
from tests.unit.api.conftest import log

__all__ = ["log"]


class Circle(BaseModel):
    kind: Literal["circle"]
    radius: int


class Square(BaseModel):
    kind: Literal["square"]
    side: int


class Body(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=5, pattern="^[a-z]+$")]
    mode: Literal["fast", "slow"] = "fast"
    count: Annotated[int, Field(strict=True, ge=1, le=9)] = 1
    either: int | list[int] = 1
    shape: Annotated[Circle | Square, Field(discriminator="kind")] | None = None
    parts: list[Circle] = []
    labels: dict[str, int] = {}


ROUTER = APIRouter(route_class=PublicRoute)


@ROUTER.post("/bodies")
def take_body(body: Body) -> str:
    return body.name


@ROUTER.get("/places/{place_id}")
def take_place(
    place_id: Annotated[str, Path(max_length=3)],
    limit: Annotated[int, Query(le=5)] = 1,
    kind: Literal["a", "b"] = "a",
    if_fresh: Annotated[int | None, Header()] = None,
) -> str:
    if place_id == "raw":
        raise NotFound("half of a pair: \ud800")
    if place_id == "log":
        logger().info("from within")
    if place_id == "bug":
        raise ZeroDivisionError
    return place_id


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(ROUTER), base_url="https://api.example.com", raise_server_exceptions=False)


def assert_told(answer: Any, status: int, told: str) -> None:
    code = {400: "invalid_request", 422: "validation_error"}[status]
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.text
    assert answer.json()["success"] is False
    assert answer.json()["message"].startswith(told), answer.text
    assert answer.headers["x-request-id"]


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 400, "/name: this field is required."),
        ({"name": None}, 422, "/name: should be a valid string."),
        ({"name": 5}, 422, "/name: should be a valid string."),
        ({"name": ""}, 422, "/name: should have at least 1 character."),
        ({"name": "toolong"}, 422, "/name: should have at most 5 characters."),
        ({"name": "A"}, 422, "/name: should match pattern"),
        ({"name": "a", "mode": "warp"}, 400, "/mode: should be 'fast' or 'slow'."),
        ({"name": "a", "mode": None}, 400, "/mode: should be 'fast' or 'slow'."),
        ({"name": "a", "count": "2"}, 422, "/count: should be a valid integer."),
        ({"name": "a", "count": 2.5}, 422, "/count: should be a valid integer."),
        ({"name": "a", "count": True}, 422, "/count: should be a valid integer."),
        ({"name": "a", "count": 10**40}, 422, "/count: should be less than or equal to 9."),
        ({"name": "a", "either": "x"}, 422, "/either: "),
        ({"name": "a", "either": [1, "x"]}, 422, "/either"),
        ({"name": "a", "shape": {"kind": "line"}}, 400, "/shape: "),
        ({"name": "a", "shape": {}}, 400, "/shape: "),
        ({"name": "a", "shape": {"kind": "circle"}}, 400, "/shape/radius: this field is required."),
        ({"name": "a", "shape": {"kind": "circle", "radius": "r"}}, 422, "/shape/radius: "),
        ({"name": "a", "parts": {}}, 422, "/parts: should be a valid list."),
        ({"name": "a", "parts": [5]}, 422, "/parts/0: should be an object."),
        ({"name": "a", "parts": [{"kind": "circle"}]}, 400, "/parts/0/radius: this field is required."),
        ({"name": "a", "labels": []}, 422, "/labels: should be an object."),
        ({"name": "a", "labels": {"x/y~z": "no"}}, 422, "/labels/x~1y~0z: should be a valid integer"),
        ({"name": 5, "mode": "warp"}, 400, "/mode: "),
        ([], 400, "The body must be a JSON object."),
        ("text", 400, "The body must be a JSON object."),
        (None, 400, "The body must be a JSON object."),
    ],
)
def test_what_is_wrong_with_a_body(client: TestClient, body: Any, status: int, told: str) -> None:
    assert_told(client.post("/v1/bodies", content=json.dumps(body), headers=JSON), status, told)


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        (b"", 400, "The body must be a JSON object."),
        (b"{", 400, "The body is not valid JSON: Expecting property name"),
        (b'{"name": "a"} x', 400, "The body is not valid JSON: Extra data, at character 14."),
        (b'{"name": "a", "count": NaN}', 400, "The body is not valid JSON: NaN is not a JSON value."),
        (b'{"name": "a", "count": -Infinity}', 400, "The body is not valid JSON: -Infinity is not a JSON value."),
        (b'{"name": "a", "name": "b"}', 400, "The body is not valid JSON: an object in it has the same member twice."),
        (b'{"name": "a", "x": ' + b"9" * 5_000 + b"}", 400, "The body is not valid JSON: a number in it has too many"),
        (b"[" * 200_000, 400, "The body is not valid JSON: it is nested too deeply."),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "The body is not valid JSON: it is nested too deeply."),
        (b'{"name": "\xff"}', 400, "The body is not valid JSON: it is not UTF-8."),
        ('{"name": "a"}'.encode("utf-16"), 400, "The body is not valid JSON: it is not UTF-8."),
        (b'{"name": "\\ud800"}', 422, "/name: should be text; half of a surrogate pair is none."),
        (b'{"name": "a", "count": 1e999}', 422, "/count: "),
    ],
)
def test_what_is_wrong_with_a_text(client: TestClient, text: bytes, status: int, told: str) -> None:
    assert_told(client.post("/v1/bodies", content=text, headers=JSON), status, told)


@pytest.mark.parametrize("text", [b'\xef\xbb\xbf{"name": "a"}', b'{"name": "a", "unknown": "\\ud800", "deep": [[[]]]}'])
def test_what_is_odd_but_right(client: TestClient, text: bytes) -> None:
    assert client.post("/v1/bodies", content=text, headers=JSON).status_code == 200


@pytest.mark.parametrize("kind", [None, "text/plain", "application/xml", ";;;="])
def test_a_body_of_another_kind_is_told_which_header_it_needs(client: TestClient, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = client.post("/v1/bodies", content=b'{"name": "a"}', headers=headers)
    assert_told(answer, 400, "Send the body as JSON, with the header 'Content-Type: application/json'.")


@pytest.mark.parametrize(
    ("address", "headers", "status", "told"),
    [
        ("/v1/places/four", {}, 422, "/path/place_id: should have at most 3 characters."),
        ("/v1/places/a?limit=6", {}, 422, "/query/limit: should be less than or equal to 5."),
        ("/v1/places/a?limit=many", {}, 422, "/query/limit: should be a valid integer"),
        ("/v1/places/a?kind=c", {}, 400, "/query/kind: should be 'a' or 'b'."),
        ("/v1/places/a?kind=", {}, 400, "/query/kind: should be 'a' or 'b'."),
        ("/v1/places/a", {"If-Fresh": "maybe"}, 422, "/headers/If-Fresh: should be a valid integer"),
    ],
)
def test_what_is_wrong_elsewhere(
    client: TestClient, address: str, headers: dict[str, str], status: int, told: str
) -> None:
    assert_told(client.get(address, headers=headers), status, told)


def test_unknown_routes_and_methods_are_404(client: TestClient) -> None:
    for answer in (client.get("/v1/nothing"), client.get("/v1/bodies"), client.post("/v1/bodies/", json={})):
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
        assert answer.headers["x-request-id"]


def test_a_message_that_no_encoding_can_hold_is_sent_all_the_same(client: TestClient) -> None:
    answer = client.get("/v1/places/raw")
    assert (answer.status_code, answer.json()["message"]) == (404, "half of a pair: ?")


@pytest.mark.parametrize("place", ["log", "bug", "raw", "four"])
def test_every_line_of_a_request_carries_its_id(client: TestClient, log: io.StringIO, place: str) -> None:
    answer = client.get(f"/v1/places/{place}")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {line["request_id"] for line in lines} == {answer.headers["x-request-id"]}
    assert any(line["level"] == "ERROR" and "exception" in line for line in lines) == (place == "bug")


@pytest.mark.parametrize("path", ["/v1/places/abc", "/v1/places/raw", "/v1/nothing", "/v1/places/bug"])
def test_no_answer_is_guessed_at_kept_or_told_of(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    assert headers["referrer-policy"] == "no-referrer"


def test_every_error_is_one_of_the_contracts() -> None:
    contract = {
        ("invalid_request", 400), ("preflight_failed", 400), ("invalid_api_key", 401), ("insufficient_credits", 402),
        ("forbidden", 403), ("not_found", 404), ("sync_timeout_upgrade_async", 408), ("conflict", 409), ("gone", 410),
        ("payload_too_large", 413), ("validation_error", 422), ("rate_limit_exceeded", 429), ("internal_error", 500),
        ("not_implemented", 501), ("upstream_error", 502), ("service_unavailable", 503),
    }  # fmt: skip
    assert {(kind.code, kind.status) for kind in (ApiError, *ApiError.__subclasses__())} <= contract
