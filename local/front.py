"""The stack's stable address: http://127.0.0.1:8000.

`/api/…` goes to the emulated API Gateway, with the gateway's own limits and answers; `/local/…` is what exists on a
laptop only: tokens of the stand-in for Firebase, and a page that lists the addresses. Runs in the emulator's virtual
environment, under hypercorn.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import yaml
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local import gateway_responses
from local.issuer import Issuer, uid_for
from local.settings import FIREBASE_PROJECT, LOOPBACK, STAGE_NAME

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.requests import Request

GATEWAY_BODY_BYTES = 10 * 1024 * 1024
LAMBDA_EVENT_BYTES = 6 * 1024 * 1024
INTEGRATION_SECONDS = 305.0

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_HOP_BY_HOP = {
    "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
    "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
_EMULATOR_ERRORS = {
    "AccessDeniedException": "ACCESS_DENIED",
    "BadRequestException": "BAD_REQUEST_BODY",
    "InternalServerErrorException": "API_CONFIGURATION_ERROR",
    "MissingAuthenticationTokenException": "MISSING_AUTHENTICATION_TOKEN",
    "TooManyRequestsException": "THROTTLED",
    "UnauthorizedException": "UNAUTHORIZED",
}

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Overten, local</title>
<style>body{{font:16px/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem}}
code,textarea{{font:13px/1.4 ui-monospace,monospace}}
textarea{{width:100%;height:9rem}}input,button{{font:inherit;padding:.3rem .5rem}}dt{{font-weight:600}}</style>
<h1>Overten, local</h1>
<dl><dt>API</dt><dd><code>{api_url}</code></dd><dt>Verification keys</dt><dd><a href="/local/jwks">/local/jwks</a></dd>
<dt>Emulated AWS</dt><dd><code>{emulator_url}</code> (key <code>test</code>, secret <code>test</code>)</dd></dl>
<h2>Sign in</h2><p>Any address will do; the same address is the same user.
The token lasts an hour and works on this stack only.</p>
<form><label>Email <input type="email" required value="dev@example.com"></label> <button>Get an ID token</button></form>
<p><textarea readonly aria-label="ID token"></textarea></p>
<script>document.querySelector('form').addEventListener('submit',async e=>{{e.preventDefault();
const r=await fetch('/local/token',{{method:'POST',headers:{{'Content-Type':'application/json'}},
body:JSON.stringify({{email:document.querySelector('input').value}})}});
const b=await r.json();document.querySelector('textarea').value=b.id_token||b.message}})</script></html>"""


class Gateway:
    """Forwards requests to one stage of the emulated API Gateway and gives the gateway's own answers."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        stage_url: str,
        responses: dict[str, gateway_responses.GatewayResponse],
        binary_media_types: set[str],
    ) -> None:
        self._client = client
        self._stage_url = stage_url
        self._responses = responses
        self._binary_media_types = binary_media_types

    async def handle(self, request: Request) -> Response:
        """The function's answer as it is; otherwise what API Gateway would have said."""
        body = await _read_body(request)
        if {".", ".."} & set(_raw_path(request).partition("?")[0].split("/")):
            return self._answer(request, "MISSING_AUTHENTICATION_TOKEN")  # would lead out of the stage
        if body is None or self._event_bytes(request, body) > LAMBDA_EVENT_BYTES:
            return self._answer(request, "REQUEST_TOO_LARGE")
        try:
            upstream = await self._client.request(
                request.method,
                self._stage_url + _raw_path(request).removeprefix(f"/{STAGE_NAME}"),
                headers=_forwarded_headers(request),
                content=body,
            )
        except httpx.TimeoutException:
            return self._answer(request, "INTEGRATION_TIMEOUT")
        except httpx.TransportError:
            return self._answer(request, "INTEGRATION_FAILURE")
        kind = _gateway_error(upstream)
        if kind:
            status = upstream.status_code if kind == "DEFAULT_5XX" else None
            return self._answer(request, kind, status, upstream.headers.get("x-amzn-requestid"))
        response = Response(upstream.content, upstream.status_code)
        response.raw_headers = [
            (name.lower(), value)
            for name, value in upstream.headers.raw
            if name.lower().decode() not in {*_HOP_BY_HOP, "date"}
        ] + [(b"content-length", str(len(upstream.content)).encode())]
        return response

    def _event_bytes(self, request: Request, body: bytes) -> int:
        """How large `body` is inside the event that Lambda gets: base64 when its type is binary, else a JSON string."""
        if len(body) * 6 < LAMBDA_EVENT_BYTES:
            return len(body)
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type in self._binary_media_types or "*/*" in self._binary_media_types:
            return (len(body) + 2) // 3 * 4
        return len(json.dumps(body.decode(errors="replace"), ensure_ascii=False).encode())

    def _answer(
        self, request: Request, kind: str, status: int | None = None, request_id: str | None = None
    ) -> Response:
        context = {
            "requestId": request_id or str(uuid.uuid4()),
            "httpMethod": request.method,
            "path": request.url.path,
            "stage": STAGE_NAME,
            "identity.sourceIp": request.client.host if request.client else LOOPBACK,
            "requestTimeEpoch": str(int(time.time() * 1000)),
        }
        code, headers, body = gateway_responses.render(self._responses, kind, context, status=status)
        return Response(body, code, headers)


async def _read_body(request: Request) -> bytes | None:
    """None when it is larger than the gateway takes. The rest is read and dropped: a client that is still sending
    would not see the answer.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= GATEWAY_BODY_BYTES:
            chunks.append(chunk)
        else:
            chunks.clear()
    return None if size > GATEWAY_BODY_BYTES else b"".join(chunks)


def _raw_path(request: Request) -> str:
    """Path and query exactly as sent, escapes included."""
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
    return f"{path}?{query}" if query else path


def _forwarded_headers(request: Request) -> list[tuple[bytes, bytes]]:
    headers = [(name, value) for name, value in request.headers.raw if name.decode("latin-1") not in _HOP_BY_HOP]
    client = request.client.host if request.client else LOOPBACK
    return [*headers, (b"x-forwarded-for", client.encode()), (b"x-forwarded-proto", b"http")]


def _gateway_error(upstream: httpx.Response) -> str | None:
    """The type of gateway response that the emulator meant; None when a function answered.

    A function of ours sets X-Request-Id on everything, the emulator never does.
    """
    if "x-request-id" in upstream.headers:
        return None
    error_type = upstream.headers.get("x-amzn-errortype")
    if error_type in _EMULATOR_ERRORS:
        return _EMULATOR_ERRORS[error_type]
    is_message = upstream.headers.get("content-type", "").startswith(
        "application/json"
    ) and upstream.content.startswith(b'{"message"')
    return "DEFAULT_5XX" if upstream.status_code >= 500 and is_message else None


def create_application(data: Path, environment: Mapping[str, str]) -> Starlette:
    """The front of the stack whose files lie under `data`."""
    issuer = Issuer(data / "state" / "issuer.pem")
    stack = json.loads((data / "stack.json").read_text())
    emulator_url = environment["OVERTEN_LOCAL_EMULATOR_URL"]
    template = yaml.safe_load(Path(stack["template"]).read_text())
    # trust_env: a proxy of the developer's must never see these requests.
    client = httpx.AsyncClient(
        timeout=httpx.Timeout(INTEGRATION_SECONDS, connect=5),
        limits=httpx.Limits(max_connections=None),
        trust_env=False,
    )
    gateway = Gateway(
        client,
        f"{emulator_url}/_aws/execute-api/{stack['api_id']}/{STAGE_NAME}",
        gateway_responses.read(template),
        binary_media_types(template),
    )

    async def key_set(_: Request) -> Response:
        return JSONResponse(issuer.key_set(), headers={"Cache-Control": "public, max-age=300"})

    async def token(request: Request) -> Response:
        return await mint_token(request, issuer)

    async def page(_: Request) -> Response:
        return HTMLResponse(_PAGE.format(api_url=environment["OVERTEN_LOCAL_API_URL"], emulator_url=emulator_url))

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok", "api_id": stack["api_id"]})

    async def home(_: Request) -> Response:
        return RedirectResponse("/local/")

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(
        routes=[
            Route("/", home),
            Route("/local/", page),
            Route("/local/health", health),
            Route("/local/jwks", key_set),
            Route("/local/token", token, methods=["POST"]),
            Route(f"/{STAGE_NAME}", gateway.handle, methods=_METHODS),
            Route(f"/{STAGE_NAME}/{{path:path}}", gateway.handle, methods=_METHODS),
        ],
        # A page elsewhere on the web must not reach this machine under a name of its own (DNS rebinding).
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"]),
            Middleware(GZipMiddleware, minimum_size=minimum_compression_bytes(template)),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
        lifespan=lifespan,
    )


async def mint_token(request: Request, issuer: Issuer) -> Response:
    """POST {email or uid, name?} → {id_token, uid, project_id, expires_in}."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    fields = body if isinstance(body, dict) else {}
    uid, email, name = (str(fields.get(field) or "") for field in ("uid", "email", "name"))
    if not (uid or email):
        return _error(400, "invalid_request", 'Send a JSON object with an "email" or a "uid".')
    uid = uid or uid_for(email)
    return JSONResponse(
        {
            "id_token": issuer.token(uid=uid, email=email or None, name=name or None),
            "uid": uid,
            "project_id": FIREBASE_PROJECT,
            "expires_in": 3600,
        },
        headers={"X-Request-Id": str(uuid.uuid4())},
    )


def binary_media_types(template: dict[str, Any]) -> set[str]:
    """The types whose bodies reach the functions as base64."""
    declared = list(template.get("Globals", {}).get("Api", {}).get("BinaryMediaTypes", []))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Api":
            declared += resource.get("Properties", {}).get("BinaryMediaTypes", [])
    return {media_type.replace("~1", "/").lower() for media_type in declared}


def minimum_compression_bytes(template: dict[str, Any]) -> int:
    """From which size on the gateway compresses answers for clients that accept it."""
    apis = [resource for resource in template["Resources"].values() if resource["Type"] == "AWS::Serverless::Api"]
    sizes = [api.get("Properties", {}).get("MinimumCompressionSize") for api in apis]
    return min((int(size) for size in sizes if size is not None), default=sys.maxsize)


def _error(status: int, code: str, message: str) -> Response:
    body = {"success": False, "error": code, "message": message}
    return JSONResponse(body, status, headers={"X-Request-Id": str(uuid.uuid4())})


async def _not_found(_request: Request, _cause: Exception) -> Response:
    return _error(404, "not_found", f"Nothing is here. The API lies under /{STAGE_NAME}/v1, the local page is /local/.")


def application_from_environment() -> Starlette:
    return create_application(Path(os.environ["OVERTEN_LOCAL_DATA"]), os.environ)
