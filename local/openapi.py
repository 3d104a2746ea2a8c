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

from local.openapi_examples import BY_OPERATION, VALUES, example_of

REPOSITORY = Path(__file__).parent.parent

DESCRIPTION = """\
Turns a sentence into a real Excel workbook: native charts, live formulas, real styles.

Every error has the body `{"success": false, "error": "<code>", "message": "<safe to show>"}`; branch on `error`. Every
response carries `X-Request-Id`. Unknown request fields are ignored. Timestamps are ISO 8601 with an offset.

Send your API key as `Authorization: Bearer sk_live_…` or as `X-API-Key: sk_live_…`. Every answer to a good key says in
`X-RateLimit-Remaining` how many requests its minute has left. A deprecated operation answers with `X-Deprecated: true`
and, in `Sunset`, the day until which it is kept."""

# An entry for each tag that a router uses; a new one fails its test.
_TAGS = {
    "Accounts": "Signing up, API keys, and what a key may do.",
    "Preflight": "Would this request be accepted? Free.",
    "Assets": "Files and images to work with.",
    "Files": "Files to edit, to draw on, or to take the look of.",
    "Images": "Images to place in documents.",
    "Generation": "From a sentence to a document. Charged when it succeeds.",
    "Tasks and runs": "A run is a conversation about one document, a task is one turn of it.",
    "Exports": "Documents in other formats. Made once for each version, and kept. Free.",
    "Credits": "Balance and ledger.",
    "Webhooks": "Being told when a run is over.",
    "Editor": "The document in the browser.",
    "Reference": "This description, open to everybody.",
}

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
# Further codes that a status comes with.
_ALSO = {400: ("preflight_failed",)}
_SUCCESSES = {
    200: "The answer",
    201: "It has been made",
    202: "Accepted: it goes on without the caller",
    204: "Done; there is no body",
    302: "The address is in Location",
}
_COMMON = (400, 401, 403, 413, 422, 429, 500, 503)
# What a path can answer besides; a method of it that is named ("POST /v1/…") has its own.
_EXTRA: dict[str, tuple[int, ...]] = {
    "/v1/signup": (404, 409),
    **dict.fromkeys(
        ("/v1/excel/generate", "/v1/word/generate", "/v1/slides/generate"), (402, 404, 408, 409, 410, 501, 502)
    ),
    "/v1/excel/analyze": (402, 404, 408, 409, 410, 501, 502),
    "/v1/slides/outline": (402, 404, 408, 409, 410, 501, 502),
    "/v1/preflight": (404, 409, 410),
    "/v1/runs/{run_id}/download": (404, 409, 410),
    "/v1/runs/{run_id}": (404, 410),
    "DELETE /v1/runs/{run_id}": (404, 409),
    "/v1/runs/{run_id}/export": (404, 409, 410, 501, 502, 503),
    "/v1/runs/{run_id}/thumbnail": (404, 409, 410),
    "/v1/runs/{run_id}/versions": (404, 410),
    "/v1/runs/{run_id}/versions/{version}/restore": (404, 409, 410),
    "/v1/files/{file_id}": (404, 410),
    "/v1/files/{file_id}/convert": (404, 409, 410, 501, 502, 503),
    "/v1/files/{file_id}/download": (404, 409, 410),
    "/v1/images/{image_id}": (404, 410),
    "/v1/images/{image_id}/content": (404, 409, 410),
    "/v1/tasks/{task_id}": (404, 410),
    "/v1/tasks/{task_id}/cancel": (404, 409, 410),
    "POST /v1/webhooks": (409,),
    "DELETE /v1/webhooks": (404,),
    "/v1/webhooks/{webhook_id}": (404,),
    "PATCH /v1/webhooks/{webhook_id}": (404, 409),
    "/v1/webhooks/{webhook_id}/deliveries": (404,),
    **dict.fromkeys(("/v1/webhooks/{webhook_id}/rotate-secret", "/v1/webhooks/{webhook_id}/test"), (404, 409)),
    "/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": (404, 409, 410),
    "/v1/organizations/{org_id}/api-keys": (404,),
    "POST /v1/organizations/{org_id}/api-keys": (404, 409),
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


def document(found: list[APIRouter] | None = None) -> dict[str, Any]:
    """The whole document, with every error, header and example; of every function's router, or of those given."""
    from overten.api.app import VERSION_PREFIX

    app = FastAPI()
    included = routers() if found is None else found
    for router in included:
        app.include_router(router, prefix=VERSION_PREFIX, generate_unique_id_function=lambda route: route.name)
    routes = [route for router in included for route in router.routes if isinstance(route, APIRoute)]
    used_tags = {str(tag) for route in routes for tag in route.tags}
    result: dict[str, Any] = get_openapi(
        title="Overten API",
        version="1.0.0-alpha",
        summary="A sentence becomes a real document.",
        description=DESCRIPTION,
        routes=app.routes,
        servers=[{"url": "/api", "description": "The API that this document was read from"}],
        contact={"name": "Overten support", "email": "support@overten.ai"},
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        tags=[{"name": name, "description": text} for name, text in _TAGS.items() if name in used_tags],
    )
    components = result.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for route in routes:
        path = VERSION_PREFIX + route.path
        for method in sorted(route.methods or ()):
            if route.include_in_schema:
                _complete(result["paths"][path][method.lower()], route, f"{method} {path}", schemas)
    schemas |= {"Error": _error_schema(), **{f"Error{status}": _error_schema_of(status) for status in _ERRORS}}
    components["headers"] = _HEADERS
    components["securitySchemes"] = _security_schemes()
    return result


def _complete(operation: dict[str, Any], route: APIRoute, name: str, schemas: dict[str, Any]) -> None:
    """Adds what FastAPI does not know: credentials, errors, headers and examples."""
    operation["security"] = list(getattr(route, "security", ()))
    operation["summary"] = route.name.replace("_", " ").capitalize().replace(" api ", " API ")
    for parameter in operation.get("parameters", []):
        if examples := parameter["schema"].get("examples"):
            parameter["example"] = examples[0]
    _exemplify(operation.get("requestBody", {}), schemas)
    responses = operation["responses"]
    responses.pop("422", None)
    for status, response in responses.items():
        if response["description"] == "Successful Response":
            response["description"] = _SUCCESSES[int(status)]
        _exemplify(response, schemas, BY_OPERATION.get(operation["operationId"]))
    for code in _error_statuses(operation, name):
        responses[str(code)] = _error_response(code)
    for status, response in responses.items():
        response["headers"] = _headers(operation, int(status)) | response.get("headers", {})


def _exemplify(described: dict[str, Any], schemas: dict[str, Any], given: Any = None) -> None:
    """Gives each content of a body an example, if it has none."""
    for content in described.get("content", {}).values():
        if not {"example", "examples"} & set(content):
            content["example"] = example_of(content["schema"], schemas) if given is None else given


def _error_response(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/Error{status}"}
    content = {"application/json": {"schema": schema, "example": error_example(status)}}
    return {"description": _ERRORS[status], "content": content}


def _error_statuses(operation: dict[str, Any], name: str) -> list[int]:
    path = name.partition(" ")[2]
    common = set(_COMMON)
    if not operation["security"]:
        common -= {401, 403}
    if not operation.get("parameters") and "requestBody" not in operation:
        common.discard(422)
    return sorted(common | set(_EXTRA.get(name, _EXTRA.get(path, ()))))


def error_example(status: int) -> dict[str, Any]:
    """The body of an error with this status."""
    code = _code(status)
    body = {"success": False, "error": code, "message": _MESSAGES.get(status) or _default_messages()[code]}
    return body | ({"run_id": VALUES["run_id"], "task_id": VALUES["task_id"]} if status == 408 else {})


def _code(status: int) -> str:
    return _ERRORS[status].partition(":")[0]


_MESSAGES = {
    400: "/prompt: this field is required.",
    402: "Insufficient credits. Required: 5, balance: 3.",
    422: "/query/limit: should be less than or equal to 100.",
    429: "Rate limit of 60 requests a minute exceeded. Retry after 42 seconds.",
}


def _default_messages() -> dict[str, str]:
    from overten.errors import ApiError

    kinds: list[type[ApiError]] = [ApiError, *ApiError.__subclasses__()]
    return {kind.code: kind.default_message for kind in kinds}


def _headers(operation: dict[str, Any], status: int) -> dict[str, Any]:
    security, replayable = operation["security"], status < 400 or status in (408, 409, 500, 502)
    names = ["X-Request-Id"]
    if any("ApiKeyHeader" in scheme for scheme in security) and status != 401:
        # Whoever comes with a link's token instead of a key has no budget; the gateway's own answers know of none.
        always = status < 400 and {} not in security
        names += [f"X-RateLimit-{part}{'' if always else '-Maybe'}" for part in ("Limit", "Remaining", "Reset")]
    if status in (429, 503):
        names.append("Retry-After")
    if status == 302:
        names.append("Location")
    if "304" in operation["responses"] and status < 400:
        names += ["ETag", "Cache-Control"]
    if replayable and any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", [])):
        names.append("Idempotent-Replayed")
    if operation.get("deprecated"):
        names += ["X-Deprecated", "Sunset"]
    return {name.removesuffix("-Maybe"): {"$ref": f"#/components/headers/{name}"} for name in names}


def _header(kind: str, description: str, example: object, *, required: bool = True) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": {"type": kind}, "example": example}


_RATE_LIMIT = {
    "X-RateLimit-Limit": ("Requests a minute of the key's tier", 60),
    "X-RateLimit-Remaining": ("Requests left in this minute", 42),
    "X-RateLimit-Reset": ("Unix time at which the next minute begins", 1_795_356_660),
}
_HEADERS = {
    "X-Request-Id": _header(
        "string", "Quote it to support; it is in every log line of the request", VALUES["request_id"]
    ),
    **{name: _header("integer", *told) for name, told in _RATE_LIMIT.items()},
    **{f"{name}-Maybe": _header("integer", *told, required=False) for name, told in _RATE_LIMIT.items()},
    "Retry-After": _header("integer", "Seconds to wait before trying again", 42),
    "Location": _header("string", "A short-lived address of the content", "https://storage.example.com/budget.xlsx"),
    "ETag": _header("string", "Send it as If-None-Match", '"4355a46b19d348dc2f57c046f8ef63d4"'),
    "Cache-Control": _header("string", "How long the answer may be kept", "public, max-age=300"),
    "Idempotent-Replayed": _header(
        "string", "`true` if an earlier request with this key was found", "true", required=False
    ),
    "X-Deprecated": _header("string", "This operation will go", "true"),
    "Sunset": _header("string", "Until when it is kept (RFC 8594)", "Wed, 01 Dec 2027 00:00:00 GMT"),
}


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
            "missing": {"type": "array", "items": {"type": "string"}, "description": "Of `preflight_failed`"},
            "reason": {"type": "string", "description": "Of `preflight_failed`"},
            "detected_intents": {"type": "array", "items": {"type": "string"}, "description": "Of `preflight_failed`"},
        },
    }


def _error_schema_of(status: int) -> dict[str, Any]:
    """The error with the codes that this status comes with."""
    narrowed: dict[str, Any] = {
        "title": f"Error{status}",
        "allOf": [{"$ref": "#/components/schemas/Error"}],
        "properties": {"error": {"type": "string", "enum": [_code(status), *_ALSO.get(status, ())]}},
    }
    return narrowed | ({"required": ["run_id", "task_id"]} if status == 408 else {})


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
