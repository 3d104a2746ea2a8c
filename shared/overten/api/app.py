"""From a router to a Lambda handler: credentials, errors, request ids and headers, the same for every function."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, ClassVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from overten.accounts import keys, tokens
from overten.accounts import service as accounts
from overten.accounts.models import User
from overten.accounts.store import rate_limit_headers
from overten.api import context, deprecation, errors
from overten.api.body import StrictJsonRequest
from overten.config import IdentitySettings, settings
from overten.errors import Forbidden
from overten.logs import logger

VERSION_PREFIX = "/v1"
type Handler = Callable[[Request], Awaitable[Response]]


def bearer(request: Request) -> str | None:
    """The credential of an Authorization header of the Bearer scheme."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() or None if scheme.lower() == "bearer" else None


def let_key_in(request: Request, *, suspended_too: bool = False) -> None:
    """Authenticates the request's API key, counts it, and notes the caller."""
    in_bearer, in_header = bearer(request), request.headers.get("x-api-key")
    # A proxy in between may need the Authorization header for a credential of its own.
    secret = in_header if in_header and not (in_bearer or "").startswith(keys.PREFIX) else in_bearer
    caller = accounts.authenticate(secret, time.time())
    request.state.caller = caller
    logger().append_keys(org_id=caller.org_id, key_id=caller.key_id)
    if caller.org_status != "active" and not suspended_too:
        raise Forbidden("This organization is suspended. See GET /verify.")


def inline(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """An endpoint or dependency that FastAPI runs where it is, not in a thread.

    A function serves one request at a time, and FastAPI would start a thread anew for each: a third of its own time.
    """
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    async def run(*arguments: Any, **named: Any) -> Any:
        return endpoint(*arguments, **named)

    # Not functools.wraps: FastAPI would look through it, find a plain function and start the thread after all.
    run.__name__, run.__doc__, run.__module__ = endpoint.__name__, endpoint.__doc__, endpoint.__module__
    run.__signature__ = inspect.signature(endpoint, eval_str=True)  # type: ignore[attr-defined]
    return run


type Security = tuple[dict[str, list[str]], ...]
_KEY: Security = ({"ApiKeyBearer": []}, {"ApiKeyHeader": []})


class _GuardedRoute(APIRoute):
    """A route whose credential comes before everything else, a malformed body included.

    `security` is what OpenAPI says of the credential: any one of these schemes; an empty one is nobody's in particular.
    """

    security: ClassVar[Security]

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, inline(endpoint), **options)

    def get_route_handler(self) -> Handler:  # type: ignore[override]
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            self.let_in(request)
            return await handle(StrictJsonRequest(request.scope, request.receive))

        return guarded

    def let_in(self, request: Request) -> None:
        raise NotImplementedError


class PublicRoute(_GuardedRoute):
    """A route for everybody, without a credential."""

    security = ()

    def let_in(self, request: Request) -> None:
        pass


class KeyRoute(_GuardedRoute):
    """A route for API keys."""

    security = _KEY

    def let_in(self, request: Request) -> None:
        let_key_in(request)


class SuspendedKeyRoute(_GuardedRoute):
    """A route that the keys of a suspended org reach, too."""

    security = _KEY

    def let_in(self, request: Request) -> None:
        let_key_in(request, suspended_too=True)


class LinkOrKeyRoute(_GuardedRoute):
    """A route for API keys, or for whoever holds a link's token; the endpoint checks the token."""

    security = (*_KEY, {})

    def let_in(self, request: Request) -> None:
        if "token" not in request.query_params:
            let_key_in(request)


class UserRoute(_GuardedRoute):
    """A route for people who signed in with Firebase."""

    security = ({"FirebaseToken": []},)

    def let_in(self, request: Request) -> None:
        request.state.user = tokens.verify(
            bearer(request),
            _key_set(),
            project_id=settings(IdentitySettings).firebase_project_id,
            now=time.time(),
        )


_key_sets: dict[str, tokens.KeySet] = {}


def _key_set() -> tokens.KeySet:
    """The issuer's public keys, kept between requests: they are the same for every caller."""
    url = settings(IdentitySettings).firebase_jwks_url
    return _key_sets.setdefault(url, tokens.KeySet(url))


def user_of(request: Request) -> User:
    """The user the route let in."""
    user: User = request.state.user
    return user


# No browser is to guess what an answer is, nor to tell another site the address, which may hold a link's token.
_SECURITY_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


class _Envelope:
    """Adds what every response carries, whatever became of the request.


    Plain ASGI: with BaseHTTPMiddleware each request would run in a task of its own, with streams between the two.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        logger().append_keys(request_id=context.request_id(request))

        async def send_enveloped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = context.request_id(request)
                headers.setdefault("Cache-Control", "no-store")
                headers.update(_SECURITY_HEADERS)
                headers.update(deprecation.headers_of(scope.get("route")))
                if caller := getattr(request.state, "caller", None):
                    headers.update(rate_limit_headers(caller.rate_limit))
                logger().info("request", method=request.method, status=message["status"])
            await send(message)

        try:
            await self._app(scope, receive, send_enveloped)
        except Exception as error:  # noqa: BLE001 - the last resort: logged whole, told with nothing internal
            await errors.answer_unexpected(error)(scope, receive, send_enveloped)


def create_app(*routers: APIRouter) -> FastAPI:
    """An application of these routers under the version's prefix."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for router in routers:
        for route in router.routes:
            deprecation.headers_of(route)  # refuses a mark without its day now, not at the first request
        app.include_router(router, prefix=VERSION_PREFIX)
    errors.install(app)
    app.add_middleware(_Envelope)
    return app


@cache
def _event_loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def lambda_handler(router: APIRouter) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The Lambda handler of a router. Takes the gateway's event with and without the base path in it."""
    from mangum import Mangum

    asyncio.set_event_loop(_event_loop())
    adapter = Mangum(create_app(router), lifespan="off", api_gateway_base_path=context.BASE_PATH)

    def handler(event: dict[str, Any], lambda_context: Any) -> dict[str, Any]:
        logger().clear_state()
        # Mangum runs on the thread's current loop, and whoever called asyncio.run before us has left none.
        asyncio.set_event_loop(_event_loop())
        answer: dict[str, Any] = adapter(event, lambda_context)
        return answer

    return handler
