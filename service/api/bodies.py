"""Request bodies as bytes and text, before anything is known of their fields."""

import codecs
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from service.errors import BadInput, TooLong
from service.intake import decode
from service.settings import Settings

JSON, MULTIPART = "application/json", "multipart/form-data"
FORM = "application/x-www-form-urlencoded"
ANYTHING = {"", JSON, "*/*", "application/*"}  # of what a client takes, what JSON is
NOT_ACCEPTABLE, CONTENT_TOO_LARGE, WRONG_TYPE = 406, 413, 415
UTF8 = "utf-8"
# By the names that Python has for them. What calls itself Latin-1 often is Windows-1252, which has
# more letters (https://encoding.spec.whatwg.org/#names-and-labels).
CHARSETS = {
    UTF8: UTF8,
    "ascii": UTF8,
    "cp1252": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-15": "iso8859-15",
}
# JSON needs up to 6 bytes a character (\u00e9); the rest leaves room for a large glossary.
SEND_UTF8 = "send UTF-8, and say `charset=utf-8` or nothing"
BYTES_PER_CHARACTER, BYTES_FOR_FIELDS = 6, 4_000_000

Body = TypeVar("Body", bound=BaseModel)
Value = TypeVar("Value")


def media_type_of(request: Request) -> str:
    """Say what the body calls itself, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_json(request: Request) -> bool:
    """Whether the body calls itself JSON."""
    media_type = media_type_of(request)
    return media_type == JSON or media_type.endswith("+json")


def first_accepted(request: Request, known: Collection[str]) -> str:
    """Choose the first media type that a client takes and we can write: JSON, or one of `known`.

    Raises:
        HTTPException: there is none.
    """
    accept = request.headers.get("accept", "")
    for media_type in (part.partition(";")[0].strip().lower() for part in accept.split(",")):
        if media_type in ANYTHING:
            return JSON
        if media_type in known:
            return media_type
    raise HTTPException(NOT_ACCEPTABLE, f"we can write {', '.join([JSON, *known])}")


def most_bytes(settings: Settings) -> int:
    """Say how long a body may be."""
    return settings.max_characters * BYTES_PER_CHARACTER + BYTES_FOR_FIELDS


async def read_text(request: Request) -> str:
    """Read a body in the charset that it names, else as UTF-8.

    Raises:
        TooLong: it is over the limit.
        NotUtf8: it is something else.
        BadInput: the charset is none that we read, or not that of the bytes.
    """
    data = await read_bytes(request)
    _, parameters = parse_options_header(request.headers.get("content-type"))
    charset = parameters.get(b"charset", UTF8.encode()).decode("latin-1")
    codec = codec_of(charset)
    if codec == UTF8:
        return decode(data)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadInput(
            f"the body is not in the charset {charset}", where=f"byte {error.start}", hint=SEND_UTF8
        ) from error


def codec_of(charset: str) -> str:
    """Find the codec of a charset.

    Raises:
        BadInput: it is none that we read.
    """
    try:
        return CHARSETS[codecs.lookup(charset).name]
    except (LookupError, ValueError) as error:
        raise BadInput(
            f"the charset {charset[:50]!r} is not read", where="content-type", hint=SEND_UTF8
        ) from error


async def read_bytes(request: Request) -> bytes:
    """Read a body as it is.

    Raises:
        TooLong: it is over the limit.
    """
    try:
        return await request.body()
    except HTTPException as error:
        if error.status_code != CONTENT_TOO_LARGE:
            raise
        limit = most_bytes(request.app.state.pipeline.settings)
        message = f"the body is over {limit:,} bytes"
        raise TooLong(message, where="body", hint="send the text in parts") from error


def preceded(first: Message, receive: Receive) -> Receive:
    """Receive a message before all that come."""
    messages = [first]

    async def receive_all() -> Message:
        return messages.pop() if messages else await receive()

    return receive_all


def from_json(body: type[Body], text: str) -> Body:
    """Read a JSON body whose route takes other kinds, too.

    Raises:
        RequestValidationError: it is no JSON, or a field is wrong.
    """
    with told_as_of_the_body():
        return body.model_validate_json(text)


def from_fields(body: type[Body], fields: Mapping[str, Any]) -> Body:
    """Read the fields of a form or of a query.

    Raises:
        RequestValidationError: one is wrong.
    """
    with told_as_of_the_body():
        return body.model_validate(fields)


def fields_in(sent: ImmutableMultiDict[str, Value]) -> dict[str, Value | list[Value]]:
    """List the fields of a form or of a query; one that is repeated has a list of its values."""
    every = {name: sent.getlist(name) for name in sent}
    return {name: values if len(values) > 1 else values[0] for name, values in every.items()}


@contextmanager
def told_as_of_the_body() -> Iterator[None]:
    """Tell of wrong fields as FastAPI does."""
    try:
        yield
    except ValidationError as error:
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        ) from error
