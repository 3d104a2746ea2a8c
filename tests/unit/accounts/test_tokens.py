from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from overten.accounts import tokens
from overten.errors import InvalidApiKey, ServiceUnavailable

NOW = 1_800_000_000.0
PROJECT = "overten-test"
PRIVATE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwks(*key_ids: str) -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE_KEY.public_key()))
    return {"keys": [{**public, "kid": key_id, "alg": "RS256", "use": "sig"} for key_id in key_ids]}


class Issuer:
    """Stands for Google's key endpoint: counts fetches and can be down."""

    def __init__(self) -> None:
        self.fetches = 0
        self.down = False
        self.document = jwks("one")
        self.lifetime_seconds = 3600.0

    def fetch(self, _url: str) -> tuple[dict[str, Any], float]:
        self.fetches += 1
        if self.down:
            raise OSError("unreachable")
        return self.document, self.lifetime_seconds


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Issuer:
    issuer = Issuer()
    monkeypatch.setattr(tokens, "fetch_jwks", issuer.fetch)
    return issuer


@pytest.fixture
def key_set(issuer: Issuer) -> tokens.KeySet:
    return tokens.KeySet("https://issuer.example/jwks")


def claims(**changes: Any) -> dict[str, Any]:
    standard = {
        "iss": f"https://securetoken.google.com/{PROJECT}",
        "aud": PROJECT,
        "sub": "user-1",
        "iat": NOW - 10,
        "auth_time": NOW - 10,
        "exp": NOW + 3600,
    }
    return {name: value for name, value in {**standard, **changes}.items() if value is not None}


def token(key: Any = PRIVATE_KEY, *, kid: str | None = "one", algorithm: str = "RS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm, headers={"kid": kid} if kid else None)


def test_a_good_token_names_its_user(key_set: tokens.KeySet) -> None:
    assert tokens.verify(token(), key_set, project_id=PROJECT, now=NOW).uid == "user-1"


def _unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'one'})}.{part(claims())}."


def _signed_with_the_public_key_as_secret() -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "one"}).encode()).decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps(claims()).encode()).decode().rstrip("=")
    return f"{header}.{body}.{base64.urlsafe_b64encode(b'x' * 32).decode().rstrip('=')}"


BAD_TOKENS: dict[str, Callable[[], str | None]] = {
    "missing": lambda: None,
    "empty": lambda: "",
    "no token at all": lambda: "not-a-token",
    "algorithm none": _unsigned,
    "algorithm HS256": _signed_with_the_public_key_as_secret,
    "signed by another key": lambda: token(OTHER_KEY),
    "unknown key id": lambda: token(kid="other"),
    "no key id": lambda: token(kid=None),
    "another audience": lambda: token(aud="someone-else"),
    "another issuer": lambda: token(iss="https://securetoken.google.com/someone-else"),
    "expired": lambda: token(exp=NOW - 61),
    "issued in the future": lambda: token(iat=NOW + 61),
    "signed in in the future": lambda: token(auth_time=NOW + 61),
    "no expiry": lambda: token(exp=None),
    "no sign-in time": lambda: token(auth_time=None),
    "time that is no number": lambda: token(auth_time="yesterday"),
    "no subject": lambda: token(sub=None),
    "empty subject": lambda: token(sub=""),
    "overlong subject": lambda: token(sub="u" * 129),
}


@pytest.mark.parametrize("make", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_a_bad_token_is_refused_and_told_what_was_expected(
    key_set: tokens.KeySet, make: Callable[[], str | None]
) -> None:
    with pytest.raises(InvalidApiKey, match="Firebase ID token"):
        tokens.verify(make(), key_set, project_id=PROJECT, now=NOW)


def test_keys_are_kept_for_their_lifetime(issuer: Issuer, key_set: tokens.KeySet) -> None:
    for seconds in (0, 10, 3599):
        tokens.verify(token(exp=NOW + 9999), key_set, project_id=PROJECT, now=NOW + seconds)
    assert issuer.fetches == 1
    tokens.verify(token(exp=NOW + 9999), key_set, project_id=PROJECT, now=NOW + 3601)
    assert issuer.fetches == 2


def test_an_unknown_key_id_fetches_once_a_minute(issuer: Issuer, key_set: tokens.KeySet) -> None:
    tokens.verify(token(), key_set, project_id=PROJECT, now=NOW)
    for seconds in (61, 62, 63):
        with pytest.raises(InvalidApiKey):
            tokens.verify(token(kid="rotated"), key_set, project_id=PROJECT, now=NOW + seconds)
    assert issuer.fetches == 2
    issuer.document = jwks("one", "rotated")
    assert tokens.verify(token(kid="rotated"), key_set, project_id=PROJECT, now=NOW + 122).uid == "user-1"


def test_an_outage_within_the_lifetime_is_not_noticed(issuer: Issuer, key_set: tokens.KeySet) -> None:
    tokens.verify(token(), key_set, project_id=PROJECT, now=NOW)
    issuer.down = True
    assert tokens.verify(token(), key_set, project_id=PROJECT, now=NOW + 100).uid == "user-1"


@pytest.mark.parametrize(
    "entry", [None, {}, {"kty": "RSA", "kid": "two"}, {"kty": "RSA", "kid": "two", "n": "!", "e": 5}]
)
def test_one_key_that_cannot_be_read_does_not_lock_out_the_others(
    issuer: Issuer, key_set: tokens.KeySet, entry: Any
) -> None:
    issuer.document = {"keys": [entry, *jwks("one")["keys"]]}
    assert tokens.verify(token(), key_set, project_id=PROJECT, now=NOW).uid == "user-1"


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": []}])
def test_a_document_without_keys_is_an_outage(issuer: Issuer, key_set: tokens.KeySet, document: dict[str, Any]) -> None:
    issuer.document = document
    with pytest.raises(ServiceUnavailable):
        tokens.verify(token(), key_set, project_id=PROJECT, now=NOW)


def test_an_outage_beyond_it_is_503_and_never_401(issuer: Issuer, key_set: tokens.KeySet) -> None:
    issuer.down = True
    with pytest.raises(ServiceUnavailable):
        tokens.verify(token(), key_set, project_id=PROJECT, now=NOW)
