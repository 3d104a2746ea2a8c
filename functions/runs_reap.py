"""Every hour: runs past their retention are gone, and what is gone is erased."""

from __future__ import annotations

import time
from typing import Any

from overten.logs import logger
from overten.runs import retention

# Left for ending the deletion under way.
_MARGIN_SECONDS = 60.0


def handler(_event: object, context: Any) -> None:
    until = time.time() + context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS
    if reaped := retention.reap(until=until):
        logger().info("runs_reaped", reaped=reaped)
