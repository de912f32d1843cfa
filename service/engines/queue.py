"""Which segments go to the engine next: a plain data structure, no threads and no clock.

Lines are served by fair queueing (Demers, Keshav and Shenker, "Analysis and simulation of a fair
queueing algorithm", 1989). A virtual clock tells how many tokens each waiting line has had if all
were served evenly; the line furthest behind goes next. A line enters at the clock or later, and a
new one is a batch ahead until its first segments are taken: a headline goes before a book, and the
book, falling behind the clock as it waits, goes before an endless row of headlines.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heapreplace
from typing import NamedTuple

from service.decoding import Decoding, Hypothesis

LOOKAHEAD = 4  # batches' worth of segments among which those of like length are chosen
SMALL = 8  # a small batch is this part of a batch for each line that waits
HURRY = 64  # batches' worth of tokens for which someone may come again while others wait
LEAST_SHARE = 128  # tokens; smaller batches cost more than sharing them out gains


class Key(NamedTuple):
    """All that a translation depends on; what has the same key is translated once."""

    segment: str
    prefix: str
    decoding: Decoding


@dataclass(eq=False, slots=True)
class Line:
    """What one caller waits for.

    Attributes:
        tasks: in the caller's order; one taken out of turn stays until it comes first.
        tokens: of the tasks not taken yet.
        awaited: tasks not finished yet, by key.
        served: tokens had, in virtual time.
        fresh: nothing has been taken yet.
        watched: the caller reads along, so its beginning should come soon.
    """

    tasks: deque["Task"] = field(default_factory=deque)
    tokens: int = 0
    awaited: dict[Key, "Task"] = field(default_factory=dict)
    served: float = float("-inf")
    fresh: bool = True
    watched: bool = False


@dataclass(eq=False, slots=True)
class Task:
    """A segment to translate, its length with the end mark, and the lines that wait for it."""

    key: Key
    tokens: int
    lines: list[Line] = field(default_factory=list)
    taken: bool = False


class SegmentQueue:
    """Segments of many lines, taken out in batches.

    Args:
        batch_tokens: the longest times the number of segments in a batch stays within this, unless
            one segment alone is longer.

    Attributes:
        tokens: of the segments that wait, each counted once.
    """

    def __init__(self, batch_tokens: int) -> None:
        self.tokens = 0
        self._batch_tokens = batch_tokens
        self._lines: dict[Line, None] = {}  # those with something to take, oldest first
        self._tasks: dict[Key, Task] = {}  # waiting or taken, not finished
        self._clock = 0.0
        self._served = 0
        self._calm_from = 0

    def __bool__(self) -> bool:
        return bool(self._lines)

    def put(self, line: Line, key: Key, tokens: int) -> None:
        """Let a line wait for a segment; one that others wait for already is shared."""
        if key in line.awaited:
            return
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = Task(key, tokens)
            self.tokens += tokens
        task.lines.append(line)
        line.awaited[key] = task
        if not task.taken:
            self._enter(line)
            line.tasks.append(task)
            line.tokens += tokens

    def take(self, sharers: int = 1) -> list[Task]:
        """Take the next batch, shortest segment first; all have one decoding.

        It holds the first segment of the line furthest behind and, of those next in turn, the ones
        nearest to it in length. A small batch that begins a line holds what is next in turn.

        Args:
            sharers: engines with nothing to do, this one counted: each should have its share.
        """
        behind = min(self._lines, key=self._turn)
        budget = self._budget(behind)
        if sharers > 1:
            budget = min(budget, max(LEAST_SHARE, -(-self.tokens // sharers)))
        if behind.fresh and budget < self._batch_tokens:
            batch = fitting(self._next_in_turn(budget), budget)
        else:
            tasks = self._next_in_turn(LOOKAHEAD * budget)
            batch = fitting(sorted(tasks, key=lambda t: abs(t.tokens - tasks[0].tokens)), budget)
        self._remove(batch)
        return sorted(batch, key=lambda task: task.tokens)

    def finish(self, task: Task) -> list[Line]:
        """Forget a task that was taken; return the lines that waited for it."""
        del self._tasks[task.key]
        for line in task.lines:
            del line.awaited[task.key]
        return task.lines

    def leave(self, line: Line) -> None:
        """Let a line wait for nothing any more; what nobody else waits for is dropped."""
        for key, task in line.awaited.items():
            task.lines.remove(line)
            if not task.lines and not task.taken:
                del self._tasks[key]
                self.tokens -= task.tokens
        line.awaited.clear()
        line.tasks.clear()
        line.tokens = 0
        self._lines.pop(line, None)

    def _enter(self, line: Line) -> None:
        if line not in self._lines:
            if line.fresh and self._lines:
                self._calm_from = self._served + HURRY * self._batch_tokens
            line.served = max(line.served, self._clock)
            self._lines[line] = None

    def _turn(self, line: Line) -> float:
        return line.served - (self._batch_tokens if line.fresh else 0)

    def _budget(self, behind: Line) -> int:
        """Size the next batch: full, unless someone is better served by a small one.

        That is whoever reads along, at the beginning, and whoever may come while this batch runs,
        if others came of late while there was work. With enough lines to fill it, it is full again.
        """
        hurried = self._served < self._calm_from
        if not hurried and not (behind.fresh and behind.watched):
            return self._batch_tokens
        part = self._batch_tokens // SMALL
        if behind.fresh:
            part = min(part, behind.tokens)
        return min(self._batch_tokens, part * len(self._lines))

    def _next_in_turn(self, tokens: int) -> list[Task]:
        """List the next tasks to be served, without taking them, up to this many tokens."""
        tasks: dict[Task, None] = {}
        for task in self._in_turn():
            tasks[task] = None
            tokens -= task.tokens
            if tokens <= 0:
                break
        return list(tasks)

    def _in_turn(self) -> Iterator[Task]:
        """Yield the tasks with the decoding of the first as if each were served when yielded."""
        turns = [(self._turn(line), n, iter(line.tasks)) for n, line in enumerate(self._lines)]
        heapify(turns)
        decoding: Decoding | None = None
        while turns:
            turn, n, tasks = turns[0]
            task = next((task for task in tasks if not task.taken), None)
            if task is None or task.key.decoding != (decoding or task.key.decoding):
                heappop(turns)
                continue
            decoding = task.key.decoding
            yield task
            heapreplace(turns, (turn + task.tokens, n, tasks))

    def _remove(self, batch: Sequence[Task]) -> None:
        sharing = len(self._lines)
        for task in batch:
            task.taken = True
            self.tokens -= task.tokens
            self._served += task.tokens
            self._clock += task.tokens / sharing
            for line in task.lines:
                line.fresh = False
                line.served += task.tokens / len(task.lines)
                line.tokens -= task.tokens
                self._tidy(line)

    def _tidy(self, line: Line) -> None:
        while line.tasks and line.tasks[0].taken:
            line.tasks.popleft()
        if not line.tasks:
            self._lines.pop(line, None)


def fitting(tasks: Sequence[Task], budget: int) -> list[Task]:
    """Choose as many of the first tasks as fit with padding, and one at least."""
    batch: list[Task] = []
    longest = 0
    for task in tasks:
        longest = max(longest, task.tokens)
        if batch and longest * (len(batch) + 1) > budget:
            break
        batch.append(task)
    return batch


class Recent:
    """Recent results, at most so many; the one least recently used is forgotten first.

    As `cachetools.LRUCache`, which hashes each key more often and takes five times as long.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._results: OrderedDict[Key, list[Hypothesis]] = OrderedDict()

    def get(self, key: Key) -> list[Hypothesis] | None:
        """Look up a result and count that as a use."""
        if key not in self._results:
            return None
        self._results.move_to_end(key)
        return self._results[key]

    def put(self, key: Key, hypotheses: list[Hypothesis]) -> None:
        """Remember a result."""
        self._results[key] = hypotheses
        self._results.move_to_end(key)
        if len(self._results) > self._size:
            self._results.popitem(last=False)
