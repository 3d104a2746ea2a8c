"""The verifier that integrators are given is the one that is tested."""

from __future__ import annotations

import inspect
import re

from overten.webhooks.ladder import DELAYS_SECONDS, MAX_RETRIES
from tests.cloudformation import REPOSITORY
from tests.unit.webhooks.test_signing import verify

GUIDE = (REPOSITORY / "docs" / "webhooks.md").read_text()


def test_the_verifier_of_the_guide() -> None:
    [shown] = re.findall(r"```python\n(def verify.*?)```", GUIDE, re.DOTALL)
    assert shown == inspect.getsource(verify)
    assert len(shown.splitlines()) <= 10


def test_the_ladder_of_the_guide() -> None:
    assert f"**{MAX_RETRIES} times**, after 10 s, 30 s, 2 min, 10 min, 30 min, 2 h and 6 h" in GUIDE
    assert DELAYS_SECONDS == (10, 30, 120, 600, 1800, 7200, 21600)
