"""A place for a caller that waits for its task. There are only so many: each holds a Lambda that the workers need."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from overten.config import CapacitySettings, settings
from overten.errors import ServiceUnavailable
from overten.logs import logger
from overten.runs import waiters_store

# A waiter is gone by then, answered or killed.
_GRACE_SECONDS = 10.0
_OUTAGES = (BotoCoreError, ClientError, ServiceUnavailable)


@contextmanager
def place(deadline: float) -> Iterator[bool]:
    """Whether the caller may wait until the deadline (Unix seconds); its place is given back when the block ends.

    A waiter that is killed gives its place back by letting it expire. Who cannot be counted does not wait either.
    """
    limit = settings(CapacitySettings).sync_waiters_limit
    lease = None
    try:
        lease = waiters_store.take(limit, expires_at=deadline + _GRACE_SECONDS, now=time.time())
    except _OUTAGES as error:
        logger().warning("waiter_not_counted", reason=type(error).__name__)
    try:
        yield lease is not None
    finally:
        if lease:
            _release(lease)


def _release(lease: waiters_store.Lease) -> None:
    try:
        waiters_store.release(lease)
    except _OUTAGES as error:
        logger().warning("waiter_not_released", reason=type(error).__name__)  # it expires
