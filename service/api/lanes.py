"""A lane of the scheduler for each request, closed when the client goes away."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from service.api.gate import Gate, owner_of
from service.engines.lane import Lane
from service.engines.scheduler import Scheduler
from service.pipeline import Pipeline

CHARACTERS_PER_TOKEN = 4  # of French news
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


def tokens_of(text: str) -> int:
    """Estimate the tokens of a text, near enough to admit or refuse it."""
    return len(text) // CHARACTERS_PER_TOKEN + 1
