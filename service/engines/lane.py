"""The engine of one request: it hands segments on to the queue and waits for their translations."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import repeat
from types import TracebackType
from typing import Self

from service.decoding import Decoding, Hypothesis
from service.engines import Engine
from service.engines.admission import Admission
from service.engines.attempt import Outcome
from service.engines.queue import Key, Line, Recent, SegmentQueue
from service.errors import Cancelled, DeadlinePassed, EngineFailed, Late


@dataclass(eq=False, slots=True)
class Floor:
    """What lanes and the threads of engines share, touched only by who holds the lock.

    Attributes:
        lanes: open ones, by the line of each in the queue.
        now: a clock in seconds that never goes back.
        filled: told when there is something in the queue.
        emptied: told when the last lane is closed.
    """

    queue: SegmentQueue
    admission: Admission
    recent: Recent
    now: Callable[[], float] = time.monotonic
    lanes: dict[Line, "Lane"] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    filled: threading.Condition = field(init=False)
    emptied: threading.Condition = field(init=False)

    def __post_init__(self) -> None:
        self.filled = threading.Condition(self.lock)
        self.emptied = threading.Condition(self.lock)


class Lane:
    """The engine of one request, used by one thread at a time; closed by `with` or `cancel`.

    Attributes:
        on_progress: called by `translate`, in its thread, with the place of each segment and its
            hypotheses, in order, as soon as it and all before it are done. Set it before the first
            call, and the first segments come sooner.
    """

    def __init__(self, floor: Floor, engine: Engine, deadline: float | None, tokens: int) -> None:
        self.name = engine.name
        self.max_tokens = engine.max_tokens
        self.count_tokens = lru_cache(maxsize=None)(engine.count_tokens)  # asked twice for each
        self.on_progress: Callable[[int, list[Hypothesis]], None] | None = None
        self._floor = floor
        self._deadline = deadline
        self._announced = tokens
        self._came_to = 0
        self._opened = floor.now()
        self._estimate = 0.0  # seconds that it was expected to take
        self._admitted = tokens > 0
        self._accompanied = False  # there were other lanes beside it
        self._changed = threading.Condition(floor.lock)
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
        admission = self._floor.admission
        with self._floor.lock:
            if kind is None and self._announced:
                admission.note(self._announced, self._came_to)
            if self._announced and (kind is None or issubclass(kind, DeadlinePassed | Late)):
                took = self._floor.now() - self._opened
                admission.judge(self._estimate, took, in_time=kind is None)
        self.cancel()

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
            with self._floor.lock:
                self._forget()

    def cancel(self) -> None:
        """Close the lane, from any thread: what waits leaves the queue, `translate` raises."""
        floor = self._floor
        with floor.lock:
            self._cancelled = True
            self._forget()
            self._changed.notify_all()
            floor.lanes.pop(self._line, None)
            if not floor.lanes:
                floor.emptied.notify_all()

    def _begin(self, todo: list[tuple[Key, int]]) -> None:
        tokens = sum(length for _, length in todo)
        with self._floor.lock:
            self._require_alive()
            if not self._admitted:
                self._require_admission(tokens)
                self._admitted = True
            self._line.watched = self.on_progress is not None
            self._todo.extend(todo)
            self._todo_tokens = tokens

    def _result(self, key: Key) -> list[Hypothesis]:
        """Wait for a segment, and hand on others as room comes."""
        with self._floor.lock:
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

    # The lock is held in all that follows. The scheduler calls what is public.

    @property
    def waiting(self) -> int:
        """Source tokens that no engine has yet; before the first call, those announced."""
        return self._line.tokens + self._todo_tokens

    @property
    def to_come(self) -> int:
        """Source tokens that it counts for: all announced until it is done, or those waiting."""
        return max(self.waiting, self._announced)

    def open(self) -> None:
        """Join the other lanes, or raise what `Scheduler.lane` does."""
        self._require_admission(self._announced)
        for other in self._floor.lanes.values():
            other._accompanied = self._accompanied = True
        self._floor.lanes[self._line] = self

    def receive(self, key: Key, outcome: Outcome) -> None:
        """Take what became of a segment."""
        if isinstance(outcome, EngineFailed):
            self._failure = outcome
        else:
            self._done[key] = outcome
        self._changed.notify_all()

    def _require_admission(self, tokens: int) -> None:
        admission, left = self._floor.admission, self._time_left()
        others = [lane for lane in self._floor.lanes.values() if lane is not self]
        admission.require_room(tokens, [lane.waiting for lane in others])
        to_come = [lane.to_come for lane in others]
        if left is not None:
            admission.require_time(tokens, to_come, left)
        self._estimate = admission.estimate(tokens, to_come)

    def _hand_on(self) -> None:
        floor = self._floor
        while self._todo and self._line.tokens < floor.admission.lane_tokens:
            key, tokens = self._todo.popleft()
            self._todo_tokens -= tokens
            known = floor.recent.get(key)
            if known is not None:
                self._done[key] = known
            elif key not in self._done:
                self._came_to += tokens
                floor.queue.put(self._line, key, tokens)
                floor.filled.notify_all()

    def _forget(self) -> None:
        """Wait for nothing any more."""
        self._floor.queue.leave(self._line)
        self._todo.clear()
        self._todo_tokens = 0
        self._done.clear()
        self._failure = None

    def _time_left(self) -> float | None:
        return None if self._deadline is None else self._deadline - self._floor.now()

    def _require_alive(self) -> None:
        if self._cancelled:
            raise Cancelled("the translation was cancelled")
        if (error := self._failure) is not None:
            raise EngineFailed(error.message, hint=error.hint, where=error.where) from error
        left = self._time_left()
        if left is not None and left <= 0:
            if self._estimate and self._accompanied:
                raise Late(
                    "the translation was not done in time, beside others",
                    self._estimate,
                    hint=f"ask again in {self._estimate:.1f} seconds",
                )
            raise DeadlinePassed(
                "the translation was not done by its deadline", hint="allow more time or send less"
            )
