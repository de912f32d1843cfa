"""What a request submits as a job: a text, an article as JSON, or a file in a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from service import formats
from service.api.bodies import JSON, is_json, read_text
from service.api.glossaries import take
from service.api.schemas import ArticleBody, Options, glossary_from
from service.errors import BadInput
from service.intake import require_text
from service.jobs import Order
from service.settings import Settings
from service.store.jobs import Submission

MULTIPART = "multipart/form-data"
FILE = "file"  # the field of a form
GLOSSARY = "glossary"  # in a form or a query: its terms, as JSON
UNNAMED = "article.txt"
LONGEST_NAME = 400  # characters

Body = TypeVar("Body", bound=BaseModel)

BODY = {  # for the OpenAPI
    "required": True,
    "content": {
        JSON: {"schema": ArticleBody.model_json_schema()},
        "text/plain": {"schema": {"type": "string"}},
        MULTIPART: {
            "schema": {
                "type": "object",
                "required": [FILE],
                "properties": {FILE: {"type": "string", "format": "binary"}},
            }
        },
    },
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What came in a request: a file, and fields that are not read yet."""

    payload: bytes
    name: str
    media_type: str
    fields: Mapping[str, Any]


async def read_submission(request: Request, key: str | None) -> Submission:
    """Read a body of one of the three kinds, with what is asked of it.

    Raises:
        BadInput: it is none of them, or a file that we cannot read.
        RequestValidationError: a field is wrong.
    """
    settings: Settings = request.app.state.pipeline.settings
    sent = await read_sent(request)
    order = await order_of(request, sent.fields)
    await run_in_threadpool(require_readable, sent, settings.max_characters)
    return Submission(sent.payload, sent.name, sent.media_type, order.stored(), key)


async def read_sent(request: Request) -> Sent:
    """Read a body of one of the three kinds.

    Raises:
        BadInput: it is none of them.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == MULTIPART:
        return await read_form(request)
    text = await read_text(request)
    if not is_json(request):
        return Sent(text.encode(), UNNAMED, "text/plain", dict(request.query_params))
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is not JSON: {error}", where="body", hint="see /docs") from error
    body = validated(ArticleBody, fields)
    return Sent(
        body.text.encode(errors="surrogatepass"),
        UNNAMED,
        JSON,
        {key: value for key, value in fields.items() if key != "text"},
    )


async def read_form(request: Request) -> Sent:
    """Read a form with a file.

    Raises:
        BadInput: it has none.
    """
    async with request.form(max_files=1, max_fields=len(Options.model_fields)) as form:
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            raise BadInput("the form has no file", where=FILE, hint="send it in the field `file`")
        fields = {key: value for key, value in form.items() if key != FILE}
        payload = await file.read()
    name = PurePath((file.filename or UNNAMED).replace("\\", "/")).name[-LONGEST_NAME:]
    return Sent(payload, name, file.content_type or "application/octet-stream", fields)


async def order_of(request: Request, fields: Mapping[str, Any]) -> Order:
    """Read what is asked of a job; a stored glossary is taken in the version that it has now.

    Raises:
        NotFound: there is no such glossary.
        RequestValidationError: a field is wrong.
        BadGlossary: two terms contradict each other.
    """
    terms = fields.get(GLOSSARY)
    if isinstance(terms, str):
        try:
            fields = {**fields, GLOSSARY: json.loads(terms)}
        except (ValueError, RecursionError) as error:
            raise BadInput(f"the glossary is not JSON: {error}", where=GLOSSARY) from error
    options = validated(Options, fields)
    return Order(
        title=options.title,
        terms=tuple(glossary_from(options.glossary) or ()),
        glossaries=(await take(request, options.glossary_id)).versions,
        summary_words=options.summary_words,
        detect_language=options.source == "auto",
        strict=options.strict,
        memory=options.memory,
    )


def validated(model: type[Body], fields: Any) -> Body:
    """Check fields as FastAPI would.

    Raises:
        RequestValidationError: one is wrong.
    """
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise RequestValidationError(
            [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors()]
        ) from error


def require_readable(sent: Sent, most_characters: int) -> None:
    """Refuse now what could not be read later.

    Raises:
        BadInput: it is empty, damaged or of no format that we know.
    """
    document = formats.read(sent.payload, sent.name)
    require_text(document.text, most_characters)
