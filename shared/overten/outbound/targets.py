"""What a URL must be before a request is made to it, and the address that the request then goes to."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Literal, NoReturn
from urllib.parse import SplitResult, quote, urlsplit

from overten.outbound.addresses import IpAddress, is_loopback, is_public, parsed
from overten.outbound.errors import Reason, RequestFailed, TargetRefused

MAX_URL_CHARS = 2048
MAX_HOST_CHARS = 253
Scheme = Literal["https", "http"]
_PORTS: dict[Scheme, int] = {"https": 443, "http": 80}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# The WHATWG URL standard reads a host as IPv4 if its last label is a number; resolvers take many spellings of one.
_ENDS_IN_A_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)")
# Names that only resolve within a machine, a home or a company (RFC 6761, 6762, 8375, 9476 and common use).
_LOCAL_SUFFIXES = (
    "localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "arpa", "alt", "test", "invalid",
    "example", "onion",
)  # fmt: skip

# Host and port to the addresses that the host has, as `socket.getaddrinfo` finds them.
Resolver = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Target:
    """A URL that passed every check that needs no look-up.

    `host` is in lower case ASCII (punycode) without a trailing dot, or an IP address without brackets; `path` begins
    with `/` and includes the query; a fragment is dropped. `local` marks a loopback target of a laptop.
    """

    scheme: Scheme
    host: str
    port: int
    path: str
    local: bool = False

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def check_url(url: str, *, allow_local: bool = False) -> Target:
    """The target that a URL names. For use when a URL is given to us; nothing is looked up.

    https on port 443 only: other ports of a public host are seldom meant for the public. With `allow_local`, loopback
    hosts may also be reached by http and on any port, and nothing else changes. Raises TargetRefused.
    """
    if len(url) > MAX_URL_CHARS or any(character <= " " or character in "\\\x7f" for character in url):
        _refuse("bad_url", f"The URL has spaces, backslashes or more than {MAX_URL_CHARS} characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        _refuse("bad_url", "The URL is malformed.")
    if "@" in parts.netloc:
        _refuse("credentials_in_url", "The URL must not carry a user name or password.")
    if parts.scheme not in ("https", "http"):
        _refuse("not_https", "The URL must begin with https://.")
    scheme: Scheme = "https" if parts.scheme == "https" else "http"
    host = _host(parts)
    address = parsed(host)
    local = allow_local and (host == "localhost" or (address is not None and is_loopback(address)))
    if not local:
        _check_public(scheme, port, host, address)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
        "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else ""
    )
    return Target(scheme=scheme, host=host, port=port or _PORTS[scheme], path=path, local=local)


def _check_public(scheme: Scheme, port: int | None, host: str, address: IpAddress | None) -> None:
    if scheme != "https":
        _refuse("not_https", "The URL must begin with https://.")
    if port not in (None, 443):
        _refuse("port_not_allowed", "The URL must use port 443.")
    if address is None:
        _check_name(host)
    elif not is_public(address):
        _refuse("address_not_allowed", "The URL must not point to a private or reserved address.")


def _host(parts: SplitResult) -> str:
    host = parts.hostname
    if not host or "%" in host:
        _refuse("bad_url", "The URL has no usable host.")
    if parts.netloc.startswith("["):
        if not isinstance(parsed(host), IPv6Address):
            _refuse("bad_url", "The URL is malformed.")
        return host
    host = _in_ascii(host).removesuffix(".")
    if len(host) > MAX_HOST_CHARS or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        _refuse("bad_url", "The URL has no usable host.")
    return host


def _in_ascii(host: str) -> str:
    """The host as DNS spells it: international names as punycode, full-width letters and dots as plain ones."""
    if host.isascii():
        return host.lower()
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        _refuse("bad_url", "The URL's host is not a valid domain name.")


def _check_name(host: str) -> None:
    labels = host.split(".")
    if _ENDS_IN_A_NUMBER.fullmatch(labels[-1]):
        _refuse("host_not_allowed", "The URL's host is a number in an unusual spelling.")
    if len(labels) < 2 or labels[-1] in _LOCAL_SUFFIXES:
        _refuse("host_not_allowed", "The URL must name a public host.")


def resolve_and_check(target: Target, *, timeout_seconds: float, resolver: Resolver | None = None) -> list[IpAddress]:
    """The addresses of the target's host, every one of which may be connected to; at least one.

    One bad address among good ones refuses the target: which of them is used is not the owner's to choose. Connect to
    what this returns, never to the name, or the answer may have changed. Raises TargetRefused and RequestFailed.
    """
    literal = parsed(target.host)
    found = [str(literal)] if literal else _resolved(target, timeout_seconds, resolver or system_resolver)
    addresses = [parsed(text) for text in found]
    if not addresses or any(address is None or not _may_connect(target, address) for address in addresses):
        _refuse("address_not_allowed", "The URL's host has a private or reserved address.")
    return [address for address in addresses if address is not None]


def _may_connect(target: Target, address: IpAddress) -> bool:
    return is_loopback(address) if target.local else is_public(address)


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver finds, the preferred one first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _resolved(target: Target, timeout_seconds: float, resolver: Resolver) -> list[str]:
    """Asks the resolver in a thread, since it knows no time limit of its own."""
    answers: list[list[str]] = []

    def ask() -> None:
        try:
            answers.append(resolver(target.host, target.port))
        except (OSError, UnicodeError):
            answers.append([])

    thread = threading.Thread(target=ask, daemon=True, name="resolve")
    thread.start()
    thread.join(max(0.0, timeout_seconds))
    if not answers:
        raise RequestFailed("timed_out", "The host's address was not found in time.")
    if not answers[0]:
        raise RequestFailed("not_resolved", "The host's name has no address.")
    return answers[0]


def in_order_of_use(addresses: list[IpAddress]) -> list[IpAddress]:
    """IPv4 first: a Lambda function without a network of its own has no route for IPv6."""
    return sorted(addresses, key=lambda address: not isinstance(address, IPv4Address))


def _refuse(reason: Reason, message: str) -> NoReturn:
    raise TargetRefused(reason, message)
