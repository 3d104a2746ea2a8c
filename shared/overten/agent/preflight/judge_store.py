"""Has the judging function ask the small model, for whoever checks a request. The model's library is heavy to load."""

from __future__ import annotations

import json
import math
from typing import get_args

from overten.agent.preflight.models import Facts, Missing
from overten.aws import clients
from overten.config import PreflightSettings, settings

_KINDS = frozenset(get_args(Missing))


class NoVerdict(Exception):
    """The model did not answer in time, or not in the form that was asked for. `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def ask(facts: Facts, *, seconds: float) -> set[Missing]:
    """What the model finds missing, within so many seconds. Raises NoVerdict."""
    from botocore.exceptions import BotoCoreError, ClientError

    name = settings(PreflightSettings).preflight_judge_function or ""
    try:
        answer = clients.functions_within(max(1, math.floor(seconds))).invoke(
            FunctionName=name, Payload=facts.model_dump_json().encode()
        )
        body = json.loads(answer["Payload"].read())
    except (BotoCoreError, ClientError, ValueError) as error:
        raise NoVerdict(type(error).__name__) from None
    if answer.get("FunctionError"):
        raise NoVerdict("the judging function failed")
    return _missing_of(body)


def _missing_of(body: object) -> set[Missing]:
    missing = body.get("missing") if isinstance(body, dict) else None
    if not isinstance(missing, list) or not all(isinstance(kind, str) and kind in _KINDS for kind in missing):
        raise NoVerdict("malformed verdict")
    return set(missing)
