"""Firebase ID tokens, verified as Google describes it.

https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library
"""

from __future__ import annotations

import json
import re
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from typing import Any

from overten.accounts.models import User
from overten.errors import InvalidApiKey, ServiceUnavailable

_CLOCK_SKEW_SECONDS = 60
_FETCH_TIMEOUT_SECONDS = 5
_MIN_REFETCH_SECONDS = 60
_MAX_JWKS_BYTES = 100_000
_MAX_SUBJECT_LENGTH = 128

_EXPECTED = "Expected a Firebase ID token as 'Authorization: Bearer <token>'."


class KeySet:
    """The issuer's public keys, fetched when needed and kept for as long as its Cache-Control allows.

    An unknown key id causes one refetch, at most once a minute, so that neither a rotation nor a forged header costs
    more. When the issuer cannot be reached the keys serve until their time is over, then it is ServiceUnavailable.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._keys: dict[str, Any] = {}
        self._fresh_until = 0.0
        self._fetched_at = float("-inf")

    def find(self, key_id: str, now: float) -> Any | None:
        """The public key of that id, or None."""
        stale = now >= self._fresh_until
        unknown = key_id not in self._keys and now - self._fetched_at >= _MIN_REFETCH_SECONDS
        if stale or unknown:
            self._refresh(now, required=stale)
        return self._keys.get(key_id)

    def _refresh(self, now: float, *, required: bool) -> None:
        self._fetched_at = now
        try:
            document, lifetime_seconds = fetch_jwks(self._url)
            keys = _public_keys(document)
        except (OSError, ValueError, HTTPException):
            if required:
                raise ServiceUnavailable("Sign-in tokens cannot be verified at the moment.") from None
            return
        self._keys, self._fresh_until = keys, now + max(lifetime_seconds, _MIN_REFETCH_SECONDS)


def fetch_jwks(url: str) -> tuple[dict[str, Any], float]:
    """The key document and its lifetime in seconds. Raises OSError or ValueError."""
    # The address is a deployment setting (Google's, or the laptop's own issuer), never taken from a request.
    with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT_SECONDS) as response:  # noqa: S310
        body = response.read(_MAX_JWKS_BYTES)
        max_age = re.search(r"max-age=(\d+)", response.headers.get("Cache-Control", ""))
    document = json.loads(body)
    if not isinstance(document, dict):
        raise ValueError("the key document is not an object")
    return document, float(max_age[1]) if max_age else 0.0


def _public_keys(document: dict[str, Any]) -> dict[str, Any]:
    from jwt import PyJWK, PyJWKError
    from jwt.exceptions import InvalidKeyError

    entries = document.get("keys")
    keys = {}
    for entry in entries if isinstance(entries, list) else []:
        # One entry that we cannot read must not lock out the users of the others.
        with suppress(PyJWKError, InvalidKeyError):
            if isinstance(entry, dict) and entry.get("kty") == "RSA" and isinstance(entry.get("kid"), str):
                keys[entry["kid"]] = PyJWK(entry, algorithm="RS256").key
    if not keys:
        raise ValueError("the key document has no usable key")
    return keys


def verify(token: str | None, key_set: KeySet, *, project_id: str, now: float) -> User:
    """The user a token speaks for. Raises InvalidApiKey, which says what was expected, for every kind of bad token."""
    import jwt

    if not token:
        raise InvalidApiKey(f"Missing credential. {_EXPECTED}")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") != "RS256" or not isinstance(header.get("kid"), str):
            raise InvalidApiKey(f"Invalid credential. {_EXPECTED}")
        key = key_set.find(header["kid"], now)
        if key is None:
            raise InvalidApiKey(f"Invalid credential. {_EXPECTED}")
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=project_id,
            issuer=f"https://securetoken.google.com/{project_id}",
            # Times are compared below, against the caller's clock.
            options={"require": ["exp", "iat", "auth_time", "sub"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise InvalidApiKey(f"Invalid credential. {_EXPECTED}") from None
    _check_times(claims, now)
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_SUBJECT_LENGTH:
        raise InvalidApiKey(f"Invalid credential. {_EXPECTED}")
    return User(uid=subject, is_verified=_is_verified(claims))


def _is_verified(claims: dict[str, Any]) -> bool:
    """Whether the identity cost somebody something: a confirmed address, a telephone, an account elsewhere."""
    firebase = claims.get("firebase")
    provider = firebase.get("sign_in_provider") if isinstance(firebase, dict) else None
    if provider in (None, "anonymous"):
        return False
    return provider != "password" or claims.get("email_verified") is True


def _check_times(claims: dict[str, Any], now: float) -> None:
    times = [claims["exp"], claims["iat"], claims["auth_time"]]
    if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in times):
        raise InvalidApiKey(f"Invalid credential. {_EXPECTED}")
    expires, issued, signed_in = times
    if expires <= now - _CLOCK_SKEW_SECONDS:
        raise InvalidApiKey(f"The sign-in token has expired. {_EXPECTED}")
    if issued > now + _CLOCK_SKEW_SECONDS or signed_in > now + _CLOCK_SKEW_SECONDS:
        raise InvalidApiKey(f"Invalid credential. {_EXPECTED}")
