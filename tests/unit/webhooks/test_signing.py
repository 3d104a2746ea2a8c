"""Deliveries are accepted by the stock library and by a verifier of ten lines, and nothing else is."""

from __future__ import annotations

import hashlib
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from overten.webhooks import signing

EVENT_ID = "evt_01JD3Q7Z8X5R2K9M4N6P8T0V1W"


# The verifier of docs/webhooks.md, letter for letter: tests/unit/webhooks/test_docs.py holds the two together.
def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    timestamp = headers["X-Overten-Timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    signatures = [headers["X-Overten-Signature"], *headers.get("X-Overten-Signature-Previous", "").split(",")]
    return any(hmac.compare_digest(f"sha256={digest}".encode(), given.encode()) for given in signatures)


def stock(secret: str, headers: dict[str, str], body: bytes) -> bool:
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


VERIFIERS = pytest.mark.parametrize("accepts", [verify, stock])
BODIES = st.dictionaries(st.text(), st.text() | st.integers() | st.none())


def signed(body: bytes, *secrets: str, at: float | None = None) -> dict[str, str]:
    return signing.headers("run.completed", EVENT_ID, body, secrets, now=time.time() if at is None else at)


@VERIFIERS
@given(value=BODIES)
def test_every_delivery_is_accepted(accepts: object, value: dict[str, object]) -> None:
    import json

    body = json.dumps(value, ensure_ascii=True).encode()
    secret = signing.new_secret()
    assert accepts(secret, signed(body, secret), body)  # type: ignore[operator]


@VERIFIERS
@pytest.mark.parametrize("at", [0, 1, 20, -1])
def test_a_changed_body_is_refused(accepts: object, at: int) -> None:
    body, secret = b'{"event":"run.completed","run_id":"run_1"}', signing.new_secret()
    changed = bytearray(body)
    changed[at] ^= 1
    assert not accepts(secret, signed(body, secret), bytes(changed))  # type: ignore[operator]


@VERIFIERS
def test_another_secret_is_refused(accepts: object) -> None:
    body = b"{}"
    assert not accepts(signing.new_secret(), signed(body, signing.new_secret()), body)  # type: ignore[operator]


@VERIFIERS
@pytest.mark.parametrize("age_seconds", [301, -400])
def test_a_stale_or_future_timestamp_is_refused(accepts: object, age_seconds: int) -> None:
    body, secret = b"{}", signing.new_secret()
    headers = signed(body, secret, at=time.time() - age_seconds)
    assert not accepts(secret, headers, body)  # type: ignore[operator]
    # The timestamp is signed: one that is only written anew does not help.
    moved = {**headers, "X-Overten-Timestamp": str(int(time.time())), "webhook-timestamp": str(int(time.time()))}
    assert not accepts(secret, moved, body)  # type: ignore[operator]


@VERIFIERS
def test_after_a_rotation_both_secrets_verify(accepts: object) -> None:
    body, new, old, unrelated = b"{}", signing.new_secret(), signing.new_secret(), signing.new_secret()
    headers = signed(body, new, old)
    assert [accepts(secret, headers, body) for secret in (new, old, unrelated)] == [True, True, False]  # type: ignore[operator]


def test_the_signature_stays_one_value_that_can_be_compared_as_a_whole() -> None:
    body, new, old = b"{}", signing.new_secret(), signing.new_secret()
    headers = signed(body, new, old)
    digest = hmac.new(new.encode(), headers["X-Overten-Timestamp"].encode() + b".{}", hashlib.sha256).hexdigest()
    assert headers["X-Overten-Signature"] == f"sha256={digest}"
    assert "X-Overten-Signature-Previous" not in signed(body, new)


def test_the_other_headers() -> None:
    headers = signed(b"{}", signing.new_secret(), at=1_800_000_000.9)
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "Overten-Webhook/1.0"
    assert headers["X-Overten-Event"] == "run.completed"
    assert headers["X-Overten-Timestamp"] == headers["webhook-timestamp"] == "1800000000"
    assert headers["webhook-id"] == EVENT_ID
