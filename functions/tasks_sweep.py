"""Every minute: open tasks that have given no sign of life are started, failed, or left for a later look.

Events of tasks that are over and were not published are published.
"""

from __future__ import annotations

from overten.logs import logger
from overten.runs import lifecycle, open_tasks


def handler(_event: object, _context: object) -> None:
    open_tasks.put_right()
    try:
        looked_at = lifecycle.sweep()
        if looked_at:
            logger().info("tasks_swept", looked_at=looked_at)
    finally:
        lifecycle.publish_missed_events()
