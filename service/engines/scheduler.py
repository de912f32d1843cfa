"""One queue for all requests in flight: engines get batches that mix their segments.

A request opens a `Lane`, which is an engine like any other, and translates through it in its own
thread: `replace(pipeline, engine=lane).translate_article(text)`. `queue` says what goes next,
`admission` who may join.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.admission import Admission
from service.engines.attempt import Outcome, attempt
from service.engines.queue import Key, Line, Recent, SegmentQueue, Task
from service.errors import Cancelled, DeadlinePassed, Draining, EngineFailed, Late, Overloaded

SMALLEST_BATCH = 256  # source tokens; below that a CPU does fewer of them in a second


@runtime_checkable
class Parallel(Protocol):
    """An engine that runs several batches side by side."""

    @property
    def workers(self) -> Sequence[Engine]:
        """Give it once for each of them."""


@dataclass(frozen=True, slots=True)
class Stats:
    """How a scheduler is doing.

    Attributes:
        queued_tokens: source tokens that wait in the queue.
        lanes: requests in flight.
        tokens_per_second: of all engines together, running mean; 0 until a full batch was seen.
        batches: done since the start.
        batch_fill: share of the batch budget that was text, not padding or empty; running mean.
        full: a request would be refused now, however short.
        idle_seconds: since an engine last translated anything; infinite before the first time.
    """

    queued_tokens: int
    lanes: int
    tokens_per_second: float
    batches: int
    batch_fill: float
    full: bool
    idle_seconds: float


class Scheduler:
    """Shares engines between requests.

    Each engine, or each worker of one, has a thread that gives it one batch after another and never
    waits for a batch to fill. Equal segments in flight are translated once, and recent results are
    remembered. A batch that fails is tried in halves, down to the segments at fault: only who asked
    for these fails.

    Args:
        engines: of the same model, one for each device.
        batch_tokens: source tokens that one engine translates at once, padding counted.
        queue_tokens: source tokens that may wait; the rule stands in `admission`.
        requests: lanes that may be open.
        cache_segments: recent results remembered; 0 for none.
        now: a clock in seconds that never goes back.
    """

    def __init__(
        self,
        engines: Sequence[Engine],
        *,
        batch_tokens: int,
        queue_tokens: int,
        requests: int,
        cache_segments: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engines[0]
        self._now = now
        self._lock = threading.Lock()  # over all that follows, and over the lanes
        workers = [worker for engine in engines for worker in workers_of(engine)]
        if len(workers) > len(engines):
            share = batch_tokens * len(engines) // len(workers)
            batch_tokens = min(batch_tokens, max(SMALLEST_BATCH, share))
        self._queue = SegmentQueue(batch_tokens)
        self._admission = Admission(queue_tokens, batch_tokens, len(workers), requests)
        self._recent = Recent(cache_segments)
        self._lanes: dict[Line, Lane] = {}
        self._draining = self._closed = False
        self._idle = 0  # workers with nothing to do
        self._translated_at = float("-inf")
        self._filled = threading.Condition(self._lock)
        self._emptied = threading.Condition(self._lock)
        self._workers = [
            threading.Thread(target=self._work, args=(engine,), name=f"engine-{n}", daemon=True)
            for n, engine in enumerate(workers)
        ]
        for worker in self._workers:
            worker.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def lane(self, deadline: float | None = None, *, tokens: int = 0) -> "Lane":
        """Open a lane for one request.

        Args:
            deadline: when it must be done, on the clock `time.monotonic`.
            tokens: its length, near enough: it is admitted or refused now, before any work. 0 if
                not known: refused now if the queue is full, else by the first `translate`.

        Raises:
            Draining: nothing new is taken.
            Overloaded: there is no room for it, or too much beside it to be done in time.
            DeadlinePassed: it cannot be done in time even alone.
        """
        lane = Lane(self, deadline, tokens)
        with self._lock:
            if self._draining:
                raise Draining("the service is stopping", hint="ask again in a moment")
            self._admit(lane, tokens)
            for other in self._lanes.values():
                other._shared = lane._shared = True
            self._lanes[lane._line] = lane
        return lane

    def require_chance(self, seconds: float, tokens: int) -> None:
        """Refuse what need not even be read: a lane of this length would be refused now.

        Args:
            seconds: that it may take.
            tokens: its length at least.

        Raises:
            Overloaded: there is no room for it, or too much beside it to be done in time.
        """
        with self._lock:
            lanes = list(self._lanes.values())
            self._admission.require_room(tokens, [lane.waiting for lane in lanes])
            with suppress(DeadlinePassed):  # its true length tells
                self._admission.require_time(tokens, self._announced(lanes), seconds)

    def drain(self, timeout: float | None = None) -> bool:
        """Refuse new lanes and wait until all open ones are closed; False if some are not."""
        with self._lock:
            self._draining = True
            return self._emptied.wait_for(lambda: not self._lanes, timeout)

    def close(self) -> None:
        """Cancel what is left and end the threads; a batch that is running is waited for."""
        with self._lock:
            self._draining = self._closed = True
            lanes = list(self._lanes.values())
            self._filled.notify_all()
        for lane in lanes:
            lane.cancel()
        for worker in self._workers:
            worker.join()

    def stats(self) -> Stats:
        """Tell how it is doing."""
        with self._lock:
            return Stats(
                queued_tokens=self._queue.tokens,
                lanes=len(self._lanes),
                tokens_per_second=self._admission.speed,
                batches=self._admission.batches,
                batch_fill=self._admission.fill,
                full=self._is_full(),
                idle_seconds=self._now() - self._translated_at,
            )

    def _is_full(self) -> bool:
        try:
            self._admission.require_room(1, [lane.waiting for lane in self._lanes.values()])
        except Overloaded:
            return True
        return False

    def _admit(self, lane: "Lane", tokens: int) -> None:
        others = [other for other in self._lanes.values() if other is not lane]
        self._admission.require_room(tokens, [other.waiting for other in others])
        left, announced = lane._time_left(), self._announced(others)
        if left is not None:
            self._admission.require_time(tokens, announced, left)
        lane._estimate = self._admission.estimate(tokens, announced)

    def _announced(self, lanes: Iterable["Lane"]) -> list[int]:
        """List what other requests count for: what is done of them will be asked for by others."""
        return [max(lane.waiting, lane._announced) for lane in lanes]

    def _remove(self, lane: "Lane") -> None:
        self._lanes.pop(lane._line, None)
        if not self._lanes:
            self._emptied.notify_all()

    def _work(self, engine: Engine) -> None:
        while batch := self._next_batch():
            started = self._now()
            outcomes = attempt(engine, batch)
            self._deliver(batch, outcomes, self._now() - started)

    def _next_batch(self) -> list[Task]:
        with self._lock:
            self._idle += 1
            self._filled.wait_for(lambda: self._queue or self._closed)
            batch = [] if self._closed else self._queue.take(self._idle)
            self._idle -= 1
            return batch

    def _deliver(self, batch: list[Task], outcomes: list[Outcome], seconds: float) -> None:
        translated = 0
        with self._lock:
            for task, outcome in zip(batch, outcomes, strict=True):
                if not isinstance(outcome, EngineFailed):
                    translated += task.tokens
                    self._recent.put(task.key, outcome)
                for line in self._queue.finish(task):
                    self._lanes[line]._receive(task.key, outcome)
            self._admission.measure(translated, seconds)
            if translated:
                self._translated_at = self._now()


def workers_of(engine: Engine) -> Sequence[Engine]:
    """List what works side by side in an engine."""
    return engine.workers if isinstance(engine, Parallel) else [engine]


class Lane:
    """The engine of one request, used by one thread at a time; closed by `with` or `cancel`.

    Attributes:
        on_progress: called by `translate`, in its thread, with the place of each segment and its
            hypotheses, in order, as soon as it and all before it are done. Set it before the first
            call, and the first segments come sooner.
    """

    def __init__(self, scheduler: Scheduler, deadline: float | None, tokens: int) -> None:
        engine = scheduler._engine
        self.name = engine.name
        self.max_tokens = engine.max_tokens
        self.count_tokens = lru_cache(maxsize=None)(engine.count_tokens)  # asked twice for each
        self.on_progress: Callable[[int, list[Hypothesis]], None] | None = None
        self._scheduler = scheduler
        self._deadline = deadline
        self._announced = tokens
        self._came_to = 0
        self._opened = scheduler._now()
        self._estimate = 0.0  # seconds that it was expected to take
        self._admitted = tokens > 0
        self._shared = False  # there were other lanes beside it
        self._changed = threading.Condition(scheduler._lock)
        self._line = Line()
        self._todo: deque[tuple[Key, int]] = deque()  # not handed on yet, with lengths
        self._todo_tokens = tokens
        self._done: dict[Key, list[Hypothesis]] = {}
        self._failure: EngineFailed | None = None
        self._cancelled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        admission = self._scheduler._admission
        with self._scheduler._lock:
            if kind is None and self._announced:
                admission.note(self._announced, self._came_to)
            if self._announced and (kind is None or issubclass(kind, DeadlinePassed | Late)):
                took = self._scheduler._now() - self._opened
                admission.judge(self._estimate, took, in_time=kind is None)
        self.cancel()

    @property
    def waiting(self) -> int:
        """Source tokens that no engine has yet; before the first call, those announced."""
        return self._line.tokens + self._todo_tokens

    def translate(
        self,
        segments: Sequence[str],
        decoding: Decoding,
        prefixes: Sequence[str] | None = None,
    ) -> list[list[Hypothesis]]:
        """Translate in batches shared with other lanes; see `Engine`.

        Raises:
            EngineFailed: the engine gave up on one of these segments.
            Overloaded: first call of a lane that did not say its length: there is no room.
            DeadlinePassed: the deadline has passed, or is sure to.
            Late: the same, but it was admitted, and shared the engines with others.
            Cancelled: the lane was closed.
        """
        decoding = replace(decoding, max_segment_tokens=0)  # nothing to engines; would part batches
        starts = repeat("", len(segments)) if prefixes is None else prefixes
        keys = [Key(*pair, decoding) for pair in zip(segments, starts, strict=True)]
        try:
            self._begin([(key, self.count_tokens(key.segment) + 1) for key in keys])
            return [self._report(place, self._result(key)) for place, key in enumerate(keys)]
        finally:
            with self._scheduler._lock:
                self._forget()

    def cancel(self) -> None:
        """Close the lane, from any thread: what waits leaves the queue, `translate` raises."""
        with self._scheduler._lock:
            self._cancelled = True
            self._forget()
            self._changed.notify_all()
            self._scheduler._remove(self)

    def _begin(self, todo: list[tuple[Key, int]]) -> None:
        tokens = sum(length for _, length in todo)
        with self._scheduler._lock:
            self._require_alive()
            if not self._admitted:
                self._scheduler._admit(self, tokens)
                self._admitted = True
            self._line.watched = self.on_progress is not None
            self._todo.extend(todo)
            self._todo_tokens = tokens

    def _result(self, key: Key) -> list[Hypothesis]:
        """Wait for a segment, and hand on others as room comes."""
        with self._scheduler._lock:
            while True:
                self._require_alive()
                self._hand_on()
                if key in self._done:
                    return list(self._done[key])
                self._changed.wait(self._time_left())

    def _report(self, place: int, hypotheses: list[Hypothesis]) -> list[Hypothesis]:
        if self.on_progress:
            self.on_progress(place, hypotheses)
        return hypotheses

    # The lock is held in all that follows.

    def _hand_on(self) -> None:
        scheduler = self._scheduler
        while self._todo and self._line.tokens < scheduler._admission.lane_tokens:
            key, tokens = self._todo.popleft()
            self._todo_tokens -= tokens
            known = scheduler._recent.get(key)
            if known is not None:
                self._done[key] = known
            elif key not in self._done:
                self._came_to += tokens
                scheduler._queue.put(self._line, key, tokens)
                scheduler._filled.notify_all()

    def _receive(self, key: Key, outcome: Outcome) -> None:
        if isinstance(outcome, EngineFailed):
            self._failure = outcome
        else:
            self._done[key] = outcome
        self._changed.notify_all()

    def _forget(self) -> None:
        """Wait for nothing any more."""
        self._scheduler._queue.leave(self._line)
        self._todo.clear()
        self._todo_tokens = 0
        self._done.clear()
        self._failure = None

    def _time_left(self) -> float | None:
        return None if self._deadline is None else self._deadline - self._scheduler._now()

    def _require_alive(self) -> None:
        if self._cancelled:
            raise Cancelled("the translation was cancelled")
        if (error := self._failure) is not None:
            raise EngineFailed(error.message, hint=error.hint, where=error.where) from error
        left = self._time_left()
        if left is not None and left <= 0:
            if self._estimate and self._shared:
                raise Late(
                    "the translation was not done in time, beside others",
                    self._estimate,
                    hint=f"ask again in {self._estimate:.1f} seconds",
                )
            raise DeadlinePassed(
                "the translation was not done by its deadline", hint="allow more time or send less"
            )
