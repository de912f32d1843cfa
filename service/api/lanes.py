"""A lane of the scheduler for each request, closed when the client goes away.

Before that a door: what would be refused anyway is refused before it is understood, for that takes
the time to do what can be done ("Site Reliability Engineering", 2016, ch. 21).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.bodies import is_json, preceded
from service.api.errors import handle
from service.api.gate import Gate, owner_of
from service.engines.scheduler import Lane, Scheduler
from service.errors import Overloaded
from service.pipeline import Pipeline

CHARACTERS_PER_TOKEN = 4  # of French news
BYTES_PER_TOKEN = 8  # at most, so that the door takes no body for longer than it is
DOORS = {"/v1/articles"}  # other dialects refuse in words of their own, later
GONE_CHECK = 0.25  # seconds between two looks whether the client is still there

Answer = TypeVar("Answer")


async def in_lane(request: Request, text: str, work: Callable[[Pipeline], Answer]) -> Answer:
    """Run work in a thread, with a pipeline whose engine is this request's own lane.

    Raises:
        Overloaded: too much is waiting.
        Draining: the service is stopping.
        DeadlinePassed: it was not done in the time that the settings allow.
        Late: the same, because of others beside it.
        Cancelled: the client went away.
    """
    pipeline: Pipeline = request.app.state.pipeline
    scheduler: Scheduler = request.app.state.scheduler
    gate: Gate = request.app.state.gate
    threads: CapacityLimiter = request.app.state.threads
    deadline = time.monotonic() + pipeline.settings.deadline
    with scheduler.lane(deadline, tokens=tokens_of(text)) as lane:
        watch = asyncio.create_task(cancel_when_gone(request, lane))
        try:
            answer = await to_thread.run_sync(work, replace(pipeline, engine=lane), limiter=threads)
        finally:
            watch.cancel()
    await gate.count(owner_of(request), len(text))
    return answer


async def cancel_when_gone(request: Request, lane: Lane) -> None:
    """Give up the work of a client that no longer listens."""
    while not await request.is_disconnected():
        await asyncio.sleep(GONE_CHECK)
    lane.cancel()


class Door:
    """Refuses articles that there is no time for, as soon as their bodies are there.

    Not sooner: a body often comes a moment after its head, and in a crowd that moment is long. All
    whose heads came in it would pass, for only who is through the door has a lane that counts.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in DOORS:
            request = Request(scope)
            try:
                first = await receive()
                receive = preceded(first, receive)
                require_chance(request, first)
            except Overloaded as error:
                await handle(request, error)(scope, receive, send)
                return
            except HTTPException as error:  # the reader has words of its own for it
                receive = failing(error)
        await self._app(scope, receive, send)


def failing(error: HTTPException) -> Receive:
    """Make a body whose reading fails."""

    async def receive() -> Message:
        raise error

    return receive


def require_chance(request: Request, first: Message) -> None:
    """Refuse an article if no such article can be done in time.

    Args:
        request: its head.
        first: what has come of its body.

    Raises:
        Overloaded: too much is waiting.
    """
    scheduler: Scheduler | None = getattr(request.app.state, "scheduler", None)
    pipeline: Pipeline = request.app.state.pipeline
    if scheduler is not None:
        scheduler.require_chance(pipeline.settings.deadline, tokens_in(request, first))


def tokens_in(request: Request, first: Message) -> int:
    """Estimate an article as `in_lane` will; at least, if not all of it has come."""
    if first.get("more_body"):
        length = request.headers.get("content-length", "")
        return int(length) // BYTES_PER_TOKEN + 1 if length.isdecimal() else 1
    return tokens_of(text_in(request, first.get("body", b"")))


def text_in(request: Request, body: bytes) -> str:
    """Read the text in a body; "" where there is none, which is told later."""
    if not is_json(request):
        return body.decode(errors="replace")
    try:
        fields = from_json(body)
    except ValueError:
        return ""
    text = fields.get("text") if isinstance(fields, dict) else None
    return text if isinstance(text, str) else ""


def tokens_of(text: str) -> int:
    """Estimate the tokens of a text, near enough to admit or refuse it."""
    return len(text) // CHARACTERS_PER_TOKEN + 1
