"""A lane of the scheduler for each request, closed when the client goes away.

Before that a door: what would be refused anyway is refused before it is read, for reading ten times
what can be done takes the time to do it ("Site Reliability Engineering", 2016, ch. 21).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.errors import handle
from service.api.gate import Gate, owner_of
from service.engines.scheduler import Lane, Scheduler
from service.errors import Overloaded
from service.pipeline import Pipeline

CHARACTERS_PER_TOKEN = 4  # of French news, near enough to admit or refuse
BYTES_PER_TOKEN = 8  # at most, so that the door takes nothing for longer than it is
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
    tokens = len(text) // CHARACTERS_PER_TOKEN + 1
    with scheduler.lane(deadline, tokens=tokens) as lane:
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
    """Refuses articles that there is no time for, before their bodies are read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] in DOORS:
            try:
                require_chance(scope["app"], Headers(scope=scope).get("content-length", ""))
            except Overloaded as error:
                await handle(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def require_chance(app: FastAPI, length: str) -> None:
    """Refuse a body of so many bytes, as a header tells, if no such article can be done in time.

    Raises:
        Overloaded: too much is waiting.
    """
    scheduler: Scheduler | None = getattr(app.state, "scheduler", None)
    pipeline: Pipeline = app.state.pipeline
    if scheduler is not None:
        tokens = int(length) // BYTES_PER_TOKEN if length.isdecimal() else 0
        scheduler.require_chance(pipeline.settings.deadline, tokens + 1)
