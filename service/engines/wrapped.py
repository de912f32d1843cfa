"""What engines around another engine have in common."""

from typing import Self

from service.engines import Engine, workers_of


class WrappedEngine:
    """Counts tokens as the engine inside does, and answers to its name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.name = engine.name
        self.max_tokens = engine.max_tokens
        self.count_tokens = engine.count_tokens


class WrappedWorkers(WrappedEngine):
    """Stands around each worker of the engine inside, so that a scheduler gives each a batch."""

    @property
    def workers(self) -> list[Self]:
        """The same once for each worker."""
        return [type(self)(worker) for worker in workers_of(self._engine)]
