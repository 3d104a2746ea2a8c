"""When a failed delivery is tried again."""

from __future__ import annotations

import random
from datetime import UTC
from email.utils import parsedate_to_datetime

# After the attempt before, in seconds: 10 s, 30 s, 2 min, 10 min, 30 min, 2 h, 6 h.
DELAYS_SECONDS = (10, 30, 120, 600, 1_800, 7_200, 21_600)
MAX_RETRIES = len(DELAYS_SECONDS)
# Each wait is longer by up to this part of it, so that what failed together does not come back together.
JITTER = 0.1
# A receiver may ask for a longer wait with Retry-After, up to this.
MAX_RETRY_AFTER_SECONDS = 3_600.0


def wait_seconds(retries: int, retry_after_seconds: float | None, *, chance: float | None = None) -> float | None:
    """How long to wait for the next attempt after `retries` retries; None if there is none.

    Never shorter than the ladder's own delay. `chance` in [0, 1) stands for the jitter's random number.
    """
    if retries >= MAX_RETRIES:
        return None
    drawn = random.random() if chance is None else chance  # noqa: S311 - jitter, not a secret
    own = DELAYS_SECONDS[retries] * (1 + JITTER * drawn)
    return max(own, min(retry_after_seconds or 0.0, MAX_RETRY_AFTER_SECONDS))


def retry_after_seconds(header: str | None, *, now: float) -> float | None:
    """What a Retry-After header (RFC 9110: seconds, or a date) asks for; None if it cannot be read or is past."""
    text = (header or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return seconds if seconds > 0 else None
