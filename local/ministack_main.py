"""Starts MiniStack with settings that it has no switch for. Runs in its own environment (`.local/ministack`).

Each setting is private to MiniStack, so each is optional: an upgrade that renames one costs speed, or what a probe
(tests/integration/local/test_probes.py) then misses.
"""

from __future__ import annotations

import contextlib
import json
import socketserver
from typing import Any


def faster_invocations() -> None:
    """About 100 ms less per call: no Nagle delay on the runtime interface, no 50 ms wait for a line of log."""
    from ministack.core.lambda_runtime import Worker  # type: ignore[import-not-found]

    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    Worker._drain_stderr_bounded.__defaults__ = (0.003, 0.002, 0.25)


def patient_cold_starts() -> None:
    """A laptop that starts thirty functions at once is slower than Lambda's 10 s of initialisation."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]

    if hasattr(lambda_runtime, "_PROVIDED_INIT_TIMEOUT"):
        lambda_runtime._PROVIDED_INIT_TIMEOUT = 60.0


def schedules_that_send_messages() -> None:
    """Scheduler's universal target `sqs:sendMessage`, which MiniStack accepts and then drops."""
    from ministack.services import eventbridge, sqs  # type: ignore[import-not-found]

    invoke, send = eventbridge._invoke_target, sqs._act_send_message

    def invoke_too(target: dict[str, Any], *details: Any, **more: Any) -> Any:
        if not str(target.get("Arn", "")).endswith(":scheduler:::aws-sdk:sqs:sendMessage"):
            return invoke(target, *details, **more)
        message = json.loads(target["Input"])
        return send(message, message["QueueUrl"])

    eventbridge._invoke_target = invoke_too


def main() -> None:
    for setting in (faster_invocations, patient_cold_starts, schedules_that_send_messages):
        with contextlib.suppress(AttributeError, ImportError):
            setting()
    from ministack.app import main as serve  # type: ignore[import-not-found]

    serve()


if __name__ == "__main__":
    main()
