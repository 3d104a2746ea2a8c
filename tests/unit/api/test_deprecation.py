"""A route marked as deprecated says so on everything it answers, and in the OpenAPI document."""

from __future__ import annotations

from datetime import date

import pytest
from fastapi import APIRouter
from pydantic import BaseModel
from starlette.testclient import TestClient

from local import openapi
from overten.api.app import KeyRoute, PublicRoute, create_app
from overten.api.deprecation import deprecated
from overten.errors import Conflict

SUNSET = "Wed, 01 Dec 2027 00:00:00 GMT"


class Body(BaseModel):
    count: int


def router() -> APIRouter:
    made = APIRouter(tags=["Reference"])
    mark = deprecated(sunset=date(2027, 12, 1))

    def old(body: Body) -> dict[str, int]:
        """An old route."""
        if body.count == 1:
            raise Conflict
        return {"count": 1 // body.count}

    def keyed() -> None:
        """An old route for keys."""

    def current() -> dict[str, bool]:
        """A route that stays."""
        return {"current": True}

    made.add_api_route("/old", old, methods=["POST"], route_class_override=PublicRoute, **mark)
    made.add_api_route("/keyed", keyed, methods=["GET"], route_class_override=KeyRoute, **mark)
    made.add_api_route("/current", current, methods=["GET"], route_class_override=PublicRoute)
    return made


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(router()), base_url="https://api.example.com", raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("body", "status"),
    [({"count": 2}, 200), ({}, 400), ({"count": "x"}, 422), ({"count": 1}, 409), ({"count": 0}, 500)],
)
def test_every_answer_of_a_deprecated_route_says_so(client: TestClient, body: dict[str, object], status: int) -> None:
    answer = client.post("/v1/old", json=body)
    assert answer.status_code == status
    assert (answer.headers["x-deprecated"], answer.headers["sunset"]) == ("true", SUNSET)


def test_a_refused_credential_is_told_too(client: TestClient) -> None:
    answer = client.get("/v1/keyed")
    assert answer.status_code == 401
    assert (answer.headers["x-deprecated"], answer.headers["sunset"]) == ("true", SUNSET)


def test_other_routes_say_nothing(client: TestClient) -> None:
    for path in ("/v1/current", "/v1/unknown"):
        assert not {"x-deprecated", "sunset"} & set(client.get(path).headers)


def test_the_document_says_so() -> None:
    paths = openapi.document([router()])["paths"]
    old, current = paths["/v1/old"]["post"], paths["/v1/current"]["get"]
    assert old["deprecated"] is True
    assert old["x-sunset"] == "2027-12-01"
    assert all({"X-Deprecated", "Sunset"} <= set(response["headers"]) for response in old["responses"].values())
    assert "deprecated" not in current
    assert not any("Sunset" in response["headers"] for response in current["responses"].values())


def test_a_route_cannot_be_deprecated_without_a_day() -> None:
    made = APIRouter()
    made.add_api_route("/old", lambda: None, deprecated=True)
    with pytest.raises(ValueError, match="without a day"):
        create_app(made)
