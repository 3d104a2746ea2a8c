"""Every hour: the bytes of assets deleted a day ago, and uploads that never came, are taken away."""

from __future__ import annotations

import time

from overten.assets import reap
from overten.logs import logger


def handler(_event: object, _context: object) -> None:
    reaped = reap.reap(time.time())
    if reaped:
        logger().info("assets_reaped", looked_at=reaped)
