"""Where requests meet the gateway, and the reference that everybody may read."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack)


def raw(org: Org, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Sends a path exactly as it is; clients tidy it up before they send it."""
    host = ("127.0.0.1", org.stack.settings.front_port)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{host[1]}\r\nConnection: close\r\nX-API-Key: {org.secret}\r\n\r\n"
    )
    with socket.create_connection(host, timeout=60) as connection:
        connection.sendall(head.encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    top, _, body = received.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers, body


@pytest.mark.parametrize(
    "path",
    [
        "/api", "/api/", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v2/verify", "/api/v1/verify/",
        "/api/v1//verify", "/api//v1/verify", "/api/v1/runs/", "/api/v1/runs//download", "/api/v1/runs/a%2Fb",
        "/api/v1/runs/a/b/c", "/api/v1/runs/..%2f..", "/api/v1/runs/../verify", "/api/v1/runs/.",
        "/api/../local/", "/other",
        "/api/v1/../../../../_ministack/health",
    ],
)  # fmt: skip
def test_an_address_of_nothing_is_404(org: Org, path: str) -> None:
    status, headers, body = raw(org, "GET", path)
    assert (status, json.loads(body)["error"]) == (404, "not_found")
    assert json.loads(body)["success"] is False
    assert headers["x-request-id"]


@pytest.mark.parametrize("method", ["OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_another_method_is_404(org: Org, method: str) -> None:
    status, headers, body = raw(org, method, "/api/v1/verify")
    assert (status, json.loads(body)["error"]) == (404, "not_found")
    assert headers["x-request-id"]


def test_a_head_request_is_404_without_a_body(org: Org) -> None:
    status, headers, body = raw(org, "HEAD", "/api/v1/verify")
    assert (status, body) == (404, b"")
    assert headers["x-request-id"]


ODD_IDS = ("%00", "%FF", "%20", "%C3%BC", "x%23y", "a%3Fb", "%ED%A0%80", "%2e%2e")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(
            (f"/api/v1/runs/{odd}", 404)
            for odd in ("%00", "%FF", "%20", "%C3%BC", "x%23y", "a%3Fb", "%ED%A0%80", "%2e%2e")
        ),
        ("/api/v1/tasks/%F0%9F%98%80", 404),
        ("/api/v1/runs/" + "x" * 65, 422),
        *((f"/api/v1/runs?cursor={odd}", 422) for odd in ("", "%00", "%ff", "cnVuXzAx%00", "null")),
        ("/api/v1/runs?limit=99999999999999999999999999", 422),
        ("/api/v1/runs?format=", 400),
        ("/api/v1/runs?%zz", 200),
    ],
)
def test_odd_ids_and_cursors_are_told_so_and_counted(org: Org, path: str, status: int) -> None:
    answered, headers, body = raw(org, "GET", path)
    assert answered == status, body
    assert headers["x-request-id"]
    assert int(headers["x-ratelimit-remaining"]) < int(headers["x-ratelimit-limit"])
    assert json.loads(body).get("success", True) is (status == 200)


def test_the_reference_is_open_small_on_the_wire_and_kept_by_who_has_it(stack: RunningStack) -> None:
    with httpx.Client(base_url=stack.base_url, timeout=60, trust_env=False) as anybody:
        document = anybody.get("/openapi.json")
        assert document.json()["openapi"].startswith("3.1")
        assert document.headers["content-encoding"] == "gzip"
        again = anybody.get("/openapi.json", headers={"If-None-Match": document.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        script = anybody.get("/docs/swagger-ui-bundle.js")
        assert int(script.headers["content-length"]) < 600_000 < len(script.content)


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium (apt-get install chromium)")
def test_the_page_draws_itself_in_a_browser_under_its_policy(stack: RunningStack, tmp_path: Path) -> None:
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--enable-logging=stderr"]
    options += ["--virtual-time-budget=20000", f"--user-data-dir={tmp_path}", "--dump-dom"]
    done = subprocess.run(
        ["chromium", *options, f"{stack.base_url}/docs"],  # noqa: S607 - the browser of this machine
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "Refused to" not in done.stderr
    assert "Content Security Policy" not in done.stderr
    for shown in ("/excel/generate", "/tasks/{task_id}", "Authorize"):
        assert shown in done.stdout
