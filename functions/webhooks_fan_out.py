"""The event bus: the end of a run becomes a delivery for everybody who wants to be told."""

from __future__ import annotations

import time
from typing import Any

from overten.runs.models import RunEvent
from overten.webhooks import fan_out


def handler(event: dict[str, Any], _context: object) -> None:
    """Takes the bus's event. Twice is harmless."""
    fan_out.fan_out(RunEvent.model_validate(event["detail"]), now=time.time())
