"""Request bodies as bytes and text, before anything is known of their fields."""

from fastapi import Request

from service.errors import TooLong
from service.intake import decode
from service.pipeline import Pipeline

JSON = "application/json"
# JSON needs up to 6 bytes a character (\u00e9); the rest leaves room for a large glossary.
BYTES_PER_CHARACTER, BYTES_FOR_FIELDS = 6, 4_000_000


def is_json(request: Request) -> bool:
    """Whether the body calls itself JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == JSON or media_type.endswith("+json")


async def read_text(request: Request) -> str:
    """Read a body as UTF-8, giving up as soon as it is over the limit.

    Raises:
        TooLong: it is.
        NotUtf8: it is something else.
    """
    pipeline: Pipeline = request.app.state.pipeline
    limit = pipeline.settings.max_characters * BYTES_PER_CHARACTER + BYTES_FOR_FIELDS
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise TooLong(
                f"the body is over {limit:,} bytes", where="body", hint="send the text in parts"
            )
    return decode(bytes(body))
