"""Request bodies as bytes and text, before anything is known of their fields."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import ImmutableMultiDict
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from service.errors import TooLong
from service.intake import decode
from service.settings import Settings

JSON, MULTIPART = "application/json", "multipart/form-data"
CONTENT_TOO_LARGE = 413
# JSON needs up to 6 bytes a character (\u00e9); the rest leaves room for a large glossary.
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


def most_bytes(settings: Settings) -> int:
    """Say how long a body may be."""
    return settings.max_characters * BYTES_PER_CHARACTER + BYTES_FOR_FIELDS


async def read_text(request: Request) -> str:
    """Read a body as UTF-8.

    Raises:
        TooLong: it is over the limit.
        NotUtf8: it is something else.
    """
    return decode(await read_bytes(request))


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
