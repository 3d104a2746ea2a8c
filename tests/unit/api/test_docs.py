"""The OpenAPI document and its page, served to everybody, with nothing from elsewhere."""

from __future__ import annotations

import json
import re

import pytest

from overten.api.static import OPENAPI_FILE
from tests.unit.api.gateway import Answer, call

LAMBDA_ANSWER_BYTES = 6 * 1024 * 1024
pytestmark = pytest.mark.usefixtures("environment")


def asset(name: str) -> Answer:
    return call("docs_get", path={"asset": name}, resource="/v1/docs/{asset}")


def test_the_document_is_served_to_anybody() -> None:
    answer = call("openapi_get")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == json.loads(OPENAPI_FILE.read_text())
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "x-ratelimit-limit" not in answer.headers


@pytest.mark.parametrize("function", ["openapi_get", "docs_get"])
def test_who_has_it_already_is_told_so(function: str) -> None:
    tag = call(function).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = call(function, headers={"If-None-Match": known})
        assert (answer.status, answer.text) == (304, "")
        assert answer.headers["etag"] == tag
        assert answer.headers["x-request-id"]
    assert call(function, headers={"If-None-Match": '"other"'}).status == 200


def test_the_page_loads_its_own_files_only() -> None:
    page = call("docs_get")
    assert page.headers["content-type"].startswith("text/html")
    loaded = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page.text)
    assert set(loaded) == {"data:,", "docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"}
    assert not re.search(r"<script>|<style|\son\w+=", page.text), "something inline, which its policy forbids"
    for name in loaded[1:]:
        answer = asset(name.removeprefix("docs/"))
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/css" if name.endswith(".css") else "text/javascript")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.text.encode()) < LAMBDA_ANSWER_BYTES / 2


def test_the_style_asks_for_nothing_else() -> None:
    style = asset("swagger-ui.css").text
    assert "@import" not in style
    assert all(address.startswith("data:") for address in re.findall(r"url\(['\"]?([^)'\"]+)", style))


def test_the_pages_policy_names_no_other_origin() -> None:
    policy = dict(part.split(" ", 1) for part in call("docs_get").headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert not re.search(r"https?:|\*", " ".join(policy.values()))


@pytest.mark.parametrize("name", ["other.js", "swagger-ui-bundle.min.js", "..", "html.py", "x" * 64])
def test_nothing_else_is_served(name: str) -> None:
    answer = asset(name)
    assert (answer.status, answer.json["error"]) == (404, "not_found")
