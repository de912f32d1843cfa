"""LibreTranslate's files: translated while the client waits, and handed out at an address.

Like its texts, a file is translated within the deadline of a request, and what came of it is kept
as a job that is done. Its address holds the ticket of the job, for browsers that open it send no
key; it is good until the job is forgotten.
"""

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from service import formats
from service.api.dialects import PLAINLY, Upload, in_a_form, read, refused_with
from service.api.gate import owner_of
from service.api.jobs import in_place, jobs_of
from service.api.lanes import in_lane
from service.api.libretranslate import AUTO, Camel, Refusal, Route, explain, require_languages
from service.api.submissions import name_of, readable
from service.api.tickets import holder, key_of, new_ticket
from service.article import Article
from service.formats import Document
from service.jobs import Order, result_of
from service.pipeline import Pipeline
from service.store.jobs import Job, Submission


class FileBody(BaseModel):
    """A file, and what it is to be translated from and into."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    file: Upload
    source: str = Field(description="`fr`, or `auto` to refuse a text that is not French.")
    target: str = Field(description="`en`.")


class FileAddress(Camel):
    """Where the English file is."""

    translated_file_url: str


router = APIRouter(tags=["LibreTranslate"], route_class=Route, responses=refused_with(Refusal))


@router.post("/translate_file", openapi_extra=in_a_form(FileBody))
async def translate_file(request: Request) -> FileAddress:
    """Translate a file, and tell where it is."""
    body = await read(request, FileBody, explain)
    source = body.source.lower()
    require_languages(source, body.target.lower())
    name = name_of(body.file.filename)
    payload = await body.file.read()
    await body.file.close()
    article = await translated(request, payload, name, detect=source == AUTO)
    order = Order(summary_words=0, detect_language=source == AUTO)
    ticket = new_ticket()
    media_type = formats.media_type_of(name)
    submission = Submission(payload, name, media_type, order.stored(), key_of(ticket))
    job = await run_in_threadpool(
        jobs_of(request).keep, submission, result_of(article), owner_of(request)
    )
    return FileAddress(translated_file_url=address(request, job, ticket))


@router.get("/download_file/{name}", response_class=Response, responses={404: {"model": Refusal}})
async def download_file(request: Request, name: str) -> Response:
    """Give a file that was translated."""
    job_id, _, ticket = name.partition(".")[0].partition("-")
    owner = await holder(request, job_id, ticket)
    return await run_in_threadpool(in_place, jobs_of(request), job_id, owner)


async def translated(request: Request, payload: bytes, name: str, *, detect: bool) -> Article:
    """Translate a file within the deadline of a request.

    Raises:
        BadInput: it cannot be read, or `detect` and it is not French.
        Overloaded, Draining, DeadlinePassed, EngineFailed: the service could not do it.
    """
    pipeline: Pipeline = request.app.state.pipeline
    most = pipeline.settings.max_characters
    document: Document = await run_in_threadpool(readable, payload, name, most)
    text = document.text
    wishes = replace(PLAINLY, title=document.title, detect_language=detect)
    return await in_lane(request, text, lambda pipeline: pipeline.translate_article(text, wishes))


def address(request: Request, job: Job, ticket: str) -> str:
    """Make the address of an English file, at the name by which the service was asked."""
    name = quote(formats.english_name(job.name), safe="")
    return f"{request.base_url}download_file/{job.id}-{ticket}.{name}"
