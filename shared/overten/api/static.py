"""Public files that are the same for everybody: the OpenAPI document and the pages that show it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fastapi import Request, Response

OPENAPI_FILE = Path(__file__).parent / "openapi.json"

# Everything comes from this very API: no other origin, no inline script. Swagger UI styles its elements in place, and
# its drawings are data: addresses. Its requests go to the API that it describes.
_PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Overten API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<noscript>This page needs JavaScript. The document that it shows is <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""

_START = """"use strict";
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


def page() -> str:
    """The reference as a page. Its addresses are relative, so that it works wherever the API is mounted."""
    return _PAGE


@cache
def asset(name: str) -> tuple[bytes, str] | None:
    """A file of the page and its media type; None for any other name. Swagger UI is the copy that Powertools ships."""
    if name == "start.js":
        return _START.encode(), "text/javascript"
    import aws_lambda_powertools

    swagger_ui = Path(aws_lambda_powertools.__file__).parent / "event_handler" / "openapi" / "swagger_ui"
    found = {
        "swagger-ui-bundle.js": ("swagger-ui-bundle.min.js", "text/javascript"),
        "swagger-ui.css": ("swagger-ui.min.css", "text/css"),
    }.get(name)
    return ((swagger_ui / found[0]).read_bytes(), found[1]) if found else None


def answer(request: Request, content: bytes, media_type: str, *, max_age_seconds: int) -> Response:
    """The content with an ETag, or 304 for a client that has it already. Anyone may keep it for `max_age_seconds`."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={max_age_seconds}",
        "Content-Security-Policy": _PAGE_POLICY,
    }
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _has(if_none_match: str, tag: str) -> bool:
    """Whether one of the client's tags is ours, compared weakly (RFC 9110, 13.1.2): a gateway may have compressed."""
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return tag in known or "*" in known
