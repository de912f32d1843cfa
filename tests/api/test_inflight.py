"""Work that outlives an impatient client."""

import asyncio
from typing import Any

import pytest
from fastapi import Request
from starlette.types import Message

from service.api.inflight import InFlight


def a_request(*, gone: bool = False) -> Request:
    """Make a request whose client is there, or has gone."""

    async def receive() -> Message:
        if gone:
            return {"type": "http.disconnect"}
        return await asyncio.Future()

    return Request({"type": "http"}, receive)


class Work:
    """Answers with how often it was begun, once it may."""

    def __init__(self) -> None:
        self.begun = 0
        self.may_end = asyncio.Event()

    async def __call__(self, request: Request) -> int:
        """Work on a request whose client never seems to go."""
        self.begun += 1
        number = self.begun
        await self.may_end.wait()
        assert not await request.is_disconnected()
        return number


async def ask(flights: InFlight[int], work: Any, key: str = "a", *, gone: bool = False) -> int:
    """Ask, from a client that is there or has gone."""
    return await flights.get(a_request(gone=gone), key, work)


def test_equal_requests_share_the_work_and_others_do_not() -> None:
    """The key says what is equal."""

    async def scene() -> None:
        flights, work = InFlight[int](keep=9), Work()
        asking = asyncio.gather(*(ask(flights, work, key) for key in "aba"))
        await asyncio.sleep(0)
        work.may_end.set()
        assert await asking == [1, 2, 1]

    asyncio.run(scene())


def test_an_answer_that_nobody_took_is_kept_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that comes back finds it; one that was served, or is late, starts anew."""

    async def scene() -> None:
        flights, work = InFlight[int](keep=60), Work()
        work.may_end.set()
        assert await ask(flights, work, gone=True) == 1
        assert await ask(flights, work) == 1
        assert await ask(flights, work, gone=True) == 2
        loop = asyncio.get_running_loop()
        hour, clock = 3600, loop.time
        monkeypatch.setattr(loop, "time", lambda: clock() + hour)
        await asyncio.sleep(0.001)  # it wakes up after all that was due before
        assert await ask(flights, work) == 3

    asyncio.run(scene())


def test_work_goes_on_when_a_waiting_client_is_cut_off() -> None:
    """Cancelling who waits does not cancel the work."""

    async def scene() -> None:
        flights, work = InFlight[int](keep=9), Work()
        waiting = asyncio.create_task(ask(flights, work))
        await asyncio.sleep(0)
        waiting.cancel()
        work.may_end.set()
        assert await ask(flights, work) == 1

    asyncio.run(scene())


def test_a_failure_is_told_to_all_who_wait_and_forgotten() -> None:
    """Who asks again may have more luck."""

    async def fail(_: Request) -> int:
        raise ValueError

    async def scene() -> None:
        flights, work = InFlight[int](keep=9), Work()
        told = await asyncio.gather(ask(flights, fail), ask(flights, fail), return_exceptions=True)
        assert [type(error) for error in told] == [ValueError, ValueError]
        await asyncio.sleep(0)
        work.may_end.set()
        assert await ask(flights, work) == 1

    asyncio.run(scene())
