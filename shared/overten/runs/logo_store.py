"""Asks the one function that may reach users' addresses, and may do nothing else, for a logo."""

from __future__ import annotations

import json

from pydantic import Base64Bytes, BaseModel, Field

from overten.aws import clients
from overten.config import LogoSettings, settings
from overten.logs import logger
from overten.runs.models import TaskRef


class LogoAnswer(BaseModel):
    """What the function answers: the picture's bytes and type, or why there is none (`message` is for the user)."""

    ok: bool
    content_type: str = ""
    body: Base64Bytes = Field(b"", alias="base64")
    reason: str | None = None
    message: str = ""


def fetch(ref: TaskRef, url: str) -> LogoAnswer:
    """The logo at a URL of the task's request. Failures of every kind are answers too, ours among them."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = clients.functions().invoke(
            FunctionName=settings(LogoSettings).logo_fetch_function, Payload=json.dumps({"url": url}).encode()
        )
        if "FunctionError" not in answer:
            return LogoAnswer.model_validate_json(answer["Payload"].read())
        logger().error("logo_fetch_failed", task_id=ref.task_id)
    except (BotoCoreError, ClientError, ValueError):
        logger().exception("logo_fetch_not_invoked", task_id=ref.task_id)
    return LogoAnswer(ok=False, reason="internal_error", message="It could not be fetched because of an error of ours.")
