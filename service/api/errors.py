"""Errors over HTTP: one shape, one table of status codes."""

import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, TypeAdapter
from starlette.exceptions import HTTPException

from service import errors
from service.article import Article

STATUS: dict[type[errors.InterligneError], int] = {
    errors.BadInput: 400,
    errors.TooLong: 413,
    errors.NotFrench: 422,
    errors.BadGlossary: 422,
    errors.UnresolvedNames: 422,
    errors.ModelError: 503,
    errors.EngineFailed: 503,
    errors.FileFailed: 503,
    errors.ClusterUnavailable: 503,
    errors.Overloaded: 429,
    errors.Late: 503,
    errors.Draining: 503,
    errors.DeadlinePassed: 504,
    errors.Cancelled: 503,
    errors.NotAllowed: 401,
    errors.ScopeMissing: 403,
    errors.TooFast: 429,
    errors.Unprotected: 503,
    errors.StoreError: 503,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Outdated: 412,
}
SEE_DOCS = "see /docs for what exists"
HTTP = {  # what the framework and the routes refuse: a code and what to do
    400: ("bad_request", "see /docs for what may be sent"),
    404: ("not_found", SEE_DOCS),
    405: ("method_not_allowed", SEE_DOCS),
    406: ("not_acceptable", "name one of them in Accept, or send none"),
    408: ("too_slow", "send it again, or in parts"),
    413: ("too_long", "send it in parts"),
    415: ("unsupported_type", "say in Content-Type what the body is, or send a file to /v1/jobs"),
    428: ("condition_missing", "send If-Match with the ETag that came with it, or * for any"),
}
UNAUTHORISED, CHALLENGE = 401, 'Bearer realm="interligne"'
RETRY_AFTER_DRAINING = 5.0  # seconds: time for another instance to take over
RETRY_AFTER_STORE = 5.0  # seconds: a database is soon restarted


class Fault(BaseModel):
    """What is wrong (`message`), where, what to do (`hint`), and a stable name for programs."""

    code: str
    message: str
    hint: str = ""
    where: str = ""


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: Fault


def status_of(error: errors.InterligneError) -> int:
    """Find the status of an error: its own, else that of its nearest ancestor."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def fault_of(error: errors.InterligneError) -> Fault:
    """Say of one of our own errors what users may know."""
    return Fault(code=error.code, message=error.message, hint=error.hint, where=error.where)


def answer(status: int, fault: Fault, **more: Any) -> JSONResponse:
    """Build an error answer."""
    return JSONResponse({"error": fault.model_dump(), **more}, status_code=status)


def handle(_: Request, error: Exception) -> JSONResponse:
    """Answer one of our own errors; strict mode carries the whole translation with it."""
    assert isinstance(error, errors.InterligneError)
    more = {}
    if isinstance(error, errors.UnresolvedNames):
        more["article"] = TypeAdapter(Article).dump_python(error.article, mode="json")
    response = answer(status_of(error), fault_of(error), **more)
    response.headers.update(headers_of(error, response.status_code))
    return response


def headers_of(error: errors.InterligneError, status: int) -> dict[str, str]:
    """List the headers that go with an error: when to ask again, or how to say who asks."""
    wait = retry_after(error)
    if wait is not None:
        return {"retry-after": str(math.ceil(wait))}
    return {"www-authenticate": CHALLENGE} if status == UNAUTHORISED else {}


def retry_after(error: errors.InterligneError) -> float | None:
    """Say in how many seconds it is worth asking again, if it ever is."""
    match error:
        case errors.Overloaded() | errors.TooFast():
            return error.retry_after
        case errors.Draining():
            return RETRY_AFTER_DRAINING
        case errors.StoreUnavailable():
            return RETRY_AFTER_STORE
    return None


def handle_validation(_: Request, error: Exception) -> JSONResponse:
    """Answer a request whose fields are wrong, naming the first of them."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    hint = "see /docs for the fields and their limits"
    fault = Fault(code="invalid_request", message=first["msg"], where=where, hint=hint)
    return answer(422, fault)


def handle_http(_: Request, error: Exception) -> JSONResponse:
    """Answer an unknown path, a wrong method and the like in our shape."""
    assert isinstance(error, HTTPException)
    code, hint = HTTP.get(error.status_code, ("http_error", SEE_DOCS))
    fault = Fault(code=code, message=str(error.detail), hint=hint)
    response = answer(error.status_code, fault)
    response.headers.update(error.headers or {})
    return response


def install(app: FastAPI) -> None:
    """Make every failure of the app answer in the one shape."""
    app.add_exception_handler(errors.InterligneError, handle)
    app.add_exception_handler(RequestValidationError, handle_validation)
    app.add_exception_handler(HTTPException, handle_http)
