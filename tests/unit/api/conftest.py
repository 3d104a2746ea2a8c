from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest

from overten.accounts import service, tokens
from overten.accounts.models import NewKey, Org, User
from overten.api import app
from overten.logs import logger
from tests.unit.accounts.test_tokens import PRIVATE_KEY, jwks
from tests.unit.runs.conftest import FakeExecutions, executions

__all__ = ["executions"]
type TokenOf = Callable[..., str]


@pytest.fixture
def token_of(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[TokenOf]:
    """Signs a user in: makes an ID token that the functions accept."""
    import time

    import jwt

    monkeypatch.setattr(tokens, "fetch_jwks", lambda _url: (jwks("one"), 3600.0))
    app._key_sets.clear()

    def sign(uid: str, provider: str = "google.com", **more: object) -> str:
        now = int(time.time())
        claims = {
            "iss": "https://securetoken.google.com/overten-test",
            "aud": "overten-test",
            "sub": uid,
            "iat": now,
            "auth_time": now,
            "exp": now + 3600,
            "firebase": {"sign_in_provider": provider},
            **more,
        }
        return jwt.encode(claims, PRIVATE_KEY, algorithm="RS256", headers={"kid": "one"})

    yield sign
    app._key_sets.clear()


@pytest.fixture
def signed_up(aws: None, executions: FakeExecutions) -> tuple[Org, NewKey]:
    import time

    return service.sign_up(User(uid="user-1"), org_name="Acme", tier="free", key_name="default", now=time.time())


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the functions log."""
    stream, handler = io.StringIO(), logger().registered_handler
    before = handler.setStream(stream)  # type: ignore[attr-defined]
    yield stream
    handler.setStream(before)  # type: ignore[attr-defined]


@pytest.fixture
def secret(signed_up: tuple[Org, NewKey]) -> str:
    return signed_up[1].secret


@pytest.fixture
def foreign_secret(aws: None) -> str:
    """A key of another org."""
    import time

    _, minted = service.sign_up(User(uid="rival"), org_name="Rival", tier="free", key_name="default", now=time.time())
    return minted.secret
