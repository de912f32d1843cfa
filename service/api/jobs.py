"""`/v1/jobs`: long work that outlives the connection, and the process."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel
from pydantic_core import to_json
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from service import formats
from service.api.bodies import JSON
from service.api.errors import ErrorBody, Fault
from service.api.events import EVENT_STREAM, HEARTBEAT, Events, with_failure
from service.api.gate import owner_of
from service.api.rendering import writer_of
from service.api.submissions import BODY, read_submission
from service.errors import Conflict
from service.jobs import Worker, article_of
from service.store.jobs import Job, Jobs, State, Submission

SAME = "same"  # as it was sent, in English
LOOK = 0.5  # seconds between two looks at a job that somebody watches
LONGEST_KEY = 200  # characters

_errors: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody} for status in (400, 404, 409, 413, 422, 429, 503)
}

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], responses=_errors)


class JobAnswer(BaseModel):
    """How a job is doing.

    `done` and `total` count segments; `total` is null until they are known. An ended job is
    forgotten when it expires.
    """

    id: str
    name: str
    media_type: str
    state: State
    done: int
    total: int | None
    seconds_left: float | None
    error: Fault | None
    created: datetime
    started: datetime | None
    finished: datetime | None
    expires: datetime | None


class JobPage(BaseModel):
    """Jobs, newest first; `next` asks for the page after this one."""

    jobs: list[JobAnswer]
    next: str | None


@router.post(
    "",
    status_code=202,
    responses={200: {"model": JobAnswer, "description": "The same was sent before."}},
    openapi_extra={"requestBody": BODY},
)
async def submit(
    request: Request,
    response: Response,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=LONGEST_KEY)] = None,
) -> JobAnswer:
    """Store an article or a file, to be translated when there is time.

    Send JSON as to `/v1/articles`, a text as it is with the options in the query, or a form with a
    `file` (docx, HTML, Markdown, subtitles, text) and the options as fields, `glossary` as JSON.
    With an `Idempotency-Key` the same may be sent again: it makes one job.
    """
    submission = await read_submission(request, idempotency_key)
    job, is_new = await stored(request, submission)
    response.status_code = 202 if is_new else 200
    response.headers["location"] = f"/v1/jobs/{job.id}"
    return answer(job)


@router.get("")
def list_jobs(
    request: Request,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
    after: str = "",
) -> JobPage:
    """List jobs, newest first."""
    page = jobs_of(request).page(owner_of(request), size=size, after=after)
    following = page[-1].id if len(page) == size else None
    return JobPage(jobs=[answer(job) for job in page], next=following)


@router.get("/{job_id}")
def get_job(request: Request, job_id: str) -> JobAnswer:
    """Tell how a job is doing."""
    return answer(jobs_of(request).get(job_id, owner_of(request)))


@router.get(
    "/{job_id}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def watch_job(request: Request, job_id: str) -> EventSourceResponse:
    """Tell how a job is doing whenever that changes, as `progress` events; the last is `end`.

    It is `error` if the job is removed meanwhile, or cannot be looked up. The first event comes at
    once, so a client that was cut off just asks again.
    """
    jobs, owner = jobs_of(request), owner_of(request)
    first = await run_in_threadpool(jobs.get, job_id, owner)
    watched = with_failure(event(first), changes(first, jobs, owner))
    return EventSourceResponse(watched, ping=HEARTBEAT)


@router.get("/{job_id}/result", response_class=Response)
def get_result(
    request: Request,
    job_id: str,
    file_format: Annotated[str, Query(alias="format", description="`same`, or as rendered")] = SAME,
) -> Response:
    """Give what came of a job: by default as it was sent, in English.

    A job that failed in strict mode has a result too.
    """
    jobs, owner = jobs_of(request), owner_of(request)
    job = jobs.get(job_id, owner)
    if file_format == SAME and job.media_type != JSON:
        return in_place(jobs, job_id, owner)
    writer = writer_of("json" if file_format == SAME else file_format, SAME)
    _, name, result = jobs.result(job_id, owner)
    if result is None:
        raise no_result(job)
    written = writer.write(article_of(result))
    return as_file(written, formats.english_name(name, writer.suffix), writer.media_type)


@router.post("/{job_id}/cancel")
def cancel_job(request: Request, job_id: str) -> JobAnswer:
    """End a job; one that has ended stays as it is."""
    return answer(jobs_of(request).cancel(job_id, owner_of(request)))


@router.delete("/{job_id}", status_code=204)
def remove_job(request: Request, job_id: str) -> None:
    """Forget a job, its file and its result, whether it has ended or not."""
    jobs_of(request).remove(job_id, owner_of(request))


async def stored(request: Request, submission: Submission) -> tuple[Job, bool]:
    """Store a job and tell those who do them; True if it is new.

    Raises:
        Conflict, Overloaded, StoreUnavailable: nothing was stored.
    """
    job, is_new = await run_in_threadpool(jobs_of(request).submit, submission, owner_of(request))
    for worker in workers_of(request):
        worker.wake()
    return job, is_new


async def changes(job: Job, jobs: Jobs, owner: str) -> Events:
    """Yield a job whenever it has changed, until it has ended."""
    while not job.state.is_final:
        await asyncio.sleep(LOOK)
        before, job = job, await run_in_threadpool(jobs.get, job.id, owner)
        if job != before:
            yield event(job)


def in_place(jobs: Jobs, job_id: str, owner: str) -> Response:
    """Give the file of a job as it was sent, in English.

    Raises:
        NotFound: there is no such job.
        Conflict: it has no result.
    """
    job = jobs.get(job_id, owner)
    payload, name, result = jobs.result(job_id, owner)
    if result is None:
        raise no_result(job)
    english = formats.read(payload, name).render(article_of(result))
    return as_file(english.data, formats.english_name(name), formats.media_type_of(name))


def event(job: Job) -> ServerSentEvent:
    """Write a job as an event."""
    return ServerSentEvent(
        to_json(answer(job)).decode(), event="end" if job.state.is_final else "progress"
    )


def answer(job: Job) -> JobAnswer:
    """Say of a job what its sender may know."""
    return JobAnswer(
        id=job.id,
        name=job.name,
        media_type=job.media_type,
        state=job.state,
        done=job.done,
        total=job.total,
        seconds_left=job.seconds_left,
        error=Fault(**asdict(job.failure)) if job.failure else None,
        created=job.created,
        started=job.started,
        finished=job.finished,
        expires=job.expires,
    )


def no_result(job: Job) -> Conflict:
    """Say why a job has no result."""
    if job.failure:
        return Conflict(
            f"the job failed: {job.failure.message}", hint=job.failure.hint, where=job.failure.where
        )
    hint = "send it again" if job.state.is_final else f"see /v1/jobs/{job.id}/events"
    return Conflict(f"the job is {job.state}", hint=hint)


def as_file(data: bytes, name: str, media_type: str) -> Response:
    """Answer with a file to keep."""
    return Response(data, headers=to_keep(name, media_type))


def to_keep(name: str, media_type: str) -> dict[str, str]:
    """Make the headers that tell a browser to keep a file, and by what name.

    The type is among them, for one that is given apart gets an encoding, and pages say theirs.
    """
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "content-type": media_type,
    }


def jobs_of(request: Request) -> Jobs:
    """The jobs of the application."""
    jobs: Jobs = request.app.state.jobs
    return jobs


def workers_of(request: Request) -> list[Worker]:
    """Those that do them in this process."""
    workers: list[Worker] = request.app.state.workers
    return workers
