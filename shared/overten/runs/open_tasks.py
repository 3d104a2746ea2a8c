"""No more is accepted than the deployment can work on: past `max_open_tasks` a request is refused before it costs.

The number is an estimate. The table's stream counts tasks that are accepted and closed, the sweeper puts the number
right each minute, and a process reads it at most every two seconds. So the bound may be passed by what is accepted
within those seconds; nothing but that bound hangs on it.
"""

from __future__ import annotations

import time

from botocore.exceptions import BotoCoreError, ClientError

from overten.config import CapacitySettings, settings
from overten.errors import ServiceUnavailable
from overten.logs import logger
from overten.runs import open_tasks_store, store

READING_SECONDS = 2.0
_OUTAGES = (BotoCoreError, ClientError, ServiceUnavailable)


class _Reading:
    """The last number read, kept between requests: it is the deployment's, with nothing of any org in it."""

    number = 0
    until = float("-inf")


def require_room() -> None:
    """Raises ServiceUnavailable when as many tasks are open as the deployment takes."""
    limit = settings(CapacitySettings).max_open_tasks
    if _number() >= limit:
        logger().warning("too_many_open_tasks", limit=limit)
        raise ServiceUnavailable


def count(change: int) -> None:
    """Counts tasks accepted less tasks closed. A failure is logged and left to the sweeper to put right."""
    if not change:
        return
    try:
        open_tasks_store.add(change)
    except _OUTAGES as error:
        logger().warning("open_tasks_not_counted", reason=type(error).__name__, change=change)


def put_right() -> None:
    """Counts the open tasks anew, and writes only what is wrong. A failure is logged; the next minute tries again."""
    try:
        counted = store.count_open_tasks()
        if open_tasks_store.read() != counted:
            open_tasks_store.replace(counted)
    except _OUTAGES:
        logger().exception("open_tasks_not_put_right")


def forget_reading() -> None:
    """Reads the number anew on the next use. For tests."""
    _Reading.until = float("-inf")


def _number() -> int:
    """An outage of the counters alone refuses nobody: the last number read goes on."""
    now = time.monotonic()
    if now >= _Reading.until:
        try:
            _Reading.number = open_tasks_store.read()
        except _OUTAGES as error:
            logger().warning("open_tasks_not_read", reason=type(error).__name__)
        _Reading.until = now + READING_SECONDS
    return _Reading.number
