"""Why a request to a user's address was not made or gave nothing."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "bad_url",
    "not_https",
    "port_not_allowed",
    "credentials_in_url",
    "host_not_allowed",
    "address_not_allowed",
    "not_resolved",
    "timed_out",
    "not_reached",
    "certificate_not_valid",
    "bad_response",
    "too_large",
]


class OutboundError(Exception):
    """Base: `reason` is a code, `message` is safe for end users. Neither names an address that was resolved."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class TargetRefused(OutboundError):
    """The URL is none that requests are made to. Trying again gives the same."""


class RequestFailed(OutboundError):
    """The request was made, or tried, and failed. It may succeed another time."""
