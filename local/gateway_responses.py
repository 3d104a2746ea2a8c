"""API Gateway's own answers, rendered from the template as API Gateway renders them.

The emulator does not read the `GatewayResponses` of a SAM API, nor does it know the gateway's limits; the front
answers for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

# API Gateway's status and message of each response type that can occur here, before any customisation.
_DEFAULTS = {
    "ACCESS_DENIED": (403, "User is not authorized to access this resource"),
    "API_CONFIGURATION_ERROR": (500, "Internal server error"),
    "BAD_REQUEST_BODY": (400, "Invalid request body"),
    "BAD_REQUEST_PARAMETERS": (400, "Missing required request parameters"),
    "DEFAULT_4XX": (403, "Forbidden"),
    "DEFAULT_5XX": (502, "Internal server error"),
    "INTEGRATION_FAILURE": (504, "Internal server error"),
    "INTEGRATION_TIMEOUT": (504, "Endpoint request timed out"),
    "MISSING_AUTHENTICATION_TOKEN": (403, "Missing Authentication Token"),
    "REQUEST_TOO_LARGE": (413, "Request Too Long"),
    "THROTTLED": (429, "Too Many Requests"),
    "UNAUTHORIZED": (401, "Unauthorized"),
    "UNSUPPORTED_MEDIA_TYPE": (415, "Unsupported Media Type"),
}
_VARIABLE = re.compile(r"\$(?:\{context\.([\w.]+)\}|context\.([A-Za-z][\w]*(?:\.[A-Za-z]\w*)*))")
_HEADER_PREFIX = "gatewayresponse.header."


@dataclass(frozen=True)
class GatewayResponse:
    """One customised response type; `headers` holds mapping expressions, `body` a mapping template."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: str = '{"message":$context.error.messageString}'


def read(template: dict[str, Any]) -> dict[str, GatewayResponse]:
    """The customised responses of a template, in either way of writing them, by response type."""
    responses: dict[str, GatewayResponse] = {}
    shared = template.get("Globals", {}).get("Api", {}).get("GatewayResponses", {})
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Api":
            for kind, definition in {**shared, **properties.get("GatewayResponses", {})}.items():
                responses[kind] = _response(definition, definition.get("ResponseParameters", {}).get("Headers", {}))
        elif resource["Type"] == "AWS::ApiGateway::GatewayResponse":
            parameters = properties.get("ResponseParameters", {})
            headers = {
                name.removeprefix(_HEADER_PREFIX): value
                for name, value in parameters.items()
                if name.startswith(_HEADER_PREFIX)
            }
            responses[properties["ResponseType"]] = _response(properties, headers)
    return responses


def render(
    responses: dict[str, GatewayResponse],
    kind: str,
    context: dict[str, str],
    message: str | None = None,
    status: int | None = None,
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the gateway's answer of type `kind`.

    `context` holds the `$context` variables of the request. `message` and `status` replace API Gateway's defaults, not
    what the template says. A type that the template leaves alone follows its `DEFAULT_4XX` or `DEFAULT_5XX`.
    """
    default_status, default_message = _DEFAULTS[kind]
    default_status = status or default_status
    response = responses.get(kind) or responses.get(f"DEFAULT_{default_status // 100}XX") or GatewayResponse()
    text = default_message if message is None else message
    variables = {
        **context,
        "error.message": text,
        "error.messageString": json.dumps(text),
        "error.responseType": kind,
    }
    headers = {
        name: value for name, source in response.headers.items() if (value := _mapped(source, variables)) is not None
    }
    body = _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], ""), response.body)
    return response.status or default_status, {"Content-Type": "application/json", **headers}, body


def _response(definition: dict[str, Any], headers: dict[str, Any]) -> GatewayResponse:
    status = definition.get("StatusCode")
    templates = definition.get("ResponseTemplates", {})
    return GatewayResponse(
        status=int(status) if status else None,
        headers={name: str(value) for name, value in headers.items()},
        body=templates.get("application/json", GatewayResponse.body),
    )


def _mapped(source: str, variables: dict[str, str]) -> str | None:
    """The value of a mapping expression; None (no header) when its source is absent."""
    if len(source) >= 2 and source[0] == source[-1] == "'":
        return source[1:-1]
    return variables.get(source.removeprefix("context."))
