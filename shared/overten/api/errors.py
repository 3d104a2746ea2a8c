"""The one place where errors become answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
_INVALID_REQUEST_TYPES = {"missing", "literal_error", "enum", "union_tag_invalid", "union_tag_not_found"}

# Where pydantic speaks to programmers rather than to whoever sent the field.
_PLAIN_TEXTS = {
    "missing": "this field is required",
    "model_attributes_type": "should be an object",
    "model_type": "should be an object",
    "dict_type": "should be an object",
    "string_unicode": "should be text; half of a surrogate pair is none",
}


def install(app: FastAPI) -> None:
    """Makes every error of the app answer in the contract's form."""
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


def envelope(error: ApiError) -> JSONResponse:
    """`{"success": false, "error": …, "message": …}` with the error's status, extra members and headers."""
    # A message may quote the client, and half of a surrogate pair cannot be sent.
    message = error.message.encode("utf-8", "replace").decode()
    body = {"success": False, "error": error.code, "message": message, **error.extra}
    return JSONResponse(body, status_code=error.status, headers=error.headers)


async def _answer_api_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101 - registered for this class only
    return envelope(error)


async def _answer_validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    problems = error.errors()
    if any(_is_whole_body(problem) for problem in problems) and "json" not in request.headers.get("content-type", ""):
        return envelope(InvalidRequest("Send the body as JSON, with the header 'Content-Type: application/json'."))
    return envelope(from_validation_problems(problems, error.body))


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


def from_validation_problems(problems: Sequence[dict[str, Any]], body: object = None) -> ApiError:
    """400 for an absent field, a value outside an enum or a body that is no object; else 422 for the first problem.

    `body` is what the client sent; pointers lead to where the problem lies in it.
    """
    for problem in problems:
        if problem["type"] == "json_invalid":
            return InvalidRequest(f"The body is not valid JSON: {_json_problem(problem)}")
        if _is_whole_body(problem):
            return InvalidRequest("The body must be a JSON object.")
        if problem["type"] in _INVALID_REQUEST_TYPES:
            return InvalidRequest(f"{_pointer(problem, body)}: {_problem_text(problem)}")
    first = problems[0]
    return ValidationFailed(_pointer(first, body), _problem_text(first))


def _json_problem(problem: dict[str, Any]) -> str:
    told, position = problem["ctx"]["error"], problem["loc"][-1]
    return f"{told}, at character {position}." if position else f"{told}."


def _is_whole_body(problem: dict[str, Any]) -> bool:
    return tuple(problem["loc"]) == ("body",)


def _problem_text(problem: dict[str, Any]) -> str:
    told = _PLAIN_TEXTS.get(problem["type"])
    if told is None:
        told = re.sub("^(Value error, |[A-Z][a-z]+ (?=should ))", "", str(problem["msg"]))
    return told if told.endswith(".") else f"{told}."


def _pointer(problem: dict[str, Any], body: object) -> str:
    """A JSON pointer (RFC 6901) into the body; fields elsewhere begin with `/query`, `/path` or `/headers`."""
    place, *members = problem["loc"]
    if place == "header":
        members = ["-".join(part.capitalize() for part in str(member).split("-")) for member in members]
    elif place == "body" and isinstance(body, Mapping):
        members = _steps_within(body, members, missing=problem["type"] == "missing")
    steps = {"body": [], "header": ["headers"]}.get(str(place), [str(place)]) + [str(member) for member in members]
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps) or "/"


def _steps_within(body: object, members: Sequence[str | int], *, missing: bool) -> list[str | int]:
    """The members that lead into what was sent: pydantic names the branch of a union in between, which is no place."""
    value: Any = body
    found: list[str | int] = []
    for position, member in enumerate(members):
        is_index = isinstance(value, list) and isinstance(member, int) and member < len(value)
        if is_index or (isinstance(value, Mapping) and member in value):
            value = value[member]
        elif not (missing and position == len(members) - 1):
            continue
        found.append(member)
    return found
