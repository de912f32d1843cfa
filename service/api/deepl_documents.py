"""DeepL's documents: uploaded, asked about, downloaded once. Each is a job like any other.

What names a document to its sender is the id of the job and a key, the ticket of the job. It is
forgotten once it was downloaded whole; one that nobody downloads, with the time of its job.
"""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import PurePath
from typing import ClassVar, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from service import formats
from service.api.deepl import (
    Asked,
    Office,
    Refusal,
    Route,
    explain,
    glossaries_in,
    require_languages,
)
from service.api.dialects import Upload, in_a_form, in_any_encoding, read, refused_with
from service.api.gate import owner_of
from service.api.glossaries import take
from service.api.jobs import jobs_of, stored, to_keep
from service.api.submissions import name_of, readable
from service.api.tickets import holder, key_of, new_ticket
from service.errors import BadFile, BadInput, Conflict, NotFrench, StoreError
from service.jobs import Order, article_of
from service.pipeline import Pipeline
from service.store.jobs import Failure, Job, State, Submission

STATUSES: dict[State, Literal["queued", "translating", "done", "error"]] = {
    State.QUEUED: "queued",
    State.RUNNING: "translating",
    State.DONE: "done",
    State.FAILED: "error",
    State.CANCELLED: "error",
}
CHUNK = 64 * 1024  # bytes sent at once

_log = logging.getLogger("interligne")


class DocumentRoute(Route):
    """What is not ready yet is asked for again by DeepL's client if it gets a 503."""

    statuses: ClassVar = {**Route.statuses, Conflict: 503}


class DocumentBody(Asked):
    """A file and how to translate it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: Upload
    filename: str = Field("", description="Its name, where the form has none or another.")
    output_format: str = Field("", description="The kind of the file itself; there is no other.")


class KeyBody(BaseModel):
    """What shows that a document is the sender's."""

    document_key: str


class Handle(BaseModel):
    """What names a document to its sender."""

    document_id: str
    document_key: str


class Status(BaseModel):
    """How a document is doing."""

    document_id: str
    status: Literal["queued", "translating", "done", "error"]
    seconds_remaining: int | None = None
    billed_characters: int | None = None
    error_message: str | None = None


router = APIRouter(
    prefix="/v2/document",
    tags=["DeepL"],
    route_class=DocumentRoute,
    responses={**refused_with(Refusal), 404: {"model": Refusal}},
)


@router.post("", openapi_extra=in_a_form(DocumentBody))
async def upload(request: Request) -> Handle:
    """Store a document, to be translated when there is time."""
    body = await read(request, DocumentBody, explain)
    require_languages(body)
    name = name_of(body.filename or body.file.filename)
    require_same_kind(name, body.output_format)
    glossaries = await take(request, glossaries_in(body))
    payload = await body.file.read()
    await body.file.close()
    await run_in_threadpool(require_document, request, payload, name)
    order = Order(
        glossaries=glossaries.versions, summary_words=0, detect_language=not body.source_lang
    )
    ticket = new_ticket()
    media_type = formats.media_type_of(name)
    submission = Submission(payload, name, media_type, order.stored(), key_of(ticket))
    job, _ = await stored(request, submission)
    return Handle(document_id=job.id, document_key=ticket)


@router.post(
    "/{document_id}", response_model_exclude_none=True, openapi_extra=in_any_encoding(KeyBody)
)
async def tell(request: Request, document_id: str) -> Status:
    """Tell how a document is doing."""
    job = await found(request, document_id)
    left = job.seconds_left
    return Status(
        document_id=job.id,
        status=STATUSES[job.state],
        seconds_remaining=None if left is None else round(left),
        billed_characters=await billed(request, job) if job.state is State.DONE else None,
        error_message=reason(job),
    )


@router.post(
    "/{document_id}/result",
    response_class=StreamingResponse,
    openapi_extra=in_any_encoding(KeyBody),
)
async def download(request: Request, document_id: str) -> StreamingResponse:
    """Give a document in English, and forget it."""
    job = await found(request, document_id)
    if why := reason(job):
        raise BadInput(f"the document was not translated: {why}")
    owner = owner_of(request)
    payload, name, result = await run_in_threadpool(jobs_of(request).result, job.id, owner)
    if result is None:
        raise Conflict("the document is not ready", hint="ask for it again when its status is done")
    data, characters = await run_in_threadpool(rendered, payload, name, result)
    office: Office = request.state.deepl
    office.characters += characters
    kept = to_keep(formats.english_name(name), formats.media_type_of(name))
    sending = sent_once(data, lambda: jobs_of(request).remove(job.id, owner))
    return StreamingResponse(sending, headers={"content-length": str(len(data)), **kept})


async def found(request: Request, document_id: str) -> Job:
    """Find a document by its id and the key in the body.

    Raises:
        NotFound: there is none, or it is somebody else's.
        BadInput: there is no key.
    """
    body = await read(request, KeyBody, explain)
    await holder(request, document_id, body.document_key)
    return await run_in_threadpool(jobs_of(request).get, document_id, owner_of(request))


def require_same_kind(name: str, output_format: str) -> None:
    """Refuse to write a document in another format than it came in.

    Raises:
        BadInput: that is asked for.
    """
    suffix = PurePath(name).suffix.lower()
    wanted = f".{output_format.lower()}" if output_format else suffix
    if wanted != suffix and formats.READERS.get(wanted) is not formats.READERS.get(suffix):
        raise BadInput(
            "Value for 'output_format' not supported.", hint="a document keeps its format"
        )


def require_document(request: Request, payload: bytes, name: str) -> None:
    """Refuse what could not be translated later.

    Raises:
        BadInput: of a kind that is not read, damaged, empty or too long.
    """
    pipeline: Pipeline = request.app.state.pipeline
    try:
        readable(payload, name, pipeline.settings.max_characters)
    except BadFile as error:
        raise BadFile(f"Invalid file data: {error.message}", hint=error.hint) from error


def reason(job: Job) -> str | None:
    """Say why a document was not translated; None if it was, or may be yet."""
    if job.state is State.CANCELLED:
        return "it was cancelled"
    return told(job.failure) if job.failure else None


def told(failure: Failure) -> str:
    """Say what went wrong, and what to do."""
    hint = Route.force_french if failure.code == NotFrench.code else failure.hint
    return f"{failure.message}; {hint}" if hint else failure.message


async def billed(request: Request, job: Job) -> int:
    """Count the characters of a document, as they are counted for its key."""

    def work() -> int:
        payload, name, _ = jobs_of(request).result(job.id, owner_of(request))
        return len(formats.read(payload, name).text)

    return await run_in_threadpool(work)


def rendered(payload: bytes, name: str, result: bytes) -> tuple[bytes, int]:
    """Write a document in English, and count the characters of the French."""
    document = formats.read(payload, name)
    return document.render(article_of(result)).data, len(document.text)


async def sent_once(data: bytes, forget: Callable[[], None]) -> AsyncIterator[bytes]:
    """Yield a file in chunks and forget it after the last; not if the client goes away before."""
    for start in range(0, len(data), CHUNK):
        yield data[start : start + CHUNK]
    try:
        await run_in_threadpool(forget)
    except StoreError as error:  # somebody else was as quick, or it is forgotten in some days
        _log.warning("a document that was downloaded is kept: %s", error.message)
