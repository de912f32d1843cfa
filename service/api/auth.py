"""Who may ask for what: the key of a request, and the scopes that its route needs.

A key comes as `Authorization: Bearer KEY`, as DeepL's clients send it, as `X-API-Key`,
or where LibreTranslate's clients put it. Every route asks for one but those of `FOR_ALL`; files of
the page are no routes. An unknown key and a revoked one get the same answer.
"""

from typing import Annotated

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from service.api.dialects import fields_of
from service.api.gate import Gate
from service.errors import ScopeMissing
from service.store.keys import Key, Scope

# Probes, the page, what clients ask before they know of keys, and files whose address is a secret.
FOR_ALL = {
    "/",
    "/healthz",
    "/readyz",
    "/health",
    "/languages",
    "/frontend/settings",
    "/download_file/{name}",
    "/v1/formats",
    "/v1/languages",
}
FOR_OPERATORS = {"/metrics"}
GLOSSARIES = ("/v1/glossaries", "/v1/memory", "/v2/glossar", "/v3/glossar")
READING = {"GET", "HEAD"}
SCHEMES = {"bearer", "deepl-auth-key"}

bearer = HTTPBearer(auto_error=False, description="An API key.")
key_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="An API key.")


async def authorise(
    request: Request,
    _bearer: Annotated[object, Security(bearer)],
    _key_header: Annotated[object, Security(key_header)],
) -> None:
    """Let a request through, or refuse it; the id of its key becomes `request.state.owner`.

    Raises:
        NotAllowed: no key, an unknown one, or one that does not allow this.
        TooFast: the key was used too often of late.
        StoreUnavailable: nobody can say.
    """
    gate: Gate = request.app.state.gate
    path = request.scope["route"].path
    if path in FOR_ALL or not await gate.asks():
        return
    key = await gate.key_of(await sent_key(request))
    require_scope(key, scopes_for(request.method, path))
    gate.admit(key)
    request.state.owner = key.id


async def sent_key(request: Request) -> str:
    """Find the key in a request; "" if there is none."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in SCHEMES and key.strip():
        return key.strip()
    if key := request.headers.get("x-api-key", ""):
        return key
    if field := getattr(request.scope["route"], "key_field", ""):
        return str((await fields_of(request)).get(field) or "")
    return ""


def scopes_for(method: str, path: str) -> frozenset[Scope]:
    """List the scopes of which one is enough."""
    if path in FOR_OPERATORS:
        return frozenset({Scope.ADMIN})
    if not path.startswith(GLOSSARIES):
        return frozenset({Scope.TRANSLATE, Scope.ADMIN})
    if method in READING:
        return frozenset(Scope)
    return frozenset({Scope.GLOSSARIES, Scope.ADMIN})


def require_scope(key: Key, enough: frozenset[Scope]) -> None:
    """Refuse a key that was not made for this.

    Raises:
        ScopeMissing: it has none of these scopes.
    """
    if not key.scopes & enough:
        needed = " or ".join(scope for scope in Scope if scope in enough)
        raise ScopeMissing("the key does not allow this", hint=f"it needs the scope {needed}")
