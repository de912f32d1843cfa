"""Who may join the queue: the rule, in source tokens (the end mark counted). No threads, no clock.

Q is the size of the queue.

* A request is admitted if the queue has room for all of it, or for Q/2 if it is longer than that.
* Once in, it counts for what is left of it, Q/8 at most, and never has more than that in the queue:
  its own thread keeps the rest and hands it on as room comes. So what waits stays within Q; a text
  longer than the queue gets in while half of the queue is free; and the four or five such texts
  that can be in at once leave room for short ones.
* What is admitted is not refused later, whatever else it asks for: repairs, a summary.
* No more requests are in at a time than there are threads for.
* A request with a deadline is refused at once if it would be late when every other request gets an
  even share beside it, and as hopeless if it would be late even alone. By Little's law the others
  count whole until they are done, read by an engine or not: second opinions come, and what one
  leaves free the next one takes. The measured effort counts in: tokens that finished requests came
  to for each that they announced.
* The speed of the engines says nothing of the time that reading, repairing and refusing take on the
  same cores. So estimates are held against what requests then took, and new ones are stretched by
  that error, learnt quickly and forgotten slowly, and by a margin: to admit by the delay that was
  seen is the way of Breakwater (Cho et al., OSDI 2020), to refuse early and cheaply that of "Site
  Reliability Engineering" (Beyer et al., 2016, chapter 21).
"""

from collections.abc import Sequence

from service.errors import DeadlinePassed, Overloaded

ENDLESS = 10**9  # the size of a queue in front of which nobody is refused
ENTRY_PART, LANE_PART = 2, 8  # parts of the queue: asked for at the door at most, held at most
SMOOTHING = 0.2  # weight of the newest batch in running means
FALLING, RISING = 0.4, 0.1  # the same for the speed, when the newest was slower, or faster
TELLING_FILL = 0.5  # a batch emptier than this tells little about the speed of full ones
UNKNOWN_WAIT = 1.0  # seconds to come again after, while the speed is not known
MEMORY = 0.95  # weight of earlier requests in the effort, beside a new one's
WORSE, BETTER = 0.3, 0.01  # weight of the newest error: the mean is one that few are larger than
LEAST_ERROR, MOST_ERROR = 1.0, 8.0
MARGIN = 1.25  # of time, beyond the error that is known
GIVEN_UP = 2.0  # times what a late request was given is what it would have taken, to be sure
START = 0.1  # seconds that no estimate is held to: what a headline takes beside its tokens


class Admission:
    """Measures the speed of the engines and refuses what they cannot do.

    Args:
        queue_tokens: what may wait.
        batch_tokens: what a full batch holds.
        engines: how many work side by side.
        requests: how many may be in.

    Attributes:
        lane_tokens: what one request may have in the queue.
        speed: tokens per second of all engines, running mean; 0 until a full batch was seen.
        batches: measured so far.
        fill: share of the batch budget that was text, not padding or empty; running mean.
        error: how many times longer than estimated a request may take, as seen lately.
    """

    def __init__(self, queue_tokens: int, batch_tokens: int, engines: int, requests: int) -> None:
        self.lane_tokens = max(1, queue_tokens // LANE_PART)
        self.speed = 0.0
        self.batches = 0
        self.fill = 0.0
        self.error = LEAST_ERROR
        self._queue_tokens = queue_tokens
        self._batch_tokens = batch_tokens
        self._engines = engines
        self._requests = requests
        self._announced = self._came_to = 0.0

    @property
    def effort(self) -> float:
        """Say how many tokens are translated for each one announced."""
        return max(1.0, self._came_to / self._announced) if self._announced else 1.0

    def note(self, announced: int, came_to: int) -> None:
        """Take note of a request that is done."""
        self._announced = MEMORY * self._announced + announced
        self._came_to = MEMORY * self._came_to + came_to

    def measure(self, tokens: int, seconds: float) -> None:
        """Take note of a batch that one engine has done."""
        fill = tokens / self._batch_tokens
        self.fill = _mean(self.fill, fill)
        self.batches += 1
        if fill >= TELLING_FILL and seconds > 0:
            speed = self._engines * tokens / seconds
            self.speed = _mean(self.speed, speed, FALLING if speed < self.speed else RISING)

    def judge(self, estimate: float, seconds: float, *, in_time: bool = True) -> None:
        """Take note of what a request took, or was tried for until it was late.

        Without an estimate, as for all that came before the speed was known, there is no error.
        """
        if estimate:
            error = seconds / (estimate + START) * (1 if in_time else GIVEN_UP)
            error = min(max(error, LEAST_ERROR), MOST_ERROR)
            self.error = _mean(self.error, error, WORSE if error > self.error else BETTER)

    def require_room(self, tokens: int, others: Sequence[int]) -> None:
        """Refuse a request that the queue has no room for.

        Args:
            tokens: its length; 0 if not known.
            others: what is left of every other request.

        Raises:
            Overloaded: it has no room.
        """
        if len(others) >= self._requests:
            raise _overloaded(self._seconds(min(others)) * len(others) or UNKNOWN_WAIT)
        wanted = max(1, min(tokens, self._queue_tokens // ENTRY_PART))
        taken = sum(min(left, self.lane_tokens) for left in others)
        excess = taken + wanted - self._queue_tokens
        if excess > 0:
            raise _overloaded(self._seconds(excess) or UNKNOWN_WAIT)

    def require_time(self, tokens: int, others: Sequence[float], seconds: float) -> None:
        """Refuse a request that cannot be done in so many seconds.

        Args:
            tokens: its length.
            others: what is to come of every other request.
            seconds: until its deadline.

        Raises:
            DeadlinePassed: not even alone.
            Overloaded: not beside the others.
        """
        needed = self._seconds(tokens)
        if needed > seconds or seconds <= 0:
            raise DeadlinePassed(
                f"the translation takes about {needed:.1f} s, which is past its deadline",
                hint="allow more time or send less",
            )
        late = self.estimate(tokens, others) * self.error * MARGIN - seconds
        if others and late > 0:
            raise _overloaded(late)

    def estimate(self, tokens: int, others: Sequence[float]) -> float:
        """Say how many seconds a request takes beside others, at the measured speed and effort."""
        return self._seconds(tokens + sum(min(left, tokens) for left in others))

    def _seconds(self, tokens: float) -> float:
        return tokens * self.effort / self.speed if self.speed else 0.0


def _overloaded(seconds: float) -> Overloaded:
    return Overloaded(
        "too much is waiting already", seconds, hint=f"ask again in {seconds:.1f} seconds"
    )


def _mean(mean: float, newest: float, weight: float = SMOOTHING) -> float:
    """Move a running mean on; the first value begins it."""
    return mean + weight * (newest - mean) if mean else newest
