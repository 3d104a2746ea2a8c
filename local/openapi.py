"""The OpenAPI document, from the union of all routers. `python -m local.openapi FILE [--check]`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

REPOSITORY = Path(__file__).parent.parent
_KEY: list[dict[str, list[str]]] = [{"ApiKeyBearer": []}, {"ApiKeyHeader": []}]
_USER: list[dict[str, list[str]]] = [{"FirebaseToken": []}]

DESCRIPTION = """\
Turns a sentence into a real Excel workbook: native charts, live formulas, real styles.

Every error has the body `{"success": false, "error": "<code>", "message": "<safe to show>"}`; branch on `error`. Every
response carries `X-Request-Id`. Unknown request fields are ignored."""

_ERRORS = {
    400: "invalid_request: a required field is missing, a value is outside its enum, or the body is not a JSON object",
    401: "invalid_api_key: the credential is missing, malformed, unknown or revoked",
    402: "insufficient_credits: the balance is below the minimum for the format",
    403: "forbidden: the organization is suspended, or its tier does not allow this",
    404: "not_found: unknown, or another organization's",
    408: "sync_timeout_upgrade_async: the run goes on; `run_id` and `task_id` are in the body",
    409: "conflict: the idempotency key was used for another request, or the resource is not in a terminal state",
    410: "gone: deleted, or past its retention",
    413: "payload_too_large",
    422: "validation_error: the message begins with the JSON pointer of the field",
    429: "rate_limit_exceeded: the key's minute or the organization's concurrent runs; see Retry-After",
    500: "internal_error",
    501: "not_implemented: not available on this deployment",
    502: "upstream_error: the model provider, storage or rendering failed",
    503: "service_unavailable: see Retry-After",
}
_COMMON = (400, 401, 403, 413, 422, 429, 500, 503)
_EXTRA: dict[str, tuple[int, ...]] = {
    "/v1/signup": (404, 409),
    "/v1/excel/generate": (402, 404, 408, 409, 410, 501, 502),
    "/v1/runs/{run_id}/download": (404, 409, 410),
    "/v1/runs/{run_id}": (404, 410),
    "DELETE /v1/runs/{run_id}": (404, 409),
    "/v1/runs/{run_id}/versions": (404, 410),
    "/v1/runs/{run_id}/versions/{version}/restore": (404, 409, 410),
    "/v1/tasks/{task_id}": (404, 410),
    "/v1/tasks/{task_id}/cancel": (404, 409, 410),
    "/v1/organizations/{org_id}/api-keys": (404,),
    "/v1/organizations/{org_id}/api-keys/{key_id}": (404,),
}


def routers() -> list[APIRouter]:
    """The router of every function that has one, in the order of the files' names."""
    found = []
    for file in sorted((REPOSITORY / "functions").glob("*.py")):
        router = getattr(importlib.import_module(file.stem), "router", None)
        if isinstance(router, APIRouter):
            found.append(router)
    return found


def document() -> dict[str, Any]:
    """The whole document, with every error and header."""
    from overten.api.app import VERSION_PREFIX, UserRoute

    app = FastAPI()
    for router in routers():
        app.include_router(router, prefix=VERSION_PREFIX, generate_unique_id_function=lambda route: route.name)
    routes = [route for router in routers() for route in router.routes if isinstance(route, APIRoute)]
    result: dict[str, Any] = get_openapi(
        title="Overten API",
        version="1.0.0-alpha",
        description=DESCRIPTION,
        routes=app.routes,
        servers=[{"url": "/api"}],
    )
    schemas = result["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Error"] = _error_schema()
    result["components"]["securitySchemes"] = _security_schemes()
    signed_in = {VERSION_PREFIX + route.path for route in routes if isinstance(route, UserRoute)}
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            operation["security"] = _USER if path in signed_in else _KEY
            extra = _EXTRA.get(f"{method.upper()} {path}", _EXTRA.get(path, ()))
            _describe_responses(operation, extra)
    return result


def _describe_responses(operation: dict[str, Any], extra: tuple[int, ...]) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for status in sorted({*_COMMON, *extra}):
        responses[str(status)] = {
            "description": _ERRORS[status],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    counted = operation["security"] == _KEY
    for status, response in responses.items():
        response["headers"] = _headers(int(status), counted=counted)


def _headers(status: int, *, counted: bool) -> dict[str, Any]:
    headers = {"X-Request-Id": _header("string", "Quote it to support; it is in every log line of the request")}
    if counted and status not in (401, 413, 500, 503):
        headers["X-RateLimit-Limit"] = _header("integer", "Requests a minute of the key's tier")
        headers["X-RateLimit-Remaining"] = _header("integer", "Requests left in this minute")
        headers["X-RateLimit-Reset"] = _header("integer", "Unix time at which the next minute begins")
    if status in (429, 503):
        headers["Retry-After"] = _header("integer", "Seconds to wait before trying again")
    if status == 302:
        headers["Location"] = _header("string", "A short-lived address of the document")
    return headers


def _header(kind: str, description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


def _error_schema() -> dict[str, Any]:
    return {
        "title": "Error",
        "type": "object",
        "description": "The body of every error. Further members may be added.",
        "required": ["success", "error", "message"],
        "properties": {
            "success": {"type": "boolean", "const": False},
            "error": {"type": "string", "description": "Machine-readable; branch on it"},
            "message": {"type": "string", "description": "Safe to show to end users"},
            "run_id": {"type": "string"},
            "task_id": {"type": "string"},
            "org_id": {"type": "string"},
        },
    }


def _security_schemes() -> dict[str, Any]:
    return {
        "ApiKeyBearer": {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer sk_live_…`"},
        "ApiKeyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "FirebaseToken": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "Firebase ID token",
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="only say whether the file is up to date")
    arguments = parser.parse_args()
    text = json.dumps(document(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if not arguments.check:
        arguments.file.write_text(text)
        return 0
    if arguments.file.exists() and arguments.file.read_text() == text:
        return 0
    print(f"{arguments.file} is not what the routers say. Run `make openapi` and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
