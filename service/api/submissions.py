"""What a request submits as a job: a text, an article as JSON, or a file in a form."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from service import formats
from service.api.bodies import (
    JSON,
    MULTIPART,
    fields_in,
    from_fields,
    is_json,
    media_type_of,
    read_text,
)
from service.api.glossaries import take
from service.api.schemas import (
    MOST_GLOSSARIES,
    ArticleBody,
    Options,
    glossary_from,
    summary_words_of,
)
from service.errors import BadInput
from service.formats import Document
from service.intake import require_text
from service.jobs import Order
from service.settings import Settings
from service.store.jobs import Submission

FILE = "file"  # the field of a form
GLOSSARY = "glossary"  # in a form or a query: its terms, as JSON
UNNAMED = "article.txt"
MOST_FIELDS = len(Options.model_fields) + MOST_GLOSSARIES  # of a form, for one may be repeated
LONGEST_NAME = 400  # characters

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
    """What came in a request: a file, and what is asked of it; an article, if it is JSON."""

    payload: bytes
    name: str
    media_type: str
    options: Options


async def read_submission(request: Request, key: str | None) -> Submission:
    """Read a body of one of the three kinds, with what is asked of it.

    Raises:
        BadInput: it is none of them, or a file that we cannot read.
        RequestValidationError: a field is wrong.
    """
    settings: Settings = request.app.state.pipeline.settings
    sent = await read_sent(request)
    order = await order_of(request, sent.options)
    await run_in_threadpool(readable, sent.payload, sent.name, settings.max_characters)
    return Submission(sent.payload, sent.name, sent.media_type, order.stored(), key)


async def read_sent(request: Request) -> Sent:
    """Read a body of one of the three kinds.

    Raises:
        BadInput: it is none of them.
        RequestValidationError: a field is wrong.
    """
    if media_type_of(request) == MULTIPART:
        return await read_form(request)
    text = await read_text(request)
    if not is_json(request):
        return sent_file(text.encode(), UNNAMED, options_from(fields_in(request.query_params)))
    body = from_fields(ArticleBody, loaded(text, "this", where="body", hint="see /docs"))
    return Sent(body.text.encode(errors="surrogatepass"), UNNAMED, JSON, body)


async def read_form(request: Request) -> Sent:
    """Read a form with a file.

    Raises:
        BadInput: it has none.
        RequestValidationError: a field is wrong.
    """
    async with request.form(max_files=1, max_fields=MOST_FIELDS) as form:
        file = form.get(FILE)
        if not isinstance(file, UploadFile):
            raise BadInput("the form has no file", where=FILE, hint="send it in the field `file`")
        options = options_from(
            {key: value for key, value in fields_in(form).items() if key != FILE}
        )
        payload = await file.read()
    return sent_file(payload, name_of(file.filename), options)


def sent_file(payload: bytes, name: str, options: Options) -> Sent:
    """Tell the kind of a file by its name; what its sender calls it may be anything."""
    return Sent(payload, name, formats.media_type_of(name), options)


def name_of(told: str | None) -> str:
    """Read the name of a file in a form, without folders."""
    path = PurePath((told or "").replace("\\", "/"))
    return path.name[-LONGEST_NAME:] or UNNAMED


def options_from(fields: Mapping[str, Any]) -> Options:
    """Read the fields of a form or a query, where the glossary is JSON.

    Raises:
        BadInput: the glossary is no JSON.
        RequestValidationError: a field is wrong.
    """
    terms = fields.get(GLOSSARY)
    if isinstance(terms, str):
        fields = {**fields, GLOSSARY: loaded(terms, "the glossary", where=GLOSSARY)}
    return from_fields(Options, fields)


def loaded(text: str, what: str, *, where: str, hint: str = "") -> Any:
    """Read JSON.

    Raises:
        BadInput: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{what} is not JSON: {error}", where=where, hint=hint) from error


async def order_of(request: Request, options: Options) -> Order:
    """Say what is asked of a job; a stored glossary is taken in the version that it has now.

    Raises:
        NotFound: there is no such glossary.
        BadGlossary: two terms contradict each other.
    """
    settings: Settings = request.app.state.pipeline.settings
    return Order(
        title=options.title,
        terms=tuple(glossary_from(options.glossary) or ()),
        glossaries=(await take(request, options.glossary_id)).versions,
        summary_words=summary_words_of(options, settings),
        detect_language=options.source == "auto",
        strict=options.strict,
        memory=options.memory,
    )


def readable(payload: bytes, name: str, most_characters: int) -> Document:
    """Read a file, to refuse now what could not be read later.

    Raises:
        BadInput: it is empty, damaged or of no format that we know.
    """
    document = formats.read(payload, name)
    require_text(document.text, most_characters)
    return document
