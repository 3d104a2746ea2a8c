"""The Lambda handler of a state: its task named in every log line, AWS's failures turned into one class to retry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from overten.errors import ServiceUnavailable
from overten.logs import logger
from overten.runs.errors import TransientFailure
from overten.runs.models import TaskRef

type Handler = Callable[[dict[str, Any], object], Any]


def step_handler(step: Callable[[TaskRef, dict[str, Any]], Any]) -> Handler:
    """A handler that gives the step its task and the state's input."""

    def handler(event: dict[str, Any], _context: object) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        ref = TaskRef.model_validate(event)
        logger().clear_state()
        logger().append_keys(**ref.model_dump())
        try:
            return step(ref, event)
        except (BotoCoreError, ClientError, ServiceUnavailable) as error:
            logger().exception("step_failed_for_now")
            raise TransientFailure(type(error).__name__) from error

    return handler
