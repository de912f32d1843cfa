"""Who may join the queue: the rule, in source tokens (the end mark counted). No threads, no clock.

Q is the size of the queue.

* A request is admitted if the queue has room for all of it, or for Q/2 if it is longer than that.
* Once in, it counts for what is left of it, Q/8 at most, and never has more than that in the queue:
  its own thread keeps the rest and hands it on as room comes. So what waits stays within Q; a text
  longer than the queue gets in while half of the queue is free; and the four or five such texts
  that can be in at once leave room for short ones.
* What is admitted is not refused later, whatever else it asks for: repairs, a summary.
* A request with a deadline is refused at once if it would be late at the measured speed when every
  other request gets an even share beside it, and as hopeless if it would be late even alone.
"""

from collections.abc import Sequence

from service.errors import DeadlinePassed, Overloaded

ENTRY_PART, LANE_PART = 2, 8  # parts of the queue: asked for at the door at most, held at most
SMOOTHING = 0.2  # weight of the newest batch in running means
TELLING_FILL = 0.5  # a batch emptier than this tells little about the speed of full ones
UNKNOWN_WAIT = 1.0  # seconds to come again after, while the speed is not known


class Admission:
    """Measures the speed of the engines and refuses what they cannot do.

    Args:
        queue_tokens: what may wait.
        batch_tokens: what a full batch holds.
        engines: how many work side by side.

    Attributes:
        lane_tokens: what one request may have in the queue.
        speed: tokens per second of all engines, running mean; 0 until a full batch was seen.
        batches: measured so far.
        fill: share of the batch budget that was text, not padding or empty; running mean.
    """

    def __init__(self, queue_tokens: int, batch_tokens: int, engines: int) -> None:
        self.lane_tokens = max(1, queue_tokens // LANE_PART)
        self.speed = 0.0
        self.batches = 0
        self.fill = 0.0
        self._queue_tokens = queue_tokens
        self._batch_tokens = batch_tokens
        self._engines = engines

    def measure(self, tokens: int, seconds: float) -> None:
        """Take note of a batch that one engine has done."""
        fill = tokens / self._batch_tokens
        self.fill = _mean(self.fill, fill)
        self.batches += 1
        if fill >= TELLING_FILL and seconds > 0:
            self.speed = _mean(self.speed, self._engines * tokens / seconds)

    def require_room(self, tokens: int, others: Sequence[int]) -> None:
        """Refuse a request that the queue has no room for.

        Args:
            tokens: its length; 0 if not known.
            others: what is left of every other request.

        Raises:
            Overloaded: it has no room.
        """
        wanted = max(1, min(tokens, self._queue_tokens // ENTRY_PART))
        taken = sum(min(left, self.lane_tokens) for left in others)
        excess = taken + wanted - self._queue_tokens
        if excess > 0:
            raise _overloaded(excess / self.speed if self.speed else UNKNOWN_WAIT)

    def require_time(self, tokens: int, others: Sequence[int], seconds: float) -> None:
        """Refuse a request that cannot be done in so many seconds.

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
        late = self._seconds(tokens + sum(min(left, tokens) for left in others)) - seconds
        if late > 0:
            raise _overloaded(late)

    def _seconds(self, tokens: int) -> float:
        return tokens / self.speed if self.speed else 0.0


def _overloaded(seconds: float) -> Overloaded:
    return Overloaded(
        "too much is waiting already", seconds, hint=f"ask again in {seconds:.1f} seconds"
    )


def _mean(mean: float, newest: float) -> float:
    """Move a running mean on; the first value begins it."""
    return mean + SMOOTHING * (newest - mean) if mean else newest
