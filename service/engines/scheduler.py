"""One queue for all requests in flight: engines get batches that mix their segments.

A request opens a `Lane`, which is an engine like any other, and translates through it in its own
thread: `replace(pipeline, engine=lane).translate_article(text)`. `queue` says what goes next,
`admission` who may join; here are the threads of the engines, and the doors.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from service.engines import Engine, workers_of
from service.engines.admission import Admission
from service.engines.attempt import Outcome, attempt
from service.engines.lane import Floor, Lane
from service.engines.queue import Recent, SegmentQueue, Task
from service.errors import DeadlinePassed, Draining, EngineFailed, Overloaded

SMALLEST_BATCH = 256  # source tokens; below that a CPU does fewer of them in a second


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
        workers = [worker for engine in engines for worker in workers_of(engine)]
        if len(workers) > len(engines):
            share = batch_tokens * len(engines) // len(workers)
            batch_tokens = min(batch_tokens, max(SMALLEST_BATCH, share))
        self._floor = Floor(
            SegmentQueue(batch_tokens),
            Admission(queue_tokens, batch_tokens, len(workers), requests),
            Recent(cache_segments),
            now,
        )
        self._draining = self._closed = False
        self._idle = 0  # workers with nothing to do
        self._translated_at = float("-inf")
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

    def lane(self, deadline: float | None = None, *, tokens: int = 0) -> Lane:
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
        lane = Lane(self._floor, self._engine, deadline, tokens)
        with self._floor.lock:
            if self._draining:
                raise Draining("the service is stopping", hint="ask again in a moment")
            lane.open()
        return lane

    def require_chance(self, seconds: float, tokens: int) -> None:
        """Refuse what need not even be read: a lane of this length would be refused now.

        Args:
            seconds: that it may take.
            tokens: its length at least.

        Raises:
            Overloaded: there is no room for it, or too much beside it to be done in time.
        """
        admission, lanes = self._floor.admission, self._floor.lanes
        with self._floor.lock:
            admission.require_room(tokens, [lane.waiting for lane in lanes.values()])
            with suppress(DeadlinePassed):  # its true length tells
                admission.require_time(tokens, [lane.to_come for lane in lanes.values()], seconds)

    def drain(self, timeout: float | None = None) -> bool:
        """Refuse new lanes and wait until all open ones are closed; False if some are not."""
        with self._floor.lock:
            self._draining = True
            return self._floor.emptied.wait_for(lambda: not self._floor.lanes, timeout)

    def close(self) -> None:
        """Cancel what is left and end the threads; a batch that is running is waited for."""
        with self._floor.lock:
            self._draining = self._closed = True
            lanes = list(self._floor.lanes.values())
            self._floor.filled.notify_all()
        for lane in lanes:
            lane.cancel()
        for worker in self._workers:
            worker.join()

    def stats(self) -> Stats:
        """Tell how it is doing."""
        floor, admission = self._floor, self._floor.admission
        with floor.lock:
            return Stats(
                queued_tokens=floor.queue.tokens,
                lanes=len(floor.lanes),
                tokens_per_second=admission.speed,
                batches=admission.batches,
                batch_fill=admission.fill,
                full=self._is_full(),
                idle_seconds=floor.now() - self._translated_at,
            )

    def _is_full(self) -> bool:
        try:
            lanes = self._floor.lanes.values()
            self._floor.admission.require_room(1, [lane.waiting for lane in lanes])
        except Overloaded:
            return True
        return False

    def _work(self, engine: Engine) -> None:
        while batch := self._next_batch():
            started = self._floor.now()
            outcomes = attempt(engine, batch)
            self._deliver(batch, outcomes, self._floor.now() - started)

    def _next_batch(self) -> list[Task]:
        queue = self._floor.queue
        with self._floor.lock:
            self._idle += 1
            self._floor.filled.wait_for(lambda: queue or self._closed)
            batch = [] if self._closed else queue.take(self._idle)
            self._idle -= 1
            return batch

    def _deliver(self, batch: list[Task], outcomes: list[Outcome], seconds: float) -> None:
        floor, translated = self._floor, 0
        with floor.lock:
            for task, outcome in zip(batch, outcomes, strict=True):
                if not isinstance(outcome, EngineFailed):
                    translated += task.tokens
                    floor.recent.put(task.key, outcome)
                for line in floor.queue.finish(task):
                    floor.lanes[line].receive(task.key, outcome)
            floor.admission.measure(translated, seconds)
            if translated:
                self._translated_at = floor.now()
