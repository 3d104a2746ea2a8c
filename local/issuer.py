"""A stand-in for Firebase Authentication: the same shape of ID token, signed with a key of this stack's own."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

from local.settings import FIREBASE_PROJECT

if TYPE_CHECKING:
    from pathlib import Path

_TOKEN_SECONDS = 3600


class Issuer:
    """Mints tokens and publishes the key that verifies them."""

    def __init__(self, key_file: Path) -> None:
        self._key = _load_or_create(key_file)
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        self._key_id = hashlib.sha256(str(public["n"]).encode()).hexdigest()[:40]
        self._public = {**public, "kid": self._key_id, "alg": "RS256", "use": "sig"}

    def key_set(self) -> dict[str, Any]:
        """The JSON Web Key Set, as Google publishes it for Firebase."""
        return {"keys": [self._public]}

    def token(self, *, uid: str, email: str | None = None, name: str | None = None) -> str:
        """A Firebase ID token for the user `uid`, good for an hour."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": f"https://securetoken.google.com/{FIREBASE_PROJECT}",
            "aud": FIREBASE_PROJECT,
            "auth_time": now,
            "user_id": uid,
            "sub": uid,
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "firebase": {"identities": {"email": [email]} if email else {}, "sign_in_provider": "password"},
        }
        if email:
            claims |= {"email": email, "email_verified": True}
        if name:
            claims["name"] = name
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})


def uid_for(email: str) -> str:
    """The same user for the same address, whatever its case; 28 characters, like Firebase's."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:28]


def _load_or_create(key_file: Path) -> rsa.RSAPrivateKey:
    if not key_file.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        key_file.parent.mkdir(parents=True, exist_ok=True)
        # Written aside first: a crash half-way must not leave a key that cannot be read.
        partial = key_file.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        partial.replace(key_file)
    loaded = load_pem_private_key(key_file.read_bytes(), password=None)
    if not isinstance(loaded, rsa.RSAPrivateKey):
        raise TypeError(f"{key_file} does not hold an RSA key. Delete it to have a new one made.")
    return loaded
