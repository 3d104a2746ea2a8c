"""Every minute: open tasks that have given no sign of life are started, failed, or left for a later look."""

from __future__ import annotations

from overten.logs import logger
from overten.runs import lifecycle, open_tasks


def handler(_event: object, _context: object) -> None:
    open_tasks.put_right()
    looked_at = lifecycle.sweep()
    if looked_at:
        logger().info("tasks_swept", looked_at=looked_at)
