"""The errors a client can see. A class carries its status and code; `overten.api.errors` maps them, in one place."""

from __future__ import annotations

from typing import Any, ClassVar


class ApiError(Exception):
    """Base of every answer that is not a success.

    `message` is safe to show to end users. `extra` is added to the body, `headers` to the response.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    default_message: ClassVar[str] = "Something went wrong on our side. Quote the X-Request-Id header to support."

    def __init__(
        self, message: str | None = None, *, extra: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.message = message or self.default_message
        self.extra = extra or {}
        self.headers = headers or {}
        super().__init__(self.message)


class InternalError(ApiError):
    pass


class InvalidRequest(ApiError):
    status, code, default_message = 400, "invalid_request", "The request is malformed."


class PreflightFailed(ApiError):
    """The request speaks of what it does not have; `extra` says what is missing."""

    status, code, default_message = (
        400,
        "preflight_failed",
        "The request speaks of something that is not given with it.",
    )


class InvalidApiKey(ApiError):
    status, code, default_message = 401, "invalid_api_key", "Missing or invalid API key."


class InsufficientCredits(ApiError):
    status, code = 402, "insufficient_credits"

    def __init__(self, required_credits: int, balance_credits: int) -> None:
        super().__init__(f"Insufficient credits. Required: {required_credits}, balance: {balance_credits}.")


class CreditsRanOut(ApiError):
    """What `InsufficientCredits` is, said of work that had begun."""

    status, code = 402, "insufficient_credits"


class Forbidden(ApiError):
    status, code, default_message = 403, "forbidden", "This is not permitted for your organization."


class NotFound(ApiError):
    status, code, default_message = 404, "not_found", "Not found."


class SyncTimeout(ApiError):
    status, code = 408, "sync_timeout_upgrade_async"
    default_message = (
        "The run goes on as an asynchronous one. Poll GET /tasks/{task_id}, or repeat the request with async: true."
    )


class Conflict(ApiError):
    status, code, default_message = 409, "conflict", "The resource is not in a state that allows this."


class Gone(ApiError):
    status, code, default_message = 410, "gone", "This has been deleted or its retention has ended."


class PayloadTooLarge(ApiError):
    status, code, default_message = 413, "payload_too_large", "The request is too large."


class ValidationFailed(ApiError):
    """A field was refused; `pointer` is its JSON pointer and part of the message."""

    status, code = 422, "validation_error"

    def __init__(self, pointer: str, problem: str) -> None:
        super().__init__(f"{pointer}: {problem}")
        self.pointer = pointer


class InputRefused(ApiError):
    """What `ValidationFailed` is, said of an upload when the work on it began: the message names the field."""

    status, code = 422, "validation_error"


class RateLimited(ApiError):
    status, code, default_message = 429, "rate_limit_exceeded", "Too many requests."


class NotImplementedYet(ApiError):
    status, code, default_message = 501, "not_implemented", "This deployment does not offer this."


class UpstreamError(ApiError):
    status, code = 502, "upstream_error"
    default_message = "A service we depend on failed. Try again with exponential backoff."


class ServiceUnavailable(ApiError):
    status, code, default_message = 503, "service_unavailable", "Capacity is exhausted. Try again later."

    def __init__(self, message: str | None = None, *, extra: dict[str, Any] | None = None) -> None:
        super().__init__(message, extra=extra, headers={"Retry-After": "30"})
