"""The one place where errors become answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from overten.errors import (
    ApiError,
    InternalError,
    InvalidRequest,
    NotFound,
    PayloadTooLarge,
    ServiceUnavailable,
    ValidationFailed,
)
from overten.logs import logger

# Absent fields and values outside an enum are 400; whatever else is wrong with a field is 422.
_INVALID_REQUEST_TYPES = {"missing", "literal_error", "enum", "json_invalid"}


def install(app: FastAPI) -> None:
    """Makes every error of the app answer in the contract's form."""
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


def envelope(error: ApiError) -> JSONResponse:
    """`{"success": false, "error": …, "message": …}` with the error's status, extra members and headers."""
    body = {"success": False, "error": error.code, "message": error.message, **error.extra}
    return JSONResponse(body, status_code=error.status, headers=error.headers)


async def _answer_api_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this class only
    return envelope(error)


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    problems = error.errors()
    if any(_is_whole_body(problem) for problem in problems) and "json" not in request.headers.get("content-type", ""):
        return envelope(InvalidRequest("Send the body as JSON, with the header 'Content-Type: application/json'."))
    return envelope(from_validation_problems(problems))


async def _answer_http_exception(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if error.status_code in (404, 405):
        return envelope(NotFound("No such route."))
    if error.status_code == 413:
        return envelope(PayloadTooLarge())
    return envelope(InvalidRequest() if error.status_code < 500 else InternalError())


def answer_unexpected(error: Exception) -> JSONResponse:
    """Our own mistake, or AWS's: logged whole, and told with nothing internal."""
    from botocore.exceptions import BotoCoreError, ClientError

    logger().exception("unhandled_error", exc_info=error)
    if isinstance(error, BotoCoreError | ClientError):
        return envelope(ServiceUnavailable())
    return envelope(InternalError())


def from_validation_problems(problems: Sequence[dict[str, Any]]) -> ApiError:
    """400 for an absent field, a value outside an enum or a body that is no object; else 422 for the first problem."""
    for problem in problems:
        if problem["type"] == "json_invalid":
            return InvalidRequest("The body is not valid JSON.")
        if _is_whole_body(problem):
            return InvalidRequest("The body must be a JSON object.")
        if problem["type"] in _INVALID_REQUEST_TYPES:
            return InvalidRequest(f"{_pointer(problem['loc'])}: {_problem_text(problem)}")
    first = problems[0]
    return ValidationFailed(_pointer(first["loc"]), _problem_text(first))


def _is_whole_body(problem: dict[str, Any]) -> bool:
    return tuple(problem["loc"]) == ("body",)


def _problem_text(problem: dict[str, Any]) -> str:
    if problem["type"] == "missing":
        return "this field is required."
    text = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return text if text.endswith(".") else f"{text}."


def _pointer(location: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901) into the body; fields elsewhere begin with `/query`, `/path` or `/headers`."""
    place, *members = location
    if place == "header":
        members = ["-".join(part.capitalize() for part in str(member).split("-")) for member in members]
    steps = {"body": [], "header": ["headers"]}.get(str(place), [str(place)]) + [str(member) for member in members]
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps) or "/"
