"""Which URLs requests are made to, and at which address."""

from __future__ import annotations

import time

import pytest

from overten.outbound.addresses import parsed
from overten.outbound.errors import OutboundError, RequestFailed, TargetRefused
from overten.outbound.targets import MAX_URL_CHARS, check_url, resolve_and_check

PUBLIC = "93.184.215.14"

REFUSED: list[tuple[str, str]] = [
    # schemes
    ("http://example.com/logo.png", "not_https"),
    ("ftp://example.com/logo.png", "not_https"),
    ("file:///etc/passwd", "not_https"),
    ("gopher://example.com/", "not_https"),
    ("javascript:alert(1)", "not_https"),
    ("data:image/png;base64,AAAA", "not_https"),
    ("//example.com/logo.png", "not_https"),
    ("example.com/logo.png", "not_https"),
    ("", "not_https"),
    # malformed
    ("https://", "bad_url"),
    ("https:///logo.png", "bad_url"),
    ("https://.example.com/", "bad_url"),
    ("https://example..com/", "bad_url"),
    ("https://example.com../", "bad_url"),
    ("https://-example.com/", "bad_url"),
    ("https://exam ple.com/", "bad_url"),
    ("https://example.com/\r\nHost: evil", "bad_url"),
    ("https://example.com\t.evil.example/", "bad_url"),
    ("https://example.com\\@127.0.0.1/", "bad_url"),
    ("https://exa%6dple.com/", "bad_url"),
    ("https://[::1/", "bad_url"),
    ("https://[v1.abc]/", "bad_url"),
    ("https://[fe80::1%25eth0]/", "bad_url"),
    ("https://example.com:99999/", "bad_url"),
    ("https://example.com:port/", "bad_url"),
    ("https://example.com/" + "x" * MAX_URL_CHARS, "bad_url"),
    ("https://" + "a" * 64 + ".com/", "bad_url"),
    ("https://" + "a." * 130 + "com/", "bad_url"),
    ("https://xn--a.com\u2100/", "bad_url"),
    # who is asked for
    ("https://user@example.com/", "credentials_in_url"),
    ("https://user:pass@example.com/", "credentials_in_url"),
    ("https://example.com@127.0.0.1/", "credentials_in_url"),
    ("https://example.com%2f@127.0.0.1/", "credentials_in_url"),
    ("https://@example.com/", "credentials_in_url"),
    # ports
    ("https://example.com:8443/", "port_not_allowed"),
    ("https://example.com:80/", "port_not_allowed"),
    ("https://example.com:22/", "port_not_allowed"),
    ("https://example.com:0/", "port_not_allowed"),
    # names within a machine, a home, a company or a cloud
    ("https://localhost/", "host_not_allowed"),
    ("https://LOCALHOST./", "host_not_allowed"),
    ("https://api.localhost/", "host_not_allowed"),
    ("https://printer.local/", "host_not_allowed"),
    ("https://intranet/", "host_not_allowed"),
    ("https://metadata.google.internal/", "host_not_allowed"),
    ("https://nas.home.arpa/", "host_not_allowed"),
    ("https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/", "host_not_allowed"),
    # spellings of 127.0.0.1 that resolvers understand
    ("https://2130706433/", "host_not_allowed"),
    ("https://0x7f000001/", "host_not_allowed"),
    ("https://017700000001/", "host_not_allowed"),
    ("https://0177.0.0.1/", "host_not_allowed"),
    ("https://0x7f.0.0.1/", "host_not_allowed"),
    ("https://0x7f.1/", "host_not_allowed"),
    ("https://127.1/", "host_not_allowed"),
    ("https://127.0.1/", "host_not_allowed"),
    ("https://0/", "host_not_allowed"),
    ("https://127.0.0.1.0x1/", "host_not_allowed"),
    ("https://256.256.256.256/", "host_not_allowed"),
    # addresses
    ("https://127.0.0.1/", "address_not_allowed"),
    ("https://127.0.0.1./", "address_not_allowed"),
    ("https://127.255.255.254/", "address_not_allowed"),
    ("https://0.0.0.0/", "address_not_allowed"),
    ("https://10.0.0.1/", "address_not_allowed"),
    ("https://172.16.0.1/", "address_not_allowed"),
    ("https://172.31.255.255/", "address_not_allowed"),
    ("https://192.168.1.1/", "address_not_allowed"),
    ("https://169.254.169.254/latest/meta-data/", "address_not_allowed"),
    ("https://100.64.0.1/", "address_not_allowed"),
    ("https://100.100.100.200/", "address_not_allowed"),
    ("https://168.63.129.16/", "address_not_allowed"),
    ("https://192.0.0.192/", "address_not_allowed"),
    ("https://192.0.2.1/", "address_not_allowed"),
    ("https://192.88.99.1/", "address_not_allowed"),
    ("https://198.18.0.1/", "address_not_allowed"),
    ("https://198.51.100.1/", "address_not_allowed"),
    ("https://203.0.113.1/", "address_not_allowed"),
    ("https://224.0.0.1/", "address_not_allowed"),
    ("https://240.0.0.1/", "address_not_allowed"),
    ("https://255.255.255.255/", "address_not_allowed"),
    ("https://\uff11\uff12\uff17.0.0.1/", "address_not_allowed"),
    ("https://127\u30020\u30020\u30021/", "address_not_allowed"),
    ("https://169\uff0e254\uff0e169\uff0e254/", "address_not_allowed"),
    ("https://[::1]/", "address_not_allowed"),
    ("https://[::]/", "address_not_allowed"),
    ("https://[0:0:0:0:0:0:0:1]/", "address_not_allowed"),
    ("https://[::ffff:127.0.0.1]/", "address_not_allowed"),
    ("https://[::ffff:7f00:1]/", "address_not_allowed"),
    ("https://[::ffff:93.184.215.14]/", "address_not_allowed"),
    ("https://[::127.0.0.1]/", "address_not_allowed"),
    ("https://[fd00:ec2::254]/", "address_not_allowed"),
    ("https://[fc00::1]/", "address_not_allowed"),
    ("https://[fe80::1]/", "address_not_allowed"),
    ("https://[fec0::1]/", "address_not_allowed"),
    ("https://[ff02::1]/", "address_not_allowed"),
    ("https://[64:ff9b::7f00:1]/", "address_not_allowed"),
    ("https://[64:ff9b::8.8.8.8]/", "address_not_allowed"),
    ("https://[64:ff9b:1::1]/", "address_not_allowed"),
    ("https://[2002:7f00:1::]/", "address_not_allowed"),
    ("https://[2001:0:7f00:1::]/", "address_not_allowed"),
    ("https://[2001:db8::1]/", "address_not_allowed"),
    ("https://[2001:10::1]/", "address_not_allowed"),
    ("https://[3fff::1]/", "address_not_allowed"),
    ("https://[5f00::1]/", "address_not_allowed"),
    ("https://[100::1]/", "address_not_allowed"),
]

ACCEPTED = [
    ("https://example.com", "https://example.com/", "example.com"),
    ("HTTPS://EXAMPLE.COM/Logo.PNG", "https://example.com/Logo.PNG", "example.com"),
    ("https://example.com:443/a?b=c&d=%20#fragment", "https://example.com/a?b=c&d=%20", "example.com"),
    ("https://example.com./logo.png", "https://example.com/logo.png", "example.com"),
    ("https://b\u00fccher.example.com/\u00fc.png", "https://xn--bcher-kva.example.com/%C3%BC.png", None),
    ("https://xn--bcher-kva.example.com/", "https://xn--bcher-kva.example.com/", None),
    ("https://stra\u00dfe.de/", "https://xn--strae-oqa.de/", None),
    ("https://example\u3002com/", "https://example.com/", "example.com"),
    ("https://my_bucket.s3.amazonaws.com/x", "https://my_bucket.s3.amazonaws.com/x", None),
    ("https://1.example.com/", "https://1.example.com/", None),
    ("https://3com.com/", "https://3com.com/", None),
    ("https://93.184.215.14/", "https://93.184.215.14/", PUBLIC),
    ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", None, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"),
    ("https://example.com//double//", "https://example.com//double//", None),
    ("https://example.com/?u=https://127.0.0.1/", "https://example.com/?u=https://127.0.0.1/", "example.com"),
    ("https://example.com/@127.0.0.1", "https://example.com/@127.0.0.1", "example.com"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_urls_that_no_request_is_made_to(url: str, reason: str) -> None:
    with pytest.raises(TargetRefused) as refused:
        check_url(url)
    assert refused.value.reason == reason
    assert refused.value.message.startswith("The URL")


@pytest.mark.parametrize(("url", "seen", "host"), ACCEPTED)
def test_urls_that_requests_are_made_to(url: str, seen: str | None, host: str | None) -> None:
    target = check_url(url)
    assert (target.scheme, target.port, target.local) == ("https", 443, False)
    assert host is None or target.host == host
    assert target.url == (seen or url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/a", "http://localhost/a", "https://[::1]:9/a"])
def test_a_laptop_may_allow_loopback_on_any_port(url: str) -> None:
    assert check_url(url, allow_local=True).local
    with pytest.raises(TargetRefused):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "https://example.com:8443/", "https://192.168.1.1/", "https://169.254.169.254/",
        "https://127.1/", "https://printer.local/", "https://0.0.0.0/", "https://user@localhost/",
        "ftp://localhost/", "https://[::ffff:127.0.0.1]/",
    ],
)  # fmt: skip
def test_allowing_loopback_allows_nothing_else(url: str) -> None:
    with pytest.raises(TargetRefused):
        check_url(url, allow_local=True)


def resolving(*addresses: str) -> list[str]:
    target = check_url("https://example.com/")
    return [str(a) for a in resolve_and_check(target, timeout_seconds=1, resolver=lambda *_: list(addresses))]


def test_every_address_of_a_host_is_checked() -> None:
    assert resolving(PUBLIC, "2606:2800:21f:cb07::1") == [PUBLIC, "2606:2800:21f:cb07::1"]
    for bad in ("10.0.0.1", "127.0.0.1", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "169.254.169.254", "not one"):
        for answer in ((bad,), (PUBLIC, bad), (bad, PUBLIC)):
            with pytest.raises(TargetRefused) as refused:
                resolving(*answer)
            assert refused.value.reason == "address_not_allowed"
            assert bad not in refused.value.message


def test_an_address_is_not_looked_up() -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError

    target = check_url(f"https://{PUBLIC}/")
    assert resolve_and_check(target, timeout_seconds=1, resolver=never) == [parsed(PUBLIC)]


def test_localhost_that_resolves_elsewhere_is_refused() -> None:
    target = check_url("http://localhost:8000/", allow_local=True)
    with pytest.raises(TargetRefused):
        resolve_and_check(target, timeout_seconds=1, resolver=lambda *_: ["192.168.1.5"])


def test_names_without_an_address_and_slow_resolvers() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    def slow(host: str, port: int) -> list[str]:
        time.sleep(30)
        return [PUBLIC]

    target = check_url("https://example.com/")
    for resolver, reason in ((unknown, "not_resolved"), (lambda *_: [], "not_resolved"), (slow, "timed_out")):
        began = time.monotonic()
        with pytest.raises(RequestFailed) as failed:
            resolve_and_check(target, timeout_seconds=0.1, resolver=resolver)
        assert failed.value.reason == reason
        assert isinstance(failed.value, OutboundError)
        assert time.monotonic() - began < 10
