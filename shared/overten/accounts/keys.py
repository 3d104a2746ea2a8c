"""The form of an API key: `sk_live_`, 22 random characters, and a checksum of 6.

The checksum is the CRC32 of all that stands before it, in base62, so that a mistyped key is refused without a look-up
and a secret scanner can verify a find offline. The form follows GitHub's token format
(https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/).
"""

from __future__ import annotations

import hashlib
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "sk_live_"
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM_LENGTH: Final = 22  # 62**22 > 2**130
_CHECKSUM_LENGTH: Final = 6
_LENGTH: Final = len(PREFIX) + _RANDOM_LENGTH + _CHECKSUM_LENGTH


def new_secret() -> str:
    """A new key. It is shown once and only its hash is stored."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return body + _checksum(body)


def is_well_formed(secret: str) -> bool:
    """Whether the text can be a key at all."""
    if len(secret) != _LENGTH or not secret.startswith(PREFIX) or not set(secret[len(PREFIX) :]) <= set(_ALPHABET):
        return False
    return _checksum(secret[:-_CHECKSUM_LENGTH]) == secret[-_CHECKSUM_LENGTH:]


def hash_of(secret: str) -> str:
    """SHA-256 in hex. The key has more than 128 random bits, so a slow hash would add latency and no safety."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shown_prefix(secret: str) -> str:
    """What lists show of a key: `sk_live_` and four characters."""
    return secret[: len(PREFIX) + 4]


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
