"""An endpoint that stands between one function and the emulator and sees every AWS call the function makes.

Measurements count with it, tests disturb with it: `with tapped(settings, deployment, "VerifyFunction", Tap(settings))`.
"""

from __future__ import annotations

import http.client
import http.server
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from local.deploy import client
from local.settings import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.deploy import Deployment
    from local.settings import Settings

# Service by service: the emulator sets AWS_ENDPOINT_URL itself, whatever a function's own variables say.
_ENDPOINTS = [f"AWS_ENDPOINT_URL_{name}" for name in ("DYNAMODB", "S3", "SFN", "SQS", "EVENTBRIDGE", "SCHEDULER")]
_HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding"}
_TIMEOUT_SECONDS = 60.0


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Tap(http.server.ThreadingHTTPServer):
    """Forwards each call as it came, so that its signature holds, and remembers the operations in order."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, settings: Settings) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.emulator_port = settings.emulator_port
        self.operations: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that dies breaks its connection; that is no news here."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def relay(self, operation: str, _caller_port: int, forward: Callable[[], Answer]) -> Answer | None:
        """What to answer to a call that came from that port; None hangs up. Override it to disturb."""
        self.operations.append(operation)
        return forward()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Tap
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _relay(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target")
        operation = target.rpartition(".")[2] if target else f"S3 {self.command}"
        answer = self.server.relay(operation, self.client_address[1], lambda: self._forward(body))
        if answer is None:
            self.close_connection = True
            return
        try:
            self.send_response_only(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)
        except OSError:
            self.close_connection = True  # whoever asked has died

    do_GET = do_PUT = do_POST = do_DELETE = _relay  # noqa: N815 - the names that http.server looks for

    def _forward(self, body: bytes) -> Answer:
        upstream = http.client.HTTPConnection(LOOPBACK, self.server.emulator_port, timeout=_TIMEOUT_SECONDS)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP]
            return Answer(answer.status, headers, answer.read())
        finally:
            upstream.close()


@contextmanager
def reconfigured(settings: Settings, deployment: Deployment, function: str, **variables: str) -> Iterator[None]:
    """Runs a function with other environment variables for a while."""
    functions, name = client(settings, "lambda"), deployment.functions[function]
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})


@contextmanager
def tapped[T: Tap](settings: Settings, deployment: Deployment, function: str, tap: T) -> Iterator[T]:
    """Sends a function's AWS calls through a tap for a while."""
    try:
        with reconfigured(settings, deployment, function, **dict.fromkeys(_ENDPOINTS, tap.url)):
            yield tap
    finally:
        tap.shutdown()
        tap.server_close()
