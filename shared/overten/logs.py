"""Structured logs. Ids and counts only: no secret, key, token, prompt or file content is ever logged."""

from __future__ import annotations

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The process's logger. Keys appended for one request are cleared before the next."""
    return Logger(service="overten")
