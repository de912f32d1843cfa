"""Answers for clients that give up too soon, and ask again."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

from fastapi import Request
from starlette.types import Message

Answer = TypeVar("Answer")


class InFlight(Generic[Answer]):
    """Works once for equal requests, also after the client is gone, and keeps what it missed.

    Args:
        keep: seconds for which an answer that nobody took is kept.
    """

    def __init__(self, keep: float) -> None:
        self._keep = keep
        self._tasks: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(
        self,
        request: Request,
        key: Hashable,
        work: Callable[[Request], Coroutine[Any, Any, Answer]],
    ) -> Answer:
        """Do the work, or wait for it if it is being done, or take the answer that nobody took.

        Args:
            request: of a client that may go away.
            key: equal for requests of one owner with equal answers.
            work: gets the request as if its client were there for ever.
        """
        task = self._tasks.get(key) or self._begin(key, work(patient(request)))
        answer = await asyncio.shield(task)
        if not await request.is_disconnected():
            self._forget(key, task)
        return answer

    def _begin(self, key: Hashable, work: Coroutine[Any, Any, Answer]) -> asyncio.Task[Answer]:
        task = self._tasks[key] = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._done(key, task))
        return task

    def _done(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        if task.cancelled() or task.exception():
            self._forget(key, task)  # who asks again may have more luck
        else:
            task.get_loop().call_later(self._keep, self._forget, key, task)

    def _forget(self, key: Hashable, task: asyncio.Task[Answer]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]


def patient(request: Request) -> Request:
    """Copy a request whose body is read, with a client that never goes away."""

    async def receive() -> Message:
        return await asyncio.Future()

    return Request(request.scope, receive)
