"""Time as the API tells it: UTC, ISO 8601 with offset."""

from __future__ import annotations

from datetime import UTC, datetime

DAY_SECONDS = 86_400


def iso(seconds: float) -> str:
    """Unix seconds as the API writes a moment: `2026-11-22T14:10:00.000+00:00`."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def seconds_of(moment: str) -> float:
    """The Unix seconds of a moment that `iso` wrote."""
    return datetime.fromisoformat(moment).timestamp()
