"""Signatures of deliveries: Overten's own headers, and those of Standard Webhooks 1.0 for its stock libraries.

Both sign the same raw body. Overten: HMAC-SHA256 of `<timestamp>.<body>` under the secret as it is written, `whsec_…`,
in hexadecimal. Standard Webhooks: HMAC-SHA256 of `<id>.<timestamp>.<body>` under the bytes whose Base64 the secret is,
in Base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

_PREFIX = "whsec_"
USER_AGENT = "Overten-Webhook/1.0"


def new_secret() -> str:
    """A secret of 32 random bytes in the form of Standard Webhooks."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers(event: str, event_id: str, body: bytes, signing_secrets: Sequence[str], *, now: float) -> dict[str, str]:
    """All headers of a delivery that is made now. The first secret is the current one; those after it still sign.

    X-Overten-Signature holds one signature always, so that it can be compared as a whole; signatures of older secrets
    are in X-Overten-Signature-Previous, separated by commas. `webhook-signature` lists all.
    """
    timestamp = str(int(now))
    current, *older = [f"sha256={_overten(secret, timestamp, body)}" for secret in signing_secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "X-Overten-Event": event,
        "X-Overten-Timestamp": timestamp,
        "X-Overten-Signature": current,
        **({"X-Overten-Signature-Previous": ",".join(older)} if older else {}),
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            f"v1,{_standard(secret, event_id, timestamp, body)}" for secret in signing_secrets
        ),
    }


def _overten(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _standard(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signature = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(signature).decode()
