"""A receiver of webhooks on loopback, which answers well or badly by the path it is asked for."""

from __future__ import annotations

import http.server
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Received:
    """One request, and when it came (Unix seconds)."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event_id(self) -> str:
        return self.headers["webhook-id"]


class Receiver(http.server.ThreadingHTTPServer):
    """`/ok…` answers 204, `/status/<n>…` that status, and the rest as their names say."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[Received] = []
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def of(self, path: str) -> list[Received]:
        with self.lock:
            return [one for one in self.received if one.path == path]

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up on a misbehaving receiver is right."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        got = Received(time.time(), self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        with self.server.lock:
            self.server.received.append(got)
        kind = self.path.split("/")[1]
        getattr(self, f"_{kind}")()

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _ok(self) -> None:
        self._answer(204)

    def _status(self) -> None:
        self._answer(int(self.path.split("/")[2]), b"no")

    def _busy(self) -> None:
        self._answer(429, b"later", Retry_After="20")

    def _moved(self) -> None:
        self._answer(307, Location=self.server.url("/ok/followed"))

    def _huge(self) -> None:
        self._answer(200, b"x" * 5_000_000)

    def _slow(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(600):
            self.wfile.write(b"x")
            time.sleep(0.1)

    def _silent(self) -> None:
        time.sleep(30)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


@contextmanager
def receiving() -> Iterator[Receiver]:
    with Receiver() as running:
        try:
            yield running
        finally:
            running.shutdown()
