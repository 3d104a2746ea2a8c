"""One request: to the address that was checked, under the URL's own name, within its time and size."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpcore2
import pytest

from overten.outbound import client
from overten.outbound.errors import OutboundError, RequestFailed, TargetRefused
from overten.outbound.targets import check_url
from tests.unit.outbound.servers import Server, Talk, certificate_of, saying, trickling

PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"
HOST = "brand.example.com"
OK = "HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 5"
Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers that end with the test."""
    started: list[Server] = []

    def start(talk: Talk, certificate: Path | None = None) -> Server:
        started.append(Server(talk, certificate))
        return started[-1]

    yield start
    for server in started:
        server.close()


def local(server: Server, path: str = "/logo.png", **options: Any) -> client.Response:
    target = check_url(f"http://127.0.0.1:{server.port}{path}", allow_local=True)
    return client.fetch(target, **{"deadline_seconds": 5, "max_body_bytes": 1000, **options})


def failure(call: Callable[[], object]) -> OutboundError:
    with pytest.raises(OutboundError) as failed:
        call()
    return failed.value


class Wires:
    """Leads every connection to a server on loopback and remembers which address was meant."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, server: Server, *, dead: tuple[str, ...] = ()) -> None:
        self.meant: list[tuple[str, int]] = []
        real = httpcore2.SyncBackend.connect_tcp

        def connect(backend: Any, host: str, port: int, *args: Any, **options: Any) -> Any:
            self.meant.append((host, port))
            if host in dead:
                raise httpcore2.ConnectError("refused")
            return real(backend, "127.0.0.1", server.port, *args, **options)

        monkeypatch.setattr(httpcore2.SyncBackend, "connect_tcp", connect)


def test_a_request_and_its_answer(serve: Serve) -> None:
    server = serve(saying(OK, b"hello"))
    answer = local(server, "/a%20b?c=d", headers={"User-Agent": "Overten"})
    assert (answer.status, answer.body, answer.truncated) == (200, b"hello", False)
    assert answer.headers["content-type"] == "image/png"
    lines = server.requests[0].decode().split("\r\n")
    assert lines[0] == "GET /a%20b?c=d HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in lines
    assert "User-Agent: Overten" in lines
    assert "Accept-Encoding: identity" in lines


def test_a_body_is_posted(serve: Serve) -> None:
    server = serve(saying("HTTP/1.1 204 No Content\nContent-Length: 0"))
    answer = local(server, method="POST", body=b"{}", headers={"Content-Type": "application/json"})
    assert answer.status == 204
    assert server.requests[0].startswith(b"POST /logo.png HTTP/1.1\r\n")
    assert b"content-length: 2" in server.requests[0].lower()


def test_the_checked_address_is_the_one_connected_to(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The name server changes its mind after the first answer; it is not asked again."""
    certificate, trusting = certificate_of(HOST, tmp_path)
    server = serve(saying(OK, b"hello"), certificate)
    wires = Wires(monkeypatch, server)
    answers = [[PUBLIC], ["127.0.0.1"], ["169.254.169.254"]]
    target = check_url(f"https://{HOST}/logo.png")
    answer = client.fetch(
        target,
        deadline_seconds=5,
        max_body_bytes=100,
        resolver=lambda *_: answers.pop(0),
        ssl_context=trusting,
    )
    assert answer.body == b"hello"
    assert wires.meant == [(PUBLIC, 443)]
    assert len(answers) == 2
    assert server.names == [HOST]
    assert f"Host: {HOST}\r\n".encode() in server.requests[0]


def test_a_rebound_name_is_refused_on_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    target = check_url(f"https://{HOST}/")
    refused = failure(
        lambda: client.fetch(target, deadline_seconds=1, max_body_bytes=1, resolver=lambda *_: ["10.0.0.1"])
    )
    assert isinstance(refused, TargetRefused)


def test_further_addresses_are_tried_and_ipv4_comes_first(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate, trusting = certificate_of(HOST, tmp_path)
    wires = Wires(monkeypatch, serve(saying(OK, b"hello"), certificate), dead=(PUBLIC,))
    found = ["2606:2800:21f:cb07::1", PUBLIC, OTHER]
    target = check_url(f"https://{HOST}/")
    client.fetch(target, deadline_seconds=5, max_body_bytes=9, resolver=lambda *_: found, ssl_context=trusting)
    assert wires.meant == [(PUBLIC, 443), (OTHER, 443)]


@pytest.mark.parametrize("presented", ["other.example.com", HOST])
def test_certificates_are_verified(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, presented: str
) -> None:
    """For another name, and of an issuer nobody knows."""
    certificate, trusting = certificate_of(presented, tmp_path)
    server = serve(saying(OK, b"hello"), certificate)
    Wires(monkeypatch, server)
    context = trusting if presented != HOST else None
    failed = failure(
        lambda: client.fetch(
            check_url(f"https://{HOST}/"),
            deadline_seconds=5,
            max_body_bytes=9,
            resolver=lambda *_: [PUBLIC],
            ssl_context=context,
        )
    )
    assert failed.reason == "certificate_not_valid"
    assert server.requests == []


def test_redirects_are_answers_and_not_followed(serve: Serve) -> None:
    server = serve(saying("HTTP/1.1 302 Found\nLocation: http://127.0.0.1:1/\nContent-Length: 0"))
    assert local(server).status == 302
    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert local(serve(saying(OK, b"hello"))).body == b"hello"


@pytest.mark.parametrize("head", [OK.replace("5", "5000"), "HTTP/1.1 200 OK\nTransfer-Encoding: chunked"])
def test_a_large_body_is_read_no_further_than_its_limit(serve: Serve, head: str) -> None:
    body = b"x" * 5000 if "chunked" not in head else b"1388\r\n" + b"x" * 5000 + b"\r\n0\r\n\r\n"
    answer = local(serve(saying(head, body)), max_body_bytes=100)
    assert (answer.body, answer.truncated) == (b"x" * 100, True)


def test_an_endless_body_ends_at_its_limit(serve: Serve) -> None:
    server = serve(trickling(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000))
    assert local(server, max_body_bytes=50_000).truncated


def test_a_compressed_body_stays_as_it_is(serve: Serve) -> None:
    """What is small on the wire must not grow here."""
    import gzip

    packed = gzip.compress(bytes(10_000_000))
    head = f"HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: {len(packed)}"
    assert local(serve(saying(head, packed)), max_body_bytes=20_000).body == packed


@pytest.mark.parametrize(
    "talk",
    [
        lambda _: time.sleep(30),
        trickling(b"", b"H"),
        trickling(b"HTTP/1.1 200 OK\r\n", b"X-Header: y\r\n"),
        trickling(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["silent", "status", "headers", "interim answers"],
)
def test_slow_answers_end_at_the_deadline(serve: Serve, talk: Talk) -> None:
    server = serve(talk)
    began = time.monotonic()
    failed = failure(lambda: local(server, deadline_seconds=0.4, max_body_bytes=10**9))
    assert failed.reason in ("timed_out", "bad_response")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("talk", "begins"),
    [
        (trickling(b"HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n", b"x"), b"x"),
        (trickling(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"), b"x"),
        (saying("HTTP/1.1 201 Created\nContent-Length: 50", b"short"), b"short"),
        (saying("HTTP/1.1 201 Created\nTransfer-Encoding: chunked", b"2\r\nxy\r\nno chunk\r\n"), b""),
    ],
    ids=["slow", "slow chunks", "cut off", "malformed"],
)
def test_a_status_counts_though_its_body_never_ends_well(serve: Serve, talk: Talk, begins: bytes) -> None:
    began = time.monotonic()
    answer = local(serve(talk), deadline_seconds=0.4, max_body_bytes=10**9)
    assert (answer.status, answer.truncated) == (201, True)
    assert answer.body.startswith(begins)
    assert answer.cut_short is not None
    assert answer.cut_short.reason in ("timed_out", "bad_response")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("path", ["/a;b=c", "/a;v=1/b;w=2?c=d;e", "//a", "/a;", "/?x=a/b:c", "/a:b@c"])
def test_the_path_arrives_as_it_was_given(serve: Serve, path: str) -> None:
    server = serve(saying(OK, b"hello"))
    local(server, path)
    assert server.requests[0].decode().split("\r\n")[0] == f"GET {path} HTTP/1.1"


def test_a_host_that_never_finishes_its_handshake(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    Wires(monkeypatch, serve(lambda _: time.sleep(30)))
    began = time.monotonic()
    failed = failure(
        lambda: client.fetch(
            check_url(f"https://{HOST}/"), deadline_seconds=0.4, max_body_bytes=9, resolver=lambda *_: [PUBLIC]
        )
    )
    assert failed.reason == "timed_out"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "talk",
    [
        lambda _: None,
        saying("SSH-2.0-OpenSSH_9.2"),
        saying("HTTP/1.1 200 OK\nContent-Length: 5\nContent-Length: 6", b"hello"),
        saying("HTTP/1.1 200 OK\nX: " + "y" * 200_000),
    ],
    ids=["nothing", "another protocol", "two lengths", "endless header"],
)
def test_answers_that_are_none(serve: Serve, talk: Talk) -> None:
    server = serve(talk)
    failed = failure(lambda: local(server))
    assert isinstance(failed, RequestFailed)
    assert failed.reason in ("bad_response", "not_reached")


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    target = check_url(f"http://127.0.0.1:{port}/", allow_local=True)
    assert failure(lambda: client.fetch(target, deadline_seconds=1, max_body_bytes=1)).reason == "not_reached"
