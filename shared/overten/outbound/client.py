"""One request to a checked address, over before a deadline whatever the other side does.

The HTTP library is given a network backend of ours: it connects to the address that was checked, and every wait for the
network ends at the deadline of the whole request. TLS still names and verifies the URL's host. There are no redirects,
no proxies, no cookies, no retries and nothing of the environment but the system's certificates.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore2
from httpcore2 import NetworkBackend, NetworkStream, SyncBackend

from overten.outbound.errors import RequestFailed
from overten.outbound.targets import Resolver, Target, in_order_of_use, resolve_and_check

if TYPE_CHECKING:
    from overten.outbound.addresses import IpAddress

# A host with many addresses gets this many tries, within the one deadline.
_MOST_ADDRESSES = 3


@dataclass(frozen=True)
class Response:
    """What came back: names of headers in lower case. `truncated` tells that `body` is not the whole of it.

    It went on beyond its limit, or `cut_short` says what it broke off for: the status had been received by then.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    truncated: bool
    duration_seconds: float
    cut_short: RequestFailed | None = None


def fetch(
    target: Target,
    *,
    deadline_seconds: float,
    max_body_bytes: int,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    resolver: Resolver | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> Response:
    """Makes one request. Look-up, connection, request and body together take at most `deadline_seconds`.

    Of the body at most `max_body_bytes` are read and kept, as they were sent (no content coding is undone). Any status
    is a response, however its body ends. Raises TargetRefused if the host has an address that is not allowed,
    RequestFailed otherwise.
    """
    began = time.monotonic()
    deadline = began + deadline_seconds
    addresses = resolve_and_check(target, timeout_seconds=deadline_seconds, resolver=resolver)
    network = _Pinned(in_order_of_use(addresses)[:_MOST_ADDRESSES], deadline)
    context = ssl_context or ssl.create_default_context()
    own = {"Host": target.authority, "Accept-Encoding": "identity", "Connection": "close"}
    sent = list({**own, **(headers or {})}.items())
    # In parts: from a text the library would drop the last path segment's `;parameters`.
    url = httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
    with (
        _failures_told(),
        httpcore2.ConnectionPool(network_backend=network, ssl_context=context, retries=0) as pool,
        pool.stream(method, url, headers=sent, content=body) as answer,
    ):
        received, truncated, cut_short = _read(answer.iter_stream(), max_body_bytes)
        return Response(
            status=answer.status,
            headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers},
            body=received,
            truncated=truncated,
            duration_seconds=time.monotonic() - began,
            cut_short=cut_short,
        )


def _read(pieces: Iterator[bytes], at_most: int) -> tuple[bytes, bool, RequestFailed | None]:
    received = bytearray()
    try:
        with _failures_told():
            for piece in pieces:
                received += piece
                if len(received) > at_most:
                    return bytes(received[:at_most]), True, None
    except RequestFailed as failed:
        return bytes(received), True, failed
    return bytes(received), False, None


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise RequestFailed("timed_out", "The host did not answer in time.") from error
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise RequestFailed("bad_response", "The host did not answer in HTTP.") from error
    except httpcore2.NetworkError as error:
        # The library puts the error it met into its own, and drops the chain between them.
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args):
            raise RequestFailed("certificate_not_valid", "The host's certificate is not valid.") from error
        raise RequestFailed("not_reached", "The host could not be reached.") from error


class _Pinned(NetworkBackend):
    """Connects to given addresses instead of a name, and to nothing else."""

    def __init__(self, addresses: list[IpAddress], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the name is for TLS and the Host header only
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Any = None,
    ) -> NetworkStream:
        failure: Exception | None = None
        for tried, address in enumerate(self._addresses):
            # What is left is shared by the addresses still to be tried.
            share = _left(self._deadline) / (len(self._addresses) - tried)
            try:
                stream = SyncBackend().connect_tcp(str(address), port, share, socket_options=socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
                continue
            return _Punctual(stream, self._deadline)
        raise failure or httpcore2.ConnectError("no address")


class _Punctual(NetworkStream):
    """A connection on which every wait ends at the deadline, however slowly bytes trickle in."""

    def __init__(self, stream: NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        return self._stream.read(max_bytes, timeout=_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, timeout=_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._deadline))
        return _Punctual(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises the library's own timeout when it has passed."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline has passed")
    return left
