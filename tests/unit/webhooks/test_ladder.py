from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overten.webhooks.ladder import DELAYS_SECONDS, MAX_RETRIES, MAX_RETRY_AFTER_SECONDS, retry_after_seconds
from overten.webhooks.ladder import wait_seconds as wait


def test_the_ladder_of_the_contract() -> None:
    assert [wait(step, None, chance=0) for step in range(9)] == [10, 30, 120, 600, 1800, 7200, 21600, None, None]


@given(st.integers(0, MAX_RETRIES - 1), st.none() | st.floats(0, 1e9), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_never_shorter_than_its_step_nor_longer_than_its_bounds(
    step: int, asked: float | None, chance: float
) -> None:
    found = wait(step, asked, chance=chance)
    assert found is not None
    assert DELAYS_SECONDS[step] <= found <= max(DELAYS_SECONDS[step] * 1.1, MAX_RETRY_AFTER_SECONDS)
    if asked is not None:
        assert found >= min(asked, MAX_RETRY_AFTER_SECONDS)


@given(st.integers(0, MAX_RETRIES - 1), st.floats(0, 1, exclude_max=True))
def test_jitter_keeps_short_waits_within_what_a_queue_can_hold(step: int, chance: float) -> None:
    found = wait(step, None, chance=chance)
    assert found is not None
    assert (found <= 900) == (step <= 3)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("9" * 40, 999_999_999.0),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60.0),
        ("Fri, 15 Jan 2027 07:00:00 GMT", None),
        ("Fri, 15 Jan 2027 08:01:00", 60.0),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("Fri, 99 Xxx 2027 08:01:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=1_800_000_000.0) == seconds


@given(st.text(max_size=60))
def test_any_retry_after_is_read_or_ignored(header: str) -> None:
    found = retry_after_seconds(header, now=1_800_000_000.0)
    assert found is None or found >= 0
