"""What every request passes before its route, and the headers of every answer.

A page of another site may make a browser send requests here, also to a service that only listens on
the loopback address. Browsers say so (`Sec-Fetch-Site`, `Origin`), and such requests are refused
unless the setting `allowed_origins` names the site; then it may read the answers too (CORS).
A page may also give its own name the loopback address (DNS rebinding), and then is no other site to
the browser; but the name is in the header `Host`. So a service on the loopback address that asks
for no key answers only to names of this machine, and to those of the setting `allowed_hosts`.

Bodies are bounded in bytes and in seconds. How long the work may take is the lanes' business.
"""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.bodies import most_bytes
from service.api.errors import Fault, answer, handle
from service.api.gate import Gate
from service.errors import StoreUnavailable, Unprotected
from service.settings import Settings

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
        " form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# Swagger's page, as FastAPI writes it: a script in the page, the rest from a third party.
DOCS = "/docs"
DOCS_POLICY = (
    "default-src 'self'; script-src 'unsafe-inline' https://cdn.jsdelivr.net;"
    " style-src 'unsafe-inline' https://cdn.jsdelivr.net;"
    " img-src data: https://fastapi.tiangolo.com; frame-ancestors 'none'"
)

BAD_REQUEST, TOO_SLOW, TOO_LONG, MISDIRECTED = 400, 408, 413, 421
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITES = {"same-origin", "none"}  # "none": typed in, or a bookmark
CORS_REQUEST_HEADERS = [
    *("authorization", "content-type", "idempotency-key", "if-match", "if-none-match"),
    *("last-event-id", "x-api-key"),
]
CORS_ANSWER_HEADERS = ["content-disposition", "etag", "location", "retry-after", "x-request-id"]


def install(app: FastAPI, settings: Settings) -> None:
    """Let requests pass the rules for other sites, then the limits: last added, first passed."""
    origins = origins_of(settings)
    app.add_middleware(BodyLimits, most_bytes=most_bytes(settings), seconds=settings.body_seconds)
    app.add_middleware(ForeignSites, origins=origins)
    if is_loopback(settings.host):
        app.add_middleware(ForeignNames, hosts=listed(settings.allowed_hosts.lower()))
    if origins:
        app.add_middleware(
            FriendlySites,
            allow_origins=sorted(origins),
            allow_methods=["*"],
            allow_headers=CORS_REQUEST_HEADERS,
            expose_headers=CORS_ANSWER_HEADERS,
        )


def origins_of(settings: Settings) -> frozenset[str]:
    """List the sites that the settings allow, or "*"."""
    return listed(settings.allowed_origins)


def listed(setting: str) -> frozenset[str]:
    """Read a setting that lists words, parted by commas or blanks."""
    return frozenset(setting.replace(",", " ").split())


class SafeHeaders:
    """Adds the headers that tell browsers to be careful; what a route set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with more headers."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == DOCS:
                    headers.setdefault("content-security-policy", DOCS_POLICY)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if "etag" not in headers:  # a file may be kept and asked for again; texts may not
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, send_safely)


class ForeignSites:
    """Refuses what a browser sends for a page of another site, but reading.

    The method of Go's `http.CrossOriginProtection`. Programs send neither header and pass.
    """

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        fault = Fault(
            code="foreign_site",
            message="a page of another site may not ask this service",
            hint="name the site in the setting allowed_origins",
        )
        await answer(403, fault)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if "*" in self._origins or origin in self._origins:
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in OWN_SITES
        return origin is None or urlsplit(origin).netloc == headers.get("host")


class FriendlySites(CORSMiddleware):
    """Lets pages of the sites that the settings allow ask and read."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Answer what a browser asks before it sends a request; a refusal has our shape."""
        response = super().preflight_response(request_headers)
        if response.status_code < BAD_REQUEST:
            return response
        fault = Fault(
            code="foreign_site",
            message=bytes(response.body).decode(),
            hint="name the site in the setting allowed_origins; /docs has the methods and headers",
        )
        refused = answer(response.status_code, fault)
        own = {"content-length", "content-type"}
        refused.headers.update({k: v for k, v in response.headers.items() if k not in own})
        return refused


class ForeignNames:
    """Refuses what is asked of another name than this machine's own, while no key is asked for."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or self._is_ours(host_in(scope)):
            await self._app(scope, receive, send)
            return
        gate: Gate = scope["app"].state.gate
        try:
            is_closed = await gate.asks()
        except StoreUnavailable as error:
            await handle(Request(scope), error)(scope, receive, send)
            return
        if is_closed:  # a page that gave its name our address still has no key
            await self._app(scope, receive, send)
            return
        fault = Fault(
            code="foreign_name",
            message="this service is not asked by that name",
            hint="name it in the setting allowed_hosts (INTERLIGNE_ALLOWED_HOSTS)",
            where="Host",
        )
        await answer(MISDIRECTED, fault)(scope, receive, send)

    def _is_ours(self, host: str) -> bool:
        """Whether a name is this machine's; programs of old send none, and browsers always do."""
        own = not host or host.endswith(".localhost") or is_loopback(host)
        return own or host in self._hosts or "*" in self._hosts


def host_in(scope: Scope) -> str:
    """Read the name that a request is for, in small letters and without a port."""
    host = Headers(scope=scope).get("host", "").strip().lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.removesuffix(".")


class BodyLimits:
    """Fails the reading of a body that is too long (413) or takes too long to arrive (408).

    Starlette's own limit answers in plain text, whatever the route has to say.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, seconds: float) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its body fails in the hands of whoever reads it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = asyncio.get_running_loop().time() + self._seconds
        left = self._most_bytes
        is_whole = False

        async def receive_within_limits() -> Message:
            nonlocal left, is_whole
            if is_whole:  # what comes now is the end of the connection, some day
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(TOO_SLOW, "the body took too long to arrive") from None
            left -= len(message.get("body", b""))
            if left < 0:
                raise HTTPException(TOO_LONG, f"the body is over {self._most_bytes:,} bytes")
            is_whole = not message.get("more_body", False)
            return message

        await self._app(scope, receive_within_limits, send)


def require_protection(settings: Settings, keys_exist: Callable[[], bool]) -> None:
    """Refuse to serve everybody by accident.

    Args:
        settings: where it listens, and whether it is meant to be open.
        keys_exist: asked only where it matters.

    Raises:
        Unprotected: it listens to other machines, has no keys and was not told to be open.
    """
    if settings.open or is_loopback(settings.host) or keys_exist():
        return
    raise Unprotected(
        f"{settings.host} can be reached from other machines, and there are no keys",
        hint="make one with `interligne keys create`, or let everybody in with --open"
        " (INTERLIGNE_OPEN=true)",
    )


def is_loopback(host: str) -> bool:
    """Whether an address is this machine's own; a name other than localhost may be anything."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
