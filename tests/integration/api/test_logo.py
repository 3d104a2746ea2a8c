"""A brand's logo, from a server on this machine through the running stack: kept, or told why not."""

from __future__ import annotations

import http.server
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.api.client import Org
from tests.integration.conftest import RunningStack
from tests.unit.assets.examine import files

PICTURE = files.image("PNG", (120, 60))


class LogoServer(http.server.ThreadingHTTPServer):
    """Serves a picture well and in bad ways, by path, and counts how often each was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: LogoServer

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        try:
            if self.path == "/slow":
                self._drip()
            else:
                self._answer()
        except OSError:
            return  # the client has hung up

    def _answer(self) -> None:
        bodies = {
            "/good": PICTURE,
            "/svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "/page": b"<html>Sign in</html>",
            "/large": PICTURE.ljust(2 * 2**20 + 1, b"\0"),
        }
        self.send_response({"/moved": 302, "/missing": 404}.get(self.path, 200))
        self.send_header("Location", self.server.url("/good"))
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(bodies.get(self.path, b""))))
        self.end_headers()
        self.wfile.write(bodies.get(self.path, b""))

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b"x")
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[LogoServer]:
    with LogoServer() as running:
        yield running
        running.shutdown()


@pytest.fixture(scope="module")
def org(stack: RunningStack) -> Org:
    return Org(stack)


def finished(org: Org, url: str) -> dict[str, Any]:
    """A finished task whose brand has this logo; its run succeeds whatever the logo is."""
    done = org.wait(org.accept(brand={"logo_url": url})["task_id"])
    assert done["status"] == "completed", done
    return done


def warnings_of(done: dict[str, Any]) -> list[dict[str, Any]]:
    return [warning for warning in done["result"]["warnings"] if warning.get("location") == "/brand/logo_url"]


def test_a_good_logo_is_fetched_once_and_placed(stack: RunningStack, org: Org, server: LogoServer) -> None:
    done = finished(org, server.url("/good"))
    assert warnings_of(done) == []
    assert server.asked.count("/good") == 1
    key = f"org/{org.org_id}/runs/{done['run_id']}/inputs/brand-{done['task_id']}"
    kept = stack.client("s3").get_object(Bucket=stack.deployment.resources["Bucket"], Key=key)
    assert kept["ContentType"] == "image/png"
    logo = kept["Body"].read()
    assert logo.startswith(b"\x89PNG")
    document = org.http.get(done["result"]["download_url"], follow_redirects=True).content
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        assert logo in [package.read(name) for name in package.namelist() if name.startswith("xl/media/")]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/moved", "redirects"),
        ("/missing", "404"),
        ("/large", "2 MB"),
        ("/svg", "SVG"),
        ("/page", "PNG, JPEG or WebP"),
        ("/slow", "in time"),
    ],
)
def test_a_logo_that_cannot_be_used_is_a_warning(org: Org, server: LogoServer, path: str, told: str) -> None:
    followed = server.asked.count("/good")
    done = finished(org, server.url(path))
    [warning] = warnings_of(done)
    assert warning["code"] == "logo_unreachable"
    assert told in warning["message"]
    assert server.asked.count(path) == 1
    assert server.asked.count("/good") == followed, "a redirect was followed"


@pytest.mark.parametrize(
    "url", ["http://192.168.1.1/logo.png", "https://169.254.169.254/latest/meta-data/", "https://user@example.com/"]
)
def test_addresses_that_are_refused_are_warnings_too(org: Org, url: str) -> None:
    [warning] = warnings_of(finished(org, url))
    assert (warning["code"], "could not be fetched" in warning["message"]) == ("logo_unreachable", True)
