"""Every minute: open tasks that have given no sign of life are started, failed, or left for a later look.

Events of tasks that are over and have not been fanned out are published once more.
"""

from __future__ import annotations

from overten.logs import logger
from overten.runs import lifecycle, open_tasks


def handler(_event: object, _context: object) -> None:
    """Each part is done, whatever the others die of."""
    try:
        open_tasks.put_right()
    finally:
        try:
            looked_at = lifecycle.sweep()
            if looked_at:
                logger().info("tasks_swept", looked_at=looked_at)
        finally:
            lifecycle.publish_missed_events()
