"""The keys of a running service: whether they are asked for, and how often each was used.

Keys are asked for as soon as there ever was one in the store, unless the setting `open` says
otherwise. What the store said is remembered for some seconds: that long a revoked key goes on. Then
one request asks again, and the others go on with what was said last, for a database that is down
may take long to say so. While it is down, a key that was good goes on for an hour.
"""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread
from cachetools import TTLCache
from fastapi import Request

from service.errors import KeyMissing, KeyUnknown, StoreError, StoreUnavailable, TooFast
from service.settings import Settings
from service.store.keys import Key, Keys

REMEMBERED = 5.0  # seconds
KEPT_WHILE_DOWN = 3600.0  # seconds
MOST_REMEMBERED = 10_000  # keys
LOOKUPS = 4  # at once; the threads that translate are not kept waiting by them
MINUTE = 60.0

Value = TypeVar("Value")

log = logging.getLogger("interligne")


def owner_of(request: Request) -> str:
    """Tell the id of the key of a request; "" where no keys are asked for."""
    return str(getattr(request.state, "owner", ""))


class Gate:
    """Knows the keys, and how often each was used of late.

    Args:
        keys: of the store.
        settings: whether keys are asked for at all.
        now: a clock in seconds that never goes back.
    """

    def __init__(
        self, keys: Keys, settings: Settings, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._keys = keys
        self._is_open = settings.open
        self._now = now
        self._known: TTLCache[bytes, Told[Key | None]]
        self._known = TTLCache(MOST_REMEMBERED, KEPT_WHILE_DOWN, now)
        self._buckets: dict[str, Bucket] = {}
        self._keys_exist: Told[bool] | None = None
        self._limiter = CapacityLimiter(LOOKUPS)

    async def asks(self) -> bool:
        """Whether keys are asked for: once they are, for ever.

        Raises:
            StoreUnavailable: nobody can say, and nobody ever could.
        """
        if self._is_open:
            return False
        last = self._keys_exist
        if last is not None and last.value:
            return True
        told = await self._ask(last, self._keys.exist)
        if told is not last:
            self._keys_exist = told
        return told.value

    async def key_of(self, sent: str) -> Key:
        """Find what is known of a key.

        Raises:
            KeyMissing: there is none.
            KeyUnknown: it is none of ours, or was revoked.
            StoreUnavailable: nobody can say, or has said for an hour.
        """
        if not sent:
            hint = "send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`"
            raise KeyMissing("this service asks for an API key", hint=hint)
        digest = sha256(sent.encode(errors="surrogatepass")).digest()
        last = self._known.get(digest)
        told = await self._ask(last, lambda: self._keys.find(sent))
        if told.value is None:
            self._known.pop(digest, None)
            raise KeyUnknown("the API key is not valid", hint="ask the operator for one")
        if told is not last:
            self._known[digest] = told  # from now on for an hour
        return told.value

    async def _ask(self, last: "Told[Value] | None", ask: Callable[[], Value]) -> "Told[Value]":
        """Ask the store, unless it said something of late, or is being asked.

        Args:
            last: what it said last; None if it never did.
            ask: asks it.

        Raises:
            StoreUnavailable: it is down, and never said anything.
        """
        if last is None:
            return Told(await self._look_up(ask), self._now())
        if self._now() - last.asked_at <= REMEMBERED:
            return last
        last.asked_at = self._now()
        try:
            return Told(await self._look_up(ask), self._now())
        except StoreUnavailable:
            return last

    async def _look_up(self, ask: Callable[[], Value]) -> Value:
        return await to_thread.run_sync(ask, limiter=self._limiter)

    def admit(self, key: Key) -> None:
        """Take note of a request of a key.

        Raises:
            TooFast: there were too many of late.
        """
        if key.rate_per_minute is None:
            return
        bucket = self._buckets.setdefault(key.id, Bucket(key.rate_per_minute, self._now()))
        wait = bucket.take(key.rate_per_minute, self._now())
        if wait > 0:
            raise TooFast(
                f"the key allows {key.rate_per_minute} requests a minute",
                wait,
                hint=f"go on in {math.ceil(wait)} s",
            )

    async def count(self, owner: str, characters: int) -> None:
        """Write down what was done with a key; the work is not lost if that fails."""
        if not owner:
            return
        try:
            await to_thread.run_sync(self._keys.count, owner, characters, limiter=self._limiter)
        except StoreError as error:
            log.warning("%s characters were not counted: %s", characters, error.message)

    async def used(self, owner: str) -> int:
        """Tell how many characters were translated with a key.

        Raises:
            StoreUnavailable: nobody can say.
        """
        return await to_thread.run_sync(self._keys.characters, owner, limiter=self._limiter)


@dataclass(slots=True)
class Told(Generic[Value]):
    """What the store said, and when it was last asked."""

    value: Value
    asked_at: float


@dataclass(slots=True)
class Bucket:
    """Requests that a key may make at once; fills again within a minute."""

    left: float
    filled_at: float

    def take(self, per_minute: int, now: float) -> float:
        """Take one, and return 0; or the seconds to wait until there is one."""
        gained = (now - self.filled_at) * per_minute / MINUTE
        self.left, self.filled_at = min(self.left + gained, per_minute), now
        if self.left < 1:
            return (1 - self.left) * MINUTE / per_minute
        self.left -= 1
        return 0.0
